/*
 * learning - a file of rules that is written while requests are served
 *
 * What was used is kept in memory and written whole: to a new file beside the old one, which
 * then takes its place, so that at any time the one or the other is there.
 */
#ifndef LEARNING_H
#define LEARNING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "options.h"
#include "policy/learnt.h"
#include "proxy/proxy.h"

/**
 * struct learning - A file that is learnt; zeroed at first
 * @learnt:	Its rules; owned, NULL if nothing is to be learnt
 * @path:	File, links followed; owned
 * @temp:	The new one beside it; owned
 * @all:	Also what the rules deny, which is forwarded then
 * @exists:	There was one when it was read, of @mode, @uid and @gid
 * @n_lost:	Requests that no line could allow
 */
struct learning {
	struct learnt *learnt;
	char *path, *temp;
	bool all, exists;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	unsigned long n_lost;
};

/**
 * learning_open() - Read what a file has
 * @l:		Filled
 * @path:	File; need not exist
 * @all:	As above
 * @error:	On failure, one line; CONFIG_ERROR_MAX bytes
 *
 * Return: 0 or -errno.
 */
int learning_open(struct learning *l, const char *path, bool all, char *error);

/**
 * learning_read() - Do that for what the options say
 * @l:		As above; @l->learnt stays NULL if nothing is to be learnt
 * @o:		Options
 * @error:	As above
 */
int learning_read(struct learning *l, const struct options *o, char *error);

/** learning_try() - Whether the file can be written. Return: 0, or -errno with @error filled */
int learning_try(const struct learning *l, char *error);

/** learning_wants_body() - As struct proxy_config has it */
bool learning_wants_body(const struct policy_request *req);

/** learning_use() - Learn from a request that is forwarded */
void learning_use(struct learning *l, const struct proxy_use *use);

/** learning_write() - Write what is new; what goes wrong is logged, and tried again next time */
void learning_write(struct learning *l);

/** learning_close() - Free what it holds */
void learning_close(struct learning *l);

#endif
