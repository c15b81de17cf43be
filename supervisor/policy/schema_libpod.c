/*
 * Podman's own API, below /libpod: containers, pods, networks, volumes, images.
 *
 * From pkg/specgen (SpecGenerator, PodSpecGenerator), pkg/api/server/register_*.go and
 * pkg/api/handlers of podman 3.4 to 5.x, and from what podman --remote 4.3 sends. Where
 * its command line says a default aloud, such as systemd "true", that is neutral.
 *
 * What is not here is refused as a whole, and so is what a REFUSED row says why.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "rows.h"
#include "spelling.h"

/* clang-format off */

/* ---- namespaces ---- */

static const struct schema namespace = {
	(const struct schema_field[]){
		FREE("nsmode", STRING), /* check_mode() */
		CLOSED("value", STRING, "says what to join"),
		END },
};

static void check_mode(struct judge *j, const struct gojson *v, const char *name, const char *own)
{
	size_t mark = judge_enter(j, ".nsmode");

	check_namespace(j, gojson_member_string(v, "nsmode"), name, own);
	judge_leave(j, mark);
}

static void check_pidns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "pid", "default private");
}

static void check_ipcns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "ipc", "default private shareable none");
}

static void check_utsns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "uts", "default private");
}

static void check_userns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "user", "default private");
}

static void check_cgroupns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "cgroup", "default private");
}

static void check_netns(struct judge *j, const struct gojson *v)
{
	check_mode(j, v, "net", "default private bridge none");
}

/* Without mappings they say nothing, whatever the booleans are. */
static const struct schema auto_userns = {
	(const struct schema_field[]){
		CLOSED("Size", INTEGER, "maps users of the host"),
		CLOSED("InitialSize", INTEGER, "maps users of the host"),
		CLOSED("PasswdFile", STRING, "is a path of the host"),
		CLOSED("GroupFile", STRING, "is a path of the host"),
		CLOSED("AdditionalUIDMappings", ARRAY, "maps users of the host"),
		CLOSED("AdditionalGIDMappings", ARRAY, "maps groups of the host"),
		END },
};

static const struct schema idmappings = {
	(const struct schema_field[]){
		FREE("HostUIDMapping", BOOL),
		FREE("HostGIDMapping", BOOL),
		CLOSED("UIDMap", ARRAY, "maps users of the host"),
		CLOSED("GIDMap", ARRAY, "maps groups of the host"),
		CLOSED("AutoUserNs", BOOL, "maps users of the host"),
		INSIDE("AutoUserNsOpts", OBJECT, auto_userns),
		END },
};

/* ---- mounts ---- */

static bool has_option(const struct gojson *options, const char *name)
{
	for (size_t i = 0; gojson_item(options, i); i++)
		if (strcmp(gojson_string(gojson_item(options, i)), name) == 0)
			return true;
	return false;
}

static void check_mount_options(struct judge *j, const struct gojson *options, enum constraint_id id)
{
	static const char harmless[] = "ro rw bind rbind private rprivate exec noexec nosuid nodev z nocopy";

	for (size_t i = 0; gojson_item(options, i); i++) {
		const struct gojson *option = gojson_item(options, i);
		size_t mark = judge_enter(j, ".options[%zu]", i);

		if (!spelling_is_one_of(harmless, gojson_string(option), strlen(gojson_string(option))))
			judge_close_to(j, id, option, "is an option of mounts that reaches the host");
		judge_leave(j, mark);
	}
}

static void check_tmpfs_mount(struct judge *j, const struct gojson *options)
{
	static const char harmless[] = "private rprivate tmpcopyup notmpcopyup";

	for (size_t i = 0; gojson_item(options, i); i++) {
		const struct gojson *option = gojson_item(options, i);
		size_t mark = judge_enter(j, ".options[%zu]", i);

		if (!spelling_is_one_of(harmless, gojson_string(option), strlen(gojson_string(option))))
			check_tmpfs_options(j, option);
		judge_leave(j, mark);
	}
}

/* It goes to the runtime as it is, to which the options make a bind of any type. */
static void check_oci_mount(struct judge *j, const struct gojson *v)
{
	const struct gojson *options = gojson_member(v, "options"), *type = gojson_member(v, "type");
	bool binds = strcmp(gojson_string(type), "bind") == 0 || has_option(options, "bind") ||
		     has_option(options, "rbind");
	size_t mark;

	if (binds) {
		mark = judge_enter(j, ".source");
		check_bind_source(j, gojson_member_string(v, "source"),
				  has_option(options, "ro") && !has_option(options, "rw"),
				  gojson_member_string(v, "source"));
		judge_leave(j, mark);
		check_mount_options(j, options, CONSTRAINT_BIND);
		return;
	}
	if (strcmp(gojson_string(type), "tmpfs") == 0) {
		check_tmpfs_mount(j, options);
		return;
	}
	mark = judge_enter(j, ".type");
	judge_close_to(j, CONSTRAINT_BIND, type, "is a kind of mount that is not judged");
	judge_leave(j, mark);
}

static const struct schema oci_mount = {
	(const struct schema_field[]){
		FREE("destination", STRING),
		FREE("type", STRING), /* check_oci_mount() */
		FREE("source", STRING),
		FREE("options", STRINGS),
		CLOSED("uidMappings", ARRAY, "maps users of the host"),
		CLOSED("gidMappings", ARRAY, "maps groups of the host"),
		END },
};

static void check_named_volume(struct judge *j, const struct gojson *v)
{
	const char *name = gojson_member_string(v, "Name");
	size_t mark = judge_enter(j, ".Name");

	if (name[0] != '\0')
		check_volume_name(j, name);
	judge_leave(j, mark);
	check_mount_options(j, gojson_member(v, "Options"), CONSTRAINT_VOLUME);
}

