#!/usr/bin/env bats
# Interactive sessions through a real terminal, with expect: run -it and exec -it
# with prompt, output, window size, ^C and exit status, and the detach keys, which
# must end an attach and leave the container running. With every Docker CLI
# through every frontend.

load lib

setup() {
	need_engine
	need expect stty
}
teardown() { show_proxy_log; }

# terminal CASE DOCKER-ARGUMENT... - Only what expect says about it, and its status.
terminal() {
	expect "$BATS_TEST_DIRNAME/terminal.exp" "$CLI" "$@" 3>&-
}

shell_in_run() {
	terminal shell run -it --rm --network none busybox:test sh
}

@test "run -it: prompt, output, window size, interrupt and exit status" {
	each_route shell_in_run
}

shell_in_exec() {
	terminal shell exec -it box sh
}

@test "exec -it: prompt, output, window size, interrupt and exit status" {
	each_route shell_in_exec
}

bulk_in_exec() {
	terminal bulk exec -it box sh
}

@test "a terminal session loses no output" {
	each_route bulk_in_exec
}

detach_and_attach() {
	engine run -d -it --name "$NAME" --network none busybox:test sh >/dev/null
	terminal detach attach "$NAME"
	[[ $(engine inspect --format '{{.State.Status}}' "$NAME") == running ]]
	terminal again attach "$NAME"
	[[ $(engine wait "$NAME") == 3 ]]
	engine rm "$NAME" >/dev/null
}

# Not over TCP: there the CLI, also straight at an engine, takes the detach keys for
# the end of its input (Go's TCPConn.ReadFrom wraps the error it looks for) and then
# waits for the container to end. What the engine's own detach keys do over TCP is
# tested in 60-clients.bats.
@test "the detach keys end an attach, and the shell goes on" {
	each_route detach_and_attach unix
}

detach_exec() {
	terminal detach exec -it box sh
}

@test "the detach keys end an exec -it" {
	each_route detach_exec
}
