/*
 * notify - receive what the filter reports, and answer it
 *
 * Theory of operation. Of the workers one is the receiver, the others work or are
 * idle. The receiver handles what it has received itself and then receives again:
 * to wake another for that would take longer than most of what there is to do. But
 * it may be held up: a connect blocks, a path or a page may belong to a file system
 * that does not answer. So nothing else is ever done in a worker, a timer runs while
 * one works, and when it runs out an idle worker becomes the receiver. There is one
 * from the tool's first connect on. Those that block in connect() are replaced, so
 * that others go on; when there are too many of either, the last one answers EAGAIN.
 *
 * While a thread's connect is being made here, the kernel holds back its
 * signals. Whoever receives therefore looks, every NOTIFY_TICK_MS, after those
 * that wait: one with a signal for a handler is answered as the kernel would
 * have it, one that is gone is given up, and the worker's own connect() is
 * interrupted.
 *
 * An answer is always a result. Letting the kernel go on with a system call whose
 * arguments the thread can change meanwhile is never one.
 */
#ifndef RUN_NOTIFY_H
#define RUN_NOTIFY_H

#include <linux/seccomp.h>
#include <stdbool.h>

#define NOTIFY_WORKERS_MAX 64  /* that work at a time */
#define NOTIFY_THREADS_MAX 512 /* with those that are blocked in connect() */
#define NOTIFY_TICK_MS	   100
#define NOTIFY_FULL_MS	   250	   /* how long a notification waits for a worker */
#define NOTIFY_PATIENCE_NS 1000000 /* how long one is waited for that works */

struct notify;
struct notify_job;

/**
 * notify_handler - Handle one notification
 * @data:	As given to notify_new()
 * @job:	To be answered with notify_reply(), or not if it is not valid
 */
typedef void notify_handler(void *data, struct notify_job *job);

/**
 * notify_new() - Start receiving
 * @listener_fd:	From filter_load(); owned on success
 * @handler:	Called in worker threads
 * @data:	For @handler
 * @error:	On failure, -errno
 *
 * To be called with all signals blocked that are not for the workers.
 *
 * Return: the receiver, of which there is one a process, or NULL.
 */
struct notify *notify_new(int listener_fd, notify_handler *handler, void *data, int *error);

/** notify_drained_fd() - Readable once no process is left under the filter; borrowed */
int notify_drained_fd(const struct notify *n);

/** notify_what() - The notification itself */
const struct seccomp_notif *notify_what(const struct notify_job *job);

/** notify_is_valid() - Whether the thread still waits for an answer */
bool notify_is_valid(const struct notify_job *job);

/**
 * notify_begin_wait() - What follows may block for long
 *
 * From here to notify_end_wait() system calls may fail with EINTR.
 */
void notify_begin_wait(struct notify_job *job);

/** notify_end_wait() - It does not block any longer */
void notify_end_wait(struct notify_job *job);

/**
 * notify_reply() - Answer
 * @job:	Job
 * @result:	0 or -errno, what connect() returns
 *
 * Return: 0, or -ENOENT if the thread does not wait for it any more.
 */
int notify_reply(struct notify_job *job, int result);

#endif
