/*
 * diff - what one policy allows and another does not
 *
 * Each endpoint of endpoints.h is tried in several spellings and with every method, as
 * are a few paths that are no endpoint's. What trying cannot tell, for a rule may be about
 * one container's name, is proved from the texts of the rules, or said to be undecided.
 */
#ifndef POLICY_DIFF_H
#define POLICY_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"

enum diff_kind {
	DIFF_ALLOWED,	/* what was denied is allowed */
	DIFF_LOOSER,	/* constraints let more pass, or nothing proves that they do not */
	DIFF_UNDECIDED, /* a rule is new, and nothing proves that it allows no more */
	DIFF_DENIED,	/* what was allowed is denied */
	DIFF_STRICTER,	/* constraints let less pass, or might */
	DIFF_GONE,	/* a rule is gone, and nothing proves that the others allow as much */
	DIFF_KIND_NUM
};

#define DIFF_NO_RULE ((size_t)-1)

/**
 * struct diff_finding - One difference; borrowed for the call
 * @kind:	What has changed
 * @method:	Method, @method_len bytes; empty if it is about a rule
 * @endpoint:	The pattern of all paths of the endpoint, or NULL
 * @path:	One such path, NULL if it is so of every one of @endpoint, or about a rule
 * @old_rule:	The rule of the old policy that has a part in it, or DIFF_NO_RULE
 * @new_rule:	The same of the new one
 */
struct diff_finding {
	enum diff_kind kind;
	const char *method;
	size_t method_len;
	const char *endpoint;
	const char *path;
	size_t old_rule;
	size_t new_rule;
};

/**
 * diff_policies() - Compare two policies
 * @old:	One
 * @new:	The other
 * @report:	Called for each difference
 * @data:	For @report
 *
 * Return: 1 if the new one allows more, or might; 0 if not; -ENOMEM.
 */
int diff_policies(const struct policy *old, const struct policy *new,
		  void (*report)(void *data, const struct diff_finding *f), void *data);

#endif
