/*
 * gojson_oracle - a second opinion on JSON: what Go makes of it
 *
 * What tests/fuzz/judge.c holds the judge against. It shares no code and no table
 * with supervisor/policy and knows no jansson. It reads as encoding/json does, with
 * all of its leniency: the last of two members wins, or is merged into the first;
 * null takes away what a pointer, a map or a slice had and leaves the rest alone;
 * names fold; what is no character becomes U+FFFD; a value of a wrong kind is
 * skipped; and what follows the document does not matter.
 */
#ifndef GOJSON_ORACLE_H
#define GOJSON_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum go_kind {
	GO_BOOL,
	GO_INT,
	GO_INT_POINTER,
	GO_STRING,
	GO_SLICE,
	GO_MAP, /* of strings to something */
	GO_STRUCT,
	GO_STRUCT_POINTER,
	GO_ANY, /* anything, of which only matters that it is there */
};

struct go_field;

/**
 * struct go_type - A type of Go's
 * @kind:	Its kind
 * @of:		Items of a slice or map
 * @fields:	Of a struct; ends with one without name
 */
struct go_type {
	enum go_kind kind;
	const struct go_type *of;
	const struct go_field *fields;
};

/**
 * struct go_value - A value of such a type
 * @is_set:	Not nil
 * @truth:	Of a bool
 * @integer:	Of an integer
 * @text:	Of a string; NULL is ""
 * @items:	Fields of a struct, items of a slice, values of a map
 * @keys:	Of a map
 * @n:		Number of @items
 * @cap:	Items that a slice once had come back when it grows again
 */
struct go_value {
	bool is_set;
	bool truth;
	int64_t integer;
	char *text;
	struct go_value *items;
	char **keys;
	size_t n, cap;
};

struct harm_case;

/**
 * struct go_field - A field of a struct
 * @name:	Its name in JSON
 * @type:	Its type
 * @harms:	For harm_oracle: whether a value reaches the host. NULL to look inside
 */
struct go_field {
	const char *name;
	const struct go_type *type;
	bool (*harms)(const struct harm_case *c, const struct go_field *f,
		      const struct go_value *v);
};

/**
 * go_read() - Read a document into a value
 * @t:		Its type
 * @v:		Zeroed; to be freed with go_free()
 * @text:	Document, @len bytes
 * @len:	Length of @text
 *
 * Return: whether it begins with a JSON value.
 */
bool go_read(const struct go_type *t, struct go_value *v, const char *text, size_t len);

/** go_free() - Free a value, and make it the zero value */
void go_free(struct go_value *v);

/** go_member() - The field @name of a struct; of one that is not there, the zero value */
const struct go_value *go_member(const struct go_type *t, const struct go_value *v,
				 const char *name);

/** go_text() - The bytes of a string */
const char *go_text(const struct go_value *v);

#endif
