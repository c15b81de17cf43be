#include "rate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADS	      1024 /* of the hash table */
#define LOOKED_AT_MAX 8	   /* clients that are looked at to make room */
#define US_PER_S      1000000ULL

/* ---- what is allowed ---- */

static int fail(char *error, const char *text)
{
	snprintf(error, RATE_ERROR_MAX,
		 "%s: expected N, N/s, N/m or N/h, and perhaps :BURST, of 1 to %d requests", text,
		 RATE_TOKENS_MAX);
	return -EINVAL;
}

/* Return: behind the number, or NULL if there is none from 1 to the maximum. */
static const char *read_number(const char *p, uint32_t *n)
{
	uint32_t value = 0;
	const char *first = p;

	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (uint32_t)(*p - '0');
		if (value > RATE_TOKENS_MAX)
			return NULL;
	}
	if (p == first || value == 0)
		return NULL;
	*n = value;
	return p;
}

int rate_parse(struct rate *r, const char *text, char *error)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} units[] = { { "/s", 1 }, { "/m", 60 }, { "/h", 3600 } };
	struct rate read = { .period_s = 1 };
	const char *p = read_number(text, &read.tokens);

	read.burst = read.tokens;
	for (size_t i = 0; p && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strncmp(p, units[i].text, 2) != 0)
			continue;
		read.period_s = units[i].seconds;
		p += 2;
		break;
	}
	if (p && *p == ':')
		p = read_number(p + 1, &read.burst);
	if (!p || *p != '\0')
		return fail(error, text);
	*r = read;
	return 0;
}

enum rate_class rate_class_of(const char *method, size_t len)
{
	static const char *const reads[] = { "GET", "HEAD", "OPTIONS" };

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (strlen(reads[i]) == len && memcmp(reads[i], method, len) == 0)
			return RATE_READ;
	return RATE_WRITE;
}

/* ---- buckets ---- */

/*
 * A period is 3.6e9 us at most, so that the level stays below 3.6e15, and what flows off
 * is only multiplied where that is less than the level.
 */
static void flow_off(struct rate_bucket *b, const struct rate *r, uint64_t now_us)
{
	uint64_t elapsed = now_us - b->at_us;

	b->level = elapsed > b->level / r->tokens ? 0 : b->level - elapsed * r->tokens;
	b->at_us = now_us;
}

uint64_t rate_bucket_take(struct rate_bucket *b, const struct rate *r, uint64_t now_us)
{
	uint64_t period = r->period_s * US_PER_S, over, room = r->burst * period;

	flow_off(b, r, now_us);
	if (b->level + period <= room) {
		b->level += period;
		return 0;
	}
	over = b->level + period - room;
	return over / r->tokens + (over % r->tokens != 0);
}

/* ---- clients ---- */

struct client {
	struct list same_hash;
	struct list by_use; /* the one that has asked for nothing the longest is first */
	struct rate_key key;
	struct rate_bucket buckets[RATE_CLASS_NUM];
};

struct rate_table {
	struct rate limits[RATE_CLASS_NUM];
	struct list heads[HEADS];
	struct list by_use;
	size_t n;
	struct rate_bucket shared[RATE_CLASS_NUM];
	struct client clients[RATE_CLIENTS_MAX];
};

struct rate_table *rate_table_new(const struct rate *limits)
{
	struct rate_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	memcpy(t->limits, limits, sizeof(t->limits));
	list_init(&t->by_use);
	for (size_t i = 0; i < HEADS; i++)
		list_init(&t->heads[i]);
	return t;
}

bool rate_equal(const struct rate *a, const struct rate *b)
{
	return a->tokens == b->tokens && a->period_s == b->period_s && a->burst == b->burst;
}

static void fill(struct rate_table *t, enum rate_class class)
{
	t->shared[class] = (struct rate_bucket){ 0 };
	for (size_t i = 0; i < t->n; i++)
		t->clients[i].buckets[class] = (struct rate_bucket){ 0 };
}

void rate_table_limit(struct rate_table *t, const struct rate *limits)
{
	for (int i = 0; i < RATE_CLASS_NUM; i++) {
		if (rate_equal(&t->limits[i], &limits[i]))
			continue;
		fill(t, (enum rate_class)i);
		t->limits[i] = limits[i];
	}
}

void rate_table_free(struct rate_table *t)
{
	free(t);
}

/* FNV-1a: a crowded bucket costs a walk, nothing else. */
static struct list *head_of(struct rate_table *t, const struct rate_key *key)
{
	const unsigned char *p = (const unsigned char *)key;
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < sizeof(*key); i++)
		hash = (hash ^ p[i]) * 16777619U;
	return &t->heads[hash % HEADS];
}

static bool is_full(const struct rate_table *t, const struct client *c, uint64_t now_us)
{
	for (int i = 0; i < RATE_CLASS_NUM; i++) {
		struct rate_bucket b = c->buckets[i];

		/* Without a limit nothing was ever taken. */
		if (b.level == 0)
			continue;
		flow_off(&b, &t->limits[i], now_us);
		if (b.level > 0)
			return false;
	}
	return true;
}

/* Return: room for one more client, or NULL. */
static struct client *make_room(struct rate_table *t, uint64_t now_us)
{
	struct list *n = t->by_use.next;

	if (t->n < RATE_CLIENTS_MAX)
		return &t->clients[t->n++];
	for (int i = 0; i < LOOKED_AT_MAX; i++, n = n->next) {
		struct client *c = list_entry(n, struct client, by_use);

		if (!is_full(t, c, now_us))
			continue;
		list_remove(&c->same_hash);
		list_remove(&c->by_use);
		return c;
	}
	return NULL;
}

/* Return: the client, or NULL if there is no room for it. */
static struct client *find_client(struct rate_table *t, const struct rate_key *key, uint64_t now_us)
{
	struct list *head = head_of(t, key);
	struct client *c;

	for (struct list *n = head->next; n != head; n = n->next) {
		c = list_entry(n, struct client, same_hash);
		if (memcmp(&c->key, key, sizeof(*key)) == 0)
			return c;
	}
	c = make_room(t, now_us);
	if (!c)
		return NULL;
	*c = (struct client){ .key = *key };
	list_init(&c->same_hash);
	list_init(&c->by_use);
	list_append(head, &c->same_hash);
	return c;
}

uint64_t rate_table_take(struct rate_table *t, const struct rate_key *key, enum rate_class class,
			 uint64_t now_us)
{
	const struct rate *limit = &t->limits[class];
	struct client *c;

	if (limit->tokens == 0)
		return 0;
	c = find_client(t, key, now_us);
	if (!c)
		return rate_bucket_take(&t->shared[class], limit, now_us);
	list_remove(&c->by_use);
	list_append(&t->by_use, &c->by_use);
	return rate_bucket_take(&c->buckets[class], limit, now_us);
}
