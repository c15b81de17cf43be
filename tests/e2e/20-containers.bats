#!/usr/bin/env bats
# The life of containers from the Docker CLI: run, create, start, wait, logs,
# kill, rm, top, stats, exec, cp both ways, export and commit. Every scenario
# runs straight at the engine and through both frontends with every Docker CLI,
# and its outputs, kept apart as standard output and error, must be the same.

# shellcheck disable=SC2016 # what is in single quotes is for the container's shell

load lib

setup() { need_engine; }
teardown() { show_proxy_log; }

run_commands() {
	step docker run --rm --network none busybox:test sh -c 'echo out; echo err >&2; exit 3'
	step docker run --rm --network none --env A=b --workdir /tmp busybox:test sh -c 'echo $A; pwd'
	step docker run --rm --network none busybox:test nosuch-command
	step docker run --rm --network none nosuch-image:test true
}

@test "run gives both outputs, the exit status and the engine's errors" {
	same_as_direct run_commands
	direct_says 'out: out' 'err: err' 'status: 3' 'status: 127' 'status: 125'
}

create_to_rm() {
	step docker create --name "$NAME" --label e2e=1 --network none busybox:test \
		sh -c 'echo out; echo err >&2; exit 7'
	step docker start "$NAME"
	step docker wait "$NAME"
	step docker logs "$NAME"
	step docker logs --timestamps --tail 2 "$NAME"
	step docker ps --all --filter "name=$NAME" --format '{{.Names}} {{.Image}} {{.Status}}'
	step docker inspect --format '{{.Config.Labels}} {{.State.ExitCode}}' "$NAME"
	step docker rename "$NAME" "$NAME-2"
	step docker rm "$NAME-2"
	step docker ps --all --quiet --filter "name=$NAME"
}

@test "create, start, wait, logs, rename and rm" {
	same_as_direct create_to_rm
	direct_says 'out: 7' 'err: err' 'map\[e2e:1\] 7' 'Exited \(7\)'
}

killing() {
	step docker run -d --name "$NAME" --network none busybox:test sleep 1000
	step docker pause "$NAME"
	step docker unpause "$NAME"
	docker wait "$NAME" >waited &
	step docker kill --signal KILL "$NAME"
	wait $!
	step cat waited
	step docker rm --force "$NAME"
	step docker kill "$NAME"
}

@test "a wait that hangs on a container ends when it is killed" {
	same_as_direct killing
	direct_says 'out: 137' 'No such container: <name>'
}

# The detached exec may still be on its way.
no_exec_runs() {
	! docker top box -o pid,args | grep -qE 'runc init| true$'
}

inside_a_running_one() {
	step docker exec box echo hi
	step docker exec --env A=b --user 0:0 --workdir /tmp box sh -c 'echo $A; pwd; echo err >&2; exit 4'
	step docker exec box nosuch-command
	step docker exec --detach box true
	wait_until 20 no_exec_runs
	step docker top box -o pid,args
	step docker stats --no-stream --format '{{.Name}} {{.NetIO}}' box
}

# The processes of the other runs would be seen in the one box they share.
alone_inside_a_running_one() {
	one_at_a_time inside_a_running_one
}

@test "exec, top and stats of a running container" {
	same_as_direct alone_inside_a_running_one
	direct_says 'out: hi' 'err: err' 'status: 4' 'COMMAND' 'out: box 0B / 0B'
}

copying() {
	mkdir -p tree/sub
	echo text >tree/sub/file
	ln -s sub/file tree/link
	head -c 3000000 "$E2E/busybox.tar" >tree/big
	docker create --name "$NAME" --network none busybox:test true >/dev/null
	step docker cp tree "$NAME:/tmp/in"
	step docker cp "$NAME:/tmp/in" out
	step diff -r --no-dereference tree out
	docker cp "$NAME:/tmp/in/link" - >link.tar
	step tar -tf link.tar
	tar -C tree -cf tree.tar .
	step docker cp - "$NAME:/root" <tree.tar
	docker cp "$NAME:/root" - >root.tar
	step tar -tf root.tar
	step docker cp "$NAME:/nosuch" out
	step docker cp tree "$NAME:/nosuch/deeper/"
	docker diff "$NAME" | sort >changes
	step cat changes
	docker rm "$NAME" >/dev/null
}

@test "cp carries files, trees and tar streams both ways" {
	same_as_direct copying
	direct_says 'root/sub/file' 'out: A /tmp/in' 'status: 1'
}

export_import_commit() {
	docker create --name "$NAME" --network none busybox:test true >/dev/null
	docker export "$NAME" >fs.tar
	tar -tf fs.tar | sort >names
	step grep -c . names
	step grep -x bin/busybox names
	step docker import --message e2e --change 'CMD ["echo", "imported"]' fs.tar "$NAME:imported"
	step docker import - "$NAME:piped" <fs.tar
	step docker run --rm --network none "$NAME:imported"
	step docker commit --change 'CMD ["echo", "committed"]' "$NAME" "$NAME:committed"
	step docker run --rm --network none "$NAME:committed"
	docker images "$NAME" | sort >listed
	step cat listed
	docker rm "$NAME" >/dev/null
	docker rmi "$NAME:imported" "$NAME:piped" "$NAME:committed" >removed
	step grep Untagged removed
}

@test "export, import and commit" {
	same_as_direct export_import_commit
	direct_says 'out: imported' 'out: committed' 'Untagged: <name>:piped'
}
