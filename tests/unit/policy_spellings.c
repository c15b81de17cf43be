/*
 * Parameters, references, capabilities, addresses, names, globs and paths of members.
 */
#include "cmocka_prelude.h"
#include "policy/glob.h"
#include "policy/goform.h"
#include "policy/gojson.h"
#include "policy/image.h"
#include "policy/member.h"
#include "policy/spelling.h"

/* ---- goform ---- */

static const struct {
	const char *query;
	const char *pairs; /* "name=value|", NULL if it is an error */
} queries[] = {
	{ "", "" },
	{ "a=b", "a=b|" },
	{ "a", "a=|" },
	{ "a=", "a=|" },
	{ "=b", "=b|" },
	{ "&&a=b&", "a=b|" },
	{ "a=b&a=c", "a=b|a=c|" },
	{ "a=b=c", "a=b=c|" },
	{ "a+b=c+d", "a b=c d|" },
	{ "a%2Bb=%26%3d", "a+b=&=|" },
	{ "%61=%4a", "a=J|" },
	{ "a=%e2%82%ac", "a=\xe2\x82\xac|" },
	{ "a=%3B", "a=;|" },
	{ "a;b=c", NULL },
	{ "a=b;c", NULL },
	{ "a=b&c;d", NULL },
	{ "a=%", NULL },
	{ "a=%4", NULL },
	{ "a=%4g", NULL },
	{ "%zz=1", NULL },
	{ "a=%00", NULL },
};

static void reads_parameters_as_go_does(void **state)
{
	static struct goform f;
	char text[256];

	(void)state;
	for (size_t i = 0; i < N_OF(queries); i++) {
		const char *error = goform_read(&f, queries[i].query, strlen(queries[i].query));

		if (!error != (queries[i].pairs != NULL))
			fail_msg("%s: %s", queries[i].query, error ? error : "was read");
		if (error)
			continue;
		text[0] = '\0';
		for (size_t k = 0; k < f.n; k++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s=%s|",
				 f.pairs[k].name, f.pairs[k].value);
		assert_string_equal(text, queries[i].pairs);
		goform_clear(&f);
	}
}

static void bounds_the_number_of_parameters(void **state)
{
	static struct goform f;
	static char query[2 * GOFORM_PAIRS_MAX + 4];

	(void)state;
	for (size_t i = 0; i < GOFORM_PAIRS_MAX; i++)
		memcpy(query + 2 * i, "a&", 2);
	assert_null(goform_read(&f, query, 2 * GOFORM_PAIRS_MAX));
	goform_clear(&f);
	query[2 * GOFORM_PAIRS_MAX] = 'a';
	assert_non_null(goform_read(&f, query, 2 * GOFORM_PAIRS_MAX + 1));
}

static void reads_booleans_as_dockerd_does(void **state)
{
	static const char *const falsy[] = { "",      "0",     "no",   "No",  "NO",
					     "false", "FALSE", "none", " 0 ", "\tno\n" };
	static const char *const truthy[] = { "1",   "true", "yes",  "00", "f",
					      "off", "n",    "null", "-1" };

	(void)state;
	for (size_t i = 0; i < N_OF(falsy); i++)
		assert_false(goform_is_true(falsy[i]));
	for (size_t i = 0; i < N_OF(truthy); i++)
		assert_true(goform_is_true(truthy[i]));
}

/* ---- image ---- */

