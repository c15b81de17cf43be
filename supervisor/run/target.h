/*
 * target - the thread that waits in connect(), and what it asks for
 *
 * Everything is read once, into memory of the supervisor's; from then on the
 * thread's own memory, descriptors and paths do not matter any more.
 */
#ifndef RUN_TARGET_H
#define RUN_TARGET_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "status.h"

/**
 * union target_address - The address as it was copied
 * @bytes:	One more than an address may have, so that it ends in a NUL
 */
union target_address {
	struct sockaddr sa;
	struct sockaddr_un un;
	char bytes[sizeof(struct sockaddr_storage) + 1];
};

/**
 * struct target - See above
 * @tid:	The thread, as the supervisor sees it
 * @dir_fd:	Its directory in /proc: this thread, never one with its number
 * @socket_fd:	The socket, shared with the thread
 * @domain:	Of the socket, AF_*
 * @type:	Of the socket, SOCK_*
 * @address:	Where to
 * @len:	Length of @address as given
 * @status:	Who it is
 * @failed:	On failure, what could not be done; static
 */
struct target {
	pid_t tid;
	int dir_fd;
	int socket_fd;
	int domain;
	int type;
	union target_address address;
	socklen_t len;
	struct status status;
	const char *failed;
};

/**
 * target_open() - Learn all there is to know of a notification
 * @t:	Filled; to be closed with target_close() whatever is returned
 * @n:	Notification
 *
 * What it learned counts only if the notification is still valid afterwards.
 *
 * Return: 0, or -errno for the thread as the kernel would have it; -EACCES if
 * the thread cannot be looked at.
 */
int target_open(struct target *t, const struct seccomp_notif *n);

/** target_close() - Let go of it */
void target_close(struct target *t);

/**
 * target_is_named() - Whether the address is a path of a unix socket
 * @t:	Target
 */
bool target_is_named(const struct target *t);

/** target_path() - That path, NUL-terminated whatever the thread has given */
const char *target_path(const struct target *t);

/**
 * target_exe() - Which program the thread runs
 * @t:		Target
 * @text:	Gets the path, "" if it cannot be told
 * @cap:	Size of @text
 */
void target_exe(const struct target *t, char *text, size_t cap);

#endif
