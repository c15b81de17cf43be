/*
 * passed - listening sockets that were opened by who started the program
 *
 * The protocol is sd_listen_fds(3)'s, which inetd-like programs speak, too: LISTEN_PID
 * is the process they are for, LISTEN_FDS their number, from descriptor 3 on, and
 * LISTEN_FDNAMES their names, between colons. It is three variables; for them
 * libsystemd would be one more library in the process.
 */
#ifndef PASSED_H
#define PASSED_H

#include <stdbool.h>
#include <stddef.h>

#include "proxy/frontend.h"

#define PASSED_MAX   64 /* sockets */
#define PASSED_FIRST 3	/* descriptor */

/**
 * struct passed - What there is
 * @n:		Sockets
 * @names:	Their names, "" without; in @room
 * @room:	Owned
 * @taken:	A frontend has it
 * @why_none:	Why @n is 0; static or in @text
 */
struct passed {
	size_t n;
	const char *names[PASSED_MAX];
	char *room;
	bool taken[PASSED_MAX];
	const char *why_none;
	char text[128];
};

/**
 * passed_read() - Find out what was passed
 * @p:	Filled; the caller owes passed_clear()
 *
 * The variables are removed, so that nobody who is started later takes them for its
 * own, and the descriptors are closed on exec.
 */
void passed_read(struct passed *p);

/** passed_clear() - Free names; the sockets stay */
void passed_clear(struct passed *p);

/**
 * passed_take() - Take sockets as frontends
 * @p:		Sockets
 * @which:	Their name, a descriptor number, or "" for all
 * @f:		Filled on success
 * @max:	Room in @f
 * @error:	On failure, why; FRONTEND_ERROR_MAX bytes
 *
 * Each must be a stream socket that listens, unix or TCP. It does not block from then on.
 *
 * Return: how many, at least one, or -errno.
 */
int passed_take(struct passed *p, const char *which, struct frontend *f, size_t max, char *error);

#endif
