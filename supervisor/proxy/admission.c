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
	size_t n;
};

void admission_init(struct admission *a, size_t max, size_t per_client)
{
	a->max = max;
	a->per_client = per_client;
	a->n = 0;
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
static struct list *bucket_of(struct admission *a, const struct client_key *key)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < PREFIX_LEN; i++)
		hash = (hash ^ key->id[i]) * 16777619U;
	return &a->clients[hash % ADMISSION_BUCKETS];
}

/**
 * find_client() - Find the counts of a client, or begin them
 *
 * Return: the client, or NULL when out of memory.
 */
static struct admission_client *find_client(struct admission *a, const struct client_key *key)
{
	struct list *bucket = bucket_of(a, key);
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

enum admission_verdict admission_enter(struct admission *a, int fd, const union conn_peer *peer,
				       struct admission_client **client, const char **reason)
{
	struct client_key key;

	*client = NULL;
	if (a->n >= a->max + ADMISSION_REFUSED)
		return ADMISSION_DROP;
	if (a->per_client > 0) {
		key_of(&key, fd, peer);
		*client = find_client(a, &key);
		if (!*client || (*client)->n >= a->per_client + ADMISSION_CLIENT_REFUSED)
			return ADMISSION_DROP;
		(*client)->n++;
	}
	a->n++;
	*reason = a->n > a->max ? "too many connections" : "too many connections of one client";
	return a->n > a->max || (*client && (*client)->n > a->per_client) ? ADMISSION_REFUSE :
									    ADMISSION_OK;
}

void admission_leave(struct admission *a, struct admission_client *client)
{
	a->n--;
	if (!client || --client->n > 0)
		return;
	list_remove(&client->node);
	free(client);
}
