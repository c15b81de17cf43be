#!/usr/bin/env bats
# Who may ask, and how often, read again under clients that are there: whoever keeps a
# connection is judged again before its next request, and streams go on.

load lib

setup() {
	need_engine
	need openssl curl
	need_python ssl
	bats_require_minimum_version 1.5.0
	# A folder of its own, which the sandbox leaves open.
	CONF=$E2E/reaccess
	mkdir -p "$CONF"
	KEEPERS=()
}

teardown() {
	local pid
	show_proxy_log guard
	proxy_kill_if_left guard
	for pid in "${KEEPERS[@]}"; do
		kill "$pid" 2>/dev/null || :
	done
	rm -rf "$CONF"
	chmod 0700 "$E2E"
}

# configure - What is on standard input, behind what all of these tests have.
configure() {
	{
		printf 'backend-addr = unix://%s/engine.sock\nlog-level = 7\n' "$E2E"
		cat
	} >"$CONF/new"
	chmod 0644 "$CONF/new"
	mv "$CONF/new" "$CONF/guard.conf"
}

# one KEY... - One section, with these lines.
one() {
	{
		printf '[frontend one]\naddr = tcp://127.0.0.1:0\nrules-file = %s/all.rules\n' "$E2E"
		printf '%s\n' "$@"
	} | configure
}

guard() {
	proxy_spawn guard -config "$CONF/guard.conf" "$@"
	wait_until 20 proxy_is_up_or_over guard 1
	proxy_is_up guard 1 || fail "$(cat "$E2E/guard.log")"
	URL=http://$(proxy_tcp guard | sed 's|^tcp://||')
}

reloads() {
	grep -cE 'msg="(rules read again" frontend=one|cannot read the rules again)' "$E2E/guard.log" || :
}

reloads_are() {
	[[ $(reloads) == "$1" ]]
}

reload() {
	local n
	n=$(reloads)
	kill -HUP "$(pid_of guard)"
	wait_until 10 reloads_are $((n + 1))
}

says() {
	grep -qF -- "$1" "$E2E/guard.log" || fail "not in the log: $1"
}

# status SOURCE PATH - What a new client from there gets.
status() {
	curl -sS -o /dev/null -w '%{http_code}' --max-time 20 --interface "$1" "$URL$2"
}

# keep NAME [ARGUMENT...] - Begin a client that keeps its connection.
keep() {
	local name=$1 file=$BATS_TEST_TMPDIR/$1
	shift
	mkfifo "$file.in"
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/keeper.py" "${URL/http:/tcp:}" "$@" <>"$file.in" >"$file.out" 2>&1 3>&- &
	KEEPERS+=($!)
	wait_until 10 grep -q there "$file.out"
}

answers_are() {
	[[ $(wc -l <"$1") == "$2" ]]
}

# kept NAME PATH - What that client gets now, over its one connection.
kept() {
	local file=$BATS_TEST_TMPDIR/$1 n
	n=$(wc -l <"$file.out")
	echo "$2" >"$file.in"
	wait_until 20 answers_are "$file.out" $((n + 1))
	tail -n1 "$file.out"
}

