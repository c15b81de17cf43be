#include "endpoints.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "utf8.h"
#include "variables.h"

#define SAMPLES_MAX 6
#define LIBPOD_ROOT "/libpod"
#define N_OF(a)	    (sizeof(a) / sizeof((a)[0]))

/* ---- the tables ---- */

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/**
 * struct kind - What a name in a path is the name of
 * @name:	As in struct endpoint's path
 * @pattern:	What is written in a rule
 * @slashes:	It may have slashes in it
 * @samples:	Some such names
 */
struct kind {
	const char *name;
	const char *pattern;
	bool slashes;
	const char *samples[SAMPLES_MAX];
};

/* clang-format off */
static const struct kind kinds[] = {
	{ "artifact", "%IMAGE_ID_OR_REFERENCE%", true, { "quay.io/acme/file:1", HEX64 } },
	{ "checkpoint", "[^/]+", false, { "checkpoint1" } },
	{ "config", "[^/]+", false, { "25f1dmqz0q8cv3l6ct8sbs3mt", "web.conf" } },
	{ "container", "%CONTAINER_ID_OR_NAME%", false, { HEX64, "0123456789ab", "web", "project-db_1.x" } },
	{ "exec", "[a-fA-F0-9]+", false, { HEX64 } },
	{ "image", "%IMAGE_ID_OR_REFERENCE%", true,
	  { "alpine", "alpine:3.19", "ghcr.io/acme/app:v1", "localhost:5000/app", "sha256:" HEX64,
	    "acme/app@sha256:" HEX64 } },
	{ "network", "%NETWORK_ID_OR_NAME%", false, { HEX64, "bridge", "project_default" } },
	{ "node", "[^/]+", false, { "25f1dmqz0q8cv3l6ct8sbs3mt", "worker-1" } },
	{ "plugin", "%PLUGIN_ID_OR_NAME%(?::%IMAGE_TAG%)?", true, { "vieux/sshfs:latest", "sshfs", HEX64 } },
	{ "pod", "%CONTAINER_ID_OR_NAME%", false, { HEX64, "web-pod" } },
	{ "quadlet", "[^/]+", false, { "web.container" } },
	{ "secret", "[^/]+", false, { "25f1dmqz0q8cv3l6ct8sbs3mt", "db-password" } },
	{ "service", "[^/]+", false, { "25f1dmqz0q8cv3l6ct8sbs3mt", "stack_web" } },
	{ "task", "[^/]+", false, { "25f1dmqz0q8cv3l6ct8sbs3mt" } },
	{ "volume", "%VOLUME_ID_OR_NAME%", false, { HEX64, "data", "project_data" } },
};

