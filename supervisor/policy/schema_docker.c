/*
 * The Docker API but for swarm: containers, exec, images, networks, volumes.
 *
 * From moby's api/swagger.yaml and api/docs/v1.25 to v1.5x, and for what they do not
 * say from daemon/server/router. Bodies of containers/create carry the fields of
 * HostConfig beside and inside HostConfig, because engines up to 1.43 read both.
 */
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "rows.h"

/* clang-format off */

/* ---- mounts ---- */

static const struct schema bind_options = {
	(const struct schema_field[]){
		CLOSED_BUT("Propagation", STRING, "private rprivate", "lets mounts through"),
		FREE("NonRecursive", BOOL),
		FREE("CreateMountpoint", BOOL),
		FREE("ReadOnlyNonRecursive", BOOL),
		FREE("ReadOnlyForceRecursive", BOOL),
		END },
};

static const struct schema driver_config = {
	(const struct schema_field[]){
		CLOSED_BUT("Name", STRING, "local", "is a driver of volumes that runs on the host"),
		CHECKED("Options", MAP, check_volume_options),
		END },
};

static const struct schema volume_options = {
	(const struct schema_field[]){
		FREE("NoCopy", BOOL),
		CHECKED("Labels", MAP, check_labels),
		INSIDE("DriverConfig", OBJECT, driver_config),
		CLOSED("Subpath", STRING, "is a path in a volume that others may have changed"),
		END },
};

static const struct schema image_options = {
	(const struct schema_field[]){ FREE("Subpath", STRING), END },
};

static const struct schema tmpfs_options = {
	(const struct schema_field[]){
		FREE("SizeBytes", INTEGER),
		FREE("Mode", INTEGER),
		EACH("Options", ARRAY, check_tmpfs_pair),
		END },
};

const struct schema schema_mount = {
	(const struct schema_field[]){
		FREE("Target", STRING),
		FREE("Source", STRING), /* check_mount() */
		FREE("Type", STRING),
		FREE("ReadOnly", BOOL),
		CLOSED_BUT("Consistency", STRING, "default consistent cached delegated",
			   "may be taken for further options"),
		INSIDE("BindOptions", OBJECT, bind_options),
		INSIDE("VolumeOptions", OBJECT, volume_options),
		INSIDE("ImageOptions", OBJECT, image_options),
		INSIDE("TmpfsOptions", OBJECT, tmpfs_options),
		CLOSED("ClusterOptions", OBJECT, "is storage of the cluster"),
		END },
};

/* ---- HostConfig ---- */

static void check_device(struct judge *j, const struct gojson *v)
{
	check_device_path(j, gojson_string(gojson_member(v, "PathOnHost")));
}

static const struct schema device = {
	(const struct schema_field[]){
		FREE("PathOnHost", STRING), /* check_device() */
		FREE("PathInContainer", STRING),
		FREE("CgroupPermissions", STRING),
		END },
};

static const struct schema resources = {
	(const struct schema_field[]){
		FREE("CpuShares", INTEGER),
		FREE("Memory", INTEGER), /* check_limits() */
		FREE("NanoCpus", INTEGER),
		FREE("CpuPeriod", INTEGER),
		FREE("CpuQuota", INTEGER),
		FREE("PidsLimit", INTEGER),
		FREE("MemorySwap", INTEGER),
		CLOSED("CgroupParent", STRING, "leaves the limits of its cgroup"),
		FREE("BlkioWeight", INTEGER),
		CLOSED("BlkioWeightDevice", ARRAY, "is about a device of the host"),
		CLOSED("BlkioDeviceReadBps", ARRAY, "is about a device of the host"),
		CLOSED("BlkioDeviceWriteBps", ARRAY, "is about a device of the host"),
		CLOSED("BlkioDeviceReadIOps", ARRAY, "is about a device of the host"),
		CLOSED("BlkioDeviceWriteIOps", ARRAY, "is about a device of the host"),
		CLOSED("CpuRealtimePeriod", INTEGER, "takes time from everything else"),
		CLOSED("CpuRealtimeRuntime", INTEGER, "takes time from everything else"),
		FREE("CpusetCpus", STRING),
		FREE("CpusetMems", STRING),
		EACH_INSIDE("Devices", ARRAY, check_device, device),
		CLOSED("DeviceCgroupRules", ARRAY, "allows devices of the host"),
		CLOSED("DeviceRequests", ARRAY, "asks for devices of the host"),
		FREE("KernelMemory", INTEGER),
		FREE("KernelMemoryTCP", INTEGER),
		FREE("MemoryReservation", INTEGER),
		FREE("MemorySwappiness", INTEGER),
		CLOSED("OomKillDisable", BOOL, "lets others be killed in its place"),
		FREE("Init", BOOL),
		CLOSED("Ulimits", ARRAY, "raises limits"),
		FREE("CpuCount", INTEGER),
		FREE("CpuPercent", INTEGER),
		FREE("IOMaximumIOps", INTEGER),
		FREE("IOMaximumBandwidth", INTEGER),
		END },
};

