/*
 * The rule that is suggested for a request allows it, and nothing of another endpoint.
 */
#include "cmocka_prelude.h"

#include "policy/endpoints.h"
#include "policy/policy.h"
#include "policy/schema.h"

static const struct {
	const char *method;
	const char *path;
	const char *rule; /* NULL for none */
} rows[] = {
	{ "GET", "/containers/json", "GET %API_PREFIX_CONTAINERS%/json" },
	{ "GET", "/v1.41/containers/json", "GET %API_PREFIX_CONTAINERS%/json" },
	{ "GET", "/v1.41/containers/web/json",
	  "GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json" },
	{ "PUT", "/containers/web/archive",
	  "PUT %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/archive" },
	{ "GET", "/images/ghcr.io/acme/app:1/json",
	  "GET %API_PREFIX_IMAGES%/%IMAGE_ID_OR_REFERENCE%/json" },
	{ "DELETE", "/images/localhost:5000/a/b@sha256:0123456789abcdef0123456789abcdef",
	  "DELETE %API_PREFIX_IMAGES%/%IMAGE_ID_OR_REFERENCE%" },
	{ "GET", "/images/json/json", "GET %API_PREFIX_IMAGES%/%IMAGE_ID_OR_REFERENCE%/json" },
	{ "POST", "/v1.43/exec/0a1b/start", "POST %API_PREFIX%/exec/[a-fA-F0-9]+/start" },
	{ "GET", "/services/a.b/logs", "GET %API_PREFIX_SERVICES%/[^/]+/logs" },
	{ "HEAD", "/_ping", "HEAD %API_PREFIX_PING%" },
	{ "GET", "/v4.0.0/libpod/info", "GET %API_PREFIX_LIBPOD_INFO%" },
	{ "GET", "/v4/libpod/pods/json", "GET %API_PREFIX_LIBPOD_PODS%/json" },
	{ "POST", "/v5.0.0/libpod/kube/play", "POST %API_PREFIX_LIBPOD%/kube/play" },
	{ "DELETE", "/v4.0.0/libpod/images/a/b",
	  "DELETE %API_PREFIX_LIBPOD_IMAGES%/(?!(?:remove)$)%IMAGE_ID_OR_REFERENCE%" },
	{ "DELETE", "/v4.0.0/libpod/images/remove", "DELETE %API_PREFIX_LIBPOD_IMAGES%/remove" },
	{ "POST", "/v5.0.0/libpod/images/scp/host::app",
	  "POST %API_PREFIX%/libpod/images/scp/host::app" },
	{ "GET", "/libpod/info", "GET /libpod/info" },
	{ "GET", "/libpod/nothing", "GET /libpod/nothing" },
	{ "GET", "/v5.0.0/libpod/nothing", "GET %API_PREFIX%/libpod/nothing" },
	{ "GET", "/libpod", "GET %API_PREFIX%/libpod" },
	{ "GET", "/v1.43/v1.43/info", "GET /v1\\.43/v1\\.43/info" },
	{ "GET", "/v1/v5.0.0/libpod/info", "GET /v1/v5\\.0\\.0/libpod/info" },
	{ "PATCH", "/containers/json", "PATCH %API_PREFIX%/containers/json" },
	{ "GET", "/containers/x/json", "GET %API_PREFIX%/containers/x/json" },
	{ "GET", "/networks/", "GET %API_PREFIX%/networks/" },
	{ "GET", "/v1.41", "GET %API_PREFIX%/v1\\.41" },
	{ "GET", "/v1.41/", "GET %API_PREFIX%/" },
	{ "GET", "/v1./x", "GET %API_PREFIX%/v1\\./x" },
	{ "GET", "/vx/y", "GET %API_PREFIX%/vx/y" },
	{ "DELETE", "/nothing/a.b+c(d)[e]{f}^$|*?\\",
	  "DELETE %API_PREFIX%/nothing/a\\.b\\+c\\(d\\)\\[e\\]\\{f\\}\\^\\$\\|\\*\\?\\\\" },
	{ "GET", "/", "GET %API_PREFIX%/" },
	{ "GET", "/a b", "GET %API_PREFIX%/a\\x{20}b" },
	{ "GET", "/a%IP%b", "GET %API_PREFIX%/a\\%IP\\%b" },
	{ "GET", "/a\033[2Jb\n", "GET %API_PREFIX%/a\\x{1b}\\[2Jb\\x{a}" },
	{ "GET", "/\303\244\342\200\256\360\237\220\263",
	  "GET %API_PREFIX%/\\x{e4}\\x{202e}\\x{1f433}" },
	{ "GET", "*", NULL },
	{ "GET", "", NULL },
	{ "M-SEARCH", "/containers/json", NULL },
	{ "get", "/containers/json", NULL },
	{ "", "/containers/json", NULL },
};

static struct policy *policy_of(const char *rule)
{
	struct policy *p = policy_new(NULL);
	struct policy_error e;

	assert_non_null(p);
	if (policy_add(p, "rules", rule, strlen(rule), &e) < 0)
		fail_msg("%s: %s", rule, e.text);
	return p;
}

static bool allows(const struct policy *p, const char *method, size_t method_len, const char *path)
{
	static struct policy_matcher *m;
	struct policy_why why;

	if (!m)
		m = policy_matcher_new();
	return policy_evaluate(p, m,
			       &(struct policy_request){ .method = method,
							 .method_len = method_len,
							 .path = path,
							 .path_len = strlen(path),
							 .body = "",
							 .has_body = true },
			       &why) == POLICY_ALLOW;
}