static const struct schema named_volume = {
	(const struct schema_field[]){
		FREE("Name", STRING), /* check_named_volume() */
		FREE("Dest", STRING),
		FREE("Options", STRINGS),
		CLOSED("IsAnonymous", BOOL, "removes the volume with the container"),
		CLOSED("SubPath", STRING, "is a path in a volume that others may have changed"),
		END },
};

static void check_overlay(struct judge *j, const struct gojson *v)
{
	judge_close_to(j, CONSTRAINT_BIND, gojson_member(v, "source"), "is a path of the host below an overlay");
}

static const struct schema overlay_volume = {
	(const struct schema_field[]){
		FREE("destination", STRING),
		FREE("source", STRING), /* check_overlay() */
		CLOSED("options", STRINGS, "are options of an overlay, which name paths of the host"),
		END },
};

/* Whether the part in front of the first slash is a registry. */
static bool names_registry(const char *reference)
{
	size_t len = strcspn(reference, "/");

	return reference[len] == '/' &&
	       (memchr(reference, '.', len) || memchr(reference, ':', len) ||
		(len == strlen("localhost") && memcmp(reference, "localhost", len) == 0));
}

/*
 * Of "alpine" Podman takes what is here first: localhost/alpine, or any image that ends
 * so (seen with 4.3.1). Its Docker API does so, too, but there dockerd may be meant.
 */
static void check_full_name(struct judge *j, const char *reference)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_IMAGE);
	char full[IMAGE_REFERENCE_MAX];

	if (c && image_normalise(full, reference) && strncmp(full, "sha256:", 7) != 0 &&
	    !names_registry(reference))
		judge_refuse(j, c, "\"%.*s\" names no registry, of which Podman may take any: write %.*s",
			     JUDGE_VALUE_MAX, reference, JUDGE_VALUE_MAX, full);
	else
		check_image_text(j, reference);
}

static void check_image_volume(struct judge *j, const struct gojson *v)
{
	size_t mark = judge_enter(j, ".Source");

	if (judge_named(j, CONSTRAINT_IMAGE))
		check_full_name(j, gojson_member_string(v, "Source"));
	else
		judge_close_because(j, "is an image that no \"+ image\" allows");
	judge_leave(j, mark);
}

static const struct schema image_volume = {
	(const struct schema_field[]){
		FREE("Source", STRING), /* check_image_volume() */
		FREE("Destination", STRING),
		CLOSED("ReadWrite", BOOL, "writes to what the image was mounted from"),
		CLOSED("subPath", STRING, "is a path that is resolved on the host"),
		END },
};

static void check_rootfs(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] == '\0')
		return;
	/* It stands for an image, and for a mount. */
	judge_close_to(j, judge_named(j, CONSTRAINT_IMAGE) ? CONSTRAINT_IMAGE : CONSTRAINT_BIND, v,
		 "is a path of the host");
}

/* ---- devices ---- */

static void check_device_text(struct judge *j, const char *text)
{
	char path[POLICY_PATH_MAX];

	/* "/dev/a:/dev/b:rwm" */
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(text, ":"), text);
	check_device_path(j, path);
}

static void check_device(struct judge *j, const struct gojson *v)
{
	size_t mark = judge_enter(j, ".path");

	check_device_text(j, gojson_member_string(v, "path"));
	judge_leave(j, mark);
}

static void check_pod_device(struct judge *j, const struct gojson *v)
{
	check_device_text(j, gojson_string(v));
}

static const struct schema device = {
	(const struct schema_field[]){
		FREE("path", STRING), /* check_device() */
		CLOSED("type", STRING, "is another device than its path says"),
		CLOSED("major", INTEGER, "is another device than its path says"),
		CLOSED("minor", INTEGER, "is another device than its path says"),
		CLOSED("fileMode", INTEGER, "changes who may use the device"),
		CLOSED("uid", INTEGER, "changes who may use the device"),
		CLOSED("gid", INTEGER, "changes who may use the device"),
		END },
};

/* ---- networks ---- */

/* "default" is what Podman's configuration calls the default network. */
static void check_network(struct judge *j, const char *name)
{
	if (strcmp(name, "default") != 0)
		check_listed_network(j, name);
}

static const struct schema per_network = {
	(const struct schema_field[]){
		FREE("aliases", STRINGS),
		FREE("interface_name", STRING), /* in the container */
		CLOSED("static_ips", STRINGS, "takes an address of its own choice"),
		CLOSED("static_mac", ANY, "takes an address of its own choice"),
		CLOSED("options", MAP, "speaks to the network's driver"),
		END },
};

static void visit_network(void *data, const char *name, const struct gojson *v)
{
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	check_network(j, name);
	judge_walk(j, &per_network, v);
	judge_leave(j, mark);
}

static void check_networks(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_network, j);
}

static void check_cni_network(struct judge *j, const struct gojson *v)
{
	check_network(j, gojson_string(v));
}

static void check_port_mapping(struct judge *j, const struct gojson *v)
{
	int64_t first = gojson_integer(gojson_member(v, "host_port"));
	int64_t range = gojson_integer(gojson_member(v, "range"));

	/* Go takes no more than an uint16, and here must be no overflow before. */
	if (range < 0 || range > UINT16_MAX)
		range = UINT16_MAX;
	check_publish(j, gojson_member_string(v, "host_ip"), first, first > UINT16_MAX || range < 2 ? first : first + range - 1);
}

static const struct schema port_mapping = {
	(const struct schema_field[]){
		FREE("host_ip", STRING), /* check_port_mapping() */
		FREE("host_port", INTEGER),
		FREE("range", INTEGER),
		FREE("container_port", INTEGER),
		FREE("protocol", STRING),
		END },
};

