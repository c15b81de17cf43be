#include "admin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../http/message.h"
#include "../http/write.h"
#include "../policy/policy.h"
#include "conn.h"
#include "log.h"
#include "metrics.h"
#include "needs.h"
#include "proxy.h"
#include "recent.h"
#include "web.h"
#include "worker.h"

NEEDS_SYSCALLS("recvfrom shutdown close socketpair");

#define TEXT_TYPE    "text/plain; charset=utf-8"
#define JSON_TYPE    "application/json"
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

#define STREAMS_SHOWN 64 /* of those that are open */

enum admin_state {
	ADMIN_READ,  /* the request is arriving */
	ADMIN_ASK,   /* the engine is being asked */
	ADMIN_WRITE, /* the reply is on its way */
	ADMIN_DRAIN, /* it is out, and the client has not ended */
	ADMIN_STATE_NUM
};

/**
 * struct admin_client - Whoever asks
 * @limit:	Of the state
 * @ask_fd:	Our end of the connection the engine is asked through, or -1
 * @in:		What has arrived: of the request, then of the engine's answer
 * @reply:	Head and text; owned
 */
struct admin_client {
	struct list node;
	struct admin *admin;
	enum admin_state state;
	int fd;
	struct ev_io io;
	struct ev_timer limit;
	int ask_fd;
	struct ev_io ask_io;
	struct http_scan scan;
	char in[ADMIN_HEAD_MAX];
	size_t in_len;
	bool is_head;
	char *reply;
	size_t reply_len, reply_sent;
};

static struct ev_loop *loop_of(const struct admin_client *c)
{
	return c->admin->worker->loop;
}

static void stop_asking(struct admin_client *c)
{
	if (c->ask_fd < 0)
		return;
	ev_io_stop(loop_of(c), &c->ask_io);
	close(c->ask_fd);
	c->ask_fd = -1;
}

/* The last thing a handler does. */
static void end_client(struct admin_client *c)
{
	stop_asking(c);
	ev_io_stop(loop_of(c), &c->io);
	ev_timer_stop(loop_of(c), &c->limit);
	close(c->fd);
	list_remove(&c->node);
	c->admin->n_clients--;
	free(c->reply);
	free(c);
}

static void set_limit(struct admin_client *c, double seconds)
{
	ev_timer_stop(loop_of(c), &c->limit);
	ev_timer_set(&c->limit, seconds, 0);
	ev_timer_start(loop_of(c), &c->limit);
}

static void watch(struct admin_client *c, int events)
{
	ev_io_stop(loop_of(c), &c->io);
	ev_io_set(&c->io, c->fd, events);
	ev_io_start(loop_of(c), &c->io);
}

/* ---- replies ---- */

/**
 * reply_with() - Put a reply on its way
 * @c:		Client
 * @status:	Status code
 * @type:	Media type of @text
 * @text:	Body, @len bytes
 * @len:	Length of @text
 */
static void reply_with(struct admin_client *c, unsigned int status, const char *type,
		       const char *text, size_t len)
{
	stop_asking(c);
	c->state = ADMIN_WRITE;
	c->reply = malloc(HTTP_TEXT_HEAD_MAX + len);
	if (c->reply) {
		c->reply_len = http_write_text_head(c->reply, status, type, len);
		if (!c->is_head) {
			memcpy(c->reply + c->reply_len, text, len);
			c->reply_len += len;
		}
	}
	set_limit(c, ADMIN_CLIENT_S);
	watch(c, EV_WRITE);
}

