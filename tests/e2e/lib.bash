# Shared by every file of the end-to-end suite: starting and ending engines and
# proxies, waiting for conditions, and comparing what a command says straight at
# the engine with what it says through the proxy. Everything the suite makes
# lives under $E2E (a directory in /tmp made by setup_suite.bash), named so:
# NAME.pid, NAME.log and NAME.status belong to the process called NAME. Engines
# run in namespaces of their own (network, mounts, processes), so that ending one
# process ends its containers, bridges, mounts and helpers with it, and so that
# an engine the machine already runs is neither seen nor touched.

export LC_ALL=C

# The frontends of the suite's proxy; "direct" is the engine itself.
E2E_FRONTENDS=(unix tcp)

# The Docker CLIs to try, found once by setup_suite.
IFS=: read -ra CLIS <<<"${E2E_CLIS:-}"

# fail TEXT... - End the test, saying why.
fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# lacking TEXT - Skip the test on a laptop, fail it where everything must work.
lacking() {
	[[ ${CETUS_MUST_WORK:-} != 1 ]] || fail "$1, and CETUS_MUST_WORK=1" || return 1
	skip "$1"
}

# need COMMAND... - Say what the test cannot do without.
need() {
	local cmd
	for cmd in "$@"; do
		command -v "$cmd" >/dev/null || lacking "$cmd is not installed" || return 1
	done
}

# need_python MODULE... - The same for modules of the system's Python.
need_python() {
	local module
	need /usr/bin/python3 || return 1
	for module in "$@"; do
		/usr/bin/python3 -c "import $module" 2>/dev/null ||
			lacking "python3-$module is not installed" || return 1
	done
}

# need_engine - For setup(): the suite has an engine to test with.
need_engine() {
	[[ ! -e $E2E/no-engine ]] || lacking "$(cat "$E2E/no-engine")"
}

# wait_until SECONDS COMMAND... - Poll until COMMAND succeeds.
wait_until() {
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000)) limit=$1
	shift
	until "$@"; do
		((${EPOCHREALTIME/./} < deadline)) || fail "not within $limit s: $*" || return 1
		read -rt 0.05 <> <(:) || :
	done
}

# ms - A clock in milliseconds, for saying how long a thing may take.
ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

# alive PID - The process runs; a zombie nobody has waited for does not.
alive() {
	local state
	state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null) && [[ $state != [ZX] ]]
}

gone() {
	! alive "$1"
}

# pid_of NAME - The process id of a proxy or engine of the suite.
pid_of() {
	cat "$E2E/$1.pid"
}

# ---- engines -------------------------------------------------------------------

# isolated_start NAME COMMAND... - Run COMMAND under an init of its own, in new
# network, mount and process namespaces. The tmpfs mounts hide the machine's
# containerd, Podman locks and CNI state, and take ours away with them.
isolated_start() {
	local base=$E2E/$1
	shift
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --net --mount --pid --fork --kill-child --mount-proc bash -ec '
		mkdir -p /var/lib/cni
		for dir in /run /dev/shm /var/lib/cni; do
			mount -t tmpfs tmpfs "$dir"
		done
		ip link set lo up
		exec docker-init -- "$@"' bash "$@" </dev/null >>"$base.log" 2>&1 3>&- &
	echo $! >"$base.pid"
}

# isolated_kill NAME - End it and everything in its namespaces, at once.
isolated_kill() {
	local pid init
	pid=$(pid_of "$1") || return 0
	read -r init 2>/dev/null <"/proc/$pid/task/$pid/children" || :
	kill -KILL "$pid" 2>/dev/null || :
	# The init of a process namespace ends only after all others in it have.
	wait_until 20 gone "${init:-$pid}"
	rm -f "$E2E/$1.pid"
}

# engine_answers SOCKET - An engine listens there and says it is well.
engine_answers() {
	curl -fs -o /dev/null --max-time 5 --unix-socket "$1" http://engine/_ping
}

