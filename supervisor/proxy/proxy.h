/*
 * proxy - the filtering proxy as a whole
 */
#ifndef PROXY_PROXY_H
#define PROXY_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "addr.h"
#include "../policy/policy.h"
#include "frontend.h"
#include "rate.h"

#define PROXY_STOP_S	    10	 /* seconds a stop waits for short requests */
#define PROXY_TICK_S	    60	 /* seconds between ticks */
#define PROXY_ERROR_MAX	    1024 /* bytes of an error text, NUL included */
#define PROXY_LISTENERS_MAX 64	 /* sockets of all frontends */
#define PROXY_TIERS_MAX	    64	 /* bits of struct frontend's tiers */

struct service;

/**
 * struct proxy_limits - What peers may take at most
 * @connections: Clients at a time; 0 for what the descriptor limit carries.
 *		Over it: 503 and close
 * @per_client:	Of one client, see admission.h; 0 for no limit. Over it: the same
 * @waiting:	Requests that wait for a connection to the engine; 0 for no
 *		limit. Over it: 503
 * @buffer_bytes: Bytes in buffers larger than BUF_SMALL. Over it: peers are read
 *		in smaller pieces, and a head or a judged body that needs more gets 503
 * @body_bytes:	Bytes of a body that a rule judges. Over it: 413
 */
struct proxy_limits {
	size_t connections;
	size_t per_client;
	size_t waiting;
	size_t buffer_bytes;
	size_t body_bytes;
};

/**
 * struct proxy_file - A file
 * @path:	Its path, NULL for none
 * @flag:	What has named it, for messages
 */
struct proxy_file {
	const char *path;
	const char *flag;
};

/**
 * struct proxy_tls - TLS on one side; without any file there is none
 * @cacert:	CAs that verify the other side
 * @cert:	Certificate that it is shown, and those that lead to it
 * @key:	Key of @cert
 */
struct proxy_tls {
	struct proxy_file cacert;
	struct proxy_file cert;
	struct proxy_file key;
};

/**
 * struct proxy_tier - A tier of trust, see tier.h
 * @name:	Name of its section, "" for what the flags say; borrowed
 * @policy:	Its rules; borrowed
 * @access:	Who it is for; borrowed. NULL for anybody
 * @rates:	Requests that each client may make
 * @tls:	For those of its frontends that are TCP
 */
struct proxy_tier {
	const char *name;
	struct policy *policy;
	struct access *access;
	struct rate rates[RATE_CLASS_NUM];
	struct proxy_tls tls;
};

/**
 * struct proxy_now - What may change while it is served
 * @tiers:	Tiers, in the order in which clients are tried on them. Who is adopted is of
 *		the first; borrowed
 * @backend_tls: For the engine, if it is behind TCP
 */
struct proxy_now {
	const struct proxy_tier *tiers;
	struct proxy_tls backend_tls;
};

/**
 * struct proxy_denial - A request that was denied; borrowed for the call
 * @method:	Method, "" if unknown
 * @path:	Decoded path, or NULL
 * @status:	Status of our reply
 * @rule:	The rule that allows it but for @reason, "" if there is none
 * @reason:	Why it was denied, or NULL
 * @program:	Name of the process that asked, "" if unknown
 * @forwarded:	It was forwarded all the same
 */
struct proxy_denial {
	const char *method;
	const char *path;
	unsigned int status;
	const char *rule;
	const char *reason;
	const char *program;
	bool forwarded;
};

/**
 * struct proxy_use - A request that is forwarded; borrowed for the call
 * @request:	Request, with its body if somebody wanted it and it could be read
 * @program:	Name of the process that asks, or what it calls itself, or ""
 * @allowed:	The rules allow it
 */
struct proxy_use {
	const struct policy_request *request;
	const char *program;
	bool allowed;
};

