/*
 * redirect - connect a socket of the tool's to us instead
 *
 * The other end of every redirected socket is a listener without a name: bound,
 * opened by descriptor, and unlinked at once. Sockets of TCP each get one on the
 * loopback interface, for as long as it takes. The accepted connection is an ordinary client of the
 * proxy.
 */
#ifndef RUN_REDIRECT_H
#define RUN_REDIRECT_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define REDIRECT_ERROR_MAX 512 /* bytes of an error text, NUL included */

/**
 * struct redirect - The unix listener
 * @lock:	One connection at a time, so that what is accepted is known to
 *		belong to what was connected
 * @stale:	One could not be accepted and still waits there
 * @unix_fd:	Listening unix socket
 * @path_fd:	Its inode
 * @st:		The same, for comparison
 */
struct redirect {
	pthread_mutex_t lock;
	bool stale;
	int unix_fd;
	int path_fd;
	struct stat st;
};

/**
 * redirect_open() - Open the listener
 * @r:		Filled on success
 * @error:	On failure, why; REDIRECT_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int redirect_open(struct redirect *r, char *error);

/** redirect_close() - Close the listener */
void redirect_close(struct redirect *r);

/** redirect_is_ours() - Whether a file is our own listener */
bool redirect_is_ours(const struct redirect *r, const struct stat *st);

/**
 * redirect_unix() - Connect a unix socket to us
 * @r:		Listener
 * @fd:		Socket; of another type than SOCK_STREAM gives -EPROTOTYPE
 * @accepted:	On success, our end, non-blocking; owned by the caller
 *
 * Return: 0 or -errno for the tool.
 */
int redirect_unix(struct redirect *r, int fd, int *accepted);

/**
 * redirect_tcp() - Connect a TCP socket to us
 * @fd:		Socket
 * @to:		The address it was given
 * @accepted:	Our end, -1 if there is none
 *
 * May block where the socket's network has no loopback interface like ours.
 *
 * Return: 0 or -errno for the tool; -EINPROGRESS comes with our end.
 */
int redirect_tcp(int fd, const struct sockaddr *to, int *accepted);

#endif
