/*
 * Who may ask: what entries there are, and of whom they are true.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_prelude.h"
#include "proxy/access.h"

#define EXPECTED                                                                              \
	"expected an address, a network as 10.0.0.0/8, a host name, uid:, gid:, container:, " \
	"label:, cn: or san:"

static struct access_list list;
static char error[ACCESS_ERROR_MAX];

/* Read a list in place of the one before. */
static int read_list(const char *text)
{
	access_clear(&list);
	error[0] = '\0';
	return access_add(&list, text, error);
}

static void says_what_is_wrong_with_an_entry(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "", "an entry is empty" },
		{ " ", "an entry is empty" },
		{ "10.0.0.1,", NULL }, /* as the other lists of names have it */
		{ "10.0.0.1,,10.0.0.2", "an entry is empty" },
		{ "10.1.2.3/8",
		  "10.1.2.3/8: has bits behind those of the network, which is 10.0.0.0/8" },
		{ "10.0.0.255/31",
		  "10.0.0.255/31: has bits behind those of the network, which is 10.0.0.254/31" },
		{ "1.0.0.0/0",
		  "1.0.0.0/0: has bits behind those of the network, which is 0.0.0.0/0" },
		{ "2001:db8::1/32",
		  "2001:db8::1/32: has bits behind those of the network, which is 2001:db8::/32" },
		{ "::ffff:10.0.0.1/104",
		  "::ffff:10.0.0.1/104: has bits behind those of the network, which is 10.0.0.0/8" },
		{ "10.0.0.0/33",
		  "10.0.0.0/33: expected the bits of the network behind /, from 0 to 32" },
		{ "10.0.0.0/",
		  "10.0.0.0/: expected the bits of the network behind /, from 0 to 32" },
		{ "10.0.0.0/08",
		  "10.0.0.0/08: expected the bits of the network behind /, from 0 to 32" },
		{ "10.0.0.0/-1",
		  "10.0.0.0/-1: expected the bits of the network behind /, from 0 to 32" },
		{ "10.0.0.0/4294967304",
		  "10.0.0.0/4294967304: expected the bits of the network behind /, from 0 to 32" },
		{ "::/129", "::/129: expected the bits of the network behind /, from 0 to 128" },
		{ "10.0.0", "10.0.0: " EXPECTED },
		{ "10.0.0.256", "10.0.0.256: " EXPECTED },
		{ "010.0.0.1", "010.0.0.1: " EXPECTED },
		{ "fe80::1%eth0", "fe80::1%eth0: " EXPECTED },
		{ "[::1]", "[::1]: " EXPECTED },
		{ "a..b", "a..b: " EXPECTED },
		{ ".a", ".a: " EXPECTED },
		{ "a/8", "a/8: " EXPECTED },
		{ "a b", "a b: " EXPECTED },
		{ "a:1", "a:1: " EXPECTED },
		{ "user:1", "user:1: " EXPECTED },
		{ "uid:", "uid:: expected something behind the colon" },
		{ "uid:no such one", "uid:no such one: there is no such user" },
		{ "uid:-1", "uid:-1: there is no such user" },
		{ "uid:4294967295", "uid:4294967295: there is no such user" },
		{ "gid:no such one", "gid:no such one: there is no such group" },
		{ "container:a", "container:a: expected the name or the id of a container" },
		{ "container:/web", "container:/web: expected the name or the id of a container" },
		{ "container:a*", "container:a*: expected the name or the id of a container" },
		{ "label:=x", "label:=x: expected KEY or KEY=VALUE" },
		{ "san:*",
		  "san:*: expected a host name, *. and a host name, an address of mail or a "
		  "URI" },
		{ "san:a.*.example",
		  "san:a.*.example: expected a host name, *. and a host name, an "
		  "address of mail or a URI" },
		{ "cn:", "cn:: expected something behind the colon" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int rc = read_list(rows[i].text);

		if (!rows[i].error)
			assert_int_equal(rc, 0);
		else if (rc == 0 || strcmp(error, rows[i].error) != 0)
			fail_msg("\"%s\" gives %d \"%s\"", rows[i].text, rc, error);
	}
}

