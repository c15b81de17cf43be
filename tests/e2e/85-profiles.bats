#!/usr/bin/env bats
# The ready rule sets in front of a real engine, with real clients: docker-compose runs
# projects, and docker-py does what the tools do that are not here. What they are for
# works, what it would be to go further is refused.

load lib

setup() { need_engine; }

teardown() {
	show_proxy_log set
	proxy_kill_if_left set
	isolated_kill podman 2>/dev/null || :
	left_over | while read -r kind name; do
		engine "$kind" rm -f "$name" >/dev/null 2>&1 || engine "$kind" rm "$name" >/dev/null
	done
}

# left_over - What a test that failed has not taken down itself.
left_over() {
	engine ps -aq --filter label=cetus.test=profiles | sed 's/^/container /'
	engine ps -aq --filter label=com.docker.compose.project=shop | sed 's/^/container /'
	engine network ls -q --filter name=shop_ --filter name=runner- | sed 's/^/network /'
	engine volume ls -q --filter name=shop_ --filter name=runner- | sed 's/^/volume /'
}

# guarded SET... - A proxy with these rule sets and nothing else.
guarded() {
	local sets
	sets=$(IFS=, && echo "$*")
	proxy_start set -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/set.sock" \
		-profile "$sets" -log-level 7
	export DOCKER_HOST=unix://$E2E/set.sock
}

# py - docker-py at $DOCKER_HOST. A program begins with a client, and with refused(),
# which says that a call is answered by the guard.
py() {
	need_python docker || return 1
	timeout 90 /usr/bin/python3 <(
		cat <<'PYTHON'
import docker, io, json, os, tarfile, time
client = docker.from_env()
api = client.api
labels = {"cetus.test": "profiles"}

def refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except docker.errors.APIError as e:
        assert "cetusguard: " in e.explanation, e.explanation
    else:
        raise AssertionError("it passes: %s %s %s" % (call, args, kwargs))

def post(path, body):
    return api._result(api._post_json(api._url(path), data=body), json=True)
PYTHON
		cat
	)
}

project() {
	mkdir -p "$BATS_TEST_TMPDIR/shop/conf"
	cd "$BATS_TEST_TMPDIR/shop" || return
	echo from-the-host >conf/file
	cat >docker-compose.yml <<-YAML
		version: "2.4"
		services:
		  web:
		    image: busybox:test
		    command: ["sh", "-c", "echo web is up; exec sleep 1000"]
		    restart: unless-stopped
		    stop_signal: SIGKILL
		    ports: ["127.0.0.1:8089:80"]
		    networks: [front, back]
		    depends_on: [db]
		    security_opt: ["no-new-privileges:true"]
		    $1
		  db:
		    image: busybox:test
		    command: sleep 1000
		    stop_signal: SIGKILL
		    volumes: ["data:/data"]
		    networks: [back]
		volumes: {data: {}}
		networks: {front: {}, back: {internal: true}}
	YAML
}

compose() {
	timeout 90 docker-compose -p shop "$@"
}

@test "compose: a project goes up, is looked at, restarted, and comes down" {
	need docker-compose
	guarded compose
	project
	[[ $(compose run --rm -T db echo ran) == *ran* ]]
	compose up -d
	compose ps | grep -q shop_web_1
	compose logs --no-color | grep "web is up"
	compose restart -t 0 web
	compose pause web
	compose unpause web
	compose stop -t 0
	compose start
	compose kill web
	sed -i 's/echo web is up/echo web is new/' docker-compose.yml
	compose up -d
	compose logs --no-color | grep "web is new"
	# Beside the service itself version 1 would link the two.
	run compose run --rm -T db echo ran
	[[ $status -ne 0 && $output == *"HostConfig.Links"*"reaches another container"* ]]
	compose down -v -t 0
	[[ -z $(left_over) ]]
	grep -q 'rule=compose:[0-9]* ' "$E2E/set.log"
	proxy_end set
}

@test "compose: a project cannot have the host" {
	local wish
	need docker-compose
	guarded compose
	for wish in 'privileged: true' 'pid: host' 'volumes: ["./conf:/conf"]' 'volumes: ["/:/host"]' \
		'cap_add: [SYS_ADMIN]' 'devices: ["/dev/null:/dev/zero"]' 'userns_mode: host'; do
		project "$wish"
		run compose up -d
		[[ $status -ne 0 && $output == *"cetusguard: containers/create denied: "* ]] ||
			fail "$wish: $output"
		compose down -v -t 0
	done
	run docker exec box true
	[[ $status -ne 0 && $output == *"cetusguard: "* ]]
	proxy_end set
}