static void check_publish_all(struct judge *j, const struct gojson *v)
{
	/* Ports that the engine picks, at every address. */
	if (gojson_bool(v))
		check_publish(j, "", 0, 0);
}

/* ---- resources ---- */

static const struct schema memory = {
	(const struct schema_field[]){
		FREE("limit", INTEGER), /* check_limits() */
		FREE("swap", INTEGER),
		FREE("reservation", INTEGER),
		FREE("kernel", INTEGER),
		FREE("kernelTCP", INTEGER),
		FREE("swappiness", INTEGER),
		CLOSED("disableOOMKiller", BOOL, "lets others be killed in its place"),
		FREE("useHierarchy", BOOL),
		FREE("checkBeforeUpdate", BOOL),
		END },
};

static const struct schema cpu = {
	(const struct schema_field[]){
		FREE("quota", INTEGER), /* check_limits() */
		FREE("period", INTEGER),
		FREE("shares", INTEGER),
		FREE("cpus", STRING),
		FREE("mems", STRING),
		FREE("idle", INTEGER),
		CLOSED("burst", INTEGER, "takes more than its quota"),
		CLOSED("realtimeRuntime", INTEGER, "takes time from everything else"),
		CLOSED("realtimePeriod", INTEGER, "takes time from everything else"),
		END },
};

static const struct schema pids = {
	(const struct schema_field[]){
		FREE("limit", INTEGER), /* check_limits() */
		END },
};

static const struct schema block_io = {
	(const struct schema_field[]){
		FREE("weight", INTEGER),
		FREE("leafWeight", INTEGER),
		CLOSED("weightDevice", ARRAY, "is about a device of the host"),
		CLOSED("throttleReadBpsDevice", ARRAY, "is about a device of the host"),
		CLOSED("throttleWriteBpsDevice", ARRAY, "is about a device of the host"),
		CLOSED("throttleReadIOPSDevice", ARRAY, "is about a device of the host"),
		CLOSED("throttleWriteIOPSDevice", ARRAY, "is about a device of the host"),
		END },
};

static const struct schema resource_limits = {
	(const struct schema_field[]){
		CLOSED("devices", ARRAY, "allows devices of the host"),
		INSIDE("memory", OBJECT, memory),
		INSIDE("cpu", OBJECT, cpu),
		INSIDE("pids", OBJECT, pids),
		INSIDE("blockIO", OBJECT, block_io),
		CLOSED("hugepageLimits", ARRAY, "takes memory of another kind"),
		CLOSED("network", OBJECT, "marks packets for the host"),
		CLOSED("rdma", MAP, "is about a device of the host"),
		CLOSED("unified", MAP, "sets any parameter of its cgroup"),
		END },
};

static void check_memory(struct judge *j, const struct gojson *v, enum check_need need)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_MEMORY);
	int64_t swap = gojson_integer(gojson_member(v, "swap"));

	check_maximum(j, CONSTRAINT_MEMORY, ".memory.limit", gojson_integer(gojson_member(v, "limit")), need);
	/* Memory and swap together. Podman's clients double it; without it there is no limit. */
	if (c && (swap <= 0 || swap / 2 > c->limit))
		check_maximum(j, CONSTRAINT_MEMORY, ".memory.swap", swap, need);
}

static void check_cpu(struct judge *j, const struct gojson *v, enum check_need need)
{
	int64_t quota = gojson_integer(gojson_member(v, "quota"));
	int64_t period = gojson_integer(gojson_member(v, "period"));

	/* Each alone changes the ratio to the other one, which an update does not show. */
	if (need == CHECK_WHERE_GIVEN && (quota != 0) != (period != 0))
		quota = -1;
	if (quota > 0) {
		double billionths = (double)quota * 1e9 / (double)(period > 0 ? period : 100000);

		/* Any quota this large is more than any limit. */
		quota = billionths < 1e18 ? (int64_t)billionths : INT64_MAX;
		quota += quota == 0;
	}
	check_maximum(j, CONSTRAINT_CPUS, ".cpu.quota", quota, need);
}

/**
 * check_limits() - Hold an object of resources against memory, cpus and pids
 * @j:		Judge
 * @v:		Object, or NULL
 * @need:	Whether what is absent means no limit
 */
static void check_limits(struct judge *j, const struct gojson *v, enum check_need need)
{
	const struct gojson *max = gojson_member(gojson_member(v, "pids"), "limit");

	check_memory(j, gojson_member(v, "memory"), need);
	check_cpu(j, gojson_member(v, "cpu"), need);
	/* 0 is no limit, too. */
	check_maximum(j, CONSTRAINT_PIDS, ".pids.limit",
		      gojson_kind_of(max) == GOJSON_INTEGER && gojson_integer(max) == 0 ? -1 : gojson_integer(max),
		      need);
}

/* What sets limits past resource_limits, where a constraint wants one. */
static void check_no_other_limits(struct judge *j, const struct gojson *v, const char *name)
{
	static const enum constraint_id limits[] = { CONSTRAINT_MEMORY, CONSTRAINT_CPUS, CONSTRAINT_PIDS };
	size_t mark = judge_enter(j, ".%s", name);

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct constraint *c = judge_named(j, limits[i]);

		if (c && !gojson_is_neutral(v))
			judge_refuse(j, c, "may set another limit than \"%s\"", c->text);
	}
	judge_leave(j, mark);
}

