/*
 * Configuration files: what is taken, and what is said of what is not.
 */
#include "cmocka_prelude.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients.h"
#include "config.h"
#include "reload.h"
#include "section.h"

#define A "[frontend a]\naddr = unix:///a\n"
#define B "[frontend b]\naddr = unix:///b\n"

/* clang-format off */
static const struct {
	const char *text;
	const char *dump;	/* sections as dump() has them, or "!" and the error */
} rows[] = {
	{ "", "[ addr=tcp://127.0.0.1:2375]" },
	{ "# c\n; c\n\n  # c\n", "[ addr=tcp://127.0.0.1:2375]" },
	{ "frontend-addr = tcp://:1\n", "[ addr=tcp://:1]" },
	{ "frontend-addr: tcp://:1\r\n", "[ addr=tcp://:1]" },
	{ "frontend-addr=\n  tcp://:1\n\n # c\n\ttcp://:2\n", "[ addr=tcp://:1 addr=tcp://:2]" },
	{ "rules = GET /a\n", "[ addr=tcp://127.0.0.1:2375 rule=f:1]" },
	{ A, "[a addr=unix:///a]" },
	{ A B, "[a addr=unix:///a][b addr=unix:///b]" },
	{ "frontend-addr = tcp://:1\nrules = GET /x\n" A,
	  "[ addr=tcp://:1 rule=f:2][a addr=unix:///a]" },
	{ A "addr = unix:///c\n", "[a addr=unix:///a addr=unix:///c]" },
	{ A "rules =\n  # c\n\n  GET /a # c\n    + no-query x\n  POST /b\n", "[a addr=unix:///a rule=f:6 rule=f:8]" },
	{ A "rules = GET /a\n" B "rules = GET /b\n rules",
	  "!f:7:2: expected methods in capital letters such as GET,HEAD" },
	{ A "rules = GET /a\nprofile = low\nrules = GET /b\n", "[a addr=unix:///a profile=low rule=f:3 rule=f:5]" },
	{ A "rules-file = nosuch\n", "!f:3: rules-file nosuch: No such file or directory" },
	{ A "profile = nosuch\n", "!f:3: profile nosuch: no such rule set; there are cadvisor," },
	{ A "no-builtin-rules = true\n", "[a addr=unix:///a no-builtin]" },
	{ "no-builtin-rules = true\n" A B "no-builtin-rules = false\n",
	  "[a addr=unix:///a no-builtin][b addr=unix:///b]" },
	{ "frontend-tls-cert = g\n" A "tls-cert = own\n" B, "[a addr=unix:///a cert=own][b addr=unix:///b cert=g]" },

	/* rules, by their place in the file */
	{ A "rules = GET\n", "!f:3:12: expected a pattern after the methods" },
	{ A "rules =\n\t GET /a\n   GET /%NO%\n", "!f:5:9: unknown variable %NO%" },
	{ A "rules = GET /a\n  + nosuch\n", "!f:4:5: " },

	/* what is no value of its key */
	{ "log-level = 9\n", "!f:1: log-level 9: expected a level from 0 to 7" },
	{ "\n\nmax-waiting = x\n", "!f:3: max-waiting x: expected a number up to 1000000" },
	{ "log-format = xml\n", "!f:1: log-format xml: expected logfmt or json" },
	{ A "no-builtin-rules = yes\n", "!f:3: no-builtin-rules yes: expected true or false" },
	{ "backend-addr = x\n", "!f:1: backend-addr x: expected tcp://host:port or unix:///path" },
	{ "[frontend a]\naddr = x\n", "!f:2: addr x: expected tcp://host:port or unix:///path or fd://" },
	{ "frontend-tls-cacert =\n", "!f:1: frontend-tls-cacert: expected a value" },
	{ "[frontend a]\naddr =\n", "!f:2: addr: expected a value" },
	{ "log-level = 5\n  6\n", "!f:2: log-level: takes one line" },
	{ "log-level = 5\nlog-level = 5\n", "!f:2: log-level: is given twice" },
	{ A "tls-key = a\ntls-key = b\n", "!f:4: tls-key: is given twice" },

	/* keys and sections that there are not */
	{ "loglevel = 5\n", "!f:1: loglevel: no such key" },
	{ "config = f\n", "!f:1: config: no such key" },
	{ "version = true\n", "!f:1: version: no such key" },
	{ "body = f\n", "!f:1: body: no such key" },
	{ "mode = preload\n", "!f:1: mode: no such key" },
	{ A "log-level = 5\n", "!f:3: log-level: no such key of a frontend" },
	{ A "frontend-addr = tcp://:1\n", "!f:3: frontend-addr: no such key of a frontend" },
	{ "[x]\naddr = tcp://:1\n", "!f:1: x: no such section, expected [frontend NAME]" },
	{ "[]\n", "!f:1: : no such section" },
	{ "[frontend]\n", "!f:1: frontend: no such section, expected [frontend NAME]" },
	{ "[frontend ]\naddr = x\n", "!f:1: frontend : expected a name of letters" },
	{ "[frontend a b]\naddr = x\n", "!f:1: frontend a b: expected a name of letters" },
	{ "[frontend a]\n", "!f:1: frontend a: has no addr" },
	{ "[frontend a]\n[frontend b]\n", "!f:1: frontend a: has no addr" },
	{ "[frontend a]\nrules = GET /\n", "!f:1: frontend a: has no addr" },
	{ A A, "!f:3: frontend a: there is one of this name: f:1: frontend a" },
	{ A B A, "!f:5: frontend a: there is one of this name: f:1: frontend a" },
	{ A "[frontend b]\naddr = unix:///a\n", "!f:4: addr unix:///a: leaves nobody to this section: whoever comes there is of one that has no allow-from (f:1: frontend a)" },
	{ "frontend-addr = unix:///a\n" A, "!f:3: addr unix:///a: leaves nobody to this section: whoever comes there is of one that has no allow-from (f:1: frontend-addr)" },
	{ A "allow-from = uid:0\n[frontend b]\naddr = unix:///a?mode=0600\n", "!f:5: addr unix:///a: is shared with a section that gives it another mode, user or group (f:1: frontend a)" },
	{ "[frontend a]\naddr = tcp://:1\nallow-from = 10.0.0.0/8\n[frontend b]\naddr = tcp://:1\ntls-cert = x\n", "!f:5: addr tcp://:1: is shared with a section that has other files of TLS (f:1: frontend a)" },
	{ A "allow-from = uid:0, nosuch:x\n", "!f:3: allow-from nosuch:x: " },
	{ A "rate-read = x\n", "!f:3: rate-read x: expected N, N/s, N/m or N/h" },
	{ "rate-read = 5\n" A, "!f:1: rate-read: is for no frontend" },
	{ "allow-from = uid:0\n" A, "!f:1: allow-from: is for no frontend" },
	{ "[frontend a]\naddr = tcp://:1\n  tcp://:1", "!f:3: addr tcp://:1: is given twice (f:1: frontend a)" },
	{ "[frontend a]\naddr = tcp://:0\n  tcp://:0", "[a addr=tcp://:0 addr=tcp://:0]" },
	{ "rules = GET /\n" A, "!f:1: rules: is for no frontend: a section has its own, and there is no frontend-addr besides" },
	{ "profile = low\n" A, "!f:1: profile: is for no frontend" },

	/* lines that are none */
	{ "x\n", "!f:1: expected name = value or [frontend NAME]" },
	{ A "x", "!f:3: expected name = value or [frontend NAME]" },
	{ A "x\n" B, "!f:3: expected name = value or [frontend NAME]" },
	{ "= x\n", "!f:1: expected name = value or [frontend NAME]" },
	{ "[frontend a\naddr = x\n", "!f:1: expected [frontend NAME]" },
	{ "[frontend a] x\n", "!f:1: expected [frontend NAME]" },
	{ "[frontend a] # x\n", "!f:1: expected [frontend NAME]" },
	{ "[frontend aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n", "!f:1: the name of a section may have 49 bytes" },
	{ " log-level = 5\n", "!f:1: an indented line goes on with a value, and there is none before it" },
	{ " [frontend a]\naddr = tcp://:1\n", "!f:1: an indented line goes on with a value" },
	{ "[frontend a]\n  addr = tcp://:1\n", "!f:2: an indented line goes on with a value" },
	{ A "  rules = GET /\n", "!f:3: an indented line goes on with the value of addr: begin it in the first column" },
	{ "log-level = 5 ; c\n", "!f:1: a ; begins a comment only where a line begins" },
	{ A "rules = GET /a;b\n", "[a addr=unix:///a rule=f:3]" },
	{ "\xef\xbb\xbflog-level = 5\n", "!f:1: a byte order mark, expected UTF-8 without" },
};

