/*
 * Faults, floods and signals: what hurts the supervisor or is cut short must neither
 * reach the guarded socket, nor hang, nor leave anything behind.
 *
 * extra[0] is a socket whose queue is full: connecting to it blocks.
 */
#include "attack.h"

#include <linux/fuse.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

#define CONNECTS    20000
#define FORKS	    500
#define CROWD	    1000
#define PROMPTLY_MS 1000
#define SMALL_STACK (64 * 1024)

static const char *attempt_guard(void)
{
	return attempt(guard);
}

/**
 * task_in_call() - Whether a task is inside a system call
 * @pid:	Process
 * @tid:	Its thread
 * @nr:		Number of the call
 *
 * Return: true if it is, or if that cannot be known any more.
 */
static bool task_in_call(pid_t pid, pid_t tid, long nr)
{
	char line[128] = "", path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	if (read(fd, line, sizeof(line) - 1) < 0)
		line[0] = '\0';
	close(fd);
	return strtol(line, NULL, 10) == nr && line[0] != 'r';
}

static bool wait_in_connect(pid_t pid, pid_t tid)
{
	long deadline = now_ms() + ANSWER_DEADLINE_MS;

	while (!task_in_call(pid, tid, SYS_connect)) {
		if (now_ms() > deadline)
			return false;
		sched_yield();
	}
	return true;
}

/* ---- a thread that is blocked in connect() ---- */

struct blocked {
	pthread_t thread;
	atomic_int tid;
	int fd;
	struct sockaddr_un *sun; /* NULL: the full socket */
	int rc, error;
};

static void *block(void *arg)
{
	struct blocked *b = arg;
	struct sockaddr_un full;
	socklen_t len = address(&full, extra[0] ? extra[0] : "");

	atomic_store(&b->tid, gettid());
	b->rc = syscall(SYS_connect, b->fd, b->sun ? b->sun : &full, b->sun ? sizeof(full) : len);
	b->error = errno;
	return NULL;
}

/**
 * blocked_start() - Start it, and wait until it is blocked
 * @b:	Zeroed, but for what is set beforehand
 */
static void blocked_start(struct blocked *b)
{
	b->fd = unix_socket();
	must(pthread_create(&b->thread, NULL, block, b) ? -1 : 0, "pthread_create");
	while (!atomic_load(&b->tid))
		sched_yield();
	must(wait_in_connect(getpid(), b->tid) ? 0 : -1, "block");
}

static const char *blocked_end(struct blocked *b)
{
	pthread_join(b->thread, NULL);
	return b->rc < 0 ? strerrorname_np(b->error) : "connected";
}

/* ---- the supervisor is killed ---- */

/* The first process may end with the supervisor; what it has started goes on. */
static void go_on_in_child(void)
{
	if (must(fork(), "fork") > 0) {
		wait(NULL);
		exit(0);
	}
}

static const char *killed_before(void)
{
	go_on_in_child();
	ask("kill");
	return attempt(guard);
}

static const char *killed_during(void)
{
	struct blocked b = { 0 };

	go_on_in_child();
	blocked_start(&b);
	ask("kill");
	return blocked_end(&b);
}

static atomic_int reached_real;

static void *connect_until_refused(void *unused)
{
	const char *said;

	(void)unused;
	do {
		said = attempt(guard);
		if (strcmp(said, "real") == 0)
			atomic_fetch_add(&reached_real, 1);
	} while (strcmp(said, "ENOSYS") != 0);
	return NULL;
}

static const char *killed_under_load(void)
{
	pthread_t thread[4];
	size_t i;

	go_on_in_child();
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		pthread_create(&thread[i], NULL, connect_until_refused, NULL);
	for (i = 0; i < 100; i++)
		attempt(other);
	ask("kill");
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		pthread_join(thread[i], NULL);
	return format("real=%d", reached_real);
}

/* ---- left behind ---- */

