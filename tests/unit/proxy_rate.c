/*
 * How many requests a client may make in a time, on a clock of the test's own.
 */
#include "cmocka_prelude.h"
#include "proxy/rate.h"

#define S      1000000ULL
#define WANTED ": expected N, N/s, N/m or N/h, and perhaps :BURST, of 1 to 1000000 requests"

static void reads_what_is_a_rate_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		struct rate rate; /* no tokens: an error */
	} rows[] = {
		{ "5", { 5, 1, 5 } },
		{ "5/s", { 5, 1, 5 } },
		{ "60/m", { 60, 60, 60 } },
		{ "1/h:3", { 1, 3600, 3 } },
		{ "10:100", { 10, 1, 100 } },
		{ "1000000/h:1000000", { 1000000, 3600, 1000000 } },
		{ "", { 0 } },
		{ "0", { 0 } },
		{ "-1", { 0 } },
		{ " 1", { 0 } },
		{ "1 ", { 0 } },
		{ "1/d", { 0 } },
		{ "1/", { 0 } },
		{ "/s", { 0 } },
		{ "1/s:", { 0 } },
		{ "1/s:0", { 0 } },
		{ "1/s:5x", { 0 } },
		{ "1/s/s", { 0 } },
		{ "1:5/s", { 0 } },
		{ "1000001", { 0 } },
		{ "4294967297", { 0 } },
		{ "18446744073709551617", { 0 } },
	};
	char error[RATE_ERROR_MAX], wanted[RATE_ERROR_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct rate r = { 7, 7, 7 };
		int rc = rate_parse(&r, rows[i].text, error);

		if (rows[i].rate.tokens == 0) {
			snprintf(wanted, sizeof(wanted), "%s" WANTED, rows[i].text);
			assert_int_not_equal(rc, 0);
			assert_string_equal(error, wanted);
			assert_int_equal(r.tokens, 7);
		} else if (rc != 0 || memcmp(&r, &rows[i].rate, sizeof(r)) != 0) {
			fail_msg("\"%s\" is %u/%u:%u", rows[i].text, r.tokens, r.period_s, r.burst);
		}
	}
}

static void methods_that_change_nothing_are_reads(void **state)
{
	(void)state;
	assert_int_equal(rate_class_of("GET", 3), RATE_READ);
	assert_int_equal(rate_class_of("HEAD", 4), RATE_READ);
	assert_int_equal(rate_class_of("OPTIONS", 7), RATE_READ);
	assert_int_equal(rate_class_of("POST", 4), RATE_WRITE);
	assert_int_equal(rate_class_of("DELETE", 6), RATE_WRITE);
	assert_int_equal(rate_class_of("GE", 2), RATE_WRITE);
	assert_int_equal(rate_class_of("get", 3), RATE_WRITE);
	assert_int_equal(rate_class_of("", 0), RATE_WRITE);
}

static void a_bucket_empties_and_fills_again(void **state)
{
	const struct rate r = { .tokens = 2, .period_s = 1, .burst = 3 };
	struct rate_bucket b = { 0 };
	uint64_t now = 1000 * S;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(rate_bucket_take(&b, &r, now), 0);
	assert_int_equal(rate_bucket_take(&b, &r, now), S / 2);
	/* Asking in vain costs nothing. */
	assert_int_equal(rate_bucket_take(&b, &r, now), S / 2);
	assert_int_equal(rate_bucket_take(&b, &r, now + S / 2 - 1), 1);
	assert_int_equal(rate_bucket_take(&b, &r, now + S / 2), 0);
	assert_int_equal(rate_bucket_take(&b, &r, now + S / 2), S / 2);
	/* However long it rests, no more than the burst is in it. */
	now += 1000000000 * S;
	for (int i = 0; i < 3; i++)
		assert_int_equal(rate_bucket_take(&b, &r, now), 0);
	assert_int_equal(rate_bucket_take(&b, &r, now), S / 2);
}

/* So many in so many periods, no matter how small the steps of the clock are. */
static void a_bucket_is_exact(void **state)
{
	static const struct rate rates[] = {
		{ 7, 60, 1 }, { 999983, 3600, 1000000 }, { 1000000, 1, 1 }, { 1, 3600, 1 }
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rates); i++) {
		const struct rate *r = &rates[i];
		struct rate_bucket b = { 0 };
		uint64_t now = 5, taken = 0, start = now;

		while (taken < r->burst + 1000ULL) {
			uint64_t wait = rate_bucket_take(&b, r, now);

			taken += wait == 0;
			/* In steps that never divide the wait. */
			now += wait > 1000 ? wait / 3 + 1 : wait;
		}
		/* The last of them is there when 1000 periods' worth of tokens have flowed in. */
		assert_true((now - start) * r->tokens >= 1000 * r->period_s * S);
		assert_true((now - start - 1) * r->tokens < 1001 * r->period_s * S);
	}
}

static void the_largest_numbers_do_not_overflow(void **state)
{
	const struct rate r = { RATE_TOKENS_MAX, 3600, RATE_TOKENS_MAX };
	struct rate_bucket b = { 0 };

	(void)state;
	for (uint32_t i = 0; i < RATE_TOKENS_MAX; i++)
		assert_int_equal(rate_bucket_take(&b, &r, 0), 0);
	assert_int_equal(rate_bucket_take(&b, &r, 0), 3600);
	assert_int_equal(rate_bucket_take(&b, &r, UINT64_MAX), 0);
	assert_int_equal(b.level, 3600 * S);
}

/* ---- clients ---- */

static const struct rate limits[RATE_CLASS_NUM] = {
	[RATE_READ] = { 1, 1, 1 }, [RATE_WRITE] = { 1, 60, 2 }
};

