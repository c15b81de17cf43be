/*
 * What was used is allowed by what was learnt of it, and little else; what a person wrote
 * stays.
 */
#include "cmocka_prelude.h"

#include "policy/learnt.h"
#include "policy/needs.h"

#define WHEN 1764091800 /* 2025-11-25T17:30Z */
#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2  "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"

struct use {
	const char *method;
	const char *target;
	const char *body;
};

static struct policy_request request_of(const struct use *u)
{
	const char *query = strchr(u->target, '?');

	return (struct policy_request){
		.method = u->method,
		.method_len = strlen(u->method),
		.path = u->target,
		.path_len = strcspn(u->target, "?"),
		.query = query ? query + 1 : NULL,
		.query_len = query ? strlen(query + 1) : 0,
		.body = u->body ? u->body : "",
		.body_len = u->body ? strlen(u->body) : 0,
		.has_body = true,
	};
}

static struct learnt *begin(const char *text)
{
	struct policy_error err;
	struct learnt *l = learnt_new("learnt.rules", text, strlen(text), NULL, &err);

	if (!l)
		fail_msg("%u:%u: %s in\n%s", err.line, err.column, err.text, text);
	return l;
}

static void use(struct learnt *l, const struct use *u)
{
	struct policy_request req = request_of(u);

	if (!learnt_note(l, &req, "tool", WHEN))
		fail_msg("%s %s is not learnt", u->method, u->target);
}

static char *text_of(struct learnt *l)
{
	size_t len;
	char *text = learnt_text(l, &len);

	assert_non_null(text);
	assert_int_equal(strlen(text), len);
	return text;
}

static bool allows(const char *text, const struct use *u)
{
	struct policy_matcher *m = policy_matcher_new();
	struct policy *p = policy_new(NULL);
	struct policy_request req = request_of(u);
	struct policy_error e;
	struct policy_why why;
	bool allowed;

	if (policy_add(p, "learnt", text, strlen(text), &e) < 0)
		fail_msg("%u:%u: %s in\n%s", e.line, e.column, e.text, text);
	allowed = policy_evaluate(p, m, &req, &why) == POLICY_ALLOW;
	policy_matcher_free(m);
	policy_free(p);
	return allowed;
}

/* ---- what is learnt ---- */

#define C "/v1.43/containers/create"

