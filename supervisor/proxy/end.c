#include "end.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "needs.h"

NEEDS_SYSCALLS("recvfrom sendmsg shutdown close poll ppoll");

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

size_t end_receive(struct end *e, struct buf *b, struct hangup *hangup)
{
	ssize_t n = recv(e->fd, b->data + b->end, buf_room(b), MSG_DONTWAIT);

	if (n > 0) {
		b->end += (size_t)n;
		return (size_t)n;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	e->eof = true;
	e->reset = n < 0;
	e->gone = e->reset || hung_up(e->fd);
	if (!e->gone)
		hangup_watch(hangup, e);
	return 0;
}

size_t end_send(struct end *e, struct iovec *iov, size_t n)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = n };
	ssize_t sent = sendmsg(e->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent >= 0)
		return (size_t)sent;
	if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		e->broken = true;
	return 0;
}

void end_shutdown(struct end *e)
{
	if (e->shut)
		return;
	e->shut = true;
	shutdown(e->fd, SHUT_WR);
}
