/*
 * calls - time system calls and launches, as the process that makes them sees it
 *
 *	calls serve PATH		accept on a unix socket and close, for ever
 *	calls getpid|read|ioctl N	N calls, nanoseconds of one
 *	calls unix N PATH		N times socket, connect and close, microseconds of one
 *	calls udp N			the same, to a port of this machine
 *	calls launch N COMMAND...	N times fork, exec and wait, milliseconds of one
 *
 * Standard output gets the number: the mean, or with launch the median.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UDP_PORT 9 /* "discard"; nobody need be there */
#define BACKLOG	 4096

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- calls that are not ours ---- */

static int zero_fd, pipe_fd;

static void call_getpid(void)
{
	syscall(SYS_getpid);
}

static void call_read(void)
{
	char c;

	if (read(zero_fd, &c, 1) != 1)
		err(1, "/dev/zero");
}

/* The filter looks at its argument, as it does of no other call that is allowed. */
static void call_ioctl(void)
{
	int n;

	if (ioctl(pipe_fd, FIONREAD, &n) < 0)
		err(1, "ioctl");
}

/* ---- connections ---- */

static struct sockaddr_un unix_name = { .sun_family = AF_UNIX };
static struct sockaddr_in udp_name = { .sin_family = AF_INET };

static void connect_once(int type, const void *name, socklen_t len)
{
	const struct sockaddr *sa = name;
	int fd = socket(sa->sa_family, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, sa, len) < 0)
		err(1, "connect");
	close(fd);
}

static void call_unix(void)
{
	connect_once(SOCK_STREAM, &unix_name, sizeof(unix_name));
}

static void call_udp(void)
{
	connect_once(SOCK_DGRAM, &udp_name, sizeof(udp_name));
}

static void serve(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&unix_name, sizeof(unix_name)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		err(1, "%s", unix_name.sun_path);
	for (;;)
		close(accept(fd, NULL, NULL));
}

static const struct {
	const char *name;
	void (*call)(void);
	double unit_ns;
} rows[] = {
	{ "getpid", call_getpid, 1 },  { "read", call_read, 1 },    { "ioctl", call_ioctl, 1 },
	{ "unix", call_unix, 1000.0 }, { "udp", call_udp, 1000.0 },
};
#define ROWS_NUM (sizeof(rows) / sizeof(rows[0]))

static void time_calls(const char *name, long n)
{
	int ends[2];

	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (zero_fd < 0 || pipe(ends) < 0)
		err(1, "descriptors");
	pipe_fd = ends[0];
	for (size_t i = 0; i < ROWS_NUM; i++) {
		double begun;

		if (strcmp(rows[i].name, name) != 0)
			continue;
		for (long k = 0; k < n / 10; k++)
			rows[i].call();
		begun = now_ns();
		for (long k = 0; k < n; k++)
			rows[i].call();
		printf("%.3f\n", (now_ns() - begun) / (double)n / rows[i].unit_ns);
		return;
	}
	errx(2, "no row %s", name);
}

/* ---- launches ---- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double launch_ms(char **command)
{
	double begun = now_ns();
	pid_t pid = fork();
	int status, null_fd;

	if (pid == 0) {
		null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null_fd, STDOUT_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		err(1, "%s", command[0]);
	if (status != 0)
		errx(1, "%s: wait status %#x", command[0], (unsigned int)status);
	return (now_ns() - begun) / 1e6;
}

static void time_launches(long n, char **command)
{
	double *ms = calloc((size_t)n, sizeof(*ms));

	if (!ms)
		err(1, "memory");
	for (long i = 0; i < n; i++)
		ms[i] = launch_ms(command);
	qsort(ms, (size_t)n, sizeof(*ms), compare);
	printf("%.4f\n", ms[n / 2]);
	free(ms);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	udp_name.sin_port = htons(UDP_PORT);
	udp_name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (argc == 3 && strcmp(what, "serve") == 0) {
		snprintf(unix_name.sun_path, sizeof(unix_name.sun_path), "%s", argv[2]);
		serve();
	}
	if (n <= 0)
		errx(2, "usage: calls serve PATH | WHAT N [PATH] | launch N COMMAND...");
	if (strcmp(what, "launch") == 0 && argc > 3) {
		time_launches(n, argv + 3);
		return 0;
	}
	if (argc > 3)
		snprintf(unix_name.sun_path, sizeof(unix_name.sun_path), "%s", argv[3]);
	time_calls(what, n);
	return 0;
}
