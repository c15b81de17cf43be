/*
 * gojson - a JSON document as Go's encoding/json reads it, where that is unambiguous
 *
 * Engines read bodies with encoding/json: it finds a field by its name whatever the
 * case, LATIN SMALL LETTER LONG S and KELVIN SIGN included (encoding/json,
 * foldName), lets the last of two win or merges them, takes null for absent, and
 * makes U+FFFD of what is no character. Here a document that leaves room for that is
 * refused: two names of one object that fold to the same, escapes that are no
 * character, trailing bytes, numbers that fit no int64. What remains means one thing
 * to everybody. The only includer of jansson.h.
 */
#ifndef POLICY_GOJSON_H
#define POLICY_GOJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GOJSON_DEPTH_MAX  32	/* objects and arrays inside each other */
#define GOJSON_VALUES_MAX 20000 /* members and items of a document */
#define GOJSON_ERROR_MAX  200	/* bytes of an error text, NUL included */

struct gojson; /* a value; all of a document are freed with its root */

enum gojson_kind {
	GOJSON_NULL,
	GOJSON_BOOL,
	GOJSON_INTEGER,
	GOJSON_REAL,
	GOJSON_STRING,
	GOJSON_ARRAY,
	GOJSON_OBJECT,
	GOJSON_KIND_NUM
};

/** gojson_prepare() - What is to be done once, before the first document and any sandbox */
void gojson_prepare(void);

/**
 * gojson_read() - Read a document
 * @text:	Document, @len bytes
 * @len:	Length of @text
 * @error:	On failure, why, a phrase; GOJSON_ERROR_MAX bytes
 *
 * Return: its root, owned by the caller, or NULL.
 */
struct gojson *gojson_read(const char *text, size_t len, char *error);

/**
 * gojson_read_reply() - Read a document that an engine has written
 * @text:	Document, @len bytes; changed
 * @len:	Length of @text
 * @error:	As above
 *
 * It is of one meaning already, but has what others have put into it: keys of maps that
 * fold to the same, and NUL in texts, which becomes U+FFFD here. One container with such
 * labels must not hide all others. How long it may be is for the caller to say.
 *
 * Return: its root, owned by the caller, or NULL.
 */
struct gojson *gojson_read_reply(char *text, size_t len, char *error);

/** gojson_free() - Free a document; NULL is fine */
void gojson_free(struct gojson *root);

/** gojson_kind_of() - The kind of a value; of NULL it is GOJSON_NULL */
enum gojson_kind gojson_kind_of(const struct gojson *v);

/** gojson_bool() - Whether a value is true */
bool gojson_bool(const struct gojson *v);

/** gojson_integer() - Value of a GOJSON_INTEGER, of another kind 0 */
int64_t gojson_integer(const struct gojson *v);

/** gojson_number() - Value of a number, of another kind 0 */
double gojson_number(const struct gojson *v);

/** gojson_string() - Text of a GOJSON_STRING, without NUL inside; of another kind "" */
const char *gojson_string(const struct gojson *v);

/** gojson_size() - Items of an array, members of an object, of another kind 0 */
size_t gojson_size(const struct gojson *v);

/** gojson_item() - Item @i of an array, NULL behind the last */
const struct gojson *gojson_item(const struct gojson *v, size_t i);

/** gojson_member() - The member a Go struct's field @name gets, or NULL */
const struct gojson *gojson_member(const struct gojson *v, const char *name);

/** gojson_member_string() - The text of such a member, "" if there is none or it is no text */
const char *gojson_member_string(const struct gojson *v, const char *name);

/** gojson_key() - The member that a Go map has at @key, or NULL */
const struct gojson *gojson_key(const struct gojson *v, const char *key);

/**
 * gojson_each() - Call a function for each member of an object, in their order
 * @v:		Object; of another kind there are none
 * @visit:	Function
 * @data:	For it
 */
void gojson_each(const struct gojson *v,
		 void (*visit)(void *data, const char *name, const struct gojson *member),
		 void *data);

/** gojson_same_name() - Whether two names are the same to a Go struct */
bool gojson_same_name(const char *a, const char *b);

/** gojson_equal() - Whether two values are the same */
bool gojson_equal(const struct gojson *a, const struct gojson *b);

/**
 * gojson_is_neutral() - Whether a value says nothing
 *
 * null, false, 0, "", an empty array or object.
 */
bool gojson_is_neutral(const struct gojson *v);

/**
 * gojson_show() - Write a value for people, cut to fit
 * @out:	Room for @cap bytes; ends with a NUL
 * @cap:	At least 16
 * @v:		Value
 */
void gojson_show(char *out, size_t cap, const struct gojson *v);

#endif
