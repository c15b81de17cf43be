/*
 * The index leaves out only what cannot match.
 */
#include "cmocka_prelude.h"
#include "policy/index.h"
#include "policy/pattern.h"

#define VERSION_GROUP "(?:/v[0-9]+(?:\\.[0-9]+)*)"

/* clang-format off */
static const struct {
	const char *pattern;
	bool versioned;
	const char *beginning, *end;
} keys[] = {
	{ "/a", false, "/a", "/a" },
	{ "/a(/.*)?", false, "/a", "" },
	{ "/a|/b", false, "", "" },
	{ "/(a|b)/c", false, "/", "/c" },
	{ "/ab?c", false, "/a", "c" },
	{ "/ab*", false, "/a", "" },
	{ "/ab+/x", false, "/a", "/x" },
	{ "/a{2}b", false, "/", "b" },
	{ "/a\\.b", false, "/a.b", "/a.b" },
	{ "/a\\x41", false, "/a", "" },
	{ "/a\\d/c", false, "/a", "/c" },
	{ "/[|)]/c", false, "/", "/c" },
	{ "(?i)/a", false, "", "" },
	{ "/a(?=b).*", false, "", "" },
	{ "/a\\Q|\\E", false, "", "" },
	{ "/a)|(/b", false, "", "" },
	{ "", false, "", "" },
	{ VERSION_GROUP "?/a/b", true, "/a/b", "/a/b" },
	{ VERSION_GROUP "/libpod", true, "/libpod", "/libpod" },
	{ VERSION_GROUP "?x", false, "", "x" },
	{ VERSION_GROUP "{2}/a", false, "", "/a" },
	{ VERSION_GROUP "?/(?:exec|x)", true, "/", "" },
};

static const char *const paths[] = {
	"/", "/a", "/b", "/a/b", "/ab", "/abc", "/ac", "/aab", "/a.b", "/aA", "/a5/c", "/|/c", "/)/c",
	"/A", "/a|", "/c/c", "/b/c", "/abb/x", "/v1/a/b", "/v1.2/a/b", "/v1.2/libpod", "/libpod", "x",
	"/v1x", "/v1/v2/a", "/v1.2/exec", "/exec", "/v1./a/b", "/vx/a/b", "",
};
/* clang-format on */

static void finds_the_literal_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(keys); i++) {
		struct index_key key;

		index_key_of(&key, keys[i].pattern, strlen(keys[i].pattern));
		if (key.versioned != keys[i].versioned || key.len != strlen(keys[i].beginning) ||
		    memcmp(key.text, keys[i].beginning, key.len) != 0 ||
		    key.suffix_len != strlen(keys[i].end) ||
		    memcmp(key.suffix, keys[i].end, key.suffix_len) != 0)
			fail_msg("%s: %d \"%.*s\" \"%.*s\"", keys[i].pattern, key.versioned,
				 (int)key.len, key.text, (int)key.suffix_len, key.suffix);
	}
}

static void note_visit(void *arg, uint32_t rule)
{
	unsigned int *visits = arg;

	visits[rule]++;
}

static void visits_every_rule_that_matches_and_none_twice(void **state)
{
	struct pattern_matcher *m = pattern_matcher_new();
	struct pattern *patterns[N_OF(keys)];
	struct index *ix = index_new();
	char error[PATTERN_ERROR_MAX];
	size_t off;

	(void)state;
	for (size_t i = 0; i < N_OF(keys); i++) {
		struct index_key key;

		/* One row is no pattern; the index has to live with it all the same. */
		patterns[i] = pattern_compile(keys[i].pattern, strlen(keys[i].pattern), &off,
					      error);
		index_key_of(&key, keys[i].pattern, strlen(keys[i].pattern));
		assert_int_equal(index_add(ix, &key, (uint32_t)i), 0);
	}
	for (size_t j = 0; j < N_OF(paths); j++) {
		unsigned int visits[N_OF(keys)] = { 0 };

		index_visit(ix, paths[j], strlen(paths[j]), note_visit, visits);
		for (size_t i = 0; i < N_OF(keys); i++) {
			if (visits[i] > 1)
				fail_msg("%s twice for %s", keys[i].pattern, paths[j]);
			if (patterns[i] && visits[i] == 0 &&
			    pattern_match(patterns[i], m, paths[j], strlen(paths[j])) ==
				    PATTERN_MATCH)
				fail_msg("%s is left out for %s", keys[i].pattern, paths[j]);
		}
	}
	for (size_t i = 0; i < N_OF(keys); i++)
		pattern_free(patterns[i]);
	index_free(ix);
	pattern_matcher_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_literal_ends),
		cmocka_unit_test(visits_every_rule_that_matches_and_none_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
