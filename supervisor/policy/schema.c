#include "schema.h"

#include <string.h>

#include "apipath.h"

/*
 * "*" takes one byte or more, slashes, too, as gorilla/mux does for dockerd's
 * {name:.*}; that the text behind it ends the path decides.
 */
static bool path_matches(const char *pattern, const char *path, size_t len)
{
	for (; *pattern != '*'; pattern++, path++, len--)
		if (len == 0 || *pattern != *path)
			return len == 0 && *pattern == '\0';
	for (size_t i = 1; i <= len; i++)
		if (path_matches(pattern + 1, path + i, len - i))
			return true;
	return false;
}

static const struct schema_endpoint *find_in(const struct schema_endpoint *e, const char *method,
					     size_t method_len, const char *path, size_t len)
{
	for (; e->name; e++)
		if (strlen(e->method) == method_len && memcmp(e->method, method, method_len) == 0 &&
		    path_matches(e->path, path, len))
			return e;
	return NULL;
}

const struct schema_endpoint *schema_find(const char *method, size_t method_len, const char *path,
					  size_t len)
{
	static const struct schema_endpoint *const docker[] = {
		schema_docker_endpoints,
		schema_swarm_endpoints,
	};

	if (apipath_strip(&path, &len))
		return find_in(schema_libpod_endpoints, method, method_len, path, len);
	for (size_t i = 0; i < sizeof(docker) / sizeof(docker[0]); i++) {
		const struct schema_endpoint *e = find_in(docker[i], method, method_len, path, len);

		if (e)
			return e;
	}
	return NULL;
}

const struct schema_field *schema_field_find(const struct schema *s, const char *name)
{
	for (; s; s = s->also)
		for (const struct schema_field *f = s->fields; f->name; f++)
			if (gojson_same_name(f->name, name))
				return f;
	return NULL;
}

static bool are_strings(const struct gojson *v)
{
	for (size_t i = 0; gojson_item(v, i); i++)
		if (gojson_kind_of(gojson_item(v, i)) != GOJSON_STRING)
			return false;
	return gojson_kind_of(v) == GOJSON_ARRAY;
}

bool schema_kind_fits(enum schema_kind kind, const struct gojson *v)
{
	enum gojson_kind is = gojson_kind_of(v);

	switch (kind) {
	case SCHEMA_ANY:
		return true;
	case SCHEMA_BOOL:
		return is == GOJSON_BOOL;
	case SCHEMA_INTEGER:
		return is == GOJSON_INTEGER;
	case SCHEMA_NUMBER:
		return is == GOJSON_INTEGER || is == GOJSON_REAL;
	case SCHEMA_STRING:
		return is == GOJSON_STRING;
	case SCHEMA_STRINGS:
		return are_strings(v);
	case SCHEMA_WORDS:
		return is == GOJSON_STRING || are_strings(v);
	case SCHEMA_ARRAY:
		return is == GOJSON_ARRAY;
	case SCHEMA_OBJECT:
	case SCHEMA_MAP:
		return is == GOJSON_OBJECT;
	case SCHEMA_KIND_NUM:
		break;
	}
	return false;
}

const char *schema_kind_text(enum schema_kind kind)
{
	static const char *const texts[] = {
		[SCHEMA_ANY] = "a value",
		[SCHEMA_BOOL] = "true or false",
		[SCHEMA_INTEGER] = "a whole number",
		[SCHEMA_NUMBER] = "a number",
		[SCHEMA_STRING] = "a string",
		[SCHEMA_STRINGS] = "an array of strings",
		[SCHEMA_WORDS] = "a string or an array of strings",
		[SCHEMA_ARRAY] = "an array",
		[SCHEMA_OBJECT] = "an object",
		[SCHEMA_MAP] = "an object",
	};
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == SCHEMA_KIND_NUM, "a text for each");

	return texts[kind];
}
