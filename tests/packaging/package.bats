#!/usr/bin/env bats
# The Debian package: built, looked at by lintian, installed into a clean system that a
# real systemd has booted, used as a service there, and purged. The tests are steps of
# one life and run in this order.

load ../e2e/lib

# The system is made once: mmdebstrap(1), booted by systemd-nspawn(1). In a container of
# a container, or without a mirror, that may not be possible.
setup_file() {
	((EUID == 0)) || lacking "a system to install into needs root"
	need mmdebstrap systemd-nspawn nsenter lintian
	P=$(mktemp -d /tmp/cetus-package.XXXXXX)
	export P ROOT=$P/root
	make -s -C "$BATS_TEST_DIRNAME/../.." deb >&2
	DEB=$(echo "$BATS_TEST_DIRNAME"/../../build/deb/cetusguard_*.deb)
	export DEB
	mmdebstrap -q --variant=minbase --include=systemd-sysv,dbus,curl,logrotate \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$ROOT" >&2
	cp "$DEB" "$ROOT/cetusguard.deb"
	engine_for_package
	boot
	find_files >"$P/before"
}

teardown_file() {
	[[ -n ${P:-} ]] || return 0
	[[ ! -s $P/nspawn.pid ]] || {
		kill -TERM "$(<"$P/nspawn.pid")" || :
		wait_until 30 gone "$(<"$P/nspawn.pid")" || kill -KILL "$(<"$P/nspawn.pid")"
	}
	[[ ! -s $P/engine.pid ]] || kill "$(<"$P/engine.pid")" || :
	rm -rf --one-file-system "$P"
}

# What there is in the system, but for what any package leaves behind.
find_files() {
	(cd "$ROOT" && find . -xdev \( -path ./tmp -o -path ./var/cache -o -path ./var/lib/apt \
		-o -path ./var/lib/systemd -o -path ./var/lib/dpkg -o -path ./var/lib/logrotate \
		-o -path ./var/log -o -path ./var/tmp -o -path ./run \
		-o -path ./proc -o -path ./sys -o -path ./dev \) -prune -o -print | sort)
}

# An engine: it answers /version and whatever it is asked to create, and its events never
# end. Sockets of the system can be listened on from outside of it.
engine_for_package() {
	/usr/bin/python3 - "$ROOT/srv/docker.sock" >/dev/null 2>"$P/engine.log" <<-'END' 3>&- &
		import http.server, os, socketserver, sys, threading
		class Engine(http.server.BaseHTTPRequestHandler):
		    protocol_version = "HTTP/1.1"
		    def address_string(self):
		        return "unix"
		    def do_GET(self):
		        self.send_response(200)
		        events = self.path == "/events"
		        self.send_header(*(("Transfer-Encoding", "chunked") if events else ("Content-Length", "2")))
		        self.end_headers()
		        self.wfile.write(b"2\r\n{}\r\n" if events else b"{}")
		        if events:
		            threading.Event().wait()
		    def do_POST(self):
		        self.rfile.read(int(self.headers["Content-Length"]))
		        self.do_GET()
		class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
		    daemon_threads = True
		Server(sys.argv[1], Engine).serve_forever()
	END
	echo $! >"$P/engine.pid"
	wait_until 10 test -S "$ROOT/srv/docker.sock"
}

# Landlock is not among what nspawn lets through by itself.
boot() {
	systemd-nspawn -q -D "$ROOT" --boot --register=no --keep-unit -M "cetus-$$" \
		--system-call-filter='landlock_create_ruleset landlock_add_rule landlock_restrict_self' \
		</dev/null >"$P/boot.log" 2>&1 3>&- &
	echo $! >"$P/nspawn.pid"
	wait_until 60 booted || {
		cat "$P/boot.log" >&2
		lacking "systemd does not boot in a container here"
	}
}

booted() {
	inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'
}

# inside COMMAND... - Run it in the system.
inside() {
	local pid init
	pid=$(<"$P/nspawn.pid")
	read -r init <"/proc/$pid/task/$pid/children" || [[ $init ]] || return
	nsenter --all -t "$init" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
		LC_ALL=C "$@"
}

# ask PATH [CURL-ARGUMENT...] - The status of a request through the guard.
ask() {
	inside curl -s -o /dev/null -w '%{http_code}' --max-time 20 --unix-socket /run/cetusguard.sock \
		"${@:2}" "http://engine$1"
}

