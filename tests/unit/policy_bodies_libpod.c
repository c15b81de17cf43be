/*
 * Bodies under constraints: Podman's own API, and what its compat API makes of bodies
 * that are harmless to dockerd.
 */
#include "bodies.h"

#define CREATE	 "POST /containers/create"
#define EXEC	 "POST /containers/box/exec"
#define CONFINED "+ confined"
#define IMAGE	 "\"Image\":\"alpine\""

/* clang-format off */

/*
 * Seen to work with podman 4.3.1: what is in the names of Volumes and Tmpfs and in the
 * texts of Mounts, Env of containers/create, and the path of a log.
 */
static const struct body_row compat_rows[] = {
	{ CREATE, CONFINED, IMAGE, "", "Volumes", "{\"/data\":{}}", "{\"/:/host\":{}}", "Volumes[" },
	{ CREATE, CONFINED, IMAGE, "", "Volumes", "{\"/data\":{}}", "{\"other:/data\":{}}", "Volumes[" },
	{ CREATE, "+ bind /srv", IMAGE, "", "Volumes", "{\"/data\":{}}", "{\"/:/host\":{}}", "Volumes[" },
	{ CREATE, CONFINED "\n+ bind /srv", IMAGE, "HostConfig", "Mounts",
	  "[{\"Type\":\"bind\",\"Source\":\"/srv/a\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"bind\",\"Source\":\"/srv/a\",\"Target\":\"/t,source=/\"}]", "Target may be taken for further options" },
	{ CREATE, "+ bind /srv", IMAGE, "HostConfig", "Mounts",
	  "[{\"Type\":\"bind\",\"Source\":\"/srv/a\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"bind\",\"Source\":\"/srv/a,source=/\",\"Target\":\"/t\"}]", "Source may be taken for further options" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts",
	  "[{\"Type\":\"volume\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"volume\",\"Target\":\"/t,source=other\"}]", "Target may be taken for further options" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts",
	  "[{\"Type\":\"tmpfs\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"tmpfs\",\"Target\":\"/t,dev,suid\"}]", "Target may be taken for further options" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts",
	  "[{\"Type\":\"volume\",\"Target\":\"/t\",\"Consistency\":\"cached\"}]",
	  "[{\"Type\":\"volume\",\"Target\":\"/t\",\"Consistency\":\"cached,source=other\"}]", "Consistency may be taken for further options" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Tmpfs", "{\"/t\":\"size=1m\"}", "{\"/t:dev,suid\":\"\"}", "taken for further options" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Tmpfs", "{\"/t\":\"size=1m\"}", "{\"/t\":\"dev\"}", "on a tmpfs" },
	{ CREATE, CONFINED, IMAGE, "", "Env", "[\"A=1\",\"B=\"]", "[\"*\"]", "the engine's own" },
	{ CREATE, CONFINED, IMAGE, "", "Env", "[\"A=1\",\"B=\"]", "[\"SECRET\"]", "the engine's own" },
	{ EXEC, CONFINED, "\"Cmd\":[\"env\"]", "", "Env", "[\"A=1\"]", "[\"AWS*\"]", "the engine's own" },
	{ CREATE, CONFINED "\n+ runtime *", IMAGE, "HostConfig", "Runtime", "\"crun\"", "\"/tmp/evil\"", "no name of a runtime" },
	{ CREATE, CONFINED, IMAGE, "", "Labels", "{\"a\":\"b\"}", "{\"io.containers.autoupdate\":\"registry\"}", "restart a unit" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "LogConfig", "{\"Type\":\"json-file\"}", "{\"Type\":\"json-file\",\"Config\":{\"path\":\"/etc/cron.d/x\"}}", "call out" },

	/* Modes that only Podman has. */
	{ CREATE, CONFINED, IMAGE, "HostConfig", "NetworkMode", "\"bridge\"", "\"ns:/proc/1/ns/net\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "NetworkMode", "\"bridge\"", "\"slirp4netns\"", "is a network" },
	{ CREATE, CONFINED "\n+ network *", IMAGE, "HostConfig", "NetworkMode", "\"mine\"", "\"slirp4netns:allow_host_loopback=true\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ network *", IMAGE, "HostConfig", "NetworkMode", "\"mine\"", "\"pasta:-T,8080\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "NetworkMode", "\"bridge\"", "\"pasta\"", "is a network" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "NetworkMode", "\"bridge\"", "\"bridge:ip=10.88.0.2\"", "joins a namespace" },
	{ CREATE, CONFINED "\n+ network a", IMAGE, "HostConfig", "NetworkMode", "\"a\"", "\"a,b\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "NetworkMode", "\"bridge\"", "\"pod\"", "is a network" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"keep-id\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"keep-id:uid=0,gid=0\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"auto:uidmapping=0:0:1\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"auto\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"nomap\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UsernsMode", "\"\"", "\"ns:/proc/1/ns/user\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "PidMode", "\"private\"", "\"ns:/proc/1/ns/pid\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "PidMode", "\"private\"", "\"pod\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "IpcMode", "\"shareable\"", "\"ns:/proc/1/ns/ipc\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "UTSMode", "\"private\"", "\"ns:/proc/1/ns/uts\"", "joins a namespace" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "CgroupnsMode", "\"private\"", "\"ns:/proc/1/ns/cgroup\"", "joins a namespace" },

	/* Options of mounts that only Podman has. */
#define BIND(option) \
	{ CREATE, CONFINED "\n+ bind /srv", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a\"]", "[\"/srv/a:/a:" option "\"]", "reaches the host" }
	BIND("U"), BIND("O"), BIND("idmap"), BIND("idmap=uids=0-0-1"), BIND("dev"), BIND("suid"), BIND("exec"),
	BIND("upperdir=/etc"), BIND("O,upperdir=/etc,workdir=/srv/w"), BIND("copy"), BIND("Z"),
	BIND("unbindable"), BIND("rbind"), BIND("relabel=shared"),
#undef BIND
	{ CREATE, CONFINED "\n+ bind /srv", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a\"]", "[\"/srv/a:/a:rshared\"]", "reaches the host" },
	{ CREATE, CONFINED "\n+ bind /srv:ro", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a:ro\"]", "[\"/srv/a:/a:ro,rw\"]", "outside" },
	{ CREATE, CONFINED "\n+ volume *", IMAGE, "HostConfig", "Binds", "[\"a:/a\"]", "[\"./etc:/a\"]", "no name of a volume" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts", "[{\"Type\":\"tmpfs\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"glob\",\"Source\":\"/etc/*\",\"Target\":\"/t\"}]", "not judged" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts", "[{\"Type\":\"tmpfs\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"devpts\",\"Target\":\"/t\"}]", "not judged" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Mounts", "[{\"Type\":\"tmpfs\",\"Target\":\"/t\"}]",
	  "[{\"Type\":\"artifact\",\"Source\":\"a\",\"Target\":\"/t\"}]", "not judged" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "Annotations", "{}", "{\"run.oci.handler\":\"krun\"}", "speaks to the runtime" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "SecurityOpt", "[\"no-new-privileges\"]", "[\"unmask=ALL\"]", "keeps the container in" },
	{ CREATE, CONFINED, IMAGE, "HostConfig", "SecurityOpt", "[\"no-new-privileges\"]", "[\"proc-opts=hidepid=0\"]", "keeps the container in" },
};
/* clang-format on */

static void judges_what_the_compat_api_makes_of_it(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < N_OF(compat_rows); i++)
		n += body_check_row(&compat_rows[i]);
	printf("%zu bodies\n", n);
	body_check_none_failed();
}

/**
 * struct query_row - A request without a body
 * @request:	Method, path and query
 * @constraints: Lines below the rule
 * @finding:	Part of the refusal, NULL if it is allowed
 */
struct query_row {
	const char *request;
	const char *constraints;
	const char *finding;
};

static void query_expect(const struct query_row *r)
{
	char reason[POLICY_REASON_MAX];
	bool allowed = body_evaluate(r->constraints, r->request, NULL, reason);

	if (allowed != !r->finding || (r->finding && !strstr(reason, r->finding)))
		fail_msg("%s: %s, not \"%s\"", r->request, allowed ? "allowed" : reason,
			 r->finding ? r->finding : "allowed");
}

static void a_build_reads_no_dockerfile_of_the_host(void **state)
{
	static const struct query_row rows[] = {
		{ "POST /build?dockerfile=Dockerfile", CONFINED, NULL },
		{ "POST /build?dockerfile=a/..b/Dockerfile.x", CONFINED, NULL },
		{ "POST /build?dockerfile=%5B%22Dockerfile%22%2C%22b%22%5D", CONFINED, NULL },
		{ "POST /build?dockerfile=../../../../../etc/passwd", CONFINED, "leads out" },
		{ "POST /build?dockerfile=a/../../../etc/passwd", CONFINED, "leads out" },
		{ "POST /build?dockerfile=/etc/passwd", CONFINED, "leads out" },
		{ "POST /build?dockerfile=http://10.0.0.1/x", CONFINED, "leads out" },
		{ "POST /build?dockerfile=%5B%22../etc/passwd%22%5D", CONFINED, "leads out" },
		{ "POST /build?dockerfile=%5B%22\\u002e./etc/passwd%22%5D", CONFINED, "leads out" },
		{ "POST /build?dockerfile=%5B%22a%22%2C%22/etc/passwd%22%5D", CONFINED,
		  "leads out" },
		{ "POST /build?dockerfile=%5B%22a%22,", CONFINED, "leads out" },
		{ "POST /build?volume=/:/host", CONFINED, "nobody has judged" },
		{ "POST /build?addcaps=%5B%22ALL%22%5D", CONFINED, "nobody has judged" },
		{ "POST /build?networkmode=host", CONFINED, "not its own" },
		{ "POST /build?nsoptions=%5B%7B%22Name%22:%22network%22,%22Host%22:true%7D%5D",
		  CONFINED, "nobody has judged" },
		{ "POST /build?remote=/etc", CONFINED, "fetch" },
	};

	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		query_expect(&rows[i]);
}

/* clang-format off */

/* ---- Podman's own API ---- */

#define LIBPOD	 "POST /v4.3.1/libpod/containers/create"
#define POD	 "POST /v5.0.0/libpod/pods/create"
#define EXEC_LP	 "POST /v4.3.1/libpod/containers/box/exec"
#define UPDATE	 "POST /v5.0.0/libpod/containers/box/update"
#define VOLUME	 "POST /v5.0.0/libpod/volumes/create"
#define NETWORK	 "POST /v5.0.0/libpod/networks/create"
#define CONNECT	 "POST /v5.0.0/libpod/networks/mine/connect"
#define ALPINE	 "\"image\":\"alpine\""

/* A field that confined closes. */
#define ROW(field_, harmless_, harmful_, finding_) \
	{ LIBPOD, CONFINED, ALPINE, "", field_, harmless_, harmful_, finding_ }
/* One that a constraint opens or narrows. */
#define WITH(constraint_, field_, harmless_, harmful_, finding_) \
	{ LIBPOD, CONFINED "\n+ " constraint_, ALPINE, "", field_, harmless_, harmful_, finding_ }
#define FULL "\"image\":\"docker.io/library/alpine\""
#define WITH_FULL(field_, harmless_, harmful_, finding_) \
	{ LIBPOD, CONFINED "\n+ image alpine", FULL, "", field_, harmless_, harmful_, finding_ }
/* One that is harmless whatever it says. */
#define ANY(field_, harmless_) { LIBPOD, CONFINED, ALPINE, "", field_, harmless_, NULL, "" }
/* The modes of a namespace. */
#define NAMESPACE(field_)                                                                                       \
	ROW(field_, "{}", "{\"nsmode\":\"host\"}", ".nsmode \"host\" joins"),                                    \
	ROW(field_, "{\"nsmode\":\"\"}", "{\"nsmode\":\"path\",\"value\":\"/proc/1/ns/pid\"}", "\"path\" joins"), \
	ROW(field_, "{\"nsmode\":\"private\"}", "{\"nsmode\":\"container\",\"value\":\"other\"}", "\"container\" joins"), \
	ROW(field_, "{\"nsmode\":\"default\"}", "{\"nsmode\":\"pod\"}", "\"pod\" joins"),                        \
	ROW(field_, "{\"value\":\"\"}", "{\"value\":\"/proc/1/ns/pid\"}", "says what to join"),                  \
	ROW(field_, "{}", "{\"NSMode\":\"host\"}", ".nsmode \"host\" joins")

static const struct body_row rows[] = {
	ROW("privileged", "false", "true", "root of the host"),
	WITH("privileged", "privileged", "true", NULL, ""),
	NAMESPACE("pidns"), NAMESPACE("ipcns"), NAMESPACE("utsns"),
	NAMESPACE("userns"), NAMESPACE("cgroupns"), NAMESPACE("netns"),
	ROW("ipcns", "{\"nsmode\":\"shareable\"}", "{\"nsmode\":\"Host\"}", "joins"),
	ROW("netns", "{\"nsmode\":\"none\"}", "{\"nsmode\":\"slirp4netns\",\"value\":\"allow_host_loopback=true\"}", "joins"),
	ROW("netns", "{\"nsmode\":\"bridge\"}", "{\"nsmode\":\"pasta\"}", "joins"),
	ROW("userns", "{}", "{\"nsmode\":\"keep-id\"}", "joins"),
	ROW("userns", "{}", "{\"nsmode\":\"auto\",\"value\":\"uidmapping=0:0:1\"}", "joins"),
	ROW("userns", "{}", "{\"nsmode\":\"no-map\"}", "joins"),
	WITH("host pid", "pidns", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"path\",\"value\":\"/proc/1/ns/pid\"}", "joins"),
	WITH("host pid", "ipcns", "{}", "{\"nsmode\":\"host\"}", "not one of pid"),
	WITH("host net", "netns", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"container\",\"value\":\"a\"}", "joins"),
	WITH("host user", "userns", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"keep-id\"}", "joins"),
	WITH("host ipc, uts, cgroup", "cgroupns", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"ns:/x\"}", "joins"),
	ROW("idmappings", "{\"HostUIDMapping\":true,\"HostGIDMapping\":true,\"UIDMap\":null,\"AutoUserNs\":false,\"AutoUserNsOpts\":{\"Size\":0}}",
	    "{\"UIDMap\":[{\"container_id\":0,\"host_id\":0,\"size\":65536}]}", "users of the host"),
	ROW("idmappings", "{\"GIDMap\":[]}", "{\"GIDMap\":[{\"container_id\":0,\"host_id\":0,\"size\":1}]}", "groups of the host"),
	ROW("idmappings", "{}", "{\"AutoUserNs\":true}", "users of the host"),
	ROW("idmappings", "{}", "{\"AutoUserNsOpts\":{\"PasswdFile\":\"/etc/passwd\"}}", "path of the host"),
	ROW("cgroups_mode", "\"enabled\"", "\"disabled\"", "leaves the limits"),
	ROW("cgroups_mode", "\"\"", "\"no-conmon\"", "leaves the limits"),
	ROW("cgroup_parent", "\"\"", "\"/system.slice\"", "leaves the limits"),
	ROW("unified", "{}", "{\"memory.max\":\"max\"}", "any parameter"),

	ROW("mounts", "[]", "[{\"type\":\"bind\",\"source\":\"/\",\"destination\":\"/h\"}]", "[0].source \"/\" is a path of the host"),
	ROW("mounts", "[{\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"destination\":\"/t\",\"options\":[\"rw\",\"rprivate\",\"nosuid\",\"nodev\",\"tmpcopyup\",\"size=1m\"]}]",
	    "[{\"type\":\"tmpfs\",\"source\":\"/\",\"destination\":\"/t\",\"options\":[\"rbind\"]}]", "is a path of the host"),
	ROW("mounts", "[]", "[{\"type\":\"none\",\"source\":\"/\",\"destination\":\"/t\",\"options\":[\"bind\"]}]", "is a path of the host"),
	ROW("mounts", "[]", "[{\"source\":\"/\",\"destination\":\"/t\",\"options\":[\"rbind\"]}]", "is a path of the host"),
	ROW("mounts", "[]", "[{\"source\":\"/\",\"destination\":\"/t\"}]", "not judged"),
	ROW("mounts", "[]", "[{\"type\":\"overlay\",\"source\":\"overlay\",\"destination\":\"/t\",\"options\":[\"lowerdir=/\"]}]", "not judged"),
	ROW("mounts", "[]", "[{\"type\":\"ext4\",\"source\":\"/dev/sda1\",\"destination\":\"/t\"}]", "not judged"),
	ROW("mounts", "[]", "[{\"type\":\"proc\",\"source\":\"proc\",\"destination\":\"/t\"}]", "not judged"),
	ROW("mounts", "[{\"type\":\"tmpfs\",\"destination\":\"/t\"}]", "[{\"type\":\"tmpfs\",\"destination\":\"/t\",\"options\":[\"dev\"]}]", "on a tmpfs"),
	ROW("mounts", "[{\"type\":\"tmpfs\",\"destination\":\"/t\"}]", "[{\"type\":\"tmpfs\",\"destination\":\"/t\",\"options\":[\"size=1m,suid\"]}]", "on a tmpfs"),
	ROW("mounts", "[{\"type\":\"tmpfs\",\"destination\":\"/t\"}]", "[{\"type\":\"tmpfs\",\"destination\":\"/t\",\"uidMappings\":[{\"hostID\":0,\"size\":1}]}]", "users of the host"),
	ROW("mounts", "[{\"type\":\"tmpfs\",\"destination\":\"/t\"}]", "[{\"type\":\"tmpfs\",\"destination\":\"/t\",\"future\":1}]", "nobody has judged"),
	WITH("bind /srv", "mounts", "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\",\"options\":[\"rbind\",\"rw\",\"nosuid\",\"z\"]}]",
	     "[{\"type\":\"bind\",\"source\":\"/etc\",\"destination\":\"/a\"}]", "\"/etc\" is outside"),
	WITH("bind /srv", "mounts", "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\"}]",
	     "[{\"type\":\"bind\",\"source\":\"/srv/../etc\",\"destination\":\"/a\"}]", "goes up"),
	WITH("bind /srv", "mounts", "[]", "[{\"type\":\"bind\",\"source\":\"srv\",\"destination\":\"/a\"}]", "no absolute path"),
	WITH("bind /srv", "mounts", "[]", "[{\"type\":\"none\",\"source\":\"/\",\"destination\":\"/a\",\"options\":[\"rbind\"]}]", "outside"),
	WITH("bind /srv:ro", "mounts", "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\",\"options\":[\"ro\"]}]",
	     "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\"}]", "outside"),
	WITH("bind /srv:ro", "mounts", "[]", "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\",\"options\":[\"ro\",\"rw\"]}]", "outside"),
#define BIND(option) \
	WITH("bind /srv", "mounts", "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\"}]", \
	     "[{\"type\":\"bind\",\"source\":\"/srv/a\",\"destination\":\"/a\",\"options\":[\"" option "\"]}]", "options[0] \"" option "\" is an option")
	BIND("rshared"), BIND("shared"), BIND("rslave"), BIND("U"), BIND("O"), BIND("Z"), BIND("dev"), BIND("suid"),
	BIND("idmap"), BIND("upperdir=/etc"), BIND("ro,suid"),
#undef BIND
	/* Without confined, too. */
	{ LIBPOD, "+ bind /srv", ALPINE, "", "mounts", "[]", "[{\"type\":\"none\",\"source\":\"/\",\"destination\":\"/a\",\"options\":[\"rbind\"]}]", "outside" },
	{ LIBPOD, "+ bind /srv", ALPINE, "", "mounts", "[]", "[{\"type\":\"overlay\",\"source\":\"/\",\"destination\":\"/a\"}]", "not judged" },
	{ LIBPOD, "+ bind /srv", ALPINE, "", "overlay_volumes", "[]", "[{\"source\":\"/etc\",\"destination\":\"/a\"}]", "below an overlay" },
	{ LIBPOD, "+ bind /srv", ALPINE, "", "rootfs", "\"\"", "\"/\"", "path of the host" },
	{ LIBPOD, "+ volume mine", ALPINE, "", "volumes", "[{\"Name\":\"mine\",\"Dest\":\"/v\"}]", "[{\"Name\":\"mine\",\"Dest\":\"/v\",\"Options\":[\"O\",\"upperdir=/etc\"]}]", "is an option" },
	ROW("volumes", "[{\"Dest\":\"/v\",\"Options\":null,\"IsAnonymous\":false}]", "[{\"Name\":\"other\",\"Dest\":\"/v\"}]", "is a volume that no"),
	ROW("volumes", "[]", "[{\"Dest\":\"/v\",\"Options\":[\"O\"]}]", "is an option"),
	WITH("volume mine", "volumes", "[{\"Name\":\"mine\",\"Dest\":\"/v\",\"Options\":[\"ro\",\"nocopy\"]}]", "[{\"Name\":\"other\",\"Dest\":\"/v\"}]", "not one of"),
	WITH("volume *", "volumes", "[{\"Name\":\"mine\",\"Dest\":\"/v\"}]", "[{\"Name\":\"/etc\",\"Dest\":\"/v\"}]", "no name of a volume"),
	WITH("volume mine", "volumes", "[{\"Name\":\"mine\",\"Dest\":\"/v\"}]", "[{\"Name\":\"mine\",\"Dest\":\"/v\",\"SubPath\":\"../..\"}]", "SubPath"),
	WITH("volume mine", "volumes", "[{\"Name\":\"mine\",\"Dest\":\"/v\"}]", "[{\"Name\":\"mine\",\"Dest\":\"/v\",\"IsAnonymous\":true}]", "IsAnonymous"),
	ROW("overlay_volumes", "[]", "[{\"source\":\"/\",\"destination\":\"/h\"}]", "below an overlay"),
	ROW("overlay_volumes", "null", "[{\"destination\":\"/h\",\"options\":[\"upperdir=/etc\",\"workdir=/w\"]}]", "paths of the host"),
	ROW("rootfs", "\"\"", "\"/\"", "is a path of the host"),
	ROW("rootfs_overlay", "false", "true", "path of the host"),
	ROW("rootfs_mapping", "\"\"", "\"idmap\"", "users of the host"),
	ROW("rootfs_propagation", "\"private\"", "\"shared\"", "lets mounts through"),
	ROW("volumes_from", "[]", "[\"other\"]", "another container"),
	ROW("image_volumes", "[]", "[{\"Source\":\"alpine\",\"Destination\":\"/i\"}]", "is an image that no"),
	WITH_FULL("image_volumes", "[{\"Source\":\"docker.io/library/alpine\",\"Destination\":\"/i\",\"ReadWrite\":false}]", "[{\"Source\":\"evil.io/alpine\",\"Destination\":\"/i\"}]", "not one of"),
	WITH_FULL("image_volumes", "[]", "[{\"Source\":\"alpine\",\"Destination\":\"/i\",\"ReadWrite\":true}]", "mounted from"),
	WITH_FULL("image_volumes", "[]", "[{\"Source\":\"alpine\",\"Destination\":\"/i\",\"subPath\":\"../..\"}]", "resolved on the host"),
	ROW("image_volume_mode", "\"anonymous\"", "\"bind\"", "another kind"),
	ROW("artifact_volumes", "[]", "[{\"source\":\"a\",\"destination\":\"/a\"}]", "artifact"),
	ROW("chroot_directories", "[]", "[\"/srv\"]", "mounted below"),
	ROW("devices", "[]", "[{\"path\":\"/dev/sda\",\"type\":\"\",\"major\":0,\"minor\":0}]", "is a device of the host"),
	WITH("device /dev/fuse", "devices", "[{\"path\":\"/dev/fuse:/dev/f:rw\",\"type\":\"\",\"major\":0,\"minor\":0}]", "[{\"path\":\"/dev/sda:/dev/fuse\"}]", "not one of"),
	WITH("device /dev/fuse", "devices", "[{\"path\":\"/dev/fuse\"}]", "[{\"path\":\"/dev/fuse\",\"type\":\"b\",\"major\":8}]", "another device"),
	ROW("host_device_list", "[]", "[{\"path\":\"/dev/sda\"}]", "devices of the host"),
	ROW("devices_from", "[]", "[\"other\"]", "another container"),
	ROW("device_cgroup_rule", "[]", "[{\"allow\":true,\"access\":\"rwm\"}]", "devices of the host"),
	ROW("cap_add", "[\"NET_BIND_SERVICE\",\"chown\"]", "[\"SYS_ADMIN\"]", "gives a capability"),
	ROW("cap_add", "[\"CAP_KILL\"]", "[\"all\"]", "gives a capability"),
	WITH("cap NET_ADMIN", "cap_add", "[\"cap_net_admin\"]", "[\"SYS_ADMIN\"]", "not one of"),
	ANY("cap_drop", "[\"ALL\"]"),
	ROW("selinux_opts", "[]", "[\"disable\"]", "keeps the container in"),
	ROW("apparmor_profile", "\"\"", "\"unconfined\"", "keeps the container in"),
	ROW("seccomp_profile_path", "\"\"", "\"unconfined\"", "keeps the container in"),
	ROW("seccomp_policy", "\"default\"", "\"image\"", "keeps the container in"),
	ANY("no_new_privileges", "true"),
	ROW("label_nested", "false", "true", "keeps the container in"),
	ANY("mask", "[\"/x\"]"),
	ROW("unmask", "[]", "[\"ALL\"]", "hidden"),
	ROW("procfs_opts", "[]", "[\"hidepid=0\"]", "/proc is mounted"),
	ROW("sysctl", "{}", "{\"kernel.shm_rmid_forced\":\"1\"}", "parameters of the kernel"),
	ROW("r_limits", "[]", "[{\"type\":\"RLIMIT_NOFILE\",\"hard\":1,\"soft\":1}]", "raises limits"),
	ROW("oom_score_adj", "500", "-500", "killed in its place"),
	ROW("groups", "[]", "[\"keep-groups\"]", "adds groups"),
	ROW("hostusers", "[]", "[\"root\"]", "users of the host"),
	ROW("oci_runtime", "\"\"", "\"kata\"", "is a runtime that no"),
	WITH("runtime crun", "oci_runtime", "\"crun\"", "\"runc\"", "not one of"),
	WITH("runtime *", "oci_runtime", "\"crun\"", "\"/tmp/evil\"", "no name of a runtime"),
	ROW("annotations", "{\"io.kubernetes.cri-o.TTY\":\"false\"}", "{\"run.oci.keep_original_groups\":\"1\"}", "speaks to the runtime"),
	ROW("annotations", "{}", "{\"run.oci.handler\":\"krun\"}", "speaks to the runtime"),
	ROW("annotations", "{}", "{\"io.podman.annotations.privileged\":\"TRUE\"}", "speaks to the runtime"),
	ROW("systemd", "\"true\"", "\"always\"", "room for a systemd"),
	ROW("sdnotifyMode", "\"container\"", "\"conmon\"", "speaks to the host"),
	ROW("init_path", "\"\"", "\"/tmp/evil\"", "path of the host"),
	ROW("conmon_pid_file", "\"\"", "\"/etc/cron.d/x\"", "path of the host"),
	ROW("base_hosts_file", "\"none\"", "\"/etc/shadow\"", "path of the host"),
	ROW("healthLogDestination", "\"local\"", "\"/etc/cron.d\"", "path of the host"),
	ROW("log_configuration", "{}", "{\"driver\":\"k8s-file\",\"path\":\"/etc/cron.d/x\"}", "path of the host"),
	ROW("log_configuration", "{\"driver\":\"k8s-file\",\"size\":1,\"options\":{\"tag\":\"a\"}}", "{\"options\":{\"path\":\"/etc/x\"}}", "not judged"),
	ROW("log_configuration", "{\"driver\":\"none\"}", "{\"driver\":\"passthrough\"}", "another logging driver"),
	ROW("env_host", "false", "true", "environment of the engine"),
	ROW("secrets", "[]", "[{\"Source\":\"s\",\"Target\":\"t\"}]", "shows a secret"),
	ROW("secret_env", "{}", "{\"A\":\"s\"}", "shows a secret"),
	ROW("pod", "\"\"", "\"other\"", "of a pod"),
	ROW("dependencyContainers", "[]", "[\"other\"]", "other containers"),
	ROW("portmappings", "[]", "[{\"host_ip\":\"\",\"container_port\":80,\"host_port\":80,\"range\":1}]", "port of the host"),
	WITH("publish 127.0.0.1:8000-8010", "portmappings", "[{\"host_ip\":\"127.0.0.1\",\"container_port\":80,\"host_port\":8000,\"range\":11,\"protocol\":\"\"}]",
	     "[{\"host_ip\":\"127.0.0.1\",\"container_port\":80,\"host_port\":8000,\"range\":12}]", "outside"),
	WITH("publish 127.0.0.1:8000-8010", "portmappings", "[{\"host_ip\":\"127.0.0.1\",\"container_port\":80,\"host_port\":8000}]",
	     "[{\"host_ip\":\"\",\"container_port\":80,\"host_port\":8000}]", "outside"),
	WITH("publish 127.0.0.1:8000-8010", "portmappings", "[]", "[{\"host_ip\":\"127.0.0.1\",\"container_port\":80}]", "outside"),
	WITH("publish 127.0.0.1:8000-8010", "portmappings", "[]", "[{\"host_ip\":\"127.0.0.1\",\"container_port\":80,\"host_port\":8000,\"range\":9223372036854775807}]", "outside"),
	ROW("publish_image_ports", "false", "true", "port of the host"),
	ANY("expose", "{\"80\":\"tcp\"}"),
	ROW("hostadd", "[]", "[\"registry:10.0.0.1\"]", "gives names"),
	ROW("network_options", "{}", "{\"slirp4netns\":[\"allow_host_loopback=true\"]}", "network's driver"),
	ROW("dns_server", "[]", "[\"10.0.0.1\"]", "other servers"),
	ROW("dns_search", "[]", "[\"evil\"]", "other servers"),
	ROW("dns_option", "[]", "[\"ndots:1\"]", "other servers"),
	ROW("Networks", "{\"default\":{\"aliases\":[\"a\"],\"interface_name\":\"\"}}", "{\"other\":{}}", "is a network that no"),
	WITH("network mine", "Networks", "{\"mine\":{\"interface_name\":\"eth0\"}}", "{\"other\":{}}", "not one of"),
	WITH("network mine", "Networks", "{\"mine\":{}}", "{\"mine\":{\"static_ips\":[\"10.0.0.1\"]}}", "address of its own"),
	WITH("network mine", "Networks", "{\"mine\":{}}", "{\"mine\":{\"static_mac\":\"02:00:00:00:00:01\"}}", "address of its own"),
	WITH("network mine", "Networks", "{\"mine\":{}}", "{\"mine\":{\"options\":{\"a\":\"b\"}}}", "network's driver"),
	WITH("network mine", "cni_networks", "[\"mine\"]", "[\"other\"]", "not one of"),
	ROW("cni_networks", "[]", "[\"other\"]", "is a network that no"),
	ROW("static_ip", "\"\"", "\"10.88.0.2\"", "address of its own"),
	ROW("static_ipv6", "\"\"", "\"fd00::2\"", "address of its own"),
	ROW("restart_policy", "\"no\"", "\"always\"", "starts it again"),
	ROW("removeImage", "false", "true", "removes an image"),
	ROW("namespace", "\"\"", "\"other\"", "another namespace"),
	ROW("timezone", "\"Europe/Madrid\"", "\"../../../etc/shadow\"", "path of the host"),
	ROW("timezone", "\"local\"", "\"/etc/shadow\"", "path of the host"),
	ROW("init_container_type", "\"\"", "\"always\"", "part of a pod"),
	ROW("personality", "{}", "{\"domain\":\"LINUX32\"}", "what the kernel does"),
	ROW("passwd_entry", "\"\"", "\"evil:x:0:0::/:/bin/sh\"", "who a user is"),
	ROW("group_entry", "\"\"", "\"evil:x:0:\"", "who a group is"),
	ROW("storage_opts", "{}", "{\"size\":\"1g\"}", "storage driver"),
	ROW("shm_size", "67108864", "1073741824", "no limit counts"),
	ROW("shm_size_systemd", "0", "1073741824", "no limit counts"),
	ROW("intelRdt", "{}", "{\"closID\":\"a\"}", "the host's processor"),
	ROW("weightDevice", "{}", "{\"/dev/sda\":{\"weight\":1}}", "device of the host"),
	ROW("throttleReadBpsDevice", "{}", "{\"/dev/sda\":{\"rate\":1}}", "device of the host"),
	ROW("throttleWriteBpsDevice", "{}", "{\"/dev/sda\":{\"rate\":1}}", "device of the host"),
	ROW("throttleReadIOPSDevice", "{}", "{\"/dev/sda\":{\"rate\":1}}", "device of the host"),
	ROW("throttleWriteIOPSDevice", "{}", "{\"/dev/sda\":{\"rate\":1}}", "device of the host"),
	ROW("work_dir", "\"/tmp\"", "\"/proc/self/fd/8\"", "out of the container"),
	ROW("user", "\"\"", "\"1000\"", "is a user that no"),
	WITH("user 1000*", "user", "\"1000:1000\"", "\"0\"", "not one of"),
	ANY("env", "{\"A\":\"b\",\"LD_PRELOAD\":\"x\"}"),
	WITH("env A", "env", "{\"A\":\"b\"}", "{\"B\":\"b\"}", "not one of"),
	WITH("env A", "envmerge", "[\"A=${B}\"]", "[\"B=c\"]", "not one of"),
	ANY("labels", "{\"a\":\"b\"}"),
	ROW("labels", "{}", "{\"io.containers.autoupdate\":\"registry\"}", "restart a unit"),
	WITH("label a.*", "labels", "{\"a.b\":\"c\"}", "{\"b\":\"c\"}", "not one of"),
	{ LIBPOD, CONFINED "\n+ image alpine", "", "", "image", "\"docker.io/library/alpine:latest\"", "\"evil\"", "image", .null_finding = "(rules" },
	{ LIBPOD, "+ image alpine", FULL, "", "rootfs", "\"\"", "\"/\"", "path of the host" },
	WITH_FULL("raw_image_name", "\"alpine\"", "\"evil\"", "not one of"),
	ROW("resource_limits", "{\"cpu\":{\"shares\":2},\"blockIO\":{\"weight\":10}}", "{\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}", "devices of the host"),
	ROW("resource_limits", "{}", "{\"unified\":{\"a\":\"b\"}}", "any parameter"),
	ROW("resource_limits", "{}", "{\"blockIO\":{\"weightDevice\":[{\"major\":8}]}}", "device of the host"),
	ROW("resource_limits", "{}", "{\"cpu\":{\"realtimeRuntime\":950000}}", "everything else"),
	ROW("resource_limits", "{}", "{\"memory\":{\"disableOOMKiller\":true}}", "killed in its place"),
	ROW("resource_limits", "{}", "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}]}", "another kind"),
	ROW("resource_limits", "{}", "{\"network\":{\"classID\":1}}", "marks packets"),
	ROW("resource_limits", "{}", "{\"rdma\":{\"mlx5_1\":{\"hcaHandles\":1}}}", "device of the host"),
	ROW("resource_limits", "{}", "{\"memory\":{\"future\":1}}", "nobody has judged"),
	{ LIBPOD, CONFINED "\n+ memory 64m", ALPINE, "", "resource_limits", "{\"memory\":{\"limit\":67108864,\"swap\":134217728}}",
	  "{\"memory\":{\"limit\":67108865,\"swap\":134217728}}", "64m (rules", .null_finding = "(rules" },
	{ LIBPOD, "+ memory 64m", ALPINE, "", "resource_limits", "{\"memory\":{\"limit\":67108864,\"swap\":67108864}}",
	  "{\"memory\":{\"limit\":67108864,\"swap\":-1}}", "memory.swap", .null_finding = "(rules" },
	{ LIBPOD, "+ memory 64m", ALPINE, "", "resource_limits", "{\"memory\":{\"limit\":1,\"swap\":2}}",
	  "{\"memory\":{\"limit\":67108864}}", "memory.swap is missing", .null_finding = "(rules" },
	{ LIBPOD, "+ pids 100", ALPINE, "resource_limits.pids", "limit", "100", "0", "100 (rules", .null_finding = "(rules" },
	{ LIBPOD, "+ pids 100", ALPINE, "resource_limits.pids", "limit", "1", "-1", "100 (rules", .null_finding = "(rules" },
	{ LIBPOD, "+ cpus 0.5", ALPINE, "", "resource_limits", "{\"cpu\":{\"quota\":50000,\"period\":100000}}", "{\"cpu\":{\"quota\":50001,\"period\":100000}}", "0.5 (rules", .null_finding = "(rules" },
	{ LIBPOD, "+ cpus 0.5", ALPINE, "resource_limits.cpu", "quota", "50000", "9223372036854775807", "0.5 (rules", .null_finding = "(rules" },
	{ LIBPOD, "+ pids 9", ALPINE ",\"resource_limits\":{\"pids\":{\"limit\":9}}", "", "unified", "{}", "{\"pids.max\":\"max\"}", "another limit" },
	{ LIBPOD, "+ pids 9", ALPINE ",\"resource_limits\":{\"pids\":{\"limit\":9}}", "", "cgroups_mode", "\"enabled\"", "\"disabled\"", "another limit" },
	{ LIBPOD, "+ pids 9", ALPINE ",\"resource_limits\":{\"pids\":{\"limit\":9}}", "", "cgroup_parent", "\"\"", "\"/x\"", "another limit" },

	/* What is harmless. */
	ANY("name", "\"box\""), ANY("entrypoint", "[\"sh\"]"), ANY("command", "[\"true\"]"), ANY("httpproxy", "true"),
	ANY("unsetenv", "[\"A\"]"), ANY("unsetenvall", "true"), ANY("terminal", "true"), ANY("stdin", "true"),
	ANY("stop_timeout", "1"), ANY("timeout", "1"), ANY("hostname", "\"h\""), ANY("remove", "true"),
	ANY("containerCreateCommand", "[\"podman\"]"), ANY("manage_password", "true"), ANY("image_os", "\"linux\""),
	ANY("image_arch", "\"arm64\""), ANY("image_variant", "\"v8\""), ANY("init", "true"),
	ANY("create_working_dir", "true"), ANY("volatile", "true"), ANY("read_only_filesystem", "true"),
	ANY("read_write_tmpfs", "true"), ANY("umask", "\"0022\""), ANY("aliases", "{\"n\":[\"a\"]}"),
	ANY("use_image_resolve_conf", "true"), ANY("use_image_hostname", "true"), ANY("use_image_hosts", "false"),
	ANY("restart_tries", "1"), ANY("healthconfig", "{\"Test\":[\"CMD\",\"true\"]}"),
	ANY("startupHealthConfig", "{\"Test\":[\"CMD\",\"true\"]}"), ANY("healthMaxLogCount", "5"),
	ANY("healthMaxLogSize", "500"),

	/* Exec, update. */
	{ EXEC_LP, CONFINED, "\"Cmd\":[\"id\"]", "", "Privileged", "false", "true", "root of the host" },
	{ EXEC_LP, CONFINED, "\"Cmd\":[\"id\"]", "", "User", "\"\"", "\"0\"", "is a user that no" },
	{ EXEC_LP, CONFINED, "\"Cmd\":[\"id\"]", "", "WorkingDir", "\"/tmp\"", "\"/proc/self/fd/7\"", "out of the container" },
	{ EXEC_LP, CONFINED, "\"Cmd\":[\"id\"]", "", "Env", "[\"A=b\"]", "[\"LD_PRELOAD=/x\"]", "dynamic linker" },
	{ EXEC_LP, CONFINED, "\"Cmd\":[\"id\"]", "", "Env", "[\"A=b\"]", "[\"*\"]", "the engine's own" },
	{ UPDATE, CONFINED, "", "", "memory", "{\"limit\":1048576}", "{\"disableOOMKiller\":true}", "killed" },
	{ UPDATE, CONFINED, "", "", "devices", "[]", "[{\"allow\":true}]", "devices of the host" },
	{ UPDATE, CONFINED, "", "", "unified", "{}", "{\"memory.max\":\"max\"}", "any parameter" },
	{ UPDATE, CONFINED, "", "", "r_limits", "[]", "[{\"type\":\"RLIMIT_NOFILE\"}]", "raises limits" },
	{ UPDATE, CONFINED, "", "", "health_log_destination", "\"local\"", "\"/etc\"", "path of the host" },
	{ UPDATE, CONFINED, "", "", "Env", "[\"A=b\"]", "[\"LD_PRELOAD=/x\"]", "dynamic linker" },
	{ UPDATE, "+ memory 64m", "", "memory", "limit", "67108864", "67108865", "64m (rules" },
	{ UPDATE, "+ memory 64m", "", "memory", "swap", "67108864", "-1", "64m (rules" },
	{ UPDATE, "+ pids 9", "", "pids", "limit", "9", "0", "9 (rules" },
	{ UPDATE, "+ cpus 1", "", "", "cpu", "{\"quota\":100000,\"period\":100000}", "{\"period\":1000}", "1 (rules" },

	/* Pods, volumes, networks. */
	{ POD, CONFINED, "", "", "infra_conmon_pid_file", "\"\"", "\"/etc/x\"", "path of the host" },
	{ POD, CONFINED, "", "", "netns", "{}", "{\"nsmode\":\"host\"}", "joins" },
	{ POD, CONFINED, "", "", "pidns", "{\"nsmode\":\"private\"}", "{\"nsmode\":\"host\"}", "joins" },
	{ POD, CONFINED, "", "", "userns", "{}", "{\"nsmode\":\"path\",\"value\":\"/proc/1/ns/user\"}", "joins" },
	{ POD, CONFINED, "", "", "mounts", "[]", "[{\"type\":\"bind\",\"source\":\"/\",\"destination\":\"/h\"}]", "path of the host" },
	{ POD, CONFINED, "", "", "volumes_from", "[]", "[\"other\"]", "another container" },
	{ POD, CONFINED, "", "", "pod_devices", "[]", "[\"/dev/sda:/dev/sda\"]", "device of the host" },
	{ POD, CONFINED, "", "", "security_opt", "[\"no-new-privileges\"]", "[\"label=disable\"]", "keeps the container in" },
	{ POD, CONFINED, "", "", "hostsFile", "\"none\"", "\"/etc/shadow\"", "path of the host" },
	{ POD, CONFINED, "", "", "portmappings", "[]", "[{\"container_port\":80,\"host_port\":80}]", "port of the host" },
	{ POD, CONFINED, "", "", "sysctl", "{}", "{\"a\":\"b\"}", "parameters of the kernel" },
	{ POD, CONFINED, "", "", "serviceContainerID", "\"\"", "\"other\"", "another container" },
	{ POD, CONFINED, "", "", "cgroup_parent", "\"\"", "\"/x\"", "leaves the limits" },
	{ POD, CONFINED, "", "", "restart_policy", "\"no\"", "\"always\"", "starts it again" },
	{ POD, CONFINED "\n+ image registry.k8s.io/pause", "", "", "infra_image", "\"registry.k8s.io/pause\"", "\"evil.io/pause\"", "not one of" },
	{ VOLUME, CONFINED, "", "", "Options", "{}", "{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}", "may mount anything" },
	{ VOLUME, CONFINED, "", "", "Options", "{\"type\":\"tmpfs\",\"device\":\"tmpfs\",\"o\":\"size=1m\"}", "{\"type\":\"overlay\",\"o\":\"lowerdir=/\",\"device\":\"overlay\"}", "may mount anything" },
	{ VOLUME, CONFINED, "", "", "Driver", "\"local\"", "\"image\"", "runs on the host" },
	{ VOLUME, CONFINED, "", "", "UID", "0", "1000", "user of the host" },
	{ VOLUME, CONFINED "\n+ volume mine", "", "", "Name", "\"mine\"", "\"other\"", "not one of" },
	{ VOLUME, CONFINED "\n+ label a", "", "", "Label", "{\"a\":\"b\"}", "{\"b\":\"b\"}", "not one of" },
	{ NETWORK, CONFINED, "", "", "driver", "\"bridge\"", "\"macvlan\"", "another driver" },
	{ NETWORK, CONFINED, "", "", "network_interface", "\"\"", "\"docker0\"", "interface of the host" },
	{ NETWORK, CONFINED, "", "", "options", "{\"mtu\":\"1400\"}", "{\"parent\":\"eth0\"}", "network's driver" },
	{ NETWORK, CONFINED, "", "", "ipam_options", "{\"driver\":\"host-local\"}", "{\"driver\":\"dhcp\"}", "another way" },
	{ NETWORK, CONFINED, "", "", "subnets", "[]", "[{\"subnet\":\"10.0.0.0/8\"}]", "addresses of its own" },
	{ NETWORK, CONFINED, "", "", "routes", "[]", "[{\"destination\":\"0.0.0.0/0\"}]", "sets routes" },
	{ NETWORK, CONFINED, "", "", "network_dns_servers", "[]", "[\"10.0.0.1\"]", "other servers" },
	{ NETWORK, CONFINED "\n+ network mine", "", "", "name", "\"mine\"", "\"other\"", "not one of" },
	{ CONNECT, CONFINED, "", "", "container", "\"\"", "\"other\"", "another container" },
	{ CONNECT, CONFINED, "", "", "static_ips", "[]", "[\"10.0.0.1\"]", "address of its own" },
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

/* ---- what podman --remote 4.3.1 sends, word for word ---- */

/* clang-format off */
#define RUN_HEAD(command, more)                                                                        \
	"{" command ",\"httpproxy\":true," more "\"stop_timeout\":10,\"log_configuration\":{},"             \
	"\"raw_image_name\":\"localhost/busybox:test\",\"systemd\":\"true\",\"sdnotifyMode\":\"container\","
#define RUN_MIDDLE                                                                                    \
	"\"init_container_type\":\"\",\"manage_password\":true,\"image\":\"localhost/busybox:test\","         \
	"\"image_volume_mode\":\"anonymous\","
#define RUN_TAIL(userns, cgroupns, netns)                                                             \
	"\"seccomp_policy\":\"default\",\"userns\":" userns ",\"idmappings\":{\"HostUIDMapping\":true,"       \
	"\"HostGIDMapping\":true,\"UIDMap\":null,\"GIDMap\":null,\"AutoUserNs\":false,\"AutoUserNsOpts\":{"  \
	"\"Size\":0,\"InitialSize\":0,\"PasswdFile\":\"\",\"GroupFile\":\"\",\"AdditionalUIDMappings\":null," \
	"\"AdditionalGIDMappings\":null}},\"umask\":\"0022\",\"cgroupns\":" cgroupns ",\"cgroups_mode\":\"enabled\"," \
	"\"netns\":" netns ",\"use_image_hosts\":false"
#define TTY "\"annotations\":{\"io.kubernetes.cri-o.TTY\":\"false\"},"
#define OWN "\"pidns\":{},\"utsns\":{},\"remove\":true,\"containerCreateCommand\":[\"podman\",\"--remote\",\"run\",\"--rm\"],"
/* A plain run; @more goes before security, @rest to the end. */
#define RUN(more, netns, rest)                                                                        \
	RUN_HEAD("\"command\":[\"true\"]", TTY) OWN RUN_MIDDLE more                                             \
	"\"ipcns\":{},\"volatile\":true," RUN_TAIL("{}", "{}", netns) rest "}"
#define NO_NETWORK "{},\"Networks\":null"

/**
 * struct whole_row - A request as a client sends it
 * @request:	Method, path and query
 * @constraints: Lines below the rule
 * @body:	Body, or NULL
 * @finding:	Part of the refusal, NULL if it is allowed
 */
struct whole_row {
	const char *request;
	const char *constraints;
	const char *body;
	const char *finding;
};

static const struct whole_row whole_rows[] = {
	{ LIBPOD, CONFINED, RUN("", NO_NETWORK, ""), NULL },
	{ LIBPOD, CONFINED, RUN("", "{\"nsmode\":\"none\"},\"Networks\":{}", ""), NULL },
	{ LIBPOD, CONFINED, RUN("", "{\"nsmode\":\"bridge\"},\"Networks\":{\"podman\":{\"interface_name\":\"\"}}", ""), "Networks[\"podman\"]" },
	{ LIBPOD, CONFINED "\n+ network podman", RUN("", "{\"nsmode\":\"bridge\"},\"Networks\":{\"podman\":{\"interface_name\":\"\"}}", ""), NULL },
	{ LIBPOD, CONFINED "\n+ image localhost/busybox:*", RUN("", NO_NETWORK, ""), NULL },
	{ LIBPOD, CONFINED "\n+ image alpine", RUN("", NO_NETWORK, ""), "raw_image_name" },
	/* -v /tmp/w:/w -v vol1:/v:ro --mount type=bind,src=/tmp/w,dst=/w2,ro --tmpfs /t */
	{ LIBPOD, CONFINED "\n+ bind /tmp/w\n+ volume vol*",
	  RUN("\"mounts\":[{\"destination\":\"/t\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"size=1m\"]},"
	      "{\"destination\":\"/w2\",\"type\":\"bind\",\"source\":\"/tmp/w\",\"options\":[\"ro\"]},"
	      "{\"destination\":\"/w\",\"type\":\"bind\",\"source\":\"/tmp/w\"}],\"volumes\":[{\"Name\":\"vol1\",\"Dest\":\"/v\","
	      "\"Options\":[\"ro\"],\"IsAnonymous\":false}],", NO_NETWORK, ""), NULL },
	{ LIBPOD, CONFINED "\n+ bind /tmp/w:ro\n+ volume vol*",
	  RUN("\"mounts\":[{\"destination\":\"/w\",\"type\":\"bind\",\"source\":\"/tmp/w\"}],", NO_NETWORK, ""), "mounts[0].source \"/tmp/w\" is outside" },
	/* -p 127.0.0.1:8080:80 --memory 64m --cpus 0.5 --pids-limit 50 --user 1000:1000 --cap-add, --cap-drop */
#define LIMITED RUN("\"user\":\"1000:1000\",\"cap_add\":[\"NET_BIND_SERVICE\"],\"cap_drop\":[\"ALL\"],",             \
	NO_NETWORK, ",\"portmappings\":[{\"host_ip\":\"127.0.0.1\",\"container_port\":80,\"host_port\":8080,"        \
	"\"range\":1,\"protocol\":\"\"},{\"host_ip\":\"\",\"container_port\":9000,\"host_port\":9000,\"range\":3,"      \
	"\"protocol\":\"\"}],\"resource_limits\":{\"memory\":{\"limit\":67108864,\"swap\":134217728},"               \
	"\"cpu\":{\"quota\":50000,\"period\":100000},\"pids\":{\"limit\":50}}")
	{ LIBPOD, CONFINED "\n+ user 1000:1000\n+ publish 127.0.0.1:8080, 9000-9002\n+ memory 64m\n+ cpus 0.5\n+ pids 50", LIMITED, NULL },
	{ LIBPOD, CONFINED "\n+ user 1000:1000\n+ publish 127.0.0.1:8080, 9000-9001\n+ memory 64m\n+ cpus 0.5\n+ pids 50", LIMITED, "portmappings[1]" },
	{ LIBPOD, CONFINED "\n+ user 1000:1000\n+ publish 127.0.0.1:8080, 9000-9002\n+ memory 63m\n+ cpus 0.4\n+ pids 49", LIMITED, "pids.limit 50" },
	{ LIBPOD, CONFINED "\n+ memory 64m\n+ cpus 1\n+ pids 50", RUN("", NO_NETWORK, ""), "resource_limits.cpu.quota is missing" },
	/* --privileged --pid host --ipc host --uts host --userns host --network host --cgroupns host */
	{ LIBPOD, CONFINED,
	  RUN_HEAD("\"command\":[\"true\"]", TTY) "\"pidns\":{\"nsmode\":\"host\"},\"utsns\":{\"nsmode\":\"host\"}," RUN_MIDDLE
	  "\"ipcns\":{\"nsmode\":\"host\"},\"volatile\":true,\"privileged\":true,"
	  RUN_TAIL("{\"nsmode\":\"host\"}", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"host\"},\"Networks\":{}") "}", "privileged true" },
	{ LIBPOD, CONFINED "\n+ privileged\n+ host pid, ipc, uts, net, user, cgroup",
	  RUN_HEAD("\"command\":[\"true\"]", TTY) "\"pidns\":{\"nsmode\":\"host\"},\"utsns\":{\"nsmode\":\"host\"}," RUN_MIDDLE
	  "\"ipcns\":{\"nsmode\":\"host\"},\"volatile\":true,\"privileged\":true,"
	  RUN_TAIL("{\"nsmode\":\"host\"}", "{\"nsmode\":\"host\"}", "{\"nsmode\":\"host\"},\"Networks\":{}") "}", NULL },
	/* --security-opt seccomp=unconfined, label=disable, apparmor=unconfined, unmask=ALL */
	{ LIBPOD, CONFINED,
	  RUN_HEAD("\"command\":[\"true\"]", "\"annotations\":{\"io.kubernetes.cri-o.TTY\":\"false\",\"io.podman.annotations.seccomp\":\"unconfined\"},")
	  OWN RUN_MIDDLE "\"ipcns\":{}," RUN_TAIL("{}", "{}", NO_NETWORK) "}", "annotations[\"io.podman.annotations.seccomp\"]" },
	{ LIBPOD, CONFINED, RUN("\"selinux_opts\":[\"disable\"],\"apparmor_profile\":\"unconfined\",\"seccomp_profile_path\":\"unconfined\",\"unmask\":[\"ALL\"],",
	  NO_NETWORK, ""), "unmask" },
	/* --read-only --memory 64m --memory-swap 64m --shm-size 1m */
	{ LIBPOD, CONFINED "\n+ body .shm_size <= 1048576",
	  RUN("\"mounts\":[{\"destination\":\"/var/tmp\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"rw\",\"rprivate\",\"nosuid\",\"nodev\",\"tmpcopyup\"]}],"
	      "\"shm_size\":1048576,\"work_dir\":\"/tmp\",\"read_only_filesystem\":true,", NO_NETWORK,
	      ",\"resource_limits\":{\"memory\":{\"limit\":67108864,\"swap\":67108864}},\"healthconfig\":{\"Test\":[\"CMD-SHELL\",\"true\"],"
	      "\"Interval\":30000000000,\"Timeout\":30000000000,\"Retries\":3}"), NULL },
	/* What the SpecGenerator of podman 5 has besides. */
	{ LIBPOD, CONFINED, RUN("\"env_host\":false,\"terminal\":false,\"stdin\":false,\"removeImage\":false,\"unsetenvall\":false,"
	  "\"rootfs_overlay\":false,\"init\":false,\"create_working_dir\":false,\"privileged\":false,\"no_new_privileges\":false,"
	  "\"read_only_filesystem\":false,\"read_write_tmpfs\":true,\"label_nested\":false,", NO_NETWORK,
	  ",\"publish_image_ports\":false,\"use_image_resolve_conf\":false,\"use_image_hostname\":false,"
	  "\"healthLogDestination\":\"local\",\"healthMaxLogCount\":5,\"healthMaxLogSize\":500"), NULL },

	{ EXEC_LP, CONFINED, "{\"User\":\"\",\"Privileged\":false,\"Tty\":false,\"AttachStdin\":true,\"AttachStderr\":true,\"AttachStdout\":true,"
	  "\"Detach\":false,\"DetachKeys\":\"ctrl-p,ctrl-q\",\"Env\":[\"A=b\"],\"WorkingDir\":\"/tmp\",\"Cmd\":[\"cat\"]}", NULL },
	{ EXEC_LP, CONFINED, "{\"User\":\"0\",\"Privileged\":true,\"Tty\":false,\"AttachStdin\":false,\"AttachStderr\":true,\"AttachStdout\":true,"
	  "\"Detach\":false,\"DetachKeys\":\"ctrl-p,ctrl-q\",\"Env\":[],\"WorkingDir\":\"\",\"Cmd\":[\"true\"]}", "Privileged true" },
	{ "POST /v4.3.1/libpod/exec/8d59/start", CONFINED, "{\"Detach\":false,\"Tty\":false,\"h\":0,\"w\":0}", NULL },
	{ UPDATE, CONFINED "\n+ memory 64m", "{\"memory\":{\"limit\":33554432,\"swap\":67108864}}", NULL },
	{ VOLUME, CONFINED, "{\"Name\":\"v3\",\"Driver\":\"local\",\"Label\":{},\"Labels\":null,\"Options\":{}}", NULL },
	{ VOLUME, CONFINED, "{\"Name\":\"v4\",\"Driver\":\"local\",\"Label\":{},\"Labels\":null,\"Options\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/\"}}", "Options" },
	{ NETWORK, CONFINED, "{\"name\":\"n1\",\"id\":\"\",\"driver\":\"bridge\",\"created\":\"0001-01-01T00:00:00Z\",\"ipv6_enabled\":false,\"internal\":false,\"dns_enabled\":true}", NULL },
	{ NETWORK, CONFINED, "{\"name\":\"n2\",\"id\":\"\",\"driver\":\"macvlan\",\"network_interface\":\"eth0\",\"created\":\"0001-01-01T00:00:00Z\",\"ipv6_enabled\":false,\"internal\":false,\"dns_enabled\":true}", "network_interface \"eth0\"" },
	{ CONNECT, CONFINED, "{\"container\":\"nbox\",\"interface_name\":\"\"}", "another container" },
	{ CONNECT, CONFINED "\n+ body .container == \"nbox\"", "{\"container\":\"nbox\",\"interface_name\":\"\"}", NULL },
	{ POD, CONFINED, "{\"name\":\"p2\",\"exit_policy\":\"continue\",\"no_infra\":true,\"pod_create_command\":[\"podman\"],\"pidns\":{\"nsmode\":\"private\"},"
	  "\"userns\":{},\"utsns\":{},\"netns\":{},\"Networks\":null,\"resource_limits\":{\"cpu\":{}}}", NULL },
	{ POD, CONFINED, "{\"name\":\"p1\",\"exit_policy\":\"continue\",\"shared_namespaces\":[\"ipc\",\"net\",\"uts\"],\"share_parent\":true,"
	  "\"pidns\":{\"nsmode\":\"private\"},\"userns\":{},\"utsns\":{},\"netns\":{},\"Networks\":null,\"resource_limits\":{\"cpu\":{}}}", NULL },
	{ POD, CONFINED "\n+ memory 1g", "{\"name\":\"p1\"}", "memory.limit is missing" },

	/* Bodies that are none. */
	{ LIBPOD, CONFINED, "", "the body is missing" },
	{ LIBPOD, CONFINED, "[]", "no JSON object" },
	{ LIBPOD, CONFINED, "{\"image\":\"alpine\"} {\"privileged\":true}", "the body" },
	{ LIBPOD, CONFINED, "{\"image\":\"alpine\",\"future\":true}", "nobody has judged" },
	{ LIBPOD, CONFINED, "{\"image\":\"alpine\",\"ContainerSecurityConfig\":{\"privileged\":true}}", "nobody has judged" },

	/* Queries. */
	{ "POST /v4.3.1/libpod/images/pull?alltags=false&arch=&authfile=&os=&password=&policy=missing&quiet=false&reference=localhost%2Fbusybox%3Atest&username=&variant=", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/images/pull?reference=docker.io/library/alpine", CONFINED "\n+ image alpine", NULL, NULL },
	{ "POST /v4.3.1/libpod/images/pull?reference=alpine", CONFINED "\n+ image alpine", NULL, "write docker.io/library/alpine:latest" },
	{ LIBPOD, CONFINED "\n+ image alpine", "{\"image\":\"alpine\"}", "write docker.io/library/alpine:latest" },
	{ LIBPOD, CONFINED "\n+ image alpine", "{\"image\":\"library/alpine\"}", "names no registry" },
	{ LIBPOD, CONFINED "\n+ image alpine", "{\"image\":\"docker.io/library/alpine\"}", NULL },
	{ LIBPOD, CONFINED "\n+ image alpine", "{\"image\":\"docker.io/alpine\"}", NULL },
	{ LIBPOD, CONFINED "\n+ image localhost/alpine", "{\"image\":\"localhost/alpine\"}", NULL },
	{ LIBPOD, CONFINED "\n+ image alpine", "{\"image\":\"evil.example/library/alpine\"}", "not one of" },
	{ LIBPOD, CONFINED "\n+ image 4bcff63911fc", "{\"image\":\"4bcff63911fc\"}", NULL },
	{ "POST /v4.3.1/libpod/images/pull?reference=docker://docker.io/library/alpine", CONFINED "\n+ image alpine", NULL, NULL },
	{ "POST /v4.3.1/libpod/images/pull?reference=docker.io/library/alpine&reference=evil.io/alpine", CONFINED "\n+ image alpine", NULL, "not one of" },
	{ "POST /v4.3.1/libpod/images/pull?Reference=evil.io/alpine", CONFINED "\n+ image alpine", NULL, "not one of" },
	{ "POST /v4.3.1/libpod/images/pull?reference=dir:/etc", CONFINED, NULL, "no image of a registry" },
	{ "POST /v4.3.1/libpod/images/pull?reference=oci-archive:/etc/x", CONFINED, NULL, "no image of a registry" },
	{ "POST /v4.3.1/libpod/images/pull?reference=alpine&alltags=true", CONFINED, NULL, "every image" },
	{ "POST /v4.3.1/libpod/images/pull?reference=alpine&tlsVerify=false", CONFINED, NULL, "on the way" },
	{ "POST /v4.3.1/libpod/images/pull?reference=alpine&authfile=/etc/x", CONFINED, NULL, "path of the host" },
	{ "POST /v4.3.1/libpod/images/x/tag?repo=localhost/t&tag=1", CONFINED "\n+ image localhost/t:*", NULL, NULL },
	{ "POST /v4.3.1/libpod/images/x/tag?repo=evil&tag=1", CONFINED "\n+ image localhost/t:*", NULL, "not one of" },
	{ "POST /v4.3.1/libpod/commit?author=&comment=&container=nbox&format=oci&pause=false&repo=localhost%2Fc&squash=false&tag=1", CONFINED, NULL, "another container" },
	{ "POST /v4.3.1/libpod/commit?container=nbox&repo=c", CONFINED "\n+ query container ^nbox$", NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/start?detachkeys=ctrl-p%2Cctrl-q", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/start?recursive=true", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/attach?detachKeys=ctrl-p%2Cctrl-q&detachkeys=ctrl-p%2Cctrl-q&stderr=true&stdout=true&stream=true", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/wait", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/wait?interval=250ms", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/shouldrestart", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/stop?ignore=false&timeout=0", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/kill?signal=KILL", CONFINED, NULL, NULL },
	{ "POST /v4.3.1/libpod/containers/a/restart?timeout=0", CONFINED, NULL, NULL },
	{ "GET /v4.3.1/libpod/containers/a/json?size=false", CONFINED, NULL, NULL },
	{ "GET /v4.3.1/libpod/containers/json?all=true&external=false&filters=%7B%7D&last=-1&namespace=false&size=false&sync=false", CONFINED, NULL, NULL },
	{ "GET /v4.3.1/libpod/containers/a/exists?external=false", CONFINED, NULL, NULL },
	{ "GET /v4.3.1/libpod/containers/a/logs?follow=false&since=0001-01-01T00%3A00%3A00Z&stderr=true&stdout=true&tail=-1&timestamps=false&until=x", CONFINED, NULL, NULL },
	{ "DELETE /v4.3.1/libpod/containers/a?force=false&volumes=true", CONFINED, NULL, NULL },
	{ "DELETE /v4.3.1/libpod/containers/a?depend=false&force=true&ignore=false&volumes=false", CONFINED, NULL, NULL },
	{ "DELETE /v4.3.1/libpod/containers/a?depend=true", CONFINED, NULL, "other containers" },
	{ "POST /v5.0.0/libpod/containers/a/update?restartPolicy=always", CONFINED, "{}", "starts it again" },

	/* Refused as a whole. */
#define TRAP(request, finding) { request, CONFINED, "{}", finding }
	TRAP("POST /v4.3.1/libpod/build?t=x", "what an archive says"),
	TRAP("POST /v4.3.1/libpod/play/kube", "a text that nobody"), TRAP("POST /v5.0.0/libpod/kube/play", "a text that nobody"),
	TRAP("POST /v5.0.0/libpod/kube/apply", "to a cluster"), TRAP("DELETE /v5.0.0/libpod/kube/play", "others may need"),
	TRAP("POST /v5.6.0/libpod/quadlets", "the host's systemd"), TRAP("DELETE /v5.6.0/libpod/quadlets/a", "the host's systemd"),
	TRAP("POST /v5.6.0/libpod/local/build?localpath=/", "files of the host"),
	TRAP("POST /v5.6.0/libpod/local/images/load?path=/etc/x", "files of the host"),
	TRAP("POST /v5.6.0/libpod/artifacts/local/add?path=/etc/x", "files of the host"),
	TRAP("POST /v5.6.0/libpod/artifacts/add?name=a", "content nobody"),
	TRAP("POST /v4.3.1/libpod/containers/a/mount", "on the host"), TRAP("POST /v4.3.1/libpod/containers/a/unmount", "on the host"),
	TRAP("GET /v4.3.1/libpod/containers/showmounted", "another container"),
	TRAP("POST /v4.3.1/libpod/containers/a/checkpoint?export=true", "state of processes"),
	TRAP("POST /v4.3.1/libpod/containers/a/restore?import=true", "state of processes"),
	TRAP("GET /v4.3.1/libpod/containers/a/healthcheck", "although it is a GET"),
	TRAP("POST /v5.6.0/libpod/volumes/a/import", "content nobody"), TRAP("GET /v5.6.0/libpod/volumes/a/export", "content nobody"),
	TRAP("GET /v4.3.1/libpod/generate/kube?names=a", "another container"),
	TRAP("GET /v4.3.1/libpod/generate/a/systemd", "another container"),
	TRAP("GET /v4.3.1/libpod/secrets/a/json?showsecret=true", "about secrets"),
	TRAP("POST /v4.3.1/libpod/secrets/create?name=a", "about secrets"), TRAP("DELETE /v4.3.1/libpod/secrets/a", "about secrets"),
	TRAP("POST /v4.3.1/libpod/images/import?url=http://evil", "content nobody"),
	TRAP("POST /v4.3.1/libpod/images/load", "content nobody"), TRAP("POST /v4.3.1/libpod/images/a/push", "content nobody"),
	TRAP("GET /v4.3.1/libpod/images/a/get", "content nobody"), TRAP("GET /v4.3.1/libpod/images/export?references=a", "content nobody"),
	TRAP("POST /v4.3.1/libpod/images/scp/a?destination=b", "another machine"),
	TRAP("POST /v4.3.1/libpod/system/prune", "others may need"), TRAP("POST /v4.3.1/libpod/volumes/prune", "others may need"),
	TRAP("POST /v4.3.1/libpod/containers/prune", "others may need"), TRAP("POST /v4.3.1/libpod/images/prune", "others may need"),
	TRAP("POST /v4.3.1/libpod/networks/prune", "others may need"), TRAP("POST /v4.3.1/libpod/pods/prune", "others may need"),
	/* What no table has. */
	TRAP("POST /v4.3.1/libpod/containers/a/copy", "no constraint but"),
	TRAP("PUT /v4.3.1/libpod/containers/a/archive?path=/", "no constraint but"),
	TRAP("POST /v4.3.1/libpod/containers/a/rename?name=b", "no constraint but"),
	TRAP("POST /v4.3.1/libpod/containers/a/init", "no constraint but"),
	TRAP("POST /v4.3.1/libpod/manifests/a", "no constraint but"),
	TRAP("POST /v5.0.0-dev/libpod/containers/create", "no constraint but"),
#undef TRAP
};
/* clang-format on */

static void judges_what_clients_send(void **state)
{
	char reason[POLICY_REASON_MAX];

	(void)state;
	for (size_t i = 0; i < N_OF(whole_rows); i++) {
		const struct whole_row *r = &whole_rows[i];
		bool allowed = body_evaluate(r->constraints, r->request, r->body, reason);

		if (allowed != !r->finding || (r->finding && !strstr(reason, r->finding)))
			fail_msg("%s %s\n%s: %s, not \"%s\"", r->request, r->body ? r->body : "",
				 r->constraints, allowed ? "allowed" : reason,
				 r->finding ? r->finding : "allowed");
	}
	printf("%zu requests\n", N_OF(whole_rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_the_compat_api_makes_of_it),
		cmocka_unit_test(judges_every_field_in_every_spelling),
		cmocka_unit_test(judges_what_clients_send),
		cmocka_unit_test(a_build_reads_no_dockerfile_of_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
