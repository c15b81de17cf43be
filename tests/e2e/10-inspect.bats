#!/usr/bin/env bats
# Asking the engine about itself and about what it holds: version, info, ps,
# images, system df, events of the past, networks and volumes. Each command runs
# straight at the engine and through both frontends with every Docker CLI, and
# must say the same.

load lib

setup() { need_engine; }
teardown() { show_proxy_log; }

versions() {
	step docker version
	step docker info
}

@test "version and info are the engine's own" {
	same_as_direct versions
	direct_says 'Server:' 'Storage Driver:' 'Running: 1'
}

containers_and_images() {
	step docker ps
	step docker ps --all --no-trunc --filter name=box
	step docker ps --all --quiet --filter status=paused
	step docker inspect --format '{{.Name}} {{.Config.Cmd}} {{.State.Status}}' box
	step docker images
	step docker images --no-trunc --quiet
	step docker image inspect busybox:test
	step docker history busybox:test
	step one_at_a_time docker system df
	step one_at_a_time docker system df --verbose
}

@test "ps, images, inspect, history and system df are the engine's own" {
	same_as_direct containers_and_images
	direct_says 'out: .* box$' 'out: busybox  test' 'out: Images  1' 'out: /box '
}

what_is_not_there() {
	step docker inspect nosuch
	step docker logs nosuch
	step docker rm nosuch
	step docker image inspect nosuch:test
	step docker network inspect nosuch
	step docker volume inspect nosuch
}

@test "the engine's errors reach the user with their status" {
	same_as_direct what_is_not_there
	direct_says 'No such object: nosuch' 'status: 1'
}

past_events() {
	local since
	since=$(date +%s.%N)
	docker create --name "$NAME" --network none busybox:test true >/dev/null
	docker rename "$NAME" "$NAME-2"
	docker rm "$NAME-2" >/dev/null
	step docker events --since "$since" --until "$(date +%s.%N)" --filter type=container \
		--filter event=create --filter event=rename --filter event=destroy \
		--filter "container=$NAME-2" --format '{{.Action}} {{.Actor.Attributes.name}}'
	step docker events --since "$since" --until "$(date +%s.%N)" --filter "container=$NAME" \
		--format '{{json .Action}}'
}

@test "events between since and until end by themselves" {
	same_as_direct past_events
	direct_says 'out: destroy <name>-2' 'out: "create"'
}

networks() {
	step docker network create --internal --label e2e=1 "$NAME"
	step docker network ls --filter "name=$NAME"
	step docker network inspect --format '{{.Name}} {{.Driver}} {{.Internal}} {{.Labels}}' "$NAME"
	step docker run --rm --network "$NAME" busybox:test ls /sys/class/net
	docker create --name "$NAME" --network none busybox:test true >/dev/null
	step docker network connect "$NAME" nosuch
	docker rm "$NAME" >/dev/null
	step docker network rm "$NAME"
	step docker network ls --quiet --filter "name=$NAME"
}

@test "network create, ls, inspect, use and rm" {
	same_as_direct networks
	direct_says '<name> bridge true map\[e2e:1\]'
}

volumes() {
	step docker volume create --label e2e=1 "$NAME"
	step docker volume ls --filter "name=$NAME"
	step docker volume inspect --format '{{.Name}} {{.Driver}} {{.Labels}}' "$NAME"
	step docker run --rm --network none -v "$NAME:/v" busybox:test sh -c 'echo kept >/v/f'
	step docker run --rm --network none -v "$NAME:/v" busybox:test cat /v/f
	step docker volume rm "$NAME"
	step docker volume ls --quiet --filter "name=$NAME"
}

@test "volume create, ls, inspect, use and rm" {
	same_as_direct volumes
	direct_says 'out: kept' '<name> local map\[e2e:1\]'
}
