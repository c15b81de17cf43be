#include "gojson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const json_t *of(const struct gojson *v)
{
	return (const json_t *)v;
}

static const struct gojson *as(const json_t *v)
{
	return (const struct gojson *)v;
}

/* ---- reading ---- */

/**
 * count_values() - Bound depth and number of values before memory is spent on them
 * @text:	Document, valid or not
 * @len:	Length of @text
 * @max:	Most values
 *
 * Of a valid document the numbers are exact.
 *
 * Return: NULL, or what there is too much of.
 */
static const char *count_values(const char *text, size_t len, size_t max)
{
	size_t depth = 0, values = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
			continue;
		}
		in_string = c == '"';
		values += c == ',' || c == '[' || c == '{';
		if (c == '[' || c == '{')
			depth++;
		else if ((c == ']' || c == '}') && depth > 0)
			depth--;
		if (depth > GOJSON_DEPTH_MAX)
			return "is nested too deeply";
		if (values > max)
			return "has too many values";
	}
	return NULL;
}

/**
 * next_folded() - The next character of a name, folded as foldName() does
 * @p:	Moved on
 *
 * Names of API fields are ASCII, which just two other characters fold to; the rest
 * stand for themselves, byte by byte.
 */
static unsigned char next_folded(const char **p)
{
	static const char long_s[] = "\xc5\xbf", kelvin[] = "\xe2\x84\xaa";
	unsigned char c = (unsigned char)**p;

	if (strncmp(*p, long_s, strlen(long_s)) == 0) {
		*p += strlen(long_s);
		return 'S';
	}
	if (strncmp(*p, kelvin, strlen(kelvin)) == 0) {
		*p += strlen(kelvin);
		return 'K';
	}
	*p += c != '\0';
	return c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : c;
}

bool gojson_same_name(const char *a, const char *b)
{
	unsigned char ca, cb;

	do {
		ca = next_folded(&a);
		cb = next_folded(&b);
	} while (ca == cb && ca != '\0');
	return ca == cb;
}

