/*
 * end - one socket of a connection, the client's or the engine's
 *
 * With TLS on it the bytes are those inside, and half-close is TLS's own
 * (close_notify): a peer that closes its socket without it has cut the connection,
 * which counts as a reset.
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
#include "tls.h"

struct conn;

/**
 * struct end - A socket
 * @fd:		Owned, -1 when closed
 * @io:		Its watcher; io.data is for the callback
 * @tls:	TLS on it, NULL for none; owned
 * @eof:	It has ended its input
 * @gone:	It hung up in both directions, or was reset
 * @reset:	Its input ended with an error
 * @shut:	We have ended its input
 * @shutting:	It is still to be told so
 * @cut:	It is not to be told so when it is closed
 * @broken:	It takes no more bytes from us
 * @ending:	What is sent now is the last: end_shutdown() comes as soon as it is sent
 */
struct end {
	int fd;
	struct ev_io io;
	struct tls *tls;
	bool eof;
	bool gone;
	bool reset;
	bool shut;
	bool shutting;
	bool cut;
	bool broken;
	bool ending;
};

typedef void end_callback(struct ev_loop *loop, struct ev_io *io, int revents);

/** end_init() - Take over a connected or connecting socket; no event is watched yet */
void end_init(struct end *e, int fd, end_callback *callback, void *data);

/** end_watch() - Watch for what @events (EV_READ, EV_WRITE, both or none) need, no more */
void end_watch(struct end *e, struct ev_loop *loop, int events);

/**
 * end_is_readable() - Whether it may have something to receive
 * @e:		Socket
 * @revents:	What its watcher was called with
 */
bool end_is_readable(const struct end *e, int revents);

/** end_has_left_over() - Whether it has something to receive that no event will tell of */
bool end_has_left_over(const struct end *e);

/** end_can_splice() - Whether end_splice_in() and end_splice_out() can be used */
bool end_can_splice(const struct end *e);

/**
 * end_start_tls() - From now on the bytes are those inside of TLS
 * @e:		Connected socket
 * @ctx:	Context; held while the socket lives
 *
 * Return: 0 or -ENOMEM.
 */
int end_start_tls(struct end *e, struct tls_context *ctx);

/** end_handshake() - Go on with TLS's handshake; without TLS it is done */
enum tls_result end_handshake(struct end *e);

/** end_handshake_events() - What connecting and the handshake wait for */
int end_handshake_events(const struct end *e);

/** end_reason() - Why TLS has failed, or NULL; as long as the socket */
const char *end_reason(const struct end *e);

/** end_each_name() - As tls_each_name(); without TLS there are none */
void end_each_name(const struct end *e,
		   void (*each)(void *data, enum access_name_kind kind, const char *name,
				size_t len),
		   void *data);

/** end_stop_tls() - Go on without TLS, only to end after a handshake that has failed */
void end_stop_tls(struct end *e);

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
 * @e:		Socket; where it is ending, its end goes in the same segment (MSG_MORE, tcp(7))
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

/** end_go_on() - Do what of end_shutdown() was not possible yet; nothing is fine */
void end_go_on(struct end *e);

/** end_reset() - Have the peer see that the end, which is to come, is not a regular one */
void end_reset(struct end *e);

#endif
