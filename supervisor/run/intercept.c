#include "intercept.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "path.h"
#include "proc.h"

#define EXE_MAX 512 /* bytes of a program's path in the audit log */

/* ---- what is remembered ---- */

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0)
		return 0;
	return cookie;
}

/* Its thread was interrupted in the last moment and will ask again. */
static void remember(struct intercept *i, const struct target *t, uint64_t cookie)
{
	pthread_mutex_lock(&i->lock);
	i->memos[i->memo_next++ % INTERCEPT_MEMO_MAX] = (struct memo){ cookie, t->status.tgid,
								       t->address, t->len };
	pthread_mutex_unlock(&i->lock);
}

/* The same socket, and asked for the same: a connect to elsewhere is another one. */
static bool is_of(const struct memo *m, const struct target *t, uint64_t cookie)
{
	return m->cookie == cookie && m->tgid == t->status.tgid && m->len == t->len &&
	       memcmp(m->address.bytes, t->address.bytes, t->len) == 0;
}

static bool recall(struct intercept *i, const struct target *t)
{
	bool found = false;
	uint64_t cookie;

	pthread_mutex_lock(&i->lock);
	if (i->memo_next > 0) {
		cookie = cookie_of(t->socket_fd);
		for (size_t m = 0; m < INTERCEPT_MEMO_MAX && cookie != 0 && !found; m++) {
			found = is_of(&i->memos[m], t, cookie);
			if (found)
				i->memos[m].cookie = 0;
		}
	}
	pthread_mutex_unlock(&i->lock);
	return found;
}

/* Once for a process and a reason; a tool in a loop must not fill the log. */
static bool is_news(struct intercept *i, const struct target *t, const char *what)
{
	bool known = false;

	pthread_mutex_lock(&i->lock);
	if (!i->failed)
		i->failed = what;
	for (size_t c = 0; c < INTERCEPT_COMPLAIN_MAX && !known; c++)
		known = i->complaints[c].tgid == t->status.tgid && i->complaints[c].what == what;
	if (!known)
		i->complaints[i->complaint_next++ % INTERCEPT_COMPLAIN_MAX] = (struct complaint){
			t->status.tgid, what
		};
	pthread_mutex_unlock(&i->lock);
	return !known;
}

static int refuse(struct intercept *i, const struct target *t, const char *what)
{
	char pid[16];

	if (is_news(i, t, what)) {
		snprintf(pid, sizeof(pid), "%d", (int)t->tid);
		log_event(LOG_LEVEL_WARNING, "a connect was refused, it cannot be looked at", "pid",
			  pid, "comm", t->status.comm, "reason", what, NULL);
	}
	return -EACCES;
}

/* ---- connecting ---- */

/* Give our end of a redirected connection to whom it concerns. */
static void hand_over(struct intercept *i, const struct target *t, int fd)
{
	char exe[EXE_MAX];
	const struct run_client client = {
		.pid = t->status.tgid,
		.uid = t->status.euid,
		.comm = t->status.comm,
		.exe = exe,
	};

	if (atomic_exchange(&i->testing, false)) {
		if (send(fd, i->nonce, sizeof(i->nonce), MSG_NOSIGNAL) != sizeof(i->nonce))
			is_news(i, t, "write to the redirected connection");
		close(fd);
		return;
	}
	target_exe(t, exe, sizeof(exe));
	i->config->adopt(i->config->data, fd, &client);
}

static int redirect_named(struct intercept *i, const struct target *t)
{
	int accepted = -1;
	int rc = redirect_unix(&i->redirect, t->socket_fd, &accepted);

	if (accepted >= 0)
		hand_over(i, t, accepted);
	return rc;
}

static int redirect_endpoint(struct intercept *i, struct notify_job *job, const struct target *t)
{
	int accepted = -1, rc;

	notify_begin_wait(job);
	rc = redirect_tcp(t->socket_fd, &t->address.sa, &accepted);
	notify_end_wait(job);
	if (accepted >= 0)
		hand_over(i, t, accepted);
	return rc;
}

/**
 * connect_as() - Connect with the thread's rights
 * @i:		Intercept
 * @job:	Job
 * @t:		Target
 * @sa:		Where to, in our own memory
 * @len:	Its length
 */
