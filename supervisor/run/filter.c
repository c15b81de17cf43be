#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOW 0xffffffffULL /* what the kernel looks at in an int argument */

/*
 * What libseccomp shall take for granted: SCMP_ACT_NOTIFY. It would find out by nine
 * system calls, of which the one that loads the filter is the better test.
 */
#define API_LEVEL 5

/* socketcall(2): the number of the call, from linux/net.h. */
#define CALL_SENDTO   11
#define CALL_SENDMSG  16
#define CALL_SENDMMSG 20

enum rule_when { ALWAYS, WHEN_UNSCOPED, WHEN_TCP };

/**
 * struct rule - One system call
 * @name:	Its name; the same on every architecture
 * @action:	What happens
 * @when:	Where the rule is part of the filter
 * @mask:	Bits of argument @arg that are compared, 0 for any argument
 * @value:	What they must be
 */
struct rule {
	const char *name;
	uint32_t action;
	enum rule_when when;
	unsigned int arg;
	uint64_t mask;
	uint64_t value;
};

/* clang-format off */
#define REFUSE(error) SCMP_ACT_ERRNO(error)

static const struct rule rules[] = {
	/* The 32-bit x86 one covers socketcall(SYS_CONNECT) as well. */
	{ "connect", SCMP_ACT_NOTIFY },
	/* A ring connects without a system call. As on a kernel without it. */
	{ "io_uring_setup", REFUSE(ENOSYS) },
	{ "io_uring_enter", REFUSE(ENOSYS) },
	{ "io_uring_register", REFUSE(ENOSYS) },
	/* A page of it in an address would hold up whoever reads the address. */
	{ "userfaultfd", REFUSE(EPERM) },
	/* Typing into the terminal that the supervisor's shell reads from. The
	 * kernel looks at the low half only, and so must we (CVE-2019-10063). */
	{ "ioctl", REFUSE(EPERM), ALWAYS, 1, LOW, TIOCSTI },
	{ "ioctl", REFUSE(EPERM), ALWAYS, 1, LOW, 0x541c /* TIOCLINUX */ },
	/* As on a kernel with client-side TCP fast open turned off. */
	{ "sendto", REFUSE(EOPNOTSUPP), WHEN_TCP, 3, MSG_FASTOPEN, MSG_FASTOPEN },
	{ "sendmsg", REFUSE(EOPNOTSUPP), WHEN_TCP, 2, MSG_FASTOPEN, MSG_FASTOPEN },
	{ "sendmmsg", REFUSE(EOPNOTSUPP), WHEN_TCP, 3, MSG_FASTOPEN, MSG_FASTOPEN },
	{ "ptrace", REFUSE(EPERM), WHEN_UNSCOPED, 0, LOW, PTRACE_ATTACH },
	{ "ptrace", REFUSE(EPERM), WHEN_UNSCOPED, 0, LOW, PTRACE_SEIZE },
	{ "process_vm_readv", REFUSE(EPERM), WHEN_UNSCOPED },
	{ "process_vm_writev", REFUSE(EPERM), WHEN_UNSCOPED },
	{ "pidfd_getfd", REFUSE(EPERM), WHEN_UNSCOPED },
};

/* Only for the 32-bit companion: its flags are in memory, which is no place to look. */
static const struct rule compat_rules[] = {
	{ "socketcall", REFUSE(ENOSYS), WHEN_TCP, 0, LOW, CALL_SENDTO },
	{ "socketcall", REFUSE(ENOSYS), WHEN_TCP, 0, LOW, CALL_SENDMSG },
	{ "socketcall", REFUSE(ENOSYS), WHEN_TCP, 0, LOW, CALL_SENDMMSG },
};
/* clang-format on */

static const struct {
	uint32_t native, compat;	     /* for libseccomp */
	uint32_t audit_native, audit_compat; /* as the kernel has them */
} arches[] = {
	[FILTER_X86_64] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386 },
	[FILTER_AARCH64] = { SCMP_ARCH_AARCH64, SCMP_ARCH_ARM, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM },
};
_Static_assert(sizeof(arches) / sizeof(arches[0]) == FILTER_ARCH_NUM, "every arch has a row");

static bool applies(const struct rule *r, const struct filter_config *config)
{
	return r->when == ALWAYS || (r->when == WHEN_UNSCOPED && config->unscoped) ||
	       (r->when == WHEN_TCP && config->tcp);
}

