#include "config.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients.h"
#include "file.h"
#include "frontend.h"
#include "profiles.h"
#include "proxy/access.h"
#include "section.h"

static int add_text(struct policy *p, const char *source, const char *text, size_t len, char *error)
{
	struct policy_error e;
	int rc = policy_add(p, source, text, len, &e);

	if (rc < 0)
		snprintf(error, CONFIG_ERROR_MAX, "%s:%u:%u: %s", source, e.line, e.column, e.text);
	return rc;
}

/*
 * "rules" for the text of -rules and CETUSGUARD_RULES, "rules#2" for a second one; what a
 * configuration file says has the lines of that file.
 */
static int add_inline(struct policy *p, const struct option_list *rules, char *error)
{
	for (size_t i = 0; i < rules->n; i++) {
		const char *text = rules->values[i].text, *file = rules->values[i].file;
		char source[32];
		int rc;

		snprintf(source, sizeof(source), i == 0 ? "rules" : "rules#%zu", i + 1);
		rc = add_text(p, file ? file : source, text, strlen(text), error);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void fail_file(const struct option_value *file, const char *why, char *error)
{
	snprintf(error, CONFIG_ERROR_MAX, "%s%s%s: %s", file->origin,
		 file->origin[0] != '\0' ? " " : "", file->text, why);
}

static int add_file(struct policy *p, const struct option_value *file, char *error)
{
	const char *why;
	size_t len = 0;
	char *text = file_read(file->text, CONFIG_RULES_FILE_MAX, &len, &why);
	int rc = -EINVAL;

	if (text)
		rc = add_text(p, file->text, text, len, error);
	else
		fail_file(file, why, error);
	free(text);
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

static int add_all(struct policy *p, const struct section *s, char *error)
{
	int rc = 0;

	if (!s->no_builtin_rules)
		rc = add_text(p, "builtin", policy_builtin_rules, strlen(policy_builtin_rules),
			      error);
	for (size_t i = 0; rc == 0 && i < s->profile.n; i++)
		rc = add_profiles(p, &s->profile.values[i], error);
	if (rc == 0)
		rc = add_inline(p, &s->rules, error);
	for (size_t i = 0; rc == 0 && i < s->rules_file.n; i++)
		rc = add_file(p, &s->rules_file.values[i], error);
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

static struct proxy_file file_of(const struct option_value *v, const char *name)
{
	bool given = v->text && v->text[0] != '\0';

	return (struct proxy_file){ given ? v->text : NULL, given ? v->origin : name };
}

/**
 * compile() - Compile the rules of one section
 * @host:	As for config_compile()
 * @o:		Options
 * @s:		Section
 * @error:	On failure, one line naming source, line and column
 *
 * Return: the policy, owned by the caller, or NULL.
 */
static struct policy *compile(struct host *host, const struct options *o, const struct section *s,
			      char *error)
{
	struct policy_host machine = { 0 };
	struct policy *p;

	if (host && host_is_open(host)) {
		machine.resolve = host_resolve;
		machine.data = host;
		if ((o->command == COMMAND_RUN || o->has_tool) && host->base[0] != '\0')
			machine.base = host->base;
	}
	p = policy_new(&machine);
	if (!p) {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory");
		return NULL;
	}
	if (add_all(p, s, error) < 0) {
		policy_free(p);
		return NULL;
	}
	return p;
}

struct policy *config_compile_named(const char *name, char *error)
{
	static char base[PATH_MAX];
	const struct option_value v = { name, "", NULL };
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

int config_compile(struct host *host, const struct options *o, struct proxy_tier *tiers,
		   char *error)
{
	for (size_t i = 0; i < o->n_sections; i++) {
		const struct section *s = &o->sections[i];

		tiers[i] = (struct proxy_tier){
			.name = s->name,
			.policy = compile(host, o, s, error),
			.tls = {
				.cacert = file_of(&s->tls_cacert, "-frontend-tls-cacert"),
				.cert = file_of(&s->tls_cert, "-frontend-tls-cert"),
				.key = file_of(&s->tls_key, "-frontend-tls-key"),
			},
		};
		if (!tiers[i].policy) {
			config_free(tiers, i);
			return -EINVAL;
		}
		if (clients_read(&tiers[i], s, error) < 0) {
			config_free(tiers, i + 1);
			return -EINVAL;
		}
	}
	return 0;
}

int config_load(struct host *host, const struct options *o, struct proxy_tier *tiers, char *error)
{
	int rc = look_at_host(host, o, error);

	if (rc < 0)
		return rc;
	rc = config_compile(host, o, tiers, error);
	if (rc < 0)
		host_close(host);
	return rc;
}

void config_free(struct proxy_tier *tiers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		policy_free(tiers[i].policy);
		access_free(tiers[i].access);
		tiers[i].policy = NULL;
		tiers[i].access = NULL;
	}
}

bool config_looks_up_paths(const struct proxy_tier *tiers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (policy_looks_up_paths(tiers[i].policy))
			return true;
	return false;
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

/* What two sections name is one path. */
int config_add_path(struct confine_config *c, const char *path, enum confine_use use, char *error)
{
	for (size_t i = 0; i < c->n_paths; i++)
		if (c->paths[i].use == use && strcmp(c->paths[i].path, path) == 0)
			return 0;
	if (c->n_paths == CONFINE_PATHS_MAX) {
		snprintf(error, CONFIG_ERROR_MAX, "more than %d files", CONFINE_PATHS_MAX);
		return -E2BIG;
	}
	c->paths[c->n_paths++] = (struct confine_path){ path, use };
	return 0;
}

static int add_tls(struct confine_config *c, const struct proxy_tls *tls, char *error)
{
	const struct proxy_file *files[] = { &tls->cacert, &tls->cert, &tls->key };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i]->path)
			rc = config_add_path(c, files[i]->path, CONFINE_REREAD, error);
	return rc;
}

static bool has_tcp(const struct proxy_config *served, size_t tier)
{
	for (size_t i = 0; i < served->n_frontends; i++)
		if (served->frontends[i].addr.kind == ADDR_TCP &&
		    served->frontends[i].tiers >> tier & 1)
			return true;
	return false;
}

/* What SIGHUP reads again; files of TLS where they are read at all. */
static int add_reread(struct confine_config *c, const struct options *o,
		      const struct proxy_config *served, char *error)
{
	int rc = o->config.text ? config_add_path(c, o->config.text, CONFINE_REREAD, error) : 0;

	for (size_t i = 0; i < o->n_sections; i++)
		for (size_t k = 0; rc == 0 && k < o->sections[i].rules_file.n; k++)
			rc = config_add_path(c, o->sections[i].rules_file.values[k].text,
					     CONFINE_REREAD, error);
	for (size_t i = 0; rc == 0 && i < served->n_tiers; i++)
		if (has_tcp(served, i))
			rc = add_tls(c, &served->now.tiers[i].tls, error);
	if (rc == 0 && served->backend.kind == ADDR_TCP)
		rc = add_tls(c, &served->now.backend_tls, error);
	return rc;
}

static int add_unlink(struct confine_config *c, const struct proxy_config *served, char *error)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < served->n_frontends; i++)
		if (served->frontends[i].addr.kind == ADDR_UNIX &&
		    served->frontends[i].passed_fd < 0)
			rc = config_add_path(c, served->frontends[i].addr.path, CONFINE_UNLINK,
					     error);
	if (rc == 0 && served->admin && served->admin->addr.kind == ADDR_UNIX)
		rc = config_add_path(c, served->admin->addr.path, CONFINE_UNLINK, error);
	return rc;
}

int config_confine(struct confine_config *c, const struct options *o,
		   const struct proxy_config *served, char *error)
{
	const struct addr *backend = &served->backend;
	int rc;

	memset(c, 0, sizeof(*c));
	/* The leak check at exit traces the process and reads what it has mapped. */
	c->off[CONFINE_DUMPABLE] = c->off[CONFINE_LANDLOCK] = c->off[CONFINE_SECCOMP] = SANITIZED;
	c->looks_up_paths = config_looks_up_paths(served->now.tiers, served->n_tiers);
	c->user = o->user.text;
	c->group = o->group.text;
	if (backend->kind == ADDR_UNIX) {
		c->engine_path = backend->path;
	} else {
		c->engine_port = backend->port;
		c->names = !is_numeric(backend->host);
	}
	rc = add_reread(c, o, served, error);
	if (rc == 0 && o->audit_log.text && strcmp(o->audit_log.text, "-") != 0)
		rc = config_add_path(c, o->audit_log.text, CONFINE_APPEND, error);
	if (rc == 0 && o->learn.text)
		rc = config_add_path(c, o->learn.text, CONFINE_REPLACE, error);
	if (rc == 0)
		rc = add_unlink(c, served, error);
	if (rc == 0)
		rc = clients_confine(c, served, error);
	for (size_t i = 0; rc == 0 && i < o->no_sandbox.n; i++)
		rc = parse_layers(c, &o->no_sandbox.values[i], error);
	return rc;
}

/* Where two frontends cannot both listen; port 0 is another one each time. */
static bool is_same_addr(const struct addr *a, const struct addr *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == ADDR_UNIX ?
		       strcmp(a->path, b->path) == 0 :
		       a->port == b->port && a->port != 0 && strcmp(a->host, b->host) == 0;
}

static bool is_same_file(const struct proxy_file *a, const struct proxy_file *b)
{
	return a->path && b->path ? strcmp(a->path, b->path) == 0 : a->path == b->path;
}

static bool is_same_tls(const struct proxy_tls *a, const struct proxy_tls *b)
{
	return is_same_file(&a->cacert, &b->cacert) && is_same_file(&a->cert, &b->cert) &&
	       is_same_file(&a->key, &b->key);
}

/* Why a section cannot come behind those before it on a frontend, NULL if it can. */
static const char *cannot_follow(const struct proxy_config *config, const struct frontend *f,
				 size_t section)
{
	const struct proxy_tier *tiers = config->now.tiers;

	for (size_t i = 0; i < section; i++) {
		if (!(f->tiers >> i & 1))
			continue;
		if (!tiers[i].access)
			return "leaves nobody to this section: whoever comes there is of one that "
			       "has no allow-from";
		if (f->addr.kind == ADDR_TCP && !is_same_tls(&tiers[section].tls, &tiers[i].tls))
			return "is shared with a section that has other files of TLS";
	}
	return NULL;
}

/* Why two sections cannot share a frontend, NULL if they can. */
static const char *cannot_share(const struct proxy_config *config, const struct frontend *f,
				const struct frontend *other, size_t section)
{
	const char *why = cannot_follow(config, other, section);

	if (other->tiers >> section & 1)
		return "is given twice";
	if (why)
		return why;
	if (f->mode != other->mode || f->uid != other->uid || f->gid != other->gid ||
	    f->passed_fd >= 0 || other->passed_fd >= 0)
		return "is shared with a section that gives it another mode, user or group";
	return NULL;
}

/* @origin is of the section that comes behind those that @f has. */
static int complain_of_sharing(char *error, const struct options *o, const char *origin,
			       const struct frontend *f, const char *why)
{
	const struct section *first = &o->sections[__builtin_ctzll(f->tiers)];
	char text[ADDR_TEXT_MAX];

	addr_format(&f->addr, text, sizeof(text));
	snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s (%s)", origin, text, why,
		 first->name[0] != '\0' ? first->origin : f->origin);
	return -EINVAL;
}

