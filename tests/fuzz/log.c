/*
 * A log line with values of a peer's: one line of printable ASCII from which a
 * reader of logfmt gets the same keys and the same values, up to truncation.
 */
#include "log.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t split = fuzz_take(data, &size, size < 2 ? 0 : size - 2);
	struct log_line *l = malloc(sizeof(*l));
	const char *p;

	log_begin(l, LOG_LEVEL_WARNING, "request");
	log_bytes(l, "path", data, split);
	log_uint(l, "status", size);
	log_bytes(l, "reason", data + split, size - split);
	log_end(l);
	MUST(l->len <= LOG_LINE_MAX && memchr(l->text, '\n', l->len) == l->text + l->len - 1);
	p = memchr(l->text, ' ', l->len);
	check_value(&p, " level=", (const uint8_t *)"warning", 7);
	check_value(&p, " msg=", (const uint8_t *)"request", 7);
	check_value(&p, " path=", data, split);
	MUST(strncmp(p, " status=", 8) == 0 && strtoul(p + 8, (char **)&p, 10) == size);
	check_value(&p, " reason=", data + split, size - split);
	MUST(p == l->text + l->len - 1);

	/* More than a line holds is cut, but stays one line; slow, so not each time. */
	l->len--;
	while (l->len < LOG_LINE_MAX - 1 && size > 0 && split == 0)
		log_bytes(l, "more", data, size);
	log_end(l);
	MUST(l->len <= LOG_LINE_MAX && memchr(l->text, '\n', l->len) == l->text + l->len - 1);
	free(l);
	return 0;
}
