#include "worker.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "conn.h"
#include "needs.h"
#include "tier.h"
#include "tls.h"

/* libev: its epoll instance, the pipe that wakes it, signals. */
NEEDS_SYSCALLS("epoll_ctl epoll_wait epoll_pwait epoll_pwait2 read write rt_sigaction close");

#define TRIM_AFTER_S 1 /* of a crowd that took more than is kept */

static void trim_later(struct worker *w)
{
	ev_timer_set(&w->trim, TRIM_AFTER_S, 0);
	ev_timer_start(w->loop, &w->trim);
}

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

static bool has_surplus(const struct worker *w)
{
	return w->bufs.shed || w->pool.n_idle > BACKEND_POOL_KEEP;
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
	if (has_surplus(w) && !ev_is_active(&w->trim))
		trim_later(w);
	if (w->stopping && list_empty(&w->conns))
		ev_break(loop, EVBREAK_ALL);
}

static void on_expired(struct deadline *d, enum deadline_kind kind)
{
	if (kind == DEADLINE_RETRY)
		conn_advance(list_entry(d, struct exchange, retry)->conn);
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

/* The heap shrinks when a crowd has gone, by on_trim(), not while it comes and goes. */
static void keep_heap(void)
{
#ifdef __GLIBC__
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

/* What a crowd has left, idle or free in the heap, goes back, once it is gone. */
static void on_trim(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct worker *w = timer->data;

	(void)loop;
	(void)revents;
	if (w->bufs.used > BUF_POOL_MAX * BUF_SIZE) {
		trim_later(w);
		return;
	}
	if (!backend_pool_trim(&w->pool) && !w->bufs.shed)
		return;
	buf_pool_clear(&w->bufs);
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* ---- inbox ---- */

struct adopted {
	struct list node;
	int fd;
	struct conn_process *process;
};

/* Return: the next connection, NULL if there is none; @end tells whether to end. */
static struct adopted *take_adopted(struct inbox *in, bool *end)
{
	struct adopted *a = NULL;

	pthread_mutex_lock(&in->lock);
	*end = in->end;
	if (!list_empty(&in->adopted)) {
		a = list_entry(in->adopted.next, struct adopted, node);
		list_remove(&a->node);
	}
	pthread_mutex_unlock(&in->lock);
	return a;
}

static void on_arrived(struct ev_loop *loop, struct ev_async *async, int revents)
{
	struct worker *w = async->data;
	struct adopted *a;
	bool end;

	(void)loop;
	(void)revents;
	while ((a = take_adopted(&w->inbox, &end)) != NULL) {
		conn_adopt(w, a->fd, a->process);
		free(a);
	}
	if (!end)
		return;
	worker_stop(w);
	worker_stop(w); /* the second time it waits for nothing */
}

static void open_inbox(struct worker *w)
{
	pthread_mutex_init(&w->inbox.lock, NULL);
	list_init(&w->inbox.adopted);
	ev_async_init(&w->inbox.arrived, on_arrived);
	w->inbox.arrived.data = w;
	ev_async_start(w->loop, &w->inbox.arrived);
}

static void close_inbox(struct worker *w)
{
	struct adopted *a;
	bool end;

	while ((a = take_adopted(&w->inbox, &end)) != NULL) {
		close(a->fd);
		free(a->process);
		free(a);
	}
	ev_async_stop(w->loop, &w->inbox.arrived);
	pthread_mutex_destroy(&w->inbox.lock);
}

void worker_adopt(struct worker *w, int fd, struct conn_process *process)
{
	struct adopted *a = malloc(sizeof(*a));

	if (!a) {
		close(fd);
		free(process);
		return;
	}
	*a = (struct adopted){ .fd = fd, .process = process };
	pthread_mutex_lock(&w->inbox.lock);
	list_append(&w->inbox.adopted, &a->node);
	pthread_mutex_unlock(&w->inbox.lock);
	ev_async_send(w->loop, &w->inbox.arrived);
}

void worker_end(struct worker *w)
{
	pthread_mutex_lock(&w->inbox.lock);
	w->inbox.end = true;
	pthread_mutex_unlock(&w->inbox.lock);
	ev_async_send(w->loop, &w->inbox.arrived);
}

/* ---- tiers ---- */

static int open_tiers(struct worker *w)
{
	const struct proxy_config *config = w->config;
	int rc = callers_init(&w->callers, w);

	while (rc == 0 && w->n_tiers < config->n_tiers) {
		rc = tier_init(&w->tiers[w->n_tiers], &config->now.tiers[w->n_tiers]);
		w->tiers[w->n_tiers].metrics = &w->counts[w->n_tiers];
		w->n_tiers++;
	}
	/* A series without a label is there once. */
	w->n_counts = config->n_tiers + (w->tiers[0].name[0] != '\0');
	w->nobody = (struct tier){
		.name = "",
		.metrics = &w->counts[w->tiers[0].name[0] != '\0' ? config->n_tiers : 0],
	};
	if (rc < 0)
		callers_stop(&w->callers);
	return rc;
}

static void close_tiers(struct worker *w)
{
	for (size_t i = 0; i < w->n_tiers; i++)
		tier_clear(&w->tiers[i]);
	free(w->tiers);
	free(w->counts);
}

/* ---- life ---- */

struct worker *worker_new(const struct proxy_config *config, size_t connections)
{
	struct worker *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return NULL;
	w->config = config;
	w->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	w->matcher = policy_matcher_new();
	w->tiers = calloc(config->n_tiers, sizeof(*w->tiers));
	w->counts = calloc(config->n_tiers + 1, sizeof(*w->counts));
	w->recent = config->admin ? calloc(1, sizeof(*w->recent)) : NULL;
	if (!w->loop || !w->matcher || !w->tiers || !w->counts || (config->admin && !w->recent)) {
		rc = -ENOMEM;
		goto fail;
	}
	rc = hangup_init(&w->hangup, w->loop, on_hangup);
	if (rc < 0)
		goto fail;
	list_init(&w->conns);
	list_init(&w->closing);
	rc = open_tiers(w);
	if (rc < 0)
		goto fail;
	admission_init(&w->admission, connections, config->limits.per_client);
	w->bufs.budget = config->limits.buffer_bytes;
	backend_pool_init(&w->pool);
	deadlines_init(&w->deadlines, w->loop, on_expired);
	resolver_init(&w->resolver, w->loop, &config->backend, conn_resume);
	open_inbox(w);
	ev_prepare_init(&w->sweep, on_sweep);
	w->sweep.data = w;
	ev_prepare_start(w->loop, &w->sweep);
	ev_timer_init(&w->stop_limit, on_stop_limit, PROXY_STOP_S, 0);
	w->stop_limit.data = w;
	ev_init(&w->trim, on_trim);
	w->trim.data = w;
	return w;
fail:
	policy_matcher_free(w->matcher);
	close_tiers(w);
	if (w->loop)
		ev_loop_destroy(w->loop);
	free(w->recent);
	free(w);
	errno = -rc;
	return NULL;
}

struct metrics_now worker_now(const struct worker *w)
{
	struct metrics_now now = {
		.connections = w->admission.n_served,
		.streams = w->n_streams,
		.waiting = w->n_connecting,
		.idle = w->pool.n_idle,
		.enforced = !w->config->observe,
		.version = w->config->version,
	};

	for (size_t i = 0; i < w->n_tiers; i++)
		now.rules += policy_count(w->tiers[i].policy);
	return now;
}

void worker_frontends(const struct worker *w, struct metrics_frontend *frontends)
{
	for (size_t i = 0; i < w->n_counts; i++)
		frontends[i] = (struct metrics_frontend){
			.name = i < w->n_tiers ? w->tiers[i].name : w->nobody.name,
			.counts = &w->counts[i],
			.rules = i < w->n_tiers ? policy_count(w->tiers[i].policy) : 0,
		};
	for (struct list *n = w->conns.next; n != &w->conns; n = n->next) {
		const struct conn *c = list_entry(n, struct conn, node);
		struct metrics_frontend *f;

		/* What is over is in the counts already. */
		if (!c->exchange || !c->exchange->audit.open)
			continue;
		f = &frontends[c->tier->metrics - w->counts];
		f->bytes_in += conn_bytes_in(c);
		f->bytes_out += c->exchange->down.bytes;
	}
}

void worker_expect(struct worker *w)
{
	for (size_t i = 0; i < w->n_tiers; i++)
		if (w->tiers[i].access)
			hosts_expect(&w->callers.hosts, &w->tiers[i].access->from);
	hosts_forget(&w->callers.hosts);
}

void worker_run(struct worker *w)
{
	keep_heap();
	worker_expect(w);
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
	callers_stop(&w->callers);
	deadlines_stop(&w->deadlines);
	hangup_stop(&w->hangup, w->loop);
	buf_pool_clear(&w->bufs);
	pipe_pool_clear(&w->pipes);
	close_inbox(w);
	ev_prepare_stop(w->loop, &w->sweep);
	ev_timer_stop(w->loop, &w->stop_limit);
	ev_timer_stop(w->loop, &w->trim);
	ev_loop_destroy(w->loop);
	policy_matcher_free(w->matcher);
	close_tiers(w);
	free(w->recent);
	tls_context_free(w->backend_tls);
	free(w);
}
