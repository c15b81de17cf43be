#!/usr/bin/env bats
# Who may ask: addresses and host names over TCP, users and groups of processes on
# unix sockets, certificates, and containers of a real engine, by name and by label,
# also where somebody passes for one. And how often they may.

load lib

setup_file() {
	local name
	[[ ! -e $E2E/no-engine ]] || return 0
	mkdir -p "$E2E/who"
	chmod 755 "$E2E" "$E2E/who"
	cd "$E2E/who" || return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
		-subj /CN=ca 2>/dev/null
	for name in server monitor other; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr \
			-subj "/CN=$name" -addext "subjectAltName=DNS:$name.example.com,DNS:localhost" 2>/dev/null
		openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy \
			-out $name.pem 2>/dev/null
		mkdir $name
		cp ca.pem $name/
		cp $name.pem $name/cert.pem
		cp $name.key $name/key.pem
	done
}

teardown_file() {
	chmod 700 "$E2E"
}

setup() {
	need_engine
	need curl openssl setpriv nsenter
	bats_require_minimum_version 1.5.0
}

teardown() {
	show_proxy_log guard
	proxy_kill_if_left guard
	[[ -z ${ENGINE:-} ]] || isolated_kill "$ENGINE" 2>/dev/null || :
	engine rm -f web db other old inner holder >/dev/null 2>&1 || :
	engine network rm guarded >/dev/null 2>&1 || :
	[[ -z ${FAKE_PID:-} ]] || kill -KILL "$FAKE_PID" 2>/dev/null || :
	[[ -z ${FAKE:-} ]] || find "${FAKE[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || :
}

# guard ARGUMENT... - The guard, before the suite's engine, whose rules allow all.
guard() {
	proxy_start guard -backend-addr "unix://$E2E/${ENGINE:-engine}.sock" -rules-file "$E2E/all.rules" -log-level 7 "$@"
}

# status [ARGUMENT...] - What curl gets.
status() {
	curl -sS -o /dev/null -w '%{http_code}' --max-time 20 "$@"
}

# logged TEXT... - The guard's log has a line with all of these.
logged() {
	local text line
	while IFS= read -r line; do
		for text in "$@"; do
			[[ $line == *"$text"* ]] || continue 2
		done
		return 0
	done <"$E2E/guard.log"
	fail "not in the log: $*"
}

tcp_url() {
	echo "http://$(proxy_tcp guard | sed 's|^tcp://||')"
}

# ---- without an engine's help ------------------------------------------------------

@test "only the networks that are named may ask over TCP" {
	guard -frontend-addr tcp://127.0.0.1:0 -allow-from '127.0.0.2, 127.0.1.0/24'
	[[ $(status --interface 127.0.0.2 "$(tcp_url)/info") == 200 ]]
	[[ $(status --interface 127.0.1.77 "$(tcp_url)/info") == 200 ]]
	run curl -sS -w '%{http_code}' --interface 127.0.0.3 "$(tcp_url)/info"
	[[ $output == *'this client is none of those that may ask here'*403 ]]
	logged verdict=deny path=/info status=403 client=127.0.0.3: 'reason="this client is none'
	proxy_end guard
}

@test "who may not ask may not ask either while rules are only observed" {
	guard -frontend-addr tcp://127.0.0.1:0 -allow-from 127.0.0.2 -rate-write 1/h -mode observe
	[[ $(status --interface 127.0.0.2 "$(tcp_url)/info") == 200 ]]
	[[ $(status "$(tcp_url)/info") == 403 ]]
	[[ $(status --interface 127.0.0.2 -X DELETE "$(tcp_url)/containers/none") == 404 ]]
	[[ $(status --interface 127.0.0.2 -X DELETE "$(tcp_url)/containers/none") == 429 ]]
	proxy_end guard
}

@test "an IPv4 client of an IPv6 socket is an IPv4 one" {
	local port
	guard -frontend-addr tcp://:0 -allow-from 127.0.0.2
	port=$(sed -n 's|.*msg=listening addr=tcp://:||p' "$E2E/guard.log")
	[[ $(status --interface 127.0.0.2 "http://127.0.0.1:$port/info") == 200 ]]
	[[ $(status "http://[::1]:$port/info") == 403 ]]
	proxy_end guard
}