# Under who has three keeping clients and a stream: who may ask is narrowed, broken and widened.
narrow_and_widen() {
	local exec
	one 'allow-from = 127.0.0.1, 127.0.0.2, 127.0.0.3'
	guard "$@"
	keep two 127.0.0.2
	keep three 127.0.0.3
	keep half 127.0.0.2
	[[ $(kept two /info) == 200 && $(kept three /info) == 200 && $(kept half /info) == 200 ]]
	echo + >"$BATS_TEST_TMPDIR/half.in"
	mkfifo "$BATS_TEST_TMPDIR/in"
	DOCKER_HOST=${URL/http:/tcp:} docker exec -i box cat <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/echo" 3>&- &
	exec=$!
	exec 4>"$BATS_TEST_TMPDIR/in"
	echo before >&4
	wait_until 10 grep -q before "$BATS_TEST_TMPDIR/echo"

	one 'allow-from = 127.0.0.3, 127.0.0.4'
	reload
	says 'msg="who may ask has changed" before="those named" now="those named" frontend=one'
	says 'msg="may ask no more" entry=127.0.0.2 frontend=one'
	says 'msg="may ask from now on" entry=127.0.0.4 frontend=one'
	[[ $(kept two /info) == 403 && $(kept two /info) == closed ]]
	[[ $(kept half -) == 403 ]]
	[[ $(kept three /info) == 200 && $(status 127.0.0.4 /info) == 200 && $(status 127.0.0.1 /info) == 403 ]]
	grep -E 'verdict=deny method=GET path=/info status=403 client=127.0.0.2:.*reason="this client is none' "$E2E/guard.log"
	echo after >&4
	wait_until 10 grep -q after "$BATS_TEST_TMPDIR/echo"

	one 'allow-from = 127.0.0.2, 10.1.0.0/8'
	reload
	says "error=\"$CONF/guard.conf:6: allow-from 10.1.0.0/8: has bits behind those of the network"
	one 'allow-from = uid:0'
	reload
	says 'error="[frontend one] allow-from: uid:0: can be true of clients of a unix socket only"'
	one 'allow-from = there.test'
	reload
	says 'error="[frontend one] allow-from: there.test: the first host name needs a restart"'
	one 'allow-from = container:web'
	reload
	says 'error="[frontend one] allow-from: container:web: the first container: or label: needs a restart"'
	[[ $(kept three /info) == 200 && $(status 127.0.0.4 /info) == 200 && $(status 127.0.0.2 /info) == 403 ]]

	one
	reload
	says 'msg="who may ask has changed" before="those named" now=anybody frontend=one'
	[[ $(kept three /info) == 200 && $(status 127.0.0.2 /info) == 200 ]]
	echo more >&4
	wait_until 10 grep -q more "$BATS_TEST_TMPDIR/echo"
	exec 4>&-
	wait $exec
	[[ $(<"$BATS_TEST_TMPDIR/three.out") == $'there\n200\n200\n200\n200' ]]
	proxy_end guard
}

@test "who may ask is narrowed and widened under clients that are there, and a stream goes on" {
	narrow_and_widen
}

@test "the same as another user" {
	chmod 0755 "$E2E" "$CONF"
	narrow_and_widen -user nobody
}

