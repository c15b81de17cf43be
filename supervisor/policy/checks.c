#include "checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "glob.h"
#include "hostpath.h"
#include "image.h"
#include "spelling.h"

void check_privileged(struct judge *j, const struct gojson *v)
{
	if (gojson_bool(v) && !judge_named(j, CONSTRAINT_PRIVILEGED))
		judge_close(
			j, v,
			"gives all that root of the host may do, and no \"+ privileged\" allows it");
}

void check_image_text(struct judge *j, const char *reference)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_IMAGE);
	char full[IMAGE_REFERENCE_MAX];

	if (image_has_transport(reference))
		judge_close_to(j, CONSTRAINT_IMAGE, NULL, "is no image of a registry");
	else if (c && !image_normalise(full, reference))
		judge_refuse(j, c, "\"%.*s\" is no reference of an image", JUDGE_VALUE_MAX,
			     reference);
	else if (c)
		judge_listed(j, CONSTRAINT_IMAGE, full, NULL);
}

void check_image(struct judge *j, const struct gojson *v)
{
	check_image_text(j, gojson_string(v));
}

void check_user(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] != '\0')
		judge_listed(j, CONSTRAINT_USER, gojson_string(v),
			     "is a user that no \"+ user\" allows");
}

static const char *env_name(const struct gojson *v, char *name, size_t cap)
{
	snprintf(name, cap, "%.*s", (int)strcspn(gojson_string(v), "="), gojson_string(v));
	return name;
}

/*
 * Podman's pkg/env, parseEnv(): "NAME" is its own variable, "NAME*" all that begin so.
 * A list may have the former.
 */
static void check_env_value(struct judge *j, const struct gojson *v)
{
	const char *text = gojson_string(v);

	if (!strchr(text, '=') && (!judge_named(j, CONSTRAINT_ENV) || strchr(text, '*')))
		judge_close(j, v, "takes a variable of the engine's own, write NAME=value");
}

void check_env(struct judge *j, const struct gojson *v)
{
	char name[256];

	judge_listed(j, CONSTRAINT_ENV, env_name(v, name, sizeof(name)), NULL);
	check_env_value(j, v);
}

void check_env_of_exec(struct judge *j, const struct gojson *v)
{
	char name[256];
	bool is_linker = strncmp(env_name(v, name, sizeof(name)), "LD_", 3) == 0;

	judge_listed(j, CONSTRAINT_ENV, name,
		     is_linker ? "tells the dynamic linker what to load" : NULL);
	check_env_value(j, v);
}

static void visit_label(void *data, const char *name, const struct gojson *value)
{
	static const char autoupdate[] = "io.containers.autoupdate";

	judge_listed(data, CONSTRAINT_LABEL, name, NULL);
	/* podman-auto-update(1) restarts the unit of the host that another label names. */
	if (strncmp(name, autoupdate, strlen(autoupdate)) == 0)
		judge_close(data, value, "makes Podman restart a unit of the host");
}

void check_labels(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_label, j);
}

void check_working_dir(struct judge *j, const struct gojson *v)
{
	char path[POLICY_PATH_MAX];

	/* CVE-2024-21626: a descriptor of the host's that runc has left open. */
	if (gojson_string(v)[0] != '\0' &&
	    (!hostpath_clean(path, gojson_string(v)) || hostpath_is_below(path, "/proc")))
		judge_close(j, v, "may lead out of the container");
}

void check_cap_add(struct judge *j, const struct gojson *v)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_CAP);
	char name[SPELLING_CAP_MAX];

	if (!spelling_cap(name, gojson_string(v))) {
		judge_close(j, v, "is no capability");
		return;
	}
	if (spelling_cap_is_default(name))
		return;
	for (size_t i = 0; c && i < c->n_words; i++)
		if (strcmp(c->words[i], name) == 0 || strcmp(c->words[i], "ALL") == 0)
			return;
	if (c)
		judge_refuse(j, c, "%s is not one of %s", name, c->args);
	else
		judge_close(
			j, v,
			"gives a capability that containers do not have, and no \"+ cap\" allows it");
}

/* ---- mounts ---- */

