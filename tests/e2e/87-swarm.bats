#!/usr/bin/env bats
# The example of a swarm, on a real swarm of one node: a guard and an agent on it. The
# agent here is another guard, which is healthy once it reaches the engine.

load lib

setup() {
	need_engine
	cp -r "$REPO/examples/swarm" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/swarm" || return
	image_make docker
	engine swarm init --advertise-addr 127.0.0.1 >/dev/null
}

teardown() {
	[[ -n ${BATS_TEST_COMPLETED:-} ]] || engine service ps --no-trunc guard_cetusguard guard_dozzle || :
	engine stack rm guard || :
	engine swarm leave --force
	wait_until 30 nothing_left
	engine volume rm guard_socket
}

nothing_left() {
	[[ -z $(engine ps -aq --filter name=guard_) ]]
}

# deploy - As the head of the file says, with the image of the agent exchanged.
deploy() {
	sed -i 's|amir20/dozzle:latest|cetusguard:latest|' stack.yaml
	RULES=$(sha256sum cetusguard.rules | cut -c -8) \
		engine stack deploy --resolve-image never -c stack.yaml guard
}

# serves PATH STATUS - What one gets who mounts the volume.
serves() {
	[[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket \
		"$E2E/engine/data/volumes/guard_socket/_data/docker.sock" "http://engine$1") == "$2" ]]
}

all_healthy() {
	[[ $(engine ps --filter health=healthy --filter name=guard_ --format '{{.Names}}' |
		sed 's/\..*//' | sort | paste -sd' ') == "guard_cetusguard guard_dozzle" ]]
}

@test "every node's guard serves that node's agents, and new rules are rolled out" {
	"$CETUSGUARD" -rules-file cetusguard.rules check
	deploy
	wait_until 40 serves /containers/json 200
	serves /containers/box/logs?stdout=1 200
	serves /images/json 403
	wait_until 40 all_healthy
	engine logs "$(engine ps -q --filter name=guard_cetusguard)" 2>&1 | grep -q 'detail="uid 65532'

	echo 'GET %API_PREFIX_IMAGES%/json' >>cetusguard.rules
	deploy
	wait_until 40 serves /images/json 200
}
