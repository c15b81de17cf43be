/*
 * proxy - the filtering proxy as a whole
 */
#ifndef PROXY_PROXY_H
#define PROXY_PROXY_H

#include <stddef.h>

#include "addr.h"
#include "../policy/policy.h"

#define PROXY_STOP_S	    10	 /* seconds a stop waits for short requests */
#define PROXY_ERROR_MAX	    1024 /* bytes of an error text, NUL included */
#define PROXY_LISTENERS_MAX 64	 /* sockets of all frontends */

/**
 * struct proxy_config - What to serve; immutable while it is served
 * @backend:	The engine
 * @frontends:	Where to listen, @n_frontends of them
 * @n_frontends: Entries of @frontends
 * @policy:	Rules
 * @audit_log:	File for the audit log, "-" for standard output, NULL for none
 */
struct proxy_config {
	struct addr backend;
	const struct addr *frontends;
	size_t n_frontends;
	const struct policy *policy;
	const char *audit_log;
};

/**
 * proxy_serve() - Serve until SIGTERM or SIGINT
 * @config:	Configuration
 * @error:	On failure, one line that names flag and value; PROXY_ERROR_MAX
 *		bytes
 *
 * The first signal stops as worker_stop() says, the second at once. SIGHUP
 * opens the audit log again.
 *
 * Return: 0 after an orderly stop, -errno if it could not start.
 */
int proxy_serve(const struct proxy_config *config, char *error);

#endif
