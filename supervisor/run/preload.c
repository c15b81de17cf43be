#include "preload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "shim.h"

#ifndef PRELOAD_DIR
#define PRELOAD_DIR "/usr/local/lib/cetusguard"
#endif

#define BELOW_BIN	"../lib/cetusguard"
#define LIBRARY_MAX	400 /* bytes of our own path, NUL included */
#define PORT_TRIES	16  /* ports that are free on 127.0.0.1 and not on ::1 */
#define ACCEPT_PAUSE_MS 100 /* without descriptors or memory for more */
#define COMM_MAX	64
#define EXE_MAX		512 /* bytes of a program's path in the audit log */

enum door { DOOR_UNIX, DOOR_TCP4, DOOR_TCP6, DOOR_NUM };

/**
 * struct preload - See above
 * @config:	Gets the connections
 * @uid:	User of the tool
 * @fds:	Listeners, -1 for none
 * @port:	Of the TCP listeners
 * @library:	Path of the library
 * @dir:	Our directory, "" before there is one
 * @socket:	Path of our socket
 * @protect:	The endpoints as the library reads them
 */
struct preload {
	const struct run_config *config; /* borrowed */
	uid_t uid;
	int fds[DOOR_NUM];
	uint16_t port;
	char library[LIBRARY_MAX + sizeof(BELOW_BIN "/" SHIM_LIBRARY)];
	char dir[64];
	char socket[ADDR_PATH_MAX + 1];
	char protect[SHIM_PROTECT_MAX];
};

static int fail(char *error, const char *what, int rc)
{
	snprintf(error, RUN_ERROR_MAX, "%s: %s", what, strerror(-rc));
	return rc;
}

/* ---- the library ---- */

static bool is_library(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Directory of the program, "" if it cannot be told. */
static void find_own_dir(char *dir)
{
	ssize_t n = readlink("/proc/self/exe", dir, LIBRARY_MAX);
	char *slash = n > 0 && n < LIBRARY_MAX ? memrchr(dir, '/', (size_t)n) : NULL;

	*(slash ? slash : dir) = '\0';
}

/**
 * find_library() - Find the library beside the program, or where it is installed
 * @p:		Gets its path
 * @error:	On failure, where it was looked for
 */
static int find_library(struct preload *p, char *error)
{
	char dir[LIBRARY_MAX], tried[3][LIBRARY_MAX + sizeof(BELOW_BIN "/" SHIM_LIBRARY)];

	find_own_dir(dir);
	snprintf(tried[0], sizeof(tried[0]), "%s/" SHIM_LIBRARY, dir);
	snprintf(tried[1], sizeof(tried[1]), "%s/" BELOW_BIN "/" SHIM_LIBRARY, dir);
	snprintf(tried[2], sizeof(tried[2]), PRELOAD_DIR "/" SHIM_LIBRARY);
	for (size_t i = 0; i < 3; i++) {
		if (!is_library(tried[i]))
			continue;
		if (strpbrk(tried[i], ": \t\n")) {
			snprintf(
				error, RUN_ERROR_MAX,
				"-mode preload: %.400s: a path with a colon or a space in it cannot "
				"be in LD_PRELOAD",
				tried[i]);
			return -EINVAL;
		}
		memcpy(p->library, tried[i], sizeof(p->library));
		return 0;
	}
	snprintf(error, RUN_ERROR_MAX,
		 "-mode preload: the library is not there: %.300s, %.300s, %.300s", tried[0],
		 tried[1], tried[2]);
	return -ENOENT;
}

/* The outer one's library would put its own variables back when the tool is executed. */
static int refuse_nesting(char *error)
{
	if (!getenv(SHIM_SOCKET_VAR))
		return 0;
	snprintf(error, RUN_ERROR_MAX,
		 "-mode preload: " SHIM_SOCKET_VAR " is set: this runs inside another cetus-run "
		 "-mode preload, which guards the tool already");
	return -EBUSY;
}

/* ---- where it connects to ---- */

static int open_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

static int make_directory(struct preload *p, uid_t uid, gid_t gid)
{
	static const char *const parents[] = { "/tmp", "/dev/shm", "/run", "/var/tmp" };
	int rc = -ENOENT;

	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++) {
		snprintf(p->dir, sizeof(p->dir), "%s/cetus-run.XXXXXX", parents[i]);
		if (mkdtemp(p->dir))
			return uid != geteuid() && chown(p->dir, uid, gid) < 0 ? -errno : 0;
		rc = -errno;
	}
	p->dir[0] = '\0';
	return rc;
}

