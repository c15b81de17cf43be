/*
 * oracle - a second opinion on HTTP
 *
 * What the harnesses hold supervisor/http against. It shares no code and no
 * table with it and works by other means: the grammars of RFC 9112 and RFC 3986
 * are regular expressions here, and PCRE2 reads them. It is never more lenient
 * than the RFCs, and knows nothing of performance.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/message.h"

enum oracle_answer { ORACLE_NO, ORACLE_INCOMPLETE, ORACLE_YES };

/* A head by the grammar; slices point into its bytes. */
struct oracle_head {
	struct http_slice method, target; /* of a request */
	struct http_slice status, reason; /* of a reply */
	struct http_slice minor;
	struct http_slice lines; /* all field lines */
	size_t n_fields;
	struct {
		struct http_slice line, name, value; /* value without blanks around it */
	} fields[HTTP_FIELDS_MAX + 2];		     /* two of its own may be added */
};

/** oracle_same() - Whether two texts are the same bytes */
bool oracle_same(struct http_slice a, struct http_slice b);

/** oracle_text() - A slice of a NUL-terminated text */
struct http_slice oracle_text(const char *text);

/** oracle_read_request() - Whether the bytes are a request head and nothing else */
bool oracle_read_request(struct oracle_head *h, struct http_slice bytes);

/** oracle_read_reply() - Whether the bytes are a reply head and nothing else */
bool oracle_read_reply(struct oracle_head *h, struct http_slice bytes);

/** oracle_field() - The value of the only field @name; NULL bytes if there is none or are several */
struct http_slice oracle_field(const struct oracle_head *h, const char *name);

/** oracle_count() - Number of fields @name */
size_t oracle_count(const struct oracle_head *h, const char *name);

/**
 * oracle_check_fields() - Insist that just the right fields went on
 * @in:		Head that was received
 * @out:	Head that was sent for it
 * @own:	Field lines that were added at the end
 *
 * Every field but the hop-by-hop ones, in its order, spelling and value; at most
 * one Host and one framing.
 */
void oracle_check_fields(const struct oracle_head *in, const struct oracle_head *out,
			 const char *own);

/** oracle_is_target() - Whether a target is a canonical path, with or without a query */
bool oracle_is_target(struct http_slice target);

/** oracle_is_path() - Whether a path is decoded, clean and UTF-8 */
bool oracle_is_path(struct http_slice path);

/**
 * oracle_decode() - Percent-decode a path
 * @out:	Room for @raw.len bytes
 * @raw:	Path without a malformed escape
 *
 * Return: bytes written.
 */
size_t oracle_decode(char *out, struct http_slice raw);

/**
 * oracle_clean() - Remove empty and dot segments as Go's net/http does
 * @out:	Room for @path.len + 2 bytes
 * @path:	Decoded path
 *
 * Return: bytes written.
 */
size_t oracle_clean(char *out, struct http_slice path);

/**
 * oracle_read_chunks() - Read a chunked body
 * @bytes:	What there is of it, or more
 * @payload:	Room for @bytes.len bytes
 * @payload_len: On return, bytes put there
 * @end:	On ORACLE_YES, length of the body with its framing
 */
enum oracle_answer oracle_read_chunks(struct http_slice bytes, char *payload, size_t *payload_len,
				      size_t *end);

#endif
