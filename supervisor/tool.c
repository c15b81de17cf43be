#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clients.h"
#include "config.h"
#include "learning.h"
#include "log.h"
#include "policy/endpoints.h"
#include "proxy/proxy.h"
#include "rehearsal.h"
#include "proxy/service.h"
#include "run/run.h"
#include "summary.h"

#define PROGRAM	     "cetus-run"
#define ENGINES_MAX  7 /* sockets protected without being named */
#define RUN_TEXT_MAX 1200

/* Exit statuses of explain. */
#define EXPLAIN_ALLOWED 0
#define EXPLAIN_DENIED	1
#define EXPLAIN_FAILED	2

static const char *program = PROGRAM;

/**
 * struct tool - Everything of one run
 * @lock:	Of the next two
 * @serving:	The proxy's thread runs
 * @over:	It shall not be started any more
 */
struct tool {
	const struct options *o;
	struct frontend frontends[CONFIG_FRONTENDS_MAX];
	struct addr protect[OPTION_LIST_MAX + ENGINES_MAX];
	int keep_fds[OPTION_LIST_MAX];
	struct proxy_config proxy_config;
	struct run_config run_config;
	struct service service;
	struct proxy *proxy;
	pthread_t thread;
	pthread_mutex_t lock;
	bool serving, over;
	struct learning learning;
	struct rehearsal rehearsal;
	const struct policy *policy;	/* to explain; borrowed */
	struct policy_matcher *matcher; /* the same, as the next three */
	FILE *report;			/* the same */
	unsigned long n_explained, n_denied;
	struct summary summary;
	FILE *summary_file; /* for machines, or NULL */
};

static int complain(const char *error)
{
	fprintf(stderr, "%s" PROGRAM ": %s\n", log_prefix(LOG_LEVEL_ERROR), error);
	return RUN_EXIT_FAILED;
}

/* ---- what the options say ---- */

static void protect_path(struct tool *t, const char *dir, const char *name)
{
	struct addr *a = &t->protect[t->run_config.n_protect];
	char text[sizeof("unix://") + 2 * ADDR_PATH_MAX];

	if (!dir || strlen(dir) > ADDR_PATH_MAX)
		return;
	snprintf(text, sizeof(text), "unix://%s/%s", dir, name);
	if (addr_parse(a, text) == ADDR_OK)
		t->run_config.n_protect++;
}

/* Sockets of engines where they are by default. They need not exist, yet. */
static void protect_engines(struct tool *t)
{
	const char *runtime_dir = getenv("XDG_RUNTIME_DIR");

	t->protect[t->run_config.n_protect++] = t->proxy_config.backend;
	protect_path(t, "/var/run", "docker.sock");
	protect_path(t, "/run", "docker.sock");
	protect_path(t, "/run/podman", "podman.sock");
	protect_path(t, runtime_dir, "docker.sock");
	protect_path(t, runtime_dir, "podman/podman.sock");
}

static int read_protected(struct tool *t, char *error)
{
	const struct options *o = t->o;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < o->protect.n; i++)
		rc = config_parse_addr(&t->protect[i], &o->protect.values[i], "-protect", error);
	if (rc < 0)
		return rc;
	t->run_config.n_protect = o->protect.n;
	protect_engines(t);
	return 0;
}

static int read_keep_fds(struct tool *t, char *error)
{
	for (size_t i = 0; i < t->o->keep_fd.n; i++) {
		const char *text = t->o->keep_fd.values[i].text;
		char *end;
		long n;

		errno = 0;
		n = strtol(text, &end, 10);
		if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || n < 3 ||
		    n > 1000000) {
			snprintf(error, CONFIG_ERROR_MAX,
				 "-keep-fd %s: expected a descriptor from 3 on", text);
			return -EINVAL;
		}
		t->keep_fds[i] = (int)n;
	}
	t->run_config.n_keep_fds = t->o->keep_fd.n;
	return 0;
}

