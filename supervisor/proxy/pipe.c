#include "pipe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "needs.h"

NEEDS_SYSCALLS("pipe2 fcntl close");

static struct pipe *pipe_new(void)
{
	struct pipe *p = malloc(sizeof(*p));
	int fds[2];

	if (!p || pipe2(fds, O_NONBLOCK | O_CLOEXEC) < 0) {
		free(p);
		return NULL;
	}
	/* Who has many pipes already gets a smaller one, which will do. */
	fcntl(fds[1], F_SETPIPE_SZ, PIPE_CAPACITY);
	*p = (struct pipe){ .read_fd = fds[0], .write_fd = fds[1] };
	return p;
}

static void pipe_free(struct pipe_pool *pool, struct pipe *p)
{
	close(p->read_fd);
	close(p->write_fd);
	free(p);
	pool->n--;
}

struct pipe *pipe_take(struct pipe_pool *pool)
{
	struct pipe *p;

	if (pool->n_free > 0)
		return pool->free[--pool->n_free];
	if (pool->n == PIPE_MAX)
		return NULL;
	p = pipe_new();
	if (p)
		pool->n++;
	return p;
}

void pipe_return(struct pipe_pool *pool, struct pipe *p)
{
	if (p->len > 0)
		pipe_free(pool, p);
	else
		pool->free[pool->n_free++] = p;
}

void pipe_pool_clear(struct pipe_pool *pool)
{
	while (pool->n_free > 0)
		pipe_free(pool, pool->free[--pool->n_free]);
}