static char *folded(const char *name)
{
	char *text = malloc(strlen(name) + 1), *out = text;

	while (text && (*out = (char)next_folded(&name)) != '\0')
		out++;
	return text;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/**
 * check_names() - Find two names of an object that fold to the same
 * @object:	Object
 * @error:	On failure, why
 *
 * Return: whether there are none.
 */
static bool check_names(json_t *object, char *error)
{
	size_t n = json_object_size(object), i = 0;
	char **names = calloc(n + 1, sizeof(*names));
	const char *name;
	json_t *member;
	bool ok = names != NULL;

	json_object_foreach(object, name, member)
	{
		ok = ok && (names[i] = folded(name)) != NULL;
		i += ok;
	}
	if (!ok)
		snprintf(error, GOJSON_ERROR_MAX, "does not fit into memory");
	else
		qsort(names, n, sizeof(*names), compare_names);
	for (size_t k = 1; ok && k < n; k++)
		if (strcmp(names[k - 1], names[k]) == 0) {
			snprintf(error, GOJSON_ERROR_MAX,
				 "has \"%.64s\" twice in one object, whatever the case", names[k]);
			ok = false;
		}
	for (size_t k = 0; k < i; k++)
		free(names[k]);
	free(names);
	return ok;
}

static bool check_all_names(json_t *v, char *error)
{
	const char *name;
	json_t *member;
	size_t i;

	if (json_is_object(v)) {
		if (!check_names(v, error))
			return false;
		json_object_foreach(v, name, member)
		{
			if (!check_all_names(member, error))
				return false;
		}
	}
	json_array_foreach(v, i, member)
	{
		if (!check_all_names(member, error))
			return false;
	}
	return true;
}

struct gojson *gojson_read(const char *text, size_t len, char *error)
{
	const char *excess = count_values(text, len, GOJSON_VALUES_MAX);
	json_error_t e = { .line = 0 };
	json_t *root;

	if (excess) {
		snprintf(error, GOJSON_ERROR_MAX, "%s", excess);
		return NULL;
	}
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
	if (!root) {
		snprintf(error, GOJSON_ERROR_MAX,
			 "is not JSON of one meaning: line %d, column %d: %.100s", e.line, e.column,
			 e.text);
		return NULL;
	}
	if (!check_all_names(root, error)) {
		json_decref(root);
		return NULL;
	}
	return (struct gojson *)root;
}

/* Escaped is the only way in which encoding/json writes a NUL. */
static void replace_nuls(char *text, size_t len)
{
	static const char nul[] = "\\u0000", replacement[] = "\\ufffd";
	const size_t escape_len = sizeof(nul) - 1;

	for (size_t i = 0; i + 1 < len; i++) {
		if (text[i] != '\\')
			continue;
		if (len - i >= escape_len && memcmp(text + i, nul, escape_len) == 0)
			memcpy(text + i, replacement, escape_len);
		i++; /* what is escaped may be a backslash */
	}
}

struct gojson *gojson_read_reply(char *text, size_t len, char *error)
{
	const char *excess = count_values(text, len, SIZE_MAX);
	json_error_t e = { .line = 0 };
	json_t *root;

	if (excess) {
		snprintf(error, GOJSON_ERROR_MAX, "%s", excess);
		return NULL;
	}
	replace_nuls(text, len);
	root = json_loadb(text, len, 0, &e);
	if (!root)
		snprintf(error, GOJSON_ERROR_MAX, "is not JSON: line %d, column %d: %.100s", e.line,
			 e.column, e.text);
	return (struct gojson *)root;
}

void gojson_free(struct gojson *root)
{
	json_decref((json_t *)root);
}

void gojson_prepare(void)
{
	const char *many[256];

	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		many[i] = "";
	/* It would open /dev/urandom at the first object. */
	json_object_seed(0);
	/* And this ask for the machine's memory at the first one of many members. */
	qsort(many, sizeof(many) / sizeof(many[0]), sizeof(many[0]), compare_names);
}

/* ---- values ---- */

enum gojson_kind gojson_kind_of(const struct gojson *v)
{
	static const enum gojson_kind kinds[] = {
		[JSON_OBJECT] = GOJSON_OBJECT, [JSON_ARRAY] = GOJSON_ARRAY,
		[JSON_STRING] = GOJSON_STRING, [JSON_INTEGER] = GOJSON_INTEGER,
		[JSON_REAL] = GOJSON_REAL,     [JSON_TRUE] = GOJSON_BOOL,
		[JSON_FALSE] = GOJSON_BOOL,    [JSON_NULL] = GOJSON_NULL,
	};

	return v ? kinds[json_typeof(of(v))] : GOJSON_NULL;
}

bool gojson_bool(const struct gojson *v)
{
	return json_is_true(of(v));
}

int64_t gojson_integer(const struct gojson *v)
{
	return json_integer_value(of(v));
}

double gojson_number(const struct gojson *v)
{
	return json_number_value(of(v));
}

const char *gojson_string(const struct gojson *v)
{
	const char *text = json_string_value(of(v));

	return text ? text : "";
}

size_t gojson_size(const struct gojson *v)
{
	return json_array_size(of(v)) + json_object_size(of(v));
}

const struct gojson *gojson_item(const struct gojson *v, size_t i)
{
	return as(json_array_get(of(v), i));
}

const struct gojson *gojson_member(const struct gojson *v, const char *name)
{
	const json_t *exact = json_object_get(of(v), name);
	json_t *object = (json_t *)v, *member;
	const char *key;

	if (exact || !json_is_object(object))
		return as(exact);
	json_object_foreach(object, key, member)
	{
		if (gojson_same_name(key, name))
			return as(member);
	}
	return NULL;
}

const char *gojson_member_string(const struct gojson *v, const char *name)
{
	return gojson_string(gojson_member(v, name));
}

const struct gojson *gojson_key(const struct gojson *v, const char *key)
{
	return as(json_object_get(of(v), key));
}

void gojson_each(const struct gojson *v,
		 void (*visit)(void *data, const char *name, const struct gojson *member),
		 void *data)
{
	json_t *member;
	const char *name;

	json_object_foreach((json_t *)v, name, member)
	{
		visit(data, name, as(member));
	}
}

bool gojson_equal(const struct gojson *a, const struct gojson *b)
{
	return json_equal(of(a), of(b));
}

bool gojson_is_neutral(const struct gojson *v)
{
	switch (gojson_kind_of(v)) {
	case GOJSON_NULL:
		return true;
	case GOJSON_BOOL:
		return !gojson_bool(v);
	case GOJSON_INTEGER:
		return gojson_integer(v) == 0;
	case GOJSON_STRING:
		return gojson_string(v)[0] == '\0';
	case GOJSON_ARRAY:
	case GOJSON_OBJECT:
		return gojson_size(v) == 0;
	case GOJSON_REAL:
	case GOJSON_KIND_NUM:
		break;
	}
	return false;
}

void gojson_show(char *out, size_t cap, const struct gojson *v)
{
	size_t n;

	memset(out, 0, cap);
	if (gojson_kind_of(v) == GOJSON_STRING)
		n = (size_t)snprintf(out, cap, "\"%s\"", gojson_string(v));
	else
		n = v ? json_dumpb(of(v), out, cap - 1, JSON_ENCODE_ANY | JSON_COMPACT) : 0;
	if (n < cap)
		return;
	/* What fits was written. Never end inside a character. */
	n = strlen(out) < cap - 4 ? strlen(out) : cap - 4;
	while (n > 0 && ((unsigned char)out[n] & 0xc0) == 0x80)
		n--;
	memcpy(out + n, "...", 4);
}