/**
 * refuse_source() - Say what is wrong with a mount
 * @j:		Judge
 * @c:		The constraint bind
 * @path:	Where its source leads to
 * @source:	Source
 * @shown:	What people see of it
 */
static void refuse_source(struct judge *j, const struct constraint *c, const char *path,
			  const char *source, const char *shown)
{
	char clean[POLICY_PATH_MAX];

	for (size_t i = 0; i < c->n_words; i++)
		if (hostpath_is_below(path, c->words[i])) {
			judge_refuse(j, c, "\"%.*s\" is outside %s, unless it is read-only",
				     JUDGE_VALUE_MAX, shown, c->args);
			return;
		}
	if (hostpath_clean(clean, source) && strcmp(clean, path) != 0)
		judge_refuse(j, c, "\"%.*s\" leads to %.*s, which is outside %s", JUDGE_VALUE_MAX,
			     shown, JUDGE_VALUE_MAX, path, c->args);
	else
		judge_refuse(j, c, "\"%.*s\" is outside %s", JUDGE_VALUE_MAX, shown, c->args);
}

void check_bind_source(struct judge *j, const char *source, bool read_only, const char *shown)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_BIND);
	char path[POLICY_PATH_MAX];
	enum hostpath_error e;

	if (!c) {
		judge_close_because(j, "\"%.*s\" is a path of the host that no \"+ bind\" allows",
				    JUDGE_VALUE_MAX, shown);
		return;
	}
	e = hostpath_read(path, source, j->host);
	if (e != HOSTPATH_OK) {
		judge_refuse(j, c, "\"%.*s\" %s", JUDGE_VALUE_MAX, source, hostpath_error_text(e));
		return;
	}
	for (size_t i = 0; i < c->n_words; i++)
		if (hostpath_is_below(path, c->words[i]) && (read_only || !c->read_only[i]))
			return;
	refuse_source(j, c, path, source, shown);
}

void check_volume_name(struct judge *j, const char *name)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_VOLUME);

	if (c && !spelling_is_name(name))
		judge_refuse(j, c, "\"%.*s\" is no name of a volume", JUDGE_VALUE_MAX, name);
	else
		judge_listed(j, CONSTRAINT_VOLUME, name, "is a volume that no \"+ volume\" allows");
}

void check_new_volume_name(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] != '\0')
		judge_listed(j, CONSTRAINT_VOLUME, gojson_string(v), NULL);
}

/**
 * check_options() - Hold options between commas against a list
 * @j:		Judge
 * @options:	Options
 * @names:	Those that are harmless, between blanks; "size=" with any value
 * @why:	What is wrong with another one
 */
static void check_options(struct judge *j, const char *options, const char *names, const char *why)
{
	while (*options != '\0') {
		size_t len = strcspn(options, ","), name = strcspn(options, "=,");

		name += options[name] == '=';
		if (len > 0 && !spelling_is_one_of(names, options, name)) {
			judge_close_because(j, "\"%.*s\" %s",
					    (int)(len < JUDGE_VALUE_MAX ? len : JUDGE_VALUE_MAX),
					    options, why);
		}
		options += len;
		options += *options == ',';
	}
}

static bool has_option(const char *options, const char *name)
{
	while (*options != '\0') {
		size_t len = strcspn(options, ",");

		if (len == strlen(name) && memcmp(options, name, len) == 0)
			return true;
		options += len;
		options += *options == ',';
	}
	return false;
}

/* Where bind is given without confined, what makes more of a mount than it says counts, too. */
static void check_propagation(struct judge *j, const char *options)
{
	static const char *const spread[] = { "shared", "rshared", "slave", "rslave" };
	const struct constraint *c = judge_named(j, CONSTRAINT_BIND);

	if (!c || judge_named(j, CONSTRAINT_CONFINED))
		return; /* that knows options that are harmless */
	for (size_t i = 0; i < sizeof(spread) / sizeof(spread[0]); i++)
		if (has_option(options, spread[i]))
			judge_refuse(j, c, "\"%s\" lets mounts through", spread[i]);
	/* Podman's "O,upperdir=/path". */
	if (strchr(options, '/'))
		judge_refuse(j, c, "\"%.*s\" names a path of the host", JUDGE_VALUE_MAX, options);
}

