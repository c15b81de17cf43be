/*
 * worker - an event loop and all that is served by it
 *
 * Nothing in here is shared with another thread but the configuration, which is
 * immutable, the rules, and the inbox.
 */
#ifndef PROXY_WORKER_H
#define PROXY_WORKER_H

#include <ev.h>
#include <pthread.h>
#include <stdbool.h>

#include "../http/message.h"
#include "../policy/policy.h"
#include "admission.h"
#include "backend.h"
#include "buf.h"
#include "deadline.h"
#include "hangup.h"
#include "caller.h"
#include "pipe.h"
#include "list.h"
#include "metrics.h"
#include "proxy.h"
#include "recent.h"
#include "resolver.h"

struct conn_process;
struct tls_context;

/**
 * struct inbox - What other threads leave for a worker
 * @lock:	Of what follows
 * @adopted:	Connections to serve
 * @end:	Everything is to end
 * @arrived:	Wakes the worker
 */
struct inbox {
	pthread_mutex_t lock;
	struct list adopted;
	bool end;
	struct ev_async arrived;
};

/**
 * struct worker - See above
 * @n_connecting: Connections in CONN_CONNECT
 * @n_streams:	Connections in CONN_UPGRADED
 * @metrics:	What was counted
 * @recent:	What happened lately; NULL where nobody may ask
 * @tiers:	As many as the configuration has, @n_tiers; owned
 * @n_tiers:	Entries of @tiers
 * @counts:	Counts of each tier, and of clients of none where no tier is without a name;
 *		owned
 * @n_counts:	Entries of @counts
 * @nobody:	The tier of clients that are of none: it has no rules
 * @callers:	What is being found out about clients
 * @conns:	Connections being served
 * @closing:	Connections the sweep will free
 * @request:	Scratch: the request head being judged
 * @reply:	Scratch: the reply head being read
 * @path_room:	Scratch: the path being judged
 * @stopping:	No new requests are taken
 */
struct worker {
	struct ev_loop *loop;		   /* owned */
	const struct proxy_config *config; /* borrowed */
	struct tier *tiers;
	size_t n_tiers;
	struct metrics_tier *counts;
	size_t n_counts;
	struct tier nobody;
	struct callers callers;
	struct policy_matcher *matcher; /* owned */
	struct admission admission;
	size_t n_connecting;
	size_t n_streams;
	struct metrics metrics;
	struct recent *recent; /* owned */
	struct buf_pool bufs;
	struct pipe_pool pipes;
	struct backend_pool pool;
	struct tls_context *backend_tls; /* owned, NULL for none */
	struct resolver resolver;
	struct deadlines deadlines;
	struct hangup hangup;
	struct list conns;
	struct list closing;
	struct inbox inbox;
	struct ev_prepare sweep;
	struct ev_timer stop_limit;
	struct ev_timer trim;
	bool stopping;
	struct http_head request;
	struct http_head reply;
	char path_room[HTTP_TARGET_MAX + 2];
};

/**
 * worker_new() - Make a worker that serves nothing yet
 * @config:	Configuration; borrowed
 * @connections: Clients at a time
 *
 * Return: the worker, or NULL with errno set.
 */
struct worker *worker_new(const struct proxy_config *config, size_t connections);

/** worker_now() - What is so at the moment; in the worker's thread */
struct metrics_now worker_now(const struct worker *w);

/** worker_frontends() - What is so of each of @n_counts tiers; in the worker's thread */
void worker_frontends(const struct worker *w, struct metrics_frontend *frontends);

/** worker_expect() - Begin to look up the host names of clients, and forget others */
void worker_expect(struct worker *w);

/** worker_run() - Serve until stopped and empty */
void worker_run(struct worker *w);

/**
 * worker_stop() - Stop once short requests are done, or PROXY_STOP_S are over
 *
 * Idle connections end at once. Called again, everything does.
 */
void worker_stop(struct worker *w);

/**
 * worker_adopt() - Have a connection served; in any thread
 * @w:		Worker
 * @fd:		Socket, non-blocking; owned from here on
 * @process:	Whose it is; owned from here on
 */
void worker_adopt(struct worker *w, int fd, struct conn_process *process);

/** worker_end() - Have everything end at once; in any thread */
void worker_end(struct worker *w);

/** worker_free() - Free a worker whose loop has ended */
void worker_free(struct worker *w);

#endif
