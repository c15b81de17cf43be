/*
 * A JSON body before the constraints of one of eight cases, which the last byte
 * names (a digit in the seeds, "\n0" to "\n7"). What is allowed has nothing in it
 * that a second reader, as lenient as Go's, takes for harmful.
 */
#include "fuzz.h"
#include "harm_oracle.h"
#include "policy/policy.h"

/* Valid UTF-8 without control characters, for people and for JSON. */
static bool is_text(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p != '\0') {
		unsigned int n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4, c = *p;

		if (*p < ' ' || *p == 0x7f || (*p >= 0x80 && *p < 0xc2) || *p > 0xf4)
			return false;
		for (unsigned int i = 1; i < n; i++) {
			if ((p[i] & 0xc0) != 0x80)
				return false;
			c = c << 8 | p[i];
		}
		/* Long forms, surrogates, what is behind U+10FFFF; C1 controls. */
		if ((n == 3 && c < 0xe0a080) || (n == 3 && c >= 0xeda080 && c <= 0xedbfbf) ||
		    (n == 4 && (c < 0xf0908080 || c > 0xf48fbfbf)) || (n == 2 && c < 0xc2a0))
			return false;
		p += n;
	}
	return true;
}

static struct policy *policy_of(const struct harm_case *c)
{
	struct policy *p = policy_new(NULL);
	struct policy_error err;
	char text[512];

	snprintf(text, sizeof(text), "POST /.*\n%s", c->rules);
	MUST(p && policy_add(p, "fuzz", text, strlen(text), &err) == 0);
	return p;
}

static void check_why(enum policy_verdict v, const struct policy_why *why)
{
	MUST((v == POLICY_DENY) == (why->reason[0] != '\0'));
	MUST(is_text(why->reason));
	MUST(strncmp(why->rule, "fuzz:", 5) == 0);
	MUST(why->endpoint[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy *policies[8];
	static struct policy_matcher *matcher;
	const struct harm_case *c = &harm_cases[fuzz_take(data, &size, harm_cases_n - 1)];
	struct policy **p = &policies[c - harm_cases];
	struct policy_request req = { .method = c->method,
				      .method_len = strlen(c->method),
				      .path = c->path,
				      .path_len = strlen(c->path) };
	struct policy_why why;
	enum policy_verdict v;
	const char *harm;
	char *body;

	MUST(harm_cases_n == sizeof(policies) / sizeof(policies[0]));
	*p = *p ? *p : policy_of(c);
	matcher = matcher ? matcher : policy_matcher_new();
	MUST(matcher && policy_evaluate(*p, matcher, &req, &why) == POLICY_NEEDS_BODY);

	body = fuzz_copy((const char *)data, size);
	req.body = body;
	req.body_len = size;
	req.has_body = true;
	v = policy_evaluate(*p, matcher, &req, &why);
	MUST(v != POLICY_NEEDS_BODY);
	check_why(v, &why);
	harm = v == POLICY_ALLOW ? harm_find(c, body, size) : NULL;
	if (harm)
		fprintf(stderr, "%s:%d: allowed with %s: POST %s\n%s%.*s\n", __FILE__, __LINE__,
			harm, c->path, c->rules, (int)size, body);
	MUST(!harm);
	free(body);
	return 0;
}