static int open_unix(struct preload *p, uid_t uid, gid_t gid)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int rc = make_directory(p, uid, gid);

	if (rc < 0)
		return rc;
	snprintf(p->socket, sizeof(p->socket), "%s/docker.sock", p->dir);
	memcpy(un.sun_path, p->socket, strlen(p->socket) + 1);
	p->fds[DOOR_UNIX] = open_socket(AF_UNIX);
	if (p->fds[DOOR_UNIX] < 0)
		return p->fds[DOOR_UNIX];
	/* The directory is what keeps others out. */
	if (bind(p->fds[DOOR_UNIX], (struct sockaddr *)&un, sizeof(un)) < 0 ||
	    chmod(un.sun_path, 0666) < 0 || listen(p->fds[DOOR_UNIX], SOMAXCONN) < 0)
		return -errno;
	return 0;
}

static int listen_at(int *fd, const struct sockaddr *sa, socklen_t len)
{
	int on = 1, rc;

	*fd = open_socket(sa->sa_family);
	if (*fd < 0)
		return *fd;
	if (sa->sa_family == AF_INET6)
		setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(*fd, sa, len) == 0 && listen(*fd, SOMAXCONN) == 0)
		return 0;
	rc = -errno;
	close(*fd);
	*fd = -1;
	return rc;
}

/* The same port on both loopback addresses, or on one where there is no IPv6. */
static int open_tcp(struct preload *p)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	int rc = -EADDRINUSE;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int i = 0; i < PORT_TRIES && rc == -EADDRINUSE; i++) {
		socklen_t len = sizeof(in);

		in.sin_port = 0;
		rc = listen_at(&p->fds[DOOR_TCP4], (struct sockaddr *)&in, sizeof(in));
		if (rc < 0)
			break;
		if (getsockname(p->fds[DOOR_TCP4], (struct sockaddr *)&in, &len) < 0)
			return -errno;
		in6.sin6_port = in.sin_port;
		rc = listen_at(&p->fds[DOOR_TCP6], (struct sockaddr *)&in6, sizeof(in6));
		if (rc == -EADDRINUSE) {
			close(p->fds[DOOR_TCP4]);
			p->fds[DOOR_TCP4] = -1;
		}
	}
	if (p->fds[DOOR_TCP4] < 0)
		return rc;
	p->port = ntohs(in.sin_port);
	return 0;
}

struct preload *preload_open(const struct run_config *config, struct identity *identity, uid_t uid,
			     gid_t gid, char *error)
{
	struct preload *p = calloc(1, sizeof(*p));
	int rc;

	if (!p) {
		fail(error, "-mode preload", -ENOMEM);
		return NULL;
	}
	p->config = config;
	p->uid = uid;
	for (int i = 0; i < DOOR_NUM; i++)
		p->fds[i] = -1;
	rc = refuse_nesting(error);
	if (rc == 0)
		rc = find_library(p, error);
	if (rc < 0)
		goto fail;
	rc = identity_list(identity, p->protect, sizeof(p->protect));
	if (rc < 0) {
		fail(error, "-mode preload: the protected addresses", rc);
		goto fail;
	}
	rc = open_unix(p, uid, gid);
	if (rc == 0 && identity_has_tcp(identity))
		rc = open_tcp(p);
	if (rc == 0)
		return p;
	fail(error, "-mode preload: cannot listen for the tool's connections", rc);
fail:
	preload_close(p);
	for (int i = 0; i < DOOR_NUM; i++)
		if (p->fds[i] >= 0)
			close(p->fds[i]);
	free(p);
	return NULL;
}

void preload_close(struct preload *p)
{
	if (!p)
		return;
	if (p->socket[0] != '\0')
		unlink(p->socket);
	if (p->dir[0] != '\0')
		rmdir(p->dir);
	/* The thread that accepts ends with the process and has the rest until then. */
}

/* ---- the tool's environment ---- */

static int set_ld_preload(const struct preload *p)
{
	const char *old = getenv("LD_PRELOAD");
	char *value;
	int rc;

	if (!old || old[0] == '\0')
		return setenv("LD_PRELOAD", p->library, 1) < 0 ? -errno : 0;
	if (asprintf(&value, "%s:%s", p->library, old) < 0)
		return -ENOMEM;
	rc = setenv("LD_PRELOAD", value, 1) < 0 ? -errno : 0;
	free(value);
	return rc;
}

int preload_enter(const struct preload *p)
{
	char port[sizeof("65535")], host[sizeof("unix://") + ADDR_PATH_MAX];

	/* The loader would only warn and go on without. */
	if (access(p->library, R_OK) < 0 || access(p->socket, W_OK) < 0)
		return -errno;
	snprintf(port, sizeof(port), "%u", p->port);
	snprintf(host, sizeof(host), "unix://%s", p->socket);
	if (setenv(SHIM_PRELOAD_VAR, p->library, 1) < 0 ||
	    setenv(SHIM_SOCKET_VAR, p->socket, 1) < 0 ||
	    setenv(SHIM_PROTECT_VAR, p->protect, 1) < 0 || setenv("DOCKER_HOST", host, 1) < 0 ||
	    (p->port != 0 ? setenv(SHIM_TCP_VAR, port, 1) : unsetenv(SHIM_TCP_VAR)) < 0)
		return -errno;
	return set_ld_preload(p);
}

