/*
 * redirect - connect a socket of the tool's to us instead
 *
 * The other end of every redirected socket is a listener without a name: bound,
 * opened by descriptor, and unlinked at once. Sockets of TCP have one on the
 * loopback interface. The accepted connection is an ordinary client of the
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
 * struct redirect - The listeners
 * @lock:	One connection at a time, so that what is accepted is known to
 *		belong to what was connected
 * @unix_fd:	Listening unix socket
 * @path_fd:	Its inode
 * @st:		The same, for comparison
 * @tcp4_fd:	Listening on 127.0.0.1, or -1
 * @tcp6_fd:	Listening on ::1, or -1
 */
struct redirect {
	pthread_mutex_t lock;
	int unix_fd;
	int path_fd;
	struct stat st;
	int tcp4_fd;
	int tcp6_fd;
};

/**
 * redirect_open() - Open the listeners
 * @r:		Filled on success
 * @tcp:	TCP sockets will be redirected as well
 * @error:	On failure, why; REDIRECT_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int redirect_open(struct redirect *r, bool tcp, char *error);

/** redirect_close() - Close the listeners */
void redirect_close(struct redirect *r);

/** redirect_is_ours() - Whether a file is our own listener */
bool redirect_is_ours(const struct redirect *r, const struct stat *st);

/**
 * redirect_unix() - Connect a unix socket to us
 * @r:		Listeners
 * @fd:		Socket; of another type than SOCK_STREAM gives -EPROTOTYPE
 * @accepted:	On success, our end, non-blocking; owned by the caller
 *
 * Return: 0 or -errno for the tool.
 */
int redirect_unix(struct redirect *r, int fd, int *accepted);

/**
 * redirect_tcp() - Connect a TCP socket to us
 * @r:		Listeners
 * @fd:		Socket
 * @to:		The address it was given
 * @accepted:	Our end, -1 if there is none
 *
 * Return: 0 or -errno for the tool; -EINPROGRESS comes with our end.
 */
int redirect_tcp(struct redirect *r, int fd, const struct sockaddr *to, int *accepted);

#endif
