/*
 * summary - what was denied, for the end of a run
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proxy/proxy.h"

#define SUMMARY_ROWS_MAX    64	/* different requests that are shown */
#define SUMMARY_PATH_MAX    256 /* bytes of a path that are shown, NUL included */
#define SUMMARY_PROGRAM_MAX 32
#define SUMMARY_REASON_MAX  512

/**
 * struct summary_row - Requests that one rule line would allow
 * @count:	How many
 * @status:	Of the reply
 * @forwarded:	They were forwarded all the same
 * @method:	Method
 * @path:	Path of the first one, cut
 * @program:	Name of the process that asked, or ""
 * @reason:	Why a rule that matches did not allow it, or ""
 * @rule:	The rule line that would allow them, or "" if no rule could, or there is
 *		one that did not for @reason; owned
 */
struct summary_row {
	unsigned long count;
	unsigned int status;
	bool forwarded;
	char method[24];
	char path[SUMMARY_PATH_MAX];
	char program[SUMMARY_PROGRAM_MAX];
	char reason[SUMMARY_REASON_MAX];
	char *rule;
};

/**
 * struct summary - Denied requests; zeroed at first
 * @total:	All of them
 * @n:		Entries of @rows
 */
struct summary {
	unsigned long total;
	size_t n;
	struct summary_row rows[SUMMARY_ROWS_MAX];
};

/** summary_print_bytes() - Write a peer's bytes; @first is the least that is shown as it is */
void summary_print_bytes(FILE *f, const char *text, char first);

/** summary_add() - Count a denied request */
void summary_add(struct summary *s, const struct proxy_denial *denial);

/** summary_clear() - Free what it holds */
void summary_clear(struct summary *s);

/**
 * summary_print() - Write it, if anything was denied
 * @s:		Summary
 * @f:		Where to
 * @program:	Who writes
 * @observed:	Nothing was enforced, which is written in any case
 */
void summary_print(const struct summary *s, FILE *f, const char *program, bool observed);

/** summary_print_json() - Write it as one line of JSON, also if nothing was denied */
void summary_print_json(const struct summary *s, FILE *f, bool observed);

#endif
