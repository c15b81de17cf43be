/*
 * hosts - host names that clients may come from
 *
 * Each is looked up at the start, and again when a client comes and the last answer is
 * older than RESOLVER_TTL: a container that is made anew has a new address. That client
 * waits for the answer. If there is none, the last one counts for HOSTS_KEEP_S more, and
 * then nobody has the name.
 */
#ifndef PROXY_HOSTS_H
#define PROXY_HOSTS_H

#include <ev.h>

#include "access.h"
#include "list.h"

#define HOSTS_KEEP_S 60

/**
 * struct hosts - Names that were asked for so far
 * @names:	Owned
 */
struct hosts {
	struct ev_loop *loop; /* borrowed */
	struct list names;
};

/**
 * struct hosts_waiter - Who waits for an answer
 * @node:	In no list, or in one of those that wait
 * @wake:	Called when it is there
 */
struct hosts_waiter {
	struct list node;
	void (*wake)(struct hosts_waiter *waiter);
};

/** hosts_init() - Start with no names */
void hosts_init(struct hosts *h, struct ev_loop *loop);

/** hosts_expect() - Begin to look up the host names of a list */
void hosts_expect(struct hosts *h, const struct access_list *a);

/** hosts_forget() - Forget the names that nobody has expected since the last time */
void hosts_forget(struct hosts *h);

/**
 * hosts_have() - Whether an address is one of a name's
 * @h:		Names
 * @name:	Name
 * @addr:	Address, an IPv4 one as mapped
 * @waiter:	Put among those that wait on ACCESS_WAIT
 *
 * Return: ACCESS_YES, ACCESS_NO or ACCESS_WAIT.
 */
enum access_verdict hosts_have(struct hosts *h, const char *name, const struct in6_addr *addr,
			       struct hosts_waiter *waiter);

/** hosts_stop() - Stop and free; lookups under way are left to end by themselves */
void hosts_stop(struct hosts *h);

#endif
