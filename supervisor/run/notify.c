#include "notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "status.h"

#define STACK_SIZE    (512 * 1024)
#define CANCEL_SIGNAL SIGRTMIN
#define RESTART	      512 /* ERESTARTSYS, which the kernel never lets out */

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP /* Linux 6.6 */
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#endif

#define BIT(signal) (1ULL << ((signal)-1))
#define STOPS	    (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

/**
 * struct notify_job - A worker and what it works on
 * @what:	Notification; as long as the kernel has it, owned
 * @busy:	It has one
 * @waiting:	It may be blocked in connect()
 * @answered:	The thread has its answer, or is gone
 */
struct notify_job {
	struct notify *notify;
	pthread_t thread;
	struct seccomp_notif *what;
	bool busy;
	bool waiting;
	bool answered;
};

/**
 * struct notify - The receiver
 * @next_tick:	When those that wait are looked after again, in ms; the receiver's
 * @alarm_fd:	Timer that the idle workers read, one of which is to be the receiver
 * @receiver:	Who receives, or works and will receive after that; NULL if nobody
 * @n_taken:	How many notifications were received
 * @alarm_set:	The timer runs, or nobody has read it since it ran out
 * @alarm_for:	What @n_taken was when it was set
 */
struct notify {
	int listener_fd;
	int drained_fd;
	notify_handler *handler;
	void *data;
	size_t what_len;
	int64_t next_tick;
	int alarm_fd;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t idle;
	struct notify_job *receiver; /* borrowed */
	uint64_t n_taken;
	bool alarm_set;
	uint64_t alarm_for;
	unsigned int n_workers;
	unsigned int n_busy;
	unsigned int n_waiting;
	bool full; /* a notification has waited for a worker in vain, and none is free since */
	struct notify_job jobs[NOTIFY_THREADS_MAX];
};

const struct seccomp_notif *notify_what(const struct notify_job *job)
{
	return job->what;
}

int notify_drained_fd(const struct notify *n)
{
	return n->drained_fd;
}

/* Its requests wait for a mutex of the kernel's, and for that only until a signal. */
static int ask(const struct notify *n, unsigned long request, void *argument)
{
	int rc;

	do {
		rc = ioctl(n->listener_fd, request, argument) < 0 ? -errno : 0;
	} while (rc == -EINTR);
	return rc;
}

bool notify_is_valid(const struct notify_job *job)
{
	return ask(job->notify, SECCOMP_IOCTL_NOTIF_ID_VALID, &job->what->id) == 0;
}

/* ---- answering ---- */

static int send_reply(const struct notify_job *job, int result)
{
	struct seccomp_notif_resp resp = { .id = job->what->id, .error = result };
	int rc = ask(job->notify, SECCOMP_IOCTL_NOTIF_SEND, &resp);

	/* Anything but "gone" is a mistake of ours, and nobody would ever answer. */
	if (rc < 0 && rc != -ENOENT)
		abort();
	return rc;
}

int notify_reply(struct notify_job *job, int result)
{
	int rc = -ENOENT;

	pthread_mutex_lock(&job->notify->lock);
	if (!job->answered) {
		rc = send_reply(job, result);
		job->answered = true;
	}
	pthread_mutex_unlock(&job->notify->lock);
	return rc;
}

/* ---- who receives ---- */

/* Called with the lock held. */
static void set_alarm(struct notify *n, long ns)
{
	const struct itimerspec when = { .it_value.tv_nsec = ns };

	if (timerfd_settime(n->alarm_fd, 0, &when, NULL) < 0)
		abort();
	n->alarm_set = true;
	n->alarm_for = n->n_taken;
}

/* Whether it has worked on the same notification since the alarm was set. */
static bool is_held_up(const struct notify *n)
{
	return n->receiver->busy && n->alarm_for == n->n_taken;
}

/* Called with the lock held, which it lets go of. */
static void wait_for_alarm(struct notify *n)
{
	uint64_t count;

	pthread_mutex_unlock(&n->lock);
	if (read(n->alarm_fd, &count, sizeof(count)) < 0 && errno != EINTR)
		abort();
	pthread_mutex_lock(&n->lock);
}

/**
 * become_receiver() - Wait until there is no other
 * @job:	Worker
 *
 * One that works on for too long is another no more.
 */
static void become_receiver(struct notify_job *job)
{
	struct notify *n = job->notify;

	pthread_mutex_lock(&n->lock);
	while (n->receiver) {
		wait_for_alarm(n);
		n->alarm_set = false;
		if (!n->receiver || is_held_up(n))
			break;
		if (n->receiver->busy)
			set_alarm(n, NOTIFY_PATIENCE_NS);
	}
	n->receiver = job;
	pthread_mutex_unlock(&n->lock);
}

