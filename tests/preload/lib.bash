# Shared by the preload library's suite: listeners that say who they are, and
# running programs with the library as cetus-run would. $DIR has the sockets
# guarded.sock (answers REAL), other.sock (OTHER) and guard.sock (GUARD, where
# connections to the guarded ones are to land), $PORT is guarded too and answers
# REAL-TCP, and what is sent to the guard instead answers GUARD-TCP.

load ../e2e/lib

B=${CETUS_BUILD:-${BATS_TEST_DIRNAME%/tests/*}/build}

# listeners_start - Start them all; for setup_file.
listeners_start() {
	need python3 || return 1
	DIR=$(mktemp -d /tmp/cetus-preload.XXXXXX)
	"$BATS_TEST_DIRNAME/answer.py" REAL="$DIR/guarded.sock" OTHER="$DIR/other.sock" \
		GUARD="$DIR/guard.sock" REAL-TCP=tcp:127.0.0.1:0 GUARD-TCP=tcp:127.0.0.1:0 \
		>"$DIR/reached" 2>"$DIR/errors" 3>&- &
	echo $! >"$DIR/pid"
	wait_until 20 test -s "$DIR/reached" || return 1
	read -r _ PORT GUARD_PORT <"$DIR/reached"
	ln -s loop "$DIR/loop"
	export DIR PORT GUARD_PORT
}

listeners_end() {
	[[ ! -s $DIR/pid ]] || kill "$(cat "$DIR/pid")"
	rm -rf "$DIR"
}

# shimmed COMMAND... - Run it as cetus-run -mode preload would. env(1) is not in
# between, it would be the first guest.
shimmed() (
	export LD_PRELOAD=$B/libcetus-preload.so CETUS_RUN_PRELOAD=$B/libcetus-preload.so
	export CETUS_RUN_SOCKET=$DIR/guard.sock CETUS_RUN_TCP=$GUARD_PORT
	export CETUS_RUN_PROTECT DOCKER_HOST=unix://$DIR/guard.sock
	CETUS_RUN_PROTECT=$(LD_PRELOAD='' stat -c '%d %i' "$DIR/guarded.sock" | {
		read -r dev ino
		printf '%x:%x:unix://%s 0:0:tcp://127.0.0.1:%s' "$dev" "$ino" "$DIR/guarded.sock" "$PORT"
	})
	exec timeout 60 "$@"
)

# probe ARGUMENT... and static_probe - See the head of probe.c.
probe() { shimmed "$B/probe" "$@"; }
static_probe() { shimmed "$B/probe-static" "$@"; }

# is EXPECTED COMMAND... - The command prints just that.
is() {
	local said
	said=$("${@:2}" 2>&1) || :
	[[ $said == "$1" ]] || fail "$1 was expected, and \"$said\" came, from: ${*:2}"
}
