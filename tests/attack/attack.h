/*
 * What the attack programs share: who answered a connection, how an outcome is
 * printed, and asking the runner for what only it can do.
 *
 *	PROGRAM ATTACK GUARD OTHER WORK [ARG...]
 *
 * GUARD is the path of the guarded socket, OTHER that of one that is not
 * guarded, WORK a directory to write in. An attack prints one outcome: who
 * answered (real, proxy, other, or none when nobody did) or the name of the
 * errno that stopped it. Lines that begin with @ are for the runner.
 */
#ifndef CETUS_TESTS_ATTACK_H
#define CETUS_TESTS_ATTACK_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	   (sizeof(a) / sizeof((a)[0]))
#define ANSWER_DEADLINE_MS 10000

/* Who answered a connection. */
enum answer {
	ANSWER_REAL,
	ANSWER_PROXY,
	ANSWER_OTHER,
	ANSWER_NONE,
	ANSWER_NUM,
};

static const char *const answer_names[] = {
	[ANSWER_REAL] = "real",
	[ANSWER_PROXY] = "proxy",
	[ANSWER_OTHER] = "other",
	[ANSWER_NONE] = "none",
};
_Static_assert(ARRAY_SIZE(answer_names) == ANSWER_NUM, "every answer has a name");

/* One attack: prints its outcome, or returns it to be printed. */
struct attack {
	const char *name;
	const char *(*run)(void);
};

static const char *guard, *other, *work; /* borrowed from argv */
static char **extra;			 /* borrowed: what follows WORK, ends with NULL */

/**
 * now_ms() - A clock for deadlines
 *
 * Return: milliseconds, monotonic.
 */
static inline long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/**
 * answer_of() - Ask a connected socket who is at the other end
 * @fd:	Socket
 *
 * Return: who answered. ANSWER_NONE for the end of input, an error, silence.
 */
static inline enum answer answer_of(int fd)
{
	static const char request[] = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
	struct timeval limit = { .tv_sec = ANSWER_DEADLINE_MS / 1000 };
	char reply[4096];
	size_t len = 0;
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		return ANSWER_NONE;
	while (len < sizeof(reply) - 1) {
		n = recv(fd, reply + len, sizeof(reply) - 1 - len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ANSWER_NONE;
		len += n;
		reply[len] = '\0';
		if (strstr(reply, "REAL"))
			return ANSWER_REAL;
		if (strstr(reply, "OTHER"))
			return ANSWER_OTHER;
		/* The engine behind the proxy, or a refusal of the proxy's own. */
		if (strstr(reply, "PROXIED") || strstr(reply, "cetus"))
			return ANSWER_PROXY;
	}
	return ANSWER_NONE;
}

/**
 * outcome() - The word for what a connect() led to
 * @fd:	The socket
 * @rc:	What connect() returned; errno is still its own
 *
 * Return: who answered, or the errno's name.
 */
static inline const char *outcome(int fd, int rc)
{
	return rc < 0 ? strerrorname_np(errno) : answer_names[answer_of(fd)];
}

/* An errno's name, or "ok" for a result that is not negative. */
static inline const char *result(long rc)
{
	return rc < 0 ? strerrorname_np(errno) : "ok";
}

/**
 * address() - A unix address with a path
 * @sun:	On return, the address
 * @path:	Path; one that does not fit ends the program
 *
 * Return: the length for connect().
 */
static inline socklen_t address(struct sockaddr_un *sun, const char *path)
{
	size_t len = strlen(path);

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	if (len >= sizeof(sun->sun_path))
		errx(2, "path too long: %s", path);
	memcpy(sun->sun_path, path, len);
	return offsetof(struct sockaddr_un, sun_path) + len + 1;
}

static inline int unix_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(2, "socket");
	return fd;
}

/**
 * attempt() - Connect to a path and ask who is there
 * @path:	Path
 *
 * Return: the outcome.
 */
static inline const char *attempt(const char *path)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, path);
	int fd = unix_socket();
	const char *said = outcome(fd, connect(fd, (struct sockaddr *)&sun, len));

	close(fd);
	return said;
}

