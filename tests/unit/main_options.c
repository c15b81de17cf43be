/*
 * The command line and the environment.
 */
#include "cmocka_prelude.h"
#include "log.h"
#include "options.h"
#include "run/run.h"

#define ARGS_MAX 8
#define ENV_MAX	 3

/* clang-format off */

/*
 * What is read is written down as words, name=value[origin], and each word a
 * row expects has to be among them.
 */
static const struct {
	const char *args[ARGS_MAX];
	const char *env[ENV_MAX];
	const char *words;
} good[] = {
	/* without anything */
	{ { NULL }, { NULL }, "serve backend=unix:///var/run/docker.sock[] frontend=tcp://127.0.0.1:2375[] "
			      "rules= files= audit= level=6 builtin" },

	/* how a flag is written */
	{ { "-backend-addr", "unix:///a" }, { NULL }, "backend=unix:///a[-backend-addr]" },
	{ { "-backend-addr=unix:///a" }, { NULL }, "backend=unix:///a[-backend-addr]" },
	{ { "--backend-addr", "unix:///a" }, { NULL }, "backend=unix:///a[-backend-addr]" },
	{ { "--backend-addr=unix:///a" }, { NULL }, "backend=unix:///a[-backend-addr]" },
	{ { "-backend-addr=" }, { NULL }, "backend=[-backend-addr]" },
	{ { "-backend-addr=a=b" }, { NULL }, "backend=a=b[-backend-addr]" },
	{ { "-backend-addr", "-log-level" }, { NULL }, "backend=-log-level[-backend-addr] level=6" },
	{ { "-backend-addr", "a", "-backend-addr", "b" }, { NULL }, "backend=b[-backend-addr]" },
	{ { "-log-level", "7", "-audit-log", "-" }, { NULL }, "level=7 audit=-[-audit-log]" },
	{ { "-log-level=0" }, { NULL }, "level=0" },
	{ { "-log-format", "json" }, { "CETUSGUARD_LOG_FORMAT=logfmt" }, "format=json" },
	{ { "run", "x" }, { "CETUSGUARD_LOG_FORMAT=json" }, "run format=json" },
	{ { "check" }, { NULL }, "format=logfmt" },

	/* numbers */
	{ { NULL }, { NULL }, "max=0 perclient=0 waiting=1024 buffers=32 body=1024" },
	{ { "-max-connections", "100", "-max-client-connections=7", "-max-waiting", "0" }, { NULL },
	  "max=100 perclient=7 waiting=0" },
	{ { "-max-body", "64" }, { "CETUSGUARD_MAX_BODY=65" }, "body=64" },
	{ { NULL }, { "CETUSGUARD_MAX_BODY=65" }, "body=65" },
	{ { "-buffer-memory", "1000000" }, { "CETUSGUARD_MAX_WAITING=010" }, "buffers=1000000 waiting=10" },

	/* the sandbox */
	{ { "-user", "u", "-group=g", "-no-sandbox", "a,b", "-no-sandbox", "c" }, { NULL },
	  "user=u[-user] group=g[-group] nosandbox=a,b[-no-sandbox],c[-no-sandbox]" },
	{ { NULL }, { "CETUSGUARD_NO_SANDBOX=seccomp", "CETUSGUARD_USER=1" },
	  "user=1[CETUSGUARD_USER] nosandbox=seccomp[CETUSGUARD_NO_SANDBOX]" },

	/* TLS */
	{ { "-backend-tls-cacert", "a", "-backend-tls-cert=b", "--backend-tls-key", "c" },
	  { "CETUSGUARD_BACKEND_TLS_CERT=x", "CETUSGUARD_FRONTEND_TLS_KEY=f" },
	  "btls=a[-backend-tls-cacert],b[-backend-tls-cert],c[-backend-tls-key] "
	  "ftls=,,f[CETUSGUARD_FRONTEND_TLS_KEY]" },
	{ { "-frontend-tls-cacert", "a", "-frontend-tls-cert=b", "--frontend-tls-key", "c" },
	  { "CETUSGUARD_BACKEND_TLS_CACERT=d", "CETUSGUARD_BACKEND_TLS_CERT=e", "CETUSGUARD_BACKEND_TLS_KEY=f" },
	  "btls=d[CETUSGUARD_BACKEND_TLS_CACERT],e[CETUSGUARD_BACKEND_TLS_CERT],f[CETUSGUARD_BACKEND_TLS_KEY] "
	  "ftls=a[-frontend-tls-cacert],b[-frontend-tls-cert],c[-frontend-tls-key]" },
	{ { NULL }, { "CETUSGUARD_FRONTEND_TLS_CACERT=d", "CETUSGUARD_FRONTEND_TLS_CERT=e" },
	  "ftls=d[CETUSGUARD_FRONTEND_TLS_CACERT],e[CETUSGUARD_FRONTEND_TLS_CERT]," },

	/* booleans take their value only behind a sign */
	{ { "-no-builtin-rules" }, { NULL }, "serve nobuiltin" },
	{ { "--no-builtin-rules" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=1" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=t" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=T" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=true" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=TRUE" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=True" }, { NULL }, "nobuiltin" },
	{ { "-no-builtin-rules=0" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules=f" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules=F" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules=false" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules=FALSE" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules=False" }, { NULL }, "builtin" },
	{ { "-no-builtin-rules", "check" }, { NULL }, "nobuiltin check" },

	/* repeated ones add up */
	{ { "-frontend-addr", "a", "-frontend-addr=b" }, { NULL }, "frontend=a[-frontend-addr],b[-frontend-addr]" },
	{ { "-rules", "a", "-rules", "b", "-rules", "c" }, { NULL }, "rules=a[-rules],b[-rules],c[-rules]" },
	{ { "-rules-file", "a", "-rules", "b", "-rules-file", "c" }, { NULL },
	  "rules=b[-rules] files=a[-rules-file],c[-rules-file]" },

	{ { "-profile", "a,b", "--profile=c" }, { "CETUSGUARD_PROFILE=d" },
	  "profiles=a,b[-profile],c[-profile]" },

	/* the environment */
	{ { NULL }, { "CETUSGUARD_PROFILE=d" }, "profiles=d[CETUSGUARD_PROFILE] rules= files=" },
	{ { NULL }, { "CETUSGUARD_BACKEND_ADDR=a" }, "backend=a[CETUSGUARD_BACKEND_ADDR]" },
	{ { NULL }, { "CONTAINER_HOST=a" }, "backend=a[CONTAINER_HOST]" },
	{ { NULL }, { "DOCKER_HOST=a" }, "backend=a[DOCKER_HOST]" },
	{ { NULL }, { "DOCKER_HOST=a", "CONTAINER_HOST=b" }, "backend=b[CONTAINER_HOST]" },
	{ { NULL }, { "DOCKER_HOST=a", "CONTAINER_HOST=b", "CETUSGUARD_BACKEND_ADDR=c" },
	  "backend=c[CETUSGUARD_BACKEND_ADDR]" },
	{ { NULL }, { "CETUSGUARD_BACKEND_ADDR=", "DOCKER_HOST=a" }, "backend=a[DOCKER_HOST]" },
	{ { NULL }, { "CETUSGUARD_FRONTEND_ADDR=tcp://:1" }, "frontend=tcp://:1[CETUSGUARD_FRONTEND_ADDR]" },
	{ { NULL }, { "CETUSGUARD_RULES=GET" }, "rules=GET[CETUSGUARD_RULES]" },
	{ { NULL }, { "CETUSGUARD_RULES=" }, "rules=" },
	{ { NULL }, { "CETUSGUARD_RULES_FILE=/r" }, "files=/r[CETUSGUARD_RULES_FILE]" },
	{ { NULL }, { "CETUSGUARD_NO_BUILTIN_RULES=true" }, "nobuiltin" },
	{ { NULL }, { "CETUSGUARD_NO_BUILTIN_RULES=0" }, "builtin" },
	{ { NULL }, { "CETUSGUARD_NO_BUILTIN_RULES=" }, "builtin" },
	{ { NULL }, { "CETUSGUARD_LOG_LEVEL=7" }, "level=7" },
	{ { NULL }, { "CETUSGUARD_AUDIT_LOG=/a" }, "audit=/a[CETUSGUARD_AUDIT_LOG]" },
	{ { NULL }, { "CETUSGUARD_VERSION=true", "CETUSGUARD_HELP=true" }, "serve noversion nohelp" },

	/* a flag replaces its environment value */
	{ { "-backend-addr", "b" }, { "CETUSGUARD_BACKEND_ADDR=a" }, "backend=b[-backend-addr]" },
	{ { "-frontend-addr", "b" }, { "CETUSGUARD_FRONTEND_ADDR=a" }, "frontend=b[-frontend-addr]" },
	{ { "-rules", "b", "-rules", "c" }, { "CETUSGUARD_RULES=a" }, "rules=b[-rules],c[-rules]" },
	{ { "-rules-file", "b" }, { "CETUSGUARD_RULES_FILE=a", "CETUSGUARD_RULES=c" },
	  "rules=c[CETUSGUARD_RULES] files=b[-rules-file]" },
	{ { "-no-builtin-rules=false" }, { "CETUSGUARD_NO_BUILTIN_RULES=true" }, "builtin" },
	{ { "-log-level", "0" }, { "CETUSGUARD_LOG_LEVEL=7" }, "level=0" },
	{ { "-log-level", "0" }, { "CETUSGUARD_LOG_LEVEL=loud" }, "level=0" },

	/* commands */
	{ { "serve" }, { NULL }, "serve args=" },
	{ { "check" }, { NULL }, "check args=" },
	{ { "explain", "GET", "/a" }, { NULL }, "explain args=GET,/a" },
	{ { "profiles" }, { NULL }, "profiles args=" },
	{ { "profiles", "x" }, { NULL }, "profiles args=x" },
	{ { "completion", "zsh" }, { NULL }, "completion args=zsh" },
	{ { "-log-level", "7", "check" }, { NULL }, "check level=7" },
	{ { "check", "-log-level", "7" }, { NULL }, "check level=7" },
	{ { "explain", "-rules", "x", "GET", "-log-level=3", "/a" }, { NULL },
	  "explain args=GET,/a rules=x[-rules] level=3" },
	{ { "explain", "--", "docker", "run", "-v", "/:/h", "x" }, { NULL },
	  "explain args=docker,run,-v,/:/h,x tool" },
	{ { "explain", "GET", "-" }, { NULL }, "explain args=GET,-" },
	{ { "diff", "a", "b" }, { NULL }, "diff args=a,b" },
	{ { "--", "check" }, { NULL }, "check" },

	{ { "health" }, { "CETUSGUARD_ADMIN_ADDR=unix:///a" }, "health args= admin=unix:///a[CETUSGUARD_ADMIN_ADDR]" },
	{ { "reload", "-admin-addr", "unix:///b" }, { "CETUSGUARD_ADMIN_ADDR=unix:///a" },
	  "reload admin=unix:///b[-admin-addr]" },
	{ { NULL }, { NULL }, "serve admin=" },

	/* run: what begins with the tool is the tool's */
	{ { "run", "docker", "ps", "-a" }, { NULL }, "run args=docker,ps,-a level=4 frontend= mode=seccomp "
						     "nolinger nosetuid nons user= group= protect= keep=" },
	{ { "run", "--", "docker", "--", "-x" }, { NULL }, "run args=docker,--,-x" },
	{ { "run", "--", "-x" }, { NULL }, "run args=-x" },
	{ { "-log-level", "7", "run", "-rules", "x", "tool", "-rules", "y" }, { NULL },
	  "run args=tool,-rules,y rules=x[-rules] level=7" },
	{ { "run", "run" }, { NULL }, "run args=run" },
	{ { "-frontend-addr", "a", "run", "x" }, { NULL }, "run frontend=a[-frontend-addr]" },
	{ { "run", "x" }, { "CETUSGUARD_FRONTEND_ADDR=a", "CETUSGUARD_LOG_LEVEL=6" },
	  "run frontend=a[CETUSGUARD_FRONTEND_ADDR] level=6" },
	{ { "run", "-protect", "a", "--protect=b", "x" }, { NULL }, "protect=a[-protect],b[-protect]" },
	{ { "run", "-keep-fd", "5", "-keep-fd=6", "x" }, { NULL }, "keep=5[-keep-fd],6[-keep-fd]" },
	{ { "run", "-mode", "preload", "-linger", "x" }, { NULL }, "mode=preload linger" },
	{ { "run", "-dry-run", "-quiet", "-summary", "json:f", "x" }, { NULL },
	  "dryrun quiet summary=json:f[-summary]" },
	{ { "-mode", "observe" }, { NULL }, "mode=observe" },
	{ { "-dry-run" }, { NULL }, "mode=enforce dryrun" },
	{ { "run", "-ns", "x" }, { NULL }, "ns" },
	{ { "run", "-ns=false", "x" }, { NULL }, "nons" },
	{ { "run", "--user=u", "-group", "g", "-allow-setuid", "x" }, { NULL }, "user=u[-user] group=g[-group] setuid" },

	/* what needs nothing else */
	{ { "-version" }, { NULL }, "version" },
	{ { "--help" }, { NULL }, "help" },
	{ { "-h" }, { NULL }, "help" },
	{ { "-help", "no-such-command" }, { "CETUSGUARD_LOG_LEVEL=loud" }, "help" },
	{ { "-version" }, { "CETUSGUARD_NO_BUILTIN_RULES=maybe" }, "version" },
};

static const struct {
	const char *args[ARGS_MAX];
	const char *env[ENV_MAX];
	enum options_result result;
	const char *error;
} bad[] = {
	/* the command line cannot be read: exit status 2 */
	{ { "-no-such-flag" }, { NULL }, OPTIONS_USAGE, "unknown flag -no-such-flag (see -help)" },
	{ { "--no-such-flag=1" }, { NULL }, OPTIONS_USAGE, "unknown flag -no-such-flag (see -help)" },
	{ { "---rules", "x" }, { NULL }, OPTIONS_USAGE, "unknown flag --rules (see -help)" },
	{ { "-=x" }, { NULL }, OPTIONS_USAGE, "unknown flag - (see -help)" },
	{ { "-rule", "x" }, { NULL }, OPTIONS_USAGE, "unknown flag -rule (see -help)" },
	{ { "-rulesx" }, { NULL }, OPTIONS_USAGE, "unknown flag -rulesx (see -help)" },
	{ { "-RULES", "x" }, { NULL }, OPTIONS_USAGE, "unknown flag -RULES (see -help)" },
	{ { "-rules" }, { NULL }, OPTIONS_USAGE, "-rules needs a value: RULES" },
	{ { "--backend-addr" }, { NULL }, OPTIONS_USAGE, "-backend-addr needs a value: ADDR" },
	{ { "-log-level" }, { NULL }, OPTIONS_USAGE, "-log-level needs a value: LEVEL" },
	{ { "run" }, { NULL }, OPTIONS_USAGE, "run: which tool? (see -help)" },
	{ { "run", "--" }, { NULL }, OPTIONS_USAGE, "run: which tool? (see -help)" },
	{ { "-protect", "unix:///x" }, { NULL }, OPTIONS_USAGE, "-protect is for the command run (see -help)" },
	{ { "-linger", "check" }, { NULL }, OPTIONS_USAGE, "-linger is for the command run (see -help)" },
	{ { "-ns" }, { NULL }, OPTIONS_USAGE, "-ns is for the command run (see -help)" },
	{ { "-ns=2", "run", "x" }, { NULL }, OPTIONS_BAD_VALUE, "-ns 2: expected true or false" },
	{ { "serve", "run" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] serve" },
	{ { "" }, { NULL }, OPTIONS_USAGE, "unknown command  (see -help)" },
	{ { "-no-builtin-rules", "true" }, { NULL }, OPTIONS_USAGE, "unknown command true (see -help)" },
	{ { "check", "x" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] check" },
	{ { "serve", "check" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] serve" },
	{ { "profiles", "x", "y" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] profiles [NAME]" },
	{ { "-profile" }, { NULL }, OPTIONS_USAGE, "-profile needs a value: NAMES" },
	{ { "health", "x" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] health" },
	{ { "diff", "a" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] diff OLD NEW" },
	{ { "explain" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] explain [-body FILE] [-frontend NAME] METHOD TARGET | -- CLIENT [ARG...]" },
	{ { "explain", "--" }, { NULL }, OPTIONS_USAGE, "explain: which tool? (see -help)" },
	{ { "explain", "GET" }, { NULL }, OPTIONS_USAGE, "usage: cetusguard [flags] explain [-body FILE] [-frontend NAME] METHOD TARGET | -- CLIENT [ARG...]" },
	{ { "explain", "GET", "/a", "/b" }, { NULL }, OPTIONS_USAGE,
	  "usage: cetusguard [flags] explain [-body FILE] [-frontend NAME] METHOD TARGET | -- CLIENT [ARG...]" },

	/* a value makes no sense: exit status 1, and the flag or variable is named */
	{ { "-log-level", "8" }, { NULL }, OPTIONS_BAD_VALUE, "-log-level 8: expected a level from 0 to 7" },
	{ { "-log-level=-1" }, { NULL }, OPTIONS_BAD_VALUE, "-log-level -1: expected a level from 0 to 7" },
	{ { "-log-level=" }, { NULL }, OPTIONS_BAD_VALUE, "-log-level : expected a level from 0 to 7" },
	{ { "--log-level", "07" }, { NULL }, OPTIONS_BAD_VALUE, "-log-level 07: expected a level from 0 to 7" },
	{ { "-log-level", "debug" }, { NULL }, OPTIONS_BAD_VALUE, "-log-level debug: expected a level from 0 to 7" },
	{ { NULL }, { "CETUSGUARD_LOG_LEVEL=10" }, OPTIONS_BAD_VALUE,
	  "CETUSGUARD_LOG_LEVEL 10: expected a level from 0 to 7" },
	{ { "-no-builtin-rules=yes" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-no-builtin-rules yes: expected true or false" },
	{ { "-no-builtin-rules=" }, { NULL }, OPTIONS_BAD_VALUE, "-no-builtin-rules : expected true or false" },
	{ { "-no-builtin-rules=tRUE" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-no-builtin-rules tRUE: expected true or false" },
	{ { "-log-format", "JSON" }, { NULL }, OPTIONS_BAD_VALUE, "-log-format JSON: expected logfmt or json" },
	{ { NULL }, { "CETUSGUARD_LOG_FORMAT=xml" }, OPTIONS_BAD_VALUE,
	  "CETUSGUARD_LOG_FORMAT xml: expected logfmt or json" },
	{ { "run", "-mode", "ptrace", "x" }, { NULL }, OPTIONS_BAD_VALUE, "-mode ptrace: expected seccomp or preload or enforce or observe" },
	{ { "run", "-mode", "observe", "x" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-mode observe: expected seccomp or preload (to observe there is -dry-run)" },
	{ { "-mode", "seccomp" }, { NULL }, OPTIONS_BAD_VALUE, "-mode seccomp: expected enforce or observe" },
	{ { "-quiet" }, { NULL }, OPTIONS_USAGE, "-quiet is for the command run (see -help)" },
	{ { "-help=maybe" }, { NULL }, OPTIONS_BAD_VALUE, "-help maybe: expected true or false" },
	{ { NULL }, { "CETUSGUARD_NO_BUILTIN_RULES=on" }, OPTIONS_BAD_VALUE,
	  "CETUSGUARD_NO_BUILTIN_RULES on: expected true or false" },

	{ { "-max-connections", "1000001" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-max-connections 1000001: expected a number up to 1000000" },
	{ { "-max-connections", "99999999999999999999999" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-max-connections 99999999999999999999999: expected a number up to 1000000" },
	{ { "-max-waiting=-1" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-max-waiting -1: expected a number up to 1000000" },
	{ { "-max-client-connections=" }, { NULL }, OPTIONS_BAD_VALUE,
	  "-max-client-connections : expected a number up to 1000000" },
	{ { NULL }, { "CETUSGUARD_BUFFER_MEMORY=32M" }, OPTIONS_BAD_VALUE,
	  "CETUSGUARD_BUFFER_MEMORY 32M: expected a number up to 1000000" },

	{ { "-frontend-tls-key" }, { NULL }, OPTIONS_USAGE, "-frontend-tls-key needs a value: FILE" },
};
/* clang-format on */

static struct options options;

static enum options_result read_again(const char **argv, char *error)
{
	options_free(&options);
	return options_read(&options, argv, error);
}

/**
 * read_options() - Read a command line in an environment of its own
 * @args:	Arguments behind argv[0], up to a NULL or ARGS_MAX
 * @env:	NAME=value, up to a NULL or ENV_MAX
 * @error:	OPTIONS_ERROR_MAX bytes
 */
static enum options_result read_options(const char *const *args, const char *const *env,
					char *error)
{
	/* options.args points into it, so it outlives the call. */
	static const char *argv[ARGS_MAX + 2];

	clearenv();
	for (size_t i = 0; i < ENV_MAX && env[i]; i++) {
		char *name = strdup(env[i]), *value = strchr(name, '=');

		*value++ = '\0';
		assert_int_equal(setenv(name, value, 1), 0);
		free(name);
	}
	memset(argv, 0, sizeof(argv));
	argv[0] = "cetusguard";
	for (size_t i = 0; i < ARGS_MAX && args[i]; i++)
		argv[i + 1] = args[i];
	error[0] = '\0';
	return read_again(argv, error);
}

static int put_value(char *out, const struct option_value *v)
{
	return v->text ? sprintf(out, "%s[%s]", v->text, v->origin) : sprintf(out, "%s", "");
}

static char *put_list(char *out, const char *name, const struct option_list *list)
{
	out += sprintf(out, " %s=", name);
	for (size_t i = 0; i < list->n; i++) {
		out += sprintf(out, "%s", i > 0 ? "," : "");
		out += put_value(out, &list->values[i]);
	}
	return out;
}

/* CA, certificate and key, which lie behind each other in the struct. */
static char *put_tls(char *out, const char *name, const struct option_value *files)
{
	out += sprintf(out, " %s=", name);
	for (size_t i = 0; i < 3; i++) {
		out += sprintf(out, "%s", i > 0 ? "," : "");
		out += put_value(out, &files[i]);
	}
	return out;
}

/* Everything that was read, a word each, between blanks. */
static const char *dump(const struct options *o)
{
	static const char *const commands[] = {
		[COMMAND_SERVE] = "serve",	     [COMMAND_CHECK] = "check",
		[COMMAND_EXPLAIN] = "explain",	     [COMMAND_DIFF] = "diff",
		[COMMAND_PROFILES] = "profiles",     [COMMAND_RUN] = "run",
		[COMMAND_HEALTH] = "health",	     [COMMAND_RELOAD] = "reload",
		[COMMAND_COMPLETION] = "completion",
	};
	static const char *const mode_names[] = {
		[RUN_SECCOMP] = "seccomp",
		[RUN_PRELOAD] = "preload",
		[OPTION_MODE_ENFORCE] = "enforce",
		[OPTION_MODE_OBSERVE] = "observe",
	};
	static char text[16 * 1024];
	char *out = text;

	out += sprintf(out, " %s level=%d %s %s %s backend=", commands[o->command], o->log_level,
		       o->no_builtin_rules ? "nobuiltin" : "builtin",
		       o->version ? "version" : "noversion", o->help ? "help" : "nohelp");
	out += put_value(out, &o->backend_addr);
	out += sprintf(out, " admin=");
	out += put_value(out, &o->admin_addr);
	out += sprintf(out, " audit=");
	out += put_value(out, &o->audit_log);
	out = put_list(out, "frontend", &o->frontend_addr);
	out = put_list(out, "rules", &o->rules);
	out = put_list(out, "files", &o->rules_file);
	out = put_list(out, "profiles", &o->profile);
	out = put_tls(out, "btls", &o->backend_tls_cacert);
	out = put_tls(out, "ftls", &o->frontend_tls_cacert);
	out += sprintf(out, " max=%zu perclient=%zu waiting=%zu buffers=%zu body=%zu",
		       o->max_connections, o->max_client_connections, o->max_waiting,
		       o->buffer_memory, o->max_body);
	out += sprintf(out, " user=");
	out += put_value(out, &o->user);
	out += sprintf(out, " group=");
	out += put_value(out, &o->group);
	out = put_list(out, "nosandbox", &o->no_sandbox);
	out = put_list(out, "protect", &o->protect);
	out = put_list(out, "keep", &o->keep_fd);
	out += sprintf(out, " format=%s mode=%s %s %s %s",
		       o->log_format == LOG_FORMAT_JSON ? "json" : "logfmt", mode_names[o->mode],
		       o->linger ? "linger" : "nolinger", o->allow_setuid ? "setuid" : "nosetuid",
		       o->ns ? "ns" : "nons");
	out += sprintf(out, "%s%s summary=", o->dry_run ? " dryrun" : "", o->quiet ? " quiet" : "");
	out += put_value(out, &o->summary);
	out += sprintf(out, " args=");
	for (size_t i = 0; i < o->n_args; i++)
		out += sprintf(out, "%s%s", i > 0 ? "," : "", o->args[i]);
	out += sprintf(out, "%s", o->has_tool ? " tool" : "");
	strcpy(out, " ");
	return text;
}

static bool has_words(const char *text, const char *words)
{
	while (*words != '\0') {
		size_t len = strcspn(words, " ");
		char word[256];

		snprintf(word, sizeof(word), " %.*s ", (int)len, words);
		if (!strstr(text, word))
			return false;
		words += len + strspn(words + len, " ");
	}
	return true;
}

static void reads_flags_environment_and_command(void **state)
{
	char error[OPTIONS_ERROR_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(good); i++) {
		if (read_options(good[i].args, good[i].env, error) != OPTIONS_OK)
			fail_msg("good[%zu]: %s", i, error);
		if (!has_words(dump(&options), good[i].words))
			fail_msg("good[%zu]: \"%s\" lacks \"%s\"", i, dump(&options),
				 good[i].words);
	}
}

static void names_what_it_cannot_read(void **state)
{
	char error[OPTIONS_ERROR_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(bad); i++) {
		enum options_result result = read_options(bad[i].args, bad[i].env, error);

		if (result != bad[i].result || strcmp(error, bad[i].error) != 0)
			fail_msg("bad[%zu]: %u \"%s\", expected %u \"%s\"", i, result, error,
				 bad[i].result, bad[i].error);
	}
}

static void called_cetus_run_it_runs(void **state)
{
	static const char *const names[] = { "cetus-run", "/usr/bin/cetus-run", "./cetus-run" };
	char error[OPTIONS_ERROR_MAX];

	(void)state;
	clearenv();
	for (size_t i = 0; i < N_OF(names); i++) {
		const char *argv[] = { names[i], "-rules", "x", "check", "-y", NULL };

		assert_int_equal(read_again(argv, error), OPTIONS_OK);
		assert_true(has_words(dump(&options), "run args=check,-y rules=x[-rules]"));
	}
	const char *other[] = { "/cetus-run/cetusguard", "check", NULL };
	assert_int_equal(read_again(other, error), OPTIONS_OK);
	assert_int_equal(options.command, COMMAND_CHECK);
}

static void a_value_may_be_repeated_64_times(void **state)
{
	static const char *argv[2 * OPTION_LIST_MAX + 4] = { "cetusguard" };
	char error[OPTIONS_ERROR_MAX];

	(void)state;
	clearenv();
	for (size_t i = 0; i < OPTION_LIST_MAX; i++) {
		argv[2 * i + 1] = "-rules";
		argv[2 * i + 2] = "x";
	}
	assert_int_equal(read_again(argv, error), OPTIONS_OK);
	assert_int_equal(options.rules.n, OPTION_LIST_MAX);
	argv[2 * OPTION_LIST_MAX + 1] = "-rules=y";
	assert_int_equal(read_again(argv, error), OPTIONS_BAD_VALUE);
	assert_string_equal(error, "-rules is given more than 64 times");
}

static void a_long_value_leaves_a_whole_line(void **state)
{
	static char flag[8 * 1024] = "-";
	const char *args[ARGS_MAX] = { flag };
	const char *env[ENV_MAX] = { NULL };
	char error[OPTIONS_ERROR_MAX];

	(void)state;
	memset(flag + 1, 'x', sizeof(flag) - 2);
	assert_int_equal(read_options(args, env, error), OPTIONS_USAGE);
	assert_int_equal(strlen(error), OPTIONS_ERROR_MAX - 1);
}

static int free_options(void **state)
{
	(void)state;
	options_free(&options);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_flags_environment_and_command),
		cmocka_unit_test(names_what_it_cannot_read),
		cmocka_unit_test(called_cetus_run_it_runs),
		cmocka_unit_test(a_value_may_be_repeated_64_times),
		cmocka_unit_test(a_long_value_leaves_a_whole_line),
	};

	printf("%zu command lines\n", N_OF(good) + N_OF(bad));
	return cmocka_run_group_tests(tests, NULL, free_options);
}
