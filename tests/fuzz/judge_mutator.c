/*
 * What makes bodies for judge.c. Bytes that are changed at random seldom stay a
 * body that an engine would take, so most of the work here is to write one from a
 * table of fields and values, harmless and harmful, in every spelling of a name
 * that Go takes for it.
 */
#include <ctype.h>

#include "fuzz.h"
#include "harm_oracle.h"

#define BODY_MAX 4000

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum how { ONE, LIST, MAP, MAP_OF_LISTS };

/**
 * struct row - A field
 * @name:	Its name
 * @values:	JSON, with '|' in between, the first one harmless; NULL for objects
 * @of:		Members of the object, or
 * @how:	of each in a list or map
 * @keys:	Of a map, with '|' in between
 */
struct row {
	const char *name;
	const char *values;
	const struct row *of;
	enum how how;
	const char *keys;
};

#define BOOLS "false|true"
#define TEXTS "\"\"|\"x\""
#define LISTS "[]|[\"x\"]|null"
#define MAPS  "{}|{\"x\":\"y\"}|null"
#define OPTIONS                                                                                   \
	"{}|null|{\"type\":\"tmpfs\",\"device\":\"tmpfs\",\"o\":\"size=1m,uid=1\"}|"              \
	"{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}|{\"type\":\"tmpfs\",\"o\":\"bind\"," \
	"\"device\":\"/\"}|{\"type\":\"overlay\",\"o\":\"lowerdir=/\",\"device\":\"overlay\"}|"   \
	"{\"type\":\"tmpfs\",\"o\":\"suid,dev\"}"
#define MODES "\"\"|\"private\"|\"host\"|\"container:c\"|\"ns:/proc/1/ns/net\""

/* clang-format off */
static const struct row bind_options[] = {
	{ "Propagation", "\"\"|\"private\"|\"rprivate\"|\"rshared\"|\"shared\"|\"rslave\"" },
	{ "NonRecursive", BOOLS }, { "ReadOnlyNonRecursive", BOOLS }, { "CreateMountpoint", BOOLS }, { 0 } };
static const struct row driver_config[] = {
	{ "Name", "\"local\"|\"\"|\"nfs\"" }, { "Options", OPTIONS }, { 0 } };
static const struct row volume_options[] = {
	{ "NoCopy", BOOLS }, { "Labels", MAPS }, { "DriverConfig", .of = driver_config },
	{ "Subpath", TEXTS }, { 0 } };
static const struct row tmpfs_options[] = {
	{ "SizeBytes", "0|65536" }, { "Mode", "0|511" },
	{ "Options", "[]|[[\"noexec\"]]|[[\"suid\"]]|[[\"nosuid\"],[\"dev\"]]|[[\"size\",\"1m\"]]" }, { 0 } };
static const struct row mount[] = {
	{ "Type", "\"volume\"|\"bind\"|\"tmpfs\"|\"image\"|\"cluster\"|\"npipe\"" },
	{ "Source", "\"\"|\"/srv\"|\"/srv/a\"|\"v1\"|\"/\"|\"w1\"|\"/srv/../etc\"|\"/srv/a,source=/\"" },
	{ "Target", "\"/t\"|\"/t,source=/\"" }, { "ReadOnly", "true|false" },
	{ "Consistency", "\"\"|\"cached\"|\"x,source=w\"" },
	{ "BindOptions", .of = bind_options }, { "VolumeOptions", .of = volume_options },
	{ "TmpfsOptions", .of = tmpfs_options }, { "ClusterOptions", "null|{}|{\"x\":1}" }, { 0 } };
static const struct row device[] = {
	{ "PathOnHost", "\"\"|\"/dev/sda\"" }, { "PathInContainer", "\"/dev/x\"" },
	{ "CgroupPermissions", "\"rwm\"" }, { 0 } };
static const struct row log_config[] = {
	{ "Type", "\"\"|\"json-file\"|\"local\"|\"none\"|\"syslog\"|\"fluentd\"" },
	{ "Config", "{}|null|{\"max-size\":\"1m\"}|{\"syslog-address\":\"unix:///run/x\"}" }, { 0 } };
static const struct row restart_policy[] = {
	{ "Name", "\"\"|\"no\"|\"always\"" }, { "MaximumRetryCount", "0|3" }, { 0 } };
static const struct row port_binding[] = {
	{ "HostIp", "\"127.0.0.1\"|\"\"|\"0.0.0.0\"|\"::1\"|\"::ffff:127.0.0.1\"" },
	{ "HostPort", "\"8000\"|\"8000-8999\"|\"\"|\"80\"|\"8999-9000\"|\"-1\"|\"08000\"" }, { 0 } };

