#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "run/run.h"
#include "section.h"

struct option {
	const char *name;
	enum option_kind kind;
	enum options_command only; /* the one command it means something to, or SERVE for all */
	bool other_fallback;	   /* for run, @run_fallback is the fallback */
	bool reloads;		   /* it may change while it is served */
	size_t offset;		   /* of the field in struct options */
	const char *env[3];	   /* the first that is set and not empty counts */
	const char *fallback;	   /* value without flag and environment, or NULL */
	const char *value;	   /* its name in the help, NULL for a bool */
	const char *help;
	const char *run_fallback;
	const char *const *choices; /* of OPTION_CHOICE, ended by NULL; the value is the index */
};

static const char *const log_formats[] = {
	[LOG_FORMAT_LOGFMT] = "logfmt",
	[LOG_FORMAT_JSON] = "json",
	[LOG_FORMAT_NUM] = NULL,
};

static const char *const modes[] = {
	[RUN_SECCOMP] = "seccomp",	   [RUN_PRELOAD] = "preload",
	[OPTION_MODE_ENFORCE] = "enforce", [OPTION_MODE_OBSERVE] = "observe",
	[OPTION_MODE_NUM] = NULL,
};

#define AT(field) .offset = offsetof(struct options, field)
/* clang-format off */
#define TLS(side, NAME, what, text) {						\
	.name = #side "-tls-" #what, .kind = OPTION_STRING, AT(side##_tls_##what),	\
	.env = { "CETUSGUARD_" NAME }, .value = "FILE", .help = (text), .reloads = true }

