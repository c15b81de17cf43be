/*
 * resolver - the addresses of a host, looked up without holding up the loop
 *
 * A numeric address or a path is known from the start. A host name is looked
 * up by a thread of its own when a new connection is wanted and the last answer
 * is older than RESOLVER_TTL: a container that is recreated has a new address.
 */
#ifndef PROXY_RESOLVER_H
#define PROXY_RESOLVER_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "addr.h"
#include "list.h"

#define RESOLVER_TTL	   5  /* seconds an answer is good for */
#define RESOLVER_ADDRS_MAX 32 /* addresses of one name */

struct resolver_addrs {
	size_t n;
	struct {
		socklen_t len;
		struct sockaddr_storage sa;
	} list[RESOLVER_ADDRS_MAX];
};

struct lookup;

/**
 * struct resolver - See above
 * @addrs:	Latest answer
 * @error:	Why there is none, static text; NULL if there is one
 * @waiting:	Nodes of those who wait for an answer
 * @answered_at: When there was an answer or an error
 * @good_at:	When @addrs was the answer
 */
struct resolver {
	struct resolver_addrs addrs;
	const char *error;
	struct list waiting;
	struct ev_loop *loop;	 /* borrowed */
	const struct addr *addr; /* borrowed */
	bool fixed;		 /* nothing to look up */
	ev_tstamp answered_at;
	ev_tstamp good_at;
	struct ev_async done;
	struct lookup *lookup; /* owned by its thread while running */
	void (*wake)(struct list *waiting);
};

/**
 * resolver_init() - Start with what needs no lookup
 * @r:		Resolver
 * @loop:	Loop
 * @addr:	Address
 * @wake:	Called with each node of @waiting, taken out before, once there
 *		is an answer or an error
 */
void resolver_init(struct resolver *r, struct ev_loop *loop, const struct addr *addr,
		   void (*wake)(struct list *waiting));

/**
 * resolver_ready() - Whether @addrs or @error can be used now
 * @r:		Resolver
 * @node:	In no list; appended to @waiting if the answer is false
 */
bool resolver_ready(struct resolver *r, struct list *node);

/** resolver_stop() - Stop; a lookup under way is left to end by itself */
void resolver_stop(struct resolver *r);

#endif
