/*
 * deadline - how long a peer may owe something
 *
 * One queue a kind of deadline: as all entries of a kind last equally long,
 * the order of arrival is the order of expiry, and setting or clearing one is
 * a few pointers. A timer runs only while its queue has entries. Streams have
 * no deadline at all.
 */
#ifndef PROXY_DEADLINE_H
#define PROXY_DEADLINE_H

#include <ev.h>

#include "list.h"

enum deadline_kind {
	DEADLINE_IDENTIFY, /* who a client is; then 503 to its request */
	DEADLINE_HEAD,	   /* a whole request head; then 408 */
	DEADLINE_BODY,	   /* a whole body that is to be judged; then 408 */
	DEADLINE_IDLE,	   /* the next request of a kept connection */
	DEADLINE_CONNECT,  /* a connection to the engine; then 504 */
	DEADLINE_RETRY,	   /* the engine's backlog is full: time to ask again */
	DEADLINE_REFUSE,   /* taking a refusal, and the rest of its request */
	DEADLINE_LINGER,   /* closing after us */
	DEADLINE_KIND_NUM
};

struct deadline {
	struct list node;
	ev_tstamp at;
};

struct deadlines;

struct deadline_queue {
	struct list list;
	struct ev_timer timer;
	enum deadline_kind kind;
	struct deadlines *all; /* borrowed */
};

struct deadlines {
	struct ev_loop *loop; /* borrowed */
	struct deadline_queue queues[DEADLINE_KIND_NUM];
	void (*expired)(struct deadline *d, enum deadline_kind kind);
};

/**
 * deadlines_init() - Start with empty queues
 * @all:	Queues
 * @loop:	Loop whose time counts
 * @expired:	Called when a deadline passes; it is cleared by then
 */
void deadlines_init(struct deadlines *all, struct ev_loop *loop,
		    void (*expired)(struct deadline *d, enum deadline_kind kind));

/** deadlines_stop() - Stop all timers */
void deadlines_stop(struct deadlines *all);

/** deadline_init() - Prepare a deadline that is not set */
void deadline_init(struct deadline *d);

/** deadline_set() - Set or move a deadline of @kind, counted from now */
void deadline_set(struct deadlines *all, struct deadline *d, enum deadline_kind kind);

/** deadline_clear() - Clear a deadline; not set is fine */
void deadline_clear(struct deadline *d);

#endif