static const struct option table[] = {
	{ "config", OPTION_STRING, AT(config), { "CETUSGUARD_CONFIG" },
	  NULL, "FILE", "Configuration file, see cetusguard.conf(5)" },
	{ "backend-addr", OPTION_STRING, AT(backend_addr),
	  { "CETUSGUARD_BACKEND_ADDR", "CONTAINER_HOST", "DOCKER_HOST" },
	  "unix:///var/run/docker.sock", "ADDR", "Engine to forward to" },
	{ "frontend-addr", OPTION_LIST, AT(frontend_addr), { "CETUSGUARD_FRONTEND_ADDR" },
	  "tcp://127.0.0.1:2375", "ADDR", "Address to listen on; may be repeated",
	  .other_fallback = true },
	{ "rules", OPTION_TEXTS, AT(rules), { "CETUSGUARD_RULES" },
	  NULL, "RULES", "Rules, one a line; may be repeated", .reloads = true },
	{ "rules-file", OPTION_LIST, AT(rules_file), { "CETUSGUARD_RULES_FILE" },
	  NULL, "FILE", "File of rules; may be repeated", .reloads = true },
	{ "profile", OPTION_LIST, AT(profile), { "CETUSGUARD_PROFILE" },
	  NULL, "NAMES", "Ready rule sets, between commas; may be repeated", .reloads = true },
	{ "allow-from", OPTION_LIST, AT(allow_from), { "CETUSGUARD_ALLOW_FROM" },
	  NULL, "WHO", "Who may ask, between commas: addresses, networks, host names, uid:, gid:, container:, label:, cn:, san:; may be repeated", .reloads = true },
	{ "tls-client-cn", OPTION_LIST, AT(tls_client_cn), { "CETUSGUARD_TLS_CLIENT_CN" },
	  NULL, "NAME", "Common name that a client's certificate needs besides; may be repeated", .reloads = true },
	{ "rate-read", OPTION_STRING, AT(rate_read), { "CETUSGUARD_RATE_READ" },
	  NULL, "RATE", "Requests a client may make with GET, HEAD and OPTIONS: N, N/s, N/m or N/h, and :BURST", .reloads = true },
	{ "rate-write", OPTION_STRING, AT(rate_write), { "CETUSGUARD_RATE_WRITE" },
	  NULL, "RATE", "The same for all other methods", .reloads = true },
	{ "no-builtin-rules", OPTION_BOOL, AT(no_builtin_rules), { "CETUSGUARD_NO_BUILTIN_RULES" },
	  NULL, NULL, "Do not load the built-in rules (_ping, version, info)", .reloads = true },
	{ "log-level", OPTION_LEVEL, AT(log_level), { "CETUSGUARD_LOG_LEVEL" },
	  "6", "LEVEL", "Least urgent lines to log, 0 (none) to 7 (every request)",
	  .other_fallback = true, .run_fallback = "4", .reloads = true },
	{ "log-format", OPTION_CHOICE, AT(log_format), { "CETUSGUARD_LOG_FORMAT" },
	  "logfmt", "FORMAT", "How lines are written, also those of the audit log: logfmt or json",
	  .choices = log_formats },
	{ "audit-log", OPTION_STRING, AT(audit_log), { "CETUSGUARD_AUDIT_LOG" },
	  NULL, "FILE", "File that gets every decision, - for standard output" },
	{ "admin-addr", OPTION_STRING, AT(admin_addr), { "CETUSGUARD_ADMIN_ADDR" },
	  NULL, "ADDR", "Where it answers about itself: a unix socket, or TCP on the loopback interface" },
	{ "max-connections", OPTION_COUNT, AT(max_connections), { "CETUSGUARD_MAX_CONNECTIONS" },
	  "0", "N", "Clients served at a time, 0 for what the limit of open files carries" },
	{ "max-client-connections", OPTION_COUNT, AT(max_client_connections),
	  { "CETUSGUARD_MAX_CLIENT_CONNECTIONS" }, "0", "N",
	  "Connections of one address, IPv6 /64 or unix user, 0 for no limit" },
	{ "max-waiting", OPTION_COUNT, AT(max_waiting), { "CETUSGUARD_MAX_WAITING" },
	  "1024", "N", "Requests that wait for a connection to the engine, 0 for no limit" },
	{ "buffer-memory", OPTION_COUNT, AT(buffer_memory), { "CETUSGUARD_BUFFER_MEMORY" },
	  "32", "MIB", "Memory for buffers, in MiB, 0 for no limit" },
	{ "host-root", OPTION_STRING, AT(host_root), { "CETUSGUARD_HOST_ROOT" },
	  NULL, "DIR", "Where the files of the engine's machine are, to compare paths of mounts; / if its socket is a unix one" },
	{ "body", OPTION_STRING, AT(body), { NULL }, NULL, "FILE",
	  "Body of the request to explain, - for standard input", .only = COMMAND_EXPLAIN },
	{ "frontend", OPTION_STRING, AT(frontend), { NULL }, NULL, "NAME",
	  "Section of the configuration file that is asked, all of them without", .only = COMMAND_EXPLAIN },
	{ "max-body", OPTION_COUNT, AT(max_body), { "CETUSGUARD_MAX_BODY" },
	  "1024", "KIB", "Longest request body that a rule may judge, in KiB" },
	{ "user", OPTION_STRING, AT(user), { "CETUSGUARD_USER" },
	  NULL, "USER", "User to run as, started as root; name or number. With run, the tool's" },
	{ "group", OPTION_STRING, AT(group), { "CETUSGUARD_GROUP" },
	  NULL, "GROUP", "Group to run as; the group of the engine's socket is kept besides, with run by us alone" },
	{ "no-sandbox", OPTION_LIST, AT(no_sandbox), { "CETUSGUARD_NO_SANDBOX" },
	  NULL, "LAYERS", "Layers of the sandbox to leave out, for debugging, between commas" },
	TLS(backend, "BACKEND_TLS_CACERT", cacert, "CA that verifies the engine, behind TCP"),
	TLS(backend, "BACKEND_TLS_CERT", cert, "Certificate shown to the engine"),
	TLS(backend, "BACKEND_TLS_KEY", key, "Its key"),
	TLS(frontend, "FRONTEND_TLS_CACERT", cacert, "CA of which TCP clients need a certificate"),
	TLS(frontend, "FRONTEND_TLS_CERT", cert, "Certificate shown to TCP clients"),
	TLS(frontend, "FRONTEND_TLS_KEY", key, "Its key"),
	{ "protect", OPTION_LIST, AT(protect), { NULL }, NULL, "ADDR",
	  "Another socket the tool must not reach by itself; may be repeated", .only = COMMAND_RUN },
	{ "mode", OPTION_CHOICE, AT(mode), { NULL }, "enforce", "MODE",
	  "Of run, how connections are caught: seccomp, or preload for tools that cooperate. Else enforce, or observe as -dry-run does",
	  .choices = modes, .other_fallback = true, .run_fallback = "seccomp" },
	{ "dry-run", OPTION_BOOL, AT(dry_run), { NULL }, NULL, NULL,
	  "Enforce nothing: forward what the rules deny, too, and say so" },
	{ "learn", OPTION_STRING, AT(learn), { NULL }, NULL, "FILE",
	  "File that gets rules which allow what was used" },
	{ "learn-allow", OPTION_BOOL, AT(learn_allow), { NULL }, NULL, NULL,
	  "Enforce nothing, and learn all that is used" },
	{ "quiet", OPTION_BOOL, AT(quiet), { NULL }, NULL, NULL,
	  "Print no summary of what was denied", .only = COMMAND_RUN },
	{ "summary", OPTION_STRING, AT(summary), { NULL }, "text", "FORM",
	  "Form of that summary: text, json, or json:FILE", .only = COMMAND_RUN },
	{ "linger", OPTION_BOOL, AT(linger), { NULL }, NULL, NULL,
	  "Go on until the last process the tool has left behind is gone", .only = COMMAND_RUN },
	{ "keep-fd", OPTION_LIST, AT(keep_fd), { NULL }, NULL, "N",
	  "Descriptor from 3 on that the tool keeps; may be repeated", .only = COMMAND_RUN },
	{ "allow-setuid", OPTION_BOOL, AT(allow_setuid), { NULL }, NULL, NULL,
	  "Let set-user-ID programs keep their effect, for root", .only = COMMAND_RUN },
	{ "ns", OPTION_BOOL, AT(ns), { NULL }, NULL, NULL,
	  "Also hide the protected sockets from the tool, in namespaces of its own",
	  .only = COMMAND_RUN },
	{ "once", OPTION_BOOL, AT(once), { NULL }, NULL, NULL,
	  "Print what there is and exit, as without a terminal", .only = COMMAND_TOP },
	{ "version", OPTION_BOOL, AT(version), { NULL }, NULL, NULL, "Print the version and exit" },
	{ "help", OPTION_BOOL, AT(help), { NULL }, NULL, NULL, "Print this help and exit" },
};

