/*
 * Replies of our own, and what a reply says of the connection behind it.
 */
#include "cmocka_prelude.h"
#include "http/write.h"

/* clang-format off */
static const struct {
	unsigned int status;
	const char *message;
	bool head_request;
	enum http_connection connection;
	const char *bytes;
} own[] = {
	{ 403, "no", false, HTTP_KEEP,
	  "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"
	  "{\"message\":\"no\"}\n" },
	{ 403, "no", false, HTTP_CLOSE,
	  "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 17\r\n"
	  "Connection: close\r\n\r\n{\"message\":\"no\"}\n" },
	{ 403, "no", true, HTTP_KEEP,
	  "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n" },
	{ 400, "", false, HTTP_KEEP,
	  "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
	  "{\"message\":\"\"}\n" },
	{ 431, "x", true, HTTP_CLOSE,
	  "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: application/json\r\n"
	  "Content-Length: 16\r\nConnection: close\r\n\r\n" },
	{ 499, "x", true, HTTP_KEEP,
	  "HTTP/1.1 499 Error\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n" },
};

static const struct {
	const char *message, *json;
} escapes[] = {
	{ "a b", "a b" },
	{ "\"", "\\\"" },
	{ "\\", "\\\\" },
	{ "/", "/" },
	{ "</script>", "</script>" },
	{ "\x01\x1f", "\\u0001\\u001f" },
	{ "\r\n\t", "\\u000d\\u000a\\u0009" },
	{ "\x7f", "\x7f" },
	{ "\xc3\xa9", "\xc3\xa9" },
	{ "\xf0\x9f\x90\xb3", "\xf0\x9f\x90\xb3" },
	{ "\",\"x\":\"", "\\\",\\\"x\\\":\\\"" },
};

