#!/usr/bin/env bats
# Several tiers of trust in one process, from a configuration file: each may do its own
# and nothing else, and a reload changes all of it or nothing.

load lib

setup() {
	need_engine
	need openssl curl
	bats_require_minimum_version 1.5.0
	# A folder of its own, which the sandbox leaves open.
	CONF=$E2E/tiers
	mkdir -p "$CONF"
}

teardown() {
	show_proxy_log tiers
	proxy_kill_if_left tiers
	rm -rf "$CONF"
}

# configure - Put what is on standard input in the place of the configuration file.
configure() {
	cat >"$CONF/new"
	mv "$CONF/new" "$CONF/guard.conf"
}

# three_tiers [RULE] - Who looks, who may exec, who manages; the first with one rule more.
three_tiers() {
	configure <<-END
		# who may do what
		backend-addr = unix://$E2E/engine.sock
		audit-log = $E2E/tiers.audit
		log-level = 7
		admin-addr = unix://$E2E/tiers-admin.sock

		[frontend display]
		addr = unix://$E2E/tiers-display.sock
		rules =
		    GET %API_PREFIX_CONTAINERS%/json    # the list
		    ${1:-}

		[frontend monitoring]
		addr = unix://$E2E/tiers-monitoring.sock?mode=0600
		profile = medium
		no-builtin-rules = true
		rules = GET,HEAD %API_PREFIX_PING%

		[frontend management]
		addr = unix://$E2E/tiers-management.sock
		rules-file = $E2E/all.rules
	END
}

# tiers_start FRONTENDS [ARGUMENT...] - Start with the file, which has so many addresses.
tiers_start() {
	local n=$1
	shift
	: >"$E2E/tiers.audit"
	proxy_spawn tiers -config "$CONF/guard.conf" "$@"
	wait_until 20 proxy_is_up_or_over tiers "$n"
	proxy_is_up tiers "$n" || fail "$(cat "$E2E/tiers.log")"
}

# as TIER METHOD PATH - The status that a client of that tier gets.
as() {
	curl -s -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' --max-time 20 -X "$2" \
		--unix-socket "$E2E/tiers-$1.sock" "http://engine$3"
}

# cli TIER ARGUMENT... - docker, as a client of that tier.
cli() {
	DOCKER_HOST=unix://$E2E/tiers-$1.sock docker "${@:2}"
}

reloads_are() {
	[[ $(grep -cE 'msg="rules read again" frontend=management|msg="cannot read the rules again' "$E2E/tiers.log") == "$1" ]]
}

# reload - SIGHUP, and wait until the log tells of the last section, or of an error.
reload() {
	local n
	n=$(grep -cE 'msg="rules read again" frontend=management|msg="cannot read the rules again' "$E2E/tiers.log") || :
	kill -HUP "$(pid_of tiers)"
	wait_until 10 reloads_are $((n + 1))
}

says() {
	grep -qF -- "$1" "$E2E/tiers.log" || fail "not in the log: $1"
}

issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$CONF/$1.key.new" \
		-out "$CONF/csr" -subj "/CN=$2" -addext "subjectAltName=IP:127.0.0.1" 2>/dev/null
	openssl x509 -req -in "$CONF/csr" -CA "$CONF/ca.pem" -CAkey "$CONF/ca.key" -CAcreateserial \
		-copy_extensions copy -days "${3:-30}" -out "$CONF/$1.pem.new" 2>/dev/null
	mv "$CONF/$1.key.new" "$CONF/$1.key"
	mv "$CONF/$1.pem.new" "$CONF/$1.pem"
}

@test "each of three tiers may do its own, and nothing else" {
	three_tiers
	tiers_start 3
	[[ $(stat -c %a "$E2E/tiers-monitoring.sock") == 600 ]]
	cli display ps --format '{{.Names}}' | grep -qx box
	run ! cli display inspect box
	[[ $output == *"GET /v"*"/containers/box/json denied: no rule allows it"* ]] || fail "$output"
	[[ $(as display GET /info) == 200 && $(as display GET /images/json) == 403 ]]
	[[ $(cli monitoring exec box echo hi) == hi ]]
	[[ $(as monitoring GET /images/json) == 200 && $(as monitoring GET /info) == 403 ]]
	[[ $(as monitoring GET /volumes) == 403 && $(as monitoring POST /containers/box/restart) == 403 ]]
	[[ $(cli management run --rm --network none busybox:test echo hi) == hi ]]
	[[ $(as management GET /volumes) == 200 ]]
	grep -E "verdict=deny method=GET path=/v[0-9.]+/containers/box/json frontend=display status=403 " "$E2E/tiers.audit"
	grep -E "msg=upgrade verdict=allow method=POST path=/v[0-9.]+/exec/[0-9a-f]+/start frontend=monitoring " "$E2E/tiers.audit"
	grep -E "path=/volumes frontend=management .* rule=$E2E/all.rules:[0-9]+ " "$E2E/tiers.audit"
	proxy_end tiers
	[[ ! -e $E2E/tiers-display.sock && ! -e $E2E/tiers-monitoring.sock ]]
}

