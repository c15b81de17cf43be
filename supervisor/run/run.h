/*
 * run - run a tool so that its connections to protected sockets come to us
 *
 * The tool is a child in the same session and terminal. Whatever it or any of
 * its descendants connects to is connected to by the supervisor, on the socket
 * of theirs, after the supervisor has found out for itself what the address
 * names; where that is a protected socket, the connection is handed to the
 * caller instead. See notify.h for how, launch.h for the process side.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "addr.h"

#define RUN_ERROR_MAX 1024 /* bytes of an error text, NUL included */

/* Exit statuses that are not the tool's, as env(1) has them. */
enum run_exit { RUN_EXIT_FAILED = 125, RUN_EXIT_NOT_EXECUTABLE = 126, RUN_EXIT_NOT_FOUND = 127 };

enum run_mode {
	RUN_SECCOMP, /* the kernel reports every connect */
	RUN_PRELOAD, /* a library in the tool does, if the tool lets it */
	RUN_MODE_NUM
};

/**
 * struct run_client - The process at the other end of a connection
 * @pid:	Process
 * @uid:	Its effective user
 * @comm:	Name of the thread
 * @exe:	Program, "" if it could not be told
 */
struct run_client {
	pid_t pid;
	uid_t uid;
	const char *comm;
	const char *exe;
};

/**
 * struct run_config - What to run and how
 * @mode:	How connections are caught
 * @argv:	Tool and arguments, NULL-terminated
 * @protect:	Protected addresses, @n_protect of them
 * @keep_fds:	Descriptors from 3 on that the tool keeps, @n_keep_fds of them
 * @user:	User to run the tool as, name or number, NULL for the same
 * @group:	Group, name or number, NULL for the user's
 * @allow_setuid: Set-user-ID programs keep their effect; for root only
 * @ns:		Cover the protected unix sockets in a mount namespace as well;
 *		of seccomp mode
 * @linger:	Go on until no descendant is left
 * @ready:	Called when the tool is about to start; may fail with -errno
 * @adopt:	Called in any thread with a non-blocking connection, which it
 *		owns from then on; @client is valid during the call
 * @data:	For both
 */
struct run_config {
	enum run_mode mode;
	const char *const *argv;
	const struct addr *protect;
	size_t n_protect;
	const int *keep_fds;
	size_t n_keep_fds;
	const char *user;
	const char *group;
	bool allow_setuid;
	bool ns;
	bool linger;
	int (*ready)(void *data);
	void (*adopt)(void *data, int fd, const struct run_client *client);
	void *data;
};

struct run;

/**
 * run_new() - Prepare
 * @config:	Configuration; borrowed for as long as the result is used
 * @error:	On failure, one line; RUN_ERROR_MAX bytes
 *
 * To be called before anything of the process's environment is changed
 * (descriptors, limits, signal dispositions), since the tool gets it as it is
 * now.
 *
 * Return: the run, of which there is one a process, or NULL.
 */
struct run *run_new(const struct run_config *config, char *error);

/**
 * run_tool() - Start the tool and stay until it has ended
 * @r:		Run
 * @status:	Filled on success with the wait status of the tool
 * @error:	On failure, one line; RUN_ERROR_MAX bytes
 *
 * Return: 0, or the exit status to end with; the tool did not start then.
 */
int run_tool(struct run *r, int *status, char *error);

/**
 * run_exit_like() - End this process as the tool ended
 * @status:	Its wait status
 *
 * Return: exit status to end with, if it did not end by a signal.
 */
int run_exit_like(int status);

#endif
