/*
 * hex - hexadecimal digits
 */
#ifndef COMMON_HEX_H
#define COMMON_HEX_H

/** hex_value() - Value of a digit of either case, -1 if @c is none */
static inline int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
