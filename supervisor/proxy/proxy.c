#include "proxy.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "admin.h"
#include "audit.h"
#include "caller.h"
#include "certs.h"
#include "conn.h"
#include "listener.h"
#include "log.h"
#include "service.h"
#include "tier.h"
#include "tls.h"
#include "worker.h"

/*
 * Descriptors that are not clients': standard ones, logs, listeners, the loop's,
 * idle connections to the engine, clients that are being refused, pipes, and who asks
 * the guard about itself, with what the engine is asked through.
 */
#define OWN_DESCRIPTORS                                                                   \
	(16 + PROXY_LISTENERS_MAX + BACKEND_POOL_MAX + ADMISSION_REFUSED + 2 * PIPE_MAX + \
	 ADMIN_LISTENERS_MAX + 4 * ADMIN_CLIENTS_MAX)

/* And those through which the engine is asked about clients. */
#define CALLER_DESCRIPTORS (3 * (CALLER_QUESTIONS_MAX + 1))

struct proxy {
	const struct proxy_config *config; /* borrowed */
	struct worker *worker;		   /* owned */
	struct listener listeners[PROXY_LISTENERS_MAX];
	size_t n_listeners;
	struct admin admin;
	struct ev_signal terminate, interrupt, hangup;
	struct ev_timer tick;
};

static void close_listeners(struct proxy *p)
{
	for (size_t i = 0; i < p->n_listeners; i++)
		listener_close(&p->listeners[i]);
	p->n_listeners = 0;
}

static int open_listeners(struct proxy *p, char *error)
{
	for (size_t i = 0; i < p->config->n_frontends; i++) {
		const struct frontend *frontend = &p->config->frontends[i];
		char why[LISTENER_ERROR_MAX], text[ADDR_TEXT_MAX];
		int n = listener_open(p->listeners + p->n_listeners,
				      PROXY_LISTENERS_MAX - p->n_listeners, frontend, why);

		if (n < 0) {
			addr_format(&frontend->addr, text, sizeof(text));
			snprintf(error, PROXY_ERROR_MAX, "%s %s: %s", frontend->origin, text, why);
			return n;
		}
		p->n_listeners += (size_t)n;
	}
	return 0;
}

static void reopen_audit_log(const struct proxy *p)
{
	int rc;

	if (!p->config->audit_log)
		return;
	rc = audit_open_log(p->config->audit_log);
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "cannot open the audit log again, keeping the old one",
			  "file", p->config->audit_log, "error", strerror(-rc), NULL);
	else
		log_event(LOG_LEVEL_INFO, "audit log opened again", "file", p->config->audit_log,
			  NULL);
}

/* Clients that are there are judged again before their next request. */
static void judge_again(struct proxy *p, uint64_t tiers)
{
	for (size_t i = 0; i < p->n_listeners; i++)
		p->listeners[i].generation += (p->listeners[i].tiers & tiers) != 0;
}

static int prepare(struct worker *w, const struct proxy_now *next, char *error)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < w->n_tiers; i++)
		rc = tier_prepare(&w->tiers[i], &next->tiers[i]);
	if (rc < 0)
		snprintf(error, PROXY_ERROR_MAX, "%s", strerror(-rc));
	return rc;
}

/**
 * take() - Go on with what was read again
 * @p:		Proxy
 * @next:	What was read
 * @error:	On failure, why
 *
 * Return: 0 or -errno, and nothing has changed.
 */
static int take(struct proxy *p, const struct proxy_now *next, char *error)
{
	struct worker *w = p->worker;
	uint64_t changed = 0;
	struct certs certs;
	int rc = prepare(w, next, error);

	if (rc == 0)
		rc = certs_load(&certs, p->config, next, error);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < w->n_tiers; i++)
		changed |= (uint64_t)tier_update(&w->tiers[i], &next->tiers[i]) << i;
	judge_again(p, changed);
	worker_expect(w);
	certs_use(&certs, w);
	return 0;
}

/**
 * reload() - Read again what may change
 * @p:		Proxy
 * @error:	On failure, why
 *
 * Return: whether it is in force.
 */
static bool reload(struct proxy *p, char *error)
{
	struct proxy_now next;
	int rc = p->config->reload(p->config->data, &next, error);

	if (rc == 0) {
		rc = take(p, &next, error);
		p->config->reloaded(p->config->data, rc == 0);
	}
	p->worker->metrics.reloads[rc == 0]++;
	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "cannot read the rules again, keeping the old ones",
			  "error", error, NULL);
	return rc == 0;
}

/* Everything that is read at the start. */
static bool reload_all(void *data, char *error)
{
	struct proxy *p = data;
	bool ok;

	service_reloading(p->config->service);
	reopen_audit_log(p);
	ok = reload(p, error);
	service_reloaded(p->config->service, ok);
	return ok;
}

