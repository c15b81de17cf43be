/*
 * tls_context - from files to a context
 *
 * Files are read and looked at one by one, so that an error names the one that is
 * wrong. A reload reads them again, which the sandbox has to leave possible.
 */
#include "tls_context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tls.h"

#define FILE_MAX (4 * 1024 * 1024) /* bytes; the system's CAs have 200 KiB */

/* A client whose certificate is withdrawn or expires may resume for this long. */
#define TICKET_LIFETIME_S 3600

/* Bytes of a peer's certificates that are looked at. */
#define PEER_CHAIN_MAX (32 * 1024)

/* RFC 7301: the one protocol that is spoken here, with its length before it. */
static const unsigned char protocols[] = "\x08http/1.1";
#define PROTOCOLS_LEN ((unsigned int)(sizeof(protocols) - 1))

__attribute__((format(printf, 3, 4))) static int refuse(char *error, const struct proxy_file *file,
							const char *format, ...)
{
	char text[PROXY_ERROR_MAX / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(error, PROXY_ERROR_MAX, "%s %s: %s", file->flag, file->path, text);
	return -EINVAL;
}

static int complain(char *error, const char *what, const char *text)
{
	snprintf(error, PROXY_ERROR_MAX, "%s: %s", what, text);
	return -EINVAL;
}

/* What OpenSSL says of the call that has just failed. */
static const char *why(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return text ? text : "out of memory";
}

/* ---- files ---- */

struct text {
	char *bytes; /* owned */
	size_t len;
};

static void text_free(struct text *t)
{
	if (t->bytes)
		OPENSSL_cleanse(t->bytes, t->len);
	free(t->bytes);
}

/* Read all of a file of a known size. Return: 0 or -errno. */
static int read_all(struct text *t, int fd, size_t size)
{
	t->bytes = malloc(size + 1);
	if (!t->bytes)
		return -ENOMEM;
	while (t->len < size) {
		ssize_t n = read(fd, t->bytes + t->len, size - t->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		t->len += (size_t)n;
	}
	return 0;
}

/**
 * read_file() - Read a file of PEM
 * @t:		Zeroed; filled, to be freed also after a failure
 * @file:	File
 * @error:	Filled on failure
 *
 * Return: 0 or -errno.
 */
static int read_file(struct text *t, const struct proxy_file *file, char *error)
{
	/* Non-blocking, so that a FIFO is refused rather than waited for. */
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		rc = refuse(error, file, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		rc = refuse(error, file, "expected a regular file");
	else if (st.st_size > FILE_MAX)
		rc = refuse(error, file, "%s", strerror(EFBIG));
	else
		rc = read_all(t, fd, (size_t)st.st_size);
	if (rc < 0 && rc != -EINVAL)
		rc = refuse(error, file, "%s", strerror(-rc));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* ---- certificates ---- */

/* What is wrong with a certificate's dates today, or NULL. */
static const char *bad_dates(const X509 *cert)
{
	if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0)
		return "has expired";
	if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0)
		return "is not valid yet";
	return NULL;
}

/**
 * use_certificate() - Take a certificate that was read
 * @ctx:	Context
 * @cert:	Certificate; borrowed
 * @n:		Those of the same file before it
 * @file:	File
 * @error:	Filled on failure
 *
 * Return: 0 or -errno.
 */
typedef int use_certificate(struct tls_context *ctx, X509 *cert, size_t n,
			    const struct proxy_file *file, char *error);

/**
 * each_certificate() - Read the certificates of a file
 * @ctx:	Context
 * @file:	File
 * @use:	Called for each
 * @error:	Filled on failure
 *
 * Return: 0 or -errno.
 */
static int each_certificate(struct tls_context *ctx, const struct proxy_file *file,
			    use_certificate *use, char *error)
{
	struct text t = { 0 };
	BIO *bio = NULL;
	X509 *cert;
	size_t n = 0;
	int rc = read_file(&t, file, error);

	if (rc < 0)
		goto out;
	bio = BIO_new_mem_buf(t.bytes, (int)t.len);
	rc = bio ? 0 : refuse(error, file, "out of memory");
	while (rc == 0 && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		rc = use(ctx, cert, n++, file, error);
		X509_free(cert);
	}
	if (rc < 0)
		goto out;
	if (ERR_GET_REASON(ERR_peek_error()) != PEM_R_NO_START_LINE)
		rc = refuse(error, file, "certificate %zu of it cannot be read: %s", n + 1, why());
	else if (n == 0)
		rc = refuse(error, file, "no certificate is in it, expected PEM");
out:
	ERR_clear_error();
	BIO_free(bio);
	text_free(&t);
	return rc;
}

/* The first one is ours, those behind it lead to one that the peer knows. */
static int show_certificate(struct tls_context *ctx, X509 *cert, size_t n,
			    const struct proxy_file *file, char *error)
{
	const char *bad = bad_dates(cert);

	if (bad)
		return refuse(error, file, "certificate %zu of it %s", n + 1, bad);
	if (n == 0 && SSL_CTX_use_certificate(ctx->ssl, cert) != 1)
		return refuse(error, file, "%s", why());
	if (n > 0 && SSL_CTX_add1_chain_cert(ctx->ssl, cert) != 1)
		return refuse(error, file, "%s", why());
	return 0;
}

/* In a bundle old ones may be left, alone one is a mistake. */
static int trust_certificate(struct tls_context *ctx, X509 *cert, size_t n,
			     const struct proxy_file *file, char *error)
{
	(void)n;
	if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx->ssl), cert) != 1)
		return refuse(error, file, "%s", why());
	/* It helps clients that have several to choose. */
	if (ctx->is_server && SSL_CTX_add_client_CA(ctx->ssl, cert) != 1)
		return refuse(error, file, "%s", why());
	if (!bad_dates(cert))
		ctx->verifies = true;
	return 0;
}

