/*
 * cgroup - in which container a process is, by its control groups
 *
 * The texts are those of /proc/PID/cgroup (cgroups(7)): a line for each hierarchy,
 * "ID:CONTROLLERS:PATH", of which version 2 has one, "0::PATH". Engines name the group
 * that they make for a container after its id:
 *
 *	/docker/ID			Docker with cgroupfs
 *	/system.slice/docker-ID.scope	Docker with systemd
 *	/libpod_parent/libpod-ID	Podman with cgroupfs
 *	/machine.slice/libpod-ID.scope	Podman with systemd
 *
 * below any parent, and with groups of the container's own below. In a cgroup namespace
 * a path is seen from the namespace's root, with a /.. for each group above it.
 *
 * Whoever may make groups can call one so. A name is a claim; it holds if the engine
 * knows that container and the container's first process is in the same group.
 */
#ifndef PROXY_CGROUP_H
#define PROXY_CGROUP_H

#include <stdbool.h>
#include <stddef.h>

#define CGROUP_ID_LEN	64   /* digits of a container's id */
#define CGROUP_IDS_MAX	4    /* containers inside each other */
#define CGROUP_TEXT_MAX 8192 /* bytes of /proc/PID/cgroup */

/**
 * struct cgroup_ids - The ids that a process's groups are named after
 * @n:		How many
 * @more:	There are others around these
 * @ids:	The innermost one first, NUL-terminated
 */
struct cgroup_ids {
	size_t n;
	bool more;
	char ids[CGROUP_IDS_MAX][CGROUP_ID_LEN + 1];
};

/**
 * cgroup_ids() - Find out after which containers a process's groups are named
 * @text:	Its /proc/PID/cgroup, NUL-terminated
 * @ids:	Filled; of more than CGROUP_IDS_MAX inside each other with the innermost
 *
 * The first hierarchy that has an id counts: that of a controller that an engine does not
 * use has none.
 */
void cgroup_ids(const char *text, struct cgroup_ids *ids);

/**
 * cgroup_is_in() - Whether a process is in the groups of a container
 * @text:	Its /proc/PID/cgroup
 * @main_text:	That of the container's first process
 * @id:		The container's id
 *
 * In every hierarchy in which the first process is in a group of this name, or below,
 * the other has to be in that group, or below; there has to be one.
 */
bool cgroup_is_in(const char *text, const char *main_text, const char *id);

#endif
