/*
 * id - numbers of users and groups as people write them
 */
#ifndef COMMON_ID_H
#define COMMON_ID_H

#include <stdbool.h>

/**
 * id_parse() - Read a decimal user or group id
 * @text:	Text
 * @id:		Filled on success, untouched otherwise
 *
 * Return: whether all of @text is an id; (uid_t)-1 is none, it means "no change" to
 * setresuid(2).
 */
bool id_parse(const char *text, unsigned int *id);

#endif
