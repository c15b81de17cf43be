/*
 * The environment the preload library gives to programs: rows of what a tool
 * wants and what its program gets.
 */
#include "cmocka_prelude.h"

#include <stdint.h>

#include "envp.h"

#define LIBRARY "/lib/cetus.so"
#define OURS                                                            \
	"CETUS_RUN_PRELOAD=/lib/cetus.so", "CETUS_RUN_SOCKET=/run/x/s", \
		"CETUS_RUN_PROTECT=1:2:unix:///run/docker.sock 0:0:tcp://127.0.0.1:2375"
#define HOST "DOCKER_HOST=unix:///run/x/s"

/* clang-format off */
static const struct {
	const char *name;
	const char *wanted[12];
	const char *given[12];	/* none if it is to be left as it is */
} rows[] = {
	{ "an empty one gets all", { NULL }, { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "the tool's own stay, in their order", { "B=1", "A=2", "=", "", "C" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST, "B=1", "A=2", "=", "", "C" } },
	{ "a complete one is left as it is",
	  { "A=1", HOST, OURS, "B=", "LD_PRELOAD=" LIBRARY }, { NULL } },
	{ "another library behind ours is fine",
	  { OURS, HOST, "LD_PRELOAD=" LIBRARY ":other.so" }, { NULL } },
	{ "a space separates as well", { OURS, HOST, "LD_PRELOAD=" LIBRARY " x" }, { NULL } },
	{ "another library comes behind ours", { "LD_PRELOAD=other.so:" LIBRARY, OURS, HOST },
	  { "LD_PRELOAD=" LIBRARY ":other.so:" LIBRARY, OURS, HOST } },
	{ "a longer name is another library", { "LD_PRELOAD=" LIBRARY ".1", OURS, HOST },
	  { "LD_PRELOAD=" LIBRARY ":" LIBRARY ".1", OURS, HOST } },
	{ "an empty LD_PRELOAD", { "LD_PRELOAD=", OURS, HOST },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "names that begin the same are the tool's",
	  { "LD_PRELOAD2=x", "CETUS_RUN_SOCKET_=y", "DOCKER_HOSTS=z", "CETUS_RUN_SOCKET" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST,
	    "LD_PRELOAD2=x", "CETUS_RUN_SOCKET_=y", "DOCKER_HOSTS=z", "CETUS_RUN_SOCKET" } },
	{ "another value of ours is put right", { "CETUS_RUN_SOCKET=/y", "CETUS_RUN_PROTECT=" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "a second value of ours goes", { "LD_PRELOAD=" LIBRARY, OURS, HOST, "CETUS_RUN_SOCKET=/y" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "a second LD_PRELOAD goes", { "LD_PRELOAD=" LIBRARY, "LD_PRELOAD=y", OURS, HOST },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "a port that was never said is the tool's to set",
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST, "CETUS_RUN_TCP=1" }, { NULL } },
	{ "another engine stays", { "DOCKER_HOST=ssh://me@there", "LD_PRELOAD=" LIBRARY, OURS }, { NULL } },
	{ "another engine stays, what is missing comes", { "DOCKER_HOST=tcp://engine.lan:2375" },
	  { "LD_PRELOAD=" LIBRARY, OURS, "DOCKER_HOST=tcp://engine.lan:2375" } },
	{ "a guarded engine is replaced", { "DOCKER_HOST=unix:///run/docker.sock" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "a guarded engine is replaced over TCP", { "DOCKER_HOST=tcp://localhost:2375" },
	  { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
	{ "no engine is replaced", { "DOCKER_HOST=" }, { "LD_PRELOAD=" LIBRARY, OURS, HOST } },
};
/* clang-format on */

static struct settings said;

static int the_supervisor_has_spoken(void **state)
{
	(void)state;
	setenv("CETUS_RUN_PRELOAD", LIBRARY, 1);
	setenv("CETUS_RUN_SOCKET", "/run/x/s", 1);
	setenv("CETUS_RUN_PROTECT", "1:2:unix:///run/docker.sock 0:0:tcp://127.0.0.1:2375", 1);
	unsetenv("CETUS_RUN_TCP");
	memset(&said, 0, sizeof(said));
	settings_read(&said);
	return said.active && !said.malformed ? 0 : -1;
}

static void gives_each_program_what_it_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const char *const *want = rows[i].given[0] ? rows[i].given : rows[i].wanted;
		char *const *env = (char *const *)rows[i].wanted;
		struct envp room;
		size_t n = 0;

		assert_true(envp_keep(&room, &said, &env));
		if (!rows[i].given[0] && env != (char *const *)rows[i].wanted)
			fail_msg("%s: it was copied", rows[i].name);
		for (; want[n] && env[n]; n++)
			if (strcmp(want[n], env[n]) != 0)
				fail_msg("%s: %s, not %s", rows[i].name, env[n], want[n]);
		if (want[n] || env[n])
			fail_msg("%s: %s, not %s", rows[i].name, env[n], want[n]);
		assert_null(room.map);
		envp_drop(&room);
	}
}

static void no_environment_is_an_empty_one(void **state)
{
	char *const *env = NULL;
	struct envp room;

	(void)state;
	assert_true(envp_keep(&room, &said, &env));
	assert_string_equal(env[0], "LD_PRELOAD=" LIBRARY);
	assert_string_equal(env[4], HOST);
	assert_null(env[5]);
	envp_drop(&room);
}

static void maps_what_does_not_fit(void **state)
{
	static char *many[ENVP_ROOM + 1], long_one[ENVP_PRELOAD_ROOM] = "LD_PRELOAD=";
	char *const *env = many;
	struct envp room;

	(void)state;
	for (size_t i = 0; i < ENVP_ROOM; i++)
		many[i] = (char *)"A=1";
	assert_true(envp_keep(&room, &said, &env));
	assert_non_null(room.map);
	assert_string_equal(env[0], "LD_PRELOAD=" LIBRARY);
	assert_string_equal(env[5 + ENVP_ROOM - 1], "A=1");
	assert_null(env[5 + ENVP_ROOM]);
	envp_drop(&room);

	memset(long_one + strlen(long_one), 'x', sizeof(long_one) - strlen(long_one) - 1);
	env = (char *const[]){ long_one, NULL };
	assert_true(envp_keep(&room, &said, &env));
	assert_non_null(room.map);
	assert_memory_equal(env[0], "LD_PRELOAD=" LIBRARY ":xxx",
			    strlen("LD_PRELOAD=" LIBRARY ":xxx"));
	assert_int_equal(strlen(env[0]), strlen(long_one) + strlen(LIBRARY ":"));
	envp_drop(&room);
}

static void without_a_supervisor_nothing_changes(void **state)
{
	static struct settings none;
	char *const *env = NULL;
	struct envp room;

	(void)state;
	unsetenv("CETUS_RUN_SOCKET");
	settings_read(&none);
	assert_false(none.active);
	assert_true(envp_keep(&room, &none, &env));
	assert_null(env);
	envp_drop(&room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gives_each_program_what_it_needs, the_supervisor_has_spoken),
		cmocka_unit_test_setup(no_environment_is_an_empty_one, the_supervisor_has_spoken),
		cmocka_unit_test_setup(maps_what_does_not_fit, the_supervisor_has_spoken),
		cmocka_unit_test(without_a_supervisor_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
