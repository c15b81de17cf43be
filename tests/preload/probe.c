/*
 * probe - connects and starts programs in every way there is, and says what came
 * of it. Built twice, against the shared C library and static, and run with and
 * without the preload library.
 *
 *	probe connect|__connect|syscall|raw|thread|signal|fork ADDRESS
 *	probe start HOW ENV PROGRAM ARG...
 *	probe edge DIR PORT
 *
 * ADDRESS is a path or HOST:PORT. The answer is the first line read from the
 * connection, or the name of the error. HOW is a function that starts programs,
 * ENV what it is given: see envs below. DIR holds the sockets guarded.sock and
 * other.sock; edge prints what connect(2) says in each odd case.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

typedef long connect_fn(int fd, const void *addr, long len);

static long by_connect(int fd, const void *addr, long len)
{
	return connect(fd, addr, (socklen_t)len);
}

extern int __connect(int fd, const struct sockaddr *addr, socklen_t len);

static long by_connect_alias(int fd, const void *addr, long len)
{
	return __connect(fd, addr, (socklen_t)len);
}

static long by_syscall(int fd, const void *addr, long len)
{
	return syscall(SYS_connect, fd, addr, len);
}

static long by_instruction(int fd, const void *addr, long len)
{
#if defined(__x86_64__)
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(SYS_connect), "D"((long)fd), "S"(addr), "d"(len)
			 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = SYS_connect;
	register long ret __asm__("x0") = fd;
	register const void *x1 __asm__("x1") = addr;
	register long x2 __asm__("x2") = len;

	__asm__ volatile("svc 0" : "+r"(ret) : "r"(x8), "r"(x1), "r"(x2) : "memory");
#else
#error "no system call instruction known for this machine"
#endif
	if (ret < 0 && ret > -4096) {
		errno = (int)-ret;
		return -1;
	}
	return ret;
}

/* ---- one connection ---- */

