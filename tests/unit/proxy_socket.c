/*
 * How every stream socket is set up.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmocka_prelude.h"
#include "proxy/socket.h"

#define NAME_MAX_LEN 16 /* TCP_CA_NAME_MAX of the kernel */

static void read_control(int fd, char name[NAME_MAX_LEN + 1])
{
	socklen_t len = NAME_MAX_LEN;

	memset(name, 0, NAME_MAX_LEN + 1);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len), 0);
}

static void assert_control(const struct sockaddr *addr, const char *expected)
{
	char name[NAME_MAX_LEN + 1];
	int fd = socket_open(addr);

	assert_true(fd >= 0);
	read_control(fd, name);
	assert_string_equal(name, expected);
	close(fd);
}

static void the_loopback_interface_is_not_paced(void **state)
{
	const struct sockaddr_in in = { .sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 7) };
	const struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
					  .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6 };

	(void)state;
	mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
	mapped.sin6_addr.s6_addr[12] = 127;
	assert_control((const struct sockaddr *)&in, "reno");
	assert_control((const struct sockaddr *)&in6, "reno");
	assert_control((const struct sockaddr *)&mapped, "reno");
}

static void a_network_keeps_what_the_system_is_set_to(void **state)
{
	const struct sockaddr_in in = { .sin_family = AF_INET,
					.sin_addr.s_addr = htonl(0xc0000201) };
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	char of_system[NAME_MAX_LEN + 1];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_true(fd >= 0);
	read_control(fd, of_system);
	close(fd);
	assert_control((const struct sockaddr *)&in, of_system);
	assert_control((const struct sockaddr *)&any, of_system);
}

static void none_blocks_or_is_inherited(void **state)
{
	const struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket_open((const struct sockaddr *)&un);

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_loopback_interface_is_not_paced),
		cmocka_unit_test(a_network_keeps_what_the_system_is_set_to),
		cmocka_unit_test(none_blocks_or_is_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