void check_bind(struct judge *j, const struct gojson *v)
{
	check_bind_text(j, gojson_string(v));
}

/* moby's volume/mounts/linux_parser.go, ParseMountRaw(). */
void check_bind_text(struct judge *j, const char *spec)
{
	const char *colon = strchr(spec, ':');
	const char *target = colon ? colon + 1 : spec, *options = strchr(target, ':');
	char source[POLICY_PATH_MAX];

	if (!colon)
		return; /* a volume without a name, made for it */
	options = options ? options + 1 : "";
	snprintf(source, sizeof(source), "%.*s", (int)(colon - spec), spec);
	if ((size_t)(colon - spec) >= sizeof(source) || strchr(options, ':')) {
		judge_refuse(j, &j->set->items[0], "is no mount");
		return;
	}
	/* To Podman what begins with a dot is a path, too. */
	if (source[0] == '/' || (source[0] == '.' && judge_named(j, CONSTRAINT_BIND)))
		check_bind_source(j, source,
				  has_option(options, "ro") && !has_option(options, "rw"), spec);
	else
		check_volume_name(j, source);
	check_propagation(j, options);
	check_options(j, options, "ro rw z nocopy private rprivate cached delegated consistent",
		      "is an option of mounts that reaches the host");
}

/*
 * Podman's compat API joins the members to a text for --mount, where "/t,source=/" as
 * the target goes before what the source says.
 */
static void check_mount_text(struct judge *j, const struct gojson *v, const char *name)
{
	size_t mark = judge_enter(j, ".%s", name);

	if (strpbrk(gojson_member_string(v, name), ",\"\r\n"))
		judge_refuse(j, &j->set->items[0], "may be taken for further options");
	judge_leave(j, mark);
}

void check_mount(struct judge *j, const struct gojson *v)
{
	const char *type = gojson_member_string(v, "Type"),
		   *source = gojson_member_string(v, "Source");
	const struct gojson *bind = gojson_member(v, "BindOptions");
	bool read_only = gojson_bool(gojson_member(v, "ReadOnly"));
	size_t mark;

	check_mount_text(j, v, "Source");
	check_mount_text(j, v, "Target");
	check_mount_text(j, v, "Consistency");
	if (strcmp(type, "bind") == 0) {
		bool leaky = gojson_bool(gojson_member(bind, "ReadOnlyNonRecursive")) ||
			     gojson_bool(gojson_member(bind, "NonRecursive"));

		mark = judge_enter(j, ".Source");
		check_bind_source(j, source, read_only && !leaky, source);
		judge_leave(j, mark);
		mark = judge_enter(j, ".BindOptions.Propagation");
		check_propagation(j, gojson_member_string(bind, "Propagation"));
		judge_leave(j, mark);
	} else if (strcmp(type, "volume") == 0) {
		mark = judge_enter(j, ".Source");
		if (source[0] != '\0')
			check_volume_name(j, source);
		judge_leave(j, mark);
	} else if (strcmp(type, "image") == 0) {
		mark = judge_enter(j, ".Source");
		if (judge_named(j, CONSTRAINT_IMAGE))
			check_image_text(j, source);
		else
			judge_close_because(j, "is an image that no \"+ image\" allows");
		judge_leave(j, mark);
	} else if (strcmp(type, "tmpfs") == 0) {
		mark = judge_enter(j, ".Source");
		if (source[0] != '\0')
			judge_close(j, gojson_member(v, "Source"), "is nothing that a tmpfs has");
		judge_leave(j, mark);
	} else {
		mark = judge_enter(j, ".Type");
		judge_close_to(j, CONSTRAINT_BIND, gojson_member(v, "Type"),
			       "is a kind of mount that is not judged");
		judge_leave(j, mark);
	}
}

static const char tmpfs_flags[] = "ro rw noexec exec nosuid nodev noatime nodiratime relatime";
static const char tmpfs_options[] =
	"ro rw noexec exec nosuid nodev noatime nodiratime relatime size= mode= uid= gid= nr_inodes= nr_blocks=";

