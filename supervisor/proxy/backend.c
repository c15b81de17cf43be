#include "backend.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "audit.h"
#include "conn.h"
#include "log.h"
#include "needs.h"
#include "socket.h"
#include "worker.h"

NEEDS_SYSCALLS("connect recvfrom close");

void backend_pool_init(struct backend_pool *pool)
{
	list_init(&pool->idle);
	pool->n_idle = pool->n_spare = 0;
}

static void backend_free(struct backend *b)
{
	end_close(&b->end, b->worker->loop);
	free(b);
}

static void pool_remove(struct backend_pool *pool, struct backend *b)
{
	list_remove(&b->node);
	pool->n_idle--;
	if (pool->n_spare > pool->n_idle)
		pool->n_spare = pool->n_idle;
}

/* Close the least recently used until @n are left. */
static void pool_shorten(struct backend_pool *pool, size_t n)
{
	while (pool->n_idle > n) {
		struct backend *b = list_entry(pool->idle.next, struct backend, node);

		pool_remove(pool, b);
		backend_free(b);
	}
}

void backend_pool_clear(struct backend_pool *pool)
{
	pool_shorten(pool, 0);
}

bool backend_pool_trim(struct backend_pool *pool)
{
	size_t before = pool->n_idle, needed = before - pool->n_spare;

	pool_shorten(pool, needed > BACKEND_POOL_KEEP ? needed : BACKEND_POOL_KEEP);
	pool->n_spare = pool->n_idle;
	return pool->n_idle < before;
}

static void on_event(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct backend *b = io->data;

	(void)loop;
	if (b->conn) {
		conn_on_backend(b->conn, revents);
		return;
	}
	pool_remove(&b->worker->pool, b);
	backend_free(b);
}

/*
 * Whether a pooled connection is still silent and open. Asked only for requests
 * that cannot be sent again; for the others finding out later is as good.
 */
