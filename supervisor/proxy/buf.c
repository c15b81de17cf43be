#include "buf.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool fits(const struct buf_pool *pool, size_t cap, size_t share)
{
	return pool->budget == 0 || (cap <= share && pool->used <= share - cap);
}

/**
 * storage_size() - How much storage to take
 * @pool:	Pool
 * @need:	Bytes it must hold
 *
 * Return: bytes, or 0 when the budget has no more.
 */
static size_t storage_size(const struct buf_pool *pool, size_t need)
{
	size_t cap = BUF_SMALL;

	if (fits(pool, BUF_SIZE, pool->budget / 2))
		cap = BUF_SIZE;
	else if (fits(pool, BUF_MEDIUM, pool->budget / 4 * 3))
		cap = BUF_MEDIUM;
	while (cap < need)
		cap *= 2;
	return cap == BUF_SMALL || fits(pool, cap, pool->budget) ? cap : 0;
}

static char *storage_take(struct buf_pool *pool, size_t cap)
{
	char *data;

	if (cap == BUF_SIZE && pool->n_free > 0) {
		data = pool->free[--pool->n_free];
	} else if (cap == BUF_BULK && pool->bulk) {
		data = pool->bulk;
		pool->bulk = NULL;
	} else {
		data = malloc(cap);
	}
	if (data && cap != BUF_SMALL)
		pool->used += cap;
	return data;
}

static void storage_return(struct buf_pool *pool, char *data, size_t cap)
{
	if (cap != BUF_SMALL)
		pool->used -= cap;
	if (cap == BUF_SIZE && pool->n_free < BUF_POOL_MAX) {
		pool->free[pool->n_free++] = data;
		return;
	}
	pool->shed = true;
	if (cap == BUF_BULK && !pool->bulk)
		pool->bulk = data;
	else
		free(data);
}

/* Move the content into new storage for @need bytes or more. */
static int move_to(struct buf *b, struct buf_pool *pool, size_t need)
{
	size_t len = buf_len(b), cap = storage_size(pool, need);
	char *data;

	if (cap == 0)
		return -ENOBUFS;
	data = storage_take(pool, cap);
	if (!data)
		return -ENOMEM;
	if (b->data) {
		memcpy(data, buf_head(b), len);
		storage_return(pool, b->data, b->cap);
	}
	*b = (struct buf){ .data = data, .end = len, .cap = cap };
	return 0;
}

int buf_reserve(struct buf *b, struct buf_pool *pool, size_t need)
{
	size_t len = buf_len(b);

	if (b->data && buf_room(b) >= need)
		return 0;
	if (b->data && b->cap - len >= need) {
		memmove(b->data, buf_head(b), len);
		b->start = 0;
		b->end = len;
		return 0;
	}
	return move_to(b, pool, len + need);
}

int buf_reserve_bulk(struct buf *b, struct buf_pool *pool)
{
	if (!b->data && fits(pool, BUF_BULK, pool->budget / 4))
		return buf_reserve(b, pool, BUF_BULK);
	return buf_reserve(b, pool, 1);
}

void buf_shrink(struct buf *b, struct buf_pool *pool)
{
	size_t len = buf_len(b);

	/* Without memory for the smaller one the large one stays. */
	if (b->cap > BUF_SIZE && len <= BUF_SIZE)
		move_to(b, pool, len);
}

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= buf_len(b));
	b->start += n;
	if (b->start == b->end)
		b->start = b->end = 0;
}

void buf_cut(struct buf *b, size_t at, size_t n)
{
	size_t len = buf_len(b);

	assert(at <= len && n <= len - at);
	if (n == 0)
		return;
	memmove(buf_head(b) + at, buf_head(b) + at + n, len - at - n);
	b->end -= n;
	if (b->start == b->end)
		b->start = b->end = 0;
}

void buf_release(struct buf *b, struct buf_pool *pool)
{
	if (b->data)
		storage_return(pool, b->data, b->cap);
	*b = (struct buf){ 0 };
}

void buf_release_empty(struct buf *b, struct buf_pool *pool)
{
	if (b->data && buf_len(b) == 0)
		buf_release(b, pool);
}

void buf_pool_clear(struct buf_pool *pool)
{
	while (pool->n_free > 0)
		free(pool->free[--pool->n_free]);
	free(pool->bulk);
	pool->bulk = NULL;
	pool->shed = false;
}
