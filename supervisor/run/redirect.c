#include "redirect.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "proc.h"

#define ACCEPT_MS 1000 /* a handshake over the loopback interface takes microseconds */

static int close_on_error(int fd, int rc)
{
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

/* ---- opening ---- */

/**
 * bind_in() - Make the unix listener in a new directory, and take it out again
 * @r:		Gets both descriptors
 * @parent:	Where the directory can be made
 */
static int bind_in(struct redirect *r, const char *parent)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char dir[64];
	int rc = 0;

	snprintf(dir, sizeof(dir), "%s/cetus-run.XXXXXX", parent);
	if (!mkdtemp(dir))
		return -errno;
	snprintf(un.sun_path, sizeof(un.sun_path), "%s/socket", dir);
	r->unix_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->unix_fd < 0 || bind(r->unix_fd, (struct sockaddr *)&un, sizeof(un)) < 0 ||
	    listen(r->unix_fd, SOMAXCONN) < 0 || chmod(un.sun_path, 0666) < 0)
		rc = -errno;
	if (rc == 0) {
		r->path_fd = open(un.sun_path, O_PATH | O_CLOEXEC);
		if (r->path_fd < 0 || fstat(r->path_fd, &r->st) < 0)
			rc = -errno;
	}
	unlink(un.sun_path);
	rmdir(dir);
	return rc;
}

static int open_unix(struct redirect *r)
{
	/* In memory first, which takes half a millisecond less than a disk. */
	static const char *const parents[] = { "/dev/shm", "/tmp", "/run", "/var/tmp" };
	int rc = -ENOENT;

	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]) && rc < 0; i++) {
		rc = bind_in(r, parents[i]);
		if (rc < 0)
			redirect_close(r);
	}
	return rc;
}

int redirect_open(struct redirect *r, char *error)
{
	int rc;

	pthread_mutex_init(&r->lock, NULL);
	r->unix_fd = r->path_fd = -1;
	r->stale = false;
	rc = open_unix(r);
	if (rc == 0)
		return 0;
	snprintf(error, REDIRECT_ERROR_MAX, "cannot make a socket for redirected connections: %s",
		 strerror(-rc));
	redirect_close(r);
	return rc;
}

