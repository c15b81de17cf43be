#include "identity.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bound.h"
#include "ip.h"
#include "shim.h"

#define CLOCK_SLACK_S 2 /* a file system's clock may lag behind ours */

/**
 * struct inode - A socket file seen at a protected path
 * @fd:	Holds it; owned
 */
struct inode {
	dev_t dev;
	ino_t ino;
	int fd;
};

/**
 * struct endpoint - A protected TCP address
 * @ip:		IPv6, or IPv4 mapped into it
 * @port:	In host byte order
 * @local:	It is on this machine, so any address of the machine leads there
 */
struct endpoint {
	struct in6_addr ip;
	uint16_t port;
	bool local;
};

struct identity {
	size_t n_paths;
	char paths[IDENTITY_PATHS_MAX][ADDR_PATH_MAX + 1];
	size_t n_endpoints;
	struct endpoint endpoints[IDENTITY_TCP_MAX];
	time_t since;	      /* nothing was connected before */
	pthread_mutex_t lock; /* of what follows */
	size_t n_inodes;
	struct inode inodes[IDENTITY_INODES_MAX];
};

struct identity *identity_new(void)
{
	struct identity *id = malloc(sizeof(*id));

	if (id) {
		/* Of its tables only what is counted is ever looked at. */
		id->n_paths = id->n_endpoints = id->n_inodes = 0;
		id->since = time(NULL);
		pthread_mutex_init(&id->lock, NULL);
	}
	return id;
}

void identity_free(struct identity *id)
{
	if (!id)
		return;
	for (size_t i = 0; i < id->n_inodes; i++)
		close(id->inodes[i].fd);
	pthread_mutex_destroy(&id->lock);
	free(id);
}

/* ---- unix ---- */

static bool has_inode(const struct identity *id, const struct stat *st)
{
	for (size_t i = 0; i < id->n_inodes; i++)
		if (id->inodes[i].ino == st->st_ino && id->inodes[i].dev == st->st_dev)
			return true;
	return false;
}

/**
 * pin() - Protect an inode for good
 * @id:	Set
 * @fd:	The inode; owned from here on
 * @st:	What fstat() says of it
 */
static int pin(struct identity *id, int fd, const struct stat *st)
{
	int rc = 0;

	pthread_mutex_lock(&id->lock);
	if (has_inode(id, st)) {
		close(fd);
	} else if (id->n_inodes == IDENTITY_INODES_MAX) {
		close(fd);
		rc = -ENOSPC;
	} else {
		id->inodes[id->n_inodes++] = (struct inode){ st->st_dev, st->st_ino, fd };
	}
	pthread_mutex_unlock(&id->lock);
	return rc;
}

/* What cannot be reached from here is no engine that runs here. */
static bool is_absence(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == ELOOP;
}

static int look_at(struct identity *id, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return is_absence(errno) ? 0 : -errno;
	if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode)) {
		close(fd);
		return 0;
	}
	return pin(id, fd, &st);
}

int identity_add(struct identity *id, int fd)
{
	struct stat st;
	int rc = fstat(fd, &st) < 0 ? -errno : 0;

	if (rc == 0)
		return pin(id, fd, &st);
	close(fd);
	return rc;
}

int identity_look(struct identity *id)
{
	int rc = 0;

	for (size_t i = 0; i < id->n_paths && rc == 0; i++)
		rc = look_at(id, id->paths[i]);
	return rc;
}

static bool is_protected_name(void *data, const char *name)
{
	const struct identity *id = data;

	for (size_t i = 0; i < id->n_paths; i++)
		if (strcmp(id->paths[i], name) == 0)
			return true;
	return false;
}

/* A file has a new change time when it is made and when it is renamed. */
static bool is_older(const struct identity *id, const struct stat *st)
{
	return st->st_ctim.tv_sec + CLOCK_SLACK_S < id->since;
}

/*
 * An engine may have been started, and its socket moved away, since the paths were
 * last looked at. What was not touched since we began cannot be that.
 */
static bool was_protected(struct identity *id, const struct stat *st)
{
	return !is_older(id, st) && bound_find(st, is_protected_name, id) == 1;
}

