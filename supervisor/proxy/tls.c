#include "tls.h"

#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "needs.h"
#include "tls_context.h"

/* The socket, and what random numbers are made of. */
NEEDS_SYSCALLS("read write getrandom getpid gettid clock_gettime");

#define RECORD_MAX (16 * 1024) /* bytes of a record, RFC 8446 section 5.1 */

/* A record shorter than this is likely the last one: no use in looking for another. */
#define SHORT_RECORD 1024

/**
 * struct tls - See tls.h
 * @ssl:	OpenSSL's connection; owned
 * @ctx:	Held
 * @handshake_events: See tls_handshake_events()
 * @read_waits_for_write: See tls_read_waits_for_write()
 * @end:	How the input has ended, as tls_receive() has it, once @ended
 * @ended:	The input has ended. The bytes that say so are gone, so no event will
 * @told:	The caller knows
 * @broken:	It takes no more bytes from us
 * @reason:	See tls_reason(); owned
 */
struct tls {
	SSL *ssl;
	struct tls_context *ctx;
	int handshake_events;
	bool read_waits_for_write;
	ssize_t end;
	bool ended;
	bool told;
	bool broken;
	char *reason;
};

struct tls *tls_new(struct tls_context *ctx, int fd)
{
	struct tls *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->ctx = tls_context_hold(ctx);
	t->handshake_events = ctx->is_server ? EV_READ : EV_WRITE;
	t->ssl = SSL_new(ctx->ssl);
	if (!t->ssl || SSL_set_fd(t->ssl, fd) != 1)
		goto fail;
	if (ctx->is_server) {
		SSL_set_accept_state(t->ssl);
		return t;
	}
	if (ctx->name[0] != '\0' && SSL_set_tlsext_host_name(t->ssl, ctx->name) != 1)
		goto fail;
	if (ctx->session && SSL_set_session(t->ssl, ctx->session) != 1)
		ERR_clear_error(); /* a new one will do */
	SSL_set_connect_state(t->ssl);
	return t;
fail:
	ERR_clear_error();
	tls_free(t);
	return NULL;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	tls_context_free(t->ctx);
	free(t->reason);
	free(t);
}

bool tls_is_of(const struct tls *t, const struct tls_context *ctx)
{
	return t->ctx == ctx;
}

/* Keep why it has failed; @what goes before. */
static void keep_reason(struct tls *t, const char *what, const char *text)
{
	char reason[TLS_REASON_MAX];

	snprintf(reason, sizeof(reason), "TLS: %s%s%s", what, what[0] != '\0' ? ": " : "", text);
	free(t->reason);
	t->reason = strdup(reason);
}

static void input_ends(struct tls *t, ssize_t end)
{
	t->ended = true;
	t->end = end;
}

/**
 * fail() - Take note of what OpenSSL says of a call that has failed
 * @t:		Connection
 * @error:	What SSL_get_error() says
 * @saved:	errno behind the call
 *
 * What the socket refuses to take does not keep OpenSSL from reading on.
 */
static void fail(struct tls *t, int error, int saved)
{
	unsigned long e = ERR_peek_error();
	const char *text = ERR_reason_error_string(e);
	long verdict = SSL_get_verify_result(t->ssl);

	t->broken = true;
	if (error != SSL_ERROR_SYSCALL)
		input_ends(t, -ECONNRESET);
	if (ERR_GET_LIB(e) == ERR_LIB_SSL && ERR_GET_REASON(e) == SSL_R_CERTIFICATE_VERIFY_FAILED)
		keep_reason(t, text ? text : "", X509_verify_cert_error_string(verdict));
	else
		keep_reason(t, "", text ? text : strerror(saved != 0 ? saved : ECONNRESET));
	ERR_clear_error();
}

/* The peer has gone, which is no failure of TLS. */
static bool has_gone(int error)
{
	unsigned long e = ERR_peek_error();

	return error == SSL_ERROR_ZERO_RETURN || error == SSL_ERROR_SYSCALL ||
	       (ERR_GET_LIB(e) == ERR_LIB_SSL &&
		ERR_GET_REASON(e) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
}

/* ---- handshake ---- */

/*
 * A session that is resumed tells that the peer's certificate was verified once. It
 * may have expired since; then the engine is to show the one it has now.
 */
static bool has_expired(struct tls *t)
{
	const X509 *cert;

	if (!t->ctx->verifies || !SSL_session_reused(t->ssl))
		return false;
	cert = SSL_get0_peer_certificate(t->ssl);
	if (cert && X509_cmp_current_time(X509_get0_notAfter(cert)) > 0)
		return false;
	SSL_SESSION_free(t->ctx->session);
	t->ctx->session = NULL;
	return true;
}

enum tls_result tls_handshake(struct tls *t)
{
	int rc, error, saved;

	ERR_clear_error();
	rc = SSL_do_handshake(t->ssl);
	saved = errno;
	if (rc == 1 && !has_expired(t))
		return TLS_DONE;
	if (rc == 1) {
		keep_reason(t, "", X509_verify_cert_error_string(X509_V_ERR_CERT_HAS_EXPIRED));
		return TLS_FAILED;
	}
	error = SSL_get_error(t->ssl, rc);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		t->handshake_events = error == SSL_ERROR_WANT_READ ? EV_READ : EV_WRITE;
		return TLS_WAIT;
	}
	if (has_gone(error)) {
		ERR_clear_error();
		keep_reason(t, "", "the peer closed the connection in the handshake");
		return TLS_CLOSED;
	}
	fail(t, error, saved);
	return TLS_FAILED;
}

