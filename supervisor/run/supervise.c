#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_MS 20 /* how long a stop of the tool must last to become ours */

/* The terminal sends its own to the tool as well; a process sends them to us alone. */
static const int forwarded[] = {
	SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT,
};
#define FORWARDED_NUM (sizeof(forwarded) / sizeof(forwarded[0]))

struct tool {
	pid_t pid;
	bool ended;
	int status;
};

static void fill(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < FORWARDED_NUM; i++)
		sigaddset(set, forwarded[i]);
}

void supervise_block_signals(sigset_t *before)
{
	sigset_t set;

	fill(&set);
	sigprocmask(SIG_BLOCK, &set, before);
}

/* Wait for all that have ended, be it the tool or an orphan of it. */
static void reap(struct tool *t)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != t->pid)
			continue;
		t->ended = true;
		t->status = status;
	}
}

static bool is_stopped(const struct tool *t, int options)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)t->pid, &info, WSTOPPED | WNOHANG | options) == 0 &&
	       info.si_pid == t->pid;
}

/* Without a terminal there is no shell that waits for a stop. */
static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/*
 * The tool has stopped and we have not: stop, too, or the shell would wait for
 * us. Where there is none, whoever continues the tool, one of its own children
 * perhaps, could not continue us. After ^Z both stop and both are continued, in any order; a stop that is
 * over in a moment is that one.
 */
static void stop_with(struct tool *t)
{
	if (t->ended || !is_stopped(t, WNOWAIT))
		return;
	poll(NULL, 0, STOP_MS);
	if (is_stopped(t, 0) && has_terminal())
		kill(getpid(), SIGSTOP);
}

static void on_signal(struct tool *t, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD) {
		reap(t);
		stop_with(t);
	} else if (info->ssi_code <= 0 && !t->ended) {
		kill(t->pid, (int)info->ssi_signo);
	}
}

/**
 * wait_event() - Wait for a signal or for the end of all descendants
 * @t:		Tool
 * @fds:	Signals, then what says that all have ended
 *
 * Return: whether there is more to wait for.
 */
static bool wait_event(struct tool *t, struct pollfd *fds)
{
	struct signalfd_siginfo info;

	if (poll(fds, fds[1].fd < 0 ? 1 : 2, -1) < 0)
		return errno == EINTR;
	if ((fds[0].revents & POLLIN) && read(fds[0].fd, &info, sizeof(info)) == sizeof(info))
		on_signal(t, &info);
	if (fds[1].fd < 0)
		return !t->ended;
	if (!(fds[1].revents & POLLIN))
		return true;
	/* The last one under the filter may have ended before its signal was read. */
	reap(t);
	return !t->ended;
}

int supervise_tool(pid_t pid, int drained_fd, int *status)
{
	struct tool t = { .pid = pid };
	struct pollfd fds[2] = { { .events = POLLIN }, { .fd = drained_fd, .events = POLLIN } };
	sigset_t set;

	fill(&set);
	fds[0].fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fds[0].fd < 0)
		return -errno;
	reap(&t);
	while (wait_event(&t, fds))
		;
	close(fds[0].fd);
	if (!t.ended)
		return -ECHILD;
	*status = t.status;
	return 0;
}