@test "a host name is looked up again when its address changes" {
	local pid
	printf '127.0.0.2 there.test\n' >"$E2E/who/hosts"
	proxy_spawn_with_hosts
	[[ $(status --interface 127.0.0.2 "$(tcp_url)/info") == 200 ]]
	[[ $(status --interface 127.0.0.3 "$(tcp_url)/info") == 403 ]]
	printf '127.0.0.3 there.test\n' >"$E2E/who/hosts"
	gets() {
		[[ $(status --interface "$1" "$(tcp_url)/info") == "$2" ]]
	}
	wait_until 20 gets 127.0.0.3 200
	gets 127.0.0.2 403
	# Without an answer the last one counts for a while.
	printf '\n' >"$E2E/who/hosts"
	in_vain() {
		gets 127.0.0.3 200 && grep -q 'a host name of allow-from cannot be looked up.*host=there.test' "$E2E/guard.log"
	}
	wait_until 20 in_vain
	gets 127.0.0.3 200
	gets 127.0.0.2 403
	proxy_end guard
}

# The guard with a hosts file of its own; it is written in place.
proxy_spawn_with_hosts() {
	local program=$CETUSGUARD
	printf '#!/bin/sh\nmount --bind %s /etc/hosts && exec %s "$@"\n' "$E2E/who/hosts" "$program" >"$E2E/who/with-hosts"
	printf '#!/bin/sh\nexec unshare -m %s "$@"\n' "$E2E/who/with-hosts" >"$E2E/who/guard"
	chmod +x "$E2E/who/with-hosts" "$E2E/who/guard"
	CETUSGUARD=$E2E/who/guard guard -frontend-addr tcp://127.0.0.1:0 -allow-from there.test
}

@test "users and groups of the process may ask on a unix socket" {
	local sock=$E2E/who/guard.sock
	as() {
		status_as "$sock" "$@"
	}
	guard -frontend-addr "unix://$sock?mode=0666" -allow-from uid:1234,gid:5678,gid:daemon
	[[ $(as --reuid 1234 --regid 1 --clear-groups) == 200 || $(getent group daemon) != daemon:x:1:* ]]
	[[ $(as --reuid 1234 --regid 99 --clear-groups) == 200 ]]
	[[ $(as --reuid 99 --regid 5678 --clear-groups) == 200 ]]
	[[ $(as --reuid 99 --regid 99 --groups 5677,5678) == 200 ]]
	[[ $(as --reuid 99 --regid 99 --groups "$(seq -s, 6000 6199),5678") == 200 ]]
	[[ $(as --reuid 99 --regid 99 --groups "$(seq -s, 6000 6199)") == 403 ]]
	[[ $(as --reuid 5678 --regid 1234 --clear-groups) == 403 ]]
	logged verdict=deny status=403 client=unix uid=5678 'reason="this client is none'
	proxy_end guard
}

status_as() {
	setpriv "${@:2}" curl -sS -o /dev/null -w '%{http_code}' --max-time 20 --unix-socket "$1" http://engine/info
}

@test "a reload knows the names of users and groups still" {
	local sock=$E2E/who/guard.sock
	guard -frontend-addr "unix://$sock?mode=0666" -allow-from uid:daemon,gid:daemon
	kill -HUP "$(pid_of guard)"
	read_again() {
		grep -q 'rules read again' "$E2E/guard.log"
	}
	wait_until 10 read_again
	[[ $(status_as "$sock" --reuid "$(id -u daemon)" --regid 99 --clear-groups) == 200 ]]
	[[ $(status_as "$sock" --reuid 99 --regid 99 --clear-groups) == 403 ]]
	proxy_end guard
}

# ---- certificates ------------------------------------------------------------------

secure_guard() {
	guard -frontend-addr tcp://127.0.0.1:0 -frontend-tls-cacert "$E2E/who/ca.pem" \
		-frontend-tls-cert "$E2E/who/server.pem" -frontend-tls-key "$E2E/who/server.key" "$@"
}

