#!/bin/sh
# Install the Debian packages that are missing, and say which.
#
#	deps.sh GROUP...	groups: build demo test deb bench check fuzz valgrind
#
# On other systems it lists what is needed and stops.
set -eu

build='gcc make libc6-dev libssl-dev libpcre2-dev libjansson-dev libev-dev libseccomp-dev libinih-dev libncurses-dev llhttp'
demo='curl'
test='libcmocka-dev bats curl docker.io busybox-static iproute2 procps iptables docker-compose podman crun catatonit
	bash-completion zsh fish expect jq socat git openssl openssh-client strace gdb binutils nodejs perl
	dbus-daemon dbus-bin chromium tmux redis-tools systemd prometheus
	python3 python3-docker python3-websocket'
bench='wrk haproxy nginx-light python3 bubblewrap docker.io'
deb='debhelper dpkg-dev lintian mmdebstrap systemd-container'
fuzz='clang libclang-rt-dev llvm'
valgrind='valgrind libc6-dbg'
check='clang clang-tidy clang-format cppcheck shellcheck mandoc'

wanted=
for group in "$@"; do
	case $group in
	build) wanted="$wanted $build" ;;
	demo) wanted="$wanted $demo" ;;
	test) wanted="$wanted $test" ;;
	bench) wanted="$wanted $bench" ;;
	check) wanted="$wanted $check" ;;
	deb) wanted="$wanted $deb" ;;
	fuzz) wanted="$wanted $fuzz" ;;
	valgrind) wanted="$wanted $valgrind" ;;
	*) echo "deps.sh: unknown group $group" >&2; exit 2 ;;
	esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	# shellcheck disable=SC2086 # a list of words
	echo "This is not Debian or Ubuntu. Please install (Debian's names; llhttp is the" \
		"HTTP parser of Node.js):" $wanted >&2
	exit 1
fi

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# llhttp is libllhttp-dev where the release has it, else node-llhttp has its sources.
llhttp_package() {
	if installed libllhttp-dev || apt-cache show libllhttp-dev >/dev/null 2>&1; then
		echo libllhttp-dev
	else
		echo node-llhttp
	fi
}

missing() {
	for package in $wanted; do
		[ "$package" != llhttp ] || package=$(llhttp_package)
		installed "$package" || printf ' %s' "$package"
	done
}

[ -n "$(missing)" ] || exit 0
as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "Packages are missing and this is neither root nor sudo:$(missing)" >&2
		exit 1
	}
	as_root=sudo
fi
echo "Updating the package lists"
$as_root apt-get -qq update
packages=$(missing)
echo "Installing:$packages"
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq install -y --no-install-recommends \
	$packages >/dev/null
