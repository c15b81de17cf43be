#!/usr/bin/env bats
# Other clients than the Docker CLI: docker-py, docker-compose, and Podman, as the
# engine and as its client.

load lib

setup() { need_engine; }

teardown() {
	show_proxy_log
	proxy_kill_if_left pod
	isolated_kill podman 2>/dev/null || :
}

@test "docker-py lists, runs, execs over a socket with half-close, follows and listens" {
	need_python docker
	DOCKER_HOST=$(route_url tcp) timeout 60 /usr/bin/python3 - <<'PYTHON'
import socket, time
import docker

client = docker.from_env()
assert any(c.name == "box" for c in client.containers.list())
assert client.containers.run("busybox:test", "echo hi", remove=True, network_mode="none") == b"hi\n"
box = client.containers.get("box")
assert box.exec_run("echo out").output == b"out\n"
exec_id = client.api.exec_create("box", "cat", stdin=True)["Id"]
sock = client.api.exec_start(exec_id, socket=True)._sock
sock.sendall(b"over the socket\n")
sock.shutdown(socket.SHUT_WR)
got = b""
while data := sock.recv(4096):
    got += data
assert got.endswith(b"over the socket\n"), got
c = client.containers.run("busybox:test", ["sh", "-c", "echo 1; echo 2"], detach=True, network_mode="none")
assert b"".join(c.logs(stream=True, follow=True)) == b"1\n2\n"
assert c.wait()["StatusCode"] == 0
c.remove()
since = int(time.time()) - 60
events = client.events(since=since, decode=True)
assert next(events)["Type"]
events.close()
PYTHON
}

@test "docker-compose brings a project up, runs in it, and takes it down" {
	need docker-compose
	cd "$BATS_TEST_TMPDIR"
	cat >docker-compose.yml <<'YAML'
version: "2.4"
services:
  web:
    image: busybox:test
    command: ["sh", "-c", "echo web is up; exec sleep 1000"]
    network_mode: none
    stop_signal: SIGKILL
YAML
	export DOCKER_HOST
	DOCKER_HOST=$(route_url tcp)
	timeout 60 docker-compose -p guarded up -d
	timeout 60 docker-compose -p guarded logs --no-color | grep "web is up"
	[[ $(timeout 60 docker-compose -p guarded run --rm -T web echo ran) == *ran* ]]
	timeout 60 docker-compose -p guarded down -t 0
	[[ -z $(engine ps -aq --filter label=com.docker.compose.project=guarded) ]]
}

@test "Podman is served and serves: run, exec, attach, with and without input" {
	local remote
	need podman
	podman_start podman
	image_rootfs "$BATS_TEST_TMPDIR/rootfs"
	tar -C "$BATS_TEST_TMPDIR/rootfs" -cf "$BATS_TEST_TMPDIR/rootfs.tar" .
	proxy_start pod -backend-addr "unix://$E2E/podman.sock" -rules-file "$E2E/all.rules" \
		-frontend-addr "unix://$E2E/pod.sock" -log-level 7
	remote="timeout 60 env -u DOCKER_CONFIG podman --remote --url unix://$E2E/pod.sock"
	export DOCKER_HOST=unix://$E2E/pod.sock
	$remote version
	$remote import "$BATS_TEST_TMPDIR/rootfs.tar" localhost/busybox:test
	$remote images | grep busybox
	$remote run -d --name pbox --network none localhost/busybox:test /bin/sleep 1000
	[[ $($remote exec pbox /bin/echo hi) == hi ]]
	[[ $(echo piped | $remote exec -i pbox /bin/cat) == piped ]]
	[[ $(docker exec pbox /bin/echo hi) == hi ]]
	[[ $(echo piped | docker exec -i pbox /bin/cat) == piped ]]
	[[ $(echo in | $remote run -i --rm --network none localhost/busybox:test /bin/cat) == in ]]
	[[ $(head -c 3000000 /dev/zero | docker exec -i pbox /bin/wc -c) == 3000000 ]]
	$remote rm -f -t 0 pbox
	proxy_end pod
}