/* What -config names and cannot be read. */
static const struct {
	const char *path;
	const char *error;
} files[] = {
	{ "nosuch", "-config nosuch: No such file or directory" },
	{ "", "-config : No such file or directory" },
	{ "directory", "-config directory: expected a regular file" },
	{ "fifo", "-config fifo: expected a regular file" },
	{ "/dev/null", "-config /dev/null: expected a regular file" },
	{ "nul", "nul:2: a NUL byte" },
	{ "long", "long:2: a line may have 8191 bytes" },
	{ "huge", "-config huge: File too large" },
};

/* What a reload takes in the place of "log-level = 5\n" A. */
static const struct {
	const char *text;
	const char *error;	/* NULL if it does */
} changes[] = {
	{ "log-level = 5\n" A, NULL },
	{ "log-level = 6\n" A, NULL },
	{ "log-level = 5\n" A "rules = GET /\n", NULL },
	{ "log-level = 5\n" A "no-builtin-rules = true\n", NULL },
	{ "log-level = 5\nfrontend-tls-cacert = x\n" A, NULL },
	{ "max-body = 5\n" A, "max-body has changed, which needs a restart" },
	{ "audit-log = x\n" A, "audit-log has changed, which needs a restart" },
	{ "user = x\n" A, "user has changed, which needs a restart" },
	{ "log-format = json\n" A, "log-format has changed, which needs a restart" },
	{ "backend-addr = tcp://:1\n" A, "backend-addr has changed, which needs a restart" },
	{ "backend-tls-cert = x\n" A, "which of backend-tls-cacert and -cert there are has changed, which needs a restart" },
	{ "frontend-addr = tcp://:1\n" A, "frontend-addr has changed, which needs a restart" },
	{ A B, "the number of frontends has changed, which needs a restart" },
	{ "", "frontend-addr has changed, which needs a restart" },
	{ B, "f:1: frontend b: the name has changed, which needs a restart" },
	{ "[frontend a]\naddr = unix:///b\n", "f:1: frontend a: addr has changed, which needs a restart" },
	{ A "addr = unix:///b\n", "f:1: frontend a: addr has changed, which needs a restart" },
	{ "log-level = 5\n" A "allow-from = uid:0\nrate-read = 5\nrate-write = 5\n", NULL },
	{ "log-level = 5\n" A "tls-client-cn = x\n", NULL },
	{ A "tls-cert = x\n", "f:1: frontend a: whether there is a tls-cert has changed, which needs a restart" },
};
/* clang-format on */

