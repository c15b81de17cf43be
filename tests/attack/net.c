/*
 * A guarded TCP endpoint, by every name of it and every way to connect.
 * extra[0] is its port; it listens on every address of the machine.
 */
#include "attack.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/**
 * endpoint() - The endpoint under some name
 * @to:		On return, the address
 * @name:	Numeric IPv4 or IPv6 address
 *
 * Return: its length.
 */
static socklen_t endpoint(union address *to, const char *name)
{
	int port = htons(atoi(extra[0]));

	memset(to, 0, sizeof(*to));
	if (strchr(name, ':')) {
		to->in6.sin6_family = AF_INET6;
		to->in6.sin6_port = port;
		inet_pton(AF_INET6, name, &to->in6.sin6_addr);
		return sizeof(to->in6);
	}
	to->in.sin_family = AF_INET;
	to->in.sin_port = port;
	inet_pton(AF_INET, name, &to->in.sin_addr);
	return sizeof(to->in);
}

/* Connect by a name; family 0 is the name's own. */
static const char *by(const char *name, int family, int type, int protocol)
{
	union address to;
	socklen_t len = endpoint(&to, name);
	int fd = socket(family ? family : to.any.sa_family, type, protocol);

	if (fd < 0)
		return strerrorname_np(errno);
	return outcome(fd, connect(fd, &to.any, len));
}

static const char *loopback(void)
{
	return by("127.0.0.1", 0, SOCK_STREAM, 0);
}

static const char *loopback_another(void)
{
	return by("127.1.2.3", 0, SOCK_STREAM, 0);
}

static const char *any_address(void)
{
	return by("0.0.0.0", 0, SOCK_STREAM, 0);
}

static const char *loopback_6(void)
{
	return by("::1", 0, SOCK_STREAM, 0);
}

static const char *any_address_6(void)
{
	return by("::", 0, SOCK_STREAM, 0);
}

static const char *mapped(void)
{
	return by("::ffff:127.0.0.1", 0, SOCK_STREAM, 0);
}

static const char *mapped_any(void)
{
	return by("::ffff:0.0.0.0", 0, SOCK_STREAM, 0);
}

static const char *multipath(void)
{
	return by("127.0.0.1", 0, SOCK_STREAM, IPPROTO_MPTCP);
}

static const char *smc(void)
{
	return by("127.0.0.1", AF_SMC, SOCK_STREAM, 0);
}

/* An IPv6 socket takes an IPv4 address only as a mapped one, AF_UNSPEC never. */
static const char *family_unspec(void)
{
	union address to;
	socklen_t len = endpoint(&to, "127.0.0.1");
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	to.any.sa_family = AF_UNSPEC;
	return result(connect(fd, &to.any, len));
}

static const char *scope_id(void)
{
	union address to;
	socklen_t len = endpoint(&to, "::1");
	int fd = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");

	to.in6.sin6_scope_id = 1;
	to.in6.sin6_flowinfo = htonl(0x12345);
	return outcome(fd, connect(fd, &to.any, len));
}

static const char *longer_address(void)
{
	union address to;
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	endpoint(&to, "127.0.0.1");
	return outcome(fd, connect(fd, &to.any, sizeof(to)));
}

static const char *nonblocking(void)
{
	union address to;
	socklen_t len = endpoint(&to, "127.0.0.1");
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"), rc;

	rc = connect(fd, &to.any, len);
	if (rc < 0 && errno != EINPROGRESS)
		return strerrorname_np(errno);
	fcntl(fd, F_SETFL, 0);
	return answer_names[answer_of(fd)];
}

/* Without connect(): the first bytes open the connection. */
static const char *fast_open(int protocol)
{
	static const char request[] = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
	union address to;
	socklen_t len = endpoint(&to, "127.0.0.1");
	int fd = socket(AF_INET, SOCK_STREAM, protocol);

	if (fd < 0 ||
	    sendto(fd, request, sizeof(request) - 1, MSG_FASTOPEN | MSG_NOSIGNAL, &to.any, len) < 0)
		return strerrorname_np(errno);
	return answer_names[answer_of(fd)];
}

static const char *fast_open_tcp(void)
{
	return fast_open(0);
}

static const char *fast_open_multipath(void)
{
	return fast_open(IPPROTO_MPTCP);
}

