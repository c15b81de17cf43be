/*
 * Paths: how they are taken apart, and that the walk ends where the kernel's does.
 */
#include "cmocka_prelude.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/path.h"

/* A path and its names, each followed by a slash where the path has one. */
static const struct {
	const char *path;
	const char *names;
} parts[] = {
	{ "/", "" },
	{ "", "" },
	{ "///", "" },
	{ "a", "a$" },
	{ "/a", "a$" },
	{ "a/", "a/$" },
	{ "a//", "a/$" },
	{ "/a/b", "a/ b$" },
	{ "//a///b//", "a/ b/$" },
	{ "./../a", "./ ../ a$" },
	{ "/..", "..$" },
	{ "/a b/c", "a b/ c$" },
};

static void takes_paths_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(parts); i++) {
		const char *rest = parts[i].path;
		struct path_part part;
		char got[128] = "";

		while (path_next(&rest, &part))
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s%s%s",
				 got[0] != '\0' ? " " : "", (int)part.len, part.name,
				 part.slash ? "/" : "", part.last ? "$" : "");
		if (strcmp(got, parts[i].names) != 0)
			fail_msg("\"%s\": \"%s\", expected \"%s\"", parts[i].path, got,
				 parts[i].names);
	}
}

static const struct {
	const char *link;
	const char *path; /* whose first name is the link */
	const char *result;
} splices[] = {
	{ "b", "a", "b" },	     { "b", "a/c", "b/c" },   { "b", "a//c/", "b/c/" },
	{ "/x/y", "a/c", "/x/y/c" }, { "b/", "a/c", "b//c" }, { "b", "a/", "b/" },
	{ "..", "a/..", "../.." },
};

static void puts_a_link_before_the_rest(void **state)
{
	static char room[PATH_ROOM];

	(void)state;
	for (size_t i = 0; i < N_OF(splices); i++) {
		const char *rest = room;
		struct path_part part;

		strcpy(room, splices[i].path);
		assert_true(path_next(&rest, &part));
		assert_int_equal(path_splice(room, splices[i].link, &part, rest), 0);
		if (strcmp(room, splices[i].result) != 0)
			fail_msg("%s for %s: \"%s\", expected \"%s\"", splices[i].link,
				 splices[i].path, room, splices[i].result);
	}
}

static void refuses_what_has_no_room(void **state)
{
	static char room[PATH_ROOM], link[PATH_ROOM];
	const char *rest = room;
	struct path_part part;

	(void)state;
	strcpy(room, "a/bcd");
	assert_true(path_next(&rest, &part));
	assert_int_equal(path_splice(room, "", &part, rest), -ENOENT);
	memset(link, 'x', PATH_ROOM - 4);
	assert_int_equal(path_splice(room, link, &part, rest), -ENAMETOOLONG);
	assert_string_equal(room, "a/bcd");
	link[PATH_ROOM - 5] = '\0';
	assert_int_equal(path_splice(room, link, &part, rest), 0);
	assert_int_equal(strlen(room), PATH_ROOM - 1);
}

/* ---- against the kernel ---- */

static char base[] = "/tmp/cetus-path.XXXXXX";

static const struct {
	const char *name;
	const char *target; /* of a link; NULL for a directory, "" for a file */
} tree[] = {
	{ "d", NULL },
	{ "d/e", NULL },
	{ "d/e/file", "" },
	{ "link", "d/e/file" },
	{ "dirlink", "d" },
	{ "up", "../" },
	{ "chain", "dirlink/../link" },
	{ "loop", "loop" },
	{ "two", "three" },
	{ "three", "two" },
	{ "gone", "nowhere" },
	{ "d/abs", "/proc/self/root/proc/self/status" },
	{ "d/back", "../../../../../../../../../.." },
	{ "d/dots", "./././e/./file" },
};