void notify_begin_wait(struct notify_job *job)
{
	struct notify *n = job->notify;

	pthread_mutex_lock(&n->lock);
	job->waiting = true;
	n->n_waiting++;
	/* Who could not be replaced by a new worker may be now. */
	if (n->n_busy > NOTIFY_WORKERS_MAX)
		pthread_cond_signal(&n->idle);
	/* Where one is blocked another will be: not for this one, too, the patience. */
	if (n->receiver == job && n->n_waiting > 1) {
		n->receiver = NULL;
		set_alarm(n, 1);
	}
	pthread_mutex_unlock(&n->lock);
}

void notify_end_wait(struct notify_job *job)
{
	pthread_mutex_lock(&job->notify->lock);
	job->waiting = false;
	job->notify->n_waiting--;
	pthread_mutex_unlock(&job->notify->lock);
}

/* ---- those that wait ---- */

/**
 * interruption() - What a connect returns if a signal ends it now
 * @s:	The thread
 *
 * -ERESTARTSYS makes the kernel do what SA_RESTART says, and go on after a stop.
 * It needs a signal that is sure to be this thread's: with more than one thread
 * another may take it, and the number would become the result.
 *
 * Return: the result, 0 if no signal asks for it.
 */
static int interruption(const struct status *s)
{
	uint64_t due = s->pending & ~s->blocked;

	if (s->threads == 1)
		return due & (s->caught | STOPS) ? -RESTART : 0;
	return due & s->caught ? -EINTR : 0;
}

static bool read_waiting(const struct notify_job *job, struct status *s)
{
	int fd = proc_thread((pid_t)job->what->pid), rc;

	if (fd < 0)
		return false;
	rc = status_read(s, fd);
	close(fd);
	return rc == 0;
}

