/*
 * Rule texts: what loads, and where and why the rest does not.
 */
#include "cmocka_prelude.h"
#include "policy/policy.h"
#include "policy/variables.h"

/* clang-format off */
static const struct {
	const char *text;
	unsigned int line, column;	/* of the error; line 0: it loads */
	const char *error;		/* part of the error, or the last rule's expansion */
	size_t rules;
} texts[] = {
	{ "", 0, 0, NULL, 0 },
	{ "\n\r\n \t\n# c\n! c\n", 0, 0, NULL, 0 },
	{ "GET /a", 0, 0, "/a", 1 },
	{ "GET /a\r\nHEAD /b\r\n", 0, 0, "/b", 2 },
	{ "GET /a\r", 0, 0, "/a", 1 },
	{ "\xef\xbb\xbfGET /a\n", 0, 0, "/a", 1 },
	{ " \t GET,HEAD \t /a \t ", 0, 0, "/a", 1 },
	{ "GET /a # comment", 0, 0, "/a", 1 },
	{ "GET /a\t! comment", 0, 0, "/a", 1 },
	{ "GET /a#b", 0, 0, "/a#b", 1 },
	{ "GET /a b", 0, 0, "/a b", 1 },
	{ "GET %API_PREFIX%/x", 0, 0, "(?:/v[0-9]+(?:\\.[0-9]+)*)?/x", 1 },
	{ "GET /\\%IP%", 0, 0, "/\\%IP%", 1 },
	{ "GET /100%", 0, 0, "/100%", 1 },
	{ "GET /%lower%", 0, 0, "/%lower%", 1 },
	{ "get /a", 1, 1, "capital letters", 0 },
	{ "GET\n", 1, 4, "expected a pattern", 0 },
	{ "GET # c\n", 1, 5, "expected a pattern", 0 },
	{ "GET, /a", 1, 5, "capital letters", 0 },
	{ "GET,,HEAD /a", 1, 5, "capital letters", 0 },
	{ "+ confined", 1, 3, "narrows the rule above", 0 },
	{ "GET /a\n  + confined # why\n\n# and\n+image a, b:*\n", 0, 0, "/a", 1 },
	{ "GET /a\n+", 2, 2, "expected a constraint", 0 },
	{ "GET /a\n + bogus", 2, 4, "name of a constraint", 0 },
	{ "GET /a\n + confined x", 2, 13, "nothing more", 0 },
	{ "GET /a\n + confined\n + confined", 3, 4, "stands twice", 0 },
	{ "GET /a\n + image", 2, 9, "expected a list", 0 },
	{ "GET /a\n + image a,,b", 2, 12, "expected a list", 0 },
	{ "GET /a\n + image a, /b", 2, 13, "expected an image", 0 },
	{ "GET /a\n + bind srv", 2, 9, "no absolute path", 0 },
	{ "GET /a\n + bind /srv:rx", 2, 13, "expected :ro", 0 },
	{ "GET /a\n + bind .", 2, 9, "where cetus-run was started", 0 },
	{ "GET /a\n + cap NET-ADMIN", 2, 8, "expected a capability", 0 },
	{ "GET /a\n + host pid, disk", 2, 14, "expected pid", 0 },
	{ "GET /a\n + publish 0", 2, 12, "expected a port", 0 },
	{ "GET /a\n + publish 9-8", 2, 12, "expected a port", 0 },
	{ "GET /a\n + publish 1.2.3:80", 2, 12, "IP address", 0 },
	{ "GET /a\n + memory 1x", 2, 4, "expected memory", 0 },
	{ "GET /a\n + memory 0", 2, 4, "expected memory", 0 },
	{ "GET /a\n + cpus -1", 2, 4, "number of CPUs", 0 },
	{ "GET /a\n + pids many", 2, 4, "number of processes", 0 },
	{ "GET /a\n + query", 2, 9, "name of a parameter", 0 },
	{ "GET /a\n + query x", 2, 11, "regular expression", 0 },
	{ "GET /a\n + query x (", 2, 13, "parenthes", 0 },
	{ "GET /a\n + no-query x y", 2, 15, "nothing more", 0 },
	{ "GET /a\n + body Name == 1", 2, 9, "expected a path", 0 },
	{ "GET /a\n + body .Name = 1", 2, 15, "expected ==", 0 },
	{ "GET /a\n + body .Name != 1 ! comment", 0, 0, "/a", 1 },
	{ "GET /a\n + body .Name !=1", 2, 14, "expected ==", 0 },
	{ "GET /a\n + confined !=", 0, 0, "/a", 1 },
	{ "GET /a\n + image a:1:2", 2, 10, "expected an image", 0 },
	{ "GET /a\n + body .Name == x", 2, 18, "expected a JSON value", 0 },
	{ "GET /a\n + body .Name < \"x\"", 2, 17, "expected a number", 0 },
	{ "GET /a\n/b", 2, 1, "capital letters", 0 },
	{ "GET /a\n\nGET /%NO_SUCH%/x", 3, 6, "unknown variable %NO_SUCH%", 0 },
	{ "GET /a\\", 1, 8, "\\ at end of pattern", 0 },
	{ "GET *", 1, 5, "quantifier", 0 },
	{ "GET (*ACCEPT)", 1, 6, "nothing to repeat", 0 },
	{ "GET a)|(?:/.*", 1, 6, "parenthes", 0 },
	{ "GET /(a", 1, 8, "parenthes", 0 },
	{ "GET /[9-0]", 1, 9, "range out of order", 0 },
	{ "GET %API_PREFIX%/[9-0]", 1, 21, "range out of order", 0 },
	{ "GET /\xff", 1, 6, "UTF-8", 0 },
};
/* clang-format on */

