/*
 * rehearsal - an engine that does nothing, to see what a client would ask for
 *
 * It listens on a socket in a folder of its own and gives each request an answer with which
 * a client goes on: what is created has an id, what is started runs, what is attached to or
 * followed says nothing and ends. Nothing is executed, pulled or kept.
 */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include <pthread.h>
#include <stdbool.h>

#include "addr.h"

#define REHEARSAL_ERROR_MAX 256

/**
 * struct rehearsal - An engine
 * @folder:	Where its sockets are
 * @engine:	Where it listens
 * @client:	Where a proxy in front of it can
 * @fd:		Socket that listens
 * @thread:	Accepts
 */
struct rehearsal {
	char folder[ADDR_PATH_MAX];
	struct addr engine;
	struct addr client;
	int fd;
	pthread_t thread;
};

/**
 * rehearsal_start() - Begin to listen
 * @r:		Filled
 * @error:	On failure, one line; REHEARSAL_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int rehearsal_start(struct rehearsal *r, char *error);

/** rehearsal_end() - Remove its sockets; threads end with the process */
void rehearsal_end(struct rehearsal *r);

#endif
