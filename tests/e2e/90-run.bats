#!/usr/bin/env bats
# cetus-run: unmodified tools, behind the rules. Denied and allowed with every
# client there is, exit statuses, signals, terminals and jobs as without it, and
# that what has nothing to do with Docker works as before.

load lib

# What a user without rights can get at.
setup_file() {
	chmod 711 "$E2E"
	cp "$CETUSGUARD" "$E2E/cetus-run"
	chmod 755 "$E2E/cetus-run"
}

setup() {
	need_engine
	RUN=${CETUSGUARD%/*}/cetus-run
	export DOCKER_HOST=unix://$E2E/engine.sock
	ALL=(-rules-file "$E2E/all.rules")
	cd "$BATS_TEST_TMPDIR" || return
}

# guarded ARGUMENT... - cetus-run, which must not hang.
guarded() {
	timeout --foreground -k 5 60 "$RUN" "$@"
}

# ends_with STATUS COMMAND... - Run it; its exit status must be this one.
ends_with() {
	local want=$1 status=0
	shift
	"$@" || status=$?
	((status == want)) || fail "status $status instead of $want: $*"
}

# says TEXT COMMAND... - Run it; TEXT must be in its output, whatever its status.
says() {
	local text=$1 out
	shift
	out=$("$@" 2>&1) || :
	[[ $out == *"$text"* ]] || fail "no \"$text\" in: $out"
}

# lacks REGEX FILE - No line of it matches.
lacks() {
	if grep -E -- "$1" "$2"; then
		fail "$2 should not have \"$1\""
	fi
}

# As the user nobody, from a copy of the program that user can get at.
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups env HOME="$E2E" "$@"
}

# ---- the rules ---------------------------------------------------------------

@test "docker ps is refused with the reason, and the summary has the rule for it" {
	local cli
	for cli in "${CLIS[@]}"; do
		ends_with 1 guarded -- "$cli" ps >out 2>err
		grep 'cetusguard: GET /v[0-9.]*/containers/json denied: no rule allows it' err
		grep '^cetus-run: 1 request was denied$' err
		grep ' 1 x GET /v[0-9.]*/containers/json by docker' err
		grep 'would be allowed by: GET %API_PREFIX_CONTAINERS%/json$' err
	done
}

@test "the rule the summary names allows it" {
	local cli rule
	for cli in "${CLIS[@]}"; do
		rule=$(guarded -- "$cli" ps 2>&1 | sed -n 's/.*would be allowed by: //p')
		guarded -rules "$rule" -- "$cli" ps >out 2>err
		grep box out
		[[ ! -s err ]]
	done
}

@test "version and ping are allowed by the built-in rules" {
	guarded -- "${CLIS[0]}" version --format '{{.Server.Version}}' >out
	grep '[0-9]' out
	ends_with 1 guarded -no-builtin-rules -- "${CLIS[0]}" version
}

@test "run passes output, input and exit status, with every CLI" {
	local cli
	for cli in "${CLIS[@]}"; do
		ends_with 3 guarded "${ALL[@]}" -- "$cli" run --rm --network none busybox:test \
			sh -c 'echo out; echo err >&2; exit 3' >out 2>err
		[[ $(cat out) == out ]]
		[[ $(cat err) == err ]]
		[[ $(echo in | guarded "${ALL[@]}" -- "$cli" run -i --rm --network none busybox:test cat) == in ]]
		[[ $(head -c 3000000 /dev/zero |
			guarded "${ALL[@]}" -- "$cli" exec -i box wc -c) == 3000000 ]]
	done
}

@test "a rule about reading lets reading through and nothing else" {
	local rules='GET .*'
	guarded -rules "$rules" -- "${CLIS[0]}" images | grep busybox
	guarded -rules "$rules" -- "${CLIS[0]}" inspect box >/dev/null
	says 'denied: no rule allows it' guarded -rules "$rules" -- "${CLIS[0]}" restart box
}

@test "the long form serves a frontend as well" {
	says 'denied: no rule allows it' timeout 60 "$CETUSGUARD" -frontend-addr "unix://$PWD/front.sock" run -- \
		curl -sS --unix-socket "$PWD/front.sock" http://engine/containers/json
	[[ ! -e $PWD/front.sock ]] || fail "the frontend's socket was left behind"
}

@test "without -frontend-addr nothing is listened on" {
	guarded -log-level 6 -- curl -sS --unix-socket "$E2E/engine.sock" http://engine/_ping 2>err
	grep msg=starting err
	lacks msg=listening err
}

@test "a tool that connects to no engine needs no proxy" {
	guarded -log-level 6 -- true 2>err
	lacks msg=starting err
}

@test "curl over the socket" {
	local path
	for path in "$E2E/engine.sock" "/proc/self/root$E2E/engine.sock" "$E2E/../${E2E##*/}/engine.sock"; do
		guarded -- curl -sS --unix-socket "$path" http://engine/containers/json >out 2>err
		grep '"cetusguard: GET /containers/json denied' out
		[[ $(guarded -- curl -sS --unix-socket "$path" http://engine/_ping) == OK ]]
	done
}

@test "links, hard links and renamed files are the same socket" {
	ln -s "$E2E/engine.sock" link
	ln "$E2E/engine.sock" "$E2E/hard.sock"
	for path in link "$PWD/link" "$E2E/hard.sock"; do
		guarded -- curl -sS --unix-socket "$path" http://engine/containers/json | grep 'cetusguard: GET'
	done
	rm "$E2E/hard.sock"
	mount --bind "$E2E" "$BATS_TEST_TMPDIR" 2>/dev/null || return 0
	guarded -- curl -sS --unix-socket "$BATS_TEST_TMPDIR/engine.sock" http://engine/containers/json |
		grep 'cetusguard: GET'
	umount "$BATS_TEST_TMPDIR"
}

@test "the tool cannot get around it with namespaces" {
	guarded -- unshare --user --map-root-user --mount --pid --fork --mount-proc \
		curl -sS --unix-socket "$E2E/engine.sock" http://engine/containers/json | grep 'cetusguard: GET'
	guarded -- unshare --net \
		curl -sS --unix-socket "$E2E/engine.sock" http://engine/containers/json | grep 'cetusguard: GET'
}

@test "docker-py" {
	need_python docker
	guarded -rules 'GET .*' -- /usr/bin/python3 -c '
import docker
client = docker.from_env()
assert any(c.name == "box" for c in client.containers.list())
try:
    client.containers.get("box").restart()
except docker.errors.APIError as e:
    assert e.response.status_code == 403 and "no rule allows it" in str(e), e
else:
    raise SystemExit("restart was allowed")
' 2>err
	grep '1 x POST' err
}

@test "a 32-bit program, with the new and the old system call" {
	local way
	[[ -x ${CETUSGUARD%/*}/connect32 ]] || lacking "connect32 is not built here" || return
	for way in direct socketcall; do
		guarded -- "${CETUSGUARD%/*}/connect32" $way "$E2E/engine.sock" >out 2>err
		grep 'cetusguard: GET /containers/json denied' out
		guarded -rules 'GET .*' -- "${CETUSGUARD%/*}/connect32" $way "$E2E/engine.sock" | grep '"/box"'
	done
}

# ---- what is written down --------------------------------------------------------

@test "the audit line says which process it was" {
	guarded -audit-log "$PWD/audit" -- curl -sS -o /dev/null --unix-socket "$E2E/engine.sock" \
		http://engine/containers/json 2>err
	grep -E "msg=request verdict=deny method=GET path=/containers/json status=403 pid=[0-9]+ uid=$EUID comm=curl exe=$(readlink -f "$(command -v curl)") rule=" audit
	lacks client= audit
	chmod 755 "$BATS_TEST_TMPDIR"
	guarded -user nobody -audit-log "$PWD/audit2" -- curl -sS -o /dev/null \
		--unix-socket "$E2E/engine.sock" http://engine/_ping
	grep -E 'verdict=allow .* uid=65534 comm=curl .* rule=builtin' audit2
}

@test "nothing is written when nothing is denied" {
	guarded -- sh -c 'echo out' >out 2>err
	[[ $(cat out) == out && ! -s err ]]
}

@test "the summary counts equal requests and shows strange bytes as such" {
	# shellcheck disable=SC2016 # for the inner one to expand
	guarded -log-level 3 -- sh -c 'for path in a a b%1b%5b2J; do
		curl -sS -o /dev/null --unix-socket '"$E2E"'/engine.sock http://engine/$path; done' 2>err
	grep '^cetus-run: 3 requests were denied$' err
	grep '^  2 x GET /a by curl$' err
	grep -F '/b%1b%5b2J by curl (status 400)' err
	lacks $'\033' err
}

# ---- exit statuses and signals ---------------------------------------------------

@test "exit statuses are the tool's, or those of env(1)" {
	ends_with 0 guarded -- true
	ends_with 7 guarded -- sh -c 'exit 7'
	ends_with 255 guarded -- sh -c 'exit 255'
	ends_with 127 guarded -- no-such-program
	ends_with 127 guarded -- /no/such/program
	ends_with 126 guarded -- /etc/passwd
	ends_with 126 guarded -- /
	ends_with 125 guarded
	ends_with 125 guarded --
	ends_with 125 guarded -no-such-flag -- true
	ends_with 125 guarded -rules 'GET (' -- true
	ends_with 125 guarded -log-level 9 -- true
	ends_with 125 guarded -mode magic -- true
	ends_with 125 guarded -keep-fd 2 -- true
	ends_with 125 guarded -keep-fd 77 -- true
	ends_with 125 guarded -protect /no/scheme -- true
	ends_with 125 guarded -user no-such-user -- true
	ends_with 125 as_nobody "$E2E/cetus-run" -user root -- true
	ends_with 125 as_nobody "$E2E/cetus-run" -allow-setuid -- true
}

@test "a tool that a signal ends, ends us by the same signal" {
	local name
	for name in TERM INT KILL SEGV USR1; do
		# shellcheck disable=SC2016 # for the inner one to expand
		# Tests may run with some of these ignored: in the background, or under nohup.
		ends_with $((128 + $(kill -l $name))) env --default-signal=HUP,INT,QUIT sh -c '"$0" -- sh -c "kill -$1 \$\$"; exit $?' "$RUN" $name
	done
	# Not only as a number: a shell that is told so stops its script.
	python3 -c 'import subprocess, sys
assert subprocess.call([sys.argv[1], "--", "sh", "-c", "kill -TERM $$"]) == -15' "$RUN"
}

@test "signals that are sent to us reach the tool" {
	local name pid
	for name in TERM INT HUP USR1 USR2 QUIT; do
		rm -f out # or "ready" would be of the one before
		# Tests may run with these ignored: in the background, or under nohup.
		env --default-signal=HUP,INT,QUIT "$RUN" -- bash -c 'trap "echo got; exit 9" '$name'; echo ready; while :; do read -rt 0.05 <> <(:); done' >out 3>&- &
		pid=$!
		wait_until 10 grep -qs ready out
		kill -$name $pid
		ends_with 9 wait $pid
		[[ $(tail -n1 out) == got ]]
	done
}

@test "an ignored signal stays ignored, a mask stays a mask" {
	guarded -- grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status >wrapped
	timeout 10 grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status >bare
	diff bare wrapped
	(trap '' HUP PIPE; timeout 10 grep SigIgn /proc/self/status >bare; guarded -- grep SigIgn /proc/self/status >wrapped)
	diff bare wrapped
}

@test "limits stay as they are" {
	(ulimit -n 600; [[ $(guarded -- sh -c 'ulimit -n; ulimit -Hn') == $'600\n600' ]])
	(ulimit -Sn 100; [[ $(guarded -- sh -c 'ulimit -n; ulimit -Hn') == $'100\n'$(ulimit -Hn) ]])
}

@test "no process is left as a zombie, and orphans lose their connections" {
	guarded -- sh -c '(sh -c "echo \$\$ >orphan; exec sleep 1000" &) ; while ! test -s orphan; do :; done'
	alive "$(cat orphan)"
	kill "$(cat orphan)"
	wait_until 10 gone "$(cat orphan)"
}

@test "-linger stays for the last one, behind the same rules" {
	guarded -linger -- sh -c '(
		while kill -0 '"\$\$"' 2>/dev/null; do :; done
		curl -sS --unix-socket '"$E2E"'/engine.sock http://engine/containers/json >late ) & exit 8' &
	ends_with 8 wait $!
	grep 'cetusguard: GET /containers/json denied' late
}

@test "if we are killed, so is the tool" {
	local pid
	"$RUN" -- sh -c 'echo $$ >tool.pid; exec sleep 1000' 3>&- &
	pid=$!
	wait_until 10 test -s tool.pid
	kill -KILL $pid
	wait $pid || :
	wait_until 10 gone "$(cat tool.pid)"
}

# Seen where nobody else runs a tool, in the first folder it would take.
@test "no file of ours is left behind" {
	need unshare
	# shellcheck disable=SC2016 # for the other shell
	unshare --mount bash -ec 'mount -t tmpfs tmpfs /dev/shm
		"$@" -- true
		! "$@" -- false
		! "$@" -- sh -c "kill -TERM \$\$"
		! "$@" -- /no/such/tool
		[[ -z $(ls -A /dev/shm) ]]' bash "$RUN" "${ALL[@]}"
}

# ---- terminals -------------------------------------------------------------------

@test "interrupts, stops and jobs in a terminal are as without us" {
	local case
	need expect bash perl
	for case in interrupt stop stop_alone nested window; do
		expect "$BATS_TEST_DIRNAME/run.exp" "$RUN" $case 3>&-
	done
}

@test "docker run -it: prompt, output, window size, interrupt and exit status" {
	local cli
	need expect stty
	for cli in "${CLIS[@]}"; do
		printf '#!/bin/sh\nexec "%s" -rules-file "%s" -- "%s" "$@"\n' "$RUN" "$E2E/all.rules" "$cli" >wrapped
		chmod +x wrapped
		expect "$BATS_TEST_DIRNAME/terminal.exp" ./wrapped shell run -it --rm --network none busybox:test sh 3>&-
	done
}

@test "nothing can be typed into the terminal" {
	need perl
	# shellcheck disable=SC2016 # for the inner one to expand
	guarded -- perl -e 'my $key = "x"; exit(ioctl(STDIN, 0x5412, $key) ? 1 : $!{EPERM} ? 0 : 2)'
}

# ---- descriptors -----------------------------------------------------------------

@test "descriptors are closed but those that are kept" {
	exec 7</etc/hostname 8</etc/hostname
	guarded -keep-fd 8 -- sh -c 'test ! -e /proc/self/fd/7 && test -e /proc/self/fd/8'
	exec 7<&- 8<&-
}

@test "what the tool closes is closed" {
	# cat ends when the tool has closed the pipe, not when the tool ends. Nothing
	# else may hold the pipe, so the tool itself has the deadline.
	local until_over='until test -e over || ((SECONDS > 20)); do :; done; test -e over'
	"$RUN" -- bash -c "exec >&-; $until_over" | { cat; touch over; }
	rm over
	exec 7> >(cat; touch over)
	"$RUN" -keep-fd 7 -- bash -c "exec 7>&-; $until_over" &
	exec 7>&-
	ends_with 0 wait $!
}

@test "a connection to the engine is not handed down" {
	need python3
	cat >inherit.py <<'PYTHON'
import os, socket, subprocess, sys
engine, fd, *command = sys.argv[1:]
s = socket.socket(socket.AF_UNIX)
s.connect(engine)
os.dup2(s.fileno(), int(fd), inheritable=True)
sys.exit(subprocess.call(command, close_fds=False))
PYTHON
	ends_with 125 python3 inherit.py "$E2E/engine.sock" 0 "$RUN" -- true 2>err
	grep 'descriptor 0 is a connection to a protected socket' err
	ends_with 125 python3 inherit.py "$E2E/engine.sock" 9 "$RUN" -keep-fd 9 -- true
	python3 inherit.py "$E2E/engine.sock" 9 "$RUN" -- sh -c 'test ! -e /proc/self/fd/9'
}

# ---- other sockets than the backend ------------------------------------------------

# A second way to the engine, over TCP: what is protected leads to the rules.
@test "-protect tcp: the endpoint in every spelling, and no other" {
	local port
	need socat
	proxy_start second -backend-addr "unix://$E2E/engine.sock" -rules-file "$E2E/all.rules" \
		-frontend-addr tcp://127.0.0.1:0
	port=$(proxy_tcp second)
	port=${port##*:}
	for host in 127.0.0.1 127.1.2.3 localhost 0.0.0.0 '[::1]' '[::ffff:127.0.0.1]' '[::]'; do
		guarded -protect "tcp://localhost:$port" -- \
			curl -sS --max-time 10 "http://$host:$port/containers/json" >out 2>err
		grep 'cetusguard: GET /containers/json denied' out
	done
	guarded -protect "tcp://localhost:$port" -rules 'GET .*' -- \
		curl -sS --max-time 10 --tcp-fastopen "http://127.0.0.1:$port/containers/json" | grep '"/box"'
	guarded -protect tcp://localhost:1 -- \
		curl -sS --max-time 10 "http://127.0.0.1:$port/containers/json" | grep '"/box"'
	proxy_end second
}

@test "-protect unix: another socket leads to the rules, too" {
	proxy_start second -backend-addr "unix://$E2E/engine.sock" -rules-file "$E2E/all.rules" \
		-frontend-addr "unix://$E2E/second.sock"
	guarded -- curl -sS --unix-socket "$E2E/second.sock" http://engine/containers/json | grep '"/box"'
	guarded -protect "unix://$E2E/second.sock" -- \
		curl -sS --unix-socket "$E2E/second.sock" http://engine/containers/json 2>err | grep 'cetusguard: GET'
	proxy_end second
}

@test "an engine that starts later, or again, is protected from its first moment" {
	need python3
	cat >server.py <<'PYTHON'
import os, socket, sys
path = sys.argv[1]
for n in range(2):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen()
    c = socket.socket(socket.AF_UNIX)
    c.connect(path)
    c.sendall(b"GET /x HTTP/1.0\r\n\r\n")
    reply = c.makefile("rb").read()
    assert b"no rule allows it" in reply, reply
    s.setblocking(False)
    try:
        s.accept()
        sys.exit("the tool reached the socket")
    except BlockingIOError:
        pass
    os.rename(path, path + str(n))
    s.close()
PYTHON
	guarded -protect "unix://$PWD/late.sock" -- python3 server.py "$PWD/late.sock"
}

# ---- users -----------------------------------------------------------------------

@test "unprivileged: the same rules, no new privileges" {
	chmod 666 "$E2E/engine.sock"
	says 'denied: no rule allows it' as_nobody timeout 60 "$E2E/cetus-run" -- "${CLIS[0]}" ps
	as_nobody timeout 60 "$E2E/cetus-run" -rules 'GET .*' -- "${CLIS[0]}" ps | grep box
	as_nobody timeout 60 "$E2E/cetus-run" -- grep 'NoNewPrivs:.*1' /proc/self/status
}

@test "root runs the tool as somebody else, who needs no right to the socket" {
	chmod 600 "$E2E/engine.sock"
	[[ $(guarded -user nobody -- id -u) == 65534 ]]
	[[ $(guarded -user nobody -group daemon -- id -g) == 1 ]]
	[[ $(guarded -user 12345 -- id -u) == 12345 ]]
	guarded -user nobody -rules 'GET .*' -- curl -sS --unix-socket "$E2E/engine.sock" \
		http://engine/containers/json | grep '"/box"'
	chmod 666 "$E2E/engine.sock"
}

# What the supervisor may connect to, the tool may not because of that.
@test "a tool that has dropped its rights connects with what is left" {
	need python3
	cat >drop.py <<'PYTHON'
import os, socket, sys
os.umask(0o077)
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
def connect():
    try:
        socket.socket(socket.AF_UNIX).connect(sys.argv[1])
        return 0
    except OSError as e:
        return e.errno
assert connect() == 0
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
assert connect() == 13, connect()
PYTHON
	ends_with 0 guarded -- python3 drop.py "$E2E/root.sock"
	rm "$E2E/root.sock"
}

@test "set-user-ID programs have their effect only with -allow-setuid" {
	cp "$(command -v id)" "$E2E/suid-id"
	chmod 4755 "$E2E/suid-id"
	[[ $(guarded -user nobody -- "$E2E/suid-id" -u) == 65534 ]]
	[[ $(guarded -user nobody -allow-setuid -- "$E2E/suid-id" -u) == 0 ]]
	rm "$E2E/suid-id"
}

# ---- namespaces ------------------------------------------------------------------

# as_each COMMAND... - For every way to have a user: $AS is who runs cetus-run and
# its first arguments.
as_each() {
	chmod 666 "$E2E/engine.sock"
	AS=(guarded -ns)
	"$@"
	AS=(guarded -ns -user nobody)
	"$@"
	AS=(as_nobody timeout --foreground 60 "$E2E/cetus-run" -ns)
	"$@"
}

ns_docker() {
	says 'denied: no rule allows it' "${AS[@]}" -- "${CLIS[0]}" ps
	"${AS[@]}" -rules 'GET .*' -- "${CLIS[0]}" ps | grep box
}

@test "-ns: docker ps, denied and allowed" {
	as_each ns_docker
}

ns_hides() {
	local real inside
	real=$(stat -c '%d %i' "$E2E/engine.sock")
	inside=$("${AS[@]}" -- stat -c '%d %i %F' "$E2E/engine.sock")
	[[ $inside == *socket && $inside != "$real "* ]]
	# And nothing else: the same files, also those beside it.
	[[ $("${AS[@]}" -- stat -c '%d %i' "$E2E" /tmp /dev/shm .) == \
		$(stat -c '%d %i' "$E2E" /tmp /dev/shm .) ]]
	[[ $(stat -c '%d %i' "$E2E/engine.sock") == "$real" ]]
}

@test "-ns: the engine's inode is not at its path, inside" {
	as_each ns_hides
}

ns_holds() {
	local way
	for way in 'umount' 'umount -l' 'unshare -Urm umount -l' 'unshare -Urm mount --make-rprivate / && umount'; do
		# shellcheck disable=SC2016 # for the inner one to expand
		"${AS[@]}" -- sh -c 'before=$(stat -c %d.%i "$0"); if '"$way"' "$0"; then exit 1; fi
			test "$before" = "$(stat -c %d.%i "$0")"' "$E2E/engine.sock" 2>err
	done
	ends_with 1 "${AS[@]}" -- stat "/proc/$$/root/" 2>err
	ends_with 1 "${AS[@]}" -- nsenter -m -t $$ true 2>err
}

@test "-ns: it cannot be undone from inside" {
	as_each ns_holds
}

ns_redirects() {
	local path
	for path in "$E2E/engine.sock" "/proc/self/root$E2E/engine.sock" "$E2E/../${E2E##*/}/engine.sock"; do
		"${AS[@]}" -- curl -sS --unix-socket "$path" http://engine/containers/json |
			grep '"cetusguard: GET /containers/json denied'
	done
	"${AS[@]}" -- unshare -Urm curl -sS --unix-socket "$E2E/engine.sock" http://engine/containers/json |
		grep '"cetusguard: GET'
	# A name that is not covered is left to the filter.
	"${AS[@]}" -- curl -sS --unix-socket "$E2E/ns-hard.sock" http://engine/containers/json |
		grep '"cetusguard: GET'
}

@test "-ns: connects lead to the rules" {
	ln "$E2E/engine.sock" "$E2E/ns-hard.sock"
	as_each ns_redirects
	rm "$E2E/ns-hard.sock"
}

# What enters the tool's mounts from outside is under no filter.
@test "-ns: what no filter catches is refused by the kernel" {
	local pid
	# shellcheck disable=SC2016 # for the inner one to expand
	"$RUN" -ns -- sh -c 'echo $$ >tool.pid; until test -e over; do sleep 0.05; done' 3>&- &
	pid=$!
	wait_until 10 test -s tool.pid
	ends_with 7 nsenter -m -t "$(cat tool.pid)" \
		curl -sS --unix-socket "$E2E/engine.sock" http://engine/_ping
	touch over
	ends_with 0 wait $pid
	[[ $(curl -sS --unix-socket "$E2E/engine.sock" http://engine/_ping) == OK ]]
}

ns_is_no_change() {
	ends_with 7 "${AS[@]}" -- sh -c 'exit 7'
	ends_with 127 "${AS[@]}" -- /no/such/program
	ends_with 126 "${AS[@]}" -- /etc/passwd
	# shellcheck disable=SC2016 # for the inner one to expand
	ends_with 143 "${AS[@]}" -- sh -c 'kill -TERM $$'
	[[ $(echo in | "${AS[@]}" -- cat) == in ]]
	# shellcheck disable=SC2016 # for the inner one to expand
	"${AS[@]}" -- sh -c 'echo file >"$0"' "$E2E/ns-files/file"
	[[ $(cat "$E2E/ns-files/file") == file ]]
	rm "$E2E/ns-files/file"
}

@test "-ns: exit statuses, pipes, files and users are as without" {
	mkdir -m 777 "$E2E/ns-files"
	as_each ns_is_no_change
	rmdir "$E2E/ns-files"
	[[ $(guarded -ns -- id -u) == "$EUID" ]]
	[[ $(guarded -ns -user nobody -- id -u) == 65534 ]]
	[[ $(guarded -ns -user 12345 -group daemon -- sh -c 'id -u; id -g') == $'12345\n1' ]]
	[[ $(as_nobody "$E2E/cetus-run" -ns -- id -u) == 65534 ]]
	# Root has the files of all, and can be anybody.
	guarded -ns -- sh -c 'touch owned && chown 12345:54321 owned && setpriv --reuid 12345 --clear-groups id -u' | grep 12345
	[[ $(stat -c %u:%g owned) == 12345:54321 ]]
}

@test "-ns: interrupts, stops and jobs in a terminal are as without" {
	local case
	need expect bash perl
	printf '#!/bin/sh\nexec "%s" -ns "$@"\n' "$RUN" >run-ns
	chmod +x run-ns
	for case in interrupt stop stop_alone nested window; do
		expect "$BATS_TEST_DIRNAME/run.exp" ./run-ns $case 3>&-
	done
}

@test "-ns: where there can be none it says so, and does not run the tool" {
	# shellcheck disable=SC2016 # for the inner one to expand
	local limit='echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" "$@"'
	local as
	for as in command as_nobody; do
		ends_with 125 $as unshare -Ur sh -c "$limit" "$E2E/cetus-run" -ns -- touch /tmp/cetus-ran 2>err
		grep 'namespaces cannot be made: the limit is reached, see user.max_user_namespaces' err
		grep 'Without -ns' err
	done
	ends_with 125 setpriv --bounding-set -sys_admin "$RUN" -ns -- touch /tmp/cetus-ran 2>err
	grep 'namespaces cannot be made: .* forbids it' err
	ends_with 125 in_container --cap-add SYS_PTRACE -- -ns -- touch /tmp/cetus-ran 2>err
	grep 'namespaces cannot be made: .* forbids it. Without -ns' err
	[[ ! -e /tmp/cetus-ran ]]
	ends_with 125 guarded -ns -mode preload -- true 2>err
	grep -e '-ns is for -mode seccomp' err
	ends_with 125 guarded -ns -user nobody -allow-setuid -- true 2>err
	grep -e '-ns with -user leaves nothing of -allow-setuid' err
}

# ---- where it cannot work -----------------------------------------------------------

@test "inside itself it says that it cannot, and does not run the tool" {
	ends_with 125 guarded -- "$RUN" -- touch ran 2>err
	grep 'another supervisor' err
	grep -e '--mode preload' err
	[[ ! -e ran ]]
}

# in_container OPTION... -- ARGUMENT... - cetus-run in a container made of the
# machine's own files.
in_container() {
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	engine run --rm --network none -v /usr:/usr:ro -v /usr/lib:/lib:ro -v /usr/lib64:/lib64:ro \
		-v "$CETUSGUARD:/cetus-run:ro" -v "$E2E/engine.sock:/var/run/docker.sock" \
		"${options[@]}" busybox:test /cetus-run "$@"
}

@test "in a container with the default profile it says what to add, and with that it works" {
	ends_with 125 in_container -- -- touch /tmp/ran 2>err
	grep 'pidfd_getfd is denied' err
	grep -e '--cap-add SYS_PTRACE' err
	grep -e '--mode preload' err
	in_container --cap-add SYS_PTRACE -- -- /usr/bin/curl -sS --unix-socket /var/run/docker.sock \
		http://engine/containers/json | grep 'cetusguard: GET /containers/json denied'
}

# ---- what is not Docker ---------------------------------------------------------------

@test "git clones over TCP" {
	need git
	git init -q origin
	git -C origin -c user.name=t -c user.email=t@t commit -q --allow-empty -m first
	# The daemon is a tool like any other, and the port the kernel's choice.
	guarded -- python3 - <<'PYTHON'
import socket, subprocess, threading
s = socket.create_server(("127.0.0.1", 0))
port = s.getsockname()[1]
def serve():
    while True:
        c, _ = s.accept()
        subprocess.Popen(["git", "daemon", "--inetd", "--export-all", "--base-path=."],
                         stdin=c.fileno(), stdout=c.fileno())
        c.close()
threading.Thread(target=serve, daemon=True).start()
subprocess.check_call(["git", "clone", "-q", f"git://127.0.0.1:{port}/origin", "clone"])
PYTHON
	git -C clone log | grep first
}

@test "ssh-agent, a key added and listed" {
	need ssh-agent ssh-keygen
	ssh-keygen -q -t ed25519 -N '' -f key
	guarded -- ssh-agent sh -c 'ssh-add -q key && ssh-add -l' | grep ED25519
}

@test "a call on a D-Bus session bus of its own" {
	need dbus-run-session dbus-send
	guarded -- dbus-run-session -- dbus-send --session --print-reply --dest=org.freedesktop.DBus \
		/ org.freedesktop.DBus.ListNames | grep -q '"org.freedesktop.DBus"'
}

@test "redis over a unix socket, with the server inside or outside" {
	need redis-check-rdb redis-cli
	# The server is the same program; its own package would start a service.
	ln -s "$(command -v redis-check-rdb)" redis-server
	PATH=$PWD:$PATH
	local args=(--port 0 --unixsocket "$PWD/redis.sock" --save '' --dir "$PWD" --daemonize no)
	redis-server "${args[@]}" >redis.log 3>&- &
	wait_until 10 redis-cli -s "$PWD/redis.sock" ping
	[[ $(guarded -- redis-cli -s "$PWD/redis.sock" set a 42) == OK ]]
	[[ $(guarded -- redis-cli -s redis.sock get a) == 42 ]]
	redis-cli -s "$PWD/redis.sock" shutdown nosave
	wait $!
	# shellcheck disable=SC2016 # the inner shell expands it
	guarded -- bash -c 'redis-server "$@" >redis.log & until redis-cli -s redis.sock ping; do :; done
		redis-cli -s redis.sock set b 43; redis-cli -s redis.sock get b
		redis-cli -s redis.sock shutdown nosave; wait' bash "${args[@]}" 2>&1 | grep -q '^43$'
}

@test "make -j, and 200 processes that connect at once" {
	need make cc
	printf '.PHONY: all\nall: %s\n%%.o:\n\techo "int x;" | cc -xc -c -o $@ -\n' "$(printf 'f%s.o ' {1..12})" >Makefile
	guarded -- make -s -j4
	[[ $(find . -name 'f*.o' | wc -l) == 12 ]]
	guarded -- bash -c 'for i in {1..200}; do
		curl -sS --unix-socket '"$E2E"'/engine.sock http://engine/_ping & done; wait' >out
	[[ $(grep -o OK out | wc -l) == 200 ]]
}

@test "strace and gdb work on a child" {
	need strace gdb
	guarded -- strace -f -e trace=connect -o trace curl -sS --unix-socket "$E2E/engine.sock" http://engine/_ping | grep OK
	grep 'connect(.*engine.sock.* = 0' trace
	guarded -- gdb -q -batch -ex 'catch syscall connect' -ex run -ex 'print 40+2' -ex kill \
		--args curl -sS --unix-socket "$E2E/engine.sock" http://engine/_ping | grep '= 42'
}

@test "other unix sockets: streams, datagrams, packets, abstract names, timeouts" {
	need python3
	guarded -- python3 - <<'PYTHON'
import errno, os, socket, struct, tempfile
os.chdir(tempfile.mkdtemp(dir="."))
for kind, name in [(socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "packet"),
                   (socket.SOCK_STREAM, "\0cetus-%d" % os.getpid())]:
    s = socket.socket(socket.AF_UNIX, kind)
    s.bind(name)
    s.listen()
    c = socket.socket(socket.AF_UNIX, kind)
    c.settimeout(5)
    c.connect(name)
    a, _ = s.accept()
    pid, uid, gid = struct.unpack("3i", a.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    assert (uid, gid) == (os.getuid(), os.getgid())
    c.sendall(b"x")
    assert a.recv(1) == b"x"
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("dgram")
c = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
c.connect("dgram")
c.send(b"y")
assert s.recv(1) == b"y"
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.connect(("127.0.0.1", 9))
full = socket.socket(socket.AF_UNIX)
full.bind("full")
full.listen(0)
first = socket.socket(socket.AF_UNIX)
first.connect("full")
second = socket.socket(socket.AF_UNIX)
second.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 200000))
try:
    second.connect("full")
    raise SystemExit("connected to a full backlog")
except BlockingIOError:
    pass
PYTHON
}

@test "a connect that blocks is interrupted by a signal as without us" {
	need python3
	cat >interrupt.py <<'PYTHON'
import os, signal, socket, time
os.chdir(os.environ["BATS_TEST_TMPDIR"])
full = socket.socket(socket.AF_UNIX)
full.bind("full-%d" % os.getpid())
full.listen(0)
first = socket.socket(socket.AF_UNIX)
first.connect("full-%d" % os.getpid())
class Rang(Exception):
    pass
def ring(*_):
    raise Rang
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.2)
start = time.monotonic()
try:
    socket.socket(socket.AF_UNIX).connect("full-%d" % os.getpid())
    raise SystemExit("connected to a full backlog")
except Rang:
    pass
assert time.monotonic() - start < 5
PYTHON
	guarded -- python3 interrupt.py
	# And a key press ends a program that has no handler.
	ends_with 124 timeout -s INT 1 "$RUN" -- python3 -c '
import signal, socket
signal.signal(signal.SIGINT, signal.SIG_DFL)
s = socket.socket(socket.AF_UNIX); s.bind("\0full-%d" % __import__("os").getpid()); s.listen(0)
for i in range(2): socket.socket(socket.AF_UNIX).connect(s.getsockname())'
}

@test "hundreds of connects that block hold up nobody, nor the end" {
	need python3
	cat >blocked.py <<'PYTHON'
import os, socket, sys, threading, time
full = socket.socket(socket.AF_UNIX)
full.bind("\0full-%d" % os.getpid())
full.listen(0)
def connect():
    socket.socket(socket.AF_UNIX).connect(full.getsockname())
for _ in range(300):
    threading.Thread(target=connect, daemon=True).start()
deadline = time.monotonic() + 20
while len(os.listdir("/proc/%d/task" % os.getppid())) < 290:
    assert time.monotonic() < deadline, "they do not block"
start = time.monotonic()
socket.socket(socket.AF_UNIX).connect(sys.argv[1])
assert time.monotonic() - start < 5
os._exit(9)
PYTHON
	ends_with 9 guarded -- python3 blocked.py "$E2E/engine.sock"
}

# ---- the source ------------------------------------------------------------------------

@test "the flag that would let a judged call go on exists nowhere" {
	local repo=$BATS_TEST_DIRNAME/../..
	if grep -rnE 'FLAG_CONTINUE|NOTIF_FLAG' "$repo/supervisor" "$repo/common"; then
		fail "the flag is there"
	fi
}
