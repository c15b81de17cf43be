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

/* Each harmful one was seen to work with podman 4.3.1. */
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
	{ CREATE, CONFINED "\n+ bind /srv", IMAGE, "HostConfig", "Binds", "[\"/srv/a:/a\"]", "[\"/srv/a:/a:rshared\"]", "lets mounts through" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_the_compat_api_makes_of_it),
		cmocka_unit_test(a_build_reads_no_dockerfile_of_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