#define RESOURCES_ROWS \
	{ "Memory", "1048576|0|536870912|536870913|-1|null" }, { "MemorySwap", "0|1048576|-1|9000000000" }, \
	{ "PidsLimit", "256|1|0|-1|257|null" }, { "CpuQuota", "0|50000|-1" }, { "NanoCpus", "0|1000000000" }, \
	{ "CpuShares", "0|512" }, { "CgroupParent", TEXTS }, { "BlkioWeightDevice", "[]|null|[{\"Path\":\"/dev/sda\"}]" }, \
	{ "BlkioDeviceReadBps", "[]|null|[{}]" }, { "CpuRealtimePeriod", "0|1" }, \
	{ "DeviceCgroupRules", "[]|null|[\"a *:* rwm\"]" }, \
	{ "DeviceRequests", "[]|null|[{\"Count\":-1}]" }, { "OomKillDisable", BOOLS "|null" }, \
	{ "Ulimits", "[]|null|[{\"Name\":\"nofile\"}]" }, { "Init", BOOLS }, \
	{ "RestartPolicy", .of = restart_policy }
static const struct row update[] = {
	RESOURCES_ROWS, { "Devices", "[]|null", device, LIST }, { 0 } };

#define HOST_CONFIG_ROWS \
	RESOURCES_ROWS, \
	{ "Devices", .of = device, .how = LIST }, { "Privileged", BOOLS }, \
	{ "Binds", "[]|null|[\"/srv/a:/a:ro\"]|[\"v1:/v\"]|[\"/:/h\"]|[\"/srv:/s\"]|[\"/t\"]|" \
		   "[\"/srv/a:/a:ro,rshared\"]|[\"/srv/../etc:/e:ro\"]|[\"w:/w\"]|[\"/srv:/s:ro:ro\"]|[\"/srvx:/s:ro\"]" }, \
	{ "Mounts", .of = mount, .how = LIST }, { "ContainerIDFile", TEXTS }, { "AutoRemove", BOOLS }, \
	{ "PidMode", MODES }, { "IpcMode", MODES "|\"shareable\"" }, { "UTSMode", MODES }, \
	{ "UsernsMode", MODES }, { "CgroupnsMode", MODES }, \
	{ "NetworkMode", "\"default\"|\"bridge\"|\"none\"|\"n1\"|\"m1\"|\"host\"|\"container:c\"|\"ns:/x\"" }, \
	{ "Cgroup", TEXTS }, { "Capabilities", LISTS }, \
	{ "CapAdd", "[]|null|[\"NET_BIND_SERVICE\"]|[\"cap_chown\"]|[\"ALL\"]|[\"SYS_ADMIN\"]|[\"\\u017fys_admin\"]" }, \
	{ "CapDrop", "[]|[\"ALL\"]" }, \
	{ "SecurityOpt", "[]|null|[\"no-new-privileges\"]|[\"seccomp=unconfined\"]|[\"no-new-privileges=false\"]|[\"apparmor:x\"]" }, \
	{ "MaskedPaths", "null|[]|[\"/x\"]" }, { "ReadonlyPaths", "null|[]|[\"/x\"]" }, \
	{ "Sysctls", MAPS }, { "VolumesFrom", LISTS }, { "VolumeDriver", "\"\"|\"local\"|\"nfs\"" }, \
	{ "Runtime", "\"\"|\"runc\"" }, { "Links", LISTS }, \
	{ "PortBindings", "{}|null|{\"80/tcp\":null}|{\"80/tcp\":[]}|{\"80/tcp\":[{}]}|{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"}]}|" \
			  "{\"80/tcp\":[{\"HostPort\":\"8080\"}]}|{\"80/tcp\":[null]}" }, \
	{ "PortBindings", .of = port_binding, .how = MAP_OF_LISTS, .keys = "80/tcp|443/tcp" }, \
	{ "PortBindings", .of = port_binding, .how = MAP_OF_LISTS, .keys = "80/tcp|8000-8001/udp" }, \
	{ "Mounts", .of = mount, .how = LIST }, { "Mounts", .of = mount, .how = LIST }, \
	{ "PublishAllPorts", BOOLS }, { "LogConfig", .of = log_config }, { "Annotations", MAPS }, \
	{ "GroupAdd", LISTS }, { "Dns", LISTS }, { "DnsOptions", LISTS }, { "DnsSearch", LISTS }, \
	{ "ExtraHosts", LISTS }, { "StorageOpt", MAPS }, \
	{ "Tmpfs", "{}|{\"/t\":\"\"}|{\"/t\":\"size=1m,noexec\"}|{\"/t\":\"suid\"}|{\"/t:dev\":\"\"}" }, \
	{ "ShmSize", "0|67108864|9999999999" }, { "OomScoreAdj", "0|100|-1000" }, \
	{ "Isolation", "\"\"|\"default\"|\"process\"" }, { "ConsoleSize", "[0,0]" }, \
	{ "FutureField", "0|false|\"\"|1|{}" }