static int connect_as(const struct intercept *i, struct notify_job *job, const struct target *t,
		      const struct sockaddr *sa, socklen_t len)
{
	int adopted = creds_adopt(&i->own, &t->status, t->dir_fd), rc;

	if (adopted < 0)
		return adopted;
	notify_begin_wait(job);
	rc = connect(t->socket_fd, sa, len) < 0 ? -errno : 0;
	notify_end_wait(job);
	if (adopted > 0)
		creds_restore(&i->own);
	return rc;
}

/* The socket file, not its path: the path may name another one by now. */
static int connect_inode(const struct intercept *i, struct notify_job *job, const struct target *t,
			 int fd)
{
	struct sockaddr_un un;

	proc_name(&un, fd);
	return connect_as(i, job, t, (const struct sockaddr *)&un, sizeof(un));
}

/* What is no path: the copied bytes mean the same to us as to the thread. */
static int connect_bytes(const struct intercept *i, struct notify_job *job, const struct target *t)
{
	assert(!target_is_named(t));
	return connect_as(i, job, t, &t->address.sa, t->len);
}

/**
 * resolve() - Find the file that the address names
 * @i:	Intercept
 * @t:	Target
 *
 * Return: O_PATH descriptor or -errno.
 */
static int resolve(struct intercept *i, const struct target *t)
{
	const char *path = target_path(t);
	struct path_view view = { .cwd_fd = -1, .who = &t->status };
	int adopted, fd = -EACCES;

	view.root_fd = openat(t->dir_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (view.root_fd < 0)
		return refuse(i, t, "open its root directory");
	if (path[0] != '/')
		view.cwd_fd = openat(t->dir_fd, "cwd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (path[0] != '/' && view.cwd_fd < 0) {
		refuse(i, t, "open its working directory");
		goto out;
	}
	adopted = creds_adopt(&i->own, &t->status, t->dir_fd);
	if (adopted < 0) {
		refuse(i, t, "take on its credentials");
		goto out;
	}
	fd = path_resolve(&view, path);
	if (adopted > 0)
		creds_restore(&i->own);
out:
	if (view.cwd_fd >= 0)
		close(view.cwd_fd);
	close(view.root_fd);
	return fd;
}

static int connect_named(struct intercept *i, struct notify_job *job, const struct target *t)
{
	int fd = resolve(i, t), rc, match = 0;
	struct stat st;

	if (fd < 0)
		return fd;
	rc = fstat(fd, &st) < 0 ? -EACCES : 0;
	if (rc == 0 && S_ISSOCK(st.st_mode))
		match = redirect_is_ours(&i->redirect, &st) ?
				1 :
				identity_match_inode(i->identity, &st);
	if (match < 0)
		rc = refuse(i, t, "look at the protected sockets");
	else if (rc == 0)
		rc = match > 0 ? redirect_named(i, t) : connect_inode(i, job, t, fd);
	close(fd);
	return rc;
}

static int decide(struct intercept *i, struct notify_job *job, const struct target *t)
{
	if (recall(i, t))
		return 0;
	if (target_is_named(t))
		return connect_named(i, job, t);
	if (t->domain != AF_UNIX && t->type == SOCK_STREAM &&
	    identity_match_address(i->identity, &t->address.sa, t->len))
		return redirect_endpoint(i, job, t);
	return connect_bytes(i, job, t);
}

void intercept_handle(void *data, struct notify_job *job)
{
	struct intercept *i = data;
	struct target t;
	uint64_t cookie;
	int rc = target_open(&t, notify_what(job));

	/* From here on what was read is known to be of the thread that asked. */
	if (notify_is_valid(job)) {
		if (rc == 0)
			rc = decide(i, job, &t);
		else if (t.failed)
			refuse(i, &t, t.failed);
		cookie = rc == 0 ? cookie_of(t.socket_fd) : 0;
		/* Before the answer, or the thread's own close() would not be the last. */
		target_close(&t);
		if (notify_reply(job, rc) < 0 && rc == 0)
			remember(i, &t, cookie);
	}
	target_close(&t);
}
