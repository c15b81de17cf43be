/*
 * listener - where clients come in
 */
#ifndef PROXY_LISTENER_H
#define PROXY_LISTENER_H

#include <ev.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "addr.h"
#include "frontend.h"

#define LISTENER_ERROR_MAX 256 /* bytes of an error text, NUL included */

struct worker;

/**
 * struct listener - A listening socket
 * @fd:		Owned
 * @addr:	Address as asked for, with the port the kernel chose
 * @accepted:	Takes over what was accepted; NULL for conn_new()
 * @data:	For it
 * @tiers:	As of the frontend
 * @generation:	Times that who may ask here has changed
 * @dev:	With @ino, identity of the unix socket's file, if it is ours to remove
 */
struct listener {
	int fd;
	struct addr addr;
	void (*accepted)(void *data, int fd);
	void *data;
	uint64_t tiers;
	uint32_t generation;
	dev_t dev;
	ino_t ino;
	struct ev_io io;
	struct ev_timer pause;
	struct worker *worker; /* borrowed, set by listener_start() */
};

/**
 * listener_open() - Bind and listen
 * @l:		Filled on success; one address may need several
 * @max:	Room in @l
 * @frontend:	Where, and who may connect
 * @error:	On failure, why; LISTENER_ERROR_MAX bytes
 *
 * A unix socket file nobody listens on is replaced, one in use is an error. What was
 * passed just listens on, and its file stays when it is closed.
 *
 * Return: listeners opened, or -errno.
 */
int listener_open(struct listener *l, size_t max, const struct frontend *frontend, char *error);

/** listener_start() - Accept clients into a worker */
void listener_start(struct listener *l, struct worker *w);

/** listener_close() - Stop, close, and remove a socket file that is still ours */
void listener_close(struct listener *l);

#endif
