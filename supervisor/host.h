/*
 * host - the files of the engine's machine, as far as names go
 *
 * Constraints compare paths of mounts by what they lead to. Nothing is read: each
 * lookup opens a path without rights (O_PATH) below the root and asks the kernel for
 * its name.
 */
#ifndef HOST_H
#define HOST_H

#include <limits.h>
#include <stdbool.h>

/**
 * struct host - A root
 * @root_fd:	Its folder
 * @root:	Its canonical path, "" for /
 * @base:	The folder the program was started in, "" if that has no path
 */
struct host {
	int root_fd;
	char root[PATH_MAX];
	char base[PATH_MAX];
};

/**
 * host_open() - Look at the machine through a folder
 * @h:		Filled
 * @root:	Where its root is: "/", or where a container has it mounted
 *
 * Return: 0 or -errno.
 */
int host_open(struct host *h, const char *root);

/** host_is_open() - Whether host_open() has opened it */
bool host_is_open(const struct host *h);

/** host_close() - Close what host_open() has opened; one that is all zero is fine */
void host_close(struct host *h);

/**
 * host_resolve() - Make a path canonical, as struct policy_host has it
 * @data:	struct host
 * @path:	Absolute path
 * @out:	PATH_MAX bytes
 *
 * Needs openat2(2), since Linux 5.6. What does not exist is taken for what it would
 * become, unless that is somewhere else: behind a symbolic link that leads nowhere.
 *
 * Return: 0 or -errno.
 */
int host_resolve(void *data, const char *path, char *out);

#endif