# docker_as NAME ARGUMENT... - The Docker CLI, with that certificate.
docker_as() {
	DOCKER_HOST=tcp://localhost:$(proxy_tcp guard | sed 's|.*:||') DOCKER_TLS_VERIFY=1 \
		DOCKER_CERT_PATH=$E2E/who/$1 timeout --foreground -k 5 60 "${CLIS[0]}" "${@:2}"
}

@test "only certificates of the names that are listed may ask" {
	secure_guard -allow-from cn:monitor
	docker_as monitor ps | grep -q box
	run ! docker_as other ps
	[[ $output == *'this client is none of those that may ask here'* ]]
	logged verdict=allow path=/v cn=monitor
	logged verdict=deny status=403 cn=other
	proxy_end guard
	secure_guard -allow-from san:*.example.com
	docker_as other ps | grep -q box
	proxy_end guard
	secure_guard -allow-from san:monitor.example.com
	docker_as monitor ps | grep -q box
	run ! docker_as other ps
	proxy_end guard
}

@test "tls-client-cn is needed besides allow-from" {
	secure_guard -tls-client-cn monitor -allow-from 127.0.0.1
	docker_as monitor ps | grep -q box
	run ! docker_as other ps
	proxy_end guard
	secure_guard -tls-client-cn monitor -allow-from 127.0.0.2
	run ! docker_as monitor ps
	proxy_end guard
}

@test "a session that is resumed is still of its certificate" {
	local name port try
	secure_guard -allow-from cn:monitor
	port=$(proxy_tcp guard | sed 's|.*:||')
	for name in monitor other; do
		for try in -sess_out -sess_in; do
			printf 'GET /info HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' |
				openssl s_client -ign_eof -connect "127.0.0.1:$port" -CAfile "$E2E/who/ca.pem" \
					-cert "$E2E/who/$name.pem" -key "$E2E/who/$name.key" \
					$try "$E2E/who/$name.session" >"$E2E/who/$name$try" 2>&1
		done
		grep '^Reused' "$E2E/who/$name-sess_in"
	done
	grep 'HTTP/1.1 200' "$E2E/who/monitor-sess_in"
	grep 'HTTP/1.1 403' "$E2E/who/other-sess_in"
	proxy_end guard
}

# ---- how often ---------------------------------------------------------------------

@test "over the rate there is a 429 that says when to try again, and then it works" {
	local url head
	guard -frontend-addr tcp://127.0.0.1:0 -rate-read 1/s:2 -rate-write 1/h
	url=$(tcp_url)
	[[ $(status "$url/info") == 200 && $(status "$url/info") == 200 ]]
	head=$(curl -sSi "$url/info" "$url/info" "$url/info")
	grep -q '^HTTP/1.1 429 Too Many Requests' <<<"$head"
	grep -q '^Retry-After: 1' <<<"$head"
	grep -q 'too many requests (-rate-read), try again in 1 s' <<<"$head"
	logged verdict=deny status=429 'reason="too many requests (-rate-read)'
	# Another client has a bucket of its own, and so have writes.
	[[ $(status --interface 127.0.0.2 "$url/info") == 200 ]]
	[[ $(status -X POST "$url/containers/none/stop") == 404 ]]
	[[ $(status -X POST "$url/containers/none/stop") == 429 ]]
	works() {
		[[ $(status "$url/info") == 200 ]]
	}
	wait_until 10 works
	[[ $(status -X DELETE "$url/containers/none") == 429 ]]
	proxy_end guard
}

# ---- containers --------------------------------------------------------------------

# The init of the engine's namespaces.
engine_init() {
	local pid
	pid=$(pid_of "${ENGINE:-engine}")
	tr -d ' ' <"/proc/$pid/task/$pid/children"
}

# beside_engine COMMAND... - Start the guard in the namespaces of the engine, as both are on
# a machine.
beside_engine() {
	local pid
	# shellcheck disable=SC2016 # the script expands it
	printf '#!/bin/sh\nexec nsenter -t %s -m -n -p -- "$0.program" "$@"\n' "$(engine_init)" >"$E2E/who/beside"
	cp -f "$CETUSGUARD" "$E2E/who/beside.program"
	chmod 755 "$E2E/who/beside" "$E2E/who/beside.program"
	CETUSGUARD=$E2E/who/beside "$@"
	# What is to be signalled is the guard, and not who waits for it.
	pid=$(pid_of guard)
	tr -d ' ' <"/proc/$pid/task/$pid/children" >"$E2E/guard.pid"
}