# property NAME - Of the service.
property() {
	inside systemctl show -P "$1" cetusguard.service
}

is() {
	[[ $(property "$1") == "$2" ]]
}

# write PATH LINE... - Put a file into the system.
write() {
	mkdir -p "$(dirname "$ROOT$1")"
	printf '%s\n' "${@:2}" >"$ROOT$1"
}

@test "lintian has nothing to say against it" {
	run lintian --allow-root --fail-on error,warning "${DEB%.deb}.changes"
	[[ $status == 0 ]] || fail "$output"
	dpkg-deb -f "$DEB" Depends | grep -q 'libssl3' || fail "$(dpkg-deb -f "$DEB" Depends)"
}

@test "it installs with what it depends on, and serves at once" {
	inside apt-get -qq update
	inside apt-get -qq install -y --no-install-recommends /cetusguard.deb >"$P/apt.log" 2>&1 ||
		fail "$(cat "$P/apt.log")"
	wait_until 10 is ActiveState active
	is UnitFileState enabled
	[[ $(inside cetusguard -version) == "CetusGuard $(dpkg-deb -f "$DEB" Version)" ]]
	# The socket is for root and its group.
	[[ $(inside stat -c '%a %U %G' /run/cetusguard.sock) == '660 root cetusguard' ]]
	[[ $(property StatusText) == '0 clients, 0 streams, 6 rules' ]] || fail "$(property StatusText)"
	[[ $(inside ps -o user= -p "$(property MainPID)" 2>/dev/null || inside stat -c %U "/proc/$(property MainPID)") == cetusg* ]]
	# There is no engine, and it says so.
	[[ $(ask /version) == 502 ]]
}

@test "every layer of its own sandbox is in force under the unit's" {
	run inside journalctl -u cetusguard --no-pager -o cat
	[[ $(grep -c 'msg=sandbox .*state=on' <<<"$output") == 6 ]] || fail "$output"
	grep -q 'layer=user state=off' <<<"$output" || fail "$output"
}

@test "the configuration counts, and the group of the engine's socket lets it in" {
	write /etc/default/cetusguard 'CETUSGUARD_BACKEND_ADDR=unix:///srv/docker.sock' \
		'CETUSGUARD_RULES_FILE=/etc/cetusguard/cetusguard.rules' \
		'CETUSGUARD_AUDIT_LOG=/var/log/cetusguard/audit.log'
	inside chown root:docker /srv/docker.sock
	inside chmod 660 /srv/docker.sock
	inside systemctl restart cetusguard
	[[ $(ask /version) == 200 ]]
	[[ $(ask /volumes) == 403 ]]
	inside grep -q 'verdict=deny method=GET path=/volumes' /var/log/cetusguard/audit.log
	# A member of the group may ask, another user not.
	inside setpriv --reuid 1234 --regid 1234 --groups "$(inside getent group cetusguard | cut -d: -f3)" \
		curl -sf -o /dev/null --unix-socket /run/cetusguard.sock http://engine/version
	run inside setpriv --reuid 1234 --regid 1234 --clear-groups \
		curl -sf -o /dev/null --unix-socket /run/cetusguard.sock http://engine/version
	[[ $status == 7 ]] || fail "$status"
}

@test "journalctl tells denials by their priority" {
	run inside journalctl -u cetusguard --no-pager -o cat -p warning..warning
	[[ $output == *'level=warning msg=request verdict=deny'*'path=/volumes'* ]] || fail "$output"
	[[ $output != *level=info* && $output != *'<4>'* ]] || fail "$output"
}

@test "systemctl reload reads the rules again, and fails if they are wrong" {
	write /etc/cetusguard/cetusguard.rules 'GET %API_PREFIX%/volumes' 'GET /events'
	inside systemctl reload cetusguard
	[[ $(ask /volumes) == 200 ]]
	write /etc/cetusguard/cetusguard.rules 'GET /%NOPE%'
	run inside systemctl reload cetusguard
	[[ $status == 1 ]]
	is ActiveState active
	[[ $(property StatusText) == 'The rules could not be read again, the old ones stay; '* ]]
	[[ $(ask /volumes) == 200 ]]
	run inside journalctl -u cetusguard --no-pager -o cat -p err
	[[ $output == *'cetusguard.rules:1:'*'unknown variable %NOPE%'* ]] || fail "$output"
	write /etc/cetusguard/cetusguard.rules 'GET %API_PREFIX%/volumes' 'GET /events'
	inside systemctl reload cetusguard
	[[ $(property StatusText) == '0 clients, 0 streams, 8 rules' ]]
}

