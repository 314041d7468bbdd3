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
for package in ionfarm_*.deb libionfarm0_*.deb libionfarm-dev_*.deb; do
	dpkg-deb -x "$package" root
done
libdir=$(dirname "$scratch"/root/usr/lib/*/libionfarm.so.0)
PATH=$scratch/root/usr/bin:$PATH LD_LIBRARY_PATH=$libdir PKG_CONFIG_PATH=$libdir/pkgconfig
export PATH LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR="$scratch/root"
for test in killed-worker library; do
	sed "s|/usr/share/doc|$scratch/root/usr/share/doc|" "$source_dir/debian/tests/$test" >"$test"
	mkdir "tmp_$test"
	AUTOPKGTEST_TMP=$scratch/tmp_$test sh "$test"
done
echo "debian: $(find . -maxdepth 1 -name '*.deb' | grep -vc dbgsym) packages, lintian is silent"
