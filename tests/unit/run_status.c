/*
 * /proc/TID/status
 */
#include "cmocka_prelude.h"

#include <errno.h>

#include "run/status.h"

#define NAME   "Name:\tdocker\n"
#define IDS    "Tgid:\t120\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"
#define GROUPS "Groups:\t4 24 27 \n"
#define BEHIND_GROUPS                                            \
	"NStgid:\t120\t20\t1\nNSpid:\t121\t21\t2\nThreads:\t3\n" \
	"SigPnd:\t0000000000000100\nShdPnd:\t0000000000000001\n" \
	"SigBlk:\t0000000000000004\nSigCgt:\tffffffff00000000\n" \
	"CapEff:\t000001ffffffffff\nSeccomp:\t2\n"
#define REST GROUPS BEHIND_GROUPS

static struct status s;

static void reads_what_counts(void **state)
{
	(void)state;
	assert_int_equal(status_parse(&s, NAME "Umask:\t0022\n" IDS "Ngid:\t0\n" REST), 0);
	assert_string_equal(s.comm, "docker");
	assert_int_equal(s.tgid, 120);
	assert_int_equal(s.euid, 2);
	assert_int_equal(s.fsuid, 4);
	assert_int_equal(s.egid, 6);
	assert_int_equal(s.fsgid, 8);
	assert_int_equal(s.n_groups, 3);
	assert_int_equal(s.groups[1], 24);
	assert_int_equal(s.n_levels, 3);
	assert_int_equal(s.ns_tgid[2], 1);
	assert_int_equal(s.ns_tid[0], 121);
	assert_int_equal(s.threads, 3);
	assert_true(s.pending == 0x101);
	assert_true(s.blocked == 4);
	assert_true(s.caught == 0xffffffff00000000);
	assert_true(s.cap_eff == 0x1ffffffffff);
}

static const char *const bad[] = {
	"",
	NAME IDS,
	NAME REST,
	IDS REST,
	NAME "Tgid:\t120\nUid:\t1\t2\t3\nGid:\t5\t6\t7\t8\n" REST,
	NAME "Tgid:\t120\nUid:\t1\t2\t3\tx\nGid:\t5\t6\t7\t8\n" REST,
	NAME "Tgid:\t\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n" REST,
	NAME IDS "NSpid:\t121\n" REST,
};

static void refuses_what_lacks_something(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++)
		if (status_parse(&s, bad[i]) != -EINVAL)
			fail_msg("bad[%zu] was taken", i);
}

/* The name is the thread's own choice; the kernel writes its newlines as \n. */
static void a_name_cannot_pass_for_a_field(void **state)
{
	(void)state;
	assert_int_equal(status_parse(&s, "Name:\tUid:\t0\t0\t0\t0\n" IDS REST), 0);
	assert_int_equal(s.euid, 2);
	assert_int_equal(status_parse(&s, "Name:\t\\nUid:\t0\t0\t0\t0\n" IDS REST), 0);
	assert_int_equal(s.euid, 2);
}

static void refuses_more_groups_than_it_can_take_on(void **state)
{
	static char text[64 * 1024];
	char *out = text + sprintf(text, NAME IDS "Groups:\t");

	(void)state;
	for (int i = 0; i < STATUS_GROUPS_MAX; i++)
		out += sprintf(out, "%d ", i);
	strcpy(out, "\n" BEHIND_GROUPS);
	assert_int_equal(status_parse(&s, text), 0);
	assert_int_equal(s.n_groups, STATUS_GROUPS_MAX);
	strcpy(out, "7 \n" BEHIND_GROUPS);
	assert_int_equal(status_parse(&s, text), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_counts),
		cmocka_unit_test(refuses_what_lacks_something),
		cmocka_unit_test(a_name_cannot_pass_for_a_field),
		cmocka_unit_test(refuses_more_groups_than_it_can_take_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