static int trust_file(struct tls_context *ctx, const struct proxy_file *file, char *error)
{
	int rc = each_certificate(ctx, file, trust_certificate, error);

	if (rc == 0 && !ctx->verifies)
		rc = refuse(error, file, "no certificate of it is valid today");
	return rc;
}

const char *tls_system_cas(void)
{
	static const char *const paths[] = {
		"/etc/ssl/certs/ca-certificates.crt",		     /* Debian, Alpine, Arch */
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL */
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem", /* SUSE */
		"/etc/ssl/cert.pem",
	};
	static const char *found;

	for (size_t i = 0; !found && i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], R_OK) == 0)
			found = paths[i];
	return found;
}

static int trust_system(struct tls_context *ctx, char *error)
{
	const char *path = tls_system_cas();

	if (path)
		return trust_file(ctx, &(struct proxy_file){ path, "the system's CAs" }, error);
	return complain(error, "-backend-tls-cacert",
			"is not given, and the system has no CAs (Debian: ca-certificates)");
}

/* ---- key ---- */

/* Nobody is there to be asked. */
static int no_password(char *buf, int size, int rwflag, void *asked)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	*(bool *)asked = true;
	return -1;
}

static int use_key(struct tls_context *ctx, const struct proxy_tls *files, char *error)
{
	const struct proxy_file *file = &files->key;
	struct text t = { 0 };
	EVP_PKEY *key = NULL;
	bool asked = false;
	BIO *bio = NULL;
	int rc = read_file(&t, file, error);

	if (rc < 0)
		goto out;
	bio = BIO_new_mem_buf(t.bytes, (int)t.len);
	if (bio)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, &asked);
	if (asked)
		rc = refuse(error, file,
			    "the key is encrypted, and nobody is asked for a "
			    "passphrase: expected one without");
	else if (!key && !memmem(t.bytes, t.len, " KEY-----", strlen(" KEY-----")))
		rc = refuse(error, file, "no private key is in it, expected PEM");
	else if (!key)
		rc = refuse(error, file, "the key cannot be read: %s", why());
	else if (SSL_CTX_use_PrivateKey(ctx->ssl, key) != 1 ||
		 SSL_CTX_check_private_key(ctx->ssl) != 1)
		rc = refuse(error, file, "the key does not belong to the certificate in %s: %s",
			    files->cert.path, why());