const struct endpoint endpoints[] = {
	{ "GET,HEAD", "/_ping" },
	{ "POST", "/auth" },
	{ "POST", "/build" },
	{ "POST", "/build/cancel" },
	{ "POST", "/build/prune" },
	{ "POST", "/commit" },
	{ "GET", "/configs" },
	{ "POST", "/configs/create" },
	{ "GET,DELETE", "/configs/{config}" },
	{ "POST", "/configs/{config}/update" },
	{ "POST", "/containers/create" },
	{ "GET", "/containers/json" },
	{ "POST", "/containers/prune" },
	{ "DELETE", "/containers/{container}" },
	{ "GET,HEAD,PUT", "/containers/{container}/archive" },
	{ "POST", "/containers/{container}/attach" },
	{ "GET", "/containers/{container}/attach/ws" },
	{ "GET", "/containers/{container}/changes" },
	{ "GET,POST", "/containers/{container}/checkpoints" },
	{ "DELETE", "/containers/{container}/checkpoints/{checkpoint}" },
	{ "POST", "/containers/{container}/copy" },
	{ "POST", "/containers/{container}/exec" },
	{ "GET", "/containers/{container}/export" },
	{ "GET", "/containers/{container}/json" },
	{ "POST", "/containers/{container}/kill" },
	{ "GET", "/containers/{container}/logs" },
	{ "POST", "/containers/{container}/pause" },
	{ "POST", "/containers/{container}/rename" },
	{ "POST", "/containers/{container}/resize" },
	{ "POST", "/containers/{container}/restart" },
	{ "POST", "/containers/{container}/start" },
	{ "GET", "/containers/{container}/stats" },
	{ "POST", "/containers/{container}/stop" },
	{ "GET", "/containers/{container}/top" },
	{ "POST", "/containers/{container}/unpause" },
	{ "POST", "/containers/{container}/update" },
	{ "POST", "/containers/{container}/wait" },
	{ "GET", "/distribution/{image}/json" },
	{ "GET", "/events" },
	{ "GET", "/exec/{exec}/json" },
	{ "POST", "/exec/{exec}/resize" },
	{ "POST", "/exec/{exec}/start" },
	{ "POST", "/grpc" },
	{ "POST", "/images/create" },
	{ "GET", "/images/get" },
	{ "GET", "/images/json" },
	{ "POST", "/images/load" },
	{ "POST", "/images/prune" },
	{ "GET", "/images/search" },
	{ "DELETE", "/images/{image}" },
	{ "GET", "/images/{image}/get" },
	{ "GET", "/images/{image}/history" },
	{ "GET", "/images/{image}/json" },
	{ "POST", "/images/{image}/push" },
	{ "POST", "/images/{image}/tag" },
	{ "GET", "/info" },
	{ "GET", "/networks" },
	{ "POST", "/networks/create" },
	{ "POST", "/networks/prune" },
	{ "GET,DELETE", "/networks/{network}" },
	{ "POST", "/networks/{network}/connect" },
	{ "POST", "/networks/{network}/disconnect" },
	{ "GET", "/nodes" },
	{ "GET,DELETE", "/nodes/{node}" },
	{ "POST", "/nodes/{node}/update" },
	{ "GET", "/plugins" },
	{ "POST", "/plugins/create" },
	{ "GET", "/plugins/privileges" },
	{ "POST", "/plugins/pull" },
	{ "DELETE", "/plugins/{plugin}" },
	{ "POST", "/plugins/{plugin}/disable" },
	{ "POST", "/plugins/{plugin}/enable" },
	{ "GET", "/plugins/{plugin}/json" },
	{ "POST", "/plugins/{plugin}/push" },
	{ "POST", "/plugins/{plugin}/set" },
	{ "POST", "/plugins/{plugin}/upgrade" },
	{ "GET", "/secrets" },
	{ "POST", "/secrets/create" },
	{ "GET,DELETE", "/secrets/{secret}" },
	{ "POST", "/secrets/{secret}/update" },
	{ "GET", "/services" },
	{ "POST", "/services/create" },
	{ "GET,DELETE", "/services/{service}" },
	{ "GET", "/services/{service}/logs" },
	{ "POST", "/services/{service}/update" },
	{ "POST", "/session" },
	{ "GET", "/swarm" },
	{ "POST", "/swarm/init" },
	{ "POST", "/swarm/join" },
	{ "POST", "/swarm/leave" },
	{ "POST", "/swarm/unlock" },
	{ "GET", "/swarm/unlockkey" },
	{ "POST", "/swarm/update" },
	{ "GET", "/system/df" },
	{ "GET", "/tasks" },
	{ "GET", "/tasks/{task}" },
	{ "GET", "/tasks/{task}/logs" },
	{ "GET", "/version" },
	{ "GET", "/volumes" },
	{ "POST", "/volumes/create" },
	{ "POST", "/volumes/prune" },
	{ "GET,PUT,DELETE", "/volumes/{volume}" },

#define LIBPOD .libpod = true
	{ "GET,HEAD", "/_ping", LIBPOD },
	{ "POST", "/artifacts/add", LIBPOD },
	{ "GET", "/artifacts/json", LIBPOD },
	{ "POST", "/artifacts/local/add", LIBPOD },
	{ "POST", "/artifacts/pull", LIBPOD },
	{ "DELETE", "/artifacts/remove", LIBPOD },
	{ "DELETE", "/artifacts/{artifact}", LIBPOD, "remove" },
	{ "GET", "/artifacts/{artifact}/extract", LIBPOD },
	{ "GET", "/artifacts/{artifact}/json", LIBPOD },
	{ "POST", "/artifacts/{artifact}/push", LIBPOD },
	{ "POST", "/build", LIBPOD },
	{ "POST", "/commit", LIBPOD },
	{ "POST", "/containers/create", LIBPOD },
	{ "GET", "/containers/json", LIBPOD },
	{ "POST", "/containers/prune", LIBPOD },
	{ "GET", "/containers/showmounted", LIBPOD },
	{ "GET", "/containers/stats", LIBPOD },
	{ "DELETE", "/containers/{container}", LIBPOD },
	{ "GET,HEAD,PUT", "/containers/{container}/archive", LIBPOD },
	{ "POST", "/containers/{container}/attach", LIBPOD },
	{ "GET", "/containers/{container}/changes", LIBPOD },
	{ "POST", "/containers/{container}/checkpoint", LIBPOD },
	{ "POST", "/containers/{container}/exec", LIBPOD },
	{ "GET", "/containers/{container}/exists", LIBPOD },
	{ "GET", "/containers/{container}/export", LIBPOD },
	{ "GET", "/containers/{container}/healthcheck", LIBPOD },
	{ "POST", "/containers/{container}/init", LIBPOD },
	{ "GET", "/containers/{container}/json", LIBPOD },
	{ "POST", "/containers/{container}/kill", LIBPOD },
	{ "GET", "/containers/{container}/logs", LIBPOD },
	{ "POST", "/containers/{container}/mount", LIBPOD },
	{ "POST", "/containers/{container}/pause", LIBPOD },
	{ "POST", "/containers/{container}/rename", LIBPOD },
	{ "POST", "/containers/{container}/resize", LIBPOD },
	{ "POST", "/containers/{container}/restart", LIBPOD },
	{ "POST", "/containers/{container}/restore", LIBPOD },
	{ "POST", "/containers/{container}/shouldrestart", LIBPOD },
	{ "POST", "/containers/{container}/start", LIBPOD },
	{ "GET", "/containers/{container}/stats", LIBPOD },
	{ "POST", "/containers/{container}/stop", LIBPOD },
	{ "GET", "/containers/{container}/top", LIBPOD },
	{ "POST", "/containers/{container}/unmount", LIBPOD },
	{ "POST", "/containers/{container}/unpause", LIBPOD },
	{ "POST", "/containers/{container}/update", LIBPOD },
	{ "POST", "/containers/{container}/wait", LIBPOD },
	{ "GET", "/events", LIBPOD },
	{ "GET", "/exec/{exec}/json", LIBPOD },
	{ "POST", "/exec/{exec}/resize", LIBPOD },
	{ "POST", "/exec/{exec}/start", LIBPOD },
	{ "GET", "/generate/kube", LIBPOD },
	{ "GET", "/generate/{container}/systemd", LIBPOD },
	{ "GET", "/images/export", LIBPOD },
	{ "POST", "/images/import", LIBPOD },
	{ "GET", "/images/json", LIBPOD },
	{ "POST", "/images/load", LIBPOD },
	{ "POST", "/images/prune", LIBPOD },
	{ "POST", "/images/pull", LIBPOD },
	{ "DELETE", "/images/remove", LIBPOD },
	{ "POST", "/images/scp/{image}", LIBPOD, ".*/(?:push|tag|untag)" },
	{ "GET", "/images/search", LIBPOD },
	{ "DELETE", "/images/{image}", LIBPOD, "remove" },
	{ "GET", "/images/{image}/changes", LIBPOD },
	{ "GET", "/images/{image}/exists", LIBPOD },
	{ "GET", "/images/{image}/get", LIBPOD },
	{ "GET", "/images/{image}/history", LIBPOD },
	{ "GET", "/images/{image}/json", LIBPOD },
	{ "POST", "/images/{image}/push", LIBPOD },
	{ "GET", "/images/{image}/resolve", LIBPOD },
	{ "POST", "/images/{image}/tag", LIBPOD },
	{ "GET", "/images/{image}/tree", LIBPOD },
	{ "POST", "/images/{image}/untag", LIBPOD },
	{ "GET", "/info", LIBPOD },
	{ "POST", "/kube/apply", LIBPOD },
	{ "POST,DELETE", "/kube/play", LIBPOD },
	{ "POST", "/local/build", LIBPOD },
	{ "POST", "/local/images/load", LIBPOD },
	{ "POST", "/manifests/create", LIBPOD },
	{ "DELETE", "/manifests/{image}", LIBPOD },
	{ "PUT", "/manifests/{image}", LIBPOD },
	{ "POST", "/manifests/{image}", LIBPOD, "create|.*/(?:add|push|registry/.*)" },
	{ "POST", "/manifests/{image}/add", LIBPOD, "(?:[^/]+/)+registry/.*" },
	{ "GET", "/manifests/{image}/exists", LIBPOD },
	{ "GET", "/manifests/{image}/json", LIBPOD },
	{ "POST", "/manifests/{image}/push", LIBPOD, "(?:[^/]+/)+registry/.*" },
	{ "POST", "/manifests/{image}/registry/{image}", LIBPOD },
	{ "POST", "/networks/create", LIBPOD },
	{ "GET", "/networks/json", LIBPOD },
	{ "POST", "/networks/prune", LIBPOD },
	{ "DELETE", "/networks/{network}", LIBPOD },
	{ "POST", "/networks/{network}/connect", LIBPOD },
	{ "POST", "/networks/{network}/disconnect", LIBPOD },
	{ "GET", "/networks/{network}/exists", LIBPOD },
	{ "GET", "/networks/{network}/json", LIBPOD },
	{ "POST", "/networks/{network}/update", LIBPOD },
	{ "POST,DELETE", "/play/kube", LIBPOD },
	{ "POST", "/pods/create", LIBPOD },
	{ "GET", "/pods/json", LIBPOD },
	{ "POST", "/pods/prune", LIBPOD },
	{ "GET", "/pods/stats", LIBPOD },
	{ "DELETE", "/pods/{pod}", LIBPOD },
	{ "GET", "/pods/{pod}/exists", LIBPOD },
	{ "GET", "/pods/{pod}/json", LIBPOD },
	{ "POST", "/pods/{pod}/kill", LIBPOD },
	{ "POST", "/pods/{pod}/pause", LIBPOD },
	{ "POST", "/pods/{pod}/restart", LIBPOD },
	{ "POST", "/pods/{pod}/start", LIBPOD },
	{ "POST", "/pods/{pod}/stop", LIBPOD },
	{ "GET", "/pods/{pod}/top", LIBPOD },
	{ "POST", "/pods/{pod}/unpause", LIBPOD },
	{ "POST,DELETE", "/quadlets", LIBPOD },
	{ "GET", "/quadlets/json", LIBPOD },
	{ "DELETE", "/quadlets/{quadlet}", LIBPOD },
	{ "GET", "/quadlets/{quadlet}/exists", LIBPOD },
	{ "GET", "/quadlets/{quadlet}/file", LIBPOD },
	{ "POST", "/secrets/create", LIBPOD },
	{ "GET", "/secrets/json", LIBPOD },
	{ "DELETE", "/secrets/{secret}", LIBPOD },
	{ "GET", "/secrets/{secret}/exists", LIBPOD },
	{ "GET", "/secrets/{secret}/json", LIBPOD },
	{ "POST", "/system/check", LIBPOD },
	{ "GET", "/system/df", LIBPOD },
	{ "POST", "/system/prune", LIBPOD },
	{ "GET", "/version", LIBPOD },
	{ "POST", "/volumes/create", LIBPOD },
	{ "GET", "/volumes/json", LIBPOD },
	{ "POST", "/volumes/prune", LIBPOD },
	{ "DELETE", "/volumes/{volume}", LIBPOD },
	{ "GET", "/volumes/{volume}/exists", LIBPOD },
	{ "GET", "/volumes/{volume}/export", LIBPOD },
	{ "POST", "/volumes/{volume}/import", LIBPOD },
	{ "GET", "/volumes/{volume}/json", LIBPOD },
	{ NULL }
};
/* clang-format on */

