/*
 * inject - make one system call inside another process, and say what came of it
 *
 *	inject PID NUMBER [ARGUMENT]...
 *
 * An ARGUMENT is a number, a text, or x: and bytes in hexadecimal; texts and bytes
 * are put on the process's stack. The process is stopped where it waits in a system call, that instruction is executed
 * once more with other registers, and then it goes on as if nothing had been. It
 * prints the result, or "killed SIGNAL".
 */
#include <ctype.h>
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
	struct user_regs_struct saved, regs;
	unsigned long args[ARGS_MAX] = { 0 };
	pid_t pid;

	if (argc < 3 || argc > 3 + ARGS_MAX) {
		fprintf(stderr, "usage: inject PID NUMBER [ARGUMENT]...\n");
		return 2;
	}
	pid = (pid_t)strtol(argv[1], NULL, 10);
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		die("ptrace");
	wait_stopped(pid);
	if (ptrace(PTRACE_GETREGS, pid, 0, &saved) < 0)
		die("registers");

	unsigned long sp = saved.rsp - STACK_SKIPPED;
	for (int i = 3; i < argc; i++)
		args[i - 3] = isdigit((unsigned char)argv[i][0]) || argv[i][0] == '-' ?
				      strtoul(argv[i], NULL, 0) :
				      put_text(pid, &sp, argv[i]);
	regs = saved;
	regs.rip -= SYSCALL_LEN;
	regs.rax = strtoul(argv[2], NULL, 0);
	regs.orig_rax = (unsigned long)-1; /* nothing to restart */
	regs.rdi = args[0];
	regs.rsi = args[1];
	regs.rdx = args[2];
	regs.r10 = args[3];
	regs.r8 = args[4];
	regs.r9 = args[5];
	if (ptrace(PTRACE_SETREGS, pid, 0, &regs) < 0 || ptrace(PTRACE_SINGLESTEP, pid, 0, 0) < 0)
		die("step");
	wait_stopped(pid);
	if (ptrace(PTRACE_GETREGS, pid, 0, &regs) < 0)
		die("registers");
	printf("%ld\n", (long)regs.rax);
	/* The interrupted call starts anew. */
	saved.rip -= SYSCALL_LEN;
	saved.rax = saved.orig_rax;
	saved.orig_rax = (unsigned long)-1;
	if (ptrace(PTRACE_SETREGS, pid, 0, &saved) < 0 || ptrace(PTRACE_DETACH, pid, 0, 0) < 0)
		die("detach");
	return 0;
}
