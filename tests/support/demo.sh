#!/bin/sh
# The main job in a minute: a guard with the rules of a typical dashboard in
# front of an engine, a handful of requests through it, and what it wrote down;
# then a tool behind the same rules that knows nothing of a guard.
#
#	demo.sh BUILD-DIRECTORY
#
# The engine is the one at DOCKER_HOST or /var/run/docker.sock. Where none
# answers, the stand-in engine of the tests takes its place and says so. The
# requests that are denied name a container that does not exist, so that
# nothing would be lost even if they were not.
set -eu

build=$1
dir=$(mktemp -d)
pids=

finish() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM

# answers ADDRESS: whether an engine answers there
answers() {
	case $1 in
	unix://*) curl -sf -m 2 -o /dev/null --unix-socket "${1#unix://}" http://localhost/_ping ;;
	tcp://*) curl -sf -m 2 -o /dev/null "http://${1#tcp://}/_ping" ;;
	*) false ;;
	esac
}

# wait_for COMMAND...: try until it succeeds, for ten seconds at most
wait_for() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { echo "demo: gave up on: $*" >&2; exit 1; }
		sleep 0.05
	done
}

request() {
	status=$(curl -s --path-as-is -o "$dir/body" -w '%{http_code}' -m 20 -X "$1" \
		--unix-socket "$dir/guard.sock" "http://localhost$2") || status='---'
	verdict=allowed
	if grep -q '"cetusguard: ' "$dir/body" 2>/dev/null; then verdict=DENIED; fi
	printf '  %-8s %s  %-7s %s\n' "$verdict" "$status" "$1" "$2"
	if [ $verdict = DENIED ]; then sed 's/^/                        /' "$dir/body"; fi
}

engine=${DOCKER_HOST:-unix:///var/run/docker.sock}
if answers "$engine"; then
	echo "Engine: $engine"
else
	echo "No engine answers at $engine."
	engine=unix://$dir/engine.sock
	"$build/standin-engine" "$engine" & pids="$pids $!"
	wait_for answers "$engine"
	echo "Engine: a stand-in without containers, from this repository's tests."
fi

cat >"$dir/dashboard.rules" <<'RULES'
GET %API_PREFIX_EVENTS%                        # Event stream
GET,HEAD,POST %API_PREFIX_EXEC%(/.*)?          # Container exec
GET,HEAD,POST %API_PREFIX_CONTAINERS%(/.*)?    # Container operations
GET,HEAD %API_PREFIX_IMAGES%(/.*)?             # Image read-only
GET,HEAD %API_PREFIX_VOLUMES%(/.*)?            # Volume read-only
GET,HEAD %API_PREFIX_NETWORKS%(/.*)?           # Network read-only
GET,HEAD %API_PREFIX_BUILD%(/.*)?              # Build read-only
RULES
echo "Rules, beside the built-in ones for _ping, version and info:"
sed 's/^/  /' "$dir/dashboard.rules"

build=$(cd "$build" && pwd)
cd "$dir"
"$build/cetusguard" -backend-addr "$engine" -frontend-addr "unix://$dir/guard.sock" \
	-rules-file dashboard.rules -log-level 3 -audit-log "$dir/audit.log" & pids="$pids $!"
wait_for answers "unix://$dir/guard.sock"
: >"$dir/audit.log"

echo "Requests through the guard:"
request GET /version
request GET '/containers/json?all=1'
id=$(sed -n 's/^\[{"Id":"\([^"]*\)".*/\1/p' "$dir/body")
request GET "/containers/${id:-cetusguard-demo}/json"
request DELETE /containers/cetusguard-demo
request POST '/images/create?fromImage=alpine&tag=latest'
request POST /containers/../images/create

echo "Its audit log:"
sed -e 's/^/  /' "$dir/audit.log"

# tool NAME COMMAND...: run it under cetus-run and show what it says
tool() {
	echo "  $1"
	shift
	"$build/cetus-run" -backend-addr "$engine" -rules-file dashboard.rules -log-level 3 -- "$@" 2>&1 |
		sed 's/^/    /'
}

case $engine in
unix://*) at="--unix-socket ${engine#unix://} http://localhost" ;;
*) at=http://${engine#tcp://} ;;
esac
echo "Tools under cetus-run, which connect to $engine itself:"
# shellcheck disable=SC2086 # two words
tool "allowed: curl .../version" curl -sS -o /dev/null -w 'status %{http_code}\n' $at/version
# shellcheck disable=SC2086
tool "denied: curl -X DELETE .../containers/cetusguard-demo" \
	curl -sS -X DELETE $at/containers/cetusguard-demo
if command -v docker >/dev/null; then
	tool "denied: docker pull alpine, by the Docker CLI, a Go program" \
		env DOCKER_HOST="$engine" docker pull alpine
fi
