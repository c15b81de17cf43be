#include "summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "policy/endpoints.h"
#include "utf8.h"

#define DENIED_BY_RULES 403

/* Only where there is a rule the reason is more than that there is none. */
static const char *reason_of(const struct proxy_denial *d)
{
	return d->rule[0] != '\0' && d->reason ? d->reason : "";
}

/* The rule that would allow it, as endpoints_suggest() has it, or "". */
static void suggest(char *rule, const struct proxy_denial *d)
{
	size_t len = d->path ? strlen(d->path) : 0;

	/* A path that was cut is another one. */
	if ((d->status != DENIED_BY_RULES && !d->forwarded) || reason_of(d)[0] != '\0' ||
	    len >= LOG_VALUE_MAX || !d->path ||
	    endpoints_suggest(rule, d->method, strlen(d->method), d->path, len) < 0)
		rule[0] = '\0';
}

static bool is_cut_to(const char *cut, size_t cap, const char *text)
{
	return strncmp(cut, text, cap - 1) == 0;
}

static struct summary_row *find_row(struct summary *s, const struct proxy_denial *d,
				    const char *rule)
{
	const char *path = d->path ? d->path : "";

	for (size_t i = 0; i < s->n; i++) {
		struct summary_row *row = &s->rows[i];

		if (row->forwarded == d->forwarded &&
		    (row->forwarded || row->status == d->status) &&
		    strcmp(row->method, d->method) == 0 &&
		    is_cut_to(row->program, sizeof(row->program), d->program) &&
		    is_cut_to(row->reason, sizeof(row->reason), reason_of(d)) &&
		    strcmp(row->rule, rule) == 0 &&
		    (rule[0] != '\0' || is_cut_to(row->path, sizeof(row->path), path)))
			return row;
	}
	return NULL;
}

static struct summary_row *add_row(struct summary *s, const struct proxy_denial *d,
				   const char *rule)
{
	struct summary_row *row = &s->rows[s->n];

	if (s->n == SUMMARY_ROWS_MAX)
		return NULL;
	row->rule = strdup(rule);
	if (!row->rule)
		return NULL;
	row->status = d->status;
	row->forwarded = d->forwarded;
	snprintf(row->method, sizeof(row->method), "%s", d->method);
	snprintf(row->path, sizeof(row->path), "%s", d->path ? d->path : "");
	snprintf(row->program, sizeof(row->program), "%s", d->program);
	snprintf(row->reason, sizeof(row->reason), "%s", reason_of(d));
	s->n++;
	return row;
}

void summary_add(struct summary *s, const struct proxy_denial *d)
{
	char rule[ENDPOINTS_RULE_MAX];
	struct summary_row *row;

	s->total++;
	suggest(rule, d);
	row = find_row(s, d, rule);
	if (!row)
		row = add_row(s, d, rule);
	if (row)
		row->count++;
}

void summary_clear(struct summary *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->rows[i].rule);
	s->n = 0;
	s->total = 0;
}

static unsigned long shown(const struct summary *s)
{
	unsigned long n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->rows[i].count;
	return n;
}

/* ---- for people ---- */

void summary_print_bytes(FILE *f, const char *text, char first)
{
	for (; *text != '\0'; text++)
		fprintf(f, *text >= first && *text <= '~' ? "%c" : "\\x%02x", (unsigned char)*text);
}

static void print_row(FILE *f, const struct summary_row *row)
{
	fprintf(f, "  %lu x %s ", row->count, row->method);
	summary_print_bytes(f, row->path, '!');
	if (row->program[0] != '\0') {
		fputs(" by ", f);
		summary_print_bytes(f, row->program, '!');
	}
	if (row->reason[0] != '\0') {
		fputs("\n      ", f);
		summary_print_bytes(f, row->reason, ' ');
		fputc('\n', f);
	} else if (row->rule[0] != '\0') {
		fprintf(f, "\n      would be allowed by: %s\n", row->rule);
	} else {
		fprintf(f, " (status %u)\n", row->status);
	}
}

void summary_print(const struct summary *s, FILE *f, const char *program, bool observed)
{
	const char *plural = s->total == 1 ? "" : "s";

	if (observed)
		fprintf(f, "%s: NOTHING WAS ENFORCED, %lu request%s would have been denied\n",
			program, s->total, plural);
	else if (s->total > 0)
		fprintf(f, "%s: %lu request%s denied\n", program, s->total,
			s->total == 1 ? " was" : "s were");
	for (size_t i = 0; i < s->n; i++)
		print_row(f, &s->rows[i]);
	if (shown(s) < s->total)
		fprintf(f, "  and %lu others\n", s->total - shown(s));
}

/* ---- for machines ---- */

static void print_member(FILE *f, const char *name, const char *value)
{
	char text[ENDPOINTS_RULE_MAX];

	/* What was cut may end inside a character. */
	snprintf(text, sizeof(text), "%s", value);
	utf8_mend(text);
	fprintf(f, ",\"%s\":\"", name);
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '"' || *p == '\\')
			fprintf(f, "\\u%04x", (unsigned char)*p);
		else
			fputc(*p, f);
	fputc('"', f);
}

void summary_print_json(const struct summary *s, FILE *f, bool observed)
{
	fprintf(f, "{\"denied\":%lu,\"enforced\":%s,\"requests\":[", s->total,
		observed ? "false" : "true");
	for (size_t i = 0; i < s->n; i++) {
		const struct summary_row *row = &s->rows[i];

		fprintf(f, "%s{\"times\":%lu,\"status\":%u", i > 0 ? "," : "", row->count,
			row->status);
		print_member(f, "method", row->method);
		print_member(f, "path", row->path);
		print_member(f, "program", row->program);
		print_member(f, "reason", row->reason);
		print_member(f, "rule", row->rule);
		fputc('}', f);
	}
	fprintf(f, "],\"others\":%lu}\n", s->total - shown(s));
}
