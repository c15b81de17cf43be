#include "end.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "needs.h"

/* sendto(2) and sendmsg(2) are judged by their arguments. */
NEEDS_SYSCALLS("recvfrom splice shutdown setsockopt close poll ppoll");

#define SMALL 2048 /* bytes that cost less to copy together than to send from two places */

void end_init(struct end *e, int fd, end_callback *callback, void *data)
{
	*e = (struct end){ .fd = fd };
	ev_io_init(&e->io, callback, fd, 0);
	e->io.data = data;
}

void end_watch(struct end *e, struct ev_loop *loop, int events)
{
	if ((events & EV_READ) && e->tls && tls_read_waits_for_write(e->tls))
		events |= EV_WRITE;
	if (e->shutting)
		events |= EV_WRITE;
	if (ev_is_active(&e->io) && (e->io.events & (EV_READ | EV_WRITE)) == events)
		return;
	ev_io_stop(loop, &e->io);
	if (events == 0)
		return;
	ev_io_set(&e->io, e->fd, events);
	ev_io_start(loop, &e->io);
}

void end_close(struct end *e, struct ev_loop *loop)
{
	if (e->fd < 0)
		return;
	ev_io_stop(loop, &e->io);
	if (e->tls && !e->shut && !e->cut && !e->gone && !e->broken)
		tls_shutdown(e->tls);
	tls_free(e->tls);
	e->tls = NULL;
	close(e->fd);
	e->fd = -1;
}

/* ---- TLS ---- */

int end_start_tls(struct end *e, struct tls_context *ctx)
{
	e->tls = tls_new(ctx, e->fd);
	e->cut = true; /* as long as there is nobody to tell anything */
	return e->tls ? 0 : -ENOMEM;
}

enum tls_result end_handshake(struct end *e)
{
	enum tls_result r = e->tls ? tls_handshake(e->tls) : TLS_DONE;

	if (r == TLS_DONE)
		e->cut = false;
	return r;
}

int end_handshake_events(const struct end *e)
{
	return e->tls ? tls_handshake_events(e->tls) : EV_WRITE;
}

const char *end_reason(const struct end *e)
{
	return e->tls ? tls_reason(e->tls) : NULL;
}

void end_each_name(const struct end *e,
		   void (*each)(void *data, enum access_name_kind kind, const char *name,
				size_t len),
		   void *data)
{
	if (e->tls)
		tls_each_name(e->tls, each, data);
}

void end_stop_tls(struct end *e)
{
	tls_free(e->tls);
	e->tls = NULL;
}

bool end_is_readable(const struct end *e, int revents)
{
	return (revents & EV_READ) ||
	       ((revents & EV_WRITE) && e->tls && tls_read_waits_for_write(e->tls));
}

bool end_has_left_over(const struct end *e)
{
	return e->tls && tls_left_over(e->tls);
}

bool end_can_splice(const struct end *e)
{
	return !e->tls;
}

/* ---- bytes ---- */

/* A unix socket that was closed says so at once, a TCP one when it is reset. */
static bool hung_up(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLERR)) != 0;
}

/**
 * received() - Note what receiving has shown
 * @n:	Result of the call, with errno
 *
 * Return: bytes received, 0 if there was nothing or the end.
 */
static size_t received(struct end *e, ssize_t n, struct hangup *hangup)
{
	if (n > 0)
		return (size_t)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	e->eof = true;
	e->reset = n < 0;
	e->gone = e->reset || hung_up(e->fd);
	if (!e->gone)
		hangup_watch(hangup, e);
	return 0;
}

/* The same for sending. */
static size_t sent(struct end *e, ssize_t n)
{
	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		e->broken = true;
	return 0;
}

/* As of a system call: with errno. */
static ssize_t with_errno(ssize_t n)
{
	if (n >= 0)
		return n;
	errno = (int)-n;
	return -1;
}

size_t end_receive(struct end *e, struct buf *b, size_t max, struct hangup *hangup)
{
	size_t n = buf_room(b) < max ? buf_room(b) : max;
	char *to = b->data + b->end;

	n = received(e,
		     e->tls ? with_errno(tls_receive(e->tls, to, n)) :
			      recv(e->fd, to, n, MSG_DONTWAIT),
		     hangup);
	b->end += n;
	return n;
}

size_t end_splice_in(struct end *e, struct pipe *p, size_t max, struct hangup *hangup)
{
	size_t n = received(
		e, splice(e->fd, NULL, p->write_fd, NULL, max, SPLICE_F_MOVE | SPLICE_F_NONBLOCK),
		hangup);

	p->len += n;
	return n;
}

size_t end_splice_out(struct end *e, struct pipe *p)
{
	size_t n = sent(e, splice(p->read_fd, NULL, e->fd, NULL, p->len,
				  SPLICE_F_MOVE | SPLICE_F_NONBLOCK));

	p->len -= n;
	return n;
}

/**
 * gather() - Bring what is small into one place
 * @room:	SMALL bytes
 * @iov:	What is to be there
 * @n:		Entries of @iov
 *
 * Return: bytes, or 0 if it is not small.
 */
static size_t gather(char *room, const struct iovec *iov, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (iov[i].iov_len > SMALL - len)
			return 0;
		memcpy(room + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	return len;
}

size_t end_send(struct end *e, struct iovec *iov, size_t n)
{
	const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (e->ending ? MSG_MORE : 0);
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };
	char room[SMALL];
	size_t len;

	if (e->tls)
		return sent(e, with_errno(tls_send(e->tls, iov, n)));
	if (n == 1)
		return sent(e, send(e->fd, iov->iov_base, iov->iov_len, flags));
	len = gather(room, iov, n);
	if (len > 0)
		return sent(e, send(e->fd, room, len, flags));
	return sent(e, sendmsg(e->fd, &msg, flags));
}

void end_go_on(struct end *e)
{
	if (!e->shutting || (e->tls && tls_shutdown(e->tls) == -EAGAIN))
		return;
	e->shutting = false;
	shutdown(e->fd, SHUT_WR);
}

void end_shutdown(struct end *e)
{
	if (e->shut)
		return;
	e->shut = e->shutting = true;
	end_go_on(e);
}

void end_reset(struct end *e)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	e->cut = true;
	setsockopt(e->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}
