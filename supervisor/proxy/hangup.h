/*
 * hangup - hear of a peer that goes away after it has ended its input
 *
 * A socket whose input has ended stays readable for ever, so it can no longer
 * be watched for reading, and libev has no event for a hang-up alone. An epoll
 * instance of its own has: EPOLLHUP and EPOLLERR are always reported (see
 * epoll_ctl(2)), and it is itself one more descriptor to libev.
 */
#ifndef PROXY_HANGUP_H
#define PROXY_HANGUP_H

#include <ev.h>

struct end;

struct hangup {
	int epoll_fd; /* owned */
	struct ev_io io;
	void (*report)(struct end *e);
};

/**
 * hangup_init() - Start listening for hang-ups
 * @h:		Filled on success
 * @loop:	Loop
 * @report:	Called with a watched socket that hung up; it may close it
 *
 * Return: 0 or -errno.
 */
int hangup_init(struct hangup *h, struct ev_loop *loop, void (*report)(struct end *e));

/** hangup_watch() - Watch a socket from now until it is closed */
void hangup_watch(struct hangup *h, struct end *e);

/** hangup_stop() - Stop listening */
void hangup_stop(struct hangup *h, struct ev_loop *loop);

#endif