static const char *fast_open_message(void)
{
	union address to;
	struct iovec iov = { (void *)"GET", 3 };
	struct msghdr m = { .msg_name = &to, .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	m.msg_namelen = endpoint(&to, "127.0.0.1");
	if (sendmsg(fd, &m, MSG_FASTOPEN | MSG_NOSIGNAL) < 0)
		return strerrorname_np(errno);
	return answer_names[answer_of(fd)];
}

/* By the 32-bit entry: its own sendto, and the one of socketcall(2). */
static const char *fast_open_32(bool socketcall)
{
	static const char request[] = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
	struct {
		union address to;
		char request[64];
		uint32_t args[6];
	} *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT,
		      -1, 0);
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	long rc;

	must((void *)low == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(low->request, request, sizeof(request));
	low->args[0] = fd;
	low->args[1] = (uintptr_t)low->request;
	low->args[2] = sizeof(request) - 1;
	low->args[3] = MSG_FASTOPEN | MSG_NOSIGNAL;
	low->args[4] = (uintptr_t)&low->to;
	low->args[5] = endpoint(&low->to, "127.0.0.1");
	if (socketcall)
		__asm__ volatile("int $0x80"
				 : "=a"(rc)
				 : "a"(102L), "b"(11L), "c"(low->args)
				 : "r8", "r9", "r10", "r11", "memory");
	else /* The sixth argument is in ebp, which the compiler does not let go of. */
		__asm__ volatile("push %%rbp\n\tmov %[len], %%ebp\n\tint $0x80\n\tpop %%rbp"
				 : "=a"(rc)
				 : "a"(369L), "b"((long)fd), "c"(low->request),
				   "d"((long)low->args[2]), "S"((long)low->args[3]),
				   "D"(&low->to), [len] "r"(low->args[5])
				 : "r8", "r9", "r10", "r11", "memory");
	if ((int)rc < 0) {
		errno = -(int)rc;
		return strerrorname_np(errno);
	}
	return answer_names[answer_of(fd)];
}

static const char *fast_open_int80(void)
{
	return fast_open_32(false);
}

static const char *fast_open_socketcall(void)
{
	return fast_open_32(true);
}

/* connect() only notes the address; the first bytes open the connection. */
static const char *fast_open_connect(void)
{
	union address to;
	socklen_t len = endpoint(&to, "127.0.0.1");
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), yes = 1;

	must(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof(yes)), "setsockopt");
	return outcome(fd, connect(fd, &to.any, len));
}

/**
 * flooded() - Fill the queue of whoever answered, then ask again
 * @name:	Address of the endpoint
 *
 * Whoever redirects has a listener of its own, whose port everybody can learn.
 *
 * Return: the outcome.
 */
static const char *flooded(const char *name)
{
	union address to, peer;
	socklen_t len = endpoint(&to, name), peer_len = sizeof(peer);
	int fd = must(socket(to.any.sa_family, SOCK_STREAM, 0), "socket"), i;

	if (connect(fd, &to.any, len) < 0)
		return strerrorname_np(errno);
	must(getpeername(fd, &peer.any, &peer_len), "getpeername");
	for (i = 0; i < 5000; i++) {
		fd = must(socket(peer.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
		if (connect(fd, &peer.any, peer_len) < 0 && errno != EINPROGRESS)
			close(fd);
	}
	return by(name, 0, SOCK_STREAM, 0);
}

static const char *flooded_4(void)
{
	return flooded("127.0.0.1");
}

static const char *flooded_6(void)
{
	return flooded("::1");
}

static const struct attack attacks[] = {
	{ "flooded_4", flooded_4 },
	{ "flooded_6", flooded_6 },
	{ "loopback", loopback },
	{ "loopback_another", loopback_another },
	{ "any_address", any_address },
	{ "loopback_6", loopback_6 },
	{ "any_address_6", any_address_6 },
	{ "mapped", mapped },
	{ "mapped_any", mapped_any },
	{ "multipath", multipath },
	{ "smc", smc },
	{ "family_unspec", family_unspec },
	{ "scope_id", scope_id },
	{ "longer_address", longer_address },
	{ "nonblocking", nonblocking },
	{ "fast_open_tcp", fast_open_tcp },
	{ "fast_open_multipath", fast_open_multipath },
	{ "fast_open_message", fast_open_message },
	{ "fast_open_int80", fast_open_int80 },
	{ "fast_open_socketcall", fast_open_socketcall },
	{ "fast_open_connect", fast_open_connect },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