void check_tmpfs_options(struct judge *j, const struct gojson *v)
{
	check_options(j, gojson_string(v), tmpfs_options,
		      "is an option that containers do not have on a tmpfs");
}

void check_tmpfs_pair(struct judge *j, const struct gojson *v)
{
	const char *name = gojson_string(gojson_item(v, 0));

	if (gojson_size(v) != 1 || !spelling_is_one_of(tmpfs_flags, name, strlen(name)))
		judge_close(j, v, "is an option that containers do not have on a tmpfs");
}

/*
 * moby's volume/local/local_unix.go gives type, o and device to mount(2), where o=bind
 * makes the type meaningless.
 */
void check_volume_options(struct judge *j, const struct gojson *v)
{
	const char *type = gojson_string(gojson_key(v, "type"));
	const char *device = gojson_string(gojson_key(v, "device"));

	if (gojson_size(v) == 0)
		return;
	if (strcmp(type, "tmpfs") != 0 || strchr(device, '/') ||
	    gojson_size(v) != 1 + (size_t)(gojson_key(v, "device") != NULL) +
				      (size_t)(gojson_key(v, "o") != NULL)) {
		judge_close_to(j, CONSTRAINT_BIND, v,
			       "are options of a volume that may mount anything");
		return;
	}
	check_options(j, gojson_string(gojson_key(v, "o")), tmpfs_options,
		      "is an option of mount(2) that a tmpfs does not need");
}

/* ---- namespaces ---- */

static bool has_word(const struct constraint *c, const char *word)
{
	for (size_t i = 0; c && i < c->n_words; i++)
		if (strcmp(c->words[i], word) == 0)
			return true;
	return false;
}

void check_namespace(struct judge *j, const char *mode, const char *name, const char *own)
{
	const struct constraint *host = judge_named(j, CONSTRAINT_HOST);

	if (mode[0] == '\0' || spelling_is_one_of(own, mode, strlen(mode)))
		return;
	if (strcmp(mode, "host") == 0 && has_word(host, name))
		return;
	if (strcmp(mode, "host") == 0 && host) {
		judge_refuse(j, host, "\"host\" is not one of %s", host->args);
		return;
	}
	if (strcmp(mode, "host") == 0)
		judge_close_because(j,
				    "\"host\" joins a namespace of the host, and no \"+ host %s\" "
				    "allows it",
				    name);
	else
		judge_close_because(j, "\"%.*s\" joins a namespace that is not its own",
				    JUDGE_VALUE_MAX, mode);
}

/**
 * check_network() - A network to be joined, by its name
 * @j:		Judge
 * @name:	Name, or an id, or what one begins with: engines find networks by these, too
 * @is_id:	Whether a glob could not tell which network it is
 */
static void check_network(struct judge *j, const char *name, bool is_id)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_NETWORK);

	if (c && !spelling_is_name(name))
		judge_refuse(j, c, "\"%.*s\" is no name of a network", JUDGE_VALUE_MAX, name);
	else if (c && is_id && !has_word(c, name))
		judge_refuse(j, c, "\"%.*s\" may be the beginning of an id, %s does not name it",
			     JUDGE_VALUE_MAX, name, c->args);
	else
		judge_listed(j, CONSTRAINT_NETWORK, name,
			     "is a network that no \"+ network\" allows");
}

static bool is_own(const char *name)
{
	return name[0] == '\0' || spelling_is_one_of("default bridge none", name, strlen(name));
}

void check_listed_network(struct judge *j, const char *name)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_NETWORK);

	/* No container gets at the host's by its id, moby's updateNetworkSettings(). */
	check_network(j, name, spelling_is_id(name) && !(c && has_word(c, "*")));
}

void check_network_name(struct judge *j, const char *name)
{
	if (!is_own(name))
		check_listed_network(j, name);
}

