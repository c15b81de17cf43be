#!/usr/bin/env bats
# The preload library in other programs: where their connections land, that they
# see no difference, what is kept when they start others, and what it cannot see.

load lib

setup_file() { listeners_start; }
teardown_file() { listeners_end; }

@test "the library exports what its map lists and needs the C library alone" {
	need nm readelf
	diff <(nm -D --defined-only "$B/libcetus-preload.so" | awk '{ print $3 }' | sort) \
		<(sed -n 's/^\t\([a-z_]*\);$/\1/p' "$BATS_TEST_DIRNAME/../../preload/export.map" | sort)
	[[ $(readelf -d "$B/libcetus-preload.so" | grep -c NEEDED) == 1 ]]
	readelf -d "$B/libcetus-preload.so" | grep 'NEEDED.*libc\.'
	# no stdio, no allocation, no locks, no exit
	nm -D --undefined-only "$B/libcetus-preload.so" >"$BATS_TEST_TMPDIR/used"
	grep -w dlsym "$BATS_TEST_TMPDIR/used"
	if grep -E 'printf|puts|write|alloc|free|mutex|lock|exit|abort' "$BATS_TEST_TMPDIR/used"; then
		false
	fi
}

@test "every way through the C library lands at the guard" {
	local way address
	for way in connect __connect syscall thread signal fork; do
		is REAL "$B/probe" $way "$DIR/guarded.sock"
		is GUARD probe $way "$DIR/guarded.sock"
		is OTHER probe $way "$DIR/other.sock"
		for address in 127.0.0.1 127.8.8.8 0.0.0.0 ::ffff:127.0.0.1 ::ffff:0.0.0.0; do
			is GUARD-TCP probe $way "$address:$PORT"
		done
	done
	is REAL-TCP "$B/probe" connect "127.0.0.1:$PORT"
}

@test "every path to the socket is the socket" {
	local path
	ln -s guarded.sock "$DIR/link"
	ln -s link "$DIR/link-to-link"
	ln -s . "$DIR/here"
	ln "$DIR/guarded.sock" "$DIR/hard"
	for path in link link-to-link here/guarded.sock here/here/link hard .//./guarded.sock; do
		is GUARD probe connect "$DIR/$path"
	done
	is GUARD probe connect "/proc/self/root$DIR/guarded.sock"
	(cd "$DIR" && is GUARD probe connect guarded.sock && is GUARD probe connect /proc/self/cwd/hard)
	rm -f "$DIR"/{link,link-to-link,here,hard}
}

@test "bind mounts and other mount namespaces make no difference" {
	unshare -m true 2>/dev/null || lacking "this needs the right to mount"
	touch "$DIR/bound"
	is GUARD shimmed unshare -m sh -c \
		"mount --bind $DIR/guarded.sock $DIR/bound && $B/probe connect $DIR/bound"
	is OTHER shimmed unshare -m sh -c \
		"mount --bind $DIR/other.sock $DIR/bound && $B/probe connect $DIR/bound"
	rm -f "$DIR/bound"
}

@test "connect(2) says the same in every odd case, with and without" {
	"$B/probe" edge "$DIR" "$PORT" >"$BATS_TEST_TMPDIR/bare"
	probe edge "$DIR" "$PORT" >"$BATS_TEST_TMPDIR/shimmed" 2>&1
	diff "$BATS_TEST_TMPDIR/bare" "$BATS_TEST_TMPDIR/shimmed"
	[[ $(wc -l <"$BATS_TEST_TMPDIR/bare") -gt 130 ]]
}

@test "where the guard is gone, the connection fails and never lands at the engine" {
	mv "$DIR/guard.sock" "$DIR/guard.away"
	is ENOENT probe connect "$DIR/guarded.sock"
	mv "$DIR/guard.away" "$DIR/guard.sock"
	GUARD_PORT=0 is ECONNREFUSED probe connect "127.0.0.1:$PORT"
}

@test "a program started with any environment, in any way, keeps the guard" {
	local how env n=0
	for how in {,vfork+}{execve,execv,execvp,execvpe,execl,execlp,execle,fexecve,execveat} \
		posix_spawn{,p}; do
		for env in inherited empty null own other-values cleared many; do
			is GUARD probe start "$how" "$env" "$B/probe" connect "$DIR/guarded.sock"
			((++n))
		done
	done
	((n == 20 * 7))
}

@test "what fails to start says why, as without" {
	local how
	for how in {,vfork+}{execve,execvp,execl,fexecve,execveat} posix_spawn{,p}; do
		is "$("$B/probe" start "$how" own /not/there x)" probe start "$how" own /not/there x
		is "$("$B/probe" start "$how" many /etc/passwd x)" probe start "$how" many /etc/passwd x
	done
}

@test "a static program hands the variables on, and its children are guarded" {
	is GUARD static_probe start execve inherited "$B/probe" connect "$DIR/guarded.sock"
	is GUARD shimmed busybox sh -c "$B/probe connect $DIR/guarded.sock"
}

