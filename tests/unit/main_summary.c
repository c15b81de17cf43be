/*
 * The rule that a summary suggests is a rule, allows what was denied, and not
 * much else.
 */
#include "cmocka_prelude.h"

#include "log.h"
#include "policy/policy.h"
#include "summary.h"

static const struct {
	const char *method;
	const char *path;
	unsigned int status;
	const char *rule; /* NULL for none */
} rows[] = {
	{ "GET", "/v1.41/containers/web/json", 403,
	  "GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json" },
	{ "GET", "/nothing/x", 403, "GET %API_PREFIX%/nothing/x" },
	{ "GET", "/a b", 403, "GET %API_PREFIX%/a\\x{20}b" },
	{ "GET", "*", 403, NULL },
	{ "GET", "/containers/json", 400, NULL },
	{ "", "", 408, NULL },
};

static void allows(const char *rule, const char *method, const char *path)
{
	struct policy *p = policy_new(NULL);
	struct policy_matcher *m = policy_matcher_new();
	struct policy_error e;
	struct policy_why why;

	if (policy_add(p, "rules", rule, strlen(rule), &e) < 0)
		fail_msg("%s: %s", rule, e.text);
	if (policy_evaluate(p, m,
			    &(struct policy_request){ .method = method,
						      .method_len = strlen(method),
						      .path = path,
						      .path_len = strlen(path) },
			    &why) != POLICY_ALLOW)
		fail_msg("%s does not allow %s %s", rule, method, path);
	assert_int_equal(policy_evaluate(p, m,
					 &(struct policy_request){ .method = method,
								   .method_len = strlen(method),
								   .path = "/other",
								   .path_len = 6 },
					 &why),
			 POLICY_DENY);
	policy_matcher_free(m);
	policy_free(p);
}

static void add(struct summary *s, const char *method, const char *path, unsigned int status,
		const char *rule)
{
	summary_add(s, &(struct proxy_denial){ .method = method,
					       .path = path,
					       .status = status,
					       .rule = rule,
					       .program = "tool",
					       .reason = "why" });
}

/* The rule would undo what the constraints are for. */
static void suggests_nothing_where_a_constraint_has_refused(void **state)
{
	struct summary s = { 0 };

	(void)state;
	add(&s, "POST", "/containers/create", 403, "rules:1");
	add(&s, "POST", "/containers/create", 403, "");
	assert_int_equal(s.n, 2);
	assert_string_equal(s.rows[0].reason, "why");
	assert_string_equal(s.rows[0].rule, "");
	assert_string_equal(s.rows[1].rule, "POST %API_PREFIX_CONTAINERS%/create");
	summary_clear(&s);
}

static void suggests_the_rule_that_allows_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct summary s = { 0 };

		add(&s, rows[i].method, rows[i].path, rows[i].status, "");
		assert_string_equal(s.rows[0].rule, rows[i].rule ? rows[i].rule : "");
		if (rows[i].rule)
			allows(s.rows[0].rule, rows[i].method, rows[i].path);
		summary_clear(&s);
	}
}

static void counts_together_what_one_rule_would_allow(void **state)
{
	struct summary s = { 0 };
	char path[32];

	(void)state;
	add(&s, "GET", "/v1.41/containers/web/json", 403, "");
	add(&s, "GET", "/containers/db/json", 403, "");
	add(&s, "POST", "/containers/web/start", 403, "");
	add(&s, "GET", "/containers/web/json", 400, "");
	add(&s, "", NULL, 408, "");
	assert_int_equal(s.total, 5);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.rows[0].count, 2);
	assert_string_equal(s.rows[0].path, "/v1.41/containers/web/json");
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		add(&s, "GET", path, 403, "");
	}
	assert_int_equal(s.total, 105);
	assert_int_equal(s.n, SUMMARY_ROWS_MAX);
	summary_clear(&s);
}

static void suggests_nothing_for_a_path_that_was_cut(void **state)
{
	char path[LOG_VALUE_MAX + 1];
	struct summary s = { 0 };

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	add(&s, "GET", path, 403, "");
	add(&s, "GET", path, 403, "");
	assert_int_equal(s.n, 1);
	assert_string_equal(s.rows[0].rule, "");
	path[LOG_VALUE_MAX - 1] = '\0';
	add(&s, "GET", path, 403, "");
	assert_true(strlen(s.rows[1].rule) > LOG_VALUE_MAX);
	summary_clear(&s);
}

static void check_text(struct summary *s, bool json, bool observed, const char *want)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	if (json)
		summary_print_json(s, f, observed);
	else
		summary_print(s, f, "cetus-run", observed);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

static void is_printed_for_people_and_for_machines(void **state)
{
	struct summary s = { 0 };

	(void)state;
	check_text(&s, false, false, "");
	check_text(&s, false, true,
		   "cetus-run: NOTHING WAS ENFORCED, 0 requests would have been denied\n");
	check_text(&s, true, false,
		   "{\"denied\":0,\"enforced\":true,\"requests\":[],\"others\":0}\n");
	add(&s, "GET", "/a\033\"b", 403, "");
	check_text(&s, false, false,
		   "cetus-run: 1 request was denied\n"
		   "  1 x GET /a\\x1b\"b by tool\n"
		   "      would be allowed by: GET %API_PREFIX%/a\\x{1b}\"b\n");
	check_text(&s, true, true,
		   "{\"denied\":1,\"enforced\":false,\"requests\":[{\"times\":1,\"status\":403,"
		   "\"method\":\"GET\",\"path\":\"/a\\u001b\\u0022b\",\"program\":\"tool\","
		   "\"reason\":\"\",\"rule\":\"GET %API_PREFIX%/a\\u005cx{1b}\\u0022b\"}],"
		   "\"others\":0}\n");
	summary_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggests_the_rule_that_allows_it),
		cmocka_unit_test(suggests_nothing_where_a_constraint_has_refused),
		cmocka_unit_test(counts_together_what_one_rule_would_allow),
		cmocka_unit_test(suggests_nothing_for_a_path_that_was_cut),
		cmocka_unit_test(is_printed_for_people_and_for_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