static bool is_known(struct identity *id, const struct stat *st)
{
	bool known;

	pthread_mutex_lock(&id->lock);
	known = has_inode(id, st);
	pthread_mutex_unlock(&id->lock);
	return known;
}

/*
 * What is known stays so, whatever is at the paths: looking at them could only find
 * others, which is done for whoever asks for those.
 */
int identity_match_inode(struct identity *id, const struct stat *st)
{
	int rc;

	if (is_known(id, st))
		return 1;
	rc = identity_look(id);
	if (rc < 0)
		return rc;
	return is_known(id, st) || was_protected(id, st);
}

static int protect_path(struct identity *id, const char *path, char *error)
{
	for (size_t i = 0; i < id->n_paths; i++)
		if (strcmp(id->paths[i], path) == 0)
			return 0;
	if (id->n_paths == IDENTITY_PATHS_MAX) {
		snprintf(error, IDENTITY_ERROR_MAX, "more than %d sockets", IDENTITY_PATHS_MAX);
		return -E2BIG;
	}
	snprintf(id->paths[id->n_paths++], sizeof(id->paths[0]), "%s", path);
	return 0;
}

/* ---- tcp ---- */

/* IPv4 is compared as IPv6 sees it, so every spelling is the same. */
static bool to_ip6(const struct sockaddr *sa, socklen_t len, struct in6_addr *ip, uint16_t *port)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

	if (len >= (socklen_t)sizeof(*in) && sa->sa_family == AF_INET) {
		*ip = ip_map(in->sin_addr);
		*port = ntohs(in->sin_port);
		return true;
	}
	/* The scope id may be left off: SIN6_LEN_RFC2133. */
	if (len >= (socklen_t)offsetof(struct sockaddr_in6, sin6_scope_id) &&
	    sa->sa_family == AF_INET6) {
		*ip = in6->sin6_addr;
		*port = ntohs(in6->sin6_port);
		return true;
	}
	return false;
}

static bool is_local(const struct in6_addr *ip)
{
	struct ifaddrs *list;
	bool found = ip_connects_to_loopback(ip);
	uint16_t port;

	if (found || getifaddrs(&list) < 0)
		return true; /* what cannot be told apart is protected */
	for (struct ifaddrs *i = list; i && !found; i = i->ifa_next) {
		struct in6_addr mine;
		socklen_t len = sizeof(struct sockaddr_in);

		if (!i->ifa_addr)
			continue;
		if (i->ifa_addr->sa_family == AF_INET6)
			len = sizeof(struct sockaddr_in6);
		found = to_ip6(i->ifa_addr, len, &mine, &port) && IN6_ARE_ADDR_EQUAL(&mine, ip);
	}
	freeifaddrs(list);
	return found;
}

bool identity_match_address(const struct identity *id, const struct sockaddr *sa, socklen_t len)
{
	struct in6_addr ip;
	uint16_t port;

	if (id->n_endpoints == 0 || !to_ip6(sa, len, &ip, &port))
		return false;
	for (size_t i = 0; i < id->n_endpoints; i++) {
		const struct endpoint *e = &id->endpoints[i];

		if (e->port != port)
			continue;
		if (IN6_ARE_ADDR_EQUAL(&e->ip, &ip) || (e->local && is_local(&ip)))
			return true;
	}
	return false;
}

static int add_endpoint(struct identity *id, const struct sockaddr *sa, socklen_t len)
{
	struct endpoint e;

	if (!to_ip6(sa, len, &e.ip, &e.port))
		return 0;
	if (id->n_endpoints == IDENTITY_TCP_MAX)
		return -E2BIG;
	e.local = is_local(&e.ip);
	id->endpoints[id->n_endpoints++] = e;
	return 0;
}

static int protect_tcp(struct identity *id, const struct addr *addr, char *error)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	char port[sizeof("65535")];
	int rc;

	snprintf(port, sizeof(port), "%u", addr->port);
	rc = getaddrinfo(addr->host[0] != '\0' ? addr->host : "localhost", port, &hints, &list);
	if (rc != 0) {
		snprintf(error, IDENTITY_ERROR_MAX, "%s: %s", addr->host, gai_strerror(rc));
		return -ENOENT;
	}
	rc = 0;
	for (struct addrinfo *ai = list; ai && rc == 0; ai = ai->ai_next)
		rc = add_endpoint(id, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(list);
	if (rc < 0)
		snprintf(error, IDENTITY_ERROR_MAX, "more than %d addresses", IDENTITY_TCP_MAX);
	return rc;
}

