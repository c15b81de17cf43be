/*
 * Log lines: one event, one line, whatever a peer sent.
 */
#include "cmocka_prelude.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log.h"

/* clang-format off */
#define BYTES(text) (text), sizeof(text) - 1

static const struct {
	const char *value;
	size_t len;
	const char *written;
	const char *json; /* NULL for the same, in quotes */
} values[] = {
	{ BYTES("plain"), "plain" },
	{ BYTES("/v1.43/containers/a:b@c,d?e&f"), "/v1.43/containers/a:b@c,d?e&f" },
	{ BYTES("[::1]:2375"), "[::1]:2375" },
	{ BYTES(""), "\"\"", "\"\"" },
	{ BYTES("a b"), "\"a b\"", "\"a b\"" },
	{ BYTES("a=b"), "\"a=b\"", "\"a=b\"" },
	{ BYTES("a\"b"), "\"a\\\"b\"", "\"a\\\"b\"" },
	{ BYTES("a\\b"), "\"a\\\\b\"", "\"a\\\\b\"" },
	{ BYTES("\\x0a"), "\"\\\\x0a\"", "\"\\\\x0a\"" },
	{ BYTES("a\nlevel=error"), "\"a\\x0alevel=error\"", "\"a\\u000alevel=error\"" },
	{ BYTES("\r\n"), "\"\\x0d\\x0a\"", "\"\\u000d\\u000a\"" },
	{ BYTES("a\x00" "b"), "\"a\\x00b\"", "\"a\\u0000b\"" },
	{ BYTES("\x1b[31m"), "\"\\x1b[31m\"", "\"\\u001b[31m\"" },
	{ BYTES("\x7f"), "\"\\x7f\"", "\"\\u007f\"" },
	{ BYTES("\xc3\xa9\xff"), "\"\\xc3\\xa9\\xff\"", "\"\\u00e9\\ufffd\"" },
	{ BYTES("\xe2\x82"), "\"\\xe2\\x82\"", "\"\\ufffd\\ufffd\"" },
	{ BYTES("\xf0\x9f\x90\xb3"), "\"\\xf0\\x9f\\x90\\xb3\"", "\"\\ud83d\\udc33\"" },
	{ BYTES("\xe2\x80\xae"), "\"\\xe2\\x80\\xae\"", "\"\\u202e\"" },
	{ BYTES("\" verdict=allow x=\""), "\"\\\" verdict=allow x=\\\"\"", "\"\\\" verdict=allow x=\\\"\"" },
};

static const struct {
	uint64_t us;
	const char *ms;
} durations[] = {
	{ 0, " d=0.000" }, { 1, " d=0.001" }, { 999, " d=0.999" }, { 1000, " d=1.000" },
	{ 1020, " d=1.020" }, { 90061001, " d=90061.001" }, { UINT64_MAX, " d=18446744073709551.615" },
};

static const struct {
	int threshold;
	bool critical, error, warning, info, debug;
} thresholds[] = {
	{ 0, false, false, false, false, false },
	{ 1, false, false, false, false, false },
	{ 2, true, false, false, false, false },
	{ 3, true, true, false, false, false },
	{ 4, true, true, true, false, false },
	{ 5, true, true, true, false, false },
	{ 6, true, true, true, true, false },
	{ 7, true, true, true, true, true },
};
/* clang-format on */

static struct log_line line;

/* What was appended since the line was @from bytes long. */
static const char *appended(size_t from)
{
	static char text[LOG_LINE_MAX + 1];

	memcpy(text, line.text + from, line.len - from);
	text[line.len - from] = '\0';
	return text;
}

static void escapes_what_is_not_printable(void **state)
{
	char expected[128];

	(void)state;
	for (size_t i = 0; i < N_OF(values); i++) {
		line.len = 0;
		log_bytes(&line, "k", values[i].value, values[i].len);
		snprintf(expected, sizeof(expected), " k=%s", values[i].written);
		assert_string_equal(appended(0), expected);
	}
	line.len = 0;
	log_str(&line, "k", NULL);
	log_bytes(&line, "l", NULL, 0);
	assert_string_equal(appended(0), " k=\"\" l=\"\"");
}

static void escapes_as_json_does(void **state)
{
	char expected[128];

	(void)state;
	log_set_format(LOG_FORMAT_JSON);
	for (size_t i = 0; i < N_OF(values); i++) {
		const char *json = values[i].json, *quote = json ? "" : "\"";

		line.len = 0;
		log_bytes(&line, "k", values[i].value, values[i].len);
		snprintf(expected, sizeof(expected), ",\"k\":%s%s%s", quote,
			 json ? json : values[i].written, quote);
		assert_string_equal(appended(0), expected);
	}
	log_set_format(LOG_FORMAT_LOGFMT);
}

