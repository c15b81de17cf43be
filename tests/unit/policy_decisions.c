/*
 * Decisions: for a rule text, a method and a decoded path, the verdict.
 */
#include "cmocka_prelude.h"
#include "policy/policy.h"

/* clang-format off */

/* The user's guide, as written. */
static const char guide[] =
	"GET %API_PREFIX_EVENTS%                        # Event stream\n"
	"GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?         # Container exec\n"
	"GET,HEAD,POST %API_PREFIX_CONTAINERS%(/.*)?   # Container operations\n"
	"GET,HEAD %API_PREFIX_IMAGES%(/.*)?            # Image read-only\n"
	"GET,HEAD %API_PREFIX_VOLUMES%(/.*)?           # Volume read-only\n"
	"GET,HEAD %API_PREFIX_NETWORKS%(/.*)?          # Network read-only\n"
	"GET,HEAD %API_PREFIX_BUILD%(/.*)?             # Build read-only\n";

static const char medium[] =
	"GET %API_PREFIX_EVENTS%\n"
	"GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?\n"
	"GET,HEAD %API_PREFIX_CONTAINERS%(/.*)?\n"
	"GET,HEAD %API_PREFIX_IMAGES%(/.*)?\n";

static const char low[] =
	"GET,HEAD %API_PREFIX_CONTAINERS%(/.*)?\n"
	"GET,HEAD %API_PREFIX_IMAGES%(/.*)?\n";

static const char specific[] =
	"GET %API_PREFIX_CONTAINERS%/json              # List only\n"
	"GET %API_PREFIX_CONTAINERS%/.*/json          # Inspect only\n"
	"GET %API_PREFIX_CONTAINERS%/.*/logs          # Logs only\n"
	"GET %API_PREFIX_IMAGES%/json                  # Image list only\n";

static const char custom[] =
	"POST %API_PREFIX_CONTAINERS%/.*/start\n"
	"POST %API_PREFIX_CONTAINERS%/.*/stop\n"
	"POST %API_PREFIX_CONTAINERS%/.*/restart\n"
	"GET,POST %API_PREFIX_EXEC%(/.*)?\n";

static const char narrow[] =
	"GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json\n"
	"POST %API_PREFIX_CONTAINERS%/web/restart\n"
	"GET %API_PREFIX_IMAGES%/%IMAGE_ID_OR_REFERENCE%/json\n"
	"DELETE %API_PREFIX_VOLUMES%/%VOLUME_ID_OR_NAME%\n"
	"GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%\n"
	"POST %API_PREFIX_PLUGINS%/%PLUGIN_ID_OR_NAME%/enable\n";

static const char libpod[] =
	"GET %API_PREFIX_LIBPOD_CONTAINERS%/json\n"
	"POST %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(start|stop)\n"
	"GET %API_PREFIX_LIBPOD%/system/df\n";

static const char traps[] =
	"GET /a|/b\n"
	"GET /c$\n"
	"GET ^/d\n"
	"GET /e(?!x).*\n"
	"GET /f\\.g\n"
	"GET (?i)/upper\n"
	"GET /h[0-9]{2,3}\n"
	"GET /i j # a blank inside\n"
	"GET /k\\x41\n"
	"GET /(?P<name>l|m)/n\n"
	"GET /\xc3\xa9+\n"
	"PURGE,GET /p\n";

static const char builtin[] = "";

struct row {
	const char *rules;
	const char *method;
	const char *path;
	bool allowed;
	unsigned int line;	/* of the rule that allows, 0 for any */
};

#define YES true
#define NO false

/* A path, its API versions, and what must stay outside of them. */
#define VERSIONS(rules, method, path, allowed, line)		\
	{ rules, method, path, allowed, line },			\
	{ rules, method, "/v1.43" path, allowed, line },	\
	{ rules, method, "/v1" path, allowed, line },		\
	{ rules, method, "/v" path, NO, 0 },			\
	{ rules, method, "/v1.43/v1.43" path, NO, 0 },		\
	{ rules, method, "/x" path, NO, 0 }

