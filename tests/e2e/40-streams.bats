#!/usr/bin/env bats
# Connections that stop being HTTP, and answers that do not end by themselves:
# piped standard input, attach, large data both ways, logs and events as they
# happen, and what becomes of the engine's side when the client goes away. These
# are where a proxy hangs or loses bytes, so each runs with every Docker CLI
# through every frontend.

# shellcheck disable=SC2016 # what is in single quotes is for the container's shell

load lib

BLOB_SIZE=$((64 * 1024 * 1024))

setup_file() {
	export BLOB=$BATS_FILE_TMPDIR/blob BLOB_SUM
	head -c $BLOB_SIZE /dev/urandom >"$BLOB"
	BLOB_SUM=$(sha256sum <"$BLOB")
}

setup() { need_engine; }
teardown() {
	show_proxy_log
	proxy_kill_if_left lone
}

piping() {
	step docker run -i --rm --network none busybox:test cat <<<hi
	step docker run -i --rm --network none busybox:test sh -c 'cat; echo err >&2; exit 5' <<<hi
	step docker run -i --rm --network none busybox:test cat </dev/null
	step docker exec -i box cat <<<hi
	step docker exec -i box sh -c 'cat; echo err >&2; exit 6' <<<hi
	step docker exec -i box sh -c 'read line; echo "got $line"' <<<$'one\ntwo'
	step docker exec box sh -c 'echo no stdin'
}

@test "standard input piped into run -i and exec -i ends, and so does the command" {
	same_as_direct --every-way piping
	direct_says 'out: hi' 'err: err' 'status: 5' 'status: 6' 'out: got one'
}

attaching() {
	docker create -i --name "$NAME-1" --network none busybox:test cat >/dev/null
	step docker start -a -i "$NAME-1" <<<hi
	docker run -d -i --name "$NAME-2" --network none busybox:test \
		sh -c 'read line; echo "got $line"; echo err >&2; exit 8' >/dev/null
	# The engine closes the outputs when standard input of an attach ends, even if
	# the container still writes; so leave it open until the container has ended.
	step docker attach "$NAME-2" < <(echo hi && engine wait "$NAME-2")
	step docker logs "$NAME-2"
	docker create --name "$NAME-3" --network none busybox:test sh -c 'echo out; exit 9' >/dev/null
	step docker start -a "$NAME-3"
	docker rm "$NAME-1" "$NAME-2" "$NAME-3" >/dev/null
}

@test "attach carries both outputs and standard input" {
	same_as_direct --every-way attaching
	direct_says 'out: hi' 'out: got hi' 'err: err' 'status: 8' 'status: 9'
}

blob_into_run() {
	[[ $(docker run -i --rm --network none busybox:test sha256sum <"$BLOB") == "$BLOB_SUM" ]]
}

@test "64 MiB piped into run -i arrive whole" {
	each_route blob_into_run
}

blob_through_exec() {
	[[ $(docker exec -i box cat <"$BLOB" | sha256sum) == "$BLOB_SUM" ]]
}

@test "64 MiB piped through exec -i come back whole" {
	each_route blob_through_exec
}

# The writer in the container stays asleep in the kernel because its pipe is full.
writer_is_blocked() {
	for _ in 1 2 3 4; do
		engine top box -o pid,wchan:20,args | grep -F "$1" | grep -q pipe_write || return 1
	done
}

proxy_resident_kib() {
	awk '/^VmRSS/ { print $2 }' "/proc/$(pid_of proxy)/status"
}

stalled_reader() {
	local fifo=$BATS_TEST_TMPDIR/$NAME before client
	before=$(proxy_resident_kib)
	mkfifo "$fifo"
	exec 7<>"$fifo"
	"$CLI" exec box head -q -c $BLOB_SIZE /dev/zero "/dev/null/$NAME" >"$fifo" 2>/dev/null 3>&- 7>&- &
	client=$!
	exec 8<"$fifo" 7>&-
	wait_until 20 writer_is_blocked "/dev/null/$NAME"
	(($(proxy_resident_kib) < before + 16 * 1024)) ||
		fail "the proxy grew from $before KiB to $(proxy_resident_kib) KiB" || return 1
	(($(wc -c <&8) == BLOB_SIZE)) || return 1
	exec 8<&-
	wait $client || :
}

@test "a client that stops reading stops the writer, costs no memory and loses nothing" {
	each_route stalled_reader
}

