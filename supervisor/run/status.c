#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX (24 * 1024) /* bytes of a status file with all the groups we take */

/**
 * read_numbers() - Read the numbers of a line
 * @p:		Behind the colon; moved on
 * @base:	10 or 16
 * @out:	Gets them
 * @max:	Room in @out
 *
 * Return: how many there are, or -EINVAL if they are more than @max.
 */
static int read_numbers(const char *p, int base, uint64_t *out, size_t max)
{
	size_t n = 0;

	for (;;) {
		char *end;

		while (*p == ' ' || *p == '\t')
			p++;
		if (*p == '\n' || *p == '\0')
			return (int)n;
		if (n == max)
			return -EINVAL;
		out[n++] = strtoull(p, &end, base);
		if (end == p)
			return -EINVAL;
		p = end;
	}
}

static int read_ids(const char *p, pid_t *ids)
{
	uint64_t numbers[STATUS_LEVELS_MAX];
	int n = read_numbers(p, 10, numbers, STATUS_LEVELS_MAX);

	for (int i = 0; i < n; i++)
		ids[i] = (pid_t)numbers[i];
	return n;
}

static int read_comm(struct status *s, const char *p)
{
	size_t len = strcspn(p + strspn(p, "\t"), "\n");

	if (len >= sizeof(s->comm))
		len = sizeof(s->comm) - 1;
	memcpy(s->comm, p + strspn(p, "\t"), len);
	s->comm[len] = '\0';
	return 1;
}

static int read_tgid(struct status *s, const char *p)
{
	uint64_t n;
	int rc = read_numbers(p, 10, &n, 1);

	s->tgid = rc == 1 ? (pid_t)n : 0;
	return rc;
}

static int read_threads(struct status *s, const char *p)
{
	uint64_t n;
	int rc = read_numbers(p, 10, &n, 1);

	s->threads = rc == 1 ? (unsigned int)n : 0;
	return rc;
}

/* Real, effective, saved and file system id, proc(5). */
static int read_uids(struct status *s, const char *p)
{
	uint64_t n[4];

	if (read_numbers(p, 10, n, 4) != 4)
		return -EINVAL;
	s->euid = (uid_t)n[1];
	s->fsuid = (uid_t)n[3];
	return 1;
}

static int read_gids(struct status *s, const char *p)
{
	uint64_t n[4];

	if (read_numbers(p, 10, n, 4) != 4)
		return -EINVAL;
	s->egid = (gid_t)n[1];
	s->fsgid = (gid_t)n[3];
	return 1;
}

static int read_groups(struct status *s, const char *p)
{
	uint64_t n[STATUS_GROUPS_MAX];
	int rc = read_numbers(p, 10, n, STATUS_GROUPS_MAX);

	for (int i = 0; i < rc; i++)
		s->groups[i] = (gid_t)n[i];
	s->n_groups = rc < 0 ? 0 : (size_t)rc;
	return rc < 0 ? rc : 1;
}

static int read_ns_tgid(struct status *s, const char *p)
{
	int n = read_ids(p, s->ns_tgid);

	s->n_levels = n < 0 ? 0 : (size_t)n;
	return n;
}

static int read_ns_tid(struct status *s, const char *p)
{
	int n = read_ids(p, s->ns_tid);

	return n == (int)s->n_levels ? n : -EINVAL;
}

/* Signals of the thread, then of its process: both are pending. */
static int read_pending(struct status *s, const char *p)
{
	uint64_t n;
	int rc = read_numbers(p, 16, &n, 1);

	s->pending |= rc == 1 ? n : 0;
	return rc;
}

static int read_blocked(struct status *s, const char *p)
{
	return read_numbers(p, 16, &s->blocked, 1);
}

static int read_caught(struct status *s, const char *p)
{
	return read_numbers(p, 16, &s->caught, 1);
}

static int read_cap_eff(struct status *s, const char *p)
{
	return read_numbers(p, 16, &s->cap_eff, 1);
}

static const struct {
	const char *name;
	size_t len;
	int (*read)(struct status *s, const char *p);
} fields[] = {
#define FIELD(name, read)                        \
	{                                        \
		(name), sizeof(name) - 1, (read) \
	}
	FIELD("Name", read_comm),      FIELD("Tgid", read_tgid),
	FIELD("Uid", read_uids),       FIELD("Gid", read_gids),
	FIELD("Groups", read_groups),  FIELD("NStgid", read_ns_tgid),
	FIELD("NSpid", read_ns_tid),   FIELD("Threads", read_threads),
	FIELD("SigPnd", read_pending), FIELD("ShdPnd", read_pending),
	FIELD("SigBlk", read_blocked), FIELD("SigCgt", read_caught),
	FIELD("CapEff", read_cap_eff),
#undef FIELD
};
#define FIELDS_NUM (sizeof(fields) / sizeof(fields[0]))
#define FIELDS_ALL ((1U << FIELDS_NUM) - 1)

static int read_line(struct status *s, const char *line, unsigned int *seen)
{
	for (size_t i = 0; i < FIELDS_NUM; i++) {
		size_t len = fields[i].len;

		/* The first letter tells most of the sixty lines from what is looked for. */
		if (line[0] != fields[i].name[0] || strncmp(line, fields[i].name, len) != 0 ||
		    line[len] != ':')
			continue;
		*seen |= 1U << i;
		return fields[i].read(s, line + len + 1) < 1 ? -EINVAL : 0;
	}
	return 0;
}

int status_parse(struct status *s, const char *text)
{
	unsigned int seen = 0;

	s->pending = 0;
	s->n_levels = 0;
	while (*text != '\0' && seen != FIELDS_ALL) {
		int rc = read_line(s, text, &seen);

		if (rc < 0)
			return rc;
		text = strchrnul(text, '\n');
		text += *text == '\n';
	}
	return seen == FIELDS_ALL ? 0 : -EINVAL;
}

int status_read(struct status *s, int dir_fd)
{
	char text[TEXT_MAX];
	size_t len = 0;
	ssize_t n;
	int fd = openat(dir_fd, "status", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	do {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			n = -errno;
			close(fd);
			return (int)n;
		}
		len += (size_t)n;
	} while (n != 0 && len < sizeof(text) - 1);
	close(fd);
	text[len] = '\0';
	/* Cut short it may end inside a number. */
	return len == sizeof(text) - 1 ? -EINVAL : status_parse(s, text);
}
