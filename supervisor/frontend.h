/*
 * frontend - from the text of -frontend-addr to where to listen
 *
 *	tcp://host:port				as addr_parse() has it
 *	unix:///path?mode=0660&user=u&group=g	every field may be left away
 *	fd://, fd://3, fd://NAME		sockets that systemd has passed
 */
#ifndef FRONTEND_H
#define FRONTEND_H

#include <stddef.h>

#include "passed.h"
#include "proxy/frontend.h"

#define FRONTEND_ERROR_MAX 256 /* bytes of an error text, NUL included */

/**
 * frontend_read() - Read one value
 * @f:		Filled on success
 * @max:	Room in @f
 * @text:	Value
 * @passed:	Sockets that were passed; those that are asked for are taken
 * @error:	On failure, what is wrong with which field
 *
 * Return: frontends it stands for, at least one, or -errno.
 */
int frontend_read(struct frontend *f, size_t max, const char *text, struct passed *passed,
		  char *error);

#endif
