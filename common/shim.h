/*
 * shim - what the supervisor tells the preload library, through the environment
 *
 *	CETUS_RUN_PRELOAD	path of the library, to be kept first in LD_PRELOAD
 *	CETUS_RUN_SOCKET	path of the unix socket that stands for guarded ones
 *	CETUS_RUN_TCP		loopback port that stands for guarded TCP endpoints;
 *				without it a connection to one of them is refused
 *	CETUS_RUN_PROTECT	the guarded endpoints, entries separated by a space
 *
 *	entry   = dev ":" ino ":" address
 *	dev,ino = the socket's st_dev and st_ino when the list was written, in
 *		  lower-case hexadecimal; both 0 for TCP and for what was not there
 *	address = as addr_format() writes it, a TCP host numeric; every byte that
 *		  is not printable ASCII, and every space and "%", as "%" and two
 *		  lower-case hexadecimal digits
 *
 * The writer and the reader of that list are here, side by side. Pure functions
 * on text: no allocation, no system call, errno untouched.
 */
#ifndef COMMON_SHIM_H
#define COMMON_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define SHIM_LIBRARY "libcetus-preload.so"

#define SHIM_PRELOAD_VAR "CETUS_RUN_PRELOAD"
#define SHIM_SOCKET_VAR	 "CETUS_RUN_SOCKET"
#define SHIM_TCP_VAR	 "CETUS_RUN_TCP"
#define SHIM_PROTECT_VAR "CETUS_RUN_PROTECT"

#define SHIM_PROTECT_MAX 8192 /* bytes of the list and its NUL, which the library keeps */

/**
 * struct shim_endpoint - One guarded endpoint
 * @addr:	Address
 * @dev:	Device of the socket's inode, 0 if unknown
 * @ino:	Number of the socket's inode, 0 if unknown
 */
struct shim_endpoint {
	struct addr addr;
	uint64_t dev;
	uint64_t ino;
};

/* What reading the list came upon. */
enum shim_step { SHIM_ENTRY, SHIM_END, SHIM_MALFORMED };

/**
 * shim_add() - Append an endpoint to a list
 * @list:	NUL-terminated list, "" to begin with
 * @cap:	Size of @list
 * @e:		Endpoint
 *
 * Return: false if it does not fit; @list is then as it was.
 */
bool shim_add(char *list, size_t cap, const struct shim_endpoint *e);

/**
 * shim_next() - Read the next endpoint of a list
 * @cursor:	Where to read; starts at the list, moves on with each entry
 * @e:		Filled if there was one, untouched otherwise
 *
 * Return: SHIM_ENTRY, SHIM_END after the last one, or SHIM_MALFORMED, after
 * which nothing of the list is to be trusted.
 */
enum shim_step shim_next(const char **cursor, struct shim_endpoint *e);

#endif
