#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "policy/diff.h"
#include "policy/policy.h"

#define TEXT_MAX 4096

/* A line of the report, to be sorted by what it is about. */
struct line {
	enum diff_kind kind;
	char *text; /* owned */
};

struct comparison {
	const struct policy *old, *new;
	struct line *lines; /* owned */
	size_t n, cap;
	bool no_memory;
};

static const char *const titles[] = {
	[DIFF_ALLOWED] = "newly allowed",
	[DIFF_LOOSER] = "constraints: allows more, or might",
	[DIFF_UNDECIDED] = "not decided: new, and allows more for all that is known",
	[DIFF_DENIED] = "newly denied",
	[DIFF_STRICTER] = "constraints: allows less, or might",
	[DIFF_GONE] = "not decided: gone, and may have allowed more",
};
_Static_assert(sizeof(titles) / sizeof(titles[0]) == DIFF_KIND_NUM, "a title for each");

static bool has_constraint(const struct policy *p, size_t rule, const char *text)
{
	struct policy_constraint c;

	for (size_t k = 0; (c = policy_constraint(p, rule, k)).text; k++)
		if (strcmp(c.text, text) == 0)
			return true;
	return false;
}

/* Constraints of one rule that another has not. */
static void print_missing(FILE *f, char sign, const struct policy *p, size_t rule,
			  const struct policy *other, size_t other_rule)
{
	struct policy_constraint c;

	for (size_t k = 0; (c = policy_constraint(p, rule, k)).text; k++)
		if (!has_constraint(other, other_rule, c.text))
			fprintf(f, "\n      %c + %s    (%s)", sign, c.text, c.where);
}

static void print_constraints(FILE *f, const struct comparison *c, const struct diff_finding *d)
{
	if (d->old_rule == DIFF_NO_RULE || d->new_rule == DIFF_NO_RULE)
		return;
	print_missing(f, '-', c->old, d->old_rule, c->new, d->new_rule);
	print_missing(f, '+', c->new, d->new_rule, c->old, d->old_rule);
}

static void print_rule(FILE *f, const char *mark, const struct policy *p, size_t rule)
{
	struct policy_rule r;

	if (rule == DIFF_NO_RULE)
		return;
	r = policy_rule(p, rule);
	fprintf(f, "\n    %s %s: %s %s", mark, r.where, r.methods, r.pattern);
}

static void print_finding(FILE *f, const struct comparison *c, const struct diff_finding *d)
{
	if (d->endpoint)
		fprintf(f, "  %.*s %s", (int)d->method_len, d->method, d->endpoint);
	else if (d->path)
		fprintf(f, "  %.*s %s", (int)d->method_len, d->method, d->path);
	else
		fputs("  a rule that trying paths tells nothing of", f);
	if (d->endpoint && d->path)
		fprintf(f, "\n    not all of it: %s", d->path);
	print_rule(f, "-", c->old, d->kind == DIFF_ALLOWED ? DIFF_NO_RULE : d->old_rule);
	print_rule(f, "+", c->new, d->kind == DIFF_DENIED ? DIFF_NO_RULE : d->new_rule);
	print_constraints(f, c, d);
}

static void note(void *data, const struct diff_finding *d)
{
	struct comparison *c = data;
	struct line line = { .kind = d->kind };
	size_t len;
	FILE *f;

	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 64;
		struct line *grown = reallocarray(c->lines, cap, sizeof(*grown));

		if (!grown) {
			c->no_memory = true;
			return;
		}
		c->lines = grown;
		c->cap = cap;
	}
	f = open_memstream(&line.text, &len);
	if (f)
		print_finding(f, c, d);
	if (!f || fclose(f) != 0)
		c->no_memory = true;
	else
		c->lines[c->n++] = line;
}

/* Those that are about the same, one after the other, have one heading. */
static void print_lines(const struct comparison *c)
{
	for (enum diff_kind kind = 0; kind < DIFF_KIND_NUM; kind++) {
		const char *before = "";

		for (size_t i = 0; i < c->n; i++) {
			if (c->lines[i].kind != kind)
				continue;
			if (before[0] == '\0')
				printf("%s:\n", titles[kind]);
			if (strcmp(before, c->lines[i].text) != 0)
				puts(c->lines[i].text);
			before = c->lines[i].text;
		}
	}
}

static int compare(const struct policy *old, const struct policy *new, const char *program)
{
	struct comparison c = { .old = old, .new = new };
	int rc = diff_policies(old, new, note, &c);

	if (rc < 0 || c.no_memory) {
		fprintf(stderr, "%s: diff: out of memory\n", program);
		rc = COMPARE_FAILED;
	} else {
		print_lines(&c);
		puts(rc == COMPARE_WIDER ? "It widens what is allowed." :
		     c.n > 0		 ? "It does not widen what is allowed." :
					   "Both allow the same.");
	}
	for (size_t i = 0; i < c.n; i++)
		free(c.lines[i].text);
	free(c.lines);
	return rc;
}

int compare_run(const struct options *o, const char *program)
{
	struct policy *policies[2] = { NULL, NULL };
	char error[CONFIG_ERROR_MAX];
	int status = COMPARE_FAILED;

	for (int i = 0; i < 2; i++) {
		policies[i] = config_compile_named(o->args[i], error);
		if (!policies[i]) {
			fprintf(stderr, "%s: diff: %s\n", program, error);
			goto out;
		}
	}
	status = compare(policies[0], policies[1], program);
out:
	policy_free(policies[0]);
	policy_free(policies[1]);
	return status;
}