/**
 * share_addr() - Have a section share a frontend that another has named
 * @config:	Frontends so far
 * @frontends:	The same
 * @f:		Frontend
 * @section:	Number of its section
 * @o:		Options
 * @error:	On failure, one line naming both
 *
 * Return: 1 if there is such a frontend, 0 if there is none, or -EINVAL.
 */
static int share_addr(const struct proxy_config *config, struct frontend *frontends,
		      const struct frontend *f, size_t section, const struct options *o,
		      char *error)
{
	for (size_t i = 0; i < config->n_frontends; i++) {
		struct frontend *other = &frontends[i];
		const char *why;

		if (!is_same_addr(&f->addr, &other->addr))
			continue;
		why = cannot_share(config, f, other, section);
		if (!why) {
			other->tiers |= 1ULL << section;
			return 1;
		}
		return complain_of_sharing(error, o, f->origin, other, why);
	}
	return 0;
}

/**
 * read_frontends() - Read the addresses of a section
 * @config:	Gets the number of frontends
 * @frontends:	Filled; PROXY_LISTENERS_MAX at most
 * @o:		Options
 * @section:	Number of the section
 * @passed:	Sockets that were passed
 * @error:	On failure, one line
 */
static int read_frontends(struct proxy_config *config, struct frontend *frontends,
			  const struct options *o, size_t section, struct passed *passed,
			  char *error)
{
	const struct option_list *values = &o->sections[section].addr;

	for (size_t i = 0; i < values->n; i++) {
		const struct option_value *v = &values->values[i];
		struct frontend *f = frontends + config->n_frontends;
		char why[FRONTEND_ERROR_MAX];
		int rc, n = frontend_read(f, PROXY_LISTENERS_MAX - config->n_frontends, v->text,
					  passed, why);

		if (n < 0) {
			snprintf(error, CONFIG_ERROR_MAX, "%s %s: %s",
				 origin_of(v, "-frontend-addr"), v->text, why);
			return n;
		}
		for (; n > 0; n--, f++) {
			f->tiers = 1ULL << section;
			f->origin = origin_of(v, "-frontend-addr");
			rc = share_addr(config, frontends, f, section, o, error);
			if (rc < 0)
				return rc;
			/* Of one that is shared there is no second, and what follows is next. */
			if (rc == 0)
				config->n_frontends++;
		}
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

	if (o->command == COMMAND_RUN && o->admin_addr.text &&
	    strcmp(o->admin_addr.origin, "-admin-addr") == 0) {
		snprintf(error, CONFIG_ERROR_MAX, "-admin-addr is not for the command run");
		return -EINVAL;
	}
	rc = o->command == COMMAND_RUN ? 0 : config_read_admin(f, o, error);
	if (rc == 1)
		config->admin = f;
	return rc < 0 ? rc : 0;
}

struct proxy_now config_now(const struct options *o, const struct proxy_tier *tiers)
{
	return (struct proxy_now){
		.tiers = tiers,
		.backend_tls = {
			.cacert = file_of(&o->backend_tls_cacert, "-backend-tls-cacert"),
			.cert = file_of(&o->backend_tls_cert, "-backend-tls-cert"),
			.key = file_of(&o->backend_tls_key, "-backend-tls-key"),
		},
	};
}

/* What names a frontend in a section; a passed socket has another address there. */
static const char *origin_in(const struct section *s, const struct frontend *f)
{
	char text[ADDR_TEXT_MAX];

	addr_format(&f->addr, text, sizeof(text));
	for (size_t i = 0; i < s->addr.n; i++) {
		const struct option_value *v = &s->addr.values[i];

		if (strncmp(v->text, text, strlen(text)) == 0)
			return origin_of(v, "-frontend-addr");
	}
	return origin_of(&s->addr.values[0], "-frontend-addr");
}

static int check_shared(const struct proxy_config *config, const struct options *o, char *error)
{
	for (size_t i = 0; i < config->n_frontends; i++) {
		const struct frontend *f = &config->frontends[i];

		for (size_t k = 0; k < o->n_sections; k++) {
			const char *why = f->tiers >> k & 1 ? cannot_follow(config, f, k) : NULL;

			if (why)
				return complain_of_sharing(error, o, origin_in(&o->sections[k], f),
							   f, why);
		}
	}
	return 0;
}

int config_check_again(const struct proxy_config *served, const struct proxy_tier *tiers,
		       const struct options *o, char *error)
{
	static struct frontend frontends[PROXY_LISTENERS_MAX];
	struct proxy_config config = *served;
	int rc;

	config.now = config_now(o, tiers);
	config.frontends = frontends;
	for (size_t i = 0; i < served->n_frontends; i++) {
		frontends[i] = served->frontends[i];
		frontends[i].origin = origin_in(&o->sections[__builtin_ctzll(frontends[i].tiers)],
						&frontends[i]);
	}
	rc = check_shared(&config, o, error);
	return rc == 0 ? clients_check(&config, error) : rc;
}

int config_read_proxy(struct proxy_config *config, struct frontend *frontends,
		      const struct proxy_tier *tiers, const struct options *o, char *error)
{
	struct passed passed;
	int rc;

	*config = (struct proxy_config){
		.frontends = frontends,
		.n_tiers = o->n_sections,
		.now = config_now(o, tiers),
		.audit_log = o->audit_log.text,
		.observe = o->dry_run || o->learn_allow || o->mode == OPTION_MODE_OBSERVE,
		.allow_all = o->learn_allow,
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
	for (size_t i = 0; rc == 0 && i < o->n_sections; i++)
		rc = read_frontends(config, frontends, o, i, &passed, error);
	passed_clear(&passed);
	if (rc == 0)
		rc = clients_check(config, error);
	return rc == 0 ? read_admin(config, &frontends[PROXY_LISTENERS_MAX], o, error) : rc;
}
