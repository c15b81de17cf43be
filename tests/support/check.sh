#!/bin/sh
# The static checks: both compilers with warnings as errors, clang-tidy,
# cppcheck, shellcheck, the layout of the sources, man pages, and the directions
# of DESIGN: main -> {run, proxy} -> {http, policy} -> common, one includer for a
# vendor's header.
#
#	check.sh MAKE
set -u

make=$1
failed=0 passed=0

step() {
	name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "--- check failed: $name"
	fi
}

sources() {
	git ls-files -co --exclude-standard -- "$@" | while read -r f; do [ -e "$f" ] && echo "$f"; done
}

compiles_with() {
	"$make" --no-print-directory -s -j2 VARIANT="/check-$1" CC="$1" CFLAGS='-O2 -g -Werror' \
		all check-objects
}

# no_include FOLDER REGEX: nothing in the folder includes what matches
no_include() {
	! sources "$1/*.c" "$1/*.h" | grep -v '^tests/' |
		xargs grep -nE "#include *[<\"]($2)" /dev/null
}

# calls_none FOLDER NAMES: nothing in the folder calls what is named
calls_none() {
	! sources "$1/*.c" | xargs grep -nE "\b($2)\(" /dev/null
}

# only_includer HEADER FILE
only_includer() {
	[ "$(grep -rlE "#include *<$1>" common preload supervisor)" = "$2" ]
}

tidy() {
	sources 'common/*.c' 'preload/*.c' 'supervisor/*.c' 'tests/support/*.c' 'tests/fuzz/*.c' \
		'bench/*.c' |
		xargs -P 2 -n 4 sh -c 'clang-tidy --quiet "$@" -- -std=gnu11 -D_GNU_SOURCE -Icommon \
			-Isupervisor -isystem /usr/share/include/llhttp 2>/dev/null' sh
}

spell_out_cppcheck() {
	sources 'common/*.c' 'preload/*.c' 'supervisor/*.c' 'tests/fuzz/*.c' |
		xargs cppcheck --quiet --error-exitcode=1 -j 2 \
		--std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=varFuncNullUB -D_GNU_SOURCE -D__GNUC__ \
		-D__x86_64__ -Icommon -Isupervisor
}

# A bats test is a subshell, which is the point and not the mistake of SC2030.
shell_scripts() {
	{
		sources '*.sh' .ci/run
		sources 'tests/*.bash' supervisor/completion/bash.in
	} | xargs shellcheck -x --source-path=SCRIPTDIR &&
		sources 'tests/*.bats' | xargs -r shellcheck -x -s bats -e SC2030,SC2031 --source-path=SCRIPTDIR
}

is_formatted() {
	sources '*.c' '*.h' | xargs clang-format --dry-run --Werror
}

man_pages() {
	sources 'man/*' | xargs -r -n 1 mandoc -T lint -W warning
}

# The units are well-formed, and leave as little open as the guard can live with.
units() {
	dir=$(mktemp -d)
	sed "s|@bindir@|$PWD/build/check-gcc|" packaging/systemd/cetusguard.service.in \
		>"$dir/cetusguard.service"
	cp packaging/systemd/cetusguard.socket "$dir"
	systemd-analyze verify --man=no "$dir/cetusguard.service" "$dir/cetusguard.socket" &&
		systemd-analyze security --offline=true --threshold=21 --no-pager \
			"$dir/cetusguard.service" >"$dir/exposure"
	status=$?
	[ $status = 0 ] || tail -n 1 "$dir/exposure"
	rm -r "$dir"
	return $status
}

# Every variable of the table is in the man page, and no other.
variables_are_documented() {
	table=$(sed -n -e 's/^\t{ "\([A-Z0-9_]*\)".*/\1/p' \
		-e 's/^\tAPI("\([A-Z]*\)".*/API_PREFIX_\1/p' \
		-e 's/^\tLIBPOD("\([A-Z]*\)".*/API_PREFIX_LIBPOD_\1/p' \
		supervisor/policy/variables.c | sort)
	page=$(sed -n 's/^\.It Cm %\(.*\)%$/\1/p' man/cetusguard-rules.5 | sort)
	[ -n "$table" ] && [ "$table" = "$page" ]
}

# same_lists WHAT LIST WHERE LIST - Lines that one of them has and the other lacks are said.
same_lists() {
	dir=$(mktemp -d)
	echo "$2" | sort -u >"$dir/a"
	echo "$4" | sort -u >"$dir/b"
	[ -n "$2" ] && cmp -s "$dir/a" "$dir/b"
	status=$?
	[ $status = 0 ] || {
		comm -23 "$dir/a" "$dir/b" | sed "s/^/not in $3: /"
		comm -13 "$dir/a" "$dir/b" | sed "s/^/not in $1: /"
	}
	rm -r "$dir"
	return $status
}

# The table of options gives the help. What is told of it elsewhere is told of all of it.
options_are_documented() {
	program=build/check-gcc/cetusguard
	help=$($program -help)
	flags=$(echo "$help" | sed -n 's/^  -\([a-z-]*\).*/\1/p')
	run_flags=$($program run -help | sed -n 's/^  -\([a-z-]*\).*/\1/p')
	commands=$(echo "$help" | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z]*\).*/\1/p')
	variables=$(echo "$help" | grep -o 'CETUSGUARD_[A-Z_]*')
	same_lists -help "$flags" 'cetusguard(8)' \
		"$(sed -n 's/^\.It Fl \([a-z-]*\).*/\1/p' man/cetusguard.8)" &&
		same_lists -help "$commands" 'cetusguard(8)' \
			"$(sed -n '/^The commands/,/^\.Sh/s/^\.It Cm \([a-z]*\).*/\1/p' man/cetusguard.8)" &&
		same_lists -help "$variables" 'cetusguard(8)' \
			"$(grep -o 'CETUSGUARD_[A-Z_]*' man/cetusguard.8)" &&
		same_lists -help "$flags" docs/guard.md \
			"$(sed -n '/^| flag/,/^$/p' docs/guard.md | cut -d'|' -f2 | grep -o '`-[a-z-]*' |
				sed 's/^`-//'; printf 'body\nfrontend\nonce\n')" &&
		same_lists 'cetus-run -help' "$(echo "$run_flags" | grep -vxF "$flags")" 'cetus-run(1)' \
			"$(sed -n '/^These are other/,/^\.El/s/^\.It Fl \(.*\)/\1/p' man/cetus-run.1 |
				grep -o '\(^\|Fl \)[a-z-]*' | sed 's/^Fl //' | grep -vxF "$flags")"
}