static const struct row rows[] = {
	/* the guide: read operations */
	VERSIONS(guide, "GET", "/events", YES, 1),
	VERSIONS(guide, "GET", "/containers/json", YES, 3),
	VERSIONS(guide, "GET", "/containers/abc/json", YES, 3),
	VERSIONS(guide, "GET", "/containers/abc/logs", YES, 3),
	VERSIONS(guide, "HEAD", "/containers/abc/archive", YES, 3),
	VERSIONS(guide, "GET", "/images/json", YES, 4),
	VERSIONS(guide, "GET", "/images/library/busybox:1/json", YES, 4),
	VERSIONS(guide, "HEAD", "/images/json", YES, 4),
	VERSIONS(guide, "GET", "/volumes", YES, 5),
	VERSIONS(guide, "GET", "/volumes/data", YES, 5),
	VERSIONS(guide, "GET", "/networks", YES, 6),
	VERSIONS(guide, "GET", "/networks/bridge", YES, 6),
	VERSIONS(guide, "GET", "/build", YES, 7),
	VERSIONS(guide, "GET", "/_ping", YES, 0),
	VERSIONS(guide, "HEAD", "/_ping", YES, 0),
	VERSIONS(guide, "GET", "/version", YES, 0),
	VERSIONS(guide, "GET", "/info", YES, 0),
	/* the guide: write operations */
	VERSIONS(guide, "POST", "/containers/create", YES, 3),
	VERSIONS(guide, "POST", "/containers/abc/start", YES, 3),
	VERSIONS(guide, "POST", "/containers/abc/stop", YES, 3),
	VERSIONS(guide, "POST", "/containers/abc/exec", YES, 2),
	VERSIONS(guide, "POST", "/exec/abc/start", YES, 2),
	VERSIONS(guide, "POST", "/exec/abc/resize", YES, 2),
	VERSIONS(guide, "GET", "/exec/abc/json", YES, 2),
	/* the guide: blocked operations */
	VERSIONS(guide, "DELETE", "/containers/abc", NO, 0),
	VERSIONS(guide, "DELETE", "/images/abc", NO, 0),
	VERSIONS(guide, "DELETE", "/volumes/abc", NO, 0),
	VERSIONS(guide, "DELETE", "/networks/abc", NO, 0),
	VERSIONS(guide, "POST", "/images/create", NO, 0),
	VERSIONS(guide, "POST", "/images/x/push", NO, 0),
	VERSIONS(guide, "PUT", "/containers/abc/archive", NO, 0),
	VERSIONS(guide, "POST", "/volumes/create", NO, 0),
	VERSIONS(guide, "POST", "/networks/create", NO, 0),
	VERSIONS(guide, "POST", "/build", NO, 0),
	VERSIONS(guide, "POST", "/commit", NO, 0),
	VERSIONS(guide, "GET", "/secrets", NO, 0),
	VERSIONS(guide, "GET", "/swarm", NO, 0),
	VERSIONS(guide, "POST", "/session", NO, 0),
	{ guide, "GET", "/containers", YES, 3 },
	{ guide, "GET", "/containers/", YES, 3 },
	{ guide, "GET", "/containersx", NO, 0 },
	{ guide, "GET", "/events/", NO, 0 },
	{ guide, "POST", "/events", NO, 0 },
	{ guide, "get", "/events", NO, 0 },
	{ guide, "GETX", "/events", NO, 0 },
	{ guide, "", "/events", NO, 0 },
	{ guide, "PATCH", "/containers/json", NO, 0 },
	{ guide, "OPTIONS", "/containers/json", NO, 0 },
	{ guide, "POST", "/execution", NO, 0 },
	{ guide, "HEAD", "/version", NO, 0 },
	{ guide, "GET", "/v1.43./containers/json", NO, 0 },
	{ guide, "GET", "/v1..43/containers/json", NO, 0 },
	{ guide, "GET", "/V1.43/containers/json", NO, 0 },
	{ guide, "GET", "/v1.43.2/containers/json", YES, 3 },
	{ guide, "GET", "/libpod/containers/json", NO, 0 },
	{ guide, "GET", "/", NO, 0 },

	/* trust levels */
	{ medium, "POST", "/containers/abc/exec", YES, 2 },
	{ medium, "POST", "/exec/abc/start", YES, 2 },
	{ medium, "POST", "/containers/abc/exec/x", YES, 2 },
	{ medium, "POST", "/containers/a/b/exec", NO, 0 },
	{ medium, "POST", "/containers/abc/start", NO, 0 },
	{ medium, "POST", "/containers/create", NO, 0 },
	{ medium, "GET", "/containers/abc/exec", YES, 0 },
	{ medium, "GET", "/volumes", NO, 0 },
	{ medium, "GET", "/networks", NO, 0 },
	{ medium, "GET", "/events", YES, 1 },
	{ low, "GET", "/containers/json", YES, 1 },
	{ low, "HEAD", "/images/x/json", YES, 2 },
	{ low, "GET", "/events", NO, 0 },
	{ low, "POST", "/exec/abc/start", NO, 0 },
	{ low, "POST", "/containers/abc/exec", NO, 0 },
	{ low, "GET", "/exec/abc/json", NO, 0 },

	/* single operations */
	{ specific, "GET", "/containers/json", YES, 1 },
	{ specific, "GET", "/v1.43/containers/json", YES, 1 },
	{ specific, "GET", "/containers/abc/json", YES, 2 },
	{ specific, "GET", "/containers/abc/logs", YES, 3 },
	{ specific, "GET", "/containers/abc/top", NO, 0 },
	{ specific, "GET", "/containers/abc/attach/ws", NO, 0 },
	{ specific, "HEAD", "/containers/json", NO, 0 },
	{ specific, "GET", "/images/json", YES, 4 },
	{ specific, "GET", "/images/x/json", NO, 0 },
	{ specific, "GET", "/containers/json/", NO, 0 },
	{ custom, "POST", "/containers/abc/start", YES, 1 },
	{ custom, "POST", "/v1.24/containers/abc/stop", YES, 2 },
	{ custom, "POST", "/containers/abc/restart", YES, 3 },
	{ custom, "POST", "/containers/abc/kill", NO, 0 },
	{ custom, "POST", "/containers/start", NO, 0 },
	{ custom, "GET", "/containers/abc/exec", YES, 4 },
	{ custom, "GET", "/containers/abc/start", NO, 0 },

	/* names and references */
	{ narrow, "GET", "/containers/web-1/json", YES, 1 },
	{ narrow, "GET", "/containers/a/json", YES, 1 },
	{ narrow, "GET", "/containers/g/json", NO, 0 },
	{ narrow, "GET", "/containers/-x/json", NO, 0 },
	{ narrow, "GET", "/containers/a/b/json", NO, 0 },
	{ narrow, "GET", "/containers//json", NO, 0 },
	{ narrow, "POST", "/containers/web/restart", YES, 2 },
	{ narrow, "POST", "/containers/web2/restart", NO, 0 },
	{ narrow, "POST", "/containers/webb/restart", NO, 0 },
	{ narrow, "POST", "/v1.41/containers/web/restart", YES, 2 },
	{ narrow, "GET", "/images/busybox/json", YES, 3 },
	{ narrow, "GET", "/images/ghcr.io/acme/tool:1.2/json", YES, 3 },
	{ narrow, "GET", "/images/localhost:5000/a/b/json", YES, 3 },
	{ narrow, "GET", "/images/-x/json", NO, 0 },
	{ narrow, "GET", "/images/a..b/json", NO, 0 },
	{ narrow, "DELETE", "/volumes/data", YES, 4 },
	{ narrow, "DELETE", "/volumes/data/x", NO, 0 },
	{ narrow, "GET", "/networks/any thing", YES, 5 },
	{ narrow, "GET", "/networks/a/b", NO, 0 },
	{ narrow, "POST", "/plugins/vieux/sshfs/enable", YES, 6 },

	/* libpod needs its version */
	{ libpod, "GET", "/v4.3.1/libpod/containers/json", YES, 1 },
	{ libpod, "GET", "/libpod/containers/json", NO, 0 },
	{ libpod, "GET", "/v4.3.1/containers/json", NO, 0 },
	{ libpod, "POST", "/v4.3.1/libpod/containers/web/start", YES, 2 },
	{ libpod, "POST", "/v4/libpod/containers/web/stop", YES, 2 },
	{ libpod, "POST", "/v4/libpod/containers/web/kill", NO, 0 },
	{ libpod, "GET", "/v4/libpod/system/df", YES, 3 },
	{ libpod, "GET", "/v4.3.1/libpod/_ping", YES, 0 },
	{ libpod, "GET", "/v4.3.1/libpod/info", YES, 0 },
	{ libpod, "GET", "/libpod/_ping", NO, 0 },

	/* the whole path, in Go's dialect */
	{ traps, "GET", "/a", YES, 1 },
	{ traps, "GET", "/b", YES, 1 },
	{ traps, "GET", "/ab", NO, 0 },
	{ traps, "GET", "/a/x", NO, 0 },
	{ traps, "GET", "/x/b", NO, 0 },
	{ traps, "GET", "/c", YES, 2 },
	{ traps, "GET", "/c\n", NO, 0 },
	{ traps, "GET", "/d", YES, 3 },
	{ traps, "GET", "/ey", YES, 4 },
	{ traps, "GET", "/ex", NO, 0 },
	{ traps, "GET", "/f.g", YES, 5 },
	{ traps, "GET", "/fxg", NO, 0 },
	{ traps, "GET", "/UpPeR", YES, 6 },
	{ traps, "GET", "/h12", YES, 7 },
	{ traps, "GET", "/h1", NO, 0 },
	{ traps, "GET", "/h1234", NO, 0 },
	{ traps, "GET", "/i j", YES, 8 },
	{ traps, "GET", "/i", NO, 0 },
	{ traps, "GET", "/kA", YES, 9 },
	{ traps, "GET", "/k41", NO, 0 },
	{ traps, "GET", "/l/n", YES, 10 },
	{ traps, "GET", "/m/n", YES, 10 },
	{ traps, "GET", "/\xc3\xa9\xc3\xa9", YES, 11 },
	{ traps, "GET", "/\xc3\xa8", NO, 0 },
	{ traps, "PURGE", "/p", YES, 12 },
	{ traps, "PURGE", "/a", NO, 0 },

	/* built-in rules alone */
	{ builtin, "GET", "/_ping", YES, 0 },
	{ builtin, "HEAD", "/_ping", YES, 0 },
	{ builtin, "GET", "/v1.41/info", YES, 0 },
	{ builtin, "GET", "/_ping/", NO, 0 },
	{ builtin, "GET", "/_pingx", NO, 0 },
	{ builtin, "POST", "/_ping", NO, 0 },
	{ builtin, "GET", "/containers/json", NO, 0 },
	{ builtin, "GET", "/events", NO, 0 },
};
/* clang-format on */

