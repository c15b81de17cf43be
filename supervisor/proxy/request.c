/*
 * request - from the bytes of a head to a verdict
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../http/target.h"
#include "../http/write.h"
#include "caller.h"
#include "conn.h"
#include "log.h"
#include "rate.h"
#include "tier.h"
#include "worker.h"

/* Most of a path that a message to the client shows. */
#define SHOWN_PATH_MAX 1024

/* Most of a reason. */
#define SHOWN_REASON_MAX 2048

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

/**
 * refuse_because() - Refuse a request for a reason of our own
 * @c:		Connection
 * @status:	Status code
 * @reason:	Why, a phrase; not kept
 */
static void refuse_because(struct conn *c, unsigned int status, const char *reason)
{
	char message[256];

	audit_deny(c, "", reason);
	snprintf(message, sizeof(message), "cetusguard: %s", reason);
	conn_refuse(c, status, message);
}

/* How much of a text is shown, which is no more than @max and no part of a character. */
static int shown(const char *text, size_t len, size_t max)
{
	size_t n = len < max ? len : max;

	while (n > 0 && n < len && (text[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

static void refuse_denied(struct conn *c, const struct http_head *h, const struct http_target *t,
			  const struct policy_why *why)
{
	char message[SHOWN_PATH_MAX + SHOWN_REASON_MAX + 256];
	const bool named = why->endpoint[0] != '\0';
	const int path_len = named ? 0 : shown(t->path, t->path_len, SHOWN_PATH_MAX);
	const bool whole = named || (size_t)path_len == t->path_len;

	audit_deny(c, why->rule, why->reason);
	snprintf(message, sizeof(message), "cetusguard: %.*s%s%.*s%s denied: %.*s",
		 named ? (int)strlen(why->endpoint) : (int)h->method.len,
		 named ? why->endpoint : h->method.p, named ? "" : " ", path_len, t->path,
		 whole ? "" : "...", shown(why->reason, strlen(why->reason), SHOWN_REASON_MAX),
		 why->reason);
	conn_refuse(c, 403, message);
}

/**
 * note_request() - Keep what the exchange needs to know of a parsed head
 * @c:	Connection
 * @h:	Parsed head
 */
static void note_request(struct conn *c, const struct http_head *h)
{
	c->exchange->head_request = http_slice_is(h->method, "HEAD");
	c->exchange->repeatable = h->framing == HTTP_NO_BODY && method_is_idempotent(h->method);
	c->exchange->expects = h->expect_continue;
	c->exchange->old = h->minor == 0;
	c->exchange->close = h->close || h->minor == 0 || c->worker->stopping;
	http_body_start(&c->exchange->up.body, h);
}

/**
 * rebuild() - Write the head that is to be sent
 * @c:		Connection
 * @head_len:	Length of the head as received
 * @t:		Its target
 *
 * Return: false if there is no room, and the request is refused.
 */
static bool rebuild(struct conn *c, size_t head_len, const struct http_target *t)
{
	const struct http_head *h = &c->worker->request;
	const struct http_endpoint *ep = c->exchange->endpoint;
	char *out = flow_head_room(&c->exchange->up, &c->worker->bufs,
				   http_request_bound(head_len, t));

	if (!out) {
		conn_overload(c, "too many large requests at a time");
		return false;
	}
	c->exchange->up.head.end += http_write_request(
		out, h, t, c->exchange->asks_upgrade ? ep->protocol : NULL);
	return true;
}

/* ---- what is judged, and forwarded ---- */

static const char *field_value(void *data, const char *name, size_t n, size_t *len)
{
	struct http_slice value = http_field_value(data, name, n);

	*len = value.len;
	return value.p;
}

/**
 * request_of() - A request as the policy wants it
 * @c:		Connection
 * @t:		Target of the request in the worker's scratch
 * @has_body:	Its body is ready
 */
static struct policy_request request_of(const struct conn *c, const struct http_target *t,
					bool has_body)
{
	struct worker *w = c->worker;
	const struct flow *up = &c->exchange->up;

	return (struct policy_request){
		.method = w->request.method.p,
		.method_len = w->request.method.len,
		.path = t->path,
		.path_len = t->path_len,
		.query = t->has_query ? t->query.p : NULL,
		.query_len = t->query.len,
		.field = field_value,
		.data = &w->request,
		.body = !has_body     ? NULL :
			up->ready > 0 ? buf_head(&up->in) :
					"",
		.body_len = has_body ? up->ready : 0,
		.has_body = has_body,
	};
}

/**
 * note_use() - Tell who wants to know that a request is forwarded
 * @c:		Connection
 * @t:		Target of the request in the worker's scratch
 * @has_body:	Its body is ready
 * @allowed:	The rules allow it
 */
static void note_use(const struct conn *c, const struct http_target *t, bool has_body, bool allowed)
{
	const struct proxy_config *config = c->worker->config;
	struct policy_request req;
	char agent[32];

	if (!config->used || !c->exchange->audit.open)
		return;
	req = request_of(c, t, has_body);
	if (!c->process) {
		struct http_slice field = http_field_value(&c->worker->request, "User-Agent", 0);

		snprintf(agent, sizeof(agent), "%.*s", (int)field.len, field.p ? field.p : "");
		agent[strcspn(agent, "/ ")] = '\0';
	}
	config->used(config->data,
		     &(struct proxy_use){ .request = &req,
					  .program = c->process ? c->process->comm : agent,
					  .allowed = allowed });
}

/* The verdict on what the rules deny where nothing is enforced. */
static void observe(struct conn *c, const struct policy_why *why)
{
	if (c->worker->config->allow_all)
		audit_decide(c, true, "-learn-allow", NULL);
	else
		audit_would_deny(c, why->rule, why->reason);
}

static void let_through(struct conn *c, size_t head_len, const struct http_target *t,
			const struct policy_why *why)
{
	observe(c, why);
	note_use(c, t, false, false);
	if (rebuild(c, head_len, t))
		conn_set_state(c, CONN_CONNECT);
}

/* ---- bodies that are judged ---- */

bool request_body_fits(const struct conn *c)
{
	size_t max = c->worker->config->limits.body_bytes;

	return c->exchange->up.ready <= max &&
	       http_body_opaque(&c->exchange->up.body) <= max - c->exchange->up.ready;
}

void request_refuse_long_body(struct conn *c)
{
	char reason[128];

	snprintf(reason, sizeof(reason),
		 "the body of this request is judged and may have %zu KiB at most (-max-body)",
		 c->worker->config->limits.body_bytes / 1024);
	/* Where chunks end is not known. */
	c->exchange->close = c->exchange->close || c->exchange->up.body.framing == HTTP_CHUNKED;
	refuse_because(c, 413, reason);
}

/**
 * send_continue() - Have a client that waits for it send its body
 * @c:		Connection
 *
 * The engine, which else says so, is not asked before the body is here.
 *
 * Return: false if there is no room, and the request is refused.
 */
static bool send_continue(struct conn *c)
{
	char *out;

	if (!c->exchange->expects || c->exchange->old || c->exchange->up.body.done)
		return true;
	out = flow_head_room(&c->exchange->down, &c->worker->bufs, HTTP_CONTINUE_MAX);
	if (!out) {
		conn_overload(c, "too many large requests at a time");
		return false;
	}
	c->exchange->down.head.end += http_write_continue(out);
	return true;
}

/**
 * hold() - Begin to read the body of a request that cannot be judged without it
 * @c:		Connection
 * @head_len:	Length of the head as received
 * @t:		Its target
 *
 * The head is written now; one of chunks gets its length from end_head().
 */
static void hold(struct conn *c, size_t head_len, const struct http_target *t)
{
	struct http_head *h = &c->worker->request;
	bool encoded = http_field_value(h, "Content-Encoding", 0).p != NULL;

	if (c->worker->config->observe && (encoded || !request_body_fits(c))) {
		let_through(
			c, head_len, t,
			&(struct policy_why){ .rule = "", .reason = "its body cannot be judged" });
		return;
	}
	if (encoded) {
		refuse_because(c, 415,
			       "the body of this request is judged and must have no "
			       "Content-Encoding");
		return;
	}
	if (!request_body_fits(c)) {
		request_refuse_long_body(c);
		return;
	}
	http_drop_field(h, HTTP_F_EXPECT);
	http_drop_field(h, HTTP_F_TRANSFER_ENCODING);
	if (!rebuild(c, head_len, t) || !send_continue(c))
		return;
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_BODY);
	conn_set_state(c, CONN_READ_BODY);
}

/**
 * end_head() - Complete the head of a body that came in chunks
 * @c:		Connection whose body is ready
 *
 * Return: false if there is no room, and the request is refused.
 */
static bool end_head(struct conn *c)
{
	struct buf *head = &c->exchange->up.head;

	if (c->exchange->up.body.framing != HTTP_CHUNKED)
		return true;
	if (buf_reserve(head, &c->worker->bufs, HTTP_HEAD_END_MAX) < 0) {
		conn_overload(c, "too many large requests at a time");
		return false;
	}
	head->end -= strlen("\r\n"); /* its empty line */
	head->end += http_end_head(head->data + head->end, c->exchange->up.ready);
	return true;
}

/* ---- judging ---- */

static void warn_limit(const struct policy_why *why)
{
	if (why->limit_rule[0] != '\0' && audit_may_log(NULL))
		log_event(LOG_LEVEL_WARNING, "a rule takes too long to match and was ignored",
			  "rule", why->limit_rule, NULL);
}

/**
 * evaluate() - Ask the policy
 * @c:		Connection
 * @t:		Target of the request in the worker's scratch
 * @has_body:	Its body is ready
 * @why:	Filled
 */
static enum policy_verdict evaluate(struct conn *c, const struct http_target *t, bool has_body,
				    struct policy_why *why)
{
	struct worker *w = c->worker;
	struct policy *policy = c->tier->policy;
	const struct policy_request req = request_of(c, t, has_body);

	audit_judged_by(c, policy);
	return policy_evaluate(policy, w->matcher, &req, why);
}

/* Whether a body that rules do not ask for is read for who wants to know. */
static bool is_wanted(const struct conn *c, const struct http_target *t,
		      enum policy_verdict verdict)
{
	const struct proxy_config *config = c->worker->config;
	struct policy_request req;

	if (!config->used || !c->exchange->audit.open ||
	    (verdict == POLICY_DENY && !config->observe) ||
	    http_field_value(&c->worker->request, "Content-Encoding", 0).p || !request_body_fits(c))
		return false;
	req = request_of(c, t, false);
	return config->wants_body(&req);
}

/*
 * More requests behind this one than a buffer holds are not kept while it is served:
 * the client has to send them again (RFC 9112 section 9.3.2), if it ever meant to.
 */
static void drop_surplus(struct conn *c)
{
	struct buf *in = &c->exchange->up.in;
	size_t surplus = buf_len(in) - c->exchange->up.ready;

	if (c->state != CONN_CONNECT || !c->exchange->up.body.done || surplus <= BUF_SIZE)
		return;
	c->exchange->close = true;
	buf_cut(in, c->exchange->up.ready, surplus);
}

/* ---- who, and how often ---- */

/* A client that is of no tier hears so, and its connection ends. */
static void refuse_stranger(struct conn *c)
{
	unsigned int status;
	const char *reason = caller_refusal(c, &status);

	c->exchange->close = true;
	refuse_because(c, status, reason);
}

/**
 * may_ask_now() - Whether a client has not made too many requests
 * @c:	Connection
 * @h:	Parsed head
 *
 * Return: false if it has, and the request is refused.
 */
static bool may_ask_now(struct conn *c, const struct http_head *h)
{
	enum rate_class class = rate_class_of(h->method.p, h->method.len);
	struct rate_key key;
	char reason[128];
	uint64_t wait;

	if (!c->tier->rates)
		return true;
	caller_key(&key, c);
	wait = rate_table_take(c->tier->rates, &key, class, audit_now_us());
	if (wait == 0)
		return true;
	c->worker->metrics.limited[class]++;
	c->exchange->retry_after_s = (wait + 999999) / 1000000;
	snprintf(reason, sizeof(reason), "too many requests (-rate-%s), try again in %" PRIu64 " s",
		 class == RATE_READ ? "read" : "write", c->exchange->retry_after_s);
	refuse_because(c, 429, reason);
	return false;
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
	enum policy_verdict verdict;
	struct http_target target;
	struct policy_why why;
	enum http_error e = http_parse_request(h, head, head_len);

	if (e != HTTP_OK) {
		audit_begin(c, h->method, h->target);
		c->exchange->close = true;
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
	if (!c->tier->policy) {
		refuse_stranger(c);
		return;
	}
	if (!may_ask_now(c, h))
		return;
	c->exchange->endpoint = http_endpoint_find(h->method, target.path, target.path_len);
	c->exchange->asks_upgrade = http_asks_upgrade(h, c->exchange->endpoint);
	e = http_check_upgrade(h, c->exchange->endpoint);
	if (e != HTTP_OK) {
		c->exchange->close = true;
		refuse_error(c, e);
		return;
	}
	verdict = evaluate(c, &target, false, &why);
	if (is_wanted(c, &target, verdict))
		verdict = POLICY_NEEDS_BODY;
	switch (verdict) {
	case POLICY_ALLOW:
		audit_decide(c, true, why.rule, NULL);
		note_use(c, &target, false, true);
		if (rebuild(c, head_len, &target))
			conn_set_state(c, CONN_CONNECT);
		break;
	case POLICY_NEEDS_BODY:
		hold(c, head_len, &target);
		return;
	case POLICY_DENY:
	case POLICY_VERDICT_NUM:
		if (w->config->observe)
			let_through(c, head_len, &target, &why);
		else
			refuse_denied(c, h, &target, &why);
		break;
	}
	warn_limit(&why);
}

void request_judge_body(struct conn *c)
{
	struct worker *w = c->worker;
	struct http_head *h = &w->request;
	enum policy_verdict verdict;
	struct http_target target;
	struct policy_why why;
	enum http_error e;

	if (!end_head(c))
		return;
	e = http_parse_request(h, buf_head(&c->exchange->up.head), buf_len(&c->exchange->up.head));
	if (e == HTTP_OK)
		e = http_target_read(&target, h->target, w->path_room);
	if (e != HTTP_OK) {
		refuse_error(c, e);
		return;
	}
	verdict = evaluate(c, &target, true, &why);
	if (verdict == POLICY_NEEDS_BODY)
		why.reason = "its body could not be judged";
	if (verdict == POLICY_ALLOW)
		audit_decide(c, true, why.rule, NULL);
	else if (w->config->observe)
		observe(c, &why);
	if (verdict != POLICY_ALLOW && !w->config->observe) {
		refuse_denied(c, h, &target, &why);
	} else {
		note_use(c, &target, true, verdict == POLICY_ALLOW);
		conn_set_state(c, CONN_CONNECT);
		drop_surplus(c);
	}
	warn_limit(&why);
}

void request_read_head(struct conn *c)
{
	struct buf *in = &c->exchange->up.in;
	size_t head_len;
	enum http_error e = http_scan_head(&c->exchange->up.scan, buf_head(in), buf_len(in),
					   &head_len);

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
