/*
 * Addresses as users write them.
 */
#include "cmocka_prelude.h"
#include "addr.h"

/* clang-format off */
static const struct {
	const char *text;
	enum addr_error error;
	const char *again;	/* how it is written back */
} rows[] = {
	{ "tcp://127.0.0.1:2375", ADDR_OK, "tcp://127.0.0.1:2375" },
	{ "tcp://:2375", ADDR_OK, "tcp://:2375" },
	{ "tcp://[::1]:0", ADDR_OK, "tcp://[::1]:0" },
	{ "tcp://[fe80::1%eth0]:1", ADDR_OK, "tcp://[fe80::1%eth0]:1" },
	{ "tcp://[fe80%eth0]:1", ADDR_OK, "tcp://[fe80%eth0]:1" },
	{ "tcp://[h]:1", ADDR_OK, "tcp://h:1" },
	{ "tcp://my_engine-1.lan:65535/", ADDR_OK, "tcp://my_engine-1.lan:65535" },
	{ "unix:///var/run/docker.sock", ADDR_OK, "unix:///var/run/docker.sock" },
	{ "", ADDR_E_SCHEME, NULL },
	{ "127.0.0.1:2375", ADDR_E_SCHEME, NULL },
	{ "http://h:1", ADDR_E_SCHEME, NULL },
	{ "ssh://h", ADDR_E_SCHEME, NULL },
	{ "/var/run/docker.sock", ADDR_E_SCHEME, NULL },
	{ "unix://", ADDR_E_PATH, NULL },
	{ "unix:///", ADDR_E_PATH, NULL },
	{ "unix://run/x.sock", ADDR_E_PATH, NULL },
	{ "tcp://h", ADDR_E_PORT, NULL },
	{ "tcp://h:", ADDR_E_PORT, NULL },
	{ "tcp://h:65536", ADDR_E_PORT, NULL },
	{ "tcp://h:1x", ADDR_E_PORT, NULL },
	{ "tcp://h:-1", ADDR_E_PORT, NULL },
	{ "tcp://h:1/x", ADDR_E_PORT, NULL },
	{ "tcp://::1:80", ADDR_E_PORT, NULL },
	{ "tcp://[::1:80", ADDR_E_HOST, NULL },
	{ "tcp://[]:80", ADDR_E_HOST, NULL },
	{ "tcp://u@h:80", ADDR_E_HOST, NULL },
	{ "tcp://h h:80", ADDR_E_HOST, NULL },
};
/* clang-format on */

static void reads_and_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		char text[ADDR_TEXT_MAX];
		struct addr a;
		enum addr_error e = addr_parse(&a, rows[i].text);

		if (e != rows[i].error)
			fail_msg("%s: %s", rows[i].text, addr_strerror(e));
		if (e != ADDR_OK)
			continue;
		assert_int_equal(addr_format(&a, text, sizeof(text)), strlen(rows[i].again));
		assert_string_equal(text, rows[i].again);
	}
}

static void a_socket_path_fills_sun_path_and_no_more(void **state)
{
	char text[] =
		"unix:///aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct addr a;

	(void)state;
	assert_int_equal(strlen(text), strlen("unix://") + ADDR_PATH_MAX + 1);
	assert_int_equal(addr_parse(&a, text), ADDR_E_PATH_LONG);
	text[sizeof(text) - 2] = '\0';
	assert_int_equal(addr_parse(&a, text), ADDR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(a_socket_path_fills_sun_path_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
