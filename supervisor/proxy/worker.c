#include "worker.h"

#include <errno.h>
#include <stdlib.h>

#include "conn.h"
#include "needs.h"

/* libev: its epoll instance, the pipe that wakes it, signals. */
NEEDS_SYSCALLS("epoll_ctl epoll_wait epoll_pwait epoll_pwait2 read write rt_sigaction close");

static void end_all(struct worker *w)
{
	while (!list_empty(&w->conns))
		conn_fail(list_entry(w->conns.next, struct conn, node), "the proxy was stopped");
}

static bool any_short(const struct worker *w)
{
	for (struct list *n = w->conns.next; n != &w->conns; n = n->next)
		if (conn_is_short(list_entry(n, struct conn, node)))
			return true;
	return false;
}

/* Runs before the loop waits, when no callback is on the stack. */
static void on_sweep(struct ev_loop *loop, struct ev_prepare *sweep, int revents)
{
	struct worker *w = sweep->data;

	(void)revents;
	if (w->stopping && !any_short(w))
		end_all(w);
	while (!list_empty(&w->closing))
		conn_free(list_entry(w->closing.next, struct conn, node));
	if (w->stopping && list_empty(&w->conns))
		ev_break(loop, EVBREAK_ALL);
}

static void on_expired(struct deadline *d, enum deadline_kind kind)
{
	if (kind == DEADLINE_RETRY)
		conn_advance(list_entry(d, struct conn, retry));
	else
		conn_expired(list_entry(d, struct conn, deadline), kind);
}

static void on_hangup(struct end *e)
{
	e->gone = true;
	/* To the socket's own callback, as neither readable nor writable. */
	ev_cb (&e->io)(NULL, &e->io, EV_CUSTOM);
}

static void on_stop_limit(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	(void)loop;
	(void)revents;
	end_all(timer->data);
}

struct worker *worker_new(const struct proxy_config *config, size_t connections)
{
	struct worker *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return NULL;
	w->config = config;
	w->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	w->matcher = policy_matcher_new();
	if (!w->loop || !w->matcher) {
		rc = -ENOMEM;
		goto fail;
	}
	rc = hangup_init(&w->hangup, w->loop, on_hangup);
	if (rc < 0)
		goto fail;
	list_init(&w->conns);
	list_init(&w->closing);
	admission_init(&w->admission, connections, config->limits.per_client);
	w->bufs.budget = config->limits.buffer_bytes;
	backend_pool_init(&w->pool);
	deadlines_init(&w->deadlines, w->loop, on_expired);
	resolver_init(&w->resolver, w->loop, &config->backend, conn_resume);
	ev_prepare_init(&w->sweep, on_sweep);
	w->sweep.data = w;
	ev_prepare_start(w->loop, &w->sweep);
	ev_timer_init(&w->stop_limit, on_stop_limit, PROXY_STOP_S, 0);
	w->stop_limit.data = w;
	return w;
fail:
	policy_matcher_free(w->matcher);
	if (w->loop)
		ev_loop_destroy(w->loop);
	free(w);
	errno = -rc;
	return NULL;
}

void worker_run(struct worker *w)
{
	ev_run(w->loop, 0);
}

void worker_stop(struct worker *w)
{
	struct list *n, *next;

	if (w->stopping) {
		end_all(w);
		return;
	}
	w->stopping = true;
	ev_timer_start(w->loop, &w->stop_limit);
	for (n = w->conns.next; n != &w->conns; n = next) {
		struct conn *c = list_entry(n, struct conn, node);

		next = n->next;
		if (c->state == CONN_IDLE)
			conn_set_state(c, CONN_CLOSING);
	}
}

void worker_free(struct worker *w)
{
	end_all(w);
	while (!list_empty(&w->closing))
		conn_free(list_entry(w->closing.next, struct conn, node));
	backend_pool_clear(&w->pool);
	resolver_stop(&w->resolver);
	deadlines_stop(&w->deadlines);
	hangup_stop(&w->hangup, w->loop);
	buf_pool_clear(&w->bufs);
	pipe_pool_clear(&w->pipes);
	ev_prepare_stop(w->loop, &w->sweep);
	ev_timer_stop(w->loop, &w->stop_limit);
	ev_loop_destroy(w->loop);
	policy_matcher_free(w->matcher);
	free(w);
}
