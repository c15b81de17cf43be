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
 * @reply:	@cap bytes
 *
 * Return: length of the reply or -errno.
 */
static ssize_t exchange(int fd, const char *request, char *reply, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		return -errno;
	while (len < cap && (n = recv(fd, reply + len, cap - len, 0)) != 0) {
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* Return: where the body begins, with the status in @status; NULL if it is no reply. */
static const char *find_body(const char *reply, size_t len, unsigned int *status)
{
	static struct http_head h;
	struct http_scan scan = { 0 };
	size_t head_len = 0;

	if (http_scan_head(&scan, reply, len, &head_len) != HTTP_OK || head_len == 0 ||
	    http_parse_reply(&h, reply, head_len) != HTTP_OK)
		return NULL;
	*status = h.status;
	return reply + head_len;
}

/**
 * ask() - Send one request and read the reply
 * @a:		Address
 * @line:	Its method and path
 * @reply:	@cap bytes
 * @cap:	Bytes of @reply
 * @body:	Gets the body, in @reply
 * @text:	On failure, what went wrong; ASK_TEXT_MAX bytes
 *
 * Return: length of the body, or -errno; -EIO is a status that is not 200, with @text
 * the first line of the body.
 */
static ssize_t ask(const struct addr *a, const char *line, char *reply, size_t cap,
		   const char **body, char *text)
{
	char request[256], where[ADDR_TEXT_MAX];
	int fd = connect_to(a);
	unsigned int status = 0;
	ssize_t n = fd;

	snprintf(request, sizeof(request),
		 "%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", line);
	if (fd >= 0) {
		n = exchange(fd, request, reply, cap);
		close(fd);
	}
	if (n < 0) {
		addr_format(a, where, sizeof(where));
		snprintf(text, ASK_TEXT_MAX, "no answer from %s: %s", where, strerror((int)-n));
		return n;
	}
	*body = find_body(reply, (size_t)n, &status);
	if (!*body) {
		snprintf(text, ASK_TEXT_MAX, "what answers there is no cetusguard");
		return -EPROTO;
	}
	n -= *body - reply;
	snprintf(text, ASK_TEXT_MAX, "%.*s", (int)n, *body);
	text[strcspn(text, "\r\n")] = '\0';
	return status == 200 ? n : -EIO;
}

int ask_admin(const struct addr *a, const char *line, char *text)
{
	char reply[REPLY_MAX];
	const char *body;
	ssize_t n = ask(a, line, reply, sizeof(reply), &body, text);

	return n < 0 ? (int)n : 0;
}

ssize_t ask_stats(const struct addr *a, char *reply, size_t cap, const char **stats, char *text)
{
	return ask(a, "GET /stats", reply, cap, stats, text);
}