static void loads_or_says_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct policy *p = policy_new(NULL);
		struct policy_error err;
		int rc = policy_add(p, "rules", texts[i].text, strlen(texts[i].text), &err);

		if ((rc == 0) != (texts[i].line == 0))
			fail_msg("row %zu: %s", i, rc == 0 ? "loads" : err.text);
		if (rc == 0) {
			assert_int_equal(policy_count(p), texts[i].rules);
			if (texts[i].error)
				assert_string_equal(policy_rule(p, texts[i].rules - 1).expansion,
						    texts[i].error);
		} else {
			if (!strstr(err.text, texts[i].error))
				fail_msg("row %zu: %s", i, err.text);
			if (err.line != texts[i].line || err.column != texts[i].column)
				fail_msg("row %zu: %u:%u", i, err.line, err.column);
		}
		policy_free(p);
	}
}

static void a_nul_byte_is_an_error(void **state)
{
	static const char text[] = "GET /a\0b";
	struct policy *p = policy_new(NULL);
	struct policy_error err;

	(void)state;
	assert_true(policy_add(p, "rules", text, sizeof(text) - 1, &err) < 0);
	assert_int_equal(err.column, 7);
	policy_free(p);
}

static void a_long_line_loses_nothing_behind_it(void **state)
{
	const size_t len = 100 * 1024;
	struct policy *p = policy_new(NULL);
	struct policy_error err;
	char *text = malloc(len + 16);

	(void)state;
	memset(text, '#', len);
	memcpy(text + len, "\nGET /a\n", 9);
	assert_int_equal(policy_add(p, "rules", text, strlen(text), &err), 0);
	assert_int_equal(policy_count(p), 1);

	/* As a rule it is too long, and says so. */
	memset(text, 'a', len);
	memcpy(text, "GET /", 5);
	assert_true(policy_add(p, "rules", text, strlen(text), &err) < 0);
	assert_int_equal(err.line, 1);
	free(text);
	policy_free(p);
}

static void every_variable_expands_and_compiles(void **state)
{
	(void)state;
	for (const struct variable *v = variables; v->name; v++) {
		struct policy *p = policy_new(NULL);
		struct policy_error err;
		char text[128];

		snprintf(text, sizeof(text), "GET /%%%s%%", v->name);
		if (policy_add(p, "rules", text, strlen(text), &err) < 0)
			fail_msg("%s: %s", v->name, err.text);
		policy_free(p);
	}
}

