#!/usr/bin/env bats
# From what a tool asks for to the rules that it needs, and what a change of rules means.

bats_require_minimum_version 1.5.0
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

# ---- learning ---------------------------------------------------------------------

# learns_and_allows FILE COMMAND... - What is learnt of a command with everything allowed is
# enough for it the second time.
learns_and_allows() {
	local file=$1
	shift
	guarded -log-level 3 -learn "$file" -learn-allow -- "$@" >first.out 2>first.err ||
		{ cat first.err; fail "$*"; }
	guarded -no-builtin-rules -rules-file "$file" -- "$@" >second.out 2>second.err ||
		{ cat second.err "$file"; fail "denied: $*"; }
	if grep -q 'verdict=deny' second.err; then
		cat second.err "$file"
		fail "something was denied: $*"
	fi
}

# Thirty commands of the CLI, each of which can be run again and again.
commands() {
	cat <<-'COMMANDS'
	docker version
	docker info
	docker ps -a
	docker ps --filter status=running
	docker images
	docker image inspect busybox:test
	docker history busybox:test
	docker inspect box
	docker logs box
	docker top box
	docker stats --no-stream box
	docker diff box
	docker port box
	docker exec box true
	docker exec -i -u 0 -e A=b box cat </dev/null
	docker cp box:/etc/passwd - >/dev/null
	docker run --rm --network none busybox:test true
	docker run --rm -v "$PWD/dir:/d:ro" -v learn_data:/v --name learn_run busybox:test true
	docker create --name learn_p -p 127.0.0.1::80 -p 8080:80 --cap-add NET_ADMIN --user 0:0 -e SECRET=x busybox:test && docker rm learn_p
	docker create --name learn_h --privileged --pid host --shm-size 32m --restart on-failure busybox:test && docker rm learn_h
	echo in | docker run --rm -i -w /tmp --read-only --memory 64m --init busybox:test cat
	docker create --name learn_c --label a=b busybox:test true && docker start -a learn_c && docker rm -f learn_c
	docker run -d --name learn_s busybox:test sleep 60 && docker pause learn_s && docker unpause learn_s && docker kill learn_s && docker rm learn_s
	docker tag busybox:test learn:tag && docker rmi learn:tag
	docker save busybox:test >/dev/null
	docker volume create learn_vol && docker volume ls && docker volume inspect learn_vol && docker volume rm learn_vol
	docker network create learn_net && docker network ls && docker network inspect learn_net && docker network rm learn_net
	docker run -d --name learn_n busybox:test sleep 60 && docker network create learn_n2 && docker network connect learn_n2 learn_n && docker network disconnect learn_n2 learn_n && docker rm -f learn_n && docker network rm learn_n2
	docker commit -m x box learn:commit && docker rmi learn:commit
	docker system df
	docker export box >/dev/null
	docker events --since 1m --until 0s
	COMMANDS
}

@test "learn: thirty commands of the CLI are allowed by what was learnt of them" {
	need_engine
	mkdir -p dir bin
	ln -sf "${CLIS[-1]}" bin/docker
	commands >all.sh
	PATH=$PWD/bin:$PATH learns_and_allows all.rules sh -e all.sh
	head -n 200 all.rules
	run grep 'NOT NARROWED' all.rules
	[ "$status" -eq 1 ]
	grep -A8 '^POST %API_PREFIX_CONTAINERS%/create .* by docker$' all.rules | grep -x "  + bind $PWD/dir:ro"
	run grep SECRET all.rules
	[ "$status" -eq 1 ]
}

@test "learn: everything else stays denied" {
	need_engine
	guarded -learn few.rules -learn-allow -- "${CLIS[0]}" run --rm --network none busybox:test true
	for refused in 'ps' 'images' 'run --rm -v /:/h busybox:test true' 'run --rm alpine true' \
		'exec box true' 'volume create x' 'restart box'; do
		# shellcheck disable=SC2086 # words of a command
		run guarded -rules-file few.rules -- "${CLIS[0]}" $refused
		[ "$status" -ne 0 ]
		grep 'denied' <<<"$output"
	done
}

