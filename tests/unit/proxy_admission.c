/*
 * How many connections are served, overall and per client.
 */
#include <arpa/inet.h>

#include "cmocka_prelude.h"
#include "proxy/admission.h"
#include "proxy/conn.h"

static struct admission admission;

/**
 * enter() - Ask for a place for a client at an address
 * @text:	IPv4 or IPv6 address, or "" for a unix socket
 * @place:	To leave with
 */
static enum admission_verdict enter(const char *text, struct admission_place *place)
{
	union conn_peer peer = { .sa.sa_family = AF_UNIX };
	const char *reason;

	if (inet_pton(AF_INET, text, &peer.in.sin_addr) == 1)
		peer.in.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &peer.in6.sin6_addr) == 1)
		peer.in6.sin6_family = AF_INET6;
	return admission_enter(&admission, -1, &peer, place, &reason);
}

static void over_the_limit_some_hear_so_and_the_rest_is_dropped(void **state)
{
	struct admission_place served, second, refused, none;

	(void)state;
	admission_init(&admission, 2, 0);
	assert_int_equal(enter("10.0.0.1", &served), ADMISSION_OK);
	assert_null(served.client);
	assert_int_equal(enter("10.0.0.1", &second), ADMISSION_OK);
	for (int i = 0; i < ADMISSION_REFUSED; i++)
		assert_int_equal(enter("10.0.0.1", &refused), ADMISSION_REFUSE);
	assert_int_equal(enter("10.0.0.1", &none), ADMISSION_DROP);
	admission_leave(&admission, &refused);
	assert_int_equal(enter("10.0.0.1", &none), ADMISSION_REFUSE);
	/* Those who hear so take no place of those who are served. */
	admission_leave(&admission, &served);
	assert_int_equal(enter("10.0.0.1", &none), ADMISSION_OK);
}

/* Both are one client's, or are not. */
static bool is_one_client(const char *a, const char *b)
{
	struct admission_place first, second;
	enum admission_verdict verdict;

	admission_init(&admission, 1000, 1);
	assert_int_equal(enter(a, &first), ADMISSION_OK);
	verdict = enter(b, &second);
	admission_leave(&admission, &first);
	admission_leave(&admission, &second);
	for (size_t i = 0; i < ADMISSION_BUCKETS; i++)
		assert_true(list_empty(&admission.clients[i]));
	return verdict == ADMISSION_REFUSE;
}

static void a_client_is_an_address_or_a_network_or_a_user(void **state)
{
	(void)state;
	assert_true(is_one_client("10.0.0.1", "10.0.0.1"));
	assert_false(is_one_client("10.0.0.1", "10.0.0.2"));
	assert_true(is_one_client("10.0.0.1", "::ffff:10.0.0.1"));
	assert_true(is_one_client("2001:db8::1", "2001:db8::ffff:2"));
	assert_false(is_one_client("2001:db8::1", "2001:db8:0:1::1"));
	assert_false(is_one_client("::1", ""));
	assert_true(is_one_client("", ""));
}

static void one_client_cannot_hold_places_by_being_refused(void **state)
{
	struct admission_place served, refused[ADMISSION_CLIENT_REFUSED], none;

	(void)state;
	admission_init(&admission, 1000, 1);
	assert_int_equal(enter("10.0.0.1", &served), ADMISSION_OK);
	for (int i = 0; i < ADMISSION_CLIENT_REFUSED; i++)
		assert_int_equal(enter("10.0.0.1", &refused[i]), ADMISSION_REFUSE);
	assert_int_equal(enter("10.0.0.1", &none), ADMISSION_DROP);
	assert_int_equal(enter("10.0.0.2", &none), ADMISSION_OK);
	admission_leave(&admission, &none);
	admission_leave(&admission, &served);
	for (int i = 0; i < ADMISSION_CLIENT_REFUSED; i++)
		admission_leave(&admission, &refused[i]);
	assert_int_equal(admission.n_served, 0);
	assert_int_equal(admission.n_refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_the_limit_some_hear_so_and_the_rest_is_dropped),
		cmocka_unit_test(a_client_is_an_address_or_a_network_or_a_user),
		cmocka_unit_test(one_client_cannot_hold_places_by_being_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
