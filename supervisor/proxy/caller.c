#include "caller.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../policy/container.h"
#include "admission.h"
#include "audit.h"
#include "cgroup.h"
#include "conn.h"
#include "log.h"
#include "needs.h"
#include "question.h"
#include "rate.h"
#include "worker.h"

/* openat(2) is allowed where containers are asked about. */
NEEDS_SYSCALLS("getsockopt pidfd_open poll ppoll read close");

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5, newer than the headers of Debian 12 */
#endif

#define NAMES_MAX    32	 /* of a certificate */
#define NAME_MAX_LEN 255 /* bytes of one of them */
#define GROUPS_ROOM  64	 /* groups that most processes do not have */

/* What is wrong: a refusal's status code and text. */
struct why {
	unsigned int status;
	const char *text;
};

/* clang-format off */
static const struct why
	not_named = { 403, "this client is none of those that may ask here" },
	late = { 503, "who this client is could not be found out in time" },
	no_answer = { 503, "who this client is could not be found out: the engine did not answer" },
	odd_answer = { 503, "who this client is could not be found out: the engine's answer makes "
			    "no sense" },
	other_namespace = { 403, "the container of this client is not known: its process is not to "
				 "be seen from here (a guard in a container needs pid: host)" },
	gone = { 403, "the container of this client is not known: its process has ended" },
	unreadable = { 403, "the container of this client is not known: its control groups cannot "
			    "be read" },
	false_claim = { 403, "its process is in a control group that is called like a container's "
			     "and is not the container's" },
	too_deep = { 403, "the container of this client is not known: its control groups are called "
			  "like too many containers inside each other" },
	shared_address = { 403, "the container of this client is not known: more than one has its "
				"address" },
	overloaded = { 503, "who this client is could not be found out: out of memory or "
			    "descriptors" };
/* clang-format on */

enum stage {
	STAGE_NEW,     /* nobody was asked */
	STAGE_ASKS,    /* the answer is to come */
	STAGE_KNOWN,   /* @container is what it is in, or NULL */
	STAGE_UNKNOWN, /* there is no answer */
};

/**
 * struct process - What is needed to ask about a process
 * @cgroup:	Its /proc/PID/cgroup
 * @ids:	Containers that this claims
 * @at:		Which of them is asked about
 * @question:	The question, or NULL; owned
 */
struct process {
	char cgroup[CGROUP_TEXT_MAX];
	struct cgroup_ids ids;
	size_t at;
	struct question *question;
};

/**
 * struct caller - What is known of one client
 * @waiter:	For host names
 * @node:	In one of the lists of struct callers, or in none
 * @container:	During the call that brings it
 * @process:	While it is asked about; owned, or NULL
 * @names:	Of its certificate, @n_names of them; owned
 * @why:	Why it is nobody
 * @by:		The kind of what a tier knows it by, ACCESS_KIND_NUM for none
 * @shown_name:	Name of its certificate to show; owned, or NULL
 * @shown_key:	What that is called
 * @container_name: Container it is in; owned, or NULL
 * @container_id: The same
 */
struct caller {
	struct conn *conn;
	struct hosts_waiter waiter;
	struct list node;
	enum stage stage;
	const struct container *container;
	struct process *process;
	struct access_name *names;
	size_t n_names;
	const struct why *why;
	enum access_kind by;
	char *shown_name;
	const char *shown_key;
	char *container_name;
	char container_id[CGROUP_ID_LEN + 1];
};

static struct callers *all_of(const struct conn *c)
{
	return &c->worker->callers;
}

/* ---- certificates ---- */

static void take_name(void *data, enum access_name_kind kind, const char *name, size_t len)
{
	struct caller *who = data;
	struct access_name *grown;
	char *text;

	/* Half a name is another one; so is what has a NUL inside. */
	if (who->n_names == NAMES_MAX || len > NAME_MAX_LEN || memchr(name, '\0', len))
		return;
	grown = realloc(who->names, (who->n_names + 1) * sizeof(*grown));
	if (!grown)
		return;
	who->names = grown;
	text = strndup(name, len);
	if (text)
		who->names[who->n_names++] = (struct access_name){ kind, text };
}

