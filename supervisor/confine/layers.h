/*
 * layers - one function for each layer of confine.h
 */
#ifndef CONFINE_LAYERS_H
#define CONFINE_LAYERS_H

#include "confine.h"

/**
 * confine_LAYER() - Put one layer up
 * @c:		What is needed
 * @r:		Filled on success
 * @error:	CONFINE_ERROR_MAX bytes; filled on failure, without the layer's name
 *
 * Return: 0 or -errno.
 */
#define X(id, function, name)                                                            \
	int confine_##function(const struct confine_config *c, struct confine_report *r, \
			       char *error);
CONFINE_LAYERS(X)
#undef X

/** confine_fail() - Fill in an error text as printf(3) does. Return: -@err */
__attribute__((format(printf, 3, 4))) int confine_fail(char *error, int err, const char *format,
						       ...);

/** confine_up() - Fill in a report of a layer that is in force, as printf(3) does */
__attribute__((format(printf, 2, 3))) int confine_up(struct confine_report *r, const char *format,
						     ...);

#endif
