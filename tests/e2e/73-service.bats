#!/usr/bin/env bats
# As a service: what log lines look like to who reads them, and what the service
# manager is told. The unit itself is tested with a real systemd in tests/packaging.

load lib

setup() {
	need_engine
}

teardown() {
	show_proxy_log srv
	proxy_kill_if_left srv
	[[ -z ${MANAGER_PID:-} ]] || kill -KILL "$MANAGER_PID" 2>/dev/null || :
}

srv_start() {
	proxy_start srv -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/srv.sock" "$@"
}

# ---- formats -------------------------------------------------------------------

# every_byte SOCKET - Each byte there is in a target and in the value of a field, raw
# and encoded, and characters of UTF-8, whole and torn.
every_byte() {
	/usr/bin/python3 - "$1" <<-'END'
		import socket, sys
		def ask(head):
		    with socket.socket(socket.AF_UNIX) as s:
		        s.settimeout(20)
		        s.connect(sys.argv[1])
		        s.sendall(head + b"\r\nHost: e\r\n\r\n")
		        s.shutdown(socket.SHUT_WR)
		        while s.recv(65536):
		            pass
		texts = [bytes([b]) for b in range(256)] + [b"%%%02x" % b for b in range(256)]
		texts += ["é€🐳‮".encode(), b"\xe2\x82", b"\xf4\x90\x80\x80", b"%c3%a9", b"%e2%80%ae", b'"}', b"\\u0041"]
		for text in texts:
		    ask(b"GET /volumes/a" + text + b"b HTTP/1.1")
		    ask(text + b" /volumes HTTP/1.1")
		ask(b"GET /volumes/" + b"%e2%82%ac" * 2000 + b" HTTP/1.1")
	END
}

# json_lines FILE - Each of its lines is an object without a key twice, for Python and
# for jq; prints how many.
json_lines() {
	/usr/bin/python3 - "$1" <<-'END' || return
		import json, sys
		def once(pairs):
		    assert len({k for k, v in pairs}) == len(pairs), pairs
		    return dict(pairs)
		lines = open(sys.argv[1], "rb").read()
		assert lines.endswith(b"\n") and lines.isascii()
		lines = lines.splitlines()
		for line in lines:
		    assert {"time", "level", "msg"} <= set(json.loads(line, object_pairs_hook=once)), line
		print(len(lines))
	END
	jq -e . "$1" >/dev/null
}

@test "with -log-format json every line is JSON, whatever a client sends" {
	local lines
	need jq /usr/bin/python3
	srv_start -log-format json -log-level 7 -audit-log "$E2E/srv.audit"
	every_byte "$E2E/srv.sock"
	DOCKER_HOST=unix://$E2E/srv.sock docker version >/dev/null
	proxy_end srv
	# Text of the sanitizers, if they spoke, is no JSON: proxy_end has looked.
	lines=$(json_lines "$E2E/srv.log")
	((lines > 200)) || fail "$lines lines in the log"
	lines=$(json_lines "$E2E/srv.audit")
	((lines > 1000)) || fail "$lines lines in the audit log"
	# What was asked for is what is read, as are numbers and verdicts.
	jq -es 'map(select(.path == "/volumes/aéb" and .status == 403 and .verdict == "deny")) | length > 0' "$E2E/srv.audit"
	jq -es 'map(select(.path == "/volumes/a\"b")) | length > 0' "$E2E/srv.audit"
	jq -es 'map(select(.path | strings | endswith("€..."))) | length == 1' "$E2E/srv.audit"
	jq -es 'map(select(.msg == "request" and .verdict == "allow")) | all(.[]; .duration_ms > 0 and .pid > 0 and .uid == 0 and .rule != "")' "$E2E/srv.audit"
	jq -es 'map(select(.msg == "starting"))[0].rules == 6' "$E2E/srv.log"
	rm "$E2E/srv.audit"
}

@test "cetus-run writes JSON, too, and its summary as ever" {
	need jq
	CETUSGUARD_LOG_FORMAT=json "${CETUSGUARD%/*}/cetus-run" -backend-addr "unix://$E2E/engine.sock" \
		-audit-log "$E2E/srv.audit" -- \
		curl -s --unix-socket "$E2E/engine.sock" http://engine/volumes 2>"$E2E/srv.log" >/dev/null
	json_lines "$E2E/srv.audit"
	jq -e '.verdict == "deny" and .comm == "curl" and .path == "/volumes"' "$E2E/srv.audit"
	head -n1 "$E2E/srv.log" | jq -e '.level == "warning"'
	grep -q '^cetus-run: 1 request was denied' "$E2E/srv.log" || fail "$(cat "$E2E/srv.log")"
	rm "$E2E/srv.audit"
}