@test "it counts each tier by its name, in a form that Prometheus takes" {
	need promtool
	three_tiers
	tiers_start 3
	as display GET /containers/json
	as display GET /images/json
	as management GET /images/json
	curl -s --unix-socket "$E2E/tiers-admin.sock" http://guard/metrics >"$BATS_TEST_TMPDIR/metrics"
	run promtool check metrics <"$BATS_TEST_TMPDIR/metrics"
	[[ $status == 0 && -z $output ]] || fail "$output"
	grep -Fx 'cetusguard_requests_total{verdict="allow",method="GET",endpoint="containers",frontend="display"} 1' "$BATS_TEST_TMPDIR/metrics"
	grep -Fx 'cetusguard_requests_total{verdict="deny",method="GET",endpoint="images",frontend="display"} 1' "$BATS_TEST_TMPDIR/metrics"
	grep -Fx 'cetusguard_requests_total{verdict="allow",method="GET",endpoint="images",frontend="management"} 1' "$BATS_TEST_TMPDIR/metrics"
	grep -Fx 'cetusguard_reply_seconds_count{verdict="allow",frontend="monitoring"} 0' "$BATS_TEST_TMPDIR/metrics"
	grep -Fx 'cetusguard_rules{frontend="display"} 7' "$BATS_TEST_TMPDIR/metrics"
	[[ $("$CETUSGUARD" -config "$CONF/guard.conf" health) == ready ]]
	proxy_end tiers
}

@test "what is before the sections is one more frontend, and flags come before it" {
	configure <<-END
		backend-addr = unix:///nosuch.sock
		frontend-addr = unix://$E2E/tiers-flags.sock
		rules = GET /containers/json

		[frontend management]
		addr = unix://$E2E/tiers-management.sock
		rules = GET /volumes
	END
	tiers_start 2 -backend-addr "unix://$E2E/engine.sock" -audit-log "$E2E/tiers.audit"
	[[ $(as flags GET /containers/json) == 200 && $(as flags GET /volumes) == 403 ]]
	[[ $(as management GET /containers/json) == 403 && $(as management GET /volumes) == 200 ]]
	grep -E "path=/volumes status=403 client=unix" "$E2E/tiers.audit"
	grep -E "path=/containers/json status=200 client=unix .* rule=$CONF/guard.conf:3 " "$E2E/tiers.audit"
	proxy_end tiers
}

@test "who comes to an address that is shared is of the first section that takes it" {
	configure <<-END
		backend-addr = unix://$E2E/engine.sock
		admin-addr = unix://$E2E/tiers-admin.sock

		[frontend root]
		addr = unix://$E2E/tiers-shared.sock?mode=0666
		allow-from = uid:0
		rules = GET /networks

		[frontend daemon]
		addr = unix://$E2E/tiers-shared.sock?mode=0666
		allow-from = uid:1
		rules = GET /volumes
	END
	tiers_start 1
	chmod 0755 "$E2E"
	[[ $(as shared GET /networks) == 200 && $(as shared GET /volumes) == 403 ]]
	# as, for another user
	asks() {
		setpriv --reuid "$1" --regid "$1" --clear-groups curl -s -o /dev/null -w '%{http_code}' \
			--max-time 20 --unix-socket "$E2E/tiers-shared.sock" "http://engine$2"
	}
	[[ $(asks 1 /volumes) == 200 && $(asks 1 /networks) == 403 && $(asks 2 /volumes) == 403 ]]
	curl -s --unix-socket "$E2E/tiers-admin.sock" http://guard/metrics >"$BATS_TEST_TMPDIR/metrics"
	run promtool check metrics <"$BATS_TEST_TMPDIR/metrics"
	[[ $status == 0 && -z $output ]] || fail "$output"
	grep -Fx 'cetusguard_requests_total{verdict="deny",method="GET",endpoint="volumes"} 1' "$BATS_TEST_TMPDIR/metrics" ||
		fail "$(grep requests_total "$BATS_TEST_TMPDIR/metrics")"
	proxy_end tiers
}

