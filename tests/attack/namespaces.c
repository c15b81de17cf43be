/*
 * The guarded socket seen from other mounts, roots and namespaces. Every attack
 * makes a user namespace of its own, so that no privilege is needed.
 */
#include "attack.h"

#include <sys/mount.h>

/* An empty file or directory to mount on. */
static const char *new_file(const char *name)
{
	const char *path = in_work(name);

	close(must(open(path, O_CREAT | O_EXCL | O_WRONLY, 0600), "create"));
	return path;
}

static const char *new_directory(const char *name)
{
	const char *path = in_work(name);

	must(mkdir(path, 0755), "mkdir");
	return path;
}

/**
 * bind_mount() - Show something in another place
 * @from:	Path
 * @to:		Path, exists
 * @flags:	More of mount(2)'s flags
 *
 * Return: @to.
 */
static const char *bind_mount(const char *from, const char *to, unsigned long flags)
{
	must(mount(from, to, NULL, MS_BIND | flags, NULL), "mount");
	return to;
}

static const char *bind_file(void)
{
	enter_userns(CLONE_NEWNS);
	return attempt(bind_mount(guard, new_file("bound"), 0));
}

static const char *bind_directory(void)
{
	enter_userns(CLONE_NEWNS);
	bind_mount(dir_of(guard), new_directory("bound"), MS_REC);
	return attempt(format("%s/%s", in_work("bound"), base_of(guard)));
}

static const char *bind_root(void)
{
	enter_userns(CLONE_NEWNS);
	bind_mount("/", new_directory("bound"), MS_REC);
	return attempt(format("%s%s", in_work("bound"), guard));
}

static const char *moved_mount(void)
{
	enter_userns(CLONE_NEWNS);
	bind_mount(guard, new_file("bound"), 0);
	must(mount(in_work("bound"), new_file("moved"), NULL, MS_MOVE, NULL), "move");
	return attempt(in_work("moved"));
}

/* Out of a mount and back by "..", where a mount has a parent. */
static const char *dots_over_mount(void)
{
	enter_userns(CLONE_NEWNS);
	bind_mount(work, new_directory("bound"), 0);
	return attempt(
		format("%s/../../%s/%s", in_work("bound"), base_of(dir_of(guard)), base_of(guard)));
}

static const char *overmounted_by_other(void)
{
	enter_userns(CLONE_NEWNS);
	return attempt(bind_mount(other, guard, 0));
}

/* Other's name leads to the guarded socket, and the guarded name to other's. */
static const char *mounts_exchanged(void)
{
	const char *kept;

	enter_userns(CLONE_NEWNS);
	kept = bind_mount(guard, new_file("kept"), 0);
	bind_mount(other, guard, 0);
	return attempt(bind_mount(kept, other, 0));
}

static const char *overlay(void)
{
	const char *merged = new_directory("merged");

	enter_userns(CLONE_NEWNS);
	must(mount("overlay", merged, "overlay", 0,
		   format("lowerdir=%s,upperdir=%s,workdir=%s", dir_of(guard),
			  new_directory("upper"), new_directory("scratch"))),
	     "mount overlay");
	return attempt(format("%s/%s", merged, base_of(guard)));
}

static const char *changed_root(void)
{
	enter_userns(0);
	must(chroot(dir_of(guard)), "chroot");
	return attempt(format("/%s", base_of(guard)));
}

static const char *changed_root_dots(void)
{
	enter_userns(0);
	must(chroot(dir_of(guard)), "chroot");
	must(chdir("/"), "chdir");
	return attempt(format("/../../../%s", base_of(guard)));
}

/* The working directory is outside the root, where ".." has no end. */
static const char *outside_changed_root(void)
{
	enter_userns(0);
	must(chdir(work), "chdir");
	must(chroot(new_directory("root")), "chroot");
	return attempt(format("../%s/%s", base_of(dir_of(guard)), base_of(guard)));
}

/* An absolute link means another thing below another root. */
static const char *link_in_changed_root(void)
{
	new_directory("root");
	must(symlink("/s", in_work("root/link")), "symlink");
	must(link(guard, in_work("root/s")), "link");
	enter_userns(0);
	must(chroot(in_work("root")), "chroot");
	return attempt("/link");
}

static const char *pivoted_root(void)
{
	enter_userns(CLONE_NEWNS);
	bind_mount(dir_of(guard), new_directory("root"), MS_REC);
	must(chdir(in_work("root")), "chdir");
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(chdir("/"), "chdir");
	return attempt(format("/%s", base_of(guard)));
}

static const char *user_namespace(void)
{
	enter_userns(0);
	return attempt(guard);
}

/* Nobody has said which user this is. */
static const char *user_namespace_unmapped(void)
{
	must(unshare(CLONE_NEWUSER), "unshare");
	return attempt(guard);
}

static const char *user_namespace_twice(void)
{
	enter_userns(0);
	must(unshare(CLONE_NEWUSER), "unshare");
	return attempt(guard);
}

static const char *network_namespace(void)
{
	enter_userns(CLONE_NEWNET);
	return attempt(guard);
}

