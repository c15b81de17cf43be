/*
 * standin-engine - a small server that answers like a Docker engine
 *
 * For the demo where no engine runs, and for tests that need many fast
 * answers. It has no containers, says so in every reply, and reads requests
 * only as well as a client of our own needs: never put it anywhere else.
 *
 *	standin-engine unix:///path | tcp://127.0.0.1:port
 */
#include <err.h>
#include <errno.h>
#include <ev.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "addr.h"

#define REQUEST_MAX (64 * 1024)

static const struct {
	const char *path; /* behind the API version; a "*" at its end is anything */
	const char *body;
} answers[] = {
	{ "/_ping", "OK" },
	{ "/version", "{\"Platform\":{\"Name\":\"CetusGuard stand-in engine, no containers here\"},"
		      "\"Version\":\"0\",\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}\n" },
	{ "/info", "{\"Name\":\"CetusGuard stand-in engine\",\"Containers\":1,\"Images\":1}\n" },
	{ "/containers/json",
	  "[{\"Id\":\"57a9d1\",\"Names\":[\"/standin\"],\"Image\":\"busybox:test\","
	  "\"State\":\"running\"}]\n" },
	{ "/containers/*",
	  "{\"Id\":\"57a9d1\",\"Name\":\"/standin\",\"State\":{\"Running\":true}}\n" },
	{ "/images/json", "[{\"Id\":\"sha256:57a9d1\",\"RepoTags\":[\"busybox:test\"]}]\n" },
};

struct client {
	struct ev_io io;
	size_t len;
	size_t skip; /* bytes of a request body still to come */
	char request[REQUEST_MAX];
};

static void client_close(struct ev_loop *loop, struct client *c)
{
	ev_io_stop(loop, &c->io);
	close(c->io.fd);
	free(c);
}

static const char *skip_version(const char *path)
{
	size_t n = strncmp(path, "/v", 2) == 0 ? 2 + strspn(path + 2, "0123456789.") : 0;

	return n > 2 && path[n] == '/' ? path + n : path;
}

static const char *find_answer(const char *path)
{
	size_t len = strcspn(path, "? ");

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		size_t n = strlen(answers[i].path);
		bool prefix = answers[i].path[n - 1] == '*';

		if (prefix ? len >= n && strncmp(path, answers[i].path, n - 1) == 0 :
			     len == n && strncmp(path, answers[i].path, n) == 0)
			return answers[i].body;
	}
	return NULL;
}

static bool answer(int fd, const char *request)
{
	const char *path = strchr(request, ' ');
	const char *body = path ? find_answer(skip_version(path + 1)) : NULL;
	bool head = strncmp(request, "HEAD ", 5) == 0;
	char reply[2048];
	int len;

	len = snprintf(reply, sizeof(reply),
		       "HTTP/1.1 %s\r\nServer: CetusGuard-stand-in-engine\r\n"
		       "Api-Version: 1.41\r\nContent-Type: application/json\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       body ? "200 OK" : "404 Not Found",
		       strlen(body ? body : "{\"message\":\"page not found\"}\n"),
		       head ? "" :
		       body ? body :
			      "{\"message\":\"page not found\"}\n");
	return send(fd, reply, (size_t)len, MSG_NOSIGNAL) == len;
}

static size_t content_length(const char *head)
{
	const char *field = strcasestr(head, "\r\nContent-Length:");

	return field ? strtoul(field + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

/* Answer every complete request in the buffer; false when the client is lost. */
static bool answer_all(struct client *c)
{
	for (;;) {
		size_t skip = c->skip < c->len ? c->skip : c->len;
		char *end;

		c->skip -= skip;
		c->len -= skip;
		memmove(c->request, c->request + skip, c->len);
		c->request[c->len] = '\0';
		end = c->skip == 0 ? strstr(c->request, "\r\n\r\n") : NULL;
		if (!end)
			return c->len < REQUEST_MAX - 1;
		end[2] = '\0';
		if (!answer(c->io.fd, c->request))
			return false;
		c->skip = (size_t)(end + 4 - c->request) + content_length(c->request);
	}
}

static void on_readable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct client *c = io->data;
	ssize_t n = recv(io->fd, c->request + c->len, REQUEST_MAX - 1 - c->len, 0);

	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		c->len += (size_t)n;
	if (n <= 0 || !answer_all(c))
		client_close(loop, c);
}

static void on_acceptable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	int fd = accept4(io->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct client *c = fd >= 0 ? malloc(sizeof(*c)) : NULL;

	(void)revents;
	if (!c) {
		if (fd >= 0)
			close(fd);
		return;
	}
	c->len = c->skip = 0;
	ev_io_init(&c->io, on_readable, fd, EV_READ);
	c->io.data = c;
	ev_io_start(loop, &c->io);
}

static int listen_unix(const struct addr *a)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(un.sun_path, a->path, strlen(a->path) + 1);
	unlink(a->path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&un, sizeof(un)) < 0)
		err(1, "%s", a->path);
	return fd;
}

static int listen_tcp(const struct addr *a)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(a->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0)
		err(1, "port %u", a->port);
	return fd;
}

int main(int argc, char **argv)
{
	struct ev_loop *loop = ev_default_loop(0);
	struct ev_io listener;
	struct addr a;
	int fd;

	if (argc != 2 || addr_parse(&a, argv[1]) != ADDR_OK)
		errx(2, "usage: standin-engine unix:///path | tcp://127.0.0.1:port");
	fd = a.kind == ADDR_UNIX ? listen_unix(&a) : listen_tcp(&a);
	if (listen(fd, SOMAXCONN) < 0)
		err(1, "listen");
	ev_io_init(&listener, on_acceptable, fd, EV_READ);
	ev_io_start(loop, &listener);
	ev_run(loop, 0);
	return 0;
}
