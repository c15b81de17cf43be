#!/usr/bin/env bats
# What the guard shows of itself to who watches: /stats, and the page in a real browser.

load lib

setup() {
	need_engine
	PORT=$((20000 + RANDOM % 10000))
	proxy_start watch -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/watch.sock" \
		-admin-addr "tcp://127.0.0.1:$PORT" -rules 'GET /containers/json' "$@"
}

teardown() {
	show_proxy_log watch
	proxy_kill_if_left watch
	[[ ! -d $E2E/chromium ]] || rm -r "$E2E/chromium"
}

# ask METHOD TARGET... - The statuses, in one word.
ask() {
	local target
	for target in "${@:2}"; do
		curl -s -g --path-as-is -o /dev/null -w '%{http_code} ' -X "$1" --unix-socket "$E2E/watch.sock" "http://e$target"
	done
}

# stats PYTHON - The value of an expression about s, what /stats says.
stats() {
	curl -sf "http://127.0.0.1:$PORT/stats" | /usr/bin/python3 -c 'import json, sys
s = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"
}

# browse SIZE [FLAG...] - The page's document once it is live, and $E2E/page.png.
browse() {
	need chromium
	chromium --headless=new --no-sandbox --disable-gpu --user-data-dir="$E2E/chromium" --enable-logging=stderr \
		--virtual-time-budget=3000 --window-size="$1" "${@:2}" --dump-dom "http://127.0.0.1:$PORT/" \
		2>"$BATS_TEST_TMPDIR/browser.log" 3>&- >"$BATS_TEST_TMPDIR/page"
	run grep -E 'CONSOLE|Content Security Policy' "$BATS_TEST_TMPDIR/browser.log"
	[[ -z $output ]] || fail "$output"
}

shows() {
	grep -qF -- "$1" "$BATS_TEST_TMPDIR/page" || fail "no $1 in $(cat "$BATS_TEST_TMPDIR/page")"
}

@test "stats count by client and class, and suggest the rule a denied request lacks" {
	[[ $(ask GET /containers/json /v1.41/containers/json /containers/box/json) == '200 403 403 ' ]]
	[[ $(stats '[(d["status"], d["method"], d["path"], d.get("suggestion")) for d in s["denials"]]') == \
		"[(403, 'GET', '/containers/box/json', 'GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json'), (403, 'GET', '/v1.41/containers/json', 'GET %API_PREFIX_CONTAINERS%/json')]" ]]
	[[ $(stats '[(r["client"], r["method"], r["endpoint"], r["allow"], r["deny"]) for r in s["rows"]]') == \
		"[('unix uid 0', 'GET', 'containers', 1, 2)]" ]]
	[[ $(stats '(s["version"], s["enforced"], s["frontends"], len(s["seconds"]))') == \
		"(1, True, ['unix://$E2E/watch.sock'], 179)" ]]
	proxy_end watch
}

@test "a line it suggests allows what was denied" {
	local rule
	[[ $(ask DELETE /v1.41/networks/none) == '403 ' ]]
	rule=$(stats 's["denials"][0]["suggestion"]')
	proxy_end watch
	run "$CETUSGUARD" explain -rules "$rule" DELETE /v1.41/networks/none
	[[ $status == 0 ]] || fail "$rule: $output"
}

@test "whatever clients send, stats are ASCII and JSON" {
	local byte
	for byte in {0..9}{0..9} {a..f}{0..9} {0..9}{a..f} {a..f}{a..f}; do
		ask GET "/x/%$byte" >/dev/null
		printf '%b' "GE\\x$byte /\\x$byte HTTP/1.1\r\nHost: \\x$byte\r\n\r\n" | socat -t2 - "UNIX:$E2E/watch.sock" >/dev/null
	done
	curl -sf "http://127.0.0.1:$PORT/stats" >"$BATS_TEST_TMPDIR/stats"
	run env LC_ALL=C grep -c '[^ -~]' "$BATS_TEST_TMPDIR/stats"
	[[ $output == 0 ]] || fail "$output"
	[[ $(stats 'len(s["denials"])') == 64 ]]
	[[ $(stats '[d for d in s["denials"] if d["status"] != 403 and "suggestion" in d]') == '[]' ]]
	proxy_end watch
}

@test "an open stream is shown while it is open" {
	local exec
	proxy_end watch
	setup -rules 'GET,HEAD,POST /.*'
	mkfifo "$BATS_TEST_TMPDIR/in"
	DOCKER_HOST=unix://$E2E/watch.sock "${CLIS[0]}" exec -i box cat <"$BATS_TEST_TMPDIR/in" >/dev/null 3>&- & exec=$!
	exec 4>"$BATS_TEST_TMPDIR/in"
	wait_until 10 streams_are 1
	[[ $(stats 's["streams"][0]["path"].split("/")[-1]') == start ]]
	exec 4>&-
	wait $exec
	wait_until 10 streams_are 0
	proxy_end watch
}

streams_are() {
	[[ $(stats 's["n_streams"], len(s["streams"])') == "($1, $1)" ]]
}

@test "the page is strict about what a browser may do with it" {
	local path
	for path in / /page.css /page.js /stats /nosuch; do
		curl -s -D "$BATS_TEST_TMPDIR/head" -o "$BATS_TEST_TMPDIR/body" "http://127.0.0.1:$PORT$path"
		grep -q "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" \
			"$BATS_TEST_TMPDIR/head"
		grep -q '^X-Content-Type-Options: nosniff' "$BATS_TEST_TMPDIR/head"
		grep -q '^Referrer-Policy: no-referrer' "$BATS_TEST_TMPDIR/head"
		run grep -cE 'https?://' "$BATS_TEST_TMPDIR/body"
		[[ $output == 0 ]] || fail "$output"
	done
	[[ $(curl -s -o /dev/null -w '%{http_code}' -H 'Host: evil.example' "http://127.0.0.1:$PORT/") == 421 ]]
	[[ $(curl -s -o /dev/null -w '%{http_code}' -H 'Sec-Fetch-Site: cross-site' "http://127.0.0.1:$PORT/stats") == 403 ]]
	[[ $(curl -s -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:$PORT/page.js") == 405 ]]
	proxy_end watch
}

@test "a browser shows an empty guard, then its denials, and nothing that clients send is markup" {
	browse 1440,1000
	shows 'Live, each second'
	shows 'id="no-denials" class="empty">'
	[[ $(ask GET /containers/json /networks/x) == '200 403 ' ]]
	[[ $(ask GET '/y/%3Cimg%20src=x%20onerror=alert(1)%3E%E2%80%AE' /y/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E) == '403 403 ' ]]
	browse 360,740
	shows '<code>GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%</code><button type="button" aria-label="Copy the rule GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%">Copy</button>'
	shows '/y/&lt;img src=x onerror=alert(1)&gt;\u{202e}'
	shows 'id="no-denials" class="empty" hidden'
	shows '>3</dd>'
	run grep -cE '<(img|script>)' "$BATS_TEST_TMPDIR/page"
	[[ $output == 0 ]] || fail "$output"
	proxy_end watch
}
