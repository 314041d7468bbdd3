#!/bin/sh
# Whatever ends a run, resume goes on with it, and the result is that of a run that nothing disturbed.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

results='tally.bin final_states.npy depth.csv dose.raw dose_error.raw'

# Short steps, so that there is time to interrupt it.
slowly='transport: {nuclear: off, step: 0.02 mm, range_fraction: 0.1 %}'

# prepare N: the jobs of N histories, and what an undisturbed run makes of them.
prepare() {
	histories=$1
	small_job "$histories" 50 'final_states: yes' "$slowly" >job.yaml
	sed "s/^histories:.*/histories: $((histories - 15))/" job.yaml >less.yaml
	sed 's/^scoring:/&\n  slabs: shared/' job.yaml >shared.yaml
	rm -rf whole
	run_into whole -w 2 job.yaml || finish
}
prepare 20005
small_job 3010 50 'final_states: yes' "$slowly" >short.yaml
run_into whole.short -w 2 short.yaml || finish

all_same() {     # WORDS DIR_A DIR_B
	for file in $results; do
		same "$file" "$2" "$3" || { fail "$1: $file differs"; return 1; }
	done
	ok "$1"
}

has_done() { n_lines=$(grep -sc '^done ' run/ranges.log); [ "${n_lines:-0}" -ge "$1" ]; }
has_come() { [ -f "$1" ] || is_gone "$supervisor"; }
is_saved() { [ -f run/checkpoint ]; }

# begin OPTIONS... JOB: a run in the background that has done some ranges, and is not done.
begin() {
	rm -rf run
	start run -q -o run "$@"
	within "$LIMIT_s" has_done 5 || fail "$*: nothing was done"
}

# strike SIGNAL OPTIONS... JOB: begins and ends one by a signal; if it was done before that, again with twice as
# many histories, until they take longer than this script does to strike.
strike() {
	signal=$1
	shift
	while :; do
		begin "$@"
		[ -z "${until-}" ] || within "$LIMIT_s" has_come "run/$until" || fail "$*: no $until"
		kill -"$signal" "$supervisor" 2>/dev/null
		end
		[ "$status" = 0 ] || return
		[ "$histories" -lt 10000000 ] || break
		prepare $((2 * histories - 5))
	done
	fail "$*: is always faster"
}

# The handler has to be there before the signal is sent, which else ends the process.
sends_usr1() {
	mask=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$supervisor/status" 2>/dev/null)
	[ -n "$mask" ] && [ $((0x$mask >> 9 & 1)) = 1 ] && kill -USR1 "$supervisor"
}

n_checkpoints() { find run -name 'checkpoint*' | wc -l; }

# Stopped by a signal, resumed with another number of workers.
for way in 'TERM -w:2 -w:3' 'INT -w:3 --serial' 'TERM --serial -w:2'; do
	# shellcheck disable=SC2086
	set -- $way
	# shellcheck disable=SC2046
	strike "$1" $(echo "$2" | tr : ' ') job.yaml
	claim "$way: stopped with status 4" [ "$status" = 4 ]
	claim "$way: a checkpoint is there" is_saved
	# shellcheck disable=SC2046
	exits 0 resume -q $(echo "$3" | tr : ' ') run
	all_same "$way: the result is that of an undisturbed run" whole run
	claim "$way: no checkpoint is left" [ "$(n_checkpoints)" = 0 ]
done

# Killed, with checkpoints every few milliseconds, then with none at all.
for interval in '20 ms' 0; do
	for job in job.yaml shared.yaml; do
		[ "$interval" = 0 ] && until= || until=checkpoint
		strike KILL -w 2 --checkpoint-interval "$interval" $job
		exits 0 status run
		grep -q '^state  *dead$' out || fail "status says: $(cat out)"
		saved=$(sed -n 's/^saved *\([0-9]*\) histories, .*/\1/p' out)
		exits 0 status --json run
		[ "$(number histories_saved out)" = "$saved" ] || fail "status --json says: $(cat out)"
		[ "$interval" != 0 ] || [ "$saved" = 0 ] || fail "saved without a checkpoint: $saved"
		exits 2 run -q -o run $job
		case $interval in
		0) says 'a run that left nothing to go on from (final_states.npy is there)' "'ionfarm resume run' starts it again" ;;
		*) says "a checkpoint of this plan with $saved of $histories histories" ;;
		esac
		n=0
		while [ $n -lt 3 ]; do      # and again
			start resume -q -w 3 --checkpoint-interval '20 ms' run
			within "$LIMIT_s" grep -q '^resumed ' run/ranges.log
			went_on=$(sed -n 's/^resumed .*histories=\([0-9]*\) .*/\1/p' run/ranges.log | tail -n 1)
			[ $n != 0 ] || [ "$went_on" = "$saved" ] || fail "status has seen $saved histories saved, not $went_on"
			pause_below 100
			kill -KILL "$supervisor"
			end
			n=$((n + 1))
		done
		ionfarm run -q -w 1 --resume=auto -o run $job
		case $status in 0) ;; *) fail "--resume=auto: $status: $(cat err)" ;; esac
		all_same "$job killed 4 times, checkpoints every $interval" whole run
	done
done

# A script that is simply started again.
rm -rf run
exits 0 run -q --resume=auto -w 2 -o run short.yaml && ok '--resume=auto starts what is not there'
exits 0 run --resume=auto -w 2 -o run short.yaml
claim 'and says of a complete one that it is' grep -q 'run is complete already: 3010 histories' out
exits 2 run -q -o run short.yaml && says 'holds the result' && ok 'without it, a result is not replaced'
exits 0 run -q --force -o run short.yaml && ok '--force replaces it'

