#include "wall.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys.h"

#define MAP_MAX	    4096 /* bytes of an id map; the kernel takes less than a page */
#define FD_NAME_MAX 32
#define COVER	    "cetus-run.socket"

/* ---- ids ---- */

/* The kernel takes a map in one write or not at all. */
static int write_file(int dir_fd, const char *name, const char *text, size_t len)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC), rc = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	if (n != (ssize_t)len)
		rc = n < 0 ? -errno : -EIO;
	close(fd);
	return rc;
}

static int map_one(int dir_fd, const char *name, unsigned int id)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%u %u 1\n", id, id);

	return write_file(dir_fd, name, text, (size_t)len);
}

/* Without rights a process can have its own ids and no others. */
static int map_own(uid_t uid, gid_t gid)
{
	int dir_fd, rc;

	/* New capabilities have made it undumpable, so /proc/self is root's. */
	prctl(PR_SET_DUMPABLE, 1);
	dir_fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return -errno;
	rc = write_file(dir_fd, "setgroups", "deny", 4);
	if (rc == 0)
		rc = map_one(dir_fd, "gid_map", gid);
	if (rc == 0)
		rc = map_one(dir_fd, "uid_map", uid);
	close(dir_fd);
	return rc;
}

/* A line of a map has the first id inside, the first outside, and how many. */
static size_t map_line(char *text, size_t cap, const char *line)
{
	unsigned long first, count;
	char *end;

	first = strtoul(line, &end, 10);
	strtoul(end, &end, 10);
	count = strtoul(end, NULL, 10);
	return (size_t)snprintf(text, cap, "%lu %lu %lu\n", first, first, count);
}

/* Every id that exists here, as itself. */
static int map_all(int dir_fd, const char *name)
{
	char path[64], line[80], text[MAP_MAX];
	size_t len = 0;
	FILE *own;

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	own = fopen(path, "re");
	if (!own)
		return -errno;
	while (len < sizeof(text) && fgets(line, sizeof(line), own))
		len += map_line(text + len, sizeof(text) - len, line);
	fclose(own);
	return len < sizeof(text) ? write_file(dir_fd, name, text, len) : -E2BIG;
}

int wall_map(pid_t pid)
{
	char path[32];
	int dir_fd, rc;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	dir_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return -errno;
	rc = map_all(dir_fd, "gid_map");
	if (rc == 0)
		rc = map_all(dir_fd, "uid_map");
	close(dir_fd);
	return rc;
}

/* ---- namespaces ---- */

static int enter_user_namespace(int flags)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int rc = sys(unshare(CLONE_NEWUSER | flags));

	return rc == 0 ? map_own(uid, gid) : rc;
}

int wall_enter(void)
{
	int rc = geteuid() == 0 ? sys(unshare(CLONE_NEWNS)) : enter_user_namespace(CLONE_NEWNS);

	/* What is mounted outside later is to be seen inside, and nothing else. */
	return rc == 0 ? sys(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) : rc;
}

int wall_lock(void)
{
	int rc;

	if (geteuid() != 0)
		return enter_user_namespace(0);
	rc = sys(unshare(CLONE_NEWUSER));
	prctl(PR_SET_DUMPABLE, 1);
	return rc;
}

/* ---- mounts ---- */

static const char *fd_name(char *name, int fd)
{
	snprintf(name, FD_NAME_MAX, "/proc/self/fd/%d", fd);
	return name;
}

static bool same_name(int a, int b)
{
	char name[FD_NAME_MAX], x[PATH_MAX], y[PATH_MAX];
	ssize_t n = readlink(fd_name(name, a), x, sizeof(x));

	return n > 0 && n < (ssize_t)sizeof(x) && readlink(fd_name(name, b), y, sizeof(y)) == n &&
	       memcmp(x, y, (size_t)n) == 0;
}

/**
 * open_target() - Open a protected socket file
 * @path:	Its path
 *
 * Return: O_PATH descriptor, -ENOENT if there is nothing to cover, -errno.
 */
static int open_target(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ENOTDIR || errno == EACCES || errno == ELOOP ? -ENOENT : -errno;
	if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
		return fd;
	close(fd);
	return -ENOENT;
}

static int open_targets(const struct addr *protect, size_t n, int *fds, size_t *n_fds)
{
	for (size_t i = 0; i < n; i++) {
		int fd = protect[i].kind == ADDR_UNIX ? open_target(protect[i].path) : -ENOENT;
		bool known = false;

		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return fd;
		for (size_t k = 0; k < *n_fds && !known; k++)
			known = same_name(fds[k], fd);
		if (known)
			close(fd);
		else if (*n_fds == WALL_MAX)
			return -E2BIG; /* the process ends, so nothing is closed */
		else
			fds[(*n_fds)++] = fd;
	}
	return 0;
}

/* A name in a file system that nobody has seen: it needs no cleaning up. */
static int make_cover(const char *dir, int *cover_fd)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc = 0;

	if (fd < 0)
		return -errno;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/" COVER, dir);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) < 0 || chmod(un.sun_path, 0666) < 0)
		rc = -errno;
	close(fd);
	if (rc < 0)
		return rc;
	*cover_fd = open(un.sun_path, O_PATH | O_CLOEXEC);
	return sys(*cover_fd);
}

static int cover(int cover_fd, const int *fds, size_t n)
{
	char from[FD_NAME_MAX], to[FD_NAME_MAX];
	int rc = 0;

	fd_name(from, cover_fd);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = sys(mount(from, fd_name(to, fds[i]), NULL, MS_BIND, NULL));
	return rc;
}

/* Where the file system with the covering file is for a moment. */
static int mount_memory(const char **dir)
{
	static const char *const dirs[] = { "/tmp", "/dev/shm", "/run", "/mnt" };
	int rc = -ENOENT;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && rc < 0; i++) {
		*dir = dirs[i];
		rc = sys(mount("cetus-run", *dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			       "size=64k,mode=755"));
	}
	return rc;
}

/* What a name of the engine leads to from now on. */
static int check(const struct addr *protect, size_t n, int cover_fd)
{
	struct stat ours, st;

	if (fstat(cover_fd, &ours) < 0)
		return -errno;
	for (size_t i = 0; i < n; i++)
		if (protect[i].kind == ADDR_UNIX && stat(protect[i].path, &st) == 0 &&
		    S_ISSOCK(st.st_mode) && (st.st_dev != ours.st_dev || st.st_ino != ours.st_ino))
			return -EIO;
	return 0;
}

int wall_build(const struct addr *protect, size_t n, int *fd)
{
	int fds[WALL_MAX], cover_fd = -1, rc;
	size_t n_fds = 0;
	const char *dir = NULL;

	/* Before anything is mounted: the place for it may hide them. */
	rc = open_targets(protect, n, fds, &n_fds);
	if (rc == 0)
		rc = mount_memory(&dir);
	if (rc != 0)
		goto out;
	rc = make_cover(dir, &cover_fd);
	if (rc == 0)
		rc = cover(cover_fd, fds, n_fds);
	if (umount2(dir, MNT_DETACH) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0)
		rc = check(protect, n, cover_fd);
out:
	for (size_t i = 0; i < n_fds; i++)
		close(fds[i]);
	if (rc == 0)
		*fd = cover_fd;
	else if (cover_fd >= 0)
		close(cover_fd);
	return rc;
}