/* ---- texts that are put together ---- */

struct text {
	char *p; /* NUL-terminated */
	size_t len, cap;
	bool cut;
};

static void put(struct text *t, const char *p, size_t len)
{
	if (len >= t->cap - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->p + t->len, p, len);
	t->len += len;
	t->p[t->len] = '\0';
}

static void put_text(struct text *t, const char *p)
{
	put(t, p, strlen(p));
}

/* The kind of a segment such as {image}, NULL if it is a literal one. */
static const struct kind *kind_of(const char *segment, size_t len)
{
	if (len < 2 || segment[0] != '{')
		return NULL;
	for (size_t i = 0; i < N_OF(kinds); i++)
		if (strlen(kinds[i].name) == len - 2 &&
		    memcmp(kinds[i].name, segment + 1, len - 2) == 0)
			return &kinds[i];
	return NULL;
}

static bool has_variable(const char *name)
{
	for (const struct variable *v = variables; v->name; v++)
		if (strcmp(v->name, name) == 0)
			return true;
	return false;
}

/**
 * put_prefix() - Write what a pattern begins with
 * @t:		Text
 * @e:		Endpoint
 * @len:	Length of the first segment of its path
 *
 * %API_PREFIX_EXEC% stands for more than /exec, so that it is written out.
 */
