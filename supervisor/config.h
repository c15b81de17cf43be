/*
 * config - from options to what the program works with
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "addr.h"
#include "confine/confine.h"
#include "host.h"
#include "options.h"
#include "passed.h"
#include "policy/policy.h"
#include "proxy/proxy.h"

#define CONFIG_ERROR_MAX      1024		 /* bytes of an error text, NUL included */
#define CONFIG_RULES_FILE_MAX (64 * 1024 * 1024) /* bytes of a rules file */

/* What is listened on: frontends, and where the guard answers about itself. */
#define CONFIG_FRONTENDS_MAX (PROXY_LISTENERS_MAX + 1)

/**
 * config_load() - Make the tiers that the options name
 * @host:	Zeroed; gets the engine's machine, which paths in constraints are of. On
 *		success the caller owes host_close(), behind config_free()
 * @o:		Options
 * @tiers:	Filled, one for each section; they borrow from @o
 * @error:	On failure, one line naming source, line and column
 *
 * Return: 0, and the caller owes config_free(), or -errno.
 */
int config_load(struct host *host, const struct options *o, struct proxy_tier *tiers, char *error);

/**
 * config_compile() - Make them, again
 * @host:	As config_load() has opened it; NULL if no path is to be looked up
 * @o:		Options
 * @tiers:	Filled, one for each section; they borrow from @o
 * @error:	On failure, one line naming source, line and column
 *
 * Return: 0, and the caller owes config_free(), or -errno.
 */
int config_compile(struct host *host, const struct options *o, struct proxy_tier *tiers,
		   char *error);

/** config_free() - Free the rules of @n tiers */
void config_free(struct proxy_tier *tiers, size_t n);

/** config_looks_up_paths() - Whether rules of one of @n tiers ask what paths lead to */
bool config_looks_up_paths(const struct proxy_tier *tiers, size_t n);

/**
 * config_compile_named() - Compile the rules of one file, or one ready rule set
 * @name:	A set's name; else, and where it has a slash, a file's path
 * @error:	On failure, one line naming source, line and column
 *
 * Nothing is looked up: paths of mounts stay as they are written, "." is the folder the
 * program was started in.
 *
 * Return: the policy, owned by the caller, or NULL.
 */
struct policy *config_compile_named(const char *name, char *error);

/**
 * config_parse_addr() - Parse the address an option was given
 * @a:		Filled on success
 * @v:		Value
 * @name:	Name of the option, for a default
 * @error:	On failure, one line naming the flag or variable
 *
 * Return: 0 or -EINVAL.
 */
int config_parse_addr(struct addr *a, const struct option_value *v, const char *name, char *error);

/**
 * config_read_admin() - Find out where the guard answers about itself
 * @f:		Filled
 * @o:		Options
 * @error:	On failure, one line naming the flag or variable
 *
 * Return: 1, 0 if it does not, or -EINVAL for an address that others could reach.
 */
int config_read_admin(struct frontend *f, const struct options *o, char *error);

/**
 * config_confine() - What the process needs once it serves
 * @c:		Filled; borrows from the others
 * @o:		Options
 * @served:	What is served
 * @error:	On failure, one line naming the flag or variable
 *
 * Return: 0 or -EINVAL.
 */
int config_confine(struct confine_config *c, const struct options *o,
		   const struct proxy_config *served, char *error);

/**
 * config_add_path() - Have the sandbox leave one more path open
 * @c:		What the process needs
 * @path:	Path; borrowed. What is there already is there once
 * @use:	What for
 * @error:	On failure, one line
 *
 * Return: 0 or -errno.
 */
int config_add_path(struct confine_config *c, const char *path, enum confine_use use, char *error);

/** config_now() - What of a configuration may change while it is served; borrows from both */
struct proxy_now config_now(const struct options *o, const struct proxy_tier *tiers);

/**
 * config_check_again() - Find what cannot be of options read again, whose addresses are the same
 * @served:	What is served
 * @tiers:	Tiers of @o
 * @o:		Options
 * @error:	On failure, one line as of config_read_proxy()
 *
 * Return: 0 or -EINVAL.
 */
int config_check_again(const struct proxy_config *served, const struct proxy_tier *tiers,
		       const struct options *o, char *error);

/**
 * config_read_proxy() - Find out what to serve
 * @config:	Filled
 * @frontends:	Gets where to listen; room for CONFIG_FRONTENDS_MAX
 * @tiers:	Tiers, one for each section; borrowed by @config
 * @o:		Options; borrowed by @config
 * @error:	On failure, one line naming the flag or variable
 *
 * Return: 0 or -EINVAL.
 */
int config_read_proxy(struct proxy_config *config, struct frontend *frontends,
		      const struct proxy_tier *tiers, const struct options *o, char *error);

#endif
