#include "write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* More than every line that is written beside the fields received. */
#define OWN_LINES_MAX 160

static inline char *put(char *out, const void *p, size_t len)
{
	memcpy(out, p, len);
	return out + len;
}

static inline char *put_text(char *out, const char *text)
{
	return put(out, text, strlen(text));
}

static char *put_uint(char *out, uint64_t n)
{
	char digits[20];
	size_t len = 0;

	do {
		digits[sizeof(digits) - ++len] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return put(out, digits + sizeof(digits) - len, len);
}

static char *put_field(char *out, struct http_slice name, struct http_slice value)
{
	out = put(out, name.p, name.len);
	out = put_text(out, ": ");
	out = put(out, value.p, value.len);
	return put_text(out, "\r\n");
}

/**
 * put_fields() - Write the fields that go beyond this hop
 * @out:	Where
 * @h:		Head
 */
static char *put_fields(char *out, const struct http_head *h)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		const struct http_field *f = &h->fields[i];

		if (http_is_hop_by_hop(h, f))
			continue;
		if (f->id == HTTP_F_CONTENT_LENGTH) {
			out = put_text(put(out, f->name.p, f->name.len), ": ");
			out = put_text(put_uint(out, h->content_length), "\r\n");
		} else if (f->id == HTTP_F_TRANSFER_ENCODING) {
			out = put_text(put(out, f->name.p, f->name.len), ": chunked\r\n");
		} else {
			out = put_field(out, f->name, f->value);
		}
	}
	return out;
}

/*
 * A field line may grow by the blank that put_field() writes behind the colon:
 * at most one byte for each of HTTP_FIELDS_MAX.
 */
size_t http_request_bound(size_t head_len, const struct http_target *t)
{
	return head_len + 3 * t->path_len + HTTP_FIELDS_MAX + OWN_LINES_MAX;
}

size_t http_reply_bound(size_t head_len)
{
	return head_len + HTTP_FIELDS_MAX + OWN_LINES_MAX;
}

size_t http_write_request(char *out, const struct http_head *h, const struct http_target *t,
			  const char *protocol)
{
	char *p = put(out, h->method.p, h->method.len);

	*p++ = ' ';
	p += http_path_encode(p, t->path, t->path_len);
	if (t->has_query)
		p = put(put_text(p, "?"), t->query.p, t->query.len);
	p = put_text(p, h->minor == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
	p = put_fields(p, h);
	if (protocol) {
		p = put_text(p, "Connection: Upgrade\r\nUpgrade: ");
		p = put_text(put_text(p, protocol), "\r\n");
	}
	p = put_text(p, "\r\n");
	return (size_t)(p - out);
}

size_t http_end_head(char *out, uint64_t length)
{
	return (size_t)(put_text(put_uint(put_text(out, "Content-Length: "), length), "\r\n\r\n") -
			out);
}

size_t http_write_continue(char *out)
{
	return (size_t)(put_text(out, "HTTP/1.1 100 Continue\r\n\r\n") - out);
}

size_t http_write_reply(char *out, const struct http_head *h, enum http_connection connection)
{
	char *p = put_text(out, "HTTP/1.1 ");

	p = put_text(put_uint(p, h->status), " ");
	p = put_text(put(p, h->reason.p, h->reason.len), "\r\n");
	p = put_fields(p, h);
	if (h->status == 101) {
		p = put_text(p, "Connection: Upgrade\r\nUpgrade: ");
		p = put_text(put(p, h->upgrade.p, h->upgrade.len), "\r\n");
	} else if (connection == HTTP_CLOSE) {
		p = put_text(p, "Connection: close\r\n");
	}
	p = put_text(p, "\r\n");
	return (size_t)(p - out);
}

static const char *reason_phrase(unsigned int status)
{
	/* clang-format off */
	static const struct {
		unsigned int status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 421, "Misdirected Request" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Error";
}

/* Bytes at the start of a text that stand for themselves in a JSON string. */
static size_t plain_length(const char *text, size_t max)
{
	size_t n = 0;

	while (n < max && (unsigned char)text[n] >= ' ' && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

/**
 * put_json_string() - Write a text as the inside of a JSON string
 * @out:	Where
 * @end:	End of the room; what does not fit is left away whole
 * @text:	UTF-8
 */
static char *put_json_string(char *out, const char *end, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	const size_t escaped_max = strlen("\\u0000");

	for (;;) {
		size_t n = plain_length(text, (size_t)(end - out));
		unsigned char c = (unsigned char)text[n];

		out = put(out, text, n);
		text += n;
		if (c == '\0' || (size_t)(end - out) < escaped_max)
			break;
		if (c == '"' || c == '\\') {
			*out++ = '\\';
			*out++ = (char)c;
		} else {
			out = put_text(out, "\\u00");
			*out++ = hex[c >> 4];
			*out++ = hex[c & 15];
		}
		text++;
	}
	/* Never end inside a character. */
	while (((unsigned char)*text & 0xc0) == 0x80)
		text--, out--;
	return out;
}

size_t http_write_text_head(char *out, unsigned int status, const char *type, size_t length)
{
	int n = snprintf(out, HTTP_TEXT_HEAD_MAX,
			 "HTTP/1.1 %u %s\r\n"
			 "Content-Type: %.100s\r\n"
			 "Content-Length: %zu\r\n"
			 "Content-Security-Policy: default-src 'none'; script-src 'self'; "
			 "style-src 'self'; connect-src 'self'; base-uri 'none'; "
			 "form-action 'none'; frame-ancestors 'none'\r\n"
			 "X-Content-Type-Options: nosniff\r\n"
			 "Referrer-Policy: no-referrer\r\n"
			 "Cross-Origin-Resource-Policy: same-origin\r\n"
			 "Cache-Control: no-store\r\n"
			 "Connection: close\r\n\r\n",
			 status, reason_phrase(status), type, length);

	return (size_t)n;
}

size_t http_write_own_reply(char *out, unsigned int status, const char *message, bool head_request,
			    enum http_connection connection, uint64_t retry_after_s)
{
	char body[HTTP_OWN_REPLY_MAX - 512];
	char *p = put_text(body, "{\"message\":\"");

	p = put_json_string(p, body + sizeof(body) - 8, message);
	p = put_text(p, "\"}\n");

	size_t body_len = (size_t)(p - body);
	p = put_text(put_uint(put_text(out, "HTTP/1.1 "), status), " ");
	p = put_text(p, reason_phrase(status));
	p = put_text(p, "\r\nContent-Type: application/json\r\nContent-Length: ");
	p = put_text(put_uint(p, body_len), "\r\n");
	if (retry_after_s > 0)
		p = put_text(put_uint(put_text(p, "Retry-After: "), retry_after_s), "\r\n");
	if (connection == HTTP_CLOSE)
		p = put_text(p, "Connection: close\r\n");
	p = put_text(p, "\r\n");
	if (!head_request)
		p = put(p, body, body_len);
	return (size_t)(p - out);
}
