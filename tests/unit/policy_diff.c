/*
 * What a change of rules allows more, or less.
 */
#include "cmocka_prelude.h"

#include "policy/diff.h"

#define A "%API_PREFIX_CONTAINERS%"

/*
 * Findings are written one letter each, once: Allowed, Looser, Undecided, Denied,
 * Stricter, Gone.
 */
static const struct {
	const char *old;
	const char *new;
	const char *kinds;
} rows[] = {
	{ "GET /a", "GET /a", "" },
	{ "GET /a", "! moved\nGET /a # for x", "" },
	{ "GET,POST " A "/json", "POST,GET /(?:v[0-9]+)?x\nPOST,GET " A "/json", "U" },
	{ "GET " A "/json\nPOST " A "/json", "GET,POST " A "/json", "" },
	{ "GET " A "/json", "GET " A "/json\nPOST " A "/json", "A" },
	{ "GET " A "(/.*)?", "GET " A "/json", "D" },
	{ "GET " A "/json", "GET " A "(/.*)?", "A" },
	{ "GET " A "/.*", "GET " A "/%CONTAINER_ID_OR_NAME%/logs", "D" },
	{ "GET .*", "GET /unheard/of", "D" },
	{ "GET /x", "GET .*", "A" },

	/* names that no sample has */
	{ "GET " A "/json", "GET " A "/json\nPOST " A "/db/restart", "A" },
	{ "POST " A "/%CONTAINER_ID_OR_NAME%/restart", "POST " A "/db/restart", "D" },
	{ "POST " A "/db/restart", "POST " A "/dc/restart", "AD" },
	{ "POST " A "/(?:da|db)/restart", "POST " A "/da/restart", "G" },
	{ "POST " A "/da/restart", "POST " A "/(?:da|db)/restart", "U" },
	{ "POST " A "/d.*/restart", "POST " A "/d\\.b/restart", "G" },
	/* what only looks like being within */
	{ "GET /x(/.*)?", "GET /x(/.*)?\nGET /x/a|/y", "U" },
	{ "GET /x/.*", "GET /x/.*\nGET /x/*", "U" },
	{ "GET /x(/.*)?", "GET /x(/.*)?\nGET /x/[|]", "" },
	{ "GET (?i)/x(/.*)?", "GET (?i)/x/a", "UG" },

	/* constraints */
	{ "POST " A "/create\n+ confined", "POST " A "/create", "L" },
	{ "POST " A "/create", "POST " A "/create\n+ confined", "S" },
	{ "POST " A "/create\n+ confined", "POST " A "/create\n+ confined\n+ bind /srv", "L" },
	{ "POST " A "/create\n+ confined\n+ bind /srv", "POST " A "/create\n+ confined", "L" },
	{ "POST " A "/create\n+ confined\n+ bind /srv",
	  "POST " A "/create\n+ confined\n+ bind /srv/a:ro", "S" },
	{ "POST " A "/create\n+ confined\n+ bind /srv:ro",
	  "POST " A "/create\n+ confined\n+ bind /srv/a", "L" },
	{ "POST " A "/create\n+ bind /srv", "POST " A "/create\n+ bind /srv2", "L" },
	{ "POST " A "/create\n+ image a, b", "POST " A "/create\n+ image b", "S" },
	{ "POST " A "/create\n+ image a", "POST " A "/create\n+ image a, b", "L" },
	{ "POST " A "/create\n+ image a, b", "POST " A "/create\n+ image b,a", "" },
	{ "POST " A "/create\n+ confined\n+ memory 1g",
	  "POST " A "/create\n+ confined\n+ memory 512m", "S" },
	{ "POST " A "/create\n+ confined\n+ memory 512m",
	  "POST " A "/create\n+ confined\n+ memory 1g", "L" },
	{ "POST " A "/create\n+ confined", "POST " A "/create\n+ confined\n+ pids 5", "S" },
	{ "POST " A "/create\n+ publish 127.0.0.1:80-90",
	  "POST " A "/create\n+ publish 127.0.0.1:81", "S" },
	{ "POST " A "/create\n+ publish 127.0.0.1:80", "POST " A "/create\n+ publish 80", "L" },
	{ "POST " A "/create\n+ confined",
	  "POST " A "/create\n+ confined\n+ body .HostConfig.Privileged == true", "L" },
	{ "POST " A "/create\n+ network x", "POST " A "/create\n+ network x\n+ host net", "L" },
	{ "POST " A "/create\n+ confined\nPOST " A "/create\n+ image a",
	  "POST " A "/create\n+ image a", "S" },
	{ "GET /x\n+ query a b", "GET /x\n+ query a c", "L" },
};

static void add_kind(void *data, const struct diff_finding *f)
{
	static const char letters[] = "ALUDSG";
	char *kinds = data;

	assert_true(f->old_rule != DIFF_NO_RULE || f->new_rule != DIFF_NO_RULE);
	if (!strchr(kinds, letters[f->kind]))
		strncat(kinds, &letters[f->kind], 1);
}

static struct policy *policy_of(const char *text)
{
	struct policy *p = policy_new(NULL);
	struct policy_error e;

	if (policy_add(p, "rules", text, strlen(text), &e) < 0)
		fail_msg("%s: %s", text, e.text);
	return p;
}

static void says_what_a_change_allows_and_denies(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct policy *old = policy_of(rows[i].old), *new = policy_of(rows[i].new);
		char kinds[8] = "";
		int rc = diff_policies(old, new, add_kind, kinds);

		if (strcmp(kinds, rows[i].kinds) != 0 || rc != (strpbrk(kinds, "ALU") != NULL)) {
			printf("%s\n -> %s\n: %s, not %s (%d)\n", rows[i].old, rows[i].new, kinds,
			       rows[i].kinds, rc);
			failed++;
		}
		policy_free(old);
		policy_free(new);
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_a_change_allows_and_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