/**
 * struct proxy_config - What to serve; immutable while it is served
 * @backend:	The engine
 * @frontends:	Where to listen, @n_frontends of them
 * @n_frontends: Entries of @frontends
 * @n_tiers:	Tiers, PROXY_TIERS_MAX at most
 * @now:	What it begins with
 * @reload:	Reads all of that again: @next gets as many tiers, of the same names. Else
 *		-errno, with one line in @error (PROXY_ERROR_MAX), to stay with what is.
 *		NULL where there is nothing to read again
 * @reloaded:	Told what became of @next: taken, and what was before is not needed any
 *		more, or not
 * @audit_log:	File for the audit log, "-" for standard output, NULL for none
 * @admin:	Where the guard is asked about itself, or NULL
 * @service:	Who is told that it is served and how; borrowed
 * @version:	Of the program
 * @limits:	Limits
 * @observe:	Nothing is enforced: what the rules deny is forwarded, and logged. What
 *		has no single meaning, or cannot be framed, is refused all the same
 * @on_ready:	Called when everything is open and before the first client is
 *		accepted; an error ends the start. May be NULL
 * @allow_all:	With @observe: what the rules deny counts as allowed
 * @used:	Called in the serving thread for each request that is forwarded, before it
 *		is; NULL for nobody
 * @wants_body:	Whether @used wants to see the body of a request, which is read whole
 *		then, as one that rules judge; for @used
 * @tick:	Called in the serving thread each minute, when a SIGHUP has come, and when
 *		nothing is served any more; may be NULL
 * @denied:	Called in the serving thread for each denied request; NULL for nobody
 * @data:	For all of these
 */
struct proxy_config {
	struct addr backend;
	const struct frontend *frontends;
	size_t n_frontends;
	size_t n_tiers;
	struct proxy_now now;
	const char *audit_log;
	const struct frontend *admin;
	struct service *service;
	const char *version;
	struct proxy_limits limits;
	bool observe;
	bool allow_all;
	int (*on_ready)(void *data, char *error);
	int (*reload)(void *data, struct proxy_now *next, char *error);
	void (*reloaded)(void *data, bool taken);
	void (*used)(void *data, const struct proxy_use *use);
	bool (*wants_body)(const struct policy_request *req);
	void (*tick)(void *data);
	void (*denied)(void *data, const struct proxy_denial *denial);
	void *data;
};

/**
 * struct proxy_client - The process at the other end of an adopted connection
 * @pid:	Process
 * @uid:	Its effective user
 * @comm:	Its name
 * @exe:	Its program
 */
struct proxy_client {
	pid_t pid;
	uid_t uid;
	const char *comm;
	const char *exe;
};

struct proxy;

/**
 * proxy_open() - Open the frontends
 * @config:	Configuration; borrowed until proxy_close()
 * @error:	On failure, one line that names flag and value; PROXY_ERROR_MAX
 *		bytes
 *
 * Return: the proxy, or NULL with errno set.
 */
struct proxy *proxy_open(const struct proxy_config *config, char *error);

/** proxy_run() - Serve in the calling thread until proxy_stop() */
void proxy_run(struct proxy *p);

/**
 * proxy_adopt() - Serve a connection that came through no frontend; any thread
 * @p:		Proxy
 * @fd:		Connected socket, non-blocking; owned from here on
 * @client:	Whose it is; copied
 */
void proxy_adopt(struct proxy *p, int fd, const struct proxy_client *client);

/** proxy_stop() - End everything at once; any thread */
void proxy_stop(struct proxy *p);

/** proxy_close() - Free a proxy that does not run; NULL is fine */
void proxy_close(struct proxy *p);

/**
 * proxy_system_cas() - Which file of the system verifies the engine
 * @config:	Configuration
 *
 * Return: its path, static, or NULL if none does.
 */
const char *proxy_system_cas(const struct proxy_config *config);

/**
 * proxy_check() - Find out whether the certificates of a configuration can be used
 * @config:	Configuration
 * @error:	On failure, one line that names flag and file; PROXY_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int proxy_check(const struct proxy_config *config, char *error);

/**
 * proxy_serve() - Serve until SIGTERM or SIGINT
 * @config:	Configuration
 * @error:	On failure, one line that names flag and value; PROXY_ERROR_MAX
 *		bytes
 *
 * The first signal stops as worker_stop() says, the second at once. SIGHUP
 * opens the audit log again and reads rules, who may ask and certificates again, all of
 * them or none: what is decided from then on is decided by the new ones, what was decided
 * goes on.
 *
 * Return: 0 after an orderly stop, -errno if it could not start.
 */
int proxy_serve(const struct proxy_config *config, char *error);

#endif
