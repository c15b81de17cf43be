/*
 * The rule that a summary suggests is a rule, allows what was denied, and not
 * much else.
 */
#include "cmocka_prelude.h"

#include "policy/endpoints.h"
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
					       .reason = "why" });
}

/* The rule would undo what the constraints are for. */
static void suggests_nothing_where_a_constraint_has_refused(void **state)
{
	char rule[ENDPOINTS_RULE_MAX];
	struct summary s = { 0 };

	(void)state;
	add(&s, "POST", "/containers/create", 403, "rules:1");
	add(&s, "POST", "/containers/create", 403, "");
	assert_int_equal(s.n, 2);
	assert_string_equal(s.rows[0].reason, "why");
	assert_true(summary_suggest(rule, &s.rows[0]) < 0);
	assert_int_equal(summary_suggest(rule, &s.rows[1]), 0);
}

static void suggests_the_rule_that_allows_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char rule[ENDPOINTS_RULE_MAX] = "";
		struct summary s = { 0 };

		add(&s, rows[i].method, rows[i].path, rows[i].status, "");
		if (summary_suggest(rule, &s.rows[0]) < 0) {
			if (rows[i].rule)
				fail_msg("%s: no rule", rows[i].path);
			continue;
		}
		if (!rows[i].rule || strcmp(rule, rows[i].rule) != 0)
			fail_msg("%s: %s", rows[i].path, rule);
		allows(rule, rows[i].method, rows[i].path);
	}
}

static void counts_equal_requests_together(void **state)
{
	struct summary s = { 0 };
	char path[32];

	(void)state;
	add(&s, "GET", "/a", 403, "");
	add(&s, "GET", "/a", 403, "");
	add(&s, "POST", "/a", 403, "");
	add(&s, "GET", "/a", 400, "");
	add(&s, "", NULL, 408, "");
	assert_int_equal(s.total, 5);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.rows[0].count, 2);
	for (int i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		add(&s, "GET", path, 403, "");
	}
	assert_int_equal(s.total, 105);
	assert_int_equal(s.n, SUMMARY_ROWS_MAX);
}

static void suggests_nothing_for_a_path_that_was_cut(void **state)
{
	char path[2 * SUMMARY_PATH_MAX], rule[ENDPOINTS_RULE_MAX];
	struct summary s = { 0 };

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	add(&s, "GET", path, 403, "");
	add(&s, "GET", path, 403, "");
	assert_int_equal(s.n, 1);
	assert_true(summary_suggest(rule, &s.rows[0]) < 0);
	memset(path, '.', sizeof(path));
	path[0] = '/';
	path[SUMMARY_PATH_MAX - 2] = '\0';
	add(&s, "GET", path, 403, "");
	assert_int_equal(summary_suggest(rule, &s.rows[1]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggests_the_rule_that_allows_it),
		cmocka_unit_test(suggests_nothing_where_a_constraint_has_refused),
		cmocka_unit_test(counts_equal_requests_together),
		cmocka_unit_test(suggests_nothing_for_a_path_that_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
