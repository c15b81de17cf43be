/*
 * Rules, and who may ask, that are read again.
 */
#include "cmocka_prelude.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "log.h"
#include "reload.h"
#include "section.h"

/* clang-format off */
static const struct {
	const char *before, *now;
	const char *log;	/* its lines without time and level, or the error */
} rows[] = {
	{ "GET /a", "GET /a", "rules=1 before=1 added=0 removed=0" },
	{ "GET /a\nGET /b", "# moved\nGET /b\n\nGET /a # why", "rules=2 before=2 added=0 removed=0" },
	{ "GET /a", "GET /a\nGET /a", "rules=2 before=1 added=1 removed=0" },
	{ "GET /a", "", "rules=0 before=1 added=0 removed=1" },
	{ "GET /a\nGET /c", "GET /b\nGET /a", "rules=2 before=2 added=1 removed=1" },
	{ "GET /a\n + no-query x", "GET /a\n + no-query y", "rules=1 before=1 added=1 removed=1" },
	{ "GET /a\n + no-query x", "GET /a\n  + no-query x", "rules=1 before=1 added=0 removed=0" },
	{ "GET /a", "GET /%NO%", "!file:1:6: unknown variable %NO%" },
	{ "GET /a", "POST /x\n + bind /srv", "!the first + bind or + device" },
	{ "GET /a", "POST /x\n + device /dev/fuse", "!the first + bind or + device" },
	{ "POST /x\n + bind /srv", "POST /x\n + bind /usr", "rules=1 before=1 added=1 removed=1" },
	{ "POST /x\n + bind /srv", "POST /x\n + device /dev/fuse", "rules=1 before=1 added=1 removed=1" },
};

static const struct {
	const char *path;
	bool own;
} folders[] = {
	{ "/x", false }, { "x", true }, { "./x", true }, { "/etc/x", false }, { "/etc/../etc/x", false },
	{ "/tmp/x", false }, { "/var/tmp/x", false }, { "/usr/lib/x", false }, { "/nosuch/x", false },
	{ "/etc/ssl/private/x", false }, { "/etc/ssl/certs/x", true },
	{ "/etc/apt/x", true }, { "/usr/share/doc/x", true }, { "", true },
};
/* clang-format on */

static char dir[] = "/tmp/cetusguard-unit-XXXXXX";

static int enter_directory(void **state)
{
	(void)state;
	return mkdtemp(dir) ? chdir(dir) : -1;
}

static int leave_directory(void **state)
{
	(void)state;
	unlink("file");
	unlink("log");
	return chdir("/") < 0 ? -1 : rmdir(dir);
}

