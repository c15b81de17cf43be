#include "section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy/proxy.h"

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

static const struct key {
	const char *name;
	enum option_kind kind;
	size_t offset;
} keys[] = {
#define AT(field) offsetof(struct section, field)
	{ "addr", OPTION_LIST, AT(addr) },
	{ "rules", OPTION_TEXTS, AT(rules) },
	{ "rules-file", OPTION_LIST, AT(rules_file) },
	{ "profile", OPTION_LIST, AT(profile) },
	{ "no-builtin-rules", OPTION_BOOL, AT(no_builtin_rules) },
	{ "allow-from", OPTION_LIST, AT(allow_from) },
	{ "tls-client-cn", OPTION_LIST, AT(tls_client_cn) },
	{ "rate-read", OPTION_STRING, AT(rate_read) },
	{ "rate-write", OPTION_STRING, AT(rate_write) },
	{ "tls-cacert", OPTION_STRING, AT(tls_cacert) },
	{ "tls-cert", OPTION_STRING, AT(tls_cert) },
	{ "tls-key", OPTION_STRING, AT(tls_key) },
#undef AT
};
#define KEYS_NUM (sizeof(keys) / sizeof(keys[0]))

static int fail(char *error, const char *origin, const char *why)
{
	snprintf(error, OPTIONS_ERROR_MAX, "%s: %s", origin, why);
	return -EINVAL;
}

/* ---- the file's ---- */

static int check_name(const struct section *s, const struct section *others, size_t n, char *error)
{
	if (s->name[0] == '\0' || s->name[strspn(s->name, NAME_CHARS)] != '\0')
		return fail(error, s->origin,
			    "expected a name of letters, digits, \".\", \"_\" and \"-\"");
	for (size_t i = 0; i < n; i++)
		if (strcmp(s->name, others[i].name) == 0) {
			snprintf(error, OPTIONS_ERROR_MAX, "%s: there is one of this name: %s",
				 s->origin, others[i].origin);
			return -EINVAL;
		}
	return 0;
}

/**
 * begin_section() - Begin with the line of a section
 * @o:		Options; its last section is filled
 * @e:		Line
 * @error:	On failure, one line
 *
 * Return: 0 or -errno.
 */
static int begin_section(struct options *o, const struct configfile_entry *e, char *error)
{
	static const char kind[] = "frontend ";
	struct section *s = &o->sections[o->n_sections];

	if (strncmp(e->value, kind, strlen(kind)) != 0)
		return fail(error, e->origin, "no such section, expected [frontend NAME]");
	*s = (struct section){
		.name = e->value + strlen(kind),
		.origin = e->origin,
		.no_builtin_rules = o->no_builtin_rules,
		.tls_cacert = o->frontend_tls_cacert,
		.tls_cert = o->frontend_tls_cert,
		.tls_key = o->frontend_tls_key,
	};
	return check_name(s, o->sections, o->n_sections++, error);
}

static const struct key *find_key(const char *name)
{
	for (size_t i = 0; i < KEYS_NUM; i++)
		if (strcmp(name, keys[i].name) == 0)
			return &keys[i];
	return NULL;
}

/**
 * read_section() - Read the section that begins at an entry
 * @o:		Options; gets one section more
 * @i:		Number of the entry; moved behind the section's last
 * @error:	On failure, one line
 *
 * Return: 0 or -errno.
 */
static int read_section(struct options *o, size_t *i, char *error)
{
	bool given[KEYS_NUM] = { false };
	struct section *s = &o->sections[o->n_sections];
	int rc = begin_section(o, &o->file.entries[(*i)++], error);

	for (; rc == 0 && *i < o->file.n && o->file.entries[*i].key; (*i)++) {
		const struct configfile_entry *e = &o->file.entries[*i];
		const struct key *key = find_key(e->key);

		rc = key ? configfile_set(&o->file, *i, key->kind, NULL, (char *)s + key->offset,
					  &given[key - keys], error) :
			   fail(error, e->origin, "no such key of a frontend");
	}
	if (rc == 0 && s->addr.n == 0)
		rc = fail(error, s->origin, "has no addr");
	return rc;
}

/* ---- the flags' ---- */

static struct section flags_section(const struct options *o)
{
	return (struct section){
		.name = "",
		.origin = "",
		.addr = o->frontend_addr,
		.rules = o->rules,
		.rules_file = o->rules_file,
		.profile = o->profile,
		.no_builtin_rules = o->no_builtin_rules,
		.allow_from = o->allow_from,
		.tls_client_cn = o->tls_client_cn,
		.rate_read = o->rate_read,
		.rate_write = o->rate_write,
		.tls_cacert = o->frontend_tls_cacert,
		.tls_cert = o->frontend_tls_cert,
		.tls_key = o->frontend_tls_key,
	};
}

static int fail_orphan(char *error, const struct option_value *v)
{
	return fail(error, v->origin,
		    "is for no frontend: a section has its own, and there is no frontend-addr "
		    "besides");
}

/* What would be for nobody is meant for somebody. */
static int check_orphans(const struct options *o, char *error)
{
	const struct option_list *lists[] = { &o->rules, &o->rules_file, &o->profile,
					      &o->allow_from, &o->tls_client_cn };
	const struct option_value *values[] = { &o->rate_read, &o->rate_write };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i]->n > 0)
			return fail_orphan(error, &lists[i]->values[0]);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i]->text)
			return fail_orphan(error, values[i]);
	return 0;
}

static bool serves(const struct options *o)
{
	return o->command != COMMAND_HEALTH && o->command != COMMAND_RELOAD &&
	       o->command != COMMAND_RUN && o->command != COMMAND_DIFF;
}

int sections_read(struct options *o, char *error)
{
	const struct configfile *f = &o->file;
	size_t n = f->n > 0 ? f->entries[f->n - 1].section : 0, i = 0;
	bool is_default = o->frontend_addr.n > 0 && o->frontend_addr.values[0].origin[0] == '\0';
	int rc = 0;

	o->sections = calloc(n + 1, sizeof(*o->sections));
	if (!o->sections)
		return fail(error, "-config", "out of memory");
	if (n >= PROXY_TIERS_MAX)
		return fail(error, f->path, "more sections than are possible");
	if (n > 0 && is_default)
		o->frontend_addr.n = 0;
	if (n == 0 || o->frontend_addr.n > 0 || o->command == COMMAND_RUN)
		o->sections[o->n_sections++] = flags_section(o);
	else if (serves(o))
		rc = check_orphans(o, error);
	while (i < f->n && f->entries[i].section == 0)
		i++;
	while (rc == 0 && i < f->n)
		rc = read_section(o, &i, error);
	if (o->command == COMMAND_RUN)
		o->n_sections = 1;
	return rc;
}
