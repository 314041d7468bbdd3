#!/bin/sh
# Particles that leave are the same bytes whoever did what and whatever died; they can be read by others, and be the
# beam of another run. What cannot be such a beam is refused.
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
# by_each_kernel DIR JOB: those that this processor can run leave the same as DIR.
by_each_kernel() {
	for kernel in base v3 v4; do
		IONFARM_KERNEL=$kernel
		export IONFARM_KERNEL
		ionfarm run -q -w 2 -o "$1.$kernel" "$2"
		unset IONFARM_KERNEL
		if [ "$status" != 0 ] && grep -q 'IONFARM_KERNEL: ' err; then
			skip "kernel $kernel: $(cat err)"
			continue
		fi
		claim "$1 by kernel $kernel" same_leaving "$1" "$1.$kernel"
	done
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
by_each_kernel thin thin.yaml
reads 'others read the file, in the right units' leaving thin

# A run is ended, and goes on: with checkpoints, and without any; workers die all the time.
has_done() { n_lines=$(grep -sc '^done ' run/ranges.log); [ "${n_lines:-0}" -ge "$1" ]; }
slab 200005 '3 cm' '  phase_space: leaving' >long.yaml
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
claim "which is more than 0" [ $kills -gt 0 ]
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

# The beam of a second phantom: thin and what follows are as good as the whole.
slab 20000 '10 cm' >thick.yaml
slab 20000 '3 cm' '  phase_space: leaving' >thin.yaml
run_into thick -w 2 -s 2 thick.yaml
run_into thin --force -w 2 thin.yaml
behind() {     # HISTORIES FILE LINES...
	cat <<-JOB
	histories: $1
	histories_per_range: 100
	beam:
	  phase_space:
	    file: $2
	    shift: [0 mm, 0 mm, -30 mm]
	JOB
	shift 2
	for line; do echo "    $line"; done
	slab 1 '7 cm' | sed -n '/^phantom/,$p'
}
particles() { od -An -j8 -N8 -tu8 "$1" | tr -d ' '; }
n=$(particles thin/leaving.mcpl)
behind "$n" thin/leaving.mcpl >behind.yaml
run_into behind -w 2 behind.yaml
reads 'two phantoms are as good as one' behind thick thin behind 3
run_into behind.1 --serial behind.yaml
claim 'whatever the number of workers' same tally.bin behind behind.1
sed 's/^scoring:/&\n  phase_space: leaving/' behind.yaml >onwards.yaml
run_into onwards -w 2 onwards.yaml
by_each_kernel onwards onwards.yaml
cp thin/leaving.mcpl moved.mcpl
gzip -k moved.mcpl
behind "$n" moved.mcpl.gz >moved.yaml
run_into behind.gz -w 2 moved.yaml
claim 'a compressed copy elsewhere is the same beam' same tally.bin behind behind.gz
exits 0 check behind.yaml && cp out described.yaml && run_into described -w 2 described.yaml
claim 'and so is what check shows' same tally.bin behind described

# More histories than particles, if that is asked for.
exits 2 run -q -n $((n + 1)) -o no behind.yaml
says "has $n particles for $((n + 1)) histories; 'reuse: yes' in beam.phase_space takes them again"
exits 2 run -q --only-history "$n" behind.yaml && ok 'none is used twice unasked'
exits 2 resume -q -n $((n + 1)) behind && ok 'nor when a run is extended'
behind "$n" thin/leaving.mcpl 'reuse: yes' >again.yaml
run_into again -w 2 -n $((n + 100)) again.yaml
run_into behind.less -w 2 -n "$((n - 5))" behind.yaml
exits 0 resume -q -n "$n" behind.less
claim 'a run extended to all of them' same tally.bin behind behind.less

# Another file is another plan.
cp thin.2/leaving.mcpl moved.mcpl
gzip -kf moved.mcpl
exits 2 run -q --resume=auto -n 100 -o behind.gz moved.yaml
says 'is of another plan (there / here): beam.phase_space: ' && ok 'another file is another plan'

# What another program has written: protons alone, chosen by the library's tool.
if command -v mcpltool >/dev/null; then
	mcpltool --extract -p2212 thin/leaving.mcpl protons.mcpl >tool
	behind 100 protons.mcpl.gz >protons.yaml
	exits 0 check protons.yaml
	claim 'a file of mcpltool' grep -q "^  # $(sed -n 's/.*extracted \([0-9]*\) .*/\1/p' tool) ions: H-1\$" out
	run_into protons protons.yaml
else
	skip 'mcpltool is not installed'
fi

# What cannot be a beam is refused with its place in the job.
refused() {     # WORDS FILE SAID...
	refused=$1
	sed "s|thin/leaving.mcpl|$2|" behind.yaml >bad.yaml
	shift 2
	exits 2 check bad.yaml && says "bad.yaml:5:11: beam.phase_space.file: " "$@" && ok "$refused is refused"
}
head -c 100000 thin/leaving.mcpl >cut.mcpl
refused 'a cut file' cut.mcpl 'it ends after '
head -c 3000 moved.mcpl.gz >cut.mcpl.gz
refused 'a cut compressed file' cut.mcpl.gz 'its compressed data are cut'
refused 'a job' thin.yaml 'no MCPL file'
refused 'a file that is not there' nowhere.mcpl 'No such file'
{ head -c 8 moved.mcpl; printf '\0\0\0\0\0\0\0\177'; tail -c +17 moved.mcpl; } >huge.mcpl
refused 'a count that is absurd' huge.mcpl 'it ends after '
sed 's/^  phase_space:/  energy: 100 MeV\n&/' behind.yaml >both.yaml
exits 2 check both.yaml && says 'beam.energy: not together with beam.phase_space' && ok 'an energy beside it is refused'
cp "$IONFARM_SOURCE/examples/my_table.txt" table.txt
sed 's/^phantom:/&\n  stopping_power: table.txt/' behind.yaml >table.yaml
exits 2 check table.yaml && says 'kinds of ions, and a table is for one' && ok 'a table for several ions is refused'
finish
