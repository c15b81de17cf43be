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

#include <strings.h>

#include "cmocka_prelude.h"
#include "policy/policy.h"

#define BODY_MAX 4096

/**
 * struct body_row - One field
 * @request:	Method and path, "POST /containers/create"
 * @constraints: Lines below the rule, each with its "+"
 * @base:	Members that a good body has besides, without braces; may be ""
 * @at:		Objects that the field is in, from the outside, between dots; or "". One
 *		that ends with "[]" is an array with the object in it
 * @field:	Its name
 * @harmless:	A value that passes, not null
 * @harmful:	One that does not, NULL if there is none
 * @finding:	Part of the refusal
 * @null_finding: Part of the refusal of null, NULL if that passes
 * @any_kind:	The field is one that there is no row for
 * @beside:	Members that a good object has beside the field, or NULL
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
	const char *null_finding;
	bool any_kind;
	const char *beside;
};

/* The machine that paths are of. */
static const struct policy_host *body_host;

/* Value number @n of a field, of the lines behind that of the request. */
static inline const char *body_field(void *data, const char *name, size_t n, size_t *len)
{
	const char *line = strchr(data, '\n');

	for (; line; line = strchr(line, '\n')) {
		line++;
		if (strncasecmp(line, name, strlen(name)) != 0 || line[strlen(name)] != ':')
			continue;
		if (n-- > 0)
			continue;
		line += strlen(name) + 1 + strspn(line + strlen(name) + 1, " ");
		*len = strcspn(line, "\n");
		return line;
	}
	return NULL;
}

/**
 * body_evaluate() - The verdict on a body
 * @constraints: Lines below a rule that allows everything else
 * @request:	Method, path and query; then lines with a field each
 * @body:	Body, NULL for none
 * @reason:	POLICY_REASON_MAX bytes; why it was denied
 */
static inline bool body_evaluate(const char *constraints, const char *request, const char *body,
				 char *reason)
{
	const char *path = strchr(request, ' ') + 1, *query = strchr(path, '?');
	size_t line_len = strcspn(path, "\n");
	struct policy *p = policy_new(body_host);
	struct policy_matcher *m = policy_matcher_new();
	struct policy_error e;
	struct policy_why why;
	char text[2048];
	struct policy_request req = {
		.method = request,
		.method_len = (size_t)(path - request) - 1,
		.path = path,
		.path_len = query ? (size_t)(query - path) : line_len,
		.query = query ? query + 1 : "",
		.query_len = query ? line_len - (size_t)(query + 1 - path) : 0,
		.field = body_field,
		.data = (void *)request,
	};
	enum policy_verdict v;

	snprintf(text, sizeof(text), "GET,HEAD,POST,PUT,DELETE /.*\n%s\n", constraints);
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

/* How many bodies were judged otherwise than their row says; a test ends with body_check_none_failed(). */
static size_t body_failures;

static inline void body_check_none_failed(void)
{
	assert_int_equal(body_failures, 0);
}

/**
 * body_verdict() - Expect a verdict, and a text in the reason if it is a refusal
 * @constraints: As for body_evaluate()
 * @request:	As for body_evaluate()
 * @body:	As for body_evaluate()
 * @allowed:	Verdict
 * @finding:	Part of the reason
 */
static inline void body_verdict(const char *constraints, const char *request, const char *body,
				bool allowed, const char *finding)
{
	char reason[POLICY_REASON_MAX];

	if (body_evaluate(constraints, request, body, reason) != allowed)
		print_error("%s %s: expected %s: %s\n%s\n", request, body ? body : "",
			    allowed ? "allowed" : "denied", reason, constraints);
	else if (!allowed && !strstr(reason, finding))
		print_error("%s %s: \"%s\" does not say \"%s\"\n", request, body ? body : "",
			    reason, finding);
	else
		return;
	body_failures++;
}

static inline void body_expect(const struct body_row *r, const char *members, bool allowed,
			       const char *finding, size_t *n)
{
	char body[BODY_MAX], at[256], ends[64] = "";
	int len = snprintf(body, sizeof(body), "{%s%s", r->base, r->base[0] != '\0' ? "," : "");

	snprintf(at, sizeof(at), "%s", r->at);
	for (char *name = strtok(at, "."); name; name = strtok(NULL, ".")) {
		char *array = strstr(name, "[]");

		if (array)
			*array = '\0';
		len += snprintf(body + len, sizeof(body) - (size_t)len, "\"%s\":%s{", name,
				array ? "[" : "");
		memmove(ends + (array ? 2 : 1), ends, strlen(ends) + 1);
		memcpy(ends, "}]", array ? 2 : 1);
	}
	len += snprintf(body + len, sizeof(body) - (size_t)len, "%s%s%s%s}", members,
			r->beside ? "," : "", r->beside ? r->beside : "", ends);
	assert_in_range(len, 1, sizeof(body) - 1);
	(*n)++;
	body_verdict(r->constraints, r->request, body, allowed, finding);
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
	EXPECT(!r->null_finding, r->null_finding, "\"%s\":null", r->field);
	EXPECT(false, r->any_kind ? "nobody" : "is not ", "\"%s\":%s", r->field,
	       body_wrong_kind(r->harmless));
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
