#!/usr/bin/env bats
# Large bodies and the answers to them: build with the classic builder, save,
# load, uploads that ask to be told 100 Continue, and engines that answer before
# they have read everything. What the engine says must reach the user each time.

load lib

setup() { need_engine; }
teardown() { show_proxy_log; }

building() {
	export DOCKER_BUILDKIT=0
	mkdir context
	head -c 6000000 "$E2E/busybox.tar" >context/big
	echo ignored >context/ignored
	echo ignored >context/.dockerignore
	cat >context/Dockerfile <<-END
		FROM busybox:test
		ARG WHO=nobody
		COPY . /context/
		RUN ls /context && echo hello \$WHO >/hello
		CMD ["cat", "/hello"]
	END
	step docker build --no-cache --network none --build-arg WHO=e2e --tag "$NAME" context
	step docker run --rm --network none "$NAME"
	step docker build --no-cache --tag "$NAME" - <<<'FROM nosuch-image:test'
	step docker build --no-cache --network none - <<<$'FROM busybox:test\nRUN exit 9'
	step docker history --format '{{.CreatedBy}}' "$NAME"
	docker rmi --no-prune "$NAME" >/dev/null
}

@test "build sends its context, shows its steps and its errors" {
	same_as_direct building
	direct_says 'hello e2e' 'returned a non-zero code: 9'
}

refused_build() {
	export DOCKER_BUILDKIT=0
	mkdir context
	head -c 24000000 "$E2E/busybox.tar" >context/big
	echo 'NOSUCH instruction' >context/Dockerfile
	step docker build --tag "$NAME" context
}

@test "a build refused for its Dockerfile says so" {
	same_as_direct refused_build
	direct_says 'unknown instruction: NOSUCH' 'status: 1'
}

saving_and_loading() {
	docker tag busybox:test "$NAME:1"
	step docker save --output saved.tar "$NAME:1"
	docker save "$NAME:1" >piped.tar
	step tar -tf saved.tar
	step cmp saved.tar piped.tar
	step docker rmi "$NAME:1"
	step docker load --input saved.tar
	step docker rmi "$NAME:1"
	step docker load --quiet <piped.tar
	step docker images --format '{{.Repository}}:{{.Tag}}' "$NAME"
	step docker rmi "$NAME:1"
}

@test "save and load, by file and by pipe" {
	same_as_direct saving_and_loading
	direct_says 'Loaded image: <name>:1' 'manifest.json'
}

loading_garbage() {
	head -c 12000000 /dev/zero | tr '\0' x >garbage
	step docker load --input garbage
	step docker load <garbage
}

@test "loading garbage fails with the engine's words" {
	same_as_direct loading_garbage
	direct_says 'status: 1'
}

