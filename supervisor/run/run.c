#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "identity.h"
#include "intercept.h"
#include "launch.h"
#include "notify.h"
#include "preload.h"
#include "proc.h"
#include "redirect.h"
#include "scope.h"
#include "supervise.h"
#include "wall.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true /* the leak check at exit traces the process */
#else
#define SANITIZED false
#endif

#define INHERITED_MAX 256 /* descriptors from 3 on that we were started with */

/**
 * struct run - See run.h
 * @inherited:	Descriptors from 3 on that were open at first
 */
struct run {
	const struct run_config *config; /* borrowed */
	size_t n_inherited;
	int inherited[INHERITED_MAX];
	struct intercept intercept;
	struct launch launch;
	struct notify *notify;	 /* of seccomp mode */
	struct preload *preload; /* of preload mode */
};

static int fail(char *error, const char *text)
{
	snprintf(error, RUN_ERROR_MAX, "%s", text);
	return -EINVAL;
}

/* ---- preparing ---- */

/**
 * check_descriptor() - See that the tool inherits no connection to the engine
 * @id:		Protected sockets
 * @fd:		Descriptor it will have
 * @kept:	It was asked for, so it must be open
 * @error:	On failure, one line
 */
static int check_descriptor(struct identity *id, int fd, bool kept, char *error)
{
	if (kept && fcntl(fd, F_GETFD) < 0) {
		snprintf(error, RUN_ERROR_MAX, "-keep-fd %d: %s", fd, strerror(errno));
		return -EBADF;
	}
	if (!identity_match_peer(id, fd))
		return 0;
	snprintf(
		error, RUN_ERROR_MAX,
		"descriptor %d is a connection to a protected socket, which the tool would inherit",
		fd);
	return -EPERM;
}

static bool is_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	/* Our own, such as the host's root, would not have survived execve(2). */
	return fd >= 3 && flags >= 0 && !(flags & FD_CLOEXEC);
}

static void note_inherited(struct run *r)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL && r->n_inherited < INHERITED_MAX) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (is_inherited(fd))
			r->inherited[r->n_inherited++] = fd;
	}
	if (dir)
		closedir(dir);
}

/**
 * release_inherited() - Let go of what is the tool's now
 * @r:	Run
 *
 * Else who waits at the other end for the tool to close it would wait for us.
 * Standard error stays, for the log.
 */
static void release_inherited(const struct run *r)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		close(fd);
	}
	for (size_t i = 0; i < r->n_inherited; i++)
		close(r->inherited[i]);
}

static int check_descriptors(const struct run *r, char *error)
{
	int rc = 0;

	for (int fd = 0; fd <= 2 && rc == 0; fd++)
		rc = check_descriptor(r->intercept.identity, fd, false, error);
	for (size_t i = 0; i < r->config->n_keep_fds && rc == 0; i++)
		rc = check_descriptor(r->intercept.identity, r->config->keep_fds[i], true, error);
	return rc;
}

static int protect_all(struct run *r, char *error)
{
	char why[IDENTITY_ERROR_MAX], text[ADDR_TEXT_MAX];
	int rc = 0;

	for (size_t i = 0; i < r->config->n_protect && rc == 0; i++) {
		rc = identity_protect(r->intercept.identity, &r->config->protect[i], why);
		if (rc == 0)
			continue;
		addr_format(&r->config->protect[i], text, sizeof(text));
		snprintf(error, RUN_ERROR_MAX, "cannot protect %s: %s", text, why);
	}
	if (rc < 0)
		return rc;
	rc = identity_look(r->intercept.identity);
	if (rc < 0)
		snprintf(error, RUN_ERROR_MAX, "cannot look at the protected sockets: %s",
			 strerror(-rc));
	return rc;
}

static int prepare_identity(struct run *r, char *error)
{
	int rc;

	r->intercept.identity = identity_new();
	if (!r->intercept.identity)
		return fail(error, "out of memory");
	rc = protect_all(r, error);
	return rc == 0 ? check_descriptors(r, error) : rc;
}