static void a_json_line_is_an_object(void **state)
{
	(void)state;
	log_set_format(LOG_FORMAT_JSON);
	log_begin(&line, LOG_LEVEL_WARNING, "two words");
	log_uint(&line, "n", 7);
	log_ms(&line, "d", 1020);
	log_end(&line);
	assert_memory_equal(line.text, "{\"time\":\"2", strlen("{\"time\":\"2"));
	assert_string_equal(
		appended(strlen("{\"time\":\"0000-00-00T00:00:00.000Z")),
		"\",\"level\":\"warning\",\"msg\":\"two words\",\"n\":7,\"d\":1.020}\n");
	log_set_format(LOG_FORMAT_LOGFMT);
}

static void every_byte_stays_on_its_line(void **state)
{
	(void)state;
	for (unsigned int c = 0; c < 256; c++) {
		unsigned char byte = (unsigned char)c;

		line.len = 0;
		log_bytes(&line, "k", &byte, 1);
		for (size_t i = 0; i < line.len; i++)
			assert_in_range(line.text[i], ' ', '~');
	}
}

static void begins_with_time_level_and_message(void **state)
{
	static const char shape[] = "time=0000-00-00T00:00:00.000Z";
	const char *rest;

	(void)state;
	log_begin(&line, LOG_LEVEL_WARNING, "two words");
	rest = appended(0);
	for (size_t i = 0; shape[i] != '\0'; i++)
		if (shape[i] == '0')
			assert_in_range(rest[i], '0', '9');
		else
			assert_int_equal(rest[i], shape[i]);
	assert_string_equal(rest + strlen(shape), " level=warning msg=\"two words\"");
	log_end(&line);
	assert_int_equal(line.text[line.len - 1], '\n');
}

static void writes_numbers(void **state)
{
	(void)state;
	line.len = 0;
	log_uint(&line, "a", 0);
	log_uint(&line, "b", UINT64_MAX);
	assert_string_equal(appended(0), " a=0 b=18446744073709551615");
	for (size_t i = 0; i < N_OF(durations); i++) {
		line.len = 0;
		log_ms(&line, "d", durations[i].us);
		assert_string_equal(appended(0), durations[i].ms);
	}
}

/* Return: the value behind " k=", quotes included, of @n times @c. */
static const char *value_of(size_t n, int c)
{
	char *value = malloc(n);

	memset(value, c, n);
	line.len = 0;
	log_bytes(&line, "k", value, n);
	free(value);
	return appended(strlen(" k="));
}

static void cuts_a_long_value_and_shows_it(void **state)
{
	const char *text = value_of(LOG_VALUE_MAX, 'a');

	(void)state;
	assert_int_equal(strlen(text), LOG_VALUE_MAX);
	assert_null(strchr(text, '.'));
	text = value_of(LOG_VALUE_MAX + 1, 'a');
	assert_int_equal(strlen(text), LOG_VALUE_MAX + 3);
	assert_string_equal(text + LOG_VALUE_MAX, "...");
	/* Escaped, it is the escapes that count, and none is cut. */
	text = value_of(LOG_VALUE_MAX, '\n');
	assert_int_equal(strlen(text), strlen("\"") + LOG_VALUE_MAX + strlen("...\""));
	assert_string_equal(text + strlen(text) - 8, "\\x0a...\"");
	text = value_of(256 * 1024, '"');
	assert_string_equal(text + strlen(text) - 6, "\\\"...\"");
}

/* What does not fit is left out whole, so that what is there can be read. */
static void a_line_that_is_full_says_so_and_ends(void **state)
{
	static const char *const ends[] = {
		[LOG_FORMAT_LOGFMT] = " n=99 cut=true\n",
		[LOG_FORMAT_JSON] = ",\"n\":99,\"cut\":true}\n",
	};

	(void)state;
	for (enum log_format f = 0; f < LOG_FORMAT_NUM; f++) {
		log_set_format(f);
		log_begin(&line, LOG_LEVEL_INFO, "x");
		for (size_t i = 0; i < 2 * LOG_LINE_MAX / LOG_VALUE_MAX; i++) {
			char value[LOG_VALUE_MAX];

			memset(value, i % 2 ? 'a' : '\n', sizeof(value));
			log_bytes(&line, "key", value, sizeof(value));
		}
		log_uint(&line, "n", 99);
		log_end(&line);
		assert_in_range(line.len, LOG_LINE_MAX - LOG_VALUE_MAX - 64, LOG_LINE_MAX);
		assert_ptr_equal(memchr(line.text, '\n', line.len), line.text + line.len - 1);
		assert_string_equal(appended(line.len - strlen(ends[f])), ends[f]);
	}
	log_set_format(LOG_FORMAT_LOGFMT);
}

static void the_level_decides_what_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(thresholds); i++) {
		log_set_level(thresholds[i].threshold);
		assert_int_equal(log_enabled(LOG_LEVEL_CRITICAL), thresholds[i].critical);
		assert_int_equal(log_enabled(LOG_LEVEL_ERROR), thresholds[i].error);
		assert_int_equal(log_enabled(LOG_LEVEL_WARNING), thresholds[i].warning);
		assert_int_equal(log_enabled(LOG_LEVEL_INFO), thresholds[i].info);
		assert_int_equal(log_enabled(LOG_LEVEL_DEBUG), thresholds[i].debug);
	}
	log_set_level(LOG_LEVEL_INFO);
}

