/*
 * bodies - a table of fields, and the bodies that are made of each
 *
 * A row says of one field which value is harmless and which is not. From each row
 * come the bodies that people write to get past a filter: the harmful value under a
 * name in another case, beside a harmless one of the same or a folded name, in front
 * of it and behind it, a value of a kind that Go would not take, and null.
 */
#ifndef BODIES_H
#define BODIES_H

#include "cmocka_prelude.h"
#include "policy/policy.h"

#define BODY_MAX 4096

/**
 * struct body_row - One field
 * @request:	Method and path, "POST /containers/create"
 * @constraints: Lines below the rule, each with its "+"
 * @base:	Members that a good body has besides, without braces; may be ""
 * @at:		Objects that the field is in, from the outside, between dots; or ""
 * @field:	Its name
 * @harmless:	A value that passes, not null
 * @harmful:	One that does not, NULL if there is none
 * @finding:	Part of the refusal
 * @null_is_harmful: The field is required
 */
struct body_row {
	const char *request;
	const char *constraints;
	const char *base;
	const char *at;
	const char *field;
	const char *harmless;
	const char *harmful;
	const char *finding;
	bool null_is_harmful;
};

/**
 * body_evaluate() - The verdict on a body
 * @constraints: Lines below a rule that allows everything else
 * @request:	Method, path and query
 * @body:	Body, NULL for none
 * @reason:	POLICY_REASON_MAX bytes; why it was denied
 */
static inline bool body_evaluate(const char *constraints, const char *request, const char *body,
				 char *reason)
{
	const char *path = strchr(request, ' ') + 1, *query = strchr(path, '?');
	struct policy *p = policy_new(NULL);
	struct policy_matcher *m = policy_matcher_new();
	struct policy_error e;
	struct policy_why why;
	char text[2048];
	struct policy_request req = {
		.method = request,
		.method_len = (size_t)(path - request) - 1,
		.path = path,
		.path_len = query ? (size_t)(query - path) : strlen(path),
		.query = query ? query + 1 : "",
		.query_len = query ? strlen(query + 1) : 0,
	};
	enum policy_verdict v;

	snprintf(text, sizeof(text), "GET,POST,PUT,DELETE /.*\n%s\n", constraints);
	if (policy_add(p, "rules", text, strlen(text), &e) < 0)
		fail_msg("%u:%u: %s\n%s", e.line, e.column, e.text, text);
	v = policy_evaluate(p, m, &req, &why);
	if (v == POLICY_NEEDS_BODY) {
		req.has_body = true;
		req.body = body ? body : "";
		req.body_len = strlen(req.body);
		v = policy_evaluate(p, m, &req, &why);
	}
	assert_int_not_equal(v, POLICY_NEEDS_BODY);
	snprintf(reason, POLICY_REASON_MAX, "%s", why.reason);
	policy_matcher_free(m);
	policy_free(p);
	return v == POLICY_ALLOW;
}

static inline void body_expect(const struct body_row *r, const char *members, bool allowed,
			       const char *finding, size_t *n)
{
	char body[BODY_MAX], reason[POLICY_REASON_MAX], at[256];
	size_t depth = 0;
	int len = snprintf(body, sizeof(body), "{%s%s", r->base, r->base[0] != '\0' ? "," : "");

	snprintf(at, sizeof(at), "%s", r->at);
	for (char *name = strtok(at, "."); name; name = strtok(NULL, "."), depth++)
		len += snprintf(body + len, sizeof(body) - (size_t)len, "\"%s\":{", name);
	len += snprintf(body + len, sizeof(body) - (size_t)len, "%s", members);
	for (size_t i = 0; i <= depth; i++)
		len += snprintf(body + len, sizeof(body) - (size_t)len, "}");
	assert_in_range(len, 1, sizeof(body) - 1);
	(*n)++;
	if (body_evaluate(r->constraints, r->request, body, reason) != allowed)
		fail_msg("%s %s: %s: expected %s\n%s", r->request, body, reason,
			 allowed ? "allowed" : "denied", r->constraints);
	if (!allowed && !strstr(reason, finding))
		fail_msg("%s %s: \"%s\" does not say \"%s\"", r->request, body, reason, finding);
}

/* The name as another one that a Go struct takes for it. */
static inline void body_fold(char *out, size_t cap, const char *name, bool exotic)
{
	size_t n = 0;

	for (; *name != '\0' && n + 4 < cap; name++) {
		char c = *name;

		if (exotic && (c == 's' || c == 'S'))
			n += (size_t)snprintf(out + n, cap - n, "\xc5\xbf");
		else if (exotic && (c == 'k' || c == 'K'))
			n += (size_t)snprintf(out + n, cap - n, "\xe2\x84\xaa");
		else
			out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 :
					  c >= 'A' && c <= 'Z' ? c + 32 :
								 c);
	}
	out[n] = '\0';
}

static inline const char *body_wrong_kind(const char *value)
{
	switch (value[0]) {
	case '"':
	case '[':
		return "7";
	case '{':
		return "[7]";
	default:
		return "\"7\"";
	}
}

/**
 * body_check_row() - All bodies of a row
 *
 * Return: how many there were.
 */
static inline size_t body_check_row(const struct body_row *r)
{
	char members[BODY_MAX], folded[128];
	size_t n = 0;

#define EXPECT(allowed, finding, ...)                            \
	do {                                                     \
		snprintf(members, sizeof(members), __VA_ARGS__); \
		body_expect(r, members, allowed, finding, &n);   \
	} while (0)
	EXPECT(true, "", "\"%s\":%s", r->field, r->harmless);
	EXPECT(!r->null_is_harmful, r->finding, "\"%s\":null", r->field);
	EXPECT(false, "is not ", "\"%s\":%s", r->field, body_wrong_kind(r->harmless));
	if (!r->harmful)
		return n;
	EXPECT(false, r->finding, "\"%s\":%s", r->field, r->harmful);
	for (int exotic = 0; exotic < 2; exotic++) {
		body_fold(folded, sizeof(folded), r->field, exotic);
		EXPECT(false, r->finding, "\"%s\":%s", folded, r->harmful);
		EXPECT(false, "twice", "\"%s\":%s,\"%s\":%s", r->field, r->harmless, folded,
		       r->harmful);
		EXPECT(false, "twice", "\"%s\":%s,\"%s\":%s", folded, r->harmful, r->field,
		       r->harmless);
	}
	EXPECT(false, "uplicate", "\"%s\":%s,\"%s\":%s", r->field, r->harmless, r->field,
	       r->harmful);
	EXPECT(false, "uplicate", "\"%s\":%s,\"%s\":%s", r->field, r->harmful, r->field,
	       r->harmless);
	EXPECT(false, "uplicate", "\"%s\":%s,\"%s\":null", r->field, r->harmful, r->field);
#undef EXPECT
	return n;
}

#endif
