#!/bin/sh
# Run every test suite, whatever the one before said, and count.
#
#	run-suites.sh MAKE [VARIABLE=VALUE...]
set -u

passed=0 failed=0
for suite in unit wire hostile preload attack e2e; do
	echo "=== $suite"
	if "$@" --no-print-directory "$suite"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "=== $suite FAILED"
	fi
done
echo "=== suites"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