static int prepare_intercept(struct run *r, char *error)
{
	struct intercept *i = &r->intercept;
	int rc;

	i->config = r->config;
	pthread_mutex_init(&i->lock, NULL);
	atomic_init(&i->testing, true);
	rc = redirect_open(&i->redirect, error);
	if (rc < 0)
		return rc;
	if (getrandom(i->nonce, sizeof(i->nonce), 0) != sizeof(i->nonce))
		return fail(error, "no random numbers");
	return creds_init(&i->own) < 0 ? fail(error, "cannot read our own status in /proc") : 0;
}

static int prepare_launch(struct run *r, char *error)
{
	struct launch *l = &r->launch;

	l->config = r->config;
	getrlimit(RLIMIT_NOFILE, &l->descriptors);
	sigaction(SIGPIPE, NULL, &l->on_pipe);
	return launch_find_user(&l->user, r->config, error);
}

static int prepare_filter(struct run *r, char *error)
{
	struct launch *l = &r->launch;
	struct filter_config config = { .tcp = identity_has_tcp(r->intercept.identity) };

	l->test_fd = r->intercept.redirect.path_fd;
	l->nonce = r->intercept.nonce;
	l->nonce_len = sizeof(r->intercept.nonce);
	l->scoped = scope_supported();
	config.unscoped = !l->scoped;
	if (filter_build(&l->filter, filter_native(), &config) < 0)
		return fail(error, "the seccomp filter cannot be built");
	return 0;
}

static int prepare(struct run *r, char *error)
{
	int rc = prepare_identity(r, error);

	if (rc == 0)
		rc = prepare_launch(r, error);
	if (rc == 0 && r->config->mode == RUN_SECCOMP)
		rc = prepare_intercept(r, error);
	if (rc == 0 && r->config->mode == RUN_SECCOMP)
		rc = prepare_filter(r, error);
	return rc;
}

struct run *run_new(const struct run_config *config, char *error)
{
	/* One a process, which is about to run the tool or to end: nothing is freed. */
	static struct run the_run;
	struct run *r = &the_run;

	r->config = config;
	note_inherited(r);
	return prepare(r, error) < 0 ? NULL : r;
}

/* ---- starting ---- */

static bool yama_is_strict(void)
{
	char level = '0';
	int fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, &level, 1) != 1)
		level = '0';
	close(fd);
	return level >= '2';
}

static const char *explain_filter(int error)
{
	switch (error) {
	case -EBUSY:
		return "another supervisor has the listener already: cetus-run inside cetus-run, "
		       "or WSL2 with mirrored networking";
	case -EINVAL:
	case -ENOSYS:
		return "the kernel does not report system calls to a supervisor (Linux 5.9 does)";
	case -EPERM:
	case -EACCES:
		return "a seccomp or container profile forbids it";
	default:
		return strerror(-error);
	}
}

static const char *explain_test(const struct run *r, int error)
{
	const char *failed = r->intercept.failed;

	if (!failed)
		return strerror(-error);
	if (strstr(failed, "pidfd") && yama_is_strict())
		return "pidfd_getfd is denied by Yama: kernel.yama.ptrace_scope is 2 or 3, it has "
		       "to be 0 or 1";
	if (strstr(failed, "not permitted"))
		return "pidfd_getfd is denied, as in a container with the default profile: start "
		       "it with --cap-add SYS_PTRACE";
	if (strstr(failed, "not implemented"))
		return "the kernel has no pidfd_getfd (Linux 5.9 or later is needed)";
	return failed;
}

static const char *explain_wall(int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES:
		return "the kernel's settings, a seccomp or container profile or an AppArmor "
		       "restriction forbids it";
	case -ENOSPC:
	case -EUSERS:
		return "the limit is reached, see user.max_user_namespaces and "
		       "user.max_mnt_namespaces";
	case -EINVAL:
	case -ENOSYS:
		return "the kernel has no user namespaces, or / is no mount point";
	default:
		return strerror(-error);
	}
}

