/*
 * thunks - what the library exports, and nothing but the way in
 *
 * The C library's own calls of these functions do not pass through here: system(3)
 * and popen(3) start their shell with the process's environment as it is.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "envp.h"
#include "real.h"
#include "redirect.h"
#include "settings.h"

#define EXPORT __attribute__((visibility("default")))

__attribute__((constructor)) static void prepare(void)
{
	real_find_all();
	settings();
}

/* ---- connect ---- */

typedef long connect_fn(int fd, const void *addr, socklen_t len);

/**
 * redirected() - connect(2), to the guard if that is where it should go
 * @how:	The real call
 */
static long redirected(connect_fn *how, int fd, const void *addr, socklen_t len)
{
	struct redirect_target to;
	int saved = errno;
	enum redirect verdict = redirect_judge(settings(), fd, addr, len, &to);

	errno = saved;
	switch (verdict) {
	case REDIRECT_NOT:
		return how(fd, addr, len);
	case REDIRECT_TO:
		return how(fd, &to.addr, to.len);
	case REDIRECT_REFUSED:
		break;
	}
	errno = ECONNREFUSED;
	return -1;
}

static long by_function(int fd, const void *addr, socklen_t len)
{
	return REAL(connect)(fd, addr, len);
}

/* Apart from the function because that is a cancellation point and syscall(2) is not. */
static long by_number(int fd, const void *addr, socklen_t len)
{
	return REAL(syscall)(SYS_connect, (long)fd, addr, (long)len);
}

EXPORT int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	return (int)redirected(by_function, fd, addr, len);
}

EXPORT int __connect(int fd, const struct sockaddr *addr, socklen_t len);

int __connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	return (int)redirected(by_function, fd, addr, len);
}

/* The C library's own reads six arguments too, however many there are. */
EXPORT long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (unsigned int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_connect)
		return redirected(by_number, (int)a[0], (const void *)a[1], (socklen_t)a[2]);
	return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- exec ---- */

/**
 * struct start - One program to start, in one of the ways there are
 * @path:	Path or file name
 * @argv:	Arguments
 * @fd:		Descriptor, for fexecve(3) and execveat(2)
 * @flags:	Flags of execveat(2)
 * @pid:	To be filled by posix_spawn(3)
 * @actions:	Of posix_spawn(3)
 * @attr:	Of posix_spawn(3)
 */
struct start {
	const char *path;
	char *const *argv;
	int fd;
	int flags;
	pid_t *pid;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attr;
};

typedef int start_fn(const struct start *p, char *const *env);

static int by_path(const struct start *p, char *const *env)
{
	return REAL(execve)(p->path, p->argv, env);
}

static int by_file(const struct start *p, char *const *env)
{
	return REAL(execvpe)(p->path, p->argv, env);
}

static int by_descriptor(const struct start *p, char *const *env)
{
	return REAL(fexecve)(p->fd, p->argv, env);
}

static int by_directory(const struct start *p, char *const *env)
{
	return (int)REAL(syscall)(SYS_execveat, (long)p->fd, p->path, p->argv, env, (long)p->flags);
}

static int by_spawn(const struct start *p, char *const *env)
{
	return REAL(posix_spawn)(p->pid, p->path, p->actions, p->attr, p->argv, env);
}

static int by_spawn_file(const struct start *p, char *const *env)
{
	return REAL(posix_spawnp)(p->pid, p->path, p->actions, p->attr, p->argv, env);
}

/**
 * start_with() - Start a program with our variables in its environment
 * @p:		Program
 * @env:	Environment the tool wants for it
 * @how:	The real call
 *
 * Return: what the real call returns, if it does.
 */
static int start_with(const struct start *p, char *const *env, start_fn *how)
{
	int saved = errno, ret;
	struct envp room;
	bool kept = envp_keep(&room, settings(), &env);

	errno = saved;
	if (!kept)
		return how == by_spawn || how == by_spawn_file ? ENOMEM : (errno = ENOMEM, -1);
	ret = how(p, env);
	envp_drop(&room);
	return ret;
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
	return start_with(&(struct start){ .path = path, .argv = argv }, envp, by_path);
}

EXPORT int execv(const char *path, char *const argv[])
{
	return start_with(&(struct start){ .path = path, .argv = argv }, environ, by_path);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
	return start_with(&(struct start){ .path = file, .argv = argv }, envp, by_file);
}

EXPORT int execvp(const char *file, char *const argv[])
{
	return start_with(&(struct start){ .path = file, .argv = argv }, environ, by_file);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
	return start_with(&(struct start){ .fd = fd, .argv = argv }, envp, by_descriptor);
}

EXPORT int execveat(int fd, const char *path, char *const argv[], char *const envp[], int flags)
{
	struct start p = { .path = path, .argv = argv, .fd = fd, .flags = flags };

	return start_with(&p, envp, by_directory);
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
		       const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	struct start p = { path, argv, .pid = pid, .actions = actions, .attr = attr };

	return start_with(&p, envp, by_spawn);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *attr, char *const argv[], char *const envp[])
{
	struct start p = { file, argv, .pid = pid, .actions = actions, .attr = attr };

	return start_with(&p, envp, by_spawn_file);
}

/* ---- exec with the arguments as arguments ---- */

#define LIST_ROOM 128 /* arguments that need no mapping */

enum env_from { ENV_OF_PROCESS, ENV_LAST };

/**
 * start_list() - Start a program whose arguments are a list
 * @path:	Path or file name
 * @arg:	First argument; NULL if there is none
 * @args:	The others, up to a NULL and, for ENV_LAST, the environment
 * @from:	Where the environment is from
 * @how:	The real call
 *
 * Return: what the real call returns, if it does.
 */
static int start_list(const char *path, const char *arg, va_list args, enum env_from from,
		      start_fn *how)
{
	char *room[LIST_ROOM], **argv = room;
	size_t n = 0, map_len = 0;
	va_list count;
	int ret, saved;

	va_copy(count, args);
	for (const char *a = arg; a; a = va_arg(count, const char *))
		n++;
	va_end(count);
	if (n >= LIST_ROOM) {
		map_len = (n + 1) * sizeof(*argv);
		argv = mmap(NULL, map_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);
		if (argv == MAP_FAILED)
			return -1;
	}
	argv[0] = (char *)arg;
	for (size_t i = 1; i <= n; i++)
		argv[i] = va_arg(args, char *);
	ret = start_with(&(struct start){ .path = path, .argv = argv },
			 from == ENV_LAST ? va_arg(args, char *const *) : environ, how);
	saved = errno;
	if (map_len > 0)
		munmap(argv, map_len);
	errno = saved;
	return ret;
}

#define START_LIST(path, arg, from, how)                            \
	({                                                          \
		va_list args_;                                      \
		int ret_;                                           \
                                                                    \
		va_start(args_, arg);                               \
		ret_ = start_list((path), (arg), args_, from, how); \
		va_end(args_);                                      \
		ret_;                                               \
	})

EXPORT int execl(const char *path, const char *arg, ...)
{
	return START_LIST(path, arg, ENV_OF_PROCESS, by_path);
}

EXPORT int execlp(const char *file, const char *arg, ...)
{
	return START_LIST(file, arg, ENV_OF_PROCESS, by_file);
}

EXPORT int execle(const char *path, const char *arg, ...)
{
	return START_LIST(path, arg, ENV_LAST, by_path);
}
