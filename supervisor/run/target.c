#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "proc.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* Linux 6.9 */
#endif

#define NR_I386_SOCKETCALL 102

static int fail(struct target *t, const char *what, int rc)
{
	t->failed = what;
	return rc;
}

/* ---- memory ---- */

/* Where a container's profile has no process_vm_readv(2). */
static ssize_t read_through_proc(const struct target *t, uint64_t from, void *to, size_t len)
{
	int fd = openat(t->dir_fd, "mem", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -EPERM;
	n = pread(fd, to, len, (off_t)from);
	n = n < 0 ? (errno == EIO ? -EFAULT : -errno) : n;
	close(fd);
	return n;
}

/**
 * read_memory() - Copy from the thread's memory, once
 * @t:		Target
 * @from:	Address in it
 * @to:		Room
 * @len:	Bytes
 *
 * Return: 0, -EFAULT, or -EACCES if its memory cannot be read at all.
 */
static int read_memory(struct target *t, uint64_t from, void *to, size_t len)
{
	struct iovec local = { to, len }, remote = { (void *)(uintptr_t)from, len };
	ssize_t n = process_vm_readv(t->tid, &local, 1, &remote, 1, 0);

	n = n < 0 ? -errno : n;
	if (n == -EPERM || n == -ENOSYS)
		n = read_through_proc(t, from, to, len);
	if (n == (ssize_t)len)
		return 0;
	return n >= 0 || n == -EFAULT ? -EFAULT : fail(t, "read its memory", -EACCES);
}

/* ---- arguments ---- */

struct arguments {
	int fd;
	uint64_t address;
	int len;
};

/* connect(fd, address, len): the int arguments are the low halves. */
static int read_arguments(struct target *t, const struct seccomp_notif *n, struct arguments *args)
{
	uint32_t in_memory[3];
	int rc;

	if (n->data.arch == AUDIT_ARCH_I386 && n->data.nr == NR_I386_SOCKETCALL) {
		rc = read_memory(t, (uint32_t)n->data.args[1], in_memory, sizeof(in_memory));
		if (rc == 0)
			*args = (struct arguments){ (int)in_memory[0], in_memory[1],
						    (int)in_memory[2] };
		return rc;
	}
	*args = (struct arguments){ (int)n->data.args[0], n->data.args[1], (int)n->data.args[2] };
	return 0;
}

/* ---- socket ---- */

/* The thread's own descriptor table, which need not be its process's. */
static int open_pidfd(const struct target *t)
{
	int fd = (int)syscall(SYS_pidfd_open, t->tid, PIDFD_THREAD);

	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_pidfd_open, t->status.tgid, 0);
	return fd < 0 ? -errno : fd;
}

static int get_descriptor(struct target *t, int fd)
{
	int pidfd = open_pidfd(t), rc;

	if (pidfd < 0)
		return fail(t, "pidfd_open", -EACCES);
	t->socket_fd = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	rc = t->socket_fd < 0 ? -errno : 0;
	close(pidfd);
	if (rc == -ENFILE)
		rc = -EMFILE;
	if (rc == 0 || rc == -EBADF || rc == -EMFILE)
		return rc;
	return fail(t,
		    rc == -EPERM  ? "pidfd_getfd: Operation not permitted" :
		    rc == -ENOSYS ? "pidfd_getfd: Function not implemented" :
				    "pidfd_getfd",
		    -EACCES);
}

static int look_at_socket(struct target *t)
{
	socklen_t len = sizeof(int);

	if (getsockopt(t->socket_fd, SOL_SOCKET, SO_DOMAIN, &t->domain, &len) < 0)
		return -ENOTSOCK;
	len = sizeof(int);
	if (getsockopt(t->socket_fd, SOL_SOCKET, SO_TYPE, &t->type, &len) < 0)
		return -ENOTSOCK;
	return 0;
}

static int open_directory(struct target *t)
{
	t->dir_fd = proc_thread(t->tid);
	return t->dir_fd < 0 ? fail(t, "open its directory in /proc", -EACCES) : 0;
}

/* The order of the checks is that of the kernel's connect(). */
static int read_request(struct target *t, const struct seccomp_notif *n)
{
	struct arguments args = { 0 };
	int rc = read_arguments(t, n, &args);

	if (rc == 0)
		rc = get_descriptor(t, args.fd);
	if (rc < 0)
		return rc;
	if (fcntl(t->socket_fd, F_GETFL) & O_PATH)
		return -EBADF;
	if (args.len < 0 || args.len > (int)sizeof(struct sockaddr_storage))
		return -EINVAL;
	t->len = (socklen_t)args.len;
	rc = t->len == 0 ? 0 : read_memory(t, args.address, t->address.bytes, t->len);
	return rc < 0 ? rc : look_at_socket(t);
}

int target_open(struct target *t, const struct seccomp_notif *n)
{
	int rc;

	t->tid = (pid_t)n->pid;
	t->dir_fd = t->socket_fd = -1;
	t->failed = NULL;
	t->status.comm[0] = '\0';
	memset(&t->address, 0, sizeof(t->address));
	if (n->pid == 0)
		return fail(t, "see it from this process namespace", -EACCES);
	rc = open_directory(t);
	if (rc < 0)
		return rc;
	if (status_read(&t->status, t->dir_fd) < 0)
		return fail(t, "read its status", -EACCES);
	return read_request(t, n);
}

void target_close(struct target *t)
{
	if (t->socket_fd >= 0)
		close(t->socket_fd);
	if (t->dir_fd >= 0)
		close(t->dir_fd);
	t->socket_fd = t->dir_fd = -1;
}

bool target_is_named(const struct target *t)
{
	/* Longer than the structure is EINVAL, for the kernel to say. */
	return t->domain == AF_UNIX && t->len > offsetof(struct sockaddr_un, sun_path) &&
	       t->len <= sizeof(struct sockaddr_un) && t->address.sa.sa_family == AF_UNIX &&
	       t->address.un.sun_path[0] != '\0';
}

const char *target_path(const struct target *t)
{
	return t->address.bytes + offsetof(struct sockaddr_un, sun_path);
}

void target_exe(const struct target *t, char *text, size_t cap)
{
	ssize_t n = readlinkat(t->dir_fd, "exe", text, cap - 1);

	text[n < 0 ? 0 : n] = '\0';
}
