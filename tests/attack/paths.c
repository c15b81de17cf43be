/*
 * Names of the guarded socket: everything a path can be. Also built as a static
 * program, and copied to a set-user-id and to an unreadable one.
 */
#include "attack.h"

#include <sys/prctl.h>

static const char *plain(void)
{
	return attempt(guard);
}

/* Without the C library between. */
static const char *raw(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int fd = unix_socket();

	return outcome(fd, syscall(SYS_connect, fd, &sun, len));
}

static const char *symbolic_link(void)
{
	must(symlink(guard, in_work("link")), "symlink");
	return attempt(in_work("link"));
}

/**
 * link_chain() - Follow a chain of links to the socket
 * @n:	How many links
 *
 * Return: the outcome.
 */
static const char *link_chain(int n)
{
	int i;

	must(symlink(guard, in_work("1")), "symlink");
	for (i = 2; i <= n; i++)
		must(symlink(format("%d", i - 1), in_work(format("%d", i))), "symlink");
	return attempt(in_work(format("%d", n)));
}

static const char *chain_5(void)
{
	return link_chain(5);
}

/* As many as the kernel follows. */
static const char *chain_40(void)
{
	return link_chain(40);
}

static const char *chain_41(void)
{
	return link_chain(41);
}

static const char *link_to_directory(void)
{
	must(symlink(dir_of(guard), in_work("dir")), "symlink");
	return attempt(format("%s/%s", in_work("dir"), base_of(guard)));
}

/* A relative link upwards, through a link to a directory. */
static const char *link_upwards(void)
{
	must(symlink(work, in_work("here")), "symlink");
	must(symlink(format("../%s/%s", base_of(dir_of(guard)), base_of(guard)), in_work("up")),
	     "symlink");
	return attempt(in_work("here/up"));
}

static const char *slashes(void)
{
	return attempt(format("//%s///%s", dir_of(guard), base_of(guard)));
}

static const char *dots(void)
{
	return attempt(
		format("%s/./../%s/./%s", dir_of(guard), base_of(dir_of(guard)), base_of(guard)));
}

static const char *above_root(void)
{
	return attempt(format("/../../..%s", guard));
}

static const char *relative(void)
{
	must(chdir(dir_of(guard)), "chdir");
	return attempt(base_of(guard));
}

static const char *relative_upwards(void)
{
	must(chdir(work), "chdir");
	return attempt(format("../%s/%s", base_of(dir_of(guard)), base_of(guard)));
}

static const char *trailing_slash(void)
{
	return attempt(format("%s/", guard));
}

static const char *hard_link(void)
{
	must(link(guard, in_work("hard")), "link");
	return attempt(in_work("hard"));
}

static const char *renamed(void)
{
	must(rename(guard, in_work("moved")), "rename");
	return attempt(in_work("moved"));
}

static const char *directory_renamed(void)
{
	must(rename(dir_of(guard), in_work("moved")), "rename");
	return attempt(format("%s/%s", in_work("moved"), base_of(guard)));
}

static const char *hard_link_alone(void)
{
	must(link(guard, in_work("hard")), "link");
	must(unlink(guard), "unlink");
	return attempt(in_work("hard"));
}

/* No name is left at all, only a descriptor. */
static const char *nameless(void)
{
	int fd = must(open(guard, O_PATH), "open");

	must(unlink(guard), "unlink");
	return attempt(format("/proc/self/fd/%d", fd));
}

/* The guarded name leads elsewhere, the socket is where it went. */
static const char *exchanged(void)
{
	must(renameat2(AT_FDCWD, guard, AT_FDCWD, other, RENAME_EXCHANGE), "exchange");
	return attempt(other);
}

static const char *restarted(void)
{
	ask("restart");
	return attempt(guard);
}

static const char *started(void)
{
	ask("start");
	return attempt(guard);
}

/* A new inode that has moved before anybody has looked. */
static const char *restarted_renamed(void)
{
	ask("restart");
	return renamed();
}

static const char *restarted_hard_link_alone(void)
{
	ask("restart");
	return hard_link_alone();
}

static const char *started_renamed(void)
{
	ask("start");
	return renamed();
}

/* ---- through /proc ---- */

static const char *proc_self_root(void)
{
	return attempt(format("/proc/self/root%s", guard));
}

static const char *proc_thread_self_root(void)
{
	return attempt(format("/proc/thread-self/root%s", guard));
}

static const char *proc_task_root(void)
{
	return attempt(format("/proc/%d/task/%d/root%s", getpid(), gettid(), guard));
}

static const char *proc_pid_root(void)
{
	return attempt(format("/proc/%d/root%s", getpid(), guard));
}

static const char *proc_parent_root(void)
{
	return attempt(format("/proc/%d/root%s", getppid(), guard));
}

/* The root of another process in here. */
static const char *proc_child_root(void)
{
	return in_child(proc_parent_root);
}

static const char *proc_self_cwd(void)
{
	must(chdir(dir_of(guard)), "chdir");
	return attempt(format("/proc/self/cwd/%s", base_of(guard)));
}

static const char *proc_fd_directory(void)
{
	int fd = must(open(dir_of(guard), O_PATH | O_DIRECTORY), "open");

	return attempt(format("/proc/self/fd/%d/%s", fd, base_of(guard)));
}

static const char *dev_fd_directory(void)
{
	int fd = must(open(dir_of(guard), O_RDONLY | O_DIRECTORY), "open");

	return attempt(format("/dev/fd/%d/%s", fd, base_of(guard)));
}

