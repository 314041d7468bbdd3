#!/bin/sh
# Particles that leave are the same bytes whoever did what and whatever died; they can be read by others.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"
reader=$IONFARM_SOURCE/tests/cli/read_phase_space.py

reads() {     # WORDS ARGUMENTS...: of the reader
	claimed=$1
	shift
	if /usr/bin/python3 "$reader" "$@" >out 2>&1; then
		grep -E '^[0-9]+ |^skipped' out
		ok "$claimed"
	elif [ $? = 77 ]; then
		skip "$claimed: $(cat out)"
	else
		fail "$claimed: $(cat out)"
	fi
}

# slab HISTORIES DEPTH LINES...: carbon through water, most of it passes 3 cm.
slab() {
	cat <<-JOB
	histories: $1
	histories_per_range: 50
	beam:
	  ion: C-12
	  energy: 200 MeV/u
	  energy_spread: 0.2 %
	  spot_size: 3 mm
	phantom:
	  material: water
	  size: [30 cm, 30 cm, $2]
	scoring:
	  voxel: [30 cm, 30 cm, 1 mm]
	JOB
	shift 2
	for line; do echo "$line"; done
}
slab 4005 '3 cm' '  phase_space: leaving' >thin.yaml
has_no_spools() { ! ls "$1"/*.spool >/dev/null 2>&1; }
same_leaving() { same leaving.mcpl "$1" "$2" && same tally.bin "$1" "$2"; }

run_into thin --serial thin.yaml || finish
for workers in 1 2 5; do
	run_into thin.$workers -w $workers thin.yaml
	claim "with $workers workers as in one process" same_leaving thin thin.$workers
	claim 'and no spool is left' has_no_spools thin.$workers
done
sed '/phase_space/d' thin.yaml >not.yaml
run_into not -w 2 not.yaml
claim 'a run that keeps them not has the same tally' same tally.bin thin not
claim 'and no such file' [ ! -e not/leaving.mcpl ]
reads 'others read the file, in the right units' leaving thin

# A run is ended, and goes on: with checkpoints, and without any; workers die all the time.
has_done() { n_lines=$(grep -sc '^done ' run/ranges.log); [ "${n_lines:-0}" -ge "$1" ]; }
slab 100005 '3 cm' '  phase_space: leaving' >long.yaml
run_into long -w 2 long.yaml
for signal in KILL TERM; do
	for interval in 0 '20 ms'; do
		rm -rf run
		start run -q -w 2 --checkpoint-interval "$interval" -o run long.yaml
		within "$LIMIT_s" has_done 100
		kill -$signal "$supervisor"
		end
		claim "SIG$signal came before the end" [ "$status" != 0 ]
		exits 0 resume -q -w 3 run
		claim "ended by SIG$signal, checkpoints every $interval, and resumed" same_leaving long run
		claim 'and no spool is left' has_no_spools run
	done
done
rm -rf run
start run -q -w 2 -o run long.yaml
kills=0
while ! is_gone "$supervisor" && [ $kills -lt 8 ]; do
	pause_below 80
	for worker in $(children_of "$supervisor"); do kill -KILL "$worker" 2>/dev/null && kills=$((kills + 1)); break; done
done
end
claim "a run whose workers were killed $kills times" [ "$status" = 0 ]
claim 'has the same' same_leaving long run

# Longer, from its own file; and from a stop.
run_into grown -w 2 -n 2005 thin.yaml
exits 0 resume -q -n 4005 grown
claim 'an extended run' same_leaving thin grown
exits 4 run -q -w 2 --time-limit '100 ms' -o stopped long.yaml
reads 'what a stopped run leaves is whole' leaving stopped
exits 0 run -q --resume=auto -w 2 -o stopped long.yaml
claim 'a stopped run that goes on' same_leaving long stopped

# Without what was done before, a run does not go on, and has not forgotten it later.
exits 4 run -q -w 2 --time-limit '100 ms' -o lost long.yaml
mkdir kept && mv lost/*.spool lost/leaving.mcpl kept
exits 2 resume -q lost
says 'the run cannot go on without the particles that left: the particles that left in range ' && ok 'lost particles are missed'
mv kept/* lost
exits 0 resume -q lost
claim 'and found' same_leaving long lost
run_into lost --force -n 1000 not.yaml
claim 'a new run removes the file of the one before' [ ! -e lost/leaving.mcpl ]

# Shards, in any order and as a tree.
for k in 1 2 3 4 5; do run_into part.$k --serial --shard $k/5 thin.yaml; done
exits 0 merge -q -o merged part.4 part.1 part.5 part.2 part.3
claim 'five shards merged' same_leaving thin merged
exits 0 merge -q --partial -o inner part.5 part.2
reads 'a part with gaps is whole' leaving inner
exits 0 merge -q -o tree part.3 inner part.4 part.1
claim 'a tree of merges' same_leaving thin tree
rm part.3/leaving.mcpl
exits 2 merge -q -o no part.1 part.2 part.3 part.4 part.5
says 'part.3 has no leaving.mcpl, which the job asks for' && ok 'a part without it is refused'

finish