/* Opened now, so that what is wrong is said before the tool runs. */
static int read_summary(struct tool *t, char *error)
{
	static const char file[] = "json:";
	const char *form = t->o->summary.text;

	if (strcmp(form, "text") == 0)
		return 0;
	if (strcmp(form, "json") == 0) {
		t->summary_file = stderr;
		return 0;
	}
	if (strncmp(form, file, strlen(file)) != 0 || form[strlen(file)] == '\0') {
		snprintf(error, CONFIG_ERROR_MAX, "-summary %s: expected text, json or json:FILE",
			 form);
		return -EINVAL;
	}
	t->summary_file = fopen(form + strlen(file), "we");
	if (t->summary_file)
		return 0;
	snprintf(error, CONFIG_ERROR_MAX, "-summary %s: %s", form, strerror(errno));
	return -EINVAL;
}

/* What -ns would silently make something else of. */
static int check_ns(const struct tool *t, char *error)
{
	const struct run_config *c = &t->run_config;
	const char *why = NULL;

	if (c->ns && c->mode != RUN_SECCOMP)
		why = "is for -mode seccomp";
	else if (c->ns && c->allow_setuid && c->user)
		why = "with -user leaves nothing of -allow-setuid, there is no other user then";
	if (!why)
		return 0;
	snprintf(error, CONFIG_ERROR_MAX, "-ns %s", why);
	return -EINVAL;
}

static int read_options(struct tool *t, char *error)
{
	int rc = read_protected(t, error);

	if (rc == 0)
		rc = read_keep_fds(t, error);
	if (rc == 0)
		rc = read_summary(t, error);
	return rc == 0 ? check_ns(t, error) : rc;
}

/* ---- what the two sides ask for ---- */

static void *serve(void *data)
{
	struct tool *t = data;

	proxy_run(t->proxy);
	return NULL;
}

/* Called with the lock held. */
static int start_thread(struct tool *t)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&t->thread, NULL, serve, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	t->serving = rc == 0;
	return -rc;
}

static int start_serving(struct tool *t)
{
	int rc;

	pthread_mutex_lock(&t->lock);
	rc = t->serving || t->over ? 0 : start_thread(t);
	pthread_mutex_unlock(&t->lock);
	return rc;
}

/*
 * Where only the tool can connect there is nothing to serve until it does, unless a
 * service manager waits to hear of us.
 */
static int on_ready(void *data)
{
	struct tool *t = data;

	return t->proxy_config.n_frontends > 0 || t->service.fd >= 0 ? start_serving(t) : 0;
}

static void on_connection(void *data, int fd, const struct run_client *client)
{
	struct tool *t = data;
	const struct proxy_client c = {
		.pid = client->pid,
		.uid = client->uid,
		.comm = client->comm,
		.exe = client->exe,
	};
	int rc = start_serving(t);

	if (rc == 0) {
		proxy_adopt(t->proxy, fd, &c);
		return;
	}
	log_event(LOG_LEVEL_ERROR, "a connection was closed, it cannot be served", "error",
		  strerror(-rc), NULL);
	close(fd);
}

static void on_denied(void *data, const struct proxy_denial *denial)
{
	struct tool *t = data;

	summary_add(&t->summary, denial);
}

static void on_use(void *data, const struct proxy_use *use)
{
	learning_use(&((struct tool *)data)->learning, use);
}

static void on_tick(void *data)
{
	learning_write(&((struct tool *)data)->learning);
}

static int learn(struct tool *t, char *error)
{
	int rc = learning_read(&t->learning, t->o, error);

	if (rc < 0 || !t->learning.learnt)
		return rc;
	t->proxy_config.used = on_use;
	t->proxy_config.wants_body = learning_wants_body;
	t->proxy_config.tick = on_tick;
	return 0;
}

/* ---- the run ---- */

static void stop_serving(struct tool *t)
{
	pthread_mutex_lock(&t->lock);
	t->over = true;
	pthread_mutex_unlock(&t->lock);
	if (t->serving) {
		proxy_stop(t->proxy);
		pthread_join(t->thread, NULL);
	}
	/* Threads of the run may still hand over connections, so the proxy stays. */
}

static void print_learnt(const struct tool *t)
{
	size_t n = learnt_count(t->learning.learnt);

	fprintf(stderr, PROGRAM ": learnt %zu new rule%s, see %s\n", n, n == 1 ? "" : "s",
		t->o->learn.text);
	if (t->learning.n_lost > 0)
		fprintf(stderr, PROGRAM ": %lu requests could not be learnt\n", t->learning.n_lost);
}

