/*
 * json - text as the inside of a JSON string
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stddef.h>

#define JSON_ESCAPED_MAX 12 /* bytes of an escaped character: a surrogate pair */

/**
 * json_escape() - Write one character, RFC 8259 section 7
 * @out:	Gets it, in printable ASCII and without a NUL; JSON_ESCAPED_MAX bytes
 * @len:	Gets the bytes of @out
 * @text:	Bytes, @left of them and at least one. What is no UTF-8 is written as
 *		UTF8_REPLACEMENT
 * @left:	Bytes of @text
 *
 * Return: bytes of @text that it was.
 */
size_t json_escape(char *out, size_t *len, const char *text, size_t left);

#endif