static const struct {
	const char *reference;
	const char *full; /* NULL if it is none */
} references[] = {
	{ "alpine", "docker.io/library/alpine:latest" },
	{ "alpine:3", "docker.io/library/alpine:3" },
	{ "library/alpine", "docker.io/library/alpine:latest" },
	{ "docker.io/alpine", "docker.io/library/alpine:latest" },
	{ "docker.io/library/alpine", "docker.io/library/alpine:latest" },
	{ "index.docker.io/alpine", "docker.io/library/alpine:latest" },
	{ "acme/a", "docker.io/acme/a:latest" },
	{ "acme/a/b", "docker.io/acme/a/b:latest" },
	{ "ghcr.io/acme/a", "ghcr.io/acme/a:latest" },
	{ "localhost/a", "localhost/a:latest" },
	{ "localhost:5000/a:1", "localhost:5000/a:1" },
	{ "host:5000/a", "host:5000/a:latest" },
	{ "[::1]:5000/a", "[::1]:5000/a:latest" },
	{ "UPPER/a", "UPPER/a:latest" },
	{ "alpine@sha256:0123", "docker.io/library/alpine@sha256:0123" },
	{ "alpine:3@sha256:0123", "docker.io/library/alpine@sha256:0123" },
	{ "ghcr.io/a:3@sha256:0123", "ghcr.io/a@sha256:0123" },
	{ "host:5000/a:3@sha256:0123", "host:5000/a@sha256:0123" },
	{ "cafe", "sha256:cafe" },
	{ "sha256:cafe", "sha256:cafe" },
	{ "cafe:1", "docker.io/library/cafe:1" },
	{ "acme/cafe", "docker.io/acme/cafe:latest" },
	{ "sha256:xyz", "docker.io/library/sha256:xyz" },
	{ "*", "*" },
	{ "*/a", "*/a:latest" },
	{ "alpine:*", "docker.io/library/alpine:*" },
	{ "alpine*", "docker.io/library/alpine*" },
	{ "alpine@*", "docker.io/library/alpine@*" },
	{ "ghcr.io/acme/*", "ghcr.io/acme/*" },
	{ "ghcr.io/*/a", "ghcr.io/*/a:latest" },
	{ "", NULL },
	{ "/alpine", NULL },
	{ "alpine:", NULL },
	{ "alpine@", NULL },
	{ "alpine:@sha256:0123", NULL },
	{ "alpine:1:2", NULL },
	{ "alpine@sha256:1@sha256:2", NULL },
	{ "alpine@sha256:1:2", NULL },
	{ "alpine:1@sha256:1:2", NULL },
	{ "al pine", NULL },
	{ "alpine\n", NULL },
	{ "alp\xc3\xafne", NULL },
};

static void writes_references_in_full(void **state)
{
	char full[IMAGE_REFERENCE_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(references); i++) {
		bool ok = image_normalise(full, references[i].reference);

		if (ok != (references[i].full != NULL))
			fail_msg("%s: %s", references[i].reference, ok ? full : "is none");
		if (ok)
			assert_string_equal(full, references[i].full);
	}
}

static void refuses_a_reference_that_is_too_long(void **state)
{
	char full[IMAGE_REFERENCE_MAX], reference[IMAGE_REFERENCE_MAX + 8];

	(void)state;
	for (size_t len = IMAGE_REFERENCE_MAX - 40; len < sizeof(reference); len++) {
		memset(reference, 'x', len);
		reference[len] = '\0';
		if (image_normalise(full, reference))
			assert_int_equal(strlen(full), strlen("docker.io/library/:latest") + len);
	}
	assert_false(image_normalise(full, reference));
}

static void tells_a_tag_from_a_port(void **state)
{
	(void)state;
	assert_true(image_has_tag("a:1"));
	assert_true(image_has_tag("a@sha256:0"));
	assert_false(image_has_tag("a"));
	assert_false(image_has_tag("host:5000/a"));
}

/* ---- spelling ---- */

static void spells_capabilities_in_one_way(void **state)
{
	static const struct {
		const char *text, *name;
	} caps[] = {
		{ "NET_ADMIN", "NET_ADMIN" },
		{ "cap_net_admin", "NET_ADMIN" },
		{ "Cap_Net_Admin", "NET_ADMIN" },
		{ "all", "ALL" },
		{ "CAP_CAP_CHOWN", "CAP_CHOWN" },
		{ "", NULL },
		{ "CAP_", NULL },
		{ "NET ADMIN", NULL },
		{ "NET-ADMIN", NULL },
		{ "CAP1", NULL },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL },
	};
	char name[SPELLING_CAP_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(caps); i++) {
		bool ok = spelling_cap(name, caps[i].text);

		assert_int_equal(ok, caps[i].name != NULL);
		if (ok)
			assert_string_equal(name, caps[i].name);
	}
	assert_true(spelling_cap_is_default("CHOWN"));
	assert_false(spelling_cap_is_default("ALL"));
	assert_false(spelling_cap_is_default("SYS_ADMIN"));
}

