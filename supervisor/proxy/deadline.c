#include "deadline.h"

static const ev_tstamp seconds[] = {
	[DEADLINE_IDENTIFY] = 5, [DEADLINE_HEAD] = 10,	  [DEADLINE_BODY] = 30,
	[DEADLINE_IDLE] = 90,	 [DEADLINE_CONNECT] = 10, [DEADLINE_RETRY] = 0.02,
	[DEADLINE_REFUSE] = 10,	 [DEADLINE_LINGER] = 5,
};
_Static_assert(sizeof(seconds) / sizeof(seconds[0]) == DEADLINE_KIND_NUM,
	       "every deadline has a length");

static void arm(struct deadline_queue *q)
{
	struct deadline *first;

	if (list_empty(&q->list) || ev_is_active(&q->timer))
		return;
	first = list_entry(q->list.next, struct deadline, node);
	ev_timer_set(&q->timer, first->at - ev_now(q->all->loop), 0);
	ev_timer_start(q->all->loop, &q->timer);
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct deadline_queue *q = timer->data;

	(void)revents;
	while (!list_empty(&q->list)) {
		struct deadline *d = list_entry(q->list.next, struct deadline, node);

		if (d->at > ev_now(loop))
			break;
		deadline_clear(d);
		q->all->expired(d, q->kind);
	}
	arm(q);
}

void deadlines_init(struct deadlines *all, struct ev_loop *loop,
		    void (*expired)(struct deadline *d, enum deadline_kind kind))
{
	all->loop = loop;
	all->expired = expired;
	for (int kind = 0; kind < DEADLINE_KIND_NUM; kind++) {
		struct deadline_queue *q = &all->queues[kind];

		list_init(&q->list);
		ev_timer_init(&q->timer, on_timer, 0, 0);
		q->timer.data = q;
		q->kind = (enum deadline_kind)kind;
		q->all = all;
	}
}

void deadlines_stop(struct deadlines *all)
{
	for (int kind = 0; kind < DEADLINE_KIND_NUM; kind++)
		ev_timer_stop(all->loop, &all->queues[kind].timer);
}

void deadline_init(struct deadline *d)
{
	list_init(&d->node);
}

void deadline_set(struct deadlines *all, struct deadline *d, enum deadline_kind kind)
{
	struct deadline_queue *q = &all->queues[kind];

	list_remove(&d->node);
	d->at = ev_now(all->loop) + seconds[kind];
	list_append(&q->list, &d->node);
	arm(q);
}

void deadline_clear(struct deadline *d)
{
	list_remove(&d->node);
}
