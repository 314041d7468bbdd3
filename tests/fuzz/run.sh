#!/bin/sh
# Fuzzes each reader for a time, under the address and undefined-behaviour sanitizers, with clang's libFuzzer.
#   tests/fuzz/run.sh [SECONDS [TARGET...]]      60 seconds of each, by default
# FUZZ_DIR keeps programs, corpora and findings from run to run (default: ./fuzz.out). The exit status is 1
# when anything was found; the input is then in FUZZ_DIR/found. With afl-clang-fast in CC_AFL, the
# programs for AFL++ are built as well: afl-fuzz -i CORPUS -o OUT FUZZ_DIR/afl_TARGET.
set -eu
seconds=${1-60}
[ $# -gt 0 ] && shift
source=$(cd "$(dirname "$0")/../.." && pwd)
out=${FUZZ_DIR-$PWD/fuzz.out}
[ $# -gt 0 ] || set -- job stopping_file spot_file phase_space tally part checkpoint ranges_log
command -v clang >/dev/null || { echo 'skipped: fuzz: clang is not installed'; exit 77; }
mkdir -p "$out/found"

flags="-std=gnu11 -D_GNU_SOURCE -I$source/src -I$source/tests -I$source/tests/fuzz -g -O1 -ffp-contract=off
-fno-omit-frame-pointer"
libraries="-lfyaml -lxxhash -lzstd -lz -lm"
readers=$(find "$source/src/base" "$source/src/model" "$source/src/io" -name '*.c')

# The samples that a fuzzer starts from are made by the program's own writers.
seeds() {
	clang $flags -fsanitize=address,undefined -o "$out/make_corpus" "$source/tests/fuzz/make_corpus.c" \
		"$source"/tests/sample_tally.c $readers $libraries
	for t; do mkdir -p "$out/corpus/$t"; done
	(cd "$out/corpus" && mkdir -p phase_space tally part checkpoint && "$out/make_corpus")
	for t; do
		[ ! -d "$source/tests/fuzz/corpus/$t" ] || cp "$source/tests/fuzz/corpus/$t"/* "$out/corpus/$t/"
	done
	[ ! -d "$out/corpus/job" ] || cp "$source"/examples/*.yaml "$out/corpus/job/"
	[ ! -d "$out/corpus/stopping_file" ] || cp "$source/examples/my_table.txt" "$out/corpus/stopping_file/"
	[ ! -d "$out/corpus/spot_file" ] || cp "$source/examples/spots.txt" "$out/corpus/spot_file/"
}

build() {
	clang $flags -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -o "$out/fuzz_$1" \
		"$source/tests/fuzz/fuzz_$1.c" "$source/tests/fuzz/fuzz_file.c" $readers $libraries
	[ -z "${CC_AFL-}" ] || $CC_AFL $flags -o "$out/afl_$1" "$source/tests/fuzz/fuzz_$1.c" \
		"$source/tests/fuzz/fuzz_file.c" "$source/tests/fuzz/fuzz_main.c" $readers $libraries
}

seeds "$@"
failed=0
for target; do
	build "$target"
	dictionary=$source/tests/fuzz/corpus/$target.dict
	status=0
	ASAN_OPTIONS=allocator_may_return_null=1 LSAN_OPTIONS=suppressions=$source/tests/fuzz/leaks.txt:print_suppressions=0 \
		"$out/fuzz_$target" -max_total_time="$seconds" -timeout=20 \
		-rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 -artifact_prefix="$out/found/$target." \
		$([ ! -f "$dictionary" ] || echo "-dict=$dictionary") "$out/corpus/$target" >"$out/$target.log" 2>&1 || status=$?
	executions=$(sed -n 's/^stat::number_of_executed_units: //p' "$out/$target.log")
	coverage=$(grep -o 'cov: [0-9]*' "$out/$target.log" | tail -n 1)
	[ "$status" = 0 ] && verdict='nothing found' || { verdict="FOUND: see $out/$target.log"; failed=1; }
	echo "fuzz: $target: $seconds s, ${executions:-?} executions, ${coverage:-no coverage} edges: $verdict"
done
exit $failed