static int open_admin(struct proxy *p, char *error)
{
	char why[LISTENER_ERROR_MAX], text[ADDR_TEXT_MAX];
	int rc;

	if (!p->config->admin)
		return 0;
	p->admin.reload = reload_all;
	p->admin.data = p;
	rc = admin_open(&p->admin, p->config->admin, why);
	if (rc < 0) {
		addr_format(&p->config->admin->addr, text, sizeof(text));
		snprintf(error, PROXY_ERROR_MAX, "-admin-addr %s: %s", text, why);
	}
	return rc;
}

static void log_start(const struct proxy *p)
{
	char text[ADDR_TEXT_MAX];
	struct log_line l;
	size_t n_rules = 0;

	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	for (size_t i = 0; i < p->config->n_tiers; i++)
		n_rules += policy_count(p->config->now.tiers[i].policy);
	addr_format(&p->config->backend, text, sizeof(text));
	log_begin(&l, LOG_LEVEL_INFO, "starting");
	log_str(&l, "backend", text);
	log_uint(&l, "rules", n_rules);
	if (p->worker->backend_tls)
		log_str(&l, "tls", p->config->now.backend_tls.cert.path ? "mutual" : "server");
	log_end(&l);
	log_print(&l);
}

static void log_listener(const struct proxy *p, const struct listener *l)
{
	char text[ADDR_TEXT_MAX];
	struct log_line line;

	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	addr_format(&l->addr, text, sizeof(text));
	log_begin(&line, LOG_LEVEL_INFO, "listening");
	log_str(&line, "addr", text);
	if (tier_tls(l))
		log_str(&line, "tls", tls_context_verifies(tier_tls(l)) ? "mutual" : "server");
	for (size_t i = 0; i < p->config->n_tiers; i++)
		if (l->tiers >> i & 1 && p->worker->tiers[i].name[0] != '\0')
			log_str(&line, "frontend", p->worker->tiers[i].name);
	log_end(&line);
	log_print(&line);
}

static void start_listeners(struct proxy *p)
{
	log_start(p);
	if (p->config->observe)
		log_event(LOG_LEVEL_CRITICAL,
			  "NOTHING IS ENFORCED: what the rules deny is logged and forwarded", NULL);
	for (size_t i = 0; i < p->n_listeners; i++) {
		listener_start(&p->listeners[i], p->worker);
		log_listener(p, &p->listeners[i]);
	}
	admin_start(&p->admin, p->worker);
	service_start(p->config->service, p->worker);
}

static void on_stop(struct ev_loop *loop, struct ev_signal *signal, int revents)
{
	struct proxy *p = signal->data;

	(void)loop;
	(void)revents;
	log_event(LOG_LEVEL_INFO, "stopping", "signal",
		  signal->signum == SIGTERM ? "SIGTERM" : "SIGINT", NULL);
	service_stopping(p->config->service);
	close_listeners(p);
	worker_stop(p->worker);
}

static void tick(const struct proxy *p)
{
	if (p->config->tick)
		p->config->tick(p->config->data);
}

static void on_hangup(struct ev_loop *loop, struct ev_signal *signal, int revents)
{
	char error[PROXY_ERROR_MAX];

	(void)loop;
	(void)revents;
	/* What is written may be what is read. */
	tick(signal->data);
	reload_all(signal->data, error);
}

static void watch_signal(struct proxy *p, struct ev_signal *watcher, int signum,
			 void (*callback)(struct ev_loop *loop, struct ev_signal *signal,
					  int revents))
{
	ev_signal_init(watcher, callback, signum);
	watcher->data = p;
	ev_signal_start(p->worker->loop, watcher);
	/* A signal watcher alone keeps nothing to be served. */
	ev_unref(p->worker->loop);
}

static void unwatch_signal(struct proxy *p, struct ev_signal *watcher)
{
	ev_ref(p->worker->loop);
	ev_signal_stop(p->worker->loop, watcher);
}

/* On the way out one more of them must not change the exit status. */
static void block_stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static size_t own_descriptors(const struct proxy_config *config)
{
	for (size_t i = 0; i < config->n_tiers; i++)
		if (config->now.tiers[i].access)
			return OWN_DESCRIPTORS + CALLER_DESCRIPTORS;
	return OWN_DESCRIPTORS;
}

/**
 * raise_descriptor_limit() - Get as many descriptors as the system lets us have
 *
 * Return: how many they are.
 */
static size_t raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	if (limit.rlim_cur != limit.rlim_max) {
		rlim_t soft = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			limit.rlim_cur = soft;
	}
	return (size_t)limit.rlim_cur;
}

/**
 * count_connections() - Find out how many clients may be served
 * @config:	Configuration
 * @descriptors: Descriptors there are; each client may need one to the engine, too
 * @error:	Filled if that is not enough
 *
 * Return: the number, or 0.
 */
static size_t count_connections(const struct proxy_config *config, size_t descriptors, char *error)
{
	size_t wanted = config->limits.connections, own = own_descriptors(config), carried;

	if (descriptors < own + 2) {
		snprintf(error, PROXY_ERROR_MAX,
			 "the limit of open files (ulimit -n) is below %zu and carries no client",
			 own + 2);
		return 0;
	}
	carried = (descriptors - own) / 2;
	if (wanted > carried) {
		snprintf(error, PROXY_ERROR_MAX,
			 "-max-connections %zu: the limit of open files (ulimit -n) carries %zu",
			 wanted, carried);
		return 0;
	}
	return wanted > 0 ? wanted : carried;
}

