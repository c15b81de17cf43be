#!/usr/bin/env bats
# The page on running many: its scrape config and alerts, with a real Prometheus over two
# guards of a real engine.

load lib

setup() {
	need_engine
	need prometheus promtool
	cp "$REPO"/examples/fleet/*.yaml "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -z ${PROMETHEUS_PID:-} ]] || kill "$PROMETHEUS_PID" 2>/dev/null || :
	for name in fleet1 fleet2; do
		show_proxy_log $name
		proxy_kill_if_left $name
	done
}

# query PORT EXPRESSION VALUE - Prometheus has that value.
query() {
	[[ $(curl -sG "http://127.0.0.1:$1/api/v1/query" --data-urlencode "query=$2") == *"\"$3\"]"* ]]
}

@test "one Prometheus scrapes two guards, and the alerts are ones it takes" {
	local first=$((20000 + RANDOM % 5000)) second=$((25000 + RANDOM % 5000)) own=$((30000 + RANDOM % 2000))
	proxy_start fleet1 -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/fleet1.sock" \
		-admin-addr "tcp://127.0.0.1:$first"
	proxy_start fleet2 -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/fleet2.sock" \
		-admin-addr "tcp://127.0.0.1:$second"
	curl -s -o /dev/null --unix-socket "$E2E/fleet2.sock" http://engine/containers/json
	sed -i "s/9375/$first/; s/9376/$second/; s/15s/1s/" prometheus.yaml
	promtool check config prometheus.yaml
	promtool check rules alerts.yaml
	prometheus --config.file prometheus.yaml --storage.tsdb.path data \
		--web.listen-address "127.0.0.1:$own" >prometheus.log 2>&1 3>&- & PROMETHEUS_PID=$!
	wait_until 30 query "$own" 'sum(up{job="cetusguard"})' 2
	wait_until 10 query "$own" 'sum(cetusguard_requests_total{verdict="deny"})' 1
	proxy_end fleet1
	wait_until 10 query "$own" 'count(ALERTS{alertname="CetusGuardDown"})' 1
	proxy_end fleet2
}