guard_beside_engine() {
	beside_engine guard "$@"
}

# configured FILE - The guard with a configuration file that has one address.
configured() {
	proxy_spawn guard -config "$1"
	wait_until 20 proxy_is_up_or_over guard 1
}

gateway() {
	engine inspect -f '{{.NetworkSettings.Gateway}}' web
}

# from NAME URL - What a container gets: a status code, or 200 for a body.
from() {
	engine exec "$1" wget -S -qO- "$2" 2>&1 | sed -n 's|.*HTTP/1.1 \([0-9]*\).*|\1|p' | tail -n1
}

start() {
	engine run -d --name "$@" busybox:test sleep 3600 >/dev/null
}

@test "containers on a bridge are told apart by name and by label" {
	local url
	start web
	start db --label com.example.tier=monitor
	guard_beside_engine -frontend-addr "tcp://$(gateway):0" -allow-from container:web
	url=$(tcp_url)
	[[ $(from web "$url/info") == 200 ]]
	[[ $(from db "$url/info") == 403 ]]
	logged verdict=allow path=/info container=web
	logged verdict=deny status=403 container=db 'reason="this client is none'
	# The machine itself is no container.
	[[ $(nsenter -t "$(engine_init)" -n curl -sS -o /dev/null -w '%{http_code}' "$url/info") == 403 ]]
	proxy_end guard
	guard_beside_engine -frontend-addr "tcp://$(gateway):0" -allow-from label:com.example.tier=monitor
	url=$(tcp_url)
	[[ $(from web "$url/info") == 403 ]]
	[[ $(from db "$url/info") == 200 ]]
	proxy_end guard
}

@test "containers that share an address have rules of their own" {
	local conf=$E2E/who/guard.conf url
	start web
	start db --label com.example.tier=monitor
	start other
	cat >"$conf" <<-CONF
		backend-addr = unix://$E2E/engine.sock
		log-level = 7

		[frontend management]
		addr = tcp://$(gateway):23750
		allow-from = container:web
		rules = GET,POST,DELETE /.*
		rate-write = 1/h:2

		[frontend monitoring]
		addr = tcp://$(gateway):23750
		allow-from = label:com.example.tier=monitor, label:com.example.tier=display
		rules = GET %API_PREFIX_CONTAINERS%/json
	CONF
	url=http://$(gateway):23750
	beside_engine configured "$conf"
	[[ $(from web "$url/images/json") == 200 ]]
	[[ $(from db "$url/images/json") == 403 ]]
	[[ $(from db "$url/containers/json") == 200 ]]
	[[ $(from other "$url/containers/json") == 403 ]]
	logged verdict=allow path=/images/json frontend=management container=web
	logged verdict=deny path=/images/json frontend=monitoring container=db 'reason="no rule allows it"'
	logged verdict=allow path=/containers/json frontend=monitoring container=db
	logged verdict=deny path=/containers/json container=other 'reason="this client is none'
	# Who becomes of another tier is so with the next connection.
	engine rename web old
	engine rename other web
	[[ $(from web "$url/images/json") == 200 ]]
	[[ $(from old "$url/images/json") == 403 ]]
	engine rm -f old >/dev/null
	proxy_end guard
}

