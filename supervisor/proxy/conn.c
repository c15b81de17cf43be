#include "conn.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../http/write.h"
#include "admission.h"
#include "caller.h"
#include "listener.h"
#include "log.h"
#include "socket.h"
#include "tier.h"
#include "worker.h"

/* Of a refused request's body, what is read to keep the connection usable. */
#define REFUSED_BODY_MAX (64 * 1024)

/* An exchange older than this is a stream, which a stop does not wait for. */
#define SHORT_REQUEST_MAX_US (10 * 1000000ULL)

#define TO(state) (1U << (state))

/* Where each state may lead to, beside CONN_CLOSING. */
static const unsigned int transitions[] = {
	[CONN_HANDSHAKE] = TO(CONN_IDENTIFY) | TO(CONN_DRAIN),
	[CONN_IDENTIFY] = TO(CONN_IDLE),
	[CONN_IDLE] = TO(CONN_READ_HEAD),
	[CONN_READ_HEAD] = TO(CONN_REFUSE) | TO(CONN_READ_BODY) | TO(CONN_CONNECT) |
			   TO(CONN_IDENTIFY),
	[CONN_READ_BODY] = TO(CONN_REFUSE) | TO(CONN_CONNECT),
	[CONN_REFUSE] = TO(CONN_IDLE) | TO(CONN_DRAIN),
	[CONN_CONNECT] = TO(CONN_SEND_HEAD) | TO(CONN_REFUSE),
	[CONN_SEND_HEAD] = TO(CONN_BODY) | TO(CONN_CONNECT) | TO(CONN_REFUSE) |
			   TO(CONN_REPLY_BODY) | TO(CONN_UPGRADED),
	[CONN_BODY] = TO(CONN_READ_REPLY) | TO(CONN_CONNECT) | TO(CONN_REFUSE) |
		      TO(CONN_REPLY_BODY) | TO(CONN_UPGRADED),
	[CONN_READ_REPLY] = TO(CONN_CONNECT) | TO(CONN_REFUSE) | TO(CONN_REPLY_BODY) |
			    TO(CONN_UPGRADED),
	[CONN_REPLY_BODY] = TO(CONN_IDLE) | TO(CONN_DRAIN),
	[CONN_UPGRADED] = TO(CONN_DRAIN),
	[CONN_DRAIN] = 0,
	[CONN_CLOSING] = 0,
};
_Static_assert(sizeof(transitions) / sizeof(transitions[0]) == CONN_STATE_NUM,
	       "every state leads somewhere");

/* ---- exchanges ---- */

static void exchange_init(struct exchange *x, struct conn *c)
{
	*x = (struct exchange){ .conn = c };
	deadline_init(&x->retry);
	list_init(&x->waiting);
}

/**
 * open_exchange() - Get ready to receive
 * @c:	Connection
 *
 * Return: whether it has an exchange; else it is closing.
 */
static bool open_exchange(struct conn *c)
{
	if (c->exchange)
		return true;
	c->exchange = malloc(sizeof(*c->exchange));
	if (c->exchange)
		exchange_init(c->exchange, c);
	else if (c->state != CONN_CLOSING)
		conn_set_state(c, CONN_CLOSING);
	return c->exchange != NULL;
}

static void close_exchange(struct conn *c)
{
	struct exchange *x = c->exchange;

	if (!x)
		return;
	audit_end(c);
	backend_drop(c);
	flow_clear(&x->up, c->worker);
	flow_clear(&x->down, c->worker);
	deadline_clear(&x->retry);
	list_remove(&x->waiting);
	c->exchange = NULL;
	free(x);
}

/* ---- states ---- */

static bool is_own(const struct conn *c)
{
	return c->tier && c->tier->is_own;
}

void conn_set_state(struct conn *c, enum conn_state state)
{
	assert(c->state != CONN_CLOSING);
	assert(state == CONN_CLOSING || (transitions[c->state] & TO(state)));
	c->worker->n_connecting += (size_t)(state == CONN_CONNECT) -
				   (size_t)(c->state == CONN_CONNECT);
	c->worker->n_streams += (size_t)(state == CONN_UPGRADED) -
				(size_t)(c->state == CONN_UPGRADED);
	if (state == CONN_CLOSING) {
		caller_settle(c);
		if (!is_own(c))
			admission_leave(&c->worker->admission, &c->place);
		deadline_clear(&c->deadline);
		list_remove(&c->node);
		list_append(&c->worker->closing, &c->node);
	}
	c->state = state;
}

