/*
 * What an engine says of its containers, also where hostile people have named them.
 */
#include <arpa/inet.h>
#include <errno.h>

#include "cmocka_prelude.h"
#include "policy/container.h"

#define A	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0123456789bbbbbbbbbbbbbbbbbbbbbb"
#define RUNS	"\"State\":{\"Status\":\"running\",\"Running\":true,\"Paused\":false,\"Pid\":4711}"
#define NO_NAME "the engine's answer has no name and id of a container"
#define NOT_IT	"the engine's answer is not what was asked for"

static char error[CONTAINER_ERROR_MAX];

static int read_one(struct container *c, const char *text)
{
	char *copy = strdup(text);
	int rc = container_read(c, copy, strlen(copy), error);

	free(copy); /* nothing of it is kept */
	return rc;
}

static struct container_list *list;

static void drop_list(void)
{
	container_list_free(list);
	list = NULL;
}

/* What is found is there until the next call. */
static int find(struct container *c, const char *text, const char *addr)
{
	char *copy = strdup(text);
	struct in6_addr a = { 0 };

	if (inet_pton(AF_INET, addr, &a.s6_addr[12]) == 1)
		a.s6_addr[10] = a.s6_addr[11] = 0xff;
	else
		assert_int_equal(inet_pton(AF_INET6, addr, &a), 1);
	drop_list();
	list = container_list_read(copy, strlen(copy), error);
	free(copy);
	return list ? container_find(c, list, &a) : -EPROTO;
}

static void reads_an_inspected_container(void **state)
{
	struct container c = { 0 };

	(void)state;
	assert_int_equal(read_one(&c,
				  "{\"Id\":\"" A "\",\"Created\":\"2026-11-25T17:00:00.1Z\"," RUNS
				  ",\"Name\":\"/web-1\",\"HostConfig\":{\"NanoCpus\":1.5},"
				  "\"Config\":{\"Labels\":{\"tier\":\"monitor\",\"empty\":\"\","
				  "\"a.b/c\":\"x=y\",\"odd\":5}}}\n"),
			 0);
	assert_string_equal(c.id, A);
	assert_string_equal(c.name, "web-1");
	assert_int_equal(c.pid, 4711);
	assert_true(container_has_label(&c, "tier"));
	assert_true(container_has_label(&c, "tier=monitor"));
	assert_false(container_has_label(&c, "tier="));
	assert_false(container_has_label(&c, "tier=monito"));
	assert_false(container_has_label(&c, "TIER"));
	assert_true(container_has_label(&c, "empty="));
	assert_true(container_has_label(&c, "a.b/c=x=y"));
	assert_false(container_has_label(&c, "odd"));
	assert_false(container_has_label(&c, "none"));
	container_clear(&c);
	assert_int_equal(read_one(&c, "{\"Id\":\"" A "\"," RUNS
				      ",\"Name\":\"/web\",\"Config\":{\"Labels\":null}}"),
			 0);
	assert_false(container_has_label(&c, "tier"));
	container_clear(&c);
}

