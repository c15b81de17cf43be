/*
 * policy - rule texts in, verdicts out
 *
 * A policy is built from texts, then sealed by its last use of policy_add(); from there on
 * it is immutable but for the count of those who hold it, and may be shared by threads,
 * each with a matcher of its own. Nothing here opens a descriptor or writes a log.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_METHODS_MAX 64  /* different methods in all rules */
#define POLICY_ERROR_MAX   320 /* bytes of an error text, NUL included */

#define POLICY_REASON_MAX 2200 /* bytes of a reason, NUL included */
#define POLICY_PATH_MAX	  4096 /* bytes of a file's path, NUL included */

struct policy;
struct policy_matcher;

/**
 * struct policy_host - The machine the engine runs on, as far as paths go
 * @base:	What "." means in a bind constraint, absolute; NULL where it means
 *		nothing
 * @resolve:	Make @path, absolute, canonical as realpath(3) would: no
 *		symbolic link is left in what exists of it. POLICY_PATH_MAX bytes at
 *		@out. Returns 0, or -errno when that cannot be said. NULL when the
 *		engine is elsewhere: then paths are compared as they are written
 * @data:	For @resolve
 */
struct policy_host {
	const char *base;
	int (*resolve)(void *data, const char *path, char *out);
	void *data;
};

/**
 * struct policy_error - Why a rule text was not taken
 * @line:	Line in the text, from 1; 0 if no line is to blame
 * @column:	Byte in the line, from 1
 * @text:	What is wrong or was expected
 */
struct policy_error {
	unsigned int line;
	unsigned int column;
	char text[POLICY_ERROR_MAX];
};

enum policy_verdict {
	POLICY_DENY,
	POLICY_ALLOW,
	POLICY_NEEDS_BODY, /* ask again with the body */
	POLICY_VERDICT_NUM
};

/**
 * struct policy_request - What is judged
 * @method:	Method, @method_len bytes
 * @path:	Decoded, clean path without query, valid UTF-8, @path_len bytes
 * @query:	What follows the '?', as received, @query_len bytes; may be NULL
 * @field:	Value number @n of the header field @name (case ignored), its
 *		length in @len; NULL if there are no more. NULL for no fields
 * @data:	For @field
 * @body:	Content, without any transfer coding, @body_len bytes
 * @has_body:	@body is the content, all of it; else it was not read yet
 *
 * Everything is borrowed for the call.
 */
struct policy_request {
	const char *method;
	size_t method_len;
	const char *path;
	size_t path_len;
	const char *query;
	size_t query_len;
	const char *(*field)(void *data, const char *name, size_t n, size_t *len);
	void *data;
	const char *body;
	size_t body_len;
	bool has_body;
};

/**
 * struct policy_why - What decided
 * @rule:	Where the rule stands ("rules:3"); "" if no rule decided
 * @reason:	Why it was denied, a phrase; "" if it was allowed
 * @endpoint:	Name of the API endpoint that constraints judged; "" if none did
 * @limit_rule:	Where a rule stands that gave up on its match limit, which
 *		deserves a warning whatever the verdict; "" if none did
 */
struct policy_why {
	const char *rule;
	const char *reason;
	const char *endpoint;
	const char *limit_rule;
};

/**
 * struct policy_rule - One rule, for listings
 * @where:	Source and line
 * @methods:	Methods as written
 * @pattern:	Pattern as written
 * @expansion:	Pattern with its variables replaced
 */
struct policy_rule {
	const char *where;
	const char *methods;
	const char *pattern;
	const char *expansion;
};

/* The text of the built-in rules, their source name is "builtin". */
extern const char policy_builtin_rules[];

/**
 * policy_new() - A policy without rules
 * @host:	The machine that paths in constraints and requests are of; copied, its
 *		@base and @data must outlive the policy. NULL for none: paths are
 *		compared as they are written
 *
 * Return: the policy, held once, NULL when out of memory.
 */
struct policy *policy_new(const struct policy_host *host);

/** policy_hold() - Hold a policy once more. Return: @p */
struct policy *policy_hold(struct policy *p);

/** policy_free() - Give up one hold, of which the last frees the policy; NULL is fine */
void policy_free(struct policy *p);

/**
 * policy_add() - Add the rules of a text
 * @p:		Policy
 * @source:	Name of the text in messages: a file, or "rules"; copied
 * @text:	Rules, LF or CRLF between lines, @len bytes
 * @len:	Length of @text
 * @err:	On failure, what and where
 *
 * Return: 0, or -EINVAL (-ENOMEM) with @err filled; the policy is then good
 * for policy_free() only.
 */
int policy_add(struct policy *p, const char *source, const char *text, size_t len,
	       struct policy_error *err);

/** policy_count() - Number of rules */
size_t policy_count(const struct policy *p);

/** policy_rule() - Rule @i, in the order of the texts; borrowed */
struct policy_rule policy_rule(const struct policy *p, size_t i);

/** policy_looks_up_paths() - Whether a constraint asks the host what a path leads to */
bool policy_looks_up_paths(const struct policy *p);

/**
 * struct policy_constraint - One constraint of a rule, for listings
 * @where:	Source and line
 * @text:	As written, without its "+"
 * @opens:	What it lets pass, a phrase
 */
struct policy_constraint {
	const char *where;
	const char *text;
	const char *opens;
};

/** policy_constraint() - Constraint @k of rule @i; borrowed. Behind the last, @text is NULL */
struct policy_constraint policy_constraint(const struct policy *p, size_t i, size_t k);

struct constraint_set;

/** policy_rule_constraints() - The constraints of rule @i, as constraint.h has them; borrowed */
const struct constraint_set *policy_rule_constraints(const struct policy *p, size_t i);

/**
 * policy_rule_matches() - Whether a rule is about a request, whatever its constraints
 * @p:		Policy
 * @i:		Number of the rule
 * @m:		Scratch of the calling thread
 * @req:	Request, of which method and path count
 */
bool policy_rule_matches(const struct policy *p, size_t i, struct policy_matcher *m,
			 const struct policy_request *req);

/** policy_matcher_new() - Scratch of one thread, NULL when out of memory */
struct policy_matcher *policy_matcher_new(void);

/** policy_matcher_free() - Free scratch; NULL is fine */
void policy_matcher_free(struct policy_matcher *m);

/**
 * policy_evaluate() - Decide what happens to one request
 * @p:		Policy
 * @m:		Scratch of the calling thread
 * @req:	Request
 * @why:	On return, what decided; the strings point into @p or @m, where they
 *		stay until the next call with @m
 *
 * Return: the verdict. What no rule allows is denied. Of several rules without
 * constraints that allow, the first in the order of the texts is named; if there is
 * none, of those with constraints. POLICY_NEEDS_BODY only where @req has none.
 */
enum policy_verdict policy_evaluate(const struct policy *p, struct policy_matcher *m,
				    const struct policy_request *req, struct policy_why *why);

#endif