void conn_fail(struct conn *c, const char *reason)
{
	if (c->exchange && !c->exchange->audit.reason)
		c->exchange->audit.reason = reason;
	c->client.cut = true;
	conn_set_state(c, CONN_CLOSING);
}

/* Close when the client has read all there is and has closed itself. */
static void linger(struct conn *c)
{
	audit_end(c);
	backend_drop(c);
	flow_drop_pipe(&c->exchange->up, c->worker);
	end_shutdown(&c->client);
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_LINGER);
	conn_set_state(c, CONN_DRAIN);
}

static bool request_is_sent(const struct conn *c)
{
	return c->exchange->up.body.done && !flow_pending(&c->exchange->up);
}

static bool backend_is_reusable(const struct conn *c)
{
	const struct backend *b = c->exchange->backend;

	return request_is_sent(c) && !c->exchange->reply_close &&
	       buf_len(&c->exchange->down.in) == 0 && !b->end.eof && !b->end.shut &&
	       !b->end.broken && !end_has_left_over(&b->end);
}

/**
 * end_exchange() - Log the exchange and get ready for what comes next
 * @c:	Connection whose reply is out
 */
static void end_exchange(struct conn *c)
{
	bool sent = request_is_sent(c);
	struct buf next;

	audit_end(c);
	if (c->exchange->backend && backend_is_reusable(c))
		backend_keep(c);
	backend_drop(c);
	if (!sent || c->exchange->close) {
		if (sent && (c->client.eof || buf_len(&c->exchange->up.in) == 0)) {
			end_shutdown(&c->client);
			conn_set_state(c, CONN_CLOSING);
		} else {
			linger(c);
		}
		return;
	}
	/* What has arrived behind this request is of the next. */
	next = c->exchange->up.in;
	c->exchange->up.in = (struct buf){ 0 };
	flow_clear(&c->exchange->up, c->worker);
	flow_clear(&c->exchange->down, c->worker);
	exchange_init(c->exchange, c);
	c->exchange->up.in = next;
	buf_shrink(&c->exchange->up.in, &c->worker->bufs);
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_IDLE);
	conn_set_state(c, CONN_IDLE);
}

/* Tell a client that there is no place for it, without reading what it wants. */
static void turn_away(struct conn *c)
{
	conn_set_state(c, CONN_READ_HEAD);
	conn_begin_unread(c);
	conn_overload(c, c->refusal);
}

/* A client that was not heard, or that may not be, hears why and nothing else. */
static void refuse_handshake(struct conn *c, const char *reason)
{
	audit_handshake(c, reason);
	end_stop_tls(&c->client);
	linger(c);
}

static void be_handshake(struct conn *c)
{
	switch (end_handshake(&c->client)) {
	case TLS_DONE:
		deadline_clear(&c->deadline);
		conn_set_state(c, CONN_IDENTIFY);
		break;
	case TLS_WAIT:
		break;
	case TLS_CLOSED:
		conn_set_state(c, CONN_CLOSING);
		break;
	case TLS_FAILED:
	case TLS_RESULT_NUM:
		refuse_handshake(c, end_reason(&c->client));
		break;
	}
}

static void set_tier(struct conn *c, struct tier *tier)
{
	c->tier = tier;
	if (c->listener)
		c->generation = c->listener->generation;
	caller_settle(c);
}

/* Its tier is known: it owes its request now. */
static void be_known(struct conn *c, struct tier *tier)
{
	set_tier(c, tier);
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_HEAD);
	conn_set_state(c, CONN_IDLE);
	if (c->refusal)
		turn_away(c);
}

static void be_identify(struct conn *c)
{
	struct tier *tier = &c->worker->nobody;

	switch (c->refusal ? ACCESS_NO : tier_choose(c, &tier)) {
	case ACCESS_WAIT:
		if (list_empty(&c->deadline.node))
			deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_IDENTIFY);
		break;
	case ACCESS_YES:
	case ACCESS_NO:
	case ACCESS_UNKNOWN:
	case ACCESS_VERDICT_NUM:
		be_known(c, tier);
		break;
	}
}

