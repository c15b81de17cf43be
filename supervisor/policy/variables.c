#include "variables.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A variable that named itself would recurse for ever; none does, none may. */
#define EXPAND_DEPTH_MAX 16

#define LABEL "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
#define API(NAME, path)                                  \
	{                                                \
		"API_PREFIX_" NAME, "%API_PREFIX%/" path \
	}
#define LIBPOD(NAME, path)                                             \
	{                                                              \
		"API_PREFIX_LIBPOD_" NAME, "%API_PREFIX_LIBPOD%/" path \
	}

const struct variable variables[] = {
	{ "DOMAIN", "(?:" LABEL "(?:\\." LABEL ")*)" },
	{ "IPV4", "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3})" },
	{ "IPV6", "(?:\\[[a-fA-F0-9]{0,4}(?::[a-fA-F0-9]{0,4}){2,7}(?:%[a-zA-Z0-9_]+)?\\])" },
	{ "IP", "(?:%IPV4%|%IPV6%)" },
	{ "DOMAIN_OR_IP", "(?:%DOMAIN%|%IP%)" },
	{ "HOST", "(?:%DOMAIN_OR_IP%(?::[0-9]+)?)" },

	{ "IMAGE_ID", "%_OBJECT_ID%" },
	{ "IMAGE_COMPONENT", "(?:[a-zA-Z0-9]+(?:(?:\\.|_{1,2}|-+)[a-zA-Z0-9]+)*)" },
	{ "IMAGE_TAG", "(?:[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127})" },
	{ "IMAGE_DIGEST",
	  "(?:[a-zA-Z][a-zA-Z0-9]*(?:[_.+-][a-zA-Z][a-zA-Z0-9]*)*:[a-fA-F0-9]{32,})" },
	{ "IMAGE_NAME", "(?:(?:%HOST%/)?%IMAGE_COMPONENT%(?:/%IMAGE_COMPONENT%)*)" },
	{ "IMAGE_REFERENCE", "(?:%IMAGE_NAME%(?::%IMAGE_TAG%)?(?:@%IMAGE_DIGEST%)?)" },
	{ "IMAGE_ID_OR_REFERENCE", "(?:%IMAGE_ID%|%IMAGE_REFERENCE%)" },

	{ "CONTAINER_ID", "%_OBJECT_ID%" },
	{ "CONTAINER_NAME", "%_OBJECT_NAME%" },
	{ "CONTAINER_ID_OR_NAME", "(?:%CONTAINER_ID%|%CONTAINER_NAME%)" },

	{ "VOLUME_ID", "%_OBJECT_ID%" },
	{ "VOLUME_NAME", "%_OBJECT_NAME%" },
	{ "VOLUME_ID_OR_NAME", "(?:%VOLUME_ID%|%VOLUME_NAME%)" },

	{ "NETWORK_ID", "%_OBJECT_ID%" },
	{ "NETWORK_NAME", "(?:[^/]+)" },
	{ "NETWORK_ID_OR_NAME", "(?:%NETWORK_ID%|%NETWORK_NAME%)" },

	{ "PLUGIN_ID", "%_OBJECT_ID%" },
	{ "PLUGIN_NAME", "%IMAGE_NAME%" },
	{ "PLUGIN_ID_OR_NAME", "(?:%PLUGIN_ID%|%PLUGIN_NAME%)" },

	{ "API_PREFIX", "%_API_VERSION%?" },
	API("AUTH", "auth"),
	API("BUILD", "build"),
	API("COMMIT", "commit"),
	API("CONFIGS", "configs"),
	API("CONTAINERS", "containers"),
	API("DISTRIBUTION", "distribution"),
	API("EVENTS", "events"),
	API("EXEC", "(?:exec|containers/%CONTAINER_ID_OR_NAME%/exec)"),
	API("GRPC", "grpc"),
	API("IMAGES", "images"),
	API("INFO", "info"),
	API("NETWORKS", "networks"),
	API("NODES", "nodes"),
	API("PING", "_ping"),
	API("PLUGINS", "plugins"),
	API("SECRETS", "secrets"),
	API("SERVICES", "services"),
	API("SESSION", "session"),
	API("SWARM", "swarm"),
	API("SYSTEM", "system"),
	API("TASKS", "tasks"),
	API("VERSION", "version"),
	API("VOLUMES", "volumes"),

	{ "API_PREFIX_LIBPOD", "%_API_VERSION%/libpod" },
	LIBPOD("BUILD", "build"),
	LIBPOD("COMMIT", "commit"),
	LIBPOD("CONTAINERS", "containers"),
	LIBPOD("EVENTS", "events"),
	LIBPOD("EXEC", "exec"),
	LIBPOD("GENERATE", "generate"),
	LIBPOD("IMAGES", "images"),
	LIBPOD("INFO", "info"),
	LIBPOD("MANIFESTS", "manifests"),
	LIBPOD("NETWORKS", "networks"),
	LIBPOD("PING", "_ping"),
	LIBPOD("PLAY", "play"),
	LIBPOD("PODS", "pods"),
	LIBPOD("SECRETS", "secrets"),
	LIBPOD("SYSTEM", "system"),
	LIBPOD("VERSION", "version"),
	LIBPOD("VOLUMES", "volumes"),

	{ "_API_VERSION", "(?:/v[0-9]+(?:\\.[0-9]+)*)" },
	{ "_OBJECT_ID", "(?:[a-fA-F0-9]+)" },
	{ "_OBJECT_NAME", "(?:[a-zA-Z0-9][a-zA-Z0-9_.-]+)" },
	{ NULL, NULL }
};