step 'gcc -Werror' compiles_with gcc
step 'clang -Werror' compiles_with clang
step 'clang-tidy' tidy
step 'cppcheck' spell_out_cppcheck
step 'shellcheck' shell_scripts
step 'clang-format (make format)' is_formatted
step 'man pages' man_pages
step 'every option is documented' options_are_documented
step 'units, little left open' units
step 'cetusguard-rules(5) has every variable' variables_are_documented
step 'common uses nobody' no_include common '(\.\./)?(\.\./)?(supervisor|policy|http|proxy|preload)/'
step 'preload uses only common' no_include preload '\.\./'
step 'preload uses no stdio, no locks, nothing but the C library' no_include preload \
	'stdio|pthread|threads|log\.h|ev\.h|openssl|jansson|seccomp'
step 'preload neither allocates nor exits nor writes' calls_none preload \
	'malloc|calloc|realloc|free|strdup|v?s?n?printf|write|exit|_exit|abort|assert'
step 'policy uses only common' no_include supervisor/policy '\.\./'
step 'http uses only common' no_include supervisor/http '\.\./'
step 'proxy does not see pcre2, llhttp or main' \
	no_include supervisor/proxy 'pcre2|llhttp|\.\./(options|config)'
step 'confine uses only common' no_include supervisor/confine '\.\./'
for pure in policy http; do
	step "$pure opens and logs nothing" \
		no_include supervisor/$pure 'fcntl.h|unistd.h|sys/socket.h|sys/stat.h|ev.h|log.h'
done
step 'pcre2.h has one includer' only_includer pcre2.h supervisor/policy/pattern.c
step 'jansson.h has one includer' only_includer jansson.h supervisor/policy/gojson.c
# openssl has HEADERS in one file, through which another two see what they need
openssl_is_loaded() {
	[ "$(grep -rlE '#include *<openssl/' common preload supervisor)" = supervisor/proxy/openssl.h ] &&
		[ "$(grep -rlE '#include *"(openssl|tls_context)\.h"' supervisor | sort | tr '\n' ' ')" = \
			"supervisor/proxy/openssl.c supervisor/proxy/tls.c supervisor/proxy/tls_context.c supervisor/proxy/tls_context.h " ]
}

# Whoever links it makes every start pay for it.
openssl_is_not_linked() {
	needed=$(readelf -d build/check-gcc/cetusguard | grep NEEDED) &&
		! echo "$needed" | grep -E 'lib(ssl|crypto)'
}

# The pointers of openssl.h and the names that stand for them are the same.
openssl_names_agree() {
	table=$(sed -n 's/^\tX(\([A-Za-z0-9_]*\)).*/\1/p' supervisor/proxy/openssl.h | sort)
	names=$(sed -n 's/^#define \([A-Za-z0-9_]*\)[[:space:]]*openssl\.\1$/\1/p' supervisor/proxy/openssl.h | sort)
	[ -n "$table" ] && [ "$table" = "$names" ]
}

step 'openssl has one includer' openssl_is_loaded
step 'openssl is loaded, not linked' openssl_is_not_linked
step 'openssl.h names what it loads' openssl_names_agree
step 'seccomp.h has two includers, a filter each' \
	only_includer seccomp.h 'supervisor/confine/seccomp.c
supervisor/run/filter.c'
step 'run uses only common' no_include supervisor/run '\.\./'
step 'nobody but main sees run' no_include supervisor/proxy '(\.\./)?run/'
step 'ini.h has one includer' only_includer ini.h supervisor/configfile.c
step 'llhttp.h has one includer' only_includer llhttp.h supervisor/http/message.c
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
