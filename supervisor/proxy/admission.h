/*
 * admission - how many connections a worker serves, overall and per client
 *
 * A client is an IPv4 address, an IPv6 /64 (what one host is given, RFC 6177),
 * or a user id on a unix socket.
 */
#ifndef PROXY_ADMISSION_H
#define PROXY_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "list.h"

#define ADMISSION_BUCKETS	 256 /* of the table of clients */
#define ADMISSION_REFUSED	 64  /* connections over the limit that hear a 503 at a time */
#define ADMISSION_CLIENT_REFUSED 8   /* the same of one client */

union conn_peer;
struct admission_client;

/**
 * struct admission - The counts
 * @max:	Connections served at a time
 * @per_client:	Of one client; 0 for no limit, and no table is kept
 * @n:		Connections that hold a place, those being refused included
 * @clients:	Clients with connections, by hash
 */
struct admission {
	size_t max;
	size_t per_client;
	size_t n;
	struct list clients[ADMISSION_BUCKETS];
};

enum admission_verdict {
	ADMISSION_OK,
	ADMISSION_REFUSE, /* it holds a place until it has heard so */
	ADMISSION_DROP,	  /* no place even for that */
	ADMISSION_VERDICT_NUM
};

/** admission_init() - Start with nobody */
void admission_init(struct admission *a, size_t max, size_t per_client);

/**
 * admission_enter() - Ask for a place
 * @a:		Counts
 * @fd:		Socket of the client
 * @peer:	Its address
 * @client:	On return, to be handed to admission_leave(); NULL if not counted
 * @reason:	On ADMISSION_REFUSE, why; static
 *
 * All but ADMISSION_DROP hold a place until admission_leave().
 */
enum admission_verdict admission_enter(struct admission *a, int fd, const union conn_peer *peer,
				       struct admission_client **client, const char **reason);

/** admission_leave() - Give a place back */
void admission_leave(struct admission *a, struct admission_client *client);

#endif
