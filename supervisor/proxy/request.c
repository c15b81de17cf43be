/*
 * request - from the bytes of a head to a verdict
 */
#include <stdio.h>
#include <string.h>

#include "../http/target.h"
#include "../http/write.h"
#include "conn.h"
#include "log.h"
#include "worker.h"

/* Most of a path that a message to the client shows. */
#define SHOWN_PATH_MAX 1024

static bool method_is_idempotent(struct http_slice method)
{
	static const char *const idempotent[] = {
		"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE",
	};

	for (size_t i = 0; i < sizeof(idempotent) / sizeof(idempotent[0]); i++)
		if (http_slice_is(method, idempotent[i]))
			return true;
	return false;
}

/* A request that cannot be read, or that no rule is asked about. */
static void refuse_error(struct conn *c, enum http_error e)
{
	char message[256];

	audit_decide(c, false, "", http_error_text(e));
	snprintf(message, sizeof(message), "cetusguard: bad request: %s", http_error_text(e));
	conn_refuse(c, http_error_status(e), message);
}

static void refuse_denied(struct conn *c, const struct http_head *h, const struct http_target *t,
			  const struct policy_why *why)
{
	char message[SHOWN_PATH_MAX + 256];
	size_t shown = t->path_len < SHOWN_PATH_MAX ? t->path_len : SHOWN_PATH_MAX;

	audit_decide(c, false, why->rule, why->reason);
	/* Never end inside a character. */
	while (shown > 0 && shown < t->path_len && (t->path[shown] & 0xc0) == 0x80)
		shown--;
	snprintf(message, sizeof(message), "cetusguard: %.*s %.*s%s denied: %s", (int)h->method.len,
		 h->method.p, (int)shown, t->path, shown < t->path_len ? "..." : "", why->reason);
	conn_refuse(c, 403, message);
}

/**
 * note_request() - Keep what the exchange needs to know of a parsed head
 * @c:	Connection
 * @h:	Parsed head
 */
static void note_request(struct conn *c, const struct http_head *h)
{
	c->exchange.head_request = http_slice_is(h->method, "HEAD");
	c->exchange.repeatable = h->framing == HTTP_NO_BODY && method_is_idempotent(h->method);
	c->exchange.expects = h->expect_continue;
	c->exchange.old = h->minor == 0;
	c->exchange.close = h->close || h->minor == 0 || c->worker->stopping;
	http_body_start(&c->up.body, h);
}

/**
 * forward() - Put the rebuilt head on its way
 * @c:		Connection
 * @head_len:	Length of the head as received
 * @t:		Judged target
 */
static void forward(struct conn *c, size_t head_len, const struct http_target *t)
{
	const struct http_head *h = &c->worker->request;
	const struct http_endpoint *ep = c->exchange.endpoint;
	char *out = flow_head_room(&c->up, &c->worker->bufs, http_request_bound(head_len, t));

	if (!out) {
		conn_overload(c, "too many large requests at a time");
		return;
	}
	c->up.head.end += http_write_request(out, h, t,
					     c->exchange.asks_upgrade ? ep->protocol : NULL);
	conn_set_state(c, CONN_CONNECT);
}

static void warn_limit(const struct policy_why *why)
{
	if (why->limit_rule[0] != '\0' && audit_may_log(NULL))
		log_event(LOG_LEVEL_WARNING, "a rule takes too long to match and was ignored",
			  "rule", why->limit_rule, NULL);
}

/**
 * judge() - Decide on a complete head
 * @c:		Connection
 * @head:	Head, @head_len bytes
 * @head_len:	Its length
 */
static void judge(struct conn *c, const char *head, size_t head_len)
{
	struct worker *w = c->worker;
	struct http_head *h = &w->request;
	struct http_target target;
	struct policy_why why;
	enum http_error e = http_parse_request(h, head, head_len);

	if (e != HTTP_OK) {
		audit_begin(c, h->method, h->target);
		c->exchange.close = true;
		/* Where this request ends is not known for sure. */
		refuse_error(c, e);
		return;
	}
	note_request(c, h);
	e = http_target_read(&target, h->target, w->path_room);
	if (e != HTTP_OK) {
		audit_begin(c, h->method, h->target);
		refuse_error(c, e);
		return;
	}
	audit_begin(c, h->method, (struct http_slice){ target.path, target.path_len });
	c->exchange.endpoint = http_endpoint_find(h->method, target.path, target.path_len);
	c->exchange.asks_upgrade = http_asks_upgrade(h, c->exchange.endpoint);
	e = http_check_upgrade(h, c->exchange.endpoint);
	if (e != HTTP_OK) {
		c->exchange.close = true;
		refuse_error(c, e);
		return;
	}
	if (policy_evaluate(w->config->policy, w->matcher,
			    &(struct policy_request){ .method = h->method.p,
						      .method_len = h->method.len,
						      .path = target.path,
						      .path_len = target.path_len },
			    &why) == POLICY_ALLOW) {
		audit_decide(c, true, why.rule, NULL);
		forward(c, head_len, &target);
	} else {
		refuse_denied(c, h, &target, &why);
	}
	warn_limit(&why);
}

/*
 * More requests behind this one than a buffer holds are not kept while it is served:
 * the client has to send them again (RFC 9112 section 9.3.2), if it ever meant to.
 */
static void drop_surplus(struct conn *c)
{
	struct buf *in = &c->up.in;

	if (c->state != CONN_CONNECT || !c->up.body.done || buf_len(in) <= BUF_SIZE)
		return;
	c->exchange.close = true;
	buf_consume(in, buf_len(in));
}

void request_read_head(struct conn *c)
{
	struct buf *in = &c->up.in;
	size_t head_len;
	enum http_error e = http_scan_head(&c->up.scan, buf_head(in), buf_len(in), &head_len);

	if (e != HTTP_OK) {
		conn_begin_unread(c);
		refuse_error(c, e);
	} else if (head_len > 0) {
		deadline_clear(&c->deadline);
		judge(c, buf_head(in), head_len);
		buf_consume(in, head_len);
		drop_surplus(c);
		buf_shrink(in, &c->worker->bufs);
	} else if (c->client.eof) {
		conn_set_state(c, CONN_CLOSING);
	}
}
