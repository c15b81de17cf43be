#include "audit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admission.h"
#include "caller.h"
#include "conn.h"
#include "log.h"
#include "needs.h"
#include "recent.h"
#include "tier.h"
#include "worker.h"

/* openat(2) is allowed where there is a file to open. */
NEEDS_SYSCALLS("close getsockopt");

#define BUCKETS 64 /* of log_limit, for clients by their hash */

static int audit_fd = -1;
static bool audit_torn; /* its last line is not whole */

int audit_open_log(const char *path)
{
	int fd;

	if (strcmp(path, "-") == 0 && audit_fd >= 0)
		return 0;
	if (strcmp(path, "-") == 0)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
			  0640);
	if (fd < 0)
		return -errno;
	if (audit_fd >= 0)
		close(audit_fd);
	audit_fd = fd;
	return 0;
}

static enum log_level level_of(const struct audit *a)
{
	return a->verdict == AUDIT_ALLOW ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING;
}

/* Somebody wants to know of it besides the logs. */
static bool anyone_watches(const struct conn *c)
{
	return c->worker->config->denied || c->worker->recent;
}

static bool anyone_listens(const struct audit *a)
{
	return audit_fd >= 0 || log_enabled(level_of(a));
}

uint64_t audit_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t audit_age_us(const struct audit *a)
{
	return a->open ? audit_now_us() - a->start_us : 0;
}

/* Free what an audit owns. */
static void forget(struct audit *a)
{
	free(a->path);
	free(a->kept);
	policy_free(a->policy);
	a->path = a->kept = NULL;
	a->policy = NULL;
	a->rule = "";
	a->reason = NULL;
}

void audit_begin(struct conn *c, struct http_slice method, struct http_slice path)
{
	struct audit *a = &c->exchange->audit;

	forget(a);
	*a = (struct audit){ .open = !c->tier->is_own, .rule = "" };
	if (!a->open)
		return;
	a->start_us = audit_now_us();
	a->method_id = metrics_method(method.p, method.len);
	a->class_id = metrics_class(path.p, path.len);
	if (audit_fd < 0 && !log_enabled(LOG_LEVEL_WARNING) && !anyone_watches(c))
		return;
	size_t len = method.len < sizeof(a->method) - 1 ? method.len : sizeof(a->method) - 1;
	memcpy(a->method, method.p, len);
	a->path = strndup(path.p, path.len < LOG_VALUE_MAX ? path.len : LOG_VALUE_MAX);
}

void audit_judged_by(struct conn *c, struct policy *policy)
{
	struct audit *a = &c->exchange->audit;

	if (a->policy == policy)
		return;
	policy_free(a->policy);
	a->policy = policy_hold(policy);
	a->rule = "";
}

void audit_decide(struct conn *c, bool allowed, const char *rule, const char *reason)
{
	c->exchange->audit.verdict = allowed ? AUDIT_ALLOW : AUDIT_DENY;
	c->exchange->audit.rule = rule;
	c->exchange->audit.reason = reason;
}

static void keep_reason(struct conn *c, const char *reason)
{
	struct audit *a = &c->exchange->audit;

	if (!anyone_listens(a) && !anyone_watches(c))
		return;
	free(a->kept);
	a->kept = strndup(reason, LOG_VALUE_MAX);
	a->reason = a->kept;
}

void audit_deny(struct conn *c, const char *rule, const char *reason)
{
	audit_decide(c, false, rule, NULL);
	keep_reason(c, reason);
}

void audit_would_deny(struct conn *c, const char *rule, const char *reason)
{
	audit_deny(c, rule, reason);
	c->exchange->audit.verdict = AUDIT_WOULD_DENY;
}

void audit_fail(struct conn *c, const char *reason)
{
	keep_reason(c, reason);
}

void audit_replied(struct conn *c, unsigned int status)
{
	struct audit *a = &c->exchange->audit;

	a->status = status;
	if (!a->open)
		return;
	a->reply_us = audit_age_us(a);
	metrics_observe(&c->tier->metrics->replies[a->verdict], a->reply_us);
}

/* What is counted when an exchange is over. */
static void count(const struct conn *c)
{
	struct metrics_tier *m = c->tier->metrics;
	const struct audit *a = &c->exchange->audit;

	m->requests[a->verdict][a->method_id][a->class_id]++;
	m->bytes_in += conn_bytes_in(c);
	m->bytes_out += c->exchange->down.bytes;
}