static const struct schema restart_policy = {
	(const struct schema_field[]){
		CLOSED_BUT("Name", STRING, "no", "starts it again after its user has gone"),
		FREE("MaximumRetryCount", INTEGER),
		END },
};

static void check_log_config(struct judge *j, const struct gojson *v)
{
	check_logging(j, v, "Type", "Config");
}

static const struct schema log_config = {
	(const struct schema_field[]){
		FREE("Type", STRING), /* check_log_config() */
		FREE("Config", MAP),
		END },
};

static void check_cgroupns(struct judge *j, const struct gojson *v)
{
	check_namespace(j, gojson_string(v), "cgroup", "private");
}

static void check_ipc(struct judge *j, const struct gojson *v)
{
	check_namespace(j, gojson_string(v), "ipc", "none private shareable");
}

static void check_pid(struct judge *j, const struct gojson *v)
{
	check_namespace(j, gojson_string(v), "pid", "private");
}

static void check_userns(struct judge *j, const struct gojson *v)
{
	check_namespace(j, gojson_string(v), "user", "private");
}

static void check_uts(struct judge *j, const struct gojson *v)
{
	check_namespace(j, gojson_string(v), "uts", "private");
}

static void visit_tmpfs(void *data, const char *name, const struct gojson *v)
{
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	/* Podman writes "path:options". */
	if (strchr(name, ':'))
		judge_close_because(j, "may be taken for further options");
	check_tmpfs_options(j, v);
	judge_leave(j, mark);
}

static void check_tmpfs(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_tmpfs, j);
}

static void check_volumes_from(struct judge *j, const struct gojson *v)
{
	if (gojson_size(v) > 0)
		judge_close_to(j, CONSTRAINT_BIND, v, "takes what another container has mounted");
}

static void check_publish_all(struct judge *j, const struct gojson *v)
{
	/* A port that the engine picks, at every address. */
	if (gojson_bool(v))
		check_publish(j, "", 0, 0);
}

