/*
 * goform - query parameters as Go's net/url reads them
 *
 * Of url.ParseQuery() (Go 1.17 and later): pairs between '&', names and values
 * percent-decoded with '+' for a blank. A pair it would drop, for a ';' or a bad
 * escape, and bytes that are no UTF-8 are an error here.
 */
#ifndef POLICY_GOFORM_H
#define POLICY_GOFORM_H

#include <stdbool.h>
#include <stddef.h>

#define GOFORM_PAIRS_MAX 256 /* parameters of a query */

struct goform_pair {
	const char *name; /* NUL-terminated, without NUL inside, as is @value */
	const char *value;
};

/**
 * struct goform - Parameters, in their order
 * @pairs:	Each, also those that are repeated
 * @n:		Number of @pairs
 * @room:	Their bytes; owned
 */
struct goform {
	struct goform_pair pairs[GOFORM_PAIRS_MAX];
	size_t n;
	char *room;
};

/**
 * goform_read() - Read a query
 * @f:		Filled; on success the caller owes goform_clear()
 * @query:	What follows the '?', @len bytes
 * @len:	Length of @query
 *
 * Return: NULL, or static text of what is wrong.
 */
const char *goform_read(struct goform *f, const char *query, size_t len);

/** goform_clear() - Free what goform_read() took */
void goform_clear(struct goform *f);

/**
 * goform_is_true() - A boolean in dockerd's spelling
 *
 * moby's daemon/server/httputils/form.go, BoolValue(): anything but "", 0, no,
 * false and none, whatever the case and with blanks around.
 */
bool goform_is_true(const char *value);

#endif
