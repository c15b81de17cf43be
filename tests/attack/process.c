/*
 * Attacks by what a process may do to itself, to its children, to others and to
 * whoever supervises it: filters, ptrace, signals, credentials, terminals.
 *
 * The runner gives the process id of a bystander of the same user, outside, which
 * holds a connection to the guarded socket as its descriptor 7.
 */
#include "attack.h"

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <grp.h>
#include <stdint.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <termios.h>

#define NOBODY 65534

static const char *attempt_guard(void)
{
	return attempt(guard);
}

/* ---- filters ---- */

/**
 * filter_connect() - Load a filter of one's own
 * @action:	What it says to connect(); the rest is allowed
 * @flags:	As seccomp(2)'s
 *
 * Return: what seccomp(2) returned.
 */
static long filter_connect(unsigned action, unsigned flags)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static const char *filter_listener(void)
{
	return result(filter_connect(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

static const char *filtered(unsigned action)
{
	must(filter_connect(action, 0), "seccomp");
	return attempt(guard);
}

static const char *filter_allow(void)
{
	return filtered(SECCOMP_RET_ALLOW);
}

static const char *filter_trace(void)
{
	return filtered(SECCOMP_RET_TRACE);
}

static const char *filter_log(void)
{
	return filtered(SECCOMP_RET_LOG);
}

static const char *filter_errno(void)
{
	return filtered(SECCOMP_RET_ERRNO | EPERM);
}

static const char *filter_notify(void)
{
	return filtered(SECCOMP_RET_USER_NOTIF);
}

/* ---- tracing one's own child ---- */

static struct sockaddr_un guard_sun;
static socklen_t guard_len;

/* The child's getppid() becomes the connect() it does not call itself. */
static const char *traced_child(int fd)
{
	ptrace(PTRACE_TRACEME);
	raise(SIGSTOP);
	errno = -syscall(SYS_getppid);
	return outcome(fd, errno > 0 ? -1 : 0);
}

/**
 * rewrite_getppid() - Run the child until it calls getppid(), and make it connect()
 * @pid:	Child, stopped
 * @fd:		The child's socket
 */
static void rewrite_getppid(pid_t pid, int fd)
{
	struct user_regs_struct regs;
	int status;

	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		must(ptrace(PTRACE_SYSCALL, pid, 0, 0), "ptrace");
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			return;
		must(ptrace(PTRACE_GETREGS, pid, 0, &regs), "ptrace");
		if (regs.orig_rax == SYS_getppid)
			break;
	}
	regs.orig_rax = SYS_connect;
	regs.rdi = fd;
	regs.rsi = (uintptr_t)&guard_sun;
	regs.rdx = guard_len;
	must(ptrace(PTRACE_SETREGS, pid, 0, &regs), "ptrace");
	must(ptrace(PTRACE_DETACH, pid, 0, 0), "ptrace");
}

static const char *ptrace_rewrite(void)
{
	static char said[64];
	int end[2], fd = unix_socket(), status;
	ssize_t n;
	pid_t pid;

	guard_len = address(&guard_sun, guard);
	must(pipe2(end, O_CLOEXEC), "pipe");
	pid = must(fork(), "fork");
	if (pid == 0) {
		const char *mine = traced_child(fd);

		_exit(write(end[1], mine, strlen(mine)) < 0);
	}
	close(end[1]);
	waitpid(pid, &status, 0);
	rewrite_getppid(pid, fd);
	n = read(end[0], said, sizeof(said) - 1);
	waitpid(pid, &status, 0);
	return n > 0 ? said : "silence";
}

static const char *ptrace_suspend_seccomp(void)
{
	pid_t pid = must(fork(), "fork");
	const char *said;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	said = result(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_SUSPEND_SECCOMP));
	kill(pid, SIGKILL);
	return said;
}

/* ---- the bystander and the supervisor ---- */

static pid_t bystander(void)
{
	return atoi(extra[0]);
}

static const char *seize(pid_t pid)
{
	return result(ptrace(PTRACE_SEIZE, pid, 0, 0));
}

static const char *take_descriptor(pid_t pid, int fd)
{
	int pidfd = must(syscall(SYS_pidfd_open, pid, 0), "pidfd_open");

	fd = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	return fd < 0 ? strerrorname_np(errno) : answer_names[answer_of(fd)];
}

static const char *read_memory(pid_t pid)
{
	char byte;
	struct iovec to = { &byte, 1 }, from = { (void *)0x400000, 1 };
	ssize_t n = process_vm_readv(pid, &to, 1, &from, 1, 0);

	/* EFAULT: it could, only nothing is there. */
	return n < 0 && errno != EFAULT ? strerrorname_np(errno) : "ok";
}

static const char *open_memory(pid_t pid)
{
	return result(open(format("/proc/%d/mem", pid), O_RDWR));
}

static const char *open_descriptor(pid_t pid)
{
	return result(open(format("/proc/%d/fd/7", pid), O_RDONLY | O_NONBLOCK | O_PATH));
}

static const char *signal_it(pid_t pid)
{
	return result(kill(pid, 0));
}

static const char *signal_by_pidfd(pid_t pid)
{
	int pidfd = must(syscall(SYS_pidfd_open, pid, 0), "pidfd_open");

	return result(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0));
}