/* clang-format on */

#define OPTIONS_NUM (sizeof(table) / sizeof(table[0]))

static const struct {
	const char *name;
	const char *args;
	size_t n_args; /* that it needs */
	const char *help;
	size_t n_optional; /* that may follow */
} commands[] = {
	[COMMAND_SERVE] = { "serve", "", 0, "Run the proxy; the same without a command" },
	[COMMAND_CHECK] = { "check", "", 0, "Compile the rules and print each with its expansion" },
	[COMMAND_EXPLAIN] = { "explain",
			      " [-body FILE] [-frontend NAME] METHOD TARGET | -- CLIENT [ARG...]",
			      2,
			      "Print the verdict on a request, or on all that a client would ask for, and why" },
	[COMMAND_PROFILES] = { "profiles", " [NAME]", 0, "List the ready rule sets, or print one",
			       .n_optional = 1 },
	[COMMAND_RUN] = { "run", " [--] TOOL [ARG...]", 0,
			  "Run a tool behind the rules; the same as cetus-run [flags] TOOL" },
	[COMMAND_HEALTH] = { "health", "", 0,
			     "Ask the proxy at -admin-addr whether it and the engine answer" },
	[COMMAND_RELOAD] = { "reload", "", 0,
			     "Have the proxy at -admin-addr read the rules again" },
	[COMMAND_TOP] = { "top", " [-once]", 0,
			  "Watch the proxy at -admin-addr: who asks for what, and what is denied" },
	[COMMAND_DIFF] = { "diff", " OLD NEW", 2,
			   "Print what a change of rules allows and denies; files, or ready rule sets" },
	[COMMAND_COMPLETION] = { "completion", " SHELL", 1,
				 "Print a script that completes commands in bash, zsh or fish" },
};
_Static_assert(sizeof(commands) / sizeof(commands[0]) == COMMAND_NUM, "every command has a row");

static enum options_result fail(char *error, enum options_result result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum options_result fail(char *error, enum options_result result, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error, OPTIONS_ERROR_MAX, format, ap);
	va_end(ap);
	return result;
}

static enum options_result set_option(struct options *o, const struct option *opt, const char *text,
				      const char *origin, char *error)
{
	const struct option_value v = { text, origin, NULL };

	return value_set((char *)o + opt->offset, opt->kind, opt->choices, &v, error) == 0 ?
		       OPTIONS_OK :
		       OPTIONS_BAD_VALUE;
}

static const char *fallback(const struct options *o, const struct option *opt)
{
	return o->command == COMMAND_RUN && opt->other_fallback ? opt->run_fallback : opt->fallback;
}