static void spells_addresses_in_one_way(void **state)
{
	static const struct {
		const char *text, *ip;
	} ips[] = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "0:0:0:0:0:0:0:1", "::1" },
		{ "[::1]", "::1" },
		{ "::FFFF:127.0.0.1", "127.0.0.1" },
		{ "FD00::1", "fd00::1" },
		{ "", NULL },
		{ "127.1", NULL },
		{ "127.0.0.01", NULL },
		{ "0x7f.0.0.1", NULL },
		{ "[127.0.0.1]", NULL },
		{ "[::1", NULL },
		{ "[]", NULL },
		{ "fe80::1%eth0", NULL },
		{ "localhost", NULL },
		{ " 127.0.0.1", NULL },
	};
	char ip[SPELLING_IP_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(ips); i++) {
		bool ok = spelling_ip(ip, ips[i].text);

		if (ok != (ips[i].ip != NULL))
			fail_msg("%s", ips[i].text);
		if (ok)
			assert_string_equal(ip, ips[i].ip);
	}
}

static void reads_ports_in_digits_only(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		unsigned int first, last;
	} ports[] = {
		{ "80", true, 80, 80 },
		{ "080", true, 80, 80 },
		{ "0", true, 0, 0 },
		{ "8000-8010", true, 8000, 8010 },
		{ "99999", true, 99999, 99999 },
		{ "9-8", true, 9, 8 },
		{ "", false, 0, 0 },
		{ "-1", false, 0, 0 },
		{ "+1", false, 0, 0 },
		{ " 1", false, 0, 0 },
		{ "1 ", false, 0, 0 },
		{ "1-", false, 0, 0 },
		{ "1--2", false, 0, 0 },
		{ "1-2-3", false, 0, 0 },
		{ "0x1", false, 0, 0 },
		{ "100000", false, 0, 0 },
	};
	unsigned int first, last;

	(void)state;
	for (size_t i = 0; i < N_OF(ports); i++) {
		if (spelling_ports(&first, &last, ports[i].text) != ports[i].ok)
			fail_msg("%s", ports[i].text);
		if (ports[i].ok) {
			assert_int_equal(first, ports[i].first);
			assert_int_equal(last, ports[i].last);
		}
	}
}

static void knows_names_from_paths(void **state)
{
	static const char *const good[] = { "a", "A1", "a.b-c_d", "9" };
	static const char *const bad[] = { "",	  ".",	 "..",	"-a",  "_a",
					   "a/b", "a:b", "a b", "a\n", "\xc3\xa9" };

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++)
		assert_true(spelling_is_name(good[i]));
	for (size_t i = 0; i < N_OF(bad); i++)
		assert_false(spelling_is_name(bad[i]));
}

static void a_word_is_all_of_it(void **state)
{
	(void)state;
	assert_true(spelling_is_one_of("ro rw", "ro", 2));
	assert_true(spelling_is_one_of("ro rw", "rw,x", 2));
	assert_false(spelling_is_one_of("ro rw", "r", 1));
	assert_false(spelling_is_one_of("ro rw", "ro rw", 5));
	assert_false(spelling_is_one_of("ro rw", "", 0));
	assert_false(spelling_is_one_of("", "a", 1));
}

/* ---- glob ---- */

static void a_star_takes_any_bytes(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} globs[] = {
		{ "", "", true },	   { "", "a", false },	     { "*", "", true },
		{ "*", "a/b", true },	   { "a*", "a", true },	     { "a*", "ba", false },
		{ "*a", "ba", true },	   { "*a", "ab", false },    { "a*b*c", "aXbYc", true },
		{ "a*b*c", "aXc", false }, { "**", "x", true },	     { "a?c", "abc", false },
		{ "[a]", "a", false },	   { "a*a", "a", false },    { "*ab", "aab", true },
		{ "A", "a", false },	   { "a\\*", "a\\x", true }, { "x*y*y", "xyy", true },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(globs); i++)
		if (glob_match(globs[i].pattern, globs[i].text) != globs[i].match)
			fail_msg("%s, %s", globs[i].pattern, globs[i].text);
}

static void many_stars_cost_little(void **state)
{
	char text[4096], pattern[257];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < sizeof(pattern) - 1; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[sizeof(pattern) - 2] = 'b';
	pattern[sizeof(pattern) - 1] = '\0';
	assert_false(glob_match(pattern, text));
}

