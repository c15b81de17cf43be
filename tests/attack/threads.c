/*
 * Tasks that share less, or more, than threads and processes usually do.
 */
#include "attack.h"

#include <pthread.h>
#include <sys/mman.h>

#define STACK_SIZE (256 * 1024)

static int spare_fd; /* the number at which somebody has a socket, and others have not */

/**
 * run_thread() - Run part of an attack in another thread
 * @run:	The part, as pthread_create() takes it
 *
 * Return: the outcome.
 */
static const char *run_thread(void *(*run)(void *))
{
	pthread_t thread;
	void *said;

	pthread_create(&thread, NULL, run, NULL);
	pthread_join(thread, &said);
	return said;
}

/* Connect the socket with the spare number, and ask who is there. */
static const char *attempt_spare(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);

	return outcome(spare_fd, connect(spare_fd, (struct sockaddr *)&sun, len));
}

static void *in_thread(void *unused)
{
	(void)unused;
	return (void *)attempt(guard);
}

static const char *thread(void)
{
	return run_thread(in_thread);
}

static void *with_own_files(void *unused)
{
	(void)unused;
	must(unshare(CLONE_FILES), "unshare");
	must(dup2(unix_socket(), spare_fd), "dup2");
	return (void *)attempt_spare();
}

/* The thread has a socket where the others have a file. */
static const char *thread_own_files(void)
{
	spare_fd = must(open("/dev/null", O_RDWR), "open");
	return run_thread(with_own_files);
}

static void *with_own_directory(void *unused)
{
	(void)unused;
	must(unshare(CLONE_FS), "unshare");
	must(chdir(dir_of(guard)), "chdir");
	return (void *)attempt(base_of(guard));
}

static const char *thread_own_directory(void)
{
	must(chdir("/"), "chdir");
	return run_thread(with_own_directory);
}

static void *after_the_leader(void *unused)
{
	char state, path[64];
	FILE *stat;

	(void)unused;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	do {
		stat = fopen(path, "re");
		if (!stat || fscanf(stat, "%*d %*[^)]) %c", &state) != 1)
			state = 'Z';
		if (stat)
			fclose(stat);
	} while (state != 'Z' && sched_yield() == 0);
	puts(attempt(guard));
	exit(0);
}

/* The first thread is over, which is what the process id stands for. */
static const char *exited_leader(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, after_the_leader, NULL);
	syscall(SYS_exit, 0);
	return NULL;
}

static const char *said_by_clone;

static int in_clone(void *unused)
{
	(void)unused;
	said_by_clone = attempt(guard);
	return 0;
}

static int in_clone_new_socket(void *unused)
{
	(void)unused;
	must(dup2(unix_socket(), spare_fd), "dup2");
	said_by_clone = attempt_spare();
	return 0;
}

/**
 * cloned() - Run part of an attack in a task that shares memory and is no thread
 * @run:	The part
 * @flags:	More of clone(2)'s flags
 *
 * Return: the outcome.
 */
static const char *cloned(int (*run)(void *), int flags)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	pid_t pid;

	must(stack == MAP_FAILED ? -1 : 0, "mmap");
	pid = must(clone(run, stack + STACK_SIZE, CLONE_VM | SIGCHLD | flags, NULL), "clone");
	waitpid(pid, NULL, 0);
	return said_by_clone;
}

static const char *vfork_child(void)
{
	return cloned(in_clone, CLONE_VFORK);
}

static const char *process_shared_files(void)
{
	return cloned(in_clone, CLONE_FILES);
}

static const char *process_own_files(void)
{
	spare_fd = must(open("/dev/null", O_RDWR), "open");
	return cloned(in_clone_new_socket, 0);
}

static const char *process_shared_directory(void)
{
	return cloned(in_clone, CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
}

/* Without a parent to tell when it ends. */
static const char *process_without_signal(void)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	pid_t pid;

	must(stack == MAP_FAILED ? -1 : 0, "mmap");
	pid = must(clone(in_clone, stack + STACK_SIZE, CLONE_VM, NULL), "clone");
	waitpid(pid, NULL, __WCLONE);
	return said_by_clone;
}

/* Another thread executes a program while this one's connect() is judged. */
static void *connect_for_ever(void *unused)
{
	(void)unused;
	while (attempt(other))
		;
	return NULL;
}

static const char *exec_beside(void)
{
	char *args[] = { (char *)"/proc/self/exe",
			 (char *)"thread",
			 (char *)guard,
			 (char *)other,
			 (char *)work,
			 NULL };
	pthread_t thread;
	int i;

	for (i = 0; i < 4; i++)
		pthread_create(&thread, NULL, connect_for_ever, NULL);
	for (i = 0; i < 100; i++)
		attempt(other);
	execv(args[0], args);
	return strerrorname_np(errno);
}

static const struct attack attacks[] = {
	{ "thread", thread },
	{ "thread_own_files", thread_own_files },
	{ "thread_own_directory", thread_own_directory },
	{ "exited_leader", exited_leader },
	{ "vfork_child", vfork_child },
	{ "process_shared_files", process_shared_files },
	{ "process_own_files", process_own_files },
	{ "process_shared_directory", process_shared_directory },
	{ "process_without_signal", process_without_signal },
	{ "exec_beside", exec_beside },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
