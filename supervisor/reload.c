#include "reload.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "needs.h"

/* To read a file of rules; openat(2) is allowed where there is one. */
NEEDS_SYSCALLS("fstat fstat64 newfstatat fstatat64 statx read close");

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

struct difference {
	size_t added;
	size_t removed;
};

/**
 * compare() - Walk along two sorted lists
 * @old:	Lines before, @n_old of them
 * @new:	Lines now, @n_new of them
 * @shown:	Lines to log of each kind
 *
 * A rule that has just moved has not changed.
 */
static struct difference compare(const struct line *old, size_t n_old, const struct line *new,
				 size_t n_new, size_t shown)
{
	struct difference d = { 0 };
	size_t i = 0, k = 0;

	while (i < n_old || k < n_new) {
		int order = i == n_old ? 1 : k == n_new ? -1 : strcmp(old[i].text, new[k].text);

		if (order < 0 && d.removed++ < shown)
			log_event(LOG_LEVEL_INFO, "rule removed", "rule", old[i].where, "text",
				  old[i].text, NULL);
		if (order > 0 && d.added++ < shown)
			log_event(LOG_LEVEL_INFO, "rule added", "rule", new[k].where, "text",
				  new[k].text, NULL);
		i += order <= 0;
		k += order >= 0;
	}
	return d;
}

static void log_counts(const struct policy *new, size_t before, const struct difference *d)
{
	struct log_line l;

	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	log_begin(&l, LOG_LEVEL_INFO, "rules read again");
	log_uint(&l, "rules", policy_count(new));
	log_uint(&l, "before", before);
	log_uint(&l, "added", d->added);
	log_uint(&l, "removed", d->removed);
	log_uint(&l, "interpreted", policy_interpreted(new));
	log_end(&l);
	log_print(&l);
}

/**
 * log_difference() - Say what has changed: how much, and which rules
 *
 * Return: false when out of memory.
 */
static bool log_difference(const struct policy *old, const struct policy *new)
{
	struct line *before = lines_of(old), *now = lines_of(new);
	size_t n_old = policy_count(old), n_new = policy_count(new);
	bool is_known = before && now;

	if (is_known) {
		struct difference d = compare(before, n_old, now, n_new, 0);

		log_counts(new, n_old, &d);
		compare(before, n_old, now, n_new, RELOAD_SHOWN_MAX);
	}
	free_lines(before, n_old);
	free_lines(now, n_new);
	return is_known;
}

struct policy *reload_rules(struct host *host, const struct options *o,
			    const struct policy *current, char *error)
{
	bool may_look = policy_looks_up_paths(current) || !host_is_open(host);
	struct policy *policy = config_compile_policy(may_look ? host : NULL, o, error);

	if (!policy)
		return NULL;
	policy_quicken(policy);
	if (policy_looks_up_paths(policy) && !may_look)
		snprintf(error, CONFIG_ERROR_MAX,
			 "the first + bind or + device: paths of mounts can be looked up only if "
			 "the rules have one of these when the guard starts, so start it again");
	else if (!log_difference(current, policy))
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
	else
		return policy;
	policy_free(policy);
	return NULL;
}
