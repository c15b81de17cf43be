#!/usr/bin/env bats
# From what a tool asks for to the rules that it needs, and what a change of rules means.

load lib

@test "diff: a review can gate on whether a change of rules widens them" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'GET %API_PREFIX_CONTAINERS%/json' 'POST %API_PREFIX_CONTAINERS%/create' \
		'  + confined' >old.rules
	printf '%s\n' 'GET,DELETE %API_PREFIX_CONTAINERS%(/.*)?' >new.rules

	run "$CETUSGUARD" diff old.rules new.rules
	[ "$status" -eq 1 ]
	grep -A3 '^newly allowed:$' <<<"$output" | grep -qx '  DELETE %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%'
	grep -A2 '^newly denied:$' <<<"$output" | grep -qx '  POST %API_PREFIX_CONTAINERS%/create'
	grep -qx 'It widens what is allowed.' <<<"$output"

	run "$CETUSGUARD" diff low low
	[ "$status" -eq 0 ]
	[ "$output" = 'Both allow the same.' ]

	echo 'GET' >broken.rules
	run "$CETUSGUARD" diff old.rules ./broken.rules
	[ "$status" -eq 2 ]
	[ "$output" = 'cetusguard: diff: ./broken.rules:1:4: expected a pattern after the methods' ]
}

# ---- what was denied, and what would have been ----------------------------------

setup() {
	RUN=${CETUSGUARD%/*}/cetus-run
	export DOCKER_HOST=unix://$E2E/engine.sock
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	show_proxy_log observe
	proxy_kill_if_left observe
}

# guarded ARGUMENT... - cetus-run, which must not hang.
guarded() {
	timeout --foreground -k 5 60 "$RUN" "$@"
}

@test "summary: for machines, to standard error or a file, and none with -quiet" {
	need_engine
	guarded -log-level 0 -summary json -- "${CLIS[0]}" ps 2>err || :
	tail -n 1 err | python3 -c '
import json, sys
s = json.loads(sys.stdin.read())
assert s["denied"] == 1 and s["enforced"] is True and s["others"] == 0, s
r = s["requests"][0]
assert r["method"] == "GET" and r["program"] == "docker" and r["status"] == 403, r
assert r["rule"] == "GET %API_PREFIX_CONTAINERS%/json", r'
	guarded -summary json:out.json -- "${CLIS[0]}" ps 2>err || :
	grep '"denied":1,' out.json
	run grep 'would be allowed by' err
	[ "$status" -eq 1 ]
	guarded -quiet -- "${CLIS[0]}" ps 2>err || :
	run grep 'would be allowed by' err
	[ "$status" -eq 1 ]
	run guarded -summary xml -- true
	[ "$status" -eq 125 ]
	[ "$output" = 'cetus-run: -summary xml: expected text, json or json:FILE' ]
}

@test "-dry-run: everything works, and what would have been denied is said" {
	need_engine
	guarded -dry-run -- "${CLIS[0]}" run --rm --network none busybox:test echo hello >out 2>err
	[ "$(cat out)" = hello ]
	head -n 1 err | grep -x 'cetus-run: NOTHING IS ENFORCED: what the rules deny is forwarded'
	grep 'verdict=would-deny method=POST path=/v[0-9.]*/containers/create status=201' err
	grep 'NOTHING WAS ENFORCED, [0-9]* requests would have been denied' err
	grep 'would be allowed by: POST %API_PREFIX_CONTAINERS%/create' err
	guarded -dry-run -rules 'POST .*
  + confined' -- "${CLIS[0]}" run --rm -v /:/h busybox:test true 2>err
	grep 'HostConfig.Binds\[0\] "/:/h"' err
}

@test "-mode observe: says so wherever it is asked, and refuses what has no one meaning" {
	need_engine
	proxy_start observe -mode observe -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/observe.sock" -admin-addr "unix://$E2E/observe.admin"
	grep 'level=critical msg="NOTHING IS ENFORCED' "$E2E/observe.log"
	docker -H "unix://$E2E/observe.sock" ps | grep box
	wait_until 5 grep -q 'verdict=would-deny.*status=200.*reason="no rule allows it"' "$E2E/observe.log"
	curl -sf --unix-socket "$E2E/observe.admin" http://x/readyz | grep -x 'ready, but nothing is enforced'
	curl -sf --unix-socket "$E2E/observe.admin" http://x/metrics >metrics
	grep -x 'cetusguard_enforced 0' metrics
	grep 'requests_total{verdict="would-deny",method="GET",endpoint="containers"} 1' metrics
	[ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$E2E/observe.sock" 'http://x/containers/a%00b/json')" = 400 ]
	[ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$E2E/observe.sock" \
		-H 'Connection: Upgrade' -H 'Upgrade: h2c' http://x/info)" = 400 ]
	run "$CETUSGUARD" -mode seccomp
	[ "$status" -eq 1 ]
	proxy_end observe
}
