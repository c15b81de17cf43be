/*
 * Bodies under constraints: each field of the Docker API but for swarm.
 */
#include "bodies.h"

#define CREATE	   "POST /containers/create"
#define UPDATE	   "POST /containers/x/update"
#define EXEC	   "POST /containers/x/exec"
#define START	   "POST /v1.23/containers/x/start"
#define NETWORK	   "POST /networks/create"
#define CONNECT	   "POST /networks/n/connect"
#define DISCONNECT "POST /networks/n/disconnect"
#define VOLUME	   "POST /volumes/create"
#define COMMIT	   "POST /commit"
#define CONFINED   "+ confined"
#define IMAGE	   "\"Image\":\"alpine\""
#define NAME	   "\"Name\":\"n\""

/* A field of HostConfig, where old engines look for it, too, and where start had it. */
#define HOST(...)                                               \
	{ CREATE, CONFINED, IMAGE, "HostConfig", __VA_ARGS__ }, \
		{ CREATE, CONFINED, IMAGE, "", __VA_ARGS__ },   \
	{                                                       \
		START, CONFINED, "", "", __VA_ARGS__            \
	}
/* One of Resources. */
#define RESOURCE(...)                                                       \
	HOST(__VA_ARGS__),                                                  \
	{                                                                   \
		UPDATE, CONFINED, "\"RestartPolicy\":null", "", __VA_ARGS__ \
	}
#define ENDPOINT(...)                                                                         \
	{ CREATE, CONFINED, IMAGE, "NetworkingConfig.EndpointsConfig.default", __VA_ARGS__ }, \
	{                                                                                     \
		CONNECT, CONFINED, "", "EndpointConfig", __VA_ARGS__                          \
	}
#define MOUNT(field, harmless, harmful, finding, beside_, null_)                        \
	{                                                                               \
		CREATE, CONFINED "\n+ bind /srv/rw, /srv/ro:ro\n+ volume data*", IMAGE, \
			"HostConfig.Mounts[]", field, harmless, harmful, finding,       \
			.beside = beside_, .null_finding = null_                        \
	}
