#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PROC_ROOT_INO 1 /* of the top directory of every procfs */

/**
 * struct walk - Where a walk is
 * @v:		View
 * @at_fd:	Directory reached; owned
 * @links:	Links followed
 * @rest:	Points into @room
 */
struct walk {
	const struct path_view *v;
	int at_fd;
	unsigned int links;
	const char *rest;
	char room[PATH_ROOM];
};

bool path_next(const char **rest, struct path_part *part)
{
	const char *p = *rest + strspn(*rest, "/");

	if (*p == '\0')
		return false;
	part->name = p;
	part->len = strcspn(p, "/");
	p += part->len;
	part->slash = *p == '/';
	p += strspn(p, "/");
	part->last = *p == '\0';
	*rest = p;
	return true;
}

int path_splice(char *room, const char *link, const struct path_part *part, const char *rest)
{
	size_t len = strlen(link), rest_len = strlen(rest);

	if (len == 0)
		return -ENOENT;
	if (len + (part->slash ? 1 : 0) + rest_len >= PATH_ROOM)
		return -ENAMETOOLONG;
	memmove(room + len + (part->slash ? 1 : 0), rest, rest_len + 1);
	memcpy(room, link, len + 1);
	if (part->slash)
		room[len] = '/';
	return 0;
}

static bool is_name(const struct path_part *part, const char *name)
{
	return part->len == strlen(name) && memcmp(part->name, name, part->len) == 0;
}

/* The same directory, reached through the same mount. */
static bool same_place(int a, int b)
{
	struct statx x, y;

	return statx(a, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &x) == 0 &&
	       statx(b, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &y) == 0 &&
	       x.stx_ino == y.stx_ino && x.stx_dev_major == y.stx_dev_major &&
	       x.stx_dev_minor == y.stx_dev_minor && x.stx_mnt_id == y.stx_mnt_id;
}

