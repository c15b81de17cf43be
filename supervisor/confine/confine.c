#include "confine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "layers.h"

static const struct {
	const char *name;
	int (*put_up)(const struct confine_config *c, struct confine_report *r, char *error);
} layers[] = {
#define X(id, function, text) [CONFINE_##id] = { text, confine_##function },
	CONFINE_LAYERS(X)
#undef X
};
_Static_assert(sizeof(layers) / sizeof(layers[0]) == CONFINE_LAYER_NUM, "every layer is listed");

int confine_fail(char *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, CONFINE_ERROR_MAX, format, args);
	va_end(args);
	return -err;
}

int confine_up(struct confine_report *r, const char *format, ...)
{
	va_list args;

	r->state = CONFINE_ON;
	va_start(args, format);
	vsnprintf(r->detail, sizeof(r->detail), format, args);
	va_end(args);
	return 0;
}

const char *confine_layer_name(enum confine_layer layer)
{
	return layers[layer].name;
}

enum confine_layer confine_layer_parse(const char *name, size_t len)
{
	enum confine_layer i = 0;

	while (i < CONFINE_LAYER_NUM &&
	       (strlen(layers[i].name) != len || memcmp(layers[i].name, name, len) != 0))
		i++;
	return i;
}

int confine_apply(const struct confine_config *c, struct confine_report *reports, char *error)
{
	char why[CONFINE_ERROR_MAX - 64];

	memset(reports, 0, CONFINE_LAYER_NUM * sizeof(*reports));
	for (enum confine_layer i = 0; i < CONFINE_LAYER_NUM; i++) {
		int rc;

		if (c->off[i]) {
			strcpy(reports[i].detail, "turned off");
			continue;
		}
		rc = layers[i].put_up(c, &reports[i], error);
		if (rc < 0) {
			snprintf(why, sizeof(why), "%s", error);
			return confine_fail(error, -rc, "sandbox: %s: %s", layers[i].name, why);
		}
	}
	return 0;
}