static void put_prefix(struct text *t, const struct endpoint *e, size_t len)
{
	const char *segment = e->path + 1 + (e->path[1] == '_');
	char name[64];
	size_t n = (size_t)snprintf(name, sizeof(name), "API_PREFIX_%s",
				    e->libpod ? "LIBPOD_" : "");

	for (; segment < e->path + 1 + len; segment++)
		name[n++] = (char)toupper((unsigned char)*segment);
	name[n] = '\0';
	if (has_variable(name) && strcmp(name, "API_PREFIX_EXEC") != 0) {
		put_text(t, "%");
		put_text(t, name);
		put_text(t, "%");
	} else {
		put_text(t, e->libpod ? "%API_PREFIX_LIBPOD%" : "%API_PREFIX%");
		put(t, e->path, len + 1);
	}
}

/* The pattern of all paths of an endpoint. */
static void put_pattern(struct text *t, const struct endpoint *e)
{
	const char *p = e->path;
	size_t len = strcspn(p + 1, "/");

	put_prefix(t, e, len);
	if (e->except && p[len + 1] == '/') {
		/* Behind the literal beginning, where the first name is. */
		for (p += len + 1; p[1] != '{'; p += len + 1) {
			len = strcspn(p + 1, "/");
			put(t, p, len + 1);
		}
		put_text(t, "/(?!(?:");
		put_text(t, e->except);
		put_text(t, ")$)");
		len = strcspn(p + 1, "/");
		put_text(t, kind_of(p + 1, len)->pattern);
	}
	for (p += len + 1; *p == '/'; p += len + 1) {
		const struct kind *k;

		len = strcspn(p + 1, "/");
		k = kind_of(p + 1, len);
		put_text(t, "/");
		put(t, k ? k->pattern : p + 1, k ? strlen(k->pattern) : len);
	}
}

