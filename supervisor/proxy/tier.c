#include "tier.h"

#include <errno.h>
#include <stddef.h>

#include "conn.h"
#include "caller.h"
#include "listener.h"
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

void tier_set_policy(struct tier *t, struct policy *policy)
{
	policy_hold(policy);
	policy_free(t->policy);
	t->policy = policy;
}

void tier_clear(struct tier *t)
{
	policy_free(t->policy);
	access_free(t->access);
	rate_table_free(t->rates);
	t->policy = NULL;
	t->access = NULL;
	t->rates = NULL;
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