@test "a guard in a container tells those of its network apart, by name and by host name" {
	local name
	engine network create guarded >/dev/null
	for name in web db other; do
		start $name --network guarded
	done
	engine run -d --name inner --network guarded -v "$E2E/engine.sock:/engine.sock" -v /usr:/usr:ro -v /lib:/lib:ro \
		-v /lib64:/lib64:ro -v "$CETUSGUARD:/cetusguard:ro" busybox:test /cetusguard -backend-addr unix:///engine.sock \
		-frontend-addr tcp://:2375 -rules 'GET .*' -allow-from container:web,db >/dev/null
	asks() {
		[[ $(from "$1" http://inner:2375/containers/json) == "$2" ]]
	}
	wait_until 10 asks web 200
	asks db 200
	asks other 403
	# A container that is made again has another address, and its name has it.
	engine rm -f db >/dev/null
	engine run -d --name holder --network guarded busybox:test sleep 3600 >/dev/null
	start db --network guarded
	wait_until 20 asks db 200
	asks holder 403
	asks other 403
	engine kill -s TERM inner >/dev/null
	[[ $(engine wait inner) == 0 ]]
}

@test "a container is asked about anew when it is renamed, removed and made again" {
	local url id
	start web
	start db
	id=$(engine inspect -f '{{.Id}}' db)
	guard_beside_engine -frontend-addr "tcp://$(gateway):0" -allow-from "container:web,container:${id:0:12}"
	url=$(tcp_url)
	[[ $(from db "$url/info") == 200 ]]
	[[ $(from web "$url/info") == 200 ]]
	engine rename web other
	[[ $(from other "$url/info") == 403 ]]
	engine rename db web
	[[ $(from web "$url/info") == 200 ]]
	engine rm -f web other >/dev/null
	# What is made now has the address of one of these, and neither name nor id.
	start db
	[[ $(from db "$url/info") == 403 ]]
	start web
	[[ $(from web "$url/info") == 200 ]]
	proxy_end guard
}

@test "a process in a container is told by its control groups on a unix socket" {
	local sock=$E2E/who/socket/guard.sock name
	mkdir -p "${sock%/*}"
	for name in web db; do
		start $name -v "${sock%/*}:/guard" -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro --network none
	done
	guard_beside_engine -frontend-addr "unix://$sock?mode=0666" -allow-from container:web \
		-max-client-connections 1
	inside() {
		engine exec "$@" /usr/bin/curl -sS -o /dev/null -w '%{http_code}' --unix-socket /guard/guard.sock http://engine/info
	}
	[[ $(inside web) == 200 ]]
	[[ $(inside db) == 403 ]]
	# The guard, which is root here, too, has places of its own for its questions.
	[[ $(inside -u 1234:1234 web) == 200 ]]
	logged verdict=allow client=unix container=web
	logged verdict=deny client=unix container=db
	# A process of the machine is in none.
	[[ $(status_beside "$sock") == 403 ]]
	proxy_end guard
	# The same as another user than root.
	guard_beside_engine -user 65534 -frontend-addr "unix://$sock?mode=0666" -allow-from container:web
	[[ $(inside web) == 200 ]]
	[[ $(inside db) == 403 ]]
	proxy_end guard
}

status_beside() {
	nsenter -t "$(engine_init)" -m -p -- curl -sS -o /dev/null -w '%{http_code}' --unix-socket "$1" http://engine/info
}

@test "a client in a container is asked about anew after a reload, over TCP and by its process" {
	local dir=$E2E/who/again name where
	mkdir -p "$dir"
	for name in web db; do
		start $name -v "$dir:/again" -v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro \
			-v "$BATS_TEST_DIRNAME/../support:/support:ro"
	done
	who() {
		printf '%s\n' "backend-addr = unix://$E2E/engine.sock" 'log-level = 7' '[frontend one]' \
			"addr = unix://$dir/guard.sock?mode=0666" "addr = tcp://$(gateway):23751" \
			"rules-file = $E2E/all.rules" "allow-from = $1" >"$dir/new"
		mv "$dir/new" "$dir/guard.conf"
	}
	who container:web
	beside_engine proxy_spawn guard -config "$dir/guard.conf"
	wait_until 20 proxy_is_up_or_over guard 2
	for where in "unix:///again/guard.sock" "tcp://$(gateway):23751"; do
		for name in web db; do
			mkfifo "$dir/$name-${where%%:*}"
			engine exec -i $name /usr/bin/python3 /support/keeper.py "$where" <>"$dir/$name-${where%%:*}" \
				>"$dir/$name-${where%%:*}.out" 3>&- &
			wait_until 20 grep -q there "$dir/$name-${where%%:*}.out"
		done
	done
	answered() {
		[[ $(<"$1") == "$2" ]]
	}
	# gets NAME STATUS... - On both of its connections, the last of these now.
	gets() {
		local name=$1 kind want
		want=$(printf '%s\n' there "${@:2}")
		for kind in unix tcp; do
			echo /info >"$dir/$name-$kind"
			wait_until 20 answered "$dir/$name-$kind.out" "$want"
		done
	}
	so_often() {
		[[ $(grep -c 'msg="rules read again"' "$E2E/guard.log") == "$1" ]]
	}
	gets web 200
	who container:web,container:db
	kill -HUP "$(pid_of guard)"
	wait_until 10 so_often 1
	gets web 200 200
	gets db 200
	who container:db
	kill -HUP "$(pid_of guard)"
	wait_until 10 so_often 2
	gets web 200 200 403
	gets db 200 200
	logged verdict=deny status=403 client=unix container=web
	logged verdict=allow status=200 client=unix container=db
	engine rm -f web db >/dev/null
	proxy_end guard
}

@test "the same with Podman" {
	local sock=$E2E/who/podman/guard.sock name url
	need podman
	ENGINE=podwho
	podman_start $ENGINE
	podman_client import "$E2E/busybox.tar" localhost/busybox:test >/dev/null
	mkdir -p "${sock%/*}"
	for name in web db; do
		podman_client run -d --name $name --label name=$name -v "${sock%/*}:/guard" -v /usr:/usr:ro -v /lib:/lib:ro \
			-v /lib64:/lib64:ro localhost/busybox:test /bin/sleep 1000 >/dev/null
	done
	guard_beside_engine -frontend-addr "unix://$sock?mode=0666" -frontend-addr tcp://0.0.0.0:0 \
		-allow-from container:web,label:name=other
	inside() {
		podman_client exec "$1" /usr/bin/curl -sS -o /dev/null -w '%{http_code}' "${@:2}"
	}
	[[ $(inside web --unix-socket /guard/guard.sock http://engine/_ping) == 200 ]]
	[[ $(inside db --unix-socket /guard/guard.sock http://engine/_ping) == 403 ]]
	logged verdict=allow client=unix container=web
	logged verdict=deny client=unix container=db
	url=http://$(podman_client inspect -f '{{.NetworkSettings.Gateway}}' web):$(proxy_tcp guard | sed 's|.*:||')
	[[ $(inside web "$url/_ping") == 200 ]]
	[[ $(inside db "$url/_ping") == 403 ]]
	proxy_end guard
	isolated_kill $ENGINE
}

podman_client() {
	env -u DOCKER_CONFIG podman --url "unix://$E2E/$ENGINE.sock" "$@"
}

# ask_from_groups SOCKET GROUP - Ask for /info in a control group of that name in each
# hierarchy, as root, who could also have had it made by somebody. GROUP begins with
# fake- and this suite's name, for teardown.
ask_from_groups() {
	local hierarchy groups=()
	FAKE=()
	for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
		[[ -e $hierarchy/cgroup.procs ]] || continue
		mkdir -p "$hierarchy/$2" || continue
		FAKE+=("$hierarchy/${2%%/*}")
		groups+=("$hierarchy/$2")
	done
	[[ ${#FAKE[@]} -gt 0 ]]
	# shellcheck disable=SC2016 # the inner shell expands it
	run nsenter -t "$(engine_init)" -m -p -- bash -c 'sock=$1; shift
		for group; do echo $$ >"$group/cgroup.procs" 2>/dev/null; done
		exec curl -sS -w "%{http_code}" --unix-socket "$sock" http://engine/info' bash "$1" \
		"${groups[@]}"
}

@test "nobody passes for a container by the name of a control group" {
	local sock=$E2E/who/guard.sock id
	start web --network none
	id=$(engine inspect -f '{{.Id}}' web)
	guard_beside_engine -frontend-addr "unix://$sock?mode=0666" -allow-from container:web
	ask_from_groups "$sock" "fake-${E2E##*/}/docker-$id.scope"
	[[ $output == *"called like a container's and is not the container's"*403 ]] || fail "$output"
	logged verdict=deny status=403 client=unix "called like a container's"
	proxy_end guard
}

@test "nobody hides its container by groups inside of its own" {
	local sock=$E2E/who/guard.sock
	guard_beside_engine -frontend-addr "unix://$sock?mode=0666" -allow-from container:web
	ask_from_groups "$sock" "fake-${E2E##*/}$(printf '/%064d' 1 2 3 4 5)"
	[[ $output == *"too many containers inside each other"*403 ]] || fail "$output"
	proxy_end guard
}

@test "a guard that cannot see the process says what it needs" {
	local sock=$E2E/who/guard.sock
	start web --network none
	printf '#!/bin/sh\nexec unshare -p -f --mount-proc --kill-child %s "$@"\n' "$CETUSGUARD" >"$E2E/who/apart"
	chmod +x "$E2E/who/apart"
	CETUSGUARD=$E2E/who/apart guard -frontend-addr "unix://$sock" -allow-from container:web
	run curl -sS -w '%{http_code}' --unix-socket "$sock" http://engine/info
	[[ $output == *'a guard in a container needs pid: host'*403 ]] || fail "$output"
	tr -d ' ' <"/proc/$(pid_of guard)/task/$(pid_of guard)/children" >"$E2E/guard.pid.new"
	mv "$E2E/guard.pid.new" "$E2E/guard.pid"
	proxy_end guard
}

@test "nobody is a container while the engine is down" {
	local url
	proxy_start guard -backend-addr "unix://$E2E/who/none.sock" -rules-file "$E2E/all.rules" \
		-frontend-addr tcp://127.0.0.1:0 -allow-from container:web
	url=$(tcp_url)
	run curl -sS -w '%{http_code}' "$url/info"
	[[ $output == *'could not be found out: the engine did not answer'*503 ]] || fail "$output"
	logged verdict=deny status=503
	proxy_end guard
}

# ---- at the start ------------------------------------------------------------------

# refuses TEXT ARGUMENT... - It does not start, and says why in one line.
refuses() {
	local want=$1
	shift
	run -1 timeout 20 "$CETUSGUARD" "$@"
	[[ ${#lines[@]} == 1 && $output == *"$want"* ]] || fail "$output is not: $want"
}

@test "what can never be true is an error at the start" {
	local tcp=(-frontend-addr tcp://127.0.0.1:0) unix=(-frontend-addr "unix://$E2E/who/x.sock")
	refuses '-allow-from 10.1.0.0/8: has bits behind those of the network, which is 10.0.0.0/8' \
		"${tcp[@]}" -allow-from 10.1.0.0/8
	refuses '-allow-from uid:0: can be true of clients of a unix socket only' "${tcp[@]}" -allow-from uid:0
	refuses '-allow-from ::1: can be true of clients over TCP only' "${unix[@]}" -allow-from ::1
	refuses '-allow-from cn:x: can be true only where clients need a certificate' "${tcp[@]}" -allow-from cn:x
	refuses '-tls-client-cn cn:x: can be true only where clients need a certificate' "${unix[@]}" -tls-client-cn x
	refuses 'no client of it can be one of -allow-from' "${tcp[@]}" "${unix[@]}" -allow-from uid:0
	refuses '-allow-from container: or label: processes can be compared with those of an engine on this machine' \
		-backend-addr tcp://127.0.0.1:1 "${unix[@]}" -allow-from container:web
	refuses '-rate-write 5/d: expected N, N/s, N/m or N/h' "${tcp[@]}" -rate-write 5/d
	CETUSGUARD_ALLOW_FROM=nobody! refuses 'CETUSGUARD_ALLOW_FROM nobody!: expected an address' "${tcp[@]}"
}

@test "check and explain print who may ask" {
	run -0 "$CETUSGUARD" check -allow-from 10.0.0.0/8,container:web -rate-read 5/m:9
	[[ $output == *'may ask: 10.0.0.0/8, container:web'* ]]
	[[ $output == *'reads of a client: 5 in 60 s, 9 at once'* ]]
	run -0 "$CETUSGUARD" -tls-client-cn 'Smith, John' explain GET /_ping
	[[ $output == *'allowed: GET /_ping'*'may ask: cn:Smith, John' ]]
}