static const struct schema host_config = {
	(const struct schema_field[]){
		EACH("Binds", STRINGS, check_bind),
		/* Of the client's machine, but Podman removes it with the container. */
		CLOSED("ContainerIDFile", STRING, "is a file that Podman removes on the host"),
		CHECKED_INSIDE("LogConfig", check_log_config, log_config),
		CHECKED("NetworkMode", STRING, check_network_mode),
		EACH("PortBindings", MAP, check_port_bindings),
		INSIDE("RestartPolicy", OBJECT, restart_policy),
		FREE("AutoRemove", BOOL),
		CLOSED_BUT("VolumeDriver", STRING, "local", "is a driver of volumes that runs on the host"),
		CHECKED("VolumesFrom", STRINGS, check_volumes_from),
		EACH_INSIDE("Mounts", ARRAY, check_mount, schema_mount),
		FREE("ConsoleSize", ARRAY),
		CLOSED("Annotations", MAP, "speaks to the runtime"),
		EACH("CapAdd", STRINGS, check_cap_add),
		FREE("CapDrop", STRINGS),
		UNSET("Capabilities", STRINGS, "replaces the capabilities that containers have"),
		CHECKED("CgroupnsMode", STRING, check_cgroupns),
		CLOSED("Dns", STRINGS, "asks other servers for names"),
		CLOSED("DnsOptions", STRINGS, "asks other servers for names"),
		CLOSED("DnsSearch", STRINGS, "asks other servers for names"),
		CLOSED("ExtraHosts", STRINGS, "gives names to addresses, the host's too"),
		CLOSED("GroupAdd", STRINGS, "adds groups, which files of the host may have"),
		CHECKED("IpcMode", STRING, check_ipc),
		CLOSED("Cgroup", STRING, "joins another container"),
		CLOSED("Links", STRINGS, "reaches another container"),
		CHECKED("OomScoreAdj", INTEGER, check_oom_score_adj),
		CHECKED("PidMode", STRING, check_pid),
		CHECKED("Privileged", BOOL, check_privileged),
		CHECKED("PublishAllPorts", BOOL, check_publish_all),
		FREE("ReadonlyRootfs", BOOL),
		EACH("SecurityOpt", STRINGS, check_security_opt),
		CLOSED("StorageOpt", MAP, "speaks to the storage driver"),
		CHECKED("Tmpfs", MAP, check_tmpfs),
		CHECKED("UTSMode", STRING, check_uts),
		CHECKED("UsernsMode", STRING, check_userns),
		CLOSED_BUT("ShmSize", INTEGER, "67108864", "is memory that no limit counts"),
		CLOSED("Sysctls", MAP, "sets parameters of the kernel"),
		CHECKED("Runtime", STRING, check_runtime),
		CLOSED_BUT("Isolation", STRING, "default", "is another isolation than the default one"),
		UNSET("MaskedPaths", STRINGS, "shows files of the kernel that are hidden"),
		UNSET("ReadonlyPaths", STRINGS, "makes files of the kernel writable"),
		END },
	.also = &resources,
};

/* The CPUs that a quota and its period are, at most INT64_MAX. */
static int64_t billionths(int64_t quota, int64_t period)
{
	double n = (double)quota * 1e9 / (double)period;

	return n >= (double)INT64_MAX ? INT64_MAX : (int64_t)n;
}

/**
 * check_limits() - Hold an object of resources against memory, cpus and pids
 * @j:		Judge
 * @v:		Object, or NULL
 * @need:	Whether what is absent means no limit
 */
static void check_limits(struct judge *j, const struct gojson *v, enum check_need need)
{
	const struct constraint *memory = judge_named(j, CONSTRAINT_MEMORY);
	int64_t swap = gojson_integer(gojson_member(v, "MemorySwap"));
	int64_t quota = gojson_integer(gojson_member(v, "CpuQuota"));
	int64_t period = gojson_integer(gojson_member(v, "CpuPeriod"));
	int64_t nano = gojson_integer(gojson_member(v, "NanoCpus"));
	const struct gojson *pids = gojson_member(v, "PidsLimit");

	check_maximum(j, CONSTRAINT_MEMORY, ".Memory", gojson_integer(gojson_member(v, "Memory")), need);
	/* Memory and swap together; 0 is twice the memory. */
	if (memory && (swap < 0 || swap / 2 > memory->limit))
		check_maximum(j, CONSTRAINT_MEMORY, ".MemorySwap", swap, need);
	/* 0 or less is no limit, also to an update. Some clients always send it. */
	check_maximum(j, CONSTRAINT_PIDS, ".PidsLimit", gojson_integer(pids),
		      gojson_kind_of(pids) == GOJSON_INTEGER ? CHECK_REQUIRED : need);
	if (quota == 0 && period == 0) {
		check_maximum(j, CONSTRAINT_CPUS, ".NanoCpus", nano, need);
		return;
	}
	/* Each alone changes the ratio to the other one, which an update does not show. */
	if (need == CHECK_WHERE_GIVEN && (quota <= 0 || period <= 0))
		quota = -1;
	check_maximum(j, CONSTRAINT_CPUS, ".CpuQuota",
		      quota <= 0 ? quota : billionths(quota, period > 0 ? period : 100000), need);
	if (nano != 0)
		check_maximum(j, CONSTRAINT_CPUS, ".NanoCpus", nano, need);
}

