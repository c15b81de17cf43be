#include "metrics.h"

#include <inttypes.h>
#include <string.h>

#include "apipath.h"

static const char *const methods[] = {
	"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "other",
};
_Static_assert(sizeof(methods) / sizeof(methods[0]) == METRICS_METHODS, "METRICS_METHODS");

/* The most usual ones first. */
static const char *const classes[] = {
	"containers", "exec",	      "images",	 "_ping",  "version", "events",	  "info",
	"networks",   "volumes",      "build",	 "system", "auth",    "session",  "grpc",
	"commit",     "distribution", "plugins", "swarm",  "nodes",   "services", "tasks",
	"secrets",    "configs",      "pods",	 "libpod", "other",
};
_Static_assert(sizeof(classes) / sizeof(classes[0]) == METRICS_CLASSES, "METRICS_CLASSES");

static const uint32_t bucket_us[] = {
	1000,	2500,	 5000,	  10000,   25000,    50000,    100000,	 250000,
	500000, 1000000, 2500000, 5000000, 10000000, 30000000, 60000000,
};
_Static_assert(sizeof(bucket_us) / sizeof(bucket_us[0]) == METRICS_BUCKETS, "METRICS_BUCKETS");

static uint8_t find(const char *const *names, size_t n, const char *name, size_t len)
{
	size_t i = 0;

	while (i < n - 1 && (strncmp(names[i], name, len) != 0 || names[i][len] != '\0'))
		i++;
	return (uint8_t)i;
}

uint8_t metrics_method(const char *name, size_t len)
{
	return find(methods, METRICS_METHODS, name, len);
}

uint8_t metrics_class(const char *path, size_t len)
{
	size_t segment;

	apipath_strip(&path, &len);
	segment = apipath_segment(path, len);
	return len == 0 ? METRICS_CLASSES - 1 : find(classes, METRICS_CLASSES, path + 1, segment);
}

const char *metrics_method_name(uint8_t method)
{
	return methods[method];
}

const char *metrics_class_name(uint8_t class)
{
	return classes[class];
}

void metrics_observe(struct metrics_histogram *h, uint64_t us)
{
	size_t i = 0;

	while (i < METRICS_BUCKETS && us > bucket_us[i])
		i++;
	h->buckets[i]++;
	h->sum_us += us;
}

/* ---- the text ---- */

const char *const metrics_verdicts[METRICS_VERDICTS] = { "deny", "allow", "would-deny" };

static void head(FILE *f, const char *name, const char *type, const char *help)
{
	fprintf(f, "# HELP cetusguard_%s %s\n# TYPE cetusguard_%s %s\n", name, help, name, type);
}

/* The label that names the tier, behind others; none for what the flags say. */
struct label {
	char text[96];
};

static struct label label_of(const struct metrics_frontend *t)
{
	struct label l = { "" };

	if (t->name[0] != '\0')
		snprintf(l.text, sizeof(l.text), ",frontend=\"%s\"", t->name);
	return l;
}

static void print_requests(FILE *f, const struct metrics_frontend *t)
{
	struct label l = label_of(t);

	for (size_t v = 0; v < METRICS_VERDICTS; v++)
		for (size_t i = 0; i < METRICS_METHODS; i++)
			for (size_t k = 0; k < METRICS_CLASSES; k++)
				if (t->counts->requests[v][i][k] > 0)
					fprintf(f,
						"cetusguard_requests_total{verdict=\"%s\",method="
						"\"%s\",endpoint=\"%s\"%s} %" PRIu64 "\n",
						metrics_verdicts[v], methods[i], classes[k], l.text,
						t->counts->requests[v][i][k]);
}

static void print_histogram(FILE *f, const char *name, const char *labels,
			    const struct metrics_histogram *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < METRICS_BUCKETS; i++) {
		n += h->buckets[i];
		fprintf(f,
			"cetusguard_%s_bucket{%s,le=\"%" PRIu32 ".%04" PRIu32 "\"} %" PRIu64 "\n",
			name, labels, bucket_us[i] / 1000000, bucket_us[i] % 1000000 / 100, n);
	}
	n += h->buckets[METRICS_BUCKETS];
	fprintf(f,
		"cetusguard_%s_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n"
		"cetusguard_%s_sum{%s} %" PRIu64 ".%06" PRIu64 "\n"
		"cetusguard_%s_count{%s} %" PRIu64 "\n",
		name, labels, n, name, labels, h->sum_us / 1000000, h->sum_us % 1000000, name,
		labels, n);
}

