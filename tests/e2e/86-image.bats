#!/usr/bin/env bats
# The container image: built by a real engine, run by docker-compose with the file of the
# user's guide as it is written there, and with less than that; under Podman, too.

load lib

setup_file() {
	[[ ! -e $E2E/no-engine ]] || return 0
	export DOCKER_HOST=unix://$E2E/engine.sock
	default_runtime here
	image_make docker
	write_guide "$E2E/guide"
	compose -f "$E2E/guide/core/cetusguard/compose.yaml" up -d
}

teardown_file() {
	[[ ! -e $E2E/no-engine ]] || return 0
	compose -f "$E2E/guide/core/cetusguard/compose.yaml" down -t 0
	default_runtime runc
}

setup() {
	need_engine
	need docker-compose openssl make readelf
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -n ${BATS_TEST_COMPLETED:-} ]] || engine logs cetusguard 2>&1 | tail -n 10
	isolated_kill podman 2>/dev/null || :
	engine ps -aq --filter name=guard- | while read -r id; do
		engine rm -f "$id" >/dev/null
	done
	[[ ! -e compose.yaml ]] || compose down -t 0 2>/dev/null
}

# engine_init - The first process in the engine's namespaces; what it gets, dockerd gets.
engine_init() {
	local pid
	pid=$(pid_of engine)
	read -r pid _ <"/proc/$pid/task/$pid/children"
	echo "$pid"
}

# default_runtime NAME - What the suite's engine starts containers with.
default_runtime() {
	printf '{"runtimes": {"here": {"path": "%s"}}, "default-runtime": "%s"}\n' \
		"${BATS_TEST_DIRNAME%/e2e}/support/runc-here" "$1" >"$E2E/engine/daemon.json"
	kill -HUP "$(engine_init)"
	wait_until 10 default_runtime_is "$1"
}

default_runtime_is() {
	[[ $(engine info --format '{{.DefaultRuntime}}') == "$1" ]]
}

# write_guide DIR - The compose file of the user's guide, with this image in it.
write_guide() {
	mkdir -p "$1/core/cetusguard" "$1/core/common"
	cat >"$1/core/common/compose.yaml" <<-'YAML'
		services:
		  base:
		    restart: unless-stopped
		    security_opt:
		      - no-new-privileges:true
	YAML
	cat >"$1/core/cetusguard/compose.yaml" <<-'YAML'
		services:
		  cetusguard:
		    image: cetusguard
		    container_name: cetusguard
		    extends:
		      file: ../common/compose.yaml
		      service: base  # Includes: restart, no-new-privileges, etc.
		    privileged: true  # Required for Docker socket access
		    read_only: true   # Container filesystem read-only
		    mem_limit: 64M
		    mem_reservation: 32M
		    networks:
		      - vnet-socket
		    volumes:
		      - /var/run/docker.sock:/var/run/docker.sock:ro
		    expose:
		      - 2375  # Not exposed to host, only to vnet-socket network
		    environment:
		      CETUSGUARD_BACKEND_ADDR: unix:///var/run/docker.sock
		      CETUSGUARD_FRONTEND_ADDR: tcp://:2375
		      CETUSGUARD_LOG_LEVEL: '7'  # Debug level
		      CETUSGUARD_RULES: |
		        GET %API_PREFIX_EVENTS%
		        GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?
		        GET,HEAD,POST %API_PREFIX_CONTAINERS%(/.*)?
		        GET,HEAD %API_PREFIX_IMAGES%(/.*)?
		        GET,HEAD %API_PREFIX_VOLUMES%(/.*)?
		        GET,HEAD %API_PREFIX_NETWORKS%(/.*)?
		        GET,HEAD %API_PREFIX_BUILD%(/.*)?

		networks:
		  vnet-socket:
		    name: vnet-socket
		    driver: bridge
		    ipam:
		      config:
		        - subnet: 192.168.91.0/24
	YAML
}

