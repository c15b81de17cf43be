/*
 * In which container a process is: texts of /proc/PID/cgroup as the engines make them,
 * and as somebody makes them up.
 */
#include "cmocka_prelude.h"
#include "proxy/cgroup.h"

#define A    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb0123456789bbbbbbbbbbbbbbbbbbbbbb"
#define USER "/user.slice/user-1000.slice/user@1000.service"

static void reads_the_id_in_every_form(void **state)
{
	static const struct {
		const char *text;
		const char *first, *second; /* innermost id, and the one around it; NULL for none */
	} rows[] = {
		{ "0::/docker/" A "\n", A },
		{ "0::/system.slice/docker-" A ".scope\n", A },
		{ "0::/system.slice/docker-" A ".scope/init.scope\n", A },
		{ "0::/libpod_parent/libpod-" A "\n", A },
		{ "0::/machine.slice/libpod-" A ".scope/container\n", A },
		{ "0::" USER "/user.slice/libpod-" A ".scope\n", A },
		{ "0::" USER "/user.slice/podman-1.scope/libpod-" A "\n", A },
		{ "0::/my.slice/" A "\n", A },
		{ "0::/docker/" A, A },
		/* seen from a container, with the cgroup namespace of its own */
		{ "0::/../" A "\n", A },
		{ "0::/../docker-" A ".scope\n", A },
		{ "0::/../../system.slice/docker-" A ".scope\n", A },
		{ "0::/..\n", NULL },
		{ "0::/../..\n", NULL },
		{ "0::/\n", NULL },
		/* version 1, also with a hierarchy that no engine uses */
		{ "12:pids:/docker/" A "\n11:memory:/docker/" A "\n1:name=systemd:/docker/" A
		  "\n0::/system.slice/containerd.service\n",
		  A },
		{ "3:misc:/\n2:cpu,cpuacct:/docker/" A "\n1:name=systemd:/system.slice\n", A },
		{ "1:name=a:b:/docker/" A "\n", A },
		/* inside each other */
		{ "0::/docker/" B "/docker/" A "\n", A, B },
		{ "0::/system.slice/docker-" B ".scope/system.slice/docker-" A ".scope\n", A, B },
		{ "0::/docker/" B "/libpod_parent/libpod-" A "/container\n", A, B },
		/* none */
		{ "0::" USER "/app.slice\n", NULL },
		{ "0::/machine.slice/libpod-conmon-" A ".scope\n", NULL },
		{ "0::/libpod_parent/conmon\n", NULL },
		{ "0::/docker/x" A "\n", NULL },
		{ "0::/docker/" A "a\n", NULL },
		{ "0::/docker-" A ".scope2\n", NULL },
		{ "0::/docker-" A ".slice\n", NULL },
		{ "0::/docker-docker-" A ".scope\n", NULL },
		{ "0::/docker/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		  NULL },
		{ "0::/docker/aaaaaaaaaaaa\n", NULL },
		{ "/docker/" A "\n", NULL },
		{ "0:" A "\n", NULL },
		{ "\n\n", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct cgroup_ids ids;

		cgroup_ids(rows[i].text, &ids);
		if (ids.n != (size_t)(rows[i].first != NULL) + (rows[i].second != NULL))
			fail_msg("%s: %zu", rows[i].text, ids.n);
		if (rows[i].first)
			assert_string_equal(ids.ids[0], rows[i].first);
		if (rows[i].second)
			assert_string_equal(ids.ids[1], rows[i].second);
	}
}

static void looks_at_so_many_inside_each_other(void **state)
{
	struct cgroup_ids ids;

	(void)state;
	cgroup_ids("0::/" B "/" A "/" A "/" A "/" A "\n", &ids);
	assert_int_equal(ids.n, CGROUP_IDS_MAX);
	assert_string_equal(ids.ids[CGROUP_IDS_MAX - 1], A);
	/* Who may make groups inside of a container could else hide it that way. */
	assert_true(ids.more);
	cgroup_ids("0::/x/" A "/" A "/" A "/" A "\n", &ids);
	assert_int_equal(ids.n, CGROUP_IDS_MAX);
	assert_false(ids.more);
}

static void a_claim_holds_in_the_group_of_the_first_process(void **state)
{
	static const struct {
		const char *text, *main_text;
		bool is_in;
	} rows[] = {
		{ "0::/docker/" A "\n", "0::/docker/" A "\n", true },
		{ "0::/docker/" A "/x/y\n", "0::/docker/" A "\n", true },
		/* a first process that has made groups of its own, as systemd does */
		{ "0::/docker/" A "/system.slice/x\n", "0::/docker/" A "/init.scope\n", true },
		{ "0::/docker/" A "\n", "0::/docker/" A "/init.scope\n", true },
		{ "0::/../docker-" A ".scope\n", "0::/../docker-" A ".scope\n", true },
		/* a group that somebody has called so */
		{ "0::" USER "/docker-" A ".scope\n", "0::/system.slice/docker-" A ".scope\n",
		  false },
		{ "0::" USER "/docker/" A "\n", "0::/docker/" A "\n", false },
		{ "0::/docker/" B "/docker/" A "\n", "0::/docker/" A "\n", false },
		{ "0::/docker/" A "0\n", "0::/docker/" A "\n", false },
		/* no first process of that container */
		{ "0::/docker/" A "\n", "0::/docker/" B "\n", false },
		{ "0::/docker/" A "\n", "0::/\n", false },
		{ "0::/docker/" A "\n", "", false },
		{ "", "0::/docker/" A "\n", false },
		/* every hierarchy counts that the container is in */
		{ "2:cpu:/docker/" A "\n1:name=systemd:/docker/" A "\n0::/\n",
		  "2:cpu:/docker/" A "\n1:name=systemd:/docker/" A "\n0::/\n", true },
		{ "2:cpu:/docker/" A "\n1:name=systemd:/user.slice\n0::/\n",
		  "2:cpu:/docker/" A "\n1:name=systemd:/docker/" A "\n0::/\n", false },
		{ "2:cpu:/docker/" A "\n", "2:cpu:/docker/" A "\n1:name=systemd:/docker/" A "\n",
		  false },
		{ "2:cpu:/x\n1:name=systemd:/docker/" A "\n",
		  "2:cpu:/\n1:name=systemd:/docker/" A "\n", true },
		/* the innermost group of the name is the container's own */
		{ "0::/docker/" A "/docker/" A "\n", "0::/docker/" A "/docker/" A "\n", true },
		{ "0::/docker/" A "\n", "0::/docker/" A "/docker/" A "\n", false },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		if (cgroup_is_in(rows[i].text, rows[i].main_text, A) != rows[i].is_in)
			fail_msg("%s in %s", rows[i].text, rows[i].main_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_id_in_every_form),
		cmocka_unit_test(looks_at_so_many_inside_each_other),
		cmocka_unit_test(a_claim_holds_in_the_group_of_the_first_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
