#include "summary.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/endpoints.h"

#define DENIED_BY_RULES 403

/* Only where there is a rule the reason is more than that there is none. */
static const char *reason_of(const struct proxy_denial *d)
{
	return d->rule[0] != '\0' && d->reason ? d->reason : "";
}

static struct summary_row *find_row(struct summary *s, const struct proxy_denial *d)
{
	const char *path = d->path ? d->path : "";

	for (size_t i = 0; i < s->n; i++) {
		struct summary_row *row = &s->rows[i];

		if (row->status == d->status && strcmp(row->method, d->method) == 0 &&
		    strncmp(row->path, path, sizeof(row->path) - 1) == 0 &&
		    strncmp(row->reason, reason_of(d), sizeof(row->reason) - 1) == 0)
			return row;
	}
	return NULL;
}

void summary_add(struct summary *s, const struct proxy_denial *d)
{
	struct summary_row *row = find_row(s, d);

	s->total++;
	if (!row && s->n < SUMMARY_ROWS_MAX) {
		row = &s->rows[s->n++];
		row->status = d->status;
		snprintf(row->method, sizeof(row->method), "%s", d->method);
		snprintf(row->path, sizeof(row->path), "%s", d->path ? d->path : "");
		snprintf(row->reason, sizeof(row->reason), "%s", reason_of(d));
	}
	if (row)
		row->count++;
}

int summary_suggest(char *rule, const struct summary_row *row)
{
	size_t path_len = strlen(row->path);

	/* A path that was cut is another one. */
	if (row->status != DENIED_BY_RULES || row->reason[0] != '\0' ||
	    path_len == sizeof(row->path) - 1)
		return -EINVAL;
	return endpoints_suggest(rule, row->method, strlen(row->method), row->path, path_len);
}

/* A peer's bytes on somebody's terminal; @first is the least that is shown as it is. */
static void print_bytes(const char *text, char first)
{
	for (; *text != '\0'; text++)
		fprintf(stderr, *text >= first && *text <= '~' ? "%c" : "\\x%02x",
			(unsigned char)*text);
}

static void print_row(const struct summary_row *row)
{
	char rule[ENDPOINTS_RULE_MAX];

	fprintf(stderr, "  %lu x %s ", row->count, row->method);
	print_bytes(row->path, '!');
	if (row->reason[0] != '\0') {
		fputs("\n      ", stderr);
		print_bytes(row->reason, ' ');
		fputc('\n', stderr);
	} else if (summary_suggest(rule, row) == 0) {
		fprintf(stderr, "\n      would be allowed by: %s\n", rule);
	} else {
		fprintf(stderr, " (status %u)\n", row->status);
	}
}

void summary_print(const struct summary *s, const char *program)
{
	unsigned long shown = 0;

	if (s->total == 0)
		return;
	fprintf(stderr, "%s: %lu request%s denied\n", program, s->total,
		s->total == 1 ? " was" : "s were");
	for (size_t i = 0; i < s->n; i++) {
		print_row(&s->rows[i]);
		shown += s->rows[i].count;
	}
	if (shown < s->total)
		fprintf(stderr, "  and %lu others\n", s->total - shown);
}