/**
 * read_environment() - Fill what no flag has given
 * @o:		Options
 * @given:	Rows of the table that were given; updated
 * @error:	On failure, why
 */
static enum options_result read_environment(struct options *o, bool *given, char *error)
{
	enum options_result r = OPTIONS_OK;

	for (size_t i = 0; r == OPTIONS_OK && i < OPTIONS_NUM; i++) {
		const struct option *opt = &table[i];

		for (size_t e = 0; !given[i] && e < 3 && opt->env[e]; e++) {
			const char *value = getenv(opt->env[e]);

			if (!value || value[0] == '\0')
				continue;
			given[i] = true;
			r = set_option(o, opt, value, opt->env[e], error);
		}
	}
	return r;
}

static enum options_result read_fallbacks(struct options *o, const bool *given, char *error)
{
	enum options_result r = OPTIONS_OK;

	for (size_t i = 0; r == OPTIONS_OK && i < OPTIONS_NUM; i++)
		if (!given[i] && fallback(o, &table[i]))
			r = set_option(o, &table[i], fallback(o, &table[i]), "", error);
	return r;
}

static const struct option *find_option(const char *name, size_t len)
{
	for (size_t i = 0; i < OPTIONS_NUM; i++)
		if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0)
			return &table[i];
	/* As Go's flag package has it. */
	if (len == 1 && name[0] == 'h')
		return find_option("help", strlen("help"));
	return NULL;
}

/* The flag as it is written in messages. */
static const char *flag_name(const struct option *opt)
{
	static char names[OPTIONS_NUM][32];
	char *name = names[opt - table];

	snprintf(name, sizeof(names[0]), "-%s", opt->name);
	return name;
}

/**
 * read_flag() - Read one flag
 * @o:		Options
 * @argv:	At the flag; the argument behind it may be its value
 * @given:	Rows of the table that a flag has given; updated
 * @used:	On success, arguments taken
 * @error:	On failure, why
 */
static enum options_result read_flag(struct options *o, const char **argv, bool *given,
				     size_t *used, char *error)
{
	const char *name = argv[0] + (argv[0][1] == '-' ? 2 : 1);
	size_t len = strcspn(name, "=");
	const struct option *opt = find_option(name, len);
	const char *value = name[len] == '=' ? name + len + 1 : NULL;

	if (!opt)
		return fail(error, OPTIONS_USAGE, "unknown flag -%.*s (see -help)", (int)len, name);
	*used = 1;
	if (!value && opt->kind == OPTION_BOOL) {
		value = "true";
	} else if (!value) {
		value = argv[1];
		*used = 2;
	}
	if (!value)
		return fail(error, OPTIONS_USAGE, "-%s needs a value: %s", opt->name, opt->value);
	given[opt - table] = true;
	return set_option(o, opt, value, flag_name(opt), error);
}

/* Of the flags, those that may be set for good. */
static const struct option *find_key(const char *name)
{
	const struct option *opt = find_option(name, strlen(name));

	return opt && opt->env[0] && opt->offset != offsetof(struct options, config) ? opt : NULL;
}

/**
 * read_file() - Fill what neither flag nor environment has given
 * @o:		Options
 * @given:	Rows of the table that were given; updated
 * @error:	On failure, why
 *
 * What is in the file has to make sense also where it does not count.
 */
static enum options_result read_file(struct options *o, bool *given, char *error)
{
	bool in_file[OPTIONS_NUM] = { false };
	struct options unused = { 0 };

	if (!o->config.text)
		return OPTIONS_OK;
	if (configfile_read(&o->file, o->config.text, o->config.origin, error) < 0)
		return OPTIONS_BAD_VALUE;
	for (size_t i = 0; i < o->file.n && o->file.entries[i].section == 0; i++) {
		const struct configfile_entry *e = &o->file.entries[i];
		const struct option *opt = find_key(e->key);
		struct options *to = opt && given[opt - table] ? &unused : o;

		if (!opt)
			return fail(error, OPTIONS_BAD_VALUE, "%s: no such key", e->origin);
		if (configfile_set(&o->file, i, opt->kind, opt->choices, (char *)to + opt->offset,
				   &in_file[opt - table], error) < 0)
			return OPTIONS_BAD_VALUE;
	}
	for (size_t i = 0; i < OPTIONS_NUM; i++)
		given[i] = given[i] || in_file[i];
	return OPTIONS_OK;
}