static const char *bystander_ptrace(void)
{
	return seize(bystander());
}

static const char *bystander_descriptor(void)
{
	return take_descriptor(bystander(), 7);
}

static const char *bystander_memory(void)
{
	return read_memory(bystander());
}

static const char *bystander_proc_mem(void)
{
	return open_memory(bystander());
}

static const char *bystander_proc_fd(void)
{
	return open_descriptor(bystander());
}

static const char *bystander_signal(void)
{
	return signal_it(bystander());
}

static const char *bystander_pidfd_signal(void)
{
	return signal_by_pidfd(bystander());
}

static const char *bystander_root(void)
{
	return attempt(format("/proc/%d/root%s", bystander(), guard));
}

static const char *bystander_cwd(void)
{
	return attempt(format("/proc/%d/cwd/%s", bystander(), base_of(guard)));
}

/**
 * every_descriptor() - Try to take each descriptor of the supervisor and use it
 *
 * Return: how many could be taken.
 */
static const char *supervisor_descriptors(void)
{
	int pidfd = must(syscall(SYS_pidfd_open, getppid(), 0), "pidfd_open"), fd, taken = 0;

	for (fd = 0; fd < 256; fd++)
		taken += syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0;
	return format("taken=%d", taken);
}

static const char *supervisor_ptrace(void)
{
	return seize(getppid());
}

static const char *supervisor_memory(void)
{
	return read_memory(getppid());
}

static const char *supervisor_proc_mem(void)
{
	return open_memory(getppid());
}

static const char *supervisor_signal(void)
{
	return signal_it(getppid());
}

/* Every signal that ends or stops a process, each way to send one; then see who is left. */
static const char *supervisor_signals(void)
{
	static const int signals[] = { SIGTERM, SIGHUP,	 SIGINT,  SIGQUIT, SIGUSR1,
				       SIGSTOP, SIGTSTP, SIGKILL, SIGABRT, SIGPIPE };
	union sigval value = { 0 };
	size_t i;

	if (setpgid(0, 0) < 0)
		return strerrorname_np(errno);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		kill(getppid(), signals[i]);
		syscall(SYS_tgkill, getppid(), getppid(), signals[i]);
		sigqueue(getppid(), signals[i], value);
	}
	return attempt(guard);
}

/* To the whole group, which the supervisor is in. */
static const char *group_signals(void)
{
	static const int signals[] = {
		SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		signal(signals[i], SIG_IGN);
		kill(0, signals[i]);
		kill(-getpgrp(), signals[i]);
	}
	return attempt(guard);
}

/* A child of the supervisor's that the supervisor has not started. */
static const char *child_of_supervisor(void)
{
	int end[2], i;
	char byte;

	must(pipe(end), "pipe");
	for (i = 0; i < 5; i++)
		if (must(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0), "clone") == 0)
			_exit(9);
	if (must(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0), "clone") == 0) {
		puts(attempt(guard));
		exit(9);
	}
	close(end[1]);
	return read(end[0], &byte, 1) == 0 ? attempt(guard) : "no end";
}

/* The kernel sends the signal when a pipe can be read. */
static const char *supervisor_sigio(void)
{
	int end[2];

	must(pipe(end), "pipe");
	fcntl(end[0], F_SETOWN, getppid());
	fcntl(end[0], F_SETSIG, SIGKILL);
	fcntl(end[0], F_SETFL, O_ASYNC);
	must(write(end[1], "x", 1), "write");
	return attempt(guard);
}

/* No descriptor can be opened any more where it judges. */
static const char *supervisor_limit(void)
{
	struct rlimit few = { 3, 3 };
	const char *said;

	if (prlimit(getppid(), RLIMIT_NOFILE, &few, NULL) < 0)
		return attempt(guard);
	said = attempt(guard);
	return strcmp(said, "real") == 0 ? said : "not real";
}

/* ---- inherited descriptors ---- */

static const char *inherited_connection(void)
{
	return fcntl(7, F_GETFD) < 0 ? strerrorname_np(errno) : answer_names[answer_of(7)];
}

static const char *inherited_directory(void)
{
	return attempt(format("/proc/self/fd/8/%s", base_of(guard)));
}

static const char *inherited_any(void)
{
	int fd, open_ones = 0;

	for (fd = 3; fd < 1024; fd++)
		open_ones += fcntl(fd, F_GETFD) >= 0;
	return format("open=%d", open_ones);
}

/* ---- terminals ---- */

/**
 * type_into() - Try to type a character where a terminal's reader will see it
 * @request:	ioctl request, all 64 bits of it
 *
 * Return: what came of it.
 */
