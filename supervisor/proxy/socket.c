#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "access.h"
#include "ip.h"
#include "needs.h"

NEEDS_SYSCALLS("setsockopt"); /* socket(2) is judged by its family */

/* A peer that vanished without a word is noticed after about two minutes. */
#define KEEPALIVE_IDLE_S     60
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_PROBES     4

/* The one that every kernel has and every user may choose. */
static const char unpaced[] = "reno";

static void set_int(int fd, int level, int option, int value)
{
	/* Each of these is an improvement, none a condition. */
	setsockopt(fd, level, option, &value, sizeof(value));
}

void socket_tune(int fd, const struct sockaddr *peer)
{
	struct in6_addr ip;

	if (!access_map(peer, &ip))
		return;
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
	set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
	set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
	if (ip_is_loopback(&ip))
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, unpaced, sizeof(unpaced) - 1);
}

int socket_open(const struct sockaddr *addr)
{
	int fd = socket(addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	socket_tune(fd, addr);
	return fd;
}