static const char *proc_fd_socket(void)
{
	return attempt(format("/proc/self/fd/%ld", must(open(guard, O_PATH), "open")));
}

static const char *proc_thread_fd_socket(void)
{
	return attempt(format("/proc/thread-self/fd/%ld", must(open(guard, O_PATH), "open")));
}

/* A link to a link of /proc. */
static const char *link_to_proc_fd(void)
{
	int fd = must(open(guard, O_PATH), "open");

	must(symlink(format("/proc/self/fd/%d", fd), in_work("link")), "symlink");
	return attempt(in_work("link"));
}

static const char *relative_from_proc(void)
{
	must(chdir("/proc/self"), "chdir");
	return attempt(format("root%s", guard));
}

/**
 * parent_paths() - Everything under the parent's /proc directory
 *
 * Bare the parent is the runner, which has nothing to hide; else the supervisor.
 *
 * Return: how often each answered.
 */
static const char *parent_paths(void)
{
	int i, count[ANSWER_NUM + 1] = { 0 };
	const char *said;

	for (i = -2; i < 256; i++) {
		said = attempt(i == -2 ? format("/proc/%d/root%s", getppid(), guard) :
			       i == -1 ? format("/proc/%d/cwd%s", getppid(), guard) :
					 format("/proc/%d/fd/%d", getppid(), i));
		count[strcmp(said, "real") == 0	 ? ANSWER_REAL :
		      strcmp(said, "proxy") == 0 ? ANSWER_PROXY :
		      strcmp(said, "other") == 0 ? ANSWER_OTHER :
						   ANSWER_NONE]++;
	}
	return format("real=%d other=%d", count[ANSWER_REAL], count[ANSWER_OTHER]);
}

/* ---- names that are no paths ---- */

static const char *abstract_same_name(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int fd = unix_socket();

	memmove(sun.sun_path + 1, sun.sun_path, sizeof(sun.sun_path) - 1);
	sun.sun_path[0] = '\0';
	return outcome(fd, connect(fd, (struct sockaddr *)&sun, len));
}

/* The runner listens there. */
static const char *abstract_outside(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, format("@%s", other));
	int fd = unix_socket();

	sun.sun_path[0] = '\0';
	return outcome(fd, connect(fd, (struct sockaddr *)&sun, len - 1));
}

/* ---- whose program it is ---- */

static const char *not_dumpable(void)
{
	must(prctl(PR_SET_DUMPABLE, 0), "prctl");
	return attempt(guard);
}

static const char *with_euid(void)
{
	return format("euid=%s %s", geteuid() == 0 ? "root" : "user", attempt(guard));
}

/* extra[0] is the engine's own socket: is a request judged that the rules deny? */
static const char *engine(void)
{
	static const char request[] = "GET /not/allowed HTTP/1.1\r\nHost: x\r\n\r\n";
	struct sockaddr_un sun;
	socklen_t len = address(&sun, extra[0]);
	char reply[4096] = "";
	int fd = unix_socket();

	if (connect(fd, (struct sockaddr *)&sun, len) < 0)
		return strerrorname_np(errno);
	must(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), "send");
	must(recv(fd, reply, sizeof(reply) - 1, 0), "recv");
	return strstr(reply, "PROXIED") ? "direct" : strstr(reply, "403") ? "judged" : "none";
}

static const char *unguarded(void)
{
	return attempt(other);
}

static const struct attack attacks[] = {
	{ "plain", plain },
	{ "raw", raw },
	{ "unguarded", unguarded },
	{ "symlink", symbolic_link },
	{ "chain_5", chain_5 },
	{ "chain_40", chain_40 },
	{ "chain_41", chain_41 },
	{ "link_to_directory", link_to_directory },
	{ "link_upwards", link_upwards },
	{ "slashes", slashes },
	{ "dots", dots },
	{ "above_root", above_root },
	{ "relative", relative },
	{ "relative_upwards", relative_upwards },
	{ "trailing_slash", trailing_slash },
	{ "hard_link", hard_link },
	{ "renamed", renamed },
	{ "directory_renamed", directory_renamed },
	{ "hard_link_alone", hard_link_alone },
	{ "nameless", nameless },
	{ "exchanged", exchanged },
	{ "restarted", restarted },
	{ "started", started },
	{ "restarted_renamed", restarted_renamed },
	{ "restarted_hard_link_alone", restarted_hard_link_alone },
	{ "started_renamed", started_renamed },
	{ "proc_self_root", proc_self_root },
	{ "proc_thread_self_root", proc_thread_self_root },
	{ "proc_task_root", proc_task_root },
	{ "proc_pid_root", proc_pid_root },
	{ "proc_child_root", proc_child_root },
	{ "proc_self_cwd", proc_self_cwd },
	{ "proc_fd_directory", proc_fd_directory },
	{ "dev_fd_directory", dev_fd_directory },
	{ "proc_fd_socket", proc_fd_socket },
	{ "proc_thread_fd_socket", proc_thread_fd_socket },
	{ "link_to_proc_fd", link_to_proc_fd },
	{ "relative_from_proc", relative_from_proc },
	{ "parent_paths", parent_paths },
	{ "abstract_same_name", abstract_same_name },
	{ "abstract_outside", abstract_outside },
	{ "not_dumpable", not_dumpable },
	{ "with_euid", with_euid },
	{ "engine", engine },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
