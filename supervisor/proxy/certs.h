/*
 * certs - the certificates of all sides, which are loaded together
 *
 * All of them or none: at the start, and again when a reload has them read anew.
 */
#ifndef PROXY_CERTS_H
#define PROXY_CERTS_H

#include "proxy.h"

struct worker;

/**
 * struct certs - What was loaded
 * @tiers:	A context for each tier, NULL for one without TLS; owned
 * @backend:	That for the engine, NULL for none; owned
 */
struct certs {
	struct tls_context *tiers[PROXY_TIERS_MAX];
	struct tls_context *backend;
};

/**
 * certs_load() - Read the files
 * @certs:	Filled on success; the caller owes certs_free()
 * @config:	Frontends and the engine
 * @now:	Which files; tiers as many as @config has
 * @error:	On failure, one line that names flag and file; PROXY_ERROR_MAX bytes
 *
 * As upstream has it, unix sockets are not for TLS.
 *
 * Return: 0 or -errno.
 */
int certs_load(struct certs *certs, const struct proxy_config *config, const struct proxy_now *now,
	       char *error);

/**
 * certs_use() - Have new handshakes use them
 * @certs:	Certificates; the worker owns them from here on
 * @w:		Worker, in its thread
 *
 * Connections stay as they are, but idle ones to the engine, which end. What has changed
 * is logged, unless there was nothing before.
 */
void certs_use(struct certs *certs, struct worker *w);

/** certs_free() - Free what nobody uses */
void certs_free(struct certs *certs);

#endif
