/*
 * status - what /proc/TID/status says of a thread
 */
#ifndef RUN_STATUS_H
#define RUN_STATUS_H

#include <stdint.h>
#include <sys/types.h>

#define STATUS_GROUPS_MAX 1024 /* supplementary groups; a thread with more is refused */
#define STATUS_LEVELS_MAX 33   /* nested process namespaces, one more than the kernel allows */

/**
 * struct status - A thread, its ids as the reader's namespaces show them
 * @comm:	Name
 * @tgid:	Process
 * @threads:	Threads of the process
 * @n_levels:	Process namespaces it is in, from the reader's inward
 * @ns_tgid:	Its process id in each
 * @ns_tid:	Its thread id in each
 * @cap_eff:	Effective capabilities, in its own user namespace
 * @n_groups:	Entries of @groups
 * @pending:	Signals that wait for the thread or its process
 * @blocked:	Signals it blocks
 * @caught:	Signals it has handlers for
 */
struct status {
	char comm[64];
	pid_t tgid;
	unsigned int threads;
	size_t n_levels;
	pid_t ns_tgid[STATUS_LEVELS_MAX];
	pid_t ns_tid[STATUS_LEVELS_MAX];
	uid_t euid, fsuid;
	gid_t egid, fsgid;
	uint64_t cap_eff;
	size_t n_groups;
	gid_t groups[STATUS_GROUPS_MAX];
	uint64_t pending, blocked, caught;
};

/**
 * status_parse() - Read the text of a status file
 * @s:		Filled
 * @text:	The whole file, NUL-terminated
 *
 * Return: 0, or -EINVAL if something needed is missing or too much.
 */
int status_parse(struct status *s, const char *text);

/**
 * status_read() - Read the status of a thread
 * @s:		Filled on success
 * @dir_fd:	Its directory in /proc
 *
 * Return: 0 or -errno.
 */
int status_read(struct status *s, int dir_fd);

#endif
