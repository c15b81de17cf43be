#include "flow.h"

#include "worker.h"

/* Bytes that have come at once, or are to come, for which a large buffer or a pipe is worth it. */
#define BULK_MIN (32 * 1024)

bool flow_pending(const struct flow *f)
{
	return flow_head_left(f) > 0 || f->ready > 0 || f->pipe;
}

void flow_drop_head(struct flow *f, struct buf_pool *bufs)
{
	buf_release(&f->head, bufs);
	f->head_sent = 0;
}

void flow_drop_pipe(struct flow *f, struct worker *w)
{
	if (f->pipe)
		pipe_return(&w->pipes, f->pipe);
	f->pipe = NULL;
}

void flow_clear(struct flow *f, struct worker *w)
{
	flow_drop_head(f, &w->bufs);
	flow_drop_pipe(f, w);
	buf_release(&f->in, &w->bufs);
}

char *flow_head_room(struct flow *f, struct buf_pool *bufs, size_t len)
{
	if (flow_head_left(f) == 0)
		flow_drop_head(f, bufs);
	return buf_reserve(&f->head, bufs, len) < 0 ? NULL : f->head.data + f->head.end;
}

/**
 * flow_splice() - Receive into a pipe, if that is possible and worth it
 * @f:		Flow
 * @from:	Where its bytes come from
 * @opaque:	As for flow_fill()
 * @w:		Worker
 *
 * Only bytes of @opaque are taken: behind them may be the next request, which is
 * to be judged.
 *
 * Return: whether it was tried.
 */
static bool flow_splice(struct flow *f, struct end *from, uint64_t opaque, struct worker *w)
{
	struct pipe *p;
	size_t n, max = opaque < PIPE_CAPACITY ? (size_t)opaque : PIPE_CAPACITY;

	if (!f->bulk || opaque < BULK_MIN || buf_len(&f->in) > 0)
		return false;
	p = pipe_take(&w->pipes);
	if (!p)
		return false;
	f->pipe = p;
	n = end_splice_in(from, p, max, &w->hangup);
	f->bulk = n >= BULK_MIN;
	if (opaque != FLOW_OPAQUE)
		http_body_skip(&f->body, n);
	if (n == 0)
		flow_drop_pipe(f, w);
	return true;
}

bool flow_wants_more(const struct flow *f, const struct end *from, size_t limit)
{
	return !from->eof && !f->pipe && buf_len(&f->in) < limit;
}

int flow_fill(struct flow *f, struct end *from, size_t limit, uint64_t opaque, struct worker *w)
{
	int rc;

	if (!flow_wants_more(f, from, limit))
		return 0;
	if (flow_splice(f, from, opaque, w))
		return 0;
	rc = flow_is_bulk(f) ? buf_reserve_bulk(&f->in, &w->bufs) :
			       buf_reserve(&f->in, &w->bufs, 1);
	if (rc < 0)
		return rc;
	f->bulk = end_receive(from, &f->in, limit - buf_len(&f->in), &w->hangup) >= BULK_MIN;
	return 0;
}

/* Send from the buffers; false if not all of it went. */
static bool flow_push_bufs(struct flow *f, struct end *to)
{
	while (flow_head_left(f) > 0 || f->ready > 0) {
		struct iovec iov[2];
		size_t n = 0, head_left = flow_head_left(f), sent;

		if (head_left > 0)
			iov[n++] = (struct iovec){ buf_head(&f->head) + f->head_sent, head_left };
		if (f->ready > 0)
			iov[n++] = (struct iovec){ buf_head(&f->in), f->ready };
		sent = end_send(to, iov, n);
		if (sent == 0)
			return false;
		size_t of_head = sent < head_left ? sent : head_left;
		f->head_sent += of_head;
		buf_consume(&f->in, sent - of_head);
		f->ready -= sent - of_head;
		f->bytes += sent - of_head;
	}
	return true;
}

static void flow_push_pipe(struct flow *f, struct end *to, struct worker *w)
{
	while (f->pipe) {
		size_t sent = end_splice_out(to, f->pipe);

		f->bytes += sent;
		if (f->pipe->len == 0)
			flow_drop_pipe(f, w);
		else if (sent == 0)
			return;
	}
}

void flow_push(struct flow *f, struct end *to, struct worker *w)
{
	if (!to->broken && flow_push_bufs(f, to))
		flow_push_pipe(f, to, w);
	if (to->broken) {
		f->head_sent = buf_len(&f->head);
		buf_consume(&f->in, f->ready);
		f->ready = 0;
		flow_drop_pipe(f, w);
	}
}

enum http_error flow_frame(struct flow *f)
{
	enum http_error e;
	size_t used;

	if (f->body.done || buf_len(&f->in) == f->ready)
		return HTTP_OK;
	e = http_body_feed(&f->body, buf_head(&f->in) + f->ready, buf_len(&f->in) - f->ready,
			   &used);
	if (e == HTTP_OK)
		f->ready += used;
	return e;
}

enum http_error flow_keep(struct flow *f)
{
	enum http_error e;
	size_t used, content;

	if (f->body.done || buf_len(&f->in) == f->ready)
		return HTTP_OK;
	e = http_body_unframe(&f->body, buf_head(&f->in) + f->ready, buf_len(&f->in) - f->ready,
			      &used, &content);
	if (e != HTTP_OK)
		return e;
	f->ready += content;
	buf_cut(&f->in, f->ready, used - content);
	return HTTP_OK;
}
