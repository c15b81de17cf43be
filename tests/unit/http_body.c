/*
 * Chunk framing: where a body ends, whole and split at every byte.
 */
#include "cmocka_prelude.h"
#include "http/body.h"

/* clang-format off */
static const struct {
	const char *bytes;
	enum http_error error;
	size_t used;	/* by the body, if it ends in these bytes; else 0 */
} rows[] = {
	{ "0\r\n\r\n", HTTP_OK, 5 },
	{ "0\r\n\r\nGET /", HTTP_OK, 5 },
	{ "3\r\nabc\r\n0\r\n\r\n", HTTP_OK, 13 },
	{ "00a\r\n0123456789\r\n000\r\n\r\n", HTTP_OK, 24 },
	{ "A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", HTTP_OK, 20 },
	{ "1;n=v;q=\"x\"\r\na\r\n0;e\r\n\r\n", HTTP_OK, 23 },
	{ "0\r\nX-A: b\r\nY:\r\n\r\nZ", HTTP_OK, 17 },
	{ "3\r\nab", HTTP_OK, 0 },
	{ "0\r\n", HTTP_OK, 0 },
	{ "\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "g\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "0x1\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "-1\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "+1\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "1 \r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ " 1\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "1\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "1\rX", HTTP_E_CHUNK_SIZE, 0 },
	{ "1000000000000000\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "0000000000000001\r\n", HTTP_E_CHUNK_SIZE, 0 },
	{ "1;a\n", HTTP_E_CHUNK_EXTENSION, 0 },
	{ "1;\x01\r\n", HTTP_E_CHUNK_EXTENSION, 0 },
	{ "1\r\nab\r\n", HTTP_E_CHUNK_END, 0 },
	{ "1\r\na\n", HTTP_E_CHUNK_END, 0 },
	{ "1\r\na\r1", HTTP_E_CHUNK_END, 0 },
	{ "0\r\n X: y\r\n\r\n", HTTP_E_TRAILER, 0 },
	{ "0\r\nX : y\r\n\r\n", HTTP_E_TRAILER, 0 },
	{ "0\r\n: y\r\n\r\n", HTTP_E_TRAILER, 0 },
	{ "0\r\nX: \x02\r\n\r\n", HTTP_E_TRAILER, 0 },
	{ "0\r\nX: y\n\r\n", HTTP_E_TRAILER, 0 },
	{ "0\r\nX: y\rZ", HTTP_E_TRAILER, 0 },
	{ "0\r\n\n", HTTP_E_TRAILER, 0 },
	{ "0\r\n\r0", HTTP_E_TRAILER, 0 },
};
/* clang-format on */

static struct http_body start(enum http_framing framing, uint64_t len)
{
	struct http_head h = { .framing = framing, .content_length = len };
	struct http_body b;

	http_body_start(&b, &h);
	return b;
}

static void check(size_t row, size_t cut)
{
	const char *bytes = rows[row].bytes;
	size_t len = strlen(bytes), used = 0, more = 0;
	struct http_body b = start(HTTP_CHUNKED, 0);
	enum http_error e = http_body_feed(&b, bytes, cut, &used);

	if (e == HTTP_OK && !b.done)
		e = http_body_feed(&b, bytes + cut, len - cut, &more);
	if (e != rows[row].error)
		fail_msg("row %zu cut at %zu: %s", row, cut, http_error_text(e));
	if (e != HTTP_OK)
		return;
	assert_int_equal(b.done, rows[row].used > 0);
	assert_int_equal(used + more, rows[row].used > 0 ? rows[row].used : len);
}

static void reads_chunks_split_anywhere(void **state)
{
	(void)state;
	for (size_t row = 0; row < N_OF(rows); row++)
		for (size_t cut = 0; cut <= strlen(rows[row].bytes); cut++)
			check(row, cut);
}

static void bounds_extensions_and_trailers(void **state)
{
	static char bytes[HTTP_TRAILERS_MAX + 64];
	struct http_body b = start(HTTP_CHUNKED, 0);
	size_t used;

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes, "1;", 2);
	assert_int_equal(http_body_feed(&b, bytes, HTTP_CHUNK_EXTENSION_MAX + 2, &used), HTTP_OK);
	assert_int_equal(http_body_feed(&b, "a", 1, &used), HTTP_E_CHUNK_EXTENSION);

	b = start(HTTP_CHUNKED, 0);
	memcpy(bytes, "0\r\nX:", 5);
	assert_int_equal(http_body_feed(&b, bytes, HTTP_TRAILERS_MAX + 3, &used), HTTP_OK);
	assert_int_equal(http_body_feed(&b, "a", 1, &used), HTTP_E_TRAILER);
}

static void counts_a_length(void **state)
{
	struct http_body b = start(HTTP_LENGTH, 5);
	size_t used;

	(void)state;
	assert_int_equal(http_body_feed(&b, "abc", 3, &used), HTTP_OK);
	assert_int_equal(used, 3);
	assert_false(b.done);
	assert_int_equal(http_body_feed(&b, "defgh", 5, &used), HTTP_OK);
	assert_int_equal(used, 2);
	assert_true(b.done);
}