/* Which process is behind a unix socket: SO_PEERCRED, unix(7). */
static void put_unix_client(struct log_line *l, const struct conn *c)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	log_str(l, "client", "unix");
	if (getsockopt(c->client.fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return;
	log_uint(l, "pid", (uint64_t)cred.pid);
	log_uint(l, "uid", cred.uid);
}

static void put_process(struct log_line *l, const struct conn_process *p)
{
	log_uint(l, "pid", (uint64_t)p->pid);
	log_uint(l, "uid", p->uid);
	log_str(l, "comm", p->comm);
	log_str(l, "exe", p->exe);
}

/* Return: its port, with the address in @host; 0 if it has none. */
static unsigned int read_peer(char *host, const union conn_peer *peer)
{
	switch (peer->sa.sa_family) {
	case AF_INET:
		inet_ntop(AF_INET, &peer->in.sin_addr, host, INET6_ADDRSTRLEN);
		return ntohs(peer->in.sin_port);
	case AF_INET6:
		if (IN6_IS_ADDR_V4MAPPED(&peer->in6.sin6_addr))
			inet_ntop(AF_INET, &peer->in6.sin6_addr.s6_addr[12], host,
				  INET6_ADDRSTRLEN);
		else
			inet_ntop(AF_INET6, &peer->in6.sin6_addr, host, INET6_ADDRSTRLEN);
		return ntohs(peer->in6.sin6_port);
	default:
		return 0;
	}
}

static void put_address(struct log_line *l, const struct conn *c)
{
	char host[INET6_ADDRSTRLEN] = "", text[INET6_ADDRSTRLEN + 8];
	unsigned int port = c->process ? 0 : read_peer(host, &c->peer);

	if (c->process) {
		put_process(l, c->process);
	} else if (host[0] == '\0') {
		put_unix_client(l, c);
	} else {
		snprintf(text, sizeof(text), strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
		log_str(l, "client", text);
	}
}

void audit_name_client(char *name, size_t cap, const struct conn *c)
{
	char host[INET6_ADDRSTRLEN] = "";
	struct ucred cred;
	socklen_t len = sizeof(cred);
	const char *known = caller_name(c);

	read_peer(host, &c->peer);
	if (known || host[0] != '\0')
		snprintf(name, cap, "%s", known ? known : host);
	else if (getsockopt(c->client.fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0)
		snprintf(name, cap, "unix uid %u", cred.uid);
	else
		snprintf(name, cap, "unix");
}

static void put_client(struct log_line *l, const struct conn *c)
{
	put_address(l, c);
	caller_log(l, c);
}

/*
 * A bucket for clients of one hash, so that one that is refused all the time hides
 * few others, and one for what is no client's.
 */
static struct log_limit limits[BUCKETS + 1];

static struct log_limit *limit_of(const struct conn *c)
{
	return c ? &limits[admission_hash(c->client.fd, &c->peer) % BUCKETS] : &limits[BUCKETS];
}

static void say_dropped(uint64_t n)
{
	struct log_line l;

	if (n == 0 || !log_enabled(LOG_LEVEL_WARNING))
		return;
	log_begin(&l, LOG_LEVEL_WARNING, "lines were dropped, there were too many at a time");
	log_uint(&l, "count", n);
	log_end(&l);
	log_print(&l);
}

bool audit_may_log(const struct conn *c)
{
	uint64_t dropped;

	if (!log_limit_take(limit_of(c), audit_now_us() / 1000, &dropped))
		return false;
	say_dropped(dropped);
	return true;
}

void audit_say_dropped(void)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		n += limits[i].dropped;
		limits[i].dropped = 0;
	}
	say_dropped(n);
}

/* A full disk is said on standard error, which may be elsewhere. */
static void write_audit(const struct log_line *l)
{
	int rc;

	/* What was cut short ends here. */
	if (audit_torn && write(audit_fd, "\n", 1) != 1)
		rc = -errno;
	else
		rc = log_write(l, audit_fd);
	audit_torn = rc == -EIO || (audit_torn && rc < 0);
	if (rc < 0 && audit_may_log(NULL))
		log_event(LOG_LEVEL_ERROR, "a line is missing in the audit log", "error",
			  strerror(-rc), NULL);
}

static void write_line(struct log_line *l, const struct conn *c)
{
	log_end(l);
	if (log_enabled(l->level) && (l->level == LOG_LEVEL_DEBUG || audit_may_log(c)))
		log_print(l);
	if (audit_fd >= 0)
		write_audit(l);
}

static void begin_line(struct log_line *l, const struct conn *c, const char *msg)
{
	const struct audit *a = &c->exchange->audit;

	log_begin(l, level_of(a), msg);
	log_str(l, "verdict", metrics_verdicts[a->verdict]);
	log_str(l, "method", a->method);
	log_str(l, "path", a->path);
	if (c->tier->name[0] != '\0')
		log_str(l, "frontend", c->tier->name);
}

void audit_handshake(const struct conn *c, const char *reason)
{
	struct log_line l;

	if (!log_enabled(LOG_LEVEL_WARNING) || !audit_may_log(c))
		return;
	log_begin(&l, LOG_LEVEL_WARNING, "TLS with a client failed");
	put_client(&l, c);
	log_str(&l, "reason", reason ? reason : strerror(ENOMEM));
	log_end(&l);
	log_print(&l);
}

void audit_upgraded(struct conn *c)
{
	struct log_line l;

	if (!anyone_listens(&c->exchange->audit))
		return;
	begin_line(&l, c, "upgrade");
	put_client(&l, c);
	log_str(&l, "rule", c->exchange->audit.rule);
	write_line(&l, c);
}

static void keep_denial(struct recent *r, const struct audit *a, const char *client)
{
	struct recent_denial *d = recent_deny(r);

	d->time_s = (uint64_t)time(NULL);
	d->verdict = (uint8_t)a->verdict;
	d->status = a->status;
	snprintf(d->client, sizeof(d->client), "%s", client);
	snprintf(d->method, sizeof(d->method), "%s", a->method);
	snprintf(d->path, sizeof(d->path), "%s", a->path ? a->path : "");
	snprintf(d->rule, sizeof(d->rule), "%s", a->rule);
	snprintf(d->reason, sizeof(d->reason), "%s", a->reason ? a->reason : "");
}

/* What is kept for who watches. */
static void keep(const struct conn *c)
{
	const struct audit *a = &c->exchange->audit;
	struct recent *r = c->worker->recent;
	uint64_t now_s = recent_now_s();
	struct recent_row *row;
	struct rate_key key;

	caller_key(&key, c);
	recent_count(r, now_s, a->verdict);
	row = recent_row(r, &key, a->method_id, a->class_id, now_s);
	if (row->client[0] == '\0')
		audit_name_client(row->client, sizeof(row->client), c);
	row->requests[a->verdict]++;
	row->reply_us += a->reply_us;
	if (a->verdict != AUDIT_ALLOW && a->status != 0)
		keep_denial(r, a, row->client);
}

/* Tell all who want to know what became of a request. */
static void tell(const struct conn *c)
{
	const struct proxy_config *config = c->worker->config;
	const struct audit *a = &c->exchange->audit;
	struct log_line l;

	/* Without a status nobody was told so: the client has gone before it was judged. */
	if (a->verdict != AUDIT_ALLOW && a->status != 0 && config->denied)
		config->denied(config->data, &(struct proxy_denial){
						     .method = a->method,
						     .path = a->path,
						     .status = a->status,
						     .rule = a->rule,
						     .reason = a->reason,
						     .program = c->process ? c->process->comm : "",
						     .forwarded = a->verdict == AUDIT_WOULD_DENY });
	if (anyone_listens(a)) {
		begin_line(&l, c, "request");
		log_uint(&l, "status", a->status);
		put_client(&l, c);
		log_str(&l, "rule", a->rule);
		log_uint(&l, "bytes_in", conn_bytes_in(c));
		log_uint(&l, "bytes_out", c->exchange->down.bytes);
		log_ms(&l, "duration_ms", audit_now_us() - a->start_us);
		if (a->reason)
			log_str(&l, "reason", a->reason);
		write_line(&l, c);
	}
}

void audit_end(struct conn *c)
{
	if (c->exchange->audit.open) {
		c->exchange->audit.open = false;
		count(c);
		if (c->worker->recent)
			keep(c);
		tell(c);
	}
	forget(&c->exchange->audit);
}
