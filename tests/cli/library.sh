#!/bin/sh
# libionfarm as installed: its names, its examples, and the bits of the command.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

build=$(dirname "$IONFARM")
[ -f "$build/libionfarm.la" ] || { echo 'skipped: library: it is not beside the program'; exit 77; }
configured() { sed -n "s/^$1 = //p" "$build/Makefile" | head -n 1; }

(unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -C "$build" install-includeHEADERS install-libLTLIBRARIES install-pkgconfigDATA \
	DESTDIR="$scratch/root" >install.log 2>&1) || { cat install.log; fail 'it cannot be installed'; finish; }
libdir=$(dirname "$(find "$scratch/root" -name libionfarm.so.0)")
header=$(find "$scratch/root" -name ionfarm.h)
LD_LIBRARY_PATH=$libdir PKG_CONFIG_PATH=$libdir/pkgconfig PKG_CONFIG_SYSROOT_DIR=$scratch/root
export LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

# --- names -----------------------------------------------------------------------------------------

grep -v '^typedef' "$header" | grep -o 'ionfarm_[a-z_]*(' | tr -d '(' | sort -u >declared
nm -D --defined-only "$libdir/libionfarm.so.0" | awk '{ print $3 }' | sort -u >exported
claim "the names that are exported are the $(wc -l <declared) that the header has" cmp -s declared exported
cmp -s declared exported || diff declared exported
claim 'the name of the library is that of its interface' \
	sh -c "objdump -p '$libdir/libionfarm.so.0' | grep -q 'SONAME *libionfarm.so.0\$'"
page=$IONFARM_SOURCE/man/libionfarm.3
while read -r name; do
	grep -q "^\.Fn $name " "$page" || fail "$name is not in libionfarm(3)"
done <declared

# --- in C ------------------------------------------------------------------------------------------

# shellcheck disable=SC2046
compile() {     # COMPILER, OPTIONS, FILES...
	$(configured CC) $(configured CFLAGS) -Wall -Wextra -Wpedantic -Werror "$@" \
		$(pkg-config --cflags --libs ionfarm) 2>compile.log || { cat compile.log; return 1; }
}
claim 'the example in C is built by pkg-config, as C99' \
	compile -std=c99 "$IONFARM_SOURCE/examples/c/bragg.c" -o bragg
[ -x bragg ] || finish
if command -v g++ >/dev/null; then
	echo '#include <ionfarm.h>' >header.cc
	claim 'the header is C++ too' g++ -Wall -Wextra -Werror -fsyntax-only -I"$(dirname "$header")" header.cc
fi

# columns DIR: the first three of depth.csv, which the examples print.
columns() { cut -d , -f 1-3 "$1/depth.csv"; }

./bragg c_out histories=2e4 workers=2 >c.csv 2>c.err || { cat c.err; fail 'the example in C fails'; finish; }
run_into command_out --serial -n 2e4 c_out/job.yaml
columns command_out >command.csv
claim 'the example in C prints the curve of the command' cmp command.csv c.csv
claim 'the integers are those of the command' same tally.bin command_out c_out
claim 'the images are those of the command' same dose.raw command_out c_out
claim 'nothing else is said' [ ! -s c.err ]

if ./bragg c_out histories=2e4 >again.out 2>again.err; then fail 'a result was replaced'; fi
claim 'an error is told by the caller alone' \
	sh -c '[ ! -s again.out ] && [ "$(wc -l <again.err)" = 1 ] && grep -q "^bragg: c_out holds" again.err'

# --- in Python -------------------------------------------------------------------------------------

python=$(command -v python3) || { skip 'no Python'; finish; }
if nm -D "$libdir/libionfarm.so.0" | grep -q ' __[at]san_init'; then
	skip 'Python cannot load a library with a sanitizer'
	finish
fi
script=$IONFARM_SOURCE/examples/python/bragg.py
"$python" "$script" c_out/job.yaml python_out histories=2e4 workers=2 >python.csv 2>python.err ||
	{ cat python.err; fail 'the example in Python fails'; }
sed 1d command.csv >rows.csv
claim 'the example in Python prints the curve of the command' cmp rows.csv python.csv
claim 'and its integers' same tally.bin command_out python_out
claim 'its picture has a point for each depth' \
	"$python" -c 'import sys, xml.etree.ElementTree as x
line = x.parse("python_out/bragg.svg").find("{http://www.w3.org/2000/svg}polyline")
sys.exit(len(line.get("points").split()) != sum(1 for _ in open("rows.csv")))'
"$python" "$script" none.yaml none_out >none.out 2>none.err
claim 'its errors are those of the library' grep -q '^bragg: none.yaml: ' none.err

# In a program that writes 1,5 for a number and a half.
if command -v localedef >/dev/null && localedef -i de_DE -f UTF-8 "$scratch/de_DE.UTF-8" >/dev/null 2>&1; then
	cat >comma.py <<-PY
	import locale, runpy, sys
	locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
	assert locale.localeconv()["decimal_point"] == ","
	sys.argv[0:1] = []
	runpy.run_path(sys.argv[0], run_name="__main__")
	PY
	LOCPATH=$scratch "$python" comma.py "$script" c_out/job.yaml comma_out histories=2e4 serial >comma.csv 2>comma.err ||
		cat comma.err
	claim 'the locale of the program makes no difference' cmp rows.csv comma.csv
	claim 'not even to text' same depth.csv command_out comma_out
else
	skip 'no locale with a decimal comma'
fi
finish
