#!/bin/sh
# The memory that a run takes is what `ionfarm check` says: private pages of all processes, and the
# shared ones once. Sampled while it runs.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

grep -q '^Pss_Shmem:' /proc/self/smaps_rollup 2>/dev/null || { skip 'no smaps_rollup here'; exit 77; }
! grep -q '__asan_init' "$IONFARM" || { skip 'a sanitizer takes memory of its own'; exit 77; }

# A beam that is broader than the phantom: every column of voxels is hit.
cat >broad.yaml <<'JOB'
histories: 4e4
beam:
  ion: proton
  energy: 60 MeV
  spot_size: 25 mm
phantom:
  material: water
  size: [60 mm, 60 mm, 30 mm]
scoring:
  voxel: [1 mm, 1 mm, 0.3 mm]
histories_per_range: 1000
transport: {step: 0.1 mm, range_fraction: 0.3 %}     # so that there is time to look at it
JOB
n_voxels=360000
sed 's/^scoring:/&\n  slabs: shared/' broad.yaml >shared.yaml

# Secondaries wait in each worker.
sed 's/^scoring:/&\n  slabs: shared/; s/proton/C-12/; s/60 MeV/200 MeV\/u/; s/30 mm\]/90 mm]/; s/0.3 mm/1 mm/; s/^transport.*//; s/^histories: .*/histories: 4e5/' \
	broad.yaml >carbon.yaml

sed 's/^histories_per_range: .*/histories_per_range: 10000/' broad.yaml >few.yaml

# 9 million voxels, which are 300 MB for each worker if all are touched; a pencil beam touches few.
cat >pencil.yaml <<'JOB'
histories: 1e4
beam:
  ion: proton
  energy: 60 MeV
phantom:
  material: water
  size: [15 cm, 15 cm, 4 cm]
scoring:
  voxel: [1 mm, 1 mm, 0.1 mm]
histories_per_range: 1000
transport: {step: 0.1 mm, range_fraction: 0.3 %}
JOB

# taken PID...: bytes of the processes together. What is anonymous or shared memory is divided by the
# number of its users; the program and its libraries are counted once.
taken() {
	for pid; do
		cat "/proc/$pid/smaps_rollup" "/proc/$pid/status" 2>/dev/null
	done | awk '/^Pss_(Anon|Shmem):/ { kB += $2 }
		/^RssFile:/ && $2 > file { file = $2 }
		END { print 1024 * (kB + file) }'
}

# sample SUPERVISOR: with all of them halted, since pages change their users while one looks.
sample() {
	kill -s STOP "$1" 2>/dev/null
	# shellcheck disable=SC2046
	set -- "$1" $(children_of "$1")
	kill -s STOP "$@" 2>/dev/null
	now=$(taken "$@")
	kill -s CONT "$@" 2>/dev/null
	[ "$now" -le "$peak" ] || peak=$now
}

peak_of() {     # ARGUMENTS...: of a run; leaves the peak in $peak
	start run -q --force -o run "$@"
	peak=0
	until is_gone "$supervisor"; do
		sample "$supervisor"
		sleep 0.05
	done
	end
	[ "$status" = 0 ] || fail "exit status $status: $*"
}

foretold_by() {     # ARGUMENTS...: of check; leaves the figures in $foretold and, for a checkpoint, $more
	exits 0 check "$@"
	foretold=$(awk '/^# memory: at most/ { printf "%.0f", 1e6 * $5 }' out)
	more=$(awk '/^#   and .* while a checkpoint/ { printf "%.0f", 1e6 * $3 }' out)
}

# least_of WORKERS ARGUMENTS...: what is foretold of as many as have work, which are no more than without -w.
least_of() {
	n=$1
	shift
	exits 0 check "$@"
	at_once=$(awk '/^# memory: at most/ { print $8 - 1 }' out)
	foretold_by -w "$([ "$n" -lt "$at_once" ] && echo "$n" || echo "$at_once")" "$@"
	least=$foretold
}

# fits WORDS WORKERS ARGUMENTS...: no more than is foretold of so many workers, and hardly less than of those that
# have work.
fits() {
	what=$1 n=$2
	shift 2
	least_of "$n" "$@"
	foretold_by -w "$n" "$@"
	peak_of -w "$n" "$@"
	claim "$what: $peak bytes, foretold were $least to $foretold" \
		awk -v a="$peak" -v b="$least" -v c="$foretold" 'BEGIN { exit !(a > 0.9 * b && a <= c) }'
}

# room_fits WORDS ARGUMENTS...: what `check` says of the disk bounds what a run leaves and holds meanwhile.
room_fits() {
	what=$1
	shift
	exits 0 check "$@"
	foretold=$(awk '/^# disk: at most/ { printf "%.0f", 1e6 * $5 }' out)
	claim "$what: the room on the disk is compared with what there is" grep -q 'current directory has room for' out
	run_into room --force "$@"
	taken=$(cat room/* room/.lock | wc -c)
	claim "$what: $taken bytes on the disk, at most $foretold were foretold" \
		awk -v a="$taken" -v b="$foretold" 'BEGIN { exit !(a <= b && a > 0.05 * b) }'
}

sed 's/^histories: .*/&\nfinal_states: yes/' broad.yaml >states.yaml
room_fits 'a broad beam' -n 4001 broad.yaml
room_fits 'with final states' -n 40001 states.yaml
sed 's/voxel:.*/voxel: [0.1 mm, 0.1 mm, 0.1 mm]/' states.yaml >fine.yaml
exits 0 check -w 1000 -n 1e15 fine.yaml
claim 'what the machine cannot hold is told' [ "$(grep -c 'the run is refused here' out)" = 2 ]
claim 'so is what it can' grep -q 'this machine has .* MB, of which .* MB are free' out

foretold_by --serial broad.yaml
peak_of --serial broad.yaml
claim "serial: $peak bytes, foretold were $foretold" \
	awk -v a="$peak" -v b="$foretold" 'BEGIN { exit !(a > 0.9 * b && a <= b) }'
fits '1 worker' 1 broad.yaml
fits '3 workers' 3 broad.yaml
claim 'no more than 48 bytes for each voxel, worker and the supervisor, and 50 MB' \
	[ "$peak" -le $((48 * n_voxels * 4 + 50000000)) ]
fits '6 workers with one slab' 6 shared.yaml
fits '6 workers with one slab, and nuclear interactions of carbon' 6 carbon.yaml
least_of 2 -n 400900 few.yaml
foretold_by -w 2 -n 400900 few.yaml
peak_of -w 2 -n 400900 --checkpoint-interval 0.2s few.yaml
claim "with checkpoints and a shorter last range: $peak bytes, foretold were $((foretold + more))" \
	awk -v a="$peak" -v least="$least" -v b="$foretold" -v more="$more" \
	'BEGIN { exit !(a > 0.9 * least + 0.5 * more && a <= b + more) }'
foretold_by -w 2 -n 39900 few.yaml
peak_of -w 2 -n 39900 few.yaml
claim "2 workers and a shorter last range: $peak bytes, no more than $foretold" [ "$peak" -le "$foretold" ]
foretold_by -w 2 pencil.yaml
peak_of -w 2 pencil.yaml
claim "a pencil beam takes $peak bytes of $foretold" [ "$peak" -lt $((foretold / 20)) ]
finish
