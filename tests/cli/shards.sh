#!/bin/sh
# A job cut into shards and merged, in any order and as trees, gives the files of one run; what does not belong
# together is refused. SHARDS: the most shards of the test, 64 unless told.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"
: "${SHARDS:=64}"

small_job 5005 50 'final_states: yes' >job.yaml
run_into whole -w 2 job.yaml || finish

all_same() {     # WORDS DIR_A DIR_B
	for file in tally.bin dose.mhd dose.raw dose_error.raw depth.csv particles.csv final_states.npy plan.yaml; do
		same "$file" "$2" "$3" || { fail "$1: $file differs"; return 1; }
	done
	ok "$1"
}

# shards N ARGUMENTS...: N/1 to N/N, as directories N/K
shards() {
	n=$1
	shift
	mkdir -p "$n"
	for k in $(seq "$n"); do
		exits 0 run -q --serial --shard "$k/$n" -o "$n/$k" "$@" || return 1
	done
}

for n in 1 2 7 64; do
	shards $n job.yaml
	# shellcheck disable=SC2046,SC2086
	exits 0 merge -q -o merged.$n $(printf '%s\n' $n/* | shuf)
	all_same "$n shards in random order" whole "merged.$n"
done

# A tree of merges, whose inner nodes have gaps.
tree() {     # N DIR: merges the parts N/1 to N/N three at a time, in random order, until one is left
	parts=$(printf '%s\n' "$1"/* | shuf)
	level=0
	while [ "$(echo "$parts" | wc -l)" -gt 3 ]; do
		level=$((level + 1))
		mkdir "$2.$level"
		echo "$parts" | xargs -n 3 sh -c 'exec "$IONFARM" merge -q --partial -o "$0/$$" "$@"' "$2.$level" ||
			fail 'a node of the tree cannot be merged'
		parts=$(printf '%s\n' "$2.$level"/* | shuf)
	done
	# shellcheck disable=SC2086
	exits 0 merge -q -o "$2" $parts
}
for n in 7 64; do
	tree $n tree.$n
	all_same "$n shards as a tree" whole tree.$n
done
claim 'a prefix is one stretch' "$IONFARM" merge -q --partial -o prefix 64/3 64/1 64/2
claim 'of the first ranges' [ "$(grep -c '"first": 0,$' prefix/report.json),$(grep -c '"last"' prefix/report.json)" = 1,1 ]

# More of them, from a job with a range of one history for each.
if [ "$SHARDS" -gt 64 ]; then
	small_job "$SHARDS" 1 'final_states: yes' >tiny.yaml
	run_into tiny.whole -w 2 tiny.yaml
	shards "$SHARDS" tiny.yaml
	# shellcheck disable=SC2046
	exits 0 merge -q -o tiny.merged $(printf '%s\n' "$SHARDS"/* | shuf)
	all_same "$SHARDS shards in random order" tiny.whole tiny.merged
	tree "$SHARDS" tiny.tree
	all_same "$SHARDS shards as a tree" tiny.whole tiny.tree
fi

# Other things to score, a table of the user's, a run without a shorter last range, slabs that are shared.
cp "$IONFARM_SOURCE/examples/my_table.txt" table.txt
sed 's/^scoring:/&\n  slabs: shared/; s/^phantom:/&\n  stopping_power: table.txt/; s/  voxel.*/  cylinder:\n    radii: [0 mm, 2 mm, 5 mm, 15 mm]\n    depth_bin: 2 mm\n  quantities: [dose, fluence, let]/; s/^histories: .*/histories: 5000/; /final/d' \
	job.yaml >other.yaml
if "$IONFARM" check other.yaml >out 2>err; then
	run_into other -w 2 other.yaml
	mkdir other.3
	for k in 1 2 3; do run_into other.3/$k -w 2 --shard $k/3 other.yaml; done
	rm table.txt
	exits 0 merge -q -o other.merged other.3/*
	for file in tally.bin cylinder.csv depth.csv plan.yaml; do
		claim "rings, LET, a table: $file" same $file other other.merged
	done
	exits 0 resume -q -n 6001 other && exits 0 resume -q -n 6001 other.merged
	claim 'a merged result can be extended as any other' same tally.bin other other.merged
else
	fail "other.yaml: $(cat err)"
fi

# A shard is stopped, killed, and goes on, as a whole run is.
has_done() { [ -f part/ranges.log ] && [ "$(grep -c '^done ' part/ranges.log)" -ge "$1" ]; }
# Short steps, so that there is time to interrupt it.
small_job 20005 50 'transport: {nuclear: off, step: 0.02 mm, range_fraction: 0.1 %}' >long.yaml
run_into long -w 2 long.yaml
for k in 1 3; do run_into long.$k -w 2 --shard $k/3 long.yaml; done
for signal in TERM KILL; do
	for interval in 0 '20 ms'; do
		rm -rf part
		start run -q -w 2 --shard 2/3 --checkpoint-interval "$interval" -o part long.yaml
		within "$LIMIT_s" has_done 5
		kill -$signal "$supervisor"
		end
		exits 0 status part && claim 'status says which shard' grep -q '^part  *shard 2/3$' out
		exits 2 merge -o no long.1 part long.3
		says 'missing: shard 2/3, ranges' 'part is not complete' 'nothing was merged'
		exits 0 resume -q -w 3 part
		exits 0 merge -q --force -o long.merged long.1 part long.3
		claim "a shard ended by $signal, checkpoints every $interval, and resumed" same tally.bin long long.merged
	done
done
rm -rf part
exits 4 run -q -w 2 --shard 2/3 --time-limit '1 ms' -o part long.yaml
exits 0 run -q -w 2 --shard 2/3 --resume=auto -o part long.yaml
exits 0 run --shard 2/3 --resume=auto -o part long.yaml
claim 'a complete shard is left as it is' grep -q 'part is complete already: ' out
exits 0 merge -q --force -o long.merged long.1 part long.3
claim 'a shard started again until it is complete' same tally.bin long long.merged

# A directory stays what it is.
exits 2 run -q --resume=auto -o part long.yaml && says 'holds shard 2/3' && ok 'a shard is no beginning of the whole'
exits 2 run -q --resume=auto --shard 1/3 -o part long.yaml && says 'cannot become another part' && ok 'nor of another'
exits 2 run -q --resume=auto --shard 2/3 -o long long.yaml && says 'holds a whole run' && ok 'nor the whole of a shard'
exits 2 run -q --shard 2/3 -o part long.yaml && says '--force replaces it' && ok 'a part is not replaced'
exits 2 resume -q -n 1e5 part && says 'cannot be extended' && ok 'a part is not extended'
exits 2 resume -q prefix && says 'holds merged parts' && ok 'a merged part is not computed'

# What is wrong with parts is told all at once.
cp -r 7/3 damaged
printf x | dd of=damaged/part.bin bs=1 seek=3000 conv=notrunc 2>/dev/null
cp -r 7/4 cut
head -c 2400 7/4/part.bin >cut/part.bin
run_into seed --shard 5/7 -s 2 job.yaml
run_into fewer --shard 5/7 -n 5000 job.yaml
run_into shifted --shard 1/2 job.yaml
mkdir empty
exits 2 merge -o no 7/1 damaged cut seed fewer 7/1 shifted whole empty 7/7
says 'damaged/part.bin: damaged part: its checksum does not fit' 'cut/part.bin: damaged part: ' \
	'seed is part of another plan than 7/1 (there / here): seed: 1 / 2' \
	'fewer is part of a run of 5000 histories, 7/1 of one of 5005' '7/1 and 7/1 both have ranges 0 to 14' \
	'7/1 and shifted both have ranges 0 to 14' 'whole holds the result of a whole run' 'empty/part.bin: No such file' \
	'missing: shard 2/7, ranges 15 to 28 of 101' 'missing: shard 5/7' 'missing: shard 6/7' \
	'nothing was merged: 11 faults' && ok 'each wrong part is named'
claim 'and nothing was written' [ ! -e no ]
for part in damaged cut seed fewer shifted whole empty; do
	exits 2 merge -q --partial -o no 7/1 $part && ok "--partial does not take $part"
done
claim 'nor is anything written then' [ ! -e no ]
rm -r cut/part.bin
exits 2 merge -q --partial -o no cut && says 'cut/part.bin: No such file' && ok 'a part that has gone is missed'

# A part of the whole says so.
exits 0 merge --partial -o gappy 7/5 7/1 7/7
claim 'a part tells of what, in the summary' grep -q '^part  *ranges 0 to 14, 58 to 71, 86 to 100 of 101, of a run of 5005' out
claim 'in the report' [ "$(number n_ranges gappy/report.json),$(number of_ranges gappy/report.json)" = 44,101 ]
exits 0 status gappy && claim 'in the status' grep -q '^part  *ranges 0 to 14, ' out
claim 'and has no tally.bin that could be taken for the whole' [ ! -e gappy/tally.bin ]
claim 'but doses' [ -s gappy/dose.raw ]
if command -v gnuplot >/dev/null; then
	exits 0 plot gappy && claim 'and pictures that say so' grep -q 'part: ranges 0 to 14' gappy/plot/depth.gp
fi
exits 0 export -t csv gappy && claim 'and exports that say so' grep -q '; part: ranges 0 to 14, ' out
claim 'its states are those of its ranges' [ "$(wc -c <gappy/final_states.npy)" = $((512 + 72 * (43 * 50 + 5))) ]

cp -r 7/2 stateless
rm stateless/final_states.npy
exits 2 merge -q --partial -o no 7/1 stateless && says 'stateless has no final_states.npy' && ok 'states that are missing are told'
claim 'before anything is written' [ ! -e no ]

# Where the sum goes.
exits 2 merge -q -o 7/1 7/* && says 'is one of the parts' && ok 'a part does not become the sum'
exits 2 merge -q -o merged.7 7/* && says '--force replaces it' && ok 'a result is not replaced'
exits 0 merge -q --force -o gappy 7/* && all_same 'with --force it is' whole gappy
claim 'all of it' [ ! -e gappy/part.bin ]
exits 2 merge 7/* && says 'merge needs --output' && ok 'a place is asked for'
exits 2 merge -o no && says 'one or more parts' && ok 'and parts'
n=0
while [ $n -lt 20 ]; do
	rm -rf killed
	start merge -q -o killed 64/*
	pause_below 40
	kill -KILL "$supervisor" 2>/dev/null
	end
	n=$((n + 1))
	[ ! -e killed/tally.bin ] || same tally.bin whole killed || fail 'half a sum has the name of a whole one'
done
exits 0 merge -q --force -o killed 64/* && all_same 'after 20 kills it is merged again' whole killed

# As in the manual, but on this machine alone; the second time there is nothing left to do.
mkdir parallel
if parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
	for n in 1 2; do
		# shellcheck disable=SC2046
		parallel -j 2 "$IONFARM" run -q --resume=auto -w 1 --shard '{}/12' -o 'parallel/{}' job.yaml ::: $(seq 12) \
			>out 2>err || fail "parallel: $(cat err)"
	done
	exits 0 merge -q -o parallel.merged parallel/* && all_same 'shards by GNU parallel' whole parallel.merged
else
	skip 'GNU parallel is not installed'
fi

# Who says which shard.
slurm() {     # ID MIN MAX STEP COUNT
	export SLURM_ARRAY_TASK_ID="$1" SLURM_ARRAY_TASK_MIN="$2" SLURM_ARRAY_TASK_MAX="$3" SLURM_ARRAY_TASK_STEP="$4" \
		SLURM_ARRAY_TASK_COUNT="$5"
}
is_shard() { [ "$(number shard auto/report.json)/$(number of_shards auto/report.json)" = "$1" ]; }
slurm 3 1 7 1 7
exits 0 run -q --force --shard auto -o auto job.yaml && claim 'task 3 of 1-7 is shard 3/7' is_shard 3/7
claim 'with the bits of that' same part.bin 7/3 auto
slurm 6 0 12 2 7
exits 0 run -q --force --shard auto -o auto job.yaml && claim 'task 6 of 0-12:2 is shard 4/7' is_shard 4/7
slurm 5 5 5 1 1
exits 2 run -q --shard auto -o no job.yaml && says 'not a whole one' && ok 'an array of the tasks that are left is not'
exits 0 run -q --force --shard auto/7 -o auto job.yaml && claim 'with auto/7 it is shard 5/7' is_shard 5/7
slurm 4 1 9 1 4
exits 2 run -q --shard auto -o no job.yaml && says 'not a whole one' && ok 'nor is one with holes'
_CONDOR_PROCNO=1 _CONDOR_NPROCS=7
export _CONDOR_PROCNO _CONDOR_NPROCS
exits 2 run -q --shard auto -o no job.yaml && says 'are both set' && ok 'two batch systems are one too many'
unset SLURM_ARRAY_TASK_ID
exits 0 run -q --force --shard auto -o auto job.yaml && claim 'process 1 of 7 is shard 2/7' is_shard 2/7
unset _CONDOR_PROCNO
exits 2 run -q --shard auto -o no job.yaml && says 'neither SLURM_ARRAY_TASK_ID nor _CONDOR_PROCNO' && ok 'none is too few'
for shard in 0/7 8/7 7 a/7 1/b / 1/ /7 '' 1/1000001 -1/7 auto/ auto/7; do
	exits 2 run -q --shard "$shard" -o no job.yaml && says '--shard ' && ok "refused: --shard '$shard'"
done
exits 2 run -q --shard 1/102 -o no job.yaml && says '102 shards of 5005 histories in ranges of up to 50:' && ok 'each shard has a range'
sed '/^histories_per_range/d' job.yaml >growing.yaml
exits 2 run -q --shard 1/60 -n 700000 -o no growing.yaml && says '60 shards of 700000 histories in ranges of up to 20000:' && ok 'of those that grow too'
exits 2 run -q --shard 1/2 --only-history 3 job.yaml && says 'exclude each other' && ok 'one history has no shard'
sed 's/^histories: .*/&\nuncertainty: 1 %/' job.yaml >accurate.yaml
exits 2 run -q --shard 1/2 -o no accurate.yaml && says 'ends at an uncertainty' && ok 'a part knows no uncertainty of the whole'
claim 'what was refused left nothing' [ ! -e no ]

# The processes of HTCondor's submit file, as far as a shell can play it: what it would put in for $(...), the words of
# the environment and of the arguments.
of_process() {     # KEY PROCESS
	sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" "$IONFARM_SOURCE/examples/htcondor/shards.sub" |
		sed "s/\$(Process)/$2/g; s/\$(N)/4/g; s/\$(request_cpus)/2/g; s/\$(job)/job.yaml/g"
}
for process in 0 1 2 3; do
	# shellcheck disable=SC2046
	env $(of_process environment $process) timeout "$LIMIT_s" "$IONFARM" $(of_process arguments $process) >out 2>err ||
		fail "process $process: $(cat err)"
done
exits 0 merge -q -o condor shard.?
claim 'the processes of the submit file are the shards of the run' same tally.bin whole condor
finish
