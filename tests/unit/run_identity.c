/*
 * Which sockets are protected: inodes under any name and for good, TCP endpoints
 * in any spelling.
 */
#include "cmocka_prelude.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "run/identity.h"
#include "shim.h"

static char dir[] = "/tmp/cetus-identity.XXXXXX";
static char path[64], other[64];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static struct identity *protecting(const char *address)
{
	struct identity *id = identity_new();
	char error[IDENTITY_ERROR_MAX];
	struct addr addr;

	assert_non_null(id);
	assert_int_equal(addr_parse(&addr, address), ADDR_OK);
	assert_int_equal(identity_protect(id, &addr, error), 0);
	return id;
}

static struct identity *protecting_path(void)
{
	char address[128];

	snprintf(address, sizeof(address), "unix://%s", path);
	return protecting(address);
}

static struct stat make_socket(const char *where)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", where);
	unlink(where);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(stat(where, &st), 0);
	close(fd);
	return st;
}

static void protects_what_is_at_the_path(void **state)
{
	struct identity *id = protecting_path();
	struct stat at = make_socket(path), beside = make_socket(other);

	(void)state;
	assert_int_equal(identity_match_inode(id, &at), 1);
	assert_int_equal(identity_match_inode(id, &beside), 0);
	identity_free(id);
}

static void a_socket_that_appears_later_is_protected(void **state)
{
	struct identity *id = protecting_path();
	struct stat st = make_socket(other);

	(void)state;
	unlink(path);
	assert_int_equal(identity_match_inode(id, &st), 0);
	st = make_socket(path);
	assert_int_equal(identity_match_inode(id, &st), 1);
	identity_free(id);
}

static void an_inode_stays_protected(void **state)
{
	struct identity *id = protecting_path();
	struct stat first = make_socket(path), second;

	(void)state;
	assert_int_equal(identity_match_inode(id, &first), 1);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(identity_match_inode(id, &first), 1);
	second = make_socket(path);
	assert_true(first.st_ino != second.st_ino);
	assert_int_equal(identity_match_inode(id, &second), 1);
	assert_int_equal(identity_match_inode(id, &first), 1);
	/* Its number is not given away while it is held. */
	unlink(other);
	for (int i = 0; i < 100; i++) {
		struct stat st = make_socket(other);

		assert_true(st.st_ino != first.st_ino);
	}
	identity_free(id);
}

static void what_is_known_is_told_without_a_look(void **state)
{
	struct identity *id = protecting_path();
	struct stat known = make_socket(path), beside = make_socket(other);
	struct rlimit all, none;

	(void)state;
	assert_int_equal(identity_match_inode(id, &known), 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
	none = (struct rlimit){ 0, all.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(identity_match_inode(id, &known), 1);
	assert_int_equal(identity_match_inode(id, &beside), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
	identity_free(id);
}

static void what_is_no_socket_is_not_protected(void **state)
{
	struct identity *id = protecting_path();
	struct stat st;

	(void)state;
	unlink(path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(identity_match_inode(id, &st), 0);
	identity_free(id);
}

/* clang-format off */
static const struct {
	const char *protected;
	const char *asked;
	uint16_t port;
	bool match;
} endpoints[] = {
	{ "tcp://127.0.0.1:2375", "127.0.0.1", 2375, true },
	{ "tcp://127.0.0.1:2375", "127.0.0.1", 2376, false },
	{ "tcp://127.0.0.1:2375", "127.0.0.2", 2375, true },
	{ "tcp://127.0.0.1:2375", "127.255.255.254", 2375, true },
	{ "tcp://127.0.0.1:2375", "0.0.0.0", 2375, true },
	{ "tcp://127.0.0.1:2375", "::1", 2375, true },
	{ "tcp://127.0.0.1:2375", "::", 2375, true },
	{ "tcp://127.0.0.1:2375", "::ffff:127.0.0.1", 2375, true },
	{ "tcp://127.0.0.1:2375", "::ffff:127.9.9.9", 2375, true },
	{ "tcp://127.0.0.1:2375", "::ffff:0.0.0.0", 2375, true },
	{ "tcp://127.0.0.1:2375", "192.0.2.7", 2375, false },
	{ "tcp://127.0.0.1:2375", "::ffff:192.0.2.7", 2375, false },
	{ "tcp://127.0.0.1:2375", "2001:db8::1", 2375, false },
	{ "tcp://[::1]:2375", "127.0.0.1", 2375, true },
	{ "tcp://[::1]:2375", "::1", 2375, true },
	{ "tcp://localhost:2375", "127.0.0.1", 2375, true },
	{ "tcp://localhost:2375", "::1", 2375, true },
	{ "tcp://:2375", "127.0.0.1", 2375, true },
	{ "tcp://192.0.2.7:2375", "192.0.2.7", 2375, true },
	{ "tcp://192.0.2.7:2375", "::ffff:192.0.2.7", 2375, true },
	{ "tcp://192.0.2.7:2375", "127.0.0.1", 2375, false },
	{ "tcp://192.0.2.7:2375", "192.0.2.8", 2375, false },
	{ "tcp://[2001:db8::1]:2375", "2001:db8::1", 2375, true },
	{ "tcp://[2001:db8::1]:2375", "2001:db8::2", 2375, false },
	{ "unix:///x", "127.0.0.1", 2375, false },
};
/* clang-format on */

static socklen_t make_address(struct sockaddr_storage *ss, const char *text, uint16_t port)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &in6->sin6_addr), 1);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

static void knows_an_endpoint_in_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(endpoints); i++) {
		struct identity *id = protecting(endpoints[i].protected);
		struct sockaddr_storage ss;
		socklen_t len = make_address(&ss, endpoints[i].asked, endpoints[i].port);

		if (identity_match_address(id, (struct sockaddr *)&ss, len) != endpoints[i].match)
			fail_msg("%s, %s:%u: expected %d", endpoints[i].protected,
				 endpoints[i].asked, endpoints[i].port, endpoints[i].match);
		identity_free(id);
	}
}

