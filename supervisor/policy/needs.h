/*
 * needs - the narrowest constraints that let a request pass
 *
 * What confined refuses of a request is opened again: by the constraint that is about it,
 * as bind is about a mount, else by one on the member or parameter that says just what the
 * request says. Requests that differ in words only, names of images, folders or ports, have
 * one list of these words.
 */
#ifndef POLICY_NEEDS_H
#define POLICY_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "constraint.h"
#include "policy.h"

#define NEEDS_LIST_MAX 32 /* words of a list; of more any will do */

struct needs_words {
	char **items; /* owned, each one too */
	size_t n;
};

/**
 * struct needs_list - A member or parameter and what it may say
 * @subject:	The constraint up to its pattern, such as "query path"; owned
 * @any:	It may say anything
 * @words:	Patterns
 */
struct needs_list {
	char *subject;
	bool any;
	struct needs_words words;
};

/**
 * struct needs - Constraints of one rule; zeroed at first
 * @confined:	There is "confined"
 * @named:	Words of each constraint with a name
 * @lists:	Those on members and parameters that are texts, @n_lists of them; owned
 * @n_lists:	Entries of @lists
 * @fixed:	Further constraints, which are as they are
 */
struct needs {
	bool confined;
	struct needs_words named[CONSTRAINT_NAMED_NUM];
	struct needs_list *lists;
	size_t n_lists;
	struct needs_words fixed;
};

/** needs_body() - Whether only the body of a request tells what it needs */
bool needs_body(const struct policy_request *req);

/**
 * needs_find() - Find out what a request needs
 * @n:		Zeroed; filled. To be cleared in any case
 * @req:	Request, with its body if needs_body() says so
 *
 * Return: NULL, or why no constraints but none at all let it pass; static.
 */
const char *needs_find(struct needs *n, const struct policy_request *req);

/** needs_any() - Whether there is a constraint at all */
bool needs_any(const struct needs *n);

/** needs_fit() - Whether two differ in words only, so that needs_merge() can be */
bool needs_fit(const struct needs *a, const struct needs *b);

/** needs_merge() - Let @n be enough for what needs @other, too. Return: whether it has changed */
bool needs_merge(struct needs *n, const struct needs *other);

/** needs_read() - Take over constraints that were read; what has words has them one by one */
void needs_read(struct needs *n, const struct constraint_set *set);

/** needs_print() - Write the constraints, a line each */
void needs_print(FILE *f, const struct needs *n);

/** needs_hold() - Whether a request passes them */
bool needs_hold(const struct needs *n, const struct policy_request *req);

/** needs_clear() - Free what it holds */
void needs_clear(struct needs *n);

#endif