/* What was found out is as old as its tier. */
static void identify_again(struct conn *c)
{
	caller_free(c);
	deadline_clear(&c->deadline);
	conn_set_state(c, CONN_IDENTIFY);
}

static void be_read_head(struct conn *c)
{
	if (c->listener && c->generation != c->listener->generation)
		identify_again(c);
	else
		request_read_head(c);
}

static void be_idle(struct conn *c)
{
	struct buf *in = &c->exchange->up.in;

	/* RFC 9112 section 2.2: empty lines before a request are ignored. */
	while (buf_len(in) >= 2 && buf_head(in)[0] == '\r' && buf_head(in)[1] == '\n')
		buf_consume(in, 2);
	if (buf_len(in) > 1 || (buf_len(in) == 1 && buf_head(in)[0] != '\r')) {
		deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_HEAD);
		conn_set_state(c, CONN_READ_HEAD);
	} else if (c->client.eof || c->worker->stopping) {
		conn_set_state(c, CONN_CLOSING);
	}
}

void conn_refuse(struct conn *c, unsigned int status, const char *message)
{
	char *out = flow_head_room(&c->exchange->down, &c->worker->bufs, HTTP_OWN_REPLY_MAX);

	backend_drop(c);
	list_remove(&c->exchange->waiting);
	deadline_clear(&c->exchange->retry);
	flow_drop_head(&c->exchange->up, &c->worker->bufs);
	if (c->exchange->up.pipe)
		c->exchange->drained += c->exchange->up.pipe->len;
	flow_drop_pipe(&c->exchange->up, c->worker);
	if (!out) {
		conn_fail(c, "out of memory");
		return;
	}
	if (c->exchange->up.body.framing == HTTP_LENGTH &&
	    c->exchange->up.body.left > REFUSED_BODY_MAX)
		c->exchange->close = true;
	if (c->exchange->expects && !c->exchange->up.body.done)
		c->exchange->close = true; /* it may or may not send the body now */
	c->exchange->down.head.end += http_write_own_reply(
		out, status, message, c->exchange->head_request,
		c->exchange->close ? HTTP_CLOSE : HTTP_KEEP, c->exchange->retry_after_s);
	audit_replied(c, status);
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_REFUSE);
	conn_set_state(c, CONN_REFUSE);
}

/**
 * drain_refused() - Throw away what has arrived of a refused request's body
 *
 * Return: whether it may go on; false when the rest is too long or malformed.
 */
static bool drain_refused(struct conn *c)
{
	if (flow_frame(&c->exchange->up) != HTTP_OK)
		return false;
	c->exchange->drained += c->exchange->up.ready;
	buf_consume(&c->exchange->up.in, c->exchange->up.ready);
	c->exchange->up.ready = 0;
	return c->exchange->up.body.done || c->exchange->drained <= REFUSED_BODY_MAX;
}

static void be_refuse(struct conn *c)
{
	c->client.ending = c->exchange->close;
	flow_push(&c->exchange->down, &c->client, c->worker);
	if (!c->exchange->close && !drain_refused(c))
		c->exchange->close = true;
	if (flow_pending(&c->exchange->down))
		return;
	if (c->exchange->close)
		linger(c);
	else if (c->exchange->up.body.done)
		end_exchange(c);
	else if (c->client.eof)
		conn_set_state(c, CONN_CLOSING);
}

/**
 * try_again() - Send a request once more, over a new connection
 *
 * A connection from the pool may have ended just when it was taken. That is
 * worth a second try if the engine has answered nothing, and may do twice what
 * is asked.
 *
 * Return: whether it will be.
 */
static bool try_again(struct conn *c)
{
	if (!c->exchange->backend->reused || !c->exchange->repeatable || c->exchange->retried ||
	    c->exchange->answered)
		return false;
	backend_drop(c);
	c->exchange->retried = true;
	c->exchange->up.head_sent = 0;
	conn_set_state(c, CONN_CONNECT);
	return true;
}

void conn_begin_unread(struct conn *c)
{
	audit_begin(c, (struct http_slice){ "", 0 }, (struct http_slice){ "", 0 });
	c->exchange->close = true;
}

