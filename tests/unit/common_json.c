/*
 * Text as the inside of a JSON string.
 */
#include "cmocka_prelude.h"

#include "json.h"

/* clang-format off */
static const struct {
	const char *text, *escaped;
} rows[] = {
	{ "plain ~", "plain ~" },
	{ "\"\\/", "\\\"\\\\/" },
	{ "\x1b[31m\n\x7f", "\\u001b[31m\\u000a\\u007f" },
	{ "\xc3\xa9\xe2\x82\xac", "\\u00e9\\u20ac" },
	{ "\xf0\x9f\x90\xb3", "\\ud83d\\udc33" },
	{ "\xc2\x9b", "\\u009b" },
	{ "a\xff" "b", "a\\ufffdb" },
	{ "\xe2\x82", "\\ufffd\\ufffd" },
	{ "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" },
};
/* clang-format on */

static void writes_printable_ascii_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char out[256] = "";
		size_t at = 0, left = strlen(rows[i].text), len;

		for (const char *p = rows[i].text; left > 0; at += len) {
			size_t used = json_escape(out + at, &len, p, left);

			assert_in_range(len, 1, JSON_ESCAPED_MAX);
			assert_in_range(used, 1, left);
			p += used;
			left -= used;
		}
		assert_string_equal(out, rows[i].escaped);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_printable_ascii_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
