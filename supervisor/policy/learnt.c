#include "learnt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "constraint.h"
#include "endpoints.h"
#include "needs.h"
#include "rules.h"
#include "schema.h"

#define MARK	       "# learnt: "
#define OPEN_MARK      "; NOT NARROWED, "
#define PROGRAMS_MAX   8  /* names in a comment */
#define PROGRAM_MAX    32 /* bytes of one, NUL included */
#define METHODS_MAX    8  /* of one line */
#define METHOD_MAX     24
#define COMMENT_COLUMN 72

/* Line of a file, without its end. */
struct span {
	const char *p;
	size_t len;
};

/**
 * struct entry - A learnt rule
 * @first:	Its line in the file, SIZE_MAX if it is new
 * @behind:	The line behind its constraints
 * @methods:	Sorted
 * @pattern:	Owned
 * @needs:	Constraints
 * @why_open:	Why there are none although there should be, static, or NULL
 * @times:	How often it was used
 * @last:	When it was last
 * @programs:	By whom, sorted
 * @is_fixed:	Its constraints have comments, and stay
 * @used:	Its comment is not up to date in the file
 * @changed:	Nor are its methods and constraints
 */
struct entry {
	size_t first, behind;
	char methods[METHODS_MAX][METHOD_MAX];
	size_t n_methods;
	char *pattern;
	struct needs needs;
	const char *why_open;
	unsigned long times;
	char last[24];
	char programs[PROGRAMS_MAX][PROGRAM_MAX];
	size_t n_programs;
	bool is_fixed, used, changed;
};

struct learnt {
	char *text; /* owned: the file */
	struct span *lines;
	size_t n_lines;
	struct policy *policy; /* what the file allows */
	struct policy_matcher *matcher;
	struct entry *entries;
	size_t n_entries, entries_cap, n_new;
	bool changed;
};

/* ---- sets of short names ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool add_name(char *names, size_t size, size_t *n, size_t max, const char *name, size_t len)
{
	char text[PROGRAM_MAX];

	snprintf(text, size < sizeof(text) ? size : sizeof(text), "%.*s", (int)len, name);
	for (size_t i = 0; i < *n; i++)
		if (strcmp(names + i * size, text) == 0)
			return false;
	if (*n == max)
		return false;
	memcpy(names + *n * size, text, strlen(text) + 1);
	++*n;
	qsort(names, *n, size, compare_names);
	return true;
}

static bool add_method(struct entry *e, const char *method, size_t len)
{
	return add_name(e->methods[0], METHOD_MAX, &e->n_methods, METHODS_MAX, method, len);
}

static bool has_method(const struct entry *e, const char *method, size_t len)
{
	for (size_t i = 0; i < e->n_methods; i++)
		if (strlen(e->methods[i]) == len && memcmp(e->methods[i], method, len) == 0)
			return true;
	return false;
}

/* A peer says what it is called. */
static void add_program(struct entry *e, const char *program, size_t len)
{
	char text[PROGRAM_MAX];
	size_t n = 0;

	for (; n < len && n < sizeof(text) - 1; n++) {
		bool plain = program[n] > ' ' && program[n] <= '~' && !strchr(",;", program[n]);

		text[n] = '_';
		if (plain)
			text[n] = program[n];
	}
	if (n > 0)
		add_name(e->programs[0], PROGRAM_MAX, &e->n_programs, PROGRAMS_MAX, text, n);
}

/* ---- reading a file ---- */

static bool split_lines(struct learnt *l, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += l->text[i] == '\n';
	l->lines = calloc(n + 1, sizeof(*l->lines));
	if (!l->lines)
		return false;
	for (const char *p = l->text, *end = p + len; p < end;) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		l->lines[l->n_lines++] = (struct span){ p, (size_t)((lf ? lf : end) - p) };
		p = lf ? lf + 1 : end;
	}
	return true;
}

static struct entry *add_entry(struct learnt *l)
{
	struct entry *e;

