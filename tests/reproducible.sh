#!/bin/sh
# Two builds of one tarball, at two places and times, install the same bytes, and nothing outside DESTDIR.
set -eu
source_dir=${IONFARM_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

[ -x "$source_dir/configure" ] || { echo 'skipped: reproducible: the tree has no configure'; exit 77; }
mkdir "$scratch/dist"
cd "$scratch/dist"
"$source_dir/configure" -q >/dev/null
make -s dist >/dev/null
version=$(sh "$source_dir/version.sh")

# build DIRECTORY UMASK: unpacked, built and installed there.
build() {
	mkdir -p "$scratch/$1"
	cd "$scratch/$1"
	umask "$2"
	tar xzf "$scratch"/dist/ionfarm-*.tar.gz --strip-components=1
	mkdir build
	cd build
	../configure -q --prefix=/usr >/dev/null
	make -s -j"$(nproc)" >/dev/null
	make -s install DESTDIR="$scratch/$1/root" >/dev/null
}
build a 022
build somewhere_else/with_a_longer_name 027

other=$(find "$scratch" -type d -name root ! -path "$scratch/a/*")
diff -r "$scratch/a/root" "$other" || { echo 'not ok: two builds differ'; exit 1; }
[ "$(ls "$scratch/a/root")" = usr ] || { echo "not ok: installed outside of usr: $(ls "$scratch/a/root")"; exit 1; }
said=$("$scratch/a/root/usr/bin/ionfarm" --version)
[ "$said" = "ionfarm $version" ] || { echo "not ok: a tarball of version $version says $said"; exit 1; }
if grep -rlF "$scratch" "$scratch/a/root"; then
	echo 'not ok: the place of the build is in what was installed'
	exit 1
fi
echo "reproducible: two builds agree, $(find "$scratch/a/root" -type f | wc -l) files, version $version"