void conn_overload(struct conn *c, const char *reason)
{
	char message[128] = "cetusguard: overloaded: ";

	audit_decide(c, false, c->exchange->audit.rule, reason);
	strncat(message, reason, sizeof(message) - strlen(message) - 1);
	conn_refuse(c, 503, message);
}

void conn_bad_gateway(struct conn *c, unsigned int status, const char *reason)
{
	char message[256] = "cetusguard: the engine did not answer: ";

	c->worker->metrics.backend_errors += !c->tier->is_own;
	audit_fail(c, reason);
	strncat(message, reason, sizeof(message) - strlen(message) - 1);
	conn_refuse(c, status, message);
}

static void be_connect(struct conn *c)
{
	size_t limit = c->worker->config->limits.waiting;

	const char *error;

	switch (backend_attach(c, &error)) {
	case BACKEND_READY:
		*(c->exchange->backend->reused ?
			  &c->worker->metrics.backend_reused :
			  &c->worker->metrics.backend_new) += !c->tier->is_own;
		deadline_clear(&c->deadline);
		conn_set_state(c, CONN_SEND_HEAD);
		break;
	case BACKEND_WAIT:
		if (!list_empty(&c->deadline.node))
			break;
		if (limit > 0 && c->worker->n_connecting > limit)
			conn_overload(c, "too many requests wait for the engine");
		else
			deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_CONNECT);
		break;
	case BACKEND_FAILED:
	case BACKEND_RESULT_NUM:
		conn_bad_gateway(c, 502, error);
		break;
	}
}

/* The framing of a request body turned out wrong on the way. */
static void refuse_body(struct conn *c, enum http_error e)
{
	char message[128] = "cetusguard: bad request: ";

	if (c->exchange->replied) {
		conn_fail(c, http_error_text(e));
		return;
	}
	audit_decide(c, false, c->exchange->audit.rule, http_error_text(e));
	strncat(message, http_error_text(e), sizeof(message) - strlen(message) - 1);
	c->exchange->close = true;
	conn_refuse(c, http_error_status(e), message);
}

static void be_read_body(struct conn *c)
{
	enum http_error e = flow_keep(&c->exchange->up);

	flow_push(&c->exchange->down, &c->client, c->worker); /* a 100, if one was asked for */
	if (e != HTTP_OK) {
		refuse_body(c, e);
	} else if (!request_body_fits(c)) {
		request_refuse_long_body(c);
	} else if (!c->exchange->up.body.done) {
		if (c->client.eof)
			conn_fail(c, "the client ended the body early");
	} else if (!flow_pending(&c->exchange->down)) {
		deadline_clear(&c->deadline);
		request_judge_body(c);
	}
}

/**
 * pump_up() - Pass on the request, and the end of the client's input behind it
 *
 * Return: false if the connection is no longer in the state it was in.
 */
static bool pump_up(struct conn *c)
{
	struct end *engine = &c->exchange->backend->end;
	enum http_error e = flow_frame(&c->exchange->up);

	if (e != HTTP_OK) {
		refuse_body(c, e);
		return false;
	}
	/* An engine that takes no more of this body may still have an answer. */
	flow_push(&c->exchange->up, engine, c->worker);
	if (c->client.eof && !flow_pending(&c->exchange->up) && buf_len(&c->exchange->up.in) == 0 &&
	    !engine->broken)
		end_shutdown(engine);
	return true;
}

static void read_reply(struct conn *c)
{
	enum conn_state before = c->state;
	const char *reason;

	reply_read_head(c);
	if (c->state != before)
		return;
	flow_push(&c->exchange->down, &c->client,
		  c->worker); /* an interim reply waits for nobody */
	if (!c->exchange->backend->end.eof)
		return;
	if (try_again(c))
		return;
	/* That it wants another certificate it says behind the handshake. */
	reason = end_reason(&c->exchange->backend->end);
	if (reason)
		backend_log_failure(c->exchange->backend, reason);
	conn_bad_gateway(c, 502, reason ? reason : "it closed the connection");
}

static void be_send_head(struct conn *c)
{
	if (!pump_up(c))
		return;
	if (flow_head_left(&c->exchange->up) > 0)
		read_reply(c);
	else
		conn_set_state(c, CONN_BODY);
}

