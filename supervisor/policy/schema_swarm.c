/*
 * The Docker API's services, and what confined refuses of it as a whole.
 *
 * From moby's api/swagger.yaml (definitions ServiceSpec and TaskSpec) and
 * daemon/server/router/{swarm,plugin,checkpoint,image,session}. Whatever installs a
 * plugin, administers a cluster, or carries files and images in and out has a row
 * here that says so, which reads better than that nobody knows it.
 */
#include "rows.h"

/* clang-format off */

/* ---- services ---- */

static const struct schema credential_spec = {
	(const struct schema_field[]){
		CLOSED("Config", STRING, "is a credential of the host"),
		CLOSED("File", STRING, "is a file of the host"),
		CLOSED("Registry", STRING, "is a credential of the host"),
		END },
};

static const struct schema selinux_context = {
	(const struct schema_field[]){
		CLOSED("Disable", BOOL, "changes what keeps the container in"),
		CLOSED("User", STRING, "changes what keeps the container in"),
		CLOSED("Role", STRING, "changes what keeps the container in"),
		CLOSED("Type", STRING, "changes what keeps the container in"),
		CLOSED("Level", STRING, "changes what keeps the container in"),
		END },
};

static const struct schema seccomp = {
	(const struct schema_field[]){
		CLOSED_BUT("Mode", STRING, "default", "changes what keeps the container in"),
		CLOSED("Profile", STRING, "changes what keeps the container in"),
		END },
};

static const struct schema apparmor = {
	(const struct schema_field[]){
		CLOSED_BUT("Mode", STRING, "default", "changes what keeps the container in"),
		END },
};

static const struct schema privileges = {
	(const struct schema_field[]){
		INSIDE("CredentialSpec", OBJECT, credential_spec),
		INSIDE("SELinuxContext", OBJECT, selinux_context),
		INSIDE("Seccomp", OBJECT, seccomp),
		INSIDE("AppArmor", OBJECT, apparmor),
		FREE("NoNewPrivileges", BOOL),
		END },
};

static const struct schema dns_config = {
	(const struct schema_field[]){
		CLOSED("Nameservers", STRINGS, "asks other servers for names"),
		CLOSED("Search", STRINGS, "asks other servers for names"),
		CLOSED("Options", STRINGS, "asks other servers for names"),
		END },
};

static const struct schema container_spec = {
	(const struct schema_field[]){
		CHECKED("Image", STRING, check_image),
		CHECKED("Labels", MAP, check_labels),
		FREE("Command", STRINGS),
		FREE("Args", STRINGS),
		FREE("Hostname", STRING),
		EACH("Env", STRINGS, check_env),
		CHECKED("Dir", STRING, check_working_dir),
		CHECKED("User", STRING, check_user),
		CLOSED("Groups", STRINGS, "adds groups, which files of the host may have"),
		INSIDE("Privileges", OBJECT, privileges),
		FREE("Init", BOOL),
		FREE("StopSignal", STRING),
		FREE("TTY", BOOL),
		FREE("OpenStdin", BOOL),
		FREE("ReadOnly", BOOL),
		EACH_INSIDE("Mounts", ARRAY, check_mount, schema_mount),
		FREE("StopGracePeriod", INTEGER),
		FREE("Healthcheck", OBJECT),
		CLOSED("Hosts", STRINGS, "gives names to addresses, the host's too"),
		INSIDE("DNSConfig", OBJECT, dns_config),
		CLOSED("Secrets", ARRAY, "reads a secret of the cluster"),
		CLOSED("Configs", ARRAY, "reads a file of the cluster"),
		CLOSED_BUT("Isolation", STRING, "default", "is another isolation than the default one"),
		CLOSED("Sysctls", MAP, "sets parameters of the kernel"),
		EACH("CapabilityAdd", STRINGS, check_cap_add),
		FREE("CapabilityDrop", STRINGS),
		CLOSED("Ulimits", ARRAY, "raises limits"),
		CHECKED("OomScoreAdj", INTEGER, check_oom_score_adj),
		END },
};

static const struct schema limits = {
	(const struct schema_field[]){
		FREE("NanoCPUs", INTEGER), /* finish_service() */
		FREE("MemoryBytes", INTEGER),
		FREE("Pids", INTEGER),
		END },
};

static const struct schema reservations = {
	(const struct schema_field[]){
		FREE("NanoCPUs", INTEGER),
		FREE("MemoryBytes", INTEGER),
		CLOSED("GenericResources", ARRAY, "asks for devices of the host"),
		END },
};

static const struct schema task_resources = {
	(const struct schema_field[]){
		INSIDE("Limits", OBJECT, limits),
		INSIDE("Reservations", OBJECT, reservations),
		FREE("SwapBytes", INTEGER), /* finish_service() */
		FREE("MemorySwappiness", INTEGER),
		END },
};

static void check_log_driver(struct judge *j, const struct gojson *v)
{
	check_logging(j, v, "Name", "Options");
}

static const struct schema log_driver = {
	(const struct schema_field[]){
		FREE("Name", STRING), /* check_log_driver() */
		FREE("Options", MAP),
		END },
};