union address {
	struct sockaddr any;
	struct sockaddr_un un;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t unix_address(union address *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->un.sun_family = AF_UNIX;
	memcpy(a->un.sun_path, path, strnlen(path, sizeof(a->un.sun_path) - 1));
	return sizeof(a->un);
}

static socklen_t address_of(union address *a, const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[64] = "";

	if (text[0] == '/' || !colon)
		return unix_address(a, text);
	memset(a, 0, sizeof(*a));
	memcpy(host, text, (size_t)(colon - text));
	if (strchr(host, ':')) {
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons((uint16_t)atoi(colon + 1));
		inet_pton(AF_INET6, host, &a->in6.sin6_addr);
		return sizeof(a->in6);
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons((uint16_t)atoi(colon + 1));
	inet_pton(AF_INET, host, &a->in.sin_addr);
	return sizeof(a->in);
}

/* The answer goes to @line, signal-safely. */
static void ask(connect_fn *how, const char *text, char line[64])
{
	union address a;
	socklen_t len = address_of(&a, text);
	int fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(line, 0, 64);
	errno = 77;
	if (how(fd, &a, len) < 0)
		strcpy(line, strerrorname_np(errno));
	else if (errno != 77)
		strcpy(line, "success changed errno");
	else if (read(fd, line, 63) <= 0)
		strcpy(line, "nothing");
	line[strcspn(line, "\n")] = '\0';
	close(fd);
}

static int show(connect_fn *how, const char *text)
{
	char line[64];

	ask(how, text, line);
	puts(line);
	return 0;
}

/* ---- threads, signals, forks ---- */

#define THREADS 8
#define EACH	200

static const char *wanted;
static volatile sig_atomic_t signalled;

static void *ask_often(void *first)
{
	char line[64];

	for (int i = 0; i < EACH; i++) {
		ask(by_connect, wanted, line);
		if (i == 0)
			strcpy(first, line);
		else if (strcmp(first, line) != 0)
			strcpy(first, "different answers");
	}
	return NULL;
}

static int from_threads(const char *text)
{
	static char lines[THREADS][64];
	pthread_t threads[THREADS];
	int differ = 0;

	wanted = text;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, ask_often, lines[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		differ |= strcmp(lines[0], lines[i]);
	}
	puts(differ ? "different answers" : lines[0]);
	return 0;
}

static char signal_line[64];

static void on_signal(int number)
{
	int saved = errno;

	(void)number;
	ask(by_connect, wanted, signal_line);
	signalled++;
	errno = saved;
}

/* On an alternate stack of the smallest usual size, while the program itself connects. */
static int from_signal_handler(const char *text)
{
	static char stack[8192];
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_RESTART };
	struct timespec us50 = { .tv_nsec = 50000 };
	char line[64] = "";
	sigset_t chld;

	wanted = text;
	sigaltstack(&alt, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	sigemptyset(&chld);
	if (fork() == 0) {
		for (int i = 0; i < 500 && getppid() > 1; i++) {
			kill(getppid(), SIGUSR1);
			nanosleep(&us50, NULL);
		}
		_exit(0);
	}
	while (signalled < 100 || line[0] == '\0') {
		ask(by_connect, text, line);
		if (waitpid(-1, NULL, WNOHANG) != 0)
			break;
	}
	puts(signalled > 0 && strcmp(line, signal_line) == 0 ? line : "different answers");
	return 0;
}

static int from_fork(const char *text)
{
	int status;

	if (fork() == 0)
		exit(show(by_connect, text));
	wait(&status);
	return status;
}

/* ---- starting programs ---- */

static char **many_variables(void)
{
	static char *vars[2001], text[2000][24];

	for (int i = 0; i < 2000; i++) {
		snprintf(text[i], sizeof(text[i]), "VAR_%d=%d", i, i);
		vars[i] = text[i];
	}
	return vars;
}

static const char *empty[] = { NULL };
static const char *own[] = { "MINE=1", "PATH=/usr/bin:/bin", NULL };
static const char *other_values[] = { "LD_PRELOAD=",
				      "CETUS_RUN_SOCKET=/x",
				      "CETUS_RUN_PROTECT=",
				      "DOCKER_HOST=",
				      "DOCKER_HOST=unix:///nonsense",
				      "LD_PRELOAD=libm.so.6",
				      "CETUS_RUN_TCP",
				      NULL };

/* clang-format off */
static const struct {
	const char *name;
	const char **env;
} envs[] = {
	{ "empty", empty },
	{ "null", NULL },
	{ "own", own },
	{ "other-values", other_values },
};
/* clang-format on */

static char **env_named(const char *name)
{
	if (strcmp(name, "inherited") == 0)
		return environ;
	if (strcmp(name, "cleared") == 0) {
		clearenv();
		return environ;
	}
	if (strcmp(name, "many") == 0)
		return environ = many_variables();
	for (size_t i = 0; i < sizeof(envs) / sizeof(envs[0]); i++)
		if (strcmp(envs[i].name, name) == 0)
			return environ = (char **)envs[i].env;
	fprintf(stderr, "probe: no environment called %s\n", name);
	exit(2);
}

static void exec_by(const char *how, char **argv, char **env)
{
	const char *path = argv[0];
	char *a[8] = { argv[0] };

	for (int i = 1; i < 7 && a[i - 1]; i++)
		a[i] = argv[i];
	if (strcmp(how, "execve") == 0)
		execve(path, argv, env);
	else if (strcmp(how, "execv") == 0)
		execv(path, argv);
	else if (strcmp(how, "execvp") == 0)
		execvp(path, argv);
	else if (strcmp(how, "execvpe") == 0)
		execvpe(path, argv, env);
	else if (strcmp(how, "execl") == 0)
		execl(path, a[0], a[1], a[2], a[3], a[4], a[5], a[6], NULL);
	else if (strcmp(how, "execlp") == 0)
		execlp(path, a[0], a[1], a[2], a[3], a[4], a[5], a[6], NULL);
	else if (strcmp(how, "execle") == 0)
		execle(path, a[0], a[1], a[2], a[3], a[4], a[5], a[6], NULL, env);
	else if (strcmp(how, "fexecve") == 0)
		fexecve(open(path, O_PATH | O_CLOEXEC), argv, env);
	else if (strcmp(how, "execveat") == 0)
		execveat(AT_FDCWD, path, argv, env, 0);
}

static int spawn_by(const char *how, char **argv, char **env)
{
	pid_t pid;
	int error;

	if (strcmp(how, "posix_spawn") == 0)
		error = posix_spawn(&pid, argv[0], NULL, NULL, argv, env);
	else
		error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, env);
	if (error != 0) {
		puts(strerrorname_np(error));
		return 1;
	}
	return waitpid(pid, &error, 0) == pid ? error : 1;
}

static int vfork_by(const char *how, char **argv, char **env)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		exec_by(how, argv, env);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid ? status : 1;
}

static void command_line(char *line, size_t cap, char **argv)
{
	line[0] = '\0';
	for (; *argv; argv++) {
		strncat(line, *argv, cap - strlen(line) - 2);
		strcat(line, " ");
	}
}

static int pipe_by(const char *line)
{
	char answer[64];
	FILE *f = popen(line, "r");

	while (fgets(answer, sizeof(answer), f))
		fputs(answer, stdout);
	return pclose(f);
}

