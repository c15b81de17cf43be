#include "tier.h"

#include <errno.h>
#include <assert.h>
#include <stddef.h>

#include "conn.h"
#include "caller.h"
#include "listener.h"
#include "tls.h"
#include "worker.h"

static bool has_rates(const struct rate *rates)
{
	return rates[RATE_READ].tokens > 0 || rates[RATE_WRITE].tokens > 0;
}

int tier_init(struct tier *t, const struct proxy_tier *config)
{
	*t = (struct tier){
		.name = config->name,
		.policy = policy_hold(config->policy),
		.access = access_hold(config->access),
	};
	if (!has_rates(config->rates))
		return 0;
	t->rates = rate_table_new(config->rates);
	return t->rates ? 0 : -ENOMEM;
}

int tier_prepare(struct tier *t, const struct proxy_tier *config)
{
	static const struct rate none[RATE_CLASS_NUM];

	if (t->rates || !has_rates(config->rates))
		return 0;
	t->rates = rate_table_new(none);
	return t->rates ? 0 : -ENOMEM;
}

static void update_rates(struct tier *t, const struct rate *rates)
{
	if (has_rates(rates)) {
		rate_table_limit(t->rates, rates);
		return;
	}
	rate_table_free(t->rates);
	t->rates = NULL;
}

bool tier_update(struct tier *t, const struct proxy_tier *config)
{
	bool is_other = !access_equal(t->access, config->access);

	policy_hold(config->policy);
	policy_free(t->policy);
	t->policy = config->policy;
	access_hold(config->access);
	access_free(t->access);
	t->access = config->access;
	update_rates(t, config->rates);
	t->name = config->name;
	return is_other;
}

void tier_clear(struct tier *t)
{
	policy_free(t->policy);
	access_free(t->access);
	rate_table_free(t->rates);
	tls_context_free(t->tls);
	t->policy = NULL;
	t->access = NULL;
	t->rates = NULL;
	t->tls = NULL;
}

static struct tier *first_tier(const struct listener *l)
{
	size_t i = 0;

	while (!(l->tiers >> i & 1))
		i++;
	assert(i < l->worker->n_tiers);
	return &l->worker->tiers[i];
}

struct tls_context *tier_tls(const struct listener *l)
{
	return l->addr.kind == ADDR_TCP ? first_tier(l)->tls : NULL;
}

enum access_verdict tier_choose(struct conn *c, struct tier **tier)
{
	struct worker *w = c->worker;

	for (size_t i = 0; i < w->n_tiers; i++) {
		struct tier *t = &w->tiers[i];
		enum access_verdict v;

		if (!(c->listener->tiers >> i & 1))
			continue;
		v = t->access ? caller_judge(c, t->access) : ACCESS_YES;
		if (v == ACCESS_YES)
			*tier = t;
		if (v != ACCESS_NO)
			return v;
	}
	return ACCESS_NO;
}
