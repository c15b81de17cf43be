#include "tier.h"

#include <assert.h>
#include <stddef.h>

#include "conn.h"
#include "listener.h"
#include "worker.h"

void tier_init(struct tier *t, const struct proxy_tier *config)
{
	*t = (struct tier){ .name = config->name, .policy = policy_hold(config->policy) };
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
	t->policy = NULL;
}

struct tier *tier_choose(const struct conn *c)
{
	size_t i = 0;

	while (!(c->listener->tiers >> i & 1))
		i++;
	assert(i < c->worker->n_tiers);
	return &c->worker->tiers[i];
}