# engine_start NAME - Start a dockerd on $E2E/NAME.sock and, for the containers that it
# starts, on /var/run/docker.sock; its state stays in $E2E/NAME from one start to the next.
engine_start() {
	local base=$E2E/$1
	mkdir -p "$base"
	echo '{}' >"$base/daemon.json"
	rm -f "$base/docker.pid" "$base/exec/containerd/containerd.pid"
	isolated_start "$1" dockerd --host "unix://$base.sock" --host unix:///var/run/docker.sock --config-file "$base/daemon.json" \
		--data-root "$base/data" --exec-root "$base/exec" --pidfile "$base/docker.pid" \
		--exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/${E2E##*/}"
	wait_until 60 engine_answers "$base.sock"
}

# podman_start NAME - The same with Podman's service.
podman_start() {
	local base=$E2E/$1
	mkdir -p "$base"
	isolated_start "$1" podman --root "$base/root" --runroot "$base/run" --tmpdir "$base/tmp" \
		--network-config-dir "$base/net" --cgroup-manager cgroupfs --runtime runc \
		--events-backend file system service --time=0 "unix://$base.sock"
	wait_until 60 engine_answers "$base.sock"
}

# image_rootfs DIR - What busybox:test is made of: one static binary and its links.
image_rootfs() {
	local applet
	mkdir -p "$1"/{bin,etc,tmp,root}
	cp "$(command -v busybox)" "$1/bin/busybox"
	for applet in $(busybox --list); do
		[[ $applet == busybox ]] || ln -s busybox "$1/bin/$applet"
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
}

# ---- the image ----------------------------------------------------------------

# image_make ENGINE - "make image", whatever variables the suite itself was made with; the
# engine is that of the suite, or at CONTAINER_HOST.
image_make() {
	DOCKER_HOST=unix://$E2E/engine.sock env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$REPO" image ENGINE="$1" >"$E2E/image.log" 2>&1 || {
		tail -n 40 "$E2E/image.log" >&2
		fail "make image ENGINE=$1"
	}
}

# compose ARGUMENT... - docker-compose, to $DOCKER_HOST.
compose() {
	timeout 60 docker-compose --ansi never "$@"
}

# ---- proxies -------------------------------------------------------------------

# proxy_start NAME ARGUMENT... - Start the program under test and wait until it
# listens on as many frontends as the arguments name.
proxy_start() {
	local name=$1 base=$E2E/$1 frontends
	shift
	frontends=$(printf '%s\n' "$@" | grep -c -- '^-*frontend-addr')
	proxy_spawn "$name" "$@"
	wait_until 20 proxy_is_up_or_over "$name" "$frontends"
	proxy_is_up "$name" "$frontends" || {
		cat "$base.log" >&2
		fail "the proxy $name did not start"
	}
}

# proxy_spawn NAME ARGUMENT... - Only start it. Its exit status lands in a file,
# so that a test that did not start it can still learn it.
proxy_spawn() {
	local base=$E2E/$1
	shift
	rm -f "$base.status" "$base.pid"
	: >"$base.log"
	(
		"$CETUSGUARD" "$@" &
		echo $! >"$base.pid"
		status=0
		wait $! || status=$?
		echo $status >"$base.status"
	) </dev/null >"$base.out" 2>"$base.log" 3>&- &
	wait_until 10 test -s "$base.pid"
}

# proxy_is_up NAME FRONTENDS - It listens on all of them.
proxy_is_up() {
	[[ $(grep -Ec 'msg=listening|"msg":"listening"' "$E2E/$1.log") == "$2" ]]
}

proxy_is_up_or_over() {
	proxy_is_up "$@" || [[ -e $E2E/$1.status ]]
}

# proxy_tcp NAME - The tcp:// address it chose.
proxy_tcp() {
	sed -n 's|.*msg=listening.*addr="\{0,1\}\(tcp://[0-9.]*:[0-9]*\).*|\1|p' "$E2E/$1.log" | head -n1
}

