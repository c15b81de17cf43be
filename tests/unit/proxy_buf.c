/*
 * Buffers that exist only while bytes are in flight.
 */
#include <errno.h>

#include "cmocka_prelude.h"
#include "proxy/buf.h"

static void put(struct buf *b, struct buf_pool *pool, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(buf_reserve(b, pool, len), 0);
	assert_true(buf_room(b) >= len);
	memcpy(b->data + b->end, text, len);
	b->end += len;
}

static void assert_holds(const struct buf *b, const char *text)
{
	assert_int_equal(buf_len(b), strlen(text));
	assert_memory_equal(buf_head(b), text, strlen(text));
}

static void an_idle_buffer_has_no_storage(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(buf_len(&b), 0);
	assert_int_equal(buf_room(&b), 0);
	put(&b, &pool, "abc");
	buf_release(&b, &pool);
	assert_null(b.data);
	assert_int_equal(buf_len(&b), 0);
	assert_int_equal(b.cap, 0);
	buf_release(&b, &pool);
	assert_int_equal(pool.n_free, 1);
	buf_pool_clear(&pool);
	assert_int_equal(pool.n_free, 0);
}

static void storage_goes_round(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf a = { 0 }, b = { 0 };
	char *data;

	(void)state;
	put(&a, &pool, "x");
	assert_int_equal(a.cap, BUF_SIZE);
	data = a.data;
	buf_release(&a, &pool);
	put(&b, &pool, "y");
	assert_ptr_equal(b.data, data);
	assert_int_equal(pool.n_free, 0);
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

static void keeps_its_bytes_while_it_grows(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf b = { 0 };

	(void)state;
	put(&b, &pool, "abcdef");
	buf_consume(&b, 2);
	assert_holds(&b, "cdef");
	assert_int_equal(buf_reserve(&b, &pool, 3 * BUF_SIZE), 0);
	assert_holds(&b, "cdef");
	assert_true(buf_room(&b) >= 3 * BUF_SIZE);
	assert_true(b.cap > BUF_SIZE);
	/* What it grew out of went back; what it grew into is its own. */
	assert_int_equal(pool.n_free, 1);
	buf_release(&b, &pool);
	assert_int_equal(pool.n_free, 1);
	buf_pool_clear(&pool);
}

static void moves_its_bytes_before_it_grows(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf b = { 0 };
	char *data;

	(void)state;
	assert_int_equal(buf_reserve(&b, &pool, 1), 0);
	data = b.data;
	memset(b.data, 'x', BUF_SIZE);
	b.end = BUF_SIZE;
	memcpy(b.data + BUF_SIZE - 3, "end", 3);
	buf_consume(&b, BUF_SIZE - 3);
	assert_int_equal(buf_room(&b), 0);
	assert_int_equal(buf_reserve(&b, &pool, BUF_SIZE - 3), 0);
	assert_ptr_equal(b.data, data);
	assert_int_equal(b.cap, BUF_SIZE);
	assert_holds(&b, "end");
	/* A byte more does not fit. */
	assert_int_equal(buf_reserve(&b, &pool, BUF_SIZE - 2), 0);
	assert_int_equal(b.cap, 2 * BUF_SIZE);
	assert_holds(&b, "end");
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

static void an_empty_one_starts_over(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf b = { 0 };

	(void)state;
	put(&b, &pool, "abc");
	buf_release_empty(&b, &pool);
	assert_holds(&b, "abc");
	buf_consume(&b, 0);
	assert_holds(&b, "abc");
	buf_consume(&b, 3);
	assert_int_equal(b.start, 0);
	assert_int_equal(buf_room(&b), BUF_SIZE);
	buf_release_empty(&b, &pool);
	assert_null(b.data);
	buf_release_empty(&b, &pool);
	buf_pool_clear(&pool);
}

static void bytes_are_cut_out_of_the_middle(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_cut(&b, 0, 0);
	put(&b, &pool, "-abcdef");
	buf_consume(&b, 1);
	buf_cut(&b, 2, 0);
	assert_holds(&b, "abcdef");
	buf_cut(&b, 2, 3);
	assert_holds(&b, "abf");
	buf_cut(&b, 2, 1);
	assert_holds(&b, "ab");
	buf_cut(&b, 0, 2);
	assert_holds(&b, "");
	assert_int_equal(buf_room(&b), b.cap);
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

static void the_pool_keeps_no_more_than_its_maximum(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf bufs[BUF_POOL_MAX + 3] = { { 0 } };

	(void)state;
	for (size_t i = 0; i < N_OF(bufs); i++)
		put(&bufs[i], &pool, "x");
	for (size_t i = 0; i < N_OF(bufs); i++)
		buf_release(&bufs[i], &pool);
	assert_int_equal(pool.n_free, BUF_POOL_MAX);
	buf_pool_clear(&pool);
}

static void the_fuller_the_smaller(void **state)
{
	struct buf_pool pool = { .budget = 4 * BUF_SIZE };
	struct buf bufs[3] = { { 0 } };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		put(&bufs[i], &pool, "x");
	assert_int_equal(bufs[1].cap, BUF_SIZE);
	assert_int_equal(pool.used, 2 * BUF_SIZE + BUF_MEDIUM);
	assert_int_equal(bufs[2].cap, BUF_MEDIUM);
	for (size_t i = 0; i < 3; i++)
		buf_release(&bufs[i], &pool);
	assert_int_equal(pool.used, 0);
	put(&bufs[0], &pool, "x");
	assert_int_equal(bufs[0].cap, BUF_SIZE);
	buf_release(&bufs[0], &pool);
	buf_pool_clear(&pool);
}

static void what_a_large_head_needed_is_given_back(void **state)
{
	struct buf_pool pool = { .budget = 16 * BUF_SIZE };
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(buf_reserve(&b, &pool, 4 * BUF_SIZE), 0);
	b.end = 3 * BUF_SIZE;
	buf_shrink(&b, &pool);
	assert_int_equal(buf_len(&b), 3 * BUF_SIZE);
	buf_consume(&b, 3 * BUF_SIZE - 4);
	memcpy(buf_head(&b), "rest", 4);
	buf_shrink(&b, &pool);
	assert_int_equal(b.cap, BUF_SIZE);
	assert_holds(&b, "rest");
	assert_int_equal(pool.used, BUF_SIZE);
	buf_shrink(&b, &pool);
	assert_int_equal(b.cap, BUF_SIZE);
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

static void a_small_one_is_always_granted(void **state)
{
	struct buf_pool pool = { .budget = BUF_SIZE };
	struct buf bufs[64] = { { 0 } };

	(void)state;
	for (size_t i = 0; i < N_OF(bufs); i++)
		put(&bufs[i], &pool, "x");
	assert_true(pool.used <= pool.budget);
	assert_int_equal(bufs[N_OF(bufs) - 1].cap, BUF_SMALL);
	for (size_t i = 0; i < N_OF(bufs); i++)
		buf_release(&bufs[i], &pool);
	assert_int_equal(pool.used, 0);
	buf_pool_clear(&pool);
}

static void a_large_one_over_the_budget_is_not_granted(void **state)
{
	struct buf_pool pool = { .budget = 4 * BUF_SIZE };
	struct buf b = { 0 };

	(void)state;
	put(&b, &pool, "abc");
	assert_int_equal(buf_reserve(&b, &pool, 4 * BUF_SIZE), -ENOBUFS);
	assert_holds(&b, "abc");
	assert_int_equal(buf_reserve(&b, &pool, BUF_SIZE), 0);
	assert_holds(&b, "abc");
	buf_release(&b, &pool);
	assert_int_equal(pool.used, 0);
	buf_pool_clear(&pool);
}

static void the_pool_knows_of_storage_it_did_not_keep(void **state)
{
	struct buf_pool pool = { 0 };
	struct buf bufs[BUF_POOL_MAX + 1] = { { 0 } };

	(void)state;
	for (size_t i = 0; i < N_OF(bufs); i++)
		put(&bufs[i], &pool, "x");
	for (size_t i = 0; i < BUF_POOL_MAX; i++)
		buf_release(&bufs[i], &pool);
	assert_false(pool.shed);
	buf_release(&bufs[BUF_POOL_MAX], &pool);
	assert_true(pool.shed);
	buf_pool_clear(&pool);
	assert_false(pool.shed);
}

static void what_comes_fast_gets_a_large_one(void **state)
{
	struct buf_pool pool = { .budget = 8 * BUF_BULK };
	struct buf a = { 0 }, b = { 0 };
	char *data;

	(void)state;
	assert_int_equal(buf_reserve_bulk(&a, &pool), 0);
	assert_int_equal(buf_room(&a), BUF_BULK);
	assert_int_equal(buf_reserve_bulk(&b, &pool), 0);
	assert_int_equal(buf_room(&b), BUF_BULK);
	data = a.data;
	buf_release(&a, &pool);
	buf_release(&b, &pool);
	assert_int_equal(pool.used, 0);
	assert_int_equal(buf_reserve_bulk(&a, &pool), 0);
	assert_ptr_equal(a.data, data);
	buf_release(&a, &pool);
	assert_true(pool.shed);
	buf_pool_clear(&pool);
	assert_false(pool.shed);
	assert_null(pool.bulk);
}

static void a_pool_in_use_has_no_large_one(void **state)
{
	struct buf_pool pool = { .budget = 4 * BUF_BULK };
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	put(&a, &pool, "x");
	assert_int_equal(buf_reserve_bulk(&b, &pool), 0);
	assert_int_equal(b.cap, BUF_SIZE);
	buf_release(&a, &pool);
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

static void a_large_one_is_not_for_what_has_one(void **state)
{
	struct buf_pool pool = { .budget = 8 * BUF_BULK };
	struct buf b = { 0 };

	(void)state;
	put(&b, &pool, "abc");
	assert_int_equal(buf_reserve_bulk(&b, &pool), 0);
	assert_int_equal(b.cap, BUF_SIZE);
	assert_holds(&b, "abc");
	buf_release(&b, &pool);
	buf_pool_clear(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_buffer_has_no_storage),
		cmocka_unit_test(storage_goes_round),
		cmocka_unit_test(keeps_its_bytes_while_it_grows),
		cmocka_unit_test(moves_its_bytes_before_it_grows),
		cmocka_unit_test(an_empty_one_starts_over),
		cmocka_unit_test(bytes_are_cut_out_of_the_middle),
		cmocka_unit_test(the_pool_keeps_no_more_than_its_maximum),
		cmocka_unit_test(the_pool_knows_of_storage_it_did_not_keep),
		cmocka_unit_test(the_fuller_the_smaller),
		cmocka_unit_test(what_a_large_head_needed_is_given_back),
		cmocka_unit_test(a_small_one_is_always_granted),
		cmocka_unit_test(a_large_one_over_the_budget_is_not_granted),
		cmocka_unit_test(what_comes_fast_gets_a_large_one),
		cmocka_unit_test(a_pool_in_use_has_no_large_one),
		cmocka_unit_test(a_large_one_is_not_for_what_has_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
