#include "json.h"

#include <stdint.h>

#include "utf8.h"

static size_t put_utf16(char *out, unsigned int unit)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'u';
	for (int i = 0; i < 4; i++)
		out[2 + i] = hex[(unit >> (12 - 4 * i)) & 15];
	return 6;
}

size_t json_escape(char *out, size_t *len, const char *text, size_t left)
{
	uint32_t c;
	size_t used;

	*len = 0;
	if (text[0] >= ' ' && text[0] <= '~') {
		if (text[0] == '"' || text[0] == '\\')
			out[(*len)++] = '\\';
		out[(*len)++] = text[0];
		return 1;
	}
	used = utf8_decode(text, left, &c);
	if (used == 0) {
		c = UTF8_REPLACEMENT;
		used = 1;
	}
	/* What is beyond the first plane is a surrogate pair. */
	if (c >= 0x10000) {
		*len = put_utf16(out, 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + (c & 0x3ff);
	}
	*len += put_utf16(out + *len, c);
	return used;
}
