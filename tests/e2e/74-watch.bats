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
	[[ -z ${TERMINAL:-} ]] || term kill-server 2>/dev/null || :
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

# Counted by seconds that are over.
denied_are() {
	[[ $(stats 'sum(second[0] for second in s["seconds"])') == "$1" ]]
}

@test "a browser shows an empty guard, then its denials, and nothing that clients send is markup" {
	browse 1440,1000
	shows 'Live, each second'
	shows 'id="no-denials" class="empty">'
	[[ $(ask GET /containers/json /networks/x) == '200 403 ' ]]
	[[ $(ask GET '/y/%3Cimg%20src=x%20onerror=alert(1)%3E%E2%80%AE' /y/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E) == '403 403 ' ]]
	wait_until 10 denied_are 3
	browse 360,740
	shows '<code>GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%</code><button type="button" aria-label="Copy the rule GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%">Copy</button>'
	shows '/y/&lt;img src=x onerror=alert(1)&gt;\u{202e}'
	shows 'id="no-denials" class="empty" hidden'
	shows '>3</dd>'
	run grep -cE '<(img|script>)' "$BATS_TEST_TMPDIR/page"
	[[ $output == 0 ]] || fail "$output"
	proxy_end watch
}

# ---- cetusguard top ----------------------------------------------------------------

# term ARGUMENT... - To the terminal top runs in.
term() {
	tmux -S "$TERMINAL" "$@"
}

# screen - What it shows.
screen() {
	term capture-pane -p -t top
}

screen_has() {
	screen | grep -qE -- "$1"
}

screen_lacks() {
	! screen_has "$1"
}

top_start() {
	need tmux
	# A server that is being killed still has its socket.
	TERMINAL=$(mktemp -u "$E2E/tmux.XXXXXX")
	term -f /dev/null new-session -d -s top -x 110 -y 40 "$@" \
		"'$CETUSGUARD' top -admin-addr tcp://127.0.0.1:$PORT; echo ended with \$?; cat" 3>&-
	wait_until 10 screen_has 'h for help'
}

top_end() {
	term kill-server
	proxy_end watch
}

@test "top shows rows that are sorted, denials alone, and help, and quits" {
	[[ $(ask GET /containers/json /networks/box /info) == '200 403 200 ' ]]
	top_start
	wait_until 10 screen_has '^unix uid 0 +GET +networks .* 0 +1 '
	screen_has '^CLIENT +METHOD +ENDPOINT +REQ/S'
	screen_has 'GET /networks/box'
	screen_has '403 no rule allows it; allowed by GET %API_PREFIX_NETWORKS%/%NETWORK_ID_OR_NAME%'
	term send-keys -t top s s
	wait_until 10 screen_has 'sorted by endpoint'
	[[ $(screen | awk '/^unix uid 0/ { printf "%s ", $5 }') == 'containers info networks ' ]]
	term send-keys -t top s
	wait_until 10 screen_has 'sorted by denied'
	[[ $(screen | awk '/^unix uid 0/ { print $5; exit }') == networks ]]
	term send-keys -t top d
	wait_until 10 screen_lacks '^unix uid 0 +GET +containers'
	screen_has '^unix uid 0 +GET +networks'
	screen_has 'denials only'
	term send-keys -t top d h
	wait_until 10 screen_has 'this help'
	term send-keys -t top h q
	wait_until 10 screen_has 'ended with 0'
	top_end
}

@test "top follows the size of its terminal, pauses, and outlives the guard" {
	top_start
	[[ $(ask GET /containers/json) == '200 ' ]]
	wait_until 10 screen_has 'GET +containers'
	for size in '40 8' '10 2' '200 50'; do
		term resize-window -t top -x "${size% *}" -y "${size#* }"
		wait_until 10 test "$(term display-message -p -t top '#{pane_width} #{pane_height}')" = "$size"
	done
	wait_until 10 screen_has 'h for help, q to quit'
	term send-keys -t top p
	wait_until 10 screen_has PAUSED
	[[ $(ask GET /networks/box) == '403 ' ]]
	run wait_until 3 screen_has networks
	[[ $status == 1 ]]
	term send-keys -t top p
	wait_until 10 screen_has networks
	proxy_end watch
	wait_until 10 screen_has "no answer from tcp://127.0.0.1:$PORT: Connection refused; asking again"
	proxy_start watch -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/watch.sock" \
		-admin-addr "tcp://127.0.0.1:$PORT" -rules 'GET /containers/json'
	wait_until 10 screen_has 'nobody asks for anything'
	screen_lacks 'asking again'
	top_end
}

@test "nothing that clients send reaches the terminal as an escape" {
	local esc=$'\e'
	ask GET '/x/%C2%9B31m' '/x/%E2%80%AE' '/x/%9b' >/dev/null
	printf 'G%sET /%s]0;owned%s HTTP/1.1\r\nHost: x\r\n\r\n' "$esc" "$esc" $'\a' | socat -t2 - "UNIX:$E2E/watch.sock" >/dev/null
	printf 'GET /\x9b31m%s[2J HTTP/1.1\r\nHost: x\r\n\r\n' "$esc" | socat -t2 - "UNIX:$E2E/watch.sock" >/dev/null
	"$CETUSGUARD" top -admin-addr "tcp://127.0.0.1:$PORT" -once >"$BATS_TEST_TMPDIR/once"
	grep -qF '/x/\u202e' "$BATS_TEST_TMPDIR/once"
	run env LC_ALL=C grep -c '[^ -~]' "$BATS_TEST_TMPDIR/once"
	[[ $output == 0 ]] || fail "$(cat -v "$BATS_TEST_TMPDIR/once")"
	top_start
	wait_until 10 screen_has '/x/\\u202e'
	[[ $(term display-message -p -t top '#{pane_title}') != *owned* ]]
	top_end
}

@test "top has colours only where they are wanted" {
	[[ $(ask GET /networks/box) == '403 ' ]]
	top_start
	wait_until 10 screen_has networks
	term capture-pane -e -p -t top | grep -q $'\e\[31m'
	term kill-server
	top_start -e NO_COLOR=1
	wait_until 10 screen_has networks
	run bash -c "tmux -S '$TERMINAL' capture-pane -e -p -t top | grep -c $'\e\[31m'"
	[[ $output == 0 ]] || fail "$output"
	top_end
}

@test "top without a terminal prints once, and says what is wrong" {
	[[ $("$CETUSGUARD" top -admin-addr "tcp://127.0.0.1:$PORT" | head -n1) == CetusGuard* ]]
	proxy_end watch
	run "$CETUSGUARD" top -admin-addr "tcp://127.0.0.1:$PORT"
	[[ $status == 1 && $output == "cetusguard: top: no answer from tcp://127.0.0.1:$PORT: Connection refused" ]] ||
		fail "$status: $output"
	run "$CETUSGUARD" top
	[[ $status == 2 && $output == *'top: which proxy? -admin-addr is not set' ]] || fail "$status: $output"
}
