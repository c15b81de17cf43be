/*
 * inject - make one system call inside another process, and say what came of it
 *
 *	inject PID NUMBER [ARGUMENT]...
 *
 * An ARGUMENT is a number, a text, or x: and bytes in hexadecimal; texts and bytes
 * are put on the process's stack. The process is stopped in a system call, or at its
 * next one; that instruction is executed once more with other registers, and then it
 * goes on as if nothing had been. It prints the result, or "killed SIGNAL".
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#define ARGS_MAX      6
#define STACK_SKIPPED 4096 /* below what the interrupted function may use */
#define SYSCALL_LEN   2	   /* bytes of the instruction */
#define SYSCALL_INSN  0x050f
#define NO_CALL	      ((unsigned long)-1)

/* Results that say: to be made again (linux/errno.h: ERESTARTSYS to ERESTART_RESTARTBLOCK). */
#define ERESTART_FIRST 512
#define ERESTART_LAST  516

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void wait_stopped(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) < 0)
		die("waitpid");
	if (WIFSTOPPED(status))
		return;
	printf("killed %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	exit(0);
}

static struct user_regs_struct get_regs(pid_t pid)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs) < 0)
		die("PTRACE_GETREGS");
	return regs;
}

static void set_regs(pid_t pid, const struct user_regs_struct *regs)
{
	if (ptrace(PTRACE_SETREGS, pid, 0, regs) < 0)
		die("PTRACE_SETREGS");
}

/* Let it run on, until it stops again. */
static void go_on(pid_t pid, enum __ptrace_request how)
{
	if (ptrace(how, pid, 0, 0) < 0)
		die("ptrace");
	wait_stopped(pid);
}

static bool is_call(pid_t pid, unsigned long ip)
{
	return (ptrace(PTRACE_PEEKTEXT, pid, ip, 0) & 0xffff) == SYSCALL_INSN;
}

/* Stop it; return where it has a system call's instruction, and in "after" how it goes
 * on. In a call, that is the one it waits in, to be made again if it is not over;
 * elsewhere, it is the next. */
static unsigned long stop_at_call(pid_t pid, struct user_regs_struct *after)
{
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		die("PTRACE_ATTACH");
	wait_stopped(pid);
	*after = get_regs(pid);
	if ((long)after->orig_rax >= 0) {
		unsigned long ip = after->rip - SYSCALL_LEN;
		long result = (long)after->rax;

		if (result <= -ERESTART_FIRST && result >= -ERESTART_LAST) {
			after->rip = ip;
			after->rax = after->orig_rax;
		}
		after->orig_rax = NO_CALL;
		return ip;
	}
	while (!is_call(pid, after->rip)) {
		go_on(pid, PTRACE_SINGLESTEP);
		*after = get_regs(pid);
	}
	return after->rip;
}

/* Put a text, or bytes, below the stack; return where that is. */
static unsigned long put_text(pid_t pid, unsigned long *sp, const char *text)
{
	char bytes[256];
	struct iovec here = { bytes, 0 }, there;

	if (strncmp(text, "x:", 2) == 0) {
		for (text += 2; text[0] && text[1] && here.iov_len < sizeof(bytes); text += 2) {
			const char digits[] = { text[0], text[1], '\0' };

			bytes[here.iov_len++] = (char)strtoul(digits, NULL, 16);
		}
	} else {
		here.iov_len = (size_t)snprintf(bytes, sizeof(bytes), "%s", text) + 1;
	}
	*sp -= here.iov_len;
	there = (struct iovec){ (void *)*sp, here.iov_len };
	if (process_vm_writev(pid, &here, 1, &there, 1, 0) < 0)
		die("process_vm_writev");
	return *sp;
}

int main(int argc, char **argv)
{
	struct user_regs_struct after, regs;
	unsigned long args[ARGS_MAX] = { 0 }, ip;
	pid_t pid;

	if (argc < 3 || argc > 3 + ARGS_MAX) {
		fprintf(stderr, "usage: inject PID NUMBER [ARGUMENT]...\n");
		return 2;
	}
	pid = (pid_t)strtol(argv[1], NULL, 10);
	ip = stop_at_call(pid, &after);
	regs = after;

	unsigned long sp = regs.rsp - STACK_SKIPPED;
	for (int i = 3; i < argc; i++)
		args[i - 3] = isdigit((unsigned char)argv[i][0]) || argv[i][0] == '-' ?
				      strtoul(argv[i], NULL, 0) :
				      put_text(pid, &sp, argv[i]);
	regs.rip = ip;
	regs.rax = strtoul(argv[2], NULL, 0);
	regs.orig_rax = NO_CALL;
	regs.rdi = args[0];
	regs.rsi = args[1];
	regs.rdx = args[2];
	regs.r10 = args[3];
	regs.r8 = args[4];
	regs.r9 = args[5];
	set_regs(pid, &regs);
	go_on(pid, PTRACE_SINGLESTEP);
	printf("%ld\n", (long)get_regs(pid).rax);
	set_regs(pid, &after);
	if (ptrace(PTRACE_DETACH, pid, 0, 0) < 0)
		die("PTRACE_DETACH");
	return 0;
}