/*
 * Read a body byte by byte, but skip up to @most of what is said to be opaque;
 * return how many bytes it has.
 */
static size_t read_skipping(struct http_body *b, const char *bytes, size_t len, size_t most)
{
	size_t at = 0, used;

	while (at < len && !b->done) {
		uint64_t opaque = http_body_opaque(b);

		if (opaque > 0) {
			used = opaque < most ? (size_t)opaque : most;
			if (used > len - at)
				used = len - at;
			http_body_skip(b, used);
		} else {
			assert_int_equal(http_body_feed(b, bytes + at, 1, &used), HTTP_OK);
		}
		at += used;
	}
	return at;
}

static void what_is_opaque_may_be_skipped(void **state)
{
	struct http_body b;

	(void)state;
	for (size_t row = 0; row < N_OF(rows); row++)
		for (size_t most = 1; rows[row].error == HTTP_OK && most < 8; most++) {
			size_t len = strlen(rows[row].bytes), got;

			b = start(HTTP_CHUNKED, 0);
			got = read_skipping(&b, rows[row].bytes, len, most);
			assert_int_equal(b.done, rows[row].used > 0);
			assert_int_equal(got, rows[row].used > 0 ? rows[row].used : len);
			assert_int_equal(b.done ? http_body_opaque(&b) : 0, 0);
		}
	b = start(HTTP_LENGTH, 5);
	assert_int_equal(read_skipping(&b, "abcdefgh", 8, 2), 5);
	assert_true(b.done);
	assert_int_equal(http_body_opaque(&b), 0);
	b = start(HTTP_UNTIL_CLOSE, 0);
	assert_int_equal(read_skipping(&b, "abcdefgh", 8, 3), 8);
	assert_false(b.done);
}

/* clang-format off */
static const struct {
	enum http_framing framing;
	const char *bytes, *content;
	const char *rest; /* NULL if the body goes on behind these bytes */
} framed[] = {
	{ HTTP_CHUNKED, "0\r\n\r\n", "", "" },
	{ HTTP_CHUNKED, "3\r\nabc\r\n0\r\n\r\n", "abc", "" },
	{ HTTP_CHUNKED, "3;n=v\r\nabc\r\n2\r\n\r\n\r\n0;e\r\nX-A: b\r\nY:\r\n\r\nGET /", "abc\r\n", "GET /" },
	{ HTTP_CHUNKED, "00a\r\n0123456789\r\n1\r\na\r\n000\r\n\r\n0\r\n\r\n", "0123456789a", "0\r\n\r\n" },
	{ HTTP_CHUNKED, "3\r\nabc\r\n4\r\nde", "abcde", NULL },
	{ HTTP_CHUNKED, "3\r\nabc\r\n0\r\n\r", "abc", NULL },
	{ HTTP_LENGTH, "abcdefg", "abcde", "fg" },
	{ HTTP_LENGTH, "abcd", "abcd", NULL },
};
/* clang-format on */

/* A body of which the first @cut bytes arrive first; its content, and what is behind. */
static void check_content(size_t row, size_t cut)
{
	char bytes[128];
	size_t len = strlen(framed[row].bytes), have = cut, ready = 0, used, content;
	struct http_body b = start(framed[row].framing, 5);

	memcpy(bytes, framed[row].bytes, cut);
	for (int part = 0; part < 2; part++) {
		assert_int_equal(
			http_body_unframe(&b, bytes + ready, have - ready, &used, &content),
			HTTP_OK);
		assert_true(content <= used && used <= have - ready);
		assert_true(b.done || used == have - ready);
		memmove(bytes + ready + content, bytes + ready + used, have - ready - used);
		ready += content;
		have -= used - content;
		if (part == 0) {
			memcpy(bytes + have, framed[row].bytes + cut, len - cut);
			have += len - cut;
		}
	}
	assert_int_equal(b.done, framed[row].rest != NULL);
	assert_int_equal(ready, strlen(framed[row].content));
	assert_memory_equal(bytes, framed[row].content, ready);
	assert_int_equal(have - ready, framed[row].rest ? strlen(framed[row].rest) : 0);
	if (framed[row].rest)
		assert_memory_equal(bytes + ready, framed[row].rest, have - ready);
}

static void takes_the_content_out_of_its_framing(void **state)
{
	(void)state;
	for (size_t row = 0; row < N_OF(framed); row++)
		for (size_t cut = 0; cut <= strlen(framed[row].bytes); cut++)
			check_content(row, cut);
}

static void takes_no_content_out_of_malformed_chunks(void **state)
{
	(void)state;
	for (size_t row = 0; row < N_OF(rows); row++) {
		struct http_body b = start(HTTP_CHUNKED, 0);
		size_t used, content;
		char *bytes = strdup(rows[row].bytes);

		assert_int_equal(http_body_unframe(&b, bytes, strlen(bytes), &used, &content),
				 rows[row].error);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_chunks_split_anywhere),
		cmocka_unit_test(bounds_extensions_and_trailers),
		cmocka_unit_test(counts_a_length),
		cmocka_unit_test(what_is_opaque_may_be_skipped),
		cmocka_unit_test(takes_the_content_out_of_its_framing),
		cmocka_unit_test(takes_no_content_out_of_malformed_chunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
