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
#include <stdint.h>

#include "list.h"

#define ADMISSION_BUCKETS	 256 /* of the table of clients */
#define ADMISSION_REFUSED	 64  /* connections over the limit that hear a 503 at a time */
#define ADMISSION_CLIENT_REFUSED 8   /* the same of one client */

#define ADMISSION_ID_LEN 12 /* bytes that tell clients apart */

union conn_peer;
struct admission_client;

/**
 * struct admission - The counts
 * @max:	Connections served at a time
 * @per_client:	Of one client; 0 for no limit, and no table is kept
 * @n_served:	Connections that are served
 * @n_refused:	Connections that are being told that they are not
 * @clients:	Clients with connections, by hash
 */
struct admission {
	size_t max;
	size_t per_client;
	size_t n_served;
	size_t n_refused;
	struct list clients[ADMISSION_BUCKETS];
};

/**
 * struct admission_place - What a connection holds
 * @client:	Whose it is, or NULL if that is not counted
 * @refused:	It only hears that there is no place
 */
struct admission_place {
	struct admission_client *client;
	bool refused;
};

enum admission_verdict {
	ADMISSION_OK,
	ADMISSION_REFUSE, /* it may hear so */
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
 * @place:	Filled unless ADMISSION_DROP, to be handed to admission_leave()
 * @reason:	Unless ADMISSION_OK, why; static
 */
enum admission_verdict admission_enter(struct admission *a, int fd, const union conn_peer *peer,
				       struct admission_place *place, const char **reason);

/** admission_leave() - Give a place back */
void admission_leave(struct admission *a, const struct admission_place *place);

/**
 * admission_client_id() - Who a client is
 * @out:	ADMISSION_ID_LEN bytes, the same for all connections of a client
 * @fd:		Socket of the client
 * @peer:	Its address
 */
void admission_client_id(unsigned char *out, int fd, const union conn_peer *peer);

/** admission_hash() - The same number for all connections of a client */
uint32_t admission_hash(int fd, const union conn_peer *peer);

#endif
