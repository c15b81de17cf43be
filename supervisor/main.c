/*
 * main - what is run: the proxy, a tool behind it, or a command about the rules
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "clients.h"
#include "compare.h"
#include "completion.h"
#include "config.h"
#include "confine/confine.h"
#include "http/target.h"
#include "journal.h"
#include "learning.h"
#include "log.h"
#include "options.h"
#include "policy/policy.h"
#include "profiles.h"
#include "proxy/access.h"
#include "proxy/proxy.h"
#include "proxy/service.h"
#include "reload.h"
#include "tool.h"

#ifndef VERSION
#define VERSION "dev"
#endif

#define EXIT_USAGE  2
#define EXIT_DENIED 1	/* of explain, as of grep(1) */
#define EXIT_NO_RUN 125 /* of run, as of env(1) */

static const char *program = "cetusguard";

static int complain(const char *error)
{
	fprintf(stderr, "%s%s: %s\n", log_prefix(LOG_LEVEL_ERROR), program, error);
	return EXIT_FAILURE;
}

/**
 * struct generation - What was read at the start, or by a reload
 * @o:		Options; owned but of the first one
 * @tiers:	Their tiers; own their policies
 */
struct generation {
	struct options o;
	struct proxy_tier tiers[PROXY_TIERS_MAX];
};

/**
 * struct serving - What serving needs besides its configuration
 * @first:	Of the start; stays, for what cannot change
 * @current:	In force
 * @next:	Read, and not in force yet, or NULL
 * @argv:	Command line, to be read again; borrowed
 * @config:	What is served, as it was at the start; borrowed
 * @needs:	What of clients can be found out in the sandbox
 */
struct serving {
	struct generation *first, *current, *next;
	struct host *host;
	const char *const *argv;
	const struct proxy_config *config;
	struct clients_needs needs;
	struct learning learning;
	struct confine_config sandbox;
};

/* Whoever changes a file later is to know now what will not work. */
static void check_files(const struct serving *s)
{
	for (size_t i = 0; i < s->sandbox.n_paths; i++) {
		const struct confine_path *p = &s->sandbox.paths[i];
		int fd;

		if (p->use != CONFINE_REREAD)
			continue;
		fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			log_event(LOG_LEVEL_WARNING,
				  "a file cannot be read again, as SIGHUP would have it", "file",
				  p->path, "error", strerror(errno), NULL);
		else
			close(fd);
	}
}

/* Once the sandbox is up nobody can ask where a folder is. */
static void check_folders(const struct serving *s)
{
	for (size_t i = 0; i < s->sandbox.n_paths; i++) {
		const struct confine_path *p = &s->sandbox.paths[i];

		if (p->use == CONFINE_REREAD && !confine_owns_folder(p->path))
			log_event(LOG_LEVEL_INFO,
				  "a reload will see this file changed in place, and not replaced, "
				  "for it is in no folder of its own",
				  "file", p->path, NULL);
	}
}

/* One line for each layer of the sandbox. */
static int confine(void *data, char *error)
{
	const struct serving *s = data;
	static const char *const state_text[CONFINE_STATE_NUM] = {
		[CONFINE_OFF] = "off",
		[CONFINE_ON] = "on",
		[CONFINE_MISSING] = "missing",
	};
	static struct confine_report reports[CONFINE_LAYER_NUM];
	int rc;

	/* gmtime_r(3), of the log, would read the time zone's file at its first call. */
	tzset();
	if (!s->sandbox.off[CONFINE_LANDLOCK])
		check_folders(s);
	rc = confine_apply(&s->sandbox, reports, error);
	for (enum confine_layer i = 0; rc == 0 && i < CONFINE_LAYER_NUM; i++)
		log_event(reports[i].state == CONFINE_MISSING ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO,
			  "sandbox", "layer", confine_layer_name(i), "state",
			  state_text[reports[i].state], "detail", reports[i].detail, NULL);
	if (rc == 0)
		check_files(s);
	/* As the user that it is now, and from inside. */
	if (rc == 0 && s->learning.learnt)
		rc = learning_try(&s->learning, error);
	return rc;
}

