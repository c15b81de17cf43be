/*
 * envp - the environment a program is started with, our variables in it
 *
 * Called between vfork(2) and exec, in signal handlers and in threads: what has
 * to be built is built in room of the caller's, and where that is too small in
 * memory mapped for the occasion. A child of vfork(2) that had to map some
 * leaves it behind in its parent, a page or two for each such start.
 */
#ifndef PRELOAD_ENVP_H
#define PRELOAD_ENVP_H

#include "settings.h"

#define ENVP_ROOM	  400  /* pointers of an environment built on the stack */
#define ENVP_PRELOAD_ROOM 1024 /* bytes of LD_PRELOAD=... built there */

/**
 * struct envp - Room for one environment
 * @vars:	Its pointers, if they fit
 * @preload:	The tool's own LD_PRELOAD behind ours, if it fits
 * @map:	What was mapped instead, NULL if nothing was
 * @map_len:	Its length
 */
struct envp {
	char *vars[ENVP_ROOM];
	char preload[ENVP_PRELOAD_ROOM];
	void *map; /* owned */
	size_t map_len;
};

/**
 * envp_keep() - The environment with our variables as the supervisor set them
 * @e:		Room; to be handed to envp_drop() afterwards
 * @s:		Settings
 * @env:	What the tool wants, NULL for an empty one as to execve(2); replaced by
 *		one borrowed from @e, @s and itself unless nothing is missing in it
 *
 * LD_PRELOAD keeps what the tool puts there, behind ours. A DOCKER_HOST of the
 * tool's stays unless it names a guarded endpoint. May change errno.
 *
 * Return: false if there is no memory.
 */
bool envp_keep(struct envp *e, const struct settings *s, char *const **env);

/** envp_drop() - Give back what envp_keep() mapped; errno untouched */
void envp_drop(struct envp *e);

#endif
