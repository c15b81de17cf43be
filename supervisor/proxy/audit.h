/*
 * audit - one line for every decision
 *
 * Denials go to the log at warning, limited in rate (log_limit_take()), the rest
 * at debug; the audit log gets every decision whatever the level and the rate.
 * The fields are an interface, documented in docs/guard.md. What nobody would see is
 * not collected.
 */
#ifndef PROXY_AUDIT_H
#define PROXY_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "../http/message.h"
#include "../policy/policy.h"

struct conn;

enum audit_verdict {
	AUDIT_DENY,
	AUDIT_ALLOW,
	AUDIT_WOULD_DENY, /* the rules deny it, and nothing is enforced */
	AUDIT_VERDICT_NUM
};

/**
 * struct audit - The decision on the request being served
 * @open:	There is one, and its line is not written yet
 * @verdict:	Verdict
 * @status:	Status of the reply as far as one was sent
 * @start_us:	When the head was complete, monotonic
 * @reply_us:	How long after that the head of the last reply was
 * @path:	Decoded path, or the target as received if it could not be
 *		read; owned, cut to LOG_VALUE_MAX
 * @rule:	Where the deciding rule stands, "" without; in @policy
 * @policy:	Rules it was judged by last, which may have been replaced since; held, or
 *		NULL
 * @reason:	Why it was denied, or why it failed; static, @kept, or NULL
 * @kept:	A reason that is not static; owned, cut to LOG_VALUE_MAX, or NULL
 * @method:	Method, cut
 * @method_id:	metrics_method()
 * @class_id:	metrics_class()
 */
struct audit {
	bool open;
	enum audit_verdict verdict;
	unsigned int status;
	uint64_t start_us;
	uint64_t reply_us;
	char *path;
	const char *rule;
	struct policy *policy;
	const char *reason;
	char *kept;
	char method[20];
	uint8_t method_id;
	uint8_t class_id;
};

/**
 * audit_open_log() - Open the audit log, or open it again
 * @path:	File to append to, "-" for standard output
 *
 * Return: 0, or -errno with the previous log still open.
 */
int audit_open_log(const char *path);

/**
 * audit_begin() - Note what is asked for
 * @c:		Connection
 * @method:	Method, empty if the head could not be read
 * @path:	Path or target
 */
void audit_begin(struct conn *c, struct http_slice method, struct http_slice path);

/** audit_judged_by() - Hold the rules that decide, for as long as their names are needed */
void audit_judged_by(struct conn *c, struct policy *policy);

/** audit_decide() - Note the verdict, the rule and the reason, which is static or NULL */
void audit_decide(struct conn *c, bool allowed, const char *rule, const char *reason);

/** audit_deny() - Note a denial, the rule and the reason, which is copied */
void audit_deny(struct conn *c, const char *rule, const char *reason);

/** audit_would_deny() - Note that a request is forwarded which the rules deny; @reason is copied */
void audit_would_deny(struct conn *c, const char *rule, const char *reason);

/** audit_replied() - Note the status of the reply whose head is on its way */
void audit_replied(struct conn *c, unsigned int status);
/** audit_fail() - Note why an allowed request failed; @reason is copied */
void audit_fail(struct conn *c, const char *reason);

/** audit_handshake() - Log that TLS with a client failed, limited in rate; NULL is no memory */
void audit_handshake(const struct conn *c, const char *reason);

/** audit_now_us() - The clock of audit lines and limits, monotonic */
uint64_t audit_now_us(void);

/**
 * audit_name_client() - What a client is called where there is room for one name
 * @name:	Gets a container's name or a certificate's, else an address without its port,
 *		or the user behind a unix socket; @cap bytes
 * @cap:	Bytes of @name
 * @c:		Connection
 */
void audit_name_client(char *name, size_t cap, const struct conn *c);

/** audit_age_us() - How long ago the request was complete; 0 without one */
uint64_t audit_age_us(const struct audit *a);

/**
 * audit_may_log() - Whether the log takes one more line that a peer provoked
 * @c:	Connection of that peer, or NULL if it is nobody's in particular
 *
 * Says how many it did not take when it takes one again.
 */
bool audit_may_log(const struct conn *c);

/** audit_say_dropped() - Say how many lines the log has not taken so far */
void audit_say_dropped(void);

/** audit_upgraded() - Write a line that a connection has become a stream */
void audit_upgraded(struct conn *c);

/** audit_end() - Write the line of the decision, if there is one to write */
void audit_end(struct conn *c);

#endif