/**
 * orphan() - Connect after the first process has ended
 * @supervised:	Wait for the supervisor's end too, if it ends with it
 *
 * Return: NULL; the orphan prints the outcome.
 */
static const char *orphan(bool supervised)
{
	pid_t tool = getpid(), supervisor = getppid();

	if (must(fork(), "fork") > 0)
		return NULL;
	while (getppid() == tool || (supervised && getppid() == supervisor))
		sched_yield();
	return attempt(guard);
}

static const char *orphan_alone(void)
{
	return orphan(true);
}

static const char *orphan_lingering(void)
{
	return orphan(false);
}

/* One that is left behind holds a connection; the supervisor's end must not wait for it. */
static const char *orphan_holding(void)
{
	pid_t tool = getpid();
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int fd = unix_socket(), half = unix_socket();
	char byte;
	long begun;

	must(connect(fd, (struct sockaddr *)&sun, len), "connect");
	must(connect(half, (struct sockaddr *)&sun, len), "connect");
	must(send(half, "GET /", 5, 0), "send");
	must(answer_of(fd) == ANSWER_PROXY ? 0 : -1, "use it");
	if (must(fork(), "fork") > 0)
		return NULL;
	while (getppid() == tool)
		sched_yield();
	begun = now_ms();
	must(recv(fd, &byte, 1, 0), "wait for the end");
	return now_ms() - begun < 2 * PROMPTLY_MS ? "promptly" : "late";
}

/* The first process ends with its status while others wait in connect(). */
static const char *exit_while_pending(void)
{
	static struct blocked b[50];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(b); i++)
		blocked_start(&b[i]);
	puts("leaving");
	exit(7);
}

static const char *killed_while_pending(void)
{
	static struct blocked b[50];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(b); i++)
		blocked_start(&b[i]);
	puts("leaving");
	raise(SIGKILL);
	return NULL;
}

/* ---- memory and paths that never answer ---- */

static const char *userfault(void)
{
	return result(syscall(SYS_userfaultfd, O_CLOEXEC));
}

struct fuse_reply {
	struct fuse_out_header head;
	union {
		struct fuse_init_out init;
		struct fuse_attr_out attr;
		struct fuse_entry_out entry;
		struct fuse_open_out open;
	};
};

static void fuse_attr(struct fuse_attr *attr, uint64_t node)
{
	attr->ino = node;
	attr->mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
	attr->nlink = 1;
	attr->size = 4096;
	attr->uid = getuid();
	attr->gid = getgid();
}

/**
 * fuse_answer() - Answer one request of the kernel
 * @in:		Request
 * @out:	On return, the reply, zeroed before
 *
 * Return: the length of the reply's body; -1 for a request that is never answered:
 * reading the file "page", or looking up a name that is not "page".
 */
static int fuse_answer(const struct fuse_in_header *in, struct fuse_reply *out)
{
	switch (in->opcode) {
	case FUSE_INIT:
		out->init.major = FUSE_KERNEL_VERSION;
		out->init.minor = FUSE_KERNEL_MINOR_VERSION;
		out->init.max_write = 4096;
		return sizeof(out->init);
	case FUSE_GETATTR:
		fuse_attr(&out->attr.attr, in->nodeid);
		return sizeof(out->attr);
	case FUSE_LOOKUP:
		if (strcmp((const char *)(in + 1), "page") != 0)
			return -1;
		out->entry.nodeid = 2;
		fuse_attr(&out->entry.attr, 2);
		return sizeof(out->entry);
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		return sizeof(out->open);
	case FUSE_READ:
		return -1;
	default:
		out->head.error = -ENOSYS;
		return 0;
	}
}

static void fuse_serve(int fd)
{
	static char request[128 * 1024];
	struct fuse_in_header *in = (struct fuse_in_header *)request;
	struct fuse_reply out;
	int body;

	while (read(fd, request, sizeof(request)) > 0) {
		memset(&out, 0, sizeof(out));
		body = in->opcode == FUSE_FORGET || in->opcode == FUSE_INTERRUPT ?
			       -1 :
			       fuse_answer(in, &out);
		if (body < 0)
			continue;
		out.head.unique = in->unique;
		out.head.len = sizeof(out.head) + body;
		if (write(fd, &out, out.head.len) < 0)
			_exit(1);
	}
	_exit(0);
}

