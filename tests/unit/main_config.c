/*
 * Rules from the command line and from files, and the addresses.
 */
#include "cmocka_prelude.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config.h"
#include "section.h"

/* The tests run in a directory of their own, so that names may be short. */
static char dir[] = "/tmp/cetusguard-unit-XXXXXX";

static void write_file(const char *name, const char *text, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

/* Return: a bound socket, to be closed. */
static int make_socket(const char *name)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(sa.sun_path, name);
	assert_int_equal(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static int enter_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir) || chdir(dir) < 0)
		return -1;
	write_file("rules", "GET /file\n", strlen("GET /file\n"));
	write_file("empty", "", 0);
	write_file("crlf", "GET /a\r\n\r\n# c\r\nHEAD /b", strlen("GET /a\r\n\r\n# c\r\nHEAD /b"));
	write_file("wrong", "GET /a\n  get /b\n", strlen("GET /a\n  get /b\n"));
	write_file("wrong crlf", "\r\nGET /a\r\nGET /%NO%\r\n",
		   strlen("\r\nGET /a\r\nGET /%NO%\r\n"));
	write_file("nul", "GET /a\n\0", 8);
	return symlink("rules", "link") < 0 || symlink("link", "link-to-link") < 0 ||
			       symlink("no-such-file", "dangling") < 0 ||
			       symlink("loop", "loop") < 0 || mkdir("directory", 0700) < 0 ||
			       symlink("directory", "link-to-directory") < 0 ||
			       mkfifo("fifo", 0600) < 0 || symlink("fifo", "link-to-fifo") < 0 ?
		       -1 :
		       0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int leave_directory(void **state)
{
	(void)state;
	return chdir("/") < 0 ? -1 : nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* clang-format off */
static const struct {
	const char *rules[3];
	const char *files[3];
	bool no_builtin;
	const char *wheres;	/* of all rules but the built-in ones, a blank behind each */
	const char *error;
} rows[] = {
	{ { NULL }, { NULL }, false, "", NULL },
	{ { NULL }, { NULL }, true, "", NULL },
	{ { "GET /a\nGET /b" }, { NULL }, true, "rules:1 rules:2 ", NULL },
	{ { "GET /a", "\nGET /b", "" }, { NULL }, false, "rules:1 rules#2:2 ", NULL },
	{ { NULL }, { "rules" }, true, "rules:1 ", NULL },
	{ { "GET /a" }, { "crlf" }, true, "rules:1 crlf:1 crlf:4 ", NULL },
	{ { NULL }, { "./rules", "link" }, true, "./rules:1 link:1 ", NULL },
	{ { NULL }, { "link-to-link" }, true, "link-to-link:1 ", NULL },
	{ { NULL }, { "empty" }, true, "", NULL },

	/* not a file */
	{ { NULL }, { "no-such-file" }, false, NULL, "-rules-file no-such-file: No such file or directory" },
	{ { NULL }, { "" }, false, NULL, "-rules-file : No such file or directory" },
	{ { NULL }, { "rules/x" }, false, NULL, "-rules-file rules/x: Not a directory" },
	{ { NULL }, { "dangling" }, false, NULL, "-rules-file dangling: No such file or directory" },
	{ { NULL }, { "loop" }, false, NULL, "-rules-file loop: Too many levels of symbolic links" },
	{ { NULL }, { "directory" }, false, NULL, "-rules-file directory: expected a regular file" },
	{ { NULL }, { "link-to-directory" }, false, NULL, "-rules-file link-to-directory: expected a regular file" },
	{ { NULL }, { "fifo" }, false, NULL, "-rules-file fifo: expected a regular file" },
	{ { NULL }, { "link-to-fifo" }, false, NULL, "-rules-file link-to-fifo: expected a regular file" },
	{ { NULL }, { "/dev/null" }, false, NULL, "-rules-file /dev/null: expected a regular file" },
	{ { NULL }, { "rules", "fifo" }, false, NULL, "-rules-file fifo: expected a regular file" },

	/* a bad line, by source, line and column */
	{ { "GET *" }, { NULL }, false, NULL, "rules:1:5: " },
	{ { "GET /a", "GET /a\nget" }, { NULL }, false, NULL, "rules#2:2:1: expected methods" },
	{ { NULL }, { "wrong" }, false, NULL, "wrong:2:3: expected methods" },
	{ { NULL }, { "rules", "wrong crlf" }, false, NULL, "wrong crlf:3:6: unknown variable %NO%" },
	{ { NULL }, { "nul" }, false, NULL, "nul:2:1: a NUL byte" },
};

static const struct {
	const char *text, *origin;
	const char *error;	/* NULL if it is an address */
} addresses[] = {
	{ "tcp://:2375", "", NULL },
	{ "unix:///run/x.sock", "-frontend-addr", NULL },
	{ "x", "", "-backend-addr x: expected tcp://host:port or unix:///path" },
	{ "tcp://h", "-frontend-addr", "-frontend-addr tcp://h: expected :port" },
	{ "unix://x", "DOCKER_HOST", "DOCKER_HOST unix://x: expected an absolute path" },
	{ "", "CETUSGUARD_FRONTEND_ADDR", "CETUSGUARD_FRONTEND_ADDR : expected tcp://" },
};
/* clang-format on */

static struct options options;
static struct host host;

static void add_value(struct option_list *list, const char *text, const char *origin)
{
	list->values[list->n++] = (struct option_value){ text, origin, NULL };
}

/* Return: the policy of the only section, or NULL. */
static struct policy *load_options(char *error)
{
	struct proxy_tier tier;
	struct policy *p = NULL;

	error[0] = '\0';
	if (sections_read(&options, error) == 0 && config_load(&host, &options, &tier, error) == 0)
		p = tier.policy;
	options_free(&options);
	return p;
}

static struct policy *load(size_t row, char *error)
{
	memset(&options, 0, sizeof(options));
	options.no_builtin_rules = rows[row].no_builtin;
	for (size_t i = 0; i < N_OF(rows[row].rules) && rows[row].rules[i]; i++)
		add_value(&options.rules, rows[row].rules[i], "-rules");
	for (size_t i = 0; i < N_OF(rows[row].files) && rows[row].files[i]; i++)
		add_value(&options.rules_file, rows[row].files[i], "-rules-file");
	return load_options(error);
}

static int open_descriptors(void)
{
	struct rlimit limit;
	int n = 0;

	getrlimit(RLIMIT_NOFILE, &limit);
	for (int fd = 0; fd < 1024 && fd < (int)limit.rlim_cur; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void check_wheres(const struct policy *p, size_t row)
{
	char wheres[256] = "";
	size_t builtin = 0;

	for (size_t i = 0; i < policy_count(p); i++) {
		const char *where = policy_rule(p, i).where;

		if (strncmp(where, "builtin:", strlen("builtin:")) == 0)
			builtin++;
		else
			strcat(strcat(wheres, where), " ");
	}
	assert_string_equal(wheres, rows[row].wheres);
	assert_int_equal(builtin, rows[row].no_builtin ? 0 : 6);
}

static void loads_rules_or_names_their_source(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++) {
		int before = open_descriptors();
		char error[CONFIG_ERROR_MAX];
		struct policy *p = load(i, error);

		if ((p == NULL) != (rows[i].error != NULL))
			fail_msg("rows[%zu]: %s", i, p ? "loads" : error);
		if (p)
			check_wheres(p, i);
		else if (strncmp(error, rows[i].error, strlen(rows[i].error)) != 0)
			fail_msg("rows[%zu]: \"%s\", expected \"%s\"", i, error, rows[i].error);
		policy_free(p);
		host_close(&host);
		assert_int_equal(open_descriptors(), before);
	}
}

static void load_file(const char *name, struct policy **p, char *error)
{
	memset(&options, 0, sizeof(options));
	options.no_builtin_rules = true;
	add_value(&options.rules_file, name, "-rules-file");
	*p = load_options(error);
}

static void a_socket_is_no_rules_file(void **state)
{
	int fd = make_socket("socket");
	char error[CONFIG_ERROR_MAX];
	struct policy *p;

	(void)state;
	load_file("socket", &p, error);
	assert_null(p);
	assert_non_null(strstr(error, "-rules-file socket: "));
	close(fd);
}

static void a_file_may_be_larger_than_one_read(void **state)
{
	const size_t n = 200 * 1024;
	char *text = malloc(n + 32);
	char error[CONFIG_ERROR_MAX];
	struct policy *p;

	(void)state;
	memset(text, '#', n);
	strcpy(text + n, "\nGET /behind\nGET /last");
	write_file("large", text, strlen(text));
	free(text);
	load_file("large", &p, error);
	assert_non_null(p);
	assert_int_equal(policy_count(p), 2);
	assert_string_equal(policy_rule(p, 1).where, "large:3");
	policy_free(p);
	host_close(&host);
}

static void a_file_may_not_be_without_end(void **state)
{
	int fd = open("huge", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char error[CONFIG_ERROR_MAX];
	struct policy *p;

	(void)state;
	/* All holes: it takes no room on the disk. */
	assert_int_equal(ftruncate(fd, (off_t)CONFIG_RULES_FILE_MAX + 1), 0);
	close(fd);
	load_file("huge", &p, error);
	assert_null(p);
	assert_string_equal(error, "-rules-file huge: File too large");
}

/* The name is as long as PATH_MAX lets it be, and the line is what a user looks for. */
static void a_rule_of_a_long_path_keeps_its_line(void **state)
{
	char name[1024] = "";
	char error[CONFIG_ERROR_MAX];
	struct policy *p;

	(void)state;
	while (strlen(name) + 2 < sizeof(name) - strlen("rules"))
		strcat(name, "./");
	strcat(name, "rules");
	load_file(name, &p, error);
	assert_non_null(p);
	const char *where = policy_rule(p, 0).where;
	assert_string_equal(where + strlen(where) - strlen("rules:1"), "rules:1");
	policy_free(p);
	host_close(&host);
}

static void reads_addresses_or_names_their_origin(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(addresses); i++) {
		struct option_value v = { addresses[i].text, addresses[i].origin, NULL };
		char error[CONFIG_ERROR_MAX] = "";
		struct addr a;
		int rc = config_parse_addr(&a, &v, "-backend-addr", error);

		assert_int_equal(rc < 0, addresses[i].error != NULL);
		if (addresses[i].error &&
		    strncmp(error, addresses[i].error, strlen(addresses[i].error)) != 0)
			fail_msg("addresses[%zu]: \"%s\"", i, error);
	}
}

/* clang-format off */
static const struct {
	const char *text;
	const char *error;	/* NULL if it is taken */
} admins[] = {
	{ "unix:///a", NULL },
	{ "unix:///a?mode=0600&user=0", NULL },
	{ "tcp://127.0.0.1:1", NULL },
	{ "tcp://127.255.0.1:1", NULL },
	{ "tcp://[::1]:1", NULL },
	{ "tcp://localhost:1", NULL },
	{ "tcp://:1", "-admin-addr tcp://:1: expected unix:///path, or TCP on 127.0.0.1, [::1] or localhost" },
	{ "tcp://0.0.0.0:1", "-admin-addr tcp://0.0.0.0:1: expected unix:///path, or TCP" },
	{ "tcp://128.0.0.1:1", "-admin-addr tcp://128.0.0.1:1: expected unix:///path, or TCP" },
	{ "tcp://[::]:1", "-admin-addr tcp://[::]:1: expected unix:///path, or TCP" },
	{ "tcp://[::ffff:127.0.0.1]:1", "-admin-addr tcp://[::ffff:127.0.0.1]:1: expected unix:///path" },
	{ "tcp://localhost.example:1", "-admin-addr tcp://localhost.example:1: expected unix:///path" },
	{ "tcp://127.0.0.1.example:1", "-admin-addr tcp://127.0.0.1.example:1: expected unix:///path" },
	{ "fd://", "-admin-addr fd://: expected tcp://host:port or unix:///path" },
	{ "unix:///a?mode=x", "-admin-addr unix:///a?mode=x: mode x: expected" },
};
/* clang-format on */

static void is_asked_about_itself_by_nobody_from_outside(void **state)
{
	struct frontend f;

	(void)state;
	assert_int_equal(config_read_admin(&f, &(struct options){ 0 }, NULL), 0);
	for (size_t i = 0; i < N_OF(admins); i++) {
		struct options o = { .admin_addr = { admins[i].text, "-admin-addr" } };
		char error[CONFIG_ERROR_MAX] = "";
		int rc = config_read_admin(&f, &o, error);

		if (admins[i].error ? rc >= 0 || strncmp(error, admins[i].error,
							 strlen(admins[i].error)) != 0 :
				      rc != 1)
			fail_msg("%s: %d \"%s\"", admins[i].text, rc, error);
	}
}

/* Write down what the sandbox leaves open: port=N names PATH(USE)... off=LAYER... */
static const char *dump_sandbox(const struct confine_config *c)
{
	static char text[1024];
	char *out = text;

	out += sprintf(out, "engine=%s port=%u%s%s", c->engine_path ? c->engine_path : "",
		       c->engine_port, c->names ? " names" : "", c->looks_up_paths ? " paths" : "");
	for (size_t i = 0; i < c->n_paths; i++)
		out += sprintf(out, " %s(%u)", c->paths[i].path, c->paths[i].use);
	for (enum confine_layer i = 0; i < CONFINE_LAYER_NUM; i++)
		if (c->off[i])
			out += sprintf(out, " off=%s", confine_layer_name(i));
	return text;
}

static const struct {
	const char *engine, *frontend, *audit, *off;
	const char *sandbox; /* or the error */
	const char *rules, *rules_file;
} sandboxes[] = {
	{ "unix:///e", "tcp://:1", NULL, NULL, "engine=/e port=0" },
	{ "unix:///e", "unix:///f", "/log/a", NULL, "engine=/e port=0 /log/a(2) /f(3)" },
	{ "unix:///e", "tcp://:1", "-", NULL, "engine=/e port=0" },
	{ "tcp://127.0.0.1:2", "tcp://:1", NULL, NULL, "engine= port=2" },
	{ "tcp://[::1]:2", "tcp://:1", NULL, NULL, "engine= port=2" },
	{ "tcp://:2", "tcp://:1", NULL, NULL, "engine= port=2" },
	{ "tcp://engine:2", "tcp://:1", NULL, NULL, "engine= port=2 names" },
	{ "tcp://1.2.3.4.example:2", "tcp://:1", NULL, NULL, "engine= port=2 names" },
	{ "unix:///e", "tcp://:1", NULL, NULL, "engine=/e port=0 paths", "POST /x\n + bind /srv" },
	{ "unix:///e", "tcp://:1", NULL, NULL, "engine=/e port=0 paths",
	  "POST /x\n + device /dev/fuse" },
	{ "unix:///e", "tcp://:1", NULL, NULL, "engine=/e port=0", "POST /x\n + confined" },
	{ "unix:///e", "tcp://:1", "/log/a", NULL, "engine=/e port=0 r(1) /log/a(2)", NULL, "r" },
	{ "unix:///e", "tcp://:1", NULL, "user,limits,", "engine=/e port=0 off=limits" },
	{ "unix:///e", "tcp://:1", NULL, "", "engine=/e port=0" },
	{ "unix:///e", "tcp://:1", NULL, "limits,seccom", "-no-sandbox seccom: no such layer" },
	{ "unix:///e", "tcp://:1", NULL, "limits ", "-no-sandbox limits : no such layer" },
	{ "unix:///e", "tcp://:1", NULL, ",limits", "-no-sandbox : no such layer" },
};

static void the_sandbox_is_open_for_what_is_served_and_no_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(sandboxes); i++) {
		struct options o = { 0 };
		struct frontend frontend = { .passed_fd = -1 };
		struct proxy_tier tier = { .name = "" };
		struct proxy_config served = { .frontends = &frontend,
					       .n_frontends = 1,
					       .now = { .tiers = &tier },
					       .n_tiers = 1 };
		struct confine_config c;
		struct policy_error e;
		struct policy *policy;
		char error[CONFIG_ERROR_MAX] = "";

		o.audit_log.text = sandboxes[i].audit;
		o.rules_file.n = sandboxes[i].rules_file ? 1 : 0;
		o.rules_file.values[0].text = sandboxes[i].rules_file;
		o.no_sandbox.n = sandboxes[i].off ? 1 : 0;
		o.no_sandbox.values[0] = (struct option_value){ sandboxes[i].off, "-no-sandbox" };
		assert_int_equal(addr_parse(&served.backend, sandboxes[i].engine), ADDR_OK);
		assert_int_equal(addr_parse(&frontend.addr, sandboxes[i].frontend), ADDR_OK);
		policy = policy_new(NULL);
		if (sandboxes[i].rules)
			assert_int_equal(policy_add(policy, "rules", sandboxes[i].rules,
						    strlen(sandboxes[i].rules), &e),
					 0);
		tier.policy = policy;
		assert_int_equal(sections_read(&o, error), 0);
		bool ok = config_confine(&c, &o, &served, error) == 0;
		/* A build with sanitizers leaves layers out of itself. */
		for (enum confine_layer l = 0; !sandboxes[i].off && l < CONFINE_LAYER_NUM; l++)
			c.off[l] = false;
		const char *got = ok ? dump_sandbox(&c) : error;
		if (strncmp(got, sandboxes[i].sandbox, strlen(sandboxes[i].sandbox)) != 0)
			fail_msg("sandboxes[%zu]: %s, expected %s", i, got, sandboxes[i].sandbox);
		policy_free(policy);
		options_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_rules_or_names_their_source),
		cmocka_unit_test(a_socket_is_no_rules_file),
		cmocka_unit_test(a_file_may_be_larger_than_one_read),
		cmocka_unit_test(a_file_may_not_be_without_end),
		cmocka_unit_test(a_rule_of_a_long_path_keeps_its_line),
		cmocka_unit_test(reads_addresses_or_names_their_origin),
		cmocka_unit_test(is_asked_about_itself_by_nobody_from_outside),
		cmocka_unit_test(the_sandbox_is_open_for_what_is_served_and_no_more),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