static void check_resources(struct judge *j, const struct gojson *body)
{
	const struct gojson *limits = gojson_member(body, "resource_limits");
	const struct gojson *mode = gojson_member(body, "cgroups_mode");
	size_t mark = judge_enter(j, ".resource_limits");

	check_limits(j, limits, CHECK_REQUIRED);
	check_no_other_limits(j, gojson_member(limits, "unified"), "unified");
	judge_leave(j, mark);
	check_no_other_limits(j, gojson_member(body, "unified"), "unified");
	check_no_other_limits(j, gojson_member(body, "cgroup_parent"), "cgroup_parent");
	if (strcmp(gojson_string(mode), "disabled") == 0)
		check_no_other_limits(j, mode, "cgroups_mode");
}

static void finish_create(struct judge *j, const struct gojson *body)
{
	const struct constraint *image = judge_named(j, CONSTRAINT_IMAGE);

	if (image && gojson_member_string(body, "image")[0] == '\0')
		judge_refuse(j, image, "image is missing, \"%s\" wants it", image->text);
	check_resources(j, body);
}

static void finish_pod(struct judge *j, const struct gojson *body)
{
	check_resources(j, body);
}

static void finish_update(struct judge *j, const struct gojson *body)
{
	check_limits(j, body, CHECK_WHERE_GIVEN);
	check_no_other_limits(j, gojson_member(body, "unified"), "unified");
}

/* ---- the rest of a container ---- */

static void visit_env(void *data, const char *name, const struct gojson *value)
{
	(void)value;
	judge_listed(data, CONSTRAINT_ENV, name, NULL);
}

static void check_env_map(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_env, j);
}

static void visit_annotation(void *data, const char *name, const struct gojson *value)
{
	static const char harmless[] = "io.kubernetes.cri-o.TTY io.container.manager";
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	if (!spelling_is_one_of(harmless, name, strlen(name)))
		judge_close(j, value, "speaks to the runtime");
	judge_leave(j, mark);
}

static void check_annotations(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_annotation, j);
}

static void visit_log_option(void *data, const char *name, const struct gojson *value)
{
	static const char harmless[] = "max-size max-file tag";
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	if (!spelling_is_one_of(harmless, name, strlen(name)))
		judge_close(j, value, "is an option of logs that is not judged");
	judge_leave(j, mark);
}

static void check_log_options(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_log_option, j);
}

static const struct schema log_configuration = {
	(const struct schema_field[]){
		/* The default one is often journald. passthrough gives the engine's own streams. */
		CLOSED_BUT("driver", STRING, "k8s-file json-file journald none", "is another logging driver"),
		CLOSED("path", STRING, "is a path of the host"),
		FREE("size", INTEGER),
		CHECKED("options", MAP, check_log_options),
		END },
};

/* Before podman 4 looked below /usr/share/zoneinfo for whatever it said. */
static void check_timezone(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] == '/' || strstr(gojson_string(v), ".."))
		judge_close(j, v, "is a path of the host");
}

static void check_image_name(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] != '\0')
		check_full_name(j, gojson_string(v));
}

/* What it was called by the user; no image is found by it. */
static void check_raw_name(struct judge *j, const struct gojson *v)
{
	if (gojson_string(v)[0] != '\0')
		check_image_text(j, gojson_string(v));
}

/* What containers and pods have in common. */
static const struct schema common = {
	(const struct schema_field[]){
		FREE("name", STRING),
		FREE("hostname", STRING),
		CHECKED("labels", MAP, check_labels),
		CLOSED_BUT("restart_policy", STRING, "no", "starts it again after its user has gone"),
		FREE("restart_tries", INTEGER),
		CLOSED("sysctl", MAP, "sets parameters of the kernel"),

		CHECKED_INSIDE("pidns", check_pidns, namespace),
		CHECKED_INSIDE("ipcns", check_ipcns, namespace),
		CHECKED_INSIDE("utsns", check_utsns, namespace),
		CHECKED_INSIDE("userns", check_userns, namespace),
		CHECKED_INSIDE("netns", check_netns, namespace),
		INSIDE("idmappings", OBJECT, idmappings),

		EACH_INSIDE("mounts", ARRAY, check_oci_mount, oci_mount),
		EACH_INSIDE("volumes", ARRAY, check_named_volume, named_volume),
		EACH_INSIDE("overlay_volumes", ARRAY, check_overlay, overlay_volume),
		EACH_INSIDE("image_volumes", ARRAY, check_image_volume, image_volume),
		CLOSED("volumes_from", STRINGS, "takes what another container has mounted"),
		CLOSED_BUT("shm_size", INTEGER, "67108864", "is memory that no limit counts"),
		CLOSED("shm_size_systemd", INTEGER, "is memory that no limit counts"),

		CHECKED("Networks", MAP, check_networks),
		EACH("cni_networks", STRINGS, check_cni_network),
		CLOSED("network_options", MAP, "speaks to the network's driver"),
		CLOSED("static_ip", STRING, "takes an address of its own choice"),
		CLOSED("static_ipv6", STRING, "takes an address of its own choice"),
		CLOSED("static_mac", ANY, "takes an address of its own choice"),
		EACH_INSIDE("portmappings", ARRAY, check_port_mapping, port_mapping),
		CLOSED("dns_server", STRINGS, "asks other servers for names"),
		CLOSED("dns_search", STRINGS, "asks other servers for names"),
		CLOSED("dns_option", STRINGS, "asks other servers for names"),
		CLOSED("hostadd", STRINGS, "gives names to addresses, the host's too"),

		CLOSED("cgroup_parent", STRING, "leaves the limits of its cgroup"),
		INSIDE("resource_limits", OBJECT, resource_limits),
		CLOSED("cpu_period", INTEGER, "is a limit that only old clients send"),
		CLOSED("cpu_quota", INTEGER, "is a limit that only old clients send"),
		CLOSED("throttleReadBpsDevice", MAP, "is about a device of the host"),
		END },
};

