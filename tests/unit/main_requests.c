/*
 * Decisions on targets as they are received: read, cleaned, judged. Links both
 * layers, as the program does.
 */
#include "cmocka_prelude.h"
#include "http/target.h"
#include "policy/policy.h"

/* clang-format off */

static const char guide[] =
	"GET %API_PREFIX_EVENTS%                        # Event stream\n"
	"GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?         # Container exec\n"
	"GET,HEAD,POST %API_PREFIX_CONTAINERS%(/.*)?   # Container operations\n"
	"GET,HEAD %API_PREFIX_IMAGES%(/.*)?            # Image read-only\n";

/* hectorm/cetusguard's own: what its end-to-end tests run with, and its examples. */
static const char upstream_all[] = "GET,HEAD,POST,PUT,DELETE /.+";

static const char upstream_compose[] =
	"GET,HEAD,POST,PUT,DELETE %API_PREFIX_CONTAINERS%(/.*)?\n"
	"GET,HEAD,POST,PUT,DELETE %API_PREFIX_IMAGES%(/.*)?\n"
	"GET,HEAD,POST,PUT,DELETE %API_PREFIX_VOLUMES%(/.*)?\n"
	"GET,HEAD,POST,PUT,DELETE %API_PREFIX_NETWORKS%(/.*)?\n"
	"GET,HEAD,POST,PUT,DELETE %API_PREFIX_BUILD%(/.*)?\n";

static const char upstream_readme[] =
	"! Ping\r\nGET,HEAD %API_PREFIX_PING%\r\n\r\n"
	"! Get version\r\nGET %API_PREFIX_VERSION%\r\n\r\n"
	"! Get system information\r\nGET %API_PREFIX_INFO%\r\n\r\n"
	"! Get data usage information\r\nGET %API_PREFIX_SYSTEM%/df\r\n\r\n"
	"! Monitor events\r\nGET %API_PREFIX_EVENTS%\r\n\r\n"
	"! List containers\r\nGET %API_PREFIX_CONTAINERS%/json\r\n\r\n"
	"! Inspect a container \r\nGET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json\r\n";

/* One name let in, and what could be mistaken for it left out. */
static const char one[] =
	"GET %API_PREFIX_CONTAINERS%/web/json\n"
	"POST %API_PREFIX_CONTAINERS%/web/(start|stop)\n"
	"GET %API_PREFIX_IMAGES%/acme/tool/json\n";

static const char spelled[] =
	"GET /a b\n"
	"GET /100\\%\n"
	"GET /\\%IP\\%\n"
	"GET /\xc3\xa9\n"
	"GET /\\x{20ac}uro\n"
	"GET /d/\n"
	"GET /q\\?x\n"
	"GET /[^/]+/y\n";

enum verdict { NO, YES, BAD /* the target is refused before any rule is asked */ };

