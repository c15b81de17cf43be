#include "reload.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "proxy/access.h"
#include "section.h"

/* ---- the rules as texts ---- */

struct line {
	const char *where; /* borrowed from the policy */
	char *text;	   /* owned: methods, pattern and constraints as written */
};

static char *text_of(const struct policy *policy, size_t i)
{
	struct policy_rule rule = policy_rule(policy, i);
	struct policy_constraint c;
	size_t len;
	char *text = NULL;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fprintf(f, "%s %s", rule.methods, rule.pattern);
	for (size_t k = 0; (c = policy_constraint(policy, i, k)).text; k++)
		fprintf(f, " + %s", c.text);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(((const struct line *)a)->text, ((const struct line *)b)->text);
}

static void free_lines(struct line *lines, size_t n)
{
	for (size_t i = 0; lines && i < n; i++)
		free(lines[i].text);
	free(lines);
}

/* Return: a line for each rule, sorted; NULL when out of memory. */
static struct line *lines_of(const struct policy *policy)
{
	size_t n = policy_count(policy);
	struct line *lines = calloc(n + 1, sizeof(*lines));

	for (size_t i = 0; lines && i < n; i++) {
		lines[i] = (struct line){ policy_rule(policy, i).where, text_of(policy, i) };
		if (!lines[i].text) {
			free_lines(lines, i);
			return NULL;
		}
	}
	if (lines)
		qsort(lines, n, sizeof(*lines), compare_lines);
	return lines;
}

/* ---- what has changed ---- */

/* The key under which a line names the tier, NULL to end the line for the flags'. */
static const char *frontend_key(const char *tier)
{
	return tier[0] != '\0' ? "frontend" : NULL;
}

struct difference {
	size_t added;
	size_t removed;
};

/**
 * compare() - Walk along two sorted lists
 * @tier:	Name of the tier, "" for the flags'
 * @old:	Lines before, @n_old of them
 * @new:	Lines now, @n_new of them
 * @shown:	Lines to log of each kind
 *
 * A rule that has just moved has not changed.
 */
static struct difference compare(const char *tier, const struct line *old, size_t n_old,
				 const struct line *new, size_t n_new, size_t shown)
{
	struct difference d = { 0 };
	size_t i = 0, k = 0;

	while (i < n_old || k < n_new) {
		int order = i == n_old ? 1 : k == n_new ? -1 : strcmp(old[i].text, new[k].text);

		if (order < 0 && d.removed++ < shown)
			log_event(LOG_LEVEL_INFO, "rule removed", "rule", old[i].where, "text",
				  old[i].text, frontend_key(tier), tier, NULL);
		if (order > 0 && d.added++ < shown)
			log_event(LOG_LEVEL_INFO, "rule added", "rule", new[k].where, "text",
				  new[k].text, frontend_key(tier), tier, NULL);
		i += order <= 0;
		k += order >= 0;
	}
	return d;
}

static void log_counts(const char *tier, const struct policy *new, size_t before,
		       const struct difference *d)
{
	struct log_line l;

	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	log_begin(&l, LOG_LEVEL_INFO, "rules read again");
	if (tier[0] != '\0')
		log_str(&l, "frontend", tier);
	log_uint(&l, "rules", policy_count(new));
	log_uint(&l, "before", before);
	log_uint(&l, "added", d->added);
	log_uint(&l, "removed", d->removed);
	log_end(&l);
	log_print(&l);
}

static void log_difference(const struct proxy_tier *old, const struct proxy_tier *new)
{
	struct line *before = lines_of(old->policy), *now = lines_of(new->policy);
	size_t n_old = policy_count(old->policy), n_new = policy_count(new->policy);

	if (before && now) {
		struct difference d = compare(new->name, before, n_old, now, n_new, 0);

		log_counts(new->name, new->policy, n_old, &d);
		compare(new->name, before, n_old, now, n_new, RELOAD_SHOWN_MAX);
	}
	free_lines(before, n_old);
	free_lines(now, n_new);
}

/* Log up to a maximum of the entries that are on one list and not on the other. */
static void log_entries(const char *message, const char *tier, const struct access_list *on,
			const struct access_list *not_on)
{
	size_t n = 0;

	for (size_t i = 0; i < on->n; i++)
		if (!access_lists(not_on, on->entries[i].text) && n++ < RELOAD_SHOWN_MAX)
			log_event(LOG_LEVEL_INFO, message, "entry", on->entries[i].text,
				  frontend_key(tier), tier, NULL);
}

