/*
 * launch - from fork to exec
 *
 * The child goes behind the wall if there is to be one, puts itself under the
 * filter, hands the listener to the supervisor, changes user if asked to, and
 * connects once to see that all of it works before the tool is executed: a
 * notification arrives, the supervisor can read memory and take the socket, a path
 * with magic links in it is resolved, and the other end is the supervisor. If not,
 * the tool never starts.
 *
 * Both sides talk over a socket pair, which closes with exec. The supervisor answers
 * that self-test last: when it has passed, everything is there.
 */
#ifndef RUN_LAUNCH_H
#define RUN_LAUNCH_H

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "filter.h"
#include "preload.h"
#include "run.h"

#define LAUNCH_GROUPS_MAX 1024
#define LAUNCH_ANSWER_S	  10 /* longest a child may take for a step */

/* Steps of the child, and what it says when one fails. */
/* clang-format off */
#define LAUNCH_STEPS(X)								\
	X(LAUNCH_PRIVILEGES,	"no_new_privs cannot be set")			\
	X(LAUNCH_NAMESPACE,	"namespaces cannot be made")			\
	X(LAUNCH_WALL,		"the sockets cannot be hidden in them")		\
	X(LAUNCH_SCOPE,		"a Landlock domain cannot be entered")		\
	X(LAUNCH_FILTER,	"the seccomp filter cannot be loaded")		\
	X(LAUNCH_USER,		"the user or group cannot be changed")		\
	X(LAUNCH_TEST,		"the self-test failed")				\
	X(LAUNCH_LIBRARY,	"the tool cannot have the preload library or reach our socket") \
	X(LAUNCH_DESCRIPTORS,	"inherited descriptors cannot be closed")	\
	X(LAUNCH_EXEC,		"the tool cannot be executed")

enum launch_step {
#define X(name, text) name,
	LAUNCH_STEPS(X)
#undef X
	LAUNCH_STEP_NUM
};
/* clang-format on */

/**
 * struct launch_user - Who the tool runs as
 * @change:	It is another than the supervisor
 */
struct launch_user {
	bool change;
	uid_t uid;
	gid_t gid;
	int n_groups;
	gid_t groups[LAUNCH_GROUPS_MAX];
	char name[64];
	char home[256];
};

/**
 * struct launch - A tool that is being started
 * @config:	Borrowed
 * @user:	Who it runs as
 * @filter:	What it runs under
 * @scoped:	A Landlock domain as well
 * @preload:	Instead of both: what its environment names; NULL in seccomp mode
 * @test_fd:	O_PATH descriptor of the socket the self-test connects to
 * @nonce:	What it must read there; @nonce_len bytes
 * @mask:	Signal mask of the tool
 * @descriptors: Descriptor limit of the tool
 * @pid:	Process
 * @control_fd:	Our end of the socket pair
 */
struct launch {
	const struct run_config *config;
	struct launch_user user;
	struct filter filter;
	bool scoped;
	const struct preload *preload; /* borrowed */
	int test_fd;
	const char *nonce;
	size_t nonce_len;
	sigset_t mask;
	struct rlimit descriptors;
	struct sigaction on_pipe;
	pid_t pid;
	int control_fd;
};

/**
 * struct launch_report - What the child says
 * @step:	Step that is done, or has failed
 * @error:	0 or -errno
 */
struct launch_report {
	enum launch_step step;
	int error;
};

/** launch_step_text() - What a failed step means */
const char *launch_step_text(enum launch_step step);

/**
 * launch_find_user() - Look up who the tool runs as
 * @user:	Filled
 * @config:	Names
 * @error:	On failure, one line; RUN_ERROR_MAX bytes
 *
 * Groups that own a protected socket are left out.
 *
 * Return: 0 or -errno.
 */
int launch_find_user(struct launch_user *user, const struct run_config *config, char *error);

/** launch_fork() - Start the child; 0 or -errno */
int launch_fork(struct launch *l);

/**
 * launch_receive() - Wait for the child's next report
 * @l:		Launch
 * @report:	Filled
 * @fd:		Descriptor that came with it, -1 if none did
 *
 * Return: 1, 0 if the child has executed the tool or is gone, or -errno.
 */
int launch_receive(struct launch *l, struct launch_report *report, int *fd);

/** launch_proceed() - Let the child go on */
void launch_proceed(struct launch *l);

#endif
