/*
 * The file system is closed but for what must be opened again, TCP but for the
 * engine. The rights are those of landlock(7); what the running kernel's version
 * of the interface (ABI) does not know is left out and reported.
 *
 * Landlock does not judge connect(2) on a unix socket's path, so that the engine's
 * socket needs no rule.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "landlock_abi.h"
#include "layers.h"

/* Newer than the kernel headers of Debian 12. */
#define FS_REFER	(1ULL << 13) /* ABI 2, Linux 5.19 */
#define FS_TRUNCATE	(1ULL << 14) /* ABI 3, Linux 6.2 */
#define FS_IOCTL_DEV	(1ULL << 15) /* ABI 5, Linux 6.10 */
#define NET_BIND_TCP	(1ULL << 0)  /* ABI 4, Linux 6.7 */
#define NET_CONNECT_TCP (1ULL << 1)
#define RULE_NET_PORT	2

#define DNS_PORT 53

struct net_port_rule {
	uint64_t allowed_access;
	uint64_t port;
};

/* What each version of the interface adds. */
static const struct {
	struct landlock_ruleset adds;
	size_t size; /* of struct landlock_ruleset, as that version knows it */
} abis[] = {
	[1] = { { .handled_access_fs = (1ULL << 13) - 1 }, 8 },
	[2] = { { .handled_access_fs = FS_REFER }, 8 },
	[3] = { { .handled_access_fs = FS_TRUNCATE }, 8 },
	[4] = { { .handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP }, 16 },
	[5] = { { .handled_access_fs = FS_IOCTL_DEV }, 16 },
	[LANDLOCK_ABI_WITH_SCOPES] = { { .scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX |
						   LANDLOCK_SCOPE_SIGNALS },
				       24 },
};
#define NEWEST_ABI ((int)(sizeof(abis) / sizeof(abis[0])) - 1)

static const uint64_t use_access[] = {
	[CONFINE_READ] = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	[CONFINE_REREAD] = LANDLOCK_ACCESS_FS_READ_FILE,
	[CONFINE_APPEND] = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
	[CONFINE_UNLINK] = LANDLOCK_ACCESS_FS_REMOVE_FILE,
	[CONFINE_REPLACE] = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
			    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
};
_Static_assert(sizeof(use_access) / sizeof(use_access[0]) == CONFINE_USE_NUM,
	       "every use has its rights");

bool confine_owns_folder(const char *path)
{
	/*
	 * Those of the Filesystem Hierarchy Standard, and where keys of others are; "/x/" is
	 * what is right below /x.
	 */
	static const char *const shared[] = {
		"/bin",
		"/boot",
		"/dev",
		"/etc",
		"/home",
		"/lib",
		"/lib64",
		"/media",
		"/mnt",
		"/opt",
		"/proc",
		"/root",
		"/run",
		"/sbin",
		"/srv",
		"/sys",
		"/tmp",
		"/usr",
		"/var",
		"/home/",
		"/usr/",
		"/var/",
		"/etc/ssl",
		"/etc/ssl/private",
		"/etc/pki/tls/private",
	};
	char text[PATH_MAX], folder[PATH_MAX];

	if (snprintf(text, sizeof(text), "%s", path) >= (int)sizeof(text) ||
	    !realpath(dirname(text), folder))
		return false;
	if (strcmp(folder, "/") == 0)
		return false;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		size_t len = strlen(shared[i]);
		bool is_parent = len > 0 && shared[i][len - 1] == '/';

		if (is_parent ? strncmp(folder, shared[i], len) == 0 && !strchr(folder + len, '/') :
				strcmp(folder, shared[i]) == 0)
			return false;
	}
	return true;
}

