#!/usr/bin/env bats
# The example of a DaemonSet: what it promises is what its fields say, and its pod does its
# work where Podman plays it as a node would, with the rules from a ConfigMap.

load lib

setup() {
	need_engine
	need podman catatonit
	need_python yaml
	unset DOCKER_CONFIG
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	isolated_kill podman 2>/dev/null || :
}

# manifests - A program about the example: @docs has its objects, @rules those of the rules.
manifests() {
	/usr/bin/python3 <(
		cat <<-PYTHON
			import os, yaml
			example = "$REPO/examples/kubernetes"

			def read(name):
			    with open(os.path.join(example, name)) as f:
			        return list(yaml.safe_load_all(f))

			kustomization, = read("kustomization.yaml")
			docs = {d["kind"]: d for name in kustomization["resources"] for d in read(name)}
			generator, = kustomization["configMapGenerator"]
			rules = {name: open(os.path.join(example, name)).read() for name in generator["files"]}
			pod = docs["DaemonSet"]["spec"]["template"]["spec"]
			guard, = pod["containers"]
		PYTHON
		cat
	)
}

is_ready() {
	podman --remote exec guard-cetusguard /bin/cetusguard health 2>/dev/null
}

@test "the manifests name each other, and nothing is left open" {
	manifests <<-'PYTHON'
		labels = docs["DaemonSet"]["spec"]["template"]["metadata"]["labels"]
		for selector in (docs["DaemonSet"]["spec"]["selector"]["matchLabels"],
		                 docs["Service"]["spec"]["selector"],
		                 docs["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
		    assert selector.items() <= labels.items(), selector
		assert docs["Namespace"]["metadata"]["name"] == kustomization["namespace"]
		volumes = {v["name"]: v for v in pod["volumes"]}
		assert {m["name"] for m in guard["volumeMounts"]} == volumes.keys()
		assert volumes["rules"]["configMap"]["name"] == generator["name"]
		port, = guard["ports"]
		assert docs["Service"]["spec"]["ports"][0]["targetPort"] == port["name"]
		assert docs["NetworkPolicy"]["spec"]["ingress"][0]["ports"][0]["port"] == port["name"]

		assert docs["Service"]["spec"]["internalTrafficPolicy"] == "Local"
		assert docs["NetworkPolicy"]["spec"]["egress"] == []
		assert pod["securityContext"]["runAsNonRoot"] is True
		assert pod["securityContext"]["runAsUser"] == 65532
		assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
		assert pod["automountServiceAccountToken"] is False
		assert guard["securityContext"] == {"allowPrivilegeEscalation": False,
		    "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
		assert guard["resources"]["limits"]["memory"] == "64Mi"
		assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
	PYTHON
	"$CETUSGUARD" -rules-file "$REPO/examples/kubernetes/cetusguard.rules" check
}

@test "the pod serves, not as root, with the rules of the ConfigMap" {
	podman_start podman
	chmod 0660 "$E2E/podman.sock" # as podman.socket of systemd has it
	chgrp 990 "$E2E/podman.sock"
	export CONTAINER_HOST=unix://$E2E/podman.sock
	image_make 'podman --remote'
	manifests <<-PYTHON
		pod["securityContext"]["supplementalGroups"] = [990]
		for volume in pod["volumes"]:
		    if "hostPath" in volume:
		        volume["hostPath"]["path"] = "$E2E/podman.sock"
		with open("pod.yaml", "w") as f:
		    yaml.safe_dump_all([
		        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]},
		         "data": rules},
		        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "guard"}, "spec": pod}], f)
	PYTHON
	podman --remote play kube pod.yaml
	wait_until 20 is_ready
	podman --remote logs guard-cetusguard >log 2>&1
	grep -q 'layer=user state=on detail="uid 65532, as it was started"' log
	grep -q 'layer=capabilities state=on detail=none' log
	[[ $(grep -c 'msg=sandbox .*state=on' log) == 7 ]]
	grep -q "msg=starting .*rules=$("$CETUSGUARD" -rules-file "$REPO/examples/kubernetes/cetusguard.rules" check |
		sed -n 's/^\([0-9]*\) rules$/\1/p')" log
	podman --remote play kube --down pod.yaml
}
