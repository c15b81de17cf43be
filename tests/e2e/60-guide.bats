#!/usr/bin/env bats
# The rule set of the user's guide, as it is written there, in front of a real
# engine: what its table says is allowed is, what it says is blocked is, and the
# Docker CLI shows its user why.

load lib

RULES='
GET %API_PREFIX_EVENTS%                        # Event stream
GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?         # Container exec
GET,HEAD,POST %API_PREFIX_CONTAINERS%(/.*)?   # Container operations
GET,HEAD %API_PREFIX_IMAGES%(/.*)?            # Image read-only
GET,HEAD %API_PREFIX_VOLUMES%(/.*)?           # Volume read-only
GET,HEAD %API_PREFIX_NETWORKS%(/.*)?          # Network read-only
GET,HEAD %API_PREFIX_BUILD%(/.*)?             # Build read-only
'

setup() {
	need_engine
	CETUSGUARD_RULES=$RULES proxy_start guide -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/guide.sock" -log-level 7 -audit-log "$E2E/guide.audit"
	export DOCKER_HOST=unix://$E2E/guide.sock
}

teardown() {
	show_proxy_log guide
	proxy_kill_if_left guide
}

# status METHOD PATH CURL-ARGUMENT... - The status of a request through the proxy.
status() {
	curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' --max-time 30 -X "$1" "${@:3}" \
		--unix-socket "$E2E/guide.sock" "http://engine$2"
}

@test "what the guide allows works with the CLI" {
	docker version
	docker ps
	docker inspect box
	docker logs box
	docker images
	docker volume ls
	docker network ls
	[[ $(docker exec box echo hi) == hi ]]
	[[ $(echo piped | docker exec -i box cat) == piped ]]
	docker create --name guided --network none busybox:test sleep 100
	docker start guided
	docker pause guided
	docker unpause guided
	docker restart -t 0 guided
	docker stop -t 0 guided
	engine rm -f guided
	[[ $(docker events --since 1m --until "$(date +%s.%N)" | grep -c guided) -gt 0 ]]
	proxy_end guide
}

@test "what the guide blocks is refused, with the reason shown" {
	run docker rm box
	[[ $status -ne 0 && $output == *"cetusguard: DELETE /v1."*"/containers/box denied: no rule allows it"* ]]
	run docker pull busybox:none
	[[ $status -ne 0 && $output == *"/images/create denied: no rule allows it"* ]]
	run docker volume create v
	[[ $status -ne 0 && $output == *"cetusguard: "* ]]
	run docker cp "$BATS_TEST_FILENAME" box:/tmp/x
	[[ $status -ne 0 && $output == *"cetusguard: PUT "* ]]
	[[ $(status DELETE /v1.41/images/busybox:test) == 403 ]]
	[[ $(status POST '/v1.41/images/create?fromImage=x') == 403 ]]
	[[ $(status POST /containers/../images/create) == 403 ]]
	[[ $(status POST /build) == 403 ]]
	[[ $(status GET /secrets) == 403 ]]
	[[ $(engine inspect --format '{{.State.Status}}' box) == running ]]
	proxy_end guide
}

@test "the log and the audit log tell POSTs and denials" {
	docker exec box true
	run docker rm box
	grep "method=POST" "$E2E/guide.log" | grep "verdict=allow" | grep -q "rule=rules:"
	grep "method=DELETE" "$E2E/guide.log" | grep "level=warning" | grep -q "status=403"
	grep -q "msg=upgrade .*method=POST path=/v1.*/exec/" "$E2E/guide.audit"
	grep -q "verdict=deny method=DELETE" "$E2E/guide.audit"
	proxy_end guide
}

@test "an attach over a websocket reaches the container" {
	need_python websocket docker
	engine run -d -i --name ws --network none busybox:test cat
	/usr/bin/python3 - "$E2E/guide.sock" <<'PYTHON'
import socket, sys, websocket
sock = socket.socket(socket.AF_UNIX)
sock.connect(sys.argv[1])
sock.settimeout(20)
ws = websocket.create_connection(
    "ws://engine/v1.41/containers/ws/attach/ws?stream=1&stdin=1&stdout=1", socket=sock)
ws.send("over the socket\n")
got = ""
while "over the socket" not in got:
    data = ws.recv()
    got += data.decode() if isinstance(data, bytes) else data
ws.close()
PYTHON
	engine rm -f ws
	proxy_end guide
}