@test "a client that becomes of another section has its rules at the next request" {
	local first=127.0.0.1 second=127.0.0.2 port
	sections() {
		printf '[frontend %s]\naddr = tcp://127.0.0.1:%s\nallow-from = %s\nrules = %s\n' \
			two "$port" "$1" 'GET /networks' one "$port" "$2" 'GET /volumes' | configure
	}
	port=$(/usr/bin/python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
	sections $first $second
	guard
	keep first $first
	keep second $second
	[[ $(kept first /networks) == 200 && $(kept first /volumes) == 403 ]]
	[[ $(kept second /networks) == 403 && $(kept second /volumes) == 200 ]]
	sections $second $first
	reload
	[[ $(kept first /networks) == 403 && $(kept first /volumes) == 200 ]]
	[[ $(kept second /networks) == 200 && $(kept second /volumes) == 403 ]]
	printf '[frontend two]\naddr = tcp://127.0.0.1:%s\n[frontend one]\naddr = tcp://127.0.0.1:%s\n' "$port" "$port" | configure
	reload
	says "error=\"$CONF/guard.conf:6: addr tcp://127.0.0.1:$port: leaves nobody to this section: whoever comes there is of one that has no allow-from ($CONF/guard.conf:3: frontend two)\""
	[[ $(kept first /volumes) == 200 ]]
	proxy_end guard
}

@test "users and groups are read again by their numbers" {
	local sock=$CONF/guard.sock
	users() {
		printf '[frontend one]\naddr = unix://%s?mode=0666\nallow-from = %s\n' "$sock" "$1" | configure
	}
	as() {
		setpriv --reuid "$1" --regid "$2" --clear-groups curl -sS -o /dev/null -w '%{http_code}' \
			--max-time 20 --unix-socket "$sock" http://engine/info
	}
	chmod 0755 "$E2E" "$CONF"
	users uid:0
	guard
	[[ $(as 0 0) == 200 && $(as 65534 0) == 403 ]]
	users uid:65534,gid:65534
	reload
	[[ $(as 0 0) == 403 && $(as 65534 0) == 200 && $(as 1 65534) == 200 ]]
	proxy_end guard
}

@test "in the sandbox a reload knows no name that is new" {
	[[ $CETUSGUARD != */san/* ]] || skip 'the sandbox is off in this build'
	printf '[frontend one]\naddr = unix://%s/guard.sock\nallow-from = uid:0\n' "$CONF" | configure
	guard
	sed -i 's/uid:0/uid:daemon/' "$CONF/guard.conf"
	reload
	says 'allow-from uid:daemon: names cannot be looked up while it serves; give the number, or start it again'
	[[ $(curl -sS -o /dev/null -w '%{http_code}' --unix-socket "$CONF/guard.sock" http://engine/info) == 200 ]]
	proxy_end guard
}

@test "limits are read again, and what was taken of those that stay is taken" {
	one
	guard
	[[ $(status 127.0.0.1 /info) == 200 && $(status 127.0.0.1 /info) == 200 ]]
	one 'rate-read = 1/h:2'
	reload
	says 'msg="limit has changed" limit=rate-read before=none now="1 in 3600 s, 2 at once" frontend=one'
	keep client 127.0.0.1
	[[ $(kept client /info) == 200 && $(kept client /info) == 200 && $(kept client /info) == 429 ]]
	one 'rate-read = 1/h:2' 'rate-write = 1/h' 'allow-from = 127.0.0.1'
	reload
	[[ $(kept client /info) == 429 ]]
	[[ $(curl -sS -o /dev/null -w '%{http_code}' -X DELETE "$URL/containers/none") == 404 ]]
	[[ $(curl -sS -o /dev/null -w '%{http_code}' -X DELETE "$URL/containers/none") == 429 ]]
	one 'rate-read = 1/h:3' 'rate-write = 1/d'
	reload
	says "error=\"$CONF/guard.conf:7: rate-write 1/d: expected N, N/s"
	[[ $(kept client /info) == 429 ]]
	one 'rate-read = 1/h:3' 'rate-write = 1/h'
	reload
	[[ $(kept client /info) == 200 ]]
	[[ $(curl -sS -o /dev/null -w '%{http_code}' -X DELETE "$URL/containers/none") == 429 ]]
	one
	reload
	for _ in {1..5}; do [[ $(kept client /info) == 200 ]]; done
	proxy_end guard
}

# The guard with a hosts file of its own.
guard_with_hosts() {
	local program=$CETUSGUARD
	printf '#!/bin/sh\nmount --bind %s /etc/hosts && exec %s "$@"\n' "$CONF/hosts" "$program" >"$CONF/with-hosts"
	printf '#!/bin/sh\nexec unshare -m %s "$@"\n' "$CONF/with-hosts" >"$CONF/guard"
	chmod +x "$CONF/with-hosts" "$CONF/guard"
	CETUSGUARD=$CONF/guard guard
}

@test "nobody is refused while the names of a new list are looked up" {
	printf '127.0.0.2 there.test\n127.0.0.3 elsewhere.test\n' >"$CONF/hosts"
	one 'allow-from = there.test'
	guard_with_hosts
	keep client 127.0.0.3
	for _ in {1..10}; do
		one 'allow-from = there.test'
		reload
		[[ $(status 127.0.0.2 /info) == 200 && $(status 127.0.0.3 /info) == 403 ]]
		one 'allow-from = elsewhere.test'
		reload
		[[ $(status 127.0.0.3 /info) == 200 && $(status 127.0.0.2 /info) == 403 ]]
	done
	[[ $(kept client /info) == 200 ]]
	one 'allow-from = there.test'
	reload
	[[ $(kept client /info) == 403 ]]
	proxy_end guard
}

@test "a certificate is judged again without a new handshake" {
	cd "$CONF" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
		-subj /CN=ca 2>/dev/null
	for name in server monitor; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr \
			-subj "/CN=$name" -addext subjectAltName=DNS:localhost 2>/dev/null
		openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy \
			-out $name.pem 2>/dev/null
	done
	local tls=("tls-cacert = $CONF/ca.pem" "tls-cert = $CONF/server.pem" "tls-key = $CONF/server.key")
	one "${tls[@]}" 'allow-from = cn:monitor'
	guard
	keep monitor ca.pem monitor.pem monitor.key
	[[ $(kept monitor /info) == 200 ]]
	one "${tls[@]}" 'allow-from = san:localhost' 'tls-client-cn = monitor'
	reload
	says 'msg="certificate named from now on" entry=cn:monitor frontend=one'
	[[ $(kept monitor /info) == 200 ]]
	[[ $(grep -c 'path=/info .*status=200 .*cn=monitor' "$E2E/guard.log") == 2 ]]
	one "${tls[@]}" 'tls-client-cn = other'
	reload
	[[ $(kept monitor /info) == 403 && $(kept monitor /info) == closed ]]
	grep 'path=/info .*status=403 .*cn=monitor' "$E2E/guard.log"
	proxy_end guard
}