static void reads_entries_between_commas(void **state)
{
	static const enum access_kind kinds[] = {
		ACCESS_NETWORK, ACCESS_NETWORK, ACCESS_HOST,  ACCESS_HOST,	ACCESS_HOST,
		ACCESS_USER,	ACCESS_USER,	ACCESS_GROUP, ACCESS_CONTAINER, ACCESS_LABEL,
		ACCESS_LABEL,	ACCESS_CN,	ACCESS_SAN,   ACCESS_SAN,	ACCESS_SAN,
	};

	(void)state;
	assert_int_equal(
		read_list(
			"10.0.0.0/8 , ::1,localhost,\ttasks.web_1,a.example., uid:0,uid:root,gid:0,"
			"container:web-1,label:a,label:a=b=c,cn:The Boss,san:*.example.com,"
			"san:a@example.com,san:spiffe://x/y"),
		0);
	assert_int_equal(list.n, N_OF(kinds));
	for (size_t i = 0; i < N_OF(kinds); i++)
		assert_int_equal(list.entries[i].kind, kinds[i]);
	assert_string_equal(list.entries[1].text, "::1");
	assert_string_equal(list.entries[11].name, "The Boss");
	assert_true(access_has(&list, ACCESS_CN));
	assert_int_equal(read_list("1.2.3.4"), 0);
	assert_false(access_has(&list, ACCESS_CN));
}

