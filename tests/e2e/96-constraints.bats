#!/usr/bin/env bats
# Constraints against a real engine. Rules that let a tool run containers, build,
# compose and exec, and behind them everything that docker(1) and bare requests know
# to get out of a container, into another one or at the host: each is refused, the
# refusal names the field, and the engine has heard of none of it.

# shellcheck disable=SC2016 # what is in single quotes is for the container's shell

load lib

# What may be used, and beside it what belongs to somebody else.
setup_file() {
	need_engine
	export CAGE=$E2E/cage
	mkdir -p "$CAGE"/{ro,rw/sub,rw-not}
	echo kept >"$CAGE/ro/file"
	ln -s / "$CAGE/rw/root"
	ln -s .. "$CAGE/rw/up"
	ln -s sub "$CAGE/rw/inside"
	engine tag busybox:test elses:test
	engine volume create elses >/dev/null
	engine network create elses >/dev/null
	engine run -d --name mine-box --network none busybox:test sleep 100000 >/dev/null
	engine create --name mine-old --network none busybox:test true >/dev/null
	cage_rules >"$CAGE.rules"
	proxy_start cage -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/cage.sock" -rules-file "$CAGE.rules"
}

teardown_file() {
	[[ -n ${CAGE:-} ]] || return 0
	proxy_end cage || return
	engine rm -f mine-box mine-old >/dev/null
	engine network rm elses >/dev/null
	engine volume rm elses >/dev/null
	engine rmi elses:test >/dev/null
}

