#!/usr/bin/env bats
# TLS on a TCP frontend and towards an engine on TCP, with the clients and engines
# that are used with it, and what is refused: at the start for material that is no
# good, at the handshake for peers that show none or the wrong one.

load lib

# issue NAME CA SUBJECT-ALT-NAME [ARGUMENT...] - A key and a certificate of that CA.
issue() {
	local name=$1 ca=$2 san=$3
	shift 3
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" \
		-subj "/CN=$name" -addext "subjectAltName=$san" 2>/dev/null
	openssl x509 -req -in "$name.csr" -CA "$ca.pem" -CAkey "$ca.key" -CAcreateserial \
		-copy_extensions copy -out "$name.pem" "$@" 2>/dev/null
}

setup_file() {
	export TLS=$E2E/tls
	[[ ! -e $E2E/no-engine ]] || return 0
	mkdir -p "$TLS"
	cd "$TLS" || return
	for name in ca other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
			-keyout $name.key -out $name.pem -subj "/CN=$name" 2>/dev/null
	done
	issue server ca DNS:localhost,IP:127.0.0.1
	issue elsewhere ca DNS:elsewhere.example
	issue client ca DNS:client
	issue stranger other DNS:client
	issue expired ca DNS:client -days -1
	# What docker reads below DOCKER_CERT_PATH.
	mkdir docker
	cp ca.pem client.pem client.key docker/
	mv docker/client.pem docker/cert.pem
	mv docker/client.key docker/key.pem
	proxy_start secure -backend-addr "unix://$E2E/engine.sock" -frontend-addr tcp://127.0.0.1:0 \
		-frontend-tls-cacert ca.pem -frontend-tls-cert server.pem -frontend-tls-key server.key \
		-rules-file "$E2E/all.rules" -log-level 7
}

teardown_file() {
	[[ -e $E2E/no-engine ]] || proxy_end secure
}