static const char *type_into(long request)
{
	int master = must(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt"), slave;
	char x = 'x';
	long rc;

	must(grantpt(master) || unlockpt(master) ? -1 : 0, "unlockpt");
	setsid();
	slave = must(open(ptsname(master), O_RDWR), "open");
	ioctl(slave, TIOCSCTTY, 0);
	rc = syscall(SYS_ioctl, slave, request, &x);
	return result(rc);
}

static const char *type_tiocsti(void)
{
	return type_into(TIOCSTI);
}

static const char *type_tiocsti_high(void)
{
	return type_into(TIOCSTI | 1L << 32);
}

static const char *type_tioclinux(void)
{
	return type_into(TIOCLINUX);
}

static const char *child_tiocsti(void)
{
	return in_child(type_tiocsti);
}

static const char *child_tiocsti_high(void)
{
	return in_child(type_tiocsti_high);
}

static const char *child_tioclinux(void)
{
	return in_child(type_tioclinux);
}

static const char *window_size(void)
{
	int master = must(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt");
	struct winsize size = { 24, 80, 0, 0 };

	return result(ioctl(master, TIOCSWINSZ, &size));
}

/* ---- credentials: extra[0] is a socket that only root may connect to ---- */

static const char *attempt_private(void)
{
	return attempt(extra[0]);
}

static void become_nobody(void)
{
	if (getuid() == 0) {
		must(setgroups(0, NULL), "setgroups");
		must(setresgid(NOBODY, NOBODY, NOBODY), "setresgid");
		must(setresuid(NOBODY, NOBODY, NOBODY), "setresuid");
	}
}

static const char *as_nobody(void)
{
	become_nobody();
	return attempt_private();
}

static const char *as_nobody_guard(void)
{
	become_nobody();
	return attempt(guard);
}

static const char *as_nobody_effective(void)
{
	if (getuid() == 0)
		must(seteuid(NOBODY), "seteuid");
	return attempt_private();
}

static const char *as_nobody_files(void)
{
	setfsuid(NOBODY);
	return attempt_private();
}

/* All capabilities, but in a namespace of one's own. */
static const char *as_root_of_namespace(void)
{
	become_nobody();
	must(prctl(PR_SET_DUMPABLE, 1), "prctl");
	enter_userns(0);
	return attempt_private();
}

/* Root without the capability to override the mode of a file. */
static const char *as_root_without_override(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };

	must(syscall(SYS_capset, &header, none), "capset");
	return attempt_private();
}

/* After somebody with less has been served, one with all gets what is due to it. */
static const char *as_root_after_nobody(void)
{
	const char *said = in_child(as_nobody);

	return format("%s then %s", said, attempt_private());
}

/* ---- names in the log ---- */

static const char *forged_name(void)
{
	must(prctl(PR_SET_NAME, "a\"\nlevel=forged"), "prctl");
	return attempt(guard);
}

static const struct attack attacks[] = {
	{ "plain", attempt_guard },
	{ "filter_listener", filter_listener },
	{ "filter_allow", filter_allow },
	{ "filter_trace", filter_trace },
	{ "filter_log", filter_log },
	{ "filter_errno", filter_errno },
	{ "filter_notify", filter_notify },
	{ "ptrace_rewrite", ptrace_rewrite },
	{ "ptrace_suspend_seccomp", ptrace_suspend_seccomp },
	{ "bystander_ptrace", bystander_ptrace },
	{ "bystander_descriptor", bystander_descriptor },
	{ "bystander_memory", bystander_memory },
	{ "bystander_proc_mem", bystander_proc_mem },
	{ "bystander_proc_fd", bystander_proc_fd },
	{ "bystander_signal", bystander_signal },
	{ "bystander_pidfd_signal", bystander_pidfd_signal },
	{ "bystander_root", bystander_root },
	{ "bystander_cwd", bystander_cwd },
	{ "supervisor_descriptors", supervisor_descriptors },
	{ "supervisor_ptrace", supervisor_ptrace },
	{ "supervisor_memory", supervisor_memory },
	{ "supervisor_proc_mem", supervisor_proc_mem },
	{ "supervisor_signal", supervisor_signal },
	{ "supervisor_signals", supervisor_signals },
	{ "supervisor_sigio", supervisor_sigio },
	{ "group_signals", group_signals },
	{ "child_of_supervisor", child_of_supervisor },
	{ "supervisor_limit", supervisor_limit },
	{ "inherited_connection", inherited_connection },
	{ "inherited_directory", inherited_directory },
	{ "inherited_any", inherited_any },
	{ "tiocsti", child_tiocsti },
	{ "tiocsti_high", child_tiocsti_high },
	{ "tioclinux", child_tioclinux },
	{ "window_size", window_size },
	{ "as_nobody", as_nobody },
	{ "as_nobody_guard", as_nobody_guard },
	{ "as_nobody_effective", as_nobody_effective },
	{ "as_nobody_files", as_nobody_files },
	{ "as_root_of_namespace", as_root_of_namespace },
	{ "as_root_without_override", as_root_without_override },
	{ "as_root_after_nobody", as_root_after_nobody },
	{ "forged_name", forged_name },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
