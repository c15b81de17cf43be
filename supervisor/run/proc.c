#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

static int proc_fd = -1;

int proc_enter(void)
{
	struct statfs fs;
	char name[32];
	int rc = 0, own_fd;

	proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fd < 0)
		return -errno;
	if (fstatfs(proc_fd, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENOTSUP;
	snprintf(name, sizeof(name), "%d/fd", (int)getpid());
	own_fd = openat(proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (own_fd < 0)
		return -errno;
	if (fchdir(own_fd) < 0)
		rc = -errno;
	close(own_fd);
	return rc;
}

int proc_thread(pid_t tid)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "%d", (int)tid);
	fd = openat(proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void proc_name(struct sockaddr_un *un, int fd)
{
	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(un->sun_path, sizeof(un->sun_path), "%d", fd);
}
