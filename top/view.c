#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define ROWS_MAX 256
#define TEXT_MAX 256 /* bytes of one text of a client's */

/**
 * struct row - A client and a class of endpoints
 * @rate:	Requests a second
 */
struct row {
	char client[TEXT_MAX];
	const char *method, *endpoint;
	json_int_t allow, deny, reply_us, seconds_ago;
	double rate;
};

static const char *const sort_names[] = {
	[VIEW_BY_RATE] = "rate",     [VIEW_BY_CLIENT] = "client", [VIEW_BY_ENDPOINT] = "endpoint",
	[VIEW_BY_DENIED] = "denied", [VIEW_BY_REPLY] = "reply",	  [VIEW_BY_LAST] = "last",
};
_Static_assert(sizeof(sort_names) / sizeof(sort_names[0]) == VIEW_SORT_NUM,
	       "every sort has a name");

const char *view_sort_name(enum view_sort sort)
{
	return sort_names[sort];
}

static json_int_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *string(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s ? s : "";
}

/* A text in printable ASCII, as JSON would write it; cut. */
static char *printable(char *out, const char *text)
{
	size_t at = 0, n;

	for (size_t i = 0, len = strlen(text); i < len && at + JSON_ESCAPED_MAX < TEXT_MAX; at += n)
		i += json_escape(out + at, &n, text + i, len - i);
	out[at] = '\0';
	return out;
}

static void put(struct view *v, enum view_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct view *v, enum view_style style, const char *format, ...)
{
	va_list ap;

	if (v->n == VIEW_LINES_MAX)
		return;
	va_start(ap, format);
	vsnprintf(v->lines[v->n].text, VIEW_LINE_MAX, format, ap);
	va_end(ap);
	v->lines[v->n++].style = style;
}

/* ---- rows ---- */

static json_int_t total(const json_t *row)
{
	return number(row, "allow") + number(row, "deny") + number(row, "would-deny");
}

static bool is_same(const json_t *a, const json_t *b)
{
	return strcmp(string(a, "client"), string(b, "client")) == 0 &&
	       strcmp(string(a, "method"), string(b, "method")) == 0 &&
	       strcmp(string(a, "endpoint"), string(b, "endpoint")) == 0;
}

/* How many requests of a row are new. Its place may have been another's meanwhile. */
static json_int_t growth(const json_t *row, const json_t *before)
{
	const json_t *old;
	size_t i;

	json_array_foreach(json_object_get(before, "rows"), i,
			   old) if (is_same(row, old) &&
				    total(old) <= total(row)) return total(row) -
		total(old);
	return total(row);
}

static size_t read_rows(struct row *rows, const struct view *v, const json_t *now,
			const json_t *before)
{
	json_int_t passed = number(now, "time") - number(before, "time");
	const json_t *r;
	size_t i, n = 0;

	json_array_foreach(json_object_get(now, "rows"), i, r)
	{
		struct row *row = &rows[n];

		if (n == ROWS_MAX)
			break;
		printable(row->client, string(r, "client"));
		row->method = string(r, "method");
		row->endpoint = string(r, "endpoint");
		row->allow = number(r, "allow");
		row->deny = number(r, "deny") + number(r, "would-deny");
		row->reply_us = number(r, "reply_us");
		row->seconds_ago = number(r, "seconds_ago");
		row->rate = before && passed > 0 ? (double)growth(r, before) / (double)passed : 0;
		if (row->deny > 0 || !v->denials_only)
			n++;
	}
	return n;
}

static int downwards(double a, double b)
{
	return (a < b) - (a > b);
}

static int compare(const void *a, const void *b, void *data)
{
	const struct row *x = a, *y = b;
	int d = 0;

	switch (*(enum view_sort *)data) {
	case VIEW_BY_RATE:
		d = downwards(x->rate, y->rate);
		break;
	case VIEW_BY_ENDPOINT:
		d = strcmp(x->endpoint, y->endpoint);
		break;
	case VIEW_BY_DENIED:
		d = downwards((double)x->deny, (double)y->deny);
		break;
	case VIEW_BY_REPLY:
		d = downwards((double)x->reply_us, (double)y->reply_us);
		break;
	case VIEW_BY_LAST:
		d = -downwards((double)x->seconds_ago, (double)y->seconds_ago);
		break;
	case VIEW_BY_CLIENT:
	case VIEW_SORT_NUM:
		break;
	}
	if (d == 0)
		d = strcmp(x->client, y->client);
	if (d == 0)
		d = strcmp(x->endpoint, y->endpoint);
	return d != 0 ? d : strcmp(x->method, y->method);
}

