/*
 * conn - one client connection and the exchange it is in
 *
 * Theory of operation. A connection has two ends, the client's and, while an
 * exchange needs one, the engine's, and two flows between them, up (client to
 * engine) and down. Both flows have the same shape: bytes received, how many of
 * them are framed and may go on, and a rebuilt head that goes before them. The
 * state says what the connection is doing; one function a state moves it on,
 * and conn_advance() runs these until nothing moves. What is watched for is
 * computed from the state at the end, in one place. Whoever finds that the
 * connection must end sets CONN_CLOSING; it is freed by the worker's sweep when
 * no callback is on the stack.
 *
 *	HANDSHAKE
 *	  |
 *	  v
 *	IDENTIFY        READ_BODY
 *	  |              ^  |  |
 *	  v              |  |  v
 *	IDLE -> READ_HEAD --+-> CONNECT -> SEND_HEAD -> BODY -> READ_REPLY
 *	  ^        |        |                                       |
 *	  |        v        |                                       v
 *	  +---- REFUSE <----+    DRAIN -> CLOSING <- UPGRADED / REPLY_BODY -> IDLE
 *
 * HANDSHAKE is TLS's with a client, which begins there; that with the engine is a
 * part of CONNECT. In IDENTIFY nothing is read: of which tier the client is may need an
 * answer of others (caller.h). Who is of none hears so when it has asked for something.
 * READ_HEAD goes back to it where a reload has changed who may ask: what has arrived of
 * the request waits.
 *
 * READ_BODY is for requests that a rule judges by their body. The rebuilt head is
 * written first, then the body is read whole, without its framing, and what is
 * judged is just what will be sent. No other body is held.
 *
 * The engine may answer while the request is still on its way, so the reply is
 * looked for in SEND_HEAD, BODY and READ_REPLY alike, and REPLY_BODY goes on
 * sending a request body (docker build reads one while it reports).
 */
#ifndef PROXY_CONN_H
#define PROXY_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include "../http/body.h"
#include "../http/endpoint.h"
#include "../http/message.h"
#include "admission.h"
#include "audit.h"
#include "backend.h"
#include "buf.h"
#include "deadline.h"
#include "end.h"
#include "flow.h"
#include "list.h"

struct listener;
struct tier;
struct caller;
struct worker;

enum conn_state {
	CONN_HANDSHAKE,	 /* TLS with the client begins */
	CONN_IDENTIFY,	 /* of which tier it is, is found out */
	CONN_IDLE,	 /* between requests, no buffer held */
	CONN_READ_HEAD,	 /* part of a request head has arrived */
	CONN_READ_BODY,	 /* a body that is to be judged is arriving */
	CONN_REFUSE,	 /* our own reply is on its way */
	CONN_CONNECT,	 /* waiting for a connection to the engine */
	CONN_SEND_HEAD,	 /* the rebuilt head is on its way */
	CONN_BODY,	 /* the request body is on its way */
	CONN_READ_REPLY, /* the engine owes a reply head */
	CONN_REPLY_BODY, /* the reply body is on its way */
	CONN_UPGRADED,	 /* bytes both ways until either ends */
	CONN_DRAIN,	 /* we have ended, the client has not */
	CONN_CLOSING,	 /* to be freed by the sweep */
	CONN_STATE_NUM
};

union conn_peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/**
 * struct conn_process - The process at the other end of an adopted connection
 * @pid:	Process
 * @uid:	Its effective user
 * @comm:	Its name
 * @exe:	Its program
 */
struct conn_process {
	pid_t pid;
	uid_t uid;
	char comm[64];
	char exe[512];
};

/**
 * struct exchange - A request and its reply, as long as any byte of them is in here
 * @conn:	Connection it is of
 * @backend:	Connection to the engine; owned while attached, else NULL
 * @up:		From client to engine
 * @down:	From engine to client
 * @retry:	Deadline of a connection attempt
 * @waiting:	In resolver.waiting
 * @audit:	The decision
 * @endpoint:	Where it may be taken over; NULL where not. Static
 * @asks_upgrade: The client asked for the endpoint's protocol
 * @head_request: The reply has no body
 * @repeatable:	It may be sent a second time: idempotent, RFC 9110 section
 *		9.2.2, and without a body
 * @expects:	The client waits for 100 before it sends the body
 * @old:	It came as HTTP/1.0
 * @close:	The client's connection ends with this exchange
 * @reply_close: The engine's connection ends with this exchange
 * @retried:	It was sent a second time
 * @answered:	The engine has begun to answer
 * @replied:	The head of its final reply is on its way to the client
 * @drained:	Body bytes of a refused request that were thrown away
 * @retry_after_s: What a refusal says of when to try again; 0 for nothing
 */