static const struct row host_config[] = { HOST_CONFIG_ROWS, { 0 } };
static const struct row endpoint[] = {
	{ "IPAMConfig", "null|{}|{\"IPv4Address\":\"10.0.0.1\"}" }, { "Links", LISTS }, { "Aliases", LISTS },
	{ "MacAddress", TEXTS }, { "NetworkID", TEXTS }, { "IPAddress", TEXTS }, { "DriverOpts", MAPS }, { 0 } };
static const struct row networking[] = {
	{ "EndpointsConfig", .of = endpoint, .how = MAP, .keys = "n1|bridge|default|host|m1|container:c" }, { 0 } };
static const struct row create[] = {
	{ "Image", "\"alpine\"" }, { "HostConfig", .of = host_config }, { "HostConfig", .of = host_config },
	{ "HostConfig", .of = host_config }, { "NetworkingConfig", .of = networking }, { "User", TEXTS },
	{ "Volumes", "{}|{\"/v\":{}}|{\"/:/h\":{}}" }, { "WorkingDir", "\"\"|\"/w\"|\"/proc/self/fd/8\"|\"/w/../proc\"|\"proc\"" },
	{ "MacAddress", TEXTS }, { "Env", "[]|[\"A=b\"]" }, { "Cmd", "[\"sh\"]|\"sh\"|null" }, { "Labels", MAPS },
	HOST_CONFIG_ROWS, { 0 } };
/* With limits few bodies get as far as to be allowed, but for this one in them. */
static const struct row limited[] = {
	{ "HostConfig", "{\"Memory\":1048576,\"PidsLimit\":256}" },
	{ "HostConfig", "{\"Memory\":1048576,\"PidsLimit\":256,\"MemorySwap\":0}" },
	{ "Image", "\"alpine\"" }, RESOURCES_ROWS, { "HostConfig", .of = host_config }, { 0 } };
static const struct row exec[] = {
	{ "Cmd", "[\"sh\"]" }, { "Privileged", BOOLS }, { "User", TEXTS }, { "Tty", BOOLS },
	{ "Env", "[]|[\"A=b\"]|[\"LD_PRELOAD=/x\"]" }, { "WorkingDir", "\"\"|\"/w\"|\"/proc/self/fd/8\"|\"proc/self\"" }, { 0 } };
static const struct row volume[] = {
	{ "Name", "\"v1\"|\"\"" }, { "Driver", "\"local\"|\"\"|\"nfs\"" }, { "DriverOpts", OPTIONS }, { "Labels", MAPS },
	{ "ClusterVolumeSpec", "null|{}|{\"Group\":\"x\"}" }, { 0 } };

static const struct row *const bodies[] = { create, create, exec, volume, host_config, update, update, limited };
/* What else a new member may be of. */
static const struct row *const objects[] = { host_config, mount, endpoint, volume_options, driver_config, port_binding };
/* clang-format on */

/* A body that is being written; what does not fit is left out. */
struct out {
	char text[BODY_MAX];
	size_t len;
	uint32_t random;
};

/** pick() - A number below @n */
static size_t pick(struct out *o, size_t n)
{
	MUST(n > 0);
	o->random ^= o->random << 13;
	o->random ^= o->random >> 17;
	o->random ^= o->random << 5;
	return o->random % n;
}

static void put(struct out *o, const char *p, size_t len)
{
	if (len > sizeof(o->text) - o->len)
		return;
	memcpy(o->text + o->len, p, len);
	o->len += len;
}

static void put_text(struct out *o, const char *text)
{
	put(o, text, strlen(text));
}

/* One of the words between '|', often the first. */
static void put_one_of(struct out *o, const char *words)
{
	size_t n = 1;

	for (const char *p = words; *p != '\0'; p++)
		n += *p == '|';
	for (n = pick(o, 2) == 0 ? 0 : pick(o, n); n > 0; n--)
		words = strchr(words, '|') + 1;
	put(o, words, strcspn(words, "|"));
}