static char dir[] = "/tmp/cetusguard-unit-XXXXXX";

static void write_file(const char *name, const char *text, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static int enter_directory(void **state)
{
	char line[CONFIGFILE_LINE_MAX + 1];

	(void)state;
	if (!mkdtemp(dir) || chdir(dir) < 0 || mkdir("directory", 0700) < 0 ||
	    mkfifo("fifo", 0600) < 0)
		return -1;
	write_file("nul", "# c\nlog-level = \0005\n", 19);
	memset(line, '#', sizeof(line));
	line[0] = '\n';
	write_file("long", line, sizeof(line));
	write_file("huge", "", 0);
	write_file("empty", "", 0);
	return truncate("huge", CONFIGFILE_MAX + 1);
}

static int leave_directory(void **state)
{
	static const char *const names[] = { "f", "nul", "long", "huge", "empty", "fifo" };

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++)
		unlink(names[i]);
	return rmdir("directory") < 0 || chdir("/") < 0 ? -1 : rmdir(dir);
}

/* As the command line has it: flags, then the file. Return: whether it is taken. */
static bool read_config(struct options *o, const char *path, const char *flag, char *error)
{
	const char *argv[] = { "cetusguard", "-config", path, flag, NULL };

	return options_read(o, argv, error) == OPTIONS_OK;
}

static char *dump_list(char *out, const char *name, const struct option_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		out += sprintf(out, " %s=%s", name, list->values[i].text);
	return out;
}

static char *dump_rules(char *out, const struct policy *p)
{
	for (size_t i = 0; i < policy_count(p); i++) {
		const char *where = policy_rule(p, i).where;

		if (where[0] == 'f')
			out += sprintf(out, " rule=%s", where);
	}
	return out;
}

