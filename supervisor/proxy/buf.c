#include "buf.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *storage_take(struct buf_pool *pool, size_t cap)
{
	if (cap == BUF_SIZE && pool->n_free > 0)
		return pool->free[--pool->n_free];
	return malloc(cap);
}

static void storage_return(struct buf_pool *pool, char *data, size_t cap)
{
	if (cap == BUF_SIZE && pool->n_free < BUF_POOL_MAX)
		pool->free[pool->n_free++] = data;
	else
		free(data);
}

int buf_reserve(struct buf *b, struct buf_pool *pool, size_t need)
{
	size_t len = buf_len(b), cap = BUF_SIZE;
	char *data;

	if (b->data && buf_room(b) >= need)
		return 0;
	if (b->data && b->cap - len >= need) {
		memmove(b->data, buf_head(b), len);
		b->start = 0;
		b->end = len;
		return 0;
	}
	while (cap < len + need)
		cap *= 2;
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

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= buf_len(b));
	b->start += n;
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
}
