/*
 * The fields of moby's HostConfig and Config (api/types/container), and what podman
 * makes of them: it writes options of its command line, and reads those again
 * (pkg/api/handlers/compat, cmd/podman/common/create_opts.go).
 */
#include "harm_oracle.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "fuzz.h"

#define MIB (INT64_C(1) << 20)

/* ---- texts ---- */

static bool is_any(const char *text, const char *words)
{
	char *copy = strdup(words), *rest = copy;
	bool found = false;

	for (char *word; (word = strsep(&rest, "|")) != NULL;)
		found = found || strcmp(word, text) == 0;
	free(copy);
	return found;
}

/* Whether one of the options between commas, but for its value, is one of some words. */
static bool has_option(const char *options, const char *words)
{
	char *copy = strdup(options), *rest = copy;
	bool found = false;

	for (char *option; (option = strsep(&rest, ",")) != NULL;)
		found = found || is_any(strsep(&option, "="), words);
	free(copy);
	return found;
}

/* The path without empty segments, "." and "..", which end at the root. */
static char *cleaned(const char *path)
{
	char *copy = strdup(path), *rest = copy, *out = calloc(1, strlen(path) + 2);
	size_t n = 0;

	for (char *segment; (segment = strsep(&rest, "/")) != NULL;) {
		if (strcmp(segment, "..") == 0) {
			while (n > 0 && out[--n] != '/')
				;
		} else if (!is_any(segment, "|.")) {
			out[n++] = '/';
			memcpy(out + n, segment, strlen(segment));
			n += strlen(segment);
		}
	}
	out[n] = '\0';
	free(copy);
	return out;
}

static bool is_in(const char *path, const char *root)
{
	char *clean = cleaned(path);
	size_t len = strlen(root);
	bool in = strncmp(clean, root, len) == 0 && (clean[len] == '\0' || clean[len] == '/');

	free(clean);
	return in;
}

/* ---- what harms ---- */

static bool says(const struct go_type *t, const struct go_value *v)
{
	switch (t->kind) {
	case GO_BOOL:
		return v->truth;
	case GO_INT:
	case GO_INT_POINTER:
		return v->integer != 0;
	case GO_STRING:
		return go_text(v)[0] != '\0';
	case GO_SLICE:
	case GO_MAP:
		return v->n > 0;
	case GO_ANY:
		return v->is_set;
	case GO_STRUCT:
	case GO_STRUCT_POINTER:
		break;
	}
	for (size_t i = 0; i < v->n; i++)
		if (says(t->fields[i].type, &v->items[i]))
			return true;
	return false;
}

#define HARMS(name_)                                                           \
	static bool name_(const struct harm_case *c, const struct go_field *f, \
			  const struct go_value *v)
#define UNUSED ((void)c, (void)f, (void)v)

HARMS(any)
{
	UNUSED;
	return says(f->type, v);
}

HARMS(never)
{
	UNUSED;
	return false;
}

/* Also empty it means something. */
HARMS(present)
{
	UNUSED;
	return v->is_set;
}

HARMS(namespace)
{
	UNUSED;
	return strcmp(go_text(v), "host") == 0 || strchr(go_text(v), ':') != NULL;
}

static bool is_foreign_network(const struct harm_case *c, const char *name)
{
	if (is_any(name, "|default|bridge|none"))
		return false;
	return !c->opened || name[0] != 'n' || strchr(name, ':');
}

HARMS(network_mode)
{
	UNUSED;
	return is_foreign_network(c, go_text(v));
}

static bool is_foreign_volume(const struct harm_case *c, const char *name)
{
	return !c->opened || name[0] != 'v' || strpbrk(name, "/:,\"");
}

static bool is_foreign_path(const struct harm_case *c, const char *path, bool read_only)
{
	return !c->opened || !read_only || !is_in(path, "/srv");
}

HARMS(binds)
{
	bool harm = false;

	UNUSED;
	for (size_t i = 0; i < v->n && !harm; i++) {
		char *copy = strdup(go_text(&v->items[i])), *rest = copy;
		const char *source = strsep(&rest, ":"), *options;

		if (rest) {
			strsep(&rest, ":");
			options = rest ? rest : "";
			harm = source[0] == '/' || source[0] == '.' ?
				       is_foreign_path(c, source, has_option(options, "ro")) :
				       is_foreign_volume(c, source);
			harm = harm || has_option(options, "shared|rshared|slave|rslave|Z|U|O|suid|"
							   "dev|exec|bind|rbind|unbindable");
		}
		free(copy);
	}
	return harm;
}

