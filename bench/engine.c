/*
 * engine - what the benchmark puts behind the proxies: a fast server, so that they
 * are measured and not it
 *
 *	engine PORT
 *
 * One thread answers what is short, so that a busy engine is woken seldom. Whoever
 * asks for more gets a thread of its own with blocking calls. It answers
 *
 *	GET  /_ping			2 bytes
 *	GET  /containers/json		20 KiB
 *	GET  /length/N, /chunks/N	N MiB, by Content-Length or in chunks of 64 KiB
 *	GET  /events			one chunk, and then the stream stays open
 *	POST /upload			when it has read the body, framed either way
 *	POST /containers/x/attach	101, and then what it reads is sent back
 *
 * and reads requests as well as the benchmark's clients need.
 */
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MIB	   (1024L * 1024L)
#define BUF	   (256 * 1024)
#define CHUNK	   (64 * 1024)
#define JSON_LEN   (20 * 1024)
#define STACK_SIZE (512 * 1024)
#define FDS_MAX	   65536

static char zeros[CHUNK];
static struct conn *conns[FDS_MAX]; /* of those that are answered by one thread */

struct conn {
	int fd;
	size_t len; /* bytes in buf */
	char buf[BUF + 1];
};

static bool send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static bool send_text(int fd, const char *text)
{
	return send_all(fd, text, strlen(text));
}

static bool fill(struct conn *c)
{
	ssize_t n = recv(c->fd, c->buf + c->len, BUF - c->len, 0);

	if (n <= 0)
		return false;
	c->len += (size_t)n;
	c->buf[c->len] = '\0';
	return true;
}

static void drop(struct conn *c, size_t n)
{
	memmove(c->buf, c->buf + n, c->len - n + 1);
	c->len -= n;
}

/* ---- bodies ---- */

static bool read_length(struct conn *c, size_t left)
{
	for (;;) {
		size_t n = c->len < left ? c->len : left;

		drop(c, n);
		left -= n;
		if (left == 0)
			return true;
		if (!fill(c))
			return false;
	}
}

static bool read_chunks(struct conn *c)
{
	for (;;) {
		char *end;
		size_t size;

		while (!(end = strstr(c->buf, "\r\n")))
			if (!fill(c))
				return false;
		size = strtoul(c->buf, NULL, 16);
		drop(c, (size_t)(end + 2 - c->buf));
		if (!read_length(c, size + 2))
			return false;
		if (size == 0)
			return true;
	}
}

static bool send_length(int fd, long mib)
{
	char head[128];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\n\r\n", mib * MIB);
	if (!send_text(fd, head))
		return false;
	for (long left = mib * MIB; left > 0; left -= CHUNK)
		if (!send_all(fd, zeros, CHUNK))
			return false;
	return true;
}

static bool send_chunks(int fd, long mib)
{
	static char chunk[sizeof("10000\r\n") - 1 + CHUNK + 2];

	if (chunk[0] == '\0') {
		memset(chunk, ' ', sizeof(chunk));
		memcpy(chunk, "10000\r\n", strlen("10000\r\n"));
		chunk[sizeof(chunk) - 2] = '\r';
		chunk[sizeof(chunk) - 1] = '\n';
	}
	if (!send_text(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
		return false;
	for (long left = mib * MIB; left > 0; left -= CHUNK)
		if (!send_all(fd, chunk, sizeof(chunk)))
			return false;
	return send_text(fd, "0\r\n\r\n");
}

static bool send_json(int fd)
{
	static char reply[JSON_LEN + 256];
	int len = snprintf(reply, sizeof(reply),
			   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
			   "Content-Length: %d\r\n\r\n",
			   JSON_LEN);

	memset(reply + len, ' ', JSON_LEN);
	return send_all(fd, reply, (size_t)len + JSON_LEN);
}

/* ---- requests ---- */

static bool echo(struct conn *c)
{
	if (!send_text(c->fd,
		       "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"))
		return false;
	do {
		if (!send_all(c->fd, c->buf, c->len))
			return false;
		c->len = 0;
	} while (fill(c));
	return false;
}

static bool stream(struct conn *c)
{
	if (!send_text(c->fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n"))
		return false;
	while (fill(c))
		c->len = 0;
	return false;
}

/* One request whose head is complete and ends before @head_len. */
static bool answer(struct conn *c, size_t head_len)
{
	char head[8192];
	const char *path, *length;

	if (head_len >= sizeof(head))
		return false;
	memcpy(head, c->buf, head_len);
	head[head_len] = '\0';
	drop(c, head_len);
	path = strchr(head, ' ') + 1;
	length = strcasestr(head, "\r\ncontent-length:");
	if (strcasestr(head, "\r\ntransfer-encoding: chunked") ?
		    !read_chunks(c) :
		    length && !read_length(
				      c, strtoul(length + strlen("\r\ncontent-length:"), NULL, 10)))
		return false;
	if (strncmp(path, "/containers/json", 16) == 0)
		return send_json(c->fd);
	if (strncmp(path, "/length/", 8) == 0)
		return send_length(c->fd, strtol(path + 8, NULL, 10));
	if (strncmp(path, "/chunks/", 8) == 0)
		return send_chunks(c->fd, strtol(path + 8, NULL, 10));
	if (strncmp(path, "/containers/x/attach", 20) == 0)
		return echo(c);
	if (strncmp(path, "/events", 7) == 0)
		return stream(c);
	return send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
}

static bool is_short(const char *head)
{
	return strncmp(head, "GET /_ping", 10) == 0 ||
	       strncmp(head, "GET /containers/json", 20) == 0;
}

static void end(struct conn *c)
{
	close(c->fd);
	free(c);
}

static void *serve(void *arg)
{
	struct conn *c = arg;
	bool go_on = true;

	while (go_on) {
		const char *head_end = c->len > 0 ? strstr(c->buf, "\r\n\r\n") : NULL;

		go_on = head_end ? answer(c, (size_t)(head_end + 4 - c->buf)) : fill(c);
	}
	end(c);
	return NULL;
}

static void serve_apart(struct conn *c)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, serve, c) != 0)
		errx(1, "no thread");
	pthread_attr_destroy(&attr);
}

static void add(int epoll_fd, int fd)
{
	struct conn *c = malloc(sizeof(*c));
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
	int on = 1;

	if (!c || fd < 0 || fd >= FDS_MAX)
		errx(1, "out of memory or descriptors");
	conns[fd] = c;
	c->fd = fd;
	c->len = 0;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		end(c);
}

static void on_readable(int epoll_fd, struct conn *c)
{
	const char *head_end;

	if (!fill(c)) {
		end(c);
		return;
	}
	while ((head_end = strstr(c->buf, "\r\n\r\n"))) {
		if (!is_short(c->buf)) {
			epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
			serve_apart(c);
			return;
		}
		if (!answer(c, (size_t)(head_end + 4 - c->buf))) {
			end(c);
			return;
		}
	}
}

static int listen_on(const char *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	in.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, SOMAXCONN) < 0)
		err(1, "port %s", port);
	return fd;
}

int main(int argc, char **argv)
{
	int epoll_fd = epoll_create1(0), listen_fd;
	struct epoll_event events[64], event = { .events = EPOLLIN, .data.fd = -1 };

	if (argc != 2)
		errx(2, "usage: engine PORT");
	listen_fd = listen_on(argv[1]);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
	for (;;) {
		int n = epoll_wait(epoll_fd, events, 64, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd >= 0)
				on_readable(epoll_fd, conns[events[i].data.fd]);
			else
				add(epoll_fd, accept(listen_fd, NULL, NULL));
		}
	}
}
