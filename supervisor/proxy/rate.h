/*
 * rate - how many requests a client may make in a time
 *
 * A token bucket for each client and class of methods: reads (GET, HEAD, OPTIONS) and
 * writes (all others). A bucket begins full, with as many tokens as may be taken at once,
 * and gets N of them back in each period, evenly.
 *
 * The table of clients is bounded. Where there is no room, a client whose buckets are
 * full is forgotten, which changes nothing for it. If there is none among those that
 * have asked for nothing the longest, the new client takes from a bucket that it shares
 * with all others there is no room for: nobody gets more by coming in a crowd.
 */
#ifndef PROXY_RATE_H
#define PROXY_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"

#define RATE_ERROR_MAX	 256	 /* bytes of an error text, NUL included */
#define RATE_TOKENS_MAX	 1000000 /* in a period, and at once */
#define RATE_CLIENTS_MAX 4096	 /* that have buckets of their own */
#define RATE_ID_MAX	 64	 /* bytes of a client's identity that count */

enum rate_class { RATE_READ, RATE_WRITE, RATE_CLASS_NUM };

/**
 * struct rate - What is allowed
 * @tokens:	So many in a period; 0 for no limit
 * @period_s:	Seconds
 * @burst:	So many at once
 */
struct rate {
	uint32_t tokens;
	uint32_t period_s;
	uint32_t burst;
};

/**
 * rate_parse() - Read N[/s|/m|/h][:BURST]
 * @r:		Filled on success
 * @text:	Text; without a unit it is a second, without a burst that is N
 * @error:	On failure, what was expected; RATE_ERROR_MAX bytes
 *
 * Return: 0 or -EINVAL.
 */
int rate_parse(struct rate *r, const char *text, char *error);

/** rate_class_of() - The class of a method */
enum rate_class rate_class_of(const char *method, size_t len);

/**
 * struct rate_bucket - The tokens that are taken
 * @level:	In microseconds times tokens, so that a token is worth a period
 * @at_us:	When that was so
 */
struct rate_bucket {
	uint64_t level;
	uint64_t at_us;
};

/**
 * rate_bucket_take() - Take a token
 * @b:		Bucket, zeroed when it is full
 * @r:		What is allowed
 * @now_us:	A clock that never goes back
 *
 * Return: 0, or in how many microseconds there is one.
 */
uint64_t rate_bucket_take(struct rate_bucket *b, const struct rate *r, uint64_t now_us);

/**
 * struct rate_key - Whose buckets they are; zeroed before it is filled
 * @kind:	What @id is
 * @id:		Its identity
 */
struct rate_key {
	uint16_t kind;
	unsigned char id[RATE_ID_MAX];
};

struct rate_table;

/**
 * rate_table_new() - Make a table without clients
 * @limits:	What is allowed, RATE_CLASS_NUM of them; copied
 *
 * Return: the table, owned by the caller, or NULL when out of memory.
 */
struct rate_table *rate_table_new(const struct rate *limits);

/**
 * rate_table_limit() - Allow something else from now on
 * @t:		Table
 * @limits:	As for rate_table_new(). Buckets of a class whose limit is another are full
 *		again, those of the other stay as they are
 */
void rate_table_limit(struct rate_table *t, const struct rate *limits);

/** rate_equal() - Whether two limits allow the same */
bool rate_equal(const struct rate *a, const struct rate *b);

/** rate_table_free() - Free a table; NULL is fine */
void rate_table_free(struct rate_table *t);

/**
 * rate_table_take() - Take a token of a client
 * @t:		Table
 * @key:	Client
 * @class:	Class of the request
 * @now_us:	As above
 *
 * Return: 0, or in how many microseconds there is one.
 */
uint64_t rate_table_take(struct rate_table *t, const struct rate_key *key, enum rate_class class,
			 uint64_t now_us);

#endif