@test "compose, compose-here: under cetus-run services mount the folder it runs in" {
	need docker-compose
	project 'volumes: ["./conf:/conf"]'
	sed -i 's/echo web is up/cat conf\/file/' docker-compose.yml
	DOCKER_HOST=unix://$E2E/engine.sock timeout 120 "${CETUSGUARD%/*}/cetus-run" \
		-profile compose,compose-here -- sh -ec 'docker-compose -p shop up -d
			docker-compose -p shop logs --no-color; docker-compose -p shop down -v -t 0' >"$BATS_TEST_TMPDIR/out"
	grep from-the-host "$BATS_TEST_TMPDIR/out"
	project 'volumes: ["..:/conf"]'
	DOCKER_HOST=unix://$E2E/engine.sock run timeout 120 "${CETUSGUARD%/*}/cetus-run" \
		-profile compose,compose-here -- docker-compose -p shop up -d
	[[ $status -ne 0 && $output == *"is outside ."* ]]
	DOCKER_HOST=unix://$E2E/engine.sock compose down -v -t 0
}

@test "uptime-kuma, homepage, traefik, dozzle: list, inspect, stats, events and logs, each its own" {
	guarded uptime-kuma
	py <<'PYTHON'
assert any("/box" in c["Names"] for c in api.containers(all=True))
assert api.inspect_container("box")["State"]["Running"]
refused(api.logs, "box")
refused(api.stop, "box")
PYTHON
	proxy_end set
	guarded homepage
	py <<'PYTHON'
assert api.containers(all=True)
assert api.stats("box", stream=False)["memory_stats"] is not None
refused(api.logs, "box")
refused(api.restart, "box")
PYTHON
	proxy_end set
	guarded traefik
	py <<'PYTHON'
assert api.version()["ApiVersion"]
ids = [c["Id"] for c in api.containers(all=True)]
assert [api.inspect_container(i)["Config"]["Labels"] for i in ids]
events = api.events(since=int(time.time()) - 600, filters={"type": "container"}, decode=True)
assert next(events)["Type"] == "container"
events.close()
refused(api.stats, "box", stream=False)
PYTHON
	proxy_end set
	guarded dozzle
	py <<'PYTHON'
assert api.ping() and api.info()["ID"]
box = api.inspect_container("box")
stats = api.stats(box["Id"], decode=True)
assert next(stats)["read"]
api.logs(box["Id"], stdout=True, stderr=True, timestamps=True, tail=300)
events = api.events(since=int(time.time()) - 600, decode=True)
assert next(events)["Type"]
refused(api.start, "box")
refused(api.exec_create, "box", "id")
refused(api.get_archive, "box", "/etc")
PYTHON
	grep -q 'verdict=allow .*rule=dozzle:[0-9]* ' "$E2E/set.log"
	proxy_end set
}

@test "dozzle-actions, dozzle-shell: the optional parts work, and no more" {
	engine run -d --name acted --label cetus.test=profiles --network none busybox:test sleep 1000
	guarded dozzle dozzle-actions dozzle-shell
	py <<'PYTHON'
for act in api.stop, api.start, api.restart:
    act("acted", **({} if act == api.start else {"timeout": 0}))
e = api.exec_create("acted", ["echo", "hi"], tty=True)["Id"]
assert api.exec_start(e, tty=True) == b"hi\r\n"
refused(api.exec_create, "acted", "id", privileged=True)
refused(api.remove_container, "acted", force=True)
PYTHON
	proxy_end set
}

@test "netdata, cadvisor, diun: what they count" {
	guarded netdata
	py <<'PYTHON'
assert api.info()["Containers"] > 0 and api.images()
box = [c for c in api.containers(all=True, filters={"health": "none"}) if "/box" in c["Names"]][0]
assert api.inspect_container(box["Id"])["Name"] == "/box"
refused(api.stats, box["Id"], stream=False)
PYTHON
	proxy_end set
	guarded diun
	py <<'PYTHON'
assert api.version() and api.containers(filters={"status": "running"})
assert api.inspect_image("busybox:test")["Id"]
refused(api.inspect_container, "box")
refused(api.pull, "alpine", "latest")
PYTHON
	proxy_end set
	guarded cadvisor
	box=$(engine inspect --format '{{.Id}}' box) py <<'PYTHON'
assert api.inspect_container(os.environ["box"])["Name"] == "/box" and api.images()
refused(api.containers)
PYTHON
	proxy_end set
}