/* Write down sections: [NAME addr=... profile=... rule=...] */
static const char *dump(const struct options *o, const struct proxy_tier *tiers)
{
	static char text[4096];
	char *out = text;

	for (size_t i = 0; i < o->n_sections; i++) {
		const struct section *s = &o->sections[i];

		out += sprintf(out, "[%s", s->name);
		out = dump_list(out, "addr", &s->addr);
		out = dump_list(out, "profile", &s->profile);
		out = dump_rules(out, tiers[i].policy);
		out += sprintf(out, "%s", s->no_builtin_rules ? " no-builtin" : "");
		if (s->tls_cert.text)
			out += sprintf(out, " cert=%s", s->tls_cert.text);
		out += sprintf(out, "]");
	}
	return text;
}

/* All of what a start reads, as a text that says what came of it. */
static const char *start(const char *path)
{
	static struct frontend frontends[CONFIG_FRONTENDS_MAX];
	static char text[4096];
	struct proxy_tier tiers[PROXY_TIERS_MAX];
	char error[CONFIG_ERROR_MAX] = "";
	struct host host = { 0 };
	struct proxy_config config;
	struct options o;

	if (!read_config(&o, path, NULL, error)) {
		snprintf(text, sizeof(text), "!%s", error);
	} else if (config_load(&host, &o, tiers, error) < 0) {
		snprintf(text, sizeof(text), "!%s", error);
	} else {
		snprintf(text, sizeof(text), "%s", dump(&o, tiers));
		if (config_read_proxy(&config, frontends, tiers, &o, error) < 0)
			snprintf(text, sizeof(text), "!%s", error);
		config_free(tiers, o.n_sections);
		host_close(&host);
	}
	options_free(&o);
	return text;
}

static void reads_sections_or_says_what_is_wrong_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		write_file("f", rows[i].text, strlen(rows[i].text));
		const char *got = start("f");
		size_t len = strlen(rows[i].dump);

		if (rows[i].dump[0] == '!' ? strncmp(got, rows[i].dump, len) != 0 :
					     strcmp(got, rows[i].dump) != 0)
			fail_msg("rows[%zu]: %s, expected %s", i, got, rows[i].dump);
	}
}

static void says_why_a_file_cannot_be_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(files); i++)
		assert_string_equal(start(files[i].path) + 1, files[i].error);
}

static void a_flag_comes_before_the_environment_and_that_before_the_file(void **state)
{
	static const char text[] = "max-waiting = 3\nmax-body = 3\nbuffer-memory = 3\n";
	char error[OPTIONS_ERROR_MAX];
	struct options o;

	(void)state;
	write_file("f", text, strlen(text));
	setenv("CETUSGUARD_MAX_WAITING", "2", 1);
	setenv("CETUSGUARD_MAX_BODY", "2", 1);
	assert_true(read_config(&o, "f", "-max-waiting=1", error));
	assert_int_equal(o.max_waiting, 1);
	assert_int_equal(o.max_body, 2);
	assert_int_equal(o.buffer_memory, 3);
	assert_int_equal(o.max_connections, 0);
	options_free(&o);
	unsetenv("CETUSGUARD_MAX_WAITING");
	unsetenv("CETUSGUARD_MAX_BODY");
}

static void what_does_not_count_has_to_make_sense_too(void **state)
{
	char error[OPTIONS_ERROR_MAX];
	struct options o;

	(void)state;
	write_file("f", "max-waiting = x\n", strlen("max-waiting = x\n"));
	assert_false(read_config(&o, "f", "-max-waiting=1", error));
	assert_string_equal(error, "f:1: max-waiting x: expected a number up to 1000000");
	options_free(&o);
}

static void the_environment_may_name_the_file(void **state)
{
	const char *argv[] = { "cetusguard", NULL };
	char error[OPTIONS_ERROR_MAX];
	struct options o;

	(void)state;
	write_file("f", A, strlen(A));
	setenv("CETUSGUARD_CONFIG", "f", 1);
	assert_int_equal(options_read(&o, argv, error), OPTIONS_OK);
	assert_int_equal(o.n_sections, 1);
	assert_string_equal(o.sections[0].name, "a");
	options_free(&o);
	unsetenv("CETUSGUARD_CONFIG");
}