/* ---- descriptors ---- */

static int memory_fd(void)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static const char *written_to(int fd)
{
	static char text[2 * LOG_LINE_MAX];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void a_line_leaves_as_it_is(void **state)
{
	int fd = memory_fd();

	(void)state;
	log_begin(&line, LOG_LEVEL_INFO, "x");
	log_end(&line);
	log_write(&line, fd);
	assert_int_equal(strlen(written_to(fd)), line.len);
	assert_memory_equal(written_to(fd), line.text, line.len);
	close(fd);
}

/* Return: what log_event() wrote to standard error at @level. */
static const char *event_written(enum log_level level)
{
	int fd = memory_fd(), saved = dup(STDERR_FILENO);
	const char *text;

	assert_true(saved >= 0);
	dup2(fd, STDERR_FILENO);
	log_event(level, "an event", "peer", "a\nb", "none", NULL, NULL);
	dup2(saved, STDERR_FILENO);
	close(saved);
	text = written_to(fd);
	close(fd);
	return text;
}

static void an_event_is_one_line_on_standard_error(void **state)
{
	const char *text;

	(void)state;
	log_set_level(LOG_LEVEL_INFO);
	text = event_written(LOG_LEVEL_INFO);
	assert_non_null(strstr(text, " level=info msg=\"an event\" peer=\"a\\x0ab\" none=\"\"\n"));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	assert_string_equal(event_written(LOG_LEVEL_DEBUG), "");
}

static void a_line_for_the_journal_begins_with_its_level(void **state)
{
	(void)state;
	log_set_prefix(true);
	assert_memory_equal(event_written(LOG_LEVEL_ERROR), "<3>time=", strlen("<3>time="));
	assert_memory_equal(event_written(LOG_LEVEL_INFO), "<6>time=", strlen("<6>time="));
	assert_string_equal(log_prefix(LOG_LEVEL_WARNING), "<4>");
	log_set_prefix(false);
	assert_string_equal(log_prefix(LOG_LEVEL_WARNING), "");
}

static void errno_stays_as_it_was(void **state)
{
	(void)state;
	errno = E2BIG;
	log_begin(&line, LOG_LEVEL_INFO, "x");
	log_str(&line, "k", "v");
	log_end(&line);
	assert_int_equal(errno, E2BIG);
	log_write(&line, -1);
	assert_int_equal(errno, E2BIG);
	event_written(LOG_LEVEL_INFO);
	errno = E2BIG;
	log_event(LOG_LEVEL_DEBUG, "dropped", NULL);
	assert_int_equal(errno, E2BIG);
}

static void a_reader_that_does_not_read_loses_lines(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	log_begin(&line, LOG_LEVEL_INFO, "x");
	log_end(&line);
	/* Full, and then some: lines are lost, nothing waits. */
	for (int i = 0; i < 4096; i++)
		log_write(&line, fds[1]);
	close(fds[0]);
	close(fds[1]);
}

/* Take as many lines as there are at a time. */
static size_t take_all(struct log_limit *limit, uint64_t now_ms, uint64_t *dropped)
{
	size_t n = 0;
	uint64_t before;

	*dropped = 0;
	while (log_limit_take(limit, now_ms, &before)) {
		*dropped += before;
		n++;
	}
	return n;
}

static void a_flood_is_cut_and_counted(void **state)
{
	struct log_limit limit = { 0 };
	uint64_t dropped;

	(void)state;
	assert_int_equal(take_all(&limit, 1000, &dropped), LOG_LIMIT_BURST);
	assert_int_equal(dropped, 0);
	for (int i = 0; i < 9; i++)
		assert_false(log_limit_take(&limit, 1000, &dropped));
	/* A second later there are a second's lines, and the first counts what is lost. */
	assert_int_equal(take_all(&limit, 2000, &dropped), LOG_LIMIT_PER_S);
	assert_int_equal(dropped, 10);
	/* Long after it is as at first, and no more than that. */
	assert_int_equal(take_all(&limit, 1000000, &dropped), LOG_LIMIT_BURST);
	assert_int_equal(dropped, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_is_not_printable),
		cmocka_unit_test(escapes_as_json_does),
		cmocka_unit_test(a_json_line_is_an_object),
		cmocka_unit_test(every_byte_stays_on_its_line),
		cmocka_unit_test(begins_with_time_level_and_message),
		cmocka_unit_test(writes_numbers),
		cmocka_unit_test(cuts_a_long_value_and_shows_it),
		cmocka_unit_test(a_line_that_is_full_says_so_and_ends),
		cmocka_unit_test(the_level_decides_what_is_written),
		cmocka_unit_test(a_line_leaves_as_it_is),
		cmocka_unit_test(an_event_is_one_line_on_standard_error),
		cmocka_unit_test(a_line_for_the_journal_begins_with_its_level),
		cmocka_unit_test(errno_stays_as_it_was),
		cmocka_unit_test(a_reader_that_does_not_read_loses_lines),
		cmocka_unit_test(a_flood_is_cut_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
