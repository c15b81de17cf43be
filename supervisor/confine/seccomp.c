/*
 * The system calls of the program's own files (needs.h) and of the libraries below
 * it are allowed, another one ends the process.
 *
 * Three calls are judged by their arguments: memory never becomes executable,
 * sockets are of the families that are needed, and what is cloned is a thread.
 * These answer with an error and do not kill, because libraries ask and have
 * another way: a name service module that cannot be loaded is passed over.
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

/* malloc(3), stacks, locks, the ends of threads and processes, assert(3)'s text. */
NEEDS_SYSCALLS("brk munmap mremap madvise exit exit_group futex rt_sigreturn rt_sigprocmask "
	       "restart_syscall getpid gettid getrandom rseq set_robust_list sched_yield "
	       "clock_gettime gettimeofday writev");

/* What getaddrinfo(3) does besides. */
static const char names_syscalls[] =
	"openat read fstat newfstatat lseek close poll ppoll ioctl recvfrom recvmsg sendto sendmmsg "
	"connect bind getsockname getpeername uname fcntl statx readlink getuid geteuid getppid";

extern const char __start_needed_syscalls[], __stop_needed_syscalls[];

#define NAME_MAX_LEN 32

/**
 * allow() - Allow one system call
 * @ctx:	Filter
 * @name:	Its name; not terminated
 * @len:	Length of @name
 *
 * A call that this machine's ABI does not have (epoll_wait on aarch64) is passed
 * over: libc uses another one there, which is named as well.
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
	return nr < 0 ? 0 : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
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
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
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

static int allow_sockets(scmp_filter_ctx ctx, const struct confine_config *c)
{
	const struct {
		unsigned int family;
		bool is_needed;
	} families[] = {
		{ AF_UNIX, true },
		{ AF_INET, c->engine_port != 0 },
		{ AF_INET6, c->engine_port != 0 },
		{ AF_NETLINK, c->names },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(families) / sizeof(families[0]); i++)
		rc = seccomp_rule_add(
			ctx, families[i].is_needed ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EAFNOSUPPORT),
			SCMP_SYS(socket), 1, SCMP_A0_32(SCMP_CMP_EQ, families[i].family));
	return rc;
}

/* abort(3) and assert(3) signal their own thread; nobody else is signalled. */
static int allow_abort(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int build(scmp_filter_ctx ctx, const struct confine_config *c, char *error)
{
	int rc = allow_list(ctx, __start_needed_syscalls, __stop_needed_syscalls, error);

	if (rc == 0 && c->names)
		rc = allow_list(ctx, names_syscalls, names_syscalls + sizeof(names_syscalls),
				error);
	if (rc < 0)
		return rc;
	rc = allow_memory(ctx);
	if (rc == 0)
		rc = allow_threads(ctx);
	if (rc == 0)
		rc = allow_sockets(ctx, c);
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
