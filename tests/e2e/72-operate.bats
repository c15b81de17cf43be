#!/usr/bin/env bats
# Operating it: who may connect to its sockets, and sockets that were passed.

load lib

setup() {
	need_engine
}

teardown() {
	show_proxy_log op
	proxy_kill_if_left op
}

op_start() {
	proxy_start op -backend-addr "unix://$E2E/engine.sock" -rules 'GET /.*' "$@"
}

# get PATH [SOCKET] - The status of a GET.
get() {
	curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' --max-time 20 \
		--unix-socket "${2:-$E2E/op.sock}" "http://engine$1"
}

# as ID COMMAND... - As that user and group.
as() {
	setpriv --reuid "$1" --regid "$1" --clear-groups -- "${@:2}"
}

# refused STATUS TEXT ARGUMENT... - It does not start, and says so in one line.
refused() {
	local want=$1 text=$2
	shift 2
	run timeout 10 "$CETUSGUARD" -backend-addr "unix://$E2E/engine.sock" "$@"
	[[ $status == "$want" && $output == *"$text"* && ${#lines[@]} == 1 ]] ||
		fail "exit $status: $output"
}

# ---- unix frontends --------------------------------------------------------------

# socket_is MODE USER GROUP PATH
socket_is() {
	[[ $(stat -c '%a %u %g' "$4") == "$1 $2 $3" ]] || fail "$(stat -c '%a %u %g' "$4"), not $1 $2 $3"
}

@test "a unix frontend has the mode, user and group that were asked for, whatever the umask" {
	local mask
	chmod 755 "$E2E"
	for mask in 000 022 077; do
		umask $mask
		op_start -frontend-addr "unix://$E2E/op.sock" \
			-frontend-addr "unix://$E2E/op-mode.sock?mode=0600" \
			-frontend-addr "unix://$E2E/op-user.sock?mode=0606&user=nobody&group=games" \
			-frontend-addr "unix://$E2E/op-ids.sock?user=1234&group=5678"
		umask 022
		socket_is 660 0 0 "$E2E/op.sock"
		socket_is 600 0 0 "$E2E/op-mode.sock"
		socket_is 606 65534 60 "$E2E/op-user.sock"
		socket_is 660 1234 5678 "$E2E/op-ids.sock"
		proxy_end op
		[[ ! -e $E2E/op.sock && ! -e $E2E/op-mode.sock && ! -e $E2E/op-user.sock ]]
	done
}

@test "who the mode leaves out is refused, who it lets in is served" {
	chmod 755 "$E2E"
	op_start -frontend-addr "unix://$E2E/op.sock?user=1234&group=5678" \
		-frontend-addr "unix://$E2E/op-all.sock?mode=0666"
	[[ $(as 1234 curl -s -o /dev/null -w '%{http_code}' --unix-socket "$E2E/op.sock" http://e/version) == 200 ]]
	[[ $(as 5678 curl -s -o /dev/null -w '%{http_code}' --unix-socket "$E2E/op.sock" http://e/version) == 200 ]]
	[[ $(as 65534 curl -s -o /dev/null -w '%{http_code}' --unix-socket "$E2E/op-all.sock" http://e/version) == 200 ]]
	run as 65534 curl -sS --unix-socket "$E2E/op.sock" http://e/version
	[[ $status == 7 ]] || fail "$status: $output" # curl: failed to connect
	DOCKER_HOST=unix://$E2E/op-all.sock docker version >/dev/null
	proxy_end op
}

# The folder is watched while a frontend is opened: bind makes the file as it stays,
# then it is given away, and only then anybody listens.
@test "at no moment more may connect than are meant to" {
	need strace
	umask 000
	strace -f -qq -e trace=umask,bind,fchownat,fchown,chmod,fchmod,fchmodat,listen \
		-o "$E2E/op.trace" timeout -s TERM 5 "$CETUSGUARD" -backend-addr "unix://$E2E/engine.sock" \
		-no-sandbox seccomp,dumpable \
		-frontend-addr "unix://$E2E/op.sock?mode=0620&group=5678" 2>"$E2E/op.log" 3>&- &
	local strace=$!
	wait_until 20 test -S "$E2E/op.sock"
	wait_until 20 grep -q 'msg=listening' "$E2E/op.log"
	socket_is 620 0 5678 "$E2E/op.sock"
	kill "$(cut -d' ' -f1 "$E2E/op.trace" | head -n1)"
	wait "$strace" || :
	umask 022
	run sed -nE 's/^[0-9]+ +(umask\(0157\)|bind\([0-9]+, \{sa_family=AF_UNIX|fchownat|ch?mod|fchmod|listen).*/\1/p' \
		"$E2E/op.trace"
	[[ ${lines[*]} == "umask(0157) bind("*"AF_UNIX fchownat listen" ]] || fail "$output"
}

@test "a frontend that makes no sense is an error that names flag and field" {
	refused 1 "-frontend-addr unix:///x?mode=rw: mode rw: expected permissions" -frontend-addr 'unix:///x?mode=rw'
	refused 1 "-frontend-addr unix:///x?user=nosuch: user nosuch: there is no such user" \
		-frontend-addr 'unix:///x?user=nosuch'
	refused 1 "field owner: expected mode=, user= or group=" -frontend-addr 'unix:///x?owner=1'
	CETUSGUARD_FRONTEND_ADDR='unix:///x?group=nosuch' \
		refused 1 'CETUSGUARD_FRONTEND_ADDR unix:///x?group=nosuch: group nosuch: there is no such group'
	# Only root gives files away; nothing is left behind.
	install -m 755 "$CETUSGUARD" "$E2E/guard"
	install -d -m 777 "$E2E/public"
	chmod 755 "$E2E"
	run as 65534 "$E2E/guard" -frontend-addr "unix://$E2E/public/x.sock?user=0"
	[[ $status == 1 && $output == *"user and group: the file cannot be given to them: Operation not permitted"* ]] ||
		fail "$status: $output"
	[[ ! -e $E2E/public/x.sock ]]
}

# ---- passed sockets --------------------------------------------------------------

# activated ARGUMENT... - For proxy_spawn: systemd-socket-activate with these, then
# the guard with what is behind --. It starts with the first connection.
activated() {
	printf '#!/bin/sh\nexec systemd-socket-activate %s %s "$@"\n' "$*" "$CETUSGUARD" >"$E2E/activated"
	chmod +x "$E2E/activated"
}

@test "sockets that systemd passes are served, and stay systemd's" {
	local port=$((20000 + RANDOM % 10000))
	need systemd-socket-activate
	rm -f "$E2E/op.sock"
	activated -l "$E2E/op.sock" -l "127.0.0.1:$port"
	CETUSGUARD=$E2E/activated proxy_spawn op -backend-addr "unix://$E2E/engine.sock" \
		-rules 'GET /.*' -frontend-addr fd://
	wait_until 10 test -S "$E2E/op.sock"
	[[ $(get /containers/json) == 200 ]]
	[[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/version") == 200 ]]
	[[ $(curl -s -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$port/version") == 403 ]]
	DOCKER_HOST=unix://$E2E/op.sock docker ps >/dev/null
	[[ $(grep -c msg=listening "$E2E/op.log") == 2 ]]
	grep -q "msg=listening addr=unix://$E2E/op.sock" "$E2E/op.log"
	proxy_end op
	[[ -S $E2E/op.sock ]]
	rm "$E2E/op.sock"
}

@test "a passed socket is chosen by its name or number" {
	need systemd-socket-activate
	rm -f "$E2E"/op{,-b,-c}.sock
	activated -l "$E2E/op.sock" -l "$E2E/op-b.sock" -l "$E2E/op-c.sock" --fdname=a:b:c
	CETUSGUARD=$E2E/activated proxy_spawn op -backend-addr "unix://$E2E/engine.sock" \
		-rules 'GET /.*' -frontend-addr fd://b -frontend-addr fd://3
	wait_until 10 test -S "$E2E/op-c.sock"
	[[ $(get /version "$E2E/op-b.sock") == 200 ]]
	[[ $(get /version) == 200 ]]
	run curl -s --max-time 0.5 --unix-socket "$E2E/op-c.sock" http://engine/version
	[[ $status == 28 ]] || fail "$status: $output" # nobody accepts
	proxy_end op
	rm -f "$E2E"/op{,-b,-c}.sock
}

@test "what was not passed is an error" {
	refused 1 '-frontend-addr fd://: no socket was passed: LISTEN_PID and LISTEN_FDS are not set' \
		-frontend-addr fd://
	LISTEN_PID=1 LISTEN_FDS=1 refused 1 'no socket was passed: LISTEN_PID is 1, and this is ' \
		-frontend-addr fd://
	# shellcheck disable=SC2016 # the inner shell expands it
	run sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3</dev/null' sh "$CETUSGUARD" -frontend-addr fd://
	[[ $status == 1 && $output == *"descriptor 3: Socket operation on non-socket"* ]] || fail "$status: $output"
}

# What is started later must not take them for its own.
@test "a tool under cetus-run sees no passed sockets, and the guard serves them" {
	need systemd-socket-activate
	rm -f "$E2E/op.sock"
	activated -l "$E2E/op.sock" --
	cat >"$E2E/tool" <<-'END'
		#!/bin/sh
		echo "fds=${LISTEN_FDS-none} $(find /proc/self/fd -lname 'socket:*')"
		sleep 2
	END
	chmod +x "$E2E/tool"
	CETUSGUARD=$E2E/activated proxy_spawn op -backend-addr "unix://$E2E/engine.sock" \
		-rules 'GET /.*' -frontend-addr fd:// run -- "$E2E/tool"
	wait_until 10 test -S "$E2E/op.sock"
	[[ $(get /version) == 200 ]]
	[[ $(proxy_exit op 10) == 0 ]]
	[[ $(<"$E2E/op.out") == "fds=none " ]] || fail "$(cat "$E2E/op.out")"
	rm "$E2E/op.sock"
}
