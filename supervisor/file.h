/*
 * file - read a whole file
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/**
 * file_read() - Read all of a regular file
 * @path:	Path
 * @max:	Most bytes
 * @len:	On success, bytes read
 * @why:	On failure, why; as long as that of strerror(3)
 *
 * Return: the content, owned by the caller, or NULL.
 */
char *file_read(const char *path, size_t max, size_t *len, const char **why);

#endif
