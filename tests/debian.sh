#!/bin/sh
# The Debian package builds, lintian has nothing against it, and each file of the tree says its licence.
set -eu
source_dir=${IONFARM_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
for tool in dpkg-buildpackage dh lintian reuse git; do
	command -v "$tool" >/dev/null || { echo "skipped: debian: $tool is not installed"; exit 77; }
done
[ -e "$source_dir/.git" ] || { echo 'skipped: debian: not a clone'; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cd "$source_dir"
reuse lint >"$scratch/reuse.log" || { cat "$scratch/reuse.log"; exit 1; }
version=$(sed -n '1s/.*(\(.*\)-[^-]*).*/\1/p' debian/changelog)
tree=$scratch/ionfarm-$version
mkdir "$tree"
git ls-files | tar -T - -cf - | tar -xf - -C "$tree"
cd "$scratch"
tar --exclude=debian -czf "ionfarm_$version.orig.tar.gz" "ionfarm-$version"
cd "$tree"
DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc -d >"$scratch/build.log" 2>&1 ||
	{ tail -n 30 "$scratch/build.log"; exit 1; }
cd "$scratch"
lintian --fail-on error,warning --allow-root ./*.changes ./*.dsc || { echo 'not ok: lintian'; exit 1; }

# The tests of the package, with what it has installed in place of the system's.
dpkg-deb -x ionfarm_*.deb root
sed "s|/usr/share/doc|$scratch/root/usr/share/doc|" "$source_dir/debian/tests/killed-worker" >killed-worker
mkdir tmp
PATH=$scratch/root/usr/bin:$PATH AUTOPKGTEST_TMP=$scratch/tmp sh killed-worker
echo 'debian: two packages, lintian is silent'