static void finish_create(struct judge *j, const struct gojson *body)
{
	size_t mark = judge_enter(j, ".HostConfig");

	check_limits(j, gojson_member(body, "HostConfig"), CHECK_REQUIRED);
	judge_leave(j, mark);
	/* Engines up to 24 fill in from here what HostConfig has not, MemorySwap with -1. */
	check_limits(j, body, CHECK_WHERE_GIVEN);
}

/* A HostConfig replaces the one that the container was created with. */
static void finish_start(struct judge *j, const struct gojson *body)
{
	if (body)
		check_limits(j, body, CHECK_REQUIRED);
}

static void finish_update(struct judge *j, const struct gojson *body)
{
	check_limits(j, body, CHECK_WHERE_GIVEN);
}

/* ---- networks of a container ---- */

static const struct schema endpoint_ipam = {
	(const struct schema_field[]){
		CLOSED("IPv4Address", STRING, "takes an address of its own choice"),
		CLOSED("IPv6Address", STRING, "takes an address of its own choice"),
		CLOSED("LinkLocalIPs", STRINGS, "takes an address of its own choice"),
		END },
};

static const struct schema endpoint_settings = {
	(const struct schema_field[]){
		INSIDE("IPAMConfig", OBJECT, endpoint_ipam),
		CLOSED("Links", STRINGS, "reaches another container"),
		CLOSED("MacAddress", STRING, "takes an address of its own choice"),
		FREE("Aliases", STRINGS),
		/* Goes before the name of the network, getNetworkID() of moby's daemon. */
		CLOSED("NetworkID", STRING, "goes before the name of the network"),
		CLOSED("EndpointID", STRING, "is not for requests"),
		CLOSED("Gateway", STRING, "is not for requests"),
		CLOSED("IPAddress", STRING, "takes an address of its own choice"),
		CLOSED("IPPrefixLen", INTEGER, "is not for requests"),
		CLOSED("IPv6Gateway", STRING, "is not for requests"),
		CLOSED("GlobalIPv6Address", STRING, "takes an address of its own choice"),
		CLOSED("GlobalIPv6PrefixLen", INTEGER, "is not for requests"),
		CLOSED("DriverOpts", MAP, "speaks to the network's driver"),
		FREE("GwPriority", INTEGER),
		CLOSED("DNSNames", STRINGS, "is not for requests"),
		END },
};

static void visit_endpoint(void *data, const char *name, const struct gojson *v)
{
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	if (strcmp(name, "host") == 0)
		check_namespace(j, name, "net", "");
	else
		check_network_name(j, name);
	judge_walk(j, &endpoint_settings, v);
	judge_leave(j, mark);
}

static void check_endpoints(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_endpoint, j);
}

static const struct schema networking_config = {
	(const struct schema_field[]){
		CHECKED("EndpointsConfig", MAP, check_endpoints),
		END },
};

/* ---- containers ---- */

static void visit_volume(void *data, const char *name, const struct gojson *v)
{
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);

	(void)v;
	check_bind_text(j, name);
	judge_leave(j, mark);
}

/* Volumes without names, made for it; but podman reads each as it reads one of Binds. */
static void check_volumes(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_volume, j);
}

static const struct schema container = {
	(const struct schema_field[]){
		FREE("Hostname", STRING),
		FREE("Domainname", STRING),
		CHECKED("User", STRING, check_user),
		FREE("AttachStdin", BOOL),
		FREE("AttachStdout", BOOL),
		FREE("AttachStderr", BOOL),
		FREE("ExposedPorts", MAP),
		CLOSED("PortSpecs", STRINGS, "publishes ports of the host"),
		FREE("Tty", BOOL),
		FREE("OpenStdin", BOOL),
		FREE("StdinOnce", BOOL),
		EACH("Env", STRINGS, check_env),
		FREE("Cmd", WORDS),
		FREE("Healthcheck", OBJECT),
		FREE("ArgsEscaped", BOOL),
		CHECKED("Image", STRING, check_image),
		CHECKED("Volumes", MAP, check_volumes),
		CHECKED("WorkingDir", STRING, check_working_dir),
		FREE("Entrypoint", WORDS),
		FREE("NetworkDisabled", BOOL),
		CLOSED("MacAddress", STRING, "takes an address of its own choice"),
		FREE("OnBuild", STRINGS),
		CHECKED("Labels", MAP, check_labels),
		FREE("StopSignal", STRING),
		FREE("StopTimeout", INTEGER),
		FREE("Shell", WORDS),
		FREE("Cpuset", STRING), /* CpusetCpus of API 1.18 */
		INSIDE("NetworkingConfig", OBJECT, networking_config),
		INSIDE("HostConfig", OBJECT, host_config),
		END },
	.also = &host_config,
};

