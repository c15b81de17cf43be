#include "hangup.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "end.h"
#include "needs.h"

NEEDS_SYSCALLS("epoll_create1 epoll_ctl epoll_wait epoll_pwait close");

#define REPORTS_AT_ONCE 64 /* before other events get their turn */

/*
 * One event a call: what a report closes, the kernel forgets, so that no later
 * event can name it.
 */
static void on_readable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct hangup *h = io->data;
	struct epoll_event event;

	(void)loop;
	(void)revents;
	for (int i = 0; i < REPORTS_AT_ONCE; i++) {
		if (epoll_wait(h->epoll_fd, &event, 1, 0) != 1)
			return;
		if (event.events & (EPOLLHUP | EPOLLERR))
			h->report(event.data.ptr);
	}
}

int hangup_init(struct hangup *h, struct ev_loop *loop, void (*report)(struct end *e))
{
	h->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (h->epoll_fd < 0)
		return -errno;
	h->report = report;
	ev_io_init(&h->io, on_readable, h->epoll_fd, EV_READ);
	h->io.data = h;
	ev_io_start(loop, &h->io);
	return 0;
}

void hangup_watch(struct hangup *h, struct end *e)
{
	struct epoll_event event = { .events = EPOLLET, .data.ptr = e };

	/* Without memory for it the peer is heard of when it is written to. */
	epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, e->fd, &event);
}

void hangup_stop(struct hangup *h, struct ev_loop *loop)
{
	ev_io_stop(loop, &h->io);
	close(h->epoll_fd);
}
