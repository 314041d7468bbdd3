#!/bin/sh
# Kills random workers at random moments: every run ends well, with the bits of an undisturbed one.
#     CHAOS_KILLS=200 chaos.sh        default: 30 kills
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

wanted=${1:-${CHAOS_KILLS:-30}}
runs_max=$((wanted + 20))
kills=0 deaths=0 finished=0 runs=0
histories=$((1500 * wanted + 7))

# Tiny ranges that touch many blocks, so that much of a worker's time goes into commits.
cat >job.yaml <<JOB
histories: $histories
histories_per_range: 10
final_states: yes
beam:
  ion: proton
  energy: 30 MeV
  spot_size: 8 mm
phantom:
  material: water
  size: [4 cm, 4 cm, 1 cm]
scoring:
  voxel: [1 mm, 1 mm, 0.5 mm]
JOB
sed 's/^scoring:/&\n  slabs: shared/' job.yaml >shared.yaml
run_into undisturbed --serial job.yaml || finish

# The leak check of a sanitizer ends in a child process that is no worker, and hangs if it is killed.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

ranges_done() { grep -c '^done ' run/ranges.log 2>/dev/null; }

# kill_one SUPERVISOR: one of its workers, whichever. Fails when there is none.
kill_one() {
	children=$(children_of "$1")
	# shellcheck disable=SC2086
	set -- $children
	[ $# -gt 0 ] || return 1
	shift "$(random_below $#)"
	kill -KILL "$1" 2>/dev/null
}

# Kills until the supervisor is gone, and no faster than ranges are done: a farm whose workers die
# without any progress gives up, and rightly so.
harass() {
	seen=0
	give_up_s=$(($(date +%s) + LIMIT_s))
	until is_gone "$1" || [ "$(date +%s)" -gt $give_up_s ]; do
		pause_below 8
		n=$(ranges_done)
		[ "${n:-0}" -gt "$seen" ] || continue
		seen=$n
		kill_one "$1" && kills=$((kills + 1))
	done
}

judge() {     # WORDS
	[ "$status" = 0 ] || { fail "$1: exit status $status"; cat err; return; }
	for file in tally.bin final_states.npy depth.csv dose.raw; do
		same "$file" undisturbed run || fail "$1: $file differs"
	done
	n=$(number n_deaths run/report.json)
	deaths=$((deaths + n))
	finished=$((finished + $(grep -c '"commit_finished": true' run/report.json)))
	[ "$(grep -c '"cause":.*SIGKILL' run/report.json)" = "$n" ] ||
		fail "$1: not every death of $n is told with its signal"
	[ "$(grep -c '^death ' run/ranges.log)" = "$n" ] || fail "$1: ranges.log lacks deaths"
	[ "$(grep -c SIGKILL err)" = "$n" ] || fail "$1: stderr lacks deaths"
}

disturb() {     # WORKERS JOB
	rm -rf run
	start run -q -w "$1" -o run "$2"
	harass "$supervisor"
	end
	judge "$1 workers, $2"
}

while [ "$kills" -lt "$wanted" ] && [ "$runs" -lt "$runs_max" ] && [ "$failed" = 0 ]; do
	for workers in 2 3 5; do
		disturb $workers job.yaml
		disturb $workers shared.yaml
		runs=$((runs + 2))
	done
done
echo "$runs runs, $kills kills, $deaths deaths, of which $finished in a commit that was then completed"
claim "$wanted kills were tried" [ "$kills" -ge "$wanted" ]
claim 'kills were felt' [ "$deaths" -gt 0 ]
claim 'no death is told that nobody caused' [ "$deaths" -le "$kills" ]
finish
