/*
 * tls - what TLS makes of the bytes of a socket
 *
 * TLS 1.2 and 1.3 with OpenSSL. A context holds the certificates of one side, read
 * once at the start; a struct tls is one connection under a struct end (end.h),
 * which is the only one to call what is below. No call blocks, and a connection
 * that is idle holds no buffers.
 *
 * Sessions are resumed: towards clients by tickets, which cost no memory here, and
 * towards the engine with the last session it gave. Renegotiation, compression,
 * early data and certificates after the handshake do not exist.
 */
#ifndef PROXY_TLS_H
#define PROXY_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "access.h"
#include "proxy.h"

#define TLS_REASON_MAX 256 /* bytes of a reason, NUL included */

struct tls;
struct tls_context;

/* ---- contexts ---- */

/**
 * tls_context_server() - Read what clients are shown, and what they have to show
 * @files:	Certificate and key; with a CA, clients need a certificate of it
 * @error:	On failure, one line that names flag and file; PROXY_ERROR_MAX bytes
 *
 * Return: the context, owned by the caller, or NULL.
 */
struct tls_context *tls_context_server(const struct proxy_tls *files, char *error);

/**
 * tls_context_client() - Read what verifies the engine, and what it is shown
 * @files:	CA, without one the system's; certificate and key, or neither
 * @host:	The engine's name or address, which its certificate must have
 * @error:	On failure, one line that names flag and file; PROXY_ERROR_MAX bytes
 *
 * Return: the context, owned by the caller, or NULL.
 */
struct tls_context *tls_context_client(const struct proxy_tls *files, const char *host,
				       char *error);

/**
 * tls_system_cas() - Where the system has the CAs it trusts, in one file
 *
 * Looked for when it is first asked.
 *
 * Return: its path, static, or NULL.
 */
const char *tls_system_cas(void);

/** tls_context_hold() - Hold a context once more. Return: @ctx */
struct tls_context *tls_context_hold(struct tls_context *ctx);

/** tls_context_free() - Give up one hold, of which the last frees the context; NULL is fine */
void tls_context_free(struct tls_context *ctx);

/** tls_context_verifies() - Whether the other side must show a certificate */
bool tls_context_verifies(const struct tls_context *ctx);

/**
 * struct tls_identity - The certificate that is shown to the other side
 * @subject:	Its subject, "" if there is none
 * @not_after:	When it expires, as OpenSSL writes times
 * @digest:	SHA-256 of it
 */
struct tls_identity {
	char subject[256];
	char not_after[32];
	unsigned char digest[64];
};

/** tls_context_identity() - Find out what is shown to the other side */
void tls_context_identity(const struct tls_context *ctx, struct tls_identity *id);

/* ---- connections ---- */

enum tls_result {
	TLS_DONE,
	TLS_WAIT,   /* until tls_handshake_events() */
	TLS_CLOSED, /* the peer went away without a word */
	TLS_FAILED, /* tls_reason() tells why; the peer was told, too */
	TLS_RESULT_NUM
};

/**
 * tls_new() - Begin TLS on a connected socket
 * @ctx:	Context; held
 * @fd:		Socket, non-blocking; borrowed
 *
 * Return: the connection, or NULL when out of memory.
 */
struct tls *tls_new(struct tls_context *ctx, int fd);

/** tls_handshake() - Go on with the handshake */
enum tls_result tls_handshake(struct tls *t);

/** tls_handshake_events() - What the handshake waits for, EV_READ or EV_WRITE */
int tls_handshake_events(const struct tls *t);

/**
 * tls_receive() - Receive without blocking
 * @t:		Connection
 * @data:	Where to
 * @len:	Room
 *
 * When decrypted bytes are left over from the call before, just these are given:
 * no event will tell of them (tls_left_over()), of all others one will.
 *
 * Return: bytes, 0 at the end of input, -EAGAIN if there is nothing now, or
 * -ECONNRESET when the connection was cut or broken.
 */
ssize_t tls_receive(struct tls *t, void *data, size_t len);

/** tls_left_over() - Whether bytes, or the end, are decrypted and not received yet */
bool tls_left_over(const struct tls *t);

/** tls_read_waits_for_write() - Whether receiving goes on when the socket is writable */
bool tls_read_waits_for_write(const struct tls *t);

/**
 * tls_send() - Send without blocking
 * @t:		Connection
 * @iov:	What to send. After -EAGAIN the next call must begin with the same
 *		bytes, wherever they are, and may have more
 * @n:		Entries of @iov
 *
 * Return: bytes, -EAGAIN if none can be sent now, or -EPIPE.
 */
ssize_t tls_send(struct tls *t, const struct iovec *iov, size_t n);

/**
 * tls_shutdown() - Tell the peer that nothing more will come (close_notify)
 * @t:		Connection
 *
 * Return: 0, -EAGAIN if it has to be called again, or -EPIPE.
 */
int tls_shutdown(struct tls *t);

/**
 * tls_each_name() - Tell the names in the certificate that a client has shown
 * @t:		Connection behind its handshake
 * @each:	Called for each, with @len bytes that need no NUL; not if no certificate was
 *		asked for
 * @data:	For @each
 *
 * A subject of more than one common name has none: which is meant is not said anywhere.
 */
void tls_each_name(const struct tls *t,
		   void (*each)(void *data, enum access_name_kind kind, const char *name,
				size_t len),
		   void *data);

/** tls_reason() - Why it has failed, in OpenSSL's words, or NULL; as long as @t */
const char *tls_reason(const struct tls *t);

/** tls_is_of() - Whether a connection has begun with a context */
bool tls_is_of(const struct tls *t, const struct tls_context *ctx);

/** tls_free() - Free a connection without a word to the peer; NULL is fine */
void tls_free(struct tls *t);

#endif