static const struct schema container = {
	(const struct schema_field[]){
		CLOSED("pod", STRING, "joins the namespaces of a pod"),
		FREE("entrypoint", STRINGS),
		FREE("command", STRINGS),
		CLOSED("env_host", BOOL, "shows the environment of the engine"),
		FREE("httpproxy", BOOL), /* its clients ask for it always */
		CHECKED("env", MAP, check_env_map),
		EACH("envmerge", STRINGS, check_env),
		FREE("unsetenv", STRINGS),
		FREE("unsetenvall", BOOL),
		FREE("terminal", BOOL),
		FREE("stdin", BOOL),
		CHECKED("annotations", MAP, check_annotations),
		FREE("stop_signal", ANY),
		FREE("stop_timeout", INTEGER),
		FREE("timeout", INTEGER),
		INSIDE("log_configuration", OBJECT, log_configuration),
		CLOSED("conmon_pid_file", STRING, "is a path of the host"),
		CHECKED("oci_runtime", STRING, check_runtime),
		/* "true" looks for an init to be run, and so does what the clients send. */
		CLOSED_BUT("systemd", STRING, "true false", "makes room for a systemd, whatever is run"),
		CLOSED_BUT("sdnotifyMode", STRING, "container ignore", "speaks to the host's systemd"),
		CLOSED("namespace", STRING, "is another namespace of the engine's"),
		CLOSED("hostusers", STRINGS, "shows users of the host"),
		FREE("remove", BOOL),
		CLOSED("removeImage", BOOL, "removes an image that others may use"),
		FREE("containerCreateCommand", STRINGS),
		CHECKED("timezone", STRING, check_timezone),
		CLOSED("dependencyContainers", STRINGS, "starts other containers"),
		CLOSED("secret_env", MAP, "shows a secret"),
		CLOSED("init_container_type", STRING, "is a part of a pod"),
		CLOSED("personality", OBJECT, "changes what the kernel does for it"),
		FREE("manage_password", BOOL),
		CLOSED("passwd_entry", STRING, "changes who a user is"),
		CLOSED("group_entry", STRING, "changes who a group is"),

		CHECKED("image", STRING, check_image_name),
		CHECKED("raw_image_name", STRING, check_raw_name),
		FREE("image_os", STRING),
		FREE("image_arch", STRING),
		FREE("image_variant", STRING),
		CHECKED("rootfs", STRING, check_rootfs),
		CLOSED("rootfs_overlay", BOOL, "is about a path of the host"),
		CLOSED("rootfs_mapping", STRING, "maps users of the host"),
		CLOSED_BUT("rootfs_propagation", STRING, "private rprivate", "lets mounts through"),
		CLOSED_BUT("image_volume_mode", STRING, "anonymous ignore tmpfs", "is another kind of volume"),
		CLOSED("artifact_volumes", ARRAY, "mounts an artifact"),
		FREE("init", BOOL),
		CLOSED("init_path", STRING, "is a path of the host"),
		EACH_INSIDE("devices", ARRAY, check_device, device),
		CLOSED("device_cgroup_rule", ARRAY, "allows devices of the host"),
		CLOSED("devices_from", STRINGS, "takes the devices of another container"),
		CLOSED("host_device_list", ARRAY, "allows devices of the host"),
		CLOSED("gpus", ANY, "asks for devices of the host"),
		CHECKED("work_dir", STRING, check_working_dir),
		FREE("create_working_dir", BOOL),
		CLOSED("storage_opts", MAP, "speaks to the storage driver"),
		CLOSED("secrets", ARRAY, "shows a secret"),
		FREE("volatile", BOOL),
		CLOSED("chroot_directories", STRINGS, "mounts what others have mounted below them"),

		CHECKED("privileged", BOOL, check_privileged),
		CHECKED("user", STRING, check_user),
		CLOSED("groups", STRINGS, "adds groups, which files of the host may have"),
		EACH("cap_add", STRINGS, check_cap_add),
		FREE("cap_drop", STRINGS),
		CLOSED("selinux_opts", STRINGS, "changes what keeps the container in"),
		CLOSED("apparmor_profile", STRING, "changes what keeps the container in"),
		CLOSED_BUT("seccomp_policy", STRING, "default", "changes what keeps the container in"),
		CLOSED("seccomp_profile_path", STRING, "changes what keeps the container in"),
		FREE("no_new_privileges", BOOL),
		FREE("read_only_filesystem", BOOL),
		FREE("read_write_tmpfs", BOOL),
		CLOSED("label_nested", BOOL, "changes what keeps the container in"),
		FREE("umask", STRING),
		CLOSED("procfs_opts", STRINGS, "changes how /proc is mounted"),
		FREE("mask", STRINGS), /* beside the default ones */
		CLOSED("unmask", STRINGS, "shows files of the kernel that are hidden"),

		CHECKED_INSIDE("cgroupns", check_cgroupns, namespace),
		CLOSED_BUT("cgroups_mode", STRING, "enabled", "leaves the limits of its cgroup"),

		FREE("aliases", MAP),
		CHECKED("publish_image_ports", BOOL, check_publish_all),
		FREE("expose", MAP),
		FREE("use_image_resolve_conf", BOOL),
		FREE("use_image_hostname", BOOL),
		FREE("use_image_hosts", BOOL),
		CLOSED_BUT("base_hosts_file", STRING, "image none", "is a path of the host"),

		CLOSED("intelRdt", OBJECT, "is about the host's processor"),
		CLOSED("r_limits", ARRAY, "raises limits"),
		CHECKED("oom_score_adj", INTEGER, check_oom_score_adj),
		CLOSED("weightDevice", MAP, "is about a device of the host"),
		CLOSED("throttleWriteBpsDevice", MAP, "is about a device of the host"),
		CLOSED("throttleReadIOPSDevice", MAP, "is about a device of the host"),
		CLOSED("throttleWriteIOPSDevice", MAP, "is about a device of the host"),
		CLOSED("unified", MAP, "sets any parameter of its cgroup"),

		FREE("healthconfig", OBJECT),
		FREE("startupHealthConfig", OBJECT),
		CLOSED("health_check_on_failure_action", ANY, "starts it again after its user has gone"),
		CLOSED_BUT("healthLogDestination", STRING, "local events_logger", "is a path of the host"),
		FREE("healthMaxLogCount", INTEGER),
		FREE("healthMaxLogSize", INTEGER),
		END },
	.also = &common,
};