/* moby's daemon/volume/local: what is given to mount(2). */
HARMS(driver_options)
{
	const char *type = "", *options = "", *device = "";

	UNUSED;
	for (size_t i = 0; i < v->n; i++) {
		const char *value = go_text(&v->items[i]);

		type = strcmp(v->keys[i], "type") == 0 ? value : type;
		options = strcmp(v->keys[i], "o") == 0 ? value : options;
		device = strcmp(v->keys[i], "device") == 0 ? value : device;
	}
	if (v->n == 0)
		return false;
	return strcmp(type, "tmpfs") != 0 || strchr(device, '/') ||
	       has_option(options, "bind|rbind|move|remount|suid|dev|shared|rshared|slave|rslave|"
				   "addr|lowerdir|upperdir|workdir");
}

HARMS(volume_driver)
{
	UNUSED;
	return !is_any(go_text(v), "|local");
}

HARMS(propagation)
{
	UNUSED;
	return !is_any(go_text(v), "|private|rprivate");
}

HARMS(tmpfs_pairs)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->items[i].n; k++)
			if (is_any(go_text(&v->items[i].items[k]), "suid|dev|bind|remount"))
				return true;
	return false;
}

HARMS(tmpfs)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (strchr(v->keys[i], ':') ||
		    has_option(go_text(&v->items[i]), "suid|dev|bind|remount"))
			return true;
	return false;
}

static bool is_mount_harmful(const struct harm_case *c, const struct go_type *t,
			     const struct go_value *m)
{
	const char *type = go_text(go_member(t, m, "Type"));
	const char *source = go_text(go_member(t, m, "Source"));
	const struct go_value *bind = go_member(t, m, "BindOptions");
	bool read_only = go_member(t, m, "ReadOnly")->truth;

	if (strpbrk(source, ",\"\n") || strpbrk(go_text(go_member(t, m, "Target")), ",\"\n") ||
	    strpbrk(go_text(go_member(t, m, "Consistency")), ",\"\n"))
		return true; /* further options to podman */
	for (size_t i = 0; i < bind->n; i++)
		if (bind->items[i].truth) /* submounts stay writable */
			read_only = false;
	if (strcmp(type, "bind") == 0)
		return is_foreign_path(c, source, read_only);
	if (strcmp(type, "volume") == 0)
		return source[0] != '\0' && is_foreign_volume(c, source);
	return is_any(type, "image|cluster|npipe|glob|devpts|ramfs");
}

HARMS(capabilities)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++) {
		const char *name = go_text(&v->items[i]);

		name += strncasecmp(name, "CAP_", 4) == 0 ? 4 : 0;
		/* strings.ToUpper() makes capitals of these two. */
		if (strstr(name, "\u017f") || strstr(name, "\u0131") ||
		    strcasecmp(name, "ALL") == 0 || strncasecmp(name, "SYS_", 4) == 0 ||
		    strncasecmp(name, "MAC_", 4) == 0 || strncasecmp(name, "DAC_READ", 8) == 0 ||
		    strncasecmp(name, "NET_ADMIN", 9) == 0 || strcasecmp(name, "BPF") == 0 ||
		    strcasecmp(name, "PERFMON") == 0)
			if (strcasecmp(name, "SYS_CHROOT") != 0)
				return true;
	}
	return false;
}

HARMS(security_options)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (strncmp(go_text(&v->items[i]), "no-new-privileges", 17) != 0 ||
		    strstr(go_text(&v->items[i]), "=f") || strstr(go_text(&v->items[i]), "=0") ||
		    strstr(go_text(&v->items[i]), ":f") || strstr(go_text(&v->items[i]), ":0"))
			return true;
	return false;
}

HARMS(log_type)
{
	UNUSED;
	return !is_any(go_text(v), "|json-file|local|none");
}

HARMS(log_options)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (strstr(v->keys[i], "address") || strstr(v->keys[i], "path") ||
		    strstr(v->keys[i], "url"))
			return true;
	return false;
}

HARMS(restart)
{
	UNUSED;
	return !is_any(go_text(v), "|no");
}

HARMS(isolation)
{
	UNUSED;
	return !is_any(go_text(v), "|default");
}

HARMS(shm_size)
{
	UNUSED;
	return v->integer != 0 && v->integer != 64 * MIB;
}

