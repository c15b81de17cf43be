/*
 * learnt - a file of rules that grows to allow what was used
 *
 * Each request that was used becomes a rule line, as endpoints.h suggests it, with the
 * constraints that needs.h finds; those that one line covers share it. A line has a comment
 * by which it is known again:
 *
 *	GET %API_PREFIX_CONTAINERS%/json  # learnt: 3 times, last 2026-11-25T17:00Z, by docker
 *
 * All other lines of a file are a person's, and stay as they are; of a learnt line only
 * that comment, methods and constraints that are learnt besides change.
 */
#ifndef POLICY_LEARNT_H
#define POLICY_LEARNT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "policy.h"

#define LEARNT_RULES_MAX 2048 /* lines that are learnt in one go */

struct learnt;

/**
 * learnt_new() - Begin with a file
 * @source:	Its name, for messages
 * @text:	What it has, @len bytes
 * @len:	Length of @text, 0 for a new file
 * @host:	What "." is in it, as for policy_new(); paths are not looked up
 * @err:	On failure, what is wrong with it
 *
 * Return: for learnt_free(), or NULL.
 */
struct learnt *learnt_new(const char *source, const char *text, size_t len,
			  const struct policy_host *host, struct policy_error *err);

/** learnt_free() - Free it; NULL is fine */
void learnt_free(struct learnt *l);

/**
 * learnt_note() - Note that a request was used
 * @l:		Learnt so far
 * @req:	Request, with its body if needs_body() says so
 * @program:	Who asked
 * @when:	When
 *
 * Return: whether it is allowed by the file from now on. It is not if no line of text could
 * do so, or there are LEARNT_RULES_MAX.
 */
bool learnt_note(struct learnt *l, const struct policy_request *req, const char *program,
		 time_t when);

/** learnt_changed() - Whether there is something to write since learnt_text() */
bool learnt_changed(const struct learnt *l);

/** learnt_touch() - Have learnt_changed() say so, for what was to be written was not */
void learnt_touch(struct learnt *l);

/** learnt_count() - Rule lines that are new since learnt_new() */
size_t learnt_count(const struct learnt *l);

/**
 * learnt_text() - The file as it is to be
 * @l:		Learnt so far
 * @len:	Gets the length
 *
 * Return: the text, owned by the caller, or NULL when out of memory.
 */
char *learnt_text(struct learnt *l, size_t *len);

#endif
