#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "conn.h"
#include "log.h"
#include "needs.h"
#include "socket.h"
#include "worker.h"

NEEDS_SYSCALLS("accept4 close lstat newfstatat fstatat64 unlink unlinkat");

#define ACCEPT_AT_ONCE 16  /* clients before other events get their turn */
#define ACCEPT_PAUSE_S 0.1 /* without descriptors or memory for more */
#define DEFER_S	       1   /* for which a client may say nothing before it is accepted */

static int fail(char *error, const char *text, int rc)
{
	snprintf(error, LISTENER_ERROR_MAX, "%s: %s", text, strerror(-rc));
	return rc;
}

/* ---- unix ---- */

/**
 * clear_path() - Make way for a socket file
 * @un:		Address
 * @error:	On failure, why
 *
 * Return: 0 if there is no file any more, else -errno.
 */
static int clear_path(const struct sockaddr_un *un, char *error)
{
	struct stat st;
	int fd, rc = 0;

	if (lstat(un->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : fail(error, un->sun_path, -errno);
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(error, LISTENER_ERROR_MAX, "%s exists and is not a socket", un->sun_path);
		return -EEXIST;
	}
	fd = socket_open((const struct sockaddr *)un);
	if (fd < 0)
		return fail(error, "socket", fd);
	/* Refused means that nobody listens; a full backlog is somebody, too. */
	rc = connect(fd, (const struct sockaddr *)un, sizeof(*un)) == 0 ? -EADDRINUSE : -errno;
	if (rc == -ECONNREFUSED)
		rc = unlink(un->sun_path) == 0 ? 0 : -errno;
	else if (rc == -EAGAIN)
		rc = -EADDRINUSE;
	if (rc == -EADDRINUSE)
		snprintf(error, LISTENER_ERROR_MAX, "%s is in use by another process",
			 un->sun_path);
	else if (rc < 0)
		fail(error, un->sun_path, rc);
	close(fd);
	return rc;
}

/**
 * give_away() - Give a socket's file to its user and group
 * @path:	Its path
 * @f:		Frontend
 *
 * Who may write in the folder could have put something else in its place, to have that
 * given away: only a socket of ours, known by nothing but this name, is.
 */
static int give_away(const char *path, const struct frontend *f)
{
	struct stat st;
	int fd, rc;

	if (f->uid == (uid_t)-1 && f->gid == (gid_t)-1)
		return 0;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = fstat(fd, &st) < 0 ? -errno : 0;
	if (rc == 0 && (!S_ISSOCK(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1))
		rc = -ESTALE;
	if (rc == 0 && fchownat(fd, "", f->uid, f->gid, AT_EMPTY_PATH) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/*
 * The file has its permissions from its first moment, by the umask, and its owner
 * before anybody listens: until then connect(2) says that it is refused, so that at no
 * time more can connect than are meant to.
 */
static int bind_unix(int fd, const struct sockaddr_un *un, const struct frontend *f, char *error)
{
	mode_t mask = umask(~f->mode & 0777);
	int rc = bind(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 ? -errno : 0;

	umask(mask);
	if (rc < 0)
		return fail(error, un->sun_path, rc);
	rc = give_away(un->sun_path, f);
	if (rc == 0)
		return 0;
	unlink(un->sun_path);
	snprintf(error, LISTENER_ERROR_MAX, "user and group: the file cannot be given to them: %s",
		 strerror(-rc));
	return rc;
}

static int open_unix(struct listener *l, const struct frontend *f, char *error)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct stat st = { 0 };
	int rc;

	memcpy(un.sun_path, f->addr.path, strlen(f->addr.path) + 1);
	rc = clear_path(&un, error);
	if (rc < 0)
		return rc;
	l->fd = socket_open((struct sockaddr *)&un);
	if (l->fd < 0)
		return fail(error, "socket", l->fd);
	rc = bind_unix(l->fd, &un, f, error);
	if (rc == 0 && (listen(l->fd, SOMAXCONN) < 0 || lstat(un.sun_path, &st) < 0))
		rc = fail(error, un.sun_path, -errno);
	if (rc < 0) {
		close(l->fd);
		return rc;
	}
	l->addr = f->addr;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	return 1;
}

/* ---- tcp ---- */

/*
 * Of HTTP and TLS the client speaks first, so that until it has there is nothing to do.
 * Who is silent for DEFER_S is accepted all the same (tcp(7), TCP_DEFER_ACCEPT).
 */
static void defer(int fd)
{
	const int seconds = DEFER_S;

	setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds));
}

static int bind_tcp(struct listener *l, const struct sockaddr *sa, socklen_t len, bool any)
{
	int on = 1, off = 0, rc;

	l->fd = socket_open(sa);
	if (l->fd < 0)
		return l->fd;
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa->sa_family == AF_INET6)
		setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, any ? &off : &on, sizeof(on));
	defer(l->fd);
	if (bind(l->fd, sa, len) == 0 && listen(l->fd, SOMAXCONN) == 0)
		return 0;
	rc = -errno;
	close(l->fd);
	return rc;
}