	if (l->n_entries == l->entries_cap) {
		size_t cap = l->entries_cap ? 2 * l->entries_cap : 32;
		struct entry *grown = reallocarray(l->entries, cap, sizeof(*grown));

		if (!grown)
			return NULL;
		l->entries = grown;
		l->entries_cap = cap;
	}
	e = &l->entries[l->n_entries++];
	memset(e, 0, sizeof(*e));
	e->first = SIZE_MAX;
	return e;
}

static const char *find_mark(struct span line)
{
	return memmem(line.p, line.len, MARK, strlen(MARK));
}

/* The text behind a word that a comment goes on with; else NULL. */
static const char *skip(const char *text, const char *word)
{
	size_t len = strlen(word);

	return text && strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* Take over what a comment says of the past. */
static void read_comment(struct entry *e, struct span line, const char *mark)
{
	char text[512], *programs, *name, *end;
	const char *last, *by;

	snprintf(text, sizeof(text), "%.*s", (int)(line.len - (size_t)(mark - line.p)), mark);
	if (strstr(text, OPEN_MARK))
		e->why_open = "no constraint lets it pass";
	e->times = strtoul(text + strlen(MARK), &end, 10);
	last = skip(end, " times, last ");
	by = last ? skip(last + strcspn(last, ","), ", by ") : NULL;
	if (!by)
		return;
	snprintf(e->last, sizeof(e->last), "%.*s", (int)strcspn(last, ","), last);
	programs = text + (by - text);
	programs[strcspn(programs, ";\r")] = '\0';
	while ((name = strsep(&programs, ", ")) != NULL)
		add_program(e, name, strlen(name));
}

/* The lines of constraints below a rule, and whether they are as we would write them. */
static void read_block(struct learnt *l, struct entry *e)
{
	struct rule_line line;
	const char *error;
	size_t column, i = e->first + 1;

	for (; i < l->n_lines; i++) {
		struct span s = l->lines[i];

		if (rule_line_parse(&line, s.p, s.len, &column, &error) != RULE_LINE_CONSTRAINT)
			break;
		if (line.constraint + line.constraint_len != s.p + s.len)
			e->is_fixed = true;
	}
	e->behind = i;
}

/* The number of the rule in the policy that stands in a line of the file. */
static size_t rule_in_line(const struct learnt *l, size_t line)
{
	for (size_t i = 0; i < policy_count(l->policy); i++) {
		const char *colon = strrchr(policy_rule(l->policy, i).where, ':');

		if (strtoul(colon + 1, NULL, 10) == line + 1)
			return i;
	}
	return SIZE_MAX;
}

static bool read_entry(struct learnt *l, size_t i, const struct rule_line *line)
{
	const char *mark = find_mark(l->lines[i]), *m = line->methods;
	size_t rule = rule_in_line(l, i);
	struct entry *e;

	if (!mark || rule == SIZE_MAX)
		return true;
	e = add_entry(l);
	if (!e)
		return false;
	e->first = i;
	e->pattern = strndup(line->pattern, line->pattern_len);
	while (m < line->methods + line->methods_len) {
		size_t n = strcspn(m, ", \t");

		add_method(e, m, n);
		m += n + 1;
	}
	read_comment(e, l->lines[i], mark);
	read_block(l, e);
	needs_read(&e->needs, policy_rule_constraints(l->policy, rule));
	return e->pattern != NULL;
}

static bool read_entries(struct learnt *l)
{
	struct rule_line line;
	const char *error;
	size_t column;

	for (size_t i = 0; i < l->n_lines; i++)
		if (rule_line_parse(&line, l->lines[i].p, l->lines[i].len, &column, &error) ==
			    RULE_LINE_RULE &&
		    !read_entry(l, i, &line))
			return false;
	return true;
}

struct learnt *learnt_new(const char *source, const char *text, size_t len,
			  const struct policy_host *host, struct policy_error *err)
{
	struct policy_host machine = { .base = host ? host->base : NULL };
	struct learnt *l = calloc(1, sizeof(*l));

	*err = (struct policy_error){ .text = "out of memory" };
	if (!l)
		return NULL;
	l->text = malloc(len + 1);
	l->policy = policy_new(&machine);
	l->matcher = policy_matcher_new();
	if (!l->text || !l->policy || !l->matcher)
		goto fail;
	memcpy(l->text, text, len);
	l->text[len] = '\0';
	if (policy_add(l->policy, source, l->text, len, err) < 0 || !split_lines(l, len) ||
	    !read_entries(l))
		goto fail;
	return l;
fail:
	learnt_free(l);
	return NULL;
}

void learnt_free(struct learnt *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_entries; i++) {
		free(l->entries[i].pattern);
		needs_clear(&l->entries[i].needs);
	}
	free(l->entries);
	policy_matcher_free(l->matcher);
	policy_free(l->policy);
	free(l->lines);
	free(l->text);
	free(l);
}

