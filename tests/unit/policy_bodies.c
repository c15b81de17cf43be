/*
 * Bodies under constraints: the Docker API but for swarm.
 */
#include "bodies.h"

#define CREATE	 "POST /containers/create"
#define CONFINED "+ confined"
#define IMAGE	 "\"Image\":\"alpine\""

/* clang-format off */
static const struct body_row rows[] = {
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Privileged", "false", "true", "root of the host" },
	{ CREATE, CONFINED, IMAGE, "", "Privileged", "false", "true", "root of the host" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Binds", "[]", "[\"/:/h\"]", "is a path of the host" },
	{ CREATE, CONFINED "\n+ bind /srv:ro", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a:ro\"]", "[\"/srv/a:/a\"]", "outside" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "PidMode", "\"\"", "\"host\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "MaskedPaths", "null", "[]", "hidden" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "HostConfig", "Memory", "1048576", "1048577", "1m", .null_is_harmful = true },
};
/* clang-format on */

static void judges_every_field_in_every_spelling(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		n += body_check_row(&rows[i]);
	printf("%zu bodies\n", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_every_field_in_every_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