static void be_body(struct conn *c)
{
	if (!pump_up(c))
		return;
	if (request_is_sent(c))
		conn_set_state(c, CONN_READ_REPLY);
	else
		read_reply(c);
}

static void be_read_reply(struct conn *c)
{
	if (pump_up(c))
		read_reply(c);
}

static void be_reply_body(struct conn *c)
{
	struct end *engine = &c->exchange->backend->end;

	if (!pump_up(c))
		return;
	if (flow_frame(&c->exchange->down) != HTTP_OK) {
		conn_fail(c, "the engine's chunks are malformed");
		return;
	}
	c->client.ending = c->exchange->close && c->exchange->down.body.done;
	flow_push(&c->exchange->down, &c->client, c->worker);
	if (flow_pending(&c->exchange->down))
		return;
	if (engine->eof && c->exchange->down.body.framing == HTTP_UNTIL_CLOSE) {
		/* Nothing else tells the client that this is not all. */
		if (engine->reset)
			end_reset(&c->client);
		c->exchange->down.body.done = !engine->reset;
	}
	if (c->exchange->down.body.done)
		end_exchange(c);
	else if (engine->eof)
		conn_fail(c, "the engine ended its reply early");
}

static void be_upgraded(struct conn *c)
{
	struct end *client = &c->client, *engine = &c->exchange->backend->end;

	c->exchange->up.ready = buf_len(&c->exchange->up.in);
	flow_push(&c->exchange->up, engine, c->worker);
	if (client->eof && !flow_pending(&c->exchange->up) && !engine->broken)
		end_shutdown(engine);

	c->exchange->down.ready = buf_len(&c->exchange->down.in);
	flow_push(&c->exchange->down, client, c->worker);
	if (!engine->eof || flow_pending(&c->exchange->down))
		return;
	/* All is delivered. A client that still sends must not lose it to a reset. */
	end_shutdown(client);
	if (client->eof)
		conn_set_state(c, CONN_CLOSING);
	else if (engine->gone || engine->broken)
		linger(c);
}

static void be_drain(struct conn *c)
{
	buf_consume(&c->exchange->up.in, buf_len(&c->exchange->up.in));
	if (c->client.eof)
		conn_set_state(c, CONN_CLOSING);
}

static void be_closing(struct conn *c)
{
	(void)c;
}

static void (*const state_function[])(struct conn *c) = {
	[CONN_HANDSHAKE] = be_handshake,
	[CONN_IDENTIFY] = be_identify,
	[CONN_IDLE] = be_idle,
	[CONN_READ_HEAD] = be_read_head,
	[CONN_READ_BODY] = be_read_body,
	[CONN_REFUSE] = be_refuse,
	[CONN_CONNECT] = be_connect,
	[CONN_SEND_HEAD] = be_send_head,
	[CONN_BODY] = be_body,
	[CONN_READ_REPLY] = be_read_reply,
	[CONN_REPLY_BODY] = be_reply_body,
	[CONN_UPGRADED] = be_upgraded,
	[CONN_DRAIN] = be_drain,
	[CONN_CLOSING] = be_closing,
};
_Static_assert(sizeof(state_function) / sizeof(state_function[0]) == CONN_STATE_NUM,
	       "every state has a function");

/* ---- events ---- */

/*
 * Most bytes a flow may hold: a head, once it has begun, is held whole, and so is
 * a body that is to be judged; of anything else what its buffer takes, but of what
 * is behind the message no more than a buffer usually does, as far as that is known.
 */
static size_t flow_limit(const struct flow *f, bool is_head)
{
	size_t usual = f->ready + (flow_is_bulk(f) ? BUF_BULK : BUF_SIZE);

	if (is_head)
		return HTTP_HEAD_MAX + 1;
	return f->in.data && f->in.cap < usual ? f->in.cap : usual;
}

static size_t up_limit(const struct conn *c)
{
	if (c->state == CONN_READ_BODY)
		return c->exchange->up.ready + (size_t)http_body_opaque(&c->exchange->up.body) +
		       BUF_SIZE;
	return flow_limit(&c->exchange->up, c->state == CONN_READ_HEAD);
}

