/*
 * The system calls of the program's own files (needs.h) and of the libraries below
 * it are allowed, another one ends the process.
 *
 * Some calls are judged by their arguments: memory never becomes executable,
 * sockets are of the kinds that are needed, sending does not connect, and what is
 * cloned is a thread. Where libraries ask and have another way the answer is an
 * error and not death: a name service module that cannot be loaded is passed over.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "layers.h"
#include "needs.h"

/*
 * malloc(3), stacks, locks, the ends of threads and processes, assert(3)'s text, and
 * qsort(3), which asks how much memory there is before it takes more than 1 KiB.
 */
NEEDS_SYSCALLS("brk munmap mremap madvise exit exit_group futex rt_sigreturn rt_sigprocmask "
	       "restart_syscall getpid gettid getrandom rseq set_robust_list sched_yield "
	       "clock_gettime gettimeofday writev sysinfo");

/* What getaddrinfo(3) does besides. */
static const char names_syscalls[] =
	"read fstat newfstatat lseek close poll ppoll ioctl recvfrom recvmsg "
	"connect bind getsockname getpeername uname fcntl statx readlink getuid geteuid getppid";

/* What finds out where a path leads to; Landlock keeps them from opening it. */
static const char paths_syscalls[] = "openat2 readlink readlinkat close";

/* What makes a file and has it take another's place; Landlock says where. */
static const char replace_syscalls[] =
	"fstat newfstatat fchmod fchown fchown32 fsync rename renameat renameat2 unlink unlinkat "
	"read close";

extern const char __start_needed_syscalls[], __stop_needed_syscalls[];

#define NAME_MAX_LEN 32

/**
 * allow() - Allow one system call
 * @ctx:	Filter
 * @name:	Its name; not terminated
 * @len:	Length of @name
 *
 * libseccomp knows calls that this machine's ABI lacks by negative numbers: it
 * passes over those that have gone (epoll_wait on aarch64), and finds those that
 * go through another (connect on i386).
 *
 * Return: 0 or -errno; -EINVAL for no system call at all.
 */
static int allow(scmp_filter_ctx ctx, const char *name, size_t len)
{
	char text[NAME_MAX_LEN] = "";
	int nr;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, name, len);
	nr = seccomp_syscall_resolve_name(text);
	if (nr == __NR_SCMP_ERROR)
		return -EINVAL;
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
}

/**
 * allow_list() - Allow the system calls between blanks and NULs
 * @ctx:	Filter
 * @p:		First byte
 * @end:	Behind the last one
 * @error:	Filled on failure
 *
 * Return: 0 or -errno.
 */
static int allow_list(scmp_filter_ctx ctx, const char *p, const char *end, char *error)
{
	while (p < end) {
		size_t len = 0;
		int rc;

		while (p + len < end && p[len] != ' ' && p[len] != '\0')
			len++;
		rc = len > 0 ? allow(ctx, p, len) : 0;
		if (rc < 0)
			return confine_fail(error, -rc, "%.*s: %s", (int)len, p, strerror(-rc));
		p += len + 1;
	}
	return 0;
}

/* Memory may be had and its protection changed, but not to run code from it. */
static int allow_memory(scmp_filter_ctx ctx)
{
	const struct scmp_arg_cmp not_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect) };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(calls) / sizeof(calls[0]); i++) {
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 1, not_exec);
		if (rc == 0)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), calls[i], 1, exec);
	}
	return rc;
}

