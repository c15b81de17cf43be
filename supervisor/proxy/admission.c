#include "admission.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"

#define PREFIX_LEN 8 /* bytes of an IPv6 address that name a host's network */

/* Compared byte by byte, so always zeroed before it is filled. */
struct client_key {
	sa_family_t family;
	unsigned char id[PREFIX_LEN];
};

struct admission_client {
	struct list node;
	struct client_key key;
	size_t n_served;
	size_t n_refused;
};

void admission_init(struct admission *a, size_t max, size_t per_client)
{
	a->max = max;
	a->per_client = per_client;
	a->n_served = a->n_refused = 0;
	for (size_t i = 0; i < ADMISSION_BUCKETS; i++)
		list_init(&a->clients[i]);
}

static void key_unix(struct client_key *key, int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0)
		memcpy(key->id, &cred.uid, sizeof(cred.uid));
}

static void key_of(struct client_key *key, int fd, const union conn_peer *peer)
{
	memset(key, 0, sizeof(*key));
	key->family = peer->sa.sa_family;
	if (peer->sa.sa_family == AF_INET) {
		memcpy(key->id, &peer->in.sin_addr, sizeof(peer->in.sin_addr));
	} else if (peer->sa.sa_family != AF_INET6) {
		key_unix(key, fd);
	} else if (IN6_IS_ADDR_V4MAPPED(&peer->in6.sin6_addr)) {
		key->family = AF_INET;
		memcpy(key->id, &peer->in6.sin6_addr.s6_addr[12], sizeof(struct in_addr));
	} else {
		memcpy(key->id, &peer->in6.sin6_addr, PREFIX_LEN);
	}
}

/* FNV-1a: a crowded bucket costs a walk, nothing else. */
static uint32_t hash_of(const struct client_key *key)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < PREFIX_LEN; i++)
		hash = (hash ^ key->id[i]) * 16777619U;
	return hash;
}

_Static_assert(sizeof(struct client_key) <= ADMISSION_ID_LEN, "a client's key is its id");

void admission_client_id(unsigned char *out, int fd, const union conn_peer *peer)
{
	struct client_key key;

	key_of(&key, fd, peer);
	memset(out, 0, ADMISSION_ID_LEN);
	memcpy(out, &key, sizeof(key));
}

uint32_t admission_hash(int fd, const union conn_peer *peer)
{
	struct client_key key;

	key_of(&key, fd, peer);
	return hash_of(&key);
}

/**
 * find_client() - Find the counts of a client, or begin them
 *
 * Return: the client, or NULL when out of memory.
 */
static struct admission_client *find_client(struct admission *a, const struct client_key *key)
{
	struct list *bucket = &a->clients[hash_of(key) % ADMISSION_BUCKETS];
	struct admission_client *client;

	for (struct list *n = bucket->next; n != bucket; n = n->next) {
		client = list_entry(n, struct admission_client, node);
		if (memcmp(&client->key, key, sizeof(*key)) == 0)
			return client;
	}
	client = calloc(1, sizeof(*client));
	if (!client)
		return NULL;
	memcpy(&client->key, key, sizeof(*key));
	list_init(&client->node);
	list_append(bucket, &client->node);
	return client;
}

/**
 * decide() - Whether there is a place
 * @a:		Counts
 * @client:	The client, or NULL if it is not counted
 * @reason:	Filled if there is none
 */
static enum admission_verdict decide(const struct admission *a,
				     const struct admission_client *client, const char **reason)
{
	bool full = a->n_served >= a->max;

	if (!full && (!client || client->n_served < a->per_client))
		return ADMISSION_OK;
	*reason = full ? "too many connections" : "too many connections of one client";
	if (a->n_refused >= ADMISSION_REFUSED ||
	    (client && client->n_refused >= ADMISSION_CLIENT_REFUSED))
		return ADMISSION_DROP;
	return ADMISSION_REFUSE;
}

static void count(struct admission *a, const struct admission_place *place, size_t change)
{
	*(place->refused ? &a->n_refused : &a->n_served) += change;
	if (place->client)
		*(place->refused ? &place->client->n_refused : &place->client->n_served) += change;
}

static void forget_if_gone(struct admission_client *client)
{
	if (!client || client->n_served + client->n_refused > 0)
		return;
	list_remove(&client->node);
	free(client);
}

enum admission_verdict admission_enter(struct admission *a, int fd, const union conn_peer *peer,
				       struct admission_place *place, const char **reason)
{
	enum admission_verdict verdict;
	struct client_key key;

	*place = (struct admission_place){ 0 };
	if (a->per_client > 0) {
		key_of(&key, fd, peer);
		place->client = find_client(a, &key);
		if (!place->client)
			return ADMISSION_DROP;
	}
	verdict = decide(a, place->client, reason);
	place->refused = verdict == ADMISSION_REFUSE;
	if (verdict == ADMISSION_DROP)
		forget_if_gone(place->client);
	else
		count(a, place, 1);
	return verdict;
}

void admission_leave(struct admission *a, const struct admission_place *place)
{
	count(a, place, (size_t)-1);
	forget_if_gone(place->client);
}