static bool is_alive(const struct backend *b)
{
	char byte;

	return recv(b->end.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static struct backend *pool_take(struct worker *w, bool must_live)
{
	while (!list_empty(&w->pool.idle)) {
		struct backend *b = list_entry(w->pool.idle.prev, struct backend, node);

		pool_remove(&w->pool, b);
		if (!must_live || is_alive(b)) {
			b->reused = true;
			return b;
		}
		backend_free(b);
	}
	return NULL;
}

static struct backend *backend_new(struct worker *w)
{
	struct backend *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	list_init(&b->node);
	b->worker = w;
	end_init(&b->end, -1, on_event, b);
	return b;
}

/**
 * try_address() - Connect to one address, or go on connecting to it
 * @b:		Connection; its socket is closed on failure
 * @c:		Exchange
 * @a:		Number of the address
 *
 * connect(2) is called until it says that the socket is connected: that is the
 * one answer which is right for a unix socket, an established TCP connection
 * and one that failed.
 *
 * Return: 0 when connected, -EINPROGRESS to wait, else -errno.
 */
static int try_address(struct backend *b, struct conn *c, size_t a)
{
	const struct resolver_addrs *addrs = &b->worker->resolver.addrs;
	const struct sockaddr *sa = (const struct sockaddr *)&addrs->list[a].sa;
	int rc;

	if (b->end.fd < 0) {
		rc = socket_open(sa);
		if (rc < 0)
			return rc;
		end_init(&b->end, rc, on_event, b);
	}
	if (connect(b->end.fd, sa, addrs->list[a].len) == 0 || errno == EISCONN)
		return 0;
	rc = -errno;
	if (rc == -EINPROGRESS || rc == -EALREADY || rc == -EINTR)
		return -EINPROGRESS;
	if (rc == -EAGAIN) { /* unix(7): the backlog is full, and nothing tells when not */
		deadline_set(&b->worker->deadlines, &c->exchange->retry, DEADLINE_RETRY);
		return -EINPROGRESS;
	}
	end_close(&b->end, b->worker->loop);
	return rc;
}

void backend_log_failure(const struct backend *b, const char *reason)
{
	char text[ADDR_TEXT_MAX];

	if (!audit_may_log(NULL))
		return;
	addr_format(&b->worker->config->backend, text, sizeof(text));
	log_event(LOG_LEVEL_ERROR, "TLS with the engine failed", "backend", text, "reason", reason,
		  NULL);
}

/**
 * secure() - Begin TLS with the engine, or go on with it
 * @b:		Connection whose socket is connected
 * @error:	On BACKEND_FAILED, why
 */
static enum backend_result secure(struct backend *b, const char **error)
{
	struct tls_context *tls = b->worker->backend_tls;

	if (tls && !b->end.tls && end_start_tls(&b->end, tls) < 0) {
		*error = strerror(ENOMEM);
		return BACKEND_FAILED;
	}
	switch (end_handshake(&b->end)) {
	case TLS_DONE:
		return BACKEND_READY;
	case TLS_WAIT:
		return BACKEND_WAIT;
	case TLS_CLOSED:
	case TLS_FAILED:
	case TLS_RESULT_NUM:
		break;
	}
	*error = end_reason(&b->end);
	if (!*error)
		*error = strerror(ENOMEM);
	backend_log_failure(b, *error);
	return BACKEND_FAILED;
}

/**
 * establish() - What is left to do on a connected socket
 * @b:		Connection
 * @error:	On BACKEND_FAILED, why
 */
static enum backend_result establish(struct backend *b, const char **error)
{
	enum backend_result r = secure(b, error);

	deadline_clear(&b->conn->exchange->retry);
	b->connected = r == BACKEND_READY;
	return r;
}

enum backend_result backend_attach(struct conn *c, const char **error)
{
	struct worker *w = c->worker;
	int rc = -EADDRNOTAVAIL;

	if (!c->exchange->backend && !c->exchange->retried) {
		c->exchange->backend = pool_take(w, !c->exchange->repeatable);
		if (c->exchange->backend) {
			c->exchange->backend->conn = c;
			return BACKEND_READY;
		}
	}
	if (!c->exchange->backend) {
		if (!list_empty(&c->exchange->waiting) ||
		    !resolver_ready(&w->resolver, &c->exchange->waiting))
			return BACKEND_WAIT;
		*error = w->resolver.error;
		if (*error)
			return BACKEND_FAILED;
		c->exchange->backend = backend_new(w);
		if (!c->exchange->backend) {
			*error = strerror(ENOMEM);
			return BACKEND_FAILED;
		}
		c->exchange->backend->conn = c;
	}
	struct backend *b = c->exchange->backend;
	for (; b->next_addr < w->resolver.addrs.n; b->next_addr++) {
		rc = try_address(b, c, b->next_addr);
		if (rc == -EINPROGRESS)
			return BACKEND_WAIT;
		if (rc == 0)
			return establish(b, error);
	}
	w->resolver.answered_at = -RESOLVER_TTL;
	*error = strerror(-rc);
	return BACKEND_FAILED;
}

void backend_keep(struct conn *c)
{
	struct backend *b = c->exchange->backend;
	struct worker *w = c->worker;

	/* What began with certificates that were replaced ends with its exchange. */
	if (w->pool.n_idle == BACKEND_POOL_MAX ||
	    (b->end.tls && !tls_is_of(b->end.tls, w->backend_tls))) {
		backend_drop(c);
		return;
	}
	c->exchange->backend = NULL;
	b->conn = NULL;
	list_append(&w->pool.idle, &b->node);
	w->pool.n_idle++;
	end_watch(&b->end, w->loop, EV_READ);
}

void backend_drop(struct conn *c)
{
	if (!c->exchange->backend)
		return;
	backend_free(c->exchange->backend);
	c->exchange->backend = NULL;
}