/* ---- learning ---- */

static void count(struct learnt *l, struct entry *e, const char *program, time_t when)
{
	struct tm tm;

	e->times++;
	if (gmtime_r(&when, &tm))
		strftime(e->last, sizeof(e->last), "%Y-%m-%dT%H:%MZ", &tm);
	add_program(e, program, strlen(program));
	e->used = true;
	l->changed = true;
}

static struct entry *entry_at(struct learnt *l, const char *where)
{
	const char *colon = strrchr(where, ':');
	size_t line = colon ? strtoul(colon + 1, NULL, 10) : 0;

	for (size_t i = 0; i < l->n_entries; i++)
		if (l->entries[i].first == line - 1)
			return &l->entries[i];
	return NULL;
}

/* Whether the file as it was allows a request, which is counted if the line is learnt. */
static bool is_allowed(struct learnt *l, const struct policy_request *req, const char *program,
		       time_t when)
{
	struct policy_why why;
	struct entry *e;

	if (policy_evaluate(l->policy, l->matcher, req, &why) != POLICY_ALLOW)
		return false;
	e = entry_at(l, why.rule);
	if (e)
		count(l, e, program, when);
	return true;
}

/* An entry that has what a request needs, or can have it. */
static struct entry *find_entry(struct learnt *l, const char *method, size_t method_len,
				const char *pattern, const struct needs *needs,
				const char *why_open)
{
	for (size_t i = 0; i < l->n_entries; i++) {
		struct entry *e = &l->entries[i];
		bool open = e->why_open || why_open;

		if (e->is_fixed || strcmp(e->pattern, pattern) != 0 ||
		    (e->why_open != NULL) != (why_open != NULL) || !needs_fit(&e->needs, needs))
			continue;
		/* Constraints are of one endpoint, which one method has. */
		if ((needs_any(needs) || open) && !has_method(e, method, method_len))
			continue;
		return e;
	}
	return NULL;
}

static struct entry *new_entry(struct learnt *l, const char *pattern, const char *why_open)
{
	struct entry *e = l->n_new < LEARNT_RULES_MAX ? add_entry(l) : NULL;

	if (!e)
		return NULL;
	l->n_new++;
	e->why_open = why_open;
	e->pattern = strdup(pattern);
	if (e->pattern)
		return e;
	l->n_entries--;
	return NULL;
}

/* What a rule without constraints does not allow, see policy.c. */
static bool takes_legacy_body(const struct policy_request *req)
{
	const struct schema_endpoint *e = schema_find(req->method, req->method_len, req->path,
						      req->path_len);

	return e && e->legacy_body;
}

bool learnt_note(struct learnt *l, const struct policy_request *req, const char *program,
		 time_t when)
{
	char rule[ENDPOINTS_RULE_MAX];
	struct needs needs = { 0 };
	const char *pattern = rule + req->method_len + 1, *why_open;
	struct entry *e;

	if (is_allowed(l, req, program, when))
		return true;
	if (req->method_len >= METHOD_MAX ||
	    endpoints_suggest(rule, req->method, req->method_len, req->path, req->path_len) < 0)
		return false;
	why_open = needs_find(&needs, req);
	if (why_open)
		needs_clear(&needs);
	if (why_open && takes_legacy_body(req))
		return false;
	e = find_entry(l, req->method, req->method_len, pattern, &needs, why_open);
	if (!e)
		e = new_entry(l, pattern, why_open);
	if (e) {
		e->changed = add_method(e, req->method, req->method_len) || e->changed;
		/* To begin with nothing is absent in others. */
		if (e->first == SIZE_MAX && e->times == 0) {
			struct needs none = e->needs;

			e->needs = needs;
			needs = none;
			e->changed = true;
		} else {
			e->changed = needs_merge(&e->needs, &needs) || e->changed;
		}
		count(l, e, program, when);
	}
	needs_clear(&needs);
	return e != NULL;
}

