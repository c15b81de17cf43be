#!/usr/bin/env bats
# The guard's own sandbox: each layer is tried from inside, by system calls that
# are made in the running process, and again with the layer left out. The numbers
# are those of x86_64.

load lib

AT_FDCWD=-100 O_RDONLY=0
AF_UNIX=1 AF_INET=2 SOCK_STREAM=1
PROT_RW=3 PROT_RX=5 MAP_PRIVATE_ANON=0x22
SYS_mmap=9 SYS_getpid=39 SYS_socket=41 SYS_connect=42 SYS_sendto=44 SYS_sendmsg=46 SYS_fork=57 SYS_execve=59 SYS_kill=62
SYS_mlock=149 SYS_prctl=157 SYS_chroot=161 SYS_openat=257
PR_GET_NO_NEW_PRIVS=39
EPERM=-1 EACCES=-13
SIGSYS=31

setup() {
	need_engine
	INJECT=${CETUSGUARD%/*}/inject
	[[ -x $INJECT ]] || lacking "$INJECT is not built"
}

teardown() {
	show_proxy_log sand
	proxy_kill_if_left sand
}

# The sanitizers' leak check cannot live with three of the layers.
sanitized() {
	[[ $CETUSGUARD == */san/* ]]
}

sand_start() {
	proxy_start sand -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/sand.sock" -rules 'GET /.*' "$@"
}

served() {
	[[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 20 --unix-socket "$E2E/sand.sock" \
		http://engine/containers/json) == 200 ]]
}

# layer NAME STATE - The log says that it is on, or off.
layer() {
	grep -q "msg=sandbox layer=$1 state=$2 " "$E2E/sand.log" ||
		fail "$1 is not $2: $(grep "layer=$1" "$E2E/sand.log")"
}

# inside NUMBER ARGUMENT... - What a system call in the running guard says.
inside() {
	"$INJECT" "$(pid_of sand)" "$@"
}

# says EXPECTED NUMBER ARGUMENT...
says() {
	local want=$1 got
	shift
	got=$(inside "$@")
	[[ $got == "$want" ]] || fail "system call $*: $got, expected $want"
}

# works NUMBER ARGUMENT... - It says no error, and the guard lives on.
works() {
	local got
	got=$(inside "$@")
	[[ $got =~ ^[0-9]+$ ]] || fail "system call $*: $got"
}

status_of() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(pid_of sand)/status"
}

@test "where containers are told apart, of other processes what everybody may see can be read" {
	sand_start -allow-from container:box,uid:0
	if sanitized; then layer landlock off; return; fi
	works $SYS_openat $AT_FDCWD "/proc/$$/cgroup" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD "/proc/$$/environ" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD "/proc/$$/mem" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD /proc/sys/kernel/core_pattern 1
	says $EACCES $SYS_openat $AT_FDCWD /etc/passwd $O_RDONLY
	served
	proxy_end sand
}

@test "every layer is put up, and the log says what is in force" {
	local name
	sand_start
	for name in limits no-new-privs capabilities; do
		layer "$name" on
	done
	layer user off
	for name in dumpable landlock seccomp; do
		if sanitized; then layer "$name" off; else layer "$name" on; fi
	done
	served
}

@test "no file is opened from inside" {
	sand_start
	if sanitized; then layer landlock off; return; fi
	says $EACCES $SYS_openat $AT_FDCWD /etc/passwd $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD "$E2E/sand.log" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD /proc/self/mem 2
	served
	proxy_end sand
	sand_start -no-sandbox landlock
	layer landlock off
	works $SYS_openat $AT_FDCWD /etc/passwd $O_RDONLY
	served
}

@test "of files, only those beside the rules are read from inside" {
	mkdir -p "$E2E/sand-rules"
	echo 'GET /.*' >"$E2E/sand-rules/rules"
	proxy_start sand -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/sand.sock" -rules-file "$E2E/sand-rules/rules"
	if sanitized; then layer landlock off; return; fi
	works $SYS_openat $AT_FDCWD "$E2E/sand-rules/rules" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD "$E2E/sand-rules/rules" 2
	says $EACCES $SYS_openat $AT_FDCWD "$E2E/sand.log" $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD /etc/passwd $O_RDONLY
	proxy_end sand
	echo 'GET /.*' >/tmp/cetus-sand-rules
	proxy_start sand -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/sand.sock" -rules-file /tmp/cetus-sand-rules
	works $SYS_openat $AT_FDCWD /tmp/cetus-sand-rules $O_RDONLY
	says $EACCES $SYS_openat $AT_FDCWD "$E2E/sand.log" $O_RDONLY
	rm /tmp/cetus-sand-rules
	proxy_end sand
}

# qsort(3) of more than 1 KiB asks how much memory there is.
@test "a request may match hundreds of rules with constraints" {
	local many
	many=$(for i in {1..300}; do printf 'GET /version\n + query a %s\n' "$i"; done)
	proxy_start sand -backend-addr "unix://$E2E/engine.sock" \
		-frontend-addr "unix://$E2E/sand.sock" -no-builtin-rules -rules "$many"
	[[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 20 --unix-socket "$E2E/sand.sock" \
		'http://engine/version?a=300') == 200 ]]
	proxy_end sand
}

# loopback PORT - A struct sockaddr_in with 127.0.0.1.
loopback() {
	printf 'x:0200%04x7f0000010000000000000000' "$1"
}

@test "no other TCP port is reached from inside" {
	local fd engine=4001 other=4002
	proxy_start sand -backend-addr "tcp://127.0.0.1:$engine" -frontend-addr "unix://$E2E/sand.sock"
	if sanitized; then layer landlock off; return; fi
	fd=$(inside $SYS_socket $AF_INET $SOCK_STREAM 0)
	says $EACCES $SYS_connect "$fd" "$(loopback $other)" 16
	[[ $(inside $SYS_connect "$fd" "$(loopback $engine)" 16) != "$EACCES" ]]
}

@test "nothing is run, made executable or connected elsewhere from inside" {
	sand_start
	if sanitized; then layer seccomp off; return; fi
	works $SYS_socket $AF_UNIX $SOCK_STREAM 0
	says $EACCES $SYS_mmap 0 4096 $PROT_RX $MAP_PRIVATE_ANON -1 0
	works $SYS_mmap 0 4096 $PROT_RW $MAP_PRIVATE_ANON -1 0
	works $SYS_getpid
	served
	says "killed $SIGSYS" $SYS_execve /bin/true 0 0
	wait_until 10 test -e "$E2E/sand.status"
}

# killed_by NUMBER ARGUMENT... - That system call ends a guard with an engine at ADDR.
killed_by() {
	local addr=$1
	shift
	proxy_start sand -backend-addr "$addr" -frontend-addr "unix://$E2E/sand.sock"
	says "killed $SIGSYS" "$@"
	wait_until 10 test -e "$E2E/sand.status"
}

@test "no socket is made that is not needed, and sending does not connect" {
	local mptcp=262 fastopen=0x20000000 dgram=2
	if sanitized; then sand_start; layer seccomp off; return; fi
	killed_by "unix://$E2E/engine.sock" $SYS_socket $AF_INET $SOCK_STREAM 0
	killed_by tcp://127.0.0.1:1 $SYS_socket $AF_INET $SOCK_STREAM $mptcp
	killed_by tcp://127.0.0.1:1 $SYS_socket $AF_INET $dgram 0
	killed_by tcp://127.0.0.1:1 $SYS_sendmsg 0 0 $fastopen
	killed_by tcp://127.0.0.1:1 $SYS_sendto 0 0 0 $fastopen 0 0
	killed_by tcp://localhost:1 $SYS_sendto 0 0 0 $fastopen 0 0
}

@test "what is not needed ends the process, and not without the layer" {
	local nr
	for nr in $SYS_fork $SYS_kill $SYS_prctl $SYS_chroot; do
		sand_start
		if sanitized; then layer seccomp off; return; fi
		says "killed $SIGSYS" "$nr" 0 0
		wait_until 10 test -e "$E2E/sand.status"
		proxy_kill_if_left sand
	done
	sand_start -no-sandbox seccomp
	layer seccomp off
	says 1 $SYS_prctl $PR_GET_NO_NEW_PRIVS 0 0 0 0
	served
}

@test "root is without capabilities" {
	local set
	sand_start -no-sandbox seccomp
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		[[ $(status_of $set) == 0000000000000000 ]] || fail "$set $(status_of $set)"
	done
	says $EPERM $SYS_chroot /
	proxy_end sand
	sand_start -no-sandbox seccomp,capabilities
	layer capabilities off
	says 0 $SYS_chroot /
}

@test "no program gains privileges" {
	sand_start -no-sandbox seccomp
	[[ $(status_of NoNewPrivs) == 1 ]]
	says 1 $SYS_prctl $PR_GET_NO_NEW_PRIVS 0 0 0 0
	proxy_end sand
	sand_start -no-sandbox seccomp,landlock,no-new-privs
	layer no-new-privs off
	[[ $(status_of NoNewPrivs) == 0 ]]
}

@test "no core is dumped and no memory locked" {
	sand_start -no-sandbox seccomp
	grep -qE '^Max core file size +0 +0 ' "/proc/$(pid_of sand)/limits"
	local page
	page=$(inside $SYS_mmap 0 4096 $PROT_RW $MAP_PRIVATE_ANON -1 0)
	says $EPERM $SYS_mlock "$page" 4096
	proxy_end sand
	sand_start -no-sandbox seccomp,limits
	layer limits off
	page=$(inside $SYS_mmap 0 4096 $PROT_RW $MAP_PRIVATE_ANON -1 0)
	says 0 $SYS_mlock "$page" 4096
}

# as_nobody COMMAND... - Where the files of the build may be out of its reach.
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
}

@test "a process of the same user cannot trace it" {
	install -m 755 "$INJECT" "$E2E/inject"
	install -m 755 "$CETUSGUARD" "$E2E/guard"
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups -- %s "$@"\n' \
		"$E2E/guard" >"$E2E/guard-as-nobody"
	chmod 755 "$E2E" "$E2E/guard-as-nobody"
	CETUSGUARD=$E2E/guard-as-nobody proxy_start sand -frontend-addr tcp://127.0.0.1:0
	if sanitized; then layer dumpable off; return; fi
	run as_nobody "$E2E/inject" "$(pid_of sand)" $SYS_getpid
	[[ $status -eq 2 && $output == *"not permitted"* ]] || fail "$status: $output"
	proxy_end sand
	CETUSGUARD=$E2E/guard-as-nobody proxy_start sand -frontend-addr tcp://127.0.0.1:0 \
		-no-sandbox dumpable
	run as_nobody "$E2E/inject" "$(pid_of sand)" $SYS_getpid
	[[ $status -eq 0 && $output == "$(pid_of sand)" ]] || fail "$status: $output"
}

@test "the audit log is opened again, by whom the guard became" {
	local audit=$E2E/audit/log
	install -d -o 65534 "$E2E/audit"
	sand_start -user nobody -audit-log "$audit"
	served
	mv "$audit" "$audit.1"
	kill -HUP "$(pid_of sand)"
	wait_until 10 grep -q 'msg="audit log opened again"' "$E2E/sand.log"
	served
	grep -q 'path=/containers/json' "$audit" && grep -q 'path=/containers/json' "$audit.1"
	proxy_end sand
	chown 0 "$E2E/audit" "$audit"
	rm "$audit"
	sand_start -user nobody -audit-log "$audit"
	kill -HUP "$(pid_of sand)"
	wait_until 10 grep -q 'msg="audit log opened again"' "$E2E/sand.log"
	proxy_end sand
	# A link into another folder is followed there.
	ln -sf "$E2E/audit/elsewhere" "$E2E/link"
	touch "$E2E/audit/elsewhere"
	sand_start -audit-log "$E2E/link"
	run grep "cannot be opened again" "$E2E/sand.log"
	[[ $status -eq 1 ]] || fail "$output"
}

@test "an audit log on standard output stays when it is to be opened again" {
	sand_start -audit-log -
	kill -HUP "$(pid_of sand)"
	wait_until 10 grep -q 'msg="audit log opened again"' "$E2E/sand.log"
	served
	grep -q 'path=/containers/json' "$E2E/sand.out"
}

@test "a full disk under the audit log is said on standard error" {
	sand_start -audit-log /dev/full
	served
	grep -q 'a line is missing in the audit log" error="No space left' "$E2E/sand.log"
}

@test "a host name may have more addresses than anybody needs" {
	local port=$((20000 + RANDOM % 10000))
	cp /etc/hosts "$E2E/hosts"
	for i in {1..200}; do echo "127.0.1.$i many.test"; done >>"$E2E/hosts"
	cat >"$E2E/guard-with-hosts" <<-END
		#!/bin/sh
		exec unshare -m sh -c 'mount --bind $E2E/hosts /etc/hosts && exec "\$@"' sh $CETUSGUARD "\$@"
	END
	chmod 755 "$E2E/guard-with-hosts"
	socat "TCP-LISTEN:$port,bind=127.0.1.1,fork,reuseaddr" "UNIX-CONNECT:$E2E/engine.sock" 3>&- &
	local socat=$!
	CETUSGUARD=$E2E/guard-with-hosts proxy_start sand -backend-addr "tcp://many.test:$port" \
		-frontend-addr "unix://$E2E/sand.sock" -rules 'GET /.*'
	served || served || [[ ! -e $E2E/sand.status ]]
	kill "$socat"
	proxy_end sand
}

@test "root becomes another user and still reaches the engine" {
	sand_start -user nobody
	layer user on
	served
	[[ $(status_of Uid) == $'65534\t65534\t65534\t65534' ]] || fail "$(status_of Uid)"
	[[ " $(status_of Groups) " == *" $(stat -c %g "$E2E/engine.sock") "* ]]
	[[ $(status_of CapPrm) == 0000000000000000 ]]
}

# guard_in_groups GROUPS - Make $E2E/guard-in-groups: the guard, started as nobody in these.
guard_in_groups() {
	install -m 755 "$CETUSGUARD" "$E2E/guard"
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --groups %s -- %s "$@"\n' \
		"$1" "$E2E/guard" >"$E2E/guard-in-groups"
	chmod 755 "$E2E" "$E2E/guard-in-groups"
}

@test "who is that user already keeps the groups it was given" {
	local args=(-backend-addr "unix://$E2E/engine.sock" -frontend-addr tcp://127.0.0.1:0
		-rules 'GET /.*' -user nobody)
	guard_in_groups "$(stat -c %g "$E2E/engine.sock")"
	CETUSGUARD=$E2E/guard-in-groups proxy_start sand "${args[@]}"
	grep -q 'layer=user state=on detail="uid 65534, as it was started"' "$E2E/sand.log"
	DOCKER_HOST=$(proxy_tcp sand) docker ps
	proxy_end sand
	guard_in_groups 65534
	run timeout 10 "$E2E/guard-in-groups" "${args[@]}"
	[[ $status -eq 1 && $output == *"is out of reach for uid 65534; its group is $(stat -c %g "$E2E/engine.sock")"* ]] ||
		fail "$output"
	run timeout 10 "$E2E/guard-in-groups" "${args[@]}" -user daemon
	[[ $status -eq 1 && $output == *"cannot become daemon: "*"or to be started as that user"* ]] || fail "$output"
	run timeout 10 "$E2E/guard-in-groups" "${args[@]}" -group 0
	[[ $status -eq 1 && $output == *"cannot become nobody: "* ]] || fail "$output"
}

@test "a user that makes no sense is an error that names it" {
	local args=(-backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/sand.sock")
	run timeout 10 "$CETUSGUARD" "${args[@]}" -user nosuchuser
	[[ $status -eq 1 && $output == *"sandbox: user: there is no user nosuchuser"* ]] || fail "$output"
	run timeout 10 "$CETUSGUARD" "${args[@]}" -user nobody -group nosuchgroup
	[[ $status -eq 1 && $output == *"there is no group nosuchgroup"* ]] || fail "$output"
	run timeout 10 "$CETUSGUARD" "${args[@]}" -no-sandbox seccomp,walls
	[[ $status -eq 1 && $output == *"-no-sandbox walls: no such layer"* ]] || fail "$output"
	run timeout 10 "$CETUSGUARD" -backend-addr "unix://$E2E/nosuch.sock" "${args[@]:2}" -user nobody
	[[ $status -eq 1 && $output == *"nosuch.sock is not there, so its group is not known"* ]] || fail "$output"
	chmod 0600 "$E2E/engine.sock"
	run timeout 10 "$CETUSGUARD" "${args[@]}" -user nobody
	chmod 0660 "$E2E/engine.sock"
	[[ $status -eq 1 && $output == *"is out of reach for uid 65534"* ]] || fail "$output"
}

@test "root reaches the socket of a user's own engine" {
	local owner
	owner=$(stat -c %u:%g "$E2E/engine.sock")
	chown 65534:65534 "$E2E/engine.sock"
	chmod 0600 "$E2E/engine.sock"
	sand_start
	served || { chown "$owner" "$E2E/engine.sock"; fail "not served"; }
	chown "$owner" "$E2E/engine.sock"
	chmod 0660 "$E2E/engine.sock"
	grep -q 'layer=capabilities state=on detail="none but dac_override' "$E2E/sand.log"
}

@test "an engine behind a host name is found" {
	local port=$((20000 + RANDOM % 10000))
	socat "TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$E2E/engine.sock" 3>&- &
	local socat=$!
	proxy_start sand -backend-addr "tcp://localhost:$port" \
		-frontend-addr "unix://$E2E/sand.sock" -rules 'GET /.*'
	wait_until 10 served
	kill "$socat"
}

# contained OPTION... - The guard in a container, with the options of docker run.
contained() {
	engine rm -f contained >/dev/null 2>&1 || :
	engine run -d --name contained --network none -v /usr/lib:/lib:ro -v /usr/lib64:/lib64:ro \
		-v "$CETUSGUARD:/guard:ro" -v "$E2E/engine.sock:/var/run/docker.sock" "$@" \
		busybox:test /guard -frontend-addr tcp://127.0.0.1:2375 -rules 'GET /.*' >/dev/null
	wait_until 20 contained_serves
	engine logs contained 2>&1 | grep -c 'msg=sandbox .*state=on' >"$BATS_TEST_TMPDIR/on"
	engine rm -f contained >/dev/null
}

contained_serves() {
	engine exec contained wget -qO- http://127.0.0.1:2375/containers/json | grep -q '"Id"'
}

@test "it stands in a container, with the default profile and with less" {
	local layers=6
	if sanitized; then layers=3; fi
	contained
	[[ $(<"$BATS_TEST_TMPDIR/on") == "$layers" ]] || fail "$(<"$BATS_TEST_TMPDIR/on") layers"
	contained --read-only --cap-drop ALL --security-opt no-new-privileges \
		--user "65534:$(stat -c %g "$E2E/engine.sock")"
	[[ $(<"$BATS_TEST_TMPDIR/on") == "$layers" ]] || fail "$(<"$BATS_TEST_TMPDIR/on") layers"
}