logs_that_follow() {
	local client
	docker run -d --name "$NAME" --network none busybox:test \
		sh -c 'echo one; until [ -e /go ]; do sleep 0.05; done; echo two' >/dev/null
	"$CLI" logs --follow "$NAME" >"$BATS_TEST_TMPDIR/$NAME" 3>&- &
	client=$!
	wait_until 10 grep -q one "$BATS_TEST_TMPDIR/$NAME"
	engine exec "$NAME" touch /go
	wait_until 10 gone $client
	wait $client
	[[ $(cat "$BATS_TEST_TMPDIR/$NAME") == $'one\ntwo' ]]
	engine rm "$NAME" >/dev/null
}

@test "logs -f shows lines as they come and ends with the container" {
	each_route logs_that_follow
}

abandoned_logs() {
	local client held
	docker run -d --name "$NAME" --network none busybox:test sh -c 'echo one; sleep 1000' >/dev/null
	"$CLI" logs --follow "$NAME" >"$BATS_TEST_TMPDIR/$NAME" 3>&- &
	client=$!
	wait_until 10 grep -q one "$BATS_TEST_TMPDIR/$NAME"
	held=$(engine_connections proxy)
	kill -KILL $client
	wait_until 3 engine_connections_are -lt "$held" proxy
	engine rm -f "$NAME" >/dev/null
}

@test "an abandoned logs -f lets go of the engine at once" {
	each_route abandoned_logs
}

live_events() {
	local client held events=$BATS_TEST_TMPDIR/$NAME
	"$CLI" events --since "$(date +%s.%N)" --filter "container=$NAME" --format '{{.Action}}' >"$events" 3>&- &
	client=$!
	docker create --name "$NAME" --network none busybox:test true >/dev/null
	wait_until 5 grep -qx create "$events"
	docker rm "$NAME" >/dev/null
	wait_until 5 grep -qx destroy "$events"
	alive $client
	held=$(engine_connections proxy)
	kill -KILL $client
	wait_until 3 engine_connections_are -lt "$held" proxy
}

@test "events arrive as they happen, until the client goes" {
	each_route live_events
}

killed_exec() {
	local client
	mkfifo "$BATS_TEST_TMPDIR/$NAME"
	exec 7<>"$BATS_TEST_TMPDIR/$NAME"
	"$CLI" exec -i box cat - "/tmp/$NAME" <&7 >/dev/null 2>&1 3>&- 7>&- &
	client=$!
	wait_until 10 box_runs "cat - /tmp/$NAME"
	kill -KILL $client
	exec 7>&-
	wait_until 3 box_no_longer_runs "cat - /tmp/$NAME"
}

@test "the cat behind a killed exec -i client ends at once" {
	each_route killed_exec
}

# abandon URL-PREFIX METHOD PATH [ARGUMENT...] - Send a request whose answer does
# not end by itself, wait until the engine has it, and go away.
abandon() {
	local client
	case $1 in
	unix://*) set -- "$2" --unix-socket "${1#unix://}" "http://engine$3" "${@:4}" ;;
	tcp://*) set -- "$2" "http://${1#tcp://}$3" "${@:4}" ;;
	esac
	curl -sN -o "$BATS_TEST_TMPDIR/body" --request "$@" 3>&- &
	client=$!
	wait_until 5 engine_connections_are -eq 1 lone
	kill -KILL $client
	wait_until 3 engine_connections_are -eq 0 lone || fail "$*"
}

@test "whatever a killed client was waiting for, the engine is let go of" {
	local front
	proxy_start lone -backend-addr "unix://$E2E/engine.sock" -rules-file "$E2E/all.rules" \
		-frontend-addr "unix://$E2E/lone.sock" -frontend-addr tcp://127.0.0.1:0
	for front in "unix://$E2E/lone.sock" "$(proxy_tcp lone)"; do
		abandon "$front" GET /events
		abandon "$front" GET /containers/box/stats
		abandon "$front" GET "/containers/box/logs?follow=1&stdout=1"
		abandon "$front" POST /containers/box/wait
	done
	# Nobody reads an attach without standard input until there is something to
	# write, so only the full hang-up of a unix socket can tell.
	abandon "unix://$E2E/lone.sock" POST "/containers/box/attach?stream=1&stdout=1"
	abandon "unix://$E2E/lone.sock" POST "/containers/box/attach?stream=1&stdout=1" \
		--header 'Connection: Upgrade' --header 'Upgrade: tcp'
	proxy_end lone
}