void redirect_close(struct redirect *r)
{
	int *const fds[] = { &r->unix_fd, &r->path_fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

bool redirect_is_ours(const struct redirect *r, const struct stat *st)
{
	return st->st_dev == r->st.st_dev && st->st_ino == r->st.st_ino;
}

/* ---- redirecting ---- */

/* Whether an accepted socket's other end is the one just connected. */
static bool is_from_us(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.pid == getpid();
}

static int accept_unix(const struct redirect *r)
{
	for (;;) {
		int fd = accept4(r->unix_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return -errno;
		if (is_from_us(fd))
			return fd;
		close(fd);
	}
}

/* What waits to be accepted belongs to nobody that is connected now. */
static int drain(struct redirect *r)
{
	int fd;

	while ((fd = accept4(r->unix_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(fd);
	r->stale = errno != EAGAIN;
	return r->stale ? -ECONNREFUSED : 0;
}

int redirect_unix(struct redirect *r, int fd, int *accepted)
{
	struct sockaddr_un un;
	int rc = 0;

	proc_name(&un, r->path_fd);
	pthread_mutex_lock(&r->lock);
	if (r->stale)
		rc = drain(r);
	if (rc == 0 && connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		rc = -errno;
	if (rc == 0) {
		*accepted = accept_unix(r);
		r->stale = *accepted < 0;
	}
	pthread_mutex_unlock(&r->lock);
	if (rc < 0 || *accepted >= 0)
		return rc;
	/* Connected to nobody: it must not look as if that were the engine. */
	shutdown(fd, SHUT_RDWR);
	return -ECONNREFUSED;
}

union name {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* A socket of IPv6 that speaks IPv4 has a mapped name, its peer sees the other. */
static bool same_name(const union name *a, const union name *b)
{
	/* The port is at the same place in both. */
	if (a->in.sin_port != b->in.sin_port)
		return false;
	if (a->sa.sa_family == AF_INET6 && b->sa.sa_family == AF_INET)
		return memcmp(&a->in6.sin6_addr.s6_addr[12], &b->in.sin_addr, 4) == 0;
	if (a->sa.sa_family != b->sa.sa_family)
		return false;
	return a->sa.sa_family == AF_INET ?
		       a->in.sin_addr.s_addr == b->in.sin_addr.s_addr :
		       IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

/**
 * accept_tcp() - Accept the connection from a given socket, and no other
 * @listen_fd:	Listener
 * @fd:		Socket
 *
 * Return: our end or -errno.
 */
static int accept_tcp(int listen_fd, int fd)
{
	union name name = { .in6 = { 0 } }, peer = { .in6 = { 0 } };
	struct pollfd p = { .fd = listen_fd, .events = POLLIN };
	socklen_t len = sizeof(name);

	if (getsockname(fd, &name.sa, &len) < 0)
		return -errno;
	while (poll(&p, 1, ACCEPT_MS) == 1) {
		int got;

		len = sizeof(peer);
		got = accept4(listen_fd, &peer.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (got < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			return -errno;
		if (got >= 0 && same_name(&name, &peer))
			return got;
		if (got >= 0)
			close(got);
	}
	return -ETIMEDOUT;
}

static int open_tcp(const struct sockaddr *sa, socklen_t len)
{
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	return close_on_error(fd, bind(fd, sa, len) < 0 || listen(fd, 1) < 0 ? -errno : 0);
}

/**
 * listen_tcp() - Listen where a socket can go that was given a certain address
 * @to:		The address
 * @ours:	Filled with the address to connect to instead
 *
 * Anybody on the machine can connect to it, so it lasts for one connection only:
 * there is no time to learn of it and to fill its queue.
 *
 * Return: the listener or -errno.
 */
static int listen_tcp(const struct sockaddr *to, struct sockaddr_in6 *ours)
{
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)to;
	bool mapped = to->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	bool speaks_v4 = to->sa_family == AF_INET || mapped;
	socklen_t len = sizeof(*ours);
	int fd = speaks_v4 ? open_tcp((struct sockaddr *)&v4, sizeof(v4)) :
			     open_tcp((struct sockaddr *)&v6, sizeof(v6));

	if (fd < 0)
		return fd;
	if (getsockname(fd, (struct sockaddr *)ours, &len) < 0)
		return close_on_error(fd, -errno);
	if (mapped) {
		in_port_t port = ((struct sockaddr_in *)(void *)ours)->sin_port;

		*ours = (struct sockaddr_in6){
			.sin6_family = AF_INET6,
			.sin6_port = port,
			.sin6_addr = { .s6_addr = { [10] = 0xff, 0xff, 127, 0, 0, 1 } },
		};
	}
	return fd;
}

int redirect_tcp(int fd, const struct sockaddr *to, int *accepted)
{
	struct sockaddr_in6 ours = { 0 };
	int listen_fd = listen_tcp(to, &ours), off = 0, rc;

	*accepted = -1;
	if (listen_fd < 0)
		return -ECONNREFUSED;
	/* Else the connection would begin with the first byte, and not now. */
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &off, sizeof(off));
	rc = connect(fd, (struct sockaddr *)&ours,
		     ours.sin6_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(ours)) < 0 ?
		     -errno :
		     0;
	if (rc == 0 || rc == -EINPROGRESS)
		*accepted = accept_tcp(listen_fd, fd);
	close(listen_fd);
	if ((rc != 0 && rc != -EINPROGRESS) || *accepted >= 0)
		return rc;
	shutdown(fd, SHUT_RDWR);
	*accepted = -1;
	return -ECONNREFUSED;
}
