#!/usr/bin/env bats
# As a service: what log lines look like to who reads them.

load lib

setup() {
	need_engine
}

teardown() {
	show_proxy_log srv
	proxy_kill_if_left srv
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
