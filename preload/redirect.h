/*
 * redirect - whether a connection goes to the guard instead, and to where
 *
 * A path is judged by the inode it leads to, so links, bind mounts, relative and
 * odd spellings are all the same to it: it is guarded if a guarded path leads to
 * that inode now, or did when the supervisor started, which keeps the inode so that
 * its number is not given to another. A TCP address is judged by address and port,
 * every spelling of this machine's loopback being one address.
 *
 * Nothing here changes what connect(2) would have said about bad arguments: what
 * the kernel would refuse anyway is passed on for it to refuse. Only system calls
 * that a signal handler may make; no allocation, no lock.
 */
#ifndef PRELOAD_REDIRECT_H
#define PRELOAD_REDIRECT_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "settings.h"

/**
 * enum redirect - What to do with a connection
 * @REDIRECT_NOT:	Not guarded: connect as asked
 * @REDIRECT_TO:	Guarded: connect to the guard
 * @REDIRECT_REFUSED:	Guarded and the guard has no way for it: ECONNREFUSED
 */
enum redirect { REDIRECT_NOT, REDIRECT_TO, REDIRECT_REFUSED };

/**
 * struct redirect_target - Where the guard is
 * @addr:	Address of the socket's own family
 * @len:	Its length
 */
struct redirect_target {
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} addr;
	socklen_t len;
};

/**
 * redirect_judge() - Decide where a connection goes
 * @s:		Settings
 * @fd:		Socket, or whatever the caller took for one
 * @addr:	Address; any pointer at all
 * @len:	Its length as the caller gave it
 * @to:		Filled for REDIRECT_TO
 *
 * May change errno.
 *
 * Return: the decision.
 */
enum redirect redirect_judge(const struct settings *s, int fd, const void *addr, socklen_t len,
			     struct redirect_target *to);

/**
 * redirect_is_guarded() - Whether an address as users write it is a guarded one
 * @s:		Settings
 * @text:	Address, as in DOCKER_HOST
 *
 * May change errno.
 */
bool redirect_is_guarded(const struct settings *s, const char *text);

#endif
