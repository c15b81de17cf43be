/*
 * value - a value that somebody gives: a flag, a variable, a line of a file
 */
#ifndef VALUE_H
#define VALUE_H

#include <stdbool.h>
#include <stddef.h>

#define OPTION_LIST_MAX	  64	  /* values of one repeatable option */
#define OPTION_COUNT_MAX  1000000 /* of a number */
#define OPTIONS_ERROR_MAX 1024	  /* bytes of an error text, NUL included */

enum option_kind {
	OPTION_STRING, /* struct option_value */
	OPTION_LIST,   /* struct option_list */
	OPTION_TEXTS,  /* the same, of texts that may have more than one line */
	OPTION_BOOL,   /* bool */
	OPTION_LEVEL,  /* int, 0 to 7 */
	OPTION_COUNT,  /* size_t, up to OPTION_COUNT_MAX */
	OPTION_CHOICE, /* int, the index of one of a few names */
};

/**
 * struct option_value - One value and where it was given
 * @text:	Value; points into argv, the environment, the file or the table
 * @origin:	"-name", the name of the environment variable or "FILE:LINE: name", "" for
 *		a default
 * @file:	The configuration file whose lines and columns @text has, or NULL
 */
struct option_value {
	const char *text;
	const char *origin;
	const char *file;
};

struct option_list {
	size_t n;
	struct option_value values[OPTION_LIST_MAX];
};

/**
 * value_set() - Give a field a value
 * @field:	Field of that kind; of a list, one more value
 * @kind:	Kind
 * @choices:	Names for an OPTION_CHOICE, ended by NULL
 * @v:		Value; borrowed while the field lives
 * @error:	On failure, one line; OPTIONS_ERROR_MAX bytes
 *
 * Return: 0 or -EINVAL.
 */
int value_set(void *field, enum option_kind kind, const char *const *choices,
	      const struct option_value *v, char *error);

/** value_equal() - Whether two fields of a kind have the same value, wherever it is from */
bool value_equal(const void *a, const void *b, enum option_kind kind);

#endif
