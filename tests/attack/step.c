/*
 * step - run a program and kill it after a number of its system calls
 *
 *	step NUMBER PROGRAM ARG...
 *
 * Its children are let be. Exit status 0 if the program was killed, 1 if it ended
 * before.
 */
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long left;
	int status, sig = 0;
	pid_t pid;

	if (argc < 3)
		errx(2, "usage: step NUMBER PROGRAM ARG...");
	left = 2 * atol(argv[1]);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execv(argv[2], argv + 2);
		err(2, "%s", argv[2]);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	while (left-- > 0) {
		ptrace(PTRACE_SYSCALL, pid, 0, sig);
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			return 1;
		sig = WSTOPSIG(status) & 0x7f;
		if (sig == SIGTRAP)
			sig = 0;
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return 0;
}
