#include "clients.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "config.h"
#include "proxy/access.h"
#include "section.h"

static int complain(char *error, const struct option_value *v, const char *why)
{
	snprintf(error, CONFIG_ERROR_MAX, "%s %s", v->origin, why);
	return -EINVAL;
}

/* ---- reading ---- */

/* The names behind -tls-client-cn are no list: a comma may be in one. */
static int read_access(struct access *a, const struct section *s, char *error)
{
	char why[ACCESS_ERROR_MAX];

	for (size_t i = 0; i < s->allow_from.n; i++)
		if (access_add(&a->from, s->allow_from.values[i].text, why) < 0)
			return complain(error, &s->allow_from.values[i], why);
	for (size_t i = 0; i < s->tls_client_cn.n; i++)
		if (access_add_one(&a->certs, ACCESS_CN, s->tls_client_cn.values[i].text, why) < 0)
			return complain(error, &s->tls_client_cn.values[i], why);
	return 0;
}

static int read_rate(struct rate *r, const struct option_value *v, char *error)
{
	char why[RATE_ERROR_MAX];

	if (!v->text || rate_parse(r, v->text, why) == 0)
		return 0;
	return complain(error, v, why);
}

int clients_read(struct proxy_tier *tier, const struct section *s, char *error)
{
	struct access *a = NULL;
	int rc = 0;

	if (s->allow_from.n > 0 || s->tls_client_cn.n > 0) {
		a = access_new();
		rc = a ? read_access(a, s, error) : -ENOMEM;
		if (!a)
			snprintf(error, CONFIG_ERROR_MAX, "out of memory");
	}
	if (rc == 0)
		rc = read_rate(&tier->rates[RATE_READ], &s->rate_read, error);
	if (rc == 0)
		rc = read_rate(&tier->rates[RATE_WRITE], &s->rate_write, error);
	if (rc == 0)
		tier->access = a;
	else
		access_free(a);
	return rc;
}

/* ---- checking ---- */

static unsigned int place_of(const struct proxy_config *config, const struct frontend *f)
{
	if (f->addr.kind == ADDR_UNIX)
		return ACCESS_ON_UNIX;
	return ACCESS_ON_TCP |
	       (config->now.tiers[__builtin_ctzll(f->tiers)].tls.cacert.path ? ACCESS_ON_MTLS : 0);
}

static bool has_tier(const struct frontend *f, size_t tier)
{
	return f->tiers >> tier & 1;
}

/* Where clients of a tier may come from, enum access_where. */
static unsigned int places_of(const struct proxy_config *config, size_t tier)
{
	unsigned int places = 0;

	for (size_t i = 0; i < config->n_frontends; i++)
		if (has_tier(&config->frontends[i], tier))
			places |= place_of(config, &config->frontends[i]);
	return places;
}

/* The entry of a tier that has its container found out, NULL if there is none. */
static const struct access_entry *container_entry(const struct access *a)
{
	const struct access_entry *e = access_find(&a->from, ACCESS_CONTAINER);

	return e ? e : access_find(&a->from, ACCESS_LABEL);
}

static bool can_use(const struct access *a, unsigned int place)
{
	return !a || (access_can_match(&a->from, place) && access_can_match(&a->certs, place));
}

/* "-allow-from", and of which section where that has a name. */
static void say(char *error, const struct proxy_tier *t, const char *flag, const char *why)
{
	if (t->name[0] != '\0')
		snprintf(error, CONFIG_ERROR_MAX, "[frontend %s] %s: %s", t->name, flag + 1, why);
	else
		snprintf(error, CONFIG_ERROR_MAX, "%s %s", flag, why);
}

static int check_tier(const struct proxy_config *config, size_t i, char *error)
{
	const struct proxy_tier *t = &config->now.tiers[i];
	unsigned int places = places_of(config, i);
	char why[ACCESS_ERROR_MAX];

	if (!t->access)
		return 0;
	if (access_check(&t->access->from, places, why) < 0) {
		say(error, t, "-allow-from", why);
		return -EINVAL;
	}
	if (access_check(&t->access->certs, places, why) < 0) {
		say(error, t, "-tls-client-cn", why);
		return -EINVAL;
	}
	if (!container_entry(t->access) || !(places & ACCESS_ON_UNIX) ||
	    config->backend.kind == ADDR_UNIX)
		return 0;
	say(error, t, "-allow-from",
	    "container: or label: processes can be compared with those of an engine on this "
	    "machine only, which is one behind a unix socket");
	return -EINVAL;
}