static void drop_names(struct caller *who)
{
	for (size_t i = 0; i < who->n_names; i++)
		free((char *)who->names[i].text);
	free(who->names);
	who->names = NULL;
	who->n_names = 0;
}

/* A name to show: the common name if there is one. */
static void show_name(struct caller *who)
{
	if (who->shown_name || who->n_names == 0)
		return;
	who->shown_key = who->names[0].kind == ACCESS_NAME_CN ? "cn" : "san";
	who->shown_name = strdup(who->names[0].text);
}

/* ---- what is known of a client ---- */

static void on_host(struct hosts_waiter *w);

static struct caller *caller_of(struct conn *c)
{
	struct caller *who = c->caller;

	if (who)
		return who;
	who = calloc(1, sizeof(*who));
	if (!who)
		return NULL;
	who->conn = c;
	who->waiter.wake = on_host;
	who->by = ACCESS_KIND_NUM;
	list_init(&who->waiter.node);
	list_init(&who->node);
	end_each_name(&c->client, take_name, who);
	c->caller = who;
	return who;
}

static void drop_process(struct caller *who)
{
	if (!who->process)
		return;
	if (who->process->question) {
		question_drop(who->process->question);
		all_of(who->conn)->n_questions--;
	}
	free(who->process);
	who->process = NULL;
}

/* Wait for no answer any more. */
static void stop_asking(struct caller *who)
{
	list_remove(&who->waiter.node);
	list_remove(&who->node);
	drop_process(who);
}

void caller_settle(struct conn *c)
{
	struct caller *who = c->caller;

	if (!who)
		return;
	stop_asking(who);
	if (who->container && !who->container_name) {
		who->container_name = strdup(who->container->name);
		memcpy(who->container_id, who->container->id, sizeof(who->container_id));
	}
	show_name(who);
	drop_names(who);
	who->container = NULL;
}

void caller_free(struct conn *c)
{
	struct caller *who = c->caller;

	if (!who)
		return;
	stop_asking(who);
	drop_names(who);
	free(who->shown_name);
	free(who->container_name);
	free(who);
	c->caller = NULL;
}

static void on_host(struct hosts_waiter *w)
{
	conn_advance(list_entry(w, struct caller, waiter)->conn);
}

/* ---- answers ---- */

static void set_unknown(struct caller *who, const struct why *why)
{
	who->stage = STAGE_UNKNOWN;
	who->why = why;
}

/* Go on with what is known now; the container is there for this call. */
static void tell(struct caller *who, const struct container *container)
{
	who->stage = STAGE_KNOWN;
	who->container = container;
	conn_advance(who->conn);
	/* What it waits for now takes time, in which this may become untrue. */
	if (who->container) {
		drop_process(who);
		who->stage = STAGE_NEW;
	}
	who->container = NULL;
}

static void tell_unknown(struct caller *who, const struct why *why)
{
	set_unknown(who, why);
	conn_advance(who->conn);
}

static void log_odd_answer(const char *error)
{
	if (audit_may_log(NULL))
		log_event(LOG_LEVEL_ERROR, "the engine was asked for a container in vain", "error",
			  error, NULL);
}

/* ---- processes ---- */