# answered_early FRONTEND FRAMING-HEADER - The engine answers 404 at once and reads
# no more of the 64 MiB; the proxy must pass that on while the client still sends.
answered_early() {
	local said
	said=$(curl_to "$1" --request PUT --upload-file "$BATS_TEST_TMPDIR/64M" \
		--header Expect: --header "$2" --write-out ' %{http_code} %{size_upload}' \
		"/containers/nosuch/archive?path=/")
	[[ $said == '{"message":"No such container: nosuch"}'*' 404 '* ]] || fail "$1, $2: $said" || return 1
	((${said##* } < 67108864)) || fail "$1, $2: all of it was sent first"
}

@test "an answer that comes before the upload has ended reaches the client" {
	local front
	truncate --size 64M "$BATS_TEST_TMPDIR/64M"
	for front in "${E2E_FRONTENDS[@]}"; do
		answered_early "$front" "Transfer-Encoding: chunked"
		answered_early "$front" "Content-Length: 67108864"
	done
}

# upload_that_waits FRONTEND ARGUMENT... PATH - Upload the image, but only once told
# to continue; leave the answer in $SAID.
upload_that_waits() {
	SAID=$(curl_to "$1" --request POST --upload-file "$BATS_TEST_TMPDIR/image.tar" \
		--header 'Content-Type: application/x-tar' --header 'Expect: 100-continue' \
		--expect100-timeout 50 --dump-header "$BATS_TEST_TMPDIR/headers" "${@:2}")
	grep -q '^HTTP/1.1 100 Continue' "$BATS_TEST_TMPDIR/headers"
	grep -q '^HTTP/1.1 200 OK' "$BATS_TEST_TMPDIR/headers"
}

@test "a large upload that waits for 100 Continue is told to go on" {
	local front
	engine save --output "$BATS_TEST_TMPDIR/image.tar" busybox:test
	for front in "${E2E_FRONTENDS[@]}"; do
		upload_that_waits "$front" '/images/load?quiet=1'
		[[ $SAID == *'Loaded image: busybox:test'* ]]
		upload_that_waits "$front" --header 'Transfer-Encoding: chunked' \
			'/images/create?fromSrc=-&repo=e2e-expect'
		[[ $SAID == *'"status":"sha256:'* ]]
		engine rmi e2e-expect
	done
}

@test "an upload that waits for 100 Continue may be refused instead" {
	local front said
	truncate --size 64M "$BATS_TEST_TMPDIR/64M"
	for front in "${E2E_FRONTENDS[@]}"; do
		said=$(curl_to "$front" --request PUT --upload-file "$BATS_TEST_TMPDIR/64M" \
			--header 'Expect: 100-continue' --expect100-timeout 50 \
			--write-out ' %{http_code} %{size_upload}' "/containers/nosuch/archive?path=/")
		[[ $said == *'No such container: nosuch'*' 404 0' ]] || fail "$front: $said"
	done
}

# The client that has BuildKit built in; later ones need a plugin for it.
buildkit_cli() {
	local cli
	for cli in "${CLIS[@]}"; do
		[[ $("$cli" --version) != 'Docker version 20.10.'* ]] || { echo "$cli"; return; }
	done
}

@test "BuildKit builds through a rule set that allows its session, and not without" {
	local cli rules=$'POST %API_PREFIX_BUILD%\nGET %API_PREFIX_IMAGES%/.*'
	cli=$(buildkit_cli)
	[[ -n $cli ]] || lacking "no Docker CLI with BuildKit built in"
	mkdir "$BATS_TEST_TMPDIR/context"
	echo through-buildkit >"$BATS_TEST_TMPDIR/context/word"
	printf 'FROM busybox:test\nCOPY word /word\nRUN cat /word\n' >"$BATS_TEST_TMPDIR/context/Dockerfile"
	build() {
		DOCKER_BUILDKIT=1 DOCKER_HOST=unix://$E2E/kit.sock timeout 60 "$cli" build \
			--progress plain --no-cache --network none --tag kit:1 "$BATS_TEST_TMPDIR/context"
	}
	proxy_start kit -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/kit.sock" \
		-rules "$rules" -rules 'POST %API_PREFIX_SESSION%' -audit-log "$E2E/kit.audit"
	run build
	[[ $status -eq 0 && $output == *through-buildkit* ]] || fail "$status: $output"
	grep -Eq 'msg=upgrade .*path=(/v1.41)?/session ' "$E2E/kit.audit"
	proxy_end kit
	proxy_start kit -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/kit.sock" \
		-rules "$rules" -audit-log "$E2E/kit.audit"
	run build
	[[ $status -ne 0 ]] || fail "$output"
	grep -Eq 'verdict=deny method=POST path=(/v1.41)?/session status=403 ' "$E2E/kit.audit"
	proxy_end kit
	engine rmi kit:1
}

# grpc_preface RULES - Ask for /grpc and speak HTTP/2 in it; prints what comes back.
grpc_preface() {
	proxy_start kit -backend-addr "unix://$E2E/engine.sock" -frontend-addr "unix://$E2E/kit.sock" \
		-rules "$1"
	/usr/bin/python3 - "$E2E/kit.sock" <<'PYTHON'
import socket, sys
sock = socket.socket(socket.AF_UNIX)
sock.settimeout(20)
sock.connect(sys.argv[1])
sock.sendall(b"POST /grpc HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
reply = sock.recv(65536)
print(reply.split(b"\r\n")[0].decode())
if b" 101 " in reply:
    sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    frames = reply.split(b"\r\n\r\n", 1)[1]
    while len(frames) < 9:
        frames += sock.recv(65536)
    print("SETTINGS" if frames[3] == 4 else frames)
PYTHON
	proxy_end kit
}

@test "HTTP/2 is spoken in /grpc where the rules allow it, and nowhere else" {
	run grpc_preface 'POST %API_PREFIX_GRPC%'
	[[ $status -eq 0 && ${lines[0]} == 'HTTP/1.1 101 '* && ${lines[1]} == SETTINGS ]] || fail "$output"
	run grpc_preface 'POST %API_PREFIX_SESSION%'
	[[ $status -eq 0 && ${lines[0]} == 'HTTP/1.1 403 '* ]] || fail "$output"
}
