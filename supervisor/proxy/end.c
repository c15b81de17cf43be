#include "end.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "needs.h"

/* sendmsg(2) is judged by its flags. */
NEEDS_SYSCALLS("recvfrom splice shutdown close poll ppoll");

void end_init(struct end *e, int fd, end_callback *callback, void *data)
{
	*e = (struct end){ .fd = fd };
	ev_io_init(&e->io, callback, fd, 0);
	e->io.data = data;
}

void end_watch(struct end *e, struct ev_loop *loop, int events)
{
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
	close(e->fd);
	e->fd = -1;
}

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

size_t end_receive(struct end *e, struct buf *b, size_t max, struct hangup *hangup)
{
	size_t n = buf_room(b) < max ? buf_room(b) : max;

	n = received(e, recv(e->fd, b->data + b->end, n, MSG_DONTWAIT), hangup);
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

size_t end_send(struct end *e, struct iovec *iov, size_t n)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };

	return sent(e, sendmsg(e->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void end_shutdown(struct end *e)
{
	if (e->shut)
		return;
	e->shut = true;
	shutdown(e->fd, SHUT_WR);
}
