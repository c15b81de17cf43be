#!/usr/bin/env bats
# Constraints in front of a real Podman service: what its own client does every day
# passes under confined, what reaches the host is refused with a reason, by its own
# API and by the one it shares with Docker, and of what was refused nothing is there.

load lib

setup() {
	need_engine
	need podman
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	show_proxy_log podc
	proxy_kill_if_left opened
}

setup_file() {
	[[ ! -e $E2E/no-engine ]] && command -v podman >/dev/null || return 0
	podman_start podcon
	image_rootfs "$BATS_FILE_TMPDIR/rootfs"
	tar -C "$BATS_FILE_TMPDIR/rootfs" -cf "$BATS_FILE_TMPDIR/rootfs.tar" .
	at_engine import "$BATS_FILE_TMPDIR/rootfs.tar" localhost/busybox:test
	mkdir -p "$BATS_FILE_TMPDIR/open/secret" "$BATS_FILE_TMPDIR/open/data"
	touch "$BATS_FILE_TMPDIR/open/secret/here"
	at_engine volume create other
	at_engine run -d --name foreign --network none localhost/busybox:test /bin/sleep 1000

	cat >"$E2E/podman.rules" <<-RULES
		GET,HEAD %API_PREFIX_LIBPOD%/(containers|images|volumes|networks|exec)/(.*/)?(json|exists|logs)
		POST %API_PREFIX_LIBPOD_IMAGES%/pull
		  + confined
		POST %API_PREFIX_LIBPOD_CONTAINERS%/create
		  + confined
		POST %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(attach|start|wait|shouldrestart|kill|stop|resize)
		  + confined
		DELETE %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%
		  + confined
		POST %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(exec|update)
		  + confined
		POST %API_PREFIX_LIBPOD%/exec/.*/(start|resize)
		  + confined
		POST %API_PREFIX_LIBPOD%/(volumes|networks|pods)/create
		  + confined
		POST %API_PREFIX_LIBPOD%/(networks/.*/connect|build|commit|play/kube|kube/play|secrets/create)
		  + confined
		POST %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(mount|checkpoint|restore)
		  + confined
		GET %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/healthcheck
		  + confined
		POST %API_PREFIX_CONTAINERS%/create
		  + confined
		POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/exec
		  + confined
		POST %API_PREFIX%/build
		  + confined
	RULES
	proxy_start podc -backend-addr "unix://$E2E/podcon.sock" -rules-file "$E2E/podman.rules" \
		-frontend-addr "unix://$E2E/podc.sock" -log-level 7
}

teardown_file() {
	[[ -s $E2E/podcon.pid ]] || return 0
	proxy_end podc
	isolated_kill podcon
}

# at_engine ARGUMENT... - podman's client, past the proxy.
at_engine() {
	timeout 60 env -u DOCKER_CONFIG podman --remote --url "unix://$E2E/podcon.sock" "$@"
}

# remote ARGUMENT... - The same through the proxy.
remote() {
	timeout 60 env -u DOCKER_CONFIG podman --remote --url "unix://$E2E/podc.sock" "$@"
}

# everything - All that the engine has.
everything() {
	at_engine ps -a --no-trunc --format '{{.ID}} {{.Names}}'
	at_engine volume ls --format '{{.Name}}'
	at_engine network ls --format '{{.Name}}'
	at_engine pod ls --format '{{.Name}}'
	at_engine images --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'
	at_engine secret ls --format '{{.Name}}'
}