/* A tool is behind what is before the sections, whose addresses are not its own. */
static void a_tool_is_behind_no_section(void **state)
{
	static const char text[] = "rules = GET /x\n" A;
	const char *argv[] = { "cetus-run", "-config", "f", "tool", NULL };
	char error[OPTIONS_ERROR_MAX];
	struct options o;

	(void)state;
	write_file("f", text, strlen(text));
	assert_int_equal(options_read(&o, argv, error), OPTIONS_OK);
	assert_int_equal(o.n_sections, 1);
	assert_string_equal(o.sections[0].name, "");
	assert_int_equal(o.sections[0].rules.n, 1);
	assert_int_equal(o.sections[0].addr.n, 0);
	options_free(&o);
}

/* Who is of the first that takes a client is decided in the order of the file. */
static void sections_share_an_address_in_the_order_of_the_file(void **state)
{
	static struct frontend frontends[CONFIG_FRONTENDS_MAX];
	static const char text[] = A "allow-from = uid:0\n" B "[frontend c]\naddr = unix:///a\n";
	struct proxy_tier tiers[PROXY_TIERS_MAX];
	char error[CONFIG_ERROR_MAX];
	struct proxy_config config;
	struct host host = { 0 };
	struct options o;

	(void)state;
	write_file("f", text, strlen(text));
	assert_true(read_config(&o, "f", NULL, error));
	assert_int_equal(config_load(&host, &o, tiers, error), 0);
	assert_int_equal(config_read_proxy(&config, frontends, tiers, &o, error), 0);
	assert_int_equal(config.n_frontends, 2);
	assert_int_equal(frontends[0].tiers, 5);
	assert_int_equal(frontends[1].tiers, 2);
	config_free(tiers, o.n_sections);
	host_close(&host);
	options_free(&o);
}

/* clang-format off */
static const struct {
	const char *text;
	const char *paths;	/* that are read again, a blank behind each */
} rereads[] = {
	{ A, "f " },
	{ A "rules-file = empty\n" B "rules-file = empty\n  ./empty\n", "f empty ./empty " },
	{ "frontend-tls-cert = c\nfrontend-tls-key = k\n" A, "f " },
	{ "frontend-tls-cert = c\nfrontend-tls-key = k\n[frontend a]\naddr = tcp://:1\ntls-cacert = ca\n"
	  "[frontend b]\naddr = tcp://:2\ntls-key = kb\n", "f ca c k kb " },
	{ "backend-tls-cacert = e\n" A, "f " },
	{ "backend-addr = tcp://:1\nbackend-tls-cacert = e\n" A, "f e " },
};
/* clang-format on */

static void the_sandbox_lets_be_read_again_what_is(void **state)
{
	static struct frontend frontends[CONFIG_FRONTENDS_MAX];
	static struct confine_config c;

	(void)state;
	for (size_t i = 0; i < N_OF(rereads); i++) {
		struct proxy_tier tiers[PROXY_TIERS_MAX];
		char error[CONFIG_ERROR_MAX], paths[256] = "";
		struct proxy_config config;
		struct options o;

		write_file("f", rereads[i].text, strlen(rereads[i].text));
		assert_true(read_config(&o, "f", NULL, error));
		assert_int_equal(config_compile(NULL, &o, tiers, error), 0);
		assert_int_equal(config_read_proxy(&config, frontends, tiers, &o, error), 0);
		assert_int_equal(config_confine(&c, &o, &config, error), 0);
		for (size_t k = 0; k < c.n_paths; k++)
			if (c.paths[k].use == CONFINE_REREAD)
				strcat(strcat(paths, c.paths[k].path), " ");
		if (strcmp(paths, rereads[i].paths) != 0)
			fail_msg("rereads[%zu]: %s", i, paths);
		config_free(tiers, o.n_sections);
		options_free(&o);
	}
}

static void there_may_be_as_many_sections_as_tiers(void **state)
{
	char text[64 * PROXY_TIERS_MAX] = "", error[OPTIONS_ERROR_MAX], *out = text;
	struct options o;

	(void)state;
	for (int i = 1; i < PROXY_TIERS_MAX; i++)
		out += sprintf(out, "[frontend s%d]\naddr = unix:///s%d\n", i, i);
	write_file("f", text, strlen(text));
	assert_true(read_config(&o, "f", NULL, error));
	assert_int_equal(o.n_sections, PROXY_TIERS_MAX - 1);
	options_free(&o);
	sprintf(out, A);
	write_file("f", text, strlen(text));
	assert_false(read_config(&o, "f", NULL, error));
	assert_string_equal(error, "f: more sections than are possible");
	options_free(&o);
}