/* Who may ask is anybody where there is no list. */
static void log_access(const struct proxy_tier *old, const struct proxy_tier *new)
{
	static const struct access anybody;
	const struct access *a = old->access ? old->access : &anybody;
	const struct access *b = new->access ? new->access : &anybody;

	if (access_equal(old->access, new->access))
		return;
	log_event(LOG_LEVEL_INFO, "who may ask has changed", "before",
		  old->access ? "those named" : "anybody", "now",
		  new->access ? "those named" : "anybody", frontend_key(new->name), new->name,
		  NULL);
	log_entries("may ask no more", new->name, &a->from, &b->from);
	log_entries("may ask from now on", new->name, &b->from, &a->from);
	log_entries("certificate no more named", new->name, &a->certs, &b->certs);
	log_entries("certificate named from now on", new->name, &b->certs, &a->certs);
}

static const char *rate_text(char *text, size_t cap, const struct rate *r)
{
	if (r->tokens == 0)
		return "none";
	snprintf(text, cap, "%u in %u s, %u at once", r->tokens, r->period_s, r->burst);
	return text;
}

static void log_rates(const struct proxy_tier *old, const struct proxy_tier *new)
{
	static const char *const keys[] = {
		[RATE_READ] = "rate-read", [RATE_WRITE] = "rate-write"
	};
	char before[64], now[64];

	for (size_t i = 0; i < RATE_CLASS_NUM; i++)
		if (!rate_equal(&old->rates[i], &new->rates[i]))
			log_event(LOG_LEVEL_INFO, "limit has changed", "limit", keys[i], "before",
				  rate_text(before, sizeof(before), &old->rates[i]), "now",
				  rate_text(now, sizeof(now), &new->rates[i]),
				  frontend_key(new->name), new->name, NULL);
}

void reload_log(const struct proxy_tier *old, const struct proxy_tier *new, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		log_access(&old[i], &new[i]);
		log_rates(&old[i], &new[i]);
		log_difference(&old[i], &new[i]);
	}
}

/* ---- what is read again ---- */

static int needs_restart(char *error, const char *section, const char *name)
{
	snprintf(error, CONFIG_ERROR_MAX, "%s%s%s has changed, which needs a restart",
		 section[0] != '\0' ? section : "", section[0] != '\0' ? ": " : "", name);
	return -EINVAL;
}

/* Where there is TLS, and where there is none, is a matter of the address. */
static bool same_tls(const struct option_value *a, const struct option_value *b)
{
	return !a->text == !b->text;
}

int reload_check(const struct options *old, const struct options *new, char *error)
{
	const char *name = options_fixed(old, new);

	if (name)
		return needs_restart(error, "", name);
	if (!same_tls(&old->backend_tls_cacert, &new->backend_tls_cacert) ||
	    !same_tls(&old->backend_tls_cert, &new->backend_tls_cert))
		return needs_restart(error, "", "which of backend-tls-cacert and -cert there are");
	if (old->n_sections != new->n_sections)
		return needs_restart(error, "", "the number of frontends");
	for (size_t i = 0; i < old->n_sections; i++) {
		const struct section *a = &old->sections[i], *b = &new->sections[i];

		if (strcmp(a->name, b->name) != 0)
			return needs_restart(error, b->origin, "the name");
		if (!value_equal(&a->addr, &b->addr, OPTION_LIST))
			return needs_restart(error, b->origin, "addr");
		if (!same_tls(&a->tls_cert, &b->tls_cert))
			return needs_restart(error, b->origin, "whether there is a tls-cert");
	}
	return 0;
}

int reload_tiers(struct host *host, const struct options *o, const struct proxy_tier *current,
		 struct proxy_tier *next, char *error)
{
	size_t n = o->n_sections;
	bool may_look = config_looks_up_paths(current, n) || !host_is_open(host);
	int rc = config_compile(may_look ? host : NULL, o, next, error);

	if (rc < 0)
		return rc;
	if (may_look || !config_looks_up_paths(next, n))
		return 0;
	snprintf(error, CONFIG_ERROR_MAX,
		 "the first + bind or + device: paths of mounts can be looked up only if "
		 "the rules have one of these when the guard starts, so start it again");
	config_free(next, n);
	return -EINVAL;
}
