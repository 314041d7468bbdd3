#!/bin/sh
# The same bits from another kind of processor: the transport, built for arm64 and run under qemu, leaves what it leaves
# here. Skips, and says so, without Debian's gcc-aarch64-linux-gnu and qemu-user.
set -u
source=${IONFARM_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}

for tool in aarch64-linux-gnu-gcc qemu-aarch64; do
	command -v $tool >/dev/null || { echo "skipped: arm64: $tool is not installed"; exit 77; }
done
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# Headers that are the same for all processors, and no kernel of x86-64.
mkdir "$work/include"
ln -s /usr/include/Random123 /usr/include/xxhash.h "$work/include"
: >"$work/include/config.h"

# build COMPILER NAME
build() {
	"$1" -std=gnu11 -D_GNU_SOURCE -DXXH_INLINE_ALL -I"$work/include" -I"$source/src" -I"$source/include" \
		-I"$source/tests" -O2 -ffp-contract=off -fno-math-errno -fno-trapping-math -static -o "$work/$2" \
		"$source/tests/print_bits.c" "$source/tests/sample_plan.c" "$source"/src/base/*.c \
		"$source"/src/model/*.c "$source"/src/phys/*.c -lm >"$work/log" 2>&1 && return
	echo "not ok: arm64: $1 does not build it"
	tail -n 5 "$work/log"
	exit 1
}

build "${CC:-gcc}" here
build aarch64-linux-gnu-gcc there
"$work/here" >"$work/here.txt" || exit 1
qemu-aarch64 "$work/there" >"$work/there.txt" || exit 1
if cmp -s "$work/here.txt" "$work/there.txt"; then
	echo "ok: arm64: $(wc -l <"$work/here.txt") plans leave the same bits"
	exit 0
fi
echo 'not ok: arm64: other bits'
diff "$work/here.txt" "$work/there.txt"
exit 1