@test "check says what a start would, and the example is one" {
	local file
	three_tiers 'GET /%NOPE%'
	for command in check serve; do
		run ! "$CETUSGUARD" -config "$CONF/guard.conf" "$command"
		[[ $output == "cetusguard: $CONF/guard.conf:11:10: unknown variable %NOPE%"* ]] || fail "$output"
	done
	printf '[frontend a]\naddr = tcp://127.0.0.1:0\ntls-cert = %s/nosuch.pem\ntls-key = x\n' "$CONF" | configure
	for command in check serve; do
		run ! "$CETUSGUARD" -config "$CONF/guard.conf" "$command"
		[[ $output == "cetusguard: $CONF/guard.conf:3: tls-cert $CONF/nosuch.pem: No such file or directory" ]] || fail "$output"
	done
	three_tiers
	run -0 "$CETUSGUARD" -config "$CONF/guard.conf" check
	[[ $output == *$'[frontend display]\n'*"$CONF/guard.conf:10: GET %API_PREFIX_CONTAINERS%/json"* ]] || fail "$output"
	file=$BATS_TEST_DIRNAME/../../examples/cetusguard.conf
	run -0 "$CETUSGUARD" -config "$file" check
	[[ $output == *"[frontend display]"*"[frontend monitoring]"*"[frontend management]"* ]]
	run -0 "$CETUSGUARD" -config "$file" explain -frontend display GET /containers/json
	run -1 "$CETUSGUARD" -config "$file" explain GET /networks
	[[ $output == *$'[frontend display]\ndenied'*$'[frontend monitoring]\nallowed'*$'[frontend management]\ndenied'* ]] || fail "$output"
	run -2 "$CETUSGUARD" -config "$file" explain -frontend nosuch GET /networks
}

@test "a reload changes the tiers that have changed, and says so" {
	three_tiers
	tiers_start 3
	[[ $(as display GET /networks) == 403 ]]
	three_tiers 'GET /networks'
	[[ $("$CETUSGUARD" -config "$CONF/guard.conf" reload) == "the rules were read again" ]]
	says 'msg="rules read again" frontend=display rules=8 before=7 added=1 removed=0'
	says 'text="GET /networks" frontend=display'
	says 'msg="rules read again" frontend=monitoring rules='
	[[ $(as display GET /networks) == 200 && $(as monitoring GET /networks) == 403 ]]
	proxy_end tiers
}

@test "a reload that finds anything wrong changes nothing" {
	local line
	three_tiers
	tiers_start 3
	while IFS='|' read -r line error; do
		three_tiers 'GET /networks'
		echo "$line" >>"$CONF/guard.conf"
		reload
		says "error=\"$error"
		[[ $(as display GET /networks) == 403 && $(as display GET /containers/json) == 200 ]]
	done <<-END
		nosuch = x|$CONF/guard.conf:22: nosuch: no such key of a frontend
		rules = GET /%NO%|$CONF/guard.conf:22:14: unknown variable %NO%
		tls-key =|$CONF/guard.conf:22: tls-key: expected a value
		addr = unix:///x|$CONF/guard.conf:19: frontend management: addr has changed, which needs a restart
		[frontend more]|$CONF/guard.conf:22: frontend more: has no addr
		  $E2E/nosuch.rules|$CONF/guard.conf:22: rules-file $E2E/nosuch.rules: 
	END
	three_tiers
	sed -i 's/^log-level = 7/max-waiting = 3/' "$CONF/guard.conf"
	reload
	says 'error="max-waiting has changed, which needs a restart"'
	rm "$CONF/guard.conf"
	reload
	says "error=\"-config $CONF/guard.conf: No such file or directory\""
	three_tiers 'GET /networks'
	reload
	[[ $(as display GET /networks) == 200 ]]
	proxy_end tiers
}

@test "streams go on under the rules they began with" {
	local exec
	three_tiers
	tiers_start 3
	mkfifo "$BATS_TEST_TMPDIR/in"
	cli monitoring exec -i box cat <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/echo" 3>&- &
	exec=$!
	exec 4>"$BATS_TEST_TMPDIR/in"
	echo before >&4
	wait_until 10 grep -q before "$BATS_TEST_TMPDIR/echo"
	sed -i 's/^profile = medium/profile = low/' "$CONF/guard.conf"
	reload
	[[ $(as monitoring POST /containers/box/exec) == 403 ]]
	echo after >&4
	wait_until 10 grep -q after "$BATS_TEST_TMPDIR/echo"
	exec 4>&-
	wait $exec || : # it asks for the exit status, which is a new request
	grep -E 'method=POST path=/v[0-9.]+/exec/[0-9a-f]+/start frontend=monitoring status=101 .* rule=medium:' "$E2E/tiers.audit"
	proxy_end tiers
}

# tls_tier - One frontend in TLS, as root and as whoever is given.
tls_tier() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$CONF/ca.key" \
		-out "$CONF/ca.pem" -subj /CN=ca 2>/dev/null
	issue server first
	configure <<-END
		backend-addr = unix://$E2E/engine.sock
		frontend-tls-cert = $CONF/server.pem
		frontend-tls-key = $CONF/server.key

		[frontend management]
		addr = tcp://127.0.0.1:0
	END
}

