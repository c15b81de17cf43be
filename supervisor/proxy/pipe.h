/*
 * pipe - where bytes wait that go from socket to socket without being copied
 *
 * splice(2) moves them through a pipe. A pipe belongs to a flow only while bytes
 * are in it; the worker keeps a few empty ones. A flow that gets none copies.
 */
#ifndef PROXY_PIPE_H
#define PROXY_PIPE_H

#include <stddef.h>

#define PIPE_MAX      16	    /* pipes of a worker, two descriptors each */
#define PIPE_CAPACITY (1024 * 1024) /* bytes, as far as pipe(7) lets us */

struct pipe {
	int read_fd;
	int write_fd;
	size_t len; /* bytes in it */
};

/**
 * struct pipe_pool - The pipes of a worker
 * @free:	Empty ones, the last @n_free of them
 * @n:		Pipes there are, in use or not
 */
struct pipe_pool {
	struct pipe *free[PIPE_MAX];
	size_t n_free;
	size_t n;
};

/** pipe_take() - An empty pipe, or NULL if there is none to be had */
struct pipe *pipe_take(struct pipe_pool *pool);

/** pipe_return() - Give a pipe back; what is still in it is dropped */
void pipe_return(struct pipe_pool *pool, struct pipe *p);

/** pipe_pool_clear() - Close all that are free */
void pipe_pool_clear(struct pipe_pool *pool);

#endif
