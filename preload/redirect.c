#include "redirect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "ip.h"
#include "real.h"

#define KERNEL_SIGSET_LEN 8

/* RFC 2133's struct sockaddr_in6 ended before sin6_scope_id; the kernel takes it still. */
#define SOCKADDR_IN6_MIN offsetof(struct sockaddr_in6, sin6_scope_id)

/**
 * is_readable_at() - Whether the 8-byte word around an address can be read
 * @at:	Any address
 *
 * rt_sigprocmask(2) copies its set before it looks at how, so an impossible how
 * reads the word and changes nothing.
 */
static bool is_readable_at(uintptr_t at)
{
	uintptr_t word = at & ~(uintptr_t)(KERNEL_SIGSET_LEN - 1);

	return real_syscall(SYS_rt_sigprocmask, -1L, (long)word, 0L, (long)KERNEL_SIGSET_LEN) ==
		       0 ||
	       errno != EFAULT;
}

/**
 * copy_in() - Copy bytes from what may be no address at all
 * @to:		Room for @len bytes
 * @from:	Where the caller says they are
 * @len:	How many, less than a page
 *
 * Return: whether they could be read; connect(2) says EFAULT otherwise.
 */
static bool copy_in(void *to, const void *from, size_t len)
{
	uintptr_t first = (uintptr_t)from, last = first + len - 1;

	if (last < first || !is_readable_at(first) || !is_readable_at(last))
		return false;
	memcpy(to, from, len);
	return true;
}

static bool has_option(int fd, int level, int name, int wanted)
{
	int value;
	socklen_t len = sizeof(value);

	return getsockopt(fd, level, name, &value, &len) == 0 && value == wanted;
}

static bool is_stream_socket(int fd, int domain)
{
	return has_option(fd, SOL_SOCKET, SO_DOMAIN, domain) &&
	       has_option(fd, SOL_SOCKET, SO_TYPE, SOCK_STREAM);
}

/* ---- unix sockets ---- */

static bool same_inode(const struct stat *a, const char *path)
{
	struct stat b;

	return stat(path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

static bool is_guarded_path(const struct settings *s, const char *path)
{
	const char *cursor = s->protect;
	struct shim_endpoint e;
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	if (s->malformed)
		return true;
	while (shim_next(&cursor, &e) == SHIM_ENTRY) {
		if (e.addr.kind != ADDR_UNIX)
			continue;
		if ((e.ino != 0 && st.st_dev == e.dev && st.st_ino == e.ino) ||
		    same_inode(&st, e.addr.path))
			return true;
	}
	return false;
}

static enum redirect judge_unix(const struct settings *s, int fd, const struct sockaddr_un *un,
				socklen_t len, struct redirect_target *to)
{
	char path[sizeof(un->sun_path) + 1];
	size_t path_len = len - offsetof(struct sockaddr_un, sun_path);

	memcpy(path, un->sun_path, path_len);
	path[path_len] = '\0';
	if (path[0] == '\0' || !is_stream_socket(fd, AF_UNIX) || !is_guarded_path(s, path))
		return REDIRECT_NOT;
	memset(to, 0, sizeof(*to));
	to->addr.un.sun_family = AF_UNIX;
	memcpy(to->addr.un.sun_path, s->socket, strlen(s->socket));
	to->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(s->socket) + 1);
	return REDIRECT_TO;
}

/* ---- TCP ---- */

/* What is this machine's loopback, or "any", which a client takes for it, is ::1. */
static struct in6_addr canonical(struct in6_addr a)
{
	return ip_connects_to_loopback(&a) ? in6addr_loopback : a;
}

/**
 * read_host() - The canonical form of a numeric host, or of one that is this machine
 * @host:	Host of a struct addr
 * @a:		Filled on success
 *
 * Return: false for another name, which only a resolver could tell.
 */
static bool read_host(const char *host, struct in6_addr *a)
{
	struct in_addr v4;

	if (host[0] == '\0' || strcmp(host, "localhost") == 0)
		*a = in6addr_loopback;
	else if (inet_pton(AF_INET, host, &v4) == 1)
		*a = canonical(ip_map(v4));
	else if (inet_pton(AF_INET6, host, a) == 1)
		*a = canonical(*a);
	else
		return false;
	return true;
}

static bool is_guarded_host(const struct settings *s, const struct in6_addr *host, uint16_t port)
{
	const char *cursor = s->protect;
	struct in6_addr guarded;
	struct shim_endpoint e;

	if (s->malformed)
		return true;
	while (shim_next(&cursor, &e) == SHIM_ENTRY)
		if (e.addr.kind == ADDR_TCP && e.addr.port == port &&
		    read_host(e.addr.host, &guarded) && IN6_ARE_ADDR_EQUAL(&guarded, host))
			return true;
	return false;
}

static enum redirect judge_tcp(const struct settings *s, int fd, const struct in6_addr *host,
			       in_port_t port, int family, struct redirect_target *to)
{
	struct in6_addr key = canonical(*host);

	if (!is_guarded_host(s, &key, ntohs(port)) || !is_stream_socket(fd, family))
		return REDIRECT_NOT;
	if (s->tcp_port == 0)
		return REDIRECT_REFUSED;
	memset(to, 0, sizeof(*to));
	if (family == AF_INET) {
		to->addr.in.sin_family = AF_INET;
		to->addr.in.sin_port = htons(s->tcp_port);
		to->addr.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		to->len = sizeof(to->addr.in);
	} else {
		to->addr.in6.sin6_family = AF_INET6;
		to->addr.in6.sin6_port = htons(s->tcp_port);
		to->addr.in6.sin6_addr = has_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) ?
						 in6addr_loopback :
						 ip_map((struct in_addr){ htonl(INADDR_LOOPBACK) });
		to->len = sizeof(to->addr.in6);
	}
	return REDIRECT_TO;
}

