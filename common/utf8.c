#include "utf8.h"

#include <string.h>

/**
 * character_length() - Length of the character at @p
 *
 * RFC 3629 section 4: no overlong form, no surrogate, nothing over U+10FFFF.
 *
 * Return: 1 to 4, or 0 if there is no valid character.
 */
static size_t character_length(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		len = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		len = 3;
		low = p[0] == 0xe0 ? 0xa0 : 0x80;
		high = p[0] == 0xed ? 0x9f : 0xbf;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		len = 4;
		low = p[0] == 0xf0 ? 0x90 : 0x80;
		high = p[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (left < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return len;
}

bool utf8_is_valid(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0; i < len;) {
		size_t n = character_length(p + i, len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

size_t utf8_decode(const char *text, size_t left, uint32_t *character)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = character_length(p, left);
	/* The first byte of more than one has as many ones, and a zero, before its bits. */
	uint32_t c = len > 1 ? p[0] & (0x7f >> len) : p[0];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3f);
	if (len > 0)
		*character = c;
	return len;
}

void utf8_mend(char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len;) {
		size_t n = character_length((const unsigned char *)text + i, len - i);

		if (n == 0)
			text[i] = '?';
		i += n == 0 ? 1 : n;
	}
}
