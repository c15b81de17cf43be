#!/usr/bin/env bats
# Operating it: who may connect to its sockets, sockets that were passed, rules that
# are read again while it serves, and what it answers about itself.

load lib

setup() {
	need_engine
	chmod 755 "$E2E" # it is made for root alone
}

teardown() {
	show_proxy_log op
	proxy_kill_if_left op
	engine rm -f op-tick >/dev/null 2>&1 || :
	[[ -z ${STANDIN_PID:-} ]] || kill -KILL "$STANDIN_PID" 2>/dev/null || :
	[[ -z ${PROMETHEUS_PID:-} ]] || kill -KILL "$PROMETHEUS_PID" 2>/dev/null || :
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

# ---- rules that are read again -----------------------------------------------------

# rules LINE... - Put a file with these in the place of the rules.
rules() {
	mkdir -p "$E2E/op-rules"
	printf '%s\n' "$@" >"$E2E/op-rules/new"
	mv "$E2E/op-rules/new" "$E2E/op-rules/rules"
}

rules_start() {
	proxy_start op -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/op.sock" \
		-rules-file "$E2E/op-rules/rules" -log-level 7 "$@"
}

reloads_are() {
	[[ $(grep -c -e 'msg="rules read again"' -e 'msg="cannot read the rules again' "$E2E/op.log") == "$1" ]]
}

# reload - SIGHUP, and wait until the log tells of it.
reload() {
	local n
	n=$(grep -c -e 'msg="rules read again"' -e 'msg="cannot read the rules again' "$E2E/op.log") || :
	kill -HUP "$(pid_of op)"
	wait_until 10 reloads_are $((n + 1))
}

# says TEXT - The log has it.
says() {
	grep -qF -- "$1" "$E2E/op.log" || fail "not in the log: $1"
}

@test "SIGHUP reads a file of rules that was replaced, and says what has changed" {
	rules 'GET /containers/json' 'GET /images/json'
	rules_start -rules 'GET /volumes'
	[[ $(get /containers/json) == 200 && $(get /networks) == 403 && $(get /volumes) == 200 ]]
	rules 'GET /networks' 'GET /containers/json' $'POST /containers/create\n\t+ confined\n\t+ image busybox'
	reload
	says 'msg="rules read again" rules=10 before=9 added=2 removed=1'
	says "msg=\"rule added\" rule=$E2E/op-rules/rules:1 text=\"GET /networks\""
	says 'text="POST /containers/create + confined + image busybox"'
	says 'msg="rule removed" rule='
	[[ $(get /containers/json) == 200 && $(get /networks) == 200 && $(get /volumes) == 200 ]]
	[[ $(get /images/json) == 403 && $(get /version) == 200 ]]
	# Changed in place, and by a link that leads elsewhere, as a ConfigMap does it.
	echo 'GET /images/json' >"$E2E/op-rules/rules"
	reload
	[[ $(get /images/json) == 200 && $(get /networks) == 403 ]]
	mkdir "$E2E/op-rules/v2"
	echo 'GET /networks' >"$E2E/op-rules/v2/rules"
	ln -sf v2/rules "$E2E/op-rules/rules"
	reload
	[[ $(get /images/json) == 403 && $(get /networks) == 200 ]]
	proxy_end op
	rm -r "$E2E/op-rules"
}

@test "rules that cannot be read leave the old ones in force, all of them" {
	rules 'GET /containers/json'
	rules_start
	rules 'GET /networks' 'GET /%NOPE%'
	reload
	says "msg=\"cannot read the rules again, keeping the old ones\" error=\"$E2E/op-rules/rules:2:6: unknown variable %NOPE%"
	[[ $(get /containers/json) == 200 && $(get /networks) == 403 ]]
	rm "$E2E/op-rules/rules"
	reload
	says "error=\"-rules-file $E2E/op-rules/rules: No such file or directory\""
	[[ $(get /containers/json) == 200 && $(get /networks) == 403 ]]
	mkfifo "$E2E/op-rules/rules"
	reload
	says 'expected a regular file'
	rm "$E2E/op-rules/rules"
	rules $'POST /containers/create\n + confined\n + bind /srv'
	reload
	says 'error="the first + bind or + device: paths of mounts'
	[[ $(get /containers/json) == 200 ]]
	rules 'GET /networks'
	reload
	[[ $(get /containers/json) == 403 && $(get /networks) == 200 ]]
	proxy_end op
}

@test "paths of mounts are looked up anew, where they were before" {
	local create='{"Image":"busybox:test","HostConfig":{"Binds":["'$E2E'/op-link:/x:ro"]}}'
	mkdir -p "$E2E/op-a" "$E2E/op-b"
	ln -sfn "$E2E/op-a" "$E2E/op-link"
	rules $'POST /containers/create\n + confined\n + bind '"$E2E/op-a:ro"
	rules_start
	create() {
		curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' --unix-socket "$E2E/op.sock" \
			-H 'Content-Type: application/json' -d "$create" http://engine/containers/create
	}
	[[ $(create) == 201 ]] || fail "$(cat "$BATS_TEST_TMPDIR/body")"
	rules $'POST /containers/create\n + confined\n + bind '"$E2E/op-b:ro"
	reload
	[[ $(create) == 403 ]]
	ln -sfn "$E2E/op-b" "$E2E/op-link"
	[[ $(create) == 201 ]] || fail "$(cat "$BATS_TEST_TMPDIR/body")"
	proxy_end op
	engine ps -aq --filter status=created | while read -r id; do engine rm "$id"; done
}

@test "streams go on under the rules they began with, requests get the new ones" {
	local logs exec
	engine run -d --name op-tick --network none busybox:test \
		sh -c 'while :; do echo tick; usleep 100000; done' >/dev/null
	rules 'GET %API_PREFIX_CONTAINERS%/.*' 'POST %API_PREFIX_CONTAINERS%/.*/exec' \
		'GET,POST %API_PREFIX_EXEC%/.*' 'GET,HEAD %API_PREFIX_PING%'
	rules_start -no-builtin-rules -audit-log "$E2E/op.audit"
	mkfifo "$BATS_TEST_TMPDIR/in"
	DOCKER_HOST=unix://$E2E/op.sock "${CLIS[0]}" logs -f op-tick >"$BATS_TEST_TMPDIR/ticks" 3>&- &
	logs=$!
	DOCKER_HOST=unix://$E2E/op.sock "${CLIS[0]}" exec -i op-tick cat <"$BATS_TEST_TMPDIR/in" \
		>"$BATS_TEST_TMPDIR/echo" 3>&- & exec=$!
	exec 4>"$BATS_TEST_TMPDIR/in"
	echo before >&4
	wait_until 10 grep -q before "$BATS_TEST_TMPDIR/echo"
	wait_until 10 grep -q tick "$BATS_TEST_TMPDIR/ticks"
	keepalive 'GET /containers/json' 'reload GET /networks' 'GET /containers/json' 'GET /networks' \
		>"$BATS_TEST_TMPDIR/keepalive"
	[[ $(<"$BATS_TEST_TMPDIR/keepalive") == "200 reloaded 403 200 " ]] || fail "$(<"$BATS_TEST_TMPDIR/keepalive")"
	# Twice more, so that the memory of the first rules would be someone else's.
	rules 'GET /volumes' && reload
	rules 'GET /volumes' 'GET /images/json' && reload
	: >"$BATS_TEST_TMPDIR/ticks"
	echo after >&4
	wait_until 10 grep -q after "$BATS_TEST_TMPDIR/echo"
	wait_until 10 grep -q tick "$BATS_TEST_TMPDIR/ticks"
	exec 4>&-
	wait $exec || : # it asks for the exit status, which is a new request
	kill $logs
	wait $logs || :
	wait_until 10 grep -q 'path=/v[0-9.]*/containers/[0-9a-f]*/logs' "$E2E/op.audit"
	grep -E "msg=request verdict=allow method=GET path=/v[0-9.]+/containers/[0-9a-f]+/logs .* rule=$E2E/op-rules/rules:1 " "$E2E/op.audit"
	grep -E "msg=request verdict=allow method=POST path=/v[0-9.]+/exec/[0-9a-f]+/start .* rule=$E2E/op-rules/rules:3 " "$E2E/op.audit"
	proxy_end op
}

# keepalive STEP... - On one connection: "METHOD PATH" prints the status, "reload
# RULE" replaces the rules and waits until they are read, "body TEXT" sends a part of
# a body, "status" waits for the reply to it. Everything is one word of the output.
keepalive() {
	/usr/bin/python3 - "$E2E/op.sock" "$E2E/op.log" "$(pid_of op)" "$E2E/op-rules/rules" "$@" <<-'END'
		import http.client, os, signal, socket, sys, time
		path, log, pid, rules = sys.argv[1:5]
		c = http.client.HTTPConnection("engine", timeout=20)
		c.sock = socket.socket(socket.AF_UNIX)
		c.sock.settimeout(20)
		c.sock.connect(path)
		c.connect = lambda: sys.exit("the connection was closed")
		def reloads():
		    return open(log).read().count('msg="rules read again"')
		def status():
		    reply = c.getresponse()
		    reply.read()
		    print(reply.status, end=" ")
		for step in sys.argv[5:]:
		    verb, rest = (step + " ").split(" ", 1)
		    if verb == "reload":
		        before = reloads()
		        with open(rules + ".new", "w") as f:
		            f.write(rest.strip().replace(";", "\n") + "\n")
		        os.rename(rules + ".new", rules)
		        os.kill(int(pid), signal.SIGHUP)
		        end = time.monotonic() + 10
		        while reloads() == before and time.monotonic() < end:
		            os.sched_yield()
		        print("reloaded", end=" ")
		    elif verb == "head":
		        c.putrequest("POST", "/containers/create")
		        c.putheader("Content-Type", "application/json")
		        c.putheader("Content-Length", rest.strip())
		        c.endheaders()
		    elif verb == "body":
		        c.send(rest[:-1].encode())
		    elif verb == "status":
		        status()
		    else:
		        c.request(verb, rest.strip())
		        status()
	END
}

@test "a body that arrives while the rules change is judged by the new ones alone" {
	local create='POST /containers/create; + confined; + image' half='{"Image":"busy' rest='box:test"}'
	local len=$((${#half} + ${#rest}))
	rules $'POST /containers/create\n + confined\n + image busybox:test'
	rules_start
	run keepalive "head $len" "body $half" "reload $create alpine" "body $rest" status \
		"head $len" "body $half" "reload $create busybox:test" "body $rest" status \
		"head $len" "body $half" "reload GET /info" "body $rest" status \
		"reload $create busybox:test" "head $len" "body $half" "reload POST /containers/.*" "body $rest" status
	[[ $output == "reloaded 403 reloaded 201 reloaded 403 reloaded reloaded 201 " ]] || fail "$output"
	proxy_end op
	engine ps -aq --filter status=created | while read -r id; do engine rm "$id"; done
}

@test "many reloads under load answer every request, and leave nothing behind" {
	local before after load
	rules 'GET /.*'
	rules_start -log-level 6
	get /version
	before=$(grep VmRSS "/proc/$(pid_of op)/status" | tr -dc 0-9)
	# shellcheck disable=SC2016 # the inner shell expands it
	timeout 60 bash -c 'for i in {1..300}; do curl -s -o /dev/null -w "%{http_code}\n" --unix-socket "$1" \
		http://engine/version -o /dev/null http://engine/info; done' bash "$E2E/op.sock" \
		>"$BATS_TEST_TMPDIR/codes" 3>&- & load=$!
	while alive $load; do
		rules 'GET /.*' "GET /$RANDOM"
		reload
	done
	wait $load
	[[ $(sort -u "$BATS_TEST_TMPDIR/codes") == 200 ]] || fail "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c)"
	after=$(grep VmRSS "/proc/$(pid_of op)/status" | tr -dc 0-9)
	[[ $CETUSGUARD == */san/* ]] || ((after - before < 4096)) || fail "$before KiB before, $after KiB after"
	proxy_end op
}

@test "rules in a shared folder are read again in place, and the log says so at the start" {
	echo 'GET /version' >/tmp/cetus-op-rules
	proxy_start op -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/op.sock" \
		-rules-file /tmp/cetus-op-rules -no-builtin-rules
	[[ $CETUSGUARD == */san/* ]] || says 'a reload will see this file changed in place, and not replaced'
	echo 'GET /info' >/tmp/cetus-op-rules
	reload
	[[ $(get /info) == 200 && $(get /version) == 403 ]]
	echo 'GET /version' >/tmp/cetus-op-rules.new
	mv /tmp/cetus-op-rules.new /tmp/cetus-op-rules
	reload
	[[ $CETUSGUARD == */san/* ]] || says 'error="-rules-file /tmp/cetus-op-rules: Permission denied"'
	proxy_end op
	rm /tmp/cetus-op-rules
	# Who the guard becomes may not read what root may.
	rules 'GET /version'
	chmod 600 "$E2E/op-rules/rules"
	rules_start -user nobody
	says 'a file cannot be read again, as SIGHUP would have it'
	proxy_end op
}

# ---- what it answers about itself --------------------------------------------------

admin_start() {
	rules_start -admin-addr "unix://$E2E/admin.sock" "$@"
}

# admin PATH ARGUMENT... - Status and body of what it answers.
admin() {
	curl -s --max-time 20 --unix-socket "$E2E/admin.sock" -w ' %{http_code}' "${@:2}" "http://admin$1"
}

# command NAME STATUS TEXT - cetusguard NAME ends with that and has that in its one line.
command_says() {
	run timeout 20 "$CETUSGUARD" "$1" -admin-addr "unix://$E2E/admin.sock"
	[[ $status == "$2" && $output == *"$3"* && ${#lines[@]} == 1 ]] || fail "$1: exit $status: $output"
}

# metric LINE - It is among them.
metric() {
	admin /metrics | grep -qxF "cetusguard_$1" || fail "no $1 in" "$(admin /metrics | grep -v -e _bucket -e '^#')"
}

@test "it says whether it lives, and whether the engine answers" {
	STANDIN=${CETUSGUARD%/*}/standin-engine
	rules 'GET /info'
	proxy_start op -backend-addr "unix://$E2E/op-engine.sock" -frontend-addr "unix://$E2E/op.sock" \
		-no-builtin-rules -rules 'GET /info' -admin-addr "unix://$E2E/admin.sock" -log-level 7
	[[ $(admin /healthz) == $'ok\n 200' ]]
	[[ $(admin /readyz) == $'not ready: the engine did not answer: No such file or directory\n 503' ]] ||
		fail "$(admin /readyz)"
	command_says health 1 'not ready: the engine did not answer: No such file or directory'
	for _ in 1 2; do
		"$STANDIN" "unix://$E2E/op-engine.sock" 3>&- & STANDIN_PID=$!
		wait_until 10 engine_answers "$E2E/op-engine.sock"
		[[ $(admin /readyz) == $'ready\n 200' ]]
		command_says health 0 ready
		kill -KILL $STANDIN_PID
		wait_until 10 gone $STANDIN_PID
		[[ $(admin /healthz) == $'ok\n 200' ]]
		command_says health 1 'not ready: the engine did not answer'
	done
	# It is no client: nothing of it is logged, and no rule of a client's is needed.
	run grep -F '_ping' "$E2E/op.log"
	[[ $status == 1 ]] || fail "$output"
	proxy_end op
	[[ ! -e $E2E/admin.sock ]]
	command_says health 1 "no answer from unix://$E2E/admin.sock: No such file or directory"
}

@test "an engine that takes the question and says nothing is not ready within 2 s" {
	local before took silent
	rm -f "$E2E/op-engine.sock"
	/usr/bin/python3 -c 'import signal, socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(8); signal.pause()' \
		"$E2E/op-engine.sock" 3>&- & silent=$!
	wait_until 10 test -S "$E2E/op-engine.sock"
	STANDIN_PID=$silent
	proxy_start op -backend-addr "unix://$E2E/op-engine.sock" -frontend-addr "unix://$E2E/op.sock" \
		-admin-addr "unix://$E2E/admin.sock"
	before=$(ms)
	[[ $(admin /readyz) == $'not ready: the engine did not answer _ping within 2 s\n 503' ]] || fail "$(admin /readyz)"
	took=$(($(ms) - before))
	((took >= 1900 && took < 4000)) || fail "$took ms"
	[[ $(admin /healthz) == $'ok\n 200' ]]
	proxy_end op
}

@test "the commands health and reload speak over TCP, too, and real dockerd is ready" {
	local port=$((20000 + RANDOM % 10000))
	rules 'GET /info'
	rules_start -admin-addr "tcp://127.0.0.1:$port"
	run "$CETUSGUARD" health -admin-addr "tcp://localhost:$port"
	[[ $status == 0 && $output == ready ]] || fail "$status: $output"
	CETUSGUARD_ADMIN_ADDR=tcp://127.0.0.1:$port run "$CETUSGUARD" reload
	[[ $status == 0 && $output == 'the rules were read again' ]] || fail "$status: $output"
	run curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Origin: http://evil' "http://127.0.0.1:$port/reload"
	[[ $output == 403 ]]
	for site in cross-site same-site; do
		run curl -s -o /dev/null -w '%{http_code}' -H "Sec-Fetch-Site: $site" "http://127.0.0.1:$port/metrics"
		[[ $output == 403 ]] || fail "$site: $output"
	done
	# What a browser sends that a name of somebody else was made to lead here.
	for host in evil.example "evil.example:$port" localhost.evil.example 127.0.0.1.evil.example '[::1' ''; do
		run curl -s -o /dev/null -w '%{http_code}' -X POST -H "Host: $host" "http://127.0.0.1:$port/reload"
		[[ $output == 4?? ]] || fail "$host: $output"
		run curl -s -o /dev/null -w '%{http_code}' -H "Host;" -H "Host: $host" "http://127.0.0.1:$port/metrics"
		[[ $output == 4?? ]] || fail "$host: $output"
	done
	for host in LOCALHOST "127.0.0.1:$port" "[::1]:$port"; do
		run curl -s -o /dev/null -w '%{http_code}' -H "Host: $host" "http://127.0.0.1:$port/metrics"
		[[ $output == 200 ]] || fail "$host: $output"
	done
	run "$CETUSGUARD" health
	[[ $status == 2 && $output == *"health: which proxy? -admin-addr is not set"* ]] || fail "$status: $output"
	proxy_end op
	refused 1 '-admin-addr tcp://:1: expected unix:///path, or TCP on 127.0.0.1, [::1] or localhost' -admin-addr tcp://:1
	refused 1 "-admin-addr unix:///nosuch/x: /nosuch/x: No such file" -admin-addr unix:///nosuch/x \
		-frontend-addr "unix://$E2E/op.sock"
}

@test "reload is asked for over the admin socket, and says why not" {
	rules 'GET /info'
	admin_start
	[[ $(get /networks) == 403 ]]
	rules 'GET /networks'
	command_says reload 0 'the rules were read again'
	[[ $(get /networks) == 200 && $(get /info) == 200 ]]
	rules 'GET /%NO%'
	command_says reload 1 'rules:1:6: unknown variable %NO%'
	[[ $(get /networks) == 200 ]]
	[[ $(admin /reload -X POST) == *'unknown variable'*' 500' ]]
	metric 'reloads_total{result="ok"} 1'
	metric 'reloads_total{result="error"} 2'
	proxy_end op
}

@test "what makes no sense is refused, and nobody keeps it busy" {
	local pids=()
	rules 'GET /info'
	admin_start
	[[ $(admin /reload) == *' 405' && $(admin /metrics -X POST) == *' 405' && $(admin /x) == *' 404' ]]
	[[ $(admin /healthz?x=y) == *' 200' && $(admin /healthz/) == *' 404' && $(admin /healthz -I) == *' 200' ]]
	[[ $(admin /healthz -H "X: $(head -c 5000 /dev/zero | tr '\0' x)") == *' 431' ]]
	[[ $(printf 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n' | socat -t5 - "UNIX:$E2E/admin.sock" | head -n1) == *' 400 '* ]]
	[[ $(printf '\x16\x03\x01' | socat -t5 - "UNIX:$E2E/admin.sock" | head -n1) == *' 400 '* ]]
	# Those who say nothing hold all places until they are over; clients do not notice.
	for _ in {1..40}; do
		socat -u "UNIX:$E2E/admin.sock" OPEN:/dev/null 3>&- & pids+=($!)
	done
	[[ $(get /info) == 200 ]]
	wait_until 20 admin_answers
	kill "${pids[@]}" 2>/dev/null || :
	proxy_end op
}

admin_answers() {
	[[ $(admin /healthz) == *' 200' ]]
}

@test "it counts what it does, in a form that Prometheus takes" {
	local logs
	need promtool
	rules 'GET /.*' 'POST /containers/[a-z]+/nosuch'
	admin_start
	[[ $(get /containers/json) == 200 && $(get /v1.40/containers/json) == 200 && $(get /networks) == 200 ]]
	[[ $(curl -s -o /dev/null -w '%{http_code}' -X DELETE --unix-socket "$E2E/op.sock" http://e/images/x) == 403 ]]
	DOCKER_HOST=unix://$E2E/op.sock docker ps >/dev/null
	metric 'requests_total{verdict="deny",method="DELETE",endpoint="images"} 1'
	metric 'requests_total{verdict="allow",method="GET",endpoint="containers"} 3'
	metric 'requests_total{verdict="allow",method="HEAD",endpoint="_ping"} 1'
	metric 'reply_seconds_count{verdict="deny"} 1'
	metric 'rules 8'
	metric 'backend_errors_total 0'
	metric 'backend_exchanges_total{connection="new"} 1'
	metric 'connections 0'
	engine run -d --name op-tick --network none busybox:test sh -c 'echo 1234567; sleep 60' >/dev/null
	curl -sN --unix-socket "$E2E/op.sock" 'http://e/containers/op-tick/logs?follow=1&stdout=1' \
		-o "$BATS_TEST_TMPDIR/logs" 3>&- & logs=$!
	wait_until 10 grep -qa 1234567 "$BATS_TEST_TMPDIR/logs"
	metric 'connections 1'
	# What a stream has passed on is counted while it is open.
	local open after
	open=$(admin /metrics | sed -n 's/^cetusguard_bytes_total{direction="out"} //p')
	kill $logs
	wait $logs || :
	wait_until 10 no_connections
	after=$(admin /metrics | sed -n 's/^cetusguard_bytes_total{direction="out"} //p')
	[[ $open == "$after" && $open -gt 8 ]] || fail "$open while open, $after after"
	curl -s --unix-socket "$E2E/admin.sock" http://admin/metrics | promtool check metrics
	curl -s --unix-socket "$E2E/admin.sock" http://admin/metrics -o /dev/null -w '%{content_type}' |
		grep -qx 'text/plain; version=0.0.4; charset=utf-8'
	proxy_end op
}

no_connections() {
	admin /metrics | grep -qx 'cetusguard_connections 0'
}

streams_are() {
	admin /metrics | grep -qx "cetusguard_streams $1"
}

@test "it counts streams while they are open" {
	rules 'GET,POST,HEAD /.*'
	admin_start
	mkfifo "$BATS_TEST_TMPDIR/in"
	DOCKER_HOST=unix://$E2E/op.sock "${CLIS[0]}" exec -i box cat <"$BATS_TEST_TMPDIR/in" >/dev/null 3>&- &
	local exec=$!
	exec 4>"$BATS_TEST_TMPDIR/in"
	wait_until 10 streams_are 1
	exec 4>&-
	wait $exec
	wait_until 10 streams_are 0
	proxy_end op
}

scraped() {
	curl -s "http://127.0.0.1:$1/api/v1/query?query=cetusguard_rules" | grep -q '"value":\[[0-9.]*,"7"\]'
}

@test "a real Prometheus scrapes it" {
	local port=$((20000 + RANDOM % 10000)) own=$((30000 + RANDOM % 2000))
	need prometheus
	rules 'GET /info'
	rules_start -admin-addr "tcp://127.0.0.1:$port"
	cat >"$E2E/prometheus.yml" <<-END
		scrape_configs:
		  - job_name: cetusguard
		    scrape_interval: 1s
		    static_configs:
		      - targets: ["127.0.0.1:$port"]
	END
	prometheus --config.file "$E2E/prometheus.yml" --storage.tsdb.path "$E2E/prometheus" \
		--web.listen-address "127.0.0.1:$own" >"$E2E/prometheus.log" 2>&1 3>&- & PROMETHEUS_PID=$!
	wait_until 30 scraped "$own"
	kill $PROMETHEUS_PID
	proxy_end op
}

@test "the admin address stays in the sandbox, and after a change of user" {
	rules 'GET /info'
	chmod 644 "$E2E/op-rules/rules"
	admin_start -user nobody
	[[ $(admin /readyz) == *' 200' ]]
	command_says health 0 ready
	command_says reload 0 'read again'
	proxy_end op
}

@test "a tool under cetus-run gets no admin address" {
	run "$CETUSGUARD" -admin-addr "unix://$E2E/admin.sock" run -- true
	[[ $status == 125 && $output == *"-admin-addr is not for the command run"* ]] || fail "$status: $output"
}