static int read_cgroup(pid_t pid, char *text)
{
	char path[64];
	size_t len = 0;
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (len < CGROUP_TEXT_MAX - 1 &&
	       (n = read(fd, text + len, CGROUP_TEXT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	n = n < 0 ? -errno : len == CGROUP_TEXT_MAX - 1 ? -EFBIG : 0;
	close(fd);
	text[len] = '\0';
	return (int)n;
}

/* A descriptor of the process that has connected, or -1. */
static int open_process(int fd, pid_t pid)
{
	int pidfd;
	socklen_t len = sizeof(pidfd);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) == 0)
		return pidfd;
	return errno == ENOPROTOOPT ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

static bool is_alive(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

/* Return: what is wrong, or NULL. */
static const struct why *look_at_process(struct conn *c, struct process *p)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	const struct why *why = NULL;
	int pidfd;

	if (getsockopt(c->client.fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 || cred.pid <= 0)
		return &other_namespace;
	pidfd = open_process(c->client.fd, cred.pid);
	if (pidfd < 0)
		return &gone;
	if (read_cgroup(cred.pid, p->cgroup) < 0)
		why = is_alive(pidfd) ? &unreadable : &gone;
	else if (!is_alive(pidfd))
		why = &gone;
	close(pidfd);
	return why;
}

static void ask_next(struct callers *all);
static bool ask_about(struct caller *who);

/* The engine does not know that one; perhaps what is around it. */
static void try_outer(struct caller *who)
{
	if (++who->process->at >= who->process->ids.n)
		tell(who, NULL);
	else if (!ask_about(who))
		tell_unknown(who, &overloaded);
}

/**
 * check_claim() - Whether a process is in the container that its groups claim
 * @who:	Client
 * @text:	The engine's answer, @len bytes
 * @len:	Length of @text
 * @container:	Zeroed; filled from the answer
 *
 * Return: NULL, or what is wrong.
 */
static const struct why *check_claim(const struct caller *who, char *text, size_t len,
				     struct container *container)
{
	char main_cgroup[CGROUP_TEXT_MAX], error[CONTAINER_ERROR_MAX];
	const char *claimed = who->process->ids.ids[who->process->at];
	int rc = container_read(container, text, len, error);

	/* One that does not run has no processes. */
	if (rc == -ENOENT)
		return &false_claim;
	if (rc < 0 || strcmp(container->id, claimed) != 0) {
		log_odd_answer(rc < 0 ? error : "the answer is about another container");
		return &odd_answer;
	}
	if (read_cgroup(container->pid, main_cgroup) < 0 ||
	    !cgroup_is_in(who->process->cgroup, main_cgroup, claimed))
		return &false_claim;
	return NULL;
}

static void take_answer(struct caller *who, char *text, size_t len)
{
	struct container container = { 0 };
	const struct why *why = check_claim(who, text, len, &container);

	if (why)
		tell_unknown(who, why);
	else
		tell(who, &container);
	container_clear(&container);
}

static void on_inspected(void *data, unsigned int status, char *text, size_t len)
{
	struct caller *who = data;
	struct callers *all = all_of(who->conn);

	who->process->question = NULL;
	all->n_questions--;
	if (status == 200)
		take_answer(who, text, len);
	else if (status == 404)
		try_outer(who);
	else
		tell_unknown(who, &no_answer);
	ask_next(all);
}

/* Ask about the container whose turn it is. Return: whether that was possible. */
static bool ask_about(struct caller *who)
{
	struct callers *all = all_of(who->conn);
	struct process *p = who->process;
	char target[QUESTION_TARGET_MAX];

	snprintf(target, sizeof(target), "/containers/%s/json", p->ids.ids[p->at]);
	p->question = question_ask(all->worker, &all->own, target, on_inspected, who);
	all->n_questions += p->question != NULL;
	return p->question != NULL;
}

/* Let those who wait have the questions that have become free. */
static void ask_next(struct callers *all)
{
	while (!list_empty(&all->queue) && all->n_questions < CALLER_QUESTIONS_MAX) {
		struct caller *who = list_entry(all->queue.next, struct caller, node);

		list_remove(&who->node);
		if (!ask_about(who))
			tell_unknown(who, &overloaded);
	}
}

static void find_by_process(struct caller *who)
{
	struct callers *all = all_of(who->conn);
	const struct why *why;

	who->process = calloc(1, sizeof(*who->process));
	why = who->process ? look_at_process(who->conn, who->process) : &overloaded;
	if (why) {
		set_unknown(who, why);
		return;
	}
	cgroup_ids(who->process->cgroup, &who->process->ids);
	if (who->process->ids.more)
		set_unknown(who, &too_deep);
	else if (who->process->ids.n == 0)
		who->stage = STAGE_KNOWN;
	else if (all->n_questions >= CALLER_QUESTIONS_MAX)
		list_append(&all->queue, &who->node);
	else if (!ask_about(who))
		set_unknown(who, &overloaded);
}

/* ---- addresses ---- */

static const char list_target[] = "/containers/json";

static void ask_for_list(struct callers *all);

/* Take out the first of those who have waited for this answer. */
static struct caller *take_first(struct list *asked)
{
	struct caller *who = list_entry(asked->next, struct caller, node);

	list_remove(&who->node);
	return who;
}

static void find_in_list(struct caller *who, const struct container_list *list)
{
	struct container container;
	struct in6_addr addr;

	access_map(&who->conn->peer.sa, &addr);
	switch (container_find(&container, list, &addr)) {
	case 0:
		tell(who, &container);
		break;
	case -ENOENT:
		tell(who, NULL);
		break;
	case -EEXIST:
		tell_unknown(who, &shared_address);
		break;
	default:
		log_odd_answer("a container in its list has no name or no id");
		tell_unknown(who, &odd_answer);
		break;
	}
}

static void on_list(void *data, unsigned int status, char *text, size_t len)
{
	struct callers *all = data;
	struct container_list *list = NULL;
	char error[CONTAINER_ERROR_MAX];

	all->list = NULL;
	if (status == 200) {
		list = container_list_read(text, len, error);
		if (!list)
			log_odd_answer(error);
	}
	while (!list_empty(&all->asked)) {
		struct caller *who = take_first(&all->asked);

		if (list)
			find_in_list(who, list);
		else
			tell_unknown(who, status == 200 ? &odd_answer : &no_answer);
	}
	container_list_free(list);
	if (!list_empty(&all->next))
		ask_for_list(all);
}

/* Ask for all who have come so far. */
static void ask_for_list(struct callers *all)
{
	while (!list_empty(&all->next)) {
		struct list *node = all->next.next;

		list_remove(node);
		list_append(&all->asked, node);
	}
	all->list = question_ask(all->worker, &all->own, list_target, on_list, all);
	while (!all->list && !list_empty(&all->asked))
		tell_unknown(take_first(&all->asked), &overloaded);
}

static void find_by_address(struct caller *who)
{
	struct callers *all = all_of(who->conn);

	if (all->list) {
		list_append(&all->next, &who->node);
		return;
	}
	all->list = question_ask(all->worker, &all->own, list_target, on_list, all);
	if (all->list)
		list_append(&all->asked, &who->node);
	else
		set_unknown(who, &overloaded);
}

/* ---- judging ---- */

static enum access_verdict ask_container(struct caller *who, const struct access_entry *e)
{
	const struct container *container;
	bool is_true;

	if (who->stage == STAGE_NEW) {
		who->stage = STAGE_ASKS;
		if (who->conn->peer.sa.sa_family == AF_UNIX)
			find_by_process(who);
		else
			find_by_address(who);
	}
	if (who->stage == STAGE_UNKNOWN)
		return ACCESS_UNKNOWN;
	if (who->stage == STAGE_ASKS)
		return ACCESS_WAIT;
	container = who->container;
	if (!container)
		return ACCESS_NO;
	is_true = e->kind == ACCESS_LABEL ?
			  container_has_label(container, e->name) :
			  access_is_container(e->name, container->id, container->name);
	return is_true ? ACCESS_YES : ACCESS_NO;
}

static enum access_verdict ask(void *data, const struct access_entry *e)
{
	struct conn *c = data;
	struct caller *who = caller_of(c);
	struct in6_addr addr;

	if (!who)
		return ACCESS_UNKNOWN;
	if (e->kind != ACCESS_HOST)
		return ask_container(who, e);
	access_map(&c->peer.sa, &addr);
	return hosts_have(&all_of(c)->hosts, e->name, &addr, &who->waiter);
}

/* What a process may do by its groups: the effective one and the supplementary ones. */
struct groups {
	gid_t room[GROUPS_ROOM];
	gid_t *list; /* @room, or owned */
	size_t n;
};

static void read_groups(struct groups *g, int fd, gid_t effective)
{
	socklen_t len = sizeof(g->room) - sizeof(g->room[0]);
	gid_t *grown;

	g->list = g->room;
	g->list[0] = effective;
	g->n = 1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, g->list + 1, &len) == 0) {
		g->n += len / sizeof(gid_t);
		return;
	}
	if (errno != ERANGE)
		return;
	/* As many as it says it has; they do not change any more. */
	grown = malloc(len + sizeof(gid_t));
	if (!grown)
		return;
	g->list = grown;
	g->list[0] = effective;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, g->list + 1, &len) == 0)
		g->n += len / sizeof(gid_t);
}

