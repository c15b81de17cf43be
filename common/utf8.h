/*
 * utf8 - text that is UTF-8, and bytes that may be
 */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xfffd /* stands for what is no character */

/** utf8_is_valid() - Whether bytes are UTF-8, RFC 3629 section 4 */
bool utf8_is_valid(const char *text, size_t len);

/**
 * utf8_decode() - Read a character
 * @text:	Bytes, @left of them and at least one
 * @left:	Bytes of @text
 * @character:	Its number, on success
 *
 * Return: its length, or 0 if there is no valid character.
 */
size_t utf8_decode(const char *text, size_t left, uint32_t *character);

/**
 * utf8_mend() - Make UTF-8 of bytes that may be none
 * @text:	NUL-terminated; each byte that is part of no character becomes '?'
 */
void utf8_mend(char *text);

#endif