static const struct schema update = {
	(const struct schema_field[]){
		INSIDE("RestartPolicy", OBJECT, restart_policy),
		END },
	.also = &resources,
};

const struct schema schema_exec = {
	(const struct schema_field[]){
		FREE("Container", STRING), /* docker-py; the path says which */
		FREE("AttachStdin", BOOL),
		FREE("AttachStdout", BOOL),
		FREE("AttachStderr", BOOL),
		FREE("DetachKeys", STRING),
		FREE("Detach", BOOL),
		FREE("Tty", BOOL),
		FREE("ConsoleSize", ARRAY),
		EACH("Env", STRINGS, check_env_of_exec),
		FREE("Cmd", WORDS),
		CHECKED("Privileged", BOOL, check_privileged),
		CHECKED("User", STRING, check_user),
		CHECKED("WorkingDir", STRING, check_working_dir),
		END },
};

static const struct schema exec_start = {
	(const struct schema_field[]){
		FREE("Detach", BOOL),
		FREE("Tty", BOOL),
		FREE("ConsoleSize", ARRAY),
		END },
};

/* ---- networks, volumes ---- */

static void visit_network_option(void *data, const char *name, const struct gojson *v)
{
	static const char *const harmless[] = {
		"com.docker.network.bridge.enable_icc",
		"com.docker.network.bridge.enable_ip_masquerade",
		"com.docker.network.driver.mtu",
	};
	struct judge *j = data;
	size_t mark = judge_enter_key(j, name);
	bool known = false;

	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		known = known || strcmp(name, harmless[i]) == 0;
	if (!known)
		judge_close(j, v, "speaks to the network's driver");
	judge_leave(j, mark);
}

static void check_network_options(struct judge *j, const struct gojson *v)
{
	gojson_each(v, visit_network_option, j);
}

static void check_new_network_name(struct judge *j, const struct gojson *v)
{
	judge_listed(j, CONSTRAINT_NETWORK, gojson_string(v), NULL);
}

static const struct schema ipam = {
	(const struct schema_field[]){
		CLOSED_BUT("Driver", STRING, "default", "runs on the host"),
		CLOSED("Config", ARRAY, "takes addresses of its own choice"),
		CLOSED("Options", MAP, "speaks to a driver that runs on the host"),
		END },
};

static const struct schema config_from = {
	(const struct schema_field[]){
		CLOSED("Network", STRING, "takes over what another network is"),
		END },
};

static const struct schema network = {
	(const struct schema_field[]){
		CHECKED("Name", STRING, check_new_network_name),
		FREE("CheckDuplicate", BOOL),
		CLOSED_BUT("Driver", STRING, "bridge", "is another driver than bridge"),
		CLOSED_BUT("Scope", STRING, "local", "is a network of the cluster"),
		FREE("Internal", BOOL),
		FREE("Attachable", BOOL), /* of networks of the cluster, but Compose sends it */
		CLOSED("Ingress", BOOL, "is the way into the cluster"),
		CLOSED("ConfigOnly", BOOL, "is for other networks"),
		INSIDE("ConfigFrom", OBJECT, config_from),
		INSIDE("IPAM", OBJECT, ipam),
		FREE("EnableIPv4", BOOL),
		FREE("EnableIPv6", BOOL),
		CHECKED("Options", MAP, check_network_options),
		CHECKED("Labels", MAP, check_labels),
		END },
};

static const struct schema network_connect = {
	(const struct schema_field[]){
		CLOSED("Container", STRING, "is another container"),
		INSIDE("EndpointConfig", OBJECT, endpoint_settings),
		END },
};

const struct schema schema_network_disconnect = {
	(const struct schema_field[]){
		CLOSED("Container", STRING, "is another container"),
		FREE("Force", BOOL),
		END },
};