@test "logrotate moves the audit log away, and the guard begins another" {
	inside logrotate -f /etc/logrotate.d/cetusguard
	wait_until 10 test -e "$ROOT/var/log/cetusguard/audit.log"
	ask /volumes
	wait_until 10 grep -q path=/volumes "$ROOT/var/log/cetusguard/audit.log"
	grep -q path=/version "$ROOT/var/log/cetusguard/audit.log.1"
}

@test "a guard that is stuck is started again" {
	local pid restarts
	inside sh -c 'mkdir -p /run/systemd/system/cetusguard.service.d &&
		printf "[Service]\nWatchdogSec=1\n" >/run/systemd/system/cetusguard.service.d/test.conf'
	inside systemctl daemon-reload
	inside systemctl restart cetusguard
	pid=$(property MainPID)
	restarts=$(property NRestarts)
	inside sh -c "kill -STOP $pid"
	wait_until 20 is NRestarts $((restarts + 1))
	wait_until 20 is ActiveState active
	[[ $(property MainPID) != "$pid" ]]
	[[ $(ask /volumes) == 200 ]]
	run inside journalctl -u cetusguard --no-pager -o cat
	[[ $output == *'Watchdog timeout'* ]] || fail "$output"
}

# As README has the drop-in.
@test "paths in folders of others are looked up with a capability, and an error without" {
	local create=(/containers/create -H 'Content-Type: application/json'
		-d '{"Image":"a","HostConfig":{"Binds":["/root/data:/data"]}}')
	mkdir "$ROOT/root/data"
	write /etc/cetusguard/cetusguard.rules 'POST /containers/create' ' + confined' ' + bind /root/data' \
		'GET %API_PREFIX%/volumes' 'GET /events'
	run inside systemctl restart cetusguard
	[[ $status == 1 ]]
	run inside journalctl -u cetusguard --no-pager -o cat -p err
	[[ $output == *'cetusguard.rules:3:'*'the path cannot be looked at'* ]] || fail "$output"
	sed -n '/^\[Service\]/,/^```/p' "$BATS_TEST_DIRNAME/../../README.md" | grep -v '^```' |
		inside sh -c 'cat >/run/systemd/system/cetusguard.service.d/search.conf'
	inside systemctl daemon-reload
	inside systemctl reset-failed cetusguard.service cetusguard.socket
	inside systemctl restart cetusguard || fail "$(inside journalctl -u cetusguard --no-pager -o cat -n 20)"
	[[ $(ask "${create[@]}") == 200 ]]
	[[ $(inside grep CapEff "/proc/$(property MainPID)/status") == *0000000000000004 ]]
	rmdir "$ROOT/root/data"
}

@test "the first connection starts it, and a stop does not wait for streams" {
	local start curl
	inside systemctl stop cetusguard.service
	[[ $(ask /volumes) == 200 ]]
	is ActiveState active
	inside curl -sN --unix-socket /run/cetusguard.sock http://engine/events >"$P/events" 3>&- &
	curl=$!
	wait_until 10 test -s "$P/events"
	start=$(ms)
	inside systemctl stop cetusguard.service cetusguard.socket
	(($(ms) - start < 15000)) || fail "$(($(ms) - start)) ms"
	is Result success || fail "$(property Result)"
	wait $curl || :
}

@test "purged, it leaves nothing but its user" {
	inside systemctl start cetusguard.service
	inside apt-get -qq purge -y cetusguard >"$P/apt.log" 2>&1 || fail "$(cat "$P/apt.log")"
	inside apt-get -qq autoremove --purge -y >/dev/null 2>&1
	run inside systemctl is-active cetusguard.service cetusguard.socket
	[[ $output == $'inactive\ninactive' ]] || fail "$output"
	run diff "$P/before" <(find_files)
	[[ $output == '' || $(grep '^[<>]' <<<"$output" | grep -v '/etc/\(passwd\|group\|shadow\|gshadow\)-$') == '' ]] ||
		fail "$output"
	run inside find / -xdev -iname '*cetus*' -not -path '/proc/*' -not -name cetusguard.deb
	[[ $output == '' ]] || fail "$output"
}
