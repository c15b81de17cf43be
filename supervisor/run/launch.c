#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "id.h"
#include "scope.h"
#include "sys.h"
#include "wall.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* Linux 5.11 */
#endif

static const char *const step_text[] = {
#define X(name, text) [name] = (text),
	LAUNCH_STEPS(X)
#undef X
};
_Static_assert(sizeof(step_text) / sizeof(step_text[0]) == LAUNCH_STEP_NUM,
	       "every step has a text");

const char *launch_step_text(enum launch_step step)
{
	return step < LAUNCH_STEP_NUM ? step_text[step] : "unknown";
}

/* ---- who the tool runs as ---- */

static int find_group(struct launch_user *user, const char *name, char *error)
{
	const struct group *group = getgrnam(name);

	if (group) {
		user->gid = group->gr_gid;
		return 0;
	}
	if (id_parse(name, &user->gid))
		return 0;
	snprintf(error, RUN_ERROR_MAX, "-group %s: no such group", name);
	return -ENOENT;
}

/* The tool's way to the engine is the supervisor. Its file shall not be another. */
static void drop_engine_groups(struct launch_user *user, const struct run_config *config)
{
	struct stat st;
	int kept = 0;

	for (int g = 0; g < user->n_groups; g++) {
		bool engine = false;

		for (size_t i = 0; i < config->n_protect && !engine; i++)
			engine = config->protect[i].kind == ADDR_UNIX &&
				 stat(config->protect[i].path, &st) == 0 && st.st_gid != 0 &&
				 st.st_gid == user->groups[g] && st.st_gid != user->gid;
		if (!engine)
			user->groups[kept++] = user->groups[g];
	}
	user->n_groups = kept;
}

static int find_user(struct launch_user *user, const char *name, char *error)
{
	const struct passwd *passwd = getpwnam(name);

	if (!passwd && id_parse(name, &user->uid))
		passwd = getpwuid(user->uid);
	else if (!passwd) {
		snprintf(error, RUN_ERROR_MAX, "-user %s: no such user", name);
		return -ENOENT;
	}
	if (!passwd) {
		user->gid = user->uid;
		return 0;
	}
	user->uid = passwd->pw_uid;
	user->gid = passwd->pw_gid;
	user->n_groups = LAUNCH_GROUPS_MAX;
	if (getgrouplist(passwd->pw_name, passwd->pw_gid, user->groups, &user->n_groups) < 0) {
		snprintf(error, RUN_ERROR_MAX, "-user %s: too many groups", name);
		return -E2BIG;
	}
	snprintf(user->name, sizeof(user->name), "%s", passwd->pw_name);
	snprintf(user->home, sizeof(user->home), "%s", passwd->pw_dir);
	return 0;
}

int launch_find_user(struct launch_user *user, const struct run_config *config, char *error)
{
	int rc = 0;

	memset(user, 0, sizeof(*user));
	user->uid = geteuid();
	user->gid = getegid();
	user->change = config->user || config->group;
	if (geteuid() != 0 && (user->change || config->allow_setuid)) {
		snprintf(error, RUN_ERROR_MAX, "%s is for root only",
			 config->user  ? "-user" :
			 config->group ? "-group" :
					 "-allow-setuid");
		return -EPERM;
	}
	if (config->user)
		rc = find_user(user, config->user, error);
	if (rc == 0 && config->group)
		rc = find_group(user, config->group, error);
	if (rc == 0)
		drop_engine_groups(user, config);
	return rc;
}

/* ---- the child ---- */

static void report(const struct launch *l, enum launch_step step, int error, int fd)
{
	struct launch_report r = { step, error };
	struct iovec iov = { &r, sizeof(r) };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (sendmsg(l->control_fd, &msg, MSG_NOSIGNAL) < 0)
		_exit(RUN_EXIT_FAILED);
}

static void must(const struct launch *l, enum launch_step step, int rc)
{
	if (rc >= 0)
		return;
	report(l, step, rc, -1);
	_exit(RUN_EXIT_FAILED);
}

static void wait_for_go(const struct launch *l)
{
	char go;

	/* The supervisor is gone, and without it nothing must run. */
	if (recv(l->control_fd, &go, 1, 0) != 1)
		_exit(RUN_EXIT_FAILED);
}

static int become_user(const struct launch_user *user)
{
	int rc;

	if (!user->change)
		return 0;
	rc = sys(setgroups((size_t)user->n_groups, user->groups));
	if (rc == 0)
		rc = sys(setresgid(user->gid, user->gid, user->gid));
	if (rc == 0)
		rc = sys(setresuid(user->uid, user->uid, user->uid));
	if (rc == 0 && user->name[0] != '\0' &&
	    (setenv("USER", user->name, 1) < 0 || setenv("LOGNAME", user->name, 1) < 0 ||
	     setenv("HOME", user->home, 1) < 0))
		rc = -ENOMEM;
	return rc;
}