static const struct schema volume = {
	(const struct schema_field[]){
		CHECKED("Name", STRING, check_new_volume_name),
		CLOSED_BUT("Driver", STRING, "local", "is a driver of volumes that runs on the host"),
		CHECKED("DriverOpts", MAP, check_volume_options),
		CHECKED("Labels", MAP, check_labels),
		/* moby's postVolumesCreate() asks whether it is there, not what it says. */
		UNSET("ClusterVolumeSpec", OBJECT, "is storage of the cluster"),
		END },
};

/* ---- images ---- */

static void check_tagged(struct judge *j, const char *name, const char *separator, const char *tag)
{
	char reference[IMAGE_REFERENCE_MAX];

	/* What is no digest Podman puts behind a colon. */
	snprintf(reference, sizeof(reference), "%s:%s", name, tag);
	if (!image_has_transport(reference))
		snprintf(reference, sizeof(reference), "%s%s%s", name, separator, tag);
	check_image_text(j, reference);
}

/* Whether there is a tag, with which a name was judged then. */
static bool check_with_tag(struct judge *j, const char *name)
{
	bool tagged = false;

	for (size_t i = 0; i < j->query.n; i++) {
		const char *tag = j->query.pairs[i].value;

		if (!gojson_same_name(j->query.pairs[i].name, "tag") || tag[0] == '\0')
			continue;
		check_tagged(j, name, strchr(tag, ':') ? "@" : ":", tag);
		tagged = true;
	}
	return tagged;
}

/* Without any tag all of them are meant. */
static void check_from_image(struct judge *j, const char *name)
{
	if (name[0] == '\0' || check_with_tag(j, name))
		return;
	if (image_has_tag(name))
		check_image_text(j, name);
	else
		check_tagged(j, name, ":", "*");
}

/* Without any tag latest is meant. */
void check_repo(struct judge *j, const char *name)
{
	if (name[0] != '\0' && !check_with_tag(j, name))
		check_image_text(j, name);
}

/* It would become an image of a name that image lists, with whatever in it. */
static void check_from_src(struct judge *j, const char *source)
{
	const struct constraint *c = judge_named(j, CONSTRAINT_IMAGE);

	if (source[0] == '\0')
		return;
	if (c)
		judge_refuse(j, c, "\"%.*s\" is no image", JUDGE_VALUE_MAX, source);
	else
		judge_close_because(j, "makes the engine fetch an address, or take an archive");
}

static void check_target(struct judge *j, const char *name)
{
	if (name[0] != '\0')
		check_image_text(j, name);
}

static const struct schema_param no_params[] = { END };

static const struct schema_param create_params[] = {
	PARAM_FREE("name"), PARAM_FREE("platform"), END };

static const struct schema_param start_params[] = {
	PARAM_FREE("detachKeys"),
	PARAM_CLOSED("checkpoint", "restores what someone has saved"),
	PARAM_CLOSED("checkpoint-dir", "is a folder of the host"),
	END };

static const struct schema_param stop_params[] = {
	PARAM_FREE("t"), PARAM_FREE("signal"), END };

static const struct schema_param wait_params[] = { PARAM_FREE("condition"), END };

static const struct schema_param resize_params[] = {
	PARAM_FREE("h"), PARAM_FREE("w"), END };

static const struct schema_param attach_params[] = {
	PARAM_FREE("detachKeys"), PARAM_FREE("logs"), PARAM_FREE("stream"), PARAM_FREE("stdin"),
	PARAM_FREE("stdout"), PARAM_FREE("stderr"), END };

static const struct schema_param logs_params[] = {
	PARAM_FREE("follow"), PARAM_FREE("stdout"), PARAM_FREE("stderr"), PARAM_FREE("since"),
	PARAM_FREE("until"), PARAM_FREE("timestamps"), PARAM_FREE("tail"), PARAM_FREE("details"),
	END };

static const struct schema_param remove_params[] = {
	PARAM_FREE("v"), PARAM_FREE("force"), PARAM_FREE("link"), END };

