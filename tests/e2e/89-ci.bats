#!/usr/bin/env bats
# The examples for CI: the lines of their jobs, as they are in the files, run a build step
# in front of a real engine. It gets its project, and not the host.

load lib

setup() {
	need_engine
	need docker-compose
	need_python yaml
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p work/ci bin temp
	ln -s "$CETUSGUARD" bin/cetus-run
	PATH=$PWD/bin:$PATH
}

teardown() {
	DOCKER_HOST=unix://$E2E/engine.sock compose -p work down -v -t 0 2>/dev/null || :
	for name in docker job; do
		engine rm -f "$name" >/dev/null 2>&1 || :
	done
	engine network rm job-net >/dev/null 2>&1 || :
}

# lines FILE JOB - The shell lines of a job's step that has cetus-run in it.
lines() {
	/usr/bin/python3 - "$REPO/examples/ci/$1" "$2" <<-'PYTHON'
		import sys, yaml
		with open(sys.argv[1]) as f:
		    config = yaml.safe_load(f)
		job = config["jobs"][sys.argv[2]] if "jobs" in config else config[sys.argv[2]]
		lines = "\n".join(job["script"]) if "script" in job else \
		    next(s["run"] for s in job["steps"] if "cetus-run" in s.get("run", ""))
		assert "cetus-run" in lines, lines
		print(lines)
	PYTHON
}

# build_step - What others wrote: a project with a mount of the work tree, and a try for more.
build_step() {
	cat >work/docker-compose.yml <<-'YAML'
		version: "2.4"
		services:
		  web:
		    image: busybox:test
		    command: sh -c 'cat /here/hello; sleep 100'
		    volumes: [".:/here:ro"]
		networks:
		  default:
		    driver: bridge
	YAML
	echo hello from the tree >work/hello
	cat >work/ci/build.sh <<-'SH'
		#!/bin/sh
		set -e
		docker-compose up -d
		docker-compose logs --no-color web
		docker run --rm --privileged -v /:/host busybox:test true || echo "no host: $?"
		docker exec box true || echo "no exec: $?"
		docker-compose down -t 0
	SH
	chmod +x work/ci/build.sh
}

# runs_on_the_runner FILE JOB - With the engine's socket, as its runner would.
runs_on_the_runner() {
	build_step
	lines "$1" "$2" >script
	(
		cd work || exit
		export RUNNER_TEMP=$BATS_TEST_TMPDIR/temp CI_PROJECT_DIR=$PWD
		export DOCKER_HOST=unix://$E2E/engine.sock
		bash -e ../script
	) >out 2>&1 || { cat out; fail "the step ends with an error"; }
	grep -q 'hello from the tree' out
	grep -q 'cetusguard: containers/create denied: .*HostConfig.Privileged' out
	grep -q 'no host: 125' out
	grep -q 'no exec: 1' out
	[[ -z $(engine ps -aq --filter label=com.docker.compose.project=work) ]]
}

@test "GitHub: a step on a self-hosted runner" {
	runs_on_the_runner github.yaml on-the-runner
	grep -q 'verdict=deny' temp/docker-audit.log
}

@test "GitLab: a job of a shell executor" {
	runs_on_the_runner gitlab-ci.yaml build-on-the-runner
	grep -q 'verdict=deny' work/docker-audit.log
}

# job_container OPTION... - A job's container, with cetus-run and a user "build" in it; the
# work tree is copied into it, as CI has it.
job_container() {
	image_make docker
	cat >work/ci/build.sh
	chmod +x work/ci/build.sh
	engine create --name job --cap-add SYS_PTRACE -w /work "$@" busybox:test sleep 600
	engine cp work job:/
	engine cp "$REPO/build/static/cetusguard" job:/bin/cetus-run
	engine start job
	engine exec job sh -c 'mkdir -p /var/log && echo build:x:1000:1000::/:/bin/sh >>/etc/passwd &&
		echo build:x:1000: >>/etc/group'
}

# job_runs FILE JOB - The lines of a job in that container.
job_runs() {
	engine exec job sh -ec "$(lines "$1" "$2")" >out 2>&1 || { cat out; fail "the step ends with an error"; }
}

@test "GitLab: a job with an engine of its own, whose port is protected" {
	engine network create job-net
	image_make docker
	# In the place of Docker in Docker: the engine, behind what lets everything pass.
	engine run -d --name docker --network job-net -v /var/run/docker.sock:/var/run/docker.sock \
		cetusguard -rules 'GET,POST,DELETE .*'
	job_container --network job-net -e DOCKER_HOST=tcp://docker:2375 <<-'SH'
		#!/bin/sh
		id -un
		grep CapEff /proc/self/status
		wget -qO- http://docker:2375/containers/json | grep -q '"Id"' && echo "the project is listed"
		ip=$(nslookup docker | sed -n 's/^Address.*: *\([0-9.]*\)$/\1/p' | tail -n1)
		printf 'POST /containers/box/exec HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n' |
			nc "$ip" 2375 | head -n1
	SH
	job_runs gitlab-ci.yaml build-with-an-engine-of-its-own
	cat out
	[[ $(<out) == *build*0000000000000000*"the project is listed"*"403 Forbidden"* ]]
	engine exec job grep -q 'verdict=deny method=POST path=/containers/box/exec .*comm=nc' /var/log/docker-audit.log
}

@test "GitHub: a step in a container, with the engine's socket in it" {
	job_container -v /var/run/docker.sock:/var/run/docker.sock \
		-v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro <<-'SH'
		#!/bin/sh
		id -un
		grep CapEff /proc/self/status
		docker ps --format '{{.Names}}' | grep box
		docker run --rm -v /:/host busybox:test true || echo "no host: $?"
	SH
	job_runs github.yaml in-a-container
	[[ $(<out) == *build*0000000000000000*box*"no host: 125"* ]] || fail "$(<out)"
	grep -q 'containers/create denied: HostConfig.Binds\[0\] "/:/host"' out
}
