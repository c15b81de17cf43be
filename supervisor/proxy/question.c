#include "question.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../http/body.h"
#include "../http/message.h"
#include "conn.h"
#include "needs.h"
#include "worker.h"

NEEDS_SYSCALLS("recvfrom close socketpair");

#define ROOM_FIRST 8192 /* bytes of room to begin with */

struct question {
	struct worker *worker; /* borrowed */
	int fd;
	struct ev_io io;
	struct ev_timer limit;
	char *in; /* owned */
	size_t len, cap;
	question_callback *answered;
	void *data;
};

void question_drop(struct question *q)
{
	ev_io_stop(q->worker->loop, &q->io);
	ev_timer_stop(q->worker->loop, &q->limit);
	close(q->fd);
	free(q->in);
	free(q);
}

static void answer(struct question *q, unsigned int status, char *text, size_t len)
{
	q->answered(q->data, status, text, len);
	question_drop(q);
}

static void fail(struct question *q, const char *why)
{
	char text[128];

	snprintf(text, sizeof(text), "%s", why);
	answer(q, 0, text, strlen(text));
}

/**
 * take_body() - Take the framing away from the body
 * @h:		Its head
 * @body:	All that came behind the head; its content is moved to the front
 * @len:	Its length; gets that of the content
 *
 * Return: whether it is whole.
 */
static bool take_body(struct http_head *h, char *body, size_t *len)
{
	struct http_body framing;
	size_t used;

	http_frame_reply(h, false);
	if (h->framing == HTTP_UNTIL_CLOSE)
		return true;
	http_body_start(&framing, h);
	return http_body_unframe(&framing, body, *len, &used, len) == HTTP_OK && framing.done;
}

static void read_answer(struct question *q)
{
	struct http_head *h = &q->worker->reply;
	struct http_scan scan = { 0 };
	size_t head_len = 0, len;
	unsigned int status;

	if (http_scan_head(&scan, q->in, q->len, &head_len) != HTTP_OK || head_len == 0 ||
	    http_parse_reply(h, q->in, head_len) != HTTP_OK) {
		fail(q, "it did not answer");
		return;
	}
	len = q->len - head_len;
	status = h->status;
	if (take_body(h, q->in + head_len, &len))
		answer(q, status, q->in + head_len, len);
	else
		fail(q, "its answer was cut");
}

/* Return: whether there is room for more. */
static bool make_room(struct question *q)
{
	size_t cap = q->cap == 0 ? ROOM_FIRST : 2 * q->cap;
	char *grown;

	if (q->len < q->cap)
		return true;
	if (cap > QUESTION_ANSWER_MAX)
		return false;
	grown = realloc(q->in, cap);
	if (!grown)
		return false;
	q->in = grown;
	q->cap = cap;
	return true;
}

static void on_answer(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct question *q = io->data;
	ssize_t n;

	(void)loop;
	(void)revents;
	if (!make_room(q)) {
		fail(q, "its answer is too long");
		return;
	}
	n = recv(q->fd, q->in + q->len, q->cap - q->len, MSG_DONTWAIT);
	if (n > 0)
		q->len += (size_t)n;
	else if (n == 0)
		read_answer(q);
	else if (errno != EAGAIN && errno != EINTR)
		fail(q, "it did not answer");
}

static void on_limit(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	(void)loop;
	(void)revents;
	fail(timer->data, "its answer took too long");
}

static bool send_request(int fd, const char *target)
{
	char text[QUESTION_TARGET_MAX + 128];
	int len = snprintf(text, sizeof(text),
			   "GET %s HTTP/1.1\r\nHost: cetusguard\r\nConnection: close\r\n\r\n",
			   target);
	struct iovec iov = { text, (size_t)len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) == len;
}

struct question *question_ask(struct worker *w, struct tier *own, const char *target,
			      question_callback *answered, void *data)
{
	struct question *q = calloc(1, sizeof(*q));
	int pair[2];

	if (!q || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
		free(q);
		return NULL;
	}
	*q = (struct question){ .worker = w, .fd = pair[0], .answered = answered, .data = data };
	ev_io_init(&q->io, on_answer, q->fd, EV_READ);
	ev_timer_init(&q->limit, on_limit, QUESTION_S, 0);
	q->io.data = q->limit.data = q;
	if (!send_request(q->fd, target)) {
		close(pair[1]);
		question_drop(q);
		return NULL;
	}
	ev_io_start(w->loop, &q->io);
	ev_timer_start(w->loop, &q->limit);
	conn_ask(w, pair[1], own);
	return q;
}