static uint64_t take(struct rate_table *t, uint32_t client, enum rate_class class, uint64_t now)
{
	struct rate_key key;

	memset(&key, 0, sizeof(key));
	memcpy(key.id, &client, sizeof(client));
	return rate_table_take(t, &key, class, now);
}

static void each_client_has_a_bucket_for_reads_and_one_for_writes(void **state)
{
	static const struct rate none[RATE_CLASS_NUM] = { [RATE_WRITE] = { 1, 60, 1 } };
	struct rate_table *t = rate_table_new(limits);

	(void)state;
	assert_int_equal(take(t, 1, RATE_READ, S), 0);
	assert_int_equal(take(t, 1, RATE_READ, S), S);
	assert_int_equal(take(t, 2, RATE_READ, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 60 * S);
	assert_int_equal(take(t, 1, RATE_READ, 2 * S), 0);
	rate_table_free(t);
	t = rate_table_new(none);
	for (int i = 0; i < 10; i++)
		assert_int_equal(take(t, 1, RATE_READ, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 60 * S);
	rate_table_free(t);
}

static void a_crowd_shares_what_there_is_no_room_for(void **state)
{
	struct rate_table *t = rate_table_new(limits);
	uint64_t now = 1000 * S;

	(void)state;
	for (uint32_t i = 0; i < RATE_CLIENTS_MAX; i++)
		assert_int_equal(take(t, i, RATE_READ, now), 0);
	/* All are active: who comes now shares one bucket, and takes nobody's place. */
	assert_int_equal(take(t, 1000000, RATE_READ, now), 0);
	assert_int_equal(take(t, 1000001, RATE_READ, now), S);
	assert_int_equal(take(t, 0, RATE_READ, now), S);
	/* The bucket of the one that has been silent the longest is full again. */
	assert_int_equal(take(t, 0, RATE_READ, now + S), 0);
	assert_int_equal(take(t, 1000001, RATE_READ, now + S), 0);
	assert_int_equal(take(t, 1000001, RATE_READ, now + S), S);
	assert_int_equal(take(t, 0, RATE_READ, now + S), S);
	rate_table_free(t);
}

static void a_client_is_not_forgotten_to_its_advantage(void **state)
{
	struct rate_table *t = rate_table_new(limits);
	uint64_t now = 1000 * S;

	(void)state;
	assert_int_equal(take(t, 0, RATE_WRITE, now), 0);
	assert_int_equal(take(t, 0, RATE_WRITE, now), 0);
	/* A crowd over a minute: the writes of client 0 are never given back early. */
	for (uint32_t i = 1; i < 59; i++)
		for (uint32_t k = 1; k < RATE_CLIENTS_MAX; k += 7)
			take(t, i * RATE_CLIENTS_MAX + k, RATE_READ, now + i * S);
	assert_int_equal(take(t, 0, RATE_WRITE, now + 59 * S), S);
	assert_int_equal(take(t, 0, RATE_WRITE, now + 60 * S), 0);
	rate_table_free(t);
}

static void what_is_allowed_anew_begins_full_and_the_rest_goes_on(void **state)
{
	static const struct rate none[RATE_CLASS_NUM], faster[RATE_CLASS_NUM] = {
		[RATE_READ] = { 1, 60, 1 }, [RATE_WRITE] = { 1, 60, 2 }
	};
	struct rate_table *t = rate_table_new(none);

	(void)state;
	assert_int_equal(take(t, 1, RATE_READ, S), 0);
	rate_table_limit(t, limits);
	assert_int_equal(take(t, 1, RATE_READ, S), 0);
	assert_int_equal(take(t, 1, RATE_READ, S), S);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 0);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 0);
	rate_table_limit(t, limits);
	assert_int_equal(take(t, 1, RATE_READ, S), S);
	rate_table_limit(t, faster);
	assert_int_equal(take(t, 1, RATE_READ, S), 0);
	assert_int_equal(take(t, 1, RATE_READ, S), 60 * S);
	assert_int_equal(take(t, 1, RATE_WRITE, S), 60 * S);
	rate_table_free(t);
}

static void what_is_shared_by_a_crowd_begins_full_too(void **state)
{
	static const struct rate other[RATE_CLASS_NUM] = { [RATE_READ] = { 1, 2, 1 } };
	struct rate_table *t = rate_table_new(limits);

	(void)state;
	for (uint32_t i = 0; i <= RATE_CLIENTS_MAX; i++)
		assert_int_equal(take(t, i, RATE_READ, S), 0);
	assert_int_equal(take(t, RATE_CLIENTS_MAX, RATE_READ, S), S);
	rate_table_limit(t, other);
	assert_int_equal(take(t, RATE_CLIENTS_MAX, RATE_READ, S), 0);
	assert_int_equal(take(t, 0, RATE_READ, S), 0);
	assert_int_equal(take(t, 0, RATE_READ, S), 2 * S);
	rate_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_a_rate_and_nothing_else),
		cmocka_unit_test(methods_that_change_nothing_are_reads),
		cmocka_unit_test(a_bucket_empties_and_fills_again),
		cmocka_unit_test(a_bucket_is_exact),
		cmocka_unit_test(the_largest_numbers_do_not_overflow),
		cmocka_unit_test(each_client_has_a_bucket_for_reads_and_one_for_writes),
		cmocka_unit_test(a_crowd_shares_what_there_is_no_room_for),
		cmocka_unit_test(a_client_is_not_forgotten_to_its_advantage),
		cmocka_unit_test(what_is_allowed_anew_begins_full_and_the_rest_goes_on),
		cmocka_unit_test(what_is_shared_by_a_crowd_begins_full_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
