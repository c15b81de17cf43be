/*
 * Which connections the preload library sends to the guard, judged on real
 * sockets and real inodes.
 */
#include "cmocka_prelude.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "redirect.h"

static char dir[] = "/tmp/cetus-unit.XXXXXX";
static struct settings said;

static struct sockaddr_un un(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%s", dir, name);
	return a;
}

static void make_socket(const char *name)
{
	struct sockaddr_un a = un(name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		fail_msg("%s: %m", a.sun_path);
	close(fd);
}

static void say(const char *tcp_port)
{
	struct shim_endpoint e = { .addr.kind = ADDR_UNIX };
	struct sockaddr_un a = un("guarded");
	char list[SHIM_PROTECT_MAX] = "";
	struct stat st;

	assert_int_equal(stat(a.sun_path, &st), 0);
	e.dev = st.st_dev;
	e.ino = st.st_ino;
	strcpy(e.addr.path, a.sun_path);
	assert_true(shim_add(list, sizeof(list), &e));
	e = (struct shim_endpoint){ .addr = {
					    .kind = ADDR_TCP, .port = 2375, .host = "127.0.0.1" } };
	assert_true(shim_add(list, sizeof(list), &e));
	e.addr = (struct addr){ .kind = ADDR_TCP, .port = 2376, .host = "2001:db8::1" };
	assert_true(shim_add(list, sizeof(list), &e));
	setenv("CETUS_RUN_PRELOAD", "/lib/cetus.so", 1);
	setenv("CETUS_RUN_SOCKET", "/run/x/s", 1);
	setenv("CETUS_RUN_PROTECT", list, 1);
	if (tcp_port)
		setenv("CETUS_RUN_TCP", tcp_port, 1);
	else
		unsetenv("CETUS_RUN_TCP");
	memset(&said, 0, sizeof(said));
	settings_read(&said);
	assert_true(said.active && !said.malformed);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	make_socket("guarded");
	make_socket("other");
	say("4000");
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "guarded", "other", "hard", "link", "moved", "file" };

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		unlink(un(names[i]).sun_path);
	rmdir(dir);
	return strcpy(strrchr(dir, '.') + 1, "XXXXXX") ? 0 : -1;
}

static enum redirect judge_path(const char *name)
{
	struct sockaddr_un a = un(name);
	struct redirect_target to;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	enum redirect verdict = redirect_judge(&said, fd, &a, sizeof(a), &to);

	close(fd);
	if (verdict == REDIRECT_TO) {
		assert_int_equal(to.addr.un.sun_family, AF_UNIX);
		assert_string_equal(to.addr.un.sun_path, "/run/x/s");
		assert_int_equal(to.len,
				 offsetof(struct sockaddr_un, sun_path) + sizeof("/run/x/s"));
	}
	return verdict;
}

static void every_path_to_the_inode_is_guarded(void **state)
{
	(void)state;
	assert_int_equal(link(un("guarded").sun_path, un("hard").sun_path), 0);
	assert_int_equal(symlink("guarded", un("link").sun_path), 0);
	assert_int_equal(judge_path("guarded"), REDIRECT_TO);
	assert_int_equal(judge_path("hard"), REDIRECT_TO);
	assert_int_equal(judge_path("link"), REDIRECT_TO);
	assert_int_equal(judge_path("./..//./../tmp/../proc/self/root/../../../../../tmp/x"),
			 REDIRECT_NOT);
	assert_int_equal(judge_path("other"), REDIRECT_NOT);
	assert_int_equal(judge_path("guarded/"), REDIRECT_NOT); /* ENOTDIR */
	assert_int_equal(judge_path("."), REDIRECT_NOT);
	assert_int_equal(judge_path("missing"), REDIRECT_NOT);
}

static void the_socket_stays_guarded_when_it_moves(void **state)
{
	(void)state;
	assert_int_equal(rename(un("guarded").sun_path, un("moved").sun_path), 0);
	assert_int_equal(judge_path("moved"), REDIRECT_TO);
	assert_int_equal(judge_path("guarded"), REDIRECT_NOT);
}

static void the_path_stays_guarded_when_the_engine_restarts(void **state)
{
	(void)state;
	make_socket("moved"); /* so that the inode's number is not free */
	assert_int_equal(unlink(un("guarded").sun_path), 0);
	make_socket("guarded");
	assert_int_equal(judge_path("guarded"), REDIRECT_TO);
	assert_int_equal(judge_path("other"), REDIRECT_NOT);
}

/* clang-format off */
static const struct {
	const char *host;
	uint16_t port;
	enum redirect verdict;
} tcp_rows[] = {
	{ "127.0.0.1", 2375, REDIRECT_TO },
	{ "127.0.0.1", 2376, REDIRECT_NOT },
	{ "127.1.2.3", 2375, REDIRECT_TO },
	{ "0.0.0.0", 2375, REDIRECT_TO },
	{ "::", 2375, REDIRECT_TO },
	{ "::1", 2375, REDIRECT_TO },
	{ "::ffff:127.0.0.1", 2375, REDIRECT_TO },
	{ "::ffff:127.9.9.9", 2375, REDIRECT_TO },
	{ "::ffff:0.0.0.0", 2375, REDIRECT_TO },
	{ "::ffff:126.0.0.1", 2375, REDIRECT_NOT },
	{ "::127.0.0.1", 2375, REDIRECT_NOT },
	{ "128.0.0.1", 2375, REDIRECT_NOT },
	{ "10.0.0.1", 2375, REDIRECT_NOT },
	{ "2001:db8::1", 2376, REDIRECT_TO },
	{ "2001:db8:0:0::1", 2376, REDIRECT_TO },
	{ "2001:db8::1", 2375, REDIRECT_NOT },
	{ "2001:db8::2", 2376, REDIRECT_NOT },
};
/* clang-format on */

