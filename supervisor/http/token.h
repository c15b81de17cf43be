/*
 * token - the character classes of RFC 9110 section 5.6
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
bool http_is_value_byte(unsigned char c);

#endif