# refused REASON COMMAND... - It fails, and says that the guard did it and why.
refused() {
	local reason=$1 out status=0
	shift
	out=$("$@" 2>&1 </dev/null) || status=$?
	out=${out//\\\"/\"}
	((status != 0)) || fail "passed: $*" "$out" || return 1
	[[ $out == *cetusguard:*denied:*"$reason"* ]] || fail "$*: no \"$reason\" in:" "$out"
}

# escape REASON OPTION... - The same of a run with some options.
escape() {
	refused "$1" remote run --rm "${@:2}" localhost/busybox:test true
}

# post PATH BODY - A request that no client sends.
post() {
	curl -sS --fail-with-body --max-time 60 --unix-socket "$E2E/podc.sock" \
		-H 'Content-Type: application/json' --data-binary "$2" "http://engine$1"
}

@test "confined lets Podman's client run, feed, exec, and clean up" {
	local id
	[[ $(remote run --rm localhost/busybox:test echo hi) == hi ]]
	[[ $(echo in | remote run -i --rm --network none -e A=b --label a=b localhost/busybox:test cat) == in ]]
	[[ $(remote run --rm --read-only --tmpfs /t:size=1m -w /tmp --hostname h --stop-timeout 1 \
		--entrypoint /bin/pwd localhost/busybox:test) == /tmp ]]
	[[ $(remote run --rm -v /data --cap-drop ALL --cap-add CHOWN --security-opt no-new-privileges \
		localhost/busybox:test echo dropped) == dropped ]]
	remote run -d --name cbox --network none localhost/busybox:test /bin/sleep 1000
	[[ $(remote exec cbox /bin/echo hi) == hi ]]
	[[ $(echo piped | remote exec -i -e A=b cbox /bin/cat) == piped ]]
	remote kill cbox
	remote rm -f -t 0 cbox
	remote volume create mine
	id=$(remote network create mine)
	[[ -n $id ]]
	at_engine volume rm mine
	at_engine network rm mine
}

@test "what would reach the host is refused with a reason, and nothing is made" {
	local before
	before=$(everything)
	escape "gives all that root of the host" --privileged
	escape '"/" is a path of the host' -v /:/h
	escape '"/etc" is a path of the host' --mount type=bind,src=/etc,dst=/h,ro
	escape 'overlay' -v "$BATS_FILE_TMPDIR/open:/h:O"
	escape '"other" is a volume' -v other:/v
	escape '"other" is a volume' --mount type=volume,src=other,dst=/v
	escape 'pidns.nsmode "host"' --pid host
	escape 'pidns.nsmode "container"' --pid container:foreign
	escape 'pidns.nsmode "path"' --pid ns:/proc/1/ns/pid
	escape 'ipcns.nsmode "host"' --ipc host
	escape 'utsns.nsmode "host"' --uts host
	escape 'userns.nsmode "host"' --userns host
	escape 'userns.nsmode "path"' --userns ns:/proc/1/ns/user
	escape 'cgroupns.nsmode "host"' --cgroupns host
	escape 'netns.nsmode "host"' --network host
	escape 'netns.nsmode "container"' --network container:foreign
	escape 'netns.nsmode "path"' --network ns:/proc/1/ns/net
	escape 'netns.nsmode "slirp4netns"' --network slirp4netns:allow_host_loopback=true
	escape 'Networks["podman"]' --network podman:ip=10.88.0.99
	escape '"/dev/mem" is a device of the host' --device /dev/mem
	escape 'device_cgroup_rule' --device-cgroup-rule 'a *:* rwm'
	escape 'gives a capability' --cap-add ALL
	escape 'gives a capability' --cap-add SYS_ADMIN
	escape 'seccomp_profile_path' --security-opt seccomp=unconfined
	escape 'apparmor_profile' --security-opt apparmor=unconfined
	escape 'selinux_opts' --security-opt label=disable
	escape 'unmask' --security-opt unmask=ALL
	escape 'another container has mounted' --volumes-from foreign
	escape 'parameters of the kernel' --sysctl net.ipv4.ip_forward=1
	escape 'raises limits' --ulimit nofile=1:1
	escape 'speaks to the runtime' --annotation run.oci.keep_original_groups=1
	escape 'log_configuration.path' --log-driver k8s-file --log-opt path=/etc/cron.d/x
	escape 'leaves the limits' --cgroup-parent /x
	escape 'leaves the limits' --cgroups disabled
	escape 'killed in its place' --oom-score-adj -500
	escape 'adds groups' --group-add 0
	escape 'is a port of the host' -p 8080:80
	escape 'gives names' --add-host registry:10.0.0.1
	escape 'other servers' --dns 10.0.0.1
	escape 'is a user that no' --user 0
	escape 'room for a systemd' --systemd always
	refused 'rootfs' remote run --rm --rootfs "$BATS_FILE_TMPDIR/rootfs" true
	refused 'starts it again' remote run -d --restart always localhost/busybox:test true
	refused 'Privileged true' remote exec --privileged foreign true
	refused 'dynamic linker' remote exec -e LD_PRELOAD=/x foreign true
	refused 'out of the container' remote exec -w /proc/self/fd/7 foreign true
	refused 'may mount anything' remote volume create --opt type=none --opt o=bind --opt device=/ v
	refused 'may mount anything' remote volume create --opt type=overlay --opt device=overlay --opt o=lowerdir=/ v
	refused 'another driver' remote network create -d macvlan -o parent=lo n
	refused 'another container' remote network connect podman foreign
	refused 'another container' remote commit foreign localhost/stolen
	refused 'cgroup_parent' post /v4.3.1/libpod/pods/create '{"name":"p","no_infra":true,"cgroup_parent":"/x"}'
	[[ $(everything) == "$before" ]]
}

@test "kube, secrets, checkpoints and mounts are refused as a whole" {
	local before
	before=$(everything)
	cat >pod.yaml <<-'YAML'
		apiVersion: v1
		kind: Pod
		metadata:
		  name: kp
		spec:
		  containers:
		  - name: c
		    image: localhost/busybox:test
		    securityContext:
		      privileged: true
	YAML
	refused 'a text that nobody judges' remote play kube pod.yaml
	refused 'although it is a GET' remote healthcheck run foreign
	refused 'about secrets' remote secret create s pod.yaml
	refused 'state of processes' remote container checkpoint foreign
	refused 'on the host' post /v4.3.1/libpod/containers/foreign/mount ''
	[[ $(everything) == "$before" ]]
}

@test "a body that Podman reads as more than Docker would is refused" {
	local before open=$BATS_FILE_TMPDIR/open image='"Image":"localhost/busybox:test"'
	before=$(everything)
	refused '"/:/h" is a path of the host' post /v1.41/containers/create "{$image,\"Volumes\":{\"/:/h\":{}}}"
	refused '"other" is a volume' post /v1.41/containers/create "{$image,\"Volumes\":{\"other:/h\":{}}}"
	refused 'taken for further options' post /v1.41/containers/create \
		"{$image,\"HostConfig\":{\"Mounts\":[{\"Type\":\"volume\",\"Target\":\"/t,source=other\"}]}}"
	refused 'taken for further options' post /v1.41/containers/create \
		"{$image,\"HostConfig\":{\"Mounts\":[{\"Type\":\"tmpfs\",\"Target\":\"/t,dev,suid\"}]}}"
	refused 'taken for further options' post /v1.41/containers/create \
		"{$image,\"HostConfig\":{\"Tmpfs\":{\"/t:dev,suid\":\"\"}}}"
	refused "the engine's own" post /v1.41/containers/create "{$image,\"Env\":[\"*\"]}"
	refused "the engine's own" post /v1.41/containers/foreign/exec '{"Cmd":["env"],"Env":["*"]}'
	refused 'leads out of what is built' post '/v1.41/build?dockerfile=../../../../../etc/passwd' ''
	refused 'volume' post '/v1.41/build?volume=/:/h' ''
	refused 'what an archive says' post '/v4.3.1/libpod/build?t=x' ''
	refused 'is a path of the host' post /v4.3.1/libpod/containers/create \
		"{\"image\":\"localhost/busybox:test\",\"mounts\":[{\"type\":\"none\",\"destination\":\"/t\",\"source\":\"$open\",\"options\":[\"rbind\"]}]}"
	refused 'twice' post /v4.3.1/libpod/containers/create \
		'{"image":"localhost/busybox:test","privileged":false,"Privileged":true}'
	refused 'runtime' post /v4.3.1/libpod/containers/create \
		'{"image":"localhost/busybox:test","oci_runtime":"/tmp/evil"}'
	[[ $(everything) == "$before" ]]
}

@test "bind, volume, image, cap, publish, user and the maxima open parts of it" {
	local open=$BATS_FILE_TMPDIR/open
	cat >opened.rules <<-RULES
		GET,HEAD %API_PREFIX_LIBPOD%/(containers|images)/(.*/)?(json|exists)
		POST %API_PREFIX_LIBPOD_IMAGES%/pull
		POST %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%/(attach|start|wait|shouldrestart)
		DELETE %API_PREFIX_LIBPOD_CONTAINERS%/%CONTAINER_ID_OR_NAME%
		POST %API_PREFIX_LIBPOD_CONTAINERS%/create
		  + confined
		  + image localhost/busybox:*
		  + bind $open/data
		  + volume mine
		  + cap NET_ADMIN
		  + user 1000:1000
		  + memory 64m
		  + pids 50
		  + cpus 0.5
	RULES
	proxy_start opened -backend-addr "unix://$E2E/podcon.sock" -rules-file opened.rules \
		-frontend-addr "unix://$E2E/opened.sock" -log-level 7
	opened() {
		timeout 60 env -u DOCKER_CONFIG podman --remote --url "unix://$E2E/opened.sock" run --rm \
			--network none "$@"
	}
	local -a limits=(--memory 64m --pids-limit 50 --cpus 0.5)
	opened "${limits[@]}" -v "$open/data:/w" -v mine:/v --cap-add NET_ADMIN localhost/busybox:test \
		touch /w/written /v/written
	[[ -e $open/data/written ]]
	[[ $(opened "${limits[@]}" --user 1000:1000 localhost/busybox:test id -u) == 1000 ]]
	ln -sfn ../secret "$open/data/way-out"
	refused 'is outside' opened "${limits[@]}" -v "$open/secret:/w" localhost/busybox:test ls /w
	refused 'is outside' opened "${limits[@]}" -v "$open/data/way-out:/w" localhost/busybox:test ls /w
	refused '"other" is not one of mine' opened "${limits[@]}" -v other:/v localhost/busybox:test true
	refused 'not one of' opened "${limits[@]}" --user 0 localhost/busybox:test true
	# Podman would take localhost/busybox:test, or another one of that name.
	refused 'names no registry' opened "${limits[@]}" busybox:test true
	refused 'memory.limit is missing' opened --pids-limit 50 --cpus 0.5 localhost/busybox:test true
	refused 'pids.limit' opened --memory 64m --pids-limit 51 --cpus 0.5 localhost/busybox:test true
	refused 'cpu.quota' opened --memory 64m --pids-limit 50 --cpus 0.6 localhost/busybox:test true
	at_engine volume rm mine
	proxy_end opened
}