static enum redirect judge_tcp_row(size_t i, int type, struct redirect_target *to)
{
	bool v6 = strchr(tcp_rows[i].host, ':') != NULL;
	union {
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} a = { 0 };
	enum redirect verdict;
	int fd = socket(v6 ? AF_INET6 : AF_INET, type, 0);

	if (v6) {
		a.in6.sin6_family = AF_INET6;
		a.in6.sin6_port = htons(tcp_rows[i].port);
		assert_int_equal(inet_pton(AF_INET6, tcp_rows[i].host, &a.in6.sin6_addr), 1);
	} else {
		a.in.sin_family = AF_INET;
		a.in.sin_port = htons(tcp_rows[i].port);
		assert_int_equal(inet_pton(AF_INET, tcp_rows[i].host, &a.in.sin_addr), 1);
	}
	verdict = redirect_judge(&said, fd, &a, v6 ? sizeof(a.in6) : sizeof(a.in), to);
	close(fd);
	return verdict;
}

static void every_spelling_of_loopback_is_guarded(void **state)
{
	struct redirect_target to;

	(void)state;
	for (size_t i = 0; i < N_OF(tcp_rows); i++) {
		if (judge_tcp_row(i, SOCK_STREAM, &to) != tcp_rows[i].verdict)
			fail_msg("%s port %u", tcp_rows[i].host, tcp_rows[i].port);
		if (tcp_rows[i].verdict == REDIRECT_TO && to.addr.any.sa_family == AF_INET)
			assert_int_equal(to.addr.in.sin_port, htons(4000));
		else if (tcp_rows[i].verdict == REDIRECT_TO)
			assert_int_equal(to.addr.in6.sin6_port, htons(4000));
		assert_int_equal(judge_tcp_row(i, SOCK_DGRAM, &to), REDIRECT_NOT);
	}
}

static void without_a_way_for_tcp_it_is_refused(void **state)
{
	struct redirect_target to;

	(void)state;
	say(NULL);
	assert_int_equal(judge_tcp_row(0, SOCK_STREAM, &to), REDIRECT_REFUSED);
	assert_int_equal(judge_tcp_row(1, SOCK_STREAM, &to), REDIRECT_NOT);
	say("65536");
	assert_int_equal(judge_tcp_row(0, SOCK_STREAM, &to), REDIRECT_REFUSED);
	say("4000x");
	assert_int_equal(judge_tcp_row(0, SOCK_STREAM, &to), REDIRECT_REFUSED);
}

static void a_list_that_cannot_be_read_guards_everything(void **state)
{
	struct redirect_target to;

	(void)state;
	setenv("CETUS_RUN_PROTECT", "1:2:unix:///a nonsense", 1);
	memset(&said, 0, sizeof(said));
	settings_read(&said);
	assert_true(said.active && said.malformed);
	assert_int_equal(judge_path("other"), REDIRECT_TO);
	assert_int_equal(judge_path("missing"), REDIRECT_NOT);
	assert_int_equal(judge_tcp_row(1, SOCK_STREAM, &to), REDIRECT_TO);
	unsetenv("CETUS_RUN_PROTECT");
	memset(&said, 0, sizeof(said));
	settings_read(&said);
	assert_int_equal(judge_path("other"), REDIRECT_TO);
}

static void an_address_as_users_write_it(void **state)
{
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), "unix://%s", un("guarded").sun_path);
	assert_true(redirect_is_guarded(&said, text));
	unlink(un("guarded").sun_path);
	assert_true(redirect_is_guarded(&said, text));
	snprintf(text, sizeof(text), "unix://%s", un("other").sun_path);
	assert_false(redirect_is_guarded(&said, text));
	assert_true(redirect_is_guarded(&said, "tcp://localhost:2375"));
	assert_true(redirect_is_guarded(&said, "tcp://:2375"));
	assert_true(redirect_is_guarded(&said, "tcp://[::1]:2375"));
	assert_false(redirect_is_guarded(&said, "tcp://localhost:2376"));
	assert_false(redirect_is_guarded(&said, "tcp://engine.lan:2375"));
	assert_false(redirect_is_guarded(&said, "ssh://localhost:2375"));
	assert_false(redirect_is_guarded(&said, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(every_path_to_the_inode_is_guarded),
		TEST(the_socket_stays_guarded_when_it_moves),
		TEST(the_path_stays_guarded_when_the_engine_restarts),
		TEST(every_spelling_of_loopback_is_guarded),
		TEST(without_a_way_for_tcp_it_is_refused),
		TEST(a_list_that_cannot_be_read_guards_everything),
		TEST(an_address_as_users_write_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
