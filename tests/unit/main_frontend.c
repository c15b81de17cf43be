/*
 * Where to listen, as users write it, and sockets that were passed.
 */
#include "cmocka_prelude.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "frontend.h"

/* clang-format off */
static const struct {
	const char *text;
	const char *means;	/* address mode uid gid, or the error */
} rows[] = {
	{ "tcp://:2375", "tcp://:2375 660 -1 -1" },
	{ "unix:///a", "unix:///a 660 -1 -1" },
	{ "unix:///a?", "unix:///a 660 -1 -1" },
	{ "unix:///a?mode=0666", "unix:///a 666 -1 -1" },
	{ "unix:///a?mode=600", "unix:///a 600 -1 -1" },
	{ "unix:///a?mode=0", "unix:///a 0 -1 -1" },
	{ "unix:///a?user=7&group=8", "unix:///a 660 7 8" },
	{ "unix:///a?group=root&mode=0777&user=root", "unix:///a 777 0 0" },
	{ "unix:///a?group=0&", "unix:///a 660 -1 0" },

	{ "unix:///a?mode=", "mode : expected permissions as 0660, in octal" },
	{ "unix:///a?mode", "mode : expected permissions as 0660, in octal" },
	{ "unix:///a?mode=0668", "mode 0668: expected permissions as 0660, in octal" },
	{ "unix:///a?mode=1777", "mode 1777: expected permissions as 0660, in octal" },
	{ "unix:///a?mode=40000000000000000000000666", "mode 40000000000000000000000666: expected" },
	{ "unix:///a?mode=0660x", "mode 0660x: expected permissions" },
	{ "unix:///a?mode=-1", "mode -1: expected permissions" },
	{ "unix:///a?user=", "user : there is no such user" },
	{ "unix:///a?user=no-such-user", "user no-such-user: there is no such user" },
	{ "unix:///a?user=4294967295", "user 4294967295: there is no such user" },
	{ "unix:///a?group=no-such-group", "group no-such-group: there is no such group" },
	{ "unix:///a?owner=root", "field owner: expected mode=, user= or group=" },
	{ "unix:///a?&mode=1", "field : expected mode=, user= or group=" },
	{ "unix:///a?mode=1&mode=1", "field mode: it is given twice" },
	{ "unix:///a?user=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	  "field user=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: it is too long" },
	{ "unix://?mode=0660", "expected an absolute path after unix://" },
	{ "unix://a?mode=0660", "expected an absolute path after unix://" },
	{ "tcp://:1?mode=0660", "expected :port with a number from 0 to 65535 at the end" },
	{ "http://x", "expected tcp://host:port or unix:///path or fd://" },
	{ "fd://", "no socket was passed: LISTEN_PID and LISTEN_FDS are not set" },
	{ "fd://3", "no socket was passed: LISTEN_PID and LISTEN_FDS are not set" },
};
/* clang-format on */

static struct passed passed;

static const char *read_text(const char *text)
{
	static char means[FRONTEND_ERROR_MAX + ADDR_TEXT_MAX];
	struct frontend f[4];
	char addr[ADDR_TEXT_MAX];
	int n = frontend_read(f, N_OF(f), text, &passed, means);

	if (n >= 0)
		means[0] = '\0';
	for (int i = 0; i < n; i++) {
		addr_format(&f[i].addr, addr, sizeof(addr));
		sprintf(means + strlen(means), "%s%s %o %d %d", i > 0 ? ", " : "", addr, f[i].mode,
			(int)f[i].uid, (int)f[i].gid);
		if (f[i].passed_fd >= 0)
			sprintf(means + strlen(means), " passed=%d", f[i].passed_fd);
	}
	return means;
}

static void check(const char *text, const char *expected)
{
	const char *got = read_text(text);

	if (strncmp(got, expected, strlen(expected)) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", text, got, expected);
}

static void reads_frontends_or_names_the_field(void **state)
{
	(void)state;
	unsetenv("LISTEN_PID");
	passed_read(&passed);
	for (size_t i = 0; i < N_OF(rows); i++)
		check(rows[i].text, rows[i].means);
}

static void no_path_is_cut_to_fit(void **state)
{
	char text[sizeof("unix://") + ADDR_PATH_MAX + sizeof("?mode=0600")];
	size_t n = strlen(strcpy(text, "unix://"));

	(void)state;
	memset(text + n, '/', ADDR_PATH_MAX);
	strcpy(text + n + ADDR_PATH_MAX, "?mode=0600");
	text[n + 1] = 'a';
	assert_non_null(strstr(read_text(text), " 600 -1 -1"));
	strcpy(text + n + ADDR_PATH_MAX, "a?mode=0600");
	check(text, "the socket path is longer than 107 bytes");
}

/* ---- passed sockets ---- */

static void announce(int pid, const char *n, const char *names)
{
	char text[16];

	sprintf(text, "%d", pid);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", n, 1);
	if (names)
		setenv("LISTEN_FDNAMES", names, 1);
	else
		unsetenv("LISTEN_FDNAMES");
	passed_clear(&passed);
	passed_read(&passed);
}

/* Put a socket where the next one that is passed has to be. */
static void pass(int at, int fd)
{
	assert_true(fd >= 0);
	if (fd == at)
		return;
	assert_int_equal(dup2(fd, at), at);
	close(fd);
}

static int tcp_socket(bool listens)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	if (listens)
		assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static int unix_socket(const char *abstract)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(un.sun_path + 1, abstract);
	assert_int_equal(bind(fd, (const struct sockaddr *)&un,
			      (socklen_t)(sizeof(un.sun_family) + 1 + strlen(abstract))),
			 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void takes_sockets_by_number_by_name_and_all(void **state)
{
	char name[64];

	(void)state;
	sprintf(name, "cetus-%d", (int)getpid());
	pass(3, tcp_socket(true));
	pass(4, unix_socket(name));
	announce(getpid(), "2", "web:local");
	assert_null(getenv("LISTEN_FDS"));
	assert_int_equal(fcntl(3, F_GETFD), FD_CLOEXEC);
	check("fd://4", "unix://@cetus-");
	assert_true(fcntl(4, F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(3, F_GETFL) & O_NONBLOCK);
	check("fd://web", "tcp://127.0.0.1:");
	check("fd://4", "descriptor 4, named local: it is a frontend already");
	announce(getpid(), "2", NULL);
	assert_non_null(strstr(read_text("fd://"), " passed=3, unix://@cetus-"));
	announce(getpid(), "2", "a");
	check("fd://b", "no socket of that name or number was passed, but 2 from descriptor 3 on");
	check("fd://5", "no socket of that name or number was passed");
	check("fd://a", "tcp://127.0.0.1:");
	passed_clear(&passed);
	close(3);
	close(4);
}

static void refuses_what_is_no_listening_stream_socket(void **state)
{
	(void)state;
	pass(3, open("/dev/null", O_RDONLY));
	pass(4, tcp_socket(false));
	pass(5, socket(AF_UNIX, SOCK_DGRAM, 0));
	pass(6, socket(AF_UNIX, SOCK_SEQPACKET, 0));
	pass(7, socket(AF_NETLINK, SOCK_RAW, 0));
	announce(getpid(), "6", NULL);
	check("fd://3", "descriptor 3: Socket operation on non-socket");
	check("fd://4", "descriptor 4: it does not listen (a unit with Accept=yes");
	check("fd://5", "descriptor 5: it is no stream socket");
	check("fd://6", "descriptor 6: it is no stream socket");
	check("fd://7", "descriptor 7: it is neither a unix nor a TCP socket");
	check("fd://8", "descriptor 8: Bad file descriptor");
	check("fd://", "descriptor 3: ");
	for (int fd = 3; fd < 8; fd++)
		close(fd);
}

static void takes_nothing_that_is_for_another_process(void **state)
{
	(void)state;
	announce(1, "1", NULL);
	check("fd://", "no socket was passed: LISTEN_PID is 1, and this is ");
	announce(getpid(), "0", NULL);
	check("fd://", "LISTEN_FDS is 0: expected a number from 1 to 64");
	announce(getpid(), "-1", NULL);
	check("fd://", "LISTEN_FDS is -1: expected a number from 1 to 64");
	announce(getpid(), "65", NULL);
	check("fd://", "LISTEN_FDS is 65: expected a number from 1 to 64");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_frontends_or_names_the_field),
		cmocka_unit_test(no_path_is_cut_to_fit),
		cmocka_unit_test(takes_sockets_by_number_by_name_and_all),
		cmocka_unit_test(refuses_what_is_no_listening_stream_socket),
		cmocka_unit_test(takes_nothing_that_is_for_another_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
