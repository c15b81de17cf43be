#include "ask.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/message.h"

#define REPLY_MAX 8192

static int try_connect(const struct sockaddr *sa, socklen_t len)
{
	const struct timeval limit = { .tv_sec = ASK_TIMEOUT_S };
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return -errno;
	/* connect(2) keeps to the latter, too. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, sa, len) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* Return: a connected socket or -errno. */
static int connect_to(const struct addr *a)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char port[sizeof("65535")];
	int fd = -ENOENT;

	if (a->kind == ADDR_UNIX) {
		memcpy(un.sun_path, a->path, strlen(a->path) + 1);
		return try_connect((const struct sockaddr *)&un, sizeof(un));
	}
	snprintf(port, sizeof(port), "%u", a->port);
	if (getaddrinfo(a->host, port, &hints, &list) != 0)
		return -ENOENT;
	for (struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next)
		fd = try_connect(ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(list);
	return fd;
}

/**
 * exchange() - Send a request and read all of the reply
 * @fd:		Socket
 * @request:	Request
 * @reply:	REPLY_MAX bytes
 *
 * Return: length of the reply or -errno.
 */
static ssize_t exchange(int fd, const char *request, char *reply)
{
	size_t len = 0;
	ssize_t n;

	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		return -errno;
	while (len < REPLY_MAX && (n = recv(fd, reply + len, REPLY_MAX - len, 0)) != 0) {
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* Return: 0 if it says 200, else -errno; @text gets its first line. */
static int read_reply(const char *reply, size_t len, char *text)
{
	static struct http_head h;
	struct http_scan scan = { 0 };
	size_t head_len = 0;

	if (http_scan_head(&scan, reply, len, &head_len) != HTTP_OK || head_len == 0 ||
	    http_parse_reply(&h, reply, head_len) != HTTP_OK) {
		snprintf(text, ASK_TEXT_MAX, "what answers there is no cetusguard");
		return -EPROTO;
	}
	snprintf(text, ASK_TEXT_MAX, "%.*s", (int)(len - head_len), reply + head_len);
	text[strcspn(text, "\r\n")] = '\0';
	return h.status == 200 ? 0 : -EIO;
}

int ask_admin(const struct addr *a, const char *method, const char *path, char *text)
{
	char request[256], reply[REPLY_MAX], where[ADDR_TEXT_MAX];
	int fd = connect_to(a);
	ssize_t n = fd;

	snprintf(request, sizeof(request),
		 "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", method, path);
	if (fd >= 0) {
		n = exchange(fd, request, reply);
		close(fd);
	}
	if (n >= 0)
		return read_reply(reply, (size_t)n, text);
	addr_format(a, where, sizeof(where));
	snprintf(text, ASK_TEXT_MAX, "no answer from %s: %s", where, strerror((int)-n));
	return (int)n;
}