static void print_summary(const struct tool *t)
{
	bool observed = t->proxy_config.observe;

	if (t->learning.learnt && !t->o->quiet)
		print_learnt(t);
	if (t->summary_file) {
		summary_print_json(&t->summary, t->summary_file, observed);
		fflush(t->summary_file);
	} else if (!t->o->quiet && t->o->log_level > LOG_LEVEL_NONE) {
		summary_print(&t->summary, stderr, PROGRAM, observed);
	}
}

/**
 * stay() - Start the tool and serve it until it has ended
 * @t:		Tool
 * @status:	Filled with its wait status on success
 *
 * Return: 0, or the exit status to end with, after the reason was written.
 */
static int stay(struct tool *t, int *status)
{
	char error[RUN_TEXT_MAX];
	struct run *run = run_new(&t->run_config, error);
	int rc;

	if (!run)
		return complain(error);
	t->proxy = proxy_open(&t->proxy_config, error);
	if (!t->proxy)
		return complain(error);
	rc = run_tool(run, status, error);
	stop_serving(t);
	if (rc != 0)
		complain(error);
	return rc;
}

static int start_and_stay(struct tool *t)
{
	int status, rc;

	if (t->proxy_config.observe)
		fputs(PROGRAM ": NOTHING IS ENFORCED: what the rules deny is forwarded\n", stderr);
	rc = stay(t, &status);
	if (rc != 0)
		return rc;
	print_summary(t);
	return run_exit_like(status);
}

static int configure(struct tool *t, const struct options *o, const struct proxy_tier *tiers,
		     char *error)
{
	t->o = o;
	if (config_read_proxy(&t->proxy_config, t->frontends, tiers, o, error) < 0)
		return -EINVAL;
	service_open(&t->service);
	t->proxy_config.service = &t->service;
	t->proxy_config.denied = on_denied;
	t->proxy_config.data = t;
	t->run_config = (struct run_config){
		.argv = o->args,
		.mode = o->mode < RUN_MODE_NUM ? (enum run_mode)o->mode : RUN_SECCOMP,
		.protect = t->protect,
		.keep_fds = t->keep_fds,
		.user = o->user.text,
		.group = o->group.text,
		.allow_setuid = o->allow_setuid,
		.ns = o->ns,
		.linger = o->linger,
		.ready = on_ready,
		.adopt = on_connection,
		.data = t,
	};
	return 0;
}

int tool_run(const struct options *o, const struct proxy_tier *tiers)
{
	static struct tool t = { .lock = PTHREAD_MUTEX_INITIALIZER };
	char error[CONFIG_ERROR_MAX];

	if (configure(&t, o, tiers, error) < 0 || read_options(&t, error) < 0 ||
	    learn(&t, error) < 0)
		return complain(error);
	return start_and_stay(&t);
}

/* ---- explaining ---- */

/* What does not hold, a line each. */
static void print_reason(FILE *f, const char *reason)
{
	char text[POLICY_REASON_MAX], *rest = text, *end;

	snprintf(text, sizeof(text), "%s", reason);
	while (rest) {
		end = strstr(rest, "; ");
		if (end)
			*end = '\0';
		fputc('\t', f);
		summary_print_bytes(f, rest, ' ');
		fputc('\n', f);
		rest = end ? end + 2 : NULL;
	}
}

static void print_verdict(FILE *f, const char *verdict, const struct policy_request *req)
{
	char text[1024];

	snprintf(text, sizeof(text), "%.*s", (int)req->path_len, req->path);
	fprintf(f, "%-8s %.*s ", verdict, (int)req->method_len, req->method);
	summary_print_bytes(f, text, '!');
	fputc('\n', f);
}

static void on_explained(void *data, const struct proxy_use *use)
{
	const struct policy_request *req = use->request;
	char rule[ENDPOINTS_RULE_MAX];
	struct tool *t = data;
	struct policy_why why;

	t->n_explained++;
	if (policy_evaluate(t->policy, t->matcher, req, &why) == POLICY_ALLOW) {
		print_verdict(t->report, "allowed", req);
		fprintf(t->report, "\tby %s\n", why.rule);
		return;
	}
	t->n_denied++;
	print_verdict(t->report, "DENIED", req);
	print_reason(t->report, why.reason[0] != '\0' ? why.reason : "its body cannot be judged");
	if (why.rule[0] == '\0' &&
	    endpoints_suggest(rule, req->method, req->method_len, req->path, req->path_len) == 0)
		fprintf(t->report, "\twould be allowed by: %s\n", rule);
}