static int start(const char *how, const char *env_name, char **argv)
{
	char **env = env_named(env_name), line[4096];

	command_line(line, sizeof(line), argv);
	if (strncmp(how, "posix_spawn", 11) == 0)
		return spawn_by(how, argv, env);
	if (strncmp(how, "vfork+", 6) == 0)
		return vfork_by(how + 6, argv, env);
	if (strcmp(how, "system") == 0)
		return system(line);
	if (strcmp(how, "popen") == 0)
		return pipe_by(line);
	exec_by(how, argv, env);
	puts(strerrorname_np(errno));
	return 1;
}

/* ---- what connect(2) says in each odd case ---- */

static char guarded[108], other[108], directory[80];

static int stream(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static void say(const char *name, int fd, const void *addr, long len)
{
	errno = 77;
	int ret = connect(fd, addr, (socklen_t)len);
	int error = errno;

	printf("%s: %d %s\n", name, ret, error == 77 ? "untouched" : strerrorname_np(error));
	errno = 77;
	ret = (int)syscall(SYS_connect, fd, addr, len);
	error = errno;
	printf("%s, again by syscall: %d %s\n", name, ret,
	       error == 77 ? "untouched" : strerrorname_np(error));
	close(fd);
}

static void say_path(const char *name, const char *path)
{
	union address a;
	socklen_t len = unix_address(&a, path);

	say(name, stream(), &a, len);
}

static void say_length(long len)
{
	union address a;
	char name[32];

	unix_address(&a, guarded);
	snprintf(name, sizeof(name), "length %ld", len);
	say(name, stream(), &a, len);
}

static void odd_lengths(void)
{
	static const long lengths[] = {
		0, 1, 2, 3, 15, 16, 109, 110, 111, 128, 129, -1, INT32_MAX
	};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		say_length(lengths[i]);
	say_length((long)(offsetof(struct sockaddr_un, sun_path) + strlen(guarded)));
	say_length((long)(offsetof(struct sockaddr_un, sun_path) + strlen(guarded) + 1));
	say_length((long)(offsetof(struct sockaddr_un, sun_path) + strlen(guarded) - 1));
}

static void odd_pointers(void)
{
	long page = sysconf(_SC_PAGESIZE), len = sizeof(struct sockaddr_un);
	char *map = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	union address a;

	unix_address(&a, guarded);
	memcpy(map + page - 50, &a, 50);
	say("across two pages", stream(), map + page - 50, len);
	munmap(map + page, (size_t)page);
	say("into an unmapped page", stream(), map + page - 50, len);
	say("unmapped", stream(), map + page, len);
	memcpy(map + page - len, &a, (size_t)len);
	say("up to an unmapped page", stream(), map + page - len, len);
	mprotect(map, (size_t)page, PROT_NONE);
	say("no access", stream(), map, len);
	say("null", stream(), NULL, len);
	say("null of no length", stream(), NULL, 0);
	say("page zero", stream(), (void *)8, len);
	say("the kernel's", stream(), (void *)0xffffffff81000000UL, len);
	say("the last bytes", stream(), (void *)-8L, len);
}

static void odd_descriptors(void)
{
	int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	int inets[] = { AF_INET, AF_INET6 };
	char own_path[112];
	union address a, mine;
	socklen_t len = unix_address(&a, guarded);
	int fd = stream();

	say("closed", 999, &a, len);
	say("negative", -1, &a, len);
	say("a file", open("/dev/null", O_RDWR), &a, len);
	say("a path", open("/", O_PATH), &a, len);
	for (size_t i = 0; i < 3; i++)
		say("by type", socket(AF_UNIX, types[i], 0), &a, len);
	for (size_t i = 0; i < 2; i++) {
		say("of another family", socket(inets[i], SOCK_STREAM, 0), &a, len);
		say("datagrams of another family", socket(inets[i], SOCK_DGRAM, 0), &a, len);
		say("of another family, short", socket(inets[i], SOCK_STREAM, 0), &a, 14);
	}
	say("netlink", socket(AF_NETLINK, SOCK_RAW, 0), &a, len);
	connect(fd, &a.any, len);
	say("connected", fd, &a, len);
	snprintf(own_path, sizeof(own_path), "%s/own.%d", directory, (int)getpid());
	fd = stream();
	bind(fd, &mine.any, unix_address(&mine, own_path));
	listen(fd, 1);
	say("listening", fd, &a, len);
	unlink(own_path);
}

static void odd_paths(void)
{
	char path[108], before[200];
	union address a;

	say_path("guarded", guarded);
	say_path("other", other);
	say_path("not there", "/not/there");
	say_path("a directory", directory);
	say_path("a file", "/etc/passwd");
	say_path("a device", "/dev/null");
	snprintf(path, sizeof(path), "%s/", guarded);
	say_path("slash at the end", path);
	snprintf(path, sizeof(path), "%s/below", guarded);
	say_path("below the socket", path);
	snprintf(path, sizeof(path), "%s/loop", directory);
	say_path("a link to itself", path);
	say_path("empty", "");
	memset(&a, 0, sizeof(a));
	a.un.sun_family = AF_UNIX;
	snprintf(a.un.sun_path + 1, 100, "%s", guarded);
	say("abstract", stream(), &a, sizeof(a.un));
	unix_address(&a, guarded);
	a.un.sun_path[strlen(guarded) + 1] = 'x';
	say("bytes after the end", stream(), &a, sizeof(a.un));
	a.un.sun_family = AF_UNSPEC;
	say("no family", stream(), &a, sizeof(a.un));
	a.un.sun_family = 200;
	say("a family there is not", stream(), &a, sizeof(a.un));
	if (getcwd(before, sizeof(before)) && chdir(directory) == 0) {
		say_path("relative", "guarded.sock");
		say_path("relative, dots", "./../././/../proc/self/cwd/guarded.sock");
		if (chdir(before) != 0)
			abort();
	}
	memset(&a, '/', sizeof(a));
	a.un.sun_family = AF_UNIX;
	memcpy(a.un.sun_path + sizeof(a.un.sun_path) - strlen(guarded), guarded, strlen(guarded));
	say("108 bytes and no end", stream(), &a, sizeof(a.un));
}

static void odd_tcp(int port)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), v6 = socket(AF_INET6, SOCK_STREAM, 0);
	union address a;
	char text[64];

	snprintf(text, sizeof(text), "127.0.0.1:%d", port);
	address_of(&a, text);
	say("tcp", fd, &a, sizeof(a.in));
	say("tcp, too short", socket(AF_INET, SOCK_STREAM, 0), &a, sizeof(a.in) - 1);
	say("tcp, too long", socket(AF_INET, SOCK_STREAM, 0), &a, 129);
	say("udp", socket(AF_INET, SOCK_DGRAM, 0), &a, sizeof(a.in));
	say("tcp address, unix socket", stream(), &a, sizeof(a.in));
	say("v4 address, v6 socket", v6, &a, sizeof(a.in));
	snprintf(text, sizeof(text), "::ffff:127.0.0.1:%d", port);
	address_of(&a, text);
	say("mapped", socket(AF_INET6, SOCK_STREAM, 0), &a, sizeof(a.in6));
	say("mapped, v4 socket", socket(AF_INET, SOCK_STREAM, 0), &a, sizeof(a.in6));
	say("mapped, short", socket(AF_INET6, SOCK_STREAM, 0), &a, 24);
	say("mapped, too short", socket(AF_INET6, SOCK_STREAM, 0), &a, 23);
}