int tls_handshake_events(const struct tls *t)
{
	return t->handshake_events;
}

/* ---- bytes ---- */

/**
 * receive_once() - Receive from one record
 *
 * Return: as tls_receive().
 */
static ssize_t receive_once(struct tls *t, void *data, size_t len)
{
	int error, saved;
	size_t n;

	ERR_clear_error();
	if (SSL_read_ex(t->ssl, data, len, &n) == 1)
		return (ssize_t)n;
	saved = errno;
	error = SSL_get_error(t->ssl, 0);
	t->read_waits_for_write = error == SSL_ERROR_WANT_WRITE;
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
		return -EAGAIN;
	if (error == SSL_ERROR_ZERO_RETURN) {
		input_ends(t, 0);
		return 0;
	}
	fail(t, error, saved);
	input_ends(t, -ECONNRESET);
	return t->end;
}

ssize_t tls_receive(struct tls *t, void *data, size_t len)
{
	bool left_over = tls_left_over(t);
	size_t got = 0;
	ssize_t n = 0;

	t->read_waits_for_write = false;
	while (got < len && !t->ended) {
		n = receive_once(t, (char *)data + got, len - got);
		if (n <= 0)
			break;
		got += (size_t)n;
		if (left_over || n < SHORT_RECORD)
			break;
	}
	if (got > 0)
		return (ssize_t)got;
	t->told = t->ended;
	return t->ended ? t->end : n;
}

bool tls_left_over(const struct tls *t)
{
	return t->ended ? !t->told : SSL_pending(t->ssl) > 0;
}

bool tls_read_waits_for_write(const struct tls *t)
{
	return t->read_waits_for_write;
}

/**
 * gather() - Put as much into one record as fits
 * @iov:	What to send
 * @n:		Entries
 * @room:	RECORD_MAX bytes
 * @len:	Filled
 *
 * Return: the first byte; not copied where one entry has it all.
 */
static const void *gather(const struct iovec *iov, size_t n, char *room, size_t *len)
{
	*len = iov[0].iov_len;
	if (n == 1 || *len >= RECORD_MAX)
		return iov[0].iov_base;
	*len = 0;
	for (size_t i = 0; i < n && *len < RECORD_MAX; i++) {
		size_t left = RECORD_MAX - *len;
		size_t part = iov[i].iov_len < left ? iov[i].iov_len : left;

		memcpy(room + *len, iov[i].iov_base, part);
		*len += part;
	}
	return room;
}

ssize_t tls_send(struct tls *t, const struct iovec *iov, size_t n)
{
	char room[RECORD_MAX];
	size_t len, sent;
	const void *data = gather(iov, n, room, &len);
	int error, saved;

	if (t->broken)
		return -EPIPE;
	ERR_clear_error();
	if (SSL_write_ex(t->ssl, data, len, &sent) == 1)
		return (ssize_t)sent;
	saved = errno;
	error = SSL_get_error(t->ssl, 0);
	/* Without renegotiation sending never waits for the peer. */
	if (error == SSL_ERROR_WANT_WRITE)
		return -EAGAIN;
	fail(t, error, saved);
	return -EPIPE;
}

int tls_shutdown(struct tls *t)
{
	int rc, error, saved;

	if (t->broken)
		return -EPIPE;
	ERR_clear_error();
	rc = SSL_shutdown(t->ssl);
	saved = errno;
	if (rc >= 0)
		return 0;
	error = SSL_get_error(t->ssl, rc);
	if (error == SSL_ERROR_WANT_WRITE)
		return -EAGAIN;
	fail(t, error, saved);
	return -EPIPE;
}

/* ---- names ---- */

typedef void name_callback(void *data, enum access_name_kind kind, const char *name, size_t len);

static void tell_common_name(const X509 *cert, name_callback *each, void *data)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1), len;
	unsigned char *text;

	if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return;
	len = ASN1_STRING_to_UTF8(&text,
				  X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	if (len < 0)
		return;
	each(data, ACCESS_NAME_CN, (const char *)text, (size_t)len);
	CRYPTO_free(text, __FILE__, __LINE__);
}

static void tell_alternative_name(const GENERAL_NAME *name, name_callback *each, void *data)
{
	static const struct {
		int type;
		enum access_name_kind kind;
	} kinds[] = {
		{ GEN_DNS, ACCESS_NAME_DNS },
		{ GEN_EMAIL, ACCESS_NAME_MAIL },
		{ GEN_URI, ACCESS_NAME_URI },
	};
	int type;
	const void *value = GENERAL_NAME_get0_value(name, &type);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			each(data, kinds[i].kind, (const char *)ASN1_STRING_get0_data(value),
			     (size_t)ASN1_STRING_length(value));
}

void tls_each_name(const struct tls *t, name_callback *each, void *data)
{
	const X509 *cert = t->ctx->verifies ? SSL_get0_peer_certificate(t->ssl) : NULL;
	GENERAL_NAMES *names;

	if (!cert || SSL_get_verify_result(t->ssl) != X509_V_OK)
		return;
	tell_common_name(cert, each, data);
	names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	for (int i = 0; names && i < OPENSSL_sk_num((const OPENSSL_STACK *)names); i++)
		tell_alternative_name(OPENSSL_sk_value((const OPENSSL_STACK *)names, i), each,
				      data);
	GENERAL_NAMES_free(names);
	ERR_clear_error();
}

const char *tls_reason(const struct tls *t)
{
	return t->reason;
}