@test "learn: without -learn-allow what the rules deny is denied, and not learnt" {
	need_engine
	run guarded -rules 'GET %API_PREFIX%/containers/.*' -learn some.rules -- sh -c \
		"'${CLIS[0]}' ps && '${CLIS[0]}' images"
	[ "$status" -ne 0 ]
	grep '^GET %API_PREFIX_CONTAINERS%/json ' some.rules
	run grep images some.rules
	[ "$status" -eq 1 ]
	cp some.rules before
	echo '# mine' >>some.rules
	guarded -rules-file some.rules -learn some.rules -- "${CLIS[0]}" ps >/dev/null
	[ "$(diff before some.rules | grep -c '^[<>] GET')" -eq 2 ]
	tail -n 1 some.rules | grep -x '# mine'
	run guarded -learn-allow -- true
	[ "$status" -eq 125 ]
	[ "$output" = 'cetus-run: -learn-allow: where to? -learn is not set' ]
}

@test "learn: docker-py is allowed by what was learnt of it" {
	need_engine
	need_python docker
	cat >tool.py <<-'PY'
	import docker
	client = docker.from_env()
	client.ping(), client.version(), client.info(), client.df()
	client.containers.list(all=True)
	client.containers.run("busybox:test", "true", remove=True, volumes={"py_data": {"bind": "/d", "mode": "rw"}})
	c = client.containers.create("busybox:test", "sleep 60", name="learn_py", environment={"A": "b"}, mem_limit="64m")
	c.start(), c.reload(), c.exec_run("true"), c.stats(stream=False), c.top(), c.logs()
	c.put_archive("/tmp", b"\0" * 1024)
	c.get_archive("/etc/passwd")
	c.kill(), c.remove(force=True)
	client.volumes.create("learn_py").remove()
	client.networks.create("learn_py").remove()
	client.images.get("busybox:test").history()
	PY
	learns_and_allows py.rules python3 tool.py
}

@test "learn: docker-compose is allowed by what was learnt of it" {
	need_engine
	need docker-compose
	mkdir -p conf
	cat >docker-compose.yml <<-'YML'
	version: "2.4"
	services:
	  web:
	    image: busybox:test
	    command: sleep 60
	    ports: ["127.0.0.1:18099:80"]
	    volumes: ["./conf:/conf:ro", "data:/data"]
	    restart: unless-stopped
	    depends_on: [db]
	  db:
	    image: busybox:test
	    command: sleep 60
	volumes:
	  data:
	YML
	cat >all.sh <<-'SH'
	set -e
	docker-compose -p learnc up -d
	docker-compose -p learnc ps
	docker-compose -p learnc logs
	docker-compose -p learnc exec -T web true
	docker-compose -p learnc stop -t 0 db
	docker-compose -p learnc start db
	docker-compose -p learnc down -v -t 0
	SH
	learns_and_allows compose.rules sh all.sh
	grep -x "  + bind $PWD/conf:ro" compose.rules
	grep -x '  + publish 127.0.0.1:18099' compose.rules
}

@test "learn: the file is there when the tool dies, and when the supervisor is told to end" {
	need_engine
	run guarded -learn dead.rules -learn-allow -- sh -c "'${CLIS[0]}' ps; kill -KILL \$\$"
	[ "$status" -eq 137 ]
	grep '^GET %API_PREFIX_CONTAINERS%/json ' dead.rules

	"$RUN" -learn told.rules -learn-allow -- sh -c "'${CLIS[0]}' ps; touch ready; exec sleep 60" 3>&- &
	local pid=$!
	wait_until 20 test -e ready
	kill -TERM $pid
	wait $pid || :
	grep '^GET %API_PREFIX_CONTAINERS%/json ' told.rules
	[ -z "$(find . -name '.*.new')" ]
}

@test "learn: the proxy writes from inside its sandbox, on SIGHUP and at the end" {
	need_engine
	mkdir -p "$E2E/learning"
	echo '# mine' >"$E2E/learning/rules"
	chmod 640 "$E2E/learning/rules"
	proxy_start observe -learn "$E2E/learning/rules" -learn-allow -rules-file "$E2E/learning/rules" \
		-backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/observe.sock"
	docker -H "unix://$E2E/observe.sock" ps | grep box
	kill -HUP "$(pid_of observe)"
	wait_until 5 grep -q '^GET %API_PREFIX_CONTAINERS%/json  *# learnt: 1 times, .* by Docker-Client$' "$E2E/learning/rules"
	wait_until 5 grep -q 'msg="rules read again".*added=[1-9]' "$E2E/observe.log"
	docker -H "unix://$E2E/observe.sock" images >/dev/null
	proxy_end observe
	grep '^GET %API_PREFIX_IMAGES%/json ' "$E2E/learning/rules"
	head -n 1 "$E2E/learning/rules" | grep -x '# mine'
	[ "$(stat -c %a "$E2E/learning/rules")" = 640 ]
	[ "$(find "$E2E/learning" -type f | wc -l)" -eq 1 ]
}