static void refuses_what_is_no_container_that_runs(void **state)
{
	static const struct {
		const char *text;
		int rc;
		const char *error;
	} rows[] = {
		{ "[]", -EINVAL, NOT_IT },
		{ "null", -EINVAL,
		  "the engine's answer is not JSON: line 1, column 4: '[' or '{' "
		  "expected near 'null'" },
		{ "{}", -EINVAL, NO_NAME },
		{ "{\"id\":\"" A "\"," RUNS ",\"name\":\"/a\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"" A "a\"," RUNS ",\"Name\":\"/a\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"../../x\"," RUNS ",\"Name\":\"/a\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":[\"" A "\"]," RUNS ",\"Name\":\"/a\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"" A "\"," RUNS ",\"Name\":\"a\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"" A "\"," RUNS ",\"Name\":\"/\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"" A "\"," RUNS ",\"Name\":\"/web/db\"}", -EINVAL, NO_NAME },
		{ "{\"Id\":\"" A "\",\"State\":{\"Running\":false,\"Pid\":0},\"Name\":\"/a\"}",
		  -ENOENT, "the container does not run" },
		{ "{\"Id\":\"" A "\",\"State\":{\"Running\":true,\"Pid\":0},\"Name\":\"/a\"}",
		  -ENOENT, "the container does not run" },
		{ "{\"Id\":\"" A "\",\"State\":{\"Running\":true,\"Pid\":-1},\"Name\":\"/a\"}",
		  -ENOENT, "the container does not run" },
		{ "{\"Id\":\"" A
		  "\",\"State\":{\"Running\":true,\"Pid\":4294967297},\"Name\":\"/a\"}",
		  -ENOENT, "the container does not run" },
		{ "{\"Id\":\"" A "\",\"State\":{\"Pid\":1},\"Name\":\"/a\"}", -ENOENT,
		  "the container does not run" },
	};
	struct container c = { .pid = 7 };

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int rc = read_one(&c, rows[i].text);

		if (rc != rows[i].rc || strcmp(error, rows[i].error) != 0)
			fail_msg("%s: %d %s", rows[i].text, rc, error);
	}
	assert_int_equal(c.pid, 7);
}

/* ---- lists ---- */

#define ITEM(id, names, networks, labels)                                              \
	"{\"Id\":\"" id "\",\"Names\":[" names "],\"Image\":\"x\",\"Labels\":{" labels \
	"},\"State\":\"running\",\"HostConfig\":{\"NetworkMode\":\"x\"},"              \
	"\"NetworkSettings\":{\"Networks\":{" networks "}},\"Mounts\":[]}"
#define NET(name, v4, v6)                                                                  \
	"\"" name "\":{\"IPAMConfig\":null,\"Gateway\":\"172.17.0.1\",\"IPAddress\":\"" v4 \
	"\",\"GlobalIPv6Address\":\"" v6 "\"}"
#define WEB                                                                          \
	ITEM(A, "\"/db/web\",\"/web\"",                                              \
	     NET("bridge", "172.17.0.2", "") "," NET("back", "10.5.0.2", "fd00::2"), \
	     "\"tier\":\"web\"")
#define DB ITEM(B, "\"/db\"", NET("bridge", "172.17.0.3", ""), "")