static size_t down_limit(const struct conn *c)
{
	return flow_limit(&c->exchange->down,
			  c->state != CONN_REPLY_BODY && c->state != CONN_UPGRADED);
}

static bool can_splice(const struct conn *c)
{
	return c->exchange->backend && end_can_splice(&c->client) &&
	       end_can_splice(&c->exchange->backend->end);
}

/* What of the client's bytes need not be looked at. */
static uint64_t up_opaque(const struct conn *c)
{
	if (!can_splice(c))
		return 0;
	switch (c->state) {
	case CONN_UPGRADED:
		return FLOW_OPAQUE;
	case CONN_BODY:
	case CONN_READ_REPLY:
	case CONN_REPLY_BODY:
		return http_body_opaque(&c->exchange->up.body);
	default:
		return 0;
	}
}

/* A reply is copied: in a large buffer that costs little more than a pipe. A stream is not. */
static uint64_t down_opaque(const struct conn *c)
{
	return c->state == CONN_UPGRADED && can_splice(c) ? FLOW_OPAQUE : 0;
}

static int events(bool readable, bool writable)
{
	return (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0);
}

static void watch(struct conn *c)
{
	struct ev_loop *loop = c->worker->loop;
	struct backend *b = c->exchange ? c->exchange->backend : NULL;

	if (c->state == CONN_CLOSING || c->state == CONN_IDENTIFY) {
		end_watch(&c->client, loop, 0);
		if (b)
			end_watch(&b->end, loop, 0);
		return;
	}
	if (c->state == CONN_HANDSHAKE) {
		end_watch(&c->client, loop, end_handshake_events(&c->client));
		return;
	}
	if (!c->exchange) {
		end_watch(&c->client, loop, EV_READ);
		return;
	}
	end_watch(&c->client, loop,
		  events(flow_wants_more(&c->exchange->up, &c->client, up_limit(c)),
			 flow_pending(&c->exchange->down)));
	if (!b || b->end.fd < 0)
		return;
	if (!b->connected)
		end_watch(&b->end, loop,
			  list_empty(&c->exchange->retry.node) ? end_handshake_events(&b->end) : 0);
	else
		end_watch(&b->end, loop,
			  events(flow_wants_more(&c->exchange->down, &b->end, down_limit(c)),
				 flow_pending(&c->exchange->up)));
}

static bool between_exchanges(const struct conn *c)
{
	return (c->state == CONN_IDLE || c->state == CONN_HANDSHAKE || c->state == CONN_IDENTIFY) &&
	       !c->client.eof && buf_len(&c->exchange->up.in) == 0;
}

/* A silent stream holds no buffer, and an idle connection not even an exchange. */
static void release(struct conn *c)
{
	struct buf_pool *bufs = &c->worker->bufs;
	bool may_repeat = c->exchange->backend && c->exchange->backend->reused &&
			  !c->exchange->answered;

	/* What holds something whole, or comes fast, is about to need the room. */
	if (c->state != CONN_READ_HEAD && c->state != CONN_READ_BODY &&
	    !flow_is_bulk(&c->exchange->up))
		buf_shrink(&c->exchange->up.in, bufs);
	buf_release_empty(&c->exchange->up.in, bufs);
	buf_release_empty(&c->exchange->down.in, bufs);
	if (flow_head_left(&c->exchange->down) == 0)
		flow_drop_head(&c->exchange->down, bufs);
	if (flow_head_left(&c->exchange->up) == 0 && !may_repeat)
		flow_drop_head(&c->exchange->up, bufs);
	if (between_exchanges(c))
		close_exchange(c);
}

/*
 * There is no buffer for what the client sends. That can only be a head, or a body
 * to be judged, that has grown large, or a machine without memory.
 */
static void starve(struct conn *c)
{
	switch (c->state) {
	case CONN_READ_HEAD:
		conn_begin_unread(c);
		break;
	case CONN_READ_BODY:
		c->exchange->close = true;
		break;
	default:
		conn_fail(c, "out of memory");
		return;
	}
	conn_overload(c, "too many large requests at a time");
}

static void fill_up(struct conn *c)
{
	if (flow_fill(&c->exchange->up, &c->client, up_limit(c), up_opaque(c), c->worker) < 0)
		starve(c);
}