/**
 * take_command() - Find out what to do from the arguments that are no flags
 * @o:		Options; args and n_args hold all of them
 * @error:	On failure, why
 */
static enum options_result take_command(struct options *o, char *error)
{
	if (o->command == COMMAND_RUN || o->has_tool)
		return o->n_args > 0 ? OPTIONS_OK :
				       fail(error, OPTIONS_USAGE, "%s: which tool? (see -help)",
					    commands[o->command].name);
	if (o->n_args == 0)
		return OPTIONS_OK;
	for (size_t i = 0; i < COMMAND_NUM; i++) {
		if (strcmp(o->args[0], commands[i].name) != 0)
			continue;
		o->command = (enum options_command)i;
		o->args++;
		o->n_args--;
		if (o->n_args >= commands[i].n_args &&
		    o->n_args <= commands[i].n_args + commands[i].n_optional)
			return OPTIONS_OK;
		return fail(error, OPTIONS_USAGE, "usage: cetusguard [flags] %s%s",
			    commands[i].name, commands[i].args);
	}
	return fail(error, OPTIONS_USAGE, "unknown command %s (see -help)", o->args[0]);
}

/* The names of one command's modes are not another's. */
static bool is_mode_for(int mode, enum options_command command)
{
	return (command == COMMAND_RUN) == (mode < OPTION_MODE_ENFORCE);
}

static enum options_result check_mode(const struct options *o, char *error)
{
	bool is_run = o->command == COMMAND_RUN;

	if (is_mode_for(o->mode, o->command))
		return OPTIONS_OK;
	return fail(error, OPTIONS_BAD_VALUE, "-mode %s: expected %s", modes[o->mode],
		    is_run ? "seccomp or preload (to observe there is -dry-run)" :
			     "enforce or observe");
}

const char *options_command_name(enum options_command command)
{
	return commands[command].name;
}

static bool is_for(const struct option *opt, enum options_command command)
{
	return opt->only == COMMAND_SERVE || opt->only == command;
}

/* What another command would understand and this one would silently ignore. */
static enum options_result check_given(const struct options *o, const bool *given, char *error)
{
	for (size_t i = 0; i < OPTIONS_NUM; i++)
		if (given[i] && !is_for(&table[i], o->command))
			return fail(error, OPTIONS_USAGE, "-%s is for the command %s (see -help)",
				    table[i].name, commands[table[i].only].name);
	return OPTIONS_OK;
}

/**
 * take_tool() - Leave the rest of the command line to the tool
 * @o:		Options
 * @arg:	First argument that is the tool's
 */
static void take_tool(struct options *o, const char **arg)
{
	o->args = arg;
	o->has_tool = true;
	while (arg[o->n_args])
		o->n_args++;
}

/**
 * read_arguments() - Read the command line
 * @o:		Options; args and n_args get what is no flag
 * @argv:	As for options_read()
 * @given:	Rows of the table that a flag has given; updated
 * @error:	On failure, why
 */
static enum options_result read_arguments(struct options *o, const char **argv, bool *given,
					  char *error)
{
	const char **rest = argv + 1; /* where the next argument that is no flag goes */
	bool flags = true;

	o->args = argv + 1;
	for (const char **arg = argv + 1; *arg;) {
		size_t used = 1;

		if (flags && strcmp(*arg, "--") == 0) {
			bool explains = o->n_args == 1 && strcmp(o->args[0], "explain") == 0;

			flags = false;
			if (o->command == COMMAND_RUN || explains) {
				o->command = explains ? COMMAND_EXPLAIN : COMMAND_RUN;
				o->n_args = 0;
				take_tool(o, arg + 1);
				break;
			}
		} else if (flags && (*arg)[0] == '-' && (*arg)[1] != '\0') {
			enum options_result r = read_flag(o, arg, given, &used, error);

			if (r != OPTIONS_OK)
				return r;
		} else if (o->command == COMMAND_RUN) {
			take_tool(o, arg);
			break;
		} else if (flags && o->n_args == 0 && strcmp(*arg, "run") == 0) {
			o->command = COMMAND_RUN;
		} else {
			*rest++ = *arg;
			o->n_args++;
		}
		arg += used;
	}
	return OPTIONS_OK;
}

static bool is_run(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && strcmp(slash ? slash + 1 : argv0, "cetus-run") == 0;
}