/* clone3(2) has its flags in memory, where no filter sees them; libc knows clone(2) too. */
static int allow_threads(scmp_filter_ctx ctx)
{
	int rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	return rc < 0 ? rc :
			seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					 SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

static int allow_socket(scmp_filter_ctx ctx, unsigned int family, unsigned int type)
{
	const unsigned int type_mask = 0xf; /* net/socket.h: SOCK_TYPE_MASK */

	/* With protocol 0, which is not MPTCP: Landlock knows nothing of that. */
	return seccomp_rule_add(
		ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3, SCMP_A0_32(SCMP_CMP_EQ, family),
		SCMP_A1_32(SCMP_CMP_MASKED_EQ, type_mask, type), SCMP_A2_32(SCMP_CMP_EQ, 0));
}

static int allow_sockets(scmp_filter_ctx ctx, const struct confine_config *c)
{
	const struct {
		unsigned int family, type;
		bool is_needed;
	} kinds[] = {
		{ AF_UNIX, SOCK_STREAM, true },
		/* A name server's answer may be too long for a datagram. */
		{ AF_INET, SOCK_STREAM, c->engine_port != 0 || c->names },
		{ AF_INET6, SOCK_STREAM, c->engine_port != 0 || c->names },
		{ AF_INET, SOCK_DGRAM, c->names },
		{ AF_INET6, SOCK_DGRAM, c->names },
		{ AF_NETLINK, SOCK_RAW, c->names },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].is_needed)
			rc = allow_socket(ctx, kinds[i].family, kinds[i].type);
	return rc;
}

/* MSG_FASTOPEN connects where Landlock does not look. */
static int allow_sending(scmp_filter_ctx ctx, const struct confine_config *c)
{
	const struct {
		int nr;
		unsigned int flags_arg;
		bool is_needed;
	} calls[] = {
		{ SCMP_SYS(sendto), 3, true },
		{ SCMP_SYS(sendmsg), 2, true },
		{ SCMP_SYS(sendmmsg), 3, c->names },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].is_needed)
			rc = seccomp_rule_add(
				ctx, SCMP_ACT_ALLOW, calls[i].nr, 1,
				SCMP_CMP(calls[i].flags_arg, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0));
	return rc;
}

/* Without Landlock nothing else would keep files closed. */
static int allow_files(scmp_filter_ctx ctx, const struct confine_config *c)
{
	return seccomp_rule_add(
		ctx, c->n_paths > 0 || c->names ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EACCES),
		SCMP_SYS(openat), 0);
}

/* abort(3) and assert(3) signal their own thread; nobody else is signalled. */
static int allow_abort(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static bool replaces_files(const struct confine_config *c)
{
	for (size_t i = 0; i < c->n_paths; i++)
		if (c->paths[i].use == CONFINE_REPLACE)
			return true;
	return false;
}

static int build(scmp_filter_ctx ctx, const struct confine_config *c, char *error)
{
	int rc = allow_list(ctx, __start_needed_syscalls, __stop_needed_syscalls, error);

	if (rc == 0 && c->names)
		rc = allow_list(ctx, names_syscalls, names_syscalls + sizeof(names_syscalls),
				error);
	if (rc == 0 && c->looks_up_paths)
		rc = allow_list(ctx, paths_syscalls, paths_syscalls + sizeof(paths_syscalls),
				error);
	if (rc == 0 && replaces_files(c))
		rc = allow_list(ctx, replace_syscalls, replace_syscalls + sizeof(replace_syscalls),
				error);
	if (rc < 0)
		return rc;
	rc = allow_memory(ctx);
	if (rc == 0)
		rc = allow_threads(ctx);
	if (rc == 0)
		rc = allow_sockets(ctx, c);
	if (rc == 0)
		rc = allow_sending(ctx, c);
	if (rc == 0)
		rc = allow_files(ctx, c);
	if (rc == 0)
		rc = allow_abort(ctx);
	return rc < 0 ? confine_fail(error, -rc, "cannot build the filter: %s", strerror(-rc)) : 0;
}

int confine_seccomp(const struct confine_config *c, struct confine_report *r, char *error)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc;

	if (!ctx)
		return confine_fail(error, ENOMEM, "out of memory");
	/* Without it libseccomp would set no_new_privs, which is a layer of its own. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1);
	rc = build(ctx, c, error);
	if (rc == 0) {
		rc = seccomp_load(ctx);
		if (rc < 0)
			confine_fail(error, -rc, "%s%s", strerror(-rc),
				     rc == -EACCES ? ", it needs no-new-privs" : "");
	}
	seccomp_release(ctx);
	return rc < 0 ? rc : confine_up(r, "what is not needed ends the process");
}
