#!/bin/sh
# The same bits from every build: compilers, optimisation, instruction sets. Builds the program out
# of tree several times, which takes minutes, so that `make check` leaves it out.
#     SAME_BITS_HISTORIES=1e4 same_bits_builds.sh        default: 1e5
set -u
source=${IONFARM_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
histories=${SAME_BITS_HISTORIES:-1e5}
machine=$(uname -m)
failed=0 n_same=0 reference=

[ -x "$source/configure" ] || { echo 'same_bits_builds: there is no configure; run autoreconf -i'; exit 99; }
work=$(mktemp -d "$PWD/same_bits_builds.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

ok() { echo "ok: same_bits_builds: $*"; }
fail() { echo "not ok: same_bits_builds: $*"; failed=1; }
skip() { echo "skipped: same_bits_builds: $*"; }

has_flags() {     # FLAG...: of this processor
	for flag; do
		grep -m 1 '^flags' /proc/cpuinfo | grep -qw "$flag" || return 1
	done
}

# build NAME CC CFLAGS: in the directory of that name
build() {
	mkdir "$work/$1" && cd "$work/$1" || exit 99
	{ "$source/configure" -q CC="$2" CFLAGS="$3" && make -s -j"$(nproc)" ionfarm; } >log 2>&1 </dev/null && return
	fail "$1 ($2 $3) does not build"
	tail -n 5 log | sed 's/^/    /'
	return 1
}

compare() {     # NAME
	./ionfarm run -q -w 2 -n "$histories" -o out "$source/examples/carbon_water.yaml" >log 2>&1 </dev/null || {
		fail "$1 does not run"
		tail -n 5 log | sed 's/^/    /'
		return
	}
	hash=$(sha256sum <out/tally.bin | cut -d ' ' -f 1)
	reference=${reference:-$hash}
	[ "$hash" = "$reference" ] || { fail "$1: $hash differs from $reference"; return; }
	n_same=$((n_same + 1))
	ok "$1: $hash, $(sed -n 's/.*"histories_per_s": \([0-9]*\).*/\1/p' out/report.json) histories/s"
}

# A fused operation rounds once where two operations round twice.
has_no_fused() {     # NAME
	command -v objdump >/dev/null || { skip "$1: there is no objdump"; return; }
	objdump -d libphys.a libkernel_*.a >code
	[ "$(grep -cE '[[:space:]]v?mul[sp]d' code)" -gt 100 ] || fail "$1: the physics is not in libphys.a"
	n=$(grep -cE '[[:space:]]vfn?m(add|sub)' code)
	if [ "$n" = 0 ]; then
		ok "$1: no fused operation in the physics"
	else
		fail "$1: $n fused operations in the physics"
	fi
}

# try NAME CC CFLAGS; then processor flags without which it is built but not run
try() {
	name=$1
	command -v "$2" >/dev/null || { skip "$name: there is no $2"; return; }
	build "$1" "$2" "$3" || return
	case $3 in *march*) [ "$machine" = x86_64 ] && has_no_fused "$name" ;; esac
	shift 3
	if has_flags "$@"; then
		compare "$name"
	else
		skip "$name was built, but this processor cannot run it"
	fi
	rm -rf "${work:?}/$name"
}

try gcc-O0 gcc '-O0'
try gcc-O3-native gcc '-O3 -march=native'
try clang-O2 clang '-O2'
try clang-O3-native clang '-O3 -march=native'
if [ "$machine" = x86_64 ]; then
	try gcc-O2-without-avx gcc '-O2 -mno-avx'
	try gcc-O2-v3 gcc '-O2 -march=x86-64-v3' avx2 fma bmi2
	try gcc-O2-v4 gcc '-O2 -march=x86-64-v4' avx512f avx512bw avx512cd avx512dq avx512vl
fi
[ "$n_same" -ge 2 ] || fail 'fewer than two builds could be compared'
[ "$failed" = 0 ] && echo "same_bits_builds: $n_same builds agree"
exit "$failed"