#define N_ROWS N_OF(rows)
_Static_assert(N_ROWS >= 300, "the table holds at least 300 decisions");

static struct policy *load(const char *rules)
{
	struct policy *p = policy_new(NULL);
	struct policy_error err;

	assert_non_null(p);
	assert_int_equal(
		policy_add(p, "builtin", policy_builtin_rules, strlen(policy_builtin_rules), &err),
		0);
	if (policy_add(p, "rules", rules, strlen(rules), &err) < 0)
		fail_msg("%u:%u: %s", err.line, err.column, err.text);
	return p;
}

static void check_row(const struct policy *p, struct policy_matcher *m, const struct row *r,
		      bool check_line)
{
	struct policy_why why;
	char expected[32];
	bool allowed = policy_evaluate(p, m,
				       &(struct policy_request){ .method = r->method,
								 .method_len = strlen(r->method),
								 .path = r->path,
								 .path_len = strlen(r->path),
								 .has_body = true },
				       &why) == POLICY_ALLOW;

	if (allowed != r->allowed)
		fail_msg("row %zu: %s %s is %s (%s)", (size_t)(r - rows), r->method, r->path,
			 allowed ? "allowed" : "denied", why.rule);
	if (!allowed)
		assert_string_equal(why.reason, "no rule allows it");
	snprintf(expected, sizeof(expected), "rules:%u", r->line);
	if (check_line && r->line > 0)
		assert_string_equal(why.rule, expected);
}

static void decides_every_row(void **state)
{
	struct policy_matcher *m = policy_matcher_new();

	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct policy *p = load(rows[i].rules);

		check_row(p, m, &rows[i], true);
		policy_free(p);
	}
	policy_matcher_free(m);
}

/* The lines of a text in reverse. */
static char *reversed(const char *text)
{
	size_t len = strlen(text);
	char *out = calloc(1, len + 2), *at = out;
	const char *end = text + len;

	while (end > text) {
		const char *start = end - 1;

		while (start > text && start[-1] != '\n')
			start--;
		at = mempcpy(at, start, (size_t)(end - start));
		if (at[-1] != '\n')
			*at++ = '\n';
		end = start;
	}
	return out;
}

static void order_of_rules_never_changes_a_verdict(void **state)
{
	struct policy_matcher *m = policy_matcher_new();

	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		char *text = reversed(rows[i].rules);
		struct policy *p = load(text);

		check_row(p, m, &rows[i], false);
		policy_free(p);
		free(text);
	}
	policy_matcher_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides_every_row),
		cmocka_unit_test(order_of_rules_never_changes_a_verdict),
	};

	printf("%zu decisions\n", N_ROWS);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
