#!/bin/sh
# ionfarm bench: a row for each beam and number of workers, for people and for machines.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

n_beams=7

exits 0 bench -n 20000 -w 3
claim 'nothing is written' [ "$(echo ./*)" = './err ./out' ]
sed '/^$/,$d' out | grep -v '^#' >speeds
sed '1,/^# parts/d' out >parts
claim 'shorter and longer, each serially and by 1, 2 and 3 workers, for each beam' \
	[ "$(wc -l <speeds)" = $((2 * 4 * n_beams)) ]
claim 'one worker is the measure of the others' \
	[ "$(grep -c '^C-12 400 MeV/u *20*000* *1 .* 1.00 *100 %' speeds)" = 2 ]
claim 'each row has a speed, in steps more than 10 times that in histories' \
	awk '!($(NF - 6) > 0 && $(NF - 5) > 10 * $(NF - 6)) { bad = 1 } END { exit bad }' speeds
claim 'and each beam the parts of a step, none of which is all of it' \
	awk '{ for (k = NF - 7; k < NF; k++) if (!($k > 0 && $k < 0.9 * $NF)) bad = 1 }
		END { exit bad || NR != '$n_beams' }' parts

exits 0 bench -n 2000 -w 1 --json
claim 'as JSON' /usr/bin/python3 -c '
import json, sys
table = json.load(open("out"))
runs, parts = table["runs"], table["parts_of_a_step_ns"]
sys.exit(not (len(runs) == 4 * int(sys.argv[1]) and all(r["ns_per_step"] > 0 for r in runs)
    and len(parts) == int(sys.argv[1]) and all(p["tally"] > 0 for p in parts)))' $n_beams

IONFARM_KERNEL=base
export IONFARM_KERNEL
exits 0 bench -n 200 -w 1
claim 'the kernel is the one that was measured' grep -q 'kernel base$' out
unset IONFARM_KERNEL

exits 2 bench job.yaml && says 'bench takes no operand' && ok 'an operand is refused'
exits 2 bench --frob && says "unknown option '--frob'" && ok 'an unknown option is refused'
exits 2 bench -w 0 && says '--workers' && ok 'no workers are refused'
finish
