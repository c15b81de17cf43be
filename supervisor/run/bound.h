/*
 * bound - the name under which a socket file was made
 *
 * A file can be renamed; the name its server gave to bind(2) stays in the kernel,
 * which tells it to sock_diag(7).
 */
#ifndef RUN_BOUND_H
#define RUN_BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/**
 * bound_find() - Look for names of the sockets that are bound to a file
 * @st:		The file
 * @match:	Called with each name, NUL-terminated; true ends the search
 * @data:	For @match
 *
 * Only sockets of the caller's network namespace are seen.
 *
 * Return: 1 if a name matched, 0 if not, -errno if it cannot be told.
 */
int bound_find(const struct stat *st, bool (*match)(void *data, const char *name), void *data);

#endif
