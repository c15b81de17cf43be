/*
 * From options to who may ask: of tiers that share frontends, and what can never be true.
 */
#include "cmocka_prelude.h"

#include "clients.h"
#include "config.h"
#include "proxy/access.h"

#define UNIX_SOCKET                                             \
	{                                                       \
		.addr = {.kind = ADDR_UNIX, .path = "/x.sock" } \
	}
#define TCP                                                                   \
	{                                                                     \
		.addr = {.kind = ADDR_TCP, .port = 2375, .host = "10.0.0.1" } \
	}

static char error[CONFIG_ERROR_MAX];

/* Read who may be of a tier; NULL for anybody. */
static struct proxy_tier tier_of(const char *name, const char *allow_from)
{
	struct section o = { 0 };
	struct proxy_tier t = { .name = name };

	if (allow_from)
		o.allow_from = (struct option_list){ 1, { { allow_from, "-allow-from" } } };
	assert_int_equal(clients_read(&t, &o, error), 0);
	return t;
}

static void reads_options_into_a_tier(void **state)
{
	struct section o = { .rate_read = { "5/m:9", "-rate-read" } };
	struct proxy_tier t = { .name = "" };

	(void)state;
	assert_int_equal(clients_read(&t, &o, error), 0);
	assert_null(t.access);
	assert_int_equal(t.rates[RATE_READ].burst, 9);
	assert_int_equal(t.rates[RATE_WRITE].tokens, 0);
	o.allow_from = (struct option_list){
		2, { { "::1,10.0.0.0/8", "-allow-from" }, { "uid:0", "-allow-from" } }
	};
	o.tls_client_cn = (struct option_list){ 1, { { "Smith, John", "-tls-client-cn" } } };
	assert_int_equal(clients_read(&t, &o, error), 0);
	assert_int_equal(t.access->from.n, 3);
	assert_int_equal(t.access->certs.n, 1);
	assert_string_equal(t.access->certs.entries[0].name, "Smith, John");
	access_free(t.access);
}

static void an_error_names_the_flag_or_the_variable(void **state)
{
	struct section o = { 0 };
	struct proxy_tier t = { .name = "" };

	(void)state;
	o.allow_from = (struct option_list){ 1,
					     { { "uid:0,10.0.0.1/8", "CETUSGUARD_ALLOW_FROM" } } };
	assert_int_not_equal(clients_read(&t, &o, error), 0);
	assert_string_equal(error, "CETUSGUARD_ALLOW_FROM 10.0.0.1/8: has bits behind those of the "
				   "network, which is 10.0.0.0/8");
	o = (struct section){ .rate_write = { "x", "-rate-write" } };
	assert_int_not_equal(clients_read(&t, &o, error), 0);
	assert_string_equal(error,
			    "-rate-write x: expected N, N/s, N/m or N/h, and perhaps :BURST, "
			    "of 1 to 1000000 requests");
	assert_null(t.access);
}

static void finds_what_can_never_be_true(void **state)
{
	static const struct {
		const char *allow_from[2];
		uint64_t unix_tiers, tcp_tiers;
		bool remote, mutual;
		const char *error;
	} rows[] = {
		{ { "uid:0", "10.0.0.0/8" }, 1, 2, .error = NULL },
		{ { "uid:0", "uid:0" },
		  1,
		  2,
		  .error = "[frontend second] allow-from: uid:0: can be true of clients of a unix "
			   "socket only" },
		{ { "uid:0,10.0.0.0/8", NULL }, 3, 3, .error = NULL },
		/* Who is of the second tier may use both. */
		{ { "uid:0", NULL }, 3, 2, .error = NULL },
		{ { "uid:0", "uid:1" },
		  3,
		  3,
		  .error = "-frontend-addr tcp://10.0.0.1:2375: no client of it can be one of "
			   "-allow-from" },
		{ { NULL, "container:web" }, 1, 2, .remote = true, .error = NULL },
		{ { NULL, "container:web" },
		  3,
		  2,
		  .remote = true,
		  .error = "[frontend second] allow-from: container: or label: processes can be "
			   "compared with those of an engine on this machine only, which is one "
			   "behind a unix socket" },
		{ { "cn:a", NULL }, 2, 1, .mutual = true, .error = NULL },
		{ { "cn:a", NULL },
		  2,
		  1,
		  .error = "-allow-from cn:a: can be true only where clients need a certificate: "
			   "over TCP, with the CA of -frontend-tls-cacert" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct proxy_tier tiers[] = { tier_of("", rows[i].allow_from[0]),
					      tier_of("second", rows[i].allow_from[1]) };
		struct frontend frontends[] = { UNIX_SOCKET, TCP };
		struct proxy_config config = {
			.backend.kind = rows[i].remote ? ADDR_TCP : ADDR_UNIX,
			.frontends = frontends,
			.n_frontends = N_OF(frontends),
			.now.tiers = tiers,
			.n_tiers = N_OF(tiers),
		};
		int rc;

		for (size_t k = 0; k < N_OF(tiers); k++)
			tiers[k].tls.cacert.path = rows[i].mutual ? "ca.pem" : NULL;
		frontends[0].tiers = rows[i].unix_tiers;
		frontends[1].tiers = rows[i].tcp_tiers;
		rc = clients_check(&config, error);
		if ((rc == 0) != !rows[i].error || (rc < 0 && strcmp(error, rows[i].error) != 0))
			fail_msg("row %zu: %d %s", i, rc, rc < 0 ? error : "");
		access_free(tiers[0].access);
		access_free(tiers[1].access);
	}
}

static void the_sandbox_stays_open_for_what_is_asked_only(void **state)
{
	static const struct {
		const char *allow_from;
		bool is_unix, names, processes;
	} rows[] = {
		{ NULL, true, false, false },
		{ "uid:0", true, false, false },
		{ "container:web", true, false, true },
		{ "label:a", true, false, true },
		{ "container:web", false, false, false },
		{ "10.0.0.0/8", false, false, false },
		{ "web.example", false, true, false },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct proxy_tier tier = tier_of("", rows[i].allow_from);
		struct frontend unix_socket = UNIX_SOCKET, tcp = TCP;
		struct proxy_config config = { .frontends = rows[i].is_unix ? &unix_socket : &tcp,
					       .n_frontends = 1,
					       .now.tiers = &tier,
					       .n_tiers = 1 };
		struct confine_config c = { .n_paths = 0 };

		unix_socket.tiers = tcp.tiers = 1;
		assert_int_equal(clients_confine(&c, &config, error), 0);
		assert_int_equal(c.names, rows[i].names);
		assert_int_equal(c.n_paths, rows[i].processes);
		if (rows[i].processes)
			assert_string_equal(c.paths[0].path, "/proc");
		access_free(tier.access);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_options_into_a_tier),
		cmocka_unit_test(an_error_names_the_flag_or_the_variable),
		cmocka_unit_test(finds_what_can_never_be_true),
		cmocka_unit_test(the_sandbox_stays_open_for_what_is_asked_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