static bool is_on_proc(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static bool is_proc_root(int fd)
{
	struct stat st;

	return is_on_proc(fd) && fstat(fd, &st) == 0 && st.st_ino == PROC_ROOT_INO;
}

static void go_to(struct walk *w, int fd)
{
	close(w->at_fd);
	w->at_fd = fd;
}

static int go_to_root(struct walk *w)
{
	int fd = fcntl(w->v->root_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	go_to(w, fd);
	return 0;
}

/**
 * find_level() - Which of a thread's ids counts in a procfs
 * @proc_fd:	Top directory of the procfs
 * @who:	Thread
 *
 * A procfs belongs to one process namespace and shows the ids in it and in the
 * namespaces inside. The one that counts is the one whose directory shows the
 * same ids as are left of the thread's from there on.
 *
 * Return: index into its ids, or -ENOENT.
 */
static int find_level(int proc_fd, const struct status *who)
{
	for (size_t i = 0; i < who->n_levels; i++) {
		struct status seen;
		char name[16];
		int fd, rc;

		snprintf(name, sizeof(name), "%d", (int)who->ns_tgid[i]);
		fd = openat(proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		rc = status_read(&seen, fd);
		close(fd);
		if (rc == 0 && seen.n_levels == who->n_levels - i &&
		    memcmp(seen.ns_tgid, who->ns_tgid + i,
			   seen.n_levels * sizeof(seen.ns_tgid[0])) == 0)
			return (int)i;
	}
	return -ENOENT;
}

/**
 * read_link() - What a link that is no magic one says
 * @w:		At the directory it is in
 * @part:	Its name
 * @fd:		The link itself
 * @room:	Gets the text; PATH_ROOM bytes
 *
 * Return: 0 or -errno.
 */
static int read_link(struct walk *w, const struct path_part *part, int fd, char *room)
{
	bool self = is_name(part, "self"), thread = is_name(part, "thread-self");
	ssize_t len;
	int level;

	if ((self || thread) && is_proc_root(w->at_fd)) {
		level = find_level(w->at_fd, w->v->who);
		if (level < 0)
			return level;
		snprintf(room, PATH_ROOM, thread ? "%d/task/%d" : "%d",
			 (int)w->v->who->ns_tgid[level], (int)w->v->who->ns_tid[level]);
		return 0;
	}
	len = readlinkat(fd, "", room, PATH_ROOM);
	if (len < 0)
		return -errno;
	if (len == PATH_ROOM)
		return -ENAMETOOLONG;
	room[len] = '\0';
	return 0;
}

/**
 * follow_magic() - Go where a link of /proc leads, not where its text does
 * @w:		At the directory it is in
 * @name:	Its name
 *
 * Return: what is there, or -errno.
 */
static int follow_magic(struct walk *w, const char *name)
{
	int fd = openat(w->at_fd, name, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/**
 * follow_link() - Go on behind a symbolic link
 * @w:		At the directory it is in
 * @part:	Its name
 * @name:	The same, NUL-terminated
 * @fd:		The link itself; closed
 *
 * Return: a descriptor if the link has led somewhere at once, -EAGAIN if its
 * text is now the beginning of what is left to walk, -errno.
 */
static int follow_link(struct walk *w, const struct path_part *part, const char *name, int fd)
{
	char text[PATH_ROOM];
	int rc;

	if (++w->links > PATH_LINKS_MAX) {
		close(fd);
		return -ELOOP;
	}
	if (is_on_proc(fd) && !is_proc_root(w->at_fd)) {
		close(fd);
		return follow_magic(w, name);
	}
	rc = read_link(w, part, fd, text);
	close(fd);
	if (rc < 0)
		return rc;
	rc = path_splice(w->room, text, part, w->rest);
	if (rc < 0)
		return rc;
	w->rest = w->room;
	rc = text[0] == '/' ? go_to_root(w) : 0;
	return rc < 0 ? rc : -EAGAIN;
}

/**
 * step() - Walk one name
 * @w:		Walk
 * @part:	Name
 *
 * Return: as follow_link().
 */
static int step(struct walk *w, const struct path_part *part)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int fd;

	if (part->len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, part->name, part->len);
	name[part->len] = '\0';
	if (is_name(part, "..") && same_place(w->at_fd, w->v->root_fd))
		name[1] = '\0'; /* there is nothing above the root */
	fd = openat(w->at_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0) {
		close(fd);
		return -EACCES;
	}
	return S_ISLNK(st.st_mode) ? follow_link(w, part, name, fd) : fd;
}

static bool is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

static int walk(struct walk *w)
{
	struct path_part part;

	while (path_next(&w->rest, &part)) {
		int fd = step(w, &part);

		if (fd == -EAGAIN)
			continue;
		if (fd < 0)
			return fd;
		go_to(w, fd);
		if (part.slash && !is_directory(fd))
			return -ENOTDIR;
	}
	return 0;
}

static int walk_path(const struct path_view *v, const char *path)
{
	struct walk w = { .v = v, .rest = w.room };
	size_t len = strlen(path);
	int rc;

	if (len >= sizeof(w.room))
		return -ENAMETOOLONG;
	memcpy(w.room, path, len + 1);
	w.at_fd = fcntl(path[0] == '/' ? v->root_fd : v->cwd_fd, F_DUPFD_CLOEXEC, 0);
	if (w.at_fd < 0)
		return -errno;
	rc = walk(&w);
	if (rc == 0)
		return w.at_fd;
	close(w.at_fd);
	return rc;
}

int path_resolve(const struct path_view *v, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC };
	bool absolute = path[0] == '/';
	long fd;

	/* Below the root nothing can be climbed out of; elsewhere ".." is left to the walk. */
	how.resolve = RESOLVE_NO_SYMLINKS | (absolute ? RESOLVE_IN_ROOT : RESOLVE_BENEATH);
	fd = syscall(SYS_openat2, absolute ? v->root_fd : v->cwd_fd, path, &how, sizeof(how));
	if (fd >= 0)
		return (int)fd;
	if (errno != ELOOP && errno != EXDEV && errno != EAGAIN)
		return -errno;
	return walk_path(v, path);
}