static void suggests_the_rule_that_allows_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		size_t len = strlen(rows[i].method);
		char rule[ENDPOINTS_RULE_MAX];
		struct policy *p;
		int rc = endpoints_suggest(rule, rows[i].method, len, rows[i].path,
					   strlen(rows[i].path));

		if (!rows[i].rule) {
			assert_true(rc < 0);
			continue;
		}
		assert_int_equal(rc, 0);
		assert_string_equal(rule, rows[i].rule);
		p = policy_of(rule);
		if (!allows(p, rows[i].method, len, rows[i].path))
			fail_msg("%s does not allow %s", rule, rows[i].path);
		policy_free(p);
	}
}

static void suggests_nothing_that_does_not_fit_a_line(void **state)
{
	static char path[2 * ENDPOINTS_RULE_MAX];
	char rule[ENDPOINTS_RULE_MAX];

	(void)state;
	memset(path, '.', sizeof(path));
	path[0] = '/';
	assert_true(endpoints_suggest(rule, "GET", 3, path, sizeof(path)) < 0);
	assert_true(endpoints_suggest(rule, "GET", 3, path, sizeof(path) / 4) < 0);
	assert_int_equal(endpoints_suggest(rule, "GET", 3, path, sizeof(path) / 4 - 16), 0);
}

/* Every sample of every endpoint, by every method that it has. */
static void each_instance(void (*visit)(const struct endpoint *e, const char *method,
					size_t method_len, const char *path, void *data),
			  void *data)
{
	char path[ENDPOINTS_INSTANCE_MAX];

	for (const struct endpoint *e = endpoints; e->methods; e++)
		for (size_t n = 0; endpoints_instance(path, e, n); n++)
			for (const char *m = e->methods; *m != '\0';) {
				size_t len = strcspn(m, ",");

				visit(e, m, len, path, data);
				m += len + (m[len] == ',');
			}
}

struct suggested {
	const struct endpoint *endpoint;
	const char *method;
	size_t method_len;
	struct policy *policy;
	const char *rule;
};

static void check_not_allowed(const struct endpoint *e, const char *method, size_t method_len,
			      const char *path, void *data)
{
	const struct suggested *s = data;

	if (e != s->endpoint && allows(s->policy, method, method_len, path))
		fail_msg("%s allows %.*s %s", s->rule, (int)method_len, method, path);
}

static void check_instance(const struct endpoint *e, const char *method, size_t method_len,
			   const char *path, void *data)
{
	struct suggested *s = data;
	char rule[ENDPOINTS_RULE_MAX];

	assert_int_equal(endpoints_suggest(rule, method, method_len, path, strlen(path)), 0);
	if (strstr(rule, "\\x{"))
		fail_msg("%s is taken for no endpoint", path);
	/* What is written once is looked at once. */
	if (e == s->endpoint && method == s->method) {
		if (!allows(s->policy, method, method_len, path))
			fail_msg("%s does not allow %s", rule, path);
		return;
	}
	policy_free(s->policy);
	*s = (struct suggested){ e, method, method_len, policy_of(rule), rule };
	if (!allows(s->policy, method, method_len, path))
		fail_msg("%s does not allow %s", rule, path);
	each_instance(check_not_allowed, s);
}

static void every_endpoint_has_a_rule_of_its_own(void **state)
{
	struct suggested s = { 0 };

	(void)state;
	each_instance(check_instance, &s);
	policy_free(s.policy);
}

static void a_path_of_no_endpoint_opens_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		size_t len = strlen(rows[i].method);
		struct suggested s = { .method = rows[i].method, .rule = rows[i].rule };

		if (!rows[i].rule ||
		    endpoints_find(rows[i].method, len, rows[i].path, strlen(rows[i].path)))
			continue;
		s.policy = policy_of(rows[i].rule);
		each_instance(check_not_allowed, &s);
		policy_free(s.policy);
	}
}

static void check_known(const struct endpoint *e, const char *method, size_t method_len,
			const char *path, void *data)
{
	(void)e;
	if (schema_find(method, method_len, path, strlen(path)))
		++*(size_t *)data;
}

/* What constraints know of is an endpoint. */
static void the_tables_of_constraints_name_endpoints(void **state)
{
	static const struct schema_endpoint *const tables[] = {
		schema_docker_endpoints,
		schema_swarm_endpoints,
		schema_libpod_endpoints,
	};
	size_t n = 0;

	(void)state;
	each_instance(check_known, &n);
	assert_true(n > 300);
	for (size_t t = 0; t < N_OF(tables); t++)
		for (const struct schema_endpoint *s = tables[t]; s->name; s++) {
			bool found = false;

			for (const struct endpoint *e = endpoints; e->methods && !found; e++) {
				char path[ENDPOINTS_INSTANCE_MAX];

				endpoints_instance(path, e, 0);
				found = strstr(e->methods, s->method) &&
					schema_find(s->method, strlen(s->method), path,
						    strlen(path)) == s;
			}
			if (!found)
				fail_msg("%s %s is no endpoint", s->method, s->path);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggests_the_rule_that_allows_it),
		cmocka_unit_test(suggests_nothing_that_does_not_fit_a_line),
		cmocka_unit_test(every_endpoint_has_a_rule_of_its_own),
		cmocka_unit_test(a_path_of_no_endpoint_opens_none),
		cmocka_unit_test(the_tables_of_constraints_name_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
