#include "bound.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM (32 * 1024) /* bytes of one answer; the kernel sends no more at once */

/* How the kernel packs a device number, and as much of an inode number as it tells. */
static bool is_file(const struct unix_diag_vfs *vfs, const struct stat *st)
{
	return vfs->udiag_vfs_ino == (uint32_t)st->st_ino &&
	       vfs->udiag_vfs_dev == (major(st->st_dev) << 20 | minor(st->st_dev));
}

/**
 * read_socket() - The name of one socket, if it is bound to the file
 * @head:	Message
 * @st:		File
 * @name:	Filled, NUL-terminated; one more than sun_path has
 */
static bool read_socket(const struct nlmsghdr *head, const struct stat *st, char *name)
{
	const struct unix_diag_msg *msg = NLMSG_DATA(head);
	const struct rtattr *attr = (const struct rtattr *)(msg + 1);
	unsigned int left = head->nlmsg_len - NLMSG_LENGTH(sizeof(*msg));
	size_t len = 0;
	bool found = false;

	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == UNIX_DIAG_NAME &&
		    RTA_PAYLOAD(attr) <= sizeof(((struct sockaddr_un *)0)->sun_path)) {
			len = RTA_PAYLOAD(attr);
			memcpy(name, RTA_DATA(attr), len);
		}
		if (attr->rta_type == UNIX_DIAG_VFS &&
		    RTA_PAYLOAD(attr) >= sizeof(struct unix_diag_vfs))
			found = is_file(RTA_DATA(attr), st);
	}
	name[len] = '\0';
	return found && len > 0;
}

static int ask(int fd)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req req;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.req = { .sdiag_family = AF_UNIX,
			 .udiag_states = ~0U,
			 .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS },
	};

	return send(fd, &ask, sizeof(ask), 0) < 0 ? -errno : 0;
}

/* One answer: 1 matched, 0 all read, -EAGAIN there is more, -errno. */
static int read_answer(int fd, const struct stat *st, bool (*match)(void *, const char *),
		       void *data)
{
	char room[ROOM] __attribute__((aligned(8)));
	char name[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const struct nlmsghdr *head = (const struct nlmsghdr *)room;
	ssize_t n = recv(fd, room, sizeof(room), 0);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	for (; NLMSG_OK(head, n); head = NLMSG_NEXT(head, n)) {
		if (head->nlmsg_type == NLMSG_DONE)
			return 0;
		if (head->nlmsg_type == NLMSG_ERROR)
			return ((const struct nlmsgerr *)NLMSG_DATA(head))->error;
		if (read_socket(head, st, name) && match(data, name))
			return 1;
	}
	return -EAGAIN;
}

int bound_find(const struct stat *st, bool (*match)(void *data, const char *name), void *data)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG), rc;

	if (fd < 0)
		return -errno;
	rc = ask(fd);
	if (rc == 0)
		do
			rc = read_answer(fd, st, match, data);
		while (rc == -EAGAIN);
	close(fd);
	return rc;
}