static void free_groups(struct groups *g)
{
	if (g->list != g->room)
		free(g->list);
}

static void describe_process(struct access_peer *peer, struct groups *g, int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return;
	read_groups(g, fd, cred.gid);
	peer->has_user = true;
	peer->uid = cred.uid;
	peer->groups = g->list;
	peer->n_groups = g->n;
}

static enum access_verdict judge(struct conn *c, const struct access *a,
				 const struct access_peer *peer)
{
	const struct access_entry *by, *by_cert;
	enum access_verdict v = access_judge(&a->certs, peer, &by_cert);

	if (v == ACCESS_YES)
		v = access_judge(&a->from, peer, &by);
	if (v != ACCESS_YES || !c->caller)
		return v;
	if (by_cert)
		c->caller->by = by_cert->kind;
	if (by && (!by_cert || by->kind == ACCESS_CONTAINER || by->kind == ACCESS_LABEL))
		c->caller->by = by->kind;
	return v;
}

enum access_verdict caller_judge(struct conn *c, const struct access *a)
{
	struct access_peer peer = { .ask = ask, .data = c };
	struct groups groups = { .list = groups.room };
	enum access_verdict v;

	peer.has_addr = access_map(&c->peer.sa, &peer.addr);
	if (!peer.has_addr)
		describe_process(&peer, &groups, c->client.fd);
	if (c->client.tls && caller_of(c)) {
		peer.names = c->caller->names;
		peer.n_names = c->caller->n_names;
	}
	v = judge(c, a, &peer);
	free_groups(&groups);
	return v;
}

