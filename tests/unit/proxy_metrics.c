/*
 * What was counted, and how it is written for Prometheus.
 */
#include "cmocka_prelude.h"

#include "proxy/metrics.h"

/* clang-format off */
static const struct {
	const char *method, *path;
	const char *labels;	/* of its counter */
} rows[] = {
	{ "GET", "/containers/json", "method=\"GET\",endpoint=\"containers\"" },
	{ "GET", "/v1.41/containers/x/logs", "method=\"GET\",endpoint=\"containers\"" },
	{ "POST", "/v4.0.0/libpod/containers/create", "method=\"POST\",endpoint=\"containers\"" },
	{ "HEAD", "/_ping", "method=\"HEAD\",endpoint=\"_ping\"" },
	{ "PATCH", "/v1.41/swarm", "method=\"PATCH\",endpoint=\"swarm\"" },
	{ "DELETE", "/images/a/b", "method=\"DELETE\",endpoint=\"images\"" },
	{ "OPTIONS", "/v1.41", "method=\"OPTIONS\",endpoint=\"other\"" },
	{ "PUT", "/", "method=\"PUT\",endpoint=\"other\"" },
	{ "get", "/container", "method=\"other\",endpoint=\"other\"" },
	{ "GETS", "/containersx", "method=\"other\",endpoint=\"other\"" },
	{ "GE", "/v1.41/cont", "method=\"other\",endpoint=\"other\"" },
	{ "", "", "method=\"other\",endpoint=\"other\"" },
	{ "GET", "*", "method=\"GET\",endpoint=\"other\"" },
	{ "GET", "//containers", "method=\"GET\",endpoint=\"other\"" },
	{ "GET", "/evil\"} 1\ncetusguard_up{x=\"", "method=\"GET\",endpoint=\"other\"" },
};
/* clang-format on */

static char text[64 * 1024];

static void print(const struct metrics_tier *m, const char *name)
{
	const struct metrics_frontend frontends[] = {
		{ .name = name, .counts = m, .rules = 4, .bytes_in = 1, .bytes_out = 2 },
		{ .name = "other", .counts = m },
	};
	const struct metrics_now now = { .version = "v1.2-3-g\"\\\n", .streams = 3 };
	const struct metrics counts = { .accepted = 6 };
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	metrics_print(f, &counts, &now, frontends, 2);
	assert_int_equal(fclose(f), 0);
}

static void assert_says(const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (!strstr(text, whole))
		fail_msg("no \"%s\" in\n%s", line, text);
}

static void counts_by_labels_that_no_peer_chooses(void **state)
{
	static struct metrics_tier m;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char line[256];

		memset(&m, 0, sizeof(m));
		m.requests[i % 2][metrics_method(rows[i].method, strlen(rows[i].method))]
			  [metrics_class(rows[i].path, strlen(rows[i].path))] = i + 1;
		print(&m, "");
		snprintf(line, sizeof(line), "cetusguard_requests_total{verdict=\"%s\",%s} %zu",
			 i % 2 ? "allow" : "deny", rows[i].labels, i + 1);
		assert_says(line);
	}
}

static void a_histogram_counts_up(void **state)
{
	static struct metrics_tier m;

	(void)state;
	metrics_observe(&m.replies[1], 0);
	metrics_observe(&m.replies[1], 1000);
	metrics_observe(&m.replies[1], 1001);
	metrics_observe(&m.replies[1], 60000000);
	metrics_observe(&m.replies[1], 60000001);
	print(&m, "");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"allow\",le=\"0.0010\"} 2");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"allow\",le=\"0.0025\"} 3");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"allow\",le=\"30.0000\"} 3");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"allow\",le=\"60.0000\"} 4");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"allow\",le=\"+Inf\"} 5");
	assert_says("cetusguard_reply_seconds_sum{verdict=\"allow\"} 120.002002");
	assert_says("cetusguard_reply_seconds_count{verdict=\"allow\"} 5");
	assert_says("cetusguard_reply_seconds_count{verdict=\"deny\"} 0");
	assert_says("cetusguard_build_info{version=\"v1.2-3-g\"} 1");
}

static void what_is_over_and_what_goes_on_are_one_sum(void **state)
{
	static struct metrics_tier m = { .bytes_in = UINT64_C(1) << 40, .bytes_out = 5 };

	(void)state;
	print(&m, "");
	assert_says("cetusguard_bytes_total{direction=\"in\"} 1099511627777");
	assert_says("cetusguard_bytes_total{direction=\"out\"} 7");
	assert_says("cetusguard_streams 3");
	assert_says("cetusguard_connections_accepted_total 6");
}

static void a_tier_with_a_name_has_it_as_a_label(void **state)
{
	static struct metrics_tier m = { .bytes_in = 8 };

	(void)state;
	m.requests[1][0][0] = 9;
	metrics_observe(&m.replies[0], 0);
	print(&m, "a.b-c_1");
	assert_says("cetusguard_requests_total{verdict=\"allow\",method=\"GET\",endpoint="
		    "\"containers\",frontend=\"a.b-c_1\"} 9");
	assert_says("cetusguard_reply_seconds_count{verdict=\"deny\",frontend=\"a.b-c_1\"} 1");
	assert_says("cetusguard_reply_seconds_bucket{verdict=\"deny\",frontend=\"a.b-c_1\",le="
		    "\"0.0010\"} 1");
	assert_says("cetusguard_bytes_total{direction=\"in\",frontend=\"a.b-c_1\"} 9");
	assert_says("cetusguard_bytes_total{direction=\"in\",frontend=\"other\"} 8");
	assert_says("cetusguard_rules{frontend=\"a.b-c_1\"} 4");
	print(&m, "");
	assert_says("cetusguard_rules 4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_by_labels_that_no_peer_chooses),
		cmocka_unit_test(a_histogram_counts_up),
		cmocka_unit_test(what_is_over_and_what_goes_on_are_one_sum),
		cmocka_unit_test(a_tier_with_a_name_has_it_as_a_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