/* There can be no wall, which nobody but the caller may do without. */
static int cannot_hide(const struct launch_report *report, char *error)
{
	snprintf(error, RUN_ERROR_MAX,
		 "the tool was not started, -ns is not possible here: %s: %s. Without -ns its "
		 "connections are caught all the same",
		 launch_step_text(report->step), explain_wall(report->error));
	return RUN_EXIT_FAILED;
}

/* What stands in the way, and what is left to do. */
static int cannot(const struct run *r, const struct launch_report *report, char *error)
{
	const char *why = strerror(-report->error);

	if (report->step == LAUNCH_EXEC) {
		snprintf(error, RUN_ERROR_MAX, "%s: %s", r->config->argv[0], why);
		return report->error == -ENOENT ? RUN_EXIT_NOT_FOUND : RUN_EXIT_NOT_EXECUTABLE;
	}
	if (report->step == LAUNCH_NAMESPACE || report->step == LAUNCH_WALL)
		return cannot_hide(report, error);
	if (report->step == LAUNCH_USER || report->step == LAUNCH_DESCRIPTORS ||
	    r->config->mode == RUN_PRELOAD) {
		snprintf(error, RUN_ERROR_MAX, "%s: %s", launch_step_text(report->step), why);
		return RUN_EXIT_FAILED;
	}
	if (report->step == LAUNCH_FILTER)
		why = explain_filter(report->error);
	else if (report->step == LAUNCH_TEST)
		why = explain_test(r, report->error);
	snprintf(error, RUN_ERROR_MAX,
		 "the tool was not started, its connections cannot be caught: %s: %s. For a tool "
		 "that cooperates there is --mode preload",
		 launch_step_text(report->step), why);
	return RUN_EXIT_FAILED;
}

/* A child that has said nothing more, or something unexpected. */
static int silent(char *error, int rc)
{
	snprintf(error, RUN_ERROR_MAX, "the tool was not started: %s",
		 rc < 0 ? strerror(-rc) : "its process ended early");
	return RUN_EXIT_FAILED;
}

/**
 * expect() - Wait until the child has done a step
 * @r:		Run
 * @step:	Step
 * @fd:		Descriptor that came with it
 * @error:	On failure, one line
 *
 * Return: 0 or the exit status to end with.
 */
static int expect(struct run *r, enum launch_step step, int *fd, char *error)
{
	struct launch_report report;
	int rc = launch_receive(&r->launch, &report, fd);

	if (rc <= 0)
		return silent(error, rc);
	if (report.error < 0)
		return cannot(r, &report, error);
	return report.step == step ? 0 : silent(error, -EPROTO);
}

/* The child has put something over the sockets, which stands for them. */
static int protect_cover(struct run *r, char *error)
{
	struct launch_report report = { .step = LAUNCH_WALL };
	int fd, rc = expect(r, LAUNCH_WALL, &fd, error);

	if (rc != 0)
		return rc;
	report.error = identity_add(r->intercept.identity, fd);
	if (report.error == 0 && r->launch.user.uid == 0)
		report.error = wall_map(r->launch.pid);
	if (report.error < 0)
		return cannot_hide(&report, error);
	launch_proceed(&r->launch);
	return 0;
}

static int start_serving(struct run *r, char *error)
{
	int rc = r->config->ready(r->config->data);

	if (rc == 0 && r->preload)
		rc = preload_serve(r->preload);
	if (rc == 0)
		return 0;
	snprintf(error, RUN_ERROR_MAX, "cannot serve: %s", strerror(-rc));
	return RUN_EXIT_FAILED;
}

