#include "passed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "frontend.h"
#include "id.h"

/* ---- what there is ---- */

/* Why there is none, or NULL. */
static const char *find_number(struct passed *p)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	unsigned int n;

	if (!pid || !fds)
		return "no socket was passed: LISTEN_PID and LISTEN_FDS are not set";
	if (!id_parse(pid, &n) || n != (unsigned int)getpid()) {
		snprintf(p->text, sizeof(p->text),
			 "no socket was passed: LISTEN_PID is %.20s, and this is %d", pid,
			 (int)getpid());
		return p->text;
	}
	if (!id_parse(fds, &n) || n == 0 || n > PASSED_MAX) {
		snprintf(p->text, sizeof(p->text),
			 "LISTEN_FDS is %.20s: expected a number from 1 to %d", fds, PASSED_MAX);
		return p->text;
	}
	p->n = n;
	return NULL;
}

static void find_names(struct passed *p)
{
	const char *names = getenv("LISTEN_FDNAMES");
	char *rest = p->room = names && p->n > 0 ? strdup(names) : NULL;

	for (size_t i = 0; i < p->n; i++)
		p->names[i] = rest ? strsep(&rest, ":") : "";
}

void passed_read(struct passed *p)
{
	*p = (struct passed){ 0 };
	p->why_none = find_number(p);
	find_names(p);
	for (size_t i = 0; i < p->n; i++)
		fcntl(PASSED_FIRST + (int)i, F_SETFD, FD_CLOEXEC);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

void passed_clear(struct passed *p)
{
	free(p->room);
	*p = (struct passed){ 0 };
}

/* ---- taking it ---- */

static int get_int(int fd, int option)
{
	socklen_t len = sizeof(int);
	int value;

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) < 0 ? -1 : value;
}

/* Why a descriptor is no frontend, or NULL. */
static const char *unfit(int fd)
{
	int domain = get_int(fd, SO_DOMAIN);

	if (domain < 0)
		return strerror(errno);
	if (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6)
		return "it is neither a unix nor a TCP socket";
	if (get_int(fd, SO_TYPE) != SOCK_STREAM)
		return "it is no stream socket";
	if (get_int(fd, SO_ACCEPTCONN) != 1)
		return "it does not listen (a unit with Accept=yes passes connections)";
	return NULL;
}

union name {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

/* Where it listens, for the log. */
static void find_addr(struct addr *a, int fd)
{
	union name name = { 0 };
	socklen_t len = sizeof(name);

	memset(a, 0, sizeof(*a));
	a->kind = ADDR_UNIX;
	if (getsockname(fd, &name.sa, &len) < 0)
		return;
	if (name.sa.sa_family == AF_UNIX) {
		bool is_abstract = name.un.sun_path[0] == '\0';

		snprintf(a->path, sizeof(a->path), "%s%.*s", is_abstract ? "@" : "",
			 (int)sizeof(a->path) - 2, name.un.sun_path + is_abstract);
		return;
	}
	a->kind = ADDR_TCP;
	if (name.sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &name.in6.sin6_addr, a->host, sizeof(a->host));
		a->port = ntohs(name.in6.sin6_port);
	} else {
		inet_ntop(AF_INET, &name.in.sin_addr, a->host, sizeof(a->host));
		a->port = ntohs(name.in.sin_port);
	}
}

static bool is_asked_for(const struct passed *p, size_t i, const char *which)
{
	unsigned int fd;

	if (which[0] == '\0')
		return true;
	if (id_parse(which, &fd))
		return fd == PASSED_FIRST + i;
	return strcmp(p->names[i], which) == 0;
}

static int take_one(struct passed *p, size_t i, struct frontend *f, char *error)
{
	int fd = PASSED_FIRST + (int)i;
	const char *why = p->taken[i] ? "it is a frontend already" : unfit(fd);

	if (!why && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		why = strerror(errno);
	if (why) {
		snprintf(error, FRONTEND_ERROR_MAX, "descriptor %d%s%.64s: %s", fd,
			 p->names[i][0] != '\0' ? ", named " : "", p->names[i], why);
		return -EINVAL;
	}
	*f = (struct frontend){ .uid = (uid_t)-1, .gid = (gid_t)-1, .passed_fd = fd };
	find_addr(&f->addr, fd);
	p->taken[i] = true;
	return 0;
}

int passed_take(struct passed *p, const char *which, struct frontend *f, size_t max, char *error)
{
	size_t n = 0;

	if (p->why_none) {
		snprintf(error, FRONTEND_ERROR_MAX, "%s", p->why_none);
		return -ENOENT;
	}
	for (size_t i = 0; i < p->n; i++) {
		int rc;

		if (!is_asked_for(p, i, which))
			continue;
		if (n == max) {
			snprintf(error, FRONTEND_ERROR_MAX, "too many frontends");
			return -E2BIG;
		}
		rc = take_one(p, i, &f[n], error);
		if (rc < 0)
			return rc;
		n++;
	}
	if (n == 0) {
		snprintf(
			error, FRONTEND_ERROR_MAX,
			"no socket of that name or number was passed, but %zu from descriptor %d on",
			p->n, PASSED_FIRST);
		return -ENOENT;
	}
	return (int)n;
}
