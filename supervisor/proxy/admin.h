/*
 * admin - the guard asked about itself, by whoever operates it
 *
 * A listener of its own, in the worker's loop, that answers a handful of requests:
 *
 *	GET /healthz	200: the loop turns
 *	GET /readyz	200 if the engine answers _ping within ADMIN_PING_S, else 503
 *	GET /metrics	what was counted, for Prometheus
 *	GET /stats	what happened lately, as JSON
 *	GET /		a page for a browser that shows that, with its page.css and page.js
 *	POST /reload	200 if the rules were read again, 500 with the reason if not
 *
 * One request a connection, no body is read. Nothing of it reaches the engine but the
 * _ping, which goes through a connection of the proxy like a client's, from a
 * socketpair(2), judged by a rule that allows just that.
 */
#ifndef PROXY_ADMIN_H
#define PROXY_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

#include "frontend.h"
#include "list.h"
#include "listener.h"
#include "tier.h"

#define ADMIN_CLIENTS_MAX   16	 /* at a time; more are closed at once */
#define ADMIN_LISTENERS_MAX 4	 /* sockets of its address */
#define ADMIN_HEAD_MAX	    4096 /* bytes of a request head; then 431 */
#define ADMIN_CLIENT_S	    10	 /* for a request, and for its reply */
#define ADMIN_PING_S	    2

struct worker;

/**
 * struct admin - See above; zeroed before it is opened
 * @listeners:	@n_listeners of them
 * @clients:	Whoever is being answered, @n_clients
 * @own:	The tier of our own question
 * @reload:	Makes the rules anew; false with the reason in @error (PROXY_ERROR_MAX)
 * @data:	For @reload
 */
struct admin {
	struct listener listeners[ADMIN_LISTENERS_MAX];
	size_t n_listeners;
	struct worker *worker; /* borrowed */
	struct list clients;
	size_t n_clients;
	struct tier own;
	bool (*reload)(void *data, char *error);
	void *data;
};

/**
 * admin_open() - Listen
 * @a:		Admin
 * @where:	Address; borrowed for the call
 * @error:	On failure, why; LISTENER_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int admin_open(struct admin *a, const struct frontend *where, char *error);

/** admin_start() - Answer, in the loop of a worker */
void admin_start(struct admin *a, struct worker *w);

/** admin_close() - End everything; not opened is fine */
void admin_close(struct admin *a);

#endif