static void fill_down(struct conn *c)
{
	if (flow_fill(&c->exchange->down, &c->exchange->backend->end, down_limit(c), down_opaque(c),
		      c->worker) < 0)
		c->exchange->backend->end.gone = c->exchange->backend->end.eof = true;
}

/**
 * take_left_over() - Receive what is decrypted, now that there is room for it
 *
 * That is the rest of a record at most, so no peer can keep us here.
 *
 * Return: whether there was something.
 */
static bool take_left_over(struct conn *c)
{
	struct backend *b = c->exchange->backend;
	bool up = c->state != CONN_CLOSING && end_has_left_over(&c->client) &&
		  flow_wants_more(&c->exchange->up, &c->client, up_limit(c));
	bool down = c->state != CONN_CLOSING && b && b->connected && end_has_left_over(&b->end) &&
		    flow_wants_more(&c->exchange->down, &b->end, down_limit(c));

	if (down)
		fill_down(c);
	if (up)
		fill_up(c);
	return up || down;
}

static void run_states(struct conn *c)
{
	enum conn_state before;

	do {
		before = c->state;
		state_function[before](c);
	} while (c->state != before);
}

void conn_advance(struct conn *c)
{
	if (!open_exchange(c)) {
		watch(c);
		return;
	}
	end_go_on(&c->client);
	if (c->exchange->backend)
		end_go_on(&c->exchange->backend->end);
	do {
		run_states(c);
	} while (take_left_over(c));

	if (c->state != CONN_CLOSING && (c->client.gone || c->client.broken))
		conn_fail(c, "the client went away");
	release(c);
	watch(c);
}

static void on_client(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct conn *c = io->data;

	(void)loop;
	if (c->state == CONN_CLOSING)
		return;
	if (c->state != CONN_HANDSHAKE && end_is_readable(&c->client, revents) && open_exchange(c))
		fill_up(c);
	conn_advance(c);
}

void conn_on_backend(struct conn *c, int revents)
{
	if (c->state == CONN_CLOSING)
		return;
	if (c->exchange->backend->connected && end_is_readable(&c->exchange->backend->end, revents))
		fill_down(c);
	conn_advance(c);
}

void conn_resume(struct list *waiting)
{
	conn_advance(list_entry(waiting, struct exchange, waiting)->conn);
}

/**
 * refuse_slow() - Refuse a request that has not arrived in time
 * @c:		Connection
 * @message:	Text for the client; static
 */
static void refuse_slow(struct conn *c, const char *message)
{
	c->exchange->close = true;
	audit_decide(c, false, "", message + strlen("cetusguard: "));
	conn_refuse(c, 408, message);
}

void conn_expired(struct conn *c, enum deadline_kind kind)
{
	if (c->state == CONN_CLOSING)
		return;
	if (kind == DEADLINE_HEAD && c->state == CONN_READ_HEAD) {
		conn_begin_unread(c);
		refuse_slow(c, "cetusguard: the request head took longer than 10 s");
	} else if (c->state == CONN_HANDSHAKE) {
		audit_handshake(c, "TLS: the handshake took longer than 10 s");
		conn_set_state(c, CONN_CLOSING);
	} else if (kind == DEADLINE_IDENTIFY) {
		caller_is_late(c);
		be_known(c, &c->worker->nobody);
	} else if (kind == DEADLINE_BODY) {
		refuse_slow(c, "cetusguard: the request body took longer than 30 s");
	} else if (kind == DEADLINE_CONNECT) {
		conn_bad_gateway(c, 504, "connecting to it took longer than 10 s");
	} else {
		conn_set_state(c, CONN_CLOSING);
	}
	conn_advance(c);
}

bool conn_is_short(const struct conn *c)
{
	return c->state != CONN_HANDSHAKE && c->state != CONN_UPGRADED && c->state != CONN_DRAIN &&
	       (!c->exchange || audit_age_us(&c->exchange->audit) < SHORT_REQUEST_MAX_US);
}

/* ---- life ---- */

