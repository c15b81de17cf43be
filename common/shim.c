#include "shim.h"

#include <string.h>

/**
 * struct sink - A list being appended to
 * @text:	Where it is
 * @len:	Its length so far
 * @cap:	Size of @text
 * @full:	Something did not fit
 */
struct sink {
	char *text;
	size_t len;
	size_t cap;
	bool full;
};

static void put(struct sink *s, char c)
{
	if (s->len + 1 < s->cap)
		s->text[s->len++] = c;
	else
		s->full = true;
}

static char hex_digit(uint64_t n)
{
	return "0123456789abcdef"[n & 0xf];
}

static void put_hex(struct sink *s, uint64_t n)
{
	int shift = 60;

	while (shift > 0 && n >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put(s, hex_digit(n >> shift));
}

static void put_escaped(struct sink *s, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c > ' ' && c < 0x7f && c != '%') {
			put(s, *text);
		} else {
			put(s, '%');
			put(s, hex_digit(c >> 4));
			put(s, hex_digit(c));
		}
	}
}

bool shim_add(char *list, size_t cap, const struct shim_endpoint *e)
{
	size_t old = strlen(list);
	struct sink s = { .text = list, .len = old, .cap = cap };
	char address[ADDR_TEXT_MAX];

	addr_format(&e->addr, address, sizeof(address));
	if (old > 0)
		put(&s, ' ');
	put_hex(&s, e->dev);
	put(&s, ':');
	put_hex(&s, e->ino);
	put(&s, ':');
	put_escaped(&s, address);
	list[s.full ? old : s.len] = '\0';
	return !s.full;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/**
 * take_hex() - Read a number and the colon behind it
 * @p:	Where to read; moved behind the colon on success
 * @n:	The number, on success
 *
 * Return: whether there were both, in at most 64 bits.
 */
static bool take_hex(const char **p, uint64_t *n)
{
	const char *at = *p;
	uint64_t sum = 0;

	for (; hex_value(*at) >= 0; at++) {
		if (sum >> 60 != 0)
			return false;
		sum = sum << 4 | (uint64_t)hex_value(*at);
	}
	if (at == *p || *at != ':')
		return false;
	*p = at + 1;
	*n = sum;
	return true;
}

/**
 * take_escaped() - Read the address of an entry, up to the end of the entry
 * @p:		Where to read; moved behind it on success
 * @buf:	Filled with the address and a NUL
 * @cap:	Size of @buf
 *
 * Return: whether it was well-formed and fitted.
 */
static bool take_escaped(const char **p, char *buf, size_t cap)
{
	const char *at = *p;
	size_t len = 0;

	for (; *at != '\0' && *at != ' '; at++) {
		char c = *at;

		if (c == '%') {
			int high = hex_value(at[1]), low = high < 0 ? -1 : hex_value(at[2]);

			if (low < 0 || (high | low) == 0)
				return false;
			c = (char)(high << 4 | low);
			at += 2;
		}
		if (len + 1 >= cap)
			return false;
		buf[len++] = c;
	}
	buf[len] = '\0';
	*p = at;
	return true;
}

enum shim_step shim_next(const char **cursor, struct shim_endpoint *e)
{
	const char *p = *cursor;
	char address[ADDR_TEXT_MAX];
	struct shim_endpoint next;

	if (*p == '\0')
		return SHIM_END;
	if (!take_hex(&p, &next.dev) || !take_hex(&p, &next.ino) ||
	    !take_escaped(&p, address, sizeof(address)) ||
	    addr_parse(&next.addr, address) != ADDR_OK)
		return SHIM_MALFORMED;
	if (*p == ' ' && *++p == '\0')
		return SHIM_MALFORMED;
	*cursor = p;
	*e = next;
	return SHIM_ENTRY;
}