# cage_rules [BIND [MORE...]] - What docker run, exec, build, pull and docker-compose
# need; BIND is what may be mounted, the others further constraints on new containers.
cage_rules() {
	local box
	box=$(engine inspect --format '{{.Id}}' mine-box)
	cat <<-END
		GET %API_PREFIX_CONTAINERS%/json
		POST %API_PREFIX_CONTAINERS%/create
		  + confined
		  + image busybox:test
		  + bind ${1:-$CAGE/ro:ro, $CAGE/rw}
		  + cap NET_BIND_SERVICE, sys_nice
		  + publish 127.0.0.1:8000-8999
		  + volume mine_*
		  + network mine_*
	END
	(($# < 2)) || printf '  + %s\n' "${@:2}"
	cat <<-END
		GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(?:json|logs)
		POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/start
		  + confined          # API 1.23 and before: it takes a whole HostConfig
		POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(?:attach|wait|stop|kill|resize)
		DELETE %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%
		POST %API_PREFIX_CONTAINERS%/(?:mine-[a-z]+|$box)/exec
		  + confined
		POST %API_PREFIX%/exec/%CONTAINER_ID%/(?:start|resize)
		GET %API_PREFIX%/exec/%CONTAINER_ID%/json
		POST %API_PREFIX_CONTAINERS%/mine-[a-z]+/update
		  + confined
		  + memory 64m
		GET %API_PREFIX_IMAGES%/%IMAGE_REFERENCE%/json
		POST %API_PREFIX_IMAGES%/create
		  + confined
		  + query fromImage ^(docker\.io/library/)?busybox$
		POST %API_PREFIX_BUILD%
		  + confined
		  + image mine:*
		POST %API_PREFIX_COMMIT%
		  + confined
		GET %API_PREFIX_VOLUMES%
		GET,DELETE %API_PREFIX_VOLUMES%/mine_[a-z]+
		POST %API_PREFIX_VOLUMES%/create
		  + confined
		  + volume mine_*
		GET %API_PREFIX_NETWORKS%
		GET,DELETE %API_PREFIX_NETWORKS%/(?:mine_[a-z]+|[0-9a-f]{64})
		POST %API_PREFIX_NETWORKS%/create
		  + confined
		  + network mine_*
		POST %API_PREFIX_NETWORKS%/mine_[a-z]+/(?:connect|disconnect)
		  + confined
		  + body .Container =~ ^[0-9a-f]{64}$
	END
}

setup() {
	need_engine
	export DOCKER_HOST=unix://$E2E/cage.sock DOCKER_BUILDKIT=0
	engine_state >"$BATS_TEST_TMPDIR/before"
	SINCE=$EPOCHREALTIME
}

teardown() {
	show_proxy_log cage
	proxy_kill_if_left other
}

# engine_state - What it has, in no particular state.
engine_state() {
	{
		engine ps --all --no-trunc --format 'container {{.ID}} {{.Names}} {{.Image}}'
		engine images --all --no-trunc --format 'image {{.ID}} {{.Repository}}:{{.Tag}}'
		engine volume ls --format 'volume {{.Name}} {{.Driver}}'
		engine network ls --no-trunc --format 'network {{.ID}} {{.Name}}'
		engine plugin ls --format 'plugin {{.Name}}'
		engine inspect --format '{{.Name}} {{json .HostConfig}} {{.State.StartedAt}}' box mine-box mine-old
		engine info --format 'swarm {{.Swarm.LocalNodeState}}'
	} | sort
}

# as_before - The engine has what it had when the test began.
as_before() {
	engine_state | diff "$BATS_TEST_TMPDIR/before" - >&2 || fail "the engine has changed"
}

# not_heard_of - And nothing at all has happened there.
not_heard_of() {
	local events
	as_before
	events=$(engine events --since "$SINCE" --until "$EPOCHREALTIME")
	[[ -z $events ]] || fail "the engine has done something:" "$events"
}

# with_each_cli SCENARIO - Run the function with every CLI. Not to be called where a
# failure would not end the test.
with_each_cli() {
	local cli
	for cli in "${CLIS[@]}"; do
		export CLI=$cli
		echo "$1 with $CLI"
		"$1"
	done
	unset CLI
}

# must_fail COMMAND... - It fails; what it says is left in $OUT.
must_fail() {
	! OUT=$("$@" 2>&1) || fail "this got through: $*" "$OUT" || return 1
	OUT=${OUT//\\\"/\"} # as JSON has it
}

# refused WHY COMMAND... - It fails, and what it says is our refusal, with WHY in it.
refused() {
	must_fail "${@:2}" || return 1
	[[ $OUT == *"cetusguard: "*" denied: "*"$1"* ]] || fail "no \"$1\": ${*:2}" "$OUT"
}

# no_run WHY OPTION... - The same for a container with these options of docker run.
no_run() {
	refused "$1" docker run --rm "${@:2}" busybox:test true
}

# no_bind SOURCE [OPTIONS] - The same for a mount of it.
no_bind() {
	no_run "HostConfig.Binds[0] \"$1:" -v "$1:/h${2:+:$2}"
}

# no_exec WHY OPTION...
no_exec() {
	refused "$1" docker exec "${@:2}" mine-box true
}

# ask PATH [OPTION...] - A bare request to DOCKER_HOST, for which an error is one as with
# docker.
ask() {
	curl -sS --max-time 20 --fail-with-body --unix-socket "${DOCKER_HOST#unix://}" "${@:2}" "http://engine$1"
}

# no_create WHY BODY [OPTION...] - A bare body, which may be "-" for one of the options.
no_create() {
	refused "$1" ask /v1.41/containers/create --json "$2" "${@:3}"
}

# not_taken PATH [OPTION...] - A bare request in a form that is refused with 415.
not_taken() {
	must_fail ask "$@" || return 1
	[[ $OUT == *"error: 415"*"cetusguard: "* ]] || fail "not refused as such: $*" "$OUT"
}

# ---- what must pass --------------------------------------------------------------

run_plainly() {
	[[ $(docker run --rm busybox:test echo hi) == hi ]]
	[[ $(echo in | docker run -i --rm --init --hostname h -e A=b -w /tmp --read-only \
		--label a=b --cap-drop ALL --cap-add NET_BIND_SERVICE --cap-add cap_sys_nice \
		--security-opt no-new-privileges --tmpfs /t -m 64m --cpus 1 --pids-limit 50 \
		--network none -p 127.0.0.1:8080:80 busybox:test sh -c 'echo $A; pwd; cat') == $'b\n/tmp\nin' ]]
	[[ $(docker exec -e A=b -w /tmp mine-box sh -c 'echo $A; pwd') == $'b\n/tmp' ]]
	[[ $(echo in | docker exec -i mine-box cat) == in ]]
}

@test "docker run and exec work" {
	with_each_cli run_plainly
	as_before
}

run_with_mounts() {
	local run=(docker run --rm --network none)
	cd "$CAGE/rw/sub" || return
	"${run[@]}" -v "$PWD:/w" busybox:test sh -c 'echo written >/w/file'
	[[ $(<file) == written ]]
	"${run[@]}" -v "$CAGE/rw/inside/file:/file" busybox:test grep -q written /file
	"${run[@]}" -v "$CAGE/rw/sub/../sub:/w:rprivate" busybox:test rm /w/file
	[[ ! -e file ]]
	"${run[@]}" --mount "type=bind,source=$PWD,target=/w" busybox:test touch /w/made
	rm made
	"${run[@]}" -v "$CAGE/rw/new:/w" busybox:test true
	rmdir "$CAGE/rw/new"
	[[ $("${run[@]}" -v "$CAGE/ro:/w:ro" busybox:test cat /w/file) == kept ]]
	[[ $("${run[@]}" --mount "type=bind,source=$CAGE/ro,target=/w,readonly" busybox:test cat /w/file) == kept ]]
	must_fail "${run[@]}" -v "$CAGE/ro:/w:ro" busybox:test sh -c 'echo >/w/file'
	[[ $OUT == *"Read-only file system"* ]]
	"${run[@]}" -v mine_data:/d -v /anonymous busybox:test sh -c 'echo text >/d/file'
	"${run[@]}" --mount type=volume,source=mine_data,target=/d busybox:test grep text /d/file
	docker volume rm mine_data
}

@test "directories of the list are mounted, and those for reading are not written to" {
	with_each_cli run_with_mounts
	[[ $(<"$CAGE/ro/file") == kept ]]
	as_before
}

build_plainly() {
	mkdir -p "$BATS_TEST_TMPDIR/context"
	printf '%s\n' 'FROM busybox:test' 'COPY . /context/' 'RUN echo made >/made' \
		>"$BATS_TEST_TMPDIR/context/Dockerfile"
	docker build --network none --tag mine:built "$BATS_TEST_TMPDIR/context"
	engine rmi mine:built
}

@test "docker build works, with the classic builder" {
	with_each_cli build_plainly
	as_before
}

@test "docker-py runs and execs" {
	need_python docker
	timeout 60 /usr/bin/python3 - "$CAGE/rw/sub" <<-'PYTHON'
		import sys
		import docker

		client = docker.from_env()
		assert client.containers.run("busybox:test", "echo hi", remove=True) == b"hi\n"
		assert client.containers.run("busybox:test", ["sh", "-c", "echo text >/w/file; cat /w/file"],
		    remove=True, volumes={sys.argv[1]: {"bind": "/w", "mode": "rw"}}, mem_limit="64m",
		    environment={"A": "b"}, ports={"80/tcp": ("127.0.0.1", 8080)}) == b"text\n"
		assert client.containers.get("mine-box").exec_run("echo out").output == b"out\n"
		c = client.containers.run("busybox:test", "sleep 1000", detach=True, name="mine-py")
		c.kill()
		assert c.wait()["StatusCode"] == 137
		c.remove()
		try:
		    client.containers.run("busybox:test", "true", privileged=True)
		except docker.errors.APIError as e:
		    assert e.response.status_code == 403 and "HostConfig.Privileged" in str(e), e
		else:
		    raise SystemExit("it was allowed")
	PYTHON
	rm "$CAGE/rw/sub/file"
	as_before
}

# compose ARGUMENT... - With the project "mine", whose volumes and networks may be made.
compose() {
	timeout --foreground -k 5 60 docker-compose -p mine "$@"
}

@test "docker-compose brings up services with a volume and a network, and takes them down" {
	need docker-compose
	cd "$BATS_TEST_TMPDIR"
	cat >docker-compose.yml <<-'YAML'
		version: "2.4"
		services:
		  one:
		    image: busybox:test
		    command: ["sh", "-c", "echo text >/data/file; exec sleep 1000"]
		    volumes: ["data:/data"]
		    networks: ["inner"]
		    stop_signal: SIGKILL
		  two:
		    image: busybox:test
		    command: ["sh", "-c", "until grep text /data/file && ping -c 1 -w 1 one; do :; done; exec sleep 1000"]
		    volumes: ["data:/data:ro"]
		    networks: ["inner"]
		    ports: ["127.0.0.1:8123:80"]
		    stop_signal: SIGKILL
		volumes: { data: {} }
		networks: { inner: {} }
	YAML
	# It knows its containers by their ids.
	proxy_start other -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/other.sock" \
		-rules-file "$CAGE.rules" -rules $'POST %API_PREFIX_CONTAINERS%/[0-9a-f]{64}/exec\n+ confined'
	export DOCKER_HOST=unix://$E2E/other.sock
	compose up -d
	wait_until 20 compose_logs '1 packets received'
	compose exec -T one echo hi | grep hi
	[[ $(compose ps -q | wc -l) == 2 ]]
	compose down -t 0 -v
	proxy_end other
	as_before
}

compose_logs() {
	compose logs --no-color | grep -q "$1"
}

# ---- what must not ---------------------------------------------------------------

run_with_host() {
	no_run 'HostConfig.Privileged true' --privileged
	no_bind /
	no_bind / ro
	no_bind "$CAGE/rw/root"
	no_bind "$CAGE/rw/root/etc"
	no_bind "$CAGE/rw/up" ro
	no_bind "$CAGE/rw/../../.."
	no_bind "$CAGE/rw-not"
	no_bind "$CAGE/missing"
	no_bind "$CAGE/ro"
	no_bind "$CAGE/ro" rw
	no_bind /var/run/docker.sock
	no_bind "$E2E/engine.sock"
	no_run "HostConfig.Binds[0] \"$CAGE/rw/root/../tmp\"" -v "$CAGE/rw/root/../tmp:/h"
	no_run 'HostConfig.Binds[0] "/proc/1/root"' -v /proc/1/root:/h
	no_run 'HostConfig.Binds[0] "/proc/self/fd/3"' -v /proc/self/fd/3:/h
	no_run "\"$CAGE/ro:/h\" is outside" -v "$CAGE/rw:/rw" -v "$CAGE/ro:/h"
	no_run 'HostConfig.Binds[0] "rshared"' -v "$CAGE/rw:/h:rshared"
	no_run 'HostConfig.Binds[0] "slave"' -v "$CAGE/rw:/h:slave"
	no_run 'HostConfig.Binds[0] "Z"' -v "$CAGE/rw:/h:Z"
	no_run 'HostConfig.Mounts[0].Source "/"' --mount type=bind,source=/,target=/h
	no_run "HostConfig.Mounts[0].Source \"$CAGE/ro\"" --mount "type=bind,source=$CAGE/ro,target=/h"
	no_run 'HostConfig.Mounts[0].BindOptions.Propagation "shared"' \
		--mount "type=bind,source=$CAGE/rw,target=/h,bind-propagation=shared"
	no_run 'HostConfig.Devices[0]' --device /dev/sda
	no_run 'HostConfig.DeviceCgroupRules ["a *:* rwm"]' --device-cgroup-rule 'a *:* rwm'
	no_run HostConfig.DeviceRequests --gpus all
	no_run HostConfig.BlkioDeviceReadBps --device-read-bps /dev/sda:1mb
	no_run HostConfig.BlkioWeightDevice --blkio-weight-device /dev/sda:100
	no_run 'HostConfig.PidMode "host"' --pid host
	no_run 'HostConfig.IpcMode "host"' --ipc host
	no_run 'HostConfig.UTSMode "host"' --uts host
	no_run 'HostConfig.UsernsMode "host"' --userns host
	no_run 'HostConfig.CgroupnsMode "host"' --cgroupns host
	no_run 'HostConfig.NetworkMode "host"' --network host
	no_run 'HostConfig.CapAdd[0] NET_ADMIN' --cap-add net_admin
	no_run 'HostConfig.CapAdd[0] ALL' --cap-add ALL
	no_run 'HostConfig.CapAdd[0] SYS_ADMIN' --cap-add cap_sys_admin
	no_run 'HostConfig.CapAdd[1] SYS_MODULE' --cap-add NET_BIND_SERVICE --cap-add CAP_SYS_MODULE
	no_run 'HostConfig.SecurityOpt[0] "seccomp' --security-opt seccomp=unconfined
	no_run 'HostConfig.SecurityOpt[0] "apparmor' --security-opt apparmor=unconfined
	no_run 'HostConfig.SecurityOpt[0] "label' --security-opt label=disable
	no_run 'HostConfig.SecurityOpt[0] "no-new-privileges=false"' --security-opt no-new-privileges=false
	no_run HostConfig.MaskedPaths --security-opt systempaths=unconfined
	no_run HostConfig.Sysctls --sysctl net.ipv4.ip_forward=1
	no_run HostConfig.Ulimits --ulimit nofile=1048576
	no_run 'HostConfig.OomScoreAdj -500' --oom-score-adj -500
	no_run 'HostConfig.OomKillDisable true' --oom-kill-disable
	no_run 'HostConfig.CgroupParent "/"' --cgroup-parent /
	no_run HostConfig.CpuRealtimeRuntime --cpu-rt-runtime 1000
	no_run 'HostConfig.Runtime "kata"' --runtime kata
	no_run HostConfig.GroupAdd --group-add 0
	no_run 'User "0"' --user 0
	no_run 'WorkingDir "/proc/self/fd/8"' --workdir /proc/self/fd/8
	no_run HostConfig.ShmSize --shm-size 1g
	no_run HostConfig.StorageOpt --storage-opt size=1G
	no_run 'HostConfig.Isolation "process"' --isolation process
	no_run 'HostConfig.Tmpfs["/t"] "suid"' --tmpfs /t:exec,suid,dev
	no_run 'HostConfig.LogConfig.Type "syslog"' --log-driver syslog --log-opt syslog-address=unix:///dev/log
	no_run 'HostConfig.LogConfig.Config["fluentd-address"]' --log-opt fluentd-address=unix:///dev/log
	refused 'HostConfig.RestartPolicy.Name "always"' docker run -d --restart always busybox:test true
}

@test "docker run does not reach the host" {
	with_each_cli run_with_host
	not_heard_of
}

run_with_others() {
	no_run 'HostConfig.Binds[0] "elses' -v elses:/h
	no_run 'HostConfig.Mounts[0].Source "elses"' --mount type=volume,source=elses,target=/h
	no_run HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options --mount \
		type=volume,source=mine_v,target=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/
	no_run HostConfig.Mounts[0].VolumeOptions.DriverConfig.Options --mount \
		'type=volume,target=/h,volume-opt=type=overlay,volume-opt=device=overlay,"volume-opt=o=lowerdir=/:/etc"'
	no_run 'HostConfig.Mounts[0].VolumeOptions.DriverConfig.Name "rexray"' \
		--mount type=volume,source=mine_v,target=/h,volume-driver=rexray
	no_run 'HostConfig.VolumeDriver "nfs"' --volume-driver nfs -v mine_v:/h
	no_run 'HostConfig.VolumesFrom ["box"]' --volumes-from box
	no_run 'HostConfig.PidMode "container:' --pid container:box
	no_run 'HostConfig.IpcMode "container:' --ipc container:box
	no_run 'HostConfig.NetworkMode "container:' --network container:box
	no_run 'HostConfig.NetworkMode "elses"' --network elses
	no_run HostConfig.NetworkMode --network "$(engine network ls -q --filter name=elses)"
	no_run HostConfig.Links --link box
	no_run IPAMConfig --network mine_n --ip 172.17.0.9
	no_run 'HostConfig.PortBindings["80/tcp"][0]' -p 0.0.0.0:80:80
	no_run 'HostConfig.PortBindings["80/tcp"][0]' -p 8080:80
	no_run 'HostConfig.PortBindings["80/tcp"][0] 127.0.0.1:80 ' -p 127.0.0.1:80:80
	no_run 'HostConfig.PortBindings["80/tcp"][0]' -p 127.0.0.1::80
	no_run 'HostConfig.PublishAllPorts' -P --expose 80
	no_run HostConfig.ExtraHosts --add-host engine:host-gateway
	no_run HostConfig.Dns --dns 192.0.2.1
	no_run HostConfig.DnsSearch --dns-search example.com
	refused 'Image "docker.io/library/elses:test"' docker run --rm elses:test true
	refused 'Image "sha256:' docker run --rm "$(engine images -q elses:test)" true
	refused 'Image "sha256:' docker run --rm "$(engine images -q --no-trunc elses:test)" true
}

@test "docker run reaches no other container, volume, network or image" {
	with_each_cli run_with_others
	not_heard_of
}

@test "all that is wrong is said at once" {
	no_run 'HostConfig.Privileged true' --privileged --pid host -v /:/h
	no_run 'HostConfig.PidMode "host"' --privileged --pid host -v /:/h
	no_run 'HostConfig.Binds[0] "/:/h"' --privileged --pid host -v /:/h
	not_heard_of
}

into_running_ones() {
	no_exec 'Privileged true' --privileged
	no_exec 'User "root"' -u root
	no_exec 'User "0:0"' -u 0:0
	no_exec 'WorkingDir "/proc/self/fd/8"' -w /proc/self/fd/8
	no_exec 'WorkingDir "/tmp/../proc/1/cwd"' -w /tmp/../proc/1/cwd
	no_exec 'Env[0] "LD_PRELOAD"' -e LD_PRELOAD=/x.so
	refused 'no rule allows it' docker exec box true
	refused 'no rule allows it' docker cp box:/etc/passwd -
	must_fail docker cp "$CAGE/ro/file" box:/ # it asks with HEAD, which tells it nothing
	refused 'no rule allows it' ask '/containers/box/archive?path=/' -T "$E2E/busybox.tar"
	refused 'no rule allows it' docker export box
	refused 'no rule allows it' docker rename box mine-box2
	refused 'no rule allows it' docker update --memory 32m box
	refused '?container "box"' docker commit box
	refused '?container "box"' docker commit box elses:committed
	refused 'MemorySwap sets no limit' docker update --memory-swap -1 mine-box
	refused 'Memory sets no limit' ask /containers/mine-box/update --json '{"Memory":-1}'
	refused 'Memory 1073741824' docker update --memory 1g --memory-swap 2g mine-box
	refused 'RestartPolicy.Name "always"' docker update --restart always mine-box
	refused CpuRealtimeRuntime docker update --cpu-rt-runtime 1000 mine-box
}

@test "exec, cp, commit and update give no more than run" {
	with_each_cli into_running_ones
	not_heard_of
}

made_beside() {
	refused 'DriverOpts' docker volume create --opt type=none --opt o=bind --opt device=/ mine_v
	refused 'DriverOpts' docker volume create --opt type=overlay --opt device=overlay \
		--opt o=lowerdir=/,upperdir=/tmp,workdir=/tmp mine_v
	refused 'DriverOpts' docker volume create --opt type=ext4 --opt device=/dev/sda1 mine_v
	refused 'DriverOpts' docker volume create --opt type=nfs --opt o=addr=192.0.2.1,rw --opt device=:/ mine_v
	refused 'DriverOpts' docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=bind mine_v
	refused 'Driver "rexray"' docker volume create --driver rexray mine_v
	refused 'Name "theirs"' docker volume create theirs
	refused 'Driver "macvlan"' docker network create -d macvlan -o parent=eth0 mine_n
	refused 'Driver "host"' docker network create -d host mine_n
	refused 'Options["com.docker.network.bridge.name"]' docker network create \
		-o com.docker.network.bridge.name=docker0 mine_n
	refused IPAM.Config docker network create --subnet 10.0.0.0/8 mine_n
	refused 'IPAM.Driver "other"' docker network create --ipam-driver other mine_n
	refused 'Scope "swarm"' docker network create --scope swarm mine_n
	refused 'Ingress true' docker network create --ingress mine_n
	refused 'ConfigFrom.Network "elses"' docker network create --config-from elses mine_n
	refused 'Name "theirs"' docker network create theirs
	refused 'no rule allows it' docker network connect elses mine-box
	refused 'no rule allows it' docker network rm bridge
	refused 'no rule allows it' docker volume rm elses
	refused 'Container' docker network connect mine_n box
	refused 'no rule allows it' docker plugin install --grant-all-permissions example/plugin
	refused 'no rule allows it' docker swarm init
	refused 'no rule allows it' docker service create busybox:test
	refused 'no rule allows it' docker secret ls
	refused 'no rule allows it' docker load --input "$E2E/busybox.tar"
	refused 'no rule allows it' docker tag elses:test busybox:test
	refused 'no rule allows it' docker rmi elses:test
	refused '?fromImage "' docker pull elses:test
	refused '?fromSrc' docker import "$E2E/busybox.tar" busybox:test
}

@test "volumes, networks and images are made as they should be, or not at all" {
	with_each_cli made_beside
	not_heard_of
}

built() {
	local context=$BATS_TEST_TMPDIR/context
	mkdir -p "$context"
	echo 'FROM busybox:test' >"$context/Dockerfile"
	refused '?networkmode "host"' docker build --network host "$context"
	refused '?networkmode "container:box"' docker build --network container:box "$context"
	refused '?extrahosts "engine:127.0.0.1"' docker build --add-host engine:127.0.0.1 "$context"
	refused '?securityopt "seccomp=unconfined"' docker build --security-opt seccomp=unconfined "$context"
	refused '?cgroupparent "/"' docker build --cgroup-parent / "$context"
	refused '?ulimits' docker build --ulimit nofile=1048576 "$context"
	refused '?isolation "process"' docker build --isolation process "$context"
	refused '?t "docker.io/library/busybox:test"' docker build --tag busybox:test "$context"
}

@test "docker build does not leave its container" {
	with_each_cli built
	refused '?remote "https://192.0.2.1/x.git"' ask '/build?remote=https://192.0.2.1/x.git' -X POST
	refused '?version "2"' ask '/build?version=2&session=x' -X POST
	refused '?outputs' ask '/build?outputs=%5B%5D' -X POST
	refused 'X-Registry-Config' ask /build -X POST -H "X-Registry-Config: $(base64 -w0 <<<'{"a":{}}')"
	not_heard_of
}

@test "bodies mean to us what they mean to the engine" {
	local image='"Image":"busybox:test"' privileged='{"Image":"busybox:test","HostConfig":{"Privileged":true}}'
	no_create 'HostConfig.Privileged true' "$privileged"
	no_create 'HostConfig.Privileged true' "{$image,\"HostConfig\":{\"PRIVILEGED\":true}}"
	no_create 'HostConfig.Privileged true' "{$image,\"hostconfig\":{\"privileged\":true}}"
	no_create 'HostConfig.Privileged true' "{$image,\"Ho\u017ftConfig\":{\"Privileged\":true}}"
	no_create 'HostConfig.NetworkMode "host"' "{$image,\"HostConfig\":{\"Networ\u212aMode\":\"host\"}}"
	no_create 'HostConfig.Binds[0] "/:/h"' "{$image,\"HostConfig\":{\"Bind\u017f\":[\"/:/h\"]}}"
	no_create 'twice' "{$image,\"HostConfig\":{\"Privileged\":false,\"privileged\":true}}"
	no_create 'duplicate' "{$image,\"HostConfig\":{\"Privileged\":true,\"Privileged\":false}}"
	no_create 'twice' "{$image,\"HostConfig\":{},\"hostConfig\":{\"Privileged\":true}}"
	no_create 'twice' "{$image,\"image\":\"elses:test\"}"
	no_create 'Privileged true' "{$image,\"Privileged\":true}"
	no_create 'Binds[0] "/:/h"' "{$image,\"Binds\":[\"/:/h\"]}"
	no_create 'HostConfig.Privileged' "{$image,\"HostConfig\":{\"Privileged\":\"true\"}}"
	no_create 'HostConfig.Binds' "{$image,\"HostConfig\":{\"Binds\":\"/:/h\"}}"
	no_create 'HostConfig.MaskedPaths []' "{$image,\"HostConfig\":{\"MaskedPaths\":[]}}"
	no_create 'HostConfig.Annotations' "{$image,\"HostConfig\":{\"Annotations\":{\"run.oci.handler\":\"x\"}}}"
	no_create 'HostConfig.OfTomorrow' "{$image,\"HostConfig\":{\"OfTomorrow\":\"/\"}}"
	no_create 'HostConfig.Mounts[0].Type "npipe"' "{$image,\"HostConfig\":{\"Mounts\":[{\"Type\":\"npipe\",\"Source\":\"/\",\"Target\":\"/h\"}]}}"
	no_create 'HostConfig.Mounts[0].Type ' "{$image,\"HostConfig\":{\"Mounts\":[{\"Source\":\"/\",\"Target\":\"/h\"}]}}"
	no_create 'HostConfig.Binds[0] "//:/h"' "{$image,\"HostConfig\":{\"Binds\":[\"//:/h\"]}}"
	no_create 'HostConfig.SecurityOpt[0] "disable"' "{$image,\"HostConfig\":{\"SecurityOpt\":[\"disable\"]}}"
	no_create 'HostConfig.SecurityOpt[0] "seccomp:unconfined"' "{$image,\"HostConfig\":{\"SecurityOpt\":[\"seccomp:unconfined\"]}}"
	no_create 'the body' "{$image}$privileged"
	no_create 'the body' "[$privileged]"
	no_create 'the body' "{$image,\"x\":\"$(printf '\377')\"}"
	no_create 'the body' "{\"Image\":\"busybox:test\u0000\"}"
	no_create 'the body' "{$image,\"HostConfig\":{\"Binds\":[\"$CAGE/rw\u0000:/h\"]}}"
	no_create 'the body is missing' ''
	no_create 'MacAddress' "{$image,\"MacAddress\":\"02:42:ac:11:00:02\"}"
	no_create 'NetworkingConfig.EndpointsConfig["elses"]' "{$image,\"NetworkingConfig\":{\"EndpointsConfig\":{\"elses\":{}}}}"
	no_create 'HostConfig.Privileged true' "$privileged" -H 'Transfer-Encoding: chunked'
	refused 'HostConfig.Privileged true' ask /containers/create -d "$privileged" -H 'Content-Type:'
	refused 'HostConfig.Privileged true' ask /v1.41//containers/./x/../create --json "$privileged"
	gzip -c <<<"$privileged" >"$BATS_TEST_TMPDIR/body.gz"
	not_taken /containers/create --json "@$BATS_TEST_TMPDIR/body.gz" -H 'Content-Encoding: gzip'
	not_taken /containers/create -d "$privileged"
	not_taken '/v1.41/images/create?fromImage=busybox&tag=test' -d fromImage=elses
	not_taken '/v1.41/images/create?fromImage=busybox&tag=test' -F fromImage=elses
	refused '?fromImage "elses"' ask '/v1.41/images/create?fromImage=elses&fromImage=busybox' -X POST
	refused '?fromImage "elses"' ask '/v1.41/images/create?fromImage=busybox&fromImage=elses' -X POST
	refused '?fromSrc' ask '/v1.41/images/create?fromImage=busybox&fromSrc=http://192.0.2.1/' -X POST
	refused '?fromImage ""' ask '/v1.41/images/create' -X POST
	not_heard_of
}

@test "start takes nothing along" {
	local old=/v1.23/containers/mine-old/start body='{"Binds":["/:/h"],"Privileged":true}'
	refused 'Privileged true' ask "$old" --json "$body"
	refused 'Binds[0] "/:/h"' ask "$old" --json "$body" -H 'Transfer-Encoding: chunked'
	refused 'Privileged true' ask "$old" -d "$body" -H 'Content-Type:'
	refused 'Privileged true' ask /containers/mine-old/start --json '{"HostConfig":{},"privileged":true}'
	refused '?checkpoint-dir "/"' ask '/containers/mine-old/start?checkpoint=x&checkpoint-dir=/' -X POST
	not_heard_of
	ask "$old" -X POST
	engine wait mine-old
}

@test "a rule on the path of start does not allow a body" {
	local old=/v1.23/containers/mine-old/start
	printf 'POST %%API_PREFIX_CONTAINERS%%/.*/start\n' >"$CAGE-other.rules"
	proxy_start other -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/other.sock" -rules-file "$CAGE-other.rules"
	export DOCKER_HOST=unix://$E2E/other.sock
	refused 'what the container may do' ask "$old" --json '{"Binds":["/:/h"],"PidMode":"host"}'
	refused 'what the container may do' ask "$old" --json '{"Binds":["/:/h"]}' -H 'Transfer-Encoding: chunked'
	not_heard_of
	docker start mine-old
	ask "$old" --json '{}'
	engine wait mine-old
	proxy_end other
}

@test "explain says of a body what the guard says" {
	local rules=$CAGE.rules body='{"Image":"busybox:test","HostConfig":{"Privileged":true}}'
	run "$CETUSGUARD" -rules-file "$rules" -body - explain POST /v1.41/containers/create <<<"$body"
	[[ $status == 1 && $output == *'HostConfig.Privileged true gives'*"($rules:"* ]]
	run "$CETUSGUARD" -rules-file "$rules" -body - explain POST /containers/create \
		<<<'{"Image":"busybox:test"}'
	[[ $status == 0 && $output == allowed* ]]
	run "$CETUSGUARD" -rules-file "$rules" explain POST /containers/create
	[[ $status == 1 && $output == *'-body FILE'* ]]
	run "$CETUSGUARD" -rules-file "$rules" explain POST /containers/mine-box/start
	[[ $status == 0 ]]
	run "$CETUSGUARD" -rules-file "$rules" -body /no/such explain POST /containers/create
	[[ $status == 2 && $output == *'-body /no/such: '* ]]
	run "$CETUSGUARD" -rules-file "$rules" check
	[[ $status == 0 && $output == *'+ confined'*'nothing that reaches the host'* ]]
}

@test "paths are looked at below the root that is named" {
	mkdir -p "$CAGE-root/srv/data/in" "$CAGE-root/etc"
	ln -s /etc "$CAGE-root/srv/data/out"
	printf '%s\n' 'POST %API_PREFIX_CONTAINERS%/create' '  + confined' '  + bind /srv/data' \
		>"$CAGE-other.rules"
	proxy_start other -backend-addr "unix://$E2E/engine.sock" -host-root "$CAGE-root" \
		-frontend-addr "unix://$E2E/other.sock" -rules-file "$CAGE-other.rules"
	export DOCKER_HOST=unix://$E2E/other.sock
	refused 'leads to /etc' ask /containers/create \
		--json '{"Image":"busybox:test","HostConfig":{"Binds":["/srv/data/out:/h"]}}'
	refused 'is outside' ask /containers/create \
		--json '{"Image":"busybox:test","HostConfig":{"Binds":["/srv:/h"]}}'
	not_heard_of
	ask '/containers/create?name=rooted' \
		--json '{"Image":"busybox:test","HostConfig":{"Binds":["/srv/data/in:/h"]}}'
	engine rm rooted
	proxy_end other
}

# ---- other rules -----------------------------------------------------------------

run_limited() {
	docker run --rm --memory 32m --memory-swap 64m --pids-limit 50 --network none busybox:test true
	no_run 'HostConfig.Memory is missing'
	no_run 'HostConfig.PidsLimit is missing' --memory 32m
	no_run 'HostConfig.Memory 134217728' --memory 128m --pids-limit 50
	no_run 'HostConfig.MemorySwap sets no limit' --memory 32m --memory-swap -1 --pids-limit 50
	no_run 'HostConfig.PidsLimit sets no limit' --memory 32m --pids-limit -1
	no_run 'HostConfig.PidsLimit 101' --memory 32m --pids-limit 101
}

@test "what must be asked for is asked for" {
	cage_rules '' 'memory 64m' 'pids 100' >"$CAGE-other.rules"
	proxy_start other -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/other.sock" -rules-file "$CAGE-other.rules"
	export DOCKER_HOST=unix://$E2E/other.sock
	with_each_cli run_limited
	proxy_end other
	as_before
}

run_under_cetus_run() {
	cd "$CAGE/rw" || return
	docker run --rm -v "$CAGE/rw:/w" --network none busybox:test touch /w/sub/made
	rm sub/made
	no_bind /
	no_bind "$CAGE/ro" ro
	no_bind "$CAGE/rw/root"
	no_bind "$CAGE/rw/.."
	no_run 'HostConfig.Privileged true' --privileged
	no_run 'HostConfig.PidMode "host"' --pid host
	no_run 'HostConfig.CapAdd[0] ALL' --cap-add ALL
	no_exec 'Privileged true' --privileged
	refused DriverOpts docker volume create --opt type=none --opt o=bind --opt device=/ mine_v
}

@test "under cetus-run a dot is where it was started, wherever the tool goes" {
	local mode
	cage_rules . >"$CAGE-run.rules"
	export DOCKER_HOST=unix://$E2E/engine.sock UNDER=$CAGE/under
	for mode in seccomp preload; do
		printf '#!/bin/sh\nexec "%s" -mode %s -rules-file "%s" -- sh -c '\''cd / && exec "$0" "$@"'\'' "$@"\n' \
			"${CETUSGUARD%/*}/cetus-run" $mode "$CAGE-run.rules" >"$UNDER"
		chmod +x "$UNDER"
		with_each_cli run_under_cetus_run
	done
	as_before
}