/**
 * format() - A string from a format, never freed: the programs are short-lived
 * @fmt:	As printf's
 *
 * Return: the string.
 */
__attribute__((format(printf, 1, 2))) static inline const char *format(const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		err(2, "vasprintf");
	va_end(ap);
	return s;
}

/* A path in the work directory. */
static inline const char *in_work(const char *name)
{
	return format("%s/%s", work, name);
}

/* The directory of a path. */
static inline const char *dir_of(const char *path)
{
	return format("%.*s", (int)(strrchr(path, '/') - path), path);
}

/* The last component of a path. */
static inline const char *base_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/**
 * must() - End the program if preparing an attack failed
 * @rc:		What the call returned
 * @what:	Its name
 *
 * Return: @rc, not negative.
 */
static inline long must(long rc, const char *what)
{
	if (rc < 0) {
		printf("cannot %s: %s\n", what, strerrorname_np(errno));
		fflush(stdout);
		_exit(3);
	}
	return rc;
}

/**
 * ask() - Let the runner, which is outside, do something
 * @what:	Its name for it
 *
 * Return: its reply, until the next call.
 */
static inline const char *ask(const char *what)
{
	static char reply[256];
	size_t len = 0;

	dprintf(STDOUT_FILENO, "@%s\n", what);
	while (len < sizeof(reply) - 1 && read(STDIN_FILENO, reply + len, 1) == 1 &&
	       reply[len] != '\n')
		len++;
	reply[len] = '\0';
	return reply;
}

/**
 * write_file() - Write a short text to a file that exists
 * @path:	Path
 * @text:	Text
 *
 * Return: 0, or -1 with errno.
 */
static inline int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

/**
 * enter_userns() - Become root of a new user namespace, with others beside it
 * @flags:	CLONE_NEW* of the others
 */
static inline void enter_userns(int flags)
{
	unsigned uid = getuid(), gid = getgid();

	must(unshare(CLONE_NEWUSER | flags), "unshare");
	must(write_file("/proc/self/setgroups", "deny"), "write setgroups");
	must(write_file("/proc/self/uid_map", format("0 %u 1", uid)), "write uid_map");
	must(write_file("/proc/self/gid_map", format("0 %u 1", gid)), "write gid_map");
}

/**
 * in_child() - Run part of an attack in a child and wait for its end
 * @run:	The part; its outcome is the child's
 *
 * Return: the outcome, or how the child ended without one.
 */
static inline const char *in_child(const char *(*run)(void))
{
	static char said[256];
	ssize_t n;
	int end[2], status;
	pid_t pid;

	must(pipe2(end, O_CLOEXEC), "pipe");
	pid = must(fork(), "fork");
	if (pid == 0) {
		const char *mine = run();

		_exit(write(end[1], mine, strlen(mine)) < 0);
	}
	close(end[1]);
	n = read(end[0], said, sizeof(said) - 1);
	close(end[0]);
	waitpid(pid, &status, 0);
	said[n > 0 ? n : 0] = '\0';
	if (n <= 0)
		return WIFSIGNALED(status) ? format("SIG%s", sigabbrev_np(WTERMSIG(status))) :
					     "silence";
	return said;
}

/**
 * attack_main() - Run the attack that the command line names
 * @argc:	As main's
 * @argv:	As main's
 * @attacks:	Those this program knows
 * @n:		How many they are
 *
 * Return: the exit status.
 */
static inline int attack_main(int argc, char **argv, const struct attack *attacks, size_t n)
{
	const char *said;
	size_t i;

	if (argc < 5)
		errx(2, "usage: %s ATTACK GUARD OTHER WORK [ARG...]", argv[0]);
	guard = argv[2];
	other = argv[3];
	work = argv[4];
	extra = argv + 5;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < n; i++) {
		if (strcmp(attacks[i].name, argv[1]) == 0) {
			said = attacks[i].run();
			if (said)
				puts(said);
			return 0;
		}
	}
	errx(2, "no attack %s", argv[1]);
}

#endif
