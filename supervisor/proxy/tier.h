/*
 * tier - a tier of trust: clients, and what they may do
 *
 * What the flags say is one, and so is each section of the configuration file. Its
 * clients come through its frontends; several tiers may share one, and then a client is
 * of the first in the order of the file that takes it. A connection is of the same tier
 * until its end, or until a reload has changed who may ask at its listener: then it is
 * chosen anew before the next request. The tiers of a worker stay where they are, and
 * what is in them is replaced by a reload.
 */
#ifndef PROXY_TIER_H
#define PROXY_TIER_H

#include <stdbool.h>

#include "../policy/policy.h"
#include "access.h"
#include "metrics.h"
#include "proxy.h"
#include "rate.h"

struct conn;
struct listener;
struct tls_context;

/**
 * struct tier - One of them
 * @name:	Name of the section, "" for what the flags say; borrowed
 * @policy:	What requests are judged by from now on; held
 * @access:	Who its clients are, held; NULL for anybody
 * @rates:	Requests of its clients, owned; NULL without a limit
 * @tls:	What its clients on TCP see; owned, NULL for none
 * @metrics:	What was counted, in the worker's
 * @is_own:	Its only client is the guard itself, which has no audit line and is not
 *		counted
 */
struct tier {
	const char *name;
	struct policy *policy;
	struct access *access;
	struct rate_table *rates;
	struct tls_context *tls;
	struct metrics_tier *metrics;
	bool is_own;
};

/**
 * tier_init() - Begin with what the configuration says
 * @t:		Tier
 * @config:	Its part of the configuration, whose name must outlive @t
 *
 * Return: 0 or -ENOMEM.
 */
int tier_init(struct tier *t, const struct proxy_tier *config);

/**
 * tier_prepare() - Get all that tier_update() needs
 * @t:		Tier, for which nothing changes by it
 * @config:	Configuration
 *
 * Return: 0 or -ENOMEM.
 */
int tier_prepare(struct tier *t, const struct proxy_tier *config);

/**
 * tier_update() - Go on with another configuration of the same name
 * @t:		Tier that was prepared for it
 * @config:	Configuration, whose name must outlive @t
 *
 * Decisions stand. A body that is arriving is judged by the new rules, and its head again.
 *
 * Return: whether who may ask is another.
 */
bool tier_update(struct tier *t, const struct proxy_tier *config);

/** tier_clear() - Give up what it holds */
void tier_clear(struct tier *t);

/** tier_tls() - TLS on a listener, the same for all its tiers; NULL for none. Borrowed */
struct tls_context *tier_tls(const struct listener *l);

/**
 * tier_choose() - Find out of which tier a client is
 * @c:		Connection that came through a listener; with TLS the handshake is over
 * @tier:	On ACCESS_YES, the tier; borrowed
 *
 * A tier before that cannot be decided on keeps a client from those behind it. On
 * ACCESS_WAIT the connection is advanced once there is an answer.
 */
enum access_verdict tier_choose(struct conn *c, struct tier **tier);

#endif
