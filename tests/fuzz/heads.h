/*
 * heads - how the proxy finds a head, whole or in two reads
 */
#ifndef HEADS_H
#define HEADS_H

#include "fuzz.h"
#include "http/message.h"

/**
 * heads_find() - Look for a head in bytes that arrive in two parts
 * @p:		Bytes, @len of them
 * @len:	Bytes at @p
 * @split:	How many come first; @len for all
 * @head_len:	As http_scan_head() has it
 */
static inline enum http_error heads_find(const char *p, size_t len, size_t split, size_t *head_len)
{
	struct http_scan scan = { 0 };
	char *first = fuzz_copy(p, split);
	enum http_error e = http_scan_head(&scan, first, split, head_len);

	free(first);
	if (e == HTTP_OK && *head_len == 0)
		e = http_scan_head(&scan, p, len, head_len);
	return e;
}

#endif