static void write_file(const char *text)
{
	FILE *f = fopen("file", "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What a reload writes to standard error, or its error. */
static const char *reload_text(struct host *host, const struct options *o,
			       const struct proxy_tier *current)
{
	static char text[32 * 1024];
	int saved = dup(STDERR_FILENO), log = open("log", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char error[CONFIG_ERROR_MAX];
	struct proxy_tier next;
	ssize_t n;
	int rc;

	dup2(log, STDERR_FILENO);
	rc = reload_tiers(host, o, current, &next, error);
	if (rc == 0)
		reload_log(current, &next, 1);
	dup2(saved, STDERR_FILENO);
	n = pread(log, text, sizeof(text) - 1, 0);
	text[n] = '\0';
	close(log);
	close(saved);
	if (rc < 0)
		snprintf(text, sizeof(text), "!%s", error);
	else
		config_free(&next, 1);
	return text;
}

static void says_what_has_changed(void **state)
{
	struct options o = { .no_builtin_rules = true, .rules_file.n = 1 };

	(void)state;
	o.rules_file.values[0] = (struct option_value){ "file", "-rules-file", NULL };
	assert_int_equal(sections_read(&o, NULL), 0);
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct host host = { 0 };
		char error[CONFIG_ERROR_MAX];
		struct proxy_tier tier;

		write_file(rows[i].before);
		assert_int_equal(config_load(&host, &o, &tier, error), 0);
		write_file(rows[i].now);
		const char *got = reload_text(&host, &o, &tier);
		if (!strstr(got, rows[i].log))
			fail_msg("rows[%zu]: %s", i, got);
		config_free(&tier, 1);
		host_close(&host);
	}
	options_free(&o);
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

static void shows_no_more_than_anybody_reads(void **state)
{
	struct options many = { .no_builtin_rules = true, .rules.n = 1 }, none = many;
	char text[32 * 100] = "", error[CONFIG_ERROR_MAX];
	struct host host = { 0 };
	struct proxy_tier tier;

	(void)state;
	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "GET /%d\n", i);
	many.rules.values[0] = (struct option_value){ text, "-rules", NULL };
	none.rules.n = 0;
	assert_int_equal(sections_read(&many, error), 0);
	assert_int_equal(sections_read(&none, error), 0);
	assert_int_equal(config_compile(NULL, &none, &tier, error), 0);
	const char *got = reload_text(&host, &many, &tier);
	assert_non_null(strstr(got, "rules=100 before=0 added=100 removed=0"));
	assert_int_equal(count_of(got, "msg=\"rule added\" rule=rules:"), RELOAD_SHOWN_MAX);
	config_free(&tier, 1);
	assert_int_equal(config_load(&host, &many, &tier, error), 0);
	got = reload_text(&host, &none, &tier);
	assert_non_null(strstr(got, "rules=0 before=100 added=0 removed=100"));
	assert_int_equal(count_of(got, "msg=\"rule removed\" rule=rules:"), RELOAD_SHOWN_MAX);
	config_free(&tier, 1);
	host_close(&host);
	options_free(&many);
	options_free(&none);
}

/* clang-format off */
static const struct {
	const char *before[4], *now[4];	/* allow-from, tls-client-cn, rate-read, rate-write */
	const char *log[4];		/* its lines without time and level, in their order */
} clients[] = {
	{ { "uid:0", "a", "5" }, { "uid:0", "a", "5/s:5" }, { NULL } },
	{ { NULL }, { "uid:0" },
	  { "msg=\"who may ask has changed\" before=anybody now=\"those named\"\n", "msg=\"may ask from now on\" entry=uid:0\n" } },
	{ { "uid:0" }, { NULL },
	  { "msg=\"who may ask has changed\" before=\"those named\" now=anybody\n", "msg=\"may ask no more\" entry=uid:0\n" } },
	{ { "uid:0,uid:1" }, { "uid:1, uid:2" },
	  { "msg=\"who may ask has changed\"", "msg=\"may ask no more\" entry=uid:0\n", "msg=\"may ask from now on\" entry=uid:2\n" } },
	{ { "uid:0", "a" }, { "uid:0", "b" },
	  { "msg=\"who may ask has changed\"", "msg=\"certificate no more named\" entry=cn:a\n",
	    "msg=\"certificate named from now on\" entry=cn:b\n" } },
	{ { NULL, NULL, "5", "1/m" }, { NULL, NULL, "5/h:2", NULL },
	  { "msg=\"limit has changed\" limit=rate-read before=\"5 in 1 s, 5 at once\" now=\"5 in 3600 s, 2 at once\"\n",
	    "msg=\"limit has changed\" limit=rate-write before=\"1 in 60 s, 1 at once\" now=none\n" } },
};
/* clang-format on */

static struct options clients_of(const char *const *values)
{
	struct options o = { .no_builtin_rules = true };
	char error[CONFIG_ERROR_MAX];

	if (values[0])
		o.allow_from = (struct option_list){ 1, { { values[0], "-allow-from" } } };
	if (values[1])
		o.tls_client_cn = (struct option_list){ 1, { { values[1], "-tls-client-cn" } } };
	o.rate_read = (struct option_value){ values[2], "-rate-read" };
	o.rate_write = (struct option_value){ values[3], "-rate-write" };
	assert_int_equal(sections_read(&o, error), 0);
	return o;
}

static void says_who_may_ask_now_and_how_often(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(clients); i++) {
		struct options before = clients_of(clients[i].before);
		struct options now = clients_of(clients[i].now);
		char error[CONFIG_ERROR_MAX];
		struct host host = { 0 };
		struct proxy_tier tier;
		const char *got, *at;

		assert_int_equal(config_compile(NULL, &before, &tier, error), 0);
		at = got = reload_text(&host, &now, &tier);
		for (size_t k = 0; at && k < N_OF(clients[i].log) && clients[i].log[k]; k++)
			at = strstr(at, clients[i].log[k]);
		if (!at || (!clients[i].log[0] && strstr(got, "changed")))
			fail_msg("clients[%zu]: %s", i, got);
		config_free(&tier, 1);
		options_free(&before);
		options_free(&now);
	}
}

static void rules_live_as_long_as_somebody_holds_them(void **state)
{
	struct policy *p = policy_new(NULL);
	struct policy_error e;

	(void)state;
	assert_int_equal(policy_add(p, "rules", "GET /a", 6, &e), 0);
	assert_ptr_equal(policy_hold(p), p);
	policy_free(p);
	assert_string_equal(policy_rule(p, 0).where, "rules:1");
	policy_free(p);
	policy_free(NULL);
}

static void a_folder_that_is_shared_is_not_opened_for_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(folders); i++)
		if (confine_owns_folder(folders[i].path) != folders[i].own)
			fail_msg("%s", folders[i].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_has_changed),
		cmocka_unit_test(shows_no_more_than_anybody_reads),
		cmocka_unit_test(says_who_may_ask_now_and_how_often),
		cmocka_unit_test(rules_live_as_long_as_somebody_holds_them),
		cmocka_unit_test(a_folder_that_is_shared_is_not_opened_for_rules),
	};

	log_set_level(LOG_LEVEL_INFO);
	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