/* ---- which endpoint a path is of ---- */

static bool has_method(const char *methods, const char *method, size_t len)
{
	while (*methods != '\0') {
		size_t n = strcspn(methods, ",");

		if (n == len && memcmp(methods, method, len) == 0)
			return true;
		methods += n + (methods[n] == ',');
	}
	return false;
}

/**
 * may_match() - Whether a path has the shape of an endpoint's
 * @template:	Path of the endpoint
 * @path:	Behind version and /libpod, @len bytes
 * @len:	Length of @path
 *
 * What the names may hold the pattern says.
 */
static bool may_match(const char *template, const char *path, size_t len)
{
	const char *end = path + len;

	for (; *template == '/'; template += strcspn(template + 1, "/") + 1) {
		size_t n = strcspn(template + 1, "/");
		const struct kind *k = kind_of(template + 1, n);
		const char *next;

		if (path == end || *path != '/')
			return false;
		if (k && k->slashes)
			return true;
		next = memchr(path + 1, '/', (size_t)(end - path) - 1);
		if (!next)
			next = end;
		if (!k && ((size_t)(next - path) != n + 1 || memcmp(template, path, n + 1) != 0))
			return false;
		path = next;
	}
	return path == end;
}

/* Length of /vN, /vN.N and so on at the start of a path, as %_API_VERSION% has it. */
static size_t version_length(const char *path, size_t len)
{
	size_t n = 2, digits;

	if (len < 3 || path[0] != '/' || path[1] != 'v')
		return 0;
	for (;;) {
		for (digits = 0; n < len && path[n] >= '0' && path[n] <= '9'; n++)
			digits++;
		if (digits == 0)
			return 0;
		if (n == len || path[n] != '.')
			break;
		n++;
	}
	return n < len && path[n] == '/' ? n : 0;
}