static const struct {
	const char *rules, *method, *target;
	enum verdict verdict;
	unsigned int line;	/* of the rule that allows, 0 for any */
} rows[] = {
	/* the same request in other spellings */
	{ guide, "GET", "/v1.43/containers/json", YES, 3 },
	{ guide, "GET", "/v1.43/containers/json?all=1&filters=%7B%7D", YES, 3 },
	{ guide, "GET", "/v1.43//containers/./json", YES, 3 },
	{ guide, "GET", "//v1.43/containers/json", YES, 3 },
	{ guide, "GET", "/v1.43/containers/%6a%73%6F%6e", YES, 3 },
	{ guide, "GET", "/v1%2e43/containers/json", YES, 3 },
	{ guide, "GET", "/v1.43%2Fcontainers%2fjson", YES, 3 },
	{ guide, "GET", "%2Fv1.43/containers/json", BAD, 0 },
	{ guide, "GET", "/v1.43/images/../containers/json", YES, 3 },
	{ guide, "GET", "/v1.43/images/%2e%2e/containers/json", YES, 3 },
	{ guide, "GET", "/v1.43/images/.%2E%2fcontainers/json", YES, 3 },
	{ guide, "GET", "/../../v1.43/containers/json", YES, 3 },
	{ guide, "GET", "http://docker/v1.43/containers/json", YES, 3 },
	{ guide, "GET", "HTTP://docker:2375/v1.43/containers/json?all=1", YES, 3 },
	{ guide, "GET", "https://docker/v1.43/containers/json", BAD, 0 },
	{ guide, "GET", "docker/v1.43/containers/json", BAD, 0 },
	{ guide, "GET", "v1.43/containers/json", BAD, 0 },
	{ guide, "GET", "*", BAD, 0 },
	{ guide, "GET", "", BAD, 0 },

	/* out of what is allowed */
	{ guide, "POST", "/containers/../images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/../images/create?fromImage=x", NO, 0 },
	{ guide, "POST", "/v1.43/containers/%2e%2e/images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/%2E./images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/..%2fimages/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/..%2Fimages%2Fcreate", NO, 0 },
	{ guide, "POST", "/v1.43/containers/a/../../images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers//..//images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/./../images/create", NO, 0 },
	{ guide, "POST", "/v1.43/containers/x/..%2f..%2fimages/create", NO, 0 },
	{ guide, "POST", "/containers/%2e%2e%2fv1.43%2fimages%2fcreate", NO, 0 },
	{ guide, "POST", "http://docker/containers/../images/create", NO, 0 },
	{ guide, "POST", "http://docker/containers/x/../../images/create", NO, 0 },
	/* Not decoded a second time: these name a container. */
	{ guide, "POST", "/containers/%252e%252e/images/create", YES, 3 },
	{ guide, "POST", "/containers/..%252fimages/create", YES, 3 },
	{ guide, "POST", "/containers/...", YES, 3 },
	{ guide, "POST", "/containers/..;/images/create", YES, 3 },
	/* A backslash is no slash. */
	{ guide, "POST", "/containers/..\\images\\create", YES, 3 },
	{ guide, "POST", "/containers%5c..%5cimages", NO, 0 },
	/* The query decides nothing. */
	{ guide, "POST", "/images/create?x=/containers/json", NO, 0 },
	{ guide, "POST", "/images/create?/../../containers/x", NO, 0 },
	{ guide, "GET", "/?/containers/json", NO, 0 },
	{ guide, "GET", "?/containers/json", BAD, 0 },
	{ guide, "POST", "/images/create%3f/containers/x", NO, 0 },
	{ guide, "POST", "/images/create#/containers/x", BAD, 0 },
	{ guide, "POST", "/images/create%23/containers/x", NO, 0 },

	/* what has no single meaning is not asked about, even where all is allowed */
	{ upstream_all, "GET", "/containers/json", YES, 1 },
	{ upstream_all, "DELETE", "/volumes/x", YES, 1 },
	{ upstream_all, "GET", "/", NO, 0 },
	{ upstream_all, "GET", "//", NO, 0 },
	{ upstream_all, "GET", "/x/..", NO, 0 },
	{ upstream_all, "GET", "/%2f%2F", NO, 0 },
	{ upstream_all, "PATCH", "/containers/json", NO, 0 },
	{ upstream_all, "GET", "/a%0ab", BAD, 0 },
	{ upstream_all, "GET", "/a%00", BAD, 0 },
	{ upstream_all, "GET", "/a%", BAD, 0 },
	{ upstream_all, "GET", "/a%2", BAD, 0 },
	{ upstream_all, "GET", "/a%u0041", BAD, 0 },
	{ upstream_all, "GET", "/a%c0%ae%c0%ae/b", BAD, 0 },
	{ upstream_all, "GET", "/a%c0%afb", BAD, 0 },
	{ upstream_all, "GET", "/a%ff", BAD, 0 },
	{ upstream_all, "GET", "/a\xc3\xa9", BAD, 0 },
	{ upstream_all, "GET", "/a\tb", BAD, 0 },
	{ upstream_all, "GET", "/a?b\x7f", BAD, 0 },
	{ upstream_all, "GET", "/a?%zz", BAD, 0 },
	{ upstream_all, "GET", "/a#", BAD, 0 },
	{ upstream_all, "GET", "http://", BAD, 0 },
	{ upstream_all, "GET", "http://u:p@h/a", BAD, 0 },
	{ upstream_all, "GET", "http://h%2f/a", BAD, 0 },
	{ upstream_all, "GET", "ftp://h/a", BAD, 0 },
	{ upstream_all, "CONNECT", "h:80", BAD, 0 },

	{ upstream_compose, "PUT", "/v1.45/containers/x/archive?path=%2F", YES, 1 },
	{ upstream_compose, "DELETE", "/images/sha256:abc", YES, 2 },
	{ upstream_compose, "DELETE", "/volumes/data", YES, 3 },
	{ upstream_compose, "POST", "/networks/create", YES, 4 },
	{ upstream_compose, "POST", "/v1.45/build?t=x", YES, 5 },
	{ upstream_compose, "POST", "/build/prune", YES, 5 },
	{ upstream_compose, "POST", "/exec/abc/start", NO, 0 },
	{ upstream_compose, "POST", "/containers/abc/exec", YES, 1 },
	{ upstream_compose, "POST", "/swarm/init", NO, 0 },
	{ upstream_compose, "GET", "/events", NO, 0 },
	{ upstream_compose, "POST", "/auth", NO, 0 },
	{ upstream_compose, "GET", "/_ping", NO, 0 },
	{ upstream_readme, "GET", "/v1.45/system/df?type=image", YES, 11 },
	{ upstream_readme, "HEAD", "/_ping", YES, 2 },
	{ upstream_readme, "GET", "/events?since=1", YES, 14 },
	{ upstream_readme, "GET", "/containers/json", YES, 17 },
	{ upstream_readme, "GET", "/containers/my_web-1.x/json", YES, 20 },
	{ upstream_readme, "GET", "/containers/a%2Fb/json", NO, 0 },
	{ upstream_readme, "GET", "/containers/%2e%2e/json", NO, 0 },
	{ upstream_readme, "GET", "/containers/my%20web/json", NO, 0 },
	{ upstream_readme, "GET", "/containers/json/json", YES, 20 },
	{ upstream_readme, "GET", "/system/df/", NO, 0 },

	/* one name */
	{ one, "GET", "/containers/web/json", YES, 1 },
	{ one, "GET", "/containers/%77eb/json", YES, 1 },
	{ one, "GET", "/containers/x/../web/json", YES, 1 },
	{ one, "GET", "/containers/web%2f..%2fdb/json", NO, 0 },
	{ one, "GET", "/containers/web/../db/json", NO, 0 },
	{ one, "GET", "/containers/web/json/", NO, 0 },
	{ one, "GET", "/containers/web/json%2f", NO, 0 },
	{ one, "GET", "/containers/web/json/.", YES, 1 },
	{ one, "GET", "/containers/web/json/x/..", YES, 1 },
	{ one, "GET", "/containers/web%00/json", BAD, 0 },
	{ one, "GET", "/containers/web%20/json", NO, 0 },
	{ one, "GET", "/containers/WEB/json", NO, 0 },
	{ one, "GET", "/containers/web;x/json", NO, 0 },
	{ one, "POST", "/containers/web/stop?t=1", YES, 2 },
	{ one, "POST", "/containers/web/startstop", NO, 0 },
	{ one, "GET", "/images/acme%2Ftool/json", YES, 3 },
	{ one, "GET", "/images/acme%252Ftool/json", NO, 0 },

	/* a rule sees the decoded path */
	{ spelled, "GET", "/a%20b", YES, 1 },
	{ spelled, "GET", "/a+b", NO, 0 },
	{ spelled, "GET", "/100%25", YES, 2 },
	{ spelled, "GET", "/100%2525", NO, 0 },
	{ spelled, "GET", "/%25IP%25", YES, 3 },
	{ spelled, "GET", "/127.0.0.1", NO, 0 },
	{ spelled, "GET", "/%c3%a9", YES, 4 },
	{ spelled, "GET", "/%C3%A9", YES, 4 },
	{ spelled, "GET", "/e%cc%81", NO, 0 },
	{ spelled, "GET", "/%e2%82%acuro", YES, 5 },
	{ spelled, "GET", "/d/", YES, 6 },
	{ spelled, "GET", "/d%2f", YES, 6 },
	{ spelled, "GET", "/d", NO, 0 },
	{ spelled, "GET", "/d/.", NO, 0 },
	{ spelled, "GET", "/q%3Fx", YES, 7 },
	{ spelled, "GET", "/q?x", NO, 0 },
	{ spelled, "GET", "/%2e%2e%2e/y", YES, 8 },
	{ spelled, "GET", "/x%2fz/y", NO, 0 },
	{ spelled, "GET", "/%f0%9f%90%b3/y", YES, 8 },
};
/* clang-format on */