/* clang-format off */
static const struct {
	const char *variable, *text;
	bool matches;
} values[] = {
	{ "DOMAIN", "localhost", true }, { "DOMAIN", "a.b-c.d", true }, { "DOMAIN", "-a", false },
	{ "DOMAIN", "a..b", false }, { "DOMAIN", "", false },
	{ "IPV4", "10.0.0.1", true }, { "IPV4", "10.0.0", false }, { "IPV4", "1111.0.0.1", false },
	{ "IPV6", "[::1]", true }, { "IPV6", "::1", false }, { "IPV6", "[fe80::1%eth0]", true },
	{ "HOST", "h:5000", true }, { "HOST", "h:", false }, { "HOST", "[::1]:1", true },
	{ "IMAGE_ID", "0aF", true }, { "IMAGE_ID", "g", false },
	{ "IMAGE_TAG", "1.2-x", true }, { "IMAGE_TAG", ".x", false },
	{ "IMAGE_NAME", "a/b/c", true }, { "IMAGE_NAME", "a__b", true }, { "IMAGE_NAME", "a___b", false },
	{ "IMAGE_REFERENCE", "h:5000/a/b:1@sha256:00112233445566778899aabbccddeeff", true },
	{ "IMAGE_REFERENCE", "a@sha256:00", false },
	{ "CONTAINER_NAME", "web_1", true }, { "CONTAINER_NAME", "x", false },
	{ "CONTAINER_ID_OR_NAME", "f", true }, { "CONTAINER_ID_OR_NAME", "a/b", false },
	{ "NETWORK_NAME", "any thing!", true }, { "NETWORK_NAME", "a/b", false },
	{ "API_PREFIX_PING", "/_ping", true }, { "API_PREFIX_PING", "/v1.41/_ping", true },
	{ "API_PREFIX_PING", "/v1.41/_pong", false }, { "API_PREFIX_PING", "/v/_ping", false },
	{ "API_PREFIX_EXEC", "/exec", true }, { "API_PREFIX_EXEC", "/v1/containers/ab/exec", true },
	{ "API_PREFIX_EXEC", "/containers/a/b/exec", false },
	{ "API_PREFIX_LIBPOD_PODS", "/v4.0.0/libpod/pods", true },
	{ "API_PREFIX_LIBPOD_PODS", "/libpod/pods", false },
};
/* clang-format on */

static void variables_match_what_they_name(void **state)
{
	struct policy_matcher *m = policy_matcher_new();

	(void)state;
	for (size_t i = 0; i < N_OF(values); i++) {
		struct policy *p = policy_new(NULL);
		struct policy_error err;
		struct policy_why why;
		char text[128];

		snprintf(text, sizeof(text), "GET %%%s%%", values[i].variable);
		assert_int_equal(policy_add(p, "rules", text, strlen(text), &err), 0);
		if ((policy_evaluate(p, m,
				     &(struct policy_request){ .method = "GET",
							       .method_len = 3,
							       .path = values[i].text,
							       .path_len = strlen(values[i].text) },
				     &why) == POLICY_ALLOW) != values[i].matches)
			fail_msg("%s and %s", values[i].variable, values[i].text);
		policy_free(p);
	}
	policy_matcher_free(m);
}

static enum policy_verdict judge(const struct policy *p, const char *path, struct policy_why *why)
{
	struct policy_matcher *m = policy_matcher_new();
	enum policy_verdict verdict = policy_evaluate(
		p, m,
		&(struct policy_request){
			.method = "GET", .method_len = 3, .path = path, .path_len = strlen(path) },
		why);

	policy_matcher_free(m);
	return verdict;
}

static void a_pattern_built_to_backtrack_is_denied_and_named(void **state)
{
	static const char rules[] = "GET /(a+)+(b|c)+$\nGET /a+d\n";
	struct policy *p = policy_new(NULL);
	struct policy_error err;
	struct policy_why why;

	(void)state;
	assert_int_equal(policy_add(p, "rules", rules, strlen(rules), &err), 0);
	assert_int_equal(judge(p, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", &why),
			 POLICY_DENY);
	assert_string_equal(why.limit_rule, "rules:1");
	/* It grants nothing, and takes nothing from the others. */
	assert_int_equal(judge(p, "/aaad", &why), POLICY_ALLOW);
	assert_string_equal(why.rule, "rules:2");
	policy_free(p);
}

static void a_long_path_runs_into_no_limit(void **state)
{
	static const char rules[] = "GET /a(/.*)?\nGET /b(/[^/]+)*\nGET /c(/x|/xx)*/end\n";
	static char paths[3][24 * 1024] = { "/a", "/b", "/c" };
	struct policy *p = policy_new(NULL);
	struct policy_error err;
	struct policy_why why;

	(void)state;
	assert_int_equal(policy_add(p, "rules", rules, strlen(rules), &err), 0);
	for (size_t i = 0; i < 3; i++)
		for (size_t len = 2; len < sizeof(paths[i]) - 8; len += 2)
			memcpy(paths[i] + len, "/x", 2);
	strcat(paths[2], "/end");
	for (size_t i = 0; i < 3; i++)
		if (judge(p, paths[i], &why) != POLICY_ALLOW)
			fail_msg("%.2s is denied: %s", paths[i], why.reason);
	policy_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_or_says_where),
		cmocka_unit_test(a_nul_byte_is_an_error),
		cmocka_unit_test(a_long_line_loses_nothing_behind_it),
		cmocka_unit_test(every_variable_expands_and_compiles),
		cmocka_unit_test(variables_match_what_they_name),
		cmocka_unit_test(a_pattern_built_to_backtrack_is_denied_and_named),
		cmocka_unit_test(a_long_path_runs_into_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