setup() {
	need_engine
	need openssl curl
	bats_require_minimum_version 1.5.0
	cd "$TLS" || return
	PORT=$(proxy_tcp secure) && PORT=${PORT##*:}
}

teardown() {
	show_proxy_log secure
	show_proxy_log second
	proxy_kill_if_left second
	isolated_kill tlsengine 2>/dev/null || :
	[[ -z ${ENGINE:-} ]] || tls_engine_end
}

# secured CLI ARGUMENT... - docker with TLS, through the guard.
secured() {
	local cli=$1
	shift
	DOCKER_HOST=tcp://localhost:$PORT DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$TLS/docker \
		timeout --foreground -k 5 60 "$cli" "$@"
}

# ask CERTIFICATE [ARGUMENT...] - curl with a client certificate, or none.
ask() {
	local cert=()
	[[ $1 == none ]] || cert=(--cert "$1.pem" --key "$1.key")
	curl -sS --max-time 20 --cacert ca.pem "${cert[@]}" "${@:2}" "https://localhost:$PORT/_ping"
}

# logged TEXT - The guard says so, and of whom.
logged() {
	wait_until 10 grep -Eq "level=warning msg=\"TLS with a client failed\" client=127.0.0.1:[0-9]+ reason=\"TLS: $1" \
		"$E2E/secure.log"
}

@test "docker --tlsverify runs, execs with standard input, follows logs and attaches" {
	local cli name
	for cli in "${CLIS[@]}"; do
		name=tls-${RANDOM}
		[[ $(secured "$cli" run --rm --network none busybox:test echo hi) == hi ]]
		[[ $(seq 200000 | secured "$cli" exec -i box md5sum) == "$(seq 200000 | md5sum)" ]]
		[[ $(secured "$cli" exec box seq 200000 | md5sum) == "$(seq 200000 | md5sum)" ]]
		[[ $(seq 1000 | secured "$cli" run -i --rm --network none busybox:test wc -l) == 1000 ]]
		secured "$cli" run -d --name "$name" --network none busybox:test \
			sh -c 'echo one; sleep 0.2; echo two; read -t 2 x; echo three'
		[[ $(secured "$cli" logs -f "$name") == $'one\ntwo\nthree' ]]
		secured "$cli" rm -f "$name"
		secured "$cli" run -dit --name "$name" --network none busybox:test cat
		(
			echo typed
			sleep 1
		) | secured "$cli" attach --no-stdin=false --sig-proxy=false "$name" 2>&1 | grep -q typed ||
			secured "$cli" logs "$name"
		secured "$cli" rm -f "$name"
	done
}

@test "large uploads and downloads arrive whole" {
	local cli=${CLIS[0]}
	head -c 30000000 /dev/urandom >"$BATS_TEST_TMPDIR/large"
	secured "$cli" cp "$BATS_TEST_TMPDIR/large" box:/tmp/large
	secured "$cli" cp box:/tmp/large "$BATS_TEST_TMPDIR/back"
	cmp "$BATS_TEST_TMPDIR/large" "$BATS_TEST_TMPDIR/back"
	secured "$cli" save busybox:test -o "$BATS_TEST_TMPDIR/image.tar"
	secured "$cli" load -i "$BATS_TEST_TMPDIR/image.tar" | grep Loaded
	secured "$cli" exec box rm /tmp/large
}

@test "docker-py speaks TLS through it, with half-close" {
	need_python docker
	DOCKER_HOST=tcp://localhost:$PORT DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=$TLS/docker \
		timeout 60 env -u REQUESTS_CA_BUNDLE -u CURL_CA_BUNDLE /usr/bin/python3 - <<'PYTHON'
import docker
client = docker.from_env()
assert client.containers.run("busybox:test", "echo hi", remove=True, network_mode="none") == b"hi\n"
box = client.containers.get("box")
assert box.exec_run("seq 100000").output.endswith(b"\n100000\n")
c = client.containers.run("busybox:test", ["sh", "-c", "echo 1; echo 2"], detach=True, network_mode="none")
assert b"".join(c.logs(stream=True, follow=True)) == b"1\n2\n"
c.remove()
PYTHON
}

@test "curl keeps its connection and speaks HTTP/1.1 with either version of TLS" {
	[[ $(ask client -v 2>&1) == *"ALPN: server accepted http/1.1"* ]]
	[[ $(ask client --tls-max 1.2 -w '%{http_version}') == OK1.1 ]]
	curl -sSv --cacert ca.pem --cert client.pem --key client.key "https://127.0.0.1:$PORT/_ping" \
		"https://127.0.0.1:$PORT/info" 2>&1 | grep -q 'Re-using existing connection'
}

@test "sessions are resumed, older versions and a second handshake are refused" {
	local version
	for version in -tls1_2 -tls1_3; do
		rm -f session
		(printf 'GET /_ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'; sleep 1) |
			openssl s_client "$version" -connect "127.0.0.1:$PORT" -CAfile ca.pem -cert client.pem \
				-key client.key -sess_out session 2>&1 | grep '^New, TLSv1'
		(printf 'GET /_ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'; sleep 1) |
			openssl s_client "$version" -connect "127.0.0.1:$PORT" -CAfile ca.pem -cert client.pem \
				-key client.key -sess_in session >resumed 2>&1
		grep '^Reused, TLSv1' resumed
		grep '^OK' resumed
	done
	openssl s_client -tls1_1 -cipher ALL:@SECLEVEL=0 -connect "127.0.0.1:$PORT" </dev/null 2>&1 |
		grep 'alert protocol version'
	logged 'unsupported protocol'
	(sleep 0.3; echo R; sleep 1) | openssl s_client -tls1_2 -connect "127.0.0.1:$PORT" -CAfile ca.pem \
		-cert client.pem -key client.key 2>&1 | grep -q 'no renegotiation'
}

@test "who resumes a session gets no new ticket, which would begin its hour anew" {
	local version
	resume() {
		printf 'GET /_ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' |
			openssl s_client -ign_eof "$version" -connect "127.0.0.1:$PORT" -CAfile ca.pem \
				-cert client.pem -key client.key -msg "$@" >messages 2>&1
		grep -q '^HTTP/1.1 200' messages
	}
	for version in -tls1_2 -tls1_3; do
		rm -f session
		resume -sess_out session
		grep -q '^<<< .*NewSessionTicket' messages
		resume -sess_in session
		grep -q '^Reused, TLSv1' messages
		run ! grep '^<<< .*NewSessionTicket' messages
	done
}

@test "a client without a certificate, with a wrong or an expired one is refused and logged" {
	run ! ask none
	[[ $output == *"certificate required"* ]]
	logged 'peer did not return a certificate'
	run ! ask stranger
	[[ $output == *"unknown ca"* ]]
	logged 'certificate verify failed: unable to get local issuer certificate'
	run ! ask expired
	[[ $output == *"certificate expired"* ]]
	logged 'certificate verify failed: certificate has expired'
	run ! ask none --tls-max 1.2
	[[ $output == *"alert handshake failure"* ]]
	run ! secured "${CLIS[0]}" --tlscert "$TLS/stranger.pem" --tlskey "$TLS/stranger.key" ps
	# A client that does not trust us says so.
	run ! curl -sS --max-time 20 --cacert other.pem "https://localhost:$PORT/_ping"
	logged 'tlsv1 alert unknown ca'
	[[ $(ask client) == OK ]]
}

@test "a plain client on a TLS port is closed and logged, a unix frontend stays plain" {
	run ! curl -sS --max-time 20 "http://localhost:$PORT/_ping"
	[[ $output == *"Empty reply from server"* || $output == *"reset by peer"* ]]
	logged 'http request'
	proxy_start second -backend-addr "unix://$E2E/engine.sock" -frontend-addr tcp://127.0.0.1:0 \
		-frontend-addr "unix://$E2E/second.sock" -frontend-tls-cert server.pem -frontend-tls-key server.key
	[[ $(curl -sS --unix-socket "$E2E/second.sock" http://engine/_ping) == OK ]]
	# Without a CA no certificate is asked for.
	PORT=$(proxy_tcp second) && PORT=${PORT##*:}
	[[ $(ask none) == OK ]]
	[[ $(curl -sS --cacert ca.pem "https://localhost:$PORT/containers/json") == *"denied"* ]]
	proxy_end second
}

# ---- towards the engine --------------------------------------------------------

# tls_engine_start - A server that wants a certificate and answers as an engine does.
# A real dockerd does so, too, in the test after this one.
tls_engine_start() {
	rm -f "$E2E/tls/port"
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../support/tls_engine.py" "$1" 3>&- >"$E2E/tls/port" 2>"$E2E/tls/engine.log" &
	ENGINE=$!
	wait_until 10 test -s "$E2E/tls/port"
	ENGINE_PORT=$(cat "$E2E/tls/port")
}

tls_engine_end() {
	kill "$ENGINE"
	wait "$ENGINE" 2>/dev/null || :
	ENGINE=
}

# behind HOST FLAG... - A guard before it.
behind() {
	proxy_start second -backend-addr "tcp://$1:$ENGINE_PORT" -frontend-addr "unix://$E2E/second.sock" \
		-rules 'GET /.*' "${@:2}"
}

# through [ARGUMENT...] - curl through it.
through() {
	curl -sS --max-time 20 --unix-socket "$E2E/second.sock" "$@" http://engine/x
}

says_bad_gateway() {
	run through -w '%{http_code}'
	[[ $output == *"$1"*502 ]] || fail "$output is not: $1"
}

@test "the engine's certificate is verified, sessions are reused, our own is shown" {
	local name
	need_python ssl
	tls_engine_start server
	for name in localhost 127.0.0.1; do
		behind $name -backend-tls-cacert ca.pem -backend-tls-cert client.pem -backend-tls-key client.key
		[[ $(through -w '') == "TLSv1.3 reused=False alpn=http/1.1" ]]
		[[ $(through -w '') == "TLSv1.3 reused=True alpn=http/1.1" ]]
		proxy_end second
	done
}

@test "an engine of another name or another CA, or that wants a certificate, is a 502 that says why" {
	local mine=(-backend-tls-cert client.pem -backend-tls-key client.key)
	tls_engine_start elsewhere
	behind localhost -backend-tls-cacert ca.pem "${mine[@]}"
	says_bad_gateway "TLS: certificate verify failed: hostname mismatch"
	grep 'level=error msg="TLS with the engine failed"' "$E2E/second.log" | grep 'hostname mismatch'
	proxy_end second
	behind 127.0.0.1 -backend-tls-cacert ca.pem "${mine[@]}"
	says_bad_gateway "TLS: certificate verify failed: IP address mismatch"
	proxy_end second
	behind localhost -backend-tls-cacert other.pem "${mine[@]}"
	says_bad_gateway "certificate verify failed: self-signed certificate in certificate chain"
	proxy_end second
	tls_engine_end
	tls_engine_start server
	behind localhost -backend-tls-cacert ca.pem
	says_bad_gateway "certificate required"
	grep 'level=error msg="TLS with the engine failed"' "$E2E/second.log" | grep 'certificate required'
	proxy_end second
}

# second_reload LINE - SIGHUP, until the log has that once more.
second_reload() {
	local n
	n=$(grep -cF -- "$1" "$E2E/second.log") || :
	logged_more() {
		[[ $(grep -cF -- "$1" "$E2E/second.log") -gt $2 ]]
	}
	kill -HUP "$(pid_of second)"
	wait_until 10 logged_more "$1" "$n"
}

@test "what the engine is shown, and what verifies it, is replaced by a reload" {
	# peer - Whom the engine sees.
	peer() {
		curl -sS --max-time 20 --unix-socket "$E2E/second.sock" http://engine/peer
	}
	need_python ssl
	tls_engine_start server
	issue renewed ca DNS:client
	mkdir engine
	cp ca.pem engine/ca.pem
	cp client.pem engine/cert.pem
	cp client.key engine/key.pem
	behind localhost -backend-tls-cacert engine/ca.pem -backend-tls-cert engine/cert.pem \
		-backend-tls-key engine/key.pem
	[[ $(peer) == client && $(through) == *reused=True* ]]
	cp renewed.pem engine/cert.pem
	second_reload 'error="-backend-tls-key engine/key.pem: the key does not belong to the certificate'
	[[ $(peer) == client ]]
	cp renewed.key engine/key.pem
	second_reload 'msg="certificate read again" side=backend subject="/CN=renewed"'
	# No session of the old certificate goes on.
	[[ $(through) == *reused=False* && $(peer) == renewed ]]
	cp other.pem engine/ca.pem
	second_reload 'msg="rules read again"'
	says_bad_gateway 'certificate verify failed'
	cp ca.pem engine/ca.pem
	second_reload 'msg="rules read again"'
	[[ $(peer) == renewed ]]
	proxy_end second
}

@test "a reply of the engine that is cut is never a clean end" {
	local engine=(-backend-tls-cacert ca.pem -backend-tls-cert client.pem -backend-tls-key client.key)
	tls_engine_start server
	engine+=(-backend-addr "tcp://localhost:$ENGINE_PORT" -frontend-addr tcp://127.0.0.1:0 -rules 'GET /.*')
	proxy_start second "${engine[@]}"
	run ! curl -sS --max-time 20 "http://$(proxy_tcp second | sed 's|^tcp://||')/cut"
	[[ $output == *"reset by peer"* ]] || fail "$output"
	proxy_end second
	proxy_start second "${engine[@]}" -frontend-tls-cert server.pem -frontend-tls-key server.key
	run ! curl -sS --max-time 20 --cacert ca.pem "https://$(proxy_tcp second | sed 's|^tcp://||')/cut"
	[[ $output == *"reset by peer"* || $output == *"unexpected eof"* ]] || fail "$output"
	proxy_end second
}

@test "a real dockerd with --tlsverify behind it, and TLS on both sides" {
	local cli where base=$E2E/tlsengine
	mkdir -p "$base"
	# shellcheck disable=SC2016 # the inner shell expands it
	isolated_start tlsengine bash -ec 'exec dockerd --host tcp://127.0.0.1:2376 --tlsverify --tlscacert ca.pem \
		--tlscert server.pem --tlskey server.key --bridge none --iptables=false --data-root "$1/data" \
		--exec-root "$1/exec" --pidfile "$1/docker.pid" --exec-opt native.cgroupdriver=cgroupfs \
		--cgroup-parent "/${1##*/}"' bash "$base"
	wait_until 60 grep -q 'API listen on' "$base.log"
	# The engine's network is its own; the guard goes there and is reached from there.
	rm -f "$E2E/second.status" "$E2E/second.pid"
	where=$(pid_of tlsengine)
	read -r where <"/proc/$where/task/$where/children" || :
	(
		nsenter -t "$where" -n "$CETUSGUARD" -backend-addr tcp://localhost:2376 -backend-tls-cacert ca.pem \
			-backend-tls-cert client.pem -backend-tls-key client.key -frontend-addr "unix://$E2E/second.sock" \
			-frontend-addr tcp://127.0.0.1:2377 -frontend-tls-cacert ca.pem -frontend-tls-cert server.pem \
			-frontend-tls-key server.key -rules-file "$E2E/all.rules" &
		echo $! >"$E2E/second.pid"
		status=0
		wait $! || status=$?
		echo $status >"$E2E/second.status"
	) </dev/null 2>"$E2E/second.log" 3>&- &
	wait_until 20 proxy_is_up second 2
	for cli in "${CLIS[@]}"; do
		export DOCKER_HOST=unix://$E2E/second.sock
		"$cli" import --change 'CMD ["sh"]' "$E2E/busybox.tar" busybox:test >/dev/null
		[[ $(timeout 60 "$cli" run --rm --network none busybox:test echo hi) == hi ]]
		[[ $(seq 100000 | timeout 60 "$cli" run -i --rm --network none busybox:test md5sum) == "$(seq 100000 | md5sum)" ]]
		[[ $(seq 100000 | nsenter -t "$where" -n env DOCKER_HOST=tcp://localhost:2377 DOCKER_TLS_VERIFY=1 \
			DOCKER_CERT_PATH="$TLS/docker" timeout 60 "$cli" run -i --rm --network none busybox:test md5sum) == \
			"$(seq 100000 | md5sum)" ]]
	done
	proxy_end second
}

# ---- at the start --------------------------------------------------------------

# refuses TEXT ARGUMENT... - It does not start, and says why in one line.
refuses() {
	local want=$1
	shift
	run -1 timeout 20 "$CETUSGUARD" -backend-addr "unix://$E2E/engine.sock" -frontend-addr tcp://127.0.0.1:0 "$@"
	[[ ${#lines[@]} == 1 && $output == *"$want"* ]] || fail "$output is not: $want"
}

@test "material that is no good is named at the start, with its flag" {
	local f=-frontend-tls
	openssl ec -in server.key -aes256 -passout pass:x -out encrypted.key 2>/dev/null
	echo nonsense >nonsense.pem
	sed '5,6d' server.pem >torn.pem
	refuses "$f-cert /nosuch.pem: No such file or directory" $f-cert /nosuch.pem $f-key server.key
	refuses "$f-cert /tmp: expected a regular file" $f-cert /tmp $f-key server.key
	refuses "$f-cert nonsense.pem: no certificate is in it, expected PEM" $f-cert nonsense.pem $f-key server.key
	refuses "$f-cert torn.pem: certificate 1 of it cannot be read" $f-cert torn.pem $f-key server.key
	refuses "$f-cert expired.pem: certificate 1 of it has expired" $f-cert expired.pem $f-key expired.key
	refuses "$f-key client.key: the key does not belong to the certificate in server.pem" \
		$f-cert server.pem $f-key client.key
	refuses "$f-key encrypted.key: the key is encrypted" $f-cert server.pem $f-key encrypted.key
	refuses "$f-key server.pem: no private key is in it, expected PEM" $f-cert server.pem $f-key server.pem
	refuses "$f-cert: needs the key" $f-cert server.pem
	refuses "$f-key: needs the certificate" $f-key server.key
	refuses "$f-cacert: needs a certificate and a key" $f-cacert ca.pem
	refuses "$f-cacert expired.pem: no certificate of it is valid today" \
		$f-cert server.pem $f-key server.key $f-cacert expired.pem
	refuses "$f-cacert nonsense.pem: no certificate is in it" $f-cert server.pem $f-key server.key $f-cacert nonsense.pem
	CETUSGUARD_FRONTEND_TLS_KEY=/nosuch refuses 'CETUSGUARD_FRONTEND_TLS_KEY /nosuch: No such file' $f-cert server.pem
	refuses '-backend-tls-cacert /nosuch: No such file' -backend-addr tcp://localhost:1 -backend-tls-cacert /nosuch
	refuses '-backend-tls-cert: needs the key' -backend-addr tcp://localhost:1 -backend-tls-cert client.pem
}

@test "a file that may not be read is named, and a FIFO is not waited for" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	refuses "fifo: expected a regular file" -frontend-tls-cert "$BATS_TEST_TMPDIR/fifo" -frontend-tls-key server.key
	# Where nobody but root may go, nobody else can run it.
	OPEN=$(mktemp -d /tmp/cetus-tls.XXXXXX)
	cp "$CETUSGUARD" server.pem "$OPEN"
	install -m 000 server.key "$OPEN/server.key"
	chmod 755 "$OPEN"
	chmod 644 "$OPEN/server.pem"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$OPEN/cetusguard" \
		-frontend-addr tcp://127.0.0.1:0 -frontend-tls-cert "$OPEN/server.pem" \
		-frontend-tls-key "$OPEN/server.key"
	rm -rf "$OPEN"
	[[ $status == 1 && $output == *"server.key: Permission denied"* ]] || fail "$output"
}
