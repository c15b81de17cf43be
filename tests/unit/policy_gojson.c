/*
 * JSON as Go reads it, where that is unambiguous.
 */
#include "cmocka_prelude.h"
#include "policy/gojson.h"

#define LONG_S "\xc5\xbf"
#define KELVIN "\xe2\x84\xaa"

static bool is_read(const char *text, size_t len, char *error)
{
	struct gojson *root = gojson_read(text, len, error);

	gojson_free(root);
	return root != NULL;
}

static const struct {
	const char *text;
	const char *error; /* part of it, NULL if it is read */
} documents[] = {
	{ "{}", NULL },
	{ " \t\r\n{} \t\r\n", NULL },
	{ "null", NULL },
	{ "7", NULL },
	{ "\"x\"", NULL },
	{ "[1,-2,3.5,1e3,true,false,null,{}]", NULL },
	{ "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", NULL },
	{ "[{\"a\":1},{\"a\":1}]", NULL },
	{ "\"\\u00e9 \\ud83d\\ude00 \\/ \\b\"", NULL },
	{ "9223372036854775807", NULL },
	{ "-9223372036854775808", NULL },

	{ "", "not JSON" },
	{ " ", "not JSON" },
	{ "{}{}", "not JSON" },
	{ "{} {}", "not JSON" },
	{ "{}]", "not JSON" },
	{ "{},", "not JSON" },
	{ "{", "not JSON" },
	{ "{\"a\"}", "not JSON" },
	{ "{\"a\":}", "not JSON" },
	{ "{\"a\":1,}", "not JSON" },
	{ "{a:1}", "not JSON" },
	{ "['a']", "not JSON" },
	{ "[01]", "not JSON" },
	{ "[+1]", "not JSON" },
	{ "[.5]", "not JSON" },
	{ "[0x10]", "not JSON" },
	{ "[NaN]", "not JSON" },
	{ "[Infinity]", "not JSON" },
	{ "[TRUE]", "not JSON" },
	{ "// c\n{}", "not JSON" },
	{ "{} # c", "not JSON" },
	{ "\"a\nb\"", "not JSON" },
	{ "\"\\x41\"", "not JSON" },
	{ "\"\\ud83d\"", "not JSON" },
	{ "\"\\ude00\\ud83d\"", "not JSON" },
	{ "\"\\u0000\"", "not JSON" },
	{ "{\"a\\u0000b\":1}", "not JSON" },
	{ "\xef\xbb\xbf{}", "not JSON" },
	{ "\"\xff\"", "not JSON" },
	{ "\"\xc0\x80\"", "not JSON" },
	{ "\"\xed\xa0\x80\"", "not JSON" },
	{ "\"\xf4\x90\x80\x80\"", "not JSON" },
	{ "\"\xe2\x84\"", "not JSON" },
	{ "9223372036854775808", "not JSON" },
	{ "-9223372036854775809", "not JSON" },
	{ "1e999", "not JSON" },

	{ "{\"a\":1,\"a\":1}", "uplicate" },
	{ "{\"a\":1,\"\\u0061\":1}", "uplicate" },
	{ "{\"a\":1,\"A\":1}", "twice" },
	{ "{\"x\":[{\"Kind\":1,\"kIND\":2}]}", "\"KIND\" twice" },
	{ "{\"s\":1,\"" LONG_S "\":1}", "twice" },
	{ "{\"S\":1,\"\\u017F\":1}", "twice" },
	{ "{\"k\":1,\"" KELVIN "\":1}", "twice" },
	{ "{\"K\":1,\"\\u212a\":1}", "twice" },
	{ "{\"Mas" KELVIN "ed\":1,\"ma" LONG_S "KED\":null}", "twice" },
};

static void reads_only_what_means_one_thing(void **state)
{
	char error[GOJSON_ERROR_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(documents); i++) {
		const char *text = documents[i].text;
		bool ok = is_read(text, strlen(text), error);

		if (ok != !documents[i].error)
			fail_msg("%s: %s", text, ok ? "was read" : error);
		if (!ok && !strstr(error, documents[i].error))
			fail_msg("%s: \"%s\" does not say \"%s\"", text, error, documents[i].error);
	}
}

static void a_byte_of_nul_is_no_end(void **state)
{
	char error[GOJSON_ERROR_MAX];

	(void)state;
	assert_false(is_read("{}\0", 3, error));
	assert_false(is_read("{\"a\0b\":1}", 9, error));
	assert_true(is_read("{}x", 2, error));
}

static bool is_nested_read(size_t depth, char *error)
{
	char text[2 * GOJSON_DEPTH_MAX + 8];

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return is_read(text, 2 * depth, error);
}

static void bounds_depth(void **state)
{
	static const char in_string[] = "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"]";
	char error[GOJSON_ERROR_MAX];

	(void)state;
	assert_true(is_nested_read(GOJSON_DEPTH_MAX, error));
	assert_false(is_nested_read(GOJSON_DEPTH_MAX + 1, error));
	assert_non_null(strstr(error, "too deeply"));
	/* Brackets in strings are none. */
	assert_true(is_read(in_string, strlen(in_string), error));
}

