/*
 * ask - ask a guard that runs about itself, for the commands health and reload
 */
#ifndef ASK_H
#define ASK_H

#include "addr.h"

#define ASK_TEXT_MAX  2048 /* bytes of an answer or an error text, NUL included */
#define ASK_TIMEOUT_S 10   /* without a byte */

/**
 * ask_admin() - Send one request to the address of -admin-addr
 * @a:		Address
 * @method:	Method
 * @path:	Path
 * @text:	The line it answers with, or what went wrong; ASK_TEXT_MAX bytes
 *
 * Return: 0 if the answer is 200, else -errno.
 */
int ask_admin(const struct addr *a, const char *method, const char *path, char *text);

#endif