static const struct schema pod = {
	(const struct schema_field[]){
		FREE("exit_policy", STRING),
		FREE("no_infra", BOOL),
		CLOSED("infra_conmon_pid_file", STRING, "is a path of the host"),
		FREE("infra_command", STRINGS),
		CHECKED("infra_image", STRING, check_image_name),
		FREE("infra_name", STRING),
		FREE("shared_namespaces", STRINGS), /* among its containers */
		FREE("share_parent", BOOL),
		FREE("pod_create_command", STRINGS),
		EACH("pod_devices", STRINGS, check_pod_device),
		FREE("no_manage_resolv_conf", BOOL),
		FREE("no_manage_hostname", BOOL),
		FREE("no_manage_hosts", BOOL),
		CLOSED_BUT("hostsFile", STRING, "image none", "is a path of the host"),
		EACH("security_opt", STRINGS, check_security_opt),
		CLOSED("serviceContainerID", STRING, "ends with another container"),
		END },
	.also = &common,
};

static const struct schema update = {
	(const struct schema_field[]){
		EACH("Env", STRINGS, check_env_of_exec),
		FREE("UnsetEnv", STRINGS),
		CLOSED("r_limits", ARRAY, "raises limits"),
		CLOSED_BUT("health_log_destination", STRING, "local events_logger", "is a path of the host"),
		FREE("health_max_log_size", INTEGER),
		FREE("health_max_log_count", INTEGER),
		CLOSED_BUT("health_on_failure", STRING, "none kill stop", "starts it again after its user has gone"),
		END },
	.also = &resource_limits,
};

static const struct schema exec_start = {
	(const struct schema_field[]){
		FREE("Detach", BOOL),
		FREE("Tty", BOOL),
		FREE("h", INTEGER),
		FREE("w", INTEGER),
		END },
};

/* ---- networks, volumes ---- */

static void check_new_network_name(struct judge *j, const struct gojson *v)
{
	judge_listed(j, CONSTRAINT_NETWORK, gojson_string(v), NULL);
}

static void visit_network_option(void *data, const char *name, const struct gojson *v)
{
	static const char harmless[] = "mtu com.docker.network.driver.mtu";
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	/* "isolate" keeps it from other networks. */
	if (!spelling_is_one_of(harmless, name, strlen(name)) && strcmp(name, "isolate") != 0)
		judge_close(j, v, "speaks to the network's driver");
	judge_leave(j, mark);
}

static void check_network_options(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_network_option, j);
}

static void visit_ipam_option(void *data, const char *name, const struct gojson *v)
{
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	if (strcmp(name, "driver") != 0 || strcmp(gojson_string(v), "host-local") != 0)
		judge_close(j, v, "is another way to addresses than the default one");
	judge_leave(j, mark);
}

static void check_ipam_options(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_ipam_option, j);
}

static const struct schema network = {
	(const struct schema_field[]){
		CHECKED("name", STRING, check_new_network_name),
		CLOSED("id", STRING, "is not for requests"),
		CLOSED_BUT("driver", STRING, "bridge", "is another driver than bridge"),
		CLOSED("network_interface", STRING, "is an interface of the host"),
		FREE("created", STRING),
		CLOSED("subnets", ARRAY, "takes addresses of its own choice"),
		CLOSED("routes", ARRAY, "sets routes"),
		FREE("ipv6_enabled", BOOL),
		FREE("internal", BOOL),
		FREE("dns_enabled", BOOL),
		CLOSED("network_dns_servers", STRINGS, "asks other servers for names"),
		CHECKED("labels", MAP, check_labels),
		CHECKED("options", MAP, check_network_options),
		CHECKED("ipam_options", MAP, check_ipam_options),
		END },
};

static const struct schema network_connect = {
	(const struct schema_field[]){
		CLOSED("container", STRING, "is another container"),
		END },
	.also = &per_network,
};

static const struct schema volume = {
	(const struct schema_field[]){
		CHECKED("Name", STRING, check_new_volume_name),
		CLOSED_BUT("Driver", STRING, "local", "is a driver of volumes that runs on the host"),
		CHECKED("Label", MAP, check_labels),
		CHECKED("Labels", MAP, check_labels),
		CHECKED("Options", MAP, check_volume_options),
		FREE("IgnoreIfExists", BOOL),
		CLOSED("UID", INTEGER, "gives it to a user of the host"),
		CLOSED("GID", INTEGER, "gives it to a group of the host"),
		END },
};

/* ---- queries ---- */

/* Podman pulls from a registry only, but older ones from "dir:/path" as well. */
static void check_reference(struct judge *j, const char *value)
{
	static const char docker[] = "docker://";
	char full[IMAGE_REFERENCE_MAX];

	if (strncmp(value, docker, strlen(docker)) == 0)
		value += strlen(docker);
	if (image_normalise(full, value))
		check_full_name(j, value);
	else
		judge_close_to(j, CONSTRAINT_IMAGE, NULL, "is no image of a registry");
}

static const struct schema_param no_params[] = { END };