int identity_protect(struct identity *id, const struct addr *addr, char *error)
{
	return addr->kind == ADDR_UNIX ? protect_path(id, addr->path, error) :
					 protect_tcp(id, addr, error);
}

bool identity_has_tcp(const struct identity *id)
{
	return id->n_endpoints > 0;
}

/* ---- told to the preload library ---- */

static int list_path(char *list, size_t cap, const char *path)
{
	struct shim_endpoint e = { .addr.kind = ADDR_UNIX };
	struct stat st;

	snprintf(e.addr.path, sizeof(e.addr.path), "%s", path);
	if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		e.dev = st.st_dev;
		e.ino = st.st_ino;
	}
	return shim_add(list, cap, &e) ? 0 : -E2BIG;
}

static int list_ip(char *list, size_t cap, const struct in6_addr *ip, uint16_t port)
{
	struct shim_endpoint e = { .addr = { .kind = ADDR_TCP, .port = port } };

	if (IN6_IS_ADDR_V4MAPPED(ip))
		inet_ntop(AF_INET, &ip->s6_addr[12], e.addr.host, sizeof(e.addr.host));
	else
		inet_ntop(AF_INET6, ip, e.addr.host, sizeof(e.addr.host));
	return shim_add(list, cap, &e) ? 0 : -E2BIG;
}

/* Every address of this machine; the library takes all loopback ones for one. */
static int list_local(char *list, size_t cap, uint16_t port)
{
	struct ifaddrs *addrs = NULL;
	int rc = list_ip(list, cap, &in6addr_loopback, port);

	if (getifaddrs(&addrs) < 0)
		return rc;
	for (struct ifaddrs *i = addrs; i && rc == 0; i = i->ifa_next) {
		socklen_t len = sizeof(struct sockaddr_in);
		struct in6_addr ip;
		uint16_t unused;

		if (!i->ifa_addr)
			continue;
		if (i->ifa_addr->sa_family == AF_INET6)
			len = sizeof(struct sockaddr_in6);
		if (to_ip6(i->ifa_addr, len, &ip, &unused) && !ip_connects_to_loopback(&ip))
			rc = list_ip(list, cap, &ip, port);
	}
	freeifaddrs(addrs);
	return rc;
}

static bool is_listed_local(const struct identity *id, size_t before, uint16_t port)
{
	for (size_t i = 0; i < before; i++)
		if (id->endpoints[i].local && id->endpoints[i].port == port)
			return true;
	return false;
}

int identity_list(struct identity *id, char *list, size_t cap)
{
	int rc = identity_look(id);

	list[0] = '\0';
	for (size_t i = 0; i < id->n_paths && rc == 0; i++)
		rc = list_path(list, cap, id->paths[i]);
	for (size_t i = 0; i < id->n_endpoints && rc == 0; i++) {
		const struct endpoint *e = &id->endpoints[i];

		if (!e->local)
			rc = list_ip(list, cap, &e->ip, e->port);
		else if (!is_listed_local(id, i, e->port))
			rc = list_local(list, cap, e->port);
	}
	return rc;
}

/* ---- connections that exist already ---- */

bool identity_match_peer(struct identity *id, int fd)
{
	struct sockaddr_storage peer = { 0 };
	struct sockaddr_un *un = (struct sockaddr_un *)&peer;
	socklen_t len = sizeof(peer);
	struct stat st;

	if (getpeername(fd, (struct sockaddr *)&peer, &len) < 0)
		return false;
	if (peer.ss_family != AF_UNIX)
		return identity_match_address(id, (struct sockaddr *)&peer, len);
	if (len <= offsetof(struct sockaddr_un, sun_path) || un->sun_path[0] == '\0')
		return false;
	/* The name is what the server bound, which may be another than ours. */
	for (size_t i = 0; i < id->n_paths; i++)
		if (strcmp(id->paths[i], un->sun_path) == 0)
			return true;
	return stat(un->sun_path, &st) == 0 && identity_match_inode(id, &st) != 0;
}