enum options_result options_read(struct options *o, const char **argv, char *error)
{
	bool given[OPTIONS_NUM] = { false };
	enum options_result r;

	memset(o, 0, sizeof(*o));
	o->command = is_run(argv[0]) ? COMMAND_RUN : COMMAND_SERVE;
	r = read_arguments(o, argv, given, error);
	if (r != OPTIONS_OK || o->help || o->version)
		return r;
	r = take_command(o, error);
	if (r == OPTIONS_OK)
		r = check_given(o, given, error);
	if (r == OPTIONS_OK)
		r = read_environment(o, given, error);
	if (r == OPTIONS_OK)
		r = read_file(o, given, error);
	if (r == OPTIONS_OK)
		r = read_fallbacks(o, given, error);
	if (r == OPTIONS_OK)
		r = check_mode(o, error);
	if (r == OPTIONS_OK && sections_read(o, error) < 0)
		r = OPTIONS_BAD_VALUE;
	return r;
}

const char *options_fixed(const struct options *old, const struct options *new)
{
	for (size_t i = 0; i < OPTIONS_NUM; i++) {
		size_t offset = table[i].offset;

		if (!table[i].reloads && !value_equal((const char *)old + offset,
						      (const char *)new + offset, table[i].kind))
			return table[i].name;
	}
	return NULL;
}

void options_free(struct options *o)
{
	free(o->sections);
	o->sections = NULL;
	o->n_sections = 0;
	configfile_free(&o->file);
}

static void print_option(const struct option *opt, enum options_command command)
{
	const struct options o = { .command = command };
	const char *value = fallback(&o, opt);

	printf("  -%s%s%s\n      %s", opt->name, opt->value ? " " : "",
	       opt->value ? opt->value : "", opt->help);
	for (size_t i = 0; i < 3 && opt->env[i]; i++)
		printf("%s%s", i == 0 ? " (env " : ", ", opt->env[i]);
	printf("%s", opt->env[0] ? ")" : "");
	if (value)
		printf(" (default %s)", value);
	putchar('\n');
}

/* The one list is for all commands but run. */
static bool is_listed(const struct option *opt, enum options_command command)
{
	return command == COMMAND_RUN ? is_for(opt, command) : opt->only != COMMAND_RUN;
}

static void list_choices(struct options_flag *flag, const struct option *opt,
			 enum options_command command)
{
	bool is_mode = opt->choices == modes;

	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		if (!is_mode || is_mode_for((int)i, command))
			flag->choices[flag->n_choices++] = opt->choices[i];
}

void options_each_flag(enum options_command command, void (*visit)(const struct options_flag *flag))
{
	for (size_t i = 0; i < OPTIONS_NUM; i++) {
		const struct option *opt = &table[i];
		struct options_flag flag = {
			.name = opt->name,
			.value = opt->value,
			.help = opt->help,
			.command = command == COMMAND_RUN ? COMMAND_RUN : opt->only,
		};

		if (!is_listed(opt, command))
			continue;
		list_choices(&flag, opt, command);
		visit(&flag);
	}
}

const char *options_command_help(enum options_command command)
{
	return commands[command].help;
}

static void print_usage(void)
{
	puts("Usage: cetusguard [flags] [command]\n\n"
	     "A filtering proxy for the Docker and Podman API: what no rule allows is denied.\n\n"
	     "Commands:");
	for (size_t i = 0; i < COMMAND_NUM; i++)
		printf("  %s%s\n      %s\n", commands[i].name, commands[i].args, commands[i].help);
}

void options_print_help(enum options_command command)
{
	if (command == COMMAND_RUN)
		puts("Usage: cetus-run [flags] [--] TOOL [ARG...]\n\n"
		     "Run a tool so that whatever it does with the Docker or Podman socket passes\n"
		     "the rules: what no rule allows is denied.");
	else
		print_usage();
	puts("\nFlags (-name value, -name=value or --name; each replaces its environment variable):");
	for (size_t i = 0; i < OPTIONS_NUM; i++)
		if (is_listed(&table[i], command))
			print_option(&table[i], command);
	puts("\nAddresses are tcp://host:port, tcp://:port (every interface), tcp://[::1]:port and\n"
	     "unix:///path. A frontend may be unix:///path?mode=0660&user=NAME&group=NAME, too, or\n"
	     "fd://, fd://NAME and fd://3 for sockets that systemd has passed. Rules are described in cetusguard-rules(5).");
}