/* ---- its connections ---- */

static void read_comm(pid_t pid, char *comm)
{
	char path[32];
	int fd;
	ssize_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, comm, COMM_MAX - 1);
		close(fd);
	}
	comm[n > 0 ? n : 0] = '\0';
	comm[strcspn(comm, "\n")] = '\0';
}

static void read_exe(pid_t pid, char *exe)
{
	char path[32];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	n = readlink(path, exe, EXE_MAX - 1);
	exe[n > 0 ? n : 0] = '\0';
}

/* Fields of a line of /proc/net/tcp, proc(5): local and remote address, ..., user. */
enum { TCP_LOCAL = 1, TCP_REMOTE = 2, TCP_UID = 7, TCP_FIELDS };

static unsigned long port_of(const char *field)
{
	const char *colon = strchr(field, ':');

	return colon ? strtoul(colon + 1, NULL, 16) : 0;
}

/**
 * is_of_user() - Whether the other end of a loopback connection is a user's
 * @file:	/proc/net/tcp or tcp6
 * @port:	Port of the other end
 * @ours:	Port of our end
 * @uid:	User
 *
 * Return: 1 or 0, -ENOENT if it is not in the file.
 */
static int is_of_user(const char *file, unsigned int port, unsigned int ours, uid_t uid)
{
	FILE *f = fopen(file, "re");
	char line[256], *fields[TCP_FIELDS];
	int found = -ENOENT;

	while (f && fgets(line, sizeof(line), f)) {
		char *rest = line;
		int n = 0;

		while (n < TCP_FIELDS && (fields[n] = strtok_r(rest, " ", &rest)))
			n++;
		if (n == TCP_FIELDS && port_of(fields[TCP_LOCAL]) == port &&
		    port_of(fields[TCP_REMOTE]) == ours)
			found = strtoul(fields[TCP_UID], NULL, 10) == uid && found != 0;
	}
	if (f)
		fclose(f);
	return found;
}

static bool is_tcp_client_ours(const struct preload *p, const struct sockaddr_storage *peer)
{
	unsigned int port = ntohs(peer->ss_family == AF_INET6 ?
					  ((const struct sockaddr_in6 *)peer)->sin6_port :
					  ((const struct sockaddr_in *)peer)->sin_port);
	int v4 = is_of_user("/proc/self/net/tcp", port, p->port, p->uid);
	int v6 = is_of_user("/proc/self/net/tcp6", port, p->port, p->uid);

	return (v4 > 0 && v6 != 0) || (v6 > 0 && v4 != 0);
}

/* A TCP connection tells its user and not its process. */
static void hand_over(const struct preload *p, int fd, const struct sockaddr_storage *peer)
{
	char comm[COMM_MAX] = "", exe[EXE_MAX] = "";
	struct ucred cred = { .uid = p->uid };
	socklen_t len = sizeof(cred);

	if (peer->ss_family == AF_INET || peer->ss_family == AF_INET6) {
		if (!is_tcp_client_ours(p, peer)) {
			log_event(LOG_LEVEL_WARNING, "a TCP client of another user was turned away",
				  NULL);
			close(fd);
			return;
		}
	} else if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.pid > 0) {
		read_comm(cred.pid, comm);
		read_exe(cred.pid, exe);
	}
	p->config->adopt(
		p->config->data, fd,
		&(struct run_client){ .pid = cred.pid, .uid = cred.uid, .comm = comm, .exe = exe });
}

static void accept_one(const struct preload *p, int listen_fd)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t len = sizeof(peer);
	int fd = accept4(listen_fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		hand_over(p, fd, &peer);
	else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		poll(NULL, 0, ACCEPT_PAUSE_MS);
}

static void *accept_all(void *data)
{
	const struct preload *p = data;
	struct pollfd fds[DOOR_NUM];

	for (int i = 0; i < DOOR_NUM; i++)
		fds[i] = (struct pollfd){ .fd = p->fds[i], .events = POLLIN };
	for (;;) {
		if (poll(fds, DOOR_NUM, -1) < 0)
			continue;
		for (int i = 0; i < DOOR_NUM; i++)
			if (fds[i].revents & POLLIN)
				accept_one(p, fds[i].fd);
	}
	return NULL;
}

int preload_serve(struct preload *p)
{
	pthread_t thread;
	int rc = -pthread_create(&thread, NULL, accept_all, p);

	if (rc < 0)
		return rc;
	pthread_detach(thread);
	log_event(LOG_LEVEL_WARNING,
		  "preload mode is cooperative only: it does not see static and Go programs, raw "
		  "system calls, set-user-ID programs, and what such programs start with an "
		  "environment of their own (env -i)",
		  "library", p->library, "socket", p->socket, NULL);
	return 0;
}