static bool anybody_can_use(const struct proxy_config *config, const struct frontend *f)
{
	for (size_t i = 0; i < config->n_tiers; i++)
		if (has_tier(f, i) && can_use(config->now.tiers[i].access, place_of(config, f)))
			return true;
	return false;
}

int clients_check(const struct proxy_config *config, char *error)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < config->n_tiers; i++)
		rc = check_tier(config, i, error);
	for (size_t i = 0; rc == 0 && i < config->n_frontends; i++) {
		char text[ADDR_TEXT_MAX];

		if (anybody_can_use(config, &config->frontends[i]))
			continue;
		addr_format(&config->frontends[i].addr, text, sizeof(text));
		snprintf(error, CONFIG_ERROR_MAX,
			 "%s %s: no client of it can be one of -allow-from",
			 config->frontends[i].origin ? config->frontends[i].origin :
						       "-frontend-addr",
			 text);
		rc = -EINVAL;
	}
	return rc;
}

/* ---- the sandbox ---- */

struct clients_needs clients_needs(const struct proxy_config *config,
				   const struct proxy_tier *tiers)
{
	struct clients_needs needs = { 0 };

	for (size_t i = 0; i < config->n_tiers; i++) {
		const struct access *a = tiers[i].access;

		if (!a)
			continue;
		needs.names = needs.names || access_has(&a->from, ACCESS_HOST);
		if (!container_entry(a))
			continue;
		needs.containers = true;
		needs.processes = needs.processes || (places_of(config, i) & ACCESS_ON_UNIX);
	}
	return needs;
}

/* What the sandbox, or the limit of descriptors, has no room for any more. */
static const struct access_entry *find_excess(const struct access *a, unsigned int places,
					      const struct clients_needs *has, const char **what)
{
	const struct access_entry *e = access_find(&a->from, ACCESS_HOST);

	*what = "the first host name";
	if (e && !has->names)
		return e;
	e = container_entry(a);
	*what = "the first container: or label:";
	if (e && !has->containers)
		return e;
	*what = "the first container: or label: on a unix socket";
	return e && !has->processes && (places & ACCESS_ON_UNIX) ? e : NULL;
}

int clients_check_needs(const struct proxy_config *config, const struct proxy_tier *tiers,
			const struct clients_needs *has, char *error)
{
	for (size_t i = 0; i < config->n_tiers; i++) {
		const struct access *a = tiers[i].access;
		const struct access_entry *e;
		char why[ACCESS_ERROR_MAX + ACCESS_ENTRY_MAX];
		const char *what;

		e = a ? find_excess(a, places_of(config, i), has, &what) : NULL;
		if (!e)
			continue;
		snprintf(why, sizeof(why), "%s: %s needs a restart", e->text, what);
		say(error, &tiers[i], "-allow-from", why);
		return -EINVAL;
	}
	return 0;
}

int clients_confine(struct confine_config *c, const struct proxy_config *served, char *error)
{
	struct clients_needs needs = clients_needs(served, served->now.tiers);

	access_look_ahead();
	c->names = c->names || needs.names;
	/* Of other processes just what everybody may read: Landlock sees to that, too. */
	return needs.processes ? config_add_path(c, "/proc", CONFINE_READ, error) : 0;
}

/* ---- for people ---- */

static void print_list(const char *what, const struct access_list *a)
{
	for (size_t i = 0; i < a->n; i++)
		printf("%s%s%s", i == 0 ? what : ", ", i == 0 ? " " : "", a->entries[i].text);
	if (a->n > 0)
		putchar('\n');
}

static void print_rate(const char *what, const struct rate *r)
{
	if (r->tokens > 0)
		printf("%s of a client: %u in %u s, %u at once\n", what, r->tokens, r->period_s,
		       r->burst);
}

void clients_print(const struct proxy_tier *tier)
{
	if (!tier->access && tier->rates[RATE_READ].tokens == 0 &&
	    tier->rates[RATE_WRITE].tokens == 0)
		return;
	if (!tier->access)
		puts("may ask: anybody who can connect");
	if (tier->access && tier->access->from.n > 0)
		print_list("may ask:", &tier->access->from);
	if (tier->access && tier->access->certs.n > 0)
		print_list(tier->access->from.n > 0 ? "may ask only with:" : "may ask:",
			   &tier->access->certs);
	print_rate("reads", &tier->rates[RATE_READ]);
	print_rate("writes", &tier->rates[RATE_WRITE]);
}