bool learnt_changed(const struct learnt *l)
{
	return l->changed;
}

void learnt_touch(struct learnt *l)
{
	l->changed = true;
}

size_t learnt_count(const struct learnt *l)
{
	return l->n_new;
}

/* ---- writing ---- */

static void print_comment(FILE *f, const struct entry *e)
{
	fprintf(f, MARK "%lu times, last %s, by ", e->times, e->last);
	for (size_t i = 0; i < e->n_programs; i++)
		fprintf(f, "%s%s", i > 0 ? ", " : "", e->programs[i]);
	if (e->why_open)
		fprintf(f, OPEN_MARK "%s", e->why_open);
}

static void print_rule(FILE *f, const struct entry *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n_methods; i++)
		n += (size_t)fprintf(f, "%s%s", i > 0 ? "," : "", e->methods[i]);
	n += (size_t)fprintf(f, " %s", e->pattern);
	fprintf(f, "%*s  ", n < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - n) : 0, "");
	print_comment(f, e);
	fputc('\n', f);
}

/* What was there before, with the new comment at its end. */
static void print_used(FILE *f, const struct learnt *l, const struct entry *e)
{
	struct span line = l->lines[e->first];

	fwrite(line.p, 1, (size_t)(find_mark(line) - line.p), f);
	print_comment(f, e);
	fputc('\n', f);
}

/* Return: the line that comes next. */
static size_t print_old(FILE *f, const struct learnt *l, const struct entry *e)
{
	if (!e->changed) {
		print_used(f, l, e);
		return e->first + 1;
	}
	print_rule(f, e);
	needs_print(f, &e->needs);
	return e->behind;
}

static const struct entry *used_entry_at(const struct learnt *l, size_t line)
{
	for (size_t i = 0; i < l->n_entries; i++)
		if (l->entries[i].first == line && l->entries[i].used)
			return &l->entries[i];
	return NULL;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;
	int order = strcmp(x->pattern, y->pattern);

	if (order == 0)
		order = strcmp(x->methods[0], y->methods[0]);
	return order != 0 ? order : (x > y) - (x < y);
}

static bool print_new(FILE *f, struct learnt *l)
{
	const struct entry **sorted = calloc(l->n_entries + 1, sizeof(const struct entry *));
	size_t n = 0;

	if (!sorted)
		return false;
	for (size_t i = 0; i < l->n_entries; i++)
		if (l->entries[i].first == SIZE_MAX)
			sorted[n++] = &l->entries[i];
	qsort(sorted, n, sizeof(const struct entry *), compare_entries);
	for (size_t i = 0; i < n; i++) {
		print_rule(f, sorted[i]);
		needs_print(f, &sorted[i]->needs);
	}
	free(sorted);
	return true;
}

char *learnt_text(struct learnt *l, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);
	bool is_good;

	if (!f)
		return NULL;
	if (l->n_lines == 0)
		fputs("# What was used, learnt by CetusGuard. Lines may be changed and added.\n",
		      f);
	for (size_t i = 0; i < l->n_lines;) {
		const struct entry *e = used_entry_at(l, i);

		if (e) {
			i = print_old(f, l, e);
			continue;
		}
		fwrite(l->lines[i].p, 1, l->lines[i].len, f);
		fputc('\n', f);
		i++;
	}
	is_good = print_new(f, l);
	if (fclose(f) == 0 && is_good) {
		l->changed = false;
		return text;
	}
	free(text);
	return NULL;
}