static void a_reload_takes_what_can_change_while_it_is_served(void **state)
{
	static const char text[] = "log-level = 5\n" A;
	struct options before, now;
	char error[CONFIG_ERROR_MAX];

	(void)state;
	write_file("f", text, strlen(text));
	assert_true(read_config(&before, "f", NULL, error));
	for (size_t i = 0; i < N_OF(changes); i++) {
		write_file("f", changes[i].text, strlen(changes[i].text));
		assert_true(read_config(&now, "f", NULL, error));
		int rc = reload_check(&before, &now, error);

		if ((rc < 0) != (changes[i].error != NULL) ||
		    (rc < 0 && strcmp(error, changes[i].error) != 0))
			fail_msg("changes[%zu]: %s", i, rc < 0 ? error : "taken");
		options_free(&now);
	}
	options_free(&before);
}

#define T	     "addr = tcp://127.0.0.1:1\n"
#define TWO(a, b)    "[frontend a]\n" T a "[frontend b]\n" T b
#define ON_UNIX(who) A "allow-from = " who "\n"
#define ON_TCP(who)  "[frontend a]\n" T "allow-from = " who "\n"

/* clang-format off */
static const struct {
	const char *before, *now;
	const char *error;	/* NULL if it is taken */
} accesses[] = {
	{ A, ON_UNIX("uid:0"), NULL },
	{ ON_UNIX("uid:0"), A, NULL },
	{ ON_UNIX("uid:0"), ON_UNIX("uid:x!"), "f:3: allow-from uid:x!: there is no such user" },
	{ ON_UNIX("uid:0"), ON_UNIX("10.0.0.0/8"), "[frontend a] allow-from: 10.0.0.0/8: can be true of clients over TCP only" },
	{ A, A "rate-read = 5/d\n", "f:3: rate-read 5/d: expected N, N/s, N/m or N/h, and perhaps :BURST, of 1 to 1000000 requests" },
	{ A, A "tls-client-cn = x\n", "[frontend a] tls-client-cn: cn:x: can be true only where clients need a certificate: over TCP, with the CA of -frontend-tls-cacert" },
	{ ON_TCP("10.0.0.1"), ON_TCP("web.test, 10.0.0.1"), "[frontend a] allow-from: web.test: the first host name needs a restart" },
	{ ON_TCP("web.test"), ON_TCP("db.test, web.test"), NULL },
	{ "backend-addr = tcp://engine.test:1\n" ON_TCP("10.0.0.1"),
	  "backend-addr = tcp://engine.test:1\n" ON_TCP("web.test"), NULL },
	{ ON_TCP("10.0.0.1"), ON_TCP("10.0.0.1, label:a"), "[frontend a] allow-from: label:a: the first container: or label: needs a restart" },
	{ ON_TCP("container:web"), ON_TCP("label:a"), NULL },
	{ ON_UNIX("uid:0"), ON_UNIX("container:web"), "[frontend a] allow-from: container:web: the first container: or label: needs a restart" },
	{ ON_TCP("container:web") B, ON_TCP("container:web") B "allow-from = label:a\n",
	  "[frontend b] allow-from: label:a: the first container: or label: on a unix socket needs a restart" },
	{ ON_TCP("10.0.0.1") B "allow-from = label:a\n", ON_TCP("container:web") B, NULL },
	{ TWO("allow-from = 10.0.0.1\n", ""), TWO("allow-from = 10.0.0.2\n", "allow-from = 10.0.0.3\n"), NULL },
	{ TWO("allow-from = 10.0.0.1\n", ""), "# moved\n" TWO("", "allow-from = 10.0.0.1\n"),
	  "f:5: addr tcp://127.0.0.1:1: leaves nobody to this section: whoever comes there is of one that has no allow-from "
	  "(f:2: frontend a)" },
	{ "frontend-addr = tcp://127.0.0.1:1\nallow-from = 10.0.0.1\n[frontend b]\n" T,
	  "frontend-addr = tcp://127.0.0.1:1\n[frontend b]\n" T,
	  "f:3: addr tcp://127.0.0.1:1: leaves nobody to this section: whoever comes there is of one that has no allow-from "
	  "(f:1: frontend-addr)" },
	{ "frontend-tls-cert = c\nfrontend-tls-key = k\n[frontend a]\ntls-cacert = ca\n" T "allow-from = cn:a\n",
	  "frontend-tls-cert = c\nfrontend-tls-key = k\n[frontend a]\n" T "allow-from = cn:a\n",
	  "[frontend a] allow-from: cn:a: can be true only where clients need a certificate: over TCP, with the CA of -frontend-tls-cacert" },
	{ "frontend-tls-cert = c\nfrontend-tls-key = k\n" TWO("allow-from = 10.0.0.1\n", ""),
	  "frontend-tls-cert = c\nfrontend-tls-key = k\n" TWO("allow-from = 10.0.0.1\n", "tls-cert = other\n"),
	  "f:7: addr tcp://127.0.0.1:1: is shared with a section that has other files of TLS (f:3: frontend a)" },
};
/* clang-format on */

