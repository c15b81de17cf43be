/*
 * Bytes that are UTF-8, and bytes that are made so.
 */
#include "cmocka_prelude.h"
#include "utf8.h"

static const struct {
	const char *bytes, *mended;
} rows[] = {
	{ "", "" },
	{ "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3", "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3" },
	{ "a\xc3", "a?" },
	{ "\xe2\x82", "??" },
	{ "\xa9"
	  "b",
	  "?b" },
	{ "\xc0\xaf", "??" },
	{ "\xed\xa0\x80", "???" },
	{ "\xf4\x90\x80\x80", "????" },
	{ "\xff", "?" },
};

static void tells_and_mends(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char text[32];

		strcpy(text, rows[i].bytes);
		assert_int_equal(utf8_is_valid(text, strlen(text)),
				 strcmp(rows[i].bytes, rows[i].mended) == 0);
		utf8_mend(text);
		assert_string_equal(text, rows[i].mended);
	}
}

static void reads_characters(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t character;
		size_t len;
	} characters[] = {
		{ "a", 'a', 1 },
		{ "\xc2\x80", 0x80, 2 },
		{ "\xdf\xbf", 0x7ff, 2 },
		{ "\xe0\xa0\x80", 0x800, 3 },
		{ "\xef\xbf\xbf", 0xffff, 3 },
		{ "\xf0\x90\x80\x80", 0x10000, 4 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
		{ "\xed\xa0\x80", 0, 0 },
		{ "\xe2\x82", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(characters); i++) {
		uint32_t c = 0;

		assert_int_equal(utf8_decode(characters[i].bytes, strlen(characters[i].bytes), &c),
				 characters[i].len);
		assert_int_equal(c, characters[i].character);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tells_and_mends),
					    cmocka_unit_test(reads_characters) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
