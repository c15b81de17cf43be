/*
 * Ids of users and groups.
 */
#include "cmocka_prelude.h"
#include "id.h"

static void reads_what_is_an_id_and_nothing_else(void **state)
{
	static const char *const none[] = { "",		  "-1",		"+1",
					    " 1",	  "1 ",		"0x1",
					    "root",	  "1a",		"1.0",
					    "4294967295", "4294967296", "99999999999999999999" };
	unsigned int id = 7;

	(void)state;
	for (size_t i = 0; i < N_OF(none); i++)
		if (id_parse(none[i], &id))
			fail_msg("\"%s\"", none[i]);
	assert_int_equal(id, 7);
	assert_true(id_parse("0", &id));
	assert_int_equal(id, 0);
	assert_true(id_parse("0100", &id));
	assert_int_equal(id, 100);
	assert_true(id_parse("4294967294", &id));
	assert_int_equal(id, 4294967294U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_an_id_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
