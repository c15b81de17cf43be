/*
 * clients - from options to who may ask, and how often
 */
#ifndef CLIENTS_H
#define CLIENTS_H

#include <stdbool.h>

#include "confine/confine.h"
#include "proxy/proxy.h"
#include "section.h"

/**
 * clients_read() - Read allow-from, tls-client-cn, rate-read and rate-write
 * @tier:	Gets @access, which the caller owes access_free(), and @rates
 * @s:		Section
 * @error:	On failure, one line naming the flag or variable; CONFIG_ERROR_MAX bytes
 *
 * Return: 0 or -EINVAL, -ENOMEM.
 */
int clients_read(struct proxy_tier *tier, const struct section *s, char *error);

/**
 * clients_check() - Find what can never be true
 * @config:	What is to be served
 * @error:	Filled if there is any; CONFIG_ERROR_MAX bytes
 *
 * An entry that no client of its tier's frontends can be, a frontend that nobody can use,
 * and containers of an engine that is elsewhere.
 *
 * Return: 0 or -EINVAL.
 */
int clients_check(const struct proxy_config *config, char *error);

/**
 * struct clients_needs - What has to be open to find out who clients are
 * @names:	Host names are looked up
 * @processes:	Containers are found by processes
 * @containers:	They are found at all
 */
struct clients_needs {
	bool names;
	bool processes;
	bool containers;
};

/** clients_needs() - What is needed for @tiers on the frontends of a configuration */
struct clients_needs clients_needs(const struct proxy_config *config,
				   const struct proxy_tier *tiers);

/**
 * clients_check_needs() - Find what needs more than there is
 * @config:	What is served
 * @tiers:	What is to be from now on
 * @has:	What there is
 * @error:	Filled if there is any, naming the entry; CONFIG_ERROR_MAX bytes
 *
 * Return: 0 or -EINVAL.
 */
int clients_check_needs(const struct proxy_config *config, const struct proxy_tier *tiers,
			const struct clients_needs *has, char *error);

/**
 * clients_confine() - Say what has to stay open to find out who clients are
 *
 * Looks at what lists that are read again in the sandbox need and it does not let open.
 *
 * Return: 0 or -errno, with @error (CONFIG_ERROR_MAX) filled.
 */
int clients_confine(struct confine_config *c, const struct proxy_config *served, char *error);

/** clients_print() - Write down who may ask and how often, for people; nothing if that is all */
void clients_print(const struct proxy_tier *tier);

#endif
