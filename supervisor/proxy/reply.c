/*
 * reply - from the bytes of the engine's head to the client's
 */
#include "../http/write.h"
#include "conn.h"
#include "worker.h"

/**
 * send_head() - Put a reply head on its way
 * @c:		Connection
 * @h:		Framed head
 * @head_len:	Its length as received
 * @connection:	What it says of the connection
 */
static bool send_head(struct conn *c, const struct http_head *h, size_t head_len,
		      enum http_connection connection)
{
	char *out = flow_head_room(&c->exchange->down, &c->worker->bufs,
				   http_reply_bound(head_len));

	if (!out) {
		conn_fail(c, "out of memory");
		return false;
	}
	c->exchange->down.head.end += http_write_reply(out, h, connection);
	return true;
}

/**
 * take_over() - The connection stops being HTTP
 * @c:		Connection
 * @h:		The reply that says so
 * @head_len:	Its length as received
 */
static void take_over(struct conn *c, const struct http_head *h, size_t head_len)
{
	if (!c->exchange->up.body.done) {
		conn_bad_gateway(c, 502, "it took the connection over before it had the request");
		return;
	}
	if (!send_head(c, h, head_len, HTTP_TAKEN_OVER))
		return;
	audit_replied(c, h->status);
	c->exchange->replied = true;
	audit_upgraded(c);
	conn_set_state(c, CONN_UPGRADED);
}

/**
 * take_interim() - A 1xx reply
 *
 * RFC 9110 section 15.2: they are passed on, but not to a client of HTTP/1.0.
 */
static void take_interim(struct conn *c, const struct http_head *h, size_t head_len)
{
	if (h->status == 101) {
		if (c->exchange->asks_upgrade &&
		    http_slice_is(h->upgrade, c->exchange->endpoint->protocol))
			take_over(c, h, head_len);
		else
			conn_bad_gateway(c, 502, "it switched protocols unasked");
		return;
	}
	if (!c->exchange->old)
		send_head(c, h, head_len, HTTP_KEEP);
}

static void take_final(struct conn *c, struct http_head *h, size_t head_len)
{
	bool close = h->close || h->framing == HTTP_UNTIL_CLOSE;

	if (http_is_raw_stream(h, c->exchange->endpoint)) {
		take_over(c, h, head_len);
		return;
	}
	if (c->exchange->old && h->framing == HTTP_CHUNKED) {
		conn_bad_gateway(c, 502, "it sent chunks to a client of HTTP/1.0");
		return;
	}
	c->exchange->reply_close = close;
	if (h->framing == HTTP_UNTIL_CLOSE || c->worker->stopping || !c->exchange->up.body.done)
		c->exchange->close = true;
	if (!send_head(c, h, head_len, c->exchange->close ? HTTP_CLOSE : HTTP_KEEP))
		return;
	audit_replied(c, h->status);
	c->exchange->replied = true;
	http_body_start(&c->exchange->down.body, h);
	conn_set_state(c, CONN_REPLY_BODY);
}

/**
 * take_head() - Act on a complete head
 * @c:		Connection
 * @head:	Head, @head_len bytes
 * @head_len:	Its length
 */
static void take_head(struct conn *c, const char *head, size_t head_len)
{
	struct http_head *h = &c->worker->reply;
	enum http_error e = http_parse_reply(h, head, head_len);

	if (e != HTTP_OK) {
		conn_bad_gateway(c, 502, http_error_text(e));
		return;
	}
	http_frame_reply(h, c->exchange->head_request);
	if (h->status < 200)
		take_interim(c, h, head_len);
	else
		take_final(c, h, head_len);
}

void reply_read_head(struct conn *c)
{
	struct buf *in = &c->exchange->down.in;
	enum conn_state before = c->state;
	size_t head_len = 1;

	/* Interim replies wait while a client does not read the ones before. */
	while (c->state == before && head_len > 0 && buf_len(in) > 0 &&
	       flow_head_left(&c->exchange->down) < BUF_SIZE) {
		enum http_error e = http_scan_head(&c->exchange->down.scan, buf_head(in),
						   buf_len(in), &head_len);

		c->exchange->answered = true;
		if (e != HTTP_OK) {
			conn_bad_gateway(c, 502, http_error_text(e));
		} else if (head_len > 0) {
			take_head(c, buf_head(in), head_len);
			buf_consume(in, head_len);
			c->exchange->down.scan = (struct http_scan){ 0 };
		}
	}
}