@test "a reload takes no entry that could not be true any more" {
	tls_tier
	printf 'tls-cacert = %s\nallow-from = cn:first\n' "$CONF/ca.pem" >>"$CONF/guard.conf"
	tiers_start 1
	sed -i '/^tls-cacert/d' "$CONF/guard.conf"
	reload
	says 'error="[frontend management] allow-from: cn:first: can be true only where clients need a certificate'
	proxy_end tiers
}

# shown - The subject of the certificate that a new client is shown.
shown() {
	openssl s_client -connect "${1#tcp://}" </dev/null 2>/dev/null | openssl x509 -noout -subject
}

# answers N - So many came on the connection that began first.
answers() {
	[[ $(wc -l <"$BATS_TEST_TMPDIR/out") == "$1" ]]
}

@test "certificates are replaced under clients in TLS, which go on" {
	local addr client
	tls_tier
	tiers_start 1
	addr=$(proxy_tcp tiers)
	[[ $(shown "$addr") == *first ]]
	mkfifo "$BATS_TEST_TMPDIR/go"
	/usr/bin/python3 - "${addr##*:}" "$CONF/ca.pem" "$BATS_TEST_TMPDIR/go" >"$BATS_TEST_TMPDIR/out" 3>&- <<-'END' &
		import http.client, ssl, sys
		port, ca, go = sys.argv[1:]
		c = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=20, context=ssl.create_default_context(cafile=ca))
		c.connect()
		c.connect = lambda: sys.exit("the connection was closed")
		for n in range(3):
		    c.request("GET", "/version")
		    r = c.getresponse()
		    r.read()
		    print(r.status, flush=True)
		    if n < 2:
		        open(go).read()
	END
	client=$!
	wait_until 10 answers 1
	issue server second 20
	reload
	says "msg=\"certificate read again\" side=frontend subject=\"/CN=second\" not_after="
	[[ $(shown "$addr") == *second ]]
	echo >"$BATS_TEST_TMPDIR/go"
	wait_until 10 answers 2
	# A key of another certificate: nothing changes.
	cp "$CONF/ca.key" "$CONF/server.key"
	reload
	says "error=\"$CONF/guard.conf:3: frontend-tls-key $CONF/server.key: the key does not belong to the certificate"
	[[ $(shown "$addr") == *second ]]
	echo >"$BATS_TEST_TMPDIR/go"
	wait $client
	[[ $(<"$BATS_TEST_TMPDIR/out") == $'200\n200\n200' ]] || fail "$(<"$BATS_TEST_TMPDIR/out")"
	# Many of them leave nothing behind.
	issue server third
	for _ in {1..20}; do reload; done
	[[ $(shown "$addr") == *third ]]
	proxy_end tiers
}

@test "with another user, what cannot be read again is said at the start" {
	[[ $CETUSGUARD != */san/* ]] || skip 'the sandbox is off in this build'
	tls_tier
	chmod 0755 "$CONF" "$E2E"
	chmod 0644 "$CONF/guard.conf" "$CONF/server.pem"
	chmod 0600 "$CONF/server.key"
	tiers_start 1 -user nobody
	says "msg=\"a file cannot be read again, as SIGHUP would have it\" file=$CONF/server.key error=\"Permission denied\""
	[[ $(grep -c 'cannot be read again' "$E2E/tiers.log") == 1 ]]
	reload
	says "error=\"$CONF/guard.conf:3: frontend-tls-key $CONF/server.key: Permission denied\""
	chown nobody "$CONF/server.key"
	reload
	[[ $(shown "$(proxy_tcp tiers)") == *first ]]
	says 'msg="rules read again" frontend=management'
	proxy_end tiers
}

@test "a tool is behind what is before the sections" {
	configure <<-END
		backend-addr = unix://$E2E/engine.sock
		rules = GET %API_PREFIX_CONTAINERS%/json

		[frontend management]
		addr = unix://$E2E/tiers-management.sock
		rules-file = $E2E/all.rules
	END
	run -0 "$CETUSGUARD" -config "$CONF/guard.conf" run -- \
		curl -s --unix-socket "$E2E/engine.sock" http://engine/containers/json
	run -22 "$CETUSGUARD" -config "$CONF/guard.conf" run -- \
		curl -sf --unix-socket "$E2E/engine.sock" http://engine/images/json
	run ! "$CETUSGUARD" -config "$CONF/guard.conf" serve
	[[ $output == "cetusguard: $CONF/guard.conf:2: rules: is for no frontend: "* ]] || fail "$output"
}