/* Of a service the id may be that of the host's, moby's populateNetworkID(). */
void check_network_of_cluster(struct judge *j, const char *name)
{
	static const char id_bytes[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	if (strcmp(name, "host") == 0)
		check_namespace(j, name, "net", "");
	else if (!is_own(name))
		check_network(j, name, name[strspn(name, id_bytes)] == '\0');
}

void check_network_mode(struct judge *j, const struct gojson *v)
{
	const char *mode = gojson_string(v);
	bool is_host = strcmp(mode, "host") == 0;

	/* What is no name is "container:<id>", or podman's "ns:<path>". */
	if (!is_host && (mode[0] == '\0' || spelling_is_name(mode)))
		check_network_name(j, mode);
	else if (judge_named(j, CONSTRAINT_CONFINED) ||
		 (is_host && judge_named(j, CONSTRAINT_HOST)))
		check_namespace(j, mode, "net", "");
	else
		judge_close_to(j, CONSTRAINT_NETWORK, v, "joins a namespace that is not its own");
}

/* ---- ports ---- */

/* A port, or a range, as people read it. */
static const char *show_port(char *out, const char *ip, int64_t first, int64_t last)
{
	int n = snprintf(out, 2 * JUDGE_VALUE_MAX, "%.*s:", JUDGE_VALUE_MAX,
			 ip[0] != '\0' ? ip : "any address");

	if (first == 0)
		sprintf(out + n, "(a port that the engine picks)");
	else if (first == last)
		sprintf(out + n, "%lld", (long long)first);
	else
		sprintf(out + n, "%lld-%lld", (long long)first, (long long)last);
	return out;
}

void check_publish(struct judge *j, const char *ip, int64_t first, int64_t last)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_PUBLISH);
	char plain[SPELLING_IP_MAX] = "", port[2 * JUDGE_VALUE_MAX];

	if (!c) {
		judge_close_because(j, "%s is a port of the host that no \"+ publish\" allows",
				    show_port(port, ip, first, last));
		return;
	}
	if (ip[0] != '\0' && !spelling_ip(plain, ip)) {
		judge_refuse(j, c, "\"%.*s\" is no address", JUDGE_VALUE_MAX, ip);
		return;
	}
	for (size_t i = 0; i < c->n_ranges; i++) {
		const struct constraint_range *r = &c->ranges[i];

		if (r->ip[0] != '\0' && strcmp(r->ip, plain) != 0)
			continue;
		if (r->any_port || (first >= r->first && last >= first && last <= r->last))
			return;
	}
	judge_refuse(j, c, "%s is outside %s", show_port(port, plain, first, last), c->args);
}

static void check_port_binding(struct judge *j, const struct gojson *v)
{
	const char *text = gojson_member_string(v, "HostPort");
	unsigned int first = 0, last = 0;

	/* Nothing is a port that the engine picks, "8000-8010" one that it picks of these. */
	if (text[0] == '\0' || spelling_ports(&first, &last, text))
		check_publish(j, gojson_member_string(v, "HostIp"), first, last);
	else
		judge_refuse(j, &j->set->items[0], "\"%.*s\" is no port", JUDGE_VALUE_MAX, text);
}

void check_port_bindings(struct judge *j, const struct gojson *v)
{
	if (gojson_kind_of(v) != GOJSON_NULL && gojson_kind_of(v) != GOJSON_ARRAY)
		judge_refuse(j, &j->set->items[0], "is not %s", schema_kind_text(SCHEMA_ARRAY));
	/* Up to API 1.52 a port that the engine picks, at every address. */
	else if (gojson_size(v) == 0)
		check_publish(j, "", 0, 0);
	for (size_t i = 0; gojson_item(v, i); i++) {
		size_t mark = judge_enter(j, "[%zu]", i);

		check_port_binding(j, gojson_item(v, i));
		judge_leave(j, mark);
	}
}

/* ---- the rest ---- */

void check_device_path(struct judge *j, const char *path)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_DEVICE);
	char canonical[POLICY_PATH_MAX];
	enum hostpath_error e;

	if (!c) {
		judge_close_because(j,
				    "\"%.*s\" is a device of the host that no \"+ device\" allows",
				    JUDGE_VALUE_MAX, path);
		return;
	}
	e = hostpath_read(canonical, path, j->host);
	if (e != HOSTPATH_OK)
		judge_refuse(j, c, "\"%.*s\" %s", JUDGE_VALUE_MAX, path, hostpath_error_text(e));
	else if (!has_word(c, canonical))
		judge_refuse(j, c, "\"%.*s\" is not one of %s", JUDGE_VALUE_MAX, path, c->args);
}

