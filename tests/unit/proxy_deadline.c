/*
 * Deadlines. No test waits: time passes by moving a deadline into the past and
 * telling the timer of its queue to fire.
 */
#include "cmocka_prelude.h"
#include "proxy/deadline.h"

#define N_DEADLINES 4

static struct ev_loop *loop;
static struct deadlines all;
static struct deadline deadlines[N_DEADLINES];

/* What expired, in order: the number of the deadline and its kind, "0h 2i ". */
static char expired[64];
static struct deadline *set_again;

static void on_expired(struct deadline *d, enum deadline_kind kind)
{
	static const char kinds[] = {
		[DEADLINE_HEAD] = 'h',	  [DEADLINE_BODY] = 'b',  [DEADLINE_IDLE] = 'i',
		[DEADLINE_CONNECT] = 'c', [DEADLINE_RETRY] = 'r', [DEADLINE_REFUSE] = 'f',
		[DEADLINE_LINGER] = 'l',
	};
	_Static_assert(sizeof(kinds) == DEADLINE_KIND_NUM, "every kind has a letter");
	size_t len = strlen(expired);

	/* It is cleared by then, so that its owner may free it. */
	assert_true(list_empty(&d->node));
	snprintf(expired + len, sizeof(expired) - len, "%d%c ", (int)(d - deadlines), kinds[kind]);
	if (d == set_again)
		deadline_set(&all, d, kind);
}

static int start(void **state)
{
	(void)state;
	loop = ev_loop_new(EVFLAG_AUTO);
	if (!loop)
		return -1;
	expired[0] = '\0';
	set_again = NULL;
	deadlines_init(&all, loop, on_expired);
	for (int i = 0; i < N_DEADLINES; i++)
		deadline_init(&deadlines[i]);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	deadlines_stop(&all);
	ev_loop_destroy(loop);
	return 0;
}

static bool is_running(enum deadline_kind kind)
{
	return ev_is_active(&all.queues[kind].timer);
}

static void pass(int i)
{
	deadlines[i].at = ev_now(loop) - 1;
}

/* A timer that fires is stopped first, as libev does. */
static void fire(enum deadline_kind kind)
{
	struct ev_timer *timer = &all.queues[kind].timer;

	ev_timer_stop(loop, timer);
	ev_feed_event(loop, timer, EV_TIMER);
	ev_invoke_pending(loop);
}

static void a_timer_runs_only_while_something_is_owed(void **state)
{
	(void)state;
	for (int kind = 0; kind < DEADLINE_KIND_NUM; kind++)
		assert_false(is_running(kind));
	deadline_set(&all, &deadlines[0], DEADLINE_HEAD);
	assert_true(is_running(DEADLINE_HEAD));
	assert_false(is_running(DEADLINE_IDLE));
	pass(0);
	fire(DEADLINE_HEAD);
	assert_string_equal(expired, "0h ");
	assert_false(is_running(DEADLINE_HEAD));
	/* Nor when what was owed has come meanwhile. */
	deadline_set(&all, &deadlines[0], DEADLINE_HEAD);
	deadline_clear(&deadlines[0]);
	fire(DEADLINE_HEAD);
	assert_string_equal(expired, "0h ");
	assert_false(is_running(DEADLINE_HEAD));
}

static void those_that_passed_expire_in_order(void **state)
{
	(void)state;
	for (int i = 0; i < N_DEADLINES; i++)
		deadline_set(&all, &deadlines[i], DEADLINE_IDLE);
	pass(0);
	pass(1);
	pass(2);
	fire(DEADLINE_IDLE);
	assert_string_equal(expired, "0i 1i 2i ");
	assert_true(is_running(DEADLINE_IDLE));
	fire(DEADLINE_IDLE);
	assert_string_equal(expired, "0i 1i 2i ");
}

static void one_that_is_set_again_goes_to_the_end(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		deadline_set(&all, &deadlines[i], DEADLINE_HEAD);
	deadline_set(&all, &deadlines[0], DEADLINE_HEAD);
	assert_ptr_equal(all.queues[DEADLINE_HEAD].list.next, &deadlines[1].node);
	assert_ptr_equal(all.queues[DEADLINE_HEAD].list.prev, &deadlines[0].node);
	pass(1);
	pass(2);
	fire(DEADLINE_HEAD);
	assert_string_equal(expired, "1h 2h ");
}

static void one_of_another_kind_leaves_its_queue(void **state)
{
	(void)state;
	deadline_set(&all, &deadlines[0], DEADLINE_HEAD);
	deadline_set(&all, &deadlines[0], DEADLINE_LINGER);
	pass(0);
	fire(DEADLINE_HEAD);
	assert_string_equal(expired, "");
	fire(DEADLINE_LINGER);
	assert_string_equal(expired, "0l ");
}

static void one_that_is_cleared_never_expires(void **state)
{
	(void)state;
	deadline_clear(&deadlines[0]);
	deadline_set(&all, &deadlines[0], DEADLINE_CONNECT);
	deadline_set(&all, &deadlines[1], DEADLINE_CONNECT);
	pass(0);
	pass(1);
	deadline_clear(&deadlines[0]);
	deadline_clear(&deadlines[0]);
	fire(DEADLINE_CONNECT);
	assert_string_equal(expired, "1c ");
}

static void one_may_be_set_while_it_expires(void **state)
{
	(void)state;
	set_again = &deadlines[0];
	deadline_set(&all, &deadlines[0], DEADLINE_RETRY);
	deadline_set(&all, &deadlines[1], DEADLINE_RETRY);
	pass(0);
	pass(1);
	fire(DEADLINE_RETRY);
	assert_string_equal(expired, "0r 1r ");
	assert_true(is_running(DEADLINE_RETRY));
	assert_false(list_empty(&deadlines[0].node));
}

static void a_deadline_counts_from_now(void **state)
{
	static const double seconds[] = {
		[DEADLINE_HEAD] = 10,
		[DEADLINE_BODY] = 30,
		[DEADLINE_IDLE] = 90,
	};

	(void)state;
	for (int kind = DEADLINE_HEAD; kind <= DEADLINE_IDLE; kind++) {
		deadline_set(&all, &deadlines[kind], (enum deadline_kind)kind);
		double left = deadlines[kind].at - ev_now(loop);

		assert_true(left > seconds[kind] - 0.001 && left < seconds[kind] + 0.001);
	}
}

static void stopping_leaves_no_timer(void **state)
{
	(void)state;
	for (int kind = 0; kind < DEADLINE_KIND_NUM; kind++)
		deadline_set(&all, &deadlines[kind % N_DEADLINES], (enum deadline_kind)kind);
	deadlines_stop(&all);
	for (int kind = 0; kind < DEADLINE_KIND_NUM; kind++)
		assert_false(is_running(kind));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_timer_runs_only_while_something_is_owed),
		TEST(those_that_passed_expire_in_order),
		TEST(one_that_is_set_again_goes_to_the_end),
		TEST(one_of_another_kind_leaves_its_queue),
		TEST(one_that_is_cleared_never_expires),
		TEST(one_may_be_set_while_it_expires),
		TEST(a_deadline_counts_from_now),
		TEST(stopping_leaves_no_timer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