HARMS(negative)
{
	UNUSED;
	return v->integer < 0;
}

static bool is_port_outside(const char *text)
{
	long long first, last;
	char *end;

	first = last = strtoll(text, &end, 10);
	if (*end == '-')
		last = strtoll(end + 1, &end, 10);
	/* Of what is no port an engine makes nothing. */
	if (text[0] != '\0' && *end != '\0')
		return false;
	return first < 8000 || first > 8999 || last < 8000 || last > 8999;
}

HARMS(ports)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++) {
		/* To moby an empty list is one of an empty binding, up to API 1.52. */
		if (v->items[i].n == 0)
			return true;
		for (size_t k = 0; k < v->items[i].n; k++) {
			const struct go_type *t = f->type->of->of;
			const struct go_value *at = &v->items[i].items[k];
			const char *ip = go_text(go_member(t, at, "HostIp"));

			if (!c->opened || !is_any(ip, "127.0.0.1|::ffff:127.0.0.1|::FFFF:127.0.0.1|"
						      "[::ffff:127.0.0.1]|::ffff:7f00:1"))
				return true;
			if (is_port_outside(go_text(go_member(t, at, "HostPort"))))
				return true;
		}
	}
	return false;
}

HARMS(networks)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (is_foreign_network(c, v->keys[i]))
			return true;
	return false;
}

/* Podman takes what is behind a colon for the path in the container. */
HARMS(volumes)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (strchr(v->keys[i], ':'))
			return true;
	return false;
}

HARMS(working_dir)
{
	UNUSED;
	return is_in(go_text(v), "/proc");
}

HARMS(linker)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (strncmp(go_text(&v->items[i]), "LD_", 3) == 0)
			return true;
	return false;
}

/* ---- types ---- */

static const struct go_type boolean = { GO_BOOL, NULL, NULL }, integer = { GO_INT, NULL, NULL };
static const struct go_type int_pointer = { GO_INT_POINTER, NULL, NULL };
static const struct go_type string = { GO_STRING, NULL, NULL }, thing = { GO_ANY, NULL, NULL };
static const struct go_type strings = { GO_SLICE, &string, NULL };
static const struct go_type string_lists = { GO_SLICE, &strings, NULL };
static const struct go_type things = { GO_SLICE, &thing, NULL };
static const struct go_type string_map = { GO_MAP, &string, NULL };
static const struct go_type thing_map = { GO_MAP, &thing, NULL };