/* clang-format off */
static const struct {
	struct use uses[4];
	const char *text; /* without the first line; "T" is the comment */
	struct use denied[3];
} rows[] = {
	{ { { "GET", "/v1.43/containers/json?all=1" }, { "GET", "/containers/json" } },
	  "GET %API_PREFIX_CONTAINERS%/json T2\n",
	  { { "GET", "/containers/x1/json" }, { "POST", "/containers/json" } } },
	{ { { "GET", "/volumes/data" }, { "DELETE", "/volumes/data2" }, { "GET", "/volumes" } },
	  "GET %API_PREFIX_VOLUMES% T1\n"
	  "DELETE,GET %API_PREFIX_VOLUMES%/%VOLUME_ID_OR_NAME% T2\n",
	  { { "PUT", "/volumes/data" } } },
	{ { { "POST", C, "{\"Image\":\"alpine\",\"HostConfig\":{\"Binds\":[\"/srv:/s:ro\",\"data:/d\"]}}" },
	    { "POST", C, "{\"Image\":\"busybox\",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8080\"}]}}}" },
	    { "POST", C, "{\"Image\":\"busybox\",\"HostConfig\":{\"CapAdd\":[\"NET_ADMIN\"],\"NetworkMode\":\"n_default\"}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T3\n"
	  "  + confined\n  + bind /srv:ro\n  + cap NET_ADMIN\n  + image alpine, busybox\n"
	  "  + network n_default\n  + publish 8080\n  + volume data\n",
	  { { "POST", C, "{\"Image\":\"debian\"}" },
	    { "POST", C, "{\"Image\":\"alpine\",\"HostConfig\":{\"Binds\":[\"/srv:/s\"]}}" },
	    { "POST", C, "{\"Image\":\"alpine\",\"HostConfig\":{\"Privileged\":true}}" } } },
	{ { { "POST", C, "{\"Image\":\"alpine\",\"HostConfig\":{\"Privileged\":true,\"PidMode\":\"host\",\"NetworkMode\":\"host\"},\"User\":\"0:0\"}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n"
	  "  + confined\n  + host net, pid\n  + image alpine\n  + privileged\n  + user 0:0\n",
	  { { "POST", C, "{\"Image\":\"alpine\",\"HostConfig\":{\"IpcMode\":\"host\"}}" } } },
	{ { { "POST", C, "{\"Image\":\"a\",\"User\":\"0:0\",\"HostConfig\":{\"CapAdd\":[\"NET_ADMIN\"],\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"},{\"HostIp\":\"\",\"HostPort\":\"8080\"}]}}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n"
	  "  + confined\n  + cap NET_ADMIN\n  + image a\n  + publish 127.0.0.1:*, 8080\n  + user 0:0\n",
	  { { NULL } } },
	{ { { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"NetworkMode\":\"n1\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"n1\":{}}}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n  + confined\n  + image a\n  + network n1\n", { { NULL } } },
	/* what only one says is another rule */
	{ { { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"}}}" },
	    { "POST", C, "{\"Image\":\"a\"}" },
	    { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"ShmSize\":1000000}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n"
	  "  + confined\n  + image a\n  + body .HostConfig.RestartPolicy.Name =~ always\n"
	  "POST %API_PREFIX_CONTAINERS%/create T1\n  + confined\n  + image a\n"
	  "POST %API_PREFIX_CONTAINERS%/create T1\n"
	  "  + confined\n  + image a\n  + body .HostConfig.ShmSize == 1000000\n",
	  { { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"on-failure\"}}}" },
	    { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"ShmSize\":1000001}}" } } },
	/* ids are new each time */
	{ { { "POST", "/networks/n1/connect", "{\"Container\":\"" ID "\"}" },
	    { "POST", "/networks/n2/connect", "{\"Container\":\"" ID2 "\"}" } },
	  "POST %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%/connect T2\n"
	  "  + confined\n  + body .Container =~ [0-9a-f]{64}\n",
	  { { "POST", "/networks/n1/connect", "{\"Container\":\"db\"}" } } },
	{ { { "GET", "/containers/x1/archive?path=%2Fetc%2Fa%20b%23%20%21" },
	    { "GET", "/containers/x1/archive?path=/tmp" } },
	  "GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/archive T2\n"
	  "  + query path (?:/etc/a\\x{20}b\\x{23}\\x{20}\\x{21}|/tmp)\n",
	  { { "GET", "/containers/x1/archive?path=/etc" }, { "PUT", "/containers/x1/archive?path=/tmp" } } },
	{ { { "POST", "/images/create?fromImage=alpine&tag=3" }, { "POST", "/images/create?fromImage=ghcr.io/a/b&tag=sha256:" ID } },
	  "POST %API_PREFIX_IMAGES%/create T2\n"
	  "  + confined\n  + image alpine:3, ghcr.io/a/b@sha256:" ID "\n",
	  { { "POST", "/images/create?fromImage=alpine&tag=4" }, { "POST", "/images/create?fromSrc=x" } } },
	{ { { "POST", "/containers/x1/start" }, { "POST", "/containers/x1/stop?t=1" } },
	  "POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/start T1\n"
	  "POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/stop T1\n", { { NULL } } },
	{ { { "POST", "/containers/x1/exec", "{\"Cmd\":[\"sh\"],\"Privileged\":true}" }, { "POST", "/exec/" ID "/start", "{}" } },
	  "POST %API_PREFIX%/exec/[a-fA-F0-9]+/start T1\n  + confined\n"
	  "POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/exec T1\n  + confined\n  + privileged\n", { { NULL } } },
	/* nothing that a peer says becomes a line or a comment of its own */
	{ { { "POST", C, "{\"Image\":\"a\\n  + privileged\"}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n  + confined\n", { { NULL } } },
	{ { { "POST", C, "{\"Image\":\"a\",\"New\":[\"x\\n  + privileged\",\"y # z\"]}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1; NOT NARROWED, no constraint lets it pass\n", { { NULL } } },
	{ { { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"Sysctls\":{\"k\\n  + privileged\":\"1\"}}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1; NOT NARROWED, no constraint lets it pass\n", { { NULL } } },
	{ { { "POST", C, "{\"Image\":\"a\",\"Domain\":\"x # y\\n\"}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n  + confined\n  + image a\n"
	  "  + body .Domain =~ x\\x{20}\\x{23}\\x{20}y\\x{a}\n", { { NULL } } },
	/* what cannot be said of a request is said to be so */
	{ { { "POST", C, "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/a b:/x\"]}}" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1\n"
	  "  + confined\n  + image a\n  + body .HostConfig.Binds[0] =~ /a\\x{20}b:/x\n", { { NULL } } },
	{ { { "POST", C, "[]" } },
	  "POST %API_PREFIX_CONTAINERS%/create T1; NOT NARROWED, no constraint lets it pass\n", { { NULL } } },
	{ { { "GET", "/nothing/known" } }, "GET %API_PREFIX%/nothing/known T1\n",
	  { { "GET", "/nothing/known/x" } } },
};
/* clang-format on */

/* The text with each comment as "T" and the number of times, blanks in front left out. */
static char *shorten(const char *text)
{
	static char out[8192];
	size_t n = 0;
	unsigned long times;

	text = strchr(text, '\n') + 1;
	while (*text != '\0') {
		if (sscanf(text, "# learnt: %lu times, last 2025-11-25T17:30Z, by tool", &times) ==
		    1) {
			while (n > 0 && out[n - 1] == ' ')
				n--;
			n += (size_t)sprintf(out + n, " T%lu", times);
			text = strstr(text, "by tool") + strlen("by tool");
			continue;
		}
		out[n++] = *text++;
	}
	out[n] = '\0';
	return out;
}

static void learns_what_was_used_and_nothing_else(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct learnt *l = begin("");
		char *text;

		for (size_t k = 0; k < 4 && rows[i].uses[k].method; k++)
			use(l, &rows[i].uses[k]);
		assert_true(learnt_changed(l));
		text = text_of(l);
		assert_false(learnt_changed(l));
		if (strcmp(shorten(text), rows[i].text) != 0) {
			printf("expected\n%sgot\n%s\n", rows[i].text, text);
			failed++;
		}
		for (size_t k = 0; k < 4 && rows[i].uses[k].method; k++)
			if (!allows(text, &rows[i].uses[k])) {
				printf("denied: %s %s\n%s", rows[i].uses[k].method,
				       rows[i].uses[k].target, text);
				failed++;
			}
		for (size_t k = 0; k < 3 && rows[i].denied[k].method; k++)
			if (allows(text, &rows[i].denied[k])) {
				printf("allowed: %s %s\n%s", rows[i].denied[k].method,
				       rows[i].denied[k].target, text);
				failed++;
			}
		free(text);
		learnt_free(l);
	}
	assert_int_equal(failed, 0);
}

/* ---- learning again ---- */

static void learning_again_changes_the_comments_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct learnt *l = begin(""), *again;
		char *text, *more;

		for (size_t k = 0; k < 4 && rows[i].uses[k].method; k++)
			use(l, &rows[i].uses[k]);
		text = text_of(l);
		again = begin(text);
		more = text_of(again);
		assert_string_equal(more, text);
		free(more);
		for (size_t k = 0; k < 4 && rows[i].uses[k].method; k++)
			use(again, &rows[i].uses[k]);
		assert_int_equal(learnt_count(again), 0);
		more = text_of(again);
		for (const char *a = text, *b = more; *a != '\0' || *b != '\0'; a++, b++)
			if (*a != *b && (*a < '1' || *a > '9' || *b < '1' || *b > '9'))
				fail_msg("%s\n%s", text, more);
		free(text);
		free(more);
		learnt_free(l);
		learnt_free(again);
	}
}

static void keeps_what_a_person_wrote(void **state)
{
	static const char before[] =
		"# mine\n"
		"\n"
		"GET   /own  # because\r\n"
		"GET %API_PREFIX_CONTAINERS%/json  # learnt: 7 times, last 2024-01-01T00:00Z, by ps\n"
		"! between\n"
		"POST %API_PREFIX_CONTAINERS%/create # learnt: 1 times, last 2024-01-01T00:00Z, by x\n"
		"  + confined\n"
		"  + image a\n"
		"POST %API_PREFIX_NETWORKS%/create # learnt: 1 times, last 2024-01-01T00:00Z, by x\n"
		"  + confined   # never without\n"
		"  + network n1\n"
		"# end";
	static const char after[] =
		"# mine\n"
		"\n"
		"GET   /own  # because\r\n"
		"GET %API_PREFIX_CONTAINERS%/json  # learnt: 8 times, last 2025-11-25T17:30Z, by ps, tool\n"
		"! between\n"
		"POST %API_PREFIX_CONTAINERS%/create                                       "
		"# learnt: 2 times, last 2025-11-25T17:30Z, by tool, x\n"
		"  + confined\n"
		"  + bind /srv\n"
		"  + image a, b\n"
		"POST %API_PREFIX_NETWORKS%/create # learnt: 1 times, last 2024-01-01T00:00Z, by x\n"
		"  + confined   # never without\n"
		"  + network n1\n"
		"# end\n"
		"POST %API_PREFIX_NETWORKS%/create                                         "
		"# learnt: 1 times, last 2025-11-25T17:30Z, by tool\n"
		"  + confined\n"
		"  + network n2\n";
	static const struct use uses[] = {
		{ "GET", "/own", NULL },
		{ "GET", "/v1.43/containers/json", NULL },
		{ "POST", "/containers/create",
		  "{\"Image\":\"b\",\"HostConfig\":{\"Binds\":[\"/srv:/srv\"]}}" },
		{ "POST", "/networks/create", "{\"Name\":\"n2\"}" },
	};
	struct learnt *l = begin(before);
	char *text;

	(void)state;
	for (size_t i = 0; i < N_OF(uses); i++)
		use(l, &uses[i]);
	assert_int_equal(learnt_count(l), 1);
	text = text_of(l);
	assert_string_equal(text, after);
	free(text);
	learnt_free(l);
}

static void a_file_that_is_wrong_is_not_touched(void **state)
{
	struct policy_error err;

	(void)state;
	assert_null(learnt_new("f", "GET /a\nget /b\n", 14, NULL, &err));
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 1);
}

static void of_many_words_any_will_do(void **state)
{
	struct learnt *l = begin("");
	char target[64], *text;

	(void)state;
	for (int i = 0; i < 2 * NEEDS_LIST_MAX; i++) {
		snprintf(target, sizeof(target), "/containers/x1/archive?path=/f%d", i);
		use(l, &(struct use){ "GET", target, NULL });
	}
	text = text_of(l);
	assert_non_null(strstr(text, "\n  + query path .*\n"));
	free(text);
	learnt_free(l);
}

static void what_a_program_calls_itself_cannot_end_a_comment(void **state)
{
	struct policy_request req = request_of(&(struct use){ "GET", "/info", NULL });
	struct learnt *l = begin(""), *again;
	char *text;

	(void)state;
	assert_true(learnt_note(l, &req, "a\nGET .*;,\xff\x1b b", WHEN));
	text = text_of(l);
	assert_non_null(strstr(text, "by a_GET_.*_____b\n"));
	again = begin(text);
	learnt_free(again);
	free(text);
	learnt_free(l);
}

static void a_method_that_no_rule_has_is_not_learnt(void **state)
{
	struct policy_request req = request_of(&(struct use){ "M-SEARCH", "/info", NULL });
	struct learnt *l = begin("");

	(void)state;
	assert_false(learnt_note(l, &req, "x", WHEN));
	assert_false(learnt_changed(l));
	learnt_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(learns_what_was_used_and_nothing_else),
		cmocka_unit_test(learning_again_changes_the_comments_alone),
		cmocka_unit_test(keeps_what_a_person_wrote),
		cmocka_unit_test(a_file_that_is_wrong_is_not_touched),
		cmocka_unit_test(of_many_words_any_will_do),
		cmocka_unit_test(what_a_program_calls_itself_cannot_end_a_comment),
		cmocka_unit_test(a_method_that_no_rule_has_is_not_learnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
