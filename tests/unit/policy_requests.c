/*
 * Whole requests under constraints: what each constraint narrows and opens.
 */
#include "bodies.h"

#define CREATE "POST /containers/create"
#define EXEC   "POST /containers/x/exec"
#define UPDATE "POST /containers/x/update"
#define PULL   "POST /images/create"
#define BUILD  "POST /build"

#define IMAGE(ref)  "{\"Image\":\"" ref "\"}"
#define BINDS(spec) "{\"HostConfig\":{\"Binds\":[\"" spec "\"]}}"
#define CAPS(cap)   "{\"HostConfig\":{\"CapAdd\":[\"" cap "\"]}}"
#define PORTS(ip, port)                                                    \
	"{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"" ip \
	"\",\"HostPort\":\"" port "\"}]}}}"
#define HOST(members) "{\"HostConfig\":{" members "}}"
#define DEVICE(path)  "{\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"" path "\"}]}}"

/**
 * struct request_row - One request
 * @constraints: Lines below the rule
 * @request:	Method, path, query, and lines with fields
 * @body:	Body, or NULL
 * @finding:	Part of the refusal, NULL if it passes
 */
struct request_row {
	const char *constraints;
	const char *request;
	const char *body;
	const char *finding;
};

/* clang-format off */
static const struct request_row rows[] = {
	/* start: a rule on the path is not about what an old engine reads in the body */
	{ "", "POST /v1.23/containers/x/start", NULL, NULL },
	{ "", "POST /v1.23/containers/x/start", "{}", NULL },
	{ "", "POST /containers/x/start", " { }\n", NULL },
	{ "", "POST /v1.23/containers/x/start", "{\"Binds\":[\"/:/h\"]}", "what the container may do" },
	{ "", "POST /containers/a/b/start", "{\"Privileged\":true}", "what the container may do" },
	{ "", "POST /containers/x/start", "{\"CpuShares\":2}", "what the container may do" },
	{ "", "POST /containers/x/start", "x", "what the container may do" },
	{ "", "POST /exec/x/start", "{\"Detach\":false,\"Tty\":true}", NULL },
	{ "", "POST /v4.0.0/libpod/containers/x/start", "{\"a\":1}", NULL },
	{ "POST /containers/.*/start\n+ confined", "POST /containers/x/start", "{\"CpuShares\":2}", NULL },
	{ "POST /containers/.*/start\n+ confined", "POST /containers/x/start", "{\"Privileged\":true}", "root of the host" },
	{ "POST /containers/.*/start\n+ no-query checkpoint", "POST /containers/x/start", "{\"Privileged\":true}", "what the container may do" },
	{ "POST /containers/.*/start\n+ no-query checkpoint", "POST /containers/x/start", "{}", NULL },
	{ "POST /containers/.*/start\n+ pids 10", "POST /containers/x/start", "{\"PidsLimit\":10,\"Privileged\":true}", "what the container may do" },

	{ "+ no-query checkpoint", "POST /v1.23/containers/x/start", "{\"Privileged\":true}", "what the container may do" },
	{ "+ no-query checkpoint", "POST /v1.23/containers/x/start", "x", "not JSON" },
	{ "+ no-query checkpoint", "POST /v1.23/containers/x/start", NULL, NULL },

	/* network: what may be the beginning of an id is named in full */
	{ "+ network a*", CREATE, HOST("\"NetworkMode\":\"abc\""), "beginning of an id" },
	{ "+ network abc", CREATE, HOST("\"NetworkMode\":\"abc\""), NULL },
	{ "+ network *", CREATE, HOST("\"NetworkMode\":\"abc\""), NULL },
	{ "+ network a*", CREATE, HOST("\"NetworkMode\":\"app\""), NULL },
	{ "+ network a*", "POST /v4.0.0/libpod/containers/create", "{\"Networks\":{\"abc\":{}}}", "beginning of an id" },
	{ "+ network a*", "POST /v4.0.0/libpod/containers/create", "{\"cni_networks\":[\"abc\"]}", "beginning of an id" },
	{ "+ network a*", "POST /v4.0.0/libpod/containers/create", "{\"Networks\":{\"app\":{},\"default\":{}}}", NULL },
	{ "+ network *", "POST /v4.0.0/libpod/containers/create", "{\"Networks\":{\"a/b\":{}}}", "is no name" },
	{ "+ network app", CREATE, HOST("\"NetworkMode\":\"host\""), "not its own" },
	{ "+ network app", CREATE, HOST("\"NetworkMode\":\"container:x\""), "not its own" },

	{ "+ network *\n+ host net", CREATE, HOST("\"NetworkMode\":\"container:x\""), "not its own" },
	{ "+ network *\n+ host net", CREATE, HOST("\"NetworkMode\":\"host\""), NULL },
	{ "+ network *\n+ host pid", CREATE, HOST("\"NetworkMode\":\"host\""), "is not one of pid" },
	{ "+ host net", CREATE, HOST("\"NetworkMode\":\"container:x\""), NULL },

	/* bind is about what else could mount the host, too */
	{ "+ bind /srv", CREATE, HOST("\"VolumesFrom\":[\"x\"]"), "another container has mounted" },
	{ "+ bind /srv", "POST /volumes/create", "{\"DriverOpts\":{\"o\":\"bind\",\"device\":\"/\"}}", "may mount anything" },

	/* image: one spelling for all */
	{ "+ image alpine", CREATE, IMAGE("alpine"), NULL },
	{ "+ image alpine", CREATE, IMAGE("alpine:latest"), NULL },
	{ "+ image alpine", CREATE, IMAGE("library/alpine"), NULL },
	{ "+ image alpine", CREATE, IMAGE("docker.io/alpine"), NULL },
	{ "+ image alpine", CREATE, IMAGE("index.docker.io/library/alpine:latest"), NULL },
	{ "+ image alpine", CREATE, IMAGE("alpine:3"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE("evil/alpine"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE("evil.example/library/alpine"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE("localhost/alpine"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE("alpine-evil"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE(""), "is no reference" },
	{ "+ image alpine", CREATE, IMAGE("alpine latest"), "is no reference" },
	{ "+ image alpine", CREATE, IMAGE("alpine:latest:latest"), "is no reference" },
	{ "+ image alpine", CREATE, "{}", NULL },
	{ "+ image alpine", CREATE, IMAGE("alpine@sha256:0123"), "is not one of" },
	{ "+ image alpine", CREATE, IMAGE("alpine:latest@sha256:0123"), "is not one of" },
	{ "+ image alpine:*", CREATE, IMAGE("alpine:3.18"), NULL },
	{ "+ image alpine:*", CREATE, IMAGE("alpine:3.18@sha256:0123"), "is not one of" },
	{ "+ image alpine@sha256:0123", CREATE, IMAGE("alpine:3.18@sha256:0123"), NULL },
	{ "+ image alpine@sha256:0123", CREATE, IMAGE("alpine@sha256:0124"), "is not one of" },
	{ "+ image alpine@*", CREATE, IMAGE("alpine@sha256:0124"), NULL },
	{ "+ image alpine:3.*", CREATE, IMAGE("alpine:2.1"), "is not one of" },
	{ "+ image ghcr.io/acme/*", CREATE, IMAGE("ghcr.io/acme/a/b:1"), NULL },
	{ "+ image ghcr.io/acme/*", CREATE, IMAGE("ghcr.io/acme-evil/a"), "is not one of" },
	{ "+ image ghcr.io/acme/*", CREATE, IMAGE("acme/a"), "is not one of" },
	{ "+ image busybox, alpine", CREATE, IMAGE("alpine"), NULL },
	{ "+ image localhost:5000/a", CREATE, IMAGE("localhost:5000/a"), NULL },
	{ "+ image alpine", CREATE, IMAGE("4bcff63911fc"), "\"sha256:4bcff63911fc\" is not one of" },
	{ "+ image alpine", CREATE, IMAGE("sha256:4bcff63911fc"), "is not one of" },
	{ "+ image 4bcff63911fc", CREATE, IMAGE("sha256:4bcff63911fc"), NULL },
	{ "+ image 4bcff63911fc", CREATE, IMAGE("4bcf"), "is not one of" },
	{ "+ image *", CREATE, IMAGE("4bcff63911fc"), NULL },
	{ "+ image docker.io/*", CREATE, IMAGE("cafe"), "is not one of" },
	{ "+ image alpine", EXEC, "{\"Cmd\":[\"ls\"]}", NULL },

	/* images/create: the reference is in two parameters */
	{ "+ image alpine", PULL "?fromImage=alpine&tag=latest", NULL, NULL },
	{ "+ image alpine", PULL "?tag=latest&fromImage=docker.io%2Flibrary%2Falpine", NULL, NULL },
	{ "+ image alpine", PULL "?fromImage=alpine:latest", NULL, NULL },
	{ "+ image alpine", PULL "?fromImage=alpine", NULL, "alpine:*\" is not one of" },
	{ "+ image alpine", PULL "?fromImage=alpine&tag=", NULL, "alpine:*\" is not one of" },
	{ "+ image alpine:*", PULL "?fromImage=alpine", NULL, NULL },
	{ "+ image alpine:1*", PULL "?fromImage=alpine:1&tag=2", NULL, "is no reference" },
	{ "+ image alpine", PULL "?fromImage=alpine&tag=3", NULL, "is not one of" },
	{ "+ image alpine", PULL "?fromImage=alpine&tag=latest&tag=3", NULL, "is not one of" },
	{ "+ image alpine", PULL "?fromImage=alpine&tag=3&tag=latest", NULL, "is not one of" },
	{ "+ image alpine", PULL "?fromImage=alpine&TAG=3", NULL, "is not one of" },
	{ "+ image alpine", PULL "?fromImage=alpine&tag=sha256:0123", NULL, "is not one of" },
	{ "+ image alpine@sha256:0123", PULL "?fromImage=alpine&tag=sha256:0123", NULL, NULL },
	{ "+ image alpine", PULL "?fromImage=evil&tag=latest", NULL, "?fromImage" },
	{ "+ image alpine", PULL "?fromImage=alpine&fromImage=evil&tag=latest", NULL, "is not one of" },
	{ "+ image alpine", PULL "?FROMIMAGE=evil&tag=latest", NULL, "is not one of" },
	{ "+ image alpine:*", PULL "?fromImage=alpine:", NULL, "is no reference" },
	{ "+ image alpine", PULL "?fromSrc=-&repo=alpine", NULL, "is no image" },
	{ "+ image alpine", PULL "?fromSrc=http://evil/x&repo=alpine&tag=latest", NULL, "is no image" },
	{ "+ confined", PULL "?fromSrc=http://10.0.0.1/", NULL, "fetch an address" },
	{ "+ confined", PULL "?fromSrc=-", NULL, "take an archive" },
	{ "+ confined", PULL "?fromImage=alpine&tag=1&changes=ENTRYPOINT+x", NULL, "image of its own" },
	{ "+ confined", PULL "?fromImage=alpine&tag=1&platform=linux/arm64", NULL, NULL },
	{ "+ confined", PULL "?fromImage=alpine\nX-Registry-Auth: e30=", NULL, NULL },
	{ "+ confined", PULL "?fromImage=alpine\nX-Registry-Auth: eyJhIjoiYiJ9", NULL, "log in to a registry" },
	{ "+ confined", PULL "?fromImage=alpine\nX-Registry-Auth: e30=\nx-registry-auth: eyJh", NULL, "log in to a registry" },
	{ "+ confined", PULL "?fromImage=docker-archive:/etc/x.tar", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=dir:/etc", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=oci:/etc/x:y", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=docker-daemon:alpine:3", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=localhost:5000/a/b&tag=1", NULL, NULL },
	{ "+ image alpine:*\n+ query fromImage .*", PULL "?fromImage=evil&tag=1", NULL, "is not one of" },
	{ "+ image alpine:*\n+ query fromImage ^al.*", PULL "?fromImage=alpine&tag=1", NULL, NULL },
	{ "+ image alpine:*\n+ query fromSrc .*", PULL "?fromSrc=http://evil/x&repo=alpine", NULL, "is no image" },
	{ "+ confined\n+ query fromSrc .*", PULL "?fromSrc=http://mine/x&repo=alpine", NULL, NULL },
	{ "+ confined\n+ query dockerfile .*", BUILD "?dockerfile=../x", NULL, NULL },
	{ "+ image mine/*\n+ query t .*", BUILD "?t=alpine", NULL, "is not one of" },
	{ "+ confined", PULL "?fromImage=alpine&tag=1&tlsVerify=false", NULL, "on the way" },
	{ "+ confined", PULL "?fromImage=alpine&tag=1&TLSverify=0", NULL, "on the way" },
	{ "+ confined", PULL "?fromImage=alpine&tag=1&tlsVerify=true", NULL, NULL },
	{ "+ confined", BUILD "?tlsVerify=false", NULL, "on the way" },
	{ "+ confined", BUILD "?rusagelogfile=none", NULL, "path of the host" },
	{ "+ confined", PULL "?fromImage=alpine\nX-Registry-Config: eyJhIjoiYiJ9", NULL, "log in to a registry" },
	{ "+ confined\n+ header X-Registry-Auth .*", PULL "?fromImage=alpine\nX-Registry-Auth: eyJhIjoiYiJ9", NULL, NULL },

	/* tag, commit, build: names that images get */
	{ "+ image mine/*", "POST /images/alpine/tag?repo=mine/a&tag=1", NULL, NULL },
	{ "+ image mine/*", "POST /images/alpine/tag?repo=alpine", NULL, "?repo" },
	{ "+ image mine/a", "POST /images/alpine/tag?repo=mine/a", NULL, NULL },
	{ "+ image mine/a", "POST /images/alpine/tag?repo=mine/a&tag=2", NULL, "is not one of" },
	{ "+ confined", "POST /images/alpine/tag?repo=mine/a&tag=1", NULL, NULL },
	{ "+ confined", "POST /commit?container=x&repo=a", "null", "copies another container" },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&repo=a", "null", NULL },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&repo=a", NULL, NULL },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&repo=a", "{}", NULL },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&repo=a", "[]", "no JSON object" },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=y&repo=a", "null", "does not hold" },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&container=y", "null", "does not hold" },
	{ "+ confined\n+ query container ^x$", "POST /commit?container=x&changes=USER+root", "null", "image of its own" },
	{ "+ image mine/*\n+ query container .*", "POST /commit?container=x&repo=alpine", "null", "is not one of" },
	{ "+ confined", PULL "?fromImage=dir&tag=/etc", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=docker-daemon&tag=alpine:3", NULL, "is no image of a registry" },
	{ "+ confined", PULL "?fromImage=docker&tag=24", NULL, NULL },
	{ "+ confined", "POST /images/alpine/tag?repo=oci-archive:/etc/passwd", NULL, "is no image of a registry" },
	{ "+ confined", BUILD "?t=oci-archive:/etc/passwd", NULL, "is no image of a registry" },
	{ "+ confined", BUILD "?t=a&t=docker://evil.example/a", NULL, "is no image of a registry" },
	{ "+ image *", BUILD "?t=dir:5000/../etc", NULL, "is no image of a registry" },
	{ "+ confined", BUILD "?t=docker:24&t=localhost:5000/dir:1", NULL, NULL },
	{ "+ confined", "POST /v4.3.1/libpod/pods/create", "{\"infra_image\":\"dir:/etc\"}", "is no image of a registry" },
	{ "+ confined", "POST /v4.3.1/libpod/images/pull?reference=oci:5/../etc", NULL, "is no image of a registry" },
	{ "+ confined", BUILD "?t=a&t=b&dockerfile=D&rm=1&nocache=1&pull=1&buildargs=%7B%7D", NULL, NULL },
	{ "+ image mine/*", BUILD "?t=mine/a:1&t=mine/b", NULL, NULL },
	{ "+ image mine/*", BUILD "?t=mine/a&t=alpine", NULL, "?t" },
	{ "+ confined", BUILD "?remote=http://10.0.0.1/", NULL, "fetch an address" },
	{ "+ confined", BUILD "?remote=", NULL, NULL },
	{ "+ confined", BUILD "?networkmode=host", NULL, "joins a network" },
	{ "+ confined", BUILD "?networkmode=container:x", NULL, "joins a network" },
	{ "+ confined", BUILD "?networkmode=none", NULL, NULL },
	{ "+ confined", BUILD "?networkmode=default&networkmode=host", NULL, "joins a network" },
	{ "+ confined\n+ query networkmode ^host$", BUILD "?networkmode=host", NULL, NULL },
	{ "+ confined", BUILD "?extrahosts=a:10.0.0.1", NULL, "gives names to addresses" },
	{ "+ confined", BUILD "?outputs=%5B%7B%22Type%22%3A%22local%22%7D%5D", NULL, "somewhere else" },
	{ "+ confined", BUILD "?version=2", NULL, "takes more than this request says" },
	{ "+ confined", BUILD "?version=1", NULL, NULL },
	{ "+ confined", BUILD "?session=x", NULL, "another connection" },
	{ "+ confined", BUILD "?cgroupparent=/", NULL, "leaves the limits" },
	{ "+ confined", BUILD "?securityopt=seccomp%3Dunconfined", NULL, "keeps the build in" },
	{ "+ confined", BUILD "?ulimits=%5B%7B%22Name%22%3A%22nofile%22%7D%5D", NULL, "raises limits" },
	{ "+ confined", BUILD "?isolation=process", NULL, "another isolation" },
	{ "+ confined", BUILD "?shmsize=67108865", NULL, "no limit counts" },
	{ "+ confined", BUILD "?shmsize=0", NULL, NULL },
	{ "+ confined", BUILD "?volume=/:/h", NULL, "nobody has judged" },
	{ "+ confined", BUILD "?nsoptions=%5B%5D", NULL, "nobody has judged" },
	{ "+ confined", BUILD "\nX-Registry-Config: e30=", NULL, NULL },
	{ "+ confined", BUILD "\nX-Registry-Config: eyJhIjoiYiJ9", NULL, "log in to a registry" },
	{ "+ confined", BUILD "?t=a\nContent-Type: application/x-tar", NULL, NULL },
	{ "+ confined", BUILD "?t=a\nContent-Type: application/x-www-form-urlencoded", NULL, "goes before the query" },
	{ "+ confined", BUILD "?t=a\nContent-Type: Multipart/Form-Data; boundary=x", NULL, "goes before the query" },
	{ "+ query t ^a$", BUILD "?t=a\nContent-Type: text/plain\nContent-Type: application/x-www-form-urlencoded", NULL, "goes before the query" },

	/* bind */
	{ "+ bind /srv", CREATE, BINDS("/srv:/w"), NULL },
	{ "+ bind /srv", CREATE, BINDS("/srv/:/w"), NULL },
	{ "+ bind /srv", CREATE, BINDS("//srv/./a:/w:rw"), NULL },
	{ "+ bind /srv", CREATE, BINDS("/srv/a:/w:ro"), NULL },
	{ "+ bind /srv", CREATE, BINDS("/:/w"), "outside" },
	{ "+ bind /srv", CREATE, BINDS("/srvx:/w"), "outside" },
	{ "+ bind /srv", CREATE, BINDS("/srv/../etc:/w"), "goes up" },
	{ "+ bind /srv", CREATE, BINDS("/srv/a/..:/w"), "goes up" },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w:ro"), NULL },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w:ro,rprivate"), NULL },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w"), "outside" },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w:rw"), "outside" },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w:ROx"), "outside" },
	{ "+ bind /srv:ro", CREATE, BINDS("/srv:/w:nocopy"), "outside" },
	{ "+ bind /srv", CREATE, BINDS("/srv:/w:rshared"), "lets mounts through" },
	{ "+ bind /srv", CREATE, BINDS("/srv:/w:ro,slave"), "lets mounts through" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:Z"), "reaches the host" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:O"), "reaches the host" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:U"), "reaches the host" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:idmap"), "reaches the host" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:ro:rw"), "is no mount" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/srv:/w:z"), NULL },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("./srv:/w"), "is no absolute path" },
	{ "+ bind /srv", CREATE, BINDS("../etc:/w"), "is no absolute path" },
	{ "+ bind /srv", CREATE, BINDS("data:/w"), NULL },
	{ "+ bind /srv", CREATE, BINDS("/srv:/w:O,upperdir=/etc,workdir=/x"), "names a path of the host" },
	{ "+ bind /srv", CREATE, BINDS("data:/w:O,upperdir=/etc"), "names a path of the host" },
	{ "+ bind /srv", CREATE, BINDS("/srv:/w:Z"), NULL },
	{ "+ bind /srv", CREATE, HOST("\"Mounts\":[{\"Type\":\"glob\",\"Source\":\"/etc/*\",\"Target\":\"/b\"}]"), "is a kind of mount" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS(":/w"), "is a volume that no" },
	{ "+ confined\n+ bind /srv", CREATE, BINDS("/w"), NULL },
	{ "+ confined\n+ bind /srv, /data:ro", CREATE, "{\"HostConfig\":{\"Binds\":[\"/srv:/a\",\"/data:/b:ro\",\"/c\"]}}", NULL },
	{ "+ confined\n+ bind /srv", CREATE, "{\"HostConfig\":{\"Binds\":[\"/srv:/a\",\"/etc:/b\",\"/root:/c\"]}}", "HostConfig.Binds[2]" },
	{ "+ confined\n+ bind /srv", CREATE, "{\"Volumes\":{\"/srv:/a\":{}}}", NULL },
	{ "+ bind /", CREATE, BINDS("/etc:/w"), NULL },

	/* volume */
	{ "+ confined\n+ volume data*", CREATE, BINDS("data1:/d"), NULL },
	{ "+ confined\n+ volume data*", CREATE, BINDS("other:/d"), "is not one of" },
	{ "+ confined\n+ volume *", CREATE, BINDS("../x:/d"), "is no name" },
	{ "+ confined\n+ volume *", CREATE, BINDS("a/b:/d"), "is no name" },
	{ "+ confined\n+ volume *", CREATE, BINDS("/etc:/d"), "is a path of the host" },
	{ "+ confined\n+ volume *", CREATE, HOST("\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"/etc\",\"Target\":\"/d\"}]"), "is no name" },
	{ "+ confined\n+ volume *", CREATE, HOST("\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"a\",\"Target\":\"/d\"}]"), NULL },
	{ "+ confined", CREATE, HOST("\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/d\"}]"), NULL },
	{ "+ volume data*", "POST /volumes/create", "{\"Name\":\"data\"}", NULL },
	{ "+ volume data*", "POST /volumes/create", "{\"Name\":\"x\"}", "is not one of" },
	{ "+ volume data*", "POST /volumes/create", "{}", NULL },
	{ "+ confined", "POST /volumes/create", NULL, "is missing" },
	{ "+ confined", "POST /volumes/create", "", "is missing" },
	{ "+ confined", "POST /volumes/create", "null", "is missing" },

	/* both places of a mount */
	{ "+ confined\n+ bind /srv", CREATE, HOST("\"Binds\":[\"/srv:/a\"],\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/etc\",\"Target\":\"/b\"}]"), "Mounts[0].Source" },
	{ "+ confined\n+ bind /srv", CREATE, HOST("\"Binds\":[\"/etc:/a\"],\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv\",\"Target\":\"/b\"}]"), "Binds[0]" },
	{ "+ confined\n+ bind /srv", CREATE, "{\"Binds\":[\"/etc:/a\"],\"HostConfig\":{\"Binds\":[\"/srv:/a\"]}}", "outside" },
	{ "+ confined", CREATE, HOST("\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/b\",\"TmpfsOptions\":{\"SizeBytes\":1}},null]"), "Mounts[1].Type is a kind of mount" },
	{ "+ confined\n+ image alpine", CREATE, HOST("\"Mounts\":[{\"Type\":\"image\",\"Source\":\"alpine\",\"Target\":\"/b\"}]"), NULL },
	{ "+ confined\n+ image alpine", CREATE, HOST("\"Mounts\":[{\"Type\":\"image\",\"Source\":\"evil\",\"Target\":\"/b\"}]"), "is not one of" },

	/* cap */
	{ "+ cap NET_ADMIN", CREATE, CAPS("NET_ADMIN"), NULL },
	{ "+ cap NET_ADMIN", CREATE, CAPS("cap_net_admin"), NULL },
	{ "+ cap CAP_NET_ADMIN", CREATE, CAPS("Net_Admin"), NULL },
	{ "+ cap NET_ADMIN", CREATE, CAPS("CHOWN"), NULL },
	{ "+ cap NET_ADMIN", CREATE, CAPS("SYS_ADMIN"), "SYS_ADMIN is not one of" },
	{ "+ cap NET_ADMIN", CREATE, CAPS("ALL"), "ALL is not one of" },
	{ "+ cap NET_ADMIN", CREATE, CAPS("CAP_ALL"), "ALL is not one of" },
	{ "+ cap ALL", CREATE, CAPS("all"), NULL },
	{ "+ cap ALL", CREATE, CAPS("SYS_ADMIN"), NULL },
	{ "+ confined", CREATE, CAPS("NET ADMIN"), "is no capability" },
	{ "+ confined", CREATE, CAPS("CAP_CAP_CHOWN"), "capability that containers do not have" },

	/* device */
	{ "+ device /dev/fuse", CREATE, DEVICE("/dev/fuse"), NULL },
	{ "+ device /dev/fuse", CREATE, DEVICE("/dev//fuse"), NULL },
	{ "+ device /dev/fuse", CREATE, DEVICE("/dev/fuse/x"), "is not one of" },
	{ "+ device /dev/fuse", CREATE, DEVICE("/dev/x/../fuse"), "goes up" },
	{ "+ device /dev/fuse", CREATE, DEVICE("nvidia.com/gpu=all"), "no absolute path" },
	{ "+ device /dev/fuse", CREATE, DEVICE(""), "no absolute path" },
	{ "+ confined\n+ device /dev/fuse", CREATE, HOST("\"DeviceCgroupRules\":[\"c 10:229 rwm\"]"), "allows devices" },

	/* publish */
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8000"), NULL },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8999"), NULL },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "7999"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "9000"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8000-8010"), NULL },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8990-9010"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8010-8000"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", ""), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "0"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8000x"), "is no port" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "080001"), "is no port" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "+8000"), "is no port" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", " 8000"), "is no port" },
	{ "+ publish *", CREATE, PORTS("", "-1"), "is no port" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.0.0.1", "8000-8001-8002"), "is no port" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("", "8000"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("0.0.0.0", "8000"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("::", "8000"), "is outside" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("::ffff:127.0.0.1", "8000"), NULL },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("127.1", "8000"), "is no address" },
	{ "+ publish 127.0.0.1:8000-8999", CREATE, PORTS("localhost", "8000"), "is no address" },
	{ "+ publish [::1]:80", CREATE, PORTS("0:0:0:0:0:0:0:1", "80"), NULL },
	{ "+ publish [::1]:80", CREATE, PORTS("127.0.0.1", "80"), "is outside" },
	{ "+ publish 8000", CREATE, PORTS("0.0.0.0", "8000"), NULL },
	{ "+ publish 8000", CREATE, PORTS("", "8000"), NULL },
	{ "+ publish 127.0.0.1:*", CREATE, PORTS("127.0.0.1", ""), NULL },
	{ "+ publish 127.0.0.1:*", CREATE, PORTS("", ""), "is outside" },
	{ "+ publish *", CREATE, HOST("\"PublishAllPorts\":true"), NULL },
	{ "+ publish 127.0.0.1:*", CREATE, HOST("\"PublishAllPorts\":true"), "is outside" },
	{ "+ publish 127.0.0.1:*", CREATE, HOST("\"PortBindings\":{\"80/tcp\":[]}"), "is outside" },
	{ "+ publish *", CREATE, HOST("\"PortBindings\":{\"80/tcp\":null}"), NULL },
	{ "+ publish 8000, 9000", CREATE, HOST("\"PortBindings\":{\"1/tcp\":[{\"HostPort\":\"8000\"},{\"HostPort\":\"9000\"}],\"2/udp\":[{\"HostPort\":\"9001\"}]}"), "[\"2/udp\"][0]" },

	/* network */
	{ "+ confined\n+ network app*", CREATE, HOST("\"NetworkMode\":\"app\""), NULL },
	{ "+ confined\n+ network *", CREATE, HOST("\"NetworkMode\":\"container:x\""), "joins a namespace" },
	{ "+ confined\n+ network *", CREATE, HOST("\"NetworkMode\":\"ns:/run/netns/x\""), "joins a namespace" },
	{ "+ confined\n+ network *", CREATE, HOST("\"NetworkMode\":\"pasta:-T,auto\""), "joins a namespace" },
	{ "+ confined\n+ network *", CREATE, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"a\":{\"NetworkID\":\"b\"}}}}", "goes before the name" },
	{ "+ confined\n+ network *", CREATE, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"host\":null}}}", "joins a namespace" },
	{ "+ confined\n+ network *", CREATE, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"a b\":null}}}", "is no name" },
	{ "+ confined\n+ network *", CREATE, HOST("\"NetworkMode\":\"0123456789ab\""), NULL },
	{ "+ confined\n+ network d*", CREATE, HOST("\"NetworkMode\":\"d0\""), "may be the beginning of an id" },
	{ "+ confined\n+ network d0", CREATE, HOST("\"NetworkMode\":\"d0\""), NULL },
	{ "+ confined\n+ network d*", CREATE, HOST("\"NetworkMode\":\"d0_default\""), NULL },
	{ "+ confined\n+ network d*", CREATE, "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"d123456789ab\":null}}}", "may be the beginning of an id" },
	{ "+ confined\n+ network *", "POST /services/create", "{\"Networks\":[{\"Target\":\"zmdxdm2sszz62pohpnv7g1mtd\"}]}", "may be the beginning of an id" },
	{ "+ confined\n+ network *", "POST /services/create", "{\"Networks\":[{\"Target\":\"zmd\"}]}", "may be the beginning of an id" },
	{ "+ confined\n+ network zmd", "POST /services/create", "{\"Networks\":[{\"Target\":\"zmd\"}]}", NULL },
	{ "+ confined\n+ network *", "POST /services/create", "{\"Networks\":[{\"Target\":\"z_md\"}]}", NULL },
	{ "+ confined\n+ network *", "POST /services/create", "{\"TaskTemplate\":{\"Networks\":[{\"Target\":\"0123456789ab\"}]}}", "may be the beginning of an id" },
	{ "+ confined\n+ network *\n+ host net", CREATE, HOST("\"NetworkMode\":\"host\""), NULL },
	{ "+ confined\n+ host pid", CREATE, HOST("\"NetworkMode\":\"host\""), "is not one of pid" },
	{ "+ confined\n+ host pid, ipc", CREATE, HOST("\"PidMode\":\"host\",\"IpcMode\":\"host\""), NULL },
	{ "+ confined\n+ host pid", CREATE, HOST("\"PidMode\":\"container:x\""), "joins a namespace" },
	{ "+ network app", "POST /networks/create", "{\"Name\":\"app\"}", NULL },
	{ "+ network app", "POST /networks/create", "{\"Name\":\"host\"}", "is not one of" },
	{ "+ confined\n+ body .Container =~ ^mine-.*", "POST /networks/n/connect", "{\"Container\":\"mine-1\"}", NULL },
	{ "+ confined\n+ body .Container =~ ^mine-.*", "POST /networks/n/connect", "{\"container\":\"other\"}", "does not hold" },

	/* maxima */
	{ "+ memory 512m", CREATE, "{}", "is missing" },
	{ "+ memory 512m", CREATE, "{\"HostConfig\":null}", "is missing" },
	{ "+ memory 512m", CREATE, "{\"Memory\":1}", "is missing" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":0"), "is missing" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":-1"), "sets no limit" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":536870912"), NULL },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":536870913"), "is more than" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":9223372036854775807"), "is more than" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":9223372036854775808"), "not JSON" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":1e3"), "is not a whole number" },
	{ "+ memory 512m", CREATE, HOST("\"memory\":1,\"MemorySwap\":-1"), "MemorySwap" },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":1,\"MemorySwap\":1073741824"), NULL },
	{ "+ memory 512m", CREATE, HOST("\"Memory\":1,\"MemorySwap\":1073741826"), "MemorySwap" },
	{ "+ memory 512m", CREATE, "{\"MemorySwap\":-1,\"HostConfig\":{\"Memory\":1}}", "MemorySwap" },
	{ "+ memory 512m", UPDATE, "{}", NULL },
	{ "+ memory 512m", UPDATE, "{\"MemorySwap\":-1}", "MemorySwap" },
	{ "+ memory 512m", UPDATE, "{\"Memory\":-1}", "Memory" },
	{ "+ memory 512m", "POST /v1.23/containers/x/start", NULL, NULL },
	{ "+ memory 512m", "POST /v1.23/containers/x/start", "{\"Binds\":null}", "is missing" },
	{ "+ pids 10", CREATE, "{}", "is missing" },
	{ "+ pids 10", CREATE, HOST("\"PidsLimit\":null"), "is missing" },
	{ "+ pids 10", CREATE, HOST("\"PidsLimit\":0"), "is missing" },
	{ "+ pids 10", CREATE, HOST("\"PidsLimit\":-1"), "sets no limit" },
	{ "+ pids 10", CREATE, HOST("\"PidsLimit\":11"), "is more than" },
	{ "+ pids 10", CREATE, HOST("\"PidsLimit\":10"), NULL },
	{ "+ pids 10", UPDATE, "{\"PidsLimit\":-1}", "sets no limit" },
	{ "+ pids 10", UPDATE, "{\"PidsLimit\":null}", NULL },
	{ "+ cpus 1.5", CREATE, "{}", "is missing" },
	{ "+ cpus 1.5", CREATE, HOST("\"NanoCpus\":1500000000"), NULL },
	{ "+ cpus 1.5", CREATE, HOST("\"NanoCpus\":1500000001"), "is more than" },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":150000"), NULL },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":-1"), "sets no limit" },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":150000,\"CpuPeriod\":100000"), NULL },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":150000,\"CpuPeriod\":50000"), "is more than" },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuPeriod\":100000"), "is missing" },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":9223372036854775807,\"CpuPeriod\":1"), "is more than" },
	{ "+ cpus 1.5", CREATE, HOST("\"CpuQuota\":1000,\"NanoCpus\":9000000000"), "NanoCpus" },
	{ "+ cpus 1.5", UPDATE, "{\"CpuQuota\":100}", "CpuQuota" },
	{ "+ cpus 1.5", UPDATE, "{\"CpuPeriod\":1000}", "CpuQuota" },
	{ "+ cpus 1.5", UPDATE, "{\"CpuPeriod\":100000,\"CpuQuota\":150000}", NULL },
	{ "+ cpus 1.5", UPDATE, "{\"NanoCpus\":1}", NULL },

	/* env, user, runtime, privileged, label */
	{ "+ env A, B*", CREATE, "{\"Env\":[\"A=1\",\"B2=\",\"Bx\"]}", NULL },
	{ "+ env A, B*", CREATE, "{\"Env\":[\"A1=1\"]}", "\"A1\" is not one of" },
	{ "+ env A", CREATE, "{\"Env\":[\"=A\"]}", "is not one of" },
	{ "+ env A", CREATE, "{\"Env\":\"A=1\"}", "is not an array of strings" },
	{ "+ env A", CREATE, "{\"Env\":[\"A=1\",null]}", "is not an array of strings" },
	{ "+ user 1000", CREATE, "{\"User\":\"1000\"}", NULL },
	{ "+ user 1000", CREATE, "{\"User\":\"\"}", NULL },
	{ "+ user 1000", CREATE, "{\"User\":\"1000:0\"}", "is not one of" },
	{ "+ user 1000", EXEC, "{\"User\":\"root\"}", "is not one of" },
	{ "+ runtime runsc", CREATE, HOST("\"Runtime\":\"runsc\""), NULL },
	{ "+ runtime runsc", CREATE, HOST("\"Runtime\":\"io.containerd.runc.v2\""), "is not one of" },
	{ "+ confined\n+ privileged", CREATE, HOST("\"Privileged\":true"), NULL },
	{ "+ confined\n+ privileged", CREATE, HOST("\"Privileged\":true,\"PidMode\":\"host\""), "joins a namespace" },
	{ "+ label app.*", CREATE, "{\"Labels\":{\"app.x\":\"1\"}}", NULL },
	{ "+ label app.*", CREATE, "{\"Labels\":{\"app.x\":\"1\",\"evil\":\"1\"}}", "is not one of" },
	{ "+ label app.*", "POST /volumes/create", "{\"Labels\":{\"evil\":\"1\"}}", "is not one of" },

	/* query, no-query, header */
	{ "+ query name ^x-.*", CREATE "?name=x-1", "{}", NULL },
	{ "+ query name ^x-.*", CREATE "?name=y", "{}", "?name \"y\" does not hold" },
	{ "+ query name ^x-.*", CREATE, "{}", "?name \"\" does not hold" },
	{ "+ query name ^x-.*", CREATE "?name=x-1&name=y", "{}", "does not hold" },
	{ "+ query name ^x-.*", CREATE "?name=y&name=x-1", "{}", "does not hold" },
	{ "+ query name ^x-.*", CREATE "?NAME=y&name=x-1", "{}", "does not hold" },
	{ "+ query name ^x-.*", CREATE "?n%61me=y", "{}", "does not hold" },
	{ "+ query name ^x-.*", CREATE "?name=x-1;name=y", "{}", "';'" },
	{ "+ query name ^x-.*", CREATE "?name=x-1&a;b=c", "{}", "';'" },
	{ "+ query name ^x-.*", CREATE "?name=x-1%3By", "{}", NULL },
	{ "+ query name ^x-.*", CREATE "?name=x-%zz", "{}", "malformed escape" },
	{ "+ query name ^x-.*", CREATE "?name=x-%00", "{}", "NUL" },
	{ "+ query force false", "DELETE /containers/x", NULL, NULL },
	{ "+ query force false", "DELETE /containers/x?force=0", NULL, NULL },
	{ "+ query force false", "DELETE /containers/x?force=None", NULL, NULL },
	{ "+ query force false", "DELETE /containers/x?force=1", NULL, "does not hold" },
	{ "+ query force false", "DELETE /containers/x?force=yes", NULL, "does not hold" },
	{ "+ query force false", "DELETE /containers/x?force=0&force=1", NULL, "does not hold" },
	{ "+ query force true", "DELETE /containers/x?force=f", NULL, NULL },
	{ "+ query force true", "DELETE /containers/x", NULL, "does not hold" },
	{ "+ no-query v", "DELETE /containers/x?force=1", NULL, NULL },
	{ "+ no-query v", "DELETE /containers/x?v=0", NULL, "?v" },
	{ "+ no-query v", "DELETE /containers/x?V", NULL, "?v" },
	{ "+ header X-A ^b$", "GET /info\nX-A: b", NULL, NULL },
	{ "+ header X-A ^b$", "GET /info\nx-a: b", NULL, NULL },
	{ "+ header X-A ^b$", "GET /info\nX-A: c", NULL, "does not hold" },
	{ "+ header X-A ^b$", "GET /info\nX-A: b\nX-A: c", NULL, "does not hold" },
	{ "+ header X-A ^b$", "GET /info", NULL, "does not hold" },
	{ "+ header X-A ^b?$", "GET /info", NULL, NULL },

	/* body */
	{ "+ body .HostConfig.AutoRemove == true", CREATE, HOST("\"AutoRemove\":true"), NULL },
	{ "+ body .HostConfig.AutoRemove == true", CREATE, HOST("\"aUTOrEMOVE\":true"), NULL },
	{ "+ body .HostConfig.AutoRemove == true", CREATE, HOST("\"AutoRemove\":false"), "does not hold" },
	{ "+ body .HostConfig.AutoRemove == true", CREATE, "{}", "does not hold" },
	{ "+ body .HostConfig.AutoRemove == true", CREATE, NULL, "does not hold" },
	{ "+ body .HostConfig.AutoRemove == false", CREATE, "{}", NULL },
	{ "+ body .HostConfig.AutoRemove != true", CREATE, "{}", NULL },
	{ "+ body .HostConfig.AutoRemove != true", CREATE, HOST("\"AutoRemove\":true"), "does not hold" },
	{ "+ body .StopTimeout <= 5", CREATE, "{\"StopTimeout\":5}", NULL },
	{ "+ body .StopTimeout <= 5", CREATE, "{\"StopTimeout\":6}", "does not hold" },
	{ "+ body .StopTimeout < 5", CREATE, "{\"StopTimeout\":5}", "does not hold" },
	{ "+ body .StopTimeout > 5", CREATE, "{\"StopTimeout\":6}", NULL },
	{ "+ body .StopTimeout >= 5", CREATE, "{}", "does not hold" },
	{ "+ body .StopTimeout <= 5", CREATE, "{\"StopTimeout\":\"5\"}", "does not hold" },
	{ "+ body .Hostname =~ ^h[0-9]$", CREATE, "{\"Hostname\":\"h1\"}", NULL },
	{ "+ body .Hostname =~ ^h[0-9]$", CREATE, "{\"Hostname\":\"h1\\n\"}", "does not hold" },
	{ "+ body .Hostname =~ ^h[0-9]$", CREATE, "{\"Hostname\":[\"h1\"]}", "does not hold" },
	{ "+ body .Env[*] =~ ^A=.*", CREATE, "{\"Env\":[\"A=1\",\"A=2\"]}", NULL },
	{ "+ body .Env[*] =~ ^A=.*", CREATE, "{\"Env\":[\"A=1\",\"B=2\"]}", "does not hold" },
	{ "+ body .Env[0] =~ ^A=.*", CREATE, "{\"Env\":[\"A=1\",\"B=2\"]}", NULL },
	{ "+ body .Labels[\"a\"] == \"b\"", CREATE, "{\"Labels\":{\"a\":\"b\"}}", NULL },
	{ "+ body .Labels[\"a\"] == \"b\"", CREATE, "{\"Labels\":{\"A\":\"b\"}}", "does not hold" },
	{ "+ body .HostConfig.ShmSize <= 1073741824\n+ confined", CREATE, HOST("\"ShmSize\":1073741824"), NULL },
	{ "+ body .HostConfig.ShmSize <= 1073741824\n+ confined", CREATE, HOST("\"ShmSize\":1073741825"), "does not hold" },
	{ "+ body .HostConfig.ShmSize <= 1073741824\n+ confined", CREATE, "{\"ShmSize\":1073741824}", "no limit counts" },
	{ "+ body .HostConfig.ShmSize != 5\n+ confined", CREATE, HOST("\"ShmSize\":6"), "no limit counts" },
	{ "+ confined\n+ body .Options[\"a\"] == \"b\"", "POST /networks/create", "{\"Options\":{\"a\":\"b\"}}", NULL },
	{ "+ confined\n+ body .Options[\"a\"] == \"b\"", "POST /networks/create", "{\"Options\":{\"a\":\"b\",\"c\":\"d\"}}", "Options[\"c\"]" },
	{ "+ confined\n+ body .Options[\"a\"] == \"b\"", "POST /networks/create", "{\"Options\":{\"a\":\"b\",\"a\\\"]\":\"d\"}}", "speaks to the network's driver" },
	{ "+ confined\n+ body .Options[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"] =~ .*", "POST /networks/create",
	  "{\"Options\":{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaz\":\"d\"}}", "speaks to the network's driver" },

	/* a body that is not what it should be */
	{ "+ confined", CREATE, NULL, "is missing" },
	{ "+ confined", CREATE, "[]", "no JSON object" },
	{ "+ confined", CREATE, "\"x\"", "no JSON object" },
	{ "+ confined", CREATE, "{}{}", "not JSON" },
	{ "+ confined", CREATE, "{} x", "not JSON" },
	{ "+ confined", CREATE, "{\"Image\":\"a\",}", "not JSON" },
	{ "+ confined", CREATE, "{'Image':'a'}", "not JSON" },
	{ "+ confined", CREATE, "{\"Image\":\"\xff\"}", "not JSON" },
	{ "+ confined", CREATE, "\xef\xbb\xbf{}", "not JSON" },
	{ "+ confined", CREATE, " {} \n", NULL },
	{ "+ confined", CREATE, "{\"HostConfig\":[]}", "is not an object" },
	{ "+ confined", CREATE, "{\"\":1}", "nobody has judged" },
	{ "+ confined", CREATE, "{\"Privileged\\u0000\":true}", "not JSON" },
	{ "+ confined", CREATE, "{\"\\u0050rivileged\":true}", "root of the host" },
	{ "+ confined", CREATE "?name=x&platform=linux", "{}", NULL },
	{ "+ confined", CREATE "?new=1", "{}", "nobody has judged" },
	{ "+ confined\n+ query new .*", CREATE "?new=1", "{}", NULL },
};
/* clang-format on */