static bool want_body(const struct policy_request *req)
{
	(void)req;
	return false; /* the rules ask for it where they need it */
}

/* What is refused whatever the rules say. */
static void on_refused(void *data, const struct proxy_denial *d)
{
	struct tool *t = data;

	if (d->forwarded)
		return;
	t->n_explained++;
	t->n_denied++;
	fprintf(t->report, "%-8s %s ", "REFUSED", d->method);
	summary_print_bytes(t->report, d->path ? d->path : "", '!');
	fputc('\n', t->report);
	print_reason(t->report, d->reason ? d->reason : "");
}

/* The client's own output goes where messages go. */
static int open_report(struct tool *t)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	t->report = fd < 0 ? NULL : fdopen(fd, "w");
	if (!t->report || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		return -errno;
	setvbuf(t->report, NULL, _IOLBF, 0);
	return 0;
}

/* Whatever engine the client knows of, it finds this one. */
static void set_environment(const struct tool *t)
{
	static const char *const others[] = { "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS",
					      "DOCKER_CERT_PATH", "BUILDKIT_HOST" };
	char url[sizeof("unix://") + ADDR_PATH_MAX];

	snprintf(url, sizeof(url), "unix://%s", t->rehearsal.client.path);
	setenv("DOCKER_HOST", url, 1);
	setenv("CONTAINER_HOST", url, 1);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		unsetenv(others[i]);
}

static int rehearse(struct tool *t, char *error)
{
	struct addr real = t->proxy_config.backend;
	int rc = rehearsal_start(&t->rehearsal, error);

	if (rc < 0)
		return rc;
	t->proxy_config.backend = t->rehearsal.engine;
	/* It is heard of nowhere else. */
	t->proxy_config.admin = NULL;
	t->proxy_config.audit_log = NULL;
	t->proxy_config.observe = true;
	t->proxy_config.used = on_explained;
	t->proxy_config.wants_body = want_body;
	t->proxy_config.denied = on_refused;
	/* There is nothing behind it that anybody could misuse. */
	if (t->o->user.text && chmod(t->rehearsal.folder, 0711) < 0)
		return -errno;
	t->frontends[0] = (struct frontend){ .addr = t->rehearsal.client,
					     .mode = t->o->user.text ? 0666 : 0600,
					     .uid = (uid_t)-1,
					     .gid = (gid_t)-1,
					     .passed_fd = -1,
					     .tiers = 1 };
	t->proxy_config.n_frontends = 1;
	rc = read_options(t, error);
	t->protect[t->run_config.n_protect++] = real;
	set_environment(t);
	return rc;
}

static int say_result(const struct tool *t, int status)
{
	fprintf(t->report, "%lu request%s, %lu denied\n", t->n_explained,
		t->n_explained == 1 ? "" : "s", t->n_denied);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fputs("The client has failed, and may ask for more once it does not.\n", t->report);
	if (t->n_explained == 0)
		return EXPLAIN_FAILED;
	return t->n_denied > 0 ? EXPLAIN_DENIED : EXPLAIN_ALLOWED;
}

int tool_explain(const struct options *o, const struct proxy_tier *tiers)
{
	static struct tool t = { .lock = PTHREAD_MUTEX_INITIALIZER };
	char error[CONFIG_ERROR_MAX];
	int status = 0, rc;

	program = "cetusguard: explain";
	/* Whatever is to be said of a request is in the report. */
	log_set_level(LOG_LEVEL_NONE);
	t.policy = tiers->policy;
	t.matcher = policy_matcher_new();
	if (!t.matcher || open_report(&t) < 0) {
		complain("out of memory");
		return EXPLAIN_FAILED;
	}
	rc = configure(&t, o, tiers, error);
	if (rc == 0)
		rc = rehearse(&t, error);
	if (rc < 0) {
		complain(error);
		return EXPLAIN_FAILED;
	}
	rc = stay(&t, &status);
	rehearsal_end(&t.rehearsal);
	return rc != 0 ? EXPLAIN_FAILED : say_result(&t, status);
}
