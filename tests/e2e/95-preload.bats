#!/usr/bin/env bats
# cetus-run -mode preload with a real engine: clients that load the library pass the
# rules whatever path or endpoint they are given, the supervisor is not noticed
# otherwise, and what the library cannot see is what the start-up line says.

bats_require_minimum_version 1.5.0
load lib

RUN=${CETUSGUARD%/*}/cetus-run

setup() {
	need_engine
	ENGINE=$E2E/engine.sock
	AUDIT=$BATS_TEST_TMPDIR/audit
	# Where the program itself is started with a library preloaded.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-verify_asan_link_order=0}
	unset DOCKER_HOST
}

# guarded [FLAG...] -- TOOL... - Run it with the built-in rules only.
guarded() {
	timeout --foreground -k 5 60 "$RUN" -mode preload -backend-addr "unix://$ENGINE" \
		-audit-log "$AUDIT" "$@"
}

# allowed [FLAG...] -- TOOL... - Run it with rules that allow everything.
allowed() {
	guarded -rules-file "$E2E/all.rules" "$@"
}

# denied COMMAND... - The command says that the rules denied it.
denied() {
	run "$@"
	[[ $output == *"denied: no rule allows it"* ]] || fail "it was not denied:" "$output"
}

# nothing_left - No socket and no directory of a run are left.
nothing_left() {
	local socket
	socket=$(sed -n 's/.* socket=\(.*\)/\1/p' "$1")
	[[ -n $socket && ! -e $socket && ! -e ${socket%/*} ]]
}

@test "curl, socat, docker-py and docker-compose pass the rules on the engine's own path" {
	need curl socat docker-compose
	need_python docker
	local get=$'GET /containers/json HTTP/1.0\r\n\r\n'
	[[ $(allowed -- curl -sS --unix-socket "$ENGINE" http://x/containers/json) == *'"/box"'* ]]
	denied guarded -- curl -sS --unix-socket "$ENGINE" http://x/containers/json
	[[ $(allowed -- socat - "UNIX-CONNECT:$ENGINE" <<<"$get") == *'"/box"'* ]]
	denied guarded -- socat - "UNIX-CONNECT:$ENGINE" <<<"$get"
	cat >"$BATS_TEST_TMPDIR/list.py" <<PYTHON
import docker
print([c.name for c in docker.DockerClient(base_url="unix://$ENGINE").containers.list()])
PYTHON
	[[ $(allowed -- /usr/bin/python3 "$BATS_TEST_TMPDIR/list.py") == *box* ]]
	denied guarded -- /usr/bin/python3 "$BATS_TEST_TMPDIR/list.py"
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'version: "2.4"' 'services:' '  web:' '    image: busybox:test' \
		'    command: ["sh", "-c", "echo web is up; exec sleep 1000"]' \
		'    network_mode: none' '    stop_signal: SIGKILL' >docker-compose.yml
	allowed -- docker-compose -H "unix://$ENGINE" -p preload up -d
	allowed -- docker-compose -H "unix://$ENGINE" -p preload logs --no-color | grep "web is up"
	denied guarded -- docker-compose -H "unix://$ENGINE" -p preload ps
	allowed -- docker-compose -p preload down -t 0
	[[ -z $(engine ps -aq --filter label=com.docker.compose.project=preload) ]]
}

@test "every audit line says which process it was" {
	guarded -- curl -sS -o /dev/null --unix-socket "$ENGINE" http://x/info
	guarded -- sh -c "env -i curl -sS -o /dev/null --unix-socket $ENGINE http://x/images/json"
	grep -E 'verdict=allow .*path=/info .*pid=[1-9][0-9]* uid=0 comm=curl exe=/usr/bin/curl' "$AUDIT"
	grep -E 'verdict=deny .*path=/images/json .*pid=[1-9][0-9]* uid=0 comm=curl exe=/usr/bin/curl' "$AUDIT"
}

@test "a Docker CLI is led to the guard by DOCKER_HOST, with its streams" {
	local cli
	for cli in "${CLIS[@]}"; do
		denied guarded -- "$cli" ps
		[[ $(allowed -- "$cli" ps --format '{{.Names}}') == box ]]
		[[ $(allowed -- "$cli" run --rm --network none busybox:test echo hi) == hi ]]
		[[ $(echo in | allowed -- "$cli" run -i --rm --network none busybox:test cat) == in ]]
		run allowed -- "$cli" run --rm --network none busybox:test sh -c 'exit 9'
		[[ $status == 9 ]]
	done
}

@test "a Go program that names the socket itself is not seen, which the first line says" {
	local cli
	for cli in "${CLIS[@]}"; do
		run guarded -- "$cli" -H "unix://$ENGINE" ps --format '{{.Names}}'
		[[ $status == 0 && ${lines[-1]} == box ]]
		[[ ${lines[0]} == *level=warning*"preload mode is cooperative only"* ]]
		[[ ${lines[0]} == *"static and Go programs, raw system calls, set-user-ID"* ]]
	done
	# The guard has nothing to tell of it.
	[[ ! -s $AUDIT ]]
}

@test "TCP endpoints are guarded in every spelling, and only for the tool's user" {
	local host
	for host in 127.0.0.1 127.3.2.1 localhost '[::1]' '[::ffff:127.0.0.1]' 0.0.0.0; do
		[[ $(allowed -protect tcp://localhost:23750 -- \
			curl -sS "http://$host:23750/containers/json") == *'"/box"'* ]]
	done
	denied guarded -protect tcp://localhost:23750 -- curl -sS http://localhost:23750/images/json
	need setpriv
	# shellcheck disable=SC2016 # the inner shell expands it
	run allowed -protect tcp://localhost:23750 -- \
		sh -c 'setpriv --reuid=65534 --clear-groups curl -sS "http://127.0.0.1:$CETUS_RUN_TCP/version"'
	[[ $status != 0 && $output == *"another user"* ]]
}

@test "as another user, too" {
	need setpriv
	chmod a+x "$E2E" # as /run is, or nobody could not name the socket
	[[ $(allowed -user nobody -- id -un 2>/dev/null) == nobody ]]
	[[ $(allowed -user nobody -- curl -sS --unix-socket "$ENGINE" http://x/containers/json) == *'"/box"'* ]]
	grep 'uid=65534 comm=curl' "$AUDIT"
}

@test "exit statuses are the tool's own, 126, 127 and 125" {
	local want
	for want in 0 1 77 255; do
		run guarded -- sh -c "exit $want"
		[[ $status == "$want" ]]
	done
	run guarded -- sh -c 'kill -TERM $$'
	[[ $status == 143 ]]
	run -127 guarded -- /not/there
	[[ $status == 127 && $output == *"/not/there: No such file"* ]]
	run guarded -- /etc/passwd
	[[ $status == 126 ]]
	mkdir "$BATS_TEST_TMPDIR/alone"
	cp "$CETUSGUARD" "$BATS_TEST_TMPDIR/alone/cetus-run"
	RUN=$BATS_TEST_TMPDIR/alone/cetus-run run guarded -- true
	if [[ $status != 0 ]]; then
		[[ $status == 125 && $output == *"$BATS_TEST_TMPDIR/alone/libcetus-preload.so"* ]]
		[[ $output == *lib/cetusguard/libcetus-preload.so* ]]
	fi
}

@test "inside another run in preload mode it refuses, in seccomp mode both judge" {
	run -125 guarded -- "$RUN" -mode preload -rules-file "$E2E/all.rules" -- true
	[[ $output == *"inside another cetus-run"* ]]
	denied guarded -- "$RUN" -rules-file "$E2E/all.rules" -- \
		curl -sS --unix-socket "$ENGINE" http://x/images/json
	denied allowed -- "$RUN" -- curl -sS --unix-socket "$ENGINE" http://x/images/json
	[[ $(allowed -- "$RUN" -rules-file "$E2E/all.rules" -- \
		curl -sS --unix-socket "$ENGINE" http://x/images/json) == *busybox:test* ]]
}

@test "the tool's own LD_PRELOAD and DOCKER_HOST are behind ours" {
	LD_PRELOAD=libm.so.6 DOCKER_HOST=unix://$ENGINE run guarded -- printenv LD_PRELOAD DOCKER_HOST
	[[ ${lines[-2]} == "${CETUSGUARD%/*}/libcetus-preload.so:libm.so.6" ]]
	[[ ${lines[-1]} == unix:///*/cetus-run.*/docker.sock ]]
}

