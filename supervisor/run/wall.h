/*
 * wall - take the protected sockets out of the tool's sight
 *
 * In a mount namespace of the tool's own every protected socket file is covered by
 * a socket file that nobody listens on. It is as protected as the engine's: what
 * the filter reports is redirected as ever, and a connect that it did not report
 * would be refused by the kernel.
 *
 * The tool then lives in a user namespace that does not own the mounts, so it
 * cannot take them off again, nor can what it makes namespaces in: a copy made by
 * somebody with fewer rights has its mounts locked together.
 *
 * A namespace of root's has all ids, mapped to themselves by the supervisor. That
 * of another user has just the user's: whoever owns a user namespace may become,
 * from outside, anybody in it. So the change of user comes before wall_lock(),
 * and the namespace is the user's: the supervisor, when it takes on the rights of
 * the user, may look into processes there as the user might.
 */
#ifndef RUN_WALL_H
#define RUN_WALL_H

#include <sys/types.h>

#include "addr.h"

#define WALL_MAX 128 /* sockets covered */

/**
 * wall_enter() - Give the calling process namespaces of its own
 *
 * Root needs CAP_SYS_ADMIN, others a user namespace.
 *
 * Return: 0 or -errno.
 */
int wall_enter(void);

/**
 * wall_build() - Cover the sockets there are
 * @protect:	Protected addresses, @n of them; what is no socket file is left out
 * @n:		At most WALL_MAX
 * @fd:		On success, the covering file, O_PATH; owned by the caller
 *
 * Return: 0 or -errno; -EIO if one is still seen afterwards.
 */
int wall_build(const struct addr *protect, size_t n, int *fd);

/**
 * wall_lock() - Give up the right to undo it
 *
 * Root has no ids afterwards until wall_map() was called for it from outside.
 *
 * Return: 0 or -errno.
 */
int wall_lock(void);

/**
 * wall_map() - Give ids to a process of root's that is behind the wall
 * @pid:	Process
 *
 * Return: 0 or -errno.
 */
int wall_map(pid_t pid);

#endif