static int allow_path(int ruleset_fd, const struct confine_path *path, char *error)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = use_access[path->use] };
	struct stat st;
	char room[PATH_MAX];
	const char *name = room;
	int rc = 0;

	/* Where a symbolic link leads is what is opened; what is not there has its name. */
	if (path->use == CONFINE_UNLINK || !realpath(path->path, room))
		snprintf(room, sizeof(room), "%s", path->path);
	if (path->use == CONFINE_APPEND || path->use == CONFINE_UNLINK ||
	    path->use == CONFINE_REPLACE)
		name = dirname(room);
	rule.parent_fd = open(name, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return confine_fail(error, errno, "%s: %s", name, strerror(errno));
	/* What holds for a folder only is not taken for a file. */
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
	if (syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		rc = confine_fail(error, errno, "%s: %s", name, strerror(errno));
	close(rule.parent_fd);
	return rc;
}

/*
 * A file that another may take the place of: its folder, and, where it is a link, the
 * one where it leads to. The file itself besides, which may be mounted alone.
 */
static int allow_reread(int ruleset_fd, const char *path, char *error)
{
	char link[PATH_MAX], target[PATH_MAX];
	const char *folders[2];
	int rc = allow_path(ruleset_fd, &(struct confine_path){ path, CONFINE_READ }, error);

	if (!realpath(path, target))
		return confine_fail(error, errno, "%s: %s", path, strerror(errno));
	folders[1] = confine_owns_folder(target) ? dirname(target) : NULL;
	snprintf(link, sizeof(link), "%s", path);
	folders[0] = confine_owns_folder(path) ? dirname(link) : NULL;
	for (size_t i = 0; rc == 0 && i < 2; i++)
		if (folders[i])
			rc = allow_path(ruleset_fd,
					&(struct confine_path){ folders[i], CONFINE_REREAD },
					error);
	return rc;
}

static int allow_port(int ruleset_fd, uint16_t port, char *error)
{
	struct net_port_rule rule = { .allowed_access = NET_CONNECT_TCP, .port = port };

	if (syscall(SYS_landlock_add_rule, ruleset_fd, RULE_NET_PORT, &rule, 0) < 0)
		return confine_fail(error, errno, "port %u: %s", port, strerror(errno));
	return 0;
}

/*
 * The files and the servers that getaddrinfo(3) asks; what is missing is not asked.
 * resolv.conf is often a link to where another program keeps it up to date.
 */
static int allow_names(int ruleset_fd, bool has_net, char *error)
{
	static const char *const paths[] = { "/etc", "/etc/resolv.conf", "/run/systemd/resolve",
					     "/run/resolvconf", "/run/NetworkManager" };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], F_OK) == 0)
			rc = allow_path(ruleset_fd,
					&(struct confine_path){ paths[i], CONFINE_READ }, error);
	if (rc == 0 && has_net)
		rc = allow_port(ruleset_fd, DNS_PORT, error);
	return rc;
}

static int allow_all(int ruleset_fd, bool has_net, const struct confine_config *c, char *error)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->n_paths; i++)
		rc = c->paths[i].use == CONFINE_REREAD ?
			     allow_reread(ruleset_fd, c->paths[i].path, error) :
			     allow_path(ruleset_fd, &c->paths[i], error);
	if (rc == 0 && has_net && c->engine_port != 0)
		rc = allow_port(ruleset_fd, c->engine_port, error);
	if (rc == 0 && c->names)
		rc = allow_names(ruleset_fd, has_net, error);
	return rc;
}

int confine_landlock(const struct confine_config *c, struct confine_report *r, char *error)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset handled = { 0 };
	int fd, rc, known = abi < NEWEST_ABI ? (int)abi : NEWEST_ABI;

	if (abi < 1) {
		r->state = CONFINE_MISSING;
		snprintf(r->detail, sizeof(r->detail), "not in this kernel, or forbidden: %s",
			 strerror(errno));
		return 0;
	}
	for (int i = 1; i <= known; i++) {
		handled.handled_access_fs |= abis[i].adds.handled_access_fs;
		handled.handled_access_net |= abis[i].adds.handled_access_net;
		handled.scoped |= abis[i].adds.scoped;
	}
	fd = (int)syscall(SYS_landlock_create_ruleset, &handled, abis[known].size, 0);
	if (fd < 0)
		return confine_fail(error, errno, "%s", strerror(errno));
	rc = allow_all(fd, handled.handled_access_net != 0, c, error);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		rc = confine_fail(error, errno, "%s%s", strerror(errno),
				  errno == EPERM ? ", it needs no-new-privs" : "");
	close(fd);
	if (rc < 0)
		return rc;
	return confine_up(r, "files%s%s, ABI %ld", handled.handled_access_net ? ", TCP" : "",
			  handled.scoped ? ", signals and abstract sockets" : "", abi);
}
