/*
 * backend - connections to the engine
 *
 * A connection is held by an exchange while it needs it and kept in a pool
 * between exchanges, most recently used first. One that ends or talks while in
 * the pool is dropped.
 */
#ifndef PROXY_BACKEND_H
#define PROXY_BACKEND_H

#include <stdbool.h>
#include <stddef.h>

#include "end.h"
#include "list.h"

#define BACKEND_POOL_MAX  256 /* idle connections a worker keeps */
#define BACKEND_POOL_KEEP 16  /* of them, once they are not needed */

struct worker;

/**
 * struct backend - A connection to the engine
 * @end:	Its socket
 * @conn:	Who holds it; NULL in the pool
 * @connected:	It is established
 * @reused:	It has served an exchange before this one
 */
struct backend {
	struct end end;
	struct list node;
	struct worker *worker;
	struct conn *conn;
	bool connected;
	bool reused;
	size_t next_addr; /* of the resolver's, to try when this one fails */
};

/**
 * struct backend_pool - Connections between exchanges
 * @idle:	The connections, most recently used last
 * @n_idle:	Their number
 * @n_spare:	The least there were since the last backend_pool_trim()
 */
struct backend_pool {
	struct list idle;
	size_t n_idle;
	size_t n_spare;
};

enum backend_result {
	BACKEND_READY,
	BACKEND_WAIT, /* an event will call again */
	BACKEND_FAILED,
	BACKEND_RESULT_NUM
};

/** backend_pool_init() - Start with an empty pool */
void backend_pool_init(struct backend_pool *pool);

/** backend_pool_clear() - Close what is in the pool */
void backend_pool_clear(struct backend_pool *pool);

/**
 * backend_pool_trim() - Close what nobody needed since the last time
 * @pool:	Pool; BACKEND_POOL_KEEP of it stay in any case
 *
 * Return: whether any was closed.
 */
bool backend_pool_trim(struct backend_pool *pool);

/**
 * backend_attach() - Get a connection for an exchange, step by step
 * @c:		Connection; c->backend is set as soon as there is a socket
 * @error:	On BACKEND_FAILED, why; good until the connection is dropped
 *
 * To be called again on every event until it no longer returns BACKEND_WAIT.
 */
enum backend_result backend_attach(struct conn *c, const char **error);

/** backend_log_failure() - Log that TLS with the engine has failed, and why */
void backend_log_failure(const struct backend *b, const char *reason);

/** backend_keep() - Give a connection back for the next exchange */
void backend_keep(struct conn *c);

/** backend_drop() - Close the connection of an exchange; none is fine */
void backend_drop(struct conn *c);

#endif