static pid_t fuse_pid;

/* Only the end of the file system ends what waits for it. */
static void end_with_fuse(void)
{
	fflush(stdout);
	kill(fuse_pid, SIGKILL);
	exit(0);
}

/**
 * fuse_mount() - Mount a file system that hangs
 *
 * Return: its directory.
 */
static const char *fuse_mount(void)
{
	const char *dir = in_work("fuse");
	int fd = must(open("/dev/fuse", O_RDWR | O_CLOEXEC), "open /dev/fuse");

	must(mkdir(dir, 0755), "mkdir");
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
	must(mount("hang", dir, "fuse", 0,
		   format("fd=%d,rootmode=40000,user_id=%u,group_id=%u,allow_other", fd, getuid(),
			  getgid())),
	     "mount fuse");
	fuse_pid = must(fork(), "fork");
	if (fuse_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fuse_serve(fd);
	}
	close(fd);
	return dir;
}

/* The address is on a page that never comes; others must be served meanwhile. */
static const char *hung_address(void)
{
	struct blocked b = { 0 };
	int fd = must(open(format("%s/page", fuse_mount()), O_RDONLY), "open");

	b.sun = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	must(b.sun == MAP_FAILED ? -1 : 0, "mmap");
	blocked_start(&b);
	puts(attempt(guard));
	end_with_fuse();
	return NULL;
}

static const char *hung_path(void)
{
	struct sockaddr_un sun;
	struct blocked b = { .sun = &sun };

	address(&sun, format("%s/never", fuse_mount()));
	blocked_start(&b);
	puts(attempt(guard));
	end_with_fuse();
	return NULL;
}

/* Each of them holds up whoever takes it, and the next one has to be told from it. */
static const char *hung_paths(void)
{
	static struct blocked b[40];
	struct sockaddr_un sun;
	long begun = now_ms();
	size_t i;

	address(&sun, format("%s/never", fuse_mount()));
	for (i = 0; i < ARRAY_SIZE(b); i++) {
		b[i].sun = &sun;
		blocked_start(&b[i]);
	}
	printf("%s ", attempt(guard));
	puts(now_ms() - begun < PROMPTLY_MS ? "promptly" : "late");
	end_with_fuse();
	return NULL;
}

/* More connects that wait than anybody has threads for. */
static const char *crowd_blocked(void)
{
	static struct blocked b[CROWD];
	pthread_attr_t attr;
	size_t i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, SMALL_STACK);
	for (i = 0; i < CROWD; i++) {
		b[i].fd = unix_socket();
		must(pthread_create(&b[i].thread, &attr, block, &b[i]) ? -1 : 0, "pthread_create");
	}
	for (i = 0; i < CROWD; i++)
		while (!atomic_load(&b[i].tid))
			sched_yield();
	puts(attempt(guard));
	exit(0);
}

/* ---- signals ---- */

static atomic_long handled;

static void on_signal(int sig)
{
	(void)sig;
	atomic_fetch_add(&handled, 1);
}

static void catch_alarm(int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };

	sigaction(SIGALRM, &action, NULL);
}

/**
 * alarm_after() - SIGALRM from the interval timer
 * @first_us:	Microseconds to the first
 * @next_us:	And between the others, 0 for none
 */