out:
	ERR_clear_error();
	EVP_PKEY_free(key);
	BIO_free(bio);
	text_free(&t);
	return rc;
}

/* Certificate and key, which only make sense together. */
static int use_pair(struct tls_context *ctx, const struct proxy_tls *files, char *error)
{
	int rc;

	if (!files->cert.path)
		return complain(error, files->key.flag, "needs the certificate of this key, too");
	if (!files->key.path)
		return complain(error, files->cert.flag, "needs the key of this certificate, too");
	rc = each_certificate(ctx, &files->cert, show_certificate, error);
	return rc < 0 ? rc : use_key(ctx, files, error);
}

/* ---- contexts ---- */

static int select_protocol(SSL *ssl, const unsigned char **out, unsigned char *outlen,
			   const unsigned char *in, unsigned int inlen, void *arg)
{
	unsigned char *chosen;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&chosen, outlen, protocols, PROTOCOLS_LEN, in, inlen) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/*
 * OpenSSL has the lifetime begin anew with each ticket, and TLS 1.3 gives one with each
 * handshake: who resumes in time could do so for ever. So whoever resumes gets no other.
 */
static SSL_TICKET_RETURN take_ticket(SSL *ssl, SSL_SESSION *session, const unsigned char *key_name,
				     size_t key_name_len, SSL_TICKET_STATUS status, void *arg)
{
	(void)session;
	(void)key_name;
	(void)key_name_len;
	(void)arg;
	if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
		return SSL_TICKET_RETURN_IGNORE_RENEW;
	SSL_set_num_tickets(ssl, 0);
	return SSL_TICKET_RETURN_USE;
}

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_context *ctx = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	SSL_SESSION_free(ctx->session);
	ctx->session = session;
	return 1; /* it is ours now */
}

/**
 * context_new() - Make a context without certificates
 * @is_server:	As in the struct
 * @what:	Flag for the error
 * @error:	Filled on failure
 *
 * Return: the context, or NULL.
 */
static struct tls_context *context_new(bool is_server, const char *what, char *error)
{
	const char *missing = openssl_load();
	struct tls_context *ctx;

