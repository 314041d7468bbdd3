#!/bin/sh
# The supervisor is killed at a random moment: no worker lives on, and nothing stays in /dev/shm.
#     ORPHANS_KILLS=20 orphans.sh        default: 6 kills
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

wanted=${1:-${ORPHANS_KILLS:-6}}
# A range of the first job takes half a minute: its workers must not live to its end.
small_job 1e9 1e6 >job.yaml
small_job 1e9 100 >plain.yaml
sed 's/^scoring:/&\n  slabs: shared/' plain.yaml >shared.yaml

# The processes of a run, by its directory on their command line: a worker has its supervisor's.
# (The pattern is in a file, so that grep does not find itself.)
processes() { grep -lFaf pattern /proc/[0-9]*/cmdline 2>/dev/null; }
are_gone() { [ -z "$(processes)" ]; }

has_children() { [ -n "$(children_of "$supervisor")" ] || is_gone "$supervisor"; }

murder() {     # NUMBER JOB WHEN
	run=$scratch/run.$1
	echo "$run" >pattern
	start run -q -w 4 -o "$run" "$2"
	victim=$supervisor
	[ "$3" = starting ] || within "$LIMIT_s" has_children || fail "$1: no workers came"
	pause_below 30
	[ "$3" = starting ] || [ "$(processes | wc -l)" -ge 2 ] || fail "$1: no process to be seen"
	kill -KILL "$supervisor"
	end
	[ "$status" = 137 ] || fail "$1: the run ended by itself, status $status"
	within 20 are_gone || fail "$1: processes live on: $(processes | tr '\n' ' ')"
	for name in /dev/shm/farm-"$victim"-*; do
		[ ! -e "$name" ] || fail "$1: $name is left"
	done
	[ ! -e "$run/tally.bin" ] || fail "$1: a result of a run that was killed"
	rm -rf "$run"
}

n=0
while [ $n -lt "$wanted" ]; do
	murder $((n + 1)) job.yaml working
	murder $((n + 2)) shared.yaml starting
	n=$((n + 2))
done
[ "$failed" = 0 ] && ok "$n supervisors killed, no process and no shared memory left"
finish
