/*
 * What paths lead to: a tree of files and links, looked at from / and as a root of
 * its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_prelude.h"
#include "host.h"

static char tree[] = "/tmp/cetus-host.XXXXXX";

static int make_tree(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(tree));
	assert_int_equal(chdir(tree), 0);
	assert_int_equal(mkdir("data", 0755) | mkdir("data/in", 0755) | mkdir("etc", 0755), 0);
	assert_int_equal(close(open("etc/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0644)), 0);
	assert_int_equal(symlink("../etc", "data/out"), 0);
	assert_int_equal(symlink("/etc", "data/top"), 0);
	assert_int_equal(symlink("in", "data/alias"), 0);
	assert_int_equal(symlink("nowhere", "data/dangling"), 0);
	assert_int_equal(symlink("loop", "data/loop"), 0);
	assert_int_equal(symlink("/proc/self/root", "data/magic"), 0);
	return 0;
}

/* Paths inside the tree; NULL where it cannot be said. */
static const struct {
	const char *path, *real;
} rows[] = {
	{ "/", "/" },
	{ "/data", "/data" },
	{ "/data/in", "/data/in" },
	{ "/data/alias", "/data/in" },
	{ "/data/out", "/etc" },
	{ "/data/out/file", "/etc/file" },
	{ "/data/out/..", "/" },
	{ "/data/in/../../etc", "/etc" },
	{ "/data/new", "/data/new" },
	{ "/data/new/deep", "/data/new/deep" },
	{ "/data/in/new/a/b/c/d", "/data/in/new/a/b/c/d" },
	{ "/data/out/new/a/b/c/d", "/etc/new/a/b/c/d" },
	{ "/new/", "/new/" },
	{ "/data//new", "/data/new" },
	{ "/new/a/b/c/d/../e", NULL },
	{ "/data/dangling/a/b/c/d", NULL },
	{ "/etc/file/a/b/c/d", NULL },
	{ "/data/alias/new", "/data/in/new" },
	{ "/data/out/new", "/etc/new" },
	{ "/new", "/new" },
	{ "/data/new/../x", NULL },
	{ "/data/dangling", NULL },
	{ "/data/dangling/x", NULL },
	{ "/data/loop", NULL },
	{ "/data/magic", NULL },
	{ "/etc/file/x", NULL },
};

static void follows_links_below_a_root_of_its_own(void **state)
{
	char out[PATH_MAX];
	struct host h;

	(void)state;
	assert_int_equal(host_open(&h, tree), 0);
	for (size_t i = 0; i < N_OF(rows); i++) {
		int rc = host_resolve(&h, rows[i].path, out);

		if (rows[i].real ? rc != 0 || strcmp(out, rows[i].real) != 0 : rc == 0)
			fail_msg("%s: %d %s, expected %s", rows[i].path, rc, rc == 0 ? out : "",
				 rows[i].real ? rows[i].real : "none");
	}
	/* What is absolute stays below the root. */
	assert_int_equal(host_resolve(&h, "/data/top/file", out), 0);
	assert_string_equal(out, "/etc/file");
	close(h.root_fd);
}

static void follows_links_on_this_machine(void **state)
{
	char path[PATH_MAX], expected[PATH_MAX], out[PATH_MAX];
	struct host h;

	(void)state;
	assert_int_equal(host_open(&h, "/"), 0);
	assert_string_equal(h.base, tree);
	snprintf(path, sizeof(path), "%s/data/out/file", tree);
	snprintf(expected, sizeof(expected), "%s/etc/file", tree);
	assert_int_equal(host_resolve(&h, path, out), 0);
	assert_string_equal(out, expected);
	snprintf(path, sizeof(path), "%s/data/top", tree);
	assert_int_equal(host_resolve(&h, path, out), 0);
	assert_string_equal(out, "/etc");
	close(h.root_fd);
}

static void a_root_that_is_not_there_is_an_error(void **state)
{
	struct host h;

	(void)state;
	assert_int_equal(host_open(&h, "/no/such/folder"), -ENOENT);
	assert_int_equal(host_open(&h, "/dev/null"), -ENOTDIR);
}

/* A body may have hundreds of them. */
static void a_long_path_of_nothing_costs_little(void **state)
{
	char path[PATH_MAX] = "/data", out[PATH_MAX];
	struct host h;
	clock_t start;

	(void)state;
	for (size_t n = strlen(path); n + 2 < sizeof(path); n += 2)
		memcpy(path + n, "/a", 3);
	assert_int_equal(host_open(&h, tree), 0);
	start = clock();
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(host_resolve(&h, path, out), 0);
	assert_true(clock() - start < CLOCKS_PER_SEC / 4);
	assert_string_equal(out, path);
	host_close(&h);
}

static int remove_tree(void **state)
{
	static const char *const names[] = {
		"data/out",   "data/top", "data/alias", "data/dangling", "data/loop",
		"data/magic", "data/in",  "data",	"etc/file",	 "etc",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		assert_int_equal(remove(names[i]), 0);
	return rmdir(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_links_below_a_root_of_its_own),
		cmocka_unit_test(follows_links_on_this_machine),
		cmocka_unit_test(a_root_that_is_not_there_is_an_error),
		cmocka_unit_test(a_long_path_of_nothing_costs_little),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