	if (missing) {
		complain(error, what, missing);
		return NULL;
	}
	ctx = calloc(1, sizeof(*ctx));
	if (ctx)
		ctx->ssl = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
	if (!ctx || !ctx->ssl) {
		complain(error, what, why());
		free(ctx);
		return NULL;
	}
	ctx->is_server = is_server;
	ctx->holders = 1;
	SSL_CTX_set_app_data(ctx->ssl, ctx);
	SSL_CTX_set_min_proto_version(ctx->ssl, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx->ssl, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(ctx->ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					   SSL_MODE_NO_AUTO_CHAIN);
	/* Else a peer that sends nothing but key updates keeps one call busy for ever. */
	SSL_CTX_clear_mode(ctx->ssl, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_max_cert_list(ctx->ssl, PEER_CHAIN_MAX);
	/* As Go does, and so upstream: whatever is in the file is trusted. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx->ssl), X509_V_FLAG_PARTIAL_CHAIN);
	return ctx;
}

struct tls_context *tls_context_server(const struct proxy_tls *files, char *error)
{
	static const unsigned char id[] = "cetusguard";
	const struct proxy_file *first = files->cert.path ? &files->cert :
					 files->key.path  ? &files->key :
							    &files->cacert;
	struct tls_context *ctx = context_new(true, first->flag, error);
	int rc;

	if (!ctx)
		return NULL;
	/* Tickets; a cache here would be memory that clients fill. */
	SSL_CTX_set_session_cache_mode(ctx->ssl, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(ctx->ssl, id, sizeof(id) - 1);
	SSL_CTX_set_timeout(ctx->ssl, TICKET_LIFETIME_S);
	SSL_CTX_set_num_tickets(ctx->ssl, 1);
	SSL_CTX_set_session_ticket_cb(ctx->ssl, NULL, take_ticket, NULL);
	SSL_CTX_set_alpn_select_cb(ctx->ssl, select_protocol, NULL);
	if (!files->cert.path && !files->key.path)
		rc = complain(error, files->cacert.flag,
			      "needs a certificate and a key to show to clients, too");
	else
		rc = use_pair(ctx, files, error);
	if (rc == 0 && files->cacert.path)
		rc = trust_file(ctx, &files->cacert, error);
	if (rc < 0) {
		tls_context_free(ctx);
		return NULL;
	}
	if (ctx->verifies)
		SSL_CTX_set_verify(ctx->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
				   NULL);
	return ctx;
}

/**
 * expect_host() - Have the engine's certificate be of this name or address
 * @ctx:	Context
 * @host:	As in an address, "" is this machine
 *
 * As Go does, names are looked for where they belong (subjectAltName), not in the
 * subject; a zone and a name's last dot are no part of them.
 *
 * Return: 0 or -ENOMEM.
 */
static int expect_host(struct tls_context *ctx, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx->ssl);
	char name[sizeof(ctx->name)];
	size_t len;

	snprintf(name, sizeof(name), "%s", host[0] != '\0' ? host : "localhost");
	name[strcspn(name, "%")] = '\0';
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
						       X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1)
		return 0;
	ERR_clear_error();
	len = strlen(name);
	if (name[len - 1] == '.')
		name[len - 1] = '\0';
	memcpy(ctx->name, name, sizeof(name));
	return X509_VERIFY_PARAM_set1_host(param, name, 0) == 1 ? 0 : -ENOMEM;
}

struct tls_context *tls_context_client(const struct proxy_tls *files, const char *host, char *error)
{
	const struct proxy_file *first = files->cacert.path ? &files->cacert :
					 files->cert.path   ? &files->cert :
							      &files->key;
	struct tls_context *ctx = context_new(false, first->flag, error);
	int rc = 0;

	if (!ctx)
		return NULL;
	SSL_CTX_set_session_cache_mode(ctx->ssl,
				       SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx->ssl, keep_session);
	SSL_CTX_set_verify(ctx->ssl, SSL_VERIFY_PEER, NULL);
	if (SSL_CTX_set_alpn_protos(ctx->ssl, protocols, PROTOCOLS_LEN) != 0 ||
	    expect_host(ctx, host) < 0)
		rc = complain(error, first->flag, "out of memory");
	if (rc == 0 && (files->cert.path || files->key.path))
		rc = use_pair(ctx, files, error);
	if (rc == 0)
		rc = files->cacert.path ? trust_file(ctx, &files->cacert, error) :
					  trust_system(ctx, error);
	if (rc == 0)
		return ctx;
	tls_context_free(ctx);
	return NULL;
}

struct tls_context *tls_context_hold(struct tls_context *ctx)
{
	ctx->holders++;
	return ctx;
}

void tls_context_free(struct tls_context *ctx)
{
	if (!ctx || --ctx->holders > 0)
		return;
	SSL_SESSION_free(ctx->session);
	SSL_CTX_free(ctx->ssl);
	free(ctx);
}

bool tls_context_verifies(const struct tls_context *ctx)
{
	return ctx->verifies;
}

static void print_time(char *out, size_t cap, const ASN1_TIME *time)
{
	struct tm tm = { 0 };

	if (ASN1_TIME_to_tm(time, &tm) == 1)
		strftime(out, cap, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void tls_context_identity(const struct tls_context *ctx, struct tls_identity *id)
{
	X509 *cert = SSL_CTX_get0_certificate(ctx->ssl);

	*id = (struct tls_identity){ 0 };
	if (!cert)
		return;
	X509_NAME_oneline(X509_get_subject_name(cert), id->subject, sizeof(id->subject));
	print_time(id->not_after, sizeof(id->not_after), X509_get0_notAfter(cert));
	X509_digest(cert, EVP_sha256(), id->digest, NULL);
}
