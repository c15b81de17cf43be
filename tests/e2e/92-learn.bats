#!/usr/bin/env bats
# From what a tool asks for to the rules that it needs, and what a change of rules means.

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
