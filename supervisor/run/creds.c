#include "creds.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEEDED (1ULL << CAP_SETUID | 1ULL << CAP_SETGID)

static int caps_get(uint64_t *permitted, uint64_t *effective)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	*permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	*effective = (uint64_t)data[1].effective << 32 | data[0].effective;
	return 0;
}

static int caps_set(uint64_t permitted, uint64_t effective)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .permitted = (uint32_t)permitted, .effective = (uint32_t)effective },
		{ .permitted = (uint32_t)(permitted >> 32),
		  .effective = (uint32_t)(effective >> 32) },
	};

	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/**
 * read_user_ns() - The name of a thread's user namespace
 * @dir_fd:	Its directory in /proc
 * @name:	Gets it; CREDS_NS_MAX bytes
 *
 * It has the number that stat() would tell, for which the kernel makes a file first.
 *
 * Return: 0 or -errno.
 */
static int read_user_ns(int dir_fd, char *name)
{
	ssize_t n = readlinkat(dir_fd, "ns/user", name, CREDS_NS_MAX);

	if (n < 0)
		return -errno;
	if (n == CREDS_NS_MAX)
		return -ENAMETOOLONG;
	name[n] = '\0';
	return 0;
}

int creds_init(struct creds *own)
{
	int dir_fd = open("/proc/thread-self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int rc = dir_fd < 0 ? -errno : status_read(&own->status, dir_fd);
	uint64_t effective = 0;

	if (rc == 0)
		rc = caps_get(&own->permitted, &effective);
	if (rc == 0)
		rc = read_user_ns(dir_fd, own->user_ns);
	if (dir_fd >= 0)
		close(dir_fd);
	if (rc < 0)
		return rc;
	own->privileged = (effective & NEEDED) == NEEDED;
	return 0;
}

static bool same_ids(const struct status *a, const struct status *b)
{
	return a->euid == b->euid && a->fsuid == b->fsuid && a->egid == b->egid &&
	       a->fsgid == b->fsgid;
}

static bool has_group(const struct status *s, gid_t group)
{
	for (size_t i = 0; i < s->n_groups; i++)
		if (s->groups[i] == group)
			return true;
	return s->fsgid == group;
}

/* Whether @whole has every group of @part. */
static bool has_groups_of(const struct status *whole, const struct status *part)
{
	for (size_t i = 0; i < part->n_groups; i++)
		if (!has_group(whole, part->groups[i]))
			return false;
	return true;
}

static bool same_groups(const struct status *a, const struct status *b)
{
	return a->n_groups == b->n_groups &&
	       memcmp(a->groups, b->groups, a->n_groups * sizeof(a->groups[0])) == 0;
}

/**
 * take_on() - Become the thread, as far as access goes
 *
 * The saved and real ids stay, so that there is a way back.
 */
static int take_on(const struct creds *own, const struct status *s, uint64_t effective)
{
	if (syscall(SYS_setgroups, s->n_groups, s->groups) < 0 ||
	    syscall(SYS_setresgid, -1, s->egid, -1) < 0)
		return -errno;
	syscall(SYS_setfsgid, s->fsgid);
	if (syscall(SYS_setresuid, -1, s->euid, -1) < 0)
		return -errno;
	syscall(SYS_setfsuid, s->fsuid);
	/* These two say what was before, never whether it worked. */
	if ((uid_t)syscall(SYS_setfsuid, -1) != s->fsuid ||
	    (gid_t)syscall(SYS_setfsgid, -1) != s->fsgid)
		return -EPERM;
	return caps_set(own->permitted, effective & own->permitted);
}

int creds_adopt(const struct creds *own, const struct status *s, int dir_fd)
{
	uint64_t effective = 0; /* in another user namespace they mean nothing here */
	char user_ns[CREDS_NS_MAX];
	int rc;

	if (!own->privileged)
		return same_ids(&own->status, s) && has_groups_of(s, &own->status) ? 0 : -EACCES;
	if (read_user_ns(dir_fd, user_ns) < 0)
		return -EACCES;
	if (strcmp(user_ns, own->user_ns) == 0)
		effective = s->cap_eff;
	if (same_ids(&own->status, s) && same_groups(&own->status, s) &&
	    effective == own->status.cap_eff)
		return 0;
	rc = take_on(own, s, effective);
	if (rc == 0)
		return 1;
	creds_restore(own);
	return -EACCES;
}

void creds_restore(const struct creds *own)
{
	const struct status *s = &own->status;

	if (caps_set(own->permitted, own->permitted) < 0 ||
	    syscall(SYS_setresuid, -1, s->euid, -1) < 0 ||
	    syscall(SYS_setresgid, -1, s->egid, -1) < 0 ||
	    syscall(SYS_setgroups, s->n_groups, s->groups) < 0)
		abort();
	syscall(SYS_setfsuid, s->fsuid);
	syscall(SYS_setfsgid, s->fsgid);
	if (caps_set(own->permitted, own->status.cap_eff) < 0)
		abort();
}
