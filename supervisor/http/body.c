#include "body.h"

#include <assert.h>
#include <string.h>

#include "hex.h"
#include "token.h"

enum chunk_state {
	CHUNK_SIZE,	 /* hexadecimal digits */
	CHUNK_EXTENSION, /* behind ";" up to CR */
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	CHUNK_TRAILER_START, /* a trailer line, or the CR of the empty line */
	CHUNK_TRAILER_NAME,
	CHUNK_TRAILER_VALUE,
	CHUNK_TRAILER_LF,
	CHUNK_END_LF,
	CHUNK_STATE_NUM
};

#define SIZE_DIGITS_MAX 15 /* 60 bits: no overflow, no negative off_t */

void http_body_start(struct http_body *b, const struct http_head *h)
{
	*b = (struct http_body){
		.framing = h->framing,
		.done = h->framing == HTTP_NO_BODY,
		.left = h->framing == HTTP_LENGTH ? h->content_length : 0,
		.state = CHUNK_SIZE,
	};
}

static enum http_error feed_size(struct http_body *b, unsigned char c)
{
	int digit = hex_value((char)c);

	if (digit >= 0) {
		if (b->seen++ == SIZE_DIGITS_MAX)
			return HTTP_E_CHUNK_SIZE;
		b->left = b->left * 16 + (unsigned int)digit;
		return HTTP_OK;
	}
	if (b->seen == 0 || (c != '\r' && c != ';'))
		return HTTP_E_CHUNK_SIZE;
	b->seen = 0;
	b->state = c == ';' ? CHUNK_EXTENSION : CHUNK_SIZE_LF;
	return HTTP_OK;
}

static enum http_error feed_extension(struct http_body *b, unsigned char c)
{
	if (c == '\r')
		b->state = CHUNK_SIZE_LF;
	else if (!http_is_value_byte(c) || b->seen++ == HTTP_CHUNK_EXTENSION_MAX)
		return HTTP_E_CHUNK_EXTENSION;
	return HTTP_OK;
}

static enum http_error feed_trailer(struct http_body *b, unsigned char c)
{
	if (b->seen++ == HTTP_TRAILERS_MAX)
		return HTTP_E_TRAILER;
	switch (b->state) {
	case CHUNK_TRAILER_START:
		if (c == '\r')
			b->state = CHUNK_END_LF;
		else if (http_is_tchar(c))
			b->state = CHUNK_TRAILER_NAME;
		else
			return HTTP_E_TRAILER;
		return HTTP_OK;
	case CHUNK_TRAILER_NAME:
		if (c == ':')
			b->state = CHUNK_TRAILER_VALUE;
		else if (!http_is_tchar(c))
			return HTTP_E_TRAILER;
		return HTTP_OK;
	case CHUNK_TRAILER_VALUE:
		if (c == '\r')
			b->state = CHUNK_TRAILER_LF;
		else if (!http_is_value_byte(c))
			return HTTP_E_TRAILER;
		return HTTP_OK;
	default:
		if (c != '\n')
			return HTTP_E_TRAILER;
		b->done = b->state == CHUNK_END_LF;
		b->state = CHUNK_TRAILER_START;
		return HTTP_OK;
	}
}

/* One byte of the framing, that is, of anything but chunk data. */
static enum http_error feed_framing(struct http_body *b, unsigned char c)
{
	switch (b->state) {
	case CHUNK_SIZE:
		return feed_size(b, c);
	case CHUNK_EXTENSION:
		return feed_extension(b, c);
	case CHUNK_SIZE_LF:
		if (c != '\n')
			return HTTP_E_CHUNK_SIZE;
		b->seen = 0;
		b->state = b->left > 0 ? CHUNK_DATA : CHUNK_TRAILER_START;
		return HTTP_OK;
	case CHUNK_DATA_CR:
	case CHUNK_DATA_LF:
		if (c != (b->state == CHUNK_DATA_CR ? '\r' : '\n'))
			return HTTP_E_CHUNK_END;
		b->state = b->state == CHUNK_DATA_CR ? CHUNK_DATA_LF : CHUNK_SIZE;
		return HTTP_OK;
	default:
		return feed_trailer(b, c);
	}
}

static size_t take_counted(struct http_body *b, size_t len)
{
	size_t n = b->left < len ? (size_t)b->left : len;

	b->left -= n;
	return n;
}

static enum http_error feed_chunked(struct http_body *b, const char *p, size_t len, size_t *used)
{
	size_t i = 0;

	while (i < len && !b->done) {
		if (b->state == CHUNK_DATA) {
			i += take_counted(b, len - i);
			if (b->left == 0)
				b->state = CHUNK_DATA_CR;
			continue;
		}
		enum http_error e = feed_framing(b, (unsigned char)p[i++]);
		if (e != HTTP_OK)
			return e;
	}
	*used = i;
	return HTTP_OK;
}

enum http_error http_body_feed(struct http_body *b, const char *p, size_t len, size_t *used)
{
	*used = 0;
	if (b->done)
		return HTTP_OK;
	switch (b->framing) {
	case HTTP_LENGTH:
		*used = take_counted(b, len);
		b->done = b->left == 0;
		return HTTP_OK;
	case HTTP_CHUNKED:
		return feed_chunked(b, p, len, used);
	case HTTP_UNTIL_CLOSE:
		*used = len;
		return HTTP_OK;
	case HTTP_NO_BODY:
	case HTTP_FRAMING_NUM:
		break;
	}
	assert(!"a body without framing is done from the start");
	return HTTP_E_MALFORMED;
}

uint64_t http_body_opaque(const struct http_body *b)
{
	if (b->done)
		return 0;
	switch (b->framing) {
	case HTTP_LENGTH:
		return b->left;
	case HTTP_CHUNKED:
		return b->state == CHUNK_DATA ? b->left : 0;
	case HTTP_UNTIL_CLOSE:
		return UINT64_MAX;
	case HTTP_NO_BODY:
	case HTTP_FRAMING_NUM:
		break;
	}
	return 0;
}

void http_body_skip(struct http_body *b, uint64_t n)
{
	assert(n <= http_body_opaque(b));
	if (b->framing == HTTP_UNTIL_CLOSE)
		return;
	b->left -= n;
	if (b->left > 0)
		return;
	if (b->framing == HTTP_LENGTH)
		b->done = true;
	else
		b->state = CHUNK_DATA_CR;
}

enum http_error http_body_unframe(struct http_body *b, char *p, size_t len, size_t *used,
				  size_t *content)
{
	size_t i = 0, kept = 0, n;

	while (i < len && !b->done) {
		uint64_t opaque = http_body_opaque(b);

		if (opaque == 0) {
			enum http_error e = http_body_feed(b, p + i, 1, &n);

			if (e != HTTP_OK)
				return e;
			i += n;
			continue;
		}
		n = opaque < len - i ? (size_t)opaque : len - i;
		if (kept < i)
			memmove(p + kept, p + i, n);
		http_body_skip(b, n);
		kept += n;
		i += n;
	}
	*used = i;
	*content = kept;
	return HTTP_OK;
}
