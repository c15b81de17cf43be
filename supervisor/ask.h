/*
 * ask - ask a guard that runs about itself, for the commands health, reload and top
 */
#ifndef ASK_H
#define ASK_H

#include <stddef.h>
#include <sys/types.h>

#include "addr.h"

#define ASK_TEXT_MAX  2048 /* bytes of an answer or an error text, NUL included */
#define ASK_TIMEOUT_S 10   /* without a byte */

/**
 * ask_admin() - Send one request to the address of -admin-addr
 * @a:		Address
 * @line:	Method and path
 * @text:	The line it answers with, or what went wrong; ASK_TEXT_MAX bytes
 *
 * Return: 0 if the answer is 200, else -errno.
 */
int ask_admin(const struct addr *a, const char *line, char *text);

/**
 * ask_stats() - Have it say what happened lately
 * @a:		Address
 * @reply:	Room for the reply; @cap bytes
 * @cap:	Bytes of @reply
 * @stats:	Gets the JSON, in @reply
 * @text:	On failure, what went wrong; ASK_TEXT_MAX bytes
 *
 * Return: length of the JSON, or -errno.
 */
ssize_t ask_stats(const struct addr *a, char *reply, size_t cap, const char **stats, char *text);

#endif
