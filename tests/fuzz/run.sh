#!/bin/sh
# Run one fuzzing harness for a while, and say what came of it.
#
#	run.sh BUILD HARNESS SECONDS
#
# It starts from tests/fuzz/corpus/HARNESS and from what earlier runs found worth
# keeping in BUILD/HARNESS/corpus. A finding lands in BUILD/HARNESS and fails the
# run.
set -u

build=$1 harness=$2 seconds=$3
here=tests/fuzz
program=$build/tests/fuzz/$harness
out=$build/$harness
log=$out/log

mkdir -p "$out/corpus"
set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
	-artifact_prefix="$out/"
[ ! -e "$here/$harness.dict" ] || set -- "$@" -dict="$here/$harness.dict"

if "$program" "$@" "$out/corpus" "$here/corpus/$harness" >"$log" 2>&1; then
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -n 1)
	echo "ok   $harness (${seconds} s, $runs runs, $coverage)"
	exit 0
fi
echo "FAIL $harness"
grep -E '^tests/fuzz/|ERROR: |SUMMARY: |runtime error: ' "$log" | sed 's/^/    /'
input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
if [ -n "$input" ]; then
	echo "    reproduce: $program $input"
else
	tail -n 5 "$log" | sed 's/^/    /'
fi
exit 1