static enum verdict judge(const struct policy *p, struct policy_matcher *m, const char *method,
			  const char *raw, struct policy_why *why)
{
	size_t len = strlen(raw);
	char *room = malloc(len + 2);
	struct http_target t;
	enum http_error e = http_target_read(&t, (struct http_slice){ raw, len }, room);
	enum policy_verdict verdict = POLICY_DENY;

	if (e == HTTP_OK)
		verdict = policy_evaluate(p, m,
					  &(struct policy_request){ .method = method,
								    .method_len = strlen(method),
								    .path = t.path,
								    .path_len = t.path_len },
					  why);
	free(room);
	return e != HTTP_OK ? BAD : verdict == POLICY_ALLOW ? YES : NO;
}

static struct policy *load(const char *rules)
{
	struct policy *p = policy_new(NULL);
	struct policy_error err;

	if (policy_add(p, "rules", rules, strlen(rules), &err) < 0)
		fail_msg("%u:%u: %s", err.line, err.column, err.text);
	return p;
}

static void judges_targets_as_they_are_received(void **state)
{
	static const char *const names[] = { "denied", "allowed", "refused" };
	struct policy_matcher *m = policy_matcher_new();

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct policy *p = load(rows[i].rules);
		struct policy_why why = { "", "", "" };
		enum verdict v = judge(p, m, rows[i].method, rows[i].target, &why);
		char expected[32];

		if (v != rows[i].verdict)
			fail_msg("row %zu: %s %s is %s (%s)", i, rows[i].method, rows[i].target,
				 names[v], why.rule);
		snprintf(expected, sizeof(expected), "rules:%u", rows[i].line);
		if (rows[i].line > 0)
			assert_string_equal(why.rule, expected);
		policy_free(p);
	}
	policy_matcher_free(m);
}

