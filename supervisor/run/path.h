/*
 * path - find what a path names, as another thread sees it
 *
 * The result is a descriptor of the object itself. Whoever decides on that
 * descriptor and acts on it, too, is safe from everything that can happen to
 * the path meanwhile; a mistake in here can make a path lead nowhere or to a
 * wrong place, never to a place that was not looked at.
 *
 * Theory of operation. openat2(2) walks paths without symbolic links in one
 * call. The others are walked name by name, because two kinds of link mean
 * something else here than for the thread: /proc/self names its reader, and
 * the magic links of /proc lead past any root directory.
 */
#ifndef RUN_PATH_H
#define RUN_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#define PATH_LINKS_MAX 40   /* symbolic links in one path, as the kernel has it */
#define PATH_ROOM      4096 /* bytes of a path, NUL included, as the kernel has it */

/**
 * struct path_view - Whose eyes
 * @root_fd:	The thread's root directory
 * @cwd_fd:	Its working directory; may be -1 for absolute paths
 * @who:	The thread, for /proc/self
 */
struct path_view {
	int root_fd;
	int cwd_fd;
	const struct status *who;
};

/**
 * struct path_part - A name in a path
 * @name:	Where it begins
 * @len:	Its length
 * @last:	No name follows
 * @slash:	A slash follows
 */
struct path_part {
	const char *name;
	size_t len;
	bool last;
	bool slash;
};

/**
 * path_next() - Take the next name off a path
 * @rest:	Path; moved on behind the name and its slashes
 * @part:	Filled if there is one
 *
 * Return: whether there is one.
 */
bool path_next(const char **rest, struct path_part *part);

/**
 * path_splice() - Put the content of a link before the rest of a path
 * @room:	Gets the path; PATH_ROOM bytes
 * @link:	Content of the link, NUL-terminated
 * @part:	The name that was the link
 * @rest:	What follows it; may point into @room
 *
 * Return: 0, -ENOENT for an empty link, -ENAMETOOLONG.
 */
int path_splice(char *room, const char *link, const struct path_part *part, const char *rest);

/**
 * path_resolve() - Open what a path names
 * @v:		View
 * @path:	Path, not empty
 *
 * Return: an O_PATH descriptor, owned by the caller, or -errno as the kernel
 * would have it.
 */
int path_resolve(const struct path_view *v, const char *path);

#endif
