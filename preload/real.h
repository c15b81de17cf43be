/*
 * real - the functions this library stands in front of
 *
 * Found with dlsym(RTLD_NEXT), so that other preloaded libraries behind this one
 * keep their say. The constructor finds them all; a call that comes before it has
 * run finds its own. errno is untouched.
 */
#ifndef PRELOAD_REAL_H
#define PRELOAD_REAL_H

#include <spawn.h>
#include <sys/socket.h>

/* clang-format off */
#define REAL_FUNCTIONS(X)						\
	X(int, connect, int fd, const struct sockaddr *addr, socklen_t len) \
	X(long, syscall, long number, ...)				\
	X(int, execve, const char *path, char *const argv[], char *const envp[]) \
	X(int, execvpe, const char *file, char *const argv[], char *const envp[]) \
	X(int, fexecve, int fd, char *const argv[], char *const envp[])	\
	X(int, posix_spawn, pid_t *pid, const char *path,		\
	  const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, \
	  char *const argv[], char *const envp[])			\
	X(int, posix_spawnp, pid_t *pid, const char *file,		\
	  const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr, \
	  char *const argv[], char *const envp[])

#define X(type, name, ...) typedef type real_##name##_fn(__VA_ARGS__);
REAL_FUNCTIONS(X)
#undef X

enum real {
#define X(type, name, ...) REAL_##name,
	REAL_FUNCTIONS(X)
#undef X
	REAL_NUM
};
/* clang-format on */

/** real_find() - The function, NULL if the C library has none of that name */
void *real_find(enum real which);

/** real_find_all() - Find them all now */
void real_find_all(void);

#define REAL(name)   ((real_##name##_fn *)real_find(REAL_##name))
#define real_syscall REAL(syscall)

#endif
