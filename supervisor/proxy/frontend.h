/*
 * frontend - where to listen, and who may connect there
 */
#ifndef PROXY_FRONTEND_H
#define PROXY_FRONTEND_H

#include <stdint.h>
#include <sys/types.h>

#include "addr.h"

#define FRONTEND_MODE 0660 /* of a unix socket that says nothing else */

/**
 * struct frontend - One of them
 * @addr:	Address; of a passed socket, where it listens
 * @mode:	Permissions of a unix socket's file
 * @uid:	Its owner, (uid_t)-1 for whoever makes it
 * @gid:	Its group, (gid_t)-1 for the one it is made with
 * @passed_fd:	Socket that somebody else has opened and that listens already, -1 to
 *		open @addr. Taken over when it is opened
 * @origin:	What has named it, for messages; borrowed
 * @tiers:	Tiers that its clients may be of, a bit each, at least one
 */
struct frontend {
	struct addr addr;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	int passed_fd;
	const char *origin;
	uint64_t tiers;
};

#endif
