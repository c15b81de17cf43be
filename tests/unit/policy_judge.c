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

static void expect_reason(const char *source, const char *part)
{
	char body[1024], reason[POLICY_REASON_MAX];

	snprintf(body, sizeof(body), "{\"HostConfig\":{\"Binds\":[\"%s:/t\"]}}", source);
	assert_false(body_evaluate(CONFINED, CREATE, body, reason));
	if (!strstr(reason, part))
		fail_msg("%s: \"%s\" does not say \"%s\"", body, reason, part);
}

static void gives_reasons_that_are_text(void **state)
{
	char path[256] = "/";

	(void)state;
	expect_reason("/a\\n\\u001b[0m\\u007f", "\"/a??[0m?");
	expect_reason("/\\u0085", "\"/??");
	expect_reason("/\xc3\xa4", "\"/\xc3\xa4");
	/* Values are cut to 96 bytes, here inside a character. */
	memset(path + 1, 'a', 94);
	memcpy(path + 95, "\xe2\x82\xac", 4);
	expect_reason(path, "a?\" is a path");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_the_fuzzer_found),
		cmocka_unit_test(gives_reasons_that_are_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