static void check_attachment(struct judge *j, const struct gojson *v)
{
	size_t mark = judge_enter(j, ".Target");

	check_network_of_cluster(j, gojson_string(gojson_member(v, "Target")));
	judge_leave(j, mark);
}

static const struct schema attachment = {
	(const struct schema_field[]){
		FREE("Target", STRING), /* check_attachment() */
		FREE("Aliases", STRINGS),
		CLOSED("DriverOpts", MAP, "speaks to the network's driver"),
		END },
};

static const struct schema task_template = {
	(const struct schema_field[]){
		CLOSED("PluginSpec", OBJECT, "installs a program that runs on the host"),
		INSIDE("ContainerSpec", OBJECT, container_spec),
		CLOSED("NetworkAttachmentSpec", OBJECT, "is another container"),
		INSIDE("Resources", OBJECT, task_resources),
		FREE("RestartPolicy", OBJECT),
		FREE("Placement", OBJECT),
		FREE("ForceUpdate", INTEGER),
		CLOSED_BUT("Runtime", STRING, "container", "is no container"),
		EACH_INSIDE("Networks", ARRAY, check_attachment, attachment),
		CHECKED_INSIDE("LogDriver", check_log_driver, log_driver),
		END },
};

/* The cluster publishes at every address. */
static void check_service_port(struct judge *j, const struct gojson *v)
{
	int64_t port = gojson_integer(gojson_member(v, "PublishedPort"));

	check_publish(j, "", port, port);
}

static const struct schema service_port = {
	(const struct schema_field[]){
		FREE("Name", STRING),
		FREE("Protocol", STRING),
		FREE("TargetPort", INTEGER),
		FREE("PublishedPort", INTEGER), /* check_service_port() */
		FREE("PublishMode", STRING),
		END },
};

static const struct schema endpoint_spec = {
	(const struct schema_field[]){
		FREE("Mode", STRING),
		EACH_INSIDE("Ports", ARRAY, check_service_port, service_port),
		END },
};

static const struct schema service = {
	(const struct schema_field[]){
		FREE("Name", STRING),
		CHECKED("Labels", MAP, check_labels),
		INSIDE("TaskTemplate", OBJECT, task_template),
		FREE("Mode", OBJECT),
		FREE("UpdateConfig", OBJECT),
		FREE("RollbackConfig", OBJECT),
		EACH_INSIDE("Networks", ARRAY, check_attachment, attachment),
		INSIDE("EndpointSpec", OBJECT, endpoint_spec),
		END },
};

/* An update replaces all that was there, so that what is absent is no limit in both. */
static void finish_service(struct judge *j, const struct gojson *body)
{
	const struct gojson *resources = gojson_member(gojson_member(body, "TaskTemplate"), "Resources");
	const struct gojson *most = gojson_member(resources, "Limits");
	size_t mark = judge_enter(j, ".TaskTemplate.Resources");

	check_maximum(j, CONSTRAINT_MEMORY, ".Limits.MemoryBytes",
		      gojson_integer(gojson_member(most, "MemoryBytes")), CHECK_REQUIRED);
	check_maximum(j, CONSTRAINT_MEMORY, ".SwapBytes",
		      gojson_integer(gojson_member(resources, "SwapBytes")), CHECK_WHERE_GIVEN);
	check_maximum(j, CONSTRAINT_CPUS, ".Limits.NanoCPUs",
		      gojson_integer(gojson_member(most, "NanoCPUs")), CHECK_REQUIRED);
	check_maximum(j, CONSTRAINT_PIDS, ".Limits.Pids",
		      gojson_integer(gojson_member(most, "Pids")), CHECK_REQUIRED);
	judge_leave(j, mark);
}

static const struct schema_param no_params[] = { END };

static const struct schema_param update_params[] = {
	PARAM_FREE("version"),
	PARAM_FREE("registryAuthFrom"),
	PARAM_CLOSED("rollback", "brings back what this request does not show"),
	END };

static const struct schema_param list_params[] = {
	PARAM_FREE("filters"), PARAM_FREE("status"), END };

static const struct schema_param inspect_params[] = { PARAM_FREE("insertDefaults"), END };

static const struct schema_param logs_params[] = {
	PARAM_FREE("follow"), PARAM_FREE("stdout"), PARAM_FREE("stderr"), PARAM_FREE("since"),
	PARAM_FREE("until"), PARAM_FREE("timestamps"), PARAM_FREE("tail"), PARAM_FREE("details"),
	END };

static const struct schema_param service_fields[] = {
	PARAM_CLOSED_BUT("X-Registry-Auth", "e30= e30 bnVsbA==", "makes the engine log in to a registry"),
	END };

#define PROGRAM	 "installs, changes or runs a program on the host"
#define CLUSTER	 "administers the cluster"
#define SECRETS	 "is about secrets and files of the cluster"
#define FILES	 "reads or writes files of any container"
#define IMAGES	 "brings in or gives away images whose content nobody judges"
#define OUTBOUND "makes the engine ask a registry"
#define REMOVES	 "removes what others may need"

