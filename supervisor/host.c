#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FD_PATH_MAX 32

/* The name the kernel has for what a descriptor is of. */
static int name_of(int fd, char *out)
{
	char link[FD_PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	out[n] = '\0';
	return out[0] == '/' ? 0 : -EXDEV; /* out of reach from here */
}

static int open_below(const struct host *h, const char *path, int flags)
{
	const struct open_how how = {
		.flags = (uint64_t)(O_PATH | O_CLOEXEC | flags),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, h->root_fd, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

int host_open(struct host *h, const char *root)
{
	int rc;

	h->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (h->root_fd < 0)
		return -errno;
	rc = name_of(h->root_fd, h->root);
	if (rc < 0) {
		close(h->root_fd);
		return rc;
	}
	if (strcmp(h->root, "/") == 0)
		h->root[0] = '\0';
	if (!getcwd(h->base, sizeof(h->base)) || h->base[0] != '/')
		h->base[0] = '\0';
	return 0;
}

bool host_is_open(const struct host *h)
{
	return h->root_fd > 0;
}

void host_close(struct host *h)
{
	if (host_is_open(h))
		close(h->root_fd);
	*h = (struct host){ 0 };
}

/**
 * canonical() - The canonical name of what exists
 * @h:		Root
 * @path:	Path
 * @out:	PATH_MAX bytes
 */
static int canonical(const struct host *h, const char *path, char *out)
{
	size_t root_len = strlen(h->root);
	int rc, fd = open_below(h, path, 0);

	if (fd < 0)
		return fd;
	rc = name_of(fd, out);
	close(fd);
	if (rc < 0)
		return rc;
	if (strncmp(out, h->root, root_len) != 0 || (out[root_len] != '/' && out[root_len] != '\0'))
		return -EXDEV;
	memmove(out, out + root_len, strlen(out + root_len) + 1);
	if (out[0] == '\0')
		memcpy(out, "/", sizeof("/"));
	return 0;
}

/* Whether a name is there although what it leads to is not: a dangling link. */
static bool is_there(const struct host *h, const char *path)
{
	int fd = open_below(h, path, O_NOFOLLOW);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Whether "." or ".." is among the segments. */
static bool has_dots(const char *path)
{
	for (; *path != '\0'; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");

		if ((len == 1 && path[0] == '.') || (len == 2 && memcmp(path, "..", 2) == 0))
			return true;
		path += len;
	}
	return false;
}

/* The slash between @from and @to that is nearest to the middle; @to if there is none. */
static size_t middle_slash(const char *path, size_t from, size_t to)
{
	size_t middle = from + (to - from) / 2, i = middle;

	while (i > from && path[i] != '/')
		i--;
	if (i > from)
		return i;
	for (i = middle > from ? middle : from + 1; i < to && path[i] != '/';)
		i++;
	return i;
}

/**
 * split() - Find how much of a path is there
 * @h:		Root
 * @path:	Path that is not there as a whole
 * @there:	Filled with the length of what is
 * @missing:	Filled with the length of that and one segment more
 *
 * In as many steps as its length has bits: a body may have many long paths.
 *
 * Return: 0 or -errno.
 */
static int split(const struct host *h, const char *path, size_t *there, size_t *missing)
{
	char part[PATH_MAX], out[PATH_MAX];
	size_t at;

	*there = 0;
	*missing = strlen(path);
	while ((at = middle_slash(path, *there, *missing)) < *missing) {
		int rc;

		memcpy(part, path, at);
		part[at] = '\0';
		rc = canonical(h, part, out);
		if (rc < 0 && rc != -ENOENT)
			return rc;
		*(rc < 0 ? missing : there) = at;
	}
	return 0;
}

int host_resolve(void *data, const char *path, char *out)
{
	const struct host *h = data;
	char part[PATH_MAX], real[PATH_MAX];
	size_t there, missing;
	int rc;

	if (strlen(path) >= sizeof(part))
		return -ENAMETOOLONG;
	rc = canonical(h, path, out);
	if (rc != -ENOENT)
		return rc;
	rc = split(h, path, &there, &missing);
	if (rc < 0)
		return rc;
	snprintf(part, sizeof(part), "%.*s", (int)missing, path);
	if (is_there(h, part) || has_dots(path + there))
		return -ELOOP;
	snprintf(part, sizeof(part), "%.*s", (int)there, path);
	rc = canonical(h, there > 0 ? part : "/", real);
	if (rc < 0)
		return rc;
	/* Where the root is all that is there, its slash is the first one of the rest. */
	if (strcmp(real, "/") == 0)
		real[0] = '\0';
	return snprintf(out, PATH_MAX, "%s%s", real, path + there) < PATH_MAX ? 0 : -ENAMETOOLONG;
}