static const struct schema_param list_params[] = {
	PARAM_FREE("all"), PARAM_FREE("external"), PARAM_FREE("filters"), PARAM_FREE("last"),
	PARAM_FREE("limit"), PARAM_FREE("namespace"), PARAM_FREE("pod"), PARAM_FREE("size"),
	PARAM_FREE("sync"), END };

static const struct schema_param exists_params[] = { PARAM_FREE("external"), END };

static const struct schema_param inspect_params[] = { PARAM_FREE("size"), END };

static const struct schema_param start_params[] = {
	PARAM_FREE("detachKeys"), PARAM_FREE("recursive"), END };

static const struct schema_param stop_params[] = {
	PARAM_FREE("t"), PARAM_FREE("timeout"), PARAM_FREE("ignore"), PARAM_FREE("signal"), END };

static const struct schema_param wait_params[] = {
	PARAM_FREE("condition"), PARAM_FREE("interval"), END };

static const struct schema_param resize_params[] = {
	PARAM_FREE("h"), PARAM_FREE("w"), PARAM_FREE("running"), END };

static const struct schema_param attach_params[] = {
	PARAM_FREE("detachKeys"), PARAM_FREE("logs"), PARAM_FREE("stream"), PARAM_FREE("stdin"),
	PARAM_FREE("stdout"), PARAM_FREE("stderr"), END };

static const struct schema_param logs_params[] = {
	PARAM_FREE("follow"), PARAM_FREE("stdout"), PARAM_FREE("stderr"), PARAM_FREE("since"),
	PARAM_FREE("until"), PARAM_FREE("timestamps"), PARAM_FREE("tail"), END };

static const struct schema_param remove_params[] = {
	PARAM_FREE("force"), PARAM_FREE("v"), PARAM_FREE("volumes"), PARAM_FREE("ignore"),
	PARAM_FREE("timeout"), PARAM_OFF("depend", "removes other containers"), END };

static const struct schema_param update_params[] = {
	PARAM_CLOSED_BUT("restartPolicy", "no", "starts it again after its user has gone"),
	PARAM_FREE("restartRetries"),
	END };

static const struct schema_param network_params[] = { PARAM_FREE("ignoreIfExists"), END };

static const struct schema_param pull_params[] = {
	PARAM_CHECKED("reference", check_reference),
	PARAM_OFF("alltags", "takes every image of that name"),
	PARAM_FREE("arch"),
	PARAM_FREE("os"),
	PARAM_FREE("variant"),
	PARAM_FREE("policy"),
	PARAM_FREE("quiet"),
	PARAM_FREE("compatMode"),
	PARAM_FREE("pullProgress"),
	PARAM_FREE("retry"),
	PARAM_FREE("retryDelay"),
	PARAM_CLOSED("authfile", "is a path of the host"),
	PARAM_CLOSED("username", "makes the engine log in to a registry"),
	PARAM_CLOSED("password", "makes the engine log in to a registry"),
	PARAM_CLOSED("credentials", "makes the engine log in to a registry"),
	PARAM_CLOSED_BUT("tlsVerify", "true 1", "takes what anybody on the way has put there"),
	END };

static const struct schema_param tag_params[] = {
	PARAM_CHECKED("repo", check_repo), PARAM_FREE("tag"), END };

static const struct schema_param commit_params[] = {
	PARAM_CLOSED("container", "copies another container"),
	PARAM_CHECKED("repo", check_repo),
	PARAM_FREE("tag"),
	PARAM_FREE("comment"),
	PARAM_FREE("author"),
	PARAM_FREE("format"),
	PARAM_FREE("pause"),
	PARAM_FREE("squash"),
	PARAM_FREE("stream"),
	PARAM_CLOSED("changes", "makes an image of its own"),
	END };

#define TEXT	 "makes containers of a text that nobody judges"
#define UNIT	 "makes a unit of the host's systemd"
#define FILES	 "takes files of the host"
#define ARCHIVE	 "is an archive whose content nobody judges"
#define STATE	 "is the state of processes, which nobody judges"
#define MOUNTED	 "mounts a container on the host"
#define SHOWN	 "shows all of what another container is"
#define SECRETS	 "is about secrets"
#define REMOVES	 "removes what others may need"