static void on_use(void *data, const struct proxy_use *use)
{
	learning_use(&((struct serving *)data)->learning, use);
}

static void on_tick(void *data)
{
	learning_write(&((struct serving *)data)->learning);
}

static int learn(struct serving *s, struct proxy_config *config, char *error)
{
	int rc = learning_read(&s->learning, &s->first->o, error);

	if (rc < 0 || !s->learning.learnt)
		return rc;
	config->used = on_use;
	config->wants_body = learning_wants_body;
	config->tick = on_tick;
	return 0;
}

static void generation_free(struct generation *g)
{
	if (!g)
		return;
	config_free(g->tiers, g->o.n_sections);
	options_free(&g->o);
	free(g);
}

/* The command line is reordered when it is read, and this is not the last time. */
static int read_options(struct options *o, const char *const *argv, char *error)
{
	size_t n = 0;
	const char **copy;
	int rc;

	while (argv[n])
		n++;
	copy = calloc(n + 1, sizeof(*copy));
	if (!copy) {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	memcpy(copy, argv, n * sizeof(*copy));
	rc = options_read(o, copy, error) == OPTIONS_OK ? 0 : -EINVAL;
	o->args = NULL;
	o->n_args = 0;
	free(copy);
	return rc;
}

/* Once there are tiers: may they come in the place of those that are served? */
static int check_again(const struct serving *s, const struct generation *g, char *error)
{
	int rc = config_check_again(s->config, g->tiers, &g->o, error);

	return rc == 0 ? clients_check_needs(s->config, g->tiers, &s->needs, error) : rc;
}

static int read_again(const struct serving *s, struct generation *g, char *error)
{
	int rc = read_options(&g->o, s->argv, error);

	if (rc == 0)
		rc = reload_check(&s->current->o, &g->o, error);
	if (rc == 0)
		rc = reload_tiers(s->host, &g->o, s->current->tiers, g->tiers, error);
	return rc == 0 ? check_again(s, g, error) : rc;
}

static int reload(void *data, struct proxy_now *next, char *error)
{
	struct serving *s = data;
	struct generation *g = calloc(1, sizeof(*g));
	int rc;

	if (!g) {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	rc = read_again(s, g, error);
	if (rc < 0) {
		generation_free(g);
		return rc;
	}
	s->next = g;
	*next = config_now(&g->o, g->tiers);
	return 0;
}

/* What was not taken is forgotten, and so is what was replaced, but for the first. */
static void reloaded(void *data, bool taken)
{
	struct serving *s = data;
	struct generation *old = taken ? s->current : s->next;

	if (taken) {
		reload_log(s->current->tiers, s->next->tiers, s->next->o.n_sections);
		log_set_level(s->next->o.log_level);
		s->current = s->next;
	}
	if (old != s->first)
		generation_free(old);
	s->next = NULL;
}

static int serve(struct generation *first, struct host *host, const char *const *argv)
{
	static struct frontend frontends[CONFIG_FRONTENDS_MAX];
	static struct serving serving;
	static struct service service;
	struct proxy_config config;
	char error[CONFIG_ERROR_MAX];
	int rc = config_read_proxy(&config, frontends, first->tiers, &first->o, error);

	serving = (struct serving){
		.first = first, .current = first, .host = host, .argv = argv, .config = &config
	};
	service_open(&service);
	config.service = &service;
	config.version = VERSION;
	config.on_ready = confine;
	config.reload = reload;
	config.reloaded = reloaded;
	config.data = &serving;
	if (rc == 0)
		rc = learn(&serving, &config, error);
	if (rc == 0)
		rc = config_confine(&serving.sandbox, &first->o, &config, error);
	if (rc == 0 && proxy_system_cas(&config))
		rc = config_add_path(&serving.sandbox, proxy_system_cas(&config), CONFINE_REREAD,
				     error);
	if (rc == 0) {
		serving.needs = clients_needs(&config, first->tiers);
		/* An engine behind a host name has them open, too. */
		serving.needs.names = serving.sandbox.names;
		rc = proxy_serve(&config, error);
	}
	service_close(&service);
	learning_close(&serving.learning);
	if (serving.current != first)
		generation_free(serving.current);
	return rc < 0 ? complain(error) : EXIT_SUCCESS;
}

static void print_constraints(const struct policy *policy, size_t rule)
{
	struct policy_constraint c;

	for (size_t k = 0; (c = policy_constraint(policy, rule, k)).text; k++)
		printf("\t+ %s\n\t\t%s\n", c.text, c.opens);
}

static void print_tier(const struct proxy_tier *tier)
{
	if (tier->name[0] != '\0')
		printf("[frontend %s]\n", tier->name);
	for (size_t i = 0; i < policy_count(tier->policy); i++) {
		struct policy_rule r = policy_rule(tier->policy, i);

		printf("%s: %s %s\n\t%s\n", r.where, r.methods, r.pattern, r.expansion);
		print_constraints(tier->policy, i);
	}
	printf("%zu rules\n", policy_count(tier->policy));
	clients_print(tier);
}

/* Print what a start would have, or fail as it would. */
static int check(const struct generation *g)
{
	static struct frontend frontends[CONFIG_FRONTENDS_MAX];
	static struct confine_config sandbox;
	struct proxy_config config;
	char error[CONFIG_ERROR_MAX];

	if (config_read_proxy(&config, frontends, g->tiers, &g->o, error) < 0 ||
	    config_confine(&sandbox, &g->o, &config, error) < 0 || proxy_check(&config, error) < 0)
		return complain(error);
	for (size_t i = 0; i < g->o.n_sections; i++)
		print_tier(&g->tiers[i]);
	return EXIT_SUCCESS;
}

static const char *pattern_of(const struct policy *policy, const char *where)
{
	for (size_t i = 0; i < policy_count(policy); i++)
		if (strcmp(policy_rule(policy, i).where, where) == 0)
			return policy_rule(policy, i).pattern;
	return "";
}

/* The text of a file that a command names; NULL if it cannot be read. */
static char *read_text(const char *path, size_t *len)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		return NULL;
	n = getdelim(&text, &cap, EOF, f);
	*len = n > 0 ? (size_t)n : 0;
	if (ferror(f)) {
		free(text);
		text = NULL;
	} else if (!text) {
		text = strdup("");
	}
	if (f != stdin)
		fclose(f);
	return text;
}

static int say_verdict(const struct policy *policy, const struct policy_request *req,
		       struct policy_matcher *matcher)
{
	struct policy_request none = *req;
	struct policy_why why;
	enum policy_verdict verdict = policy_evaluate(policy, matcher, req, &why);

	switch (verdict) {
	case POLICY_ALLOW:
		printf("allowed: %s %s\n\tby %s: %s\n", req->method, req->path, why.rule,
		       pattern_of(policy, why.rule));
		return EXIT_SUCCESS;
	case POLICY_NEEDS_BODY:
		/* Where an empty one will do, none is meant. */
		none.has_body = true;
		if (policy_evaluate(policy, matcher, &none, &why) == POLICY_ALLOW)
			return say_verdict(policy, &none, matcher);
		printf("depends on the body: %s %s\n\tname it with -body FILE\n", req->method,
		       req->path);
		return EXIT_DENIED;
	case POLICY_DENY:
	case POLICY_VERDICT_NUM:
		break;
	}
	printf("denied: %s %s\n\t%s%s%s\n", req->method, req->path, why.reason,
	       why.endpoint[0] == '\0' && why.rule[0] != '\0' ? ": " : "",
	       why.endpoint[0] == '\0' ? why.rule : "");
	return EXIT_DENIED;
}

/**
 * explain() - Print the verdict on a request
 * @policy:	Rules
 * @method:	Method
 * @raw:	Target, as a request has it
 * @file:	File with its body, NULL for none
 */
static int explain(const struct policy *policy, const char *method, const char *raw,
		   const struct option_value *file)
{
	struct policy_matcher *matcher = policy_matcher_new();
	size_t len = strlen(raw), body_len = 0;
	char *room = malloc(len + 2), *body = NULL;
	struct http_target target;
	int status = EXIT_DENIED;
	enum http_error e;

	if (file->text)
		body = read_text(file->text, &body_len);
	if (!matcher || !room) {
		complain("out of memory");
		goto out;
	}
	if (file->text && !body) {
		fprintf(stderr, "%s: -body %s: %s\n", program, file->text, strerror(errno));
		status = EXIT_USAGE;
		goto out;
	}
	e = http_target_read(&target, (struct http_slice){ raw, len }, room);
	if (e == HTTP_OK)
		status = say_verdict(policy,
				     &(struct policy_request){ .method = method,
							       .method_len = strlen(method),
							       .path = target.path,
							       .path_len = target.path_len,
							       .query = target.query.p,
							       .query_len = target.query.len,
							       .body = body,
							       .body_len = body_len,
							       .has_body = body != NULL },
				     matcher);
	else
		printf("denied: %s %s\n\t%s\n", method, raw, http_error_text(e));
out:
	free(body);
	free(room);
	policy_matcher_free(matcher);
	return status;
}

/* Ask the section that is named, or each; denied is what one of them denies. */
static int explain_tiers(const struct generation *g)
{
	const struct options *o = &g->o;
	int status = -1;

	for (size_t i = 0; i < o->n_sections; i++) {
		const struct proxy_tier *tier = &g->tiers[i];
		int one;

		if (o->frontend.text && strcmp(o->frontend.text, tier->name) != 0)
			continue;
		if (o->n_sections > 1)
			printf("[frontend %s]\n", tier->name);
		one = explain(tier->policy, o->args[0], o->args[1], &o->body);
		clients_print(tier);
		status = one > status ? one : status;
	}
	if (status >= 0)
		return status;
	fprintf(stderr, "%s: -frontend %s: there is no such section\n", program,
		o->frontend.text ? o->frontend.text : "");
	return EXIT_USAGE;
}

static int print_profile(const char *name)
{
	const struct profile *p = profiles_find(name, strlen(name));
	char names[CONFIG_ERROR_MAX];

	if (p) {
		fputs(p->text, stdout);
		return EXIT_SUCCESS;
	}
	profiles_names(names, sizeof(names));
	fprintf(stderr, "%s: profiles %s: no such rule set; there are %s\n", program, name, names);
	return EXIT_FAILURE;
}

static int list_profiles(void)
{
	for (const struct profile *p = profiles_table; p->name; p++) {
		size_t len;
		const char *summary = profiles_summary(p, &len);

		printf("%-20s %.*s\n", p->name, (int)len, summary);
	}
	return EXIT_SUCCESS;
}

/* What asks the proxy that runs, and what it asks. */
static const char *const questions[COMMAND_NUM] = {
	[COMMAND_HEALTH] = "GET /readyz",
	[COMMAND_RELOAD] = "POST /reload",
	[COMMAND_TOP] = "GET /stats",
};

/* Become the program that shows it, which lies beside this one. */
static int become_top(const struct options *o, const struct addr *a)
{
	char path[PATH_MAX], where[ADDR_TEXT_MAX], error[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof("-top"));

	if (n < 0)
		return complain(
			"top: /proc is not there, and so not known where cetusguard-top is");
	memcpy(path + n, "-top", sizeof("-top"));
	addr_format(a, where, sizeof(where));
	execl(path, path, where, o->once ? "once" : NULL, NULL);
	snprintf(error, sizeof(error), "top: %s: %s", path, strerror(errno));
	return complain(error);
}

static int print_completion(const char *shell)
{
	char error[OPTIONS_ERROR_MAX];

	if (completion_print(shell, error) == 0)
		return EXIT_SUCCESS;
	complain(error);
	return EXIT_USAGE;
}

/* Have the proxy that runs answer; its line is printed. */
static int ask(const struct options *o)
{
	char error[CONFIG_ERROR_MAX], text[ASK_TEXT_MAX];
	struct frontend admin;
	int rc = config_read_admin(&admin, o, error);

	if (rc == 0) {
		snprintf(error, sizeof(error), "%s: which proxy? -admin-addr is not set",
			 options_command_name(o->command));
		complain(error);
		return EXIT_USAGE;
	}
	if (rc < 0)
		return complain(error);
	if (o->command == COMMAND_TOP)
		return become_top(o, &admin.addr);
	rc = ask_admin(&admin.addr, questions[o->command], text);
	if (rc == 0)
		puts(text);
	else
		complain(text);
	return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(struct generation *g, const char *const *argv)
{
	static struct host host;
	const struct options *o = &g->o;
	char error[CONFIG_ERROR_MAX];
	int status = EXIT_FAILURE;

	log_set_level(o->log_level);
	log_set_format((enum log_format)o->log_format);
	if (questions[o->command])
		return ask(o);
	if (config_load(&host, o, g->tiers, error) < 0) {
		complain(error);
		return o->command == COMMAND_RUN ? EXIT_NO_RUN : EXIT_FAILURE;
	}
	switch (o->command) {
	case COMMAND_SERVE:
		status = serve(g, &host, argv);
		break;
	case COMMAND_CHECK:
		status = check(g);
		break;
	case COMMAND_EXPLAIN:
		status = o->has_tool ? tool_explain(o, g->tiers) : explain_tiers(g);
		break;
	case COMMAND_RUN:
		status = tool_run(o, g->tiers);
		break;
	case COMMAND_PROFILES:
	case COMMAND_HEALTH:
	case COMMAND_RELOAD:
	case COMMAND_TOP:
	case COMMAND_DIFF:
	case COMMAND_COMPLETION:
	case COMMAND_NUM:
		break;
	}
	config_free(g->tiers, o->n_sections);
	host_close(&host);
	return status;
}

int main(int argc, char **argv)
{
	static struct generation first;
	const struct options *o = &first.o;
	const char **copy = calloc((size_t)argc + 1, sizeof(*copy));
	char error[OPTIONS_ERROR_MAX];
	enum options_result r;
	int status;

	log_set_prefix(journal_is_standard_error());
	if (!copy)
		return complain("out of memory");
	/* Reading reorders it, and a reload reads it once more. */
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	r = options_read(&first.o, copy, error);
	if (o->command == COMMAND_RUN)
		program = "cetus-run";
	switch (r) {
	case OPTIONS_OK:
		break;
	case OPTIONS_USAGE:
		complain(error);
		return o->command == COMMAND_RUN ? EXIT_NO_RUN : EXIT_USAGE;
	case OPTIONS_BAD_VALUE:
		complain(error);
		return o->command == COMMAND_RUN ? EXIT_NO_RUN : EXIT_FAILURE;
	}
	if (o->help) {
		options_print_help(o->command);
		return EXIT_SUCCESS;
	}
	if (o->version) {
		puts("CetusGuard " VERSION);
		return EXIT_SUCCESS;
	}
	if (o->command == COMMAND_DIFF)
		return compare_run(o, program);
	if (o->command == COMMAND_COMPLETION)
		return print_completion(o->args[0]);
	if (o->command == COMMAND_PROFILES)
		return o->n_args > 0 ? print_profile(o->args[0]) : list_profiles();
	status = run(&first, (const char *const *)argv);
	options_free(&first.o);
	free(copy);
	return status;
}
