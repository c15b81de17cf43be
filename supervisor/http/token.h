/*
 * token - the character classes of field names and values, RFC 9110 section 5.6
 */
#ifndef HTTP_TOKEN_H
#define HTTP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/** http_is_tchar() - Whether @c may stand in a token */
bool http_is_tchar(unsigned char c);

/** http_is_token() - Whether @len bytes at @p are a token */
bool http_is_token(const char *p, size_t len);

/** http_is_value_byte() - Whether @c may stand in a field value */
static inline bool http_is_value_byte(unsigned char c)
{
	return c == '\t' || (c >= ' ' && c != 0x7f);
}

/** http_is_value() - Whether @len bytes at @p may be a field value */
bool http_is_value(const char *p, size_t len);

/**
 * http_is_host() - Whether @len bytes at @p are what a host and a port are made of
 *
 * RFC 9112 section 3.2 and RFC 3986 section 3.2.2, byte by byte as Go's net/http
 * checks it. An empty one is legal, and what the engine's own clients send.
 */
bool http_is_host(const char *p, size_t len);

#endif
