/*
 * judge - whether the constraints of a rule hold for a request
 *
 * The general constraints (query, no-query, header, body) look at bytes of the
 * request. The named ones are about what an endpoint does with them: its schema is
 * walked, and each field that a constraint governs is judged. All that does not hold
 * is collected, so that a refusal names everything there is to mend.
 */
#ifndef POLICY_JUDGE_H
#define POLICY_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "constraint.h"
#include "goform.h"
#include "gojson.h"
#include "schema.h"

#define JUDGE_PATH_MAX	   256	/* bytes of the path of a member, NUL included */
#define JUDGE_FINDINGS_MAX 2048 /* bytes of all that does not hold, NUL included */
#define JUDGE_VALUE_MAX	   96	/* bytes of a value that are shown */

struct pattern_matcher;

/**
 * struct judge_findings - What does not hold
 * @text:	Phrases with "; " in between
 * @len:	Length of @text
 * @n:		Number of them
 * @n_left_out:	How many of them there was no room for
 */
struct judge_findings {
	char text[JUDGE_FINDINGS_MAX];
	size_t len;
	size_t n;
	size_t n_left_out;
};

/**
 * struct judge - A request before the constraints of one rule after the other
 * @req:	Request; borrowed
 * @host:	The machine that paths are of, or NULL; borrowed
 * @matcher:	Scratch; borrowed
 * @endpoint:	Its endpoint, or NULL
 * @query:	Its parameters
 * @query_error: Why they cannot be read, or NULL
 * @body:	Its body, if it is there and JSON; owned
 * @body_error:	Why it is not, or ""
 * @set:	The constraints at hand
 * @findings:	What does not hold, of all rules so far
 * @path:	The member at hand, such as HostConfig.Binds[0]
 * @path_len:	Length of @path
 * @refused:	Called for each thing that does not hold, with the path of the member or
 *		parameter at hand; NULL for nobody
 * @refused_data: For @refused
 * @param_is_opened: A general constraint is about the parameter or field at hand
 */
struct judge {
	const struct policy_request *req;
	const struct policy_host *host;
	struct pattern_matcher *matcher;
	const struct schema_endpoint *endpoint;
	struct goform query;
	const char *query_error;
	struct gojson *body;
	char body_error[GOJSON_ERROR_MAX];
	const struct constraint_set *set;
	struct judge_findings findings;
	char path[JUDGE_PATH_MAX];
	size_t path_len;
	void (*refused)(void *data, const char *path);
	void *refused_data;
	bool param_is_opened;
};

enum judge_result { JUDGE_FAILS, JUDGE_HOLDS, JUDGE_NEEDS_BODY, JUDGE_RESULT_NUM };

/**
 * judge_begin() - Begin with a request
 * @j:		Filled; to be ended with judge_end()
 * @req:	Request
 * @host:	The machine that paths are of, or NULL
 * @matcher:	Scratch
 */
void judge_begin(struct judge *j, const struct policy_request *req, const struct policy_host *host,
		 struct pattern_matcher *matcher);

/** judge_end() - Free what judge_begin() took */
void judge_end(struct judge *j);

/**
 * judge_set() - Whether the constraints of a rule hold
 * @j:		Judge
 * @set:	Constraints
 *
 * Return: JUDGE_NEEDS_BODY where only the body can tell and it was not read yet.
 * With JUDGE_FAILS @j->findings says why.
 */
enum judge_result judge_set(struct judge *j, const struct constraint_set *set);

/**
 * judge_text() - All that does not hold, for people
 * @j:		Judge
 * @out:	Room for @cap bytes
 * @cap:	At least JUDGE_FINDINGS_MAX + 64
 */
void judge_text(const struct judge *j, char *out, size_t cap);

/* ---- for the checks of schemas ---- */

/** judge_named() - The constraint @id of the rule at hand, or NULL */
const struct constraint *judge_named(const struct judge *j, enum constraint_id id);

/**
 * judge_refuse() - Note that the member or parameter at hand does not hold
 * @j:		Judge
 * @by:		The constraint that says so
 * @format:	What is wrong, a phrase behind the member's path
 */
void judge_refuse(struct judge *j, const struct constraint *by, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * judge_close() - Note that confined refuses the member at hand
 * @j:		Judge
 * @v:		Its value, which is shown; NULL for none
 * @why:	What it would do, a phrase
 *
 * Does nothing where the rule has no confined, or another constraint opens the member.
 */
void judge_close(struct judge *j, const struct gojson *v, const char *why);

/** judge_close_because() - The same for what is not shown as JSON: a phrase behind the path */
void judge_close_because(struct judge *j, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * judge_close_to() - The same, also where there is no confined but @id
 *
 * For what would get past what @id is about.
 */
void judge_close_to(struct judge *j, enum constraint_id id, const struct gojson *v,
		    const char *why);

/**
 * judge_listed() - Hold a name against a list
 * @j:		Judge
 * @id:		Constraint whose words are globs
 * @name:	Name
 * @why:	What is wrong if there is no such constraint but confined, or NULL where
 *		confined does not mind
 */
void judge_listed(struct judge *j, enum constraint_id id, const char *name, const char *why);

/** judge_walk() - Judge an object by its rows; a @v that is no object holds */
void judge_walk(struct judge *j, const struct schema *s, const struct gojson *v);

/**
 * judge_enter() - Make a member of the one at hand the one at hand
 * @j:		Judge
 * @format:	".Name" or "[0]"
 *
 * Return: for judge_leave().
 */
size_t judge_enter(struct judge *j, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** judge_enter_key() - The same for an entry of a map, whose @key is the peer's */
size_t judge_enter_key(struct judge *j, const char *key);

/** judge_leave() - Go back to where judge_enter() was */
void judge_leave(struct judge *j, size_t mark);

#endif
