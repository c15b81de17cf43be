/*
 * What clients really send for plain runs, taken down from a server that answers them
 * but does nothing: each must pass a rule that is confined, on every version of the API.
 */
#include "bodies.h"

#define PLAIN "+ confined"
#define OPTIONS                                                                      \
	"+ confined\n+ image alpine\n+ bind /srv/data:ro\n+ volume *\n+ user 1000\n" \
	"+ publish 127.0.0.1:8080\n+ network mynet"
#define COMPOSE \
	"+ confined\n+ image alpine\n+ volume proj_*\n+ network proj_*\n+ publish 127.0.0.1:8080"
#define CONNECT "+ confined\n+ body .Container =~ ^(x|a+)$"
#define COMMIT	"+ confined\n+ query container ^x$"

/**
 * struct client_row - One request
 * @constraints: Lines below the rule
 * @request:	Method, path, query, and lines with the fields that begin with X-
 * @body:	Body, NULL for none, or an archive
 */
struct client_row {
	const char *constraints;
	const char *request;
	const char *body;
};

/* clang-format off */
static const struct client_row rows[] = {
	/* Docker CLI 20.10 */
	{ PLAIN, "HEAD /_ping", NULL },
	{ PLAIN, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":null,\"Cmd\":[\"echo\",\"hi\"],\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"ConsoleSize\":[0,0],\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"KernelMemory\":0,\"KernelMemoryTCP\":0,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{}}}" },
	{ PLAIN, "GET /v1.24/events?filters=%7B%22container%22%3A%7B%22aaaaaaaaaaaa%22%3Atrue%7D%2C%22type%22%3A%7B%22container%22%3Atrue%7D%7D", NULL },
	{ PLAIN, "POST /v1.24/containers/aaaaaaaaaaaa/start", NULL },
	{ OPTIONS, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":null,\"Cmd\":null,\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"CapAdd\":null,\"CapDrop\":[\"ALL\"],\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":true,\"SecurityOpt\":[\"no-new-privileges\"],\"Tmpfs\":{\"/tmp\":\"size=10m\"},\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"ConsoleSize\":[0,0],\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"KernelMemory\":0,\"KernelMemoryTCP\":0,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/w\",\"ReadOnly\":true},{\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/v\"},{\"Type\":\"tmpfs\",\"Target\":\"/t\"}],\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{}}}" },
	{ PLAIN, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":true,\"OpenStdin\":true,\"StdinOnce\":true,\"Env\":null,\"Cmd\":null,\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"ConsoleSize\":[0,0],\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"KernelMemory\":0,\"KernelMemoryTCP\":0,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{}}}" },
	{ PLAIN, "GET /v1.24/containers/x/json", NULL },
	{ PLAIN, "POST /v1.24/containers/x/exec", "{\"User\":\"\",\"Privileged\":false,\"Tty\":false,\"AttachStdin\":false,\"AttachStderr\":false,\"AttachStdout\":false,\"Detach\":true,\"DetachKeys\":\"\",\"Env\":null,\"WorkingDir\":\"\",\"Cmd\":[\"ls\"]}" },
	{ PLAIN, "POST /v1.24/exec/bbbbbbbbbbbb/start", "{\"Detach\":true,\"Tty\":false}" },
	{ PLAIN, "POST /v1.24/containers/x/update", "{\"CpuShares\":0,\"Memory\":104857600,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":null,\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":null,\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"KernelMemory\":0,\"KernelMemoryTCP\":0,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":null,\"OomKillDisable\":null,\"PidsLimit\":null,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"RestartPolicy\":{\"Name\":\"\",\"MaximumRetryCount\":0}}" },
	{ PLAIN, "POST /v1.24/networks/create", "{\"CheckDuplicate\":true,\"Driver\":\"bridge\",\"Scope\":\"\",\"EnableIPv6\":false,\"IPAM\":{\"Driver\":\"default\",\"Options\":{},\"Config\":[]},\"Internal\":false,\"Attachable\":false,\"Ingress\":false,\"ConfigOnly\":false,\"ConfigFrom\":null,\"Options\":{},\"Labels\":{},\"Name\":\"n\"}" },
	{ CONNECT, "POST /v1.24/networks/n/connect", "{\"Container\":\"x\",\"EndpointConfig\":{\"IPAMConfig\":{},\"Links\":null,\"Aliases\":[],\"NetworkID\":\"\",\"EndpointID\":\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"MacAddress\":\"\",\"DriverOpts\":{}}}" },
	{ CONNECT, "POST /v1.24/networks/n/disconnect", "{\"Container\":\"x\",\"Force\":false}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{\"Driver\":\"local\",\"DriverOpts\":{},\"Labels\":{},\"Name\":\"v\"}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{\"Driver\":\"local\",\"DriverOpts\":{},\"Labels\":{},\"Name\":\"\"}" },
	{ PLAIN, "GET /v1.24/info", NULL },
	{ PLAIN, "POST /v1.24/images/create?fromImage=alpine&tag=latest\nx-registry-auth: e30=", NULL },
	{ PLAIN, "POST /v1.24/images/alpine/tag?repo=foo&tag=1", NULL },
	{ COMMIT, "POST /v1.24/commit?author=&comment=&container=x&repo=foo&tag=1", "null" },
	{ PLAIN, "POST /v1.24/build?buildargs=%7B%7D&cachefrom=%5B%5D&cgroupparent=&cpuperiod=0&cpuquota=0&cpusetcpus=&cpusetmems=&cpushares=0&dockerfile=Dockerfile&labels=%7B%7D&memory=0&memswap=0&networkmode=default&rm=1&shmsize=0&t=foo&target=&ulimits=null&version=1\nx-registry-config: e30=", NULL },
	{ PLAIN, "POST /v1.24/containers/x/stop", NULL },
	{ PLAIN, "DELETE /v1.24/containers/x?force=1", NULL },
	{ PLAIN, "POST /v1.24/containers/x/kill?signal=KILL", NULL },
	{ PLAIN, "GET /v1.24/containers/json?all=1", NULL },
	{ PLAIN, "GET /v1.24/images/json", NULL },
	{ PLAIN, "GET /v1.24/containers/x/top", NULL },
	{ PLAIN, "GET /v1.24/containers/aaaaaaaaaaaa/logs?stderr=1&stdout=1&tail=all", NULL },
	{ PLAIN, "GET /v1.24/networks/n", NULL },
	{ PLAIN, "DELETE /v1.24/networks/n", NULL },
	{ PLAIN, "POST /v1.24/containers/x/wait", NULL },
	{ PLAIN, "POST /v1.24/containers/x/restart", NULL },
	{ PLAIN, "GET /v1.24/version", NULL },
	{ PLAIN, "GET /v1.24/containers/x/stats?stream=0", NULL },
	{ PLAIN, "GET /v1.24/events?since=1&until=2", NULL },
	{ PLAIN, "POST /v1.24/containers/x/start", NULL },
	{ PLAIN, "GET /v1.24/images/alpine/history", NULL },
	{ PLAIN, "POST /v1.40/containers/aaaaaaaaaaaa/wait?condition=next-exit", NULL },
	{ OPTIONS, "POST /v1.40/containers/create?name=web", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"1000\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"ExposedPorts\":{\"80/tcp\":{}},\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":[\"A=b\"],\"Cmd\":[\"-c\",\"true\"],\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"/w\",\"Entrypoint\":[\"sh\"],\"OnBuild\":null,\"Labels\":{\"x\":\"y\"},\"HostConfig\":{\"Binds\":[\"vol:/data\",\"/srv/data:/w:ro\"],\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"mynet\",\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"}]},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":true,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"ConsoleSize\":[0,0],\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":268435456,\"NanoCpus\":1000000000,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"KernelMemory\":0,\"KernelMemoryTCP\":0,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":100,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null,\"Init\":true},\"NetworkingConfig\":{\"EndpointsConfig\":{}}}" },
	{ PLAIN, "POST /v1.40/containers/aaaaaaaaaaaa/wait?condition=removed", NULL },
	{ PLAIN, "POST /v1.40/containers/x/exec", "{\"User\":\"\",\"Privileged\":false,\"Tty\":false,\"AttachStdin\":false,\"AttachStderr\":false,\"AttachStdout\":false,\"Detach\":true,\"DetachKeys\":\"\",\"Env\":[\"A=b\"],\"WorkingDir\":\"/w\",\"Cmd\":[\"ls\"]}" },
	{ PLAIN, "POST /v1.40/services/create", "{\"Name\":\"s\",\"Labels\":{},\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"alpine:latest\",\"Init\":false,\"DNSConfig\":{}},\"Resources\":{\"Limits\":{},\"Reservations\":{}},\"Placement\":{},\"ForceUpdate\":0},\"Mode\":{\"Replicated\":{}},\"EndpointSpec\":{\"Mode\":\"vip\"}}" },
	{ PLAIN, "GET /v1.40/services/s?insertDefaults=false", NULL },
	{ PLAIN, "POST /v1.40/services/eeeeeeeeeeeeeeeeeeeeeeeee/update?registryAuthFrom=spec&version=3", "{\"Name\":\"s\",\"Labels\":null,\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"busybox:latest\"},\"ForceUpdate\":0},\"Mode\":{\"Replicated\":{\"Replicas\":1}}}" },
	{ PLAIN, "POST /v1.40/containers/x/wait?condition=", NULL },
	/* Docker CLI 28.2 */
	{ PLAIN, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":null,\"Cmd\":[\"echo\",\"hi\"],\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"ConsoleSize\":[0,0],\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":[],\"BlkioDeviceWriteBps\":[],\"BlkioDeviceReadIOps\":[],\"BlkioDeviceWriteIOps\":[],\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":[],\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{\"default\":{\"IPAMConfig\":null,\"Links\":null,\"Aliases\":null,\"MacAddress\":\"\",\"DriverOpts\":null,\"GwPriority\":0,\"NetworkID\":\"\",\"EndpointID\":\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"DNSNames\":null}}}}" },
	{ OPTIONS, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":null,\"Cmd\":null,\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"ConsoleSize\":[0,0],\"CapAdd\":null,\"CapDrop\":[\"ALL\"],\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":true,\"SecurityOpt\":[\"no-new-privileges\"],\"Tmpfs\":{\"/tmp\":\"size=10m\"},\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":[],\"BlkioDeviceWriteBps\":[],\"BlkioDeviceReadIOps\":[],\"BlkioDeviceWriteIOps\":[],\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":[],\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/w\",\"ReadOnly\":true},{\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/v\"},{\"Type\":\"tmpfs\",\"Target\":\"/t\"}],\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{\"default\":{\"IPAMConfig\":null,\"Links\":null,\"Aliases\":null,\"MacAddress\":\"\",\"DriverOpts\":null,\"GwPriority\":0,\"NetworkID\":\"\",\"EndpointID\":\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"DNSNames\":null}}}}" },
	{ PLAIN, "POST /v1.24/containers/create", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":true,\"OpenStdin\":true,\"StdinOnce\":true,\"Env\":null,\"Cmd\":null,\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":{},\"HostConfig\":{\"Binds\":null,\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"default\",\"PortBindings\":{},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":false,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"ConsoleSize\":[0,0],\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":0,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":[],\"BlkioDeviceWriteBps\":[],\"BlkioDeviceReadIOps\":[],\"BlkioDeviceWriteIOps\":[],\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":0,\"Ulimits\":[],\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null},\"NetworkingConfig\":{\"EndpointsConfig\":{\"default\":{\"IPAMConfig\":null,\"Links\":null,\"Aliases\":null,\"MacAddress\":\"\",\"DriverOpts\":null,\"GwPriority\":0,\"NetworkID\":\"\",\"EndpointID\":\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"DNSNames\":null}}}}" },
	{ PLAIN, "POST /v1.24/containers/x/update", "{\"CpuShares\":0,\"Memory\":104857600,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":null,\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":null,\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":null,\"OomKillDisable\":null,\"PidsLimit\":null,\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"RestartPolicy\":{\"Name\":\"\",\"MaximumRetryCount\":0}}" },
	{ PLAIN, "POST /v1.24/networks/create", "{\"Driver\":\"bridge\",\"Scope\":\"\",\"IPAM\":{\"Driver\":\"default\",\"Options\":{},\"Config\":[]},\"Internal\":false,\"Attachable\":false,\"Ingress\":false,\"ConfigOnly\":false,\"ConfigFrom\":null,\"Options\":{},\"Labels\":{},\"Name\":\"n\",\"CheckDuplicate\":true}" },
	{ CONNECT, "POST /v1.24/networks/n/connect", "{\"Container\":\"x\",\"EndpointConfig\":{\"IPAMConfig\":{},\"Links\":null,\"Aliases\":[],\"MacAddress\":\"\",\"DriverOpts\":{},\"GwPriority\":0,\"NetworkID\":\"\",\"EndpointID\":\"\",\"Gateway\":\"\",\"IPAddress\":\"\",\"IPPrefixLen\":0,\"IPv6Gateway\":\"\",\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"DNSNames\":null}}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{\"Driver\":\"local\",\"Name\":\"v\"}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{\"Driver\":\"local\"}" },
	{ PLAIN, "POST /v1.24/images/create?fromImage=docker.io%2Flibrary%2Falpine&tag=latest\nx-registry-auth: e30=", NULL },
	{ PLAIN, "POST /v1.24/images/alpine/tag?repo=docker.io%2Flibrary%2Ffoo&tag=1", NULL },
	{ COMMIT, "POST /v1.24/commit?author=&comment=&container=x&repo=docker.io%2Flibrary%2Ffoo&tag=1", NULL },
	{ PLAIN, "POST /v1.24/build?dockerfile=Dockerfile&t=foo&version=1\nx-registry-config: e30=", NULL },
	{ PLAIN, "POST /v1.24/containers/x/kill", NULL },
	{ OPTIONS, "POST /v1.41/containers/create?name=web", "{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"1000\",\"AttachStdin\":false,\"AttachStdout\":false,\"AttachStderr\":false,\"ExposedPorts\":{\"80/tcp\":{}},\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,\"Env\":[\"A=b\"],\"Cmd\":[\"-c\",\"true\"],\"Image\":\"alpine\",\"Volumes\":{},\"WorkingDir\":\"/w\",\"Entrypoint\":[\"sh\"],\"OnBuild\":null,\"Labels\":{\"x\":\"y\"},\"HostConfig\":{\"Binds\":[\"vol:/data\",\"/srv/data:/w:ro\"],\"ContainerIDFile\":\"\",\"LogConfig\":{\"Type\":\"\",\"Config\":{}},\"NetworkMode\":\"mynet\",\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"}]},\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":0},\"AutoRemove\":true,\"VolumeDriver\":\"\",\"VolumesFrom\":null,\"ConsoleSize\":[0,0],\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[],\"DnsOptions\":[],\"DnsSearch\":[],\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":false,\"ReadonlyRootfs\":false,\"SecurityOpt\":null,\"UTSMode\":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"Isolation\":\"\",\"CpuShares\":0,\"Memory\":268435456,\"NanoCpus\":1000000000,\"CgroupParent\":\"\",\"BlkioWeight\":0,\"BlkioWeightDevice\":[],\"BlkioDeviceReadBps\":[],\"BlkioDeviceWriteBps\":[],\"BlkioDeviceReadIOps\":[],\"BlkioDeviceWriteIOps\":[],\"CpuPeriod\":0,\"CpuQuota\":0,\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\",\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,\"MemorySwap\":0,\"MemorySwappiness\":-1,\"OomKillDisable\":false,\"PidsLimit\":100,\"Ulimits\":[],\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":0,\"MaskedPaths\":null,\"ReadonlyPaths\":null,\"Init\":true},\"NetworkingConfig\":{\"EndpointsConfig\":{}}}" },
	{ PLAIN, "POST /v1.44/networks/create", "{\"Driver\":\"bridge\",\"Scope\":\"\",\"IPAM\":{\"Driver\":\"default\",\"Options\":{},\"Config\":[]},\"Internal\":false,\"Attachable\":false,\"Ingress\":false,\"ConfigOnly\":false,\"ConfigFrom\":null,\"Options\":{},\"Labels\":{},\"Name\":\"n\"}" },
	/* docker-compose 1.29 */
	{ PLAIN, "GET /v1.41/networks/proj_back", NULL },
	{ PLAIN, "GET /v1.41/volumes/proj_data", NULL },
	{ PLAIN, "POST /v1.41/networks/create", "{\"Name\": \"proj_back\", \"CheckDuplicate\": true, \"Labels\": {\"com.docker.compose.project\": \"proj\", \"com.docker.compose.network\": \"back\", \"com.docker.compose.version\": \"1.29.2\"}, \"Attachable\": true}" },
	{ PLAIN, "POST /v1.41/volumes/create", "{\"Name\": \"proj_data\", \"Labels\": {\"com.docker.compose.project\": \"proj\", \"com.docker.compose.volume\": \"data\", \"com.docker.compose.version\": \"1.29.2\"}}" },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=0&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.service%3Ddb%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.service%3Dweb%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ PLAIN, "GET /v1.41/images/alpine/json", NULL },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22status%22%3A+%5B%22created%22%2C+%22exited%22%5D%2C+%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.service%3Dweb%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=0&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.service%3Dweb%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ COMPOSE, "POST /v1.41/containers/create?name=proj_db_1", "{\"Tty\": false, \"OpenStdin\": false, \"StdinOnce\": false, \"AttachStdin\": false, \"AttachStdout\": false, \"AttachStderr\": false, \"Image\": \"alpine\", \"Volumes\": {\"/d\": {}}, \"NetworkDisabled\": false, \"HostConfig\": {\"NetworkMode\": \"proj_back\", \"VolumesFrom\": [], \"Binds\": [\"proj_data:/d:rw\"], \"PortBindings\": {}, \"Links\": [], \"LogConfig\": {\"Type\": \"\", \"Config\": {}}}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"proj_back\": {\"Aliases\": [\"db\"], \"IPAMConfig\": {}}}}, \"Labels\": {\"com.docker.compose.project\": \"proj\", \"com.docker.compose.service\": \"db\", \"com.docker.compose.oneoff\": \"False\", \"com.docker.compose.project.working_dir\": \"/tmp/tables-cap/proj\", \"com.docker.compose.project.config_files\": \"docker-compose.yml\", \"com.docker.compose.container-number\": \"1\", \"com.docker.compose.version\": \"1.29.2\", \"com.docker.compose.config-hash\": \"5835c30617cd8d80614467131999414f4aef349f9d958ca52038e4bdd38a5ab6\"}}" },
	{ PLAIN, "GET /v1.41/containers/aaaaaaaaaaaa/json", NULL },
	{ CONNECT, "POST /v1.41/networks/proj_back/connect", "{\"Container\": \"aaaaaaaaaaaa\", \"EndpointConfig\": {\"Aliases\": [\"db\", \"aaaaaaaaaaaa\"]}}" },
	{ COMPOSE, "POST /v1.41/containers/create?name=proj_web_1", "{\"ExposedPorts\": {\"80/tcp\": {}}, \"Tty\": false, \"OpenStdin\": false, \"StdinOnce\": false, \"AttachStdin\": false, \"AttachStdout\": false, \"AttachStderr\": false, \"Env\": [\"A=b\"], \"Cmd\": [\"sleep\", \"1\"], \"Image\": \"alpine\", \"Volumes\": {\"/data\": {}}, \"NetworkDisabled\": false, \"HostConfig\": {\"NetworkMode\": \"proj_back\", \"VolumesFrom\": [], \"Binds\": [\"proj_data:/data:rw\"], \"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"127.0.0.1\", \"HostPort\": \"8080\"}]}, \"Links\": [], \"LogConfig\": {\"Type\": \"\", \"Config\": {}}}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"proj_back\": {\"Aliases\": [\"web\"], \"IPAMConfig\": {}}}}, \"Labels\": {\"com.docker.compose.project\": \"proj\", \"com.docker.compose.service\": \"web\", \"com.docker.compose.oneoff\": \"False\", \"com.docker.compose.project.working_dir\": \"/tmp/tables-cap/proj\", \"com.docker.compose.project.config_files\": \"docker-compose.yml\", \"com.docker.compose.container-number\": \"1\", \"com.docker.compose.version\": \"1.29.2\", \"com.docker.compose.config-hash\": \"e381c7b691c231ac7cc7cbe4789fe253f90b597b4ce778e5d5c794891d36b958\"}}" },
	{ CONNECT, "POST /v1.41/networks/proj_back/connect", "{\"Container\": \"aaaaaaaaaaaa\", \"EndpointConfig\": {\"Aliases\": [\"aaaaaaaaaaaa\", \"web\"]}}" },
	{ PLAIN, "GET /v1.41/containers/json?limit=-1&all=0&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22com.docker.compose.project%3Dproj%22%2C+%22com.docker.compose.service%3Ddb%22%2C+%22com.docker.compose.oneoff%3DFalse%22%5D%7D", NULL },
	{ COMPOSE, "POST /v1.41/containers/create?name=proj_db_run_f9a6df6083e4", "{\"ExposedPorts\": {}, \"Tty\": false, \"OpenStdin\": true, \"StdinOnce\": true, \"AttachStdin\": true, \"AttachStdout\": true, \"AttachStderr\": true, \"Cmd\": [\"ls\"], \"Image\": \"alpine\", \"Volumes\": {\"/d\": {}}, \"NetworkDisabled\": false, \"HostConfig\": {\"NetworkMode\": \"proj_back\", \"VolumesFrom\": [], \"Binds\": [\"proj_data:/d:rw\"], \"PortBindings\": {}, \"Links\": [], \"LogConfig\": {\"Type\": \"\", \"Config\": {}}}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"proj_back\": {\"Aliases\": [\"db\"], \"IPAMConfig\": {}}}}, \"Labels\": {\"com.docker.compose.project\": \"proj\", \"com.docker.compose.service\": \"db\", \"com.docker.compose.oneoff\": \"True\", \"com.docker.compose.project.working_dir\": \"/tmp/tables-cap/proj\", \"com.docker.compose.project.config_files\": \"docker-compose.yml\", \"com.docker.compose.slug\": \"f9a6df6083e4b961b9bfb4447ba8892861c4c1e28879203205b596c0d5c6795\", \"com.docker.compose.version\": \"1.29.2\"}}" },
	/* docker-py 7.1 */
	{ PLAIN, "POST /v1.24/containers/create", "{\"Tty\": false, \"OpenStdin\": false, \"StdinOnce\": false, \"AttachStdin\": false, \"AttachStdout\": false, \"AttachStderr\": false, \"Cmd\": [\"echo\", \"hi\"], \"Image\": \"alpine\", \"NetworkDisabled\": false, \"HostConfig\": {\"NetworkMode\": \"default\"}}" },
	{ PLAIN, "POST /v1.24/containers/aaaaaaaaaaaa/exec", "{\"Container\": \"aaaaaaaaaaaa\", \"User\": \"\", \"Privileged\": false, \"Tty\": false, \"AttachStdin\": false, \"AttachStdout\": true, \"AttachStderr\": true, \"Cmd\": [\"ls\"]}" },
	{ PLAIN, "POST /v1.24/exec/bbbbbbbbbbbb/start", "{\"Tty\": false, \"Detach\": true}" },
	{ PLAIN, "GET /v1.24/exec/bbbbbbbbbbbb/json", NULL },
	{ PLAIN, "POST /v1.24/networks/create", "{\"Name\": \"n\"}" },
	{ PLAIN, "GET /v1.24/networks/cccccccccccc", NULL },
	{ PLAIN, "POST /v1.24/networks/create", "{\"Name\": \"n\", \"Driver\": \"bridge\", \"CheckDuplicate\": true}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{\"Name\": \"v\"}" },
	{ PLAIN, "POST /v1.24/volumes/create", "{}" },
	{ CONNECT, "POST /v1.24/networks/n/connect", "{\"Container\": \"x\", \"EndpointConfig\": {}}" },
	{ PLAIN, "POST /v1.24/containers/x/update", "{\"Memory\": 1073741824}" },
	{ PLAIN, "POST /v1.24/images/create?tag=latest&fromImage=alpine", NULL },
	{ PLAIN, "GET /v1.24/images/alpine:latest/json", NULL },
	{ COMMIT, "POST /v1.24/commit?container=x&repo=foo&tag=1&pause=True", "{}" },
	{ PLAIN, "POST /v1.24/services/create", "{\"Name\": \"s\", \"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"alpine\", \"Command\": [\"true\"], \"Args\": null}}}" },
	{ PLAIN, "GET /v1.24/services/eeeeeeeeeeeeeeeeeeeeeeeee", NULL },
	{ PLAIN, "POST /v1.24/build?t=foo&q=False&nocache=False&rm=False&forcerm=False&pull=False&dockerfile=docker-compose.yml", NULL },
	{ OPTIONS, "POST /v1.30/containers/create?name=x", "{\"ExposedPorts\": {\"80/tcp\": {}}, \"Tty\": false, \"OpenStdin\": false, \"StdinOnce\": false, \"AttachStdin\": false, \"AttachStdout\": false, \"AttachStderr\": false, \"Env\": [\"A=b\"], \"Cmd\": [\"echo\", \"hi\"], \"Image\": \"alpine\", \"Volumes\": {\"/v\": {}, \"/d\": {}}, \"NetworkDisabled\": false, \"WorkingDir\": \"/w\", \"HostConfig\": {\"Memory\": 268435456, \"ReadonlyRootfs\": true, \"NetworkMode\": \"mynet\", \"CapDrop\": [\"ALL\"], \"Binds\": [\"vol:/v:rw\", \"/srv/data:/d:ro\"], \"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"127.0.0.1\", \"HostPort\": \"8080\"}]}, \"Tmpfs\": {\"/t\": \"size=1m\"}, \"PidsLimit\": 50, \"AutoRemove\": true, \"Init\": true, \"NanoCpus\": 1000000000, \"Mounts\": [{\"Target\": \"/m\", \"Source\": \"mv\", \"Type\": \"volume\", \"ReadOnly\": false}]}, \"NetworkingConfig\": {\"mynet\": null}, \"Labels\": {\"a\": \"b\"}}" },
};
/* clang-format on */

static void lets_plain_runs_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		body_verdict(rows[i].constraints, rows[i].request, rows[i].body, true, "");
	printf("%zu requests\n", N_OF(rows));
	body_check_none_failed();
}

/* The same requests, spelled for another version: paths do not make a difference. */
static void lets_them_pass_on_every_version(void **state)
{
	static const char *const versions[] = { "",	  "/v1.24", "/v1.30", "/v1.35",
						"/v1.40", "/v1.41", "/v1.43", "/v1.44",
						"/v1.47", "/v1.51", "/v1.55" };
	char request[2048];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		for (size_t k = 0; k < N_OF(versions); k++, n++) {
			const char *path = strchr(rows[i].request, '/');
			size_t skip = path[1] == 'v' && path[2] == '1' ?
					      1 + strcspn(path + 1, "/") :
					      0;

			snprintf(request, sizeof(request), "%.*s%s%s",
				 (int)(path - rows[i].request), rows[i].request, versions[k],
				 path + skip);
			body_verdict(rows[i].constraints, request, rows[i].body, true, "");
		}
	printf("%zu requests\n", n);
	body_check_none_failed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lets_plain_runs_pass),
		cmocka_unit_test(lets_them_pass_on_every_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