# engine_connections NAME - How many connections that proxy holds to the
# engine: those the engine's socket has accepted whose other end is the proxy's.
engine_connections() {
	comm -12 <(ss -xH state connected src "$E2E/engine.sock" | awk '{ print $NF }' | sort) \
		<(find "/proc/$(pid_of "$1")/fd" -printf '%l\n' | sed -n 's/^socket:\[\(.*\)\]$/\1/p' | sort) | wc -l
}

# engine_connections_are TEST NUMBER NAME - Where TEST is -eq, -lt and so on.
engine_connections_are() {
	test "$(engine_connections "$3")" "$1" "$2"
}

# proxy_exit NAME SECONDS - Its exit status, once it has ended by itself.
proxy_exit() {
	wait_until "$2" test -s "$E2E/$1.status" && cat "$E2E/$1.status"
}

# proxy_end NAME - SIGTERM; it must end well, and no sanitizer may have spoken.
proxy_end() {
	local status
	[[ -e $E2E/$1.status ]] || kill -TERM "$(pid_of "$1")" || return
	status=$(proxy_exit "$1" 15) || return
	if [[ $status != 0 ]] || grep -Eq 'Sanitizer|runtime error:' "$E2E/$1.log"; then
		tail -n 60 "$E2E/$1.log" >&2
		fail "the proxy $1 ended with status $status"
	fi
}

# proxy_kill_if_left NAME - For teardown: leave nothing behind.
proxy_kill_if_left() {
	[[ ! -s $E2E/$1.pid || -e $E2E/$1.status ]] || kill -KILL "$(pid_of "$1")" 2>/dev/null || :
}

# ---- the same command, direct and through the proxy --------------------------------

# route_url ROUTE - What DOCKER_HOST is for that route.
route_url() {
	case $1 in
	direct | run) echo "unix://$E2E/engine.sock" ;;
	unix) echo "unix://$E2E/proxy.sock" ;;
	tcp) proxy_tcp proxy ;;
	esac
}

# curl_to ROUTE ARGUMENT... - curl; the last argument is a path.
curl_to() {
	local url
	url=$(route_url "$1")
	case $url in
	unix://*) curl -sS --max-time 60 --unix-socket "${url#unix://}" "${@:2:$#-2}" "http://engine${*: -1}" ;;
	tcp://*) curl -sS --max-time 60 "${@:2:$#-2}" "http://${url#tcp://}${*: -1}" ;;
	esac
}

# docker ARGUMENT... - The CLI chosen by $CLI (the first, unless set), to $DOCKER_HOST,
# run by $UNDER if that is set.
docker() {
	timeout --foreground -k 5 60 ${UNDER:+"$UNDER"} "${CLI:-${CLIS[0]}}" "$@"
}

# engine ARGUMENT... - docker, straight at the engine whatever DOCKER_HOST is.
engine() {
	UNDER='' DOCKER_HOST=unix://$E2E/engine.sock docker "$@"
}

# step COMMAND... - For scenarios: run it and print its two outputs, told apart,
# and its exit status.
step() {
	local status=0 out err
	out=$(mktemp "$BATS_TEST_TMPDIR/out.XXXXXX")
	err=$(mktemp "$BATS_TEST_TMPDIR/err.XXXXXX")
	"$@" >"$out" 2>"$err" || status=$?
	sed 's/^/out: /' "$out"
	sed 's/^/err: /' "$err"
	echo "status: $status"
	rm -f "$out" "$err"
}

# one_at_a_time COMMAND... - For what the engine does once at a time and refuses
# meanwhile, or what sees others: wait for the other runs of a scenario.
one_at_a_time() {
	{
		flock 9
		"$@"
	} 9>"$E2E/one-at-a-time.lock"
}

