/*
 * A log line with values of a peer's: one line of printable ASCII from which a
 * reader of logfmt, or jansson, gets the same keys and the same values, up to
 * truncation. In JSON what is no character has become U+FFFD.
 */
#include <jansson.h>

#include "log.h"
#include "utf8.h"
#include "fuzz.h"

/**
 * read_value() - Read a logfmt value
 * @p:		First byte; on return, the byte behind it
 * @out:	Room for what it stands for
 *
 * Return: bytes written.
 */
static size_t read_value(const char **p, char *out)
{
	bool quoted = **p == '"';
	size_t n = 0;

	for (*p += quoted; quoted ? **p != '"' : **p != ' ' && **p != '\n'; n++, ++*p) {
		MUST(**p >= ' ' && **p <= '~' && (quoted || !strchr("\"=\\", **p)));
		out[n] = **p;
		if (**p != '\\')
			continue;
		out[n] = *++*p;
		if (**p == 'x') {
			char digits[3] = { *++*p, 0, 0 };

			digits[1] = *++*p;
			MUST(strspn(digits, "0123456789abcdef") == 2);
			out[n] = (char)strtoul(digits, NULL, 16);
		} else {
			MUST(**p == '"' || **p == '\\');
		}
	}
	*p += quoted;
	return n;
}

static void check_value(const char **p, const char *key, const uint8_t *want, size_t len)
{
	char got[LOG_LINE_MAX];
	size_t n;

	MUST(strncmp(*p, key, strlen(key)) == 0);
	*p += strlen(key);
	n = read_value(p, got);
	if (n == len && (len == 0 || memcmp(got, want, len) == 0))
		return;
	MUST(n >= LOG_VALUE_MAX / 4 + 3 && n - 3 < len && memcmp(got, want, n - 3) == 0);
	MUST(memcmp(got + n - 3, "...", 3) == 0);
}

/* One line, printable but for its end. */
static void check_line(const struct log_line *l)
{
	MUST(l->len <= LOG_LINE_MAX && l->text[l->len - 1] == '\n');
	for (size_t i = 0; i < l->len - 1; i++)
		MUST(l->text[i] >= ' ' && l->text[i] <= '~');
}

static void check_logfmt(const struct log_line *l, const uint8_t *data, size_t split, size_t size)
{
	const char *p = memchr(l->text, ' ', l->len);

	check_value(&p, " level=", (const uint8_t *)"warning", 7);
	check_value(&p, " msg=", (const uint8_t *)"request", 7);
	check_value(&p, " path=", data, split);
	MUST(strncmp(p, " status=", 8) == 0 && strtoul(p + 8, (char **)&p, 10) == size);
	check_value(&p, " reason=", data + split, size - split);
	MUST(p == l->text + l->len - 1);
}

/**
 * mend() - Make of bytes what JSON is to say of them
 * @out:	Room for 3 * @len bytes
 * @p:		Bytes, @len of them
 * @len:	Bytes of @p
 *
 * Return: bytes written.
 */
static size_t mend(char *out, const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		size_t taken = utf8_decode((const char *)p + i, len - i, &c);

		memcpy(out + n, taken ? (const char *)p + i : "\xef\xbf\xbd", taken ? taken : 3);
		n += taken ? taken : 3;
		i += taken ? taken : 1;
	}
	return n;
}

static void check_text(json_t *line, const char *key, const uint8_t *want, size_t len)
{
	json_t *value = json_object_get(line, key);
	const char *got = json_string_value(value);
	size_t n = json_string_length(value), mended_len;
	char *mended = fuzz_room(3 * len);

	MUST(got);
	mended_len = mend(mended, want, len);
	if (n != mended_len || memcmp(got, mended, n) != 0) {
		MUST(n >= LOG_VALUE_MAX / 6 + 3 && n - 3 < mended_len);
		MUST(memcmp(got, mended, n - 3) == 0 && memcmp(got + n - 3, "...", 3) == 0);
	}
	free(mended);
}

static json_t *load(const struct log_line *l)
{
	return json_loadb(l->text, l->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
}

static void check_json(const struct log_line *l, const uint8_t *data, size_t split, size_t size)
{
	json_t *line = load(l);

	MUST(json_object_size(line) == 6);
	check_text(line, "level", (const uint8_t *)"warning", 7);
	check_text(line, "msg", (const uint8_t *)"request", 7);
	check_text(line, "path", data, split);
	MUST((size_t)json_integer_value(json_object_get(line, "status")) == size);
	check_text(line, "reason", data + split, size - split);
	json_decref(line);
}

static void begin(struct log_line *l, const uint8_t *data, size_t split, size_t size)
{
	log_begin(l, LOG_LEVEL_WARNING, "request");
	log_bytes(l, "path", data, split);
	log_uint(l, "status", size);
	log_bytes(l, "reason", data + split, size - split);
}

/* More than a line holds is left out, and what is there can be read. */
static void check_full(struct log_line *l, enum log_format format, const uint8_t *data, size_t size)
{
	char key[16];

	begin(l, data, 0, size);
	for (int i = 0; !l->is_cut; i++) {
		snprintf(key, sizeof(key), "more%d", i);
		log_bytes(l, key, data, size);
	}
	log_end(l);
	check_line(l);
	if (format == LOG_FORMAT_JSON) {
		json_t *line = load(l);

		MUST(json_is_true(json_object_get(line, "cut")));
		json_decref(line);
	} else {
		MUST(memcmp(l->text + l->len - 10, " cut=true\n", 10) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t split = fuzz_take(data, &size, size < 2 ? 0 : size - 2);
	struct log_line *l = malloc(sizeof(*l));

	for (enum log_format format = 0; format < LOG_FORMAT_NUM; format++) {
		log_set_format(format);
		begin(l, data, split, size);
		log_end(l);
		check_line(l);
		(format == LOG_FORMAT_JSON ? check_json : check_logfmt)(l, data, split, size);
		/* Slow, so not each time. */
		if (size > 0 && split == 0)
			check_full(l, format, data, size);
	}
	free(l);
	return 0;
}