static const struct schema_param pull_params[] = {
	PARAM_CHECKED("fromImage", check_from_image),
	PARAM_FREE("tag"), /* check_from_image() */
	PARAM_CHECKED("fromSrc", check_from_src),
	PARAM_CHECKED("repo", check_repo),
	PARAM_FREE("message"),
	PARAM_CLOSED("changes", "makes an image of its own"),
	PARAM_FREE("platform"),
	/* Podman's; false is what it must not be. */
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
	PARAM_FREE("pause"),
	PARAM_CLOSED("changes", "makes an image of its own"),
	END };

static const struct schema_param build_params[] = {
	PARAM_CHECKED("dockerfile", check_dockerfile),
	PARAM_CHECKED("t", check_target),
	PARAM_CLOSED("extrahosts", "gives names to addresses, the host's too"),
	PARAM_CLOSED("remote", "makes the engine fetch an address"),
	PARAM_FREE("q"),
	PARAM_FREE("nocache"),
	PARAM_FREE("cachefrom"),
	PARAM_FREE("pull"),
	PARAM_FREE("rm"),
	PARAM_FREE("forcerm"),
	PARAM_FREE("memory"),
	PARAM_FREE("memswap"),
	PARAM_FREE("cpushares"),
	PARAM_FREE("cpusetcpus"),
	PARAM_FREE("cpusetmems"),
	PARAM_FREE("cpuperiod"),
	PARAM_FREE("cpuquota"),
	PARAM_FREE("buildargs"),
	PARAM_CLOSED_BUT("shmsize", "0 67108864", "is memory that no limit counts"),
	PARAM_FREE("squash"),
	PARAM_FREE("labels"),
	PARAM_CLOSED_BUT("networkmode", "default bridge none", "joins a network that is not its own"),
	PARAM_FREE("platform"),
	PARAM_FREE("target"),
	PARAM_CLOSED("outputs", "writes what was built somewhere else"),
	PARAM_CLOSED_BUT("version", "1", "is a builder that takes more than this request says"),
	PARAM_CLOSED("session", "takes what it needs from another connection"),
	PARAM_FREE("buildid"),
	PARAM_CLOSED("cgroupparent", "leaves the limits of its cgroup"),
	PARAM_CLOSED_BUT("securityopt", "null []", "changes what keeps the build in"),
	PARAM_CLOSED_BUT("ulimits", "null []", "raises limits"),
	PARAM_CLOSED_BUT("isolation", "default", "is another isolation than the default one"),
	/* Podman's, which mean something where others say no. */
	PARAM_CLOSED_BUT("tlsVerify", "true 1", "takes what anybody on the way has put there"),
	PARAM_CLOSED("rusagelogfile", "is a path of the host"),
	END };

/* ---- what is only read ---- */

static const struct schema_param list_params[] = {
	PARAM_FREE("all"), PARAM_FREE("limit"), PARAM_FREE("size"), PARAM_FREE("filters"),
	PARAM_FREE("since"), PARAM_FREE("before"), END };

static const struct schema_param filter_params[] = { PARAM_FREE("filters"), END };

static const struct schema_param inspect_params[] = { PARAM_FREE("size"), END };

static const struct schema_param top_params[] = {
	PARAM_CLOSED_BUT("ps_args", "-ef aux -aux", "are options of a program of the host"),
	END };

static const struct schema_param stats_params[] = {
	PARAM_FREE("stream"), PARAM_FREE("one-shot"), END };

static const struct schema_param images_params[] = {
	PARAM_FREE("all"), PARAM_FREE("filters"), PARAM_FREE("filter"), PARAM_FREE("digests"),
	PARAM_FREE("shared-size"), PARAM_FREE("manifests"), PARAM_FREE("identity"), END };

static const struct schema_param image_params[] = {
	PARAM_FREE("manifests"), PARAM_FREE("platform"), END };

static const struct schema_param network_params[] = {
	PARAM_FREE("verbose"), PARAM_FREE("scope"), END };

static const struct schema_param events_params[] = {
	PARAM_FREE("since"), PARAM_FREE("until"), PARAM_FREE("filters"), END };

static const struct schema_param usage_params[] = {
	PARAM_FREE("type"), PARAM_FREE("verbose"), END };