# ---- the journal -----------------------------------------------------------------

# journalled STREAM COMMAND... - Run it with standard error on a socket, as systemd
# does, until it ends or serves, and print what it wrote. STREAM is what JOURNAL_STREAM
# says: "mine" for that socket.
journalled() {
	/usr/bin/python3 - "$@" <<-'END'
		import os, socket, subprocess, sys
		ours, theirs = socket.socketpair()
		st = os.fstat(theirs.fileno())
		stream = f"{st.st_dev}:{st.st_ino}" if sys.argv[1] == "mine" else sys.argv[1]
		child = subprocess.Popen(sys.argv[2:], stderr=theirs, env={**os.environ, "JOURNAL_STREAM": stream})
		theirs.close()
		for line in ours.makefile():
		    print(line, end="")
		    if "listening" in line:
		        child.terminate()
		child.wait(20)
	END
}

@test "lines begin with their priority where standard error is the journal, and nowhere else" {
	local serve=("$CETUSGUARD" -backend-addr "unix://$E2E/engine.sock"
		-frontend-addr "unix://$E2E/srv.sock" -max-connections)
	run journalled mine "${serve[@]}" 1
	[[ $output == *'<6>time='*' msg=starting '* ]] || fail "$output"
	[[ $(grep -vc '^<6>time=' <<<"$output") == 0 ]] || fail "$output"
	run journalled mine "${serve[@]}" 1000000
	[[ $output == '<3>cetusguard: -max-connections 1000000: '* ]] || fail "$output"
	run journalled mine "${serve[@]}" 1 -log-format json
	[[ ${lines[0]} == '<6>{"time":'* ]] || fail "$output"
	run journalled 1:2 "${serve[@]}" 1
	[[ ${lines[0]} == time=* ]] || fail "$output"
	run journalled mine "${CETUSGUARD%/*}/cetus-run" -backend-addr "unix://$E2E/engine.sock" \
		-rules-file /nonexistent -- true
	[[ $output == '<3>cetus-run: '* ]] || fail "$output"
	# The variable stays for a tool, whose standard error it is, too.
	# shellcheck disable=SC2016 # the inner shell expands it
	run journalled mine "${CETUSGUARD%/*}/cetus-run" -- sh -c 'test -n "$JOURNAL_STREAM" && echo there >&2'
	[[ $output == there ]] || fail "$output"
}

# ---- the service manager ----------------------------------------------------------

# manager ADDRESS - Take what is sent there, as systemd does: a line a datagram, its
# lines between bars, behind the process it comes from.
manager() {
	: >"$E2E/srv.told"
	/usr/bin/python3 - "$1" >>"$E2E/srv.told" <<-'END' 3>&- &
		import os, socket, struct, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
		s.bind(sys.argv[1].replace("@", "\0"))
		if sys.argv[1][0] == "/":
		    os.chmod(sys.argv[1], 0o777)
		print("manager", flush=True)
		while True:
		    text, control, *_ = s.recvmsg(4096, 64)
		    pid = struct.unpack("3i", control[0][2])[0]
		    print(pid, text.decode().replace("\n", "|"), flush=True)
	END
	MANAGER_PID=$!
	wait_until 10 grep -q '^manager' "$E2E/srv.told"
}

manager_end() {
	kill "$MANAGER_PID"
	wait "$MANAGER_PID" || :
	rm -f "$E2E/srv.notify"
	unset MANAGER_PID
}

# told REGEX - The guard, and nobody else, has said so.
told() {
	wait_until 10 grep -Eqx "$(pid_of srv) $1" "$E2E/srv.told" || {
		cat "$E2E/srv.told"
		fail "not told: $1"
	}
}