static void bounds_the_number_of_values(void **state)
{
	static char text[2 * GOJSON_VALUES_MAX + 8];
	char error[GOJSON_ERROR_MAX];
	size_t len = 0;

	(void)state;
	text[len++] = '[';
	for (size_t i = 1; i < GOJSON_VALUES_MAX; i++) {
		text[len++] = '0';
		text[len++] = ',';
	}
	memcpy(text + len, "0]", 2);
	assert_true(is_read(text, len + 2, error));
	memcpy(text + len, "0,0]", 4);
	assert_false(is_read(text, len + 4, error));
	assert_non_null(strstr(error, "too many values"));
}

static const struct {
	const char *a, *b;
	bool same;
} names[] = {
	{ "", "", true },
	{ "Binds", "binds", true },
	{ "BINDS", "bindS", true },
	{ "Binds", "Bind" LONG_S, true },
	{ "Masked", "ma" LONG_S KELVIN "ed", true },
	{ LONG_S, "S", true },
	{ KELVIN, "k", true },
	{ "Binds", "Bind", false },
	{ "Bind", "Binds", false },
	{ "a_b", "a-b", false },
	{ "\xc3\xa9", "\xc3\x89", false }, /* no field has one, and a map does not fold */
	{ "I", "\xc4\xb1", false },	   /* dotless i is not folded by Go */
};

static void folds_names_as_go_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		if (gojson_same_name(names[i].a, names[i].b) != names[i].same)
			fail_msg("%s, %s", names[i].a, names[i].b);
}

static void finds_a_field_in_any_case_but_a_key_in_its_own(void **state)
{
	static const char text[] = "{\"hoSTconfig\":1,\"Label" LONG_S "\":2}";
	char error[GOJSON_ERROR_MAX];
	struct gojson *root = gojson_read(text, strlen(text), error);

	(void)state;
	assert_int_equal(gojson_integer(gojson_member(root, "HostConfig")), 1);
	assert_int_equal(gojson_integer(gojson_member(root, "Labels")), 2);
	assert_null(gojson_member(root, "Label"));
	assert_null(gojson_key(root, "HostConfig"));
	assert_int_equal(gojson_integer(gojson_key(root, "hoSTconfig")), 1);
	assert_null(gojson_member(NULL, "x"));
	gojson_free(root);
}

static const struct {
	const char *text;
	enum gojson_kind kind;
	bool neutral;
	const char *shown; /* in 16 bytes */
} values[] = {
	{ "null", GOJSON_NULL, true, "null" },
	{ "false", GOJSON_BOOL, true, "false" },
	{ "true", GOJSON_BOOL, false, "true" },
	{ "0", GOJSON_INTEGER, true, "0" },
	{ "-0", GOJSON_INTEGER, true, "0" },
	{ "-1", GOJSON_INTEGER, false, "-1" },
	{ "0.0", GOJSON_REAL, false, "0.0" },
	{ "1e3", GOJSON_REAL, false, "1000.0" },
	{ "\"\"", GOJSON_STRING, true, "\"\"" },
	{ "\"x\"", GOJSON_STRING, false, "\"x\"" },
	{ "\"0123456789abcdef\"", GOJSON_STRING, false, "\"0123456789a..." },
	{ "[]", GOJSON_ARRAY, true, "[]" },
	{ "[null]", GOJSON_ARRAY, false, "[null]" },
	{ "{}", GOJSON_OBJECT, true, "{}" },
	{ "{\"a\":null}", GOJSON_OBJECT, false, "{\"a\":null}" },
};

static void tells_what_a_value_is(void **state)
{
	char error[GOJSON_ERROR_MAX], shown[16];

	(void)state;
	for (size_t i = 0; i < N_OF(values); i++) {
		struct gojson *v = gojson_read(values[i].text, strlen(values[i].text), error);

		assert_int_equal(gojson_kind_of(v), values[i].kind);
		assert_int_equal(gojson_is_neutral(v), values[i].neutral);
		gojson_show(shown, sizeof(shown), v);
		assert_string_equal(shown, values[i].shown);
		gojson_free(v);
	}
	assert_int_equal(gojson_kind_of(NULL), GOJSON_NULL);
}

static void never_cuts_a_character_in_two(void **state)
{
	static const char text[] = "\"0123456789\xe2\x82\xac\xe2\x82\xac\"";
	char error[GOJSON_ERROR_MAX], shown[16];
	struct gojson *v = gojson_read(text, strlen(text), error);

	(void)state;
	gojson_show(shown, sizeof(shown), v);
	assert_string_equal(shown, "\"0123456789...");
	gojson_free(v);
}

static int prepare(void **state)
{
	(void)state;
	gojson_prepare();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_only_what_means_one_thing),
		cmocka_unit_test(a_byte_of_nul_is_no_end),
		cmocka_unit_test(bounds_depth),
		cmocka_unit_test(bounds_the_number_of_values),
		cmocka_unit_test(folds_names_as_go_does),
		cmocka_unit_test(finds_a_field_in_any_case_but_a_key_in_its_own),
		cmocka_unit_test(tells_what_a_value_is),
		cmocka_unit_test(never_cuts_a_character_in_two),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