struct exchange {
	struct conn *conn;
	struct backend *backend;
	struct flow up, down;
	struct deadline retry;
	struct list waiting;
	struct audit audit;
	const struct http_endpoint *endpoint;
	bool asks_upgrade;
	bool head_request;
	bool repeatable;
	bool expects;
	bool old;
	bool close;
	bool reply_close;
	bool retried;
	bool answered;
	bool replied;
	uint64_t drained;
	uint64_t retry_after_s;
};

/**
 * struct conn - A connection; between its requests it is no more than this
 * @node:	In worker.conns, or .closing
 * @exchange:	Owned; NULL in a handshake, and while it is idle
 * @generation:	Of @listener, when @tier was chosen
 * @deadline:	Of the state
 * @refusal:	Why there is no place for it, static; or NULL
 * @process:	Whose it is, owned; NULL if it came through a listener
 * @listener:	Borrowed; NULL if it came through none
 * @tier:	Borrowed; NULL until the client is known
 * @caller:	What was found out for that; owned, or NULL
 */
struct conn {
	struct list node;
	struct worker *worker; /* borrowed */
	enum conn_state state;
	uint32_t generation;
	struct end client;
	struct exchange *exchange;
	struct deadline deadline;
	const char *refusal;
	union conn_peer peer;
	struct admission_place place;
	struct conn_process *process;
	const struct listener *listener;
	struct tier *tier;
	struct caller *caller;
};

/** conn_bytes_in() - Bytes of the client's body or stream in this exchange */
static inline uint64_t conn_bytes_in(const struct conn *c)
{
	return c->exchange->up.bytes + c->exchange->drained;
}

/**
 * conn_new() - Serve an accepted client
 * @l:		Listener it came through, which runs; borrowed
 * @fd:		Socket; owned from here on, also on failure
 * @peer:	Its address; a unix socket has just the family
 */
void conn_new(const struct listener *l, int fd, const union conn_peer *peer);

/**
 * conn_adopt() - Serve a connection that came through no listener, in the first tier
 * @w:		Worker
 * @fd:		Socket, non-blocking; owned from here on, also on failure
 * @process:	Whose it is; owned from here on, also on failure
 */
void conn_adopt(struct worker *w, int fd, struct conn_process *process);

/**
 * conn_ask() - Serve a question of our own to the engine
 * @w:		Worker
 * @fd:		Socket it comes from, non-blocking; owned from here on, also on failure
 * @own:	The tier for it, which is our own; borrowed
 */
void conn_ask(struct worker *w, int fd, struct tier *own);

/** conn_on_backend() - An event on the engine's socket */
void conn_on_backend(struct conn *c, int revents);

/** conn_set_state() - The only way a state changes */
void conn_set_state(struct conn *c, enum conn_state state);

/** conn_advance() - Run the state functions until nothing moves, then watch */
void conn_advance(struct conn *c);

/** conn_free() - Free a connection; for the worker's sweep */
void conn_free(struct conn *c);

/** conn_expired() - The deadline of the state has passed */
void conn_expired(struct conn *c, enum deadline_kind kind);

/** conn_is_short() - Whether a stop should wait for this connection */
bool conn_is_short(const struct conn *c);

/**
 * conn_fail() - End a connection that cannot go on
 * @c:		Connection
 * @reason:	Why, for the audit line; static
 */
void conn_fail(struct conn *c, const char *reason);

/**
 * conn_begin_unread() - Begin with a request of which nothing is known
 * @c:	Connection; it ends with this exchange
 */
void conn_begin_unread(struct conn *c);

/** conn_overload() - Refuse a request that has no place in here now, with 503 */
void conn_overload(struct conn *c, const char *reason);

/** conn_resume() - Go on after waiting for the engine's address */
void conn_resume(struct list *waiting);

/**
 * conn_refuse() - Answer a request ourselves
 * @c:		Connection, no byte of a reply sent yet
 * @status:	Status code
 * @message:	Text for the client
 *
 * The connection stays usable if the rest of the request is small.
 */
void conn_refuse(struct conn *c, unsigned int status, const char *message);

/** conn_bad_gateway() - The engine failed before its reply reached the client */
void conn_bad_gateway(struct conn *c, unsigned int status, const char *reason);

/** request_read_head() - State function of CONN_READ_HEAD */
void request_read_head(struct conn *c);

/**
 * request_judge_body() - Decide on a request whose body has arrived
 * @c:	Connection in CONN_READ_BODY; its head is rebuilt, its body is ready
 */
void request_judge_body(struct conn *c);

/** request_body_fits() - Whether a body that is to be judged has no more than it may */
bool request_body_fits(const struct conn *c);

/** request_refuse_long_body() - Refuse one that has */
void request_refuse_long_body(struct conn *c);

/** reply_read_head() - Look for a reply in SEND_HEAD, BODY and READ_REPLY */
void reply_read_head(struct conn *c);

#endif