static int open_audit_log(const struct proxy_config *config, char *error)
{
	int rc = config->audit_log ? audit_open_log(config->audit_log) : 0;

	if (rc < 0)
		snprintf(error, PROXY_ERROR_MAX, "-audit-log %s: %s", config->audit_log,
			 strerror(-rc));
	return rc;
}

/* Whoever rotates it later is to know now that it will not work. */
static void check_audit_log(const char *path)
{
	int rc = audit_open_log(path);

	if (rc < 0)
		log_event(LOG_LEVEL_WARNING,
			  "the audit log cannot be opened again, as SIGHUP would have it", "file",
			  path, "error", strerror(-rc), NULL);
}

static int open_all(struct proxy *p, char *error)
{
	int rc = open_audit_log(p->config, error);
	struct certs certs;
	size_t connections;

	if (rc < 0)
		return rc;
	connections = count_connections(p->config, raise_descriptor_limit(), error);
	if (connections == 0)
		return -EINVAL;
	p->worker = worker_new(p->config, connections);
	if (!p->worker) {
		rc = -errno;
		snprintf(error, PROXY_ERROR_MAX, "cannot start: %s", strerror(-rc));
		return rc;
	}
	rc = certs_load(&certs, p->config, &p->config->now, error);
	if (rc < 0)
		return rc;
	certs_use(&certs, p->worker);
	rc = open_listeners(p, error);
	return rc < 0 ? rc : open_admin(p, error);
}

struct proxy *proxy_open(const struct proxy_config *config, char *error)
{
	struct proxy *p = calloc(1, sizeof(*p));
	int rc;

	if (!p) {
		snprintf(error, PROXY_ERROR_MAX, "out of memory");
		return NULL;
	}
	p->config = config;
	signal(SIGPIPE, SIG_IGN);
	rc = open_all(p, error);
	if (rc == 0)
		return p;
	proxy_close(p);
	errno = -rc;
	return NULL;
}

void proxy_close(struct proxy *p)
{
	if (!p)
		return;
	close_listeners(p);
	admin_close(&p->admin);
	if (p->worker)
		worker_free(p->worker);
	free(p);
}

static void on_tick(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	(void)loop;
	(void)revents;
	tick(timer->data);
}

static void start_ticks(struct proxy *p)
{
	if (!p->config->tick)
		return;
	ev_timer_init(&p->tick, on_tick, PROXY_TICK_S, PROXY_TICK_S);
	p->tick.data = p;
	ev_timer_start(p->worker->loop, &p->tick);
	/* Nor does it keep anything to be served. */
	ev_unref(p->worker->loop);
}

static void stop_ticks(struct proxy *p)
{
	if (!p->config->tick)
		return;
	ev_ref(p->worker->loop);
	ev_timer_stop(p->worker->loop, &p->tick);
	tick(p);
}

void proxy_run(struct proxy *p)
{
	start_ticks(p);
	start_listeners(p);
	worker_run(p->worker);
	stop_ticks(p);
	service_stopping(p->config->service);
	service_stop(p->config->service);
	audit_say_dropped();
	close_listeners(p);
	log_event(LOG_LEVEL_INFO, "stopped", NULL);
}

void proxy_adopt(struct proxy *p, int fd, const struct proxy_client *client)
{
	struct conn_process *process = calloc(1, sizeof(*process));

	if (!process) {
		close(fd);
		return;
	}
	process->pid = client->pid;
	process->uid = client->uid;
	snprintf(process->comm, sizeof(process->comm), "%s", client->comm);
	snprintf(process->exe, sizeof(process->exe), "%s", client->exe);
	worker_adopt(p->worker, fd, process);
}

void proxy_stop(struct proxy *p)
{
	worker_end(p->worker);
}

int proxy_check(const struct proxy_config *config, char *error)
{
	struct certs certs;
	int rc = certs_load(&certs, config, &config->now, error);

	if (rc == 0)
		certs_free(&certs);
	return rc;
}

int proxy_serve(const struct proxy_config *config, char *error)
{
	struct proxy *p = proxy_open(config, error);
	int rc;

	if (!p)
		return -errno;
	rc = config->on_ready ? config->on_ready(config->data, error) : 0;
	if (rc < 0) {
		proxy_close(p);
		return rc;
	}
	if (config->audit_log)
		check_audit_log(config->audit_log);
	watch_signal(p, &p->terminate, SIGTERM, on_stop);
	watch_signal(p, &p->interrupt, SIGINT, on_stop);
	watch_signal(p, &p->hangup, SIGHUP, on_hangup);
	proxy_run(p);
	block_stop_signals();
	unwatch_signal(p, &p->terminate);
	unwatch_signal(p, &p->interrupt);
	unwatch_signal(p, &p->hangup);
	proxy_close(p);
	return 0;
}