/* A line of text. */
static void reply_line(struct admin_client *c, unsigned int status, const char *text)
{
	char line[PROXY_ERROR_MAX + 64];
	int n = snprintf(line, sizeof(line), "%s\n", text);

	reply_with(c, status, TEXT_TYPE, line,
		   (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

/* ---- what is asked ---- */

static void serve_health(struct admin_client *c)
{
	reply_line(c, 200, "ok");
}

static void serve_reload(struct admin_client *c)
{
	char error[PROXY_ERROR_MAX];

	if (c->admin->reload(c->admin->data, error))
		reply_line(c, 200, "the rules were read again");
	else
		reply_line(c, 500, error);
}

/* Write what @print does and put it on its way. */
static void reply_printed(struct admin_client *c, const char *type,
			  void (*print)(FILE *f, const struct worker *w))
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (f)
		print(f, c->admin->worker);
	if (f && fclose(f) == 0)
		reply_with(c, 200, type, text, len);
	else
		reply_line(c, 503, "out of memory");
	free(text);
}

static void print_metrics(FILE *f, const struct worker *w)
{
	struct metrics_frontend frontends[PROXY_TIERS_MAX + 1];
	struct metrics_now now = worker_now(w);

	worker_frontends(w, frontends);
	metrics_print(f, &w->metrics, &now, frontends, w->n_counts);
}

static void serve_metrics(struct admin_client *c)
{
	reply_printed(c, METRICS_TYPE, print_metrics);
}

static void print_frontends(FILE *f, const struct worker *w)
{
	char text[ADDR_TEXT_MAX];

	fputs("\"frontends\":[", f);
	for (size_t i = 0; i < w->config->n_frontends; i++) {
		addr_format(&w->config->frontends[i].addr, text, sizeof(text));
		fputs(i > 0 ? "," : "", f);
		recent_put_json(f, text);
	}
	fputc(']', f);
}

static void print_stream(FILE *f, const struct conn *conn)
{
	const struct exchange *e = conn->exchange;
	char client[RECENT_CLIENT_MAX];

	audit_name_client(client, sizeof(client), conn);
	fputs("{\"client\":", f);
	recent_put_json(f, client);
	fputs(",\"method\":", f);
	recent_put_json(f, e->audit.method);
	fputs(",\"path\":", f);
	recent_put_json(f, e->audit.path ? e->audit.path : "");
	fprintf(f, ",\"seconds\":%" PRIu64 ",\"bytes_in\":%" PRIu64 ",\"bytes_out\":%" PRIu64 "}",
		audit_age_us(&e->audit) / 1000000, conn_bytes_in(conn), e->down.bytes);
}

static void print_streams(FILE *f, const struct worker *w)
{
	size_t n = 0;

	fputs(",\"streams\":[", f);
	for (struct list *l = w->conns.next; l != &w->conns && n < STREAMS_SHOWN; l = l->next) {
		const struct conn *conn = list_entry(l, struct conn, node);

		if (conn->state != CONN_UPGRADED)
			continue;
		fputs(n++ > 0 ? "," : "", f);
		print_stream(f, conn);
	}
	fputc(']', f);
}

/* Members may be added; where one changes or goes, version does. */
static void print_stats(FILE *f, const struct worker *w)
{
	struct metrics_now now = worker_now(w);

	fputs("{\"version\":1,\"cetusguard\":", f);
	recent_put_json(f, now.version);
	fprintf(f,
		",\"enforced\":%s,\"time\":%" PRIu64 ",\"rules\":%zu,\"connections\":%zu"
		",\"n_streams\":%zu,\"waiting\":%zu,",
		now.enforced ? "true" : "false", (uint64_t)time(NULL), now.rules, now.connections,
		now.streams, now.waiting);
	print_frontends(f, w);
	print_streams(f, w);
	fputc(',', f);
	recent_print(f, w->recent, recent_now_s());
	fputs("}\n", f);
}

static void serve_stats(struct admin_client *c)
{
	reply_printed(c, JSON_TYPE, print_stats);
}

/* ---- whether the engine answers ---- */

/* Of a reply of the proxy's own, what it says: the message in {"message":"..."}. */
static void reply_not_ready(struct admin_client *c, const char *body, size_t len)
{
	static const char before[] = "{\"message\":\"cetusguard: ", behind[] = "\"}\n";
	size_t around = strlen(before) + strlen(behind);
	char text[512];

	if (len > around && memcmp(body, before, strlen(before)) == 0 &&
	    memcmp(body + len - strlen(behind), behind, strlen(behind)) == 0)
		snprintf(text, sizeof(text), "not ready: %.*s", (int)(len - around),
			 body + strlen(before));
	else
		snprintf(text, sizeof(text), "not ready: the engine's answer to _ping is not 200");
	reply_line(c, 503, text);
}

static void read_answer(struct admin_client *c)
{
	struct http_head *h = &c->admin->worker->reply;
	struct http_scan scan = { 0 };
	size_t head_len = 0;

	if (http_scan_head(&scan, c->in, c->in_len, &head_len) != HTTP_OK || head_len == 0 ||
	    http_parse_reply(h, c->in, head_len) != HTTP_OK)
		reply_line(c, 503, "not ready: the engine did not answer _ping");
	else if (h->status != 200)
		reply_not_ready(c, c->in + head_len, c->in_len - head_len);
	else
		reply_line(c, 200,
			   c->admin->worker->config->observe ? "ready, but nothing is enforced" :
							       "ready");
}

static void on_answer(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct admin_client *c = io->data;
	ssize_t n = recv(c->ask_fd, c->in + c->in_len, sizeof(c->in) - c->in_len, MSG_DONTWAIT);

	(void)loop;
	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		c->in_len += (size_t)n;
	if (n <= 0 || c->in_len == sizeof(c->in))
		read_answer(c);
}

static void serve_ready(struct admin_client *c)
{
	static const char question[] = "GET /_ping HTTP/1.1\r\n"
				       "Host: cetusguard\r\n"
				       "Connection: close\r\n\r\n";
	struct worker *w = c->admin->worker;
	struct iovec iov = { (char *)question, strlen(question) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int pair[2];

	if (w->stopping) {
		reply_line(c, 503, "not ready: stopping");
		return;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
		reply_line(c, 503, "not ready: out of descriptors");
		return;
	}
	/* It fits into the socket's buffer; if it ever did not, the limit passes. */
	(void)!sendmsg(pair[0], &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	conn_ask(w, pair[1], &c->admin->own);
	c->state = ADMIN_ASK;
	c->ask_fd = pair[0];
	c->in_len = 0;
	ev_io_init(&c->ask_io, on_answer, c->ask_fd, EV_READ);
	c->ask_io.data = c;
	ev_io_start(w->loop, &c->ask_io);
	set_limit(c, ADMIN_PING_S);
}

/* ---- the request ---- */

static void serve_file(struct admin_client *c, const struct web_file *file)
{
	reply_with(c, 200, file->type, file->text, strlen(file->text));
}

static const struct {
	const char *path;
	const char *method; /* HEAD is for what is GET, too */
	void (*serve)(struct admin_client *c);
} routes[] = {
	{ "/healthz", "GET", serve_health },  { "/readyz", "GET", serve_ready },
	{ "/metrics", "GET", serve_metrics }, { "/stats", "GET", serve_stats },
	{ "/reload", "POST", serve_reload },
};

static bool is(struct http_slice s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

/*
 * A page of another site may have its own name lead to this address once it is loaded (DNS
 * rebinding). To the browser it asks its own site then, but Host still says which.
 */
static bool is_called_right(const struct admin_client *c, const struct http_head *h)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	struct http_slice host = http_field_value(h, "Host", 0);

	if (c->admin->listeners[0].addr.kind != ADDR_TCP || !host.p)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (host.len >= len && strncasecmp(host.p, names[i], len) == 0 &&
		    (host.len == len || host.p[len] == ':'))
			return true;
	}
	return false;
}

/* Only our own page asks from inside a browser, and it only looks. */
static bool is_cross_site(const struct http_head *h)
{
	struct http_slice site = http_field_value(h, "Sec-Fetch-Site", 0);

	return http_field_value(h, "Origin", 0).p ||
	       (site.p && !is(site, "same-origin") && !is(site, "none"));
}

/* Whether the request may be served; if not it is answered. */
static bool admit(struct admin_client *c, const struct http_head *h, const char *method)
{
	bool is_get = strcmp(method, "GET") == 0;

	if (!is(h->method, method) && !(is_get && c->is_head))
		reply_line(c, 405, is_get ? "use GET" : "use POST");
	else if (!is_called_right(c, h))
		reply_line(c, 421, "Host is to be localhost, 127.0.0.1 or [::1]");
	else if (is_cross_site(h))
		reply_line(c, 403, "not for pages in a browser");
	else
		return true;
	return false;
}

static void route(struct admin_client *c, const struct http_head *h)
{
	const char *query = memchr(h->target.p, '?', h->target.len);
	struct http_slice path = h->target;

	if (query)
		path.len = (size_t)(query - path.p);
	c->is_head = is(h->method, "HEAD");
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (!is(path, routes[i].path))
			continue;
		if (admit(c, h, routes[i].method))
			routes[i].serve(c);
		return;
	}
	for (const struct web_file *file = web_files; file->path; file++) {
		if (!is(path, file->path))
			continue;
		if (admit(c, h, "GET"))
			serve_file(c, file);
		return;
	}
	reply_line(c, 404, "there are /, /healthz, /readyz, /metrics, /stats and /reload");
}

static void read_request(struct admin_client *c)
{
	struct http_head *h = &c->admin->worker->request;
	size_t head_len = 0;
	enum http_error e = http_scan_head(&c->scan, c->in, c->in_len, &head_len);

	if (e == HTTP_OK && head_len == 0 && c->in_len < sizeof(c->in))
		return;
	if (e == HTTP_OK && head_len > 0)
		e = http_parse_request(h, c->in, head_len);
	if (e == HTTP_OK && head_len == 0)
		reply_line(c, 431, "the head is larger than 4 KiB");
	else if (e == HTTP_OK)
		route(c, h);
	else
		reply_line(c, http_error_status(e), http_error_text(e));
}

static void receive(struct admin_client *c)
{
	char nothing[512]; /* for what is behind the request */
	bool is_wanted = c->state == ADMIN_READ;
	ssize_t n = is_wanted ? recv(c->fd, c->in + c->in_len, sizeof(c->in) - c->in_len,
				     MSG_DONTWAIT) :
				recv(c->fd, nothing, sizeof(nothing), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* Who asks and goes away while the engine is asked need not be answered. */
	if (n <= 0) {
		end_client(c);
	} else if (is_wanted) {
		c->in_len += (size_t)n;
		read_request(c);
	}
}

static void send_reply(struct admin_client *c)
{
	struct iovec iov = { c->reply + c->reply_sent, c->reply_len - c->reply_sent };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n = c->reply ? sendmsg(c->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) : -1;

	if (n < 0 && c->reply && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		end_client(c);
		return;
	}
	c->reply_sent += (size_t)n;
	if (c->reply_sent < c->reply_len)
		return;
	/* A body that nobody has read would have close(2) reset what was sent. */
	shutdown(c->fd, SHUT_WR);
	c->state = ADMIN_DRAIN;
	watch(c, EV_READ);
}

static void on_client(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct admin_client *c = io->data;

	(void)loop;
	(void)revents;
	if (c->state == ADMIN_WRITE)
		send_reply(c);
	else
		receive(c);
}

static void on_limit(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct admin_client *c = timer->data;

	(void)loop;
	(void)revents;
	if (c->state == ADMIN_ASK)
		reply_line(c, 503, "not ready: the engine did not answer _ping within 2 s");
	else
		end_client(c);
}

static void on_accepted(void *data, int fd)
{
	struct admin *a = data;
	struct admin_client *c = a->n_clients < ADMIN_CLIENTS_MAX ? calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		close(fd);
		return;
	}
	c->admin = a;
	c->fd = fd;
	c->ask_fd = -1;
	list_init(&c->node);
	list_append(&a->clients, &c->node);
	a->n_clients++;
	ev_io_init(&c->io, on_client, fd, EV_READ);
	c->io.data = c;
	ev_timer_init(&c->limit, on_limit, 0, 0);
	c->limit.data = c;
	watch(c, EV_READ);
	set_limit(c, ADMIN_CLIENT_S);
}

/* ---- life ---- */

static struct policy *make_ping_rule(void)
{
	static const char rule[] = "GET /_ping";
	struct policy *p = policy_new(NULL);
	struct policy_error error;

	if (p && policy_add(p, "admin", rule, strlen(rule), &error) == 0)
		return p;
	policy_free(p);
	return NULL;
}

int admin_open(struct admin *a, const struct frontend *where, char *error)
{
	int n;

	list_init(&a->clients);
	a->own = (struct tier){ .name = "", .policy = make_ping_rule(), .is_own = true };
	if (!a->own.policy) {
		snprintf(error, LISTENER_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	n = listener_open(a->listeners, ADMIN_LISTENERS_MAX, where, error);
	if (n < 0)
		return n;
	a->n_listeners = (size_t)n;
	return 0;
}

void admin_start(struct admin *a, struct worker *w)
{
	char text[ADDR_TEXT_MAX];

	a->worker = w;
	for (size_t i = 0; i < a->n_listeners; i++) {
		a->listeners[i].accepted = on_accepted;
		a->listeners[i].data = a;
		listener_start(&a->listeners[i], w);
		addr_format(&a->listeners[i].addr, text, sizeof(text));
		log_event(LOG_LEVEL_INFO, "admin listening", "addr", text, NULL);
	}
}

void admin_close(struct admin *a)
{
	struct list *n, *next;

	if (!a->own.policy)
		return;
	for (n = a->clients.next; n != &a->clients; n = next) {
		next = n->next;
		end_client(list_entry(n, struct admin_client, node));
	}
	for (size_t i = 0; i < a->n_listeners; i++)
		listener_close(&a->listeners[i]);
	/* Questions that are under way are still ours. */
	tier_clear(&a->own);
	a->n_listeners = 0;
}
