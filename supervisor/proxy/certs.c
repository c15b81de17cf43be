#include "certs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backend.h"
#include "log.h"
#include "tier.h"
#include "tls.h"
#include "worker.h"

static bool has_files(const struct proxy_tls *tls)
{
	return tls->cacert.path || tls->cert.path || tls->key.path;
}

static bool has_tcp(const struct proxy_config *config, size_t tier)
{
	for (size_t i = 0; i < config->n_frontends; i++)
		if (config->frontends[i].addr.kind == ADDR_TCP &&
		    config->frontends[i].tiers >> tier & 1)
			return true;
	return false;
}

static int load_tier(struct certs *certs, const struct proxy_config *config,
		     const struct proxy_now *now, size_t i, char *error)
{
	const struct proxy_tls *files = &now->tiers[i].tls;

	if (!has_files(files) || !has_tcp(config, i))
		return 0;
	certs->tiers[i] = tls_context_server(files, error);
	return certs->tiers[i] ? 0 : -EINVAL;
}

const char *proxy_system_cas(const struct proxy_config *config)
{
	const struct proxy_tls *tls = &config->now.backend_tls;

	return has_files(tls) && !tls->cacert.path && config->backend.kind == ADDR_TCP ?
		       tls_system_cas() :
		       NULL;
}

static int load_backend(struct certs *certs, const struct proxy_config *config,
			const struct proxy_now *now, char *error)
{
	if (!has_files(&now->backend_tls) || config->backend.kind != ADDR_TCP)
		return 0;
	certs->backend = tls_context_client(&now->backend_tls, config->backend.host, error);
	return certs->backend ? 0 : -EINVAL;
}

int certs_load(struct certs *certs, const struct proxy_config *config, const struct proxy_now *now,
	       char *error)
{
	int rc = 0;

	*certs = (struct certs){ 0 };
	for (size_t i = 0; rc == 0 && i < config->n_tiers; i++)
		rc = load_tier(certs, config, now, i, error);
	if (rc == 0)
		rc = load_backend(certs, config, now, error);
	if (rc < 0)
		certs_free(certs);
	return rc;
}

static void log_change(const char *side, const char *name, const struct tls_context *old,
		       const struct tls_context *new)
{
	struct tls_identity before, now;

	if (!old || !new)
		return;
	tls_context_identity(old, &before);
	tls_context_identity(new, &now);
	if (now.subject[0] == '\0' || memcmp(before.digest, now.digest, sizeof(now.digest)) == 0)
		return;
	log_event(LOG_LEVEL_INFO, "certificate read again", "side", side, "subject", now.subject,
		  "not_after", now.not_after, name[0] != '\0' ? "frontend" : NULL, name, NULL);
}

/* Put a new context in the place of an old one, which lives as long as its connections. */
static void replace(struct tls_context **ctx, struct tls_context **new)
{
	tls_context_free(*ctx);
	*ctx = *new;
	*new = NULL;
}

void certs_use(struct certs *certs, struct worker *w)
{
	for (size_t i = 0; i < w->n_tiers; i++) {
		log_change("frontend", w->tiers[i].name, w->tiers[i].tls, certs->tiers[i]);
		replace(&w->tiers[i].tls, &certs->tiers[i]);
	}
	log_change("backend", "", w->backend_tls, certs->backend);
	if (w->backend_tls)
		backend_pool_clear(&w->pool);
	replace(&w->backend_tls, &certs->backend);
}

void certs_free(struct certs *certs)
{
	for (size_t i = 0; i < PROXY_TIERS_MAX; i++)
		tls_context_free(certs->tiers[i]);
	tls_context_free(certs->backend);
	*certs = (struct certs){ 0 };
}
