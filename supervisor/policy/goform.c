#include "goform.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hex.h"

/**
 * decode() - Decode a name or a value
 * @out:	Moved behind the result and its NUL
 * @p:		First byte
 * @end:	Behind the last one
 *
 * Return: NULL, or what is wrong.
 */
static const char *decode(char **out, const char *p, const char *end)
{
	while (p < end) {
		char c = *p++;

		if (c == ';')
			return "the query has a ';', which engines read in different ways";
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = end - p >= 2 ? hex_value(p[0]) : -1;
			int low = high >= 0 ? hex_value(p[1]) : -1;

			if (low < 0)
				return "the query has a malformed escape";
			c = (char)(high * 16 + low);
			p += 2;
		}
		if (c == '\0')
			return "the query has a NUL byte";
		*(*out)++ = c;
	}
	*(*out)++ = '\0';
	return NULL;
}

static const char *read_pair(struct goform *f, char **out, const char *p, const char *end)
{
	const char *equals = memchr(p, '=', (size_t)(end - p));
	const char *name = *out, *value, *error;

	if (f->n == GOFORM_PAIRS_MAX)
		return "the query has too many parameters";
	error = decode(out, p, equals ? equals : end);
	value = *out;
	if (!error)
		error = decode(out, equals ? equals + 1 : end, end);
	if (!error)
		f->pairs[f->n++] = (struct goform_pair){ name, value };
	return error;
}

const char *goform_read(struct goform *f, const char *query, size_t len)
{
	const char *end = query + len, *error = NULL;
	char *out;

	f->n = 0;
	/* Each pair takes its bytes, of which '=' becomes a NUL, and at most two more. */
	f->room = out = malloc(2 * len + 2);
	if (!f->room)
		return "out of memory";
	for (const char *p = query; p < end && !error;) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		const char *pair_end = amp ? amp : end;

		if (pair_end > p)
			error = read_pair(f, &out, p, pair_end);
		p = pair_end + 1;
	}
	if (error)
		goform_clear(f);
	return error;
}

void goform_clear(struct goform *f)
{
	free(f->room);
	*f = (struct goform){ 0 };
}

bool goform_is_true(const char *value)
{
	static const char *const falsy[] = { "", "0", "no", "false", "none" };
	size_t skip = strspn(value, " \t\n\v\f\r"), len = strlen(value + skip);

	while (len > 0 && strchr(" \t\n\v\f\r", value[skip + len - 1]))
		len--;
	for (size_t i = 0; i < sizeof(falsy) / sizeof(falsy[0]); i++)
		if (strlen(falsy[i]) == len && strncasecmp(value + skip, falsy[i], len) == 0)
			return false;
	return true;
}
