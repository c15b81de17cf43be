/*
 * A rule text, behind a first line that is a request, such as "GET /version".
 * An error names a line and a column that exist; a policy's verdict is the one
 * that trying every rule on the path gives, where no constraint has a say in it.
 */
#include "fuzz.h"
#include "http/target.h"
#include "policy/pattern.h"
#include "policy/policy.h"

static bool lists(const char *methods, const char *method)
{
	size_t len = strlen(method);

	for (const char *p = methods; len > 0 && (p = strstr(p, method)) != NULL; p++)
		if ((p == methods || p[-1] == ',') && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

/**
 * some_rule_allows() - Whether some rule, tried without the index, allows the request
 * @p:		Policy
 * @method:	Method
 * @path:	Decoded path
 * @narrowed:	Also one with constraints, as if they held
 */
static bool some_rule_allows(const struct policy *p, const char *method, struct http_slice path,
			     bool narrowed)
{
	struct pattern_matcher *m = pattern_matcher_new();
	char error[PATTERN_ERROR_MAX];
	bool allows = false;
	size_t off;

	for (size_t i = 0; i < policy_count(p) && !allows; i++) {
		struct policy_rule rule = policy_rule(p, i);
		struct pattern *pattern;

		if (!lists(rule.methods, method) || (policy_constraint(p, i, 0).text && !narrowed))
			continue;
		pattern = pattern_compile(rule.expansion, strlen(rule.expansion), &off, error);
		MUST(pattern);
		allows = pattern_match(pattern, m, path.p, path.len) == PATTERN_MATCH;
		pattern_free(pattern);
	}
	pattern_matcher_free(m);
	return allows;
}

static void check_error(const struct policy_error *err, const char *text, size_t len)
{
	const char *end = text + len;

	for (unsigned int line = 1; line < err->line; line++) {
		text = memchr(text, '\n', (size_t)(end - text));
		MUST(text);
		text++;
	}
	const char *lf = memchr(text, '\n', (size_t)(end - text));
	MUST(err->line >= 1 && err->column >= 1);
	MUST(err->column <= (size_t)((lf ? lf : end) - text) + 1);
	MUST(err->text[0] != '\0');
	for (const char *p = err->text; *p != '\0'; p++)
		MUST(*p >= ' ' && *p <= '~');
}

static void check_verdict(const struct policy *p, const char *method, struct http_slice path)
{
	struct policy_matcher *m = policy_matcher_new();
	struct policy_why why;
	enum policy_verdict v = policy_evaluate(
		p, m,
		&(struct policy_request){ .method = method,
					  .method_len = strlen(method),
					  .path = path.p,
					  .path_len = path.len,
					  .has_body = true },
		&why);

	MUST(v != POLICY_NEEDS_BODY);
	MUST(v != POLICY_ALLOW || some_rule_allows(p, method, path, true));
	MUST(v == POLICY_ALLOW || !some_rule_allows(p, method, path, false));
	MUST((v == POLICY_ALLOW) == (why.reason[0] == '\0'));
	MUST(v == POLICY_DENY || strncmp(why.rule, "fuzz:", 5) == 0);
	policy_matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *lf = memchr(data, '\n', size);
	size_t request_len = lf ? (size_t)(lf - text) : size, method_len;
	char *request = strndup(text, request_len), *room = fuzz_room(request_len + 2);
	struct policy *p = policy_new(NULL);
	struct http_slice raw = { "", 0 };
	struct policy_error err;
	struct http_target t;

	MUST(request && p);
	method_len = strcspn(request, " ");
	if (request[method_len] == ' ') {
		request[method_len] = '\0';
		raw.p = request + method_len + 1;
		raw.len = strlen(raw.p);
	}
	text = lf ? lf + 1 : text + size;
	size -= (size_t)(text - (const char *)data);
	if (policy_add(p, "fuzz", text, size, &err) < 0)
		check_error(&err, text, size);
	else if (http_target_read(&t, raw, room) == HTTP_OK)
		check_verdict(p, request, (struct http_slice){ t.path, t.path_len });
	policy_free(p);
	free(request);
	free(room);
	return 0;
}
