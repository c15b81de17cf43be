/*
 * target - the request target that is judged, and the same one that is sent
 *
 * RFC 9112 section 3.2 and RFC 3986. Origin-form and absolute-form with http
 * are read, the latter loses its authority. The path is percent-decoded once,
 * checked, and cleaned as path.Clean() and net/http do: empty and dot segments
 * go, however they were spelled, and a trailing slash stays. Rules see the
 * result; the engine gets its canonical encoding and the query untouched.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include "message.h"

/**
 * struct http_target - A request target
 * @path:	Decoded, clean, begins with '/', valid UTF-8 without control
 *		bytes; NUL-terminated; borrowed from the room given to
 *		http_target_read()
 * @path_len:	Length of @path
 * @has_query:	There was a '?'
 * @query:	What follows it, as received
 */
struct http_target {
	char *path;
	size_t path_len;
	bool has_query;
	struct http_slice query;
};

/**
 * http_target_read() - Read, check and clean a request target
 * @t:		Filled on success
 * @raw:	Target as received
 * @room:	Where the path is put; @raw.len + 2 bytes
 */
enum http_error http_target_read(struct http_target *t, struct http_slice raw, char *room);

/**
 * http_path_encode() - Write the canonical encoding of a path
 * @out:	Room for 3 * @len bytes
 * @path:	Decoded path
 * @len:	Its length
 *
 * Unreserved and sub-delim bytes, ":", "@" and "/" stand for themselves, the
 * rest becomes %XX with capital digits.
 *
 * Return: bytes written.
 */
size_t http_path_encode(char *out, const char *path, size_t len);

#endif