# guide_without REGEX [LINE...] - ./compose.yaml: the guide's file less the lines that
# match, and with these in the service, as a project of its own.
guide_without() {
	local regex=$1
	shift
	cp -r "$E2E/guide/core/common" ..
	grep -Ev "$regex|container_name:|expose:|- 2375" "$E2E/guide/core/cetusguard/compose.yaml" |
		sed -e 's/vnet-socket/vnet-less/; s/192\.168\.91\./192.168.92./' >compose.yaml
	(($# == 0)) || sed -i "/image: cetusguard/a\\$(printf '    %s\\n' "$@")" compose.yaml
}

# client NETWORK COMMAND... - In a container there.
client() {
	engine run --rm --network "$1" busybox:test "${@:2}"
}

# status_of METHOD URL - The status line that a client on vnet-socket gets.
status_of() {
	client vnet-socket sh -c "printf '$1 $2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' |
		nc cetusguard 2375" | head -n1 | tr -d '\r'
}

is_health() {
	[[ $(engine inspect --format '{{.State.Health.Status}}' "$1") == "$2" ]]
}

# guard_status NAME FIELD - A line of the guard's /proc/PID/status, seen from outside.
guard_status() {
	local pid
	pid=$(engine inspect --format '{{.State.Pid}}' "$1")
	nsenter --target "$(engine_init)" --mount --pid \
		sed -n "s/^$2:[[:space:]]*//p" "/proc/$pid/status"
}

podman_is_healthy() {
	podman --remote exec guard-podman /bin/cetusguard health 2>/dev/null
}

@test "the guide's compose file runs as it is written" {
	client vnet-socket wget -qO- http://cetusguard:2375/version | grep -q '"ApiVersion"'
	[[ $(status_of GET /containers/json) == "HTTP/1.1 200 OK" ]]
	[[ $(status_of DELETE /containers/box) == "HTTP/1.1 403 Forbidden" ]]
	engine logs cetusguard 2>&1 | grep -q 'verdict=deny method=DELETE path=/containers/box'
	engine inspect box >/dev/null
	wait_until 30 is_health cetusguard healthy
	[[ $(engine exec cetusguard /bin/cetusguard health) == ready ]]
}

@test "the guard in it is not root, whoever it was started as" {
	[[ $(guard_status cetusguard Uid) == $'65532\t65532\t65532\t65532' ]]
	[[ $(guard_status cetusguard Gid) == $'65532\t65532\t65532\t65532' ]]
	[[ $(guard_status cetusguard CapPrm) == 0000000000000000 ]]
	[[ $(guard_status cetusguard NoNewPrivs) == 1 ]]
	[[ $(engine logs cetusguard 2>&1 | grep -c 'msg=sandbox .*state=on') == 7 ]]
	run engine exec cetusguard sh
	[[ $status -ne 0 ]]
}

@test "it stays far below the guide's limit of memory with a crowd at it" {
	local peak
	# shellcheck disable=SC2016 # the container's shell expands it
	client vnet-socket sh -c '
		for i in $(seq 100); do
			wget -qO/dev/null "http://cetusguard:2375/containers/json?all=1" &
			nc cetusguard 2375 </dev/null >/dev/null &
		done
		wait'
	peak=$(curl -s --unix-socket "$E2E/engine.sock" "http://engine/containers/cetusguard/stats?stream=0" |
		/usr/bin/python3 -c 'import json, sys
m = json.load(sys.stdin)["memory_stats"]
assert m["limit"] == 64 << 20, m
print(m.get("max_usage", m["usage"]) >> 20)')
	echo "peak: $peak MiB"
	((peak < 32))
}

# engine_gid - The group of the engine's socket.
engine_gid() {
	nsenter --target "$(engine_init)" --mount stat -c %g /run/docker.sock
}

@test "it needs neither privileged nor root" {
	local gid
	gid=$(engine_gid)
	guide_without privileged
	compose up -d
	client vnet-less wget -qO- http://cetusguard:2375/version | grep -q '"ApiVersion"'
	compose down -t 0

	guide_without privileged 'user: "65532:65532"' "group_add: [\"$gid\"]" 'cap_drop: [ALL]'
	compose up -d
	client vnet-less wget -qO- http://cetusguard:2375/version | grep -q '"ApiVersion"'
	compose logs cetusguard | grep -q 'layer=user state=on detail="uid 65532, as it was started"'
	compose exec -T cetusguard /bin/cetusguard health
	compose down -t 0

	# Whoever does one half of it is told the other.
	guide_without privileged 'restart: "no"' 'user: "65532:65532"'
	run compose up --exit-code-from cetusguard
	[[ $status -eq 1 && $output == *"/var/run/docker.sock is out of reach for uid 65532; its group is $gid"* ]] ||
		fail "$output"
	guide_without privileged 'restart: "no"' 'cap_drop: [ALL]'
	run compose up --exit-code-from cetusguard
	[[ $status -eq 1 && $output == *"cannot become cetusguard: "*"CAP_SETUID and CAP_SETGID"* ]] || fail "$output"
}

@test "the guards of the example compose files do their work" {
	local guards guard
	cp "$REPO/examples/compose/compose.yaml" .
	DOCKER_GID=$(engine_gid)
	export DOCKER_GID
	mapfile -t guards < <(compose config --services | grep '^guard-')
	((${#guards[@]} == 4))
	compose up -d "${guards[@]}"
	for guard in "${guards[@]}"; do
		compose exec -T "$guard" /bin/cetusguard health
	done
}

@test "it finds engines by name and speaks TLS on both sides" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
		-out cert.pem -subj /CN=guard-tls -addext subjectAltName=DNS:guard-tls 2>/dev/null
	engine run -d --name guard-tls --network vnet-socket -v "$PWD:/tls:ro" \
		-v /var/run/docker.sock:/var/run/docker.sock cetusguard \
		-frontend-addr tcp://:2376 -frontend-tls-cert /tls/cert.pem -frontend-tls-key /tls/key.pem
	engine run -d --name guard-front --network vnet-socket --read-only -v "$PWD:/tls:ro" \
		cetusguard -backend-addr tcp://guard-tls:2376 -backend-tls-cacert /tls/cert.pem
	client vnet-socket wget -qO- http://guard-front:2375/version | grep -q '"ApiVersion"'
	engine exec guard-front /bin/cetusguard health
	# Nothing but TLS there.
	run client vnet-socket wget -qO- http://guard-tls:2376/version
	[[ $status -ne 0 ]]
}

@test "it is one static program, whom it runs as, and nothing else" {
	[[ $(engine create --name guard-bare cetusguard) ]]
	[[ $(engine export guard-bare | tar t | grep -Ev '/$|^(dev|proc|sys)/|^\.dockerenv|^etc/(hosts|hostname|resolv\.conf|mtab)' | sort | paste -sd' ') == \
		"bin/cetusguard etc/group etc/passwd" ]]
	run readelf -lW "$REPO/build/image/rootfs/bin/cetusguard"
	[[ $output == *DYN* && $output != *INTERP* ]]
	(($(engine image inspect --format '{{.Size}}' cetusguard) < 10000000))
	[[ $(engine image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' cetusguard) == \
		"$("$REPO/build/image/rootfs/bin/cetusguard" -version | sed 's/CetusGuard //')" ]]
}

@test "Podman builds it and runs it" {
	need podman
	podman_start podman
	unset DOCKER_CONFIG
	export CONTAINER_HOST=unix://$E2E/podman.sock
	chmod 0660 "$E2E/podman.sock" # as podman.socket of systemd has it
	image_make 'podman --remote'
	podman --remote run -d --name guard-podman --network none --read-only --cap-drop all \
		--cap-add setuid,setgid -v "$E2E/podman.sock:/run/podman/podman.sock" \
		-e CETUSGUARD_BACKEND_ADDR=unix:///run/podman/podman.sock cetusguard
	wait_until 20 podman_is_healthy
	podman --remote healthcheck run guard-podman
	podman --remote logs guard-podman 2>&1 |
		grep -q "layer=user state=on detail=\"uid 65532, gid 65532 and the group of the engine's socket\""
	podman --remote rm -f -t 0 guard-podman
}

@test "it ends at once and well" {
	[[ $(engine run -d --name guard-end -v /var/run/docker.sock:/var/run/docker.sock cetusguard) ]]
	engine stop -t 10 guard-end
	[[ $(engine inspect --format '{{.State.ExitCode}}' guard-end) == 0 ]]
}
