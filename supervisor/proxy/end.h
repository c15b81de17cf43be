/*
 * end - one socket of a connection, the client's or the engine's
 */
#ifndef PROXY_END_H
#define PROXY_END_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "buf.h"
#include "hangup.h"
#include "pipe.h"

struct conn;

/**
 * struct end - A socket
 * @fd:		Owned, -1 when closed
 * @io:		Its watcher; io.data is for the callback
 * @eof:	It has ended its input
 * @gone:	It hung up in both directions, or was reset
 * @reset:	Its input ended with an error
 * @shut:	We have ended its input
 * @broken:	It takes no more bytes from us
 */
struct end {
	int fd;
	struct ev_io io;
	bool eof;
	bool gone;
	bool reset;
	bool shut;
	bool broken;
};

typedef void end_callback(struct ev_loop *loop, struct ev_io *io, int revents);

/** end_init() - Take over a connected or connecting socket; no event is watched yet */
void end_init(struct end *e, int fd, end_callback *callback, void *data);

/** end_watch() - Watch exactly @events (EV_READ, EV_WRITE, both or none) */
void end_watch(struct end *e, struct ev_loop *loop, int events);

/** end_close() - Stop watching and close; closed already is fine */
void end_close(struct end *e, struct ev_loop *loop);

/**
 * end_receive() - Receive once into a buffer that has room
 * @e:		Socket
 * @b:		Buffer
 * @max:	Most bytes
 * @hangup:	Where a socket that ends its input is watched from then on
 *
 * Sets @eof at the end of input, @gone after a reset or a full hang-up.
 *
 * Return: bytes received, 0 if there was nothing or the end.
 */
size_t end_receive(struct end *e, struct buf *b, size_t max, struct hangup *hangup);

/**
 * end_send() - Send without blocking and without SIGPIPE
 * @e:		Socket
 * @iov:	What to send
 * @n:		Entries of @iov
 *
 * Sets @broken when the peer takes no more.
 *
 * Return: bytes sent, 0 if none can be sent now or ever.
 */
size_t end_send(struct end *e, struct iovec *iov, size_t n);

/**
 * end_splice_in() - Receive once into an empty pipe
 * @e:		Socket
 * @p:		Pipe
 * @max:	Most bytes
 * @hangup:	As for end_receive()
 *
 * Return: bytes received, 0 if there was nothing or the end.
 */
size_t end_splice_in(struct end *e, struct pipe *p, size_t max, struct hangup *hangup);

/** end_splice_out() - Send from a pipe, as end_send() does. Return: bytes sent */
size_t end_splice_out(struct end *e, struct pipe *p);

/** end_shutdown() - End the peer's input, once */
void end_shutdown(struct end *e);

#endif
