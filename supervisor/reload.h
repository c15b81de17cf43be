/*
 * reload - the rules once more, and what has changed
 */
#ifndef RELOAD_H
#define RELOAD_H

#include "host.h"
#include "options.h"
#include "proxy/proxy.h"

#define RELOAD_SHOWN_MAX 20 /* lines of the log for rules added, and for rules removed */

/**
 * reload_check() - Refuse a change of what cannot change while it is served
 * @old:	Options it is served with
 * @new:	Options read again
 * @error:	On failure, one line that names it; CONFIG_ERROR_MAX bytes
 *
 * Return: 0 or -EINVAL.
 */
int reload_check(const struct options *old, const struct options *new, char *error);

/** reload_log() - Say what of @n tiers has changed: who may ask, how often, and rules */
void reload_log(const struct proxy_tier *old, const struct proxy_tier *new, size_t n);

/**
 * reload_tiers() - Make the tiers that the options name again
 * @host:	The engine's machine, as config_load() has opened it
 * @o:		Options
 * @current:	Tiers they are to replace, as many
 * @next:	Filled on success; the caller owes config_free()
 * @error:	On failure, one line; CONFIG_ERROR_MAX bytes
 *
 * The sandbox is as the first rules needed it, so that rules
 * that need more than @current are refused.
 *
 * Return: 0 or -errno.
 */
int reload_tiers(struct host *host, const struct options *o, const struct proxy_tier *current,
		 struct proxy_tier *next, char *error);

#endif