@test "nothing is left behind, however the tool ends" {
	local how
	# shellcheck disable=SC2016 # the tool expands it
	for how in 'exit 0' 'exit 3' 'kill -KILL $$' 'kill -TERM $PPID; exec sleep 60'; do
		guarded -- sh -c "$how" 2>"$BATS_TEST_TMPDIR/err" || :
		nothing_left "$BATS_TEST_TMPDIR/err"
	done
	guarded -- /not/there 2>"$BATS_TEST_TMPDIR/err" || :
	nothing_left "$BATS_TEST_TMPDIR/err"
}

@test "a process left behind loses its way to the engine, unless -linger waits for it" {
	local later="until [ -e $BATS_TEST_TMPDIR/go ]; do read -t 1 x <>/dev/null; done
		curl -sS --unix-socket $ENGINE http://x/version >$BATS_TEST_TMPDIR/said 2>&1
		echo over >$BATS_TEST_TMPDIR/over"
	guarded -- bash -c "($later) >/dev/null 2>&1 & exit 4" 2>/dev/null && false
	touch "$BATS_TEST_TMPDIR/go"
	wait_until 10 test -e "$BATS_TEST_TMPDIR/over"
	! grep ApiVersion "$BATS_TEST_TMPDIR/said" || false
	rm "$BATS_TEST_TMPDIR/over"
	run guarded -linger -- bash -c "($later) >/dev/null 2>&1 & exit 4"
	[[ $status == 4 && -e $BATS_TEST_TMPDIR/over ]]
	grep ApiVersion "$BATS_TEST_TMPDIR/said"
}

@test "what takes the engine's place at a guarded path is guarded, too" {
	local sock=$BATS_TEST_TMPDIR/engine.sock
	cat >"$BATS_TEST_TMPDIR/tool" <<SH
for i in 1 2; do
	rm -f $sock
	/usr/bin/python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('$sock')"
	curl -sS --unix-socket $sock http://x/images/json
	echo
done
SH
	guarded -protect "unix://$sock" -- sh "$BATS_TEST_TMPDIR/tool" >"$BATS_TEST_TMPDIR/out"
	[[ $(grep -c 'GET /images/json denied' "$BATS_TEST_TMPDIR/out") == 2 ]]
}

@test "interrupts, stops, jobs and the window in a terminal are as without" {
	need expect
	local case
	for case in interrupt stop stop_alone nested window; do
		timeout 60 expect "$BATS_TEST_DIRNAME/run.exp" \
			"$RUN -mode preload -log-level 0 -backend-addr unix://$ENGINE" "$case" 3>&-
	done
}