/* Where names cannot be looked up any more, those that were still have their ids. */
static void a_name_keeps_its_id(void **state)
{
	struct rlimit none = { 0, 0 }, limit;
	int rc;

	(void)state;
	assert_int_equal(read_list("uid:root,gid:root"), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none.rlim_max = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	rc = read_list("gid:root,uid:root");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(rc, 0);
	assert_int_equal(list.n, 2);
}

static void holds_so_many_entries_and_no_more(void **state)
{
	char text[ACCESS_ENTRY_MAX + 32];

	(void)state;
	access_clear(&list);
	for (int i = 0; i < ACCESS_ENTRIES_MAX; i++)
		assert_int_equal(access_add(&list, "::1", error), 0);
	assert_int_not_equal(access_add(&list, "::1", error), 0);
	assert_string_equal(error, "::1...: there are too many");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_not_equal(read_list(text), 0);
	assert_string_equal(error, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...: this is too long");
}

/* ---- where ---- */

static void an_entry_that_can_never_be_true_is_an_error(void **state)
{
	static const struct {
		const char *text;
		unsigned int where;
		const char *error;
	} rows[] = {
		{ "10.0.0.0/8", ACCESS_ON_TCP, NULL },
		{ "10.0.0.0/8", ACCESS_ON_UNIX,
		  "10.0.0.0/8: can be true of clients over TCP only" },
		{ "web.example", ACCESS_ON_UNIX,
		  "web.example: can be true of clients over TCP only" },
		{ "uid:0", ACCESS_ON_TCP | ACCESS_ON_MTLS,
		  "uid:0: can be true of clients of a unix socket only" },
		{ "gid:0", ACCESS_ON_TCP, "gid:0: can be true of clients of a unix socket only" },
		{ "uid:0", ACCESS_ON_TCP | ACCESS_ON_UNIX, NULL },
		{ "container:web", ACCESS_ON_UNIX, NULL },
		{ "label:a", ACCESS_ON_TCP, NULL },
		{ "cn:a", ACCESS_ON_TCP | ACCESS_ON_MTLS, NULL },
		{ "cn:a", ACCESS_ON_TCP,
		  "cn:a: can be true only where clients need a certificate: over TCP, with the CA of "
		  "-frontend-tls-cacert" },
		{ "san:a.b", ACCESS_ON_UNIX,
		  "san:a.b: can be true only where clients need a certificate: over TCP, with the CA "
		  "of -frontend-tls-cacert" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int rc;

		assert_int_equal(read_list(rows[i].text), 0);
		rc = access_check(&list, rows[i].where, error);
		assert_int_equal(rc == 0, !rows[i].error);
		assert_int_equal(access_can_match(&list, rows[i].where), !rows[i].error);
		if (rows[i].error)
			assert_string_equal(error, rows[i].error);
	}
	access_clear(&list);
	assert_int_equal(access_check(&list, ACCESS_ON_TCP, error), 0);
	assert_true(access_can_match(&list, ACCESS_ON_TCP));
}

/* ---- judging ---- */

static const char *asked; /* what entry was asked about last */
static enum access_verdict answer;

static enum access_verdict ask(void *data, const struct access_entry *e)
{
	(void)data;
	asked = e->text;
	return answer;
}

static enum access_verdict judge(const char *text, const struct access_peer *peer)
{
	const struct access_entry *by;

	assert_int_equal(read_list(text), 0);
	asked = NULL;
	return access_judge(&list, peer, &by);
}

static struct access_peer peer_at(const char *text)
{
	struct access_peer peer = { .has_addr = true, .ask = ask };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		assert_true(access_map((struct sockaddr *)&in, &peer.addr));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		assert_true(access_map((struct sockaddr *)&in6, &peer.addr));
	else
		fail_msg("%s", text);
	return peer;
}

static void an_address_is_in_its_networks(void **state)
{
	static const struct {
		const char *entry, *addr;
		bool is_in;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.8", false },
		{ "192.0.2.7", "::ffff:192.0.2.7", true },
		{ "::ffff:192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7/32", "192.0.2.7", true },
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.0.0.0/8", "::ffff:10.1.1.1", true },
		{ "172.16.0.0/12", "172.31.255.255", true },
		{ "172.16.0.0/12", "172.32.0.0", false },
		{ "10.0.0.254/31", "10.0.0.255", true },
		{ "10.0.0.254/31", "10.0.0.253", false },
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "::ffff:1.2.3.4", true },
		{ "0.0.0.0/0", "::1", false },
		{ "::/0", "2001:db8::1", true },
		{ "::/0", "1.2.3.4", false },
		{ "::/0", "::ffff:1.2.3.4", false },
		{ "::ffff:0:0/96", "1.2.3.4", true },
		{ "2001:db8::/33", "2001:db8:7fff::1", true },
		{ "2001:db8::/33", "2001:db8:8000::1", false },
		{ "2001:db8::7/128", "2001:db8::7", true },
		{ "::1", "127.0.0.1", false },
		{ "10.0.0.1,10.0.0.2", "10.0.0.2", true },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct access_peer peer = peer_at(rows[i].addr);
		enum access_verdict v = judge(rows[i].entry, &peer);

		if (v != (rows[i].is_in ? ACCESS_YES : ACCESS_NO))
			fail_msg("%s in %s: %d", rows[i].addr, rows[i].entry, (int)v);
		assert_null(asked);
	}
}

static void a_process_has_a_user_and_groups(void **state)
{
	static const gid_t groups[] = { 100, 7, 8 };
	const struct access_peer peer = {
		.has_user = true, .uid = 1000, .groups = groups, .n_groups = 3, .ask = ask
	};
	const struct access_peer none = { .ask = ask };

	(void)state;
	assert_int_equal(judge("uid:1000", &peer), ACCESS_YES);
	assert_int_equal(judge("uid:100", &peer), ACCESS_NO);
	assert_int_equal(judge("gid:100", &peer), ACCESS_YES);
	assert_int_equal(judge("gid:8", &peer), ACCESS_YES);
	assert_int_equal(judge("gid:1000", &peer), ACCESS_NO);
	/* Nothing is known of it, which is not user 0. */
	assert_int_equal(judge("uid:0,gid:0,0.0.0.0/0,::/0", &none), ACCESS_NO);
}

static void a_certificate_has_names(void **state)
{
	static const struct access_name names[] = {
		{ ACCESS_NAME_CN, "Boss" },
		{ ACCESS_NAME_DNS, "web.Example.com" },
		{ ACCESS_NAME_MAIL, "a@example.com" },
		{ ACCESS_NAME_URI, "spiffe://example.com/web" },
	};
	static const struct {
		const char *entry;
		bool is_true;
	} rows[] = {
		{ "cn:Boss", true },
		{ "cn:boss", false },
		{ "cn:web.Example.com", false },
		{ "san:Boss", false },
		{ "san:web.example.com", true },
		{ "san:WEB.example.com", true },
		{ "san:*.example.com", true },
		{ "san:*.com", false },
		{ "san:*.web.example.com", false },
		{ "san:example.com", false },
		{ "san:a@example.com", true },
		{ "san:b@example.com", false },
		{ "san:spiffe://example.com/web", true },
		{ "san:spiffe://example.com/web2", false },
	};
	static const struct access_name odd[] = { { ACCESS_NAME_DNS, ".example.com" },
						  { ACCESS_NAME_URI, "web.example.com" },
						  { ACCESS_NAME_DNS, "Boss" } };
	struct access_peer peer = peer_at("10.0.0.1");

	(void)state;
	assert_int_equal(judge("cn:Boss,san:web.example.com", &peer), ACCESS_NO);
	peer.names = names;
	peer.n_names = N_OF(names);
	for (size_t i = 0; i < N_OF(rows); i++)
		if (judge(rows[i].entry, &peer) != (rows[i].is_true ? ACCESS_YES : ACCESS_NO))
			fail_msg("%s", rows[i].entry);
	peer.names = odd;
	peer.n_names = N_OF(odd);
	assert_int_equal(judge("san:*.example.com,san:web.example.com,cn:Boss", &peer), ACCESS_NO);
}

static void others_are_asked_last(void **state)
{
	struct access_peer peer = peer_at("10.0.0.1");
	const struct access_peer process = { .has_user = true, .ask = ask };
	const struct access_entry *by;

	(void)state;
	answer = ACCESS_NO;
	assert_int_equal(judge("container:web,web.example,10.0.0.1", &peer), ACCESS_YES);
	assert_null(asked);
	assert_int_equal(judge("container:web,web.example", &peer), ACCESS_NO);
	assert_string_equal(asked, "container:web");
	answer = ACCESS_WAIT;
	assert_int_equal(judge("container:web,web.example,10.0.0.2", &peer), ACCESS_WAIT);
	assert_string_equal(asked, "web.example");
	assert_int_equal(judge("web.example", &process), ACCESS_NO);
	assert_null(asked);
	answer = ACCESS_UNKNOWN;
	assert_int_equal(judge("label:a,container:web", &process), ACCESS_UNKNOWN);
	assert_string_equal(asked, "label:a");
	answer = ACCESS_YES;
	assert_int_equal(judge("label:a", &process), ACCESS_YES);
	assert_int_equal(access_judge(&list, &process, &by), ACCESS_YES);
	assert_string_equal(by->text, "label:a");
	access_clear(&list);
	assert_int_equal(access_judge(&list, &process, &by), ACCESS_YES);
	assert_null(by);
}

static void a_container_has_a_name_and_an_id(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

	(void)state;
	assert_true(access_is_container("web", id, "web"));
	assert_false(access_is_container("web", id, "web2"));
	assert_false(access_is_container("we", id, "web"));
	assert_true(access_is_container(id, id, "web"));
	assert_true(access_is_container("0123456789ab", id, "web"));
	assert_false(access_is_container("0123456789a", id, "web"));
	assert_false(access_is_container("123456789abc", id, "web"));
	/* Who makes containers can call one so. */
	assert_false(access_is_container("deadbeefdead", id, "deadbeefdead"));
	assert_true(access_is_container("deadbeef", id, "deadbeef"));
}

/* What access_add() returns in a user namespace that has nobody. */
static int add_among_nobody(const char *text)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int rc = unshare(CLONE_NEWUSER) == 0 ? read_list(text) : 1;

		access_clear(&list);
		_exit(-rc);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void an_id_that_everybody_else_has_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(add_among_nobody("uid:65534"), -EINVAL);
	assert_int_equal(add_among_nobody("gid:65534"), -EINVAL);
	assert_int_equal(add_among_nobody("uid:nobody"), -EINVAL);
	assert_int_equal(add_among_nobody("uid:1000,gid:1000"), 0);
}

static int end(void **state)
{
	(void)state;
	access_clear(&list);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_with_an_entry),
		cmocka_unit_test(reads_entries_between_commas),
		cmocka_unit_test(a_name_keeps_its_id),
		cmocka_unit_test(holds_so_many_entries_and_no_more),
		cmocka_unit_test(an_entry_that_can_never_be_true_is_an_error),
		cmocka_unit_test(an_address_is_in_its_networks),
		cmocka_unit_test(a_process_has_a_user_and_groups),
		cmocka_unit_test(a_certificate_has_names),
		cmocka_unit_test(others_are_asked_last),
		cmocka_unit_test(a_container_has_a_name_and_an_id),
		cmocka_unit_test(an_id_that_everybody_else_has_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