/* As written, or in another case, or with the characters that fold to ASCII, or escaped. */
static void put_name(struct out *o, const char *name)
{
	size_t style = pick(o, 16);

	put_text(o, "\"");
	for (; *name != '\0'; name++) {
		char text[8];

		snprintf(text, sizeof(text), "%c", *name);
		if (style == 0 && (*name | 32) == 's' && pick(o, 2) == 0)
			snprintf(text, sizeof(text), "\u017f");
		else if (style == 0 && (*name | 32) == 'k' && pick(o, 2) == 0)
			snprintf(text, sizeof(text), "\u212a");
		else if (style <= 2 && pick(o, 2) == 0 && isalpha((unsigned char)*name))
			snprintf(text, sizeof(text), "%c", *name ^ 32);
		else if (style == 3 && pick(o, 4) == 0)
			snprintf(text, sizeof(text), "\\u%04x", (unsigned char)*name);
		put_text(o, text);
	}
	put_text(o, "\"");
}

static void put_object(struct out *o, const struct row *rows, size_t most);

static void put_collection(struct out *o, const struct row *r)
{
	size_t n = pick(o, 3);

	put_text(o, r->how == LIST ? "[" : "{");
	for (size_t i = 0; i < n; i++) {
		put_text(o, i > 0 ? "," : "");
		if (r->how != LIST) {
			put_text(o, "\"");
			put_one_of(o, r->keys);
			put_text(o, "\":");
		}
		put_text(o, r->how == MAP_OF_LISTS ? "[" : "");
		put_object(o, r->of, 4);
		put_text(o, r->how == MAP_OF_LISTS ? "]" : "");
	}
	put_text(o, r->how == LIST ? "]" : "}");
}

static void put_member(struct out *o, const struct row *r)
{
	put_name(o, r->name);
	put_text(o, ":");
	if (pick(o, 32) == 0)
		put_one_of(o, "null|[]|{}|0|\"\"|false|true|1|[null]|-0|1e2");
	else if (!r->of)
		put_one_of(o, r->values);
	else if (r->how == ONE)
		put_object(o, r->of, 3);
	else
		put_collection(o, r);
}

static void put_object(struct out *o, const struct row *rows, size_t most)
{
	size_t n_rows = 0, n = pick(o, most + 1);

	while (rows[n_rows].name)
		n_rows++;
	put_text(o, "{");
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[pick(o, n_rows)];

		put_text(o, i > 0 ? "," : "");
		put_member(o, r);
		if (pick(o, 32) == 0) {
			put_text(o, ",");
			put_member(o, r);
		}
	}
	put_text(o, "}");
}

/* Put a member into some object of a body. */
static void insert_member(struct out *o, const char *body, size_t size, const struct row *rows)
{
	size_t n = 0, n_rows = 0, at = 0;

	for (size_t i = 0; i < size; i++)
		n += body[i] == '{';
	for (n = n > 0 ? pick(o, n) + 1 : 0; n > 0; n--)
		at = (size_t)((char *)memchr(body + at, '{', size - at) - body) + 1;
	while (rows[n_rows].name)
		n_rows++;
	put(o, body, at);
	put_member(o, &rows[pick(o, n_rows)]);
	if (at < size && body[at] != '}')
		put_text(o, ",");
	put(o, body + at, size - at);
}

/* Back to the input, with the two bytes that steer behind it. */
static size_t finish(const struct out *o, uint8_t *data, size_t max_size, size_t number)
{
	size_t len = o->len < max_size - 2 ? o->len : max_size - 2;

	memcpy(data, o->text, len);
	data[len] = '\n';
	data[len + 1] = (uint8_t)('0' + number);
	return len + 2;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	static struct out o;
	size_t number, mode;

	if (max_size < 16)
		return LLVMFuzzerMutate(data, size, max_size);
	o.len = 0;
	o.random = seed * 2654435769U + 1;
	o.random += o.random == 0;
	number = fuzz_take(data, &size, harm_cases_n - 1);
	mode = pick(&o, 8);
	if (pick(&o, 16) == 0)
		number = pick(&o, harm_cases_n);
	if (mode < 3) {
		number = pick(&o, harm_cases_n);
		put_object(&o, bodies[number], 5);
	} else if (mode == 3) {
		insert_member(&o, (char *)data, size, bodies[number]);
	} else if (mode == 4) {
		insert_member(&o, (char *)data, size,
			      objects[pick(&o, sizeof(objects) / sizeof(objects[0]))]);
	} else {
		size = LLVMFuzzerMutate(data, size, max_size - 2);
		put(&o, (char *)data, size);
	}
	return finish(&o, data, max_size, number);
}