@test "portainer: looks at everything; operates, deploys and enters where it may" {
	guarded portainer
	py <<'PYTHON'
assert api.containers(all=True) and api.images() and api.networks()
api.volumes(), api.df(), api.top("box"), api.history("busybox:test")
assert api.inspect_network("bridge")["Driver"] == "bridge"
refused(api.stop, "box")
refused(api.create_container, "busybox:test")
PYTHON
	proxy_end set
	guarded portainer portainer-operate portainer-console portainer-deploy
	py <<'PYTHON'
host = api.create_host_config(binds=["shop_x:/x"], restart_policy={"Name": "always"}, port_bindings={80: ("127.0.0.1", None)})
c = api.create_container("busybox:test", "sleep 1000", name="shop-made", labels=labels, host_config=host, ports=[80])["Id"]
api.start(c)
api.pause(c)
api.unpause(c)
e = api.exec_create(c, "id -u", user="0")["Id"]
assert api.exec_start(e) == b"0\n"
api.rename(c, "shop-renamed")
api.kill(c)
api.remove_container(c, force=True)
api.remove_volume("shop_x")
for wish in [dict(privileged=True), dict(binds=["/:/host"]), dict(pid_mode="host"), dict(cap_add=["SYS_ADMIN"]), dict(network_mode="host")]:
    refused(api.create_container, "busybox:test", host_config=api.create_host_config(**wish))
PYTHON
	proxy_end set
}

@test "watchtower, watchtower-update: a container is replaced by what inspect has said of it" {
	engine network create shop_net >/dev/null
	engine run -d --name shop-old --label cetus.test=profiles --restart always -p 127.0.0.1:8090:80 \
		-v shop_v:/v --network shop_net --cap-add NET_BIND_SERVICE busybox:test sleep 1000
	guarded watchtower watchtower-update
	py <<'PYTHON'
assert any("/shop-old" in c["Names"] for c in api.containers(filters={"status": "running"}))
old = api.inspect_container("shop-old")
assert api.inspect_image(old["Image"])["Id"] == old["Image"]
api.kill(old["Id"], "SIGKILL")
api.remove_container(old["Id"], force=True)
config = dict(old["Config"], Hostname="", HostConfig=old["HostConfig"],
    NetworkingConfig={"EndpointsConfig": old["NetworkSettings"]["Networks"]})
new = post("/containers/create?name=shop-old", config)["Id"]
api.disconnect_container_from_network(new, "shop_net", force=True)
api.connect_container_to_network(new, "shop_net", aliases=["old"])
api.start(new)
got = api.inspect_container("shop-old")
assert got["State"]["Running"] and got["HostConfig"]["Binds"] == ["shop_v:/v"]
for wish in [{"Privileged": True}, {"Binds": ["/:/host"]}, {"PidMode": "host"}, {"CapAdd": ["SYS_ADMIN"]}, {"MaskedPaths": []}]:
    refused(post, "/containers/create", dict(config, HostConfig=dict(old["HostConfig"], **wish)))
api.remove_container(new, force=True)
PYTHON
	engine network rm shop_net >/dev/null
	engine volume rm shop_v >/dev/null
	proxy_end set
}

@test "gitlab-runner: a job has its network, its volumes and its script" {
	guarded gitlab-runner
	py <<'PYTHON'
name = "runner-t1abcde-project-42-concurrent-0"
image = api.inspect_image("busybox:test")["Id"]
network = api.create_network(name + "-job-1-network", driver="bridge", labels=labels)["Id"]
assert api.inspect_network(network)["Name"]
api.create_volume(name + "-cache-3c3f060a", labels=labels)
host = dict(Binds=[name + "-cache-3c3f060a:/builds"], NetworkMode=name + "-job-1-network",
    RestartPolicy={"Name": "no"}, LogConfig={"Type": "json-file"})
body = dict(Image=image, Cmd=["sh"], OpenStdin=True, StdinOnce=True, AttachStdin=True, AttachStdout=True,
    AttachStderr=True, Labels=labels, HostConfig=host,
    NetworkingConfig={"EndpointsConfig": {name + "-job-1-network": {"Aliases": ["build"]}}})
c = post("/containers/create?name=%s-build-0" % name, body)["Id"]
sock = api.attach_socket(c, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
api.start(c)
sock._sock.sendall(b"cd /builds && echo built > out && cat out\n")
sock._sock.shutdown(1)
assert api.wait(c)["StatusCode"] == 0
assert b"built" in api.logs(c)
for wish in [{"Privileged": True}, {"Binds": ["/var/run/docker.sock:/s"]}, {"NetworkMode": "host"}, {"Binds": ["other:/x"]}]:
    refused(post, "/containers/create", dict(body, HostConfig=dict(host, **wish)))
refused(api.containers)
api.remove_container(c, v=True, force=True)
api.remove_volume(name + "-cache-3c3f060a")
api.remove_network(network)
PYTHON
	[[ -z $(left_over) ]]
	proxy_end set
}

@test "testcontainers: a container for a test, its port, a file in it and a command" {
	guarded testcontainers
	py <<'PYTHON'
import uuid
name = str(uuid.uuid4())
network = api.create_network(name, driver="bridge", attachable=True, labels=labels)["Id"]
host = api.create_host_config(port_bindings={80: None}, network_mode=name)
c = api.create_container("busybox:test", "sleep 1000", labels=labels, ports=[80], host_config=host)["Id"]
tar = io.BytesIO()
with tarfile.open(fileobj=tar, mode="w") as t:
    info = tarfile.TarInfo("init.sql")
    info.size = 5
    t.addfile(info, io.BytesIO(b"hello"))
assert api.put_archive(c, "/tmp", tar.getvalue())
api.start(c)
assert api.inspect_container(c)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]
e = api.exec_create(c, ["cat", "/tmp/init.sql"])["Id"]
assert api.exec_start(e) == b"hello" and api.exec_inspect(e)["ExitCode"] == 0
# Ryuk
refused(api.create_container, "busybox:test", host_config=api.create_host_config(binds=["/var/run/docker.sock:/s"]))
refused(api.create_container, "busybox:test", host_config=api.create_host_config(privileged=True))
api.remove_container(c, v=True, force=True)
api.remove_network(network)
PYTHON
	[[ -z $(left_over) ]]
	proxy_end set
}