static int add_rule(scmp_filter_ctx ctx, const struct rule *r)
{
	int nr = seccomp_syscall_resolve_name(r->name);

	if (nr == __NR_SCMP_ERROR)
		return -ENOSYS;
	if (r->mask == 0)
		return seccomp_rule_add(ctx, r->action, nr, 0);
	return seccomp_rule_add(ctx, r->action, nr, 1,
				SCMP_CMP(r->arg, SCMP_CMP_MASKED_EQ, r->mask, r->value));
}

static int add_rules(scmp_filter_ctx ctx, const struct rule *list, size_t n,
		     const struct filter_config *config)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		if (applies(&list[i], config))
			rc = add_rule(ctx, &list[i]);
	return rc;
}

/**
 * new_context() - An empty filter for one architecture
 * @arch:	SCMP_ARCH_*
 *
 * What libseccomp calls a bad architecture is also where x32 calls go, so that
 * is ENOSYS; add_prologue() sees to what is truly another architecture.
 *
 * Return: the filter, or NULL.
 */
static scmp_filter_ctx new_context(uint32_t arch)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (ctx && seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, REFUSE(ENOSYS)) == 0 &&
	    seccomp_arch_add(ctx, arch) != -EINVAL &&
	    (arch == seccomp_arch_native() || seccomp_arch_remove(ctx, seccomp_arch_native()) == 0))
		return ctx;
	seccomp_release(ctx);
	return NULL;
}

/**
 * add_prologue() - Kill what is of no architecture the filter knows
 * @f:		Gets four instructions
 * @arch:	Architecture
 */
static void add_prologue(struct filter *f, enum filter_arch arch)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arches[arch].audit_native, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arches[arch].audit_compat, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};

	memcpy(f->code, code, sizeof(code));
	f->len = sizeof(code) / sizeof(code[0]);
}

/* libseccomp writes to a descriptor, so that is what it gets. */
static int export_code(struct filter *f, scmp_filter_ctx ctx)
{
	size_t room = sizeof(f->code) - f->len * sizeof(f->code[0]);
	int fd = memfd_create("filter", MFD_CLOEXEC), rc;
	ssize_t n;

	if (fd < 0)
		return -errno;
	rc = seccomp_export_bpf(ctx, fd);
	if (rc == 0) {
		n = pread(fd, f->code + f->len, room, 0);
		rc = n < 0 ? -errno : n == 0 || (size_t)n == room ? -E2BIG : 0;
		f->len += n > 0 ? (size_t)n / sizeof(f->code[0]) : 0;
	}
	close(fd);
	return rc;
}

int filter_build(struct filter *f, enum filter_arch arch, const struct filter_config *config)
{
	scmp_filter_ctx ctx, compat;
	const size_t n = sizeof(rules) / sizeof(rules[0]);
	const size_t n_compat = sizeof(compat_rules) / sizeof(compat_rules[0]);
	int rc = seccomp_api_set(API_LEVEL);

	if (rc < 0)
		return rc;
	ctx = new_context(arches[arch].native);
	compat = new_context(arches[arch].compat);
	rc = ctx && compat ? 0 : -ENOMEM;
	if (rc == 0)
		rc = add_rules(ctx, rules, n, config);
	if (rc == 0)
		rc = add_rules(compat, rules, n, config);
	if (rc == 0)
		rc = add_rules(compat, compat_rules, n_compat, config);
	if (rc == 0)
		rc = seccomp_merge(ctx, compat);
	if (rc == 0) {
		compat = NULL; /* the merge took it */
		add_prologue(f, arch);
		rc = export_code(f, ctx);
	}
	if (compat)
		seccomp_release(compat);
	if (ctx)
		seccomp_release(ctx);
	return rc;
}

enum filter_arch filter_native(void)
{
#if defined(__x86_64__)
	return FILTER_X86_64;
#elif defined(__aarch64__)
	return FILTER_AARCH64;
#else
#error "no filter for this architecture"
#endif
}

int filter_load(const struct filter *f)
{
	struct sock_fprog program = {
		.len = (unsigned short)f->len,
		.filter = (struct sock_filter *)f->code,
	};
	unsigned int flags = SECCOMP_FILTER_FLAG_NEW_LISTENER |
			     SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);

	if (fd < 0 && errno == EINVAL)
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			     &program);
	return fd < 0 ? -errno : (int)fd;
}
