/*
 * summary - what was denied, for the end of a run
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stddef.h>

#include "proxy/proxy.h"

#define SUMMARY_ROWS_MAX   16  /* different requests that are shown */
#define SUMMARY_PATH_MAX   256 /* bytes of a path that are shown, NUL included */
#define SUMMARY_REASON_MAX 512

struct summary_row {
	unsigned long count;
	unsigned int status;
	char method[24];
	char path[SUMMARY_PATH_MAX];
	char reason[SUMMARY_REASON_MAX]; /* why a rule that matches did not allow it, or "" */
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

/** summary_add() - Count a denied request */
void summary_add(struct summary *s, const struct proxy_denial *denial);

/**
 * summary_suggest() - The rule that would allow a request, as endpoints_suggest() has it
 * @rule:	Gets the rule; ENDPOINTS_RULE_MAX bytes
 * @row:	Request
 *
 * Return: 0, or -EINVAL if no rule could, none can be written down, or there is one
 * already, which does not allow it for a reason.
 */
int summary_suggest(char *rule, const struct summary_row *row);

/** summary_print() - Write it to standard error, if anything was denied */
void summary_print(const struct summary *s, const char *program);

#endif
