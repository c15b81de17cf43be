/*
 * body - where a message body ends
 *
 * Bodies are passed on byte for byte; this only watches them go by, but for those
 * that are kept to be judged, whose framing is taken away. The chunk
 * framing of RFC 9112 section 7.1 is read strictly by our own few states, not
 * by llhttp: 8.1, which Debian 12 has, takes blanks and bare LFs in it and
 * bounds neither extensions nor trailers, and because the bytes go on as they
 * are, every leniency here would be a second opinion for the engine to differ
 * from.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message.h"

#define HTTP_CHUNK_EXTENSION_MAX 256	    /* bytes behind one chunk size */
#define HTTP_TRAILERS_MAX	 (8 * 1024) /* bytes of all trailers */

/**
 * struct http_body - Progress through one body
 * @framing:	How it ends
 * @done:	The last byte was seen
 * @left:	Bytes to come: of the body for HTTP_LENGTH, of the chunk for
 *		HTTP_CHUNKED
 */
struct http_body {
	enum http_framing framing;
	bool done;
	uint64_t left;
	unsigned int state; /* of the chunk framing */
	unsigned int seen;  /* digits, extension or trailer bytes so far */
};

/** http_body_start() - Begin the body of the message with head @h */
void http_body_start(struct http_body *b, const struct http_head *h);

/**
 * http_body_feed() - Look at the next bytes
 * @b:		Progress
 * @p:		Bytes, @len of them
 * @len:	Bytes at @p
 * @used:	On HTTP_OK, how many of them belong to the body; fewer than @len
 *		only when it is done
 *
 * On an error nothing of @p may be passed on.
 */
enum http_error http_body_feed(struct http_body *b, const char *p, size_t len, size_t *used);

/**
 * http_body_unframe() - Take the content out of the next bytes
 * @b:		Progress
 * @p:		Bytes, @len of them; their content is moved to the front of them
 * @len:	Bytes at @p
 * @used:	As for http_body_feed()
 * @content:	On HTTP_OK, bytes of content at @p
 *
 * Chunk extensions and trailers are checked as ever, and dropped.
 */
enum http_error http_body_unframe(struct http_body *b, char *p, size_t len, size_t *used,
				  size_t *content);

/**
 * http_body_opaque() - How many of the next bytes need not be looked at
 *
 * They are content, whatever they are: of the length, or of the chunk.
 */
uint64_t http_body_opaque(const struct http_body *b);

/** http_body_skip() - Go on behind @n bytes, no more than http_body_opaque() says */
void http_body_skip(struct http_body *b, uint64_t n);

#endif