/* ---- both ---- */

/* What a connection to another kind, or with another length, does is for the kernel to say. */
enum redirect redirect_judge(const struct settings *s, int fd, const void *addr, socklen_t len,
			     struct redirect_target *to)
{
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_storage room;
	} a;
	struct in6_addr host;

	if (!s->active || len <= sizeof(sa_family_t) || len > sizeof(a))
		return REDIRECT_NOT;
	memset(&a, 0, sizeof(a));
	if (!copy_in(&a, addr, len))
		return REDIRECT_NOT;
	switch (a.any.sa_family) {
	case AF_UNIX:
		return len > sizeof(a.un) ? REDIRECT_NOT : judge_unix(s, fd, &a.un, len, to);
	case AF_INET:
		if (len < sizeof(a.in))
			return REDIRECT_NOT;
		host = ip_map(a.in.sin_addr);
		return judge_tcp(s, fd, &host, a.in.sin_port, AF_INET, to);
	case AF_INET6:
		if (len < SOCKADDR_IN6_MIN)
			return REDIRECT_NOT;
		return judge_tcp(s, fd, &a.in6.sin6_addr, a.in6.sin6_port, AF_INET6, to);
	default:
		return REDIRECT_NOT;
	}
}

static bool is_listed_path(const struct settings *s, const char *path)
{
	const char *cursor = s->protect;
	struct shim_endpoint e;

	while (!s->malformed && shim_next(&cursor, &e) == SHIM_ENTRY)
		if (e.addr.kind == ADDR_UNIX && strcmp(e.addr.path, path) == 0)
			return true;
	return false;
}

bool redirect_is_guarded(const struct settings *s, const char *text)
{
	struct in6_addr host;
	struct addr a;

	if (addr_parse(&a, text) != ADDR_OK)
		return false;
	if (a.kind == ADDR_UNIX)
		return is_listed_path(s, a.path) || is_guarded_path(s, a.path);
	return read_host(a.host, &host) && is_guarded_host(s, &host, a.port);
}
