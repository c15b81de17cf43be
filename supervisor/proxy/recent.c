#include "recent.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "../policy/endpoints.h"
#include "audit.h"
#include "json.h"
#include "utf8.h"

uint64_t recent_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec + 1;
}

void recent_count(struct recent *r, uint64_t now_s, unsigned int verdict)
{
	struct recent_second *s = &r->seconds[now_s % RECENT_SECONDS];

	if (s->at_s != now_s)
		*s = (struct recent_second){ .at_s = now_s };
	s->requests[verdict]++;
}

/* FNV-1a. Who gets many rows into one set pushes out what is in that set only. */
static uint32_t hash(const struct rate_key *key, uint8_t method, uint8_t class)
{
	const unsigned char *p = (const unsigned char *)key;
	uint32_t h = 2166136261u ^ method ^ (uint32_t) class << 8;

	for (size_t i = 0; i < sizeof(*key); i++)
		h = (h ^ p[i]) * 16777619u;
	return h ^ h >> 16;
}

struct recent_row *recent_row(struct recent *r, const struct rate_key *key, uint8_t method,
			      uint8_t class, uint64_t now_s)
{
	struct recent_row *set = r->rows[hash(key, method, class) % RECENT_SETS], *oldest = set;

	for (struct recent_row *row = set; row < set + RECENT_WAYS; row++) {
		if (row->seen_s > 0 && row->method == method && row->class == class &&
		    memcmp(&row->key, key, sizeof(*key)) == 0) {
			row->seen_s = now_s;
			return row;
		}
		if (row->seen_s < oldest->seen_s)
			oldest = row;
	}
	*oldest = (struct recent_row){
		.key = *key, .method = method, .class = class, .seen_s = now_s
	};
	return oldest;
}

struct recent_denial *recent_deny(struct recent *r)
{
	struct recent_denial *d = &r->denials[r->denied++ % RECENT_DENIALS];

	*d = (struct recent_denial){ 0 };
	return d;
}

/* ---- the text ---- */

void recent_put_json(FILE *f, const char *text)
{
	char escaped[JSON_ESCAPED_MAX];

	fputc('"', f);
	for (size_t i = 0, len = strlen(text), n; i < len;) {
		i += json_escape(escaped, &n, text + i, len - i);
		fwrite(escaped, 1, n, f);
	}
	fputc('"', f);
}

static void put_member(FILE *f, const char *name, const char *text)
{
	fprintf(f, ",\"%s\":", name);
	recent_put_json(f, text);
}

static void print_seconds(FILE *f, const struct recent *r, uint64_t now_s)
{
	fputs("\"seconds\":[", f);
	for (uint64_t ago = RECENT_SECONDS - 1; ago > 0; ago--) {
		const struct recent_second *s = &r->seconds[(now_s - ago) % RECENT_SECONDS];
		bool is_there = now_s > ago && s->at_s == now_s - ago;

		fputs(ago < RECENT_SECONDS - 1 ? ",[" : "[", f);
		for (size_t v = 0; v < METRICS_VERDICTS; v++)
			fprintf(f, "%s%" PRIu32, v > 0 ? "," : "", is_there ? s->requests[v] : 0);
		fputc(']', f);
	}
	fputc(']', f);
}

static void print_row(FILE *f, const struct recent_row *row, uint64_t now_s)
{
	uint64_t n = 0;

	fputs("{\"client\":", f);
	recent_put_json(f, row->client);
	put_member(f, "method", metrics_method_name(row->method));
	put_member(f, "endpoint", metrics_class_name(row->class));
	for (size_t v = 0; v < METRICS_VERDICTS; v++) {
		fprintf(f, ",\"%s\":%" PRIu64, metrics_verdicts[v], row->requests[v]);
		n += row->requests[v];
	}
	fprintf(f, ",\"reply_us\":%" PRIu64 ",\"seconds_ago\":%" PRIu64 "}",
		n > 0 ? row->reply_us / n : 0, now_s - row->seen_s);
}

static void print_rows(FILE *f, const struct recent *r, uint64_t now_s)
{
	const struct recent_row *row = r->rows[0], *end = row + (size_t)RECENT_SETS * RECENT_WAYS;
	const char *comma = "";

	fputs(",\"rows\":[", f);
	for (; row < end; row++) {
		if (row->seen_s == 0 || now_s - row->seen_s >= RECENT_SECONDS)
			continue;
		fputs(comma, f);
		print_row(f, row, now_s);
		comma = ",";
	}
	fputc(']', f);
}

/*
 * Whether one more rule would be the remedy: it is not where one does allow the request but
 * for its constraints, nor for what has no meaning or is over a limit, and of a path that
 * was cut nobody knows what it was.
 */
static bool lacks_a_rule(const struct recent_denial *d)
{
	size_t len = strlen(d->path);

	return d->rule[0] == '\0' && (d->verdict != AUDIT_DENY || d->status == 403) &&
	       len < sizeof(d->path) - 1 && utf8_is_valid(d->path, len);
}

static void print_denial(FILE *f, const struct recent_denial *d)
{
	static char rule[ENDPOINTS_RULE_MAX];

	fprintf(f, "{\"time\":%" PRIu64 ",\"status\":%u", d->time_s, d->status);
	put_member(f, "verdict", metrics_verdicts[d->verdict]);
	put_member(f, "client", d->client);
	put_member(f, "method", d->method);
	put_member(f, "path", d->path);
	put_member(f, "rule", d->rule);
	put_member(f, "reason", d->reason);
	if (lacks_a_rule(d) &&
	    endpoints_suggest(rule, d->method, strlen(d->method), d->path, strlen(d->path)) == 0)
		put_member(f, "suggestion", rule);
	fputc('}', f);
}

void recent_print(FILE *f, const struct recent *r, uint64_t now_s)
{
	uint64_t n = r->denied < RECENT_DENIALS ? r->denied : RECENT_DENIALS;

	print_seconds(f, r, now_s);
	print_rows(f, r, now_s);
	fputs(",\"denials\":[", f);
	for (uint64_t i = 1; i <= n; i++) {
		fputs(i > 1 ? "," : "", f);
		print_denial(f, &r->denials[(r->denied - i) % RECENT_DENIALS]);
	}
	fputc(']', f);
}
