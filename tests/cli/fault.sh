#!/bin/sh
# A history that the transport gives an error for is found, left out and named; the rest of the run is whole.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

sound=$IONFARM
faulty=$(dirname "$IONFARM")/tests/faulty_ionfarm
[ -x "$faulty" ] || { skip "there is no $faulty"; exit 77; }

# at_fault HISTORIES STATUS ARGUMENTS...: as exits, with a transport that cannot carry these.
at_fault() {
	FAULT=$1
	shift
	export FAULT
	IONFARM=$faulty
	exits "$@"
	set -- $?
	IONFARM=$sound
	return "$1"
}

small_job 2010 50 'final_states: yes' >job.yaml
run_into whole -w 2 job.yaml || finish
at_fault '' 0 run -q -w 2 -o none job.yaml && claim 'with no fault it is the same program' same tally.bin whole none

at_fault '137 2003' 3 run -q -w 3 -o run job.yaml && ok 'the run ends with status 3'
says 'reported an error, in range 2, items 100 to 149' ': history 137 is at fault' \
	'item 137 of range 2 has killed 3 workers that did it alone: it is left out' \
	'reported an error, in the search of range 40, items 2003 to 2003' ': history 2003 is at fault'
claim 'the report has their number' [ "$(number n_left_out run/report.json)" = 2 ]
for n in 137 2003; do
	claim "history $n has its replay" grep -q "ionfarm run --only-history $n run/plan.yaml" run/report.json
done
files_agree run 'on what was left out'
at_fault '137 2003' 3 run -q -w 1 -o again job.yaml
claim 'the result does not depend on the workers' same tally.bin run again
claim 'and is not the whole one' differs tally.bin run whole

at_fault 137 5 run -q -w 2 --strict -o strict job.yaml && ok 'with --strict it stops with status 5'
says 'history 137 is at fault'
claim 'and a checkpoint' test -f strict/checkpoint
exits 0 resume -q -w 2 strict
claim 'without the fault, resume makes it whole' same tally.bin whole strict

at_fault 137 1 run -q --serial -o serial job.yaml && ok 'a serial run ends with the error'
says 'history 137 is at fault' 'has an item that cannot be done: with workers, it would be found and left out'
at_fault 137 3 resume -q -w 2 serial && ok 'and is gone on with by workers'
at_fault 137 3 run -q -w 2 -o one job.yaml
claim 'which leave out the same' same tally.bin serial one

all=$(seq -s ' ' 100 149)
at_fault "$all" 5 run -q -w 2 -o bad job.yaml && ok 'a range of nothing but faults ends the run with status 5'
says 'that is no bad item but a bad program'
finish