static void learn_port(struct listener *l, const struct addr *addr)
{
	union conn_peer name = { 0 };
	socklen_t len = sizeof(name);

	l->addr = *addr;
	if (getsockname(l->fd, &name.sa, &len) == 0)
		l->addr.port = ntohs(name.sa.sa_family == AF_INET6 ? name.in6.sin6_port :
								     name.in.sin_port);
}

/* Every interface: one socket for IPv6 and IPv4, or IPv4 alone where there is no IPv6. */
static int open_any(struct listener *l, const struct addr *addr, char *error)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(addr->port) };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(addr->port) };
	int rc = bind_tcp(l, (struct sockaddr *)&in6, sizeof(in6), true);

	if (rc == -EAFNOSUPPORT || rc == -EADDRNOTAVAIL)
		rc = bind_tcp(l, (struct sockaddr *)&in, sizeof(in), true);
	if (rc < 0)
		return fail(error, "listen", rc);
	learn_port(l, addr);
	return 1;
}

static int open_named(struct listener *l, size_t max, const struct addr *addr, char *error)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *list;
	char port[sizeof("65535")];
	size_t n = 0;
	int rc;

	snprintf(port, sizeof(port), "%u", addr->port);
	rc = getaddrinfo(addr->host, port, &hints, &list);
	if (rc != 0) {
		snprintf(error, LISTENER_ERROR_MAX, "%s: %s", addr->host, gai_strerror(rc));
		return -ENOENT;
	}
	rc = 0;
	for (struct addrinfo *ai = list; ai && n < max && rc == 0; ai = ai->ai_next) {
		rc = bind_tcp(&l[n], ai->ai_addr, ai->ai_addrlen, false);
		/* localhost is ::1 too, also where the kernel has no IPv6 */
		if ((rc == -EADDRNOTAVAIL || rc == -EAFNOSUPPORT) && (n > 0 || ai->ai_next)) {
			rc = 0;
			continue;
		}
		if (rc == 0)
			learn_port(&l[n++], addr);
		/* A port the kernel chose for one address need not be free on the next. */
		if (addr->port == 0)
			break;
	}
	freeaddrinfo(list);
	if (rc == 0)
		return (int)n;
	while (n > 0)
		close(l[--n].fd);
	return fail(error, "listen", rc);
}

static int take_passed(struct listener *l, const struct frontend *f)
{
	l->fd = f->passed_fd;
	l->addr = f->addr;
	return 1;
}

/* Return: sockets opened, or -errno. */
static int open_sockets(struct listener *l, size_t max, const struct frontend *frontend,
			char *error)
{
	const struct addr *addr = &frontend->addr;

	if (frontend->passed_fd >= 0)
		return take_passed(l, frontend);
	if (addr->kind == ADDR_UNIX)
		return open_unix(l, frontend, error);
	if (addr->host[0] == '\0')
		return open_any(l, addr, error);
	return open_named(l, max, addr, error);
}

int listener_open(struct listener *l, size_t max, const struct frontend *frontend, char *error)
{
	int n;

	if (max == 0) {
		snprintf(error, LISTENER_ERROR_MAX, "too many frontends");
		return -E2BIG;
	}
	memset(l, 0, max * sizeof(*l));
	n = open_sockets(l, max, frontend, error);
	for (int i = 0; i < n; i++)
		l[i].tiers = frontend->tiers;
	return n;
}

/* ---- accepting ---- */

static void on_pause_over(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct listener *l = timer->data;

	(void)revents;
	ev_io_start(loop, &l->io);
}

static void pause_accepting(struct listener *l, int error)
{
	struct ev_loop *loop = l->worker->loop;

	if (audit_may_log(NULL))
		log_event(LOG_LEVEL_ERROR, "cannot accept a client, pausing", "error",
			  strerror(error), NULL);
	ev_io_stop(loop, &l->io);
	ev_timer_set(&l->pause, ACCEPT_PAUSE_S, 0);
	ev_timer_start(loop, &l->pause);
}

static void on_acceptable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct listener *l = io->data;

	(void)loop;
	(void)revents;
	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		union conn_peer peer = { 0 };
		socklen_t len = sizeof(peer);
		int fd = accept4(l->fd, &peer.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			if (l->accepted)
				l->accepted(l->data, fd);
			else
				conn_new(l, fd, &peer);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_accepting(l, errno);
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

void listener_start(struct listener *l, struct worker *w)
{
	l->worker = w;
	ev_timer_init(&l->pause, on_pause_over, 0, 0);
	l->pause.data = l;
	ev_io_init(&l->io, on_acceptable, l->fd, EV_READ);
	l->io.data = l;
	ev_io_start(w->loop, &l->io);
}

void listener_close(struct listener *l)
{
	struct stat st;

	if (l->fd < 0)
		return;
	if (l->worker) {
		ev_io_stop(l->worker->loop, &l->io);
		ev_timer_stop(l->worker->loop, &l->pause);
	}
	close(l->fd);
	l->fd = -1;
	if (l->addr.kind == ADDR_UNIX && lstat(l->addr.path, &st) == 0 && st.st_dev == l->dev &&
	    st.st_ino == l->ino && unlink(l->addr.path) < 0)
		log_event(LOG_LEVEL_WARNING, "the socket stays behind", "path", l->addr.path,
			  "error", strerror(errno), NULL);
}