/* Connect by a name that leads through all that must work, and read the nonce. */
static int test_itself(const struct launch *l)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;
	char got[64];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		return -errno;
	snprintf(un.sun_path, sizeof(un.sun_path), "/proc/self/fd/%d", l->test_fd);
	rc = sys(connect(fd, (struct sockaddr *)&un, sizeof(un)));
	if (rc == 0 && poll(&p, 1, LAUNCH_ANSWER_S * 1000 / 2) != 1)
		rc = -ETIMEDOUT;
	if (rc == 0 && (recv(fd, got, sizeof(got), 0) != (ssize_t)l->nonce_len ||
			memcmp(got, l->nonce, l->nonce_len) != 0))
		rc = -EPROTO;
	close(fd);
	return rc;
}

/* Everything from 3 on closes with exec but what was asked for. */
static int close_descriptors(const struct run_config *config)
{
	int rc = sys(syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC));
	int limit = (int)sysconf(_SC_OPEN_MAX);

	for (int fd = 3; rc == -EINVAL && fd < limit; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (rc < 0 && rc != -EINVAL)
		return rc;
	for (size_t i = 0; i < config->n_keep_fds; i++)
		if (fcntl(config->keep_fds[i], F_SETFD, 0) < 0)
			return -errno;
	return 0;
}

static void tie_to(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(RUN_EXIT_FAILED);
}

static int load_filter(const struct launch *l)
{
	int fd = filter_load(&l->filter);

	if (fd < 0)
		return fd;
	report(l, LAUNCH_FILTER, 0, fd);
	close(fd);
	return 0;
}

static void become(const struct launch *l, pid_t parent)
{
	if (!l->config->ns)
		must(l, LAUNCH_USER, become_user(&l->user));
	/* A change of user undoes the first and the kernel's idea of the second. */
	tie_to(parent);
	prctl(PR_SET_DUMPABLE, 1);
}

/* Its user is who owns the last namespace, see wall.h. */
static void enter_wall(const struct launch *l)
{
	const struct run_config *config = l->config;
	int fd = -1;

	must(l, LAUNCH_NAMESPACE, wall_enter());
	must(l, LAUNCH_WALL, wall_build(config->protect, config->n_protect, &fd));
	must(l, LAUNCH_USER, become_user(&l->user));
	must(l, LAUNCH_NAMESPACE, wall_lock());
	report(l, LAUNCH_WALL, 0, fd);
	close(fd);
	wait_for_go(l);
}

/* Under the filter, as the tool's user, and having tried it. */
static void enter_filter(const struct launch *l, pid_t parent)
{
	if (l->config->ns)
		enter_wall(l);
	if (l->scoped)
		must(l, LAUNCH_SCOPE, scope_enter());
	must(l, LAUNCH_FILTER, load_filter(l));
	become(l, parent);
	must(l, LAUNCH_TEST, test_itself(l));
}

static void enter_library(const struct launch *l, pid_t parent)
{
	become(l, parent);
	must(l, LAUNCH_LIBRARY, preload_enter(l->preload));
	report(l, LAUNCH_LIBRARY, 0, -1);
	wait_for_go(l);
}

static _Noreturn void be_child(const struct launch *l, pid_t parent)
{
	tie_to(parent);
	if (!l->config->allow_setuid)
		must(l, LAUNCH_PRIVILEGES, sys(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
	if (l->preload)
		enter_library(l, parent);
	else
		enter_filter(l, parent);
	must(l, LAUNCH_DESCRIPTORS, close_descriptors(l->config));
	setrlimit(RLIMIT_NOFILE, &l->descriptors);
	sigaction(SIGPIPE, &l->on_pipe, NULL);
	pthread_sigmask(SIG_SETMASK, &l->mask, NULL);
	execvp(l->config->argv[0], (char *const *)l->config->argv);
	must(l, LAUNCH_EXEC, -errno);
	_exit(RUN_EXIT_FAILED);
}

/* ---- the supervisor's side ---- */

int launch_fork(struct launch *l)
{
	struct timeval patience = { .tv_sec = LAUNCH_ANSWER_S };
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	l->pid = fork();
	if (l->pid == 0) {
		close(pair[0]);
		l->control_fd = pair[1];
		be_child(l, parent);
	}
	close(pair[1]);
	l->control_fd = pair[0];
	if (l->pid < 0)
		return -errno;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return 0;
}

int launch_receive(struct launch *l, struct launch_report *r, int *fd)
{
	struct iovec iov = { r, sizeof(*r) };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.room,
			      .msg_controllen = sizeof(control.room) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	do {
		n = recvmsg(l->control_fd, &msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == ECONNRESET)
		return 0;
	if (n <= 0)
		return n == 0 ? 0 : -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return n == sizeof(*r) ? 1 : -EPROTO;
}

void launch_proceed(struct launch *l)
{
	/* A child that is gone is noticed by its silence. */
	(void)!send(l->control_fd, "", 1, MSG_NOSIGNAL);
}