void check_runtime(struct judge *j, const struct gojson *v)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_RUNTIME);
	const char *name = gojson_string(v);

	/* Podman takes a path, too, and runs what is there. */
	if (c && name[0] != '\0' && !spelling_is_name(name))
		judge_refuse(j, c, "\"%.*s\" is no name of a runtime", JUDGE_VALUE_MAX, name);
	else if (name[0] != '\0')
		judge_listed(j, CONSTRAINT_RUNTIME, name,
			     "is a runtime that no \"+ runtime\" allows");
}

/* Whether a path stays in the directory it is read from. */
static bool stays_inside(const char *path)
{
	if (path[0] == '/' || strstr(path, "://"))
		return false;
	for (; *path != '\0'; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0)
			return false;
		path += len;
	}
	return true;
}

/*
 * Podman takes an array of them as JSON, and reads "../../etc/passwd" from the host
 * (compat/images_build.go). What begins like an array and is none stays a path there.
 */
void check_dockerfile(struct judge *j, const char *text)
{
	char error[GOJSON_ERROR_MAX];
	struct gojson *paths = text[0] == '[' ? gojson_read(text, strlen(text), error) : NULL;
	bool inside = paths ? schema_kind_fits(SCHEMA_STRINGS, paths) :
			      text[0] != '[' && stays_inside(text);

	for (size_t i = 0; gojson_item(paths, i); i++)
		inside = inside && stays_inside(gojson_string(gojson_item(paths, i)));
	gojson_free(paths);
	if (!inside)
		judge_close_because(j, "leads out of what is built");
}

void check_security_opt(struct judge *j, const struct gojson *v)
{
	static const char *const harmless[] = {
		"no-new-privileges",   "no-new-privileges=true", "no-new-privileges:true",
		"no-new-privileges=1", "no-new-privileges:1",
	};

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(gojson_string(v), harmless[i]) == 0)
			return;
	judge_close(j, v, "changes what keeps the container in");
}

static void visit_logging_option(void *data, const char *name, const struct gojson *value)
{
	static const char harmless[] =
		"max-size max-file compress labels labels-regex env env-regex "
		"tag mode max-buffer-size";
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	if (!spelling_is_one_of(harmless, name, strlen(name)))
		judge_close(j, value, "is an option that only drivers which call out have");
	judge_leave(j, mark);
}

void check_logging(struct judge *j, const struct gojson *v, const char *type, const char *options)
{
	const struct gojson *driver = gojson_member(v, type);
	const char *name = gojson_string(driver);
	size_t mark = judge_enter(j, ".%s", type);

	if (name[0] != '\0' && !spelling_is_one_of("json-file local none", name, strlen(name)))
		judge_close(j, driver, "is a logging driver by which the engine calls out");
	judge_leave(j, mark);
	mark = judge_enter(j, ".%s", options);
	/* With no driver named they go to the engine's default one. */
	gojson_each(gojson_member(v, options), visit_logging_option, j);
	judge_leave(j, mark);
}

void check_oom_score_adj(struct judge *j, const struct gojson *v)
{
	if (gojson_integer(v) < 0)
		judge_close(j, v, "lets others be killed in its place");
}

void check_maximum(struct judge *j, enum constraint_id id, const char *member, int64_t value,
		   enum check_need need)
{
	const struct constraint *c = judge_named(j, id);
	size_t mark;

	if (!c || (value > 0 && value <= c->limit))
		return;
	if (value == 0 && need == CHECK_WHERE_GIVEN)
		return;
	mark = judge_enter(j, "%s", member);
	if (value == 0)
		judge_refuse(j, c, "is missing, it must be at most %s", c->args);
	else if (value < 0)
		judge_refuse(j, c, "sets no limit, it must be at most %s", c->args);
	else
		judge_refuse(j, c, "%lld is more than %s", (long long)value, c->args);
	judge_leave(j, mark);
}