/* From then on the child's self-test is answered, and it goes on. */
static int start_receiving(struct run *r, int listener_fd, char *error)
{
	int rc;

	r->notify = notify_new(listener_fd, intercept_handle, &r->intercept, &rc);
	if (r->notify)
		return 0;
	snprintf(error, RUN_ERROR_MAX, "cannot receive notifications: %s", strerror(-rc));
	return RUN_EXIT_FAILED;
}

static int wait_for_exec(struct run *r, char *error)
{
	struct launch_report report;
	int fd, rc = launch_receive(&r->launch, &report, &fd);

	if (rc == 0)
		return 0;
	return rc < 0 ? silent(error, rc) : cannot(r, &report, error);
}

/* The child has a filter that hands every connect to us. */
static int catch_by_filter(struct run *r, char *error)
{
	/* The tool's working directory stays what it is. */
	int listener_fd, rc = proc_enter();

	if (rc < 0) {
		snprintf(error, RUN_ERROR_MAX, "cannot use /proc: %s", strerror(-rc));
		return RUN_EXIT_FAILED;
	}
	if (r->config->ns)
		rc = protect_cover(r, error);
	if (rc == 0)
		rc = expect(r, LAUNCH_FILTER, &listener_fd, error);
	if (rc == 0)
		rc = start_serving(r, error);
	if (rc == 0)
		rc = start_receiving(r, listener_fd, error);
	return rc;
}

/* The child has an environment that asks for our library. */
static int catch_by_library(struct run *r, char *error)
{
	int fd, rc = expect(r, LAUNCH_LIBRARY, &fd, error);

	if (rc == 0)
		rc = start_serving(r, error);
	if (rc == 0)
		launch_proceed(&r->launch);
	return rc;
}

static int start(struct run *r, char *error)
{
	int rc;

	/* Nothing of the tool may look into what holds the engine's socket. */
	if (!SANITIZED)
		prctl(PR_SET_DUMPABLE, 0);
	/* Orphans stay ours: to be waited for, and for Yama's descendants only. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	rc = launch_fork(&r->launch);
	if (rc < 0)
		return silent(error, rc);
	rc = r->preload ? catch_by_library(r, error) : catch_by_filter(r, error);
	return rc == 0 ? wait_for_exec(r, error) : rc;
}

static void end_child(const struct run *r)
{
	if (r->launch.pid <= 0)
		return;
	kill(r->launch.pid, SIGKILL);
	waitpid(r->launch.pid, NULL, 0);
}

static int open_preload(struct run *r, char *error)
{
	const struct launch_user *user = &r->launch.user;

	if (r->config->mode != RUN_PRELOAD)
		return 0;
	r->preload = preload_open(r->config, r->intercept.identity, user->uid, user->gid, error);
	r->launch.preload = r->preload;
	return r->preload ? 0 : RUN_EXIT_FAILED;
}

/* The orphans of the tool are children of ours, and no filter tells of their end. */
static void wait_for_orphans(void)
{
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static int stay(struct run *r, int *status, char *error)
{
	bool drains = r->config->linger && r->notify;
	int rc = supervise_tool(r->launch.pid, drains ? notify_drained_fd(r->notify) : -1, status);

	if (rc < 0)
		return silent(error, rc);
	if (r->config->linger && r->preload)
		wait_for_orphans();
	return 0;
}

int run_tool(struct run *r, int *status, char *error)
{
	int rc = open_preload(r, error);

	if (rc == 0) {
		supervise_block_signals(&r->launch.mask);
		rc = start(r, error);
	}
	if (rc == 0) {
		close(r->launch.control_fd);
		release_inherited(r);
		rc = stay(r, status, error);
	}
	if (rc != 0)
		end_child(r);
	preload_close(r->preload);
	return rc;
}

int run_exit_like(int status)
{
	const struct rlimit no_core = { 0, 0 };
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t set;
	int signum;

	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	signum = WTERMSIG(status);
	setrlimit(RLIMIT_CORE, &no_core);
	sigaction(signum, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, signum);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	kill(getpid(), signum);
	return 128 + signum; /* as the first process of a container */
}
