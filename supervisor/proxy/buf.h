/*
 * buf - byte buffers that exist only while bytes are in flight
 *
 * A buffer without storage is all zero and costs its struct. Storage of
 * BUF_SIZE comes from and returns to a pool of the worker; a head, or a body to be
 * judged, that needs more gets storage of its own. What comes fast gets BUF_BULK, as
 * long as little of the pool is used: the fewer calls, the less a byte costs.
 *
 * The pool has a budget, which peers who do not read, or never finish a head,
 * cannot exceed: the fuller it is the smaller is new storage, down to BUF_SMALL,
 * which is always granted and does not count. So a crowd of slow peers slows
 * itself down, and whoever asks for little is served all the same.
 */
#ifndef PROXY_BUF_H
#define PROXY_BUF_H

#include <stdbool.h>
#include <stddef.h>

#define BUF_BULK     (256 * 1024) /* bytes of one for what comes fast */
#define BUF_SIZE     (64 * 1024)  /* bytes of a pooled buffer */
#define BUF_MEDIUM   (16 * 1024)  /* bytes of one when half of the budget is used */
#define BUF_SMALL    (4 * 1024)	  /* bytes of one when three quarters are */
#define BUF_POOL_MAX 32		  /* free buffers a worker keeps */

struct buf {
	char *data;   /* owned, NULL while nothing is in flight */
	size_t start; /* first byte in use */
	size_t end;   /* behind the last one */
	size_t cap;
};

/**
 * struct buf_pool - Where storage comes from
 * @free:	Storage of BUF_SIZE for the next buffers; owned
 * @n_free:	Entries of @free
 * @bulk:	Storage of BUF_BULK for the next one; owned, or NULL
 * @used:	Bytes in buffers, but for those of BUF_SMALL
 * @budget:	Most of @used, in bytes; 0 for no limit
 * @shed:	There is storage in @bulk, or in the heap, that @free had no place for
 */
struct buf_pool {
	char *free[BUF_POOL_MAX];
	size_t n_free;
	char *bulk;
	size_t used;
	size_t budget;
	bool shed;
};

/** buf_len() - Bytes in use */
static inline size_t buf_len(const struct buf *b)
{
	return b->end - b->start;
}

/** buf_head() - The first byte in use */
static inline char *buf_head(const struct buf *b)
{
	return b->data + b->start;
}

/** buf_room() - Bytes that fit behind the last one */
static inline size_t buf_room(const struct buf *b)
{
	return b->cap - b->end;
}

/**
 * buf_reserve() - Make room for @need more bytes behind the last one
 * @b:		Buffer
 * @pool:	Pool of the worker
 * @need:	Bytes
 *
 * Return: 0, or with the buffer as it was -ENOMEM, or -ENOBUFS when the budget
 * has no more.
 */
int buf_reserve(struct buf *b, struct buf_pool *pool, size_t need);

/**
 * buf_reserve_bulk() - Make room for much if that is to be had, else for anything
 * @b:		Buffer
 * @pool:	Pool of the worker
 *
 * Return: as buf_reserve().
 */
int buf_reserve_bulk(struct buf *b, struct buf_pool *pool);

/** buf_consume() - Drop @n bytes at the start */
void buf_consume(struct buf *b, size_t n);

/** buf_cut() - Drop @n bytes behind the first @at */
void buf_cut(struct buf *b, size_t at, size_t n);

/** buf_release() - Drop the content and give the storage back */
void buf_release(struct buf *b, struct buf_pool *pool);

/** buf_release_empty() - Give the storage back if nothing is in it */
void buf_release_empty(struct buf *b, struct buf_pool *pool);

/** buf_shrink() - Trade storage that a large head or body needed for some of BUF_SIZE or less */
void buf_shrink(struct buf *b, struct buf_pool *pool);

/** buf_pool_clear() - Free what the pool keeps */
void buf_pool_clear(struct buf_pool *pool);

#endif
