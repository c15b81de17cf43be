/*
 * recent - what happened lately, for who watches
 *
 * Kept only where there is an admin address. It has a fixed size, whatever clients do, and
 * a request costs it a few additions; a client's name is written once, and a denial is
 * copied. Written by the worker's thread and read by it when somebody asks.
 */
#ifndef PROXY_RECENT_H
#define PROXY_RECENT_H

#include <stdint.h>
#include <stdio.h>

#include "metrics.h"
#include "rate.h"

#define RECENT_SECONDS	  180 /* that are counted one by one */
#define RECENT_DENIALS	  64  /* the last ones */
#define RECENT_SETS	  16  /* of rows, by their hash */
#define RECENT_WAYS	  8   /* rows in each; the one not seen for longest makes room */
#define RECENT_CLIENT_MAX 96  /* bytes of a client's name, NUL included */
#define RECENT_TEXT_MAX	  256 /* bytes of a path and the like, NUL included */

/**
 * struct recent_second - One second
 * @at_s:	Which, monotonic
 * @requests:	That have ended, by verdict
 */
struct recent_second {
	uint64_t at_s;
	uint32_t requests[METRICS_VERDICTS];
};

/**
 * struct recent_row - What a client did with a class of endpoints
 * @key:	Client
 * @client:	Its name; "" in a row that is new
 * @method:	metrics_method()
 * @class:	metrics_class()
 * @seen_s:	When it was last, monotonic; 0 for a row that is free
 * @requests:	By verdict, since the row is there
 * @reply_us:	How long replies to all of these took
 */
struct recent_row {
	struct rate_key key;
	char client[RECENT_CLIENT_MAX];
	uint8_t method, class;
	uint64_t seen_s;
	uint64_t requests[METRICS_VERDICTS];
	uint64_t reply_us;
};

/**
 * struct recent_denial - A request that was denied, or would have been
 * @time_s:	When, seconds since 1970
 * @verdict:	enum audit_verdict
 * @status:	Status of the reply
 * @method:	Method, "" if unknown
 * @path:	Decoded path, or the target as it came; cut
 */
struct recent_denial {
	uint64_t time_s;
	uint8_t verdict;
	unsigned int status;
	char client[RECENT_CLIENT_MAX];
	char method[20];
	char path[RECENT_TEXT_MAX];
	char rule[RECENT_TEXT_MAX];
	char reason[RECENT_TEXT_MAX];
};

/**
 * struct recent - See above; zeroed before the first use
 * @denied:	Denials so far; the next one goes to this, modulo RECENT_DENIALS
 */
struct recent {
	struct recent_second seconds[RECENT_SECONDS];
	struct recent_row rows[RECENT_SETS][RECENT_WAYS];
	struct recent_denial denials[RECENT_DENIALS];
	uint64_t denied;
};

/** recent_now_s() - The monotonic clock as it is meant below; never 0 */
uint64_t recent_now_s(void);

/** recent_count() - Count a request in its second; @now_s is monotonic and not 0 */
void recent_count(struct recent *r, uint64_t now_s, unsigned int verdict);

/**
 * recent_row() - The row of a client and a class of endpoints
 * @r:		What happened
 * @key:	Client
 * @method:	metrics_method()
 * @class:	metrics_class()
 * @now_s:	As above; becomes its @seen_s
 *
 * Return: the row, which is new if it has no name.
 */
struct recent_row *recent_row(struct recent *r, const struct rate_key *key, uint8_t method,
			      uint8_t class, uint64_t now_s);

/** recent_deny() - Room for one more denial, zeroed */
struct recent_denial *recent_deny(struct recent *r);

/** recent_put_json() - Write a text as a JSON string, quotes and all */
void recent_put_json(FILE *f, const char *text);

/**
 * recent_print() - Write the members seconds, rows and denials of a JSON object
 * @f:		Stream
 * @r:		What happened
 * @now_s:	As above
 */
void recent_print(FILE *f, const struct recent *r, uint64_t now_s);

#endif