@test "env -i, env -u, shells, xargs, Python's subprocess and system(3) keep the guard" {
	is GUARD shimmed env -i "$B/probe" connect "$DIR/guarded.sock"
	is GUARD shimmed env -u LD_PRELOAD -u CETUS_RUN_SOCKET "$B/probe" connect "$DIR/guarded.sock"
	is GUARD shimmed env LD_PRELOAD= "$B/probe" connect "$DIR/guarded.sock"
	is GUARD shimmed bash -c "unset LD_PRELOAD; $B/probe connect $DIR/guarded.sock"
	is GUARD shimmed sh -c "LD_PRELOAD= exec $B/probe connect $DIR/guarded.sock"
	is GUARD shimmed sh -c "echo $DIR/guarded.sock | xargs env -i $B/probe connect"
	is GUARD probe start system inherited "$B/probe" connect "$DIR/guarded.sock"
	is GUARD probe start popen inherited "$B/probe" connect "$DIR/guarded.sock"
	is GUARD shimmed /usr/bin/python3 -c "
import subprocess; subprocess.run(['$B/probe', 'connect', '$DIR/guarded.sock'], env={})"
	is GUARD shimmed /usr/bin/python3 -c "
import os; os.posix_spawn('$B/probe', ['probe', 'connect', '$DIR/guarded.sock'], {}); os.wait()"
	is GUARD shimmed /usr/bin/python3 -c "
import os; os.execve('$B/probe', ['probe', 'connect', '$DIR/guarded.sock'], {})"
}

@test "DOCKER_HOST leads to the guard, unless the tool asks for another engine" {
	is "unix://$DIR/guard.sock" shimmed env -i sh -c "printenv DOCKER_HOST"
	is "unix://$DIR/guard.sock" shimmed env DOCKER_HOST="unix://$DIR/guarded.sock" printenv DOCKER_HOST
	is "unix://$DIR/guard.sock" shimmed env DOCKER_HOST="tcp://localhost:$PORT" printenv DOCKER_HOST
	is ssh://there shimmed env DOCKER_HOST=ssh://there printenv DOCKER_HOST
}

@test "another preloaded library stays preloaded, behind" {
	is "$B/libcetus-preload.so:libm.so.6" shimmed env LD_PRELOAD=libm.so.6 printenv LD_PRELOAD
	is "$B/libcetus-preload.so:libm.so.6" \
		shimmed env LD_PRELOAD=libm.so.6 sh -c "exec env sh -c 'printenv LD_PRELOAD'"
}

@test "without the supervisor's variables the library does nothing" {
	LD_PRELOAD=$B/libcetus-preload.so is REAL "$B/probe" connect "$DIR/guarded.sock"
	LD_PRELOAD=$B/libcetus-preload.so is "" env -i printenv
	LD_PRELOAD=$B/libcetus-preload.so CETUS_RUN_SOCKET=$DIR/guard.sock \
		is REAL "$B/probe" connect "$DIR/guarded.sock"
}

@test "common tools over a socket: curl, socat, perl, Python, node" {
	need curl socat perl node
	[[ $(shimmed curl --http0.9 -s --unix-socket "$DIR/guarded.sock" http://x/) == GUARD ]]
	[[ $(shimmed curl --http0.9 -s "http://127.0.0.1:$PORT/") == GUARD-TCP ]]
	is GUARD shimmed socat -u "UNIX-CONNECT:$DIR/guarded.sock" -
	is GUARD-TCP shimmed socat -u "TCP:localhost:$PORT" -
	is GUARD shimmed perl -MIO::Socket::UNIX -e \
		"print IO::Socket::UNIX->new(Peer => '$DIR/guarded.sock')->getline"
	is GUARD shimmed /usr/bin/python3 -c "
import socket; s = socket.socket(socket.AF_UNIX); s.connect('$DIR/guarded.sock')
print(s.recv(9).decode().strip())"
	is GUARD-TCP shimmed /usr/bin/python3 -c "
import socket; print(socket.create_connection(('localhost', $PORT)).recv(10).decode().strip())"
	is GUARD shimmed node -e "require('net').connect('$DIR/guarded.sock').pipe(process.stdout)"
}

@test "what it cannot see: static programs, raw system calls, a shell after clearenv(3)" {
	is REAL static_probe connect "$DIR/guarded.sock"
	is REAL static_probe syscall "$DIR/guarded.sock"
	is REAL probe raw "$DIR/guarded.sock"
	is REAL shimmed busybox env -i "$B/probe" connect "$DIR/guarded.sock"
	is REAL static_probe start execve empty "$B/probe" connect "$DIR/guarded.sock"
	is REAL probe start system cleared "$B/probe" connect "$DIR/guarded.sock"
	is REAL probe start popen cleared "$B/probe" connect "$DIR/guarded.sock"
}