/* What is served, with all that is needed for it. */
struct served {
	struct options o;
	struct proxy_tier tiers[PROXY_TIERS_MAX];
	struct frontend frontends[CONFIG_FRONTENDS_MAX];
	struct proxy_config config;
	struct confine_config sandbox;
	struct clients_needs needs;
};

static void serve(struct served *s, const char *text)
{
	char error[CONFIG_ERROR_MAX] = "";

	write_file("f", text, strlen(text));
	if (!read_config(&s->o, "f", NULL, error) ||
	    config_compile(NULL, &s->o, s->tiers, error) < 0 ||
	    config_read_proxy(&s->config, s->frontends, s->tiers, &s->o, error) < 0 ||
	    config_confine(&s->sandbox, &s->o, &s->config, error) < 0)
		fail_msg("%s: %s", text, error);
	s->needs = clients_needs(&s->config, s->tiers);
	s->needs.names = s->sandbox.names;
}

static int serve_again(const struct served *s, struct options *o, struct proxy_tier *tiers,
		       const char *text, char *error)
{
	int rc;

	write_file("f", text, strlen(text));
	assert_true(read_config(o, "f", NULL, error));
	assert_int_equal(reload_check(&s->o, o, error), 0);
	rc = config_compile(NULL, o, tiers, error);
	if (rc == 0)
		rc = config_check_again(&s->config, tiers, o, error);
	return rc == 0 ? clients_check_needs(&s->config, tiers, &s->needs, error) : rc;
}

static void a_reload_takes_who_may_ask_as_a_start_would_in_its_sandbox(void **state)
{
	static struct served s;

	(void)state;
	for (size_t i = 0; i < N_OF(accesses); i++) {
		struct proxy_tier tiers[PROXY_TIERS_MAX] = { 0 };
		char error[CONFIG_ERROR_MAX] = "";
		struct options o;
		int rc;

		serve(&s, accesses[i].before);
		rc = serve_again(&s, &o, tiers, accesses[i].now, error);
		if ((rc < 0) != (accesses[i].error != NULL) ||
		    (rc < 0 && strcmp(error, accesses[i].error) != 0))
			fail_msg("accesses[%zu]: %s", i, rc < 0 ? error : "taken");
		config_free(tiers, o.n_sections);
		options_free(&o);
		config_free(s.tiers, s.o.n_sections);
		options_free(&s.o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections_or_says_what_is_wrong_where),
		cmocka_unit_test(says_why_a_file_cannot_be_read),
		cmocka_unit_test(a_flag_comes_before_the_environment_and_that_before_the_file),
		cmocka_unit_test(what_does_not_count_has_to_make_sense_too),
		cmocka_unit_test(the_environment_may_name_the_file),
		cmocka_unit_test(a_tool_is_behind_no_section),
		cmocka_unit_test(sections_share_an_address_in_the_order_of_the_file),
		cmocka_unit_test(the_sandbox_lets_be_read_again_what_is),
		cmocka_unit_test(there_may_be_as_many_sections_as_tiers),
		cmocka_unit_test(a_reload_takes_what_can_change_while_it_is_served),
		cmocka_unit_test(a_reload_takes_who_may_ask_as_a_start_would_in_its_sandbox),
	};

	clearenv();
	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
