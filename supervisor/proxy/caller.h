/*
 * caller - what is found out about a client to know of which tier it is
 *
 * Its address is there at once, and so are the user and the groups of a process behind a
 * unix socket (SO_PEERCRED and SO_PEERGROUPS, unix(7)) and the names in a certificate. A
 * host name is looked up (hosts.h). In which container a client is, the engine is asked:
 *
 * Over a unix socket the process's control groups claim a container (cgroup.h). The
 * engine says which process is the first of that container, and the claim holds if both
 * are in the same group. The groups are read while the process is still there, which a
 * descriptor of it tells (SO_PEERPIDFD since Linux 6.5, else pidfd_open(2) at once), so
 * that its number has not become another's.
 *
 * Over TCP it is the container that has the client's address, in an answer that was asked
 * for after the client had come: an address may have become another container's since
 * the last one. Clients that come while an answer is on its way share the next one.
 *
 * What cannot be found out makes a client nobody, whatever other tiers there are.
 */
#ifndef PROXY_CALLER_H
#define PROXY_CALLER_H

#include <stdbool.h>

#include "access.h"
#include "hosts.h"
#include "list.h"
#include "tier.h"

#define CALLER_QUESTIONS_MAX 16 /* about processes, at a time; others wait */

struct conn;
struct log_line;
struct question;
struct rate_key;
struct worker;

/**
 * struct callers - Of a worker
 * @own:	Tier of the questions to the engine
 * @hosts:	Host names
 * @asked:	Who the list of containers that is on its way was asked for
 * @next:	Who has come since
 * @list:	That question, or NULL; owned
 * @queue:	Who waits for a question about its process, @n_questions of which there are
 */
struct callers {
	struct worker *worker; /* borrowed */
	struct tier own;
	struct hosts hosts;
	struct list asked;
	struct list next;
	struct question *list;
	struct list queue;
	size_t n_questions;
};

/**
 * callers_init() - Start with nobody
 * @all:	Zeroed
 * @w:		Worker
 *
 * Return: 0 or -ENOMEM.
 */
int callers_init(struct callers *all, struct worker *w);

/** callers_stop() - Stop; no connection is left */
void callers_stop(struct callers *all);

/**
 * caller_judge() - Whether a client is one of those a tier is for
 * @c:		Connection
 * @a:		Who that is
 *
 * On ACCESS_WAIT the connection is advanced when there is an answer.
 */
enum access_verdict caller_judge(struct conn *c, const struct access *a);

/** caller_is_late() - What was to be found out has taken too long */
void caller_is_late(struct conn *c);

/** caller_settle() - Keep only what is shown; its tier is known */
void caller_settle(struct conn *c);

/**
 * caller_refusal() - Why a client is nobody
 * @c:		Connection
 * @status:	Gets the status code for it
 *
 * Return: static text.
 */
const char *caller_refusal(const struct conn *c, unsigned int *status);

/** caller_log() - Append what a client was known by to a line: cn=, san=, container= */
void caller_log(struct log_line *l, const struct conn *c);

/** caller_name() - The container or the certificate a client was known by, or NULL */
const char *caller_name(const struct conn *c);

/**
 * caller_key() - Whose requests are counted together
 * @key:	Filled: what the tier knows the client by if that is a container or a
 *		certificate, else what admission.h calls a client
 * @c:		Connection
 */
void caller_key(struct rate_key *key, const struct conn *c);

/** caller_free() - Free what is known of a client; nothing is fine */
void caller_free(struct conn *c);

#endif