static void an_address_that_is_cut_short_is_none(void **state)
{
	struct identity *id = protecting("tcp://127.0.0.1:2375");
	struct sockaddr_storage ss;

	(void)state;
	make_address(&ss, "127.0.0.1", 2375);
	assert_false(identity_match_address(id, (struct sockaddr *)&ss, 0));
	assert_false(identity_match_address(id, (struct sockaddr *)&ss, 15));
	assert_true(identity_match_address(id, (struct sockaddr *)&ss, 16));
	assert_true(identity_match_address(id, (struct sockaddr *)&ss, 128));
	make_address(&ss, "::1", 2375);
	assert_false(identity_match_address(id, (struct sockaddr *)&ss, 23));
	assert_true(identity_match_address(id, (struct sockaddr *)&ss, 24));
	identity_free(id);
}

static void is_listed(const char *list, const char *entry, bool expected)
{
	const char *at = strstr(list, entry);

	if ((at != NULL) != expected)
		fail_msg("%s %s in: %s", entry, expected ? "is not" : "is", list);
}

static void tells_the_library_what_is_protected(void **state)
{
	struct identity *id = protecting_path();
	struct stat st = make_socket(path);
	char list[SHIM_PROTECT_MAX], error[IDENTITY_ERROR_MAX], entry[128];
	const char *cursor = list;
	struct shim_endpoint e;
	struct addr addr;

	(void)state;
	assert_int_equal(addr_parse(&addr, "tcp://127.0.0.1:2375"), ADDR_OK);
	assert_int_equal(identity_protect(id, &addr, error), 0);
	assert_int_equal(addr_parse(&addr, "tcp://198.51.100.7:2376"), ADDR_OK);
	assert_int_equal(identity_protect(id, &addr, error), 0);
	assert_int_equal(identity_list(id, list, sizeof(list)), 0);

	snprintf(entry, sizeof(entry), "%lx:%lx:unix://%s", (unsigned long)st.st_dev,
		 (unsigned long)st.st_ino, path);
	is_listed(list, entry, true);
	is_listed(list, "0:0:tcp://[::1]:2375", true);
	is_listed(list, "0:0:tcp://198.51.100.7:2376", true);
	is_listed(list, "0:0:tcp://[::1]:2376", false);
	while (shim_next(&cursor, &e) == SHIM_ENTRY)
		;
	assert_int_equal(shim_next(&cursor, &e), SHIM_END);
	assert_int_equal(identity_list(id, list, 40), -E2BIG);
	identity_free(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protects_what_is_at_the_path),
		cmocka_unit_test(a_socket_that_appears_later_is_protected),
		cmocka_unit_test(an_inode_stays_protected),
		cmocka_unit_test(what_is_known_is_told_without_a_look),
		cmocka_unit_test(what_is_no_socket_is_not_protected),
		cmocka_unit_test(knows_an_endpoint_in_every_spelling),
		cmocka_unit_test(an_address_that_is_cut_short_is_none),
		cmocka_unit_test(tells_the_library_what_is_protected),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
