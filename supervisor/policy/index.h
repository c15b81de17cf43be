/*
 * index - which rules can match a path at all
 *
 * Most patterns begin with literal text, behind an optional API version:
 * /containers/json, or (?:/v1.43)?/images/. A trie over that text gives, for a
 * path, the few rules worth running, so that the cost of a request does not
 * grow with the number of rules. Of those that differ only behind a variable,
 * /containers/{id}/start, the literal end is compared too. The index only ever
 * leaves out rules that cannot match: a pattern it does not fully understand has
 * neither and is a candidate for every path.
 */
#ifndef POLICY_INDEX_H
#define POLICY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_PREFIX_MAX 128 /* bytes of a literal beginning looked at */
#define INDEX_SUFFIX_MAX 16  /* bytes of a literal end looked at */

/**
 * struct index_key - What every path that a pattern matches begins and ends with
 * @versioned:	An API version (/v1, /v1.43) may stand before @text
 * @len:	Bytes of @text
 * @suffix_len:	Bytes of @suffix
 * @text:	The literal beginning; begins with '/' if @versioned
 * @suffix:	The literal end
 */
struct index_key {
	bool versioned;
	size_t len;
	size_t suffix_len;
	char text[INDEX_PREFIX_MAX];
	char suffix[INDEX_SUFFIX_MAX];
};

/**
 * index_key_of() - Find the literal ends of an expanded pattern
 * @out:	Filled; empty texts if in doubt
 * @pattern:	Expanded, valid pattern
 * @len:	Length of @pattern
 */
void index_key_of(struct index_key *out, const char *pattern, size_t len);

struct index;

/** index_new() - An empty index, NULL when out of memory */
struct index *index_new(void);

/** index_free() - Free an index; NULL is fine */
void index_free(struct index *ix);

/**
 * index_add() - Add a rule
 * @ix:		Index
 * @key:	Its literal ends
 * @rule:	Its number; rules are added in rising order
 *
 * Return: 0, or -ENOMEM with the index as it was.
 */
int index_add(struct index *ix, const struct index_key *key, uint32_t rule);

/**
 * index_visit() - Call a function for each rule that could match
 * @ix:		Index
 * @path:	Decoded path, @len bytes
 * @len:	Length of @path
 * @visit:	Called at most once for a rule, in no particular order
 * @arg:	Passed on
 */
void index_visit(const struct index *ix, const char *path, size_t len,
		 void (*visit)(void *arg, uint32_t rule), void *arg);

#endif
