/*
 * A method, a blank and a target. The rule that is suggested for them is one line of
 * printable text, is a rule, and allows the request; no sample of an endpoint that needs
 * another rule is allowed by it.
 */
#include "fuzz.h"
#include "http/target.h"
#include "policy/endpoints.h"
#include "policy/policy.h"

static bool allows(const struct policy *p, struct policy_matcher *m, const char *method,
		   const char *path, size_t len)
{
	struct policy_why why;

	return policy_evaluate(p, m,
			       &(struct policy_request){ .method = method,
							 .method_len = strlen(method),
							 .path = path,
							 .path_len = len,
							 .has_body = true },
			       &why) == POLICY_ALLOW;
}

static void check_others(const struct policy *p, struct policy_matcher *m, const char *method,
			 const char *rule)
{
	char path[ENDPOINTS_INSTANCE_MAX], other[ENDPOINTS_RULE_MAX];

	for (const struct endpoint *e = endpoints; e->methods; e++) {
		MUST(endpoints_instance(path, e, 0));
		/* What is no endpoint's has a rule that is about one path. */
		if (!allows(p, m, method, path, strlen(path)))
			continue;
		MUST(endpoints_suggest(other, method, strlen(method), path, strlen(path)) == 0);
		MUST(strcmp(rule, other) == 0);
	}
}

static void check(const char *method, const char *path, size_t len)
{
	struct policy_matcher *m = policy_matcher_new();
	struct policy *p = policy_new(NULL);
	char rule[ENDPOINTS_RULE_MAX];
	struct policy_error err;

	MUST(m && p);
	if (endpoints_suggest(rule, method, strlen(method), path, len) == 0) {
		for (const char *c = rule; *c != '\0'; c++)
			MUST(*c >= ' ' && *c <= '~');
		MUST(policy_add(p, "fuzz", rule, strlen(rule), &err) == 0);
		MUST(policy_count(p) == 1);
		MUST(allows(p, m, method, path, len));
		check_others(p, m, method, rule);
	}
	policy_free(p);
	policy_matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *method = strndup((const char *)data, size), *room = fuzz_room(size + 2), *raw;
	struct http_target t;

	MUST(method);
	raw = strchr(method, ' ');
	if (raw) {
		*raw++ = '\0';
		if (http_target_read(&t, (struct http_slice){ raw, strlen(raw) }, room) == HTTP_OK)
			check(method, t.path, t.path_len);
	}
	free(method);
	free(room);
	return 0;
}
