/*
 * inherit - run a program with descriptors it did not open itself
 *
 *	inherit GUARD PROGRAM ARG...
 *
 * 7 is connected to the guarded socket, 8 is the directory it is in, 9 an
 * io_uring; the arguments after PROGRAM's get the ring's layout added. Whoever
 * stands between must not pass them on.
 */
#include <err.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define WORDS (sizeof(struct io_uring_params) / sizeof(unsigned))

/* At the number that is asked for, and left open by exec. */
static void place(int fd, int where)
{
	if (fd < 0 || dup2(fd, where) < 0)
		err(2, "descriptor %d", where);
	if (fd != where)
		close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct io_uring_params p = { 0 };
	char **args = calloc(argc + WORDS + 1, sizeof(*args));
	int fd, n = 0;
	size_t i;

	if (argc < 3 || !args)
		errx(2, "usage: inherit GUARD PROGRAM ARG...");
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", argv[1]);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0)
		err(2, "connect");
	place(fd, 7);
	place(open(dirname(strdup(argv[1])), O_PATH), 8);
	place(syscall(SYS_io_uring_setup, 4, &p), 9);
	for (n = 0; argv[n + 2]; n++)
		args[n] = argv[n + 2];
	for (i = 0; i < WORDS; i++)
		if (asprintf(&args[n++], "%u", ((unsigned *)&p)[i]) < 0)
			err(2, "asprintf");
	execv(args[0], args);
	err(2, "%s", args[0]);
}