static const struct variable *find_variable(const char *name, size_t len)
{
	for (const struct variable *v = variables; v->name; v++)
		if (strlen(v->name) == len && memcmp(v->name, name, len) == 0)
			return v;
	return NULL;
}

/**
 * name_length() - Length of the variable name behind a percent sign
 * @p:		First byte after the sign
 * @end:	End of the text
 *
 * Return: length of the name if a closing sign follows it, else 0.
 */
static size_t name_length(const char *p, const char *end)
{
	const char *start = p;

	if (p == end || !((*p >= 'A' && *p <= 'Z') || *p == '_'))
		return 0;
	while (p < end && ((*p >= 'A' && *p <= 'Z') || *p == '_' || (*p >= '0' && *p <= '9')))
		p++;
	return p < end && *p == '%' ? (size_t)(p - start) : 0;
}

static bool append(struct expansion *x, const char *p, size_t len)
{
	if (len >= VARIABLES_EXPANSION_MAX - x->len)
		return false;
	memcpy(x->text + x->len, p, len);
	x->len += len;
	x->text[x->len] = '\0';
	return true;
}

static bool add_piece(struct expansion *x, size_t source_off, bool verbatim)
{
	if (x->n_pieces == sizeof(x->pieces) / sizeof(x->pieces[0]))
		return false;
	x->pieces[x->n_pieces].text_off = x->len;
	x->pieces[x->n_pieces].source_off = source_off;
	x->pieces[x->n_pieces].verbatim = verbatim;
	x->n_pieces++;
	return true;
}

/**
 * expand() - Append a text with its variables replaced
 * @x:		Result so far
 * @text:	What to append, @len bytes
 * @len:	Length of @text
 * @depth:	0 for the pattern itself, which alone is mapped to source offsets
 * @error_off:	On failure, the offset in @text
 */
static enum expand_error expand(struct expansion *x, const char *text, size_t len, int depth,
				size_t *error_off)
{
	const char *end = text + len;
	const char *plain = text; /* start of what was not yet appended */
	enum expand_error e;
	size_t inner_off;

	for (const char *p = text; p < end; p++) {
		if (*p == '\\') {
			p++; /* whatever it escapes is no variable */
			continue;
		}
		size_t name_len = *p == '%' ? name_length(p + 1, end) : 0;
		if (name_len == 0)
			continue;

		*error_off = (size_t)(p - text);
		const struct variable *v = find_variable(p + 1, name_len);
		if (!v)
			return EXPAND_E_UNKNOWN;
		if (depth == EXPAND_DEPTH_MAX ||
		    (depth == 0 && !add_piece(x, (size_t)(plain - text), true)) ||
		    !append(x, plain, (size_t)(p - plain)) ||
		    (depth == 0 && !add_piece(x, (size_t)(p - text), false)))
			return EXPAND_E_TOO_LONG;
		e = expand(x, v->value, strlen(v->value), depth + 1, &inner_off);
		if (e != EXPAND_OK)
			return e;
		p += name_len + 1;
		plain = p + 1;
	}
	*error_off = 0;
	if ((depth == 0 && !add_piece(x, (size_t)(plain - text), true)) ||
	    !append(x, plain, (size_t)(end - plain)))
		return EXPAND_E_TOO_LONG;
	return EXPAND_OK;
}

enum expand_error expand_variables(struct expansion *x, const char *pattern, size_t len,
				   size_t *error_off)
{
	enum expand_error e;

	*error_off = 0;
	x->len = 0;
	x->n_pieces = 0;
	x->text = malloc(VARIABLES_EXPANSION_MAX);
	if (!x->text)
		return EXPAND_E_NO_MEMORY;
	x->text[0] = '\0';
	e = expand(x, pattern, len, 0, error_off);
	if (e != EXPAND_OK) {
		free(x->text);
		x->text = NULL;
	}
	return e;
}

size_t expansion_source_offset(const struct expansion *x, size_t text_off)
{
	size_t i = x->n_pieces;

	while (i > 1 && x->pieces[i - 1].text_off > text_off)
		i--;
	if (x->pieces[i - 1].verbatim)
		return x->pieces[i - 1].source_off + (text_off - x->pieces[i - 1].text_off);
	return x->pieces[i - 1].source_off;
}
