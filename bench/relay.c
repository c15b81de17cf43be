/*
 * relay - what it costs to pass bytes on and look at none of them
 *
 *	relay LISTEN_PORT ENGINE_PORT
 *
 * The floor for a proxy on one thread: a connection to the engine for each client, and
 * for each piece of a request or a reply one receive and one send, which waits. So it is
 * not for streams that are full both ways.
 */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUF	(64 * 1024)
#define FDS_MAX 65536
#define AT_ONCE 64

static char buf[BUF];
static int other[FDS_MAX]; /* the socket that gets what this one has */

static struct sockaddr_in loopback(const char *port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((unsigned short)strtoul(port, NULL, 10)),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void watch(int epoll_fd, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		err(1, "epoll_ctl");
}

static void accept_one(int epoll_fd, int listener, const struct sockaddr_in *engine)
{
	int client = accept(listener, NULL, NULL), to = socket(AF_INET, SOCK_STREAM, 0);

	if (client < 0 || to < 0 || client >= FDS_MAX || to >= FDS_MAX ||
	    connect(to, (const struct sockaddr *)engine, sizeof(*engine)) < 0)
		err(1, "a connection");
	other[client] = to;
	other[to] = client;
	watch(epoll_fd, client);
	watch(epoll_fd, to);
}

/* An event of a pair that was closed by an event before it is nobody's. */
static void pass_on(int fd)
{
	int to = other[fd];
	ssize_t n = to < 0 ? 0 : recv(fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (to < 0 || (n < 0 && errno == EAGAIN))
		return;
	if (n > 0 && send(to, buf, (size_t)n, MSG_NOSIGNAL) == n)
		return;
	close(fd);
	close(to);
	other[fd] = other[to] = -1;
}

int main(int argc, char **argv)
{
	int epoll_fd = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct sockaddr_in here, engine;
	struct epoll_event events[AT_ONCE];

	if (argc != 3)
		errx(2, "usage: relay LISTEN_PORT ENGINE_PORT");
	here = loopback(argv[1]);
	engine = loopback(argv[2]);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (const struct sockaddr *)&here, sizeof(here)) < 0 ||
	    listen(listener, SOMAXCONN) < 0)
		err(1, "port %s", argv[1]);
	watch(epoll_fd, listener);
	for (;;) {
		int n = epoll_wait(epoll_fd, events, AT_ONCE, -1);

		for (int i = 0; i < n; i++)
			if (events[i].data.fd == listener)
				accept_one(epoll_fd, listener, &engine);
			else
				pass_on(events[i].data.fd);
	}
}