static void finds_who_has_an_address(void **state)
{
	static const struct {
		const char *addr, *name; /* NULL: nobody */
	} rows[] = {
		{ "172.17.0.2", "web" }, { "10.5.0.2", "web" },	 { "fd00::2", "web" },
		{ "172.17.0.3", "db" },	 { "172.17.0.1", NULL }, { "172.17.0.4", NULL },
		{ "fd00::3", NULL },	 { "::", NULL },	 { "0.0.0.0", NULL },
		{ "127.0.0.1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct container c = { 0 };
		int rc = find(&c, "[" WEB "," DB "]", rows[i].addr);

		assert_int_equal(rc, rows[i].name ? 0 : -ENOENT);
		if (!rows[i].name)
			continue;
		assert_string_equal(c.name, rows[i].name);
		assert_int_equal(container_has_label(&c, "tier=web"), rows[i].name[0] == 'w');
	}
}

static void an_address_of_two_is_nobodys(void **state)
{
	struct container c = { 0 };

	(void)state;
	assert_int_equal(find(&c,
			      "[" DB
			      "," ITEM(A, "\"/x\"", NET("other", "172.17.0.3", ""), "") "," WEB "]",
			      "172.17.0.3"),
			 -EEXIST);
}

static void who_has_the_hosts_network_has_no_address(void **state)
{
	struct container c = { 0 };

	(void)state;
	assert_int_equal(find(&c, "[" ITEM(A, "\"/x\"", NET("host", "", ""), "") "]", "10.0.0.1"),
			 -ENOENT);
	assert_int_equal(find(&c, "[" ITEM(A, "\"/x\"", "", "") "]", "10.0.0.1"), -ENOENT);
}

/* What one container is labelled with must not hide another. */
static void hostile_labels_hurt_nobody_else(void **state)
{
	static const char *const labels[] = {
		"\"a\":\"x\",\"A\":\"x\",\"\\u017f\":\"\",\"s\":\"\"",
		"\"a\":\"\\u0000\",\"b\\u0000\":\"\"",
		"\"a\\u0000\":\"\",\"a\\ufffd\":\"\"",
		"\"a\":\"\\\\u0000\",\"\\\\\\u0000\":\"\"",
		"\"IPAddress\":\"172.17.0.3\",\"Networks\":\"172.17.0.3\"",
		"\"a\":\"\\\"}},{\\\"Id\\\":\\\"\"",
		"\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\"",
		"",
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < N_OF(labels); i++) {
		struct container c = { 0 };

		snprintf(text, sizeof(text),
			 "[" ITEM(A, "\"/x\"", NET("y", "1.1.1.1", ""), "%s") "," DB "]",
			 labels[i]);
		if (find(&c, text, "172.17.0.3") != 0)
			fail_msg("%s: %s", labels[i], error);
		assert_string_equal(c.name, "db");
	}
}

/* A text ends where a NUL in it would have it end for C only. */
static void a_nul_ends_no_label_and_no_name(void **state)
{
	struct container c = { 0 };

	(void)state;
	assert_int_equal(find(&c,
			      "[" ITEM(A, "\"/x\"", NET("y", "1.1.1.1", ""),
				       "\"tier\":\"monitor\\u0000x\",\"admin\\u0000\":\"1\"") "]",
			      "1.1.1.1"),
			 0);
	assert_false(container_has_label(&c, "tier=monitor"));
	assert_false(container_has_label(&c, "admin"));
	assert_int_equal(find(&c, "[" ITEM(A, "\"/web\\u0000\"", NET("y", "1.1.1.1", ""), "") "]",
			      "1.1.1.1"),
			 0);
	assert_string_not_equal(c.name, "web");
}

static void what_is_torn_or_of_another_form_finds_nobody(void **state)
{
	static const char *const texts[] = {
		"",
		"[",
		"[" WEB,
		"{\"message\":\"no\"}",
		"[1,null,\"x\",{},[]]",
		"[{\"Id\":\"" A "\",\"Names\":null,\"NetworkSettings\":{\"Networks\":"
		"[{\"IPAddress\":\"172.17.0.2\"}]}}]",
		"[{\"Id\":\"" A "\",\"Names\":[],\"NetworkSettings\":{\"Networks\":{\"a\":"
		"{\"IPAddress\":\"172.17.0.2\"}}}}]",
		"[{\"Id\":5,\"Names\":[\"/a\"],\"NetworkSettings\":{\"Networks\":{\"a\":"
		"{\"IPAddress\":\"172.17.0.2\"}}}}]",
		"[" ITEM(A, "\"/x\"", NET("y", "172.17.0.2 ", ""), "") "]",
		"[" ITEM(A, "\"/x\"", NET("y", "172.17.0.2/16", ""), "") "]",
	};
	char deep[200];

	(void)state;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct container c = { 0 };

		assert_int_not_equal(find(&c, texts[i], "172.17.0.2"), 0);
		assert_null(c.name);
	}
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_int_equal(find(&(struct container){ 0 }, deep, "172.17.0.2"), -EPROTO);
	assert_string_equal(error, "the engine's answer is nested too deeply");
}

static int end(void **state)
{
	(void)state;
	drop_list();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_inspected_container),
		cmocka_unit_test(refuses_what_is_no_container_that_runs),
		cmocka_unit_test(finds_who_has_an_address),
		cmocka_unit_test(an_address_of_two_is_nobodys),
		cmocka_unit_test(who_has_the_hosts_network_has_no_address),
		cmocka_unit_test(hostile_labels_hurt_nobody_else),
		cmocka_unit_test(a_nul_ends_no_label_and_no_name),
		cmocka_unit_test(what_is_torn_or_of_another_form_finds_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