/* Called with the lock held. */
static void look_after(struct notify_job *job)
{
	static struct status s; /* whoever receives is alone */
	int result;

	if (!job->answered && !notify_is_valid(job))
		job->answered = true;
	if (!job->answered && read_waiting(job, &s)) {
		result = interruption(&s);
		if (result != 0) {
			send_reply(job, result);
			job->answered = true;
		}
	}
	/* Again each time: the last signal may have come before its connect(). */
	if (job->answered)
		pthread_kill(job->thread, CANCEL_SIGNAL);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Called with the lock held. */
static void look_after_all(struct notify *n)
{
	for (unsigned int i = 0; i < n->n_workers; i++)
		if (n->jobs[i].busy && n->jobs[i].waiting)
			look_after(&n->jobs[i]);
}

/**
 * tick() - Look after those that wait, if it is time
 * @n:	Receiver; the caller is who receives
 *
 * It must be, however many notifications come in between.
 *
 * Return: milliseconds until it is time again, -1 if nobody waits.
 */
static int tick(struct notify *n)
{
	int64_t now = now_ms();
	bool any;

	pthread_mutex_lock(&n->lock);
	any = n->n_busy > 0;
	if (any && now >= n->next_tick) {
		look_after_all(n);
		n->next_tick = now + NOTIFY_TICK_MS;
	}
	pthread_mutex_unlock(&n->lock);
	return any ? (int)(n->next_tick - now) : -1;
}

/* ---- receiving ---- */

static void say_drained(const struct notify *n)
{
	const uint64_t one = 1;

	/* Full is as good. */
	if (write(n->drained_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		abort();
}

/**
 * receive() - Wait for a notification; the caller is the receiver
 * @n:		Receiver
 * @what:	Filled
 *
 * Return: whether there is one; false when there will be no more.
 */
static bool receive(struct notify *n, struct seccomp_notif *what)
{
	for (;;) {
		struct pollfd p = { .fd = n->listener_fd, .events = POLLIN };
		int ready = poll(&p, 1, tick(n));

		if (ready <= 0)
			continue;
		if (!(p.revents & POLLIN)) {
			say_drained(n);
			return false;
		}
		/* The kernel wants it empty. ENOENT: the thread is gone already. */
		memset(what, 0, n->what_len);
		if (ioctl(n->listener_fd, SECCOMP_IOCTL_NOTIF_RECV, what) == 0)
			return true;
		if (errno != ENOENT && errno != EINTR)
			abort();
	}
}

static void *work(void *data);

/* Called with the lock held. */
static int add_worker(struct notify *n)
{
	struct notify_job *job = &n->jobs[n->n_workers];
	pthread_attr_t attr;
	int rc;

	job->notify = n;
	job->what = malloc(n->what_len);
	if (!job->what)
		return -ENOMEM;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&job->thread, &attr, work, job);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		n->n_workers++;
	else
		free(job->what);
	return -rc;
}

/*
 * Called with the lock held. Whether somebody is left to receive. The first one needs
 * nobody: it is the self-test's, and what it waits for is its answer.
 */
static bool has_spare(const struct notify *n)
{
	return n->n_busy < n->n_workers || n->n_taken == 0;
}

/* Called with the lock held. */
static bool may_grow(const struct notify *n)
{
	return n->n_workers < NOTIFY_THREADS_MAX && n->n_busy - n->n_waiting <= NOTIFY_WORKERS_MAX;
}

/**
 * take() - Note that a worker is busy, and see that somebody receives
 * @job:	Worker
 *
 * Return: whether it may work; false if it must stay free to receive.
 */
static bool take(struct notify_job *job)
{
	struct notify *n = job->notify;
	struct timespec until;
	bool room;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += NOTIFY_FULL_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;

	pthread_mutex_lock(&n->lock);
	job->thread = pthread_self();
	job->answered = false;
	job->busy = true;
	n->n_busy++;
	while (!has_spare(n)) {
		if (may_grow(n) && add_worker(n) == 0)
			break;
		if (n->full || pthread_cond_timedwait(&n->idle, &n->lock, &until) != 0)
			break;
	}
	room = has_spare(n);
	n->full = !room;
	n->n_taken++;
	if (!n->alarm_set)
		set_alarm(n, NOTIFY_PATIENCE_NS);
	pthread_mutex_unlock(&n->lock);
	return room;
}

/**
 * put_back() - Note that a worker has done its work
 * @job:	Worker
 * @worked:	What take() has said
 *
 * Return: whether it still is the receiver.
 */
static bool put_back(struct notify_job *job, bool worked)
{
	struct notify *n = job->notify;
	bool receives;

	pthread_mutex_lock(&n->lock);
	job->busy = false;
	if (worked)
		n->full = false;
	n->n_busy--;
	receives = n->receiver == job;
	pthread_cond_signal(&n->idle);
	pthread_mutex_unlock(&n->lock);
	return receives;
}

static void *work(void *data)
{
	struct notify_job *job = data;
	struct notify *n = job->notify;
	sigset_t cancel;

	sigemptyset(&cancel);
	sigaddset(&cancel, CANCEL_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &cancel, NULL);
	for (;;) {
		bool room;

		become_receiver(job);
		do {
			if (!receive(n, job->what))
				return NULL;
			room = take(job);
			if (room)
				n->handler(n->data, job);
			else
				notify_reply(job, -EAGAIN);
		} while (put_back(job, room));
	}
}

/* ---- starting ---- */

static void on_cancel(int signum)
{
	(void)signum;
}

static int measure(struct notify *n)
{
	struct seccomp_notif_sizes sizes;

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return -errno;
	n->what_len = sizes.seccomp_notif;
	if (n->what_len < sizeof(struct seccomp_notif))
		n->what_len = sizeof(struct seccomp_notif);
	/* A longer answer of a newer kernel has a meaning when it is zero, too. */
	return sizes.seccomp_notif_resp == sizeof(struct seccomp_notif_resp) ? 0 : -ENOSYS;
}

static int start(struct notify *n)
{
	struct sigaction action = { .sa_handler = on_cancel }; /* no SA_RESTART */
	int rc = measure(n);

	if (rc < 0)
		return rc;
	n->drained_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	n->alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (n->drained_fd < 0 || n->alarm_fd < 0 || sigaction(CANCEL_SIGNAL, &action, NULL) < 0)
		return -errno;
	/* Only makes it faster, so it does not matter if the kernel does not know it. */
	ioctl(n->listener_fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	pthread_mutex_init(&n->lock, NULL);
	pthread_cond_init(&n->idle, NULL);
	pthread_mutex_lock(&n->lock);
	rc = add_worker(n);
	pthread_mutex_unlock(&n->lock);
	return rc;
}

struct notify *notify_new(int listener_fd, notify_handler *handler, void *data, int *error)
{
	/* One a process; its workers run until the process ends. */
	static struct notify the_notify;
	struct notify *n = &the_notify;

	n->listener_fd = listener_fd;
	n->handler = handler;
	n->data = data;
	*error = start(n);
	return *error == 0 ? n : NULL;
}
