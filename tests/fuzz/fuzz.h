/*
 * fuzz - what every harness begins with
 *
 * A harness is one LLVMFuzzerTestOneInput() over the real code. What steers it
 * (where to split, which mode) stands in the last bytes of an input, so that a
 * seed stays readable from its beginning.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that was broken is a finding, as is whatever a sanitizer says. */
#define MUST(promise)                                                                         \
	do {                                                                                  \
		if (!(promise)) {                                                             \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #promise); \
			abort();                                                              \
		}                                                                             \
	} while (0)

/** fuzz_room() - Memory of exactly @len bytes, also none: one too far is a finding */
static inline char *fuzz_room(size_t len)
{
	char *room = malloc(len); /* NOLINT(clang-analyzer-optin.portability.UnixAPI) */

	MUST(room || len == 0);
	return room;
}

/** fuzz_copy() - A copy with nothing behind it */
static inline char *fuzz_copy(const char *p, size_t len)
{
	char *copy = fuzz_room(len);

	if (len > 0)
		memcpy(copy, p, len);
	return copy;
}

/**
 * fuzz_take() - Take a number off the end of an input
 * @data:	Input
 * @size:	Its length; made shorter
 * @most:	The largest number wanted
 *
 * Return: 0 to @most, from two bytes; 0 if they are not there.
 */
static inline size_t fuzz_take(const uint8_t *data, size_t *size, size_t most)
{
	if (*size < 2)
		return 0;
	*size -= 2;
	return ((size_t)data[*size] << 8 | data[*size + 1]) % (most + 1);
}

#endif
