#include "config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients.h"
#include "frontend.h"
#include "profiles.h"

static int add_text(struct policy *p, const char *source, const char *text, size_t len, char *error)
{
	struct policy_error e;
	int rc = policy_add(p, source, text, len, &e);

	if (rc < 0)
		snprintf(error, CONFIG_ERROR_MAX, "%s:%u:%u: %s", source, e.line, e.column, e.text);
	return rc;
}

/* "rules" for the text of -rules and CETUSGUARD_RULES, "rules#2" for a second one. */
static int add_inline(struct policy *p, const struct option_list *rules, char *error)
{
	for (size_t i = 0; i < rules->n; i++) {
		const char *text = rules->values[i].text;
		char source[32];
		int rc;

		snprintf(source, sizeof(source), i == 0 ? "rules" : "rules#%zu", i + 1);
		rc = add_text(p, source, text, strlen(text), error);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/**
 * read_whole() - Read a file
 * @fd:		Descriptor of a regular file
 * @len:	Filled on success
 *
 * Return: the content, owned by the caller, or NULL with errno set.
 */
static char *read_whole(int fd, size_t *len)
{
	size_t cap = 64 * 1024, n = 0;
	char *text = malloc(cap);

	while (text) {
		ssize_t got = read(fd, text + n, cap - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0) {
			*len = n;
			return text;
		}
		if (got < 0 || (n += (size_t)got) > CONFIG_RULES_FILE_MAX) {
			errno = got < 0 ? errno : EFBIG;
			break;
		}
		if (n == cap) {
			char *grown = realloc(text, cap *= 2);

			if (!grown)
				break;
			text = grown;
		}
	}
	free(text);
	return NULL;
}

static void fail_file(const struct option_value *file, const char *why, char *error)
{
	snprintf(error, CONFIG_ERROR_MAX, "%s%s%s: %s", file->origin,
		 file->origin[0] != '\0' ? " " : "", file->text, why);
}

static int add_file(struct policy *p, const struct option_value *file, char *error)
{
	/* Non-blocking, so that a FIFO is refused rather than waited for. */
	int fd = open(file->text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	size_t len;
	int rc = -EINVAL;

	if (fd < 0 || fstat(fd, &st) < 0) {
		fail_file(file, strerror(errno), error);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		fail_file(file, "expected a regular file", error);
		goto out;
	}
	text = read_whole(fd, &len);
	if (!text) {
		fail_file(file, strerror(errno), error);
		goto out;
	}
	rc = add_text(p, file->text, text, len, error);
out:
	free(text);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int add_profile(struct policy *p, const struct option_value *v, const char *name, size_t len,
		       char *error)
{
	const struct profile *profile = profiles_find(name, len);
	char names[CONFIG_ERROR_MAX / 2];
	struct policy_error e;
	int rc;

	if (!profile) {
		profiles_names(names, sizeof(names));
		snprintf(error, CONFIG_ERROR_MAX, "%s %.*s: no such rule set; there are %s",
			 v->origin, (int)(len < 64 ? len : 64), name, names);
		return -EINVAL;
	}
	rc = policy_add(p, profile->name, profile->text, strlen(profile->text), &e);
	if (rc < 0)
		snprintf(error, CONFIG_ERROR_MAX, "profile %s:%u:%u: %s", profile->name, e.line,
			 e.column, e.text);
	return rc;
}

/* Names between commas. */
static int add_profiles(struct policy *p, const struct option_value *v, char *error)
{
	const char *name = v->text;
	int rc = 0;

	while (rc == 0 && *name != '\0') {
		size_t len = strcspn(name, ",");

		rc = add_profile(p, v, name, len, error);
		name += len + (name[len] == ',');
	}
	return rc;
}

static int add_all(struct policy *p, const struct options *o, char *error)
{
	int rc = 0;

	if (!o->no_builtin_rules)
		rc = add_text(p, "builtin", policy_builtin_rules, strlen(policy_builtin_rules),
			      error);
	for (size_t i = 0; rc == 0 && i < o->profile.n; i++)
		rc = add_profiles(p, &o->profile.values[i], error);
	if (rc == 0)
		rc = add_inline(p, &o->rules, error);
	for (size_t i = 0; rc == 0 && i < o->rules_file.n; i++)
		rc = add_file(p, &o->rules_file.values[i], error);
	return rc;
}

/**
 * look_at_host() - Open the machine that paths are of
 * @host:	Opened if it can be looked at
 * @o:		Options
 * @error:	On failure, one line
 *
 * An engine behind TCP may be anywhere, unless somebody says where its files are.
 */
static int look_at_host(struct host *host, const struct options *o, char *error)
{
	struct addr backend;
	int rc;

	if (!o->host_root.text && o->backend_addr.text &&
	    addr_parse(&backend, o->backend_addr.text) == ADDR_OK && backend.kind != ADDR_UNIX)
		return 0;
	rc = host_open(host, o->host_root.text ? o->host_root.text : "/");
	if (rc < 0)
		snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s",
			 o->host_root.text ? o->host_root.origin : "-host-root",
			 o->host_root.text ? o->host_root.text : "/", strerror(-rc));
	return rc;
}

struct policy *config_compile_policy(struct host *host, const struct options *o, char *error)
{
	struct policy_host machine = { 0 };
	struct policy *p;

	if (host && host_is_open(host)) {
		machine.resolve = host_resolve;
		machine.data = host;
		if (o->command == COMMAND_RUN && host->base[0] != '\0')
			machine.base = host->base;
	}
	p = policy_new(&machine);
	if (!p) {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
		return NULL;
	}
	if (add_all(p, o, error) < 0) {
		policy_free(p);
		return NULL;
	}
	return p;
}

struct policy *config_compile_named(const char *name, char *error)
{
	static char base[PATH_MAX];
	const struct option_value v = { name, "" };
	struct policy_host machine = { .base = getcwd(base, sizeof(base)) };
	struct policy *p = policy_new(&machine);
	int rc;

	if (!p) {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
		return NULL;
	}
	if (profiles_find(name, strlen(name)))
		rc = add_profile(p, &v, name, strlen(name), error);
	else
		rc = add_file(p, &v, error);
	if (rc == 0)
		return p;
	policy_free(p);
	return NULL;
}

struct policy *config_load_policy(struct host *host, const struct options *o, char *error)
{
	struct policy *p;

	if (look_at_host(host, o, error) < 0)
		return NULL;
	p = config_compile_policy(host, o, error);
	if (!p)
		host_close(host);
	return p;
}

static const char *origin_of(const struct option_value *v, const char *name)
{
	return v->origin[0] != '\0' ? v->origin : name;
}

int config_parse_addr(struct addr *a, const struct option_value *v, const char *name, char *error)
{
	enum addr_error e = addr_parse(a, v->text);

	if (e == ADDR_OK)
		return 0;
	snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s", origin_of(v, name), v->text,
		 addr_strerror(e));
	return -EINVAL;
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* Names of layers between commas. */
static int parse_layers(struct confine_config *c, const struct option_value *names, char *error)
{
	const char *name = names->text;

	while (*name != '\0') {
		size_t len = strcspn(name, ",");
		enum confine_layer layer = confine_layer_parse(name, len);

		if (layer == CONFINE_LAYER_NUM) {
			snprintf(error, CONFIG_ERROR_MAX, "%s %.*s: no such layer of the sandbox",
				 names->origin, (int)len, name);
			return -EINVAL;
		}
		c->off[layer] = true;
		name += len + (name[len] == ',');
	}
	return 0;
}

static bool is_numeric(const char *host)
{
	struct in6_addr room;

	return host[0] == '\0' || inet_pton(AF_INET, host, &room) == 1 ||
	       inet_pton(AF_INET6, host, &room) == 1;
}

static void add_path(struct confine_config *c, const char *path, enum confine_use use)
{
	assert(c->n_paths < CONFINE_PATHS_MAX);
	c->paths[c->n_paths++] = (struct confine_path){ path, use };
}

int config_confine(struct confine_config *c, const struct options *o, const struct policy *policy,
		   const struct proxy_config *served, char *error)
{
	const struct addr *backend = &served->backend;

	memset(c, 0, sizeof(*c));
	/* The leak check at exit traces the process and reads what it has mapped. */
	c->off[CONFINE_DUMPABLE] = c->off[CONFINE_LANDLOCK] = c->off[CONFINE_SECCOMP] = SANITIZED;
	c->looks_up_paths = policy_looks_up_paths(policy);
	c->user = o->user.text;
	c->group = o->group.text;
	if (backend->kind == ADDR_UNIX) {
		c->engine_path = backend->path;
	} else {
		c->engine_port = backend->port;
		c->names = !is_numeric(backend->host);
	}
	for (size_t i = 0; i < o->rules_file.n; i++)
		add_path(c, o->rules_file.values[i].text, CONFINE_REREAD);
	if (o->audit_log.text && strcmp(o->audit_log.text, "-") != 0)
		add_path(c, o->audit_log.text, CONFINE_APPEND);
	for (size_t i = 0; i < served->n_frontends; i++)
		if (served->frontends[i].addr.kind == ADDR_UNIX &&
		    served->frontends[i].passed_fd < 0)
			add_path(c, served->frontends[i].addr.path, CONFINE_UNLINK);
	if (served->admin && served->admin->addr.kind == ADDR_UNIX)
		add_path(c, served->admin->addr.path, CONFINE_UNLINK);
	clients_confine(c, served);
	for (size_t i = 0; i < o->no_sandbox.n; i++)
		if (parse_layers(c, &o->no_sandbox.values[i], error) < 0)
			return -EINVAL;
	return 0;
}

static struct proxy_file file_of(const struct option_value *v, const char *name)
{
	bool given = v->text && v->text[0] != '\0';

	return (struct proxy_file){ given ? v->text : NULL, given ? v->origin : name };
}

/**
 * read_frontends() - Read all values of -frontend-addr
 * @config:	Gets the number of frontends
 * @frontends:	Filled; PROXY_LISTENERS_MAX at most
 * @values:	Values
 * @passed:	Sockets that were passed
 * @error:	On failure, one line
 */
static int read_frontends(struct proxy_config *config, struct frontend *frontends,
			  const struct option_list *values, struct passed *passed, char *error)
{
	for (size_t i = 0; i < values->n; i++) {
		const struct option_value *v = &values->values[i];
		char why[FRONTEND_ERROR_MAX];
		int n = frontend_read(frontends + config->n_frontends,
				      PROXY_LISTENERS_MAX - config->n_frontends, v->text, passed,
				      why);

		if (n < 0) {
			snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s",
				 origin_of(v, "-frontend-addr"), v->text, why);
			return n;
		}
		for (; n > 0; n--)
			frontends[config->n_frontends++].tiers = 1;
	}
	return 0;
}

static bool is_loopback(const char *host)
{
	struct in6_addr in6;
	struct in_addr in;

	return strcmp(host, "localhost") == 0 ||
	       (inet_pton(AF_INET, host, &in) == 1 && ntohl(in.s_addr) >> 24 == IN_LOOPBACKNET) ||
	       (inet_pton(AF_INET6, host, &in6) == 1 && IN6_IS_ADDR_LOOPBACK(&in6));
}

int config_read_admin(struct frontend *f, const struct options *o, char *error)
{
	const struct option_value *v = &o->admin_addr;
	struct passed none = { .why_none = "expected tcp://host:port or unix:///path" };
	char why[FRONTEND_ERROR_MAX];

	if (!v->text)
		return 0;
	if (frontend_read(f, 1, v->text, &none, why) == 1) {
		if (f->addr.kind == ADDR_UNIX || is_loopback(f->addr.host))
			return 1;
		snprintf(why, sizeof(why),
			 "expected unix:///path, or TCP on 127.0.0.1, [::1] or localhost");
	}
	snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s", v->origin, v->text, why);
	return -EINVAL;
}

/* A tool must not ask, and of what was set for a proxy nothing here is meant. */
static int read_admin(struct proxy_config *config, struct frontend *f, const struct options *o,
		      char *error)
{
	int rc;

	if (o->command == COMMAND_RUN && o->admin_addr.text && o->admin_addr.origin[0] == '-') {
		snprintf(error, CONFIG_ERROR_MAX, "-admin-addr is not for the command run");
		return -EINVAL;
	}
	rc = o->command == COMMAND_RUN ? 0 : config_read_admin(f, o, error);
	if (rc == 1)
		config->admin = f;
	return rc < 0 ? rc : 0;
}

int config_read_proxy(struct proxy_config *config, struct frontend *frontends,
		      const struct proxy_tier *tier, const struct options *o, char *error)
{
	struct passed passed;
	int rc;

	*config = (struct proxy_config){
		.frontends = frontends,
		.frontend_tls = {
			.cacert = file_of(&o->frontend_tls_cacert, "-frontend-tls-cacert"),
			.cert = file_of(&o->frontend_tls_cert, "-frontend-tls-cert"),
			.key = file_of(&o->frontend_tls_key, "-frontend-tls-key"),
		},
		.backend_tls = {
			.cacert = file_of(&o->backend_tls_cacert, "-backend-tls-cacert"),
			.cert = file_of(&o->backend_tls_cert, "-backend-tls-cert"),
			.key = file_of(&o->backend_tls_key, "-backend-tls-key"),
		},
		.tiers = tier,
		.n_tiers = 1,
		.audit_log = o->audit_log.text,
		.observe = o->dry_run || o->mode == OPTION_MODE_OBSERVE,
		.limits = {
			.connections = o->max_connections,
			.per_client = o->max_client_connections,
			.waiting = o->max_waiting,
			.buffer_bytes = o->buffer_memory * 1024 * 1024,
			.body_bytes = o->max_body * 1024,
		},
	};
	rc = config_parse_addr(&config->backend, &o->backend_addr, "-backend-addr", error);
	passed_read(&passed);
	if (rc == 0)
		rc = read_frontends(config, frontends, &o->frontend_addr, &passed, error);
	passed_clear(&passed);
	if (rc == 0)
		rc = clients_check(config, error);
	return rc == 0 ? read_admin(config, &frontends[PROXY_LISTENERS_MAX], o, error) : rc;
}