/* Whether a path without its version is libpod's. */
static bool is_libpod(const char *rest, size_t len)
{
	size_t n = strlen(LIBPOD_ROOT);

	return len > n && memcmp(rest, LIBPOD_ROOT "/", n + 1) == 0;
}

static bool matches(const char *pattern, const char *path, size_t len)
{
	struct pattern_matcher *m = pattern_matcher_new();
	struct pattern *compiled = NULL;
	char error[PATTERN_ERROR_MAX];
	struct expansion x;
	bool is_match = false;
	size_t off;

	if (m && expand_variables(&x, pattern, strlen(pattern), &off) == EXPAND_OK) {
		compiled = pattern_compile(x.text, x.len, &off, error);
		is_match = compiled && pattern_match(compiled, m, path, len) == PATTERN_MATCH;
		free(x.text);
	}
	pattern_free(compiled);
	pattern_matcher_free(m);
	return is_match;
}

/* ---- rules ---- */

/* A path as the pattern that it alone matches; what a terminal could take amiss is a number. */
static void put_literal(struct text *t, const char *path, size_t len)
{
	const char *end = path + len;
	char number[16];

	while (path < end) {
		uint32_t c;

		size_t n = utf8_decode(path, (size_t)(end - path), &c);

		if (n == 0) {
			t->cut = true;
			return;
		}
		path += n;
		if (c <= ' ' || c > '~') {
			snprintf(number, sizeof(number), "\\x{%" PRIx32 "}", c);
			put_text(t, number);
			continue;
		}
		if (strchr("\\.+*?()|[]{}^$%", (int)c))
			put_text(t, "\\");
		number[0] = (char)c;
		put(t, number, 1);
	}
}

/**
 * find() - The endpoint of a request
 * @t:		Gets its pattern
 * @method:	Method, @method_len bytes
 * @method_len:	Length of @method
 * @path:	Path, @len bytes
 * @len:	Length of @path
 *
 * Return: the endpoint, or NULL with @t as it was.
 */
