/*
 * Bodies under constraints: what tests/fuzz/judge.c has found.
 */
#include "bodies.h"

#define CREATE	 "POST /containers/create"
#define VOLUME	 "POST /volumes/create"
#define CONFINED "+ confined"
#define IMAGE	 "\"Image\":\"alpine\""

/* clang-format off */
static const struct body_row rows[] = {
	{ CREATE, CONFINED, IMAGE, "HostConfig", "PortBindings", "{}", "{\"80/tcp\":{\"HostPort\":\"80\"}}", "is not an array" },
	{ VOLUME, CONFINED, "\"Name\":\"v\"", "", "ClusterVolumeSpec", "null", "{}", "storage of the cluster" },
};
/* clang-format on */

static void refuses_what_the_fuzzer_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		body_check_row(&rows[i]);
	body_check_none_failed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_the_fuzzer_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