static void alarm_after(long first_us, long next_us)
{
	struct itimerval timer = { { next_us / 1000000, next_us % 1000000 },
				   { first_us / 1000000, first_us % 1000000 } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Connect to the guarded socket thousands of times in a storm of signals. */
static const char *storm(int flags)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int i, fd, isconn = 0, intr = 0, failed = 0;

	catch_alarm(flags);
	alarm_after(100, 100);
	for (i = 0; i < CONNECTS; i++) {
		fd = unix_socket();
		if (connect(fd, (struct sockaddr *)&sun, len) < 0) {
			isconn += errno == EISCONN;
			intr += errno == EINTR;
			failed += errno != EINTR && errno != EISCONN;
		}
		close(fd);
	}
	alarm_after(0, 0);
	return format("%s EISCONN=%d EINTR=%s failed=%d", handled > 100 ? "stormy" : "calm", isconn,
		      intr ? "some" : "none", failed);
}

static const char *storm_restarting(void)
{
	return storm(SA_RESTART);
}

static const char *storm_interrupting(void)
{
	return storm(0);
}

/* Only EINTR lets a caller try again; the socket must then be as it was. */
static const char *storm_retrying(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int i, fd, rc, failed = 0;

	catch_alarm(0);
	alarm_after(100, 100);
	for (i = 0; i < CONNECTS / 4; i++) {
		fd = unix_socket();
		do
			rc = connect(fd, (struct sockaddr *)&sun, len);
		while (rc < 0 && errno == EINTR);
		failed += rc < 0;
		close(fd);
	}
	alarm_after(0, 0);
	return format("failed=%d", failed);
}

/* ---- a connect that blocks ---- */

static struct sockaddr_un full_sun;

static const char *connect_full(int fd)
{
	socklen_t len = address(&full_sun, extra[0]);

	return result(connect(fd, (struct sockaddr *)&full_sun, len));
}

static const char *blocked_interrupted(void)
{
	long begun = now_ms();
	const char *said;

	catch_alarm(0);
	alarm_after(200000, 0);
	said = connect_full(unix_socket());
	return format("%s %s", said, now_ms() - begun < 200 + PROMPTLY_MS ? "promptly" : "late");
}

/* The third handler to run ends the program, while the connect stays blocked. */
static void on_third_alarm(int sig)
{
	on_signal(sig);
	if (handled == 3) {
		dprintf(STDOUT_FILENO, "handled\n");
		_exit(0);
	}
}

static const char *blocked_restarted(void)
{
	struct sigaction action = { .sa_handler = on_third_alarm, .sa_flags = SA_RESTART };

	sigaction(SIGALRM, &action, NULL);
	alarm_after(100000, 100000);
	return connect_full(unix_socket());
}

static const char *blocked_timeout(void)
{
	struct timeval limit = { 0, 300000 };
	int fd = unix_socket();
	long begun = now_ms(), took;
	const char *said;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	said = connect_full(fd);
	took = now_ms() - begun;
	return format("%s %s", said,
		      took >= 300 && took < 300 + PROMPTLY_MS ? "in time" : "at another time");
}

static const char *blocked_nonblocking(void)
{
	int fd = unix_socket();

	fcntl(fd, F_SETFL, O_NONBLOCK);
	return connect_full(fd);
}

static const char *blocked_killed(void)
{
	pid_t pid = must(fork(), "fork");
	long begun;
	int status;

	if (pid == 0) {
		connect_full(unix_socket());
		_exit(0);
	}
	must(wait_in_connect(pid, pid) ? 0 : -1, "block");
	begun = now_ms();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return format("%s %s", WIFSIGNALED(status) ? "killed" : "alive",
		      now_ms() - begun < PROMPTLY_MS ? "promptly" : "late");
}

/* Another process connects all the time: whoever looks after the blocked is busy. */
static pid_t start_busy_process(void)
{
	pid_t pid = must(fork(), "fork");

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			attempt(other);
	}
	return pid;
}

static const char *blocked_interrupted_beside_busy(void)
{
	pid_t busy = start_busy_process();
	const char *said = blocked_interrupted();

	kill(busy, SIGKILL);
	return said;
}