const struct schema_endpoint schema_libpod_endpoints[] = {
	{ "libpod/containers/create", "POST", "/containers/create", no_params, SCHEMA_BODY_MUST,
	  &container, .finish = finish_create },
	{ "libpod/containers/exec", "POST", "/containers/*/exec", no_params, SCHEMA_BODY_MUST,
	  &schema_exec },
	{ "libpod/containers/update", "POST", "/containers/*/update", update_params, SCHEMA_BODY_MAY,
	  &update, .finish = finish_update },
	{ "libpod/containers/start", "POST", "/containers/*/start", start_params },
	{ "libpod/containers/attach", "POST", "/containers/*/attach", attach_params },
	{ "libpod/containers/logs", "GET", "/containers/*/logs", logs_params },
	{ "libpod/containers/stop", "POST", "/containers/*/stop", stop_params },
	{ "libpod/containers/restart", "POST", "/containers/*/restart", stop_params },
	{ "libpod/containers/shouldrestart", "POST", "/containers/*/shouldrestart", no_params },
	{ "libpod/containers/kill", "POST", "/containers/*/kill", stop_params },
	{ "libpod/containers/pause", "POST", "/containers/*/pause", no_params },
	{ "libpod/containers/unpause", "POST", "/containers/*/unpause", no_params },
	{ "libpod/containers/wait", "POST", "/containers/*/wait", wait_params },
	{ "libpod/containers/resize", "POST", "/containers/*/resize", resize_params },
	{ "libpod/containers/list", "GET", "/containers/json", list_params },
	{ "libpod/containers/inspect", "GET", "/containers/*/json", inspect_params },
	{ "libpod/containers/exists", "GET", "/containers/*/exists", exists_params },
	{ "libpod/containers/remove", "DELETE", "/containers/*", remove_params },
	{ "libpod/exec/start", "POST", "/exec/*/start", no_params, SCHEMA_BODY_MAY, &exec_start },
	{ "libpod/exec/resize", "POST", "/exec/*/resize", resize_params },
	{ "libpod/exec/inspect", "GET", "/exec/*/json", no_params },
	{ "libpod/pods/create", "POST", "/pods/create", no_params, SCHEMA_BODY_MUST, &pod,
	  .finish = finish_pod },
	{ "libpod/pods/start", "POST", "/pods/*/start", no_params },
	{ "libpod/pods/stop", "POST", "/pods/*/stop", stop_params },
	{ "libpod/pods/kill", "POST", "/pods/*/kill", stop_params },
	{ "libpod/pods/inspect", "GET", "/pods/*/json", no_params },
	{ "libpod/pods/exists", "GET", "/pods/*/exists", no_params },
	{ "libpod/pods/remove", "DELETE", "/pods/*", remove_params },
	{ "libpod/images/pull", "POST", "/images/pull", pull_params, .fields = schema_registry_fields },
	{ "libpod/images/tag", "POST", "/images/*/tag", tag_params },
	{ "libpod/images/exists", "GET", "/images/*/exists", no_params },
	{ "libpod/images/inspect", "GET", "/images/*/json", no_params },
	{ "libpod/commit", "POST", "/commit", commit_params },
	/* The archive's links, mounts and FROM reached the host with podman 4.3.1. */
	REFUSED("libpod/build", "POST", "/build", "does what an archive says, which may name paths of the host"),
	{ "libpod/networks/create", "POST", "/networks/create", network_params, SCHEMA_BODY_MUST,
	  &network },
	{ "libpod/networks/connect", "POST", "/networks/*/connect", no_params, SCHEMA_BODY_MUST,
	  &network_connect },
	{ "libpod/networks/disconnect", "POST", "/networks/*/disconnect", no_params,
	  SCHEMA_BODY_MUST, &schema_network_disconnect },
	{ "libpod/volumes/create", "POST", "/volumes/create", no_params, SCHEMA_BODY_MUST, &volume },

	REFUSED("libpod/play/kube", "POST", "/play/kube", TEXT),
	REFUSED("libpod/play/kube", "DELETE", "/play/kube", REMOVES),
	REFUSED("libpod/kube/play", "POST", "/kube/play", TEXT),
	REFUSED("libpod/kube/play", "DELETE", "/kube/play", REMOVES),
	REFUSED("libpod/kube/apply", "POST", "/kube/apply", "sends a text that nobody judges to a cluster"),
	REFUSED("libpod/quadlets", "POST", "/quadlets", UNIT),
	REFUSED("libpod/quadlets", "DELETE", "/quadlets", UNIT),
	REFUSED("libpod/quadlets", "DELETE", "/quadlets/*", UNIT),
	REFUSED("libpod/local", "POST", "/local/*", FILES),
	REFUSED("libpod/artifacts/local", "POST", "/artifacts/local/*", FILES),
	REFUSED("libpod/artifacts", "POST", "/artifacts/*", ARCHIVE),
	REFUSED("libpod/containers/mount", "POST", "/containers/*/mount", MOUNTED),
	REFUSED("libpod/containers/unmount", "POST", "/containers/*/unmount", MOUNTED),
	REFUSED("libpod/containers/showmounted", "GET", "/containers/showmounted", SHOWN),
	REFUSED("libpod/containers/checkpoint", "POST", "/containers/*/checkpoint", STATE),
	REFUSED("libpod/containers/restore", "POST", "/containers/*/restore", STATE),
	REFUSED("libpod/containers/healthcheck", "GET", "/containers/*/healthcheck",
		"runs a command in a container, although it is a GET"),
	REFUSED("libpod/containers/prune", "POST", "/containers/prune", REMOVES),
	REFUSED("libpod/generate/kube", "GET", "/generate/kube", SHOWN),
	REFUSED("libpod/generate/systemd", "GET", "/generate/*/systemd", SHOWN),
	REFUSED("libpod/images/import", "POST", "/images/import", ARCHIVE),
	REFUSED("libpod/images/load", "POST", "/images/load", ARCHIVE),
	REFUSED("libpod/images/push", "POST", "/images/*/push", ARCHIVE),
	REFUSED("libpod/images/scp", "POST", "/images/scp/*", "logs in to another machine"),
	REFUSED("libpod/images/export", "GET", "/images/export", ARCHIVE),
	REFUSED("libpod/images/get", "GET", "/images/*/get", ARCHIVE),
	REFUSED("libpod/images/prune", "POST", "/images/prune", REMOVES),
	REFUSED("libpod/volumes/import", "POST", "/volumes/*/import", ARCHIVE),
	REFUSED("libpod/volumes/export", "GET", "/volumes/*/export", ARCHIVE),
	REFUSED("libpod/volumes/prune", "POST", "/volumes/prune", REMOVES),
	REFUSED("libpod/networks/prune", "POST", "/networks/prune", REMOVES),
	REFUSED("libpod/pods/prune", "POST", "/pods/prune", REMOVES),
	REFUSED("libpod/system/prune", "POST", "/system/prune", REMOVES),
	REFUSED("libpod/secrets/create", "POST", "/secrets/create", SECRETS),
	REFUSED("libpod/secrets", "GET", "/secrets/*", SECRETS),
	REFUSED("libpod/secrets", "DELETE", "/secrets/*", SECRETS),
	END };
