/*
 * metrics - what a worker has counted
 *
 * Plain numbers, written by the worker's thread and read by it when somebody asks.
 * Labels are from lists that are known beforehand: no peer adds one.
 */
#ifndef PROXY_METRICS_H
#define PROXY_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define METRICS_METHODS	 8  /* the last is any other */
#define METRICS_CLASSES	 26 /* the same */
#define METRICS_VERDICTS 3  /* of enum audit_verdict */
#define METRICS_BUCKETS	 15 /* of a histogram, without the one for all */

/**
 * struct metrics_histogram - How long something took
 * @buckets:	How often, by the least bucket it fits in
 * @sum_us:	In total
 */
struct metrics_histogram {
	uint64_t buckets[METRICS_BUCKETS + 1];
	uint64_t sum_us;
};

/**
 * struct metrics_tier - Counts of one tier since the start
 * @requests:	By verdict, method and class
 * @replies:	From a whole head to the head of its reply, by verdict
 * @bytes_in:	Of bodies and streams from clients, of exchanges that are over
 * @bytes_out:	The same to clients
 */
struct metrics_tier {
	uint64_t requests[METRICS_VERDICTS][METRICS_METHODS][METRICS_CLASSES];
	struct metrics_histogram replies[METRICS_VERDICTS];
	uint64_t bytes_in, bytes_out;
};

/**
 * struct metrics - Counts of all tiers since the start
 * @accepted:	Connections of clients that were served
 * @refused:	Those that were not, for there was no place
 * @limited:	Requests over the limit of a client, by enum rate_class
 * @backend_new: Exchanges over a new connection to the engine
 * @backend_reused: Those over one of the pool
 * @backend_errors: Exchanges that ended with a 502 or 504 of ours
 * @reloads:	Rules read again, by whether that worked
 */
struct metrics {
	uint64_t accepted, refused;
	uint64_t limited[2];
	uint64_t backend_new, backend_reused, backend_errors;
	uint64_t reloads[2];
};

/**
 * struct metrics_now - What is so at the moment
 * @connections: Clients
 * @streams:	Connections that are streams
 * @waiting:	Requests that wait for a connection to the engine
 * @idle:	Connections in the pool
 * @rules:	Rules of all tiers
 * @enforced:	What they deny is not forwarded
 * @version:	Of the program
 */
struct metrics_now {
	size_t connections;
	size_t streams;
	size_t waiting;
	size_t idle;
	size_t rules;
	bool enforced;
	const char *version;
};

/**
 * struct metrics_frontend - One tier
 * @name:	Value of the label "frontend", "" for none; no byte of it needs an escape
 * @counts:	What was counted
 * @rules:	Rules
 * @bytes_in:	As in @counts, of exchanges that go on
 * @bytes_out:	The same
 */
struct metrics_frontend {
	const char *name;
	const struct metrics_tier *counts;
	size_t rules;
	uint64_t bytes_in, bytes_out;
};

/* What verdicts are called. */
extern const char *const metrics_verdicts[METRICS_VERDICTS];

/** metrics_method() - The number of a method */
uint8_t metrics_method(const char *name, size_t len);

/** metrics_class() - The number of the class of a path: its first segment behind the version */
uint8_t metrics_class(const char *path, size_t len);

/** metrics_method_name() - What the method of a number is called */
const char *metrics_method_name(uint8_t method);

/** metrics_class_name() - What the class of a number is called */
const char *metrics_class_name(uint8_t class);

/** metrics_observe() - Note how long something took */
void metrics_observe(struct metrics_histogram *h, uint64_t us);

/**
 * metrics_print() - Write all of it in Prometheus's text format, version 0.0.4
 * @f:		Where to
 * @m:		Counts
 * @now:	What is so now
 * @frontends:	Tiers, @n of them
 * @n:		Entries of @frontends
 */
void metrics_print(FILE *f, const struct metrics *m, const struct metrics_now *now,
		   const struct metrics_frontend *frontends, size_t n);

#endif