static const struct endpoint *find(struct text *t, const char *method, size_t method_len,
				   const char *path, size_t len)
{
	size_t version = version_length(path, len), start = t->len;
	const char *rest = path + version;
	size_t rest_len = len - version;
	bool libpod = is_libpod(rest, rest_len);

	if (libpod) {
		rest += strlen(LIBPOD_ROOT);
		rest_len -= strlen(LIBPOD_ROOT);
	}
	for (const struct endpoint *e = endpoints; e->methods; e++) {
		if (e->libpod != libpod || !has_method(e->methods, method, method_len) ||
		    !may_match(e->path, rest, rest_len))
			continue;
		put_pattern(t, e);
		if (!t->cut && matches(t->p + start, path, len))
			return e;
		t->len = start;
		t->p[start] = '\0';
	}
	return NULL;
}

const struct endpoint *endpoints_find(const char *method, size_t method_len, const char *path,
				      size_t path_len)
{
	char pattern[ENDPOINTS_RULE_MAX];
	struct text t = { .p = pattern, .cap = sizeof(pattern) };

	return path_len > 0 ? find(&t, method, method_len, path, path_len) : NULL;
}

static bool is_method(const char *method, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (method[i] < 'A' || method[i] > 'Z')
			return false;
	return len > 0;
}

/**
 * put_no_endpoint() - The pattern of a path that is no endpoint's
 * @t:		Text
 * @path:	Path, @len bytes
 * @len:	Length of @path
 *
 * Clients negotiate the version, so that it is left open. But where a version more or
 * less would make the path an endpoint's, it stays as it is: /libpod/info is nobody's,
 * /v5.0.0/libpod/info is, and so is /v1.43/info, which /v1.43/v1.43/info is not.
 */
static void put_no_endpoint(struct text *t, const char *path, size_t len)
{
	size_t version = version_length(path, len);
	bool is_fixed = version > 0 ? version_length(path + version, len - version) > 0 :
				      is_libpod(path, len);

	if (!is_fixed) {
		put_text(t, "%API_PREFIX%");
		path += version;
		len -= version;
	}
	put_literal(t, path, len);
}

int endpoints_suggest(char *rule, const char *method, size_t method_len, const char *path,
		      size_t path_len)
{
	struct text t = { .p = rule, .cap = ENDPOINTS_RULE_MAX };

	if (!is_method(method, method_len) || path_len == 0 || path[0] != '/')
		return -EINVAL;
	put(&t, method, method_len);
	put(&t, " ", 1);
	if (!find(&t, method, method_len, path, path_len))
		put_no_endpoint(&t, path, path_len);
	return t.cut ? -EINVAL : 0;
}

/* ---- samples ---- */

bool endpoints_instance(char *out, const struct endpoint *e, size_t n)
{
	struct text t = { .p = out, .cap = ENDPOINTS_INSTANCE_MAX };
	size_t sample = n / 2, n_samples = 1, len;

	/* Podman's own API has a version always. */
	put_text(&t, n % 2 == 0 ? (e->libpod ? "/v5.0.0" : "/v1.43") : e->libpod ? "/v4.3.1" : "");
	if (e->libpod)
		put_text(&t, LIBPOD_ROOT);
	for (const char *p = e->path; *p == '/'; p += len + 1) {
		const struct kind *k;
		size_t i = 1; /* each kind has one sample at least */

		len = strcspn(p + 1, "/");
		k = kind_of(p + 1, len);
		while (k && i < SAMPLES_MAX && k->samples[i])
			i++;
		put_text(&t, "/");
		if (k)
			put_text(&t, k->samples[sample % i]);
		else
			put(&t, p + 1, len);
		n_samples = i > n_samples ? i : n_samples;
	}
	return sample < n_samples;
}