/* ---- member ---- */

static void knows_paths_of_members(void **state)
{
	static const char *const good[] = { ".A",      ".A.B",		 ".A[0]",
					    ".A[*].B", ".A[\"k.k]\"].B", ".A[\"a\"][\"b\"]" };
	static const char *const bad[] = { "",	     "A",	   ".",	       ".A.",	   ".A[",
					   ".A[]",   ".A[x]",	   ".A[\"\"]", ".A[\"k]",  ".A B",
					   ".A[-1]", ".A[999999]", ".A[**]",   ".A[\"k\"", ".A-B" };

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++)
		assert_true(member_path_is_valid(good[i]));
	for (size_t i = 0; i < N_OF(bad); i++)
		if (member_path_is_valid(bad[i]))
			fail_msg("%s", bad[i]);
}

static bool sum(void *data, const struct gojson *v)
{
	*(int64_t *)data += v ? gojson_integer(v) : 1000;
	return true;
}

static void finds_members_by_path(void **state)
{
	static const char text[] =
		"{\"a\":{\"B\":1},\"L\":[2,3,{\"x\":4}],\"M\":{\"k\":5,\"k.k\":6}}";
	static const struct {
		const char *path;
		int64_t sum; /* of what it names; what is not there counts 1000 */
	} paths[] = {
		{ ".A.b", 1 },	      { ".L[0]", 2 },	  { ".l[*]", 5 },	 { ".L[9]", 1000 },
		{ ".L[2].X", 4 },     { ".M[\"k\"]", 5 }, { ".M[\"K\"]", 1000 }, { ".M.K", 5 },
		{ ".M[\"k.k\"]", 6 }, { ".Z", 1000 },	  { ".Z.Y", 1000 },	 { ".Z[*]", 0 },
		{ ".a[0]", 1000 },
	};
	char error[GOJSON_ERROR_MAX];
	struct gojson *root = gojson_read(text, strlen(text), error);

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++) {
		int64_t n = 0;

		assert_true(member_all(root, paths[i].path, sum, &n));
		if (n != paths[i].sum)
			fail_msg("%s: %lld", paths[i].path, (long long)n);
	}
	gojson_free(root);
}

static void a_path_covers_just_what_it_names(void **state)
{
	static const struct {
		const char *path, *member;
		bool covers;
	} paths[] = {
		{ ".A", "A", true },
		{ ".a", "A", true },
		{ ".A", "A.B", false },
		{ ".A.B", "A", false },
		{ ".A.b", "A.B", true },
		{ ".A", "AB", false },
		{ ".A[*]", "A[3]", true },
		{ ".A[3]", "A[3]", true },
		{ ".A[3]", "A[33]", false },
		{ ".A[\"k\"]", "A[\"k\"]", true },
		{ ".A[\"k\"]", "A[\"K\"]", false },
		{ ".A[*]", "A[\"k\"]", false },
		{ ".A[\"k\"]", "A[\"k...", false },
		{ ".A", "", false },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(paths); i++)
		if (member_path_covers(paths[i].path, paths[i].member) != paths[i].covers)
			fail_msg("%s, %s", paths[i].path, paths[i].member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_parameters_as_go_does),
		cmocka_unit_test(bounds_the_number_of_parameters),
		cmocka_unit_test(reads_booleans_as_dockerd_does),
		cmocka_unit_test(writes_references_in_full),
		cmocka_unit_test(refuses_a_reference_that_is_too_long),
		cmocka_unit_test(tells_a_tag_from_a_port),
		cmocka_unit_test(spells_capabilities_in_one_way),
		cmocka_unit_test(spells_addresses_in_one_way),
		cmocka_unit_test(reads_ports_in_digits_only),
		cmocka_unit_test(knows_names_from_paths),
		cmocka_unit_test(a_word_is_all_of_it),
		cmocka_unit_test(a_star_takes_any_bytes),
		cmocka_unit_test(many_stars_cost_little),
		cmocka_unit_test(knows_paths_of_members),
		cmocka_unit_test(finds_members_by_path),
		cmocka_unit_test(a_path_covers_just_what_it_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
