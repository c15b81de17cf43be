/*
 * What stands in front of an endpoint.
 */
#include "apipath.h"
#include "cmocka_prelude.h"

static const struct {
	const char *path, *rest;
	bool libpod;
} rows[] = {
	{ "/containers/json", "/containers/json", false },
	{ "/v1.43/containers/json", "/containers/json", false },
	{ "/v1/x", "/x", false },
	{ "/v4.3.1/libpod/pods/json", "/pods/json", true },
	{ "/libpod/info", "/info", true },
	{ "/v1.43", "/v1.43", false },
	{ "/v1.43/libpod", "/libpod", false },
	{ "/libpod/libpod/x", "/libpod/x", true },
	{ "/v/x", "/v/x", false },
	{ "/v1a/x", "/v1a/x", false },
	{ "/V1/x", "/V1/x", false },
	{ "/volumes/x", "/volumes/x", false },
	{ "/v1.43/v1.43/x", "/v1.43/x", false },
	{ "/", "/", false },
};

static void goes_behind_version_and_libpod(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		const char *path = rows[i].path;
		size_t len = strlen(path);
		bool libpod = apipath_strip(&path, &len);

		if (libpod != rows[i].libpod || strcmp(path, rows[i].rest) != 0 ||
		    len != strlen(rows[i].rest))
			fail_msg("%s: %s %zu %d", rows[i].path, path, len, libpod);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(goes_behind_version_and_libpod) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
