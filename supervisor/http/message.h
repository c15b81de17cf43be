/*
 * message - the head of an HTTP/1 message, from bytes to a judged form
 *
 * Follows RFC 9112 and refuses what it calls an error, also where it lets a
 * recipient be lenient. llhttp does the parsing; what it tolerates beyond the
 * grammar (its advisories up to 9.4 are about just that) is caught by checking
 * that the tokens it reports and the grammar's own separators tile the head
 * without a gap. Pure: no descriptor, no allocation, no log. The only includer
 * of llhttp.h is message.c.
 */
#ifndef HTTP_MESSAGE_H
#define HTTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

#define HTTP_HEAD_MAX	    (256 * 1024) /* bytes of a head; then 431 */
#define HTTP_TARGET_MAX	    (128 * 1024) /* bytes of a request target; then 414 */
#define HTTP_FIELDS_MAX	    256		 /* field lines of a head; then 431 */
#define HTTP_CONNECTION_MAX 1024	 /* bytes of all Connection values; then 400 */

struct http_slice {
	const char *p; /* borrowed */
	size_t len;
};

/** http_slice_is() - Whether a slice is @text, case ignored */
bool http_slice_is(struct http_slice s, const char *text);

/* Fields that mean something to a proxy; the rest just passes. */
enum http_field_id {
	HTTP_F_OTHER,
	HTTP_F_CONNECTION,
	HTTP_F_CONTENT_LENGTH,
	HTTP_F_CONTENT_TYPE,
	HTTP_F_EXPECT,
	HTTP_F_HOST,
	HTTP_F_HTTP2_SETTINGS,
	HTTP_F_KEEP_ALIVE,
	HTTP_F_PROXY_AUTHENTICATE,
	HTTP_F_PROXY_AUTHORIZATION,
	HTTP_F_PROXY_CONNECTION,
	HTTP_F_TE,
	HTTP_F_TRANSFER_ENCODING,
	HTTP_F_UPGRADE,
	HTTP_F_NUM
};

struct http_field {
	enum http_field_id id;
	struct http_slice name;
	struct http_slice value; /* without the blanks around it */
};

/* How the body of a message ends, RFC 9112 section 6.3. */
enum http_framing {
	HTTP_NO_BODY,
	HTTP_LENGTH,	  /* after content_length bytes */
	HTTP_CHUNKED,	  /* with the last chunk and its trailers */
	HTTP_UNTIL_CLOSE, /* with the connection; replies only */
	HTTP_FRAMING_NUM
};

/**
 * struct http_head - A parsed head; all slices point into its bytes
 * @method:	Request: method
 * @target:	Request: request target as received
 * @status:	Reply: status code, 100 to 999
 * @reason:	Reply: reason phrase, may be empty
 * @minor:	Minor version, 0 or 1
 * @framing:	How the body ends; for a reply set by http_frame_reply()
 * @content_length: For HTTP_LENGTH; also announced in a reply without body
 * @has_content_length: A Content-Length field was there
 * @chunked:	A Transfer-Encoding: chunked field was there
 * @close:	The sender ends the connection after this message
 * @expect_continue: The client waits for 100 before it sends the body
 * @upgrade:	Value of Upgrade, empty without one, "," if there are several
 * @upgrade_named: Connection names Upgrade, without which it asks for nothing
 * @connection_extra: Connection may name fields of its own
 * @http2_settings: An HTTP2-Settings field was there
 * @content_type: Value of the first Content-Type field
 */
struct http_head {
	struct http_slice method;
	struct http_slice target;
	unsigned int status;
	struct http_slice reason;
	unsigned int minor;
	enum http_framing framing;
	uint64_t content_length;
	bool has_content_length;
	bool chunked;
	bool close;
	bool expect_continue;
	bool http2_settings;
	bool upgrade_named;
	bool connection_extra;
	struct http_slice upgrade;
	struct http_slice content_type;
	size_t n_fields;
	struct http_field fields[HTTP_FIELDS_MAX];
};

/**
 * struct http_scan - Progress of looking for the end of a head
 * @line:	Offset of the first line that was not complete yet
 */
struct http_scan {
	size_t line;
};

/**
 * http_scan_head() - Look for the end of a head in what has arrived
 * @s:		Progress, zeroed before the first call
 * @buf:	All bytes since the start of the head, @len of them
 * @len:	Bytes in @buf
 * @head_len:	On HTTP_OK, length of the head, or 0 if it is not complete
 *
 * Refuses at the earliest byte what can no longer become a head: a bare CR or
 * LF, a folded line, a first byte no method or version begins with, the HTTP/2
 * preface, a head or a first line that is too long.
 */
enum http_error http_scan_head(struct http_scan *s, const char *buf, size_t len, size_t *head_len);

/**
 * http_parse_request() - Parse and check a complete request head
 * @h:		Filled on success
 * @head:	Head with its final empty line, @len bytes
 * @len:	Length of @head
 */
enum http_error http_parse_request(struct http_head *h, const char *head, size_t len);

/**
 * http_drop_field() - Forget a field that is not to be passed on
 * @h:		Head
 * @id:		Which; not HTTP_F_OTHER
 *
 * What was read from it stays.
 */
void http_drop_field(struct http_head *h, enum http_field_id id);

/**
 * http_field_value() - Look a field up by its name
 * @h:		Head
 * @name:	Name, case ignored
 * @n:		Which of those of that name, from 0
 *
 * Those that end at this hop are not there.
 *
 * Return: its value, or one whose p is NULL if there are no more.
 */
struct http_slice http_field_value(const struct http_head *h, const char *name, size_t n);

/**
 * http_parse_reply() - Parse and check a complete reply head
 * @h:		Filled on success, but for @h->framing
 * @head:	Head with its final empty line, @len bytes
 * @len:	Length of @head
 */
enum http_error http_parse_reply(struct http_head *h, const char *head, size_t len);

/**
 * http_frame_reply() - Find how a reply's body ends, RFC 9112 section 6.3
 * @h:			Reply head; framing is set
 * @head_request:	It answers a HEAD
 */
void http_frame_reply(struct http_head *h, bool head_request);

/**
 * http_is_hop_by_hop() - Whether a field ends at this hop
 * @h:	Head
 * @f:	One of its fields
 *
 * Those of RFC 9110 section 7.6.1, and what Connection names. The fields that
 * frame and address a message never count: Connection cannot remove them.
 */
bool http_is_hop_by_hop(const struct http_head *h, const struct http_field *f);

#endif