static void put_rows(struct view *v, const json_t *now, const json_t *before)
{
	static struct row rows[ROWS_MAX];
	size_t n = read_rows(rows, v, now, before);

	qsort_r(rows, n, sizeof(rows[0]), compare, &v->sort);
	put(v, VIEW_HEADING, "%-24s %-8s %-13s %8s %8s %8s %10s %6s", "CLIENT", "METHOD",
	    "ENDPOINT", "REQ/S", "ALLOWED", "DENIED", "REPLY", "LAST");
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		put(v, r->deny > 0 ? VIEW_DENIED : VIEW_PLAIN,
		    "%-24.24s %-8.8s %-13.13s %8.1f %8lld %8lld %7.1f ms %4lld s", r->client,
		    r->method, r->endpoint, r->rate, (long long)r->allow, (long long)r->deny,
		    (double)r->reply_us / 1000, (long long)r->seconds_ago);
	}
	if (n == 0)
		put(v, VIEW_PLAIN, "%s",
		    v->denials_only ? "nothing was denied" : "nobody asks for anything");
}

/* ---- the rest ---- */

/* Requests of the last seconds: of one verdict, or of two. */
static json_int_t count(const json_t *now, size_t seconds, bool denied)
{
	const json_t *list = json_object_get(now, "seconds");
	size_t len = json_array_size(list);
	json_int_t n = 0;

	for (size_t i = len > seconds ? len - seconds : 0; i < len; i++) {
		const json_t *s = json_array_get(list, i);

		n += denied ? json_integer_value(json_array_get(s, 0)) +
				      json_integer_value(json_array_get(s, 2)) :
			      json_integer_value(json_array_get(s, 1));
	}
	return n;
}

static void put_summary(struct view *v, const json_t *now)
{
	char version[TEXT_MAX];

	put(v, VIEW_TITLE, "CetusGuard %s%s", printable(version, string(now, "cetusguard")),
	    json_is_false(json_object_get(now, "enforced")) ? "   NOTHING IS ENFORCED" : "");
	put(v, VIEW_PLAIN,
	    "last 10 s: %.1f/s allowed, %.1f/s denied   last 3 min: %lld allowed, %lld denied",
	    (double)count(now, 10, false) / 10, (double)count(now, 10, true) / 10,
	    (long long)count(now, 179, false), (long long)count(now, 179, true));
	put(v, VIEW_PLAIN, "connections %lld   streams %lld   waiting %lld   rules %lld",
	    (long long)number(now, "connections"), (long long)number(now, "n_streams"),
	    (long long)number(now, "waiting"), (long long)number(now, "rules"));
}

static void put_streams(struct view *v, const json_t *now)
{
	const json_t *s, *list = json_object_get(now, "streams");
	char client[TEXT_MAX], path[TEXT_MAX];
	size_t i;

	if (json_array_size(list) == 0)
		return;
	put(v, VIEW_PLAIN, "%s", "");
	put(v, VIEW_HEADING, "%-24s %8s %10s %10s  %s", "OPEN STREAM", "OPEN", "IN", "OUT", "PATH");
	json_array_foreach(list, i, s)
		put(v, VIEW_PLAIN, "%-24.24s %6lld s %10lld %10lld  %s",
		    printable(client, string(s, "client")), (long long)number(s, "seconds"),
		    (long long)number(s, "bytes_in"), (long long)number(s, "bytes_out"),
		    printable(path, string(s, "path")));
}

static void put_denials(struct view *v, const json_t *now)
{
	const json_t *d, *list = json_object_get(now, "denials");
	char client[TEXT_MAX], method[TEXT_MAX], path[TEXT_MAX], reason[TEXT_MAX], rule[TEXT_MAX];
	size_t i;

	if (json_array_size(list) == 0)
		return;
	put(v, VIEW_PLAIN, "%s", "");
	put(v, VIEW_HEADING, "%s", "LAST DENIALS");
	json_array_foreach(list, i, d)
	{
		put(v, VIEW_DENIED, "%4lld s ago  %-20.20s %s %s",
		    (long long)(number(now, "time") - number(d, "time")),
		    printable(client, string(d, "client")), printable(method, string(d, "method")),
		    printable(path, string(d, "path")));
		put(v, VIEW_PLAIN, "            %lld %s%s%s", (long long)number(d, "status"),
		    printable(reason, string(d, "reason")),
		    json_object_get(d, "suggestion") ? "; allowed by " : "",
		    printable(rule, string(d, "suggestion")));
	}
}

void view_make(struct view *v, const json_t *now, const json_t *before)
{
	v->n = 0;
	put_summary(v, now);
	put(v, VIEW_PLAIN, "%s", "");
	put_rows(v, now, before);
	if (!v->denials_only)
		put_streams(v, now);
	put_denials(v, now);
}
