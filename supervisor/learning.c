#include "learning.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "file.h"
#include "log.h"
#include "policy/needs.h"

static int fail(char *error, const char *path, int err, const char *what)
{
	snprintf(error, CONFIG_ERROR_MAX, "-learn %s: %s%s", path, what, strerror(err));
	return -err;
}

/* Where a link leads is what is written; one that leads nowhere is replaced. */
static char *resolve(const char *path)
{
	char folder[PATH_MAX], copy[PATH_MAX], name[PATH_MAX], *full;

	full = realpath(path, NULL);
	if (full || errno != ENOENT)
		return full;
	snprintf(copy, sizeof(copy), "%s", path);
	if (!realpath(dirname(copy), folder))
		return NULL;
	snprintf(name, sizeof(name), "%s", path);
	if (asprintf(&full, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, basename(name)) < 0)
		return NULL;
	return full;
}

static char *name_temp(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *temp;

	if (asprintf(&temp, "%.*s/.%s.new", (int)(slash - path), path, slash + 1) < 0)
		return NULL;
	return temp;
}

/* What the file has, also nothing where there is none yet; NULL with @why. */
static char *read_file(struct learning *l, size_t *len, const char **why)
{
	struct stat st;

	*len = 0;
	if (stat(l->path, &st) < 0) {
		*why = strerror(errno == ENOENT ? ENOMEM : errno);
		return errno == ENOENT ? strdup("") : NULL;
	}
	l->exists = true;
	l->mode = st.st_mode & 07777;
	l->uid = st.st_uid;
	l->gid = st.st_gid;
	return file_read(l->path, CONFIG_RULES_FILE_MAX, len, why);
}

/* The new file, open and empty; what an earlier run has left there goes. Return: or -errno. */
static int open_temp(const struct learning *l)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(l->temp, flags, 0666);

	if (fd < 0 && errno == EEXIST && unlink(l->temp) == 0)
		fd = open(l->temp, flags, 0666);
	return fd < 0 ? -errno : fd;
}

int learning_try(const struct learning *l, char *error)
{
	int fd = open_temp(l);

	if (fd < 0)
		return fail(error, l->path, -fd, "its folder has to be writable: ");
	close(fd);
	if (unlink(l->temp) < 0)
		return fail(error, l->path, errno, "its folder has to be writable: ");
	return 0;
}

int learning_open(struct learning *l, const char *path, bool all, char *error)
{
	static char base[PATH_MAX];
	const struct policy_host host = { .base = getcwd(base, sizeof(base)) };
	struct policy_error err;
	const char *why;
	char *text;
	size_t len;

	l->all = all;
	l->path = resolve(path);
	if (!l->path)
		return fail(error, path, errno, "");
	l->temp = name_temp(l->path);
	if (!l->temp)
		return fail(error, path, ENOMEM, "");
	text = read_file(l, &len, &why);
	if (!text) {
		snprintf(error, CONFIG_ERROR_MAX, "-learn %s: %s", path, why);
		return -EINVAL;
	}
	l->learnt = learnt_new(path, text, len, &host, &err);
	free(text);
	if (l->learnt)
		return learning_try(l, error);
	snprintf(error, CONFIG_ERROR_MAX, "-learn %s:%u:%u: %s", path, err.line, err.column,
		 err.text);
	return -EINVAL;
}

int learning_read(struct learning *l, const struct options *o, char *error)
{
	if (o->learn.text)
		return learning_open(l, o->learn.text, o->learn_allow, error);
	if (!o->learn_allow)
		return 0;
	snprintf(error, CONFIG_ERROR_MAX, "-learn-allow: where to? -learn is not set");
	return -EINVAL;
}

bool learning_wants_body(const struct policy_request *req)
{
	return needs_body(req);
}

void learning_use(struct learning *l, const struct proxy_use *use)
{
	struct timespec now;

	if (!use->allowed && !l->all)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (!learnt_note(l->learnt, use->request, use->program, now.tv_sec) && l->n_lost++ == 0)
		log_event(LOG_LEVEL_WARNING, "a request was used that cannot be learnt", "program",
			  use->program, NULL);
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* The name is on the disk once its folder is. */
static void sync_folder(const char *path)
{
	char folder[PATH_MAX];
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static int replace(const struct learning *l, const char *text, size_t len)
{
	int fd = open_temp(l), rc;

	if (fd < 0)
		return fd;
	rc = write_all(fd, text, len);
	/* Without rights to give it away it is ours. */
	if (rc == 0 && l->exists)
		(void)!fchown(fd, l->uid, l->gid);
	if (rc == 0 && l->exists && fchmod(fd, l->mode) < 0)
		rc = -errno;
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	close(fd);
	if (rc == 0 && rename(l->temp, l->path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(l->temp);
	else
		sync_folder(l->path);
	return rc;
}

void learning_write(struct learning *l)
{
	size_t len = 0;
	char *text;
	int rc;

	if (!learnt_changed(l->learnt))
		return;
	text = learnt_text(l->learnt, &len);
	rc = text ? replace(l, text, len) : -ENOMEM;
	if (rc < 0) {
		learnt_touch(l->learnt);
		log_event(LOG_LEVEL_ERROR, "what was learnt cannot be written", "file", l->path,
			  "error", strerror(-rc), NULL);
	}
	free(text);
}

void learning_close(struct learning *l)
{
	learnt_free(l->learnt);
	free(l->path);
	free(l->temp);
	*l = (struct learning){ 0 };
}