void caller_is_late(struct conn *c)
{
	if (c->caller)
		set_unknown(c->caller, &late);
}

const char *caller_refusal(const struct conn *c, unsigned int *status)
{
	const struct why *why = c->caller && c->caller->stage == STAGE_UNKNOWN ? c->caller->why :
										 &not_named;

	*status = why->status;
	return why->text;
}

/* ---- what is shown and counted ---- */

void caller_log(struct log_line *l, const struct conn *c)
{
	const struct caller *who = c->caller;

	if (!who)
		return;
	if (who->shown_name)
		log_str(l, who->shown_key, who->shown_name);
	if (who->container_name)
		log_str(l, "container", who->container_name);
}

const char *caller_name(const struct conn *c)
{
	const struct caller *id = c->caller;

	if (!id)
		return NULL;
	return id->container_name ? id->container_name : id->shown_name;
}

void caller_key(struct rate_key *key, const struct conn *c)
{
	const struct caller *who = c->caller;
	enum access_kind by = who ? who->by : ACCESS_KIND_NUM;

	memset(key, 0, sizeof(*key));
	key->kind = (uint16_t)by;
	if (by == ACCESS_CONTAINER || by == ACCESS_LABEL) {
		memcpy(key->id, who->container_id, RATE_ID_MAX);
	} else if ((by == ACCESS_CN || by == ACCESS_SAN) && who->shown_name) {
		memcpy(key->id, who->shown_name, strnlen(who->shown_name, RATE_ID_MAX));
	} else {
		key->kind = ACCESS_KIND_NUM;
		admission_client_id(key->id, c->client.fd, &c->peer);
	}
}

/* ---- life ---- */

int callers_init(struct callers *all, struct worker *w)
{
	static const char rules[] = "GET /containers/json\n"
				    "GET /containers/[0-9a-f]{64}/json\n";
	struct policy_error error;

	all->worker = w;
	hosts_init(&all->hosts, w->loop);
	list_init(&all->asked);
	list_init(&all->next);
	list_init(&all->queue);
	all->own = (struct tier){ .name = "", .policy = policy_new(NULL), .is_own = true };
	if (all->own.policy &&
	    policy_add(all->own.policy, "caller", rules, strlen(rules), &error) == 0)
		return 0;
	tier_clear(&all->own);
	return -ENOMEM;
}

void callers_stop(struct callers *all)
{
	if (all->list)
		question_drop(all->list);
	all->list = NULL;
	hosts_stop(&all->hosts);
	tier_clear(&all->own);
}