static void each_constraint_holds_for_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		body_verdict(rows[i].constraints, rows[i].request, rows[i].body, !rows[i].finding,
			     rows[i].finding ? rows[i].finding : "");
	printf("%zu requests\n", N_OF(rows));
	body_check_none_failed();
}

static void names_everything_that_does_not_hold(void **state)
{
	char reason[POLICY_REASON_MAX];

	(void)state;
	assert_false(body_evaluate(
		"+ confined", CREATE,
		HOST("\"Privileged\":true,\"PidMode\":\"host\",\"Binds\":[\"/:/h\"]"), reason));
	assert_non_null(strstr(reason, "HostConfig.Privileged true gives"));
	assert_non_null(strstr(reason, "HostConfig.PidMode \"host\" joins"));
	assert_non_null(strstr(reason, "HostConfig.Binds[0] \"/:/h\" is a path of the host that no "
				       "\"+ bind\" allows (rules:2)"));
}

/* Of what there is no room for, how much it is. */
static void counts_what_there_is_no_room_for(void **state)
{
	char reason[POLICY_REASON_MAX], body[16384] = "{";

	(void)state;
	for (int i = 0; i < 200; i++)
		snprintf(body + strlen(body), sizeof(body) - strlen(body), "%s\"BrandNew%d\":1",
			 i > 0 ? "," : "", i);
	strcat(body, "}");
	assert_false(body_evaluate("+ confined", CREATE, body, reason));
	assert_non_null(strstr(reason, " more"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_constraint_holds_for_what_it_says),
		cmocka_unit_test(names_everything_that_does_not_hold),
		cmocka_unit_test(counts_what_there_is_no_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
