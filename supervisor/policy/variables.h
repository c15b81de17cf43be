/*
 * variables - the %NAME% variables of rule patterns
 *
 * Names and values are those of hectorm/cetusguard v1.1, with one wider:
 * API_PREFIX_EXEC covers /containers/{id}/exec beside /exec. They are listed
 * for users in cetusguard-rules(5).
 */
#ifndef POLICY_VARIABLES_H
#define POLICY_VARIABLES_H

#include <stddef.h>

#define VARIABLES_EXPANSION_MAX (64 * 1024) /* bytes of an expanded pattern */
#define VARIABLES_PIECES_MAX	256	    /* variables in one pattern */

struct variable {
	const char *name;  /* without the percent signs */
	const char *value; /* may name other variables, never itself */
};

/* Ends with a NULL name. */
extern const struct variable variables[];

/**
 * struct expansion - A pattern with its variables replaced
 * @text:	NUL-terminated result, owned; free() it
 * @len:	Length of @text
 * @pieces:	For each stretch of @text, where in the source it came from
 * @n_pieces:	Stretches used
 */
struct expansion {
	char *text;
	size_t len;
	struct {
		size_t text_off;   /* first byte of the stretch in text */
		size_t source_off; /* its byte in the source, or its variable's */
		int verbatim;	   /* copied byte for byte */
	} pieces[2 * VARIABLES_PIECES_MAX + 1];
	size_t n_pieces;
};

enum expand_error {
	EXPAND_OK,
	EXPAND_E_UNKNOWN,  /* no such variable */
	EXPAND_E_TOO_LONG, /* over VARIABLES_EXPANSION_MAX or _PIECES_MAX */
	EXPAND_E_NO_MEMORY,
	EXPAND_ERROR_NUM
};

/**
 * expand_variables() - Replace %NAME% by its value, recursively
 * @x:		Filled on success; the caller frees @x->text
 * @pattern:	Source, @len bytes
 * @len:	Length of @pattern
 * @error_off:	On failure, the offset in @pattern where it went wrong
 *
 * A name is [A-Z_][A-Z0-9_]*; any other percent sign, and one behind a
 * backslash, stands for itself.
 */
enum expand_error expand_variables(struct expansion *x, const char *pattern, size_t len,
				   size_t *error_off);

/** expansion_source_offset() - The source offset that @text_off came from */
size_t expansion_source_offset(const struct expansion *x, size_t text_off);

#endif