/* All there are. */
static const char *every_namespace(void)
{
	enter_userns(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
	return attempt(guard);
}

static const char *attempt_guard(void)
{
	return attempt(guard);
}

static const char *pid_namespace(void)
{
	enter_userns(CLONE_NEWPID | CLONE_NEWNS);
	return in_child(attempt_guard);
}

/* A /proc whose numbers are not those outside. */
static const char *attempt_own_proc(void)
{
	must(mount("proc", "/proc", "proc", 0, NULL), "mount proc");
	return attempt(format("/proc/self/root%s", guard));
}

static const char *pid_namespace_proc_self(void)
{
	enter_userns(CLONE_NEWPID | CLONE_NEWNS);
	return in_child(attempt_own_proc);
}

static const char *attempt_own_proc_number(void)
{
	must(mount("proc", "/proc", "proc", 0, NULL), "mount proc");
	return attempt(format("/proc/1/root%s", guard));
}

static const char *pid_namespace_proc_1(void)
{
	enter_userns(CLONE_NEWPID | CLONE_NEWNS);
	return in_child(attempt_own_proc_number);
}

static const char *attempt_own_proc_fd(void)
{
	int fd = must(open(guard, O_PATH), "open");

	must(mount("proc", "/proc", "proc", 0, NULL), "mount proc");
	return attempt(format("/proc/self/fd/%d", fd));
}

static const char *pid_namespace_proc_fd(void)
{
	enter_userns(CLONE_NEWPID | CLONE_NEWNS);
	return in_child(attempt_own_proc_fd);
}

/* The /proc of outside, where "self" of a process of the namespace is its number there. */
static const char *attempt_outer_proc(void)
{
	return attempt(format("/proc/self/root%s", guard));
}

static const char *pid_namespace_outer_proc(void)
{
	enter_userns(CLONE_NEWPID | CLONE_NEWNS);
	return in_child(attempt_outer_proc);
}

/* Nothing of /proc is left where the process looks. */
static const char *proc_hidden(void)
{
	enter_userns(CLONE_NEWNS);
	must(mount("tmpfs", "/proc", "tmpfs", 0, NULL), "mount");
	return attempt(guard);
}

/* Something that only looks like /proc. */
static const char *proc_forged(void)
{
	enter_userns(CLONE_NEWNS);
	must(mount("tmpfs", "/proc", "tmpfs", 0, NULL), "mount");
	must(mkdir("/proc/self", 0755), "mkdir");
	must(symlink("/", "/proc/self/root"), "symlink");
	return attempt(format("/proc/self/root%s", guard));
}

/* The mounts of a child, entered by its parent. */
static const char *entered_namespace(void)
{
	int up[2], mounts;
	char byte;
	pid_t pid;

	new_file("bound");
	must(pipe(up), "pipe");
	enter_userns(0);
	pid = must(fork(), "fork");
	if (pid == 0) {
		must(unshare(CLONE_NEWNS), "unshare");
		bind_mount(guard, in_work("bound"), 0);
		must(write(up[1], "x", 1), "write");
		pause();
	}
	must(read(up[0], &byte, 1), "read");
	mounts = must(open(format("/proc/%d/ns/mnt", pid), O_RDONLY), "open");
	must(setns(mounts, CLONE_NEWNS), "setns");
	kill(pid, SIGKILL);
	return attempt(in_work("bound"));
}

/* A mount that hangs below no directory, reached through a descriptor only. */
static const char *detached_mount(void)
{
	int fd;

	enter_userns(CLONE_NEWNS);
	fd = must(syscall(SYS_open_tree, AT_FDCWD, dir_of(guard), 1 /* OPEN_TREE_CLONE */),
		  "open_tree");
	return attempt(format("/proc/self/fd/%d/%s", fd, base_of(guard)));
}

/* Without a namespace of its own: the supervisor sees this /proc, too. What it opens
 * by number leads to the guarded socket there, and the process itself is real. */
static const char *proc_overmounted(void)
{
	const char *kept = new_directory("proc");
	int i;

	must(mount("/proc", kept, NULL, MS_BIND | MS_REC, NULL), "mount");
	must(mount("tmpfs", "/proc", "tmpfs", 0, NULL), "mount");
	must(mkdir("/proc/self", 0755), "mkdir");
	must(mkdir("/proc/self/fd", 0755), "mkdir");
	for (i = 0; i < 1024; i++)
		must(symlink(guard, format("/proc/self/fd/%d", i)), "symlink");
	must(symlink(format("%s/%d", kept, getpid()), format("/proc/%d", getpid())), "symlink");
	must(symlink("self", "/proc/thread-self"), "symlink");
	return attempt(other);
}

/* The guarded name is covered for the supervisor, too, and the socket is under another. */
static const char *guard_overmounted(void)
{
	bind_mount(guard, new_file("kept"), 0);
	bind_mount(other, guard, 0);
	return attempt(in_work("kept"));
}

static const struct attack attacks[] = {
	{ "bind_file", bind_file },
	{ "bind_directory", bind_directory },
	{ "bind_root", bind_root },
	{ "moved_mount", moved_mount },
	{ "dots_over_mount", dots_over_mount },
	{ "overmounted_by_other", overmounted_by_other },
	{ "mounts_exchanged", mounts_exchanged },
	{ "overlay", overlay },
	{ "changed_root", changed_root },
	{ "changed_root_dots", changed_root_dots },
	{ "outside_changed_root", outside_changed_root },
	{ "link_in_changed_root", link_in_changed_root },
	{ "pivoted_root", pivoted_root },
	{ "user_namespace", user_namespace },
	{ "user_namespace_unmapped", user_namespace_unmapped },
	{ "user_namespace_twice", user_namespace_twice },
	{ "network_namespace", network_namespace },
	{ "every_namespace", every_namespace },
	{ "pid_namespace", pid_namespace },
	{ "pid_namespace_proc_self", pid_namespace_proc_self },
	{ "pid_namespace_proc_1", pid_namespace_proc_1 },
	{ "pid_namespace_proc_fd", pid_namespace_proc_fd },
	{ "pid_namespace_outer_proc", pid_namespace_outer_proc },
	{ "proc_hidden", proc_hidden },
	{ "proc_forged", proc_forged },
	{ "entered_namespace", entered_namespace },
	{ "detached_mount", detached_mount },
	{ "proc_overmounted", proc_overmounted },
	{ "guard_overmounted", guard_overmounted },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