# More histories later: from a result with and without a shorter last range, and from a checkpoint.
exits 0 resume -q -w 3 -n "$histories" run
all_same 'a result that is extended is that of a longer run' whole run
run_into run2 -w 2 -n 3000 short.yaml
cp -r run2 ahead
is_ahead() {
	exits 0 status --json ahead && [ "$(number checkpoints out)" -gt 0 ] && [ "$(number histories_done out)" -gt 3500 ]
}
start resume -q -w 1 -n 1e7 --checkpoint-interval '20 ms' ahead
within "$LIMIT_s" is_ahead
kill -KILL "$supervisor"
end
if command -v gnuplot >/dev/null; then
	exits 0 plot ahead && says 'the pictures show the 3000 histories of tally.bin; a checkpoint holds '
	ok 'plot tells that a checkpoint has more'
fi
exits 0 resume -q -n 3010 run2
all_same 'so is one without a shorter range' whole.short run2
until=
strike TERM -w 2 less.yaml
exits 0 resume -q -n "$histories" run
all_same 'so is a checkpoint' whole run
# Killed when the result was written, and nothing but the checkpoints was still to be removed: what is removed before
# are older files of ranges.log, report.json and particles.csv.
if has_strace; then
	strace -qq -o /dev/null -e trace=unlink -e inject=unlink:signal=KILL:when=4 \
		"$IONFARM" run -q -w 2 --checkpoint-interval '5 ms' -o late job.yaml >out 2>err
	[ -f late/checkpoint ] || fail 'no checkpoint was left'
	sed -i 's/"complete"/"running"/' late/status.json
	exits 0 resume late
	grep -q 'complete already' out || fail 'a whole result is not seen'
	claim 'a checkpoint that a kill left is removed' [ "$(find late -name 'checkpoint*' -o -name '.*.tmp')" = '' ]
	exits 0 status late
	claim 'and the run is known as complete' grep -q '^state  *complete$' out
fi
exits 2 resume -q -n 100 run && says 'more than the 100 that are asked for' && ok 'what is done is not undone'
exits 0 resume run && ok 'and stays complete'

# The original job and table may be gone.
mkdir elsewhere
cp "$IONFARM_SOURCE/examples/my_table.txt" elsewhere/table.txt
sed 's/^phantom:/&\n  stopping_power: table.txt/; s/^histories:.*/histories: 3010/' job.yaml >elsewhere/table.yaml
if "$IONFARM" check elsewhere/table.yaml >/dev/null 2>&1; then
	run_into whole.table -w 2 -n 9010 elsewhere/table.yaml
	run_into run3 -w 2 elsewhere/table.yaml
	rm -r elsewhere
	exits 0 resume -q -n 9010 run3
	all_same 'neither the job file nor the table is needed again' whole.table run3
else
	skip 'a table of one'\''s own: the example does not suit protons of 60 MeV'
fi

# Another plan, damage, a second process.
until=checkpoint.old
strike KILL -w 2 --checkpoint-interval '20 ms' job.yaml
until=
exits 2 run -q -o run job.yaml && says "'ionfarm resume run' goes on" && ok 'run asks for resume or --force'
exits 2 run -q -o run --resume=auto -s 7 job.yaml && says 'another plan' 'seed: 1 / 7' && ok 'another plan is refused'
cp -r run both
cp run/checkpoint good
rm run/checkpoint       # it may be the one before as well
head -c 300 good >run/checkpoint
ionfarm resume -w 2 run
claim 'a damaged checkpoint is told' grep -q 'checkpoint before it' err
claim 'and the one before serves' [ "$status" = 0 ]
all_same 'to the same result' whole run
head -c 300 good >both/checkpoint
: >both/checkpoint.old
(cd both && cksum -- * .lock) >before
exits 2 resume -q both && says 'both/checkpoint: ' 'both/checkpoint.old: ' && ok 'two damaged ones are an error'
(cd both && cksum -- * .lock) >after
claim 'that changes nothing' cmp -s before after

begin -w 2 -n 1e7 job.yaml
running=$supervisor
exits 0 status run
! grep -q '^saved' out || fail 'status tells of a run that goes on what it left'
exits 2 resume -q run && says "in use by another ionfarm, process $running" && ok 'a second process is refused'
exits 2 run -q --force -o run job.yaml && says 'in use' && ok 'even with --force'
exits 0 status run && grep -q '^state  *running$' out && ok 'status sees it run'
kill -KILL "$supervisor"
end
start resume -w 2 run
within "$LIMIT_s" grep -q '^resumed ' run/ranges.log
within "$LIMIT_s" sends_usr1
within 20 grep -q 'of 10000000 histories, ' err && ok 'SIGUSR1 prints the status'
kill -KILL "$supervisor"
end
exits 0 resume -q -n "$histories" run && ok 'the lock dies with its owner'
all_same 'and the result is whole' whole run

# An accuracy in place of a number.
sed 's/^histories: .*/histories: 1e6\nuncertainty: 4 %/' job.yaml >accurate.yaml
run_into accurate.2 -w 2 accurate.yaml
run_into accurate.s --serial accurate.yaml
all_same 'the stop at an uncertainty is always the same' accurate.2 accurate.s
exits 0 resume accurate.2 && grep -q 'complete already' out && ok 'and the run is complete'
n=$(number "done" accurate.2/report.json)
run_into accurate.n -w 2 -n "$n" job.yaml
same tally.bin accurate.2 accurate.n || fail "it is not a run of $n histories"
claim "the uncertainty is reached with $n histories" [ "$n" -lt 1000000 ]

# One history alone.
"$IONFARM" run --only-history 17 job.yaml >out 2>err
claim 'one history alone is that of the run' grep -q '^history  *17$' out
finish
