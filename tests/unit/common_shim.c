/*
 * The list of guarded endpoints, as the supervisor writes it and the preload
 * library reads it.
 */
#include "cmocka_prelude.h"
#include "shim.h"

/* clang-format off */
static const struct {
	struct shim_endpoint endpoint;
	const char *text;
} rows[] = {
	{ { .addr = { .kind = ADDR_UNIX, .path = "/run/docker.sock" }, .dev = 0x1a, .ino = 0xff01 },
	  "1a:ff01:unix:///run/docker.sock" },
	{ { .addr = { .kind = ADDR_UNIX, .path = "/not/there" } }, "0:0:unix:///not/there" },
	{ { .addr = { .kind = ADDR_UNIX, .path = "/a b:c%d\n\xc3\xbc,;" }, .dev = 1, .ino = 2 },
	  "1:2:unix:///a%20b:c%25d%0a%c3%bc,;" },
	{ { .addr = { .kind = ADDR_UNIX, .path = "/max" }, .dev = UINT64_MAX, .ino = UINT64_MAX },
	  "ffffffffffffffff:ffffffffffffffff:unix:///max" },
	{ { .addr = { .kind = ADDR_TCP, .port = 2375, .host = "127.0.0.1" } },
	  "0:0:tcp://127.0.0.1:2375" },
	{ { .addr = { .kind = ADDR_TCP, .port = 65535, .host = "fe80::1%eth0" } },
	  "0:0:tcp://[fe80::1%25eth0]:65535" },
};

static const char *const malformed[] = {
	" ", "1", "1:", "1:2", "1:2:", ":2:unix:///a", "1::unix:///a", "x:2:unix:///a",
	"A:2:unix:///a", "-1:2:unix:///a", "10000000000000000:2:unix:///a", "1:2:/a",
	"1:2:unix:///a%", "1:2:unix:///a%2", "1:2:unix:///a%2x", "1:2:unix:///a%2F",
	"1:2:unix:///a%00", "1:2:unix:///a ", "1:2:unix:///a  1:2:unix:///b",
	" 1:2:unix:///a", "1:2:tcp://h", "1:2:unix:///a\n1:2:unix:///b%0",
};
/* clang-format on */

static void assert_same(const struct shim_endpoint *a, const struct shim_endpoint *b)
{
	assert_int_equal(a->addr.kind, b->addr.kind);
	assert_int_equal(a->addr.port, b->addr.port);
	assert_string_equal(a->addr.host, b->addr.host);
	assert_string_equal(a->addr.path, b->addr.path);
	assert_true(a->dev == b->dev && a->ino == b->ino);
}

static void writes_and_reads_each_endpoint(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char list[SHIM_PROTECT_MAX] = "";
		const char *cursor = list;
		struct shim_endpoint e;

		assert_true(shim_add(list, sizeof(list), &rows[i].endpoint));
		assert_string_equal(list, rows[i].text);
		assert_int_equal(shim_next(&cursor, &e), SHIM_ENTRY);
		assert_same(&e, &rows[i].endpoint);
		assert_int_equal(shim_next(&cursor, &e), SHIM_END);
	}
}

static void writes_and_reads_them_all_in_order(void **state)
{
	char list[SHIM_PROTECT_MAX] = "";
	const char *cursor = list;
	struct shim_endpoint e;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		assert_true(shim_add(list, sizeof(list), &rows[i].endpoint));
	for (size_t i = 0; i < N_OF(rows); i++) {
		assert_int_equal(shim_next(&cursor, &e), SHIM_ENTRY);
		assert_same(&e, &rows[i].endpoint);
	}
	assert_int_equal(shim_next(&cursor, &e), SHIM_END);
}

static void the_longest_path_of_the_strangest_bytes_fits(void **state)
{
	struct shim_endpoint long_one = { .addr.kind = ADDR_UNIX, .dev = 1, .ino = 1 }, e;
	char list[SHIM_PROTECT_MAX] = "";
	const char *cursor = list;

	(void)state;
	memset(long_one.addr.path, '\n', ADDR_PATH_MAX);
	long_one.addr.path[0] = '/';
	assert_true(shim_add(list, sizeof(list), &long_one));
	assert_int_equal(shim_next(&cursor, &e), SHIM_ENTRY);
	assert_same(&e, &long_one);
}

static void what_does_not_fit_leaves_the_list_as_it_was(void **state)
{
	const char *first = "1a:ff01:unix:///run/docker.sock";
	char list[64] = "";

	(void)state;
	for (size_t cap = 1; cap <= strlen(first); cap++) {
		assert_false(shim_add(list, cap, &rows[0].endpoint));
		assert_string_equal(list, "");
	}
	assert_true(shim_add(list, strlen(first) + 1, &rows[0].endpoint));
	assert_false(shim_add(list, sizeof(list), &rows[2].endpoint));
	assert_string_equal(list, first);
}

static void refuses_what_it_would_not_have_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(malformed); i++) {
		const char *cursor = malformed[i];
		struct shim_endpoint e;
		enum shim_step step;

		while ((step = shim_next(&cursor, &e)) == SHIM_ENTRY)
			;
		if (step != SHIM_MALFORMED)
			fail_msg("\"%s\" was read to its end", malformed[i]);
	}
}

static void an_empty_list_has_no_entry(void **state)
{
	const char *cursor = "";
	struct shim_endpoint e;

	(void)state;
	assert_int_equal(shim_next(&cursor, &e), SHIM_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_each_endpoint),
		cmocka_unit_test(writes_and_reads_them_all_in_order),
		cmocka_unit_test(the_longest_path_of_the_strangest_bytes_fits),
		cmocka_unit_test(what_does_not_fit_leaves_the_list_as_it_was),
		cmocka_unit_test(refuses_what_it_would_not_have_written),
		cmocka_unit_test(an_empty_list_has_no_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