const struct schema_endpoint schema_swarm_endpoints[] = {
	{ "services/create", "POST", "/services/create", no_params, SCHEMA_BODY_MUST, &service,
	  service_fields, finish_service },
	{ "services/update", "POST", "/services/*/update", update_params, SCHEMA_BODY_MUST, &service,
	  service_fields, finish_service },
	{ "services", "GET", "/services", list_params },
	{ "services/logs", "GET", "/services/*/logs", logs_params },
	{ "services/inspect", "GET", "/services/*", inspect_params },
	{ "services/remove", "DELETE", "/services/*", no_params },
	{ "tasks", "GET", "/tasks", list_params },
	{ "tasks/logs", "GET", "/tasks/*/logs", logs_params },
	{ "tasks/inspect", "GET", "/tasks/*", no_params },

	{ "plugins", "GET", "/plugins", list_params },
	{ "plugins/inspect", "GET", "/plugins/*/json", no_params },
	REFUSED("plugins/privileges", "GET", "/plugins/privileges", OUTBOUND),
	REFUSED("plugins/pull", "POST", "/plugins/pull", PROGRAM),
	REFUSED("plugins/create", "POST", "/plugins/create", PROGRAM),
	REFUSED("plugins/upgrade", "POST", "/plugins/*/upgrade", PROGRAM),
	REFUSED("plugins/set", "POST", "/plugins/*/set", PROGRAM),
	REFUSED("plugins/enable", "POST", "/plugins/*/enable", PROGRAM),
	REFUSED("plugins/disable", "POST", "/plugins/*/disable", PROGRAM),
	REFUSED("plugins/push", "POST", "/plugins/*/push", IMAGES),
	REFUSED("plugins/remove", "DELETE", "/plugins/*", PROGRAM),

	REFUSED("swarm", "GET", "/swarm", CLUSTER),
	REFUSED("swarm", "GET", "/swarm/*", CLUSTER),
	REFUSED("swarm", "POST", "/swarm/*", CLUSTER),
	REFUSED("nodes", "GET", "/nodes", CLUSTER),
	REFUSED("nodes", "GET", "/nodes/*", CLUSTER),
	REFUSED("nodes", "POST", "/nodes/*", CLUSTER),
	REFUSED("nodes", "DELETE", "/nodes/*", CLUSTER),
	REFUSED("secrets", "GET", "/secrets", SECRETS),
	REFUSED("secrets", "GET", "/secrets/*", SECRETS),
	REFUSED("secrets", "POST", "/secrets/*", SECRETS),
	REFUSED("secrets", "DELETE", "/secrets/*", SECRETS),
	REFUSED("configs", "GET", "/configs", SECRETS),
	REFUSED("configs", "GET", "/configs/*", SECRETS),
	REFUSED("configs", "POST", "/configs/*", SECRETS),
	REFUSED("configs", "DELETE", "/configs/*", SECRETS),

	REFUSED("containers/archive", "GET", "/containers/*/archive", FILES),
	REFUSED("containers/archive", "HEAD", "/containers/*/archive", FILES),
	REFUSED("containers/archive", "PUT", "/containers/*/archive", FILES),
	REFUSED("containers/copy", "POST", "/containers/*/copy", FILES),
	REFUSED("containers/export", "GET", "/containers/*/export", FILES),
	REFUSED("containers/checkpoints", "GET", "/containers/*/checkpoints", FILES),
	REFUSED("containers/checkpoints", "POST", "/containers/*/checkpoints", FILES),
	REFUSED("containers/attach/ws", "GET", "/containers/*/attach/ws",
		"writes to a container by what looks like reading"),
	REFUSED("containers/rename", "POST", "/containers/*/rename",
		"gives a name that may be taken for another container"),
	REFUSED("containers/prune", "POST", "/containers/prune", REMOVES),
	REFUSED("images/load", "POST", "/images/load", IMAGES),
	REFUSED("images/push", "POST", "/images/*/push", IMAGES),
	REFUSED("images/get", "GET", "/images/get", IMAGES),
	REFUSED("images/get", "GET", "/images/*/get", IMAGES),
	REFUSED("images/search", "GET", "/images/search", OUTBOUND),
	REFUSED("images/remove", "DELETE", "/images/*", REMOVES),
	REFUSED("images/prune", "POST", "/images/prune", REMOVES),
	REFUSED("distribution", "GET", "/distribution/*/json", OUTBOUND),
	REFUSED("auth", "POST", "/auth", "makes the engine log in to a registry"),
	REFUSED("build/prune", "POST", "/build/prune", REMOVES),
	REFUSED("networks/prune", "POST", "/networks/prune", REMOVES),
	REFUSED("volumes/prune", "POST", "/volumes/prune", REMOVES),
	REFUSED("volumes/remove", "DELETE", "/volumes/*", REMOVES),
	REFUSED("volumes/update", "PUT", "/volumes/*", "is storage of the cluster"),
	REFUSED("session", "POST", "/session", "opens a connection that nothing judges"),
	REFUSED("grpc", "POST", "/grpc", "opens a connection that nothing judges"),
	END };
