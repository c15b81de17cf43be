/*
 * The filter: what happens to a system call, by architecture, number and
 * arguments. The compiled program is run by a small interpreter.
 */
#include "cmocka_prelude.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "run/filter.h"

#define X64  AUDIT_ARCH_X86_64
#define I386 AUDIT_ARCH_I386
#define A64  AUDIT_ARCH_AARCH64
#define ARM  AUDIT_ARCH_ARM
#define X32  0x40000000
#define FAST 0x20000000 /* MSG_FASTOPEN */
#define HIGH (1ULL << 32)

#define ALLOW	 SECCOMP_RET_ALLOW
#define NOTIFY	 SECCOMP_RET_USER_NOTIF
#define KILL	 SECCOMP_RET_KILL_PROCESS
#define ERROR(e) (SECCOMP_RET_ERRNO | (e))

/* clang-format off */
static const struct row {
	uint32_t arch;
	uint32_t nr;
	uint64_t args[4];
	uint32_t plain;		/* with a Landlock domain and without TCP endpoints */
	uint32_t unscoped;	/* without the domain */
	uint32_t tcp;		/* with TCP endpoints */
} x86[] = {
	{ X64, 42, { 0 }, NOTIFY, NOTIFY, NOTIFY },			/* connect */
	{ X64, 0, { 0 }, ALLOW, ALLOW, ALLOW },				/* read */
	{ X64, 41, { 1, 1, 0 }, ALLOW, ALLOW, ALLOW },			/* socket */
	{ X64, 43, { 0 }, ALLOW, ALLOW, ALLOW },			/* accept */
	{ X64, 425, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) }, /* io_uring_setup */
	{ X64, 426, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) }, /* io_uring_enter */
	{ X64, 427, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) }, /* io_uring_register */
	{ X64, 424, { 0 }, ALLOW, ALLOW, ALLOW },			/* pidfd_send_signal */
	{ X64, 428, { 0 }, ALLOW, ALLOW, ALLOW },			/* open_tree */
	{ X64, 323, { 0 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },	/* userfaultfd */
	{ X64, 16, { 0, 0x5412 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) }, /* TIOCSTI */
	{ X64, 16, { 0, HIGH | 0x5412 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },
	{ X64, 16, { 0, 0x541c }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) }, /* TIOCLINUX */
	{ X64, 16, { 0, HIGH | 0x541c }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },
	{ X64, 16, { 0x5412, 0x5413 }, ALLOW, ALLOW, ALLOW },		/* TIOCGWINSZ */
	{ X64, 272, { 0 }, ALLOW, ALLOW, ALLOW },			/* unshare */
	{ X64, 317, { 1, 8 }, ALLOW, ALLOW, ALLOW },			/* seccomp */
	{ X64, 44, { 0, 0, 0, 0x4000 }, ALLOW, ALLOW, ALLOW },		/* sendto */
	{ X64, 44, { 0, 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },
	{ X64, 44, { 0, 0, 0, FAST | 0x4000 }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },
	{ X64, 44, { 0, 0, 0, HIGH | FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },
	{ X64, 46, { 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },	/* sendmsg */
	{ X64, 46, { FAST, FAST, 0, FAST }, ALLOW, ALLOW, ALLOW },
	{ X64, 307, { 0, 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) }, /* sendmmsg */
	{ X64, 101, { 16 }, ALLOW, ERROR(EPERM), ALLOW },		/* ptrace: ATTACH */
	{ X64, 101, { HIGH | 16 }, ALLOW, ERROR(EPERM), ALLOW },
	{ X64, 101, { 0x4206 }, ALLOW, ERROR(EPERM), ALLOW },		/* SEIZE */
	{ X64, 101, { 0 }, ALLOW, ALLOW, ALLOW },			/* TRACEME */
	{ X64, 310, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* process_vm_readv */
	{ X64, 311, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* process_vm_writev */
	{ X64, 438, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* pidfd_getfd */

	/* x32 is not there; a tracer skips a call with -1, which the kernel refuses itself */
	{ X64, X32 | 42, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ X64, X32 | 0, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ X64, X32 | 519, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ X64, 0x80000000, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ X64, 0xfffffffe, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ X64, 0xffffffff, { 0 }, ALLOW, ALLOW, ALLOW },

	{ I386, 362, { 0 }, NOTIFY, NOTIFY, NOTIFY },			/* connect */
	{ I386, 102, { 3 }, NOTIFY, NOTIFY, NOTIFY },			/* socketcall: connect */
	{ I386, 102, { 1 }, ALLOW, ALLOW, ALLOW },			/* socket */
	{ I386, 102, { 2 }, ALLOW, ALLOW, ALLOW },			/* bind */
	{ I386, 102, { 11 }, ALLOW, ALLOW, ERROR(ENOSYS) },		/* sendto, flags unknown */
	{ I386, 102, { 16 }, ALLOW, ALLOW, ERROR(ENOSYS) },		/* sendmsg */
	{ I386, 102, { 20 }, ALLOW, ALLOW, ERROR(ENOSYS) },		/* sendmmsg */
	{ I386, 102, { 9 }, ALLOW, ALLOW, ALLOW },			/* send */
	{ I386, 369, { 0, 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) }, /* sendto */
	{ I386, 369, { 0 }, ALLOW, ALLOW, ALLOW },
	{ I386, 370, { 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },	/* sendmsg */
	{ I386, 345, { 0, 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) }, /* sendmmsg */
	{ I386, 42, { 0 }, ALLOW, ALLOW, ALLOW },			/* pipe */
	{ I386, 425, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ I386, 427, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ I386, 374, { 0 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },	/* userfaultfd */
	{ I386, 54, { 0, 0x5412 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) }, /* ioctl */
	{ I386, 54, { 0, 0x5401 }, ALLOW, ALLOW, ALLOW },
	{ I386, 26, { 16 }, ALLOW, ERROR(EPERM), ALLOW },		/* ptrace */
	{ I386, 347, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* process_vm_readv */

	{ A64, 203, { 0 }, KILL, KILL, KILL },
	{ ARM, 283, { 0 }, KILL, KILL, KILL },
	{ 0, 42, { 0 }, KILL, KILL, KILL },
	{ 0xffffffff, 0, { 0 }, KILL, KILL, KILL },
};

static const struct row arm64[] = {
	{ A64, 203, { 0 }, NOTIFY, NOTIFY, NOTIFY },			/* connect */
	{ A64, 63, { 0 }, ALLOW, ALLOW, ALLOW },			/* read */
	{ A64, 42, { 0 }, ALLOW, ALLOW, ALLOW },			/* nfsservctl */
	{ A64, 425, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ A64, 426, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ A64, 427, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ A64, 282, { 0 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },	/* userfaultfd */
	{ A64, 29, { 0, 0x5412 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) }, /* ioctl */
	{ A64, 29, { 0, HIGH | 0x541c }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },
	{ A64, 29, { 0, 0x5413 }, ALLOW, ALLOW, ALLOW },
	{ A64, 206, { 0, 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) }, /* sendto */
	{ A64, 211, { 0, 0, FAST }, ALLOW, ALLOW, ERROR(EOPNOTSUPP) },	/* sendmsg */
	{ A64, 117, { 16 }, ALLOW, ERROR(EPERM), ALLOW },		/* ptrace */
	{ A64, 117, { 0 }, ALLOW, ALLOW, ALLOW },
	{ A64, 270, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* process_vm_readv */
	{ A64, 271, { 0 }, ALLOW, ERROR(EPERM), ALLOW },
	{ A64, 438, { 0 }, ALLOW, ERROR(EPERM), ALLOW },		/* pidfd_getfd */
	{ ARM, 283, { 0 }, NOTIFY, NOTIFY, NOTIFY },			/* connect */
	{ ARM, 425, { 0 }, ERROR(ENOSYS), ERROR(ENOSYS), ERROR(ENOSYS) },
	{ ARM, 388, { 0 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },	/* userfaultfd */
	{ ARM, 54, { 0, 0x5412 }, ERROR(EPERM), ERROR(EPERM), ERROR(EPERM) },
	{ ARM, 3, { 0 }, ALLOW, ALLOW, ALLOW },				/* read */
	{ X64, 42, { 0 }, KILL, KILL, KILL },
	{ I386, 362, { 0 }, KILL, KILL, KILL },
};
/* clang-format on */

/**
 * interpret() - Run a filter as the kernel would
 * @f:	Filter
 * @d:	System call
 *
 * Return: what it returns.
 */
static uint32_t interpret(const struct filter *f, const struct seccomp_data *d)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < f->len; pc++) {
		const struct sock_filter *i = &f->code[pc];

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(i->k % 4 == 0 && i->k < sizeof(*d));
			memcpy(&a, (const char *)d + i->k, sizeof(a));
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			break;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == i->k ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= i->k ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			pc += a > i->k ? i->jt : i->jf;
			break;
		case BPF_RET | BPF_K:
			return i->k;
		default:
			fail_msg("instruction %zu has code %#x", pc, i->code);
		}
	}
	fail_msg("the filter ends without a verdict");
	return 0;
}

static void check(enum filter_arch arch, const struct row *rows, size_t n)
{
	static const struct filter_config configs[] = {
		{ .unscoped = false, .tcp = false },
		{ .unscoped = true, .tcp = false },
		{ .unscoped = false, .tcp = true },
	};
	static struct filter f;

	for (size_t c = 0; c < N_OF(configs); c++) {
		assert_int_equal(filter_build(&f, arch, &configs[c]), 0);
		for (size_t i = 0; i < n; i++) {
			const struct row *r = &rows[i];
			const uint32_t want[] = { r->plain, r->unscoped, r->tcp };
			struct seccomp_data d = { .arch = r->arch, .nr = (int)r->nr };
			uint32_t got;

			memcpy(d.args, r->args, sizeof(r->args));
			got = interpret(&f, &d);
			if (got != want[c])
				fail_msg("row %zu (arch %#x, nr %u): %#x, expected %#x", i, r->arch,
					 r->nr, got, want[c]);
		}
	}
}

static void judges_x86_64_i386_and_x32(void **state)
{
	(void)state;
	check(FILTER_X86_64, x86, N_OF(x86));
}

static void judges_aarch64_and_arm(void **state)
{
	(void)state;
	check(FILTER_AARCH64, arm64, N_OF(arm64));
}

static void has_room_to_grow(void **state)
{
	const struct filter_config all = { .unscoped = true, .tcp = true };
	static struct filter f;

	(void)state;
	assert_int_equal(filter_build(&f, FILTER_X86_64, &all), 0);
	assert_true(f.len > 20 && f.len < FILTER_LEN_MAX / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_x86_64_i386_and_x32),
		cmocka_unit_test(judges_aarch64_and_arm),
		cmocka_unit_test(has_room_to_grow),
	};

	printf("%zu system calls\n", N_OF(x86) + N_OF(arm64));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