/* Who only keeps a connection for later makes room for one who wants something. */
static void close_oldest_idle(struct worker *w)
{
	struct list *oldest = w->deadlines.queues[DEADLINE_IDLE].list.next;

	if (oldest != &w->deadlines.queues[DEADLINE_IDLE].list)
		conn_set_state(list_entry(list_entry(oldest, struct deadline, node), struct conn,
					  deadline),
			       CONN_CLOSING);
}

/**
 * enter() - Make a connection, if there is room for it at all
 * @w:		Worker
 * @fd:		Socket; owned from here on, also on failure
 * @peer:	Its address
 * @counts:	It is a client's
 *
 * Return: the connection, with @refusal if there is no place for it, or NULL.
 */
static struct conn *enter(struct worker *w, int fd, const union conn_peer *peer, bool counts)
{
	enum admission_verdict verdict = ADMISSION_OK;
	struct admission_place place = { 0 };
	const char *reason = NULL;
	struct conn *c;

	if (counts && w->admission.n_served >= w->admission.max)
		close_oldest_idle(w);
	if (counts) {
		verdict = admission_enter(&w->admission, fd, peer, &place, &reason);
		(*(verdict == ADMISSION_OK ? &w->metrics.accepted : &w->metrics.refused))++;
	}
	c = verdict == ADMISSION_DROP ? NULL : calloc(1, sizeof(*c));
	if (!c) {
		if (counts && verdict != ADMISSION_DROP)
			admission_leave(&w->admission, &place);
		close(fd);
		return NULL;
	}
	c->worker = w;
	c->place = place;
	c->peer = *peer;
	c->refusal = reason;
	c->state = CONN_IDLE;
	end_init(&c->client, fd, on_client, c);
	list_init(&c->node);
	list_append(&w->conns, &c->node);
	deadline_init(&c->deadline);
	/* A new connection owes its first request at once. */
	deadline_set(&w->deadlines, &c->deadline, DEADLINE_HEAD);
	return c;
}

/**
 * begin() - Serve a client whose tier is known, or tell it that there is no place
 * @c:		Connection
 * @tier:	Tier; borrowed
 */
static void begin(struct conn *c, struct tier *tier)
{
	set_tier(c, tier);
	if (c->refusal && open_exchange(c)) {
		turn_away(c);
		conn_advance(c);
	}
	watch(c);
}

/* Whose certificate decides of which tier a client is, that is known behind the handshake. */
static void begin_tls(struct conn *c, struct tls_context *tls)
{
	c->state = CONN_HANDSHAKE;
	if (end_start_tls(&c->client, tls) < 0)
		conn_fail(c, "out of memory");
	watch(c);
}

/* Most are known at once, and hold nothing more than before. */
static void begin_identify(struct conn *c)
{
	struct tier *tier = &c->worker->nobody;

	if (c->refusal || tier_choose(c, &tier) != ACCESS_WAIT) {
		begin(c, tier);
		return;
	}
	c->state = CONN_IDENTIFY;
	deadline_set(&c->worker->deadlines, &c->deadline, DEADLINE_IDENTIFY);
	watch(c);
}

void conn_new(const struct listener *l, int fd, const union conn_peer *peer)
{
	struct conn *c = enter(l->worker, fd, peer, true);
	struct tls_context *tls = tier_tls(l);

	if (!c)
		return;
	c->listener = l;
	if (tls)
		begin_tls(c, tls);
	else
		begin_identify(c);
}

void conn_ask(struct worker *w, int fd, struct tier *own)
{
	const union conn_peer peer = { .sa.sa_family = AF_UNIX };
	struct conn *c = enter(w, fd, &peer, false);

	if (c)
		begin(c, own);
}

void conn_adopt(struct worker *w, int fd, struct conn_process *process)
{
	union conn_peer peer = { 0 };
	socklen_t len = sizeof(peer);
	struct conn *c;

	getpeername(fd, &peer.sa, &len);
	socket_tune(fd, &peer.sa);
	c = enter(w, fd, &peer, true);
	if (!c) {
		free(process);
		return;
	}
	c->process = process;
	begin(c, &w->tiers[0]);
}

void conn_free(struct conn *c)
{
	close_exchange(c);
	end_close(&c->client, c->worker->loop);
	deadline_clear(&c->deadline);
	list_remove(&c->node);
	caller_free(c);
	free(c->process);
	free(c);
}