@test "learn: a folder that cannot be written is said to be so at the start" {
	need_engine
	chmod 711 "$E2E"
	mkdir -p "$E2E/closed" && chmod 755 "$E2E/closed"
	run timeout 10 "$CETUSGUARD" -user nobody -learn "$E2E/closed/rules" -frontend-addr "unix://$E2E/closed/sock" \
		-backend-addr "unix://$E2E/engine.sock"
	[ "$status" -eq 1 ]
	grep "^cetusguard: -learn $E2E/closed/rules: its folder has to be writable: Permission denied\$" <<<"$output"
	run guarded -learn /dev/null -- true
	[ "$output" = 'cetus-run: -learn /dev/null: expected a regular file' ]
	echo 'get /x' >bad.rules
	run guarded -learn bad.rules -- true
	[ "$status" -eq 125 ]
	grep '^cetus-run: -learn bad.rules:1:1: expected methods in capital letters' <<<"$output"
	[ "$(cat bad.rules)" = 'get /x' ]
}

# ---- explaining ---------------------------------------------------------------------

@test "explain: a client asks an engine that does nothing, and each verdict is printed" {
	need_engine
	local cli before
	before=$(engine ps -aq | wc -l)
	for cli in "${CLIS[@]}"; do
		run --separate-stderr timeout 30 "$CETUSGUARD" -rules 'POST %API_PREFIX_CONTAINERS%/create
  + confined
  + image busybox:test' explain -- "$cli" run --rm -v /:/h --name explained busybox:test true
		[ "$status" -eq 1 ]
		grep -E -A1 '^allowed  HEAD /_ping$' <<<"$output" | grep -P '^\tby builtin:1$'
		grep -E -A1 '^DENIED   POST /v[0-9.]*/containers/create$' <<<"$output" |
			grep -P '^\tHostConfig.Binds\[0\] "/:/h" is a path of the host that no "\+ bind" allows \(rules:2\)$'
		grep -E -A2 '^DENIED   POST /v[0-9.]*/containers/[0-9a-f]*/start$' <<<"$output" |
			grep -P '^\twould be allowed by: POST %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/start$'
		tail -n 1 <<<"$output" | grep -x '[5-9] requests, [4-8] denied'
	done
	run --separate-stderr timeout 30 "$CETUSGUARD" explain -- "${CLIS[0]}" -H "unix://$E2E/engine.sock" ps
	grep -E '^DENIED   GET /v[0-9.]*/containers/json$' <<<"$output"
	# shellcheck disable=SC2154 # run sets it
	[[ $stderr != *box* ]]
	run timeout 30 "$CETUSGUARD" -user nobody explain -- "${CLIS[0]}" ps
	[ "$status" -eq 1 ]
	[ "$(engine ps -aq | wc -l)" -eq "$before" ]
	[ -z "$(find /tmp -maxdepth 1 -name 'cetus-explain-*' -newer "$E2E/engine.sock")" ]
}

@test "explain: all that docker-compose asks for is allowed by its rule set" {
	need docker-compose
	cat >docker-compose.yml <<-'YML'
	version: "2.4"
	services:
	  web:
	    image: busybox:test
	    volumes: ["data:/data"]
	volumes:
	  data:
	YML
	DOCKER_HOST=unix:///nowhere timeout 60 "$CETUSGUARD" -profile compose explain -- docker-compose -p explained up -d >out
	grep -E '^allowed  POST /v[0-9.]*/containers/create$' out
	grep -E '^allowed  POST /v[0-9.]*/networks/create$' out
	tail -n 1 out | grep -E '^[0-9]+ requests, 0 denied$'
}

@test "explain: a client that asks for nothing, or cannot be started, is no success" {
	run timeout 30 "$CETUSGUARD" explain -- true
	[ "$status" -eq 2 ]
	[ "$output" = '0 requests, 0 denied' ]
	run timeout 30 "$CETUSGUARD" explain -- ./nothing
	[ "$status" -eq 2 ]
	run timeout 30 "$CETUSGUARD" explain -- docker ps extra
	grep '^The client has failed' <<<"$output"
}
