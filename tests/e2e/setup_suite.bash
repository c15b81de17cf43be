# What the whole end-to-end suite shares: one dockerd of its own, the image
# busybox:test, one running container called "box", and one proxy that allows
# everything on a unix and a TCP frontend. All of it lives in a directory under
# /tmp and in namespaces that end with it. Without root or without an engine the
# tests skip, or fail if CETUS_MUST_WORK=1.

# shellcheck source=lib.bash
source "${BASH_SOURCE[0]%/*}/lib.bash"

# Print what stands in the way of an engine here, if anything does.
engine_obstacle() {
	local cmd
	((EUID == 0)) || echo "an engine needs root"
	for cmd in dockerd docker docker-init unshare ip busybox curl; do
		command -v "$cmd" >/dev/null || echo "$cmd is not installed"
	done
}

# The real Docker CLIs in PATH, each file once, joined by colons.
find_clis() {
	local cli
	type -ap docker | while read -r cli; do
		readlink -f "$cli"
	done | awk '!seen[$0]++' | while read -r cli; do
		[[ $("$cli" --version) != Docker* ]] || echo "$cli"
	done | paste -sd:
}

setup_suite() {
	local obstacle
	REPO=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
	export REPO CETUSGUARD=${CETUSGUARD:-$REPO/build/cetusguard}
	E2E=$(mktemp -d /tmp/cetus-e2e.XXXXXX)
	export E2E DOCKER_CONFIG=$E2E/docker-config
	unset DOCKER_HOST DOCKER_CONTEXT CONTAINER_HOST "${!CETUSGUARD_@}"
	mkdir "$DOCKER_CONFIG"
	[[ -x $CETUSGUARD ]] || fail "$CETUSGUARD is not there: run make first" || return 1

	obstacle=$(engine_obstacle | head -n1)
	if [[ -n $obstacle ]]; then
		echo "$obstacle" >"$E2E/no-engine"
		return
	fi
	E2E_CLIS=$(find_clis)
	export E2E_CLIS
	# shellcheck disable=SC2034 # lib.bash reads it
	IFS=: read -ra CLIS <<<"$E2E_CLIS"

	engine_start engine || {
		tail -n 40 "$E2E/engine.log" >&2
		return 1
	}
	image_rootfs "$E2E/rootfs"
	tar -C "$E2E/rootfs" -cf "$E2E/busybox.tar" .
	engine import --change 'CMD ["sh"]' "$E2E/busybox.tar" busybox:test >/dev/null
	engine run -d --name box --network none busybox:test \
		sh -c 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done' >/dev/null

	echo 'GET,HEAD,POST,PUT,DELETE,OPTIONS,PATCH /.*' >"$E2E/all.rules"
	printf '#!/bin/sh\nexec "%s" -rules-file "%s" -- "$@"\n' "${CETUSGUARD%/*}/cetus-run" \
		"$E2E/all.rules" >"$E2E/under-run"
	chmod +x "$E2E/under-run"
	proxy_start proxy -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/proxy.sock" -frontend-addr tcp://127.0.0.1:0 \
		-rules-file "$E2E/all.rules" -log-level 7
}

# Runs whatever happened before, so every step allows for what is not there.
teardown_suite() {
	local pid_file name status=0
	[[ -n ${E2E:-} && -d $E2E ]] || return 0
	if [[ -s $E2E/proxy.pid ]]; then
		proxy_end proxy || status=1
	fi
	for pid_file in "$E2E"/*.pid; do
		[[ -s $pid_file ]] || continue
		name=${pid_file##*/}
		name=${name%.pid}
		if [[ -d $E2E/$name ]]; then
			isolated_kill "$name" || status=1
		else
			proxy_kill_if_left "$name"
		fi
	done
	# Empty control groups outlive what was in them.
	find /sys/fs/cgroup -depth -type d \( -path "*/${E2E##*/}*" -o -path '*/libpod_parent*' \) \
		-exec rmdir {} + 2>/dev/null || :
	rm -rf "$E2E"
	return $status
}
