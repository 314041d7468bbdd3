#!/bin/sh
# A full disk: exit status 6, and no file with half of its content under its final name.
# The disks are file systems in memory, in a mount namespace of the test's own.
set -u
if [ "${1-}" != inside ]; then
	[ "$(id -u)" = 0 ] && kind=-m || kind=-rm
	unshare "$kind" mount -t tmpfs none /mnt 2>/dev/null || {
		echo 'skipped: disk_full: no mount namespace may be made here'
		exit 77
	}
	exec unshare "$kind" sh "$0" inside
fi
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

small_job 1005 50 'final_states: yes' >job.yaml
run_into whole -w 2 job.yaml || finish
mkdir disk

is_whole() {     # FILE: of a result
	case $1 in
	report.json) [ "$(tail -n 1 "disk/run/$1")" = '}' ] ;;
	ranges.log|plan.yaml|checkpoint) true ;;
	status.json) [ "$(tail -n 1 "disk/run/$1")" = '}' ] ;;
	*) same "$1" whole disk/run ;;
	esac
}

n_failed=0 n_written=0
for size_kB in 4 8 12 20 40 76 84 100 124 132 140 148 156 164 172 180 188 196 2000; do
	mount -t tmpfs -o size=${size_kB}k none disk || { fail 'no file system could be mounted'; finish; }
	cp job.yaml the.yaml
	[ $size_kB -gt 76 ] || sed '/final_states/d' job.yaml >the.yaml
	ionfarm run -q -w 2 -o disk/run the.yaml
	case $status in
	0) n_written=$((n_written + 1)) ;;
	6) n_failed=$((n_failed + 1))
		grep -q 'No space left on device' err || fail "$size_kB kB: stderr: $(cat err)"
		[ ! -e disk/run/report.json ] || fail "$size_kB kB: a report of a result that is not there" ;;
	*) fail "$size_kB kB: exit status $status: $(cat err)" ;;
	esac
	cp the.yaml whole/job.yaml
	for file in disk/run/* disk/run/.*.tmp; do
		[ -e "$file" ] || continue
		case $file in *.tmp) fail "$size_kB kB: $file is left" ;; esac
		is_whole "${file##*/}" || [ "$status$file" = 6disk/run/final_states.npy ] ||
			fail "$size_kB kB: ${file##*/} is not whole"
	done
	umount disk
done
claim "$n_failed disks were too small" [ $n_failed -ge 8 ]
claim "$n_written were large enough" [ $n_written -ge 1 ]

# Nor is there anything of a sum that does not fit, and the parts stay as they were.
for k in 1 2; do run_into part.$k -w 2 --shard $k/2 job.yaml; done
(cd part.1 && cksum -- *) >before
n_failed=0
for size_kB in 4 8 16 40 80 120 160 190 2000; do
	mount -t tmpfs -o size=${size_kB}k none disk || { fail 'no file system could be mounted'; finish; }
	cp job.yaml whole/job.yaml
	ionfarm merge -q -o disk/run part.1 part.2
	[ "$status" = 0 ] || n_failed=$((n_failed + 1))
	case $status in
	0) [ -e disk/run/report.json ] || fail "$size_kB kB: no report of the merge" ;;
	6) [ ! -e disk/run/report.json ] || fail "$size_kB kB: a report of a merge that is not there" ;;
	*) fail "$size_kB kB: merge: exit status $status: $(cat err)" ;;
	esac
	for file in disk/run/* disk/run/.*.tmp; do
		[ -e "$file" ] || continue
		case $file in *.tmp) fail "$size_kB kB: merge: $file is left" ;; esac
		is_whole "${file##*/}" || [ "$status$file" = 6disk/run/final_states.npy ] ||
			fail "$size_kB kB: merge: ${file##*/} is not whole"
	done
	umount disk
done
(cd part.1 && cksum -- *) >after
claim "$n_failed disks were too small for the merge, which is told" [ $n_failed -ge 5 ]
claim 'and the parts are as they were' cmp -s before after

# How many particles will leave nobody knows: the disk may be full at any range, or with the last file. The run fails
# then, and goes on when there is room.
sed '/final_states/d; s/  size: .*/  size: [4 cm, 4 cm, 1 cm]/' job.yaml >leaving.yaml
echo '  phase_space: leaving' >>leaving.yaml
run_into leaving -w 2 leaving.yaml
n_failed=0
for size_kB in 60 90 120 150 180 210; do
	mount -t tmpfs -o size=${size_kB}k none disk || { fail 'no file system could be mounted'; finish; }
	ionfarm run -q -w 2 -o disk/run leaving.yaml
	case $status in
	0) ;;
	6) n_failed=$((n_failed + 1))
		grep -q 'No space left on device' err || fail "$size_kB kB: stderr: $(cat err)"
		[ ! -e disk/run/report.json ] || fail "$size_kB kB: a report of a result that is not there"
		[ ! -e disk/run/leaving.mcpl ] || same leaving.mcpl leaving disk/run ||
			fail "$size_kB kB: leaving.mcpl is not whole"
		mount -o remount,size=1000k disk
		exits 0 resume -q -w 2 disk/run ;;
	*) fail "$size_kB kB: exit status $status: $(cat err)" ;;
	esac
	for file in leaving.mcpl tally.bin; do
		same $file leaving disk/run || fail "$size_kB kB: $file of the resumed run differs"
	done
	umount disk
done
claim "$n_failed disks were too small for the particles that leave" [ $n_failed -ge 4 ]

# A file that may not grow further is an error too, not the end of the program. (Blocks of 512 bytes;
# the shared memory counts as a file, so the states must be the largest.)
(ulimit -f 4000; exec timeout "$LIMIT_s" "$IONFARM" run -q -n 1e5 -o limited job.yaml) 2>err </dev/null
claim 'a file that may not grow' [ $? = 6 ]
says 'File too large'
claim 'leaves no report' [ ! -e limited/report.json ]
(ulimit -f 1; exec timeout "$LIMIT_s" "$IONFARM" run -q -o limited.2 job.yaml) 2>err </dev/null
claim 'shared memory that may not grow' [ $? = 1 ]
says 'File too large'
finish