static int edge(const char *dir, int port)
{
	snprintf(directory, sizeof(directory), "%s", dir);
	snprintf(guarded, sizeof(guarded), "%s/guarded.sock", directory);
	snprintf(other, sizeof(other), "%s/other.sock", directory);
	odd_lengths();
	odd_pointers();
	odd_descriptors();
	odd_paths();
	odd_tcp(port);
	return 0;
}

/* clang-format off */
static const struct {
	const char *name;
	connect_fn *how;
} ways[] = {
	{ "connect", by_connect },
	{ "__connect", by_connect_alias },
	{ "syscall", by_syscall },
	{ "raw", by_instruction },
};

static const struct {
	const char *name;
	int (*run)(const char *address);
} places[] = {
	{ "thread", from_threads },
	{ "signal", from_signal_handler },
	{ "fork", from_fork },
};
/* clang-format on */

int main(int argc, char **argv)
{
	setlinebuf(stdout);
	if (argc == 4 && strcmp(argv[1], "edge") == 0)
		return edge(argv[2], atoi(argv[3]));
	if (argc > 4 && strcmp(argv[1], "start") == 0)
		return start(argv[2], argv[3], argv + 4) == 0 ? 0 : 1;
	for (size_t i = 0; argc == 3 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(argv[1], ways[i].name) == 0)
			return show(ways[i].how, argv[2]);
	for (size_t i = 0; argc == 3 && i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(argv[1], places[i].name) == 0)
			return places[i].run(argv[2]);
	fprintf(stderr, "usage: see the head of probe.c\n");
	return 2;
}