/* Union: what two texts allow together is what one of them allows. */
static void rules_add_up_and_take_nothing_away(void **state)
{
	static const char *const texts[] = {
		guide, upstream_all, upstream_compose, upstream_readme, one, spelled,
	};
	struct policy_matcher *m = policy_matcher_new();

	(void)state;
	for (size_t a = 0; a < N_OF(texts); a++) {
		for (size_t b = 0; b < N_OF(texts); b++) {
			struct policy *first = load(texts[a]), *second = load(texts[b]);
			struct policy *both = load(texts[a]);
			struct policy_error err;
			struct policy_why why;

			policy_add(both, "more", texts[b], strlen(texts[b]), &err);
			assert_int_equal(policy_count(both),
					 policy_count(first) + policy_count(second));
			for (size_t i = 0; i < N_OF(rows); i++) {
				const char *method = rows[i].method, *target = rows[i].target;
				enum verdict va = judge(first, m, method, target, &why);
				enum verdict vb = judge(second, m, method, target, &why);
				enum verdict sum = va == YES || vb == YES ? YES : va;

				if (judge(both, m, method, target, &why) != sum)
					fail_msg("texts %zu and %zu: %s %s", a, b, method, target);
			}
			policy_free(first);
			policy_free(second);
			policy_free(both);
		}
	}
	policy_matcher_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_targets_as_they_are_received),
		cmocka_unit_test(rules_add_up_and_take_nothing_away),
	};

	printf("%zu decisions on raw targets\n", N_OF(rows));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
