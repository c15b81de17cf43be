/*
 * Requests, one a line: a method, a target, and perhaps a body, then a line "---" and the
 * file that they are learnt into. What comes of it is a file of rules that allows each of
 * them, in which every line that was not learnt still stands, in its place; learning them
 * again adds no rule.
 */
#include "fuzz.h"
#include "http/target.h"
#include "policy/learnt.h"

#define REQUESTS_MAX 12

struct use {
	struct policy_request req;
	char *room;
	bool learnt;
};

static bool read_use(struct use *u, char *line)
{
	char *method = strsep(&line, " "), *raw = strsep(&line, " ");
	struct http_target t;

	if (!raw)
		return false;
	u->room = fuzz_room(strlen(raw) + 2);
	if (http_target_read(&t, (struct http_slice){ raw, strlen(raw) }, u->room) != HTTP_OK) {
		free(u->room);
		return false;
	}
	u->req = (struct policy_request){
		.method = method,
		.method_len = strlen(method),
		.path = t.path,
		.path_len = t.path_len,
		.query = t.has_query ? t.query.p : NULL,
		.query_len = t.query.len,
		.body = line ? line : "",
		.body_len = line ? strlen(line) : 0,
		.has_body = true,
	};
	return true;
}

/* Each line of the file that is no learnt one, or below one, is there afterwards, in order. */
static void check_lines(const char *before, const char *after)
{
	bool in_block = false;

	while (*before != '\0') {
		size_t len = strcspn(before, "\n");
		char *line = strndup(before, len), *found;
		const char *text = line + strspn(line, " \t");

		MUST(line);
		in_block = strstr(line, "# learnt: ") || (in_block && *text == '+');
		if (!in_block) {
			found = strstr(after, line);
			MUST(found);
			after = found + len;
		}
		free(line);
		before += len + (before[len] == '\n');
	}
}

static void check_allowed(const char *text, size_t len, const struct use *uses, size_t n)
{
	struct policy_matcher *m = policy_matcher_new();
	struct policy *p = policy_new(NULL);
	struct policy_error err;
	struct policy_why why;

	MUST(m && p);
	MUST(policy_add(p, "fuzz", text, len, &err) == 0);
	for (size_t i = 0; i < n; i++)
		MUST(!uses[i].learnt || policy_evaluate(p, m, &uses[i].req, &why) == POLICY_ALLOW);
	policy_free(p);
	policy_matcher_free(m);
}

static void check(struct use *uses, size_t n, const char *file)
{
	struct policy_error err;
	struct learnt *l = learnt_new("fuzz", file, strlen(file), NULL, &err);
	size_t len;
	char *text;

	if (!l)
		return;
	for (size_t i = 0; i < n; i++)
		uses[i].learnt = learnt_note(l, &uses[i].req, "fuzz", 0);
	text = learnt_text(l, &len);
	MUST(text);
	MUST(strlen(text) == len);
	check_lines(file, text);
	check_allowed(text, len, uses, n);
	learnt_free(l);
	l = learnt_new("fuzz", text, len, NULL, &err);
	MUST(l);
	for (size_t i = 0; i < n; i++)
		MUST(learnt_note(l, &uses[i].req, "fuzz", 0) || !uses[i].learnt);
	MUST(learnt_count(l) == 0);
	learnt_free(l);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = strndup((const char *)data, size), *rest = copy, *line;
	struct use uses[REQUESTS_MAX];
	size_t n = 0;

	MUST(copy);
	while ((line = strsep(&rest, "\n")) != NULL && strcmp(line, "---") != 0)
		if (n < REQUESTS_MAX && read_use(&uses[n], line))
			n++;
	check(uses, n, rest ? rest : "");
	for (size_t i = 0; i < n; i++)
		free(uses[i].room);
	free(copy);
	return 0;
}
