/*
 * Request targets: the path that is judged, and the one that is sent.
 */
#include "cmocka_prelude.h"
#include "http/target.h"

/* clang-format off */
static const struct {
	const char *raw;
	enum http_error error;
	const char *path, *sent, *query;
} rows[] = {
	{ "/", HTTP_OK, "/", "/", NULL },
	{ "/a/b", HTTP_OK, "/a/b", "/a/b", NULL },
	{ "/a/b/", HTTP_OK, "/a/b/", "/a/b/", NULL },
	{ "//", HTTP_OK, "/", "/", NULL },
	{ "//a///b//", HTTP_OK, "/a/b/", "/a/b/", NULL },
	{ "/a/./b/.", HTTP_OK, "/a/b", "/a/b", NULL },
	{ "/a/../b", HTTP_OK, "/b", "/b", NULL },
	{ "/a/b/..", HTTP_OK, "/a", "/a", NULL },
	{ "/a/b/../", HTTP_OK, "/a/", "/a/", NULL },
	{ "/../../a", HTTP_OK, "/a", "/a", NULL },
	{ "/..", HTTP_OK, "/", "/", NULL },
	{ "/...", HTTP_OK, "/...", "/...", NULL },
	{ "/..a/.b", HTTP_OK, "/..a/.b", "/..a/.b", NULL },
	{ "/a%2fb", HTTP_OK, "/a/b", "/a/b", NULL },
	{ "/a%2F..%2Fb", HTTP_OK, "/b", "/b", NULL },
	{ "/a/%2e%2E/b", HTTP_OK, "/b", "/b", NULL },
	{ "/%252e", HTTP_OK, "/%2e", "/%252e", NULL },
	{ "/a%20b", HTTP_OK, "/a b", "/a%20b", NULL },
	{ "/%41%7e", HTTP_OK, "/A~", "/A~", NULL },
	{ "/a:b@c;d=e,f+g!h$i&j'k(l)m*n", HTTP_OK, "/a:b@c;d=e,f+g!h$i&j'k(l)m*n",
	  "/a:b@c;d=e,f+g!h$i&j'k(l)m*n", NULL },
	{ "/a\"<>[]^`{|}\\", HTTP_OK, "/a\"<>[]^`{|}\\", "/a%22%3C%3E%5B%5D%5E%60%7B%7C%7D%5C", NULL },
	{ "/%c3%a9", HTTP_OK, "/\xc3\xa9", "/%C3%A9", NULL },
	{ "/%f0%9f%90%b3", HTTP_OK, "/\xf0\x9f\x90\xb3", "/%F0%9F%90%B3", NULL },
	{ "/%3f%23", HTTP_OK, "/?#", "/%3F%23", NULL },
	{ "/a?", HTTP_OK, "/a", "/a", "" },
	{ "/a?b=/../c%2f&d=?", HTTP_OK, "/a", "/a", "b=/../c%2f&d=?" },
	{ "http://h/a", HTTP_OK, "/a", "/a", NULL },
	{ "HTTP://h:1/a?b", HTTP_OK, "/a", "/a", "b" },
	{ "http://h", HTTP_OK, "/", "/", NULL },
	{ "http://h?b", HTTP_OK, "/", "/", "b" },
	{ "http://[::1]:1/a", HTTP_OK, "/a", "/a", NULL },
	{ "", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "*", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "h:80", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "?a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "http:/a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "http:///a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "http://u@h/a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "http://h\\/a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "https://h/a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "unix://a", HTTP_E_TARGET_FORM, NULL, NULL, NULL },
	{ "/%", HTTP_E_TARGET_ESCAPE, NULL, NULL, NULL },
	{ "/%4", HTTP_E_TARGET_ESCAPE, NULL, NULL, NULL },
	{ "/%4g", HTTP_E_TARGET_ESCAPE, NULL, NULL, NULL },
	{ "/a?%", HTTP_E_TARGET_ESCAPE, NULL, NULL, NULL },
	{ "/%00", HTTP_E_TARGET_CONTROL, NULL, NULL, NULL },
	{ "/%0d%0a", HTTP_E_TARGET_CONTROL, NULL, NULL, NULL },
	{ "/%7f", HTTP_E_TARGET_CONTROL, NULL, NULL, NULL },
	{ "/\x01", HTTP_E_TARGET_CONTROL, NULL, NULL, NULL },
	{ "/\xc3\xa9", HTTP_E_TARGET_BYTE, NULL, NULL, NULL },
	{ "/%c3", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/%c0%af", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/%e0%80%af", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/%ed%a0%80", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/%f4%90%80%80", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/%80", HTTP_E_TARGET_UTF8, NULL, NULL, NULL },
	{ "/a#b", HTTP_E_TARGET_FRAGMENT, NULL, NULL, NULL },
	{ "/a?b#c", HTTP_E_TARGET_FRAGMENT, NULL, NULL, NULL },
	{ "/a?b\"c", HTTP_E_QUERY_BYTE, NULL, NULL, NULL },
	{ "/a?\xc3", HTTP_E_QUERY_BYTE, NULL, NULL, NULL },
};
/* clang-format on */

static void reads_cleans_and_encodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct http_slice raw = { rows[i].raw, strlen(rows[i].raw) };
		struct http_target t;
		char room[128], sent[384];
		enum http_error e = http_target_read(&t, raw, room);

		if (e != rows[i].error)
			fail_msg("%s: %s", rows[i].raw, http_error_text(e));
		if (e != HTTP_OK)
			continue;
		assert_string_equal(t.path, rows[i].path);
		sent[http_path_encode(sent, t.path, t.path_len)] = '\0';
		assert_string_equal(sent, rows[i].sent);
		assert_int_equal(t.has_query, rows[i].query != NULL);
		if (rows[i].query) {
			assert_int_equal(t.query.len, strlen(rows[i].query));
			assert_memory_equal(t.query.p, rows[i].query, t.query.len);
		}
	}
}

/* Whoever reads what is sent as we do sees the path that was judged. */
static void what_is_sent_reads_as_what_was_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct http_slice sent;
		struct http_target t;
		char room[128];

		if (rows[i].error != HTTP_OK)
			continue;
		sent = (struct http_slice){ rows[i].sent, strlen(rows[i].sent) };
		assert_int_equal(http_target_read(&t, sent, room), HTTP_OK);
		assert_string_equal(t.path, rows[i].path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_cleans_and_encodes),
		cmocka_unit_test(what_is_sent_reads_as_what_was_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
