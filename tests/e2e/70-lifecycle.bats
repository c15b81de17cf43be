#!/usr/bin/env bats
# Starting, stopping and being misused: sockets that are stale or in use, bad
# input, signals with requests open, and an engine that goes away and comes back
# (the stand-in engine, which does so faster than a real one).

load lib

setup() {
	need_engine
	STANDIN=${CETUSGUARD%/*}/standin-engine
	[[ -x $STANDIN ]] || lacking "$STANDIN is not built"
}

teardown() {
	show_proxy_log life
	proxy_kill_if_left life
	[[ -z ${STANDIN_PID:-} ]] || kill -KILL "$STANDIN_PID" 2>/dev/null || :
}

life_start() {
	proxy_start life -backend-addr "unix://$E2E/standin.sock" \
		-frontend-addr "unix://$E2E/life.sock" -rules 'GET /.*' -log-level 7 "$@"
}

get() {
	curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' --max-time 20 \
		--unix-socket "$E2E/life.sock" "http://engine$1"
}

# refused STATUS TEXT ARGUMENT... - It does not start, and says so in one line.
refused() {
	local want=$1 text=$2
	shift 2
	run timeout 10 "$CETUSGUARD" "$@"
	[[ $status -eq $want && ${#lines[@]} -eq 1 && $output == cetusguard:*"$text"* ]] ||
		fail "status $status: $output"
}

@test "bad input gets one line and no start" {
	refused 2 'unknown flag -no-such' -no-such
	refused 2 '-rules needs a value' -rules
	refused 2 'unknown command frobnicate' frobnicate
	refused 1 '-log-level 8: expected a level from 0 to 7' -log-level 8
	refused 1 '-backend-addr ssh://h: expected tcp://' -backend-addr ssh://h
	refused 1 '-frontend-addr tcp://h: expected :port' -frontend-addr tcp://h
	refused 1 'rules:2:6: unknown variable %NOPE%' -rules $'GET /a\nGET /%NOPE%'
	refused 1 '-rules-file /nosuch: No such file' -rules-file /nosuch
	refused 1 '-rules-file /tmp: expected a regular file' -rules-file /tmp
	CETUSGUARD_NO_BUILTIN_RULES=maybe refused 1 'CETUSGUARD_NO_BUILTIN_RULES maybe: expected true'
	refused 1 'No such file' -audit-log /nosuch/x -frontend-addr tcp://127.0.0.1:0
}

@test "a stale socket file is replaced, a live one is not, and ours goes with us" {
	/usr/bin/python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$E2E/life.sock"
	life_start
	refused 1 'is in use by another process' -frontend-addr "unix://$E2E/life.sock"
	[[ -S $E2E/life.sock ]]
	touch "$BATS_TEST_TMPDIR/file"
	refused 1 'is not a socket' -frontend-addr "unix://$BATS_TEST_TMPDIR/file"
	proxy_end life
	[[ ! -e $E2E/life.sock ]]
}

@test "a port in use is an error that names it" {
	life_start -frontend-addr tcp://127.0.0.1:0
	refused 1 'Address already in use' -frontend-addr "$(proxy_tcp life)"
	proxy_end life
}

@test "an engine that restarts needs no restart of the proxy" {
	life_start
	[[ $(get /version) == 502 ]]
	grep -q 'cetusguard: the engine did not answer' "$BATS_TEST_TMPDIR/body"
	for _ in 1 2 3; do
		"$STANDIN" "unix://$E2E/standin.sock" 3>&- & STANDIN_PID=$!
		wait_until 10 engine_answers "$E2E/standin.sock"
		[[ $(get /version) == 200 ]]
		[[ $(get /version) == 200 ]]
		kill -KILL $STANDIN_PID
		wait_until 10 gone $STANDIN_PID
		[[ $(get /version) == 502 ]]
	done
	proxy_end life
}

@test "a stop ends open streams and exits with 0, a second signal at once" {
	local client
	proxy_start life -backend-addr "unix://$E2E/engine.sock" -rules 'GET /.*' \
		-frontend-addr "unix://$E2E/life.sock"
	curl -sN -o /dev/null --unix-socket "$E2E/life.sock" http://engine/events 3>&- & client=$!
	wait_until 5 engine_connections_are -eq 1 life
	kill -TERM "$(pid_of life)"
	wait_until 5 grep -q 'msg=stopping' "$E2E/life.log"
	kill -TERM "$(pid_of life)"
	[[ $(proxy_exit life 3) == 0 ]]
	wait_until 3 gone $client
}

@test "SIGHUP opens the audit log again" {
	life_start -audit-log "$E2E/life.audit"
	get /version
	mv "$E2E/life.audit" "$E2E/life.audit.1"
	kill -HUP "$(pid_of life)"
	wait_until 5 test -e "$E2E/life.audit"
	get /info
	grep -q 'path=/info' "$E2E/life.audit"
	grep -q 'path=/version' "$E2E/life.audit.1"
	proxy_end life
}