/* More are killed in their blocked connect than there are threads to look after them. */
static const char *blocked_killed_beside_busy(void)
{
	pid_t busy = start_busy_process(), pid;
	const char *said;
	int i;

	for (i = 0; i < 150; i++) {
		pid = must(fork(), "fork");
		if (pid == 0) {
			connect_full(unix_socket());
			_exit(0);
		}
		must(wait_in_connect(pid, pid) ? 0 : -1, "block");
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	said = attempt(guard);
	kill(busy, SIGKILL);
	return said;
}

static char state_of(pid_t pid)
{
	FILE *stat = fopen(format("/proc/%d/stat", pid), "re");
	char state = 'X';

	if (stat) {
		if (fscanf(stat, "%*d %*[^)]) %c", &state) != 1)
			state = 'X';
		fclose(stat);
	}
	return state;
}

/* The first process stops, and one it has started lets it go on. */
static const char *stopped_for_a_while(void)
{
	pid_t tool = getpid(), above = getppid();
	long deadline;

	if (must(fork(), "fork") == 0) {
		while (state_of(tool) != 'T')
			sched_yield();
		/* A supervisor that stops as well needs a moment for that. */
		deadline = now_ms() + 200;
		while (state_of(above) != 'T' && now_ms() < deadline)
			sched_yield();
		kill(tool, SIGCONT);
		_exit(0);
	}
	raise(SIGSTOP);
	return attempt(guard);
}

/* A thread's blocked connect, and other threads' quick ones beside it. */
static const char *blocked_beside(void)
{
	struct blocked b = { 0 };

	blocked_start(&b);
	puts(attempt(guard));
	puts(attempt(other));
	exit(0);
}

/* ---- many ---- */

static const char *forks(void)
{
	int i, status, proxied = 0;

	for (i = 0; i < FORKS; i++)
		if (must(fork(), "fork") == 0)
			_exit(strcmp(attempt(guard), "proxy") != 0);
	for (i = 0; i < FORKS; i++) {
		wait(&status);
		proxied += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	return format("proxied=%d", proxied);
}

/* All descriptors but one are in use, and that one is the socket. */
static const char *own_limit(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int fd = unix_socket();

	while (open("/dev/null", O_RDONLY) >= 0)
		;
	return outcome(fd, connect(fd, (struct sockaddr *)&sun, len));
}

/* Connections that are held on to, all at once. */
static const char *held_connections(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int i, fd, connected = 0;

	for (i = 0; i < CROWD; i++) {
		fd = unix_socket();
		connected += connect(fd, (struct sockaddr *)&sun, len) == 0;
	}
	return format("connected=%d", connected);
}

/* The supervisor may open no more than a few descriptors; later it may again. */
static const char *few_descriptors(void)
{
	struct rlimit few, before;
	int i, held[CROWD], connected = 0;
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	long deadline;

	must(prlimit(getppid(), RLIMIT_NOFILE, NULL, &before), "prlimit");
	few = before;
	few.rlim_cur = 100;
	must(prlimit(getppid(), RLIMIT_NOFILE, &few, NULL), "prlimit");
	for (i = 0; i < CROWD; i++) {
		held[i] = unix_socket();
		connected += connect(held[i], (struct sockaddr *)&sun, len) == 0;
	}
	for (i = 0; i < CROWD; i++)
		close(held[i]);
	must(prlimit(getppid(), RLIMIT_NOFILE, &before, NULL), "prlimit");
	deadline = now_ms() + ANSWER_DEADLINE_MS;
	while (strcmp(attempt(guard), "proxy") != 0 && now_ms() < deadline)
		;
	return format("%s then %s", connected == CROWD ? "all" : "some", attempt(guard));
}

static void connect_often(int times)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int fd;

	while (times-- > 0) {
		fd = unix_socket();
		connect(fd, (struct sockaddr *)&sun, len);
		close(fd);
	}
}

/* The supervisor runs out of descriptors at every point there is; afterwards each
 * connection is again that of who has made it, and answered. */
static const char *descriptors_run_out(void)
{
	struct rlimit few, before;
	int i, limit;

	must(prlimit(getppid(), RLIMIT_NOFILE, NULL, &before), "prlimit");
	few = before;
	for (limit = 20; limit < 60; limit++) {
		few.rlim_cur = limit;
		must(prlimit(getppid(), RLIMIT_NOFILE, &few, NULL), "prlimit");
		for (i = 0; i < 8; i++) {
			if (must(fork(), "fork") == 0) {
				connect_often(40);
				_exit(0);
			}
		}
		while (wait(NULL) > 0)
			;
	}
	must(prlimit(getppid(), RLIMIT_NOFILE, &before, NULL), "prlimit");
	return attempt(guard);
}

/* ask("mark") has the runner note what the supervisor has open, "same" compares. */
static const char *many_connects(void)
{
	struct sockaddr_un sun;
	socklen_t len = address(&sun, guard);
	int i, fd, failed = 0;

	for (i = 0; i < 200; i++)
		attempt(guard);
	ask("mark");
	for (i = 0; i < CONNECTS; i++) {
		fd = unix_socket();
		failed += connect(fd, (struct sockaddr *)&sun, len) < 0;
		close(fd);
	}
	for (i = 0; i < 200; i++)
		if (must(fork(), "fork") == 0)
			_exit(strcmp(attempt(guard), "proxy") != 0);
	while (wait(NULL) > 0)
		;
	return format("failed=%d %s", failed, ask("compare"));
}

/* Processes that nobody but the supervisor can wait for. */
static const char *many_orphans(void)
{
	int i;

	ask("mark");
	for (i = 0; i < 200; i++) {
		if (must(fork(), "fork") == 0) {
			if (fork() == 0)
				_exit(attempt(guard) == NULL);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	return ask("compare");
}

/* New sockets at the guarded name, again and again: is the first one forgotten? */
static const char *many_sockets(void)
{
	struct sockaddr_un sun;
	socklen_t len;
	int i, fd;

	must(link(guard, in_work("first")), "link");
	for (i = 0; i < 1500; i++) {
		fd = unix_socket();
		len = address(&sun, in_work("new"));
		must(bind(fd, (struct sockaddr *)&sun, len), "bind");
		close(fd);
		must(rename(in_work("new"), guard), "rename");
		attempt(guard);
	}
	return attempt(in_work("first"));
}

static const struct attack attacks[] = {
	{ "plain", attempt_guard },
	{ "killed_before", killed_before },
	{ "killed_during", killed_during },
	{ "killed_under_load", killed_under_load },
	{ "orphan_alone", orphan_alone },
	{ "orphan_lingering", orphan_lingering },
	{ "orphan_holding", orphan_holding },
	{ "exit_while_pending", exit_while_pending },
	{ "killed_while_pending", killed_while_pending },
	{ "userfault", userfault },
	{ "hung_address", hung_address },
	{ "hung_path", hung_path },
	{ "hung_paths", hung_paths },
	{ "crowd_blocked", crowd_blocked },
	{ "storm_restarting", storm_restarting },
	{ "storm_interrupting", storm_interrupting },
	{ "storm_retrying", storm_retrying },
	{ "blocked_interrupted", blocked_interrupted },
	{ "blocked_restarted", blocked_restarted },
	{ "blocked_timeout", blocked_timeout },
	{ "blocked_nonblocking", blocked_nonblocking },
	{ "blocked_killed", blocked_killed },
	{ "blocked_beside", blocked_beside },
	{ "blocked_interrupted_beside_busy", blocked_interrupted_beside_busy },
	{ "blocked_killed_beside_busy", blocked_killed_beside_busy },
	{ "stopped_for_a_while", stopped_for_a_while },
	{ "forks", forks },
	{ "own_limit", own_limit },
	{ "held_connections", held_connections },
	{ "few_descriptors", few_descriptors },
	{ "descriptors_run_out", descriptors_run_out },
	{ "many_connects", many_connects },
	{ "many_orphans", many_orphans },
	{ "many_sockets", many_sockets },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
