#!/bin/sh
# Build the Debian package of what is committed.
#
#	deb.sh FOLDER	the package, and what dpkg says about it, land in FOLDER
#
# The version is the tag's, with what came after it; before the first one it is older
# than any: 0~git, the day and the commit.
set -eu

folder=$1

version() {
	if tag=$(git describe --tags --match 'v[0-9]*' 2>/dev/null); then
		echo "${tag#v}" | sed 's/-\([0-9]*\)-\(g[0-9a-f]*\)$/+\1.\2/'
	else
		TZ=UTC git log -1 --date=format-local:%Y%m%d.%H%M --format='0~git%cd.%h'
	fi
}

version=$(version)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
tree=$room/cetusguard-$version
mkdir "$tree"
git archive HEAD | tar -x -C "$tree"
cp -R "$tree/packaging/debian" "$tree/debian"
cat >"$tree/debian/changelog" <<EOF
cetusguard ($version) unstable; urgency=medium

  * Built from $(git rev-parse HEAD).

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(git log -1 --format=%cD)
EOF
(cd "$tree" && dpkg-buildpackage -us -uc -b >../build.log 2>&1) || {
	tail -n 40 "$room/build.log" >&2
	exit 1
}
rm -rf "$folder"
mkdir -p "$folder"
mv "$room"/cetusguard*_* "$folder"
ls "$folder"/cetusguard_*.deb