static const char *const lookups[] = {
	"d/e/file",
	"./d/e/file",
	"d//e///file",
	"d/e/../e/file",
	"link",
	"dirlink/e/file",
	"chain",
	"up",
	"loop",
	"two",
	"gone",
	"gone/x",
	"d/e/file/",
	"link/",
	"d/e/file/x",
	"d/",
	"dirlink/",
	"d/abs",
	"d/back",
	"d/dots",
	"dirlink/dots",
	"nothing",
	"d/nothing/x",
	".",
	"..",
	"../../../../..",
	"d/back/proc/self/root/proc/self",
	"/",
	"//",
	"/..",
	"/../..",
	"/proc/self/status",
	"/proc/thread-self/status",
	"/proc/self/root/proc/self/fd",
	"/proc/self/cwd/d/e/file",
	"/proc/self/cwd/link",
	"/proc/self/exe",
	"/proc/self/exe/",
	"/proc/self/fd/0",
	"/proc/self/fd/99999",
	"/dev/fd/0",
	"/proc/mounts",
	"/proc/net/unix",
	"/proc/self/task/../status",
	"/proc/self/ns/net",
	"/dev/stdin",
	"/var/run",
	"/etc/passwd",
};

static int make_tree(void **state)
{
	(void)state;
	if (!mkdtemp(base) || chdir(base) < 0)
		return -1;
	for (size_t i = 0; i < N_OF(tree); i++) {
		int rc;

		if (!tree[i].target)
			rc = mkdir(tree[i].name, 0755);
		else if (tree[i].target[0] == '\0')
			rc = close(open(tree[i].name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
		else
			rc = symlink(tree[i].target, tree[i].name);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int remove_tree(void **state)
{
	(void)state;
	for (size_t i = N_OF(tree); i-- > 0;)
		if (unlink(tree[i].name) < 0 && rmdir(tree[i].name) < 0)
			return -1;
	return rmdir(base);
}

static int kernel_opens(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void ends_where_the_kernel_does(void **state)
{
	static struct status who;
	int dir_fd = open("/proc/thread-self", O_PATH | O_CLOEXEC);
	struct path_view view = {
		.root_fd = open("/", O_PATH | O_CLOEXEC),
		.cwd_fd = open(".", O_PATH | O_CLOEXEC),
		.who = &who,
	};

	(void)state;
	assert_int_equal(status_read(&who, dir_fd), 0);
	for (size_t i = 0; i < N_OF(lookups); i++) {
		int want = kernel_opens(lookups[i]), got = path_resolve(&view, lookups[i]);
		struct stat a = { 0 }, b = { 0 };

		if ((want < 0 || got < 0) && want != got)
			fail_msg("%s: %s, expected %s", lookups[i],
				 got < 0 ? strerror(-got) : "found",
				 want < 0 ? strerror(-want) : "found");
		if (want >= 0 && (fstat(want, &a) < 0 || fstat(got, &b) < 0 ||
				  a.st_dev != b.st_dev || a.st_ino != b.st_ino))
			fail_msg("%s: another file", lookups[i]);
		if (want >= 0) {
			close(want);
			close(got);
		}
	}
	close(dir_fd);
	close(view.root_fd);
	close(view.cwd_fd);
}

static void stays_below_another_root(void **state)
{
	static struct status who;
	struct path_view view = {
		.root_fd = open("d", O_PATH | O_CLOEXEC),
		.cwd_fd = open("d/e", O_PATH | O_CLOEXEC),
		.who = &who,
	};
	static const char *const inside[] = {
		"/e/file", "/../../e/file", "/back/e/file", "../../../e/file", "../back/../e/file",
	};

	(void)state;
	for (size_t i = 0; i < N_OF(inside); i++) {
		int fd = path_resolve(&view, inside[i]);

		if (fd < 0)
			fail_msg("%s: %s", inside[i], strerror(-fd));
		close(fd);
	}
	assert_int_equal(path_resolve(&view, "/../link"), -ENOENT);
	assert_int_equal(path_resolve(&view, "/abs"), -ENOENT);
	close(view.root_fd);
	close(view.cwd_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_paths_apart),
		cmocka_unit_test(puts_a_link_before_the_rest),
		cmocka_unit_test(refuses_what_has_no_room),
		cmocka_unit_test(ends_where_the_kernel_does),
		cmocka_unit_test(stays_below_another_root),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