# normalised - What differs from one run to the next, replaced by its kind; the
# runtimes come in no order (they are a map in the engine) and are sorted. The
# lines dropped are ones that the CLI prints or not, as a race goes.
normalised() {
	sed -E \
		-e "s/$NAME/<name>/g" \
		-e 's/\b[0-9a-f]{64}\b/<id64>/g' -e 's/\b[0-9a-f]{12}\b/<id12>/g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+( ?(Z|[+-][0-9:]+))?/<time>/g' \
		-e 's/(Less than an?|About an?|[0-9]+) (second|minute|hour)s?/<age>/g' \
		-e 's/ {2,}/  /g' \
		-e '/level=error msg="error waiting for container: context canceled"/d' \
		-e "/level=error msg=\"Can't (add file|close tar)/d" |
		perl -pe 's/^(out:  Runtimes: )(.*)/$1 . join " ", sort split " ", $2/e'
}

# same_as_direct [--every-way] SCENARIO - Run a scenario (a function of steps that
# uses only names that start with $NAME) straight at the engine, through the proxy
# and under cetus-run, side by side, and compare what they print. Every CLI takes
# part and every frontend; one frontend for each CLI in turn, or all for all with
# --every-way.
# Leaves the direct output in $DIRECT, for the test to check that it shows what it
# should: two equal failures are no success.
same_as_direct() {
	local every=0 scenario cli route where failed=0 job jobs=() routes
	[[ $1 != --every-way ]] || { every=1; shift; }
	scenario=$1
	where=$BATS_TEST_TMPDIR/$scenario
	mkdir -p "$where"
	for cli in "${!CLIS[@]}"; do
		routes=(direct unix tcp)
		((every || ${#CLIS[@]} == 1)) || routes=(direct "${routes[1 + cli % 2]}")
		routes+=(run)
		for route in "${routes[@]}"; do
			scenario_run "$scenario" "$cli" "$route" "$where/$cli-$route" 3>&- &
			jobs+=($!)
		done
	done
	for job in "${jobs[@]}"; do
		wait "$job"
	done
	for route in "$where"/*-{unix,tcp,run}.txt; do
		diff -au "${route%-*}-direct.txt" "$route" >&2 || failed=1
	done
	DIRECT=$(cat "$where"/*-direct.txt)
	return $failed
}

# scenario_run SCENARIO CLI-NUMBER ROUTE DIR - One run of it, in a directory of
# its own, its output in DIR.txt.
scenario_run() {
	set +e
	export CLI=${CLIS[$2]} NAME=${1//_/-}-$2-$3 DOCKER_HOST UNDER=
	DOCKER_HOST=$(route_url "$3")
	[[ $3 != run ]] || UNDER=$E2E/under-run
	mkdir "$4" && cd "$4" || return
	"$1" 2>&1 | normalised >"$4.txt"
}

# box_runs TEXT - A process of the container "box" has TEXT in its command line.
box_runs() {
	engine top box -o pid,args | grep -Fq -- "$1"
}

box_no_longer_runs() {
	! box_runs "$1"
}

# direct_says REGEX... - Each is found in what the direct runs printed.
direct_says() {
	local regex
	for regex in "$@"; do
		grep -Eq -- "$regex" <<<"$DIRECT" || fail "no \"$regex\" in:" "$DIRECT" || return 1
	done
}

# each_route SCENARIO [FRONTEND...] - For what has no output to compare: run the
# function with CLI, DOCKER_HOST and NAME set, once for every CLI and frontend,
# one after the other. Not to be called where a failure would not end the test.
each_route() {
	local scenario=$1 cli front
	shift
	(($#)) || set -- "${E2E_FRONTENDS[@]}"
	for cli in "${!CLIS[@]}"; do
		for front in "$@"; do
			export CLI=${CLIS[cli]} NAME=${scenario//_/-}-$cli-$front DOCKER_HOST
			DOCKER_HOST=$(route_url "$front")
			echo "$scenario with $CLI through $front"
			"$scenario"
		done
	done
	unset DOCKER_HOST
}

# show_proxy_log - For teardown: what the proxy said, when a test failed.
show_proxy_log() {
	[[ -n ${BATS_TEST_COMPLETED:-} || ! -s $E2E/${1:-proxy}.log ]] || {
		echo "the last lines of the proxy's log:"
		tail -n 25 "$E2E/${1:-proxy}.log"
	}
}