#define STRUCT(name_, kind_, ...)                                               \
	static const struct go_field name_##_fields[] = { __VA_ARGS__, { 0 } }; \
	static const struct go_type name_ = { kind_, NULL, name_##_fields }

/* clang-format off */
STRUCT(bind_options, GO_STRUCT_POINTER,
	{ "Propagation", &string, propagation },
	{ "NonRecursive", &boolean, never },
	{ "ReadOnlyNonRecursive", &boolean, never });
STRUCT(driver_config, GO_STRUCT_POINTER,
	{ "Name", &string, volume_driver },
	{ "Options", &string_map, driver_options });
STRUCT(volume_options, GO_STRUCT_POINTER,
	{ "DriverConfig", &driver_config, NULL },
	{ "Subpath", &string, any });
STRUCT(tmpfs_options, GO_STRUCT_POINTER,
	{ "Options", &string_lists, tmpfs_pairs });
STRUCT(mount, GO_STRUCT,
	{ "Type", &string, never },
	{ "Source", &string, never },
	{ "Target", &string, never },
	{ "ReadOnly", &boolean, never },
	{ "Consistency", &string, never },
	{ "BindOptions", &bind_options, NULL },
	{ "VolumeOptions", &volume_options, NULL },
	{ "TmpfsOptions", &tmpfs_options, NULL },
	{ "ClusterOptions", &thing_map, any });
static const struct go_type mount_list = { GO_SLICE, &mount, NULL };

HARMS(mounts)
{
	UNUSED;
	for (size_t i = 0; i < v->n; i++)
		if (is_mount_harmful(c, &mount, &v->items[i]))
			return true;
	return false;
}

STRUCT(log_config, GO_STRUCT,
	{ "Type", &string, log_type },
	{ "Config", &string_map, log_options });
STRUCT(restart_policy, GO_STRUCT,
	{ "Name", &string, restart });
STRUCT(port_binding, GO_STRUCT,
	{ "HostIp", &string, never },
	{ "HostPort", &string, never });
static const struct go_type port_list = { GO_SLICE, &port_binding, NULL };
static const struct go_type port_map = { GO_MAP, &port_list, NULL };

#define RESOURCES \
	{ "Memory", &integer, never }, \
	{ "MemorySwap", &integer, never }, \
	{ "PidsLimit", &int_pointer, never }, \
	{ "CgroupParent", &string, any }, \
	{ "BlkioWeightDevice", &things, any }, \
	{ "BlkioDeviceReadBps", &things, any }, \
	{ "BlkioDeviceWriteBps", &things, any }, \
	{ "BlkioDeviceReadIOps", &things, any }, \
	{ "BlkioDeviceWriteIOps", &things, any }, \
	{ "CpuRealtimePeriod", &integer, any }, \
	{ "CpuRealtimeRuntime", &integer, any }, \
	{ "Devices", &things, any }, \
	{ "DeviceCgroupRules", &strings, any }, \
	{ "DeviceRequests", &things, any }, \
	{ "OomKillDisable", &boolean, any }, \
	{ "Ulimits", &things, any }, \
	{ "RestartPolicy", &restart_policy, NULL }

#define HOST_CONFIG \
	RESOURCES, \
	{ "Privileged", &boolean, any }, \
	{ "Binds", &strings, binds }, \
	{ "Mounts", &mount_list, mounts }, \
	{ "ContainerIDFile", &string, any }, /* podman removes it with the container */ \
	{ "PidMode", &string, namespace }, \
	{ "IpcMode", &string, namespace }, \
	{ "UTSMode", &string, namespace }, \
	{ "UsernsMode", &string, namespace }, \
	{ "CgroupnsMode", &string, namespace }, \
	{ "NetworkMode", &string, network_mode }, \
	{ "Cgroup", &string, any }, \
	{ "CapAdd", &strings, capabilities }, \
	{ "Capabilities", &strings, present }, \
	{ "SecurityOpt", &strings, security_options }, \
	{ "MaskedPaths", &strings, present }, \
	{ "ReadonlyPaths", &strings, present }, \
	{ "Sysctls", &string_map, any }, \
	{ "VolumesFrom", &strings, any }, \
	{ "VolumeDriver", &string, volume_driver }, \
	{ "Runtime", &string, any }, \
	{ "Links", &strings, any }, \
	{ "PortBindings", &port_map, ports }, \
	{ "PublishAllPorts", &boolean, any }, \
	{ "LogConfig", &log_config, NULL }, \
	{ "Annotations", &string_map, any }, \
	{ "GroupAdd", &strings, any }, \
	{ "Dns", &strings, any }, \
	{ "DnsOptions", &strings, any }, \
	{ "DnsSearch", &strings, any }, \
	{ "ExtraHosts", &strings, any }, \
	{ "StorageOpt", &string_map, any }, \
	{ "Tmpfs", &string_map, tmpfs }, \
	{ "ShmSize", &integer, shm_size }, \
	{ "OomScoreAdj", &integer, negative }, \
	{ "Isolation", &string, isolation }, \
	{ "FutureField", &integer, any } /* of an API that nobody has judged yet */

STRUCT(host_config, GO_STRUCT_POINTER, HOST_CONFIG);
STRUCT(ipam_config, GO_STRUCT_POINTER,
	{ "IPv4Address", &string, any },
	{ "IPv6Address", &string, any },
	{ "LinkLocalIPs", &strings, any });
STRUCT(endpoint, GO_STRUCT_POINTER,
	{ "IPAMConfig", &ipam_config, NULL },
	{ "Links", &strings, any },
	{ "MacAddress", &string, any },
	{ "NetworkID", &string, any },
	{ "IPAddress", &string, any },
	{ "GlobalIPv6Address", &string, any },
	{ "DriverOpts", &string_map, any });
static const struct go_type endpoint_map = { GO_MAP, &endpoint, NULL };
STRUCT(networking, GO_STRUCT_POINTER,
	{ "EndpointsConfig", &endpoint_map, networks });
STRUCT(create, GO_STRUCT,
	HOST_CONFIG, /* beside HostConfig, for engines up to 1.43 */
	{ "HostConfig", &host_config, NULL },
	{ "NetworkingConfig", &networking, NULL },
	{ "User", &string, any },
	{ "Volumes", &thing_map, volumes },
	{ "WorkingDir", &string, working_dir },
	{ "MacAddress", &string, any });
STRUCT(start, GO_STRUCT, HOST_CONFIG);
STRUCT(update, GO_STRUCT, RESOURCES);
STRUCT(exec, GO_STRUCT,
	{ "Privileged", &boolean, any },
	{ "User", &string, any },
	{ "WorkingDir", &string, working_dir },
	{ "Env", &strings, linker });
STRUCT(volume, GO_STRUCT,
	{ "Driver", &string, volume_driver },
	{ "DriverOpts", &string_map, driver_options },
	{ "ClusterVolumeSpec", &thing, any });

#define OPENED \
	"+ confined\n+ bind /srv:ro\n+ volume v*\n+ network n*\n" \
	"+ publish 127.0.0.1:8000-8999\n+ cap NET_BIND_SERVICE\n"
#define LIMITED "+ memory 512m\n+ pids 256\n"

/* Eight of them, so that the last digit of a seed is a number here. */
const struct harm_case harm_cases[] = {
	{ "POST", "/v1.43/containers/create", "+ confined\n", &create, .confined = true },
	{ "POST", "/containers/create", OPENED, &create, .confined = true, .opened = true },
	{ "POST", "/containers/c/exec", "+ confined\n", &exec, .confined = true },
	{ "POST", "/volumes/create", "+ confined\n", &volume, .confined = true },
	{ "POST", "/containers/c/start", "+ confined\n", &start, .confined = true },
	{ "POST", "/containers/c/update", LIMITED, &update, .limited = true },
	{ "POST", "/containers/c/update", "+ confined\n" LIMITED, &update, .confined = true, .limited = true },
	{ "POST", "/containers/create", OPENED LIMITED, &create, .confined = true, .opened = true,
	  .limited = true, .required = true },
};
/* clang-format on */
const size_t harm_cases_n = sizeof(harm_cases) / sizeof(harm_cases[0]);

/* ---- looking for it ---- */

static const char *find_in(const struct harm_case *c, const struct go_type *t,
			   const struct go_value *v)
{
	const char *found = NULL;

	if (t->kind == GO_SLICE || t->kind == GO_MAP) {
		for (size_t i = 0; i < v->n && !found; i++)
			found = find_in(c, t->of, &v->items[i]);
	} else if (t->fields) {
		for (size_t i = 0; i < v->n && !found; i++) {
			const struct go_field *f = &t->fields[i];

			if (f->harms && f->harms(c, f, &v->items[i]))
				return f->name;
			found = find_in(c, f->type, &v->items[i]);
		}
	}
	return found;
}

/* A number where engines would find it, of two places. */
static int64_t number(const struct go_type *t, const struct go_value *v, const struct go_value *old,
		      const char *name)
{
	int64_t n = go_member(t, v, name)->integer;

	return n == 0 && old ? go_member(&create, old, name)->integer : n;
}

/**
 * find_excess() - Look for more than what is allowed
 * @c:		Case
 * @t:		Type of @v
 * @v:		Object with limits
 * @old:	What engines up to 1.43 take it from if it is not there; or NULL
 */
static const char *find_excess(const struct harm_case *c, const struct go_type *t,
			       const struct go_value *v, const struct go_value *old)
{
	int64_t memory = number(t, v, old, "Memory"), swap = number(t, v, old, "MemorySwap");
	const struct go_value *pids = go_member(t, v, "PidsLimit");

	if (memory < (c->required ? 1 : 0) || memory > 512 * MIB)
		return "Memory";
	if (swap < 0 || swap / 2 > 512 * MIB)
		return "MemorySwap";
	if ((c->required || pids->is_set) && (pids->integer < 1 || pids->integer > 256))
		return "PidsLimit";
	return NULL;
}

static const char *find_limits(const struct harm_case *c, const struct go_value *v)
{
	const struct go_value *inner;
	const char *found;

	if (c->body != &create)
		return find_excess(c, c->body, v, NULL);
	inner = go_member(&create, v, "HostConfig");
	found = find_excess(c, &host_config, inner, NULL);
	return found ? found : find_excess(c, &host_config, inner, v);
}

const char *harm_find(const struct harm_case *c, const char *text, size_t len)
{
	struct go_value v = { 0 };
	const char *found = NULL;

	if (go_read(c->body, &v, text, len)) {
		if (c->confined)
			found = find_in(c, c->body, &v);
		if (!found && c->limited)
			found = find_limits(c, &v);
	}
	go_free(&v);
	return found;
}
