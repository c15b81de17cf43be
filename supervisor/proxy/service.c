#include "service.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "id.h"
#include "log.h"
#include "worker.h"

#define SEND_S 1 /* seconds that a message which must arrive waits for room */

/* ---- what there is ---- */

/**
 * read_address() - Read the address of a datagram socket
 * @un:		Filled on success
 * @text:	Absolute path, or @ and an abstract name
 *
 * Return: length of the address, or 0.
 */
static socklen_t read_address(struct sockaddr_un *un, const char *text)
{
	size_t len = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || len < 2 || len >= sizeof(un->sun_path))
		return 0;
	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(un->sun_path, text, len);
	if (text[0] == '@')
		un->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

/* Return: a connected socket, or -errno. */
static int connect_to(const char *text)
{
	const struct timeval limit = { .tv_sec = SEND_S };
	struct sockaddr_un un;
	socklen_t len = read_address(&un, text);
	int fd, rc;

	if (len == 0)
		return -EAFNOSUPPORT;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
	    connect(fd, (const struct sockaddr *)&un, len) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* As sd_watchdog_enabled(3) reads it: for this process, if it is for one. */
static uint64_t read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	unsigned int for_pid;
	char *end;
	uint64_t us;

	if (!usec || (pid && (!id_parse(pid, &for_pid) || for_pid != (unsigned int)getpid())))
		return 0;
	errno = 0;
	us = strtoull(usec, &end, 10);
	if (usec[0] >= '0' && usec[0] <= '9' && *end == '\0' && errno == 0 && us > 0 &&
	    us < UINT64_MAX)
		return us;
	log_event(LOG_LEVEL_WARNING, "there is no watchdog, its time makes no sense",
		  "WATCHDOG_USEC", usec, NULL);
	return 0;
}

void service_open(struct service *s)
{
	const char *address = getenv("NOTIFY_SOCKET");

	*s = (struct service){ .fd = -1 };
	if (address) {
		s->fd = connect_to(address);
		s->watchdog_us = read_watchdog();
	}
	if (address && s->fd < 0)
		log_event(LOG_LEVEL_WARNING, "the service manager cannot be told anything",
			  "NOTIFY_SOCKET", address, "error", strerror(-s->fd), NULL);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void service_close(struct service *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* ---- what it is told ---- */

static int send_text(const struct service *s, const char *text, int flags)
{
	struct iovec iov = { (char *)text, strlen(text) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	return sendmsg(s->fd, &msg, flags | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* What it waits for. */
static void tell(const struct service *s, const char *text)
{
	int rc = s->fd < 0 ? 0 : send_text(s, text, 0);

	if (rc < 0)
		log_event(LOG_LEVEL_WARNING, "the service manager was not told", "message", text,
			  "error", strerror(-rc), NULL);
}

/* Return: whether the status is another than it was told; then it is in @s. */
static bool look(struct service *s)
{
	struct metrics_now now = worker_now(s->worker);
	char status[SERVICE_STATUS_MAX];

	snprintf(status, sizeof(status), "%s%zu client%s, %zu stream%s, %zu rule%s",
		 s->reload_failed ? "The rules could not be read again, the old ones stay; " : "",
		 now.connections, now.connections == 1 ? "" : "s", now.streams,
		 now.streams == 1 ? "" : "s", now.rules, now.rules == 1 ? "" : "s");
	if (strcmp(status, s->status) == 0)
		return false;
	memcpy(s->status, status, sizeof(status));
	return true;
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct service *s = timer->data;
	const char *watchdog = s->watchdog_us > 0 ? "WATCHDOG=1" : "";
	char text[SERVICE_STATUS_MAX + 32];

	(void)loop;
	(void)revents;
	if (look(s))
		snprintf(text, sizeof(text), "STATUS=%s\n%s", s->status, watchdog);
	else
		snprintf(text, sizeof(text), "%s", watchdog);
	/* A manager that is busy must not hold up clients; it is told again. */
	if (text[0] != '\0' && send_text(s, text, MSG_DONTWAIT) < 0)
		s->status[0] = '\0';
}

static void tell_ready(struct service *s)
{
	char text[SERVICE_STATUS_MAX + 32];

	look(s);
	snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", s->status);
	tell(s, text);
}

void service_start(struct service *s, struct worker *worker)
{
	double period = s->watchdog_us > 0 ? (double)s->watchdog_us / 2e6 : SERVICE_STATUS_S;

	if (s->fd < 0)
		return;
	s->worker = worker;
	ev_timer_init(&s->timer, on_timer, period, period);
	s->timer.data = s;
	ev_timer_start(worker->loop, &s->timer);
	tell_ready(s);
}

/* The time is what a reload is told from the one before by, systemd.service(5). */
void service_reloading(struct service *s)
{
	struct timespec now;
	char text[64];

	if (s->fd < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		 (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
	tell(s, text);
}

void service_reloaded(struct service *s, bool ok)
{
	s->reload_failed = !ok;
	if (s->fd >= 0)
		tell_ready(s);
}

void service_stopping(struct service *s)
{
	if (!s->is_stopping)
		tell(s, "STOPPING=1\nSTATUS=Waiting for requests to finish");
	s->is_stopping = true;
}

void service_stop(struct service *s)
{
	if (s->worker)
		ev_timer_stop(s->worker->loop, &s->timer);
	s->worker = NULL;
}