static void print_replies(FILE *f, const struct metrics_frontend *t)
{
	for (size_t v = 0; v < METRICS_VERDICTS; v++) {
		char labels[128];

		snprintf(labels, sizeof(labels), "verdict=\"%s\"%s", metrics_verdicts[v],
			 label_of(t).text);
		print_histogram(f, "reply_seconds", labels, &t->counts->replies[v]);
	}
}

static void print_bytes(FILE *f, const struct metrics_frontend *t)
{
	struct label l = label_of(t);
	const char *name = l.text;

	fprintf(f,
		"cetusguard_bytes_total{direction=\"in\"%s} %" PRIu64 "\n"
		"cetusguard_bytes_total{direction=\"out\"%s} %" PRIu64 "\n",
		name, t->counts->bytes_in + t->bytes_in, name, t->counts->bytes_out + t->bytes_out);
}

static void print_rules(FILE *f, const struct metrics_frontend *t)
{
	fprintf(f, "cetusguard_rules%s%s%s %zu\n", t->name[0] != '\0' ? "{frontend=\"" : "",
		t->name, t->name[0] != '\0' ? "\"}" : "", t->rules);
}

static const struct {
	const char *name, *type, *help;
	void (*print)(FILE *f, const struct metrics_frontend *t);
} of_each[] = {
	{ "requests_total", "counter", "Requests decided, by verdict, method and endpoint.",
	  print_requests },
	{ "reply_seconds", "histogram",
	  "Time from the whole head of a request to the head of its reply.", print_replies },
	{ "bytes_total", "counter", "Bytes of bodies and streams, in from clients, out to them.",
	  print_bytes },
	{ "rules", "gauge", "Rules in force.", print_rules },
};

static void print_version(FILE *f, const char *version)
{
	head(f, "build_info", "gauge", "Always 1.");
	fputs("cetusguard_build_info{version=\"", f);
	for (; *version != '\0'; version++)
		if (*version > ' ' && *version != '"' && *version != '\\')
			fputc(*version, f);
	fputs("\"} 1\n", f);
}

void metrics_print(FILE *f, const struct metrics *m, const struct metrics_now *now,
		   const struct metrics_frontend *frontends, size_t n)
{
	const struct {
		const char *name, *type, *help;
		struct {
			const char *labels;
			uint64_t value;
		} samples[2];
	} rows[] = {
		{ "connections", "gauge", "Connections of clients.", { { "", now->connections } } },
		{ "streams", "gauge", "Connections that are streams.", { { "", now->streams } } },
		{ "waiting_requests",
		  "gauge",
		  "Requests that wait for a connection to the engine.",
		  { { "", now->waiting } } },
		{ "connections_accepted_total",
		  "counter",
		  "Connections of clients that were served.",
		  { { "", m->accepted } } },
		{ "connections_refused_total",
		  "counter",
		  "Connections of clients there was no place for.",
		  { { "", m->refused } } },
		{ "requests_limited_total",
		  "counter",
		  "Requests that got a 429, as their client had made too many.",
		  { { "{class=\"read\"}", m->limited[0] },
		    { "{class=\"write\"}", m->limited[1] } } },
		{ "backend_exchanges_total",
		  "counter",
		  "Exchanges with the engine, by the connection they got.",
		  { { "{connection=\"new\"}", m->backend_new },
		    { "{connection=\"reused\"}", m->backend_reused } } },
		{ "backend_errors_total",
		  "counter",
		  "Requests that got a 502 or 504, as the engine did not answer.",
		  { { "", m->backend_errors } } },
		{ "backend_idle_connections",
		  "gauge",
		  "Connections to the engine that are kept for later.",
		  { { "", now->idle } } },
		{ "enforced",
		  "gauge",
		  "1, or 0 if what the rules deny is forwarded, too.",
		  { { "", now->enforced } } },
		{ "reloads_total",
		  "counter",
		  "Times that the rules were read again, by result.",
		  { { "{result=\"error\"}", m->reloads[0] },
		    { "{result=\"ok\"}", m->reloads[1] } } },
	};

	print_version(f, now->version);
	for (size_t i = 0; i < sizeof(of_each) / sizeof(of_each[0]); i++) {
		head(f, of_each[i].name, of_each[i].type, of_each[i].help);
		for (size_t k = 0; k < n; k++)
			of_each[i].print(f, &frontends[k]);
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		head(f, rows[i].name, rows[i].type, rows[i].help);
		for (size_t k = 0; k < 2 && rows[i].samples[k].labels; k++)
			fprintf(f, "cetusguard_%s%s %" PRIu64 "\n", rows[i].name,
				rows[i].samples[k].labels, rows[i].samples[k].value);
	}
}
