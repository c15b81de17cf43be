/*
 * reload - the rules once more, and what has changed
 */
#ifndef RELOAD_H
#define RELOAD_H

#include "host.h"
#include "options.h"
#include "policy/policy.h"

#define RELOAD_SHOWN_MAX 20 /* lines of the log for rules added, and for rules removed */

/**
 * reload_rules() - Compile the rules the options name again
 * @host:	The engine's machine, as config_load_policy() has opened it
 * @o:		Options
 * @current:	Rules they are to replace
 * @error:	On failure, one line; CONFIG_ERROR_MAX bytes
 *
 * Logs what has changed. The sandbox is as the first rules needed it, so that rules
 * that need more than @current are refused.
 *
 * Return: the new rules, owned by the caller, or NULL.
 */
struct policy *reload_rules(struct host *host, const struct options *o,
			    const struct policy *current, char *error);

#endif