/* clang-format off */
static const struct body_row rows[] = {
	/* HostConfig */
	HOST("Privileged", "false", "true", "root of the host"),
	HOST("Binds", "[]", "[\"/:/h\"]", "is a path of the host"),
	HOST("Binds", "[\"/data\"]", "[\"data:/data\"]", "is a volume that no"),
	HOST("Binds", "[]", "[\"/srv:/srv:rshared\"]", "reaches the host"),
	HOST("ContainerIDFile", "\"\"", "\"/tmp/id\"", "Podman removes"),
	HOST("LogConfig", "{\"Type\":\"\",\"Config\":{}}", "{\"Type\":\"syslog\",\"Config\":{}}", "calls out"),
	HOST("LogConfig", "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}", "{\"Config\":{\"syslog-address\":\"unix:///run/x\"}}", "LogConfig.Config[\"syslog-address\"]"),
	HOST("NetworkMode", "\"default\"", "\"host\"", "joins a namespace"),
	HOST("NetworkMode", "\"none\"", "\"container:abc\"", "joins a namespace"),
	HOST("NetworkMode", "\"bridge\"", "\"other\"", "is a network that no"),
	HOST("NetworkMode", "\"\"", "\"ns:/proc/1/ns/net\"", "joins a namespace"),
	HOST("PortBindings", "{}", "{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"80\"}]}", "is a port of the host"),
	HOST("PortBindings", "{}", "{\"80/tcp\":[]}", "is a port of the host"),
	HOST("PortBindings", "{}", "{\"80/tcp\":null}", "is a port of the host"),
	HOST("RestartPolicy", "{\"Name\":\"no\",\"MaximumRetryCount\":0}", "{\"Name\":\"always\"}", "after its user has gone"),
	HOST("AutoRemove", "true", NULL, NULL),
	HOST("VolumeDriver", "\"local\"", "\"evil\"", "driver of volumes"),
	HOST("VolumesFrom", "[]", "[\"other\"]", "another container has mounted"),
	HOST("Mounts", "[]", "[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/h\"}]", "is a path of the host"),
	HOST("ConsoleSize", "[25,80]", NULL, NULL),
	HOST("Annotations", "{}", "{\"run.oci.hooks\":\"x\"}", "speaks to the runtime"),
	HOST("CapAdd", "[\"CAP_CHOWN\"]", "[\"SYS_ADMIN\"]", "capability that containers do not have"),
	HOST("CapAdd", "[]", "[\"all\"]", "capability that containers do not have"),
	HOST("CapAdd", "[\"net_raw\"]", "[\"cap_sys_module\"]", "capability that containers do not have"),
	HOST("CapAdd", "[]", "[\"\"]", "is no capability"),
	HOST("CapDrop", "[\"ALL\"]", NULL, NULL),
	HOST("Capabilities", "null", "[]", "replaces the capabilities"),
	HOST("CgroupnsMode", "\"private\"", "\"host\"", "joins a namespace"),
	HOST("Dns", "[]", "[\"1.2.3.4\"]", "asks other servers"),
	HOST("DnsOptions", "[]", "[\"debug\"]", "asks other servers"),
	HOST("DnsSearch", "[]", "[\"example.org\"]", "asks other servers"),
	HOST("ExtraHosts", "[]", "[\"h:host-gateway\"]", "gives names to addresses"),
	HOST("GroupAdd", "[]", "[\"docker\"]", "adds groups"),
	HOST("IpcMode", "\"private\"", "\"host\"", "joins a namespace"),
	HOST("IpcMode", "\"shareable\"", "\"container:x\"", "joins a namespace"),
	HOST("Cgroup", "\"\"", "\"container:x\"", "joins another container"),
	HOST("Links", "[]", "[\"db:db\"]", "reaches another container"),
	HOST("OomScoreAdj", "500", "-1", "in its place"),
	HOST("PidMode", "\"\"", "\"host\"", "joins a namespace"),
	HOST("PidMode", "\"private\"", "\"container:x\"", "joins a namespace"),
	HOST("PublishAllPorts", "false", "true", "is a port of the host"),
	HOST("ReadonlyRootfs", "true", NULL, NULL),
	HOST("SecurityOpt", "[\"no-new-privileges\"]", "[\"seccomp=unconfined\"]", "keeps the container in"),
	HOST("SecurityOpt", "[\"no-new-privileges:true\"]", "[\"apparmor:unconfined\"]", "keeps the container in"),
	HOST("SecurityOpt", "[\"no-new-privileges=true\"]", "[\"label=disable\"]", "keeps the container in"),
	HOST("SecurityOpt", "[]", "[\"disable\"]", "keeps the container in"),
	HOST("SecurityOpt", "[]", "[\"no-new-privileges=false\"]", "keeps the container in"),
	HOST("SecurityOpt", "[]", "[\"writable-cgroups\"]", "keeps the container in"),
	HOST("SecurityOpt", "[]", "[\"systempaths=unconfined\"]", "keeps the container in"),
	HOST("StorageOpt", "{}", "{\"size\":\"1T\"}", "speaks to the storage driver"),
	HOST("Tmpfs", "{\"/t\":\"size=1m,noexec\"}", "{\"/t\":\"suid\"}", "do not have on a tmpfs"),
	HOST("Tmpfs", "{\"/t\":\"\"}", "{\"/t\":\"rw,dev\"}", "do not have on a tmpfs"),
	HOST("Tmpfs", "{\"/t\":\"mode=755\"}", "{\"/t:suid\":\"\"}", "taken for further options"),
	HOST("UTSMode", "\"\"", "\"host\"", "joins a namespace"),
	HOST("UsernsMode", "\"\"", "\"host\"", "joins a namespace"),
	HOST("ShmSize", "67108864", "67108865", "no limit counts"),
	HOST("Sysctls", "{}", "{\"kernel.msgmax\":\"1\"}", "parameters of the kernel"),
	HOST("Runtime", "\"\"", "\"runsc\"", "is a runtime that no"),
	HOST("Isolation", "\"default\"", "\"process\"", "another isolation"),
	HOST("MaskedPaths", "null", "[]", "hidden"),
	HOST("ReadonlyPaths", "null", "[]", "writable"),
	HOST("BrandNew", "null", "\"x\"", "nobody has judged", .any_kind = true),
	/* Resources */
	RESOURCE("CpuShares", "512", NULL, NULL),
	RESOURCE("Memory", "1048576", NULL, NULL),
	RESOURCE("NanoCpus", "1000000000", NULL, NULL),
	RESOURCE("CgroupParent", "\"\"", "\"/\"", "leaves the limits"),
	RESOURCE("BlkioWeight", "10", NULL, NULL),
	RESOURCE("BlkioWeightDevice", "[]", "[{\"Path\":\"/dev/sda\",\"Weight\":1}]", "device of the host"),
	RESOURCE("BlkioDeviceReadBps", "[]", "[{\"Path\":\"/dev/sda\",\"Rate\":1}]", "device of the host"),
	RESOURCE("BlkioDeviceWriteBps", "[]", "[{\"Path\":\"/dev/sda\",\"Rate\":1}]", "device of the host"),
	RESOURCE("BlkioDeviceReadIOps", "[]", "[{\"Path\":\"/dev/sda\",\"Rate\":1}]", "device of the host"),
	RESOURCE("BlkioDeviceWriteIOps", "[]", "[{\"Path\":\"/dev/sda\",\"Rate\":1}]", "device of the host"),
	RESOURCE("CpuPeriod", "100000", NULL, NULL),
	RESOURCE("CpuQuota", "50000", NULL, NULL),
	RESOURCE("CpuRealtimePeriod", "0", "1000", "takes time"),
	RESOURCE("CpuRealtimeRuntime", "0", "1000", "takes time"),
	RESOURCE("CpusetCpus", "\"0,1\"", NULL, NULL),
	RESOURCE("CpusetMems", "\"0\"", NULL, NULL),
	RESOURCE("Devices", "[]", "[{\"PathOnHost\":\"/dev/sda\",\"PathInContainer\":\"/dev/sda\",\"CgroupPermissions\":\"rwm\"}]", "is a device of the host"),
	RESOURCE("DeviceCgroupRules", "[]", "[\"a *:* rwm\"]", "allows devices"),
	RESOURCE("DeviceRequests", "[]", "[{\"Driver\":\"nvidia\",\"Count\":-1}]", "asks for devices"),
	RESOURCE("KernelMemory", "0", NULL, NULL),
	RESOURCE("KernelMemoryTCP", "0", NULL, NULL),
	RESOURCE("MemoryReservation", "0", NULL, NULL),
	RESOURCE("MemorySwap", "-1", NULL, NULL),
	RESOURCE("MemorySwappiness", "-1", NULL, NULL),
	RESOURCE("OomKillDisable", "false", "true", "in its place"),
	RESOURCE("Init", "true", NULL, NULL),
	RESOURCE("PidsLimit", "0", NULL, NULL),
	RESOURCE("Ulimits", "[]", "[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":1}]", "raises limits"),
	RESOURCE("CpuCount", "0", NULL, NULL),
	RESOURCE("CpuPercent", "0", NULL, NULL),
	RESOURCE("IOMaximumIOps", "0", NULL, NULL),
	RESOURCE("IOMaximumBandwidth", "0", NULL, NULL),
	{ UPDATE, CONFINED, "", "RestartPolicy", "Name", "\"no\"", "\"always\"", "after its user has gone" },
	{ UPDATE, CONFINED, "", "", "Privileged", "null", "true", "nobody has judged", .any_kind = true },

	/* the container itself */
	{ CREATE, CONFINED, "", "", "Hostname", "\"h\"", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Domainname", "\"d\"", NULL, NULL },
	{ CREATE, CONFINED, "", "", "User", "\"\"", "\"root\"", "is a user that no" },
	{ CREATE, CONFINED, "", "", "User", "\"\"", "\"0:999\"", "is a user that no" },
	{ CREATE, CONFINED, "", "", "AttachStdin", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "AttachStdout", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "AttachStderr", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "ExposedPorts", "{\"80/tcp\":{}}", NULL, NULL },
	{ CREATE, CONFINED, "", "", "PortSpecs", "[]", "[\"80:80\"]", "publishes ports" },
	{ CREATE, CONFINED, "", "", "Tty", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "OpenStdin", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "StdinOnce", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Env", "[\"A=b\"]", "[\"HOME\"]", "the engine's own" },
	{ CREATE, CONFINED, "", "", "Env", "[\"LD_PRELOAD=/x\"]", "[\"*\"]", "the engine's own" },
	{ CREATE, CONFINED, "", "", "Cmd", "[\"sh\"]", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Cmd", "\"sh\"", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Healthcheck", "{\"Test\":[\"CMD\",\"true\"]}", NULL, NULL },
	{ CREATE, CONFINED, "", "", "ArgsEscaped", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Image", "\"alpine\"", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Volumes", "{\"/data\":{}}", "{\"/:/host\":{}}", "is a path of the host" },
	{ CREATE, CONFINED, "", "", "Volumes", "{}", "{\"data:/data\":{}}", "is a volume that no" },
	{ CREATE, CONFINED, "", "", "WorkingDir", "\"/w\"", "\"/proc/self/fd/7\"", "lead out" },
	{ CREATE, CONFINED, "", "", "WorkingDir", "\"/\"", "\"/x/../proc\"", "lead out" },
	{ CREATE, CONFINED, "", "", "Entrypoint", "[\"sh\",\"-c\"]", NULL, NULL },
	{ CREATE, CONFINED, "", "", "NetworkDisabled", "true", NULL, NULL },
	{ CREATE, CONFINED, "", "", "MacAddress", "\"\"", "\"02:00:00:00:00:01\"", "address of its own choice" },
	{ CREATE, CONFINED, "", "", "OnBuild", "[]", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Labels", "{\"a\":\"b\"}", NULL, NULL },
	{ CREATE, CONFINED, "", "", "StopSignal", "\"TERM\"", NULL, NULL },
	{ CREATE, CONFINED, "", "", "StopTimeout", "1", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Shell", "[\"sh\"]", NULL, NULL },
	{ CREATE, CONFINED, "", "", "Cpuset", "\"0\"", NULL, NULL },
	{ CREATE, CONFINED, IMAGE, "", "HostConfig", "{}", "{\"Privileged\":true}", "HostConfig.Privileged" },
	{ CREATE, CONFINED, IMAGE, "", "NetworkingConfig", "{}", "{\"EndpointsConfig\":{\"other\":{}}}", "is a network that no" },
	{ CREATE, CONFINED, IMAGE, "NetworkingConfig", "EndpointsConfig", "{\"default\":null}", "{\"host\":{}}", "joins a namespace" },
	{ CREATE, CONFINED, "", "", "EnvMerge", "[]", "[\"A\"]", "nobody has judged", .any_kind = true },

	/* networks of a container */
	ENDPOINT("IPAMConfig", "{}", "{\"IPv4Address\":\"172.17.0.9\"}", "address of its own choice"),
	ENDPOINT("IPAMConfig", "{\"IPv4Address\":\"\"}", "{\"IPv6Address\":\"fd00::1\"}", "address of its own choice"),
	ENDPOINT("IPAMConfig", "{\"LinkLocalIPs\":[]}", "{\"LinkLocalIPs\":[\"169.254.0.1\"]}", "address of its own choice"),
	ENDPOINT("Links", "[]", "[\"db:db\"]", "reaches another container"),
	ENDPOINT("MacAddress", "\"\"", "\"02:00:00:00:00:01\"", "address of its own choice"),
	ENDPOINT("Aliases", "[\"web\"]", NULL, NULL),
	ENDPOINT("NetworkID", "\"\"", "\"0123\"", "goes before the name"),
	ENDPOINT("EndpointID", "\"\"", "\"0123\"", "is not for requests"),
	ENDPOINT("Gateway", "\"\"", "\"172.17.0.9\"", "is not for requests"),
	ENDPOINT("IPAddress", "\"\"", "\"172.17.0.9\"", "address of its own choice"),
	ENDPOINT("IPPrefixLen", "0", "24", "is not for requests"),
	ENDPOINT("IPv6Gateway", "\"\"", "\"fd00::1\"", "is not for requests"),
	ENDPOINT("GlobalIPv6Address", "\"\"", "\"fd00::1\"", "address of its own choice"),
	ENDPOINT("GlobalIPv6PrefixLen", "0", "64", "is not for requests"),
	ENDPOINT("DriverOpts", "{}", "{\"com.docker.network.endpoint.sysctls\":\"x\"}", "speaks to the network's driver"),
	ENDPOINT("GwPriority", "1", NULL, NULL),
	ENDPOINT("DNSNames", "[]", "[\"x\"]", "is not for requests"),
	{ CONNECT, CONFINED, "", "", "Container", "\"\"", "\"other\"", "is another container" },
	{ DISCONNECT, CONFINED, "", "", "Container", "\"\"", "\"other\"", "is another container" },
	{ DISCONNECT, CONFINED, "", "", "Force", "true", NULL, NULL },

	/* mounts */
	MOUNT("Source", "\"/srv/rw/a\"", "\"/etc\"", "outside", "\"Type\":\"bind\"", "is no absolute path"),
	MOUNT("Source", "\"/srv/rw\"", "\"/srv/rw/../../etc\"", "goes up", "\"Type\":\"bind\"", "is no absolute path"),
	MOUNT("Source", "\"/srv/rw\"", "\"/srv/rwx\"", "outside", "\"Type\":\"bind\"", "is no absolute path"),
	MOUNT("Source", "\"/srv/rw\"", "\"srv/rw\"", "is no absolute path", "\"Type\":\"bind\"", "is no absolute path"),
	MOUNT("Source", "\"/srv/rw\"", "\"/srv/rw/a,source=/\"", "further options", "\"Type\":\"bind\"", "is no absolute path"),
	MOUNT("Target", "\"/t\"", "\"/t,source=/\"", "further options", "\"Type\":\"bind\",\"Source\":\"/srv/rw\"", NULL),
	MOUNT("ReadOnly", "true", "false", "outside", "\"Type\":\"bind\",\"Source\":\"/srv/ro\"", "outside"),
	MOUNT("BindOptions", "{\"Propagation\":\"rprivate\"}", "{\"Propagation\":\"rshared\"}", "lets mounts through", "\"Type\":\"bind\",\"Source\":\"/srv/rw\"", NULL),
	MOUNT("BindOptions", "{\"Propagation\":\"private\"}", "{\"Propagation\":\"rslave\"}", "lets mounts through", "\"Type\":\"bind\",\"Source\":\"/srv/rw\"", NULL),
	MOUNT("BindOptions", "{\"CreateMountpoint\":true}", "{\"New\":true}", "nobody has judged", "\"Type\":\"bind\",\"Source\":\"/srv/rw\"", NULL),
	MOUNT("BindOptions", "{\"ReadOnlyForceRecursive\":true}", "{\"NonRecursive\":true}", "outside", "\"Type\":\"bind\",\"Source\":\"/srv/ro\",\"ReadOnly\":true", NULL),
	MOUNT("BindOptions", "{}", "{\"ReadOnlyNonRecursive\":true}", "outside", "\"Type\":\"bind\",\"Source\":\"/srv/ro\",\"ReadOnly\":true", NULL),
	MOUNT("Consistency", "\"cached\"", "\"default,volume-opt=o=bind\"", "further options", "\"Type\":\"volume\",\"Source\":\"data1\"", NULL),
	MOUNT("Source", "\"data1\"", "\"other\"", "is not one of", "\"Type\":\"volume\"", NULL),
	MOUNT("Source", "\"\"", "\"data/../x\"", "is no name of a volume", "\"Type\":\"volume\"", NULL),
	MOUNT("Type", "\"tmpfs\"", "\"npipe\"", "is a kind of mount", "\"ReadOnly\":false", "is a kind of mount"),
	MOUNT("Type", "\"volume\"", "\"cluster\"", "is a kind of mount", "\"ReadOnly\":false", "is a kind of mount"),
	MOUNT("Type", "\"volume\"", "\"image\"", "is an image that no", "\"ReadOnly\":false", "is a kind of mount"),
	MOUNT("Type", "\"volume\"", "\"Bind\"", "is a kind of mount", "\"ReadOnly\":false", "is a kind of mount"),
	MOUNT("Source", "\"\"", "\"/x\"", "is nothing that a tmpfs has", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("VolumeOptions", "{\"NoCopy\":true}", "{\"Subpath\":\"a\"}", "others may have changed", "\"Type\":\"volume\"", NULL),
	MOUNT("VolumeOptions", "{\"Labels\":{\"a\":\"b\"}}", "{\"DriverConfig\":{\"Name\":\"evil\"}}", "driver of volumes", "\"Type\":\"volume\"", NULL),
	MOUNT("VolumeOptions", "{\"DriverConfig\":{\"Name\":\"local\"}}", "{\"DriverConfig\":{\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}}", "may mount anything", "\"Type\":\"volume\"", NULL),
	MOUNT("VolumeOptions", "{\"DriverConfig\":{\"Options\":{}}}", "{\"DriverConfig\":{\"Options\":{\"type\":\"overlay\",\"o\":\"lowerdir=/\",\"device\":\"overlay\"}}}", "may mount anything", "\"Type\":\"volume\"", NULL),
	MOUNT("VolumeOptions", "{\"DriverConfig\":{\"Options\":{\"type\":\"tmpfs\"}}}", "{\"DriverConfig\":{\"Options\":{\"type\":\"ext4\",\"device\":\"/dev/sda1\"}}}", "may mount anything", "\"Type\":\"volume\"", NULL),
	MOUNT("VolumeOptions", "{\"DriverConfig\":{\"Options\":{\"type\":\"tmpfs\",\"device\":\"tmpfs\",\"o\":\"size=1m\"}}}", "{\"DriverConfig\":{\"Options\":{\"type\":\"nfs\",\"o\":\"addr=10.0.0.1\",\"device\":\":/x\"}}}", "may mount anything", "\"Type\":\"volume\"", NULL),
	MOUNT("TmpfsOptions", "{\"SizeBytes\":1,\"Mode\":448}", "{\"New\":1}", "nobody has judged", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("TmpfsOptions", "{\"Options\":[[\"noexec\"]]}", "{\"Options\":[[\"suid\"]]}", "do not have on a tmpfs", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("TmpfsOptions", "{\"Options\":[[\"ro\"],[\"nodev\"]]}", "{\"Options\":[[\"dev\"]]}", "do not have on a tmpfs", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("TmpfsOptions", "{\"Options\":[]}", "{\"Options\":[[\"ro rw\"]]}", "do not have on a tmpfs", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("TmpfsOptions", "{\"Options\":[]}", "{\"Options\":[[]]}", "do not have on a tmpfs", "\"Type\":\"tmpfs\"", NULL),
	MOUNT("ClusterOptions", "{}", "{\"x\":1}", "storage of the cluster", "\"Type\":\"volume\"", NULL),
	MOUNT("ImageOptions", "{\"Subpath\":\"a\"}", "{\"New\":1}", "nobody has judged", "\"Type\":\"volume\"", NULL),

	/* exec */
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "AttachStdin", "true", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "AttachStdout", "true", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "AttachStderr", "true", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "DetachKeys", "\"ctrl-p\"", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Detach", "true", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Tty", "true", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "ConsoleSize", "[1,2]", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Container", "\"x\"", NULL, NULL },
	{ EXEC, CONFINED, "", "", "Cmd", "[\"ls\"]", NULL, NULL },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Env", "[\"A=b\"]", "[\"LD_PRELOAD=/x\"]", "dynamic linker" },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Env", "[]", "[\"HOME\"]", "the engine's own" },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "Privileged", "false", "true", "root of the host" },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "User", "\"\"", "\"root\"", "is a user that no" },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "WorkingDir", "\"/\"", "\"/proc/self/fd/8\"", "lead out" },
	{ EXEC, CONFINED, "\"Cmd\":[\"ls\"]", "", "BrandNew", "0", "1", "nobody has judged", .any_kind = true },
	{ "POST /exec/x/start", CONFINED, "", "", "Detach", "true", NULL, NULL },
	{ "POST /exec/x/start", CONFINED, "", "", "Tty", "true", NULL, NULL },
	{ "POST /exec/x/start", CONFINED, "", "", "Privileged", "null", "true", "nobody has judged", .any_kind = true },

	/* networks */
	{ NETWORK, CONFINED, "", "", "Name", "\"n\"", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "CheckDuplicate", "true", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "Driver", "\"bridge\"", "\"macvlan\"", "another driver" },
	{ NETWORK, CONFINED, NAME, "", "Driver", "\"\"", "\"overlay\"", "another driver" },
	{ NETWORK, CONFINED, NAME, "", "Scope", "\"local\"", "\"swarm\"", "of the cluster" },
	{ NETWORK, CONFINED, NAME, "", "Internal", "true", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "Attachable", "true", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "Ingress", "false", "true", "into the cluster" },
	{ NETWORK, CONFINED, NAME, "", "ConfigOnly", "false", "true", "other networks" },
	{ NETWORK, CONFINED, NAME, "", "ConfigFrom", "{\"Network\":\"\"}", "{\"Network\":\"x\"}", "what another network is" },
	{ NETWORK, CONFINED, NAME, "IPAM", "Driver", "\"default\"", "\"evil\"", "runs on the host" },
	{ NETWORK, CONFINED, NAME, "IPAM", "Config", "[]", "[{\"Subnet\":\"10.0.0.0/8\"}]", "addresses of its own choice" },
	{ NETWORK, CONFINED, NAME, "IPAM", "Options", "{}", "{\"a\":\"b\"}", "runs on the host" },
	{ NETWORK, CONFINED, NAME, "", "EnableIPv4", "true", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "EnableIPv6", "true", NULL, NULL },
	{ NETWORK, CONFINED, NAME, "", "Options", "{\"com.docker.network.driver.mtu\":\"1400\"}", "{\"parent\":\"eth0\"}", "speaks to the network's driver" },
	{ NETWORK, CONFINED, NAME, "", "Options", "{}", "{\"com.docker.network.bridge.name\":\"br0\"}", "speaks to the network's driver" },
	{ NETWORK, CONFINED, NAME, "", "Options", "{}", "{\"com.docker.network.bridge.host_binding_ipv4\":\"0.0.0.0\"}", "speaks to the network's driver" },
	{ NETWORK, CONFINED, NAME, "", "Labels", "{\"a\":\"b\"}", NULL, NULL },
	{ NETWORK, CONFINED "\n+ network n*", "", "", "Name", "\"nn\"", "\"x\"", "is not one of" },

	/* volumes */
	{ VOLUME, CONFINED, "", "", "Name", "\"v\"", NULL, NULL },
	{ VOLUME, CONFINED "\n+ volume v*", "", "", "Name", "\"v1\"", "\"x\"", "is not one of" },
	{ VOLUME, CONFINED, NAME, "", "Driver", "\"local\"", "\"evil\"", "driver of volumes" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{\"type\":\"tmpfs\"}", "{\"type\":\"overlay\",\"o\":\"lowerdir=/,upperdir=/u,workdir=/w\",\"device\":\"overlay\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{\"type\":\"tmpfs\",\"o\":\"size=1m,uid=7\",\"device\":\"tmpfs\"}", "{\"type\":\"tmpfs\",\"o\":\"bind\",\"device\":\"/\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"type\":\"tmpfs\",\"o\":\"bind\",\"device\":\"x\"}", "a tmpfs does not need" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"type\":\"ext4\",\"device\":\"/dev/sda1\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"type\":\"nfs\",\"o\":\"addr=10.0.0.1\",\"device\":\":/\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"type\":\"cifs\",\"device\":\"//10.0.0.1/x\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "DriverOpts", "{}", "{\"size\":\"1T\"}", "may mount anything" },
	{ VOLUME, CONFINED, NAME, "", "Labels", "{\"a\":\"b\"}", NULL, NULL },
	{ VOLUME, CONFINED, NAME, "", "ClusterVolumeSpec", "null", "{\"Group\":\"x\"}", "storage of the cluster" },

	/* commit */
	{ COMMIT, CONFINED, "", "", "Cmd", "[\"sh\"]", NULL, NULL },
	{ COMMIT, CONFINED, "", "", "Labels", "{\"a\":\"b\"}", NULL, NULL },
	{ COMMIT, CONFINED, "", "", "User", "\"\"", "\"root\"", "is a user that no" },
	{ COMMIT, CONFINED, "", "", "BrandNew", "null", "1", "nobody has judged", .any_kind = true },

	/* what named constraints narrow and open */
	{ CREATE, CONFINED "\n+ bind /srv:ro", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a:ro\"]", "[\"/srv/a:/a\"]", "outside" },
	{ CREATE, CONFINED "\n+ volume data*", IMAGE, "HostConfig", "Binds", "[\"data1:/a:nocopy\"]", "[\"other:/a\"]", "is not one of" },
	{ CREATE, CONFINED "\n+ privileged", IMAGE, "HostConfig", "Privileged", "true", NULL, NULL },
	{ CREATE, CONFINED "\n+ host pid", IMAGE, "HostConfig", "PidMode", "\"host\"", "\"container:x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host ipc", IMAGE, "HostConfig", "IpcMode", "\"host\"", "\"container:x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host uts", IMAGE, "HostConfig", "UTSMode", "\"host\"", "\"x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host user", IMAGE, "HostConfig", "UsernsMode", "\"host\"", "\"x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host cgroup", IMAGE, "HostConfig", "CgroupnsMode", "\"host\"", "\"x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host net", IMAGE, "HostConfig", "NetworkMode", "\"host\"", "\"container:x\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ host pid", IMAGE, "HostConfig", "IpcMode", "\"\"", "\"host\"", "is not one of pid" },
	{ CREATE, CONFINED "\n+ network app*", IMAGE, "HostConfig", "NetworkMode", "\"app1\"", "\"other\"", "is not one of" },
	{ CREATE, CONFINED "\n+ network *", IMAGE, "HostConfig", "NetworkMode", "\"any\"", "\"host\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ network app*", IMAGE, "NetworkingConfig", "EndpointsConfig", "{\"app1\":{}}", "{\"other\":{}}", "is not one of" },
	{ CREATE, CONFINED "\n+ cap NET_ADMIN, sys_time", IMAGE, "HostConfig", "CapAdd", "[\"CAP_NET_ADMIN\",\"SYS_TIME\"]", "[\"SYS_ADMIN\"]", "is not one of" },
	{ CREATE, CONFINED "\n+ cap NET_ADMIN", IMAGE, "HostConfig", "CapAdd", "[\"cap_net_admin\"]", "[\"ALL\"]", "is not one of" },
	{ CREATE, CONFINED "\n+ device /dev/fuse", IMAGE, "HostConfig", "Devices", "[{\"PathOnHost\":\"/dev/fuse\"}]", "[{\"PathOnHost\":\"/dev/sda\"}]", "is not one of" },
	{ CREATE, CONFINED "\n+ runtime runsc", IMAGE, "HostConfig", "Runtime", "\"runsc\"", "\"crun\"", "is not one of" },
	{ CREATE, CONFINED "\n+ user 1000, 1000:*", IMAGE, "", "User", "\"1000:7\"", "\"root\"", "is not one of" },
	{ CREATE, CONFINED "\n+ env A*, HOME", IMAGE, "", "Env", "[\"A1=b\",\"HOME\"]", "[\"B=c\"]", "is not one of" },
	{ CREATE, CONFINED "\n+ label app.*", IMAGE, "", "Labels", "{\"app.a\":\"b\"}", "{\"other\":\"b\"}", "is not one of" },
	{ CREATE, CONFINED "\n+ image alpine", "", "", "Image", "\"docker.io/library/alpine:latest\"", "\"busybox\"", "is not one of" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "HostConfig", "Memory", "1048576", "1048577", "1m (rules", .null_finding = "1m (rules" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "HostConfig", "Memory", "1048576", "-1", "1m (rules", .null_finding = "1m (rules" },
	{ CREATE, CONFINED "\n+ memory 1m", "", "HostConfig", "MemorySwap", "2097152", "-1", "1m (rules", .beside = "\"Memory\":1048576" },
	{ CREATE, CONFINED "\n+ memory 1m", "\"HostConfig\":{\"Memory\":1048576}", "", "MemorySwap", "0", "-1", "1m (rules" },
	{ CREATE, CONFINED "\n+ cpus 1.5", "", "HostConfig", "NanoCpus", "1500000000", "1500000001", "1.5 (rules", .null_finding = "1.5 (rules" },
	{ CREATE, CONFINED "\n+ cpus 1.5", "", "HostConfig", "CpuQuota", "150000", "150001", "1.5 (rules", .null_finding = "1.5 (rules" },
	{ CREATE, CONFINED "\n+ pids 10", "", "HostConfig", "PidsLimit", "10", "11", "10 (rules", .null_finding = "10 (rules" },
	{ CREATE, CONFINED "\n+ pids 10", "", "HostConfig", "PidsLimit", "1", "0", "10 (rules", .null_finding = "10 (rules" },
	{ UPDATE, CONFINED "\n+ memory 1m", "", "", "Memory", "1048576", "1048577", "1m (rules" },
	{ UPDATE, CONFINED "\n+ memory 1m", "", "", "MemorySwap", "2097152", "-1", "1m (rules" },
	{ UPDATE, CONFINED "\n+ pids 10", "", "", "PidsLimit", "10", "0", "10 (rules" },
	{ UPDATE, CONFINED "\n+ cpus 1", "", "", "NanoCpus", "1000000000", "1000000001", "1 (rules" },
	{ UPDATE, CONFINED "\n+ cpus 1", "\"CpuPeriod\":100000", "", "CpuQuota", "100000", "100001", "1 (rules", .null_finding = "1 (rules" },
	{ START, CONFINED "\n+ memory 1m", "", "", "Memory", "1048576", "1048577", "1m (rules", .null_finding = "1m (rules" },
	{ EXEC, CONFINED "\n+ privileged", "", "", "Privileged", "true", NULL, NULL },
	{ EXEC, CONFINED "\n+ env LD_*", "", "", "Env", "[\"LD_DEBUG=all\"]", "[\"A=b\"]", "is not one of" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_every_field_in_every_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