@test "dozzle with Podman: its Docker API is asked for the same" {
	local remote
	need podman
	podman_start podman
	remote="timeout 60 env -u DOCKER_CONFIG podman --remote --url unix://$E2E/podman.sock"
	image_rootfs "$BATS_TEST_TMPDIR/rootfs"
	tar -C "$BATS_TEST_TMPDIR/rootfs" -cf "$BATS_TEST_TMPDIR/rootfs.tar" .
	$remote import "$BATS_TEST_TMPDIR/rootfs.tar" localhost/busybox:test
	$remote run -d --name pbox --network none localhost/busybox:test \
		/bin/sh -c 'echo pbox is up; exec sleep 1000'
	proxy_start set -backend-addr "unix://$E2E/podman.sock" -frontend-addr "unix://$E2E/set.sock" \
		-profile dozzle -log-level 7
	DOCKER_HOST=unix://$E2E/set.sock py <<'PYTHON'
assert api.info()["Containers"] == 1 and api.ping()
pbox = [c for c in api.containers(all=True) if "/pbox" in c["Names"]][0]
assert api.inspect_container(pbox["Id"])["State"]["Running"]
assert b"pbox is up" in api.logs(pbox["Id"], stdout=True, stderr=True, tail=300)
events = api.events(since=int(time.time()) - 600, decode=True)
assert next(events)["Type"]
events.close()
refused(api.stop, "pbox")
refused(api.exec_create, "pbox", "id")
PYTHON
	proxy_end set
}

@test "profiles are listed, printed and named where one does not exist" {
	run "$CETUSGUARD" profiles
	[[ $status -eq 0 && $output == *"dozzle  "*"Dozzle: shows logs"* ]]
	"$CETUSGUARD" profiles dozzle | cmp - "${BATS_TEST_DIRNAME}/../../rules/dozzle.rules"
	run "$CETUSGUARD" profiles nobody
	[[ $status -eq 1 && $output == *"no such rule set; there are cadvisor, "* ]]
	CETUSGUARD_PROFILE=dozzle,traefik run "$CETUSGUARD" explain GET /containers/json
	[[ $status -eq 0 && $output == *"by dozzle:"* ]]
	run "$CETUSGUARD" -profile dozle check
	[[ $status -eq 1 && $output == "cetusguard: -profile dozle: no such rule set; there are "* ]]
}

@test "the example compose files are what docker-compose takes, and name sets that exist" {
	local file sets set
	need docker-compose
	for file in "$BATS_TEST_DIRNAME"/../../examples/compose/*.yaml; do
		DOCKER_GID=990 docker-compose -f "$file" config >"$BATS_TEST_TMPDIR/config"
		grep -q 'image: .*cetusguard:latest' "$BATS_TEST_TMPDIR/config"
		[[ $(grep -c 'privileged: true' "$BATS_TEST_TMPDIR/config") == 0 ]]
		sets=$(sed -n 's/.*CETUSGUARD_PROFILE: //p' "$BATS_TEST_TMPDIR/config")
		[[ -n $sets ]]
		for set in ${sets//,/ }; do
			"$CETUSGUARD" profiles "$set" >/dev/null
		done
		# Whoever asks the engine asks a guard.
		[[ $(grep -c '\.sock:' "$BATS_TEST_TMPDIR/config") == $(grep -c 'image: .*cetusguard:latest' "$BATS_TEST_TMPDIR/config") ]]
	done
	run docker-compose -f "$BATS_TEST_DIRNAME/../../examples/compose/compose.yaml" config
	[[ $status -ne 0 && $output == *"the group of /var/run/docker.sock"* ]]
}