/* Credentials for registries: base64 of {} says nothing. Podman takes either. */
const struct schema_param schema_registry_fields[] = {
	PARAM_CLOSED_BUT("X-Registry-Config", "e30= e30 bnVsbA==", "makes the engine log in to a registry"),
	PARAM_CLOSED_BUT("X-Registry-Auth", "e30= e30 bnVsbA==", "makes the engine log in to a registry"),
	END };

const struct schema_endpoint schema_docker_endpoints[] = {
	{ "containers/create", "POST", "/containers/create", create_params, SCHEMA_BODY_MUST,
	  &container, .finish = finish_create },
	{ "containers/exec", "POST", "/containers/*/exec", no_params, SCHEMA_BODY_MUST, &schema_exec },
	{ "containers/update", "POST", "/containers/*/update", no_params, SCHEMA_BODY_MUST, &update,
	  .finish = finish_update },
	/* Engines take a HostConfig here from clients of API 1.23 and before. */
	{ "containers/start", "POST", "/containers/*/start", start_params, SCHEMA_BODY_MAY,
	  &host_config, .finish = finish_start, .legacy_body = true },
	{ "containers/attach", "POST", "/containers/*/attach", attach_params },
	{ "containers/logs", "GET", "/containers/*/logs", logs_params },
	{ "containers/stop", "POST", "/containers/*/stop", stop_params },
	{ "containers/restart", "POST", "/containers/*/restart", stop_params },
	{ "containers/kill", "POST", "/containers/*/kill", stop_params },
	{ "containers/pause", "POST", "/containers/*/pause", no_params },
	{ "containers/unpause", "POST", "/containers/*/unpause", no_params },
	{ "containers/wait", "POST", "/containers/*/wait", wait_params },
	{ "containers/resize", "POST", "/containers/*/resize", resize_params },
	REFUSED("containers/checkpoints", "DELETE", "/containers/*/checkpoints/*",
		"removes files of the host"),
	{ "containers/remove", "DELETE", "/containers/*", remove_params },
	{ "exec/start", "POST", "/exec/*/start", no_params, SCHEMA_BODY_MAY, &exec_start },
	{ "exec/resize", "POST", "/exec/*/resize", resize_params },
	{ "images/create", "POST", "/images/create", pull_params, .fields = schema_registry_fields },
	{ "images/tag", "POST", "/images/*/tag", tag_params },
	{ "commit", "POST", "/commit", commit_params, SCHEMA_BODY_MAY, &container },
	{ "build", "POST", "/build", build_params, .fields = schema_registry_fields },
	{ "networks/create", "POST", "/networks/create", no_params, SCHEMA_BODY_MUST, &network },
	{ "networks/connect", "POST", "/networks/*/connect", no_params, SCHEMA_BODY_MUST,
	  &network_connect },
	{ "networks/disconnect", "POST", "/networks/*/disconnect", no_params, SCHEMA_BODY_MUST,
	  &schema_network_disconnect },
	{ "networks/remove", "DELETE", "/networks/*", no_params },
	{ "volumes/create", "POST", "/volumes/create", no_params, SCHEMA_BODY_MUST, &volume },
	{ "_ping", "GET", "/_ping", no_params },
	{ "_ping", "HEAD", "/_ping", no_params },
	{ "version", "GET", "/version", no_params },
	{ "info", "GET", "/info", no_params },
	{ "events", "GET", "/events", events_params },
	{ "system/df", "GET", "/system/df", usage_params },
	{ "containers", "GET", "/containers/json", list_params },
	{ "containers/inspect", "GET", "/containers/*/json", inspect_params },
	{ "containers/top", "GET", "/containers/*/top", top_params },
	{ "containers/stats", "GET", "/containers/*/stats", stats_params },
	{ "containers/changes", "GET", "/containers/*/changes", no_params },
	{ "exec/inspect", "GET", "/exec/*/json", no_params },
	{ "images", "GET", "/images/json", images_params },
	{ "images/inspect", "GET", "/images/*/json", image_params },
	{ "images/history", "GET", "/images/*/history", image_params },
	{ "networks", "GET", "/networks", filter_params },
	{ "networks/inspect", "GET", "/networks/*", network_params },
	{ "volumes", "GET", "/volumes", filter_params },
	{ "volumes/inspect", "GET", "/volumes/*", no_params },
	END };
