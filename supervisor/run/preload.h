/*
 * preload - the cooperative way: a library in the tool brings connections to us
 *
 * The tool is told by its environment to load libcetus-preload.so, which connects
 * to our socket what would have gone to a protected one. It sees what goes through
 * the C library it is loaded into, and nothing else; shim.h in common has what
 * it is told.
 *
 * Our socket is in a directory that only the tool's user can enter. TCP endpoints
 * have a port on the loopback interface, where a client of another user is turned
 * away.
 */
#ifndef RUN_PRELOAD_H
#define RUN_PRELOAD_H

#include <sys/types.h>

#include "identity.h"
#include "run.h"

struct preload;

/**
 * preload_open() - Find the library and open what it is to connect to
 * @config:	Gets the connections; borrowed
 * @identity:	Protected sockets; borrowed
 * @uid:	User of the tool
 * @gid:	Group of the tool
 * @error:	On failure, one line; RUN_ERROR_MAX bytes
 *
 * Return: what to close with preload_close(), or NULL.
 */
struct preload *preload_open(const struct run_config *config, struct identity *identity, uid_t uid,
			     gid_t gid, char *error);

/**
 * preload_enter() - Make this process's environment the tool's
 *
 * In the child, as the tool's user.
 *
 * Return: 0, or -errno if there is no memory or if that user cannot read the
 * library or reach the socket.
 */
int preload_enter(const struct preload *p);

/** preload_serve() - Start to hand connections over, in a thread; 0 or -errno */
int preload_serve(struct preload *p);

/** preload_close() - Remove the socket and its directory; NULL is fine */
void preload_close(struct preload *p);

#endif