static const struct {
	const char *head;
	enum http_connection connection;
	bool to_head;
	const char *rebuilt;
} replies[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", HTTP_CLOSE, false,
	  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n" },
	{ "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n", HTTP_KEEP, false,
	  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" },
	{ "HTTP/1.0 200 OK\r\nA: b\r\n\r\n", HTTP_CLOSE, false,
	  "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\n" },
	{ "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n", HTTP_TAKEN_OVER, false,
	  "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n" },
	{ "HTTP/1.1 101 UPGRADED\r\nContent-Type: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n", HTTP_TAKEN_OVER, false,
	  "HTTP/1.1 101 UPGRADED\r\nContent-Type: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 00012\r\n\r\n", HTTP_KEEP, true,
	  "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" },
	{ "HTTP/1.1 200 OK\r\nProxy-Authenticate: x\r\nUpgrade: h2c\r\nAlt-Svc: h2\r\n\r\n", HTTP_KEEP, false,
	  "HTTP/1.1 200 OK\r\nAlt-Svc: h2\r\n\r\n" },
};
/* clang-format on */

/**
 * own_reply() - Write a reply of our own
 * @body:	Filled: where its body starts
 *
 * Return: the reply, NUL-terminated, to be freed.
 */
static char *own_reply(unsigned int status, const char *message, bool head_request,
		       enum http_connection connection, const char **body)
{
	char *out = malloc(HTTP_OWN_REPLY_MAX + 1);
	size_t len = http_write_own_reply(out, status, message, head_request, connection, 0);

	assert_true(len <= HTTP_OWN_REPLY_MAX);
	out = realloc(out, len + 1);
	out[len] = '\0';
	assert_int_equal(strlen(out), len);
	*body = strstr(out, "\r\n\r\n") + 4;
	return out;
}

static void writes_refusals_in_dockers_form(void **state)
{
	const char *body;

	(void)state;
	for (size_t i = 0; i < N_OF(own); i++) {
		char *out = own_reply(own[i].status, own[i].message, own[i].head_request,
				      own[i].connection, &body);

		assert_string_equal(out, own[i].bytes);
		free(out);
	}
}

static void escapes_what_json_reserves(void **state)
{
	const char *body;
	char expected[128];

	(void)state;
	for (size_t i = 0; i < N_OF(escapes); i++) {
		char *out = own_reply(403, escapes[i].message, false, HTTP_KEEP, &body);

		snprintf(expected, sizeof(expected), "{\"message\":\"%s\"}\n", escapes[i].json);
		assert_string_equal(body, expected);
		free(out);
	}
}

static void says_when_to_try_again(void **state)
{
	char out[HTTP_OWN_REPLY_MAX + 1];
	size_t len = http_write_own_reply(out, 429, "slowly", false, HTTP_KEEP, 3600);

	(void)state;
	out[len] = '\0';
	assert_string_equal(out, "HTTP/1.1 429 Too Many Requests\r\n"
				 "Content-Type: application/json\r\n"
				 "Content-Length: 21\r\n"
				 "Retry-After: 3600\r\n\r\n"
				 "{\"message\":\"slowly\"}\n");
}

static size_t announced_length(const char *reply)
{
	return strtoul(strstr(reply, "Content-Length: ") + strlen("Content-Length: "), NULL, 10);
}

/**
 * cut_message() - Write a refusal whose message is @before and far too much of @unit
 *
 * Return: the message as it was cut, to be freed.
 */
static char *cut_message(const char *before, const char *unit)
{
	static char message[HTTP_OWN_REPLY_MAX + 64];
	const char *body, *begin = "{\"message\":\"", *end = "\"}\n";
	size_t unit_len = strlen(unit);
	char *p = stpcpy(message, before), *out, *text;

	while ((size_t)(p - message) + unit_len < sizeof(message))
		p = stpcpy(p, unit);
	out = own_reply(403, message, false, HTTP_KEEP, &body);
	assert_int_equal(announced_length(out), strlen(body));
	assert_memory_equal(body, begin, strlen(begin));
	assert_string_equal(body + strlen(body) - strlen(end), end);
	text = strndup(body + strlen(begin), strlen(body) - strlen(begin) - strlen(end));
	free(out);
	return text;
}

static void cuts_a_long_message_between_characters(void **state)
{
	static const struct {
		const char *unit, *json;
	} rows[] = {
		{ "a", "a" },
		{ "\xc3\xa9", "\xc3\xa9" },
		{ "\xe2\x82\xac", "\xe2\x82\xac" },
		{ "\xf0\x9f\x90\xb3", "\xf0\x9f\x90\xb3" },
		{ "\"", "\\\"" },
		{ "\n", "\\u000a" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		/* Each offset of the cut within a character. */
		for (const char *before = "xxxxxxx"; *before != '\0'; before++) {
			char *text = cut_message(before, rows[i].unit);
			const char *p = text + strlen(before);
			size_t n = strlen(rows[i].json);

			assert_true(strlen(text) > HTTP_OWN_REPLY_MAX / 2);
			for (; *p != '\0'; p += n)
				if (strncmp(p, rows[i].json, n) != 0)
					fail_msg("row %zu ends in \"%s\"", i, p);
			free(text);
		}
	}
}

static void a_reply_to_head_announces_the_body_it_lacks(void **state)
{
	const char *body;
	char *whole = own_reply(403, "a \"reason\"", false, HTTP_KEEP, &body);
	size_t len = strlen(body);
	char *bare = own_reply(403, "a \"reason\"", true, HTTP_KEEP, &body);

	(void)state;
	assert_int_equal(announced_length(bare), len);
	assert_int_equal(strlen(body), 0);
	free(whole);
	free(bare);
}

static void says_what_becomes_of_the_connection(void **state)
{
	static struct http_head h;

	(void)state;
	for (size_t i = 0; i < N_OF(replies); i++) {
		size_t len = strlen(replies[i].head), out_len;
		char *out = malloc(http_reply_bound(len) + 1);

		assert_int_equal(http_parse_reply(&h, replies[i].head, len), HTTP_OK);
		http_frame_reply(&h, replies[i].to_head);
		out_len = http_write_reply(out, &h, replies[i].connection);
		assert_true(out_len <= http_reply_bound(len));
		out[out_len] = '\0';
		assert_string_equal(out, replies[i].rebuilt);
		free(out);
	}
}

static void frames_a_head_by_a_length_that_is_known_late(void **state)
{
	static const uint64_t lengths[] = { 0, 18, UINT64_MAX };
	static const char *const lines[] = {
		"Content-Length: 0\r\n\r\n",
		"Content-Length: 18\r\n\r\n",
		"Content-Length: 18446744073709551615\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(lengths); i++) {
		char *out = malloc(HTTP_HEAD_END_MAX);

		assert_int_equal(http_end_head(out, lengths[i]), strlen(lines[i]));
		assert_memory_equal(out, lines[i], strlen(lines[i]));
		free(out);
	}
}

static void asks_for_the_body(void **state)
{
	static const char want[] = "HTTP/1.1 100 Continue\r\n\r\n";
	char *out = malloc(HTTP_CONTINUE_MAX);

	(void)state;
	assert_int_equal(http_write_continue(out), strlen(want));
	assert_memory_equal(out, want, strlen(want));
	free(out);
}

static void every_error_has_a_phrase_of_its_status(void **state)
{
	const char *body;

	(void)state;
	for (enum http_error e = HTTP_OK + 1; e < HTTP_ERROR_NUM; e++) {
		char *out = own_reply(http_error_status(e), http_error_text(e), false, HTTP_CLOSE,
				      &body);
		char line[64];

		snprintf(line, sizeof(line), "HTTP/1.1 %u Error\r\n", http_error_status(e));
		if (strncmp(out, line, strlen(line)) == 0)
			fail_msg("status %u has no phrase", http_error_status(e));
		free(out);
	}
}

static void writes_heads_for_any_text(void **state)
{
	char out[HTTP_TEXT_HEAD_MAX + 1], type[200];
	size_t len = http_write_text_head(out, 200, "text/plain", 12);

	(void)state;
	out[len] = '\0';
	assert_string_equal(out,
			    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
			    "Content-Length: 12\r\n"
			    "Content-Security-Policy: default-src 'none'; script-src 'self'; "
			    "style-src 'self'; connect-src 'self'; base-uri 'none'; "
			    "form-action 'none'; frame-ancestors 'none'\r\n"
			    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
			    "Cross-Origin-Resource-Policy: same-origin\r\n"
			    "Cache-Control: no-store\r\nConnection: close\r\n\r\n");
	memset(type, 'x', sizeof(type));
	type[sizeof(type) - 1] = '\0';
	len = http_write_text_head(out, 431, type, SIZE_MAX);
	assert_true(len <= HTTP_TEXT_HEAD_MAX && memcmp(out + len - 4, "\r\n\r\n", 4) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_refusals_in_dockers_form),
		cmocka_unit_test(escapes_what_json_reserves),
		cmocka_unit_test(says_when_to_try_again),
		cmocka_unit_test(cuts_a_long_message_between_characters),
		cmocka_unit_test(a_reply_to_head_announces_the_body_it_lacks),
		cmocka_unit_test(says_what_becomes_of_the_connection),
		cmocka_unit_test(frames_a_head_by_a_length_that_is_known_late),
		cmocka_unit_test(asks_for_the_body),
		cmocka_unit_test(writes_heads_for_any_text),
		cmocka_unit_test(every_error_has_a_phrase_of_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
