#!/bin/sh
# ionfarm bench: a row for each beam and number of workers, for people and for machines.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

n_beams=7

exits 0 bench -n 20000 -w 3
claim 'serially, 1, 2 and 3 workers for each beam' [ "$(grep -vc '^#' out)" = $((4 * n_beams)) ]
claim 'one worker is the measure of the others' \
	[ "$(grep -c '^C-12 400 MeV/u *1 .* 1.00 *100 %' out)" = 1 ]
claim 'each row has a speed, in steps more than 10 times that in histories' \
	awk '!/^#/ && !($(NF - 6) > 0 && $(NF - 5) > 10 * $(NF - 6)) { bad = 1 } END { exit bad }' out
claim 'nothing is written' [ "$(echo ./*)" = './err ./out' ]

exits 0 bench -n 2000 -w 1 --json
claim 'as JSON' /usr/bin/python3 -c '
import json, sys
runs = json.load(open("out"))["runs"]
sys.exit(not (len(runs) == 2 * int(sys.argv[1]) and all(r["ns_per_step"] > 0 for r in runs)))' $n_beams

exits 2 bench job.yaml && says 'bench takes no operand' && ok 'an operand is refused'
exits 2 bench --frob && says "unknown option '--frob'" && ok 'an unknown option is refused'
exits 2 bench -w 0 && says '--workers' && ok 'no workers are refused'
finish
