#include "target.h"

#include <string.h>
#include <strings.h>

#include "hex.h"
#include "utf8.h"

/* RFC 3986 section 3.3: pchar without "%", and the slash. */
static const bool path_byte[256] = {
	['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
	['.'] = true,	      ['_'] = true,	    ['~'] = true,	  ['!'] = true,
	['$'] = true,	      ['&'] = true,	    ['\''] = true,	  ['('] = true,
	[')'] = true,	      ['*'] = true,	    ['+'] = true,	  [','] = true,
	[';'] = true,	      ['='] = true,	    [':'] = true,	  ['@'] = true,
	['/'] = true,
};

static bool is_query_byte(unsigned char c)
{
	return path_byte[c] || c == '?';
}

static bool is_authority_byte(unsigned char c)
{
	return path_byte[c] && c != '/' && c != '@' ? true : c == '[' || c == ']';
}

/**
 * read_escape() - Read the two digits behind a percent sign
 * @p:		First digit
 * @end:	End of the text
 *
 * Return: the byte, or -1 if the escape is malformed.
 */
static int read_escape(const char *p, const char *end)
{
	int high, low;

	if (end - p < 2)
		return -1;
	high = hex_value(p[0]);
	low = hex_value(p[1]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static enum http_error check_query(struct http_slice query)
{
	const char *end = query.p + query.len;

	for (const char *p = query.p; p < end; p++) {
		if (*p == '#')
			return HTTP_E_TARGET_FRAGMENT;
		if (*p == '%') {
			if (read_escape(p + 1, end) < 0)
				return HTTP_E_TARGET_ESCAPE;
			p += 2;
		} else if (!is_query_byte((unsigned char)*p)) {
			return HTTP_E_QUERY_BYTE;
		}
	}
	return HTTP_OK;
}

/**
 * decode() - Percent-decode a path
 * @out:	Room for @raw.len bytes
 * @out_len:	On success, bytes written
 * @raw:	Path as received
 */
static enum http_error decode(char *out, size_t *out_len, struct http_slice raw)
{
	const char *end = raw.p + raw.len;
	size_t n = 0;

	for (const char *p = raw.p; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '%') {
			int value = read_escape(p + 1, end);

			if (value < 0)
				return HTTP_E_TARGET_ESCAPE;
			c = (unsigned char)value;
			p += 2;
		} else if (c == '#') {
			return HTTP_E_TARGET_FRAGMENT;
		} else if (c > '~') {
			return HTTP_E_TARGET_BYTE;
		}
		if (c < ' ' || c == 0x7f)
			return HTTP_E_TARGET_CONTROL;
		out[n++] = (char)c;
	}
	*out_len = n;
	return HTTP_OK;
}

/**
 * clean() - Remove empty and dot segments in place
 * @path:	Decoded path, begins with '/'
 * @len:	Its length
 *
 * Return: the new length; the path begins with '/' and ends in one if it did.
 */
static size_t clean(char *path, size_t len)
{
	bool trailing_slash = path[len - 1] == '/';
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		const char *segment = path + i + 1;
		const char *slash = memchr(segment, '/', len - i - 1);
		size_t n = slash ? (size_t)(slash - segment) : len - i - 1;

		i += n + 1;
		if (n == 0 || (n == 1 && segment[0] == '.'))
			continue;
		if (n == 2 && segment[0] == '.' && segment[1] == '.') {
			while (out > 0 && path[--out] != '/')
				;
			continue;
		}
		path[out++] = '/';
		memmove(path + out, segment, n);
		out += n;
	}
	if (out == 0 || trailing_slash)
		path[out++] = '/';
	return out;
}

/**
 * skip_authority() - Bring absolute-form down to origin-form
 * @raw:	Target, begins with "http://" behind which it is cut
 *
 * Return: HTTP_OK with @raw at the path, the query or its end.
 */
static enum http_error skip_authority(struct http_slice *raw)
{
	const size_t scheme_len = strlen("http://");
	size_t n = scheme_len;

	while (n < raw->len && is_authority_byte((unsigned char)raw->p[n]))
		n++;
	if (n == scheme_len || (n < raw->len && raw->p[n] != '/' && raw->p[n] != '?'))
		return HTTP_E_TARGET_FORM;
	raw->p += n;
	raw->len -= n;
	return HTTP_OK;
}

enum http_error http_target_read(struct http_target *t, struct http_slice raw, char *room)
{
	enum http_error e;
	const char *mark;

	if (raw.len >= 7 && strncasecmp(raw.p, "http://", 7) == 0) {
		e = skip_authority(&raw);
		if (e != HTTP_OK)
			return e;
	} else if (raw.len == 0 || raw.p[0] != '/') {
		return HTTP_E_TARGET_FORM;
	}
	t->query = (struct http_slice){ "", 0 };
	mark = memchr(raw.p, '?', raw.len);
	t->has_query = mark != NULL;
	if (mark) {
		t->query = (struct http_slice){ mark + 1, raw.len - (size_t)(mark + 1 - raw.p) };
		raw.len = (size_t)(mark - raw.p);
		e = check_query(t->query);
		if (e != HTTP_OK)
			return e;
	}
	t->path = room;
	if (raw.len == 0)
		raw = (struct http_slice){ "/", 1 };
	e = decode(room, &t->path_len, raw);
	if (e != HTTP_OK)
		return e;
	if (!utf8_is_valid(room, t->path_len))
		return HTTP_E_TARGET_UTF8;
	t->path_len = clean(room, t->path_len);
	room[t->path_len] = '\0';
	return HTTP_OK;
}

size_t http_path_encode(char *out, const char *path, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)path[i];

		if (path_byte[c]) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}
