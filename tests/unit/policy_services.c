/*
 * Bodies under constraints: services.
 */
#include "bodies.h"

#define CREATE	 "POST /services/create"
#define UPDATE	 "POST /v1.41/services/x/update?version=7&registryAuthFrom=spec"
#define CONFINED "+ confined"
#define NAME	 "\"Name\":\"s\""
#define IMAGE	 "\"Image\":\"alpine\""
#define SPEC	 "TaskTemplate.ContainerSpec"

#define SERVICE(at, ...)                                \
	{ CREATE, CONFINED, NAME, at, __VA_ARGS__ },    \
	{                                               \
		UPDATE, CONFINED, NAME, at, __VA_ARGS__ \
	}
#define MOUNT(...)                                                                    \
	{                                                                             \
		CREATE, CONFINED "\n+ bind /srv", NAME, SPEC ".Mounts[]", __VA_ARGS__ \
	}

/* clang-format off */
static const struct body_row rows[] = {
	SERVICE("", "Labels", "{\"a\":\"b\"}", NULL, NULL),
	SERVICE("", "Mode", "{\"Replicated\":{\"Replicas\":2}}", NULL, NULL),
	SERVICE("", "UpdateConfig", "{\"Parallelism\":1}", NULL, NULL),
	SERVICE("", "RollbackConfig", "{\"Parallelism\":1}", NULL, NULL),
	SERVICE("", "Networks", "[]", "[{\"Target\":\"host\"}]", "joins a namespace"),
	SERVICE("", "Networks", "[]", "[{\"Target\":\"other\"}]", "is a network that no"),
	SERVICE("", "EndpointSpec", "{\"Mode\":\"vip\"}", "{\"Ports\":[{\"TargetPort\":80,\"PublishedPort\":80}]}", "is a port of the host"),
	SERVICE("", "EndpointSpec", "{\"Ports\":[]}", "{\"Ports\":[{\"TargetPort\":80}]}", "is a port of the host"),
	SERVICE("", "BrandNew", "null", "1", "nobody has judged", .any_kind = true),
	{ CREATE, CONFINED, "", "", "Name", "\"s\"", NULL, NULL },

	SERVICE("TaskTemplate", "PluginSpec", "{}", "{\"Remote\":\"evil\",\"PluginPrivilege\":[{\"Name\":\"mount\",\"Value\":[\"/\"]}]}", "installs a program"),
	SERVICE("TaskTemplate", "PluginSpec", "{}", "{\"Disabled\":true}", "installs a program"),
	SERVICE("TaskTemplate", "NetworkAttachmentSpec", "{}", "{\"ContainerID\":\"x\"}", "another container"),
	SERVICE("TaskTemplate", "Runtime", "\"container\"", "\"plugin\"", "is no container"),
	SERVICE("TaskTemplate", "Runtime", "\"\"", "\"attachment\"", "is no container"),
	SERVICE("TaskTemplate", "Networks", "[]", "[{\"Target\":\"host\"}]", "joins a namespace"),
	SERVICE("TaskTemplate", "Networks", "[]", "[{\"Target\":\"bridge\",\"DriverOpts\":{\"a\":\"b\"}}]", "speaks to the network's driver"),
	SERVICE("TaskTemplate", "RestartPolicy", "{\"Condition\":\"none\"}", NULL, NULL),
	SERVICE("TaskTemplate", "Placement", "{\"Constraints\":[\"node.role==worker\"]}", NULL, NULL),
	SERVICE("TaskTemplate", "ForceUpdate", "1", NULL, NULL),
	SERVICE("TaskTemplate", "LogDriver", "{\"Name\":\"json-file\"}", "{\"Name\":\"fluentd\"}", "calls out"),
	SERVICE("TaskTemplate", "LogDriver", "{\"Options\":{\"max-size\":\"1m\"}}", "{\"Options\":{\"gelf-address\":\"udp://10.0.0.1\"}}", "LogDriver.Options[\"gelf-address\"]"),
	SERVICE("TaskTemplate", "Resources", "{\"Limits\":{},\"Reservations\":{}}", "{\"Reservations\":{\"GenericResources\":[{\"DiscreteResourceSpec\":{\"Kind\":\"gpu\",\"Value\":1}}]}}", "asks for devices"),
	SERVICE("TaskTemplate", "Resources", "{\"SwapBytes\":0,\"MemorySwappiness\":1}", "{\"Limits\":{\"New\":1}}", "nobody has judged"),

	SERVICE(SPEC, "Image", "\"alpine\"", NULL, NULL),
	SERVICE(SPEC, "Labels", "{\"a\":\"b\"}", NULL, NULL),
	SERVICE(SPEC, "Command", "[\"sh\"]", NULL, NULL),
	SERVICE(SPEC, "Args", "[\"-c\"]", NULL, NULL),
	SERVICE(SPEC, "Hostname", "\"h\"", NULL, NULL),
	SERVICE(SPEC, "Env", "[\"A=b\"]", "[\"HOME\"]", "the engine's own"),
	SERVICE(SPEC, "Dir", "\"/w\"", "\"/proc/self/fd/7\"", "lead out"),
	SERVICE(SPEC, "User", "\"\"", "\"root\"", "is a user that no"),
	SERVICE(SPEC, "Groups", "[]", "[\"docker\"]", "adds groups"),
	SERVICE(SPEC, "Init", "true", NULL, NULL),
	SERVICE(SPEC, "StopSignal", "\"TERM\"", NULL, NULL),
	SERVICE(SPEC, "TTY", "true", NULL, NULL),
	SERVICE(SPEC, "OpenStdin", "true", NULL, NULL),
	SERVICE(SPEC, "ReadOnly", "true", NULL, NULL),
	SERVICE(SPEC, "StopGracePeriod", "10", NULL, NULL),
	SERVICE(SPEC, "Healthcheck", "{\"Test\":[\"NONE\"]}", NULL, NULL),
	SERVICE(SPEC, "Hosts", "[]", "[\"10.0.0.1 h\"]", "gives names to addresses"),
	SERVICE(SPEC, "DNSConfig", "{}", "{\"Nameservers\":[\"10.0.0.1\"]}", "asks other servers"),
	SERVICE(SPEC, "DNSConfig", "{\"Options\":[]}", "{\"Options\":[\"debug\"]}", "asks other servers"),
	SERVICE(SPEC, "DNSConfig", "{\"Search\":[]}", "{\"Search\":[\"example.org\"]}", "asks other servers"),
	SERVICE(SPEC, "Secrets", "[]", "[{\"SecretName\":\"s\"}]", "a secret of the cluster"),
	SERVICE(SPEC, "Configs", "[]", "[{\"ConfigName\":\"c\"}]", "a file of the cluster"),
	SERVICE(SPEC, "Isolation", "\"default\"", "\"process\"", "another isolation"),
	SERVICE(SPEC, "Sysctls", "{}", "{\"kernel.msgmax\":\"1\"}", "parameters of the kernel"),
	SERVICE(SPEC, "CapabilityAdd", "[\"CAP_CHOWN\"]", "[\"CAP_SYS_ADMIN\"]", "capability that containers do not have"),
	SERVICE(SPEC, "CapabilityAdd", "[]", "[\"ALL\"]", "capability that containers do not have"),
	SERVICE(SPEC, "CapabilityDrop", "[\"ALL\"]", NULL, NULL),
	SERVICE(SPEC, "Ulimits", "[]", "[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":1}]", "raises limits"),
	SERVICE(SPEC, "OomScoreAdj", "1", "-1", "in its place"),
	SERVICE(SPEC, "BrandNew", "null", "1", "nobody has judged", .any_kind = true),
	SERVICE(SPEC ".Privileges", "CredentialSpec", "{}", "{\"File\":\"x\"}", "is a file of the host"),
	SERVICE(SPEC ".Privileges", "CredentialSpec", "{\"Config\":\"\"}", "{\"Registry\":\"x\"}", "is a credential"),
	SERVICE(SPEC ".Privileges", "SELinuxContext", "{\"Disable\":false}", "{\"Disable\":true}", "keeps the container in"),
	SERVICE(SPEC ".Privileges", "SELinuxContext", "{\"User\":\"\"}", "{\"Type\":\"spc_t\"}", "keeps the container in"),
	SERVICE(SPEC ".Privileges", "Seccomp", "{\"Mode\":\"default\"}", "{\"Mode\":\"unconfined\"}", "keeps the container in"),
	SERVICE(SPEC ".Privileges", "Seccomp", "{}", "{\"Mode\":\"default\",\"Profile\":\"e30=\"}", "keeps the container in"),
	SERVICE(SPEC ".Privileges", "AppArmor", "{\"Mode\":\"default\"}", "{\"Mode\":\"disabled\"}", "keeps the container in"),
	SERVICE(SPEC ".Privileges", "NoNewPrivileges", "true", NULL, NULL),

	MOUNT("Source", "\"/srv/a\"", "\"/etc\"", "outside", .beside = "\"Type\":\"bind\"", .null_finding = "no absolute path"),
	MOUNT("BindOptions", "{}", "{\"Propagation\":\"shared\"}", "lets mounts through", .beside = "\"Type\":\"bind\",\"Source\":\"/srv\""),
	MOUNT("VolumeOptions", "{\"DriverConfig\":{\"Options\":{}}}", "{\"DriverConfig\":{\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}}", "may mount anything", .beside = "\"Type\":\"volume\""),
	MOUNT("VolumeOptions", "{\"NoCopy\":true}", "{\"DriverConfig\":{\"Name\":\"evil\"}}", "driver of volumes", .beside = "\"Type\":\"volume\""),
	MOUNT("Type", "\"tmpfs\"", "\"cluster\"", "is a kind of mount", .beside = "\"ReadOnly\":false", .null_finding = "is a kind of mount"),

	{ CREATE, CONFINED "\n+ image alpine", "", SPEC, "Image", "\"alpine:latest\"", "\"busybox\"", "is not one of" },
	{ CREATE, CONFINED "\n+ publish 8000-8001", "", "EndpointSpec.Ports[]", "PublishedPort", "8000", "8002", "is outside", .null_finding = "is outside" },
	{ CREATE, CONFINED "\n+ publish 127.0.0.1:8000", "", "EndpointSpec", "Ports", "[]", "[{\"TargetPort\":80,\"PublishedPort\":8000}]", "is outside" },
	{ CREATE, CONFINED "\n+ publish *", "", "EndpointSpec", "Ports", "[{\"TargetPort\":80}]", NULL, NULL },
	{ CREATE, CONFINED "\n+ network app*", "", "TaskTemplate.Networks[]", "Target", "\"app_1\"", "\"other_1\"", "is not one of" },
	{ CREATE, CONFINED "\n+ host net", "", "", "Networks", "[{\"Target\":\"host\"}]", NULL, NULL },
	{ CREATE, CONFINED "\n+ cap SYS_ADMIN", "", SPEC, "CapabilityAdd", "[\"CAP_SYS_ADMIN\"]", "[\"CAP_SYS_MODULE\"]", "is not one of" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "TaskTemplate.Resources.Limits", "MemoryBytes", "1048576", "1048577", "1m (rules", .null_finding = "1m (rules" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "TaskTemplate.Resources", "SwapBytes", "1", "-1", "1m (rules", .beside = "\"Limits\":{\"MemoryBytes\":1}" },
	{ UPDATE, CONFINED "\n+ memory 1m", "", "TaskTemplate.Resources.Limits", "MemoryBytes", "1048576", "1048577", "1m (rules", .null_finding = "1m (rules" },
	{ CREATE, CONFINED "\n+ cpus 1", "", "TaskTemplate.Resources.Limits", "NanoCPUs", "1000000000", "1000000001", "1 (rules", .null_finding = "1 (rules" },
	{ UPDATE, CONFINED "\n+ pids 10", "", "TaskTemplate.Resources.Limits", "Pids", "10", "0", "10 (rules", .null_finding = "10 (rules" },
};
/* clang-format on */

static void judges_every_field_in_every_spelling(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		n += body_check_row(&rows[i]);
	printf("%zu bodies of %zu rows\n", n, N_OF(rows));
	body_check_none_failed();
}

static void a_rollback_shows_nothing_to_judge(void **state)
{
	(void)state;
	body_verdict(CONFINED, UPDATE "&rollback=previous", "{" NAME "}", false, "does not show");
	body_verdict(CONFINED, UPDATE "&rollback=", "{" NAME "}", true, "");
	body_check_none_failed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_every_field_in_every_spelling),
		cmocka_unit_test(a_rollback_shows_nothing_to_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
