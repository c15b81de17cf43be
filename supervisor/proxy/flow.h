/*
 * flow - one direction of an exchange: bytes on their way from one socket to the other
 *
 * Both directions have the same shape: bytes received, how many of them are framed and
 * may go on, and a rebuilt head that goes before them.
 */
#ifndef PROXY_FLOW_H
#define PROXY_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../http/body.h"
#include "../http/message.h"
#include "buf.h"
#include "end.h"

#define FLOW_OPAQUE UINT64_MAX /* nobody has to look at anything that comes any more */

struct pipe;
struct worker;

/**
 * struct flow - One direction of an exchange
 * @head:	Rebuilt head that goes before the bytes of @in
 * @head_sent:	Bytes of @head that are sent; it is kept for a retry
 * @in:		Bytes received
 * @ready:	Bytes at the start of @in that belong to the message
 * @pipe:	Bytes behind those of @in, taken without looking at them; or NULL
 * @bulk:	Much has come at once, so more is likely to come
 * @scan:	Progress of looking for the end of a head in @in
 * @body:	Progress through the body of the current message
 * @bytes:	Body or stream bytes passed on in this exchange
 */
struct flow {
	struct buf head;
	size_t head_sent;
	struct buf in;
	size_t ready;
	struct pipe *pipe; /* owned, never empty */
	bool bulk;
	struct http_scan scan;
	struct http_body body;
	uint64_t bytes;
};

/** flow_head_left() - Bytes of the head that are not sent yet */
static inline size_t flow_head_left(const struct flow *f)
{
	return buf_len(&f->head) - f->head_sent;
}

/** flow_is_bulk() - Whether more of the message is likely to come, much at a time */
static inline bool flow_is_bulk(const struct flow *f)
{
	return f->bulk && !f->body.done;
}

/**
 * flow_head_room() - Room for a head behind what is not sent of the one before
 * @f:		Flow; its @head.end is to be moved on by what is written
 * @bufs:	Pool
 * @len:	Bytes
 *
 * Return: where to write, or NULL when out of memory.
 */
char *flow_head_room(struct flow *f, struct buf_pool *bufs, size_t len);

/** flow_pending() - Whether it has anything to send */
bool flow_pending(const struct flow *f);

/** flow_drop_head() - Free the head */
void flow_drop_head(struct flow *f, struct buf_pool *bufs);

/** flow_drop_pipe() - Throw away what is in the pipe */
void flow_drop_pipe(struct flow *f, struct worker *w);

/** flow_clear() - Free all it holds */
void flow_clear(struct flow *f, struct worker *w);

/** flow_wants_more() - Whether it takes more from @from, of which it may hold @limit bytes */
bool flow_wants_more(const struct flow *f, const struct end *from, size_t limit);

/**
 * flow_fill() - Receive into a flow
 * @f:		Flow
 * @from:	Where its bytes come from
 * @limit:	Most bytes it may hold in its buffer
 * @opaque:	Bytes to come that nobody has to look at, FLOW_OPAQUE for all
 * @w:		Worker
 *
 * Return: 0, or -errno when there is no buffer to receive into.
 */
int flow_fill(struct flow *f, struct end *from, size_t limit, uint64_t opaque, struct worker *w);

/**
 * flow_push() - Send what a flow has ready
 * @f:		Flow
 * @to:		Where its bytes go; what a broken one does not take is dropped
 * @w:		Worker
 */
void flow_push(struct flow *f, struct end *to, struct worker *w);

/**
 * flow_frame() - Find out how many more received bytes belong to the body
 * @f:	Flow
 */
enum http_error flow_frame(struct flow *f);

/**
 * flow_keep() - Take what has arrived of a body that is held, without its framing
 * @f:	Flow; its content is ready, and whatever comes behind the body stays behind it
 */
enum http_error flow_keep(struct flow *f);

#endif
