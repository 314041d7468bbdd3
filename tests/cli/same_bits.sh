#!/bin/sh
# The same job and seed give the same bits: serially, for any number of workers, with one slab each
# or one for all, with and without a shorter last range, with and without nuclear interactions.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

# sha256 of tally.bin. The bits are a promise: a line here changes only with a change of the physics,
# of the random numbers or of the format that is meant, and that NEWS tells. In place of a hash, a line may
# say `unpinned` while the physics is still being made, but not in a release.
golden=$IONFARM_SOURCE/tests/cli/golden.txt

results='tally.bin final_states.npy depth.csv dose.mhd dose.raw dose_error.mhd dose_error.raw particles.csv'

# all_same WORDS DIR_A DIR_B
all_same() {
	for file in $results; do
		case $file in
		final_states.npy | particles.csv) [ ! -e "$2/$file" ] && [ ! -e "$3/$file" ] && continue ;;
		esac
		same "$file" "$2" "$3" || fail "$1: $file differs"
	done
}

small_job 1005 50 'final_states: yes' 'transport: {nuclear: off}' >remainder.yaml
small_job 1000 50 'final_states: yes' 'transport: {nuclear: off}' >full.yaml
small_job 1005 50 'final_states: yes' 'transport: {nuclear: on}' |
	sed 's/^scoring:/&\n  quantities: [let, yields]/; s/proton/C-12/; s/60 MeV/110 MeV\/u/' >reactions.yaml
for job in remainder full reactions; do
	sed 's/^scoring:/&\n  slabs: shared/' $job.yaml >$job.shared.yaml
	run_into $job.serial --serial $job.yaml || finish
	for workers in 1 2 3 7 16; do
		run_into $job.$workers -w $workers $job.yaml
		all_same "$job, $workers workers" $job.serial $job.$workers
		run_into $job.shared.$workers -w $workers $job.shared.yaml
		all_same "$job, $workers workers with one slab" $job.serial $job.shared.$workers
	done
	run_into $job.shared.serial --serial $job.shared.yaml
	all_same "$job, serial with one slab" $job.serial $job.shared.serial
	ok "$job: serial, and 1, 2, 3, 7, 16 workers with a slab each and with one for all"
done

# Ranges that grow with their number: 64 of 10,000 histories, and four larger ones.
small_job 700003 '' 'transport: {nuclear: off}' | sed '/^histories_per_range/d' >growing.yaml
run_into growing.serial --serial growing.yaml || finish
run_into growing.3 -w 3 growing.yaml
all_same 'growing ranges, 3 workers' growing.serial growing.3
exits 0 check growing.yaml
claim 'ranges grow' grep -q '# ranges: 68 of 10000 to 20000 histories$' out
sed 's/^histories: .*/&\nhistories_per_range: 10000/' growing.yaml >alike.yaml
run_into alike -w 2 alike.yaml
claim 'or are alike, with the same dose' same dose.raw growing.serial alike
claim 'and another estimate of its error' differs dose_error.raw growing.serial alike
claim 'the report tells how far they grow' \
	[ "$(number per_range growing.serial/report.json) $(number per_range_max growing.serial/report.json)" = '10000 80000' ]
for k in 1 2 3; do
	run_into growing.part.$k --serial --shard $k/3 growing.yaml
done
exits 0 merge -q -o growing.merged growing.part.3 growing.part.1 growing.part.2
all_same 'growing ranges, three shards' growing.serial growing.merged
run_into growing.longer -w 2 -n 645000 growing.yaml
exits 0 resume -q -n 700003 growing.longer
all_same 'growing ranges, extended' growing.serial growing.longer
files_agree growing.serial 'on ranges that grow'
ok 'growing ranges: 3 workers, ranges that are alike, shards, a run extended'

# By each kernel that this processor can run.
for kernel in base v3 v4; do
	IONFARM_KERNEL=$kernel
	export IONFARM_KERNEL
	ionfarm run -q -w 2 -o "kernel.$kernel" remainder.yaml
	unset IONFARM_KERNEL
	if [ "$status" != 0 ] && grep -q 'IONFARM_KERNEL: ' err; then
		skip "kernel $kernel: $(cat err)"
		continue
	fi
	all_same "kernel $kernel" remainder.serial "kernel.$kernel"
	ok "kernel $kernel"
done

run_into again -w 2 remainder.yaml
all_same 'again' remainder.serial again
run_into by_option -w 2 -n 1000 remainder.yaml
all_same '-n in place of the key' full.serial by_option
run_into seed_1 -w 2 -s 1 full.yaml
all_same 'the default seed is 1' full.serial seed_1
run_into seed_2 -w 2 -s 2 full.yaml
claim 'another seed gives another tally' differs tally.bin full.serial seed_2
claim 'another seed gives another dose' differs dose.raw full.serial seed_2
claim 'another seed gives other histories' differs final_states.npy full.serial seed_2

# The first histories are those of a longer run: a record is 72 bytes behind a header of 512.
head -c $((512 + 72 * 1000)) remainder.serial/final_states.npy | tail -c $((72 * 1000)) >longer
tail -c $((72 * 1000)) full.serial/final_states.npy >shorter
claim 'a run is the beginning of a longer one' cmp -s longer shorter

pinned() {     # NAME DIR
	found=$(hash_of "$2/tally.bin")
	expected=$(sed -n "s/^$1 //p" "$golden")
	[ "$found" = "$expected" ] && ok "$1 has its pinned hash" && return
	[ "$expected" = unpinned ] && head -n 1 "$IONFARM_SOURCE/NEWS" | grep -q 'not released' && {
		skip "nothing is pinned for $1; to pin it, the line of golden.txt is: $1 $found"
		return
	}
	fail "$1: tally.bin has the hash $found, pinned is ${expected:-nothing}"
}
run_into proton --serial remainder.yaml
sed 's/proton/C-12/; s/60 MeV/110 MeV\/u/' remainder.yaml >carbon.yaml
run_into carbon -w 2 carbon.yaml
sed 's/nuclear: off/nuclear: on/' remainder.yaml >proton_nuclear.yaml
sed 's/nuclear: off/nuclear: on/' carbon.yaml >carbon_nuclear.yaml
for name in proton carbon; do
	pinned $name $name
	run_into ${name}_nuclear -w 2 ${name}_nuclear.yaml
	pinned ${name}_nuclear ${name}_nuclear
	claim "$name: nuclear interactions change the bits" differs depth.csv $name ${name}_nuclear
done
finish