@test "the service manager is told of the start, reloads and the end, in every form of its address" {
	local address user
	mkdir -p "$E2E/srv-rules"
	chmod 755 "$E2E" "$E2E/srv-rules"
	for address in "$E2E/srv.notify" "@cetus-srv-$$"; do
		for user in root nobody; do
			manager "$address"
			echo 'GET /volumes' >"$E2E/srv-rules/rules"
			NOTIFY_SOCKET=$address srv_start -rules-file "$E2E/srv-rules/rules" -user "$user"
			told 'READY=1\|STATUS=0 clients, 0 streams, 7 rules'
			: >"$E2E/srv.told"
			kill -HUP "$(pid_of srv)"
			told 'RELOADING=1\|MONOTONIC_USEC=[0-9]{6,}'
			told 'READY=1\|STATUS=0 clients, 0 streams, 7 rules'
			echo 'GET /%NOPE%' >"$E2E/srv-rules/rules"
			kill -HUP "$(pid_of srv)"
			told 'READY=1\|STATUS=The rules could not be read again, the old ones stay; 0 clients, 0 streams, 7 rules'
			proxy_end srv
			told 'STOPPING=1\|STATUS=.*'
			[[ $(tail -n1 "$E2E/srv.told") == *STOPPING=1* ]] || fail "$(cat "$E2E/srv.told")"
			manager_end
		done
	done
	rm -r "$E2E/srv-rules"
}

@test "the watchdog hears from the loop that serves, and from a process it is not for nothing" {
	manager "$E2E/srv.notify"
	NOTIFY_SOCKET=$E2E/srv.notify WATCHDOG_USEC=200000 srv_start -rules 'GET,POST /.*'
	told WATCHDOG=1
	DOCKER_HOST=unix://$E2E/srv.sock "${CLIS[0]}" exec -i box sleep 2 3>&- & exec=$!
	told 'STATUS=[12] clients?, 1 stream, 7 rules\|WATCHDOG=1'
	# More than twice in each 200 ms, and so five times before 600 ms are over.
	: >"$E2E/srv.told"
	local start
	start=$(ms)
	wait_until 10 awk 'END { exit NR < 5 }' "$E2E/srv.told"
	(($(ms) - start < 2000)) || fail "$(($(ms) - start)) ms for five"
	wait $exec || :
	proxy_end srv
	NOTIFY_SOCKET=$E2E/srv.notify WATCHDOG_USEC=1000 WATCHDOG_PID=1 srv_start
	told 'READY=1.*'
	proxy_end srv
	! grep -F "$(pid_of srv) WATCHDOG" "$E2E/srv.told" || fail "the watchdog was for another"
	manager_end
}

@test "without anybody at NOTIFY_SOCKET, or with nonsense in it, it serves and says so" {
	local address
	for address in "$E2E/nobody" @nobody relative vsock:2:1 "/$(printf '%0200d' 0)"; do
		NOTIFY_SOCKET=$address srv_start
		grep -q 'level=warning msg="the service manager cannot be told anything"' "$E2E/srv.log"
		proxy_end srv
	done
	manager "$E2E/srv.notify"
	NOTIFY_SOCKET=$E2E/srv.notify WATCHDOG_USEC=soon srv_start
	grep -q 'msg="there is no watchdog, its time makes no sense" WATCHDOG_USEC=soon' "$E2E/srv.log"
	# Gone while it serves, it is missed once a message, and that is all.
	manager_end
	kill -HUP "$(pid_of srv)"
	wait_until 10 grep -q 'msg="the service manager was not told"' "$E2E/srv.log"
	proxy_end srv
}

@test "a tool under cetus-run has no say in the name of the service" {
	manager "$E2E/srv.notify"
	cat >"$E2E/srv-tool" <<-'END'
		#!/bin/sh
		env | grep -E '^(NOTIFY_SOCKET|WATCHDOG_)' && exit 1
		find /proc/self/fd -lname 'socket:*'
		exec sleep 1
	END
	chmod +x "$E2E/srv-tool"
	CETUSGUARD=${CETUSGUARD%/*}/cetus-run NOTIFY_SOCKET=$E2E/srv.notify WATCHDOG_USEC=200000 \
		proxy_spawn srv -backend-addr "unix://$E2E/engine.sock" -- "$E2E/srv-tool"
	told 'READY=1\|STATUS=0 clients, 0 streams, 6 rules'
	told WATCHDOG=1
	[[ $(proxy_exit srv 10) == 0 ]]
	told 'STOPPING=1.*'
	[[ ! -s $E2E/srv.out ]] || fail "$(cat "$E2E/srv.out")"
	manager_end
}
