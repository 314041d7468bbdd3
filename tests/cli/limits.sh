#!/bin/sh
# Resources that end while a run goes on: it goes on too, or stops with what it needs to be resumed.
set -u
if [ "${1-}" != inside ]; then
	[ "$(id -u)" = 0 ] && kind=-m || kind=-rm
	unshare "$kind" mount -t tmpfs none /mnt 2>/dev/null || {
		echo 'skipped: limits: no mount namespace may be made here'
		exit 77
	}
	exec unshare "$kind" sh "$0" inside
fi
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

small_job 20005 50 >job.yaml
run_into whole -w 2 job.yaml || finish
mkdir disk
disk() { mount -t tmpfs -o "$1" none disk || { fail 'no file system could be mounted'; finish; }; }
no_disk() { umount disk; }

# ends_whole WORDS ARGUMENTS...: resumes to the undisturbed result.
ends_whole() {
	words=$1
	shift
	exits 0 resume -q -w 2 "$@"
	for last; do :; done
	claim "$words" same tally.bin whole "$last"
}

# A number of histories that the run in DIR has not reached, but soon would.
histories_done() {
	n=$(sed -n 's/^done range=\([0-9]*\) .*/\1/p' "$1/ranges.log" | sort -n | tail -n 1)
	echo $(((n + 1) * 50 + 1000))
}

# The disk is full when the result is written; then there is room.
n=0
for size_kB in 60 80 100 108; do
	disk size=${size_kB}k
	ionfarm run -q -w 2 -o disk/run job.yaml
	claim "$size_kB kB: the result does not fit: status 6" [ "$status" = 6 ]
	grep -q 'No space left on device' err || fail "stderr: $(cat err)"
	mount -o remount,size=4m disk
	if [ -f disk/run/checkpoint ] || [ -f disk/run/tally.bin ]; then
		n=$((n + 1))
		grep -c '^done ' disk/run/ranges.log >before
		ends_whole "$size_kB kB: resume writes it once there is room" disk/run
	fi
	no_disk
done
claim 'what was computed was kept' [ $n -ge 2 ]

# The disk fills up while the run goes on, and is freed again.
fill() { dd if=/dev/zero of=disk/fill bs=4k count=100000 2>/dev/null; [ -s disk/fill ]; }
says_now() { grep -q "$1" err; }
disk size=2m
start run -q -w 2 -n 1e7 --checkpoint-interval '30 ms' -o disk/run job.yaml
within "$LIMIT_s" test -f disk/run/checkpoint
fill
within "$LIMIT_s" says_now 'no checkpoint could be written, the run goes on: .*No space left' ||
	fail "a full disk is not told: $(cat err)"
rm disk/fill
within "$LIMIT_s" says_now 'checkpoints can be written again' || fail 'nor that it is not full any more'
ok 'checkpoints fail and succeed again'
kill -TERM "$supervisor"
end
claim 'a stop after that is in order' [ "$status" = 4 ]
n=$(number "done" disk/run/report.json)
exits 0 run -q -w 2 -n "$n" -o prefix job.yaml
claim 'its result is that of a run of that length' same tally.bin disk/run prefix
rm -rf disk/run
start run -q -w 2 -n 1e7 --checkpoint-interval '30 ms' -o disk/run job.yaml
within "$LIMIT_s" test -f disk/run/checkpoint
fill
within "$LIMIT_s" says_now 'no checkpoint could be written, the run goes on' || fail "stderr: $(cat err)"
kill -TERM "$supervisor"
end
claim 'a stop while the disk is full has status 6' [ "$status" = 6 ]
claim 'and does not promise a checkpoint that failed' grep -q 'nor a checkpoint of it' err
rm disk/fill
n=$(histories_done disk/run)
exits 0 resume -q -w 2 -n "$n" disk/run
run_into after -w 2 -n "$n" job.yaml
claim 'the one before serves' same tally.bin after disk/run
rm -rf disk/run after
start run -q -w 2 -n 1e7 --checkpoint-interval '30 ms' -o disk/run job.yaml
within "$LIMIT_s" test -f disk/run/checkpoint
fill
kill -KILL "$supervisor"
end
rm disk/fill
n=$(histories_done disk/run)
exits 0 resume -q -w 2 -n "$n" disk/run
run_into after -w 2 -n "$n" job.yaml
claim 'killed while the disk is full, then resumed' same tally.bin after disk/run
no_disk

# What a checkpoint of the result relies on is on the disk before it. (The fifth file to be synchronised is
# tally.bin, after the job and the plan, each with its directory.)
sed 's/^histories: .*/histories: 1005\nfinal_states: yes/' job.yaml >states.yaml
if has_strace; then
	strace -qq -y -o trace -e trace=fsync,fdatasync,renameat -e inject=fsync:error=EIO:when=5 \
		"$IONFARM" run -q -w 2 --checkpoint-interval 0 -o late states.yaml >out 2>err
	grep -q 'writes it from the checkpoint: .*tally.bin' err || fail "a failing fsync: $(cat err)"
	sed -n '/fdatasync.*final_states/p; /"checkpoint"/p' trace | head -n 1 >before
	claim 'the final states reach the disk before the checkpoint' grep -q '^fdatasync' before
	exits 0 resume -q -w 1 late
	run_into in_time -w 2 states.yaml
	claim 'which resume turns into the result' same tally.bin late in_time
	claim 'with all states' same final_states.npy late in_time
else
	skip 'a failing fsync: there is no strace'
fi

# A file system without locks.
if has_strace; then
	strace -qq -o /dev/null -e trace=fcntl -e inject=fcntl:error=ENOLCK:when=4+ \
		"$IONFARM" run -q --serial -o unlocked job.yaml >out 2>err
	claim 'without locks a run goes on' [ $? = 0 ]
	says 'unlocked cannot be locked, nothing keeps a second ionfarm out of it: No locks available'
fi

# Read-only, deleted, moved away.
disk size=2m
mount -o remount,ro disk
exits 6 run -q -w 2 -o disk/run job.yaml && says 'Read-only file system' && ok 'a read-only disk is an error before the run'
no_disk
start run -q -w 2 -n 1e7 --checkpoint-interval '30 ms' -o run job.yaml
within "$LIMIT_s" test -f run/checkpoint
mv run away
within "$LIMIT_s" says_now 'no checkpoint could be written, the run goes on: .*No such file' || fail "stderr: $(cat err)"
kill -TERM "$supervisor"
end
claim 'a run whose directory is gone ends with status 6' [ "$status" = 6 ]
claim 'and what was moved away can be resumed' test -f away/checkpoint
n=$(histories_done away)
exits 0 run -q -w 2 -n "$n" -o longer job.yaml
exits 0 resume -q -w 2 -n "$n" away
claim 'to the undisturbed result' same tally.bin longer away
rm -rf away longer
start run -q -w 1 -n 1e7 --checkpoint-interval '30 ms' -o run job.yaml
within "$LIMIT_s" test -f run/checkpoint
mv run away
"$IONFARM" run -q -w 1 -o run job.yaml || fail 'no other run could have the name'
(cd run && cksum -- * .lock) >sums
pause_below 300
kill -TERM "$supervisor"
end
claim 'a run whose name another has taken ends with status 6' [ "$status" = 6 ]
says 'run belongs to another run now'
(cd run && cksum -- * .lock) >sums.after
claim 'and touches nothing of the other' cmp -s sums sums.after
rm -rf away run
start run -q -w 1 -n 1e7 --checkpoint-interval 0 -o run job.yaml
within "$LIMIT_s" test -f run/status.json
mv run away
mkdir run
kill -TERM "$supervisor"
end
claim 'a new directory of its name is given no status' [ ! -e run/status.json ]
rm -rf away run

# Files may grow to 20 MB, the final states would take 72 MB.
small_job 1e6 50 'final_states: yes' >states.yaml
(ulimit -f 40960; exec "$IONFARM" run -q -w 2 -o small states.yaml) >out 2>err
claim 'a file that may not grow is an error before the run' [ $? = 6 ]
grep -q 'File too large' err || fail "stderr: $(cat err)"

# Descriptors, processes, shared memory.
for n in 6 7 8 9 12 16 20; do
	# shellcheck disable=SC3045 # dash and bash have it
	(ulimit -n $n; exec "$IONFARM" run -q -w 12 --checkpoint-interval '20 ms' -o few.$n job.yaml) >out 2>err
	case $? in
	0) claim "with $n descriptors the result is the same" same tally.bin whole few.$n ;;
	1) ends_whole "with $n descriptors it fails, and can be resumed" few.$n ;;
	*) fail "$n descriptors: $(cat err)" ;;
	esac
	for lines in 'no checkpoint could' 'a socket pair'; do
		[ "$(grep -c "^ionfarm: $lines" err)" -le 1 ] || fail "$n descriptors: told more than once: $(cat err)"
	done
done
mount -t tmpfs -o size=16k none /dev/shm
exits 0 run -q -w 2 -o shm job.yaml && says '/dev/shm is too small'
claim 'with a small /dev/shm the result is the same' same tally.bin whole shm
umount /dev/shm
mkdir disk
mount --bind disk /dev/shm
case $(stat --file-system --format %T /dev/shm) in
tmpfs | ramfs) skip 'no disk for /dev/shm' ;;
*)
	exits 0 run -q -w 2 -o disk_shm job.yaml
	claim 'a /dev/shm on a disk is passed over without a word' [ ! -s err ]
	claim 'with a /dev/shm on a disk the result is the same' same tally.bin whole disk_shm
	;;
esac
umount /dev/shm
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && command -v prlimit >/dev/null && chmod 755 . && mkdir -m 777 alone &&
	setpriv --reuid 12345 --clear-groups test -x "$IONFARM" -a -w alone; then
	setpriv --reuid 12345 --clear-groups prlimit --nproc=1 "$IONFARM" run -q -w 3 -o alone/run job.yaml >out 2>err
	claim 'where no process may be forked it fails, and says so' [ $? = 1 ]
	grep -qi 'fork' err || fail "stderr: $(cat err)"
	chmod -R 777 alone
	ends_whole 'and can be resumed' alone/run
else
	skip 'no process may be forked: needs root and setpriv'
fi

# Nobody listens.
"$IONFARM" run -w 2 -o mute job.yaml >&- 2>err
claim 'with standard output closed the status is 6' [ $? = 6 ]
grep -q 'standard output could not be written' err || fail "stderr: $(cat err)"
"$IONFARM" run -w 2 -o deaf job.yaml >out 2>&-
claim 'a closed standard error is no error' [ $? = 0 ]
{ "$IONFARM" run -q -w 2 --progress=json -o gone job.yaml 2>&1; echo $? >ended; } | head -c 0
claim 'nor a reader of the progress that has gone' [ "$(cat ended)" = 0 ]
# A pipe that is full, and whose reader stands still for a while.
mkfifo full
# shellcheck disable=SC2217 # it is to hold the pipe open, and not to read
sleep 100 <full &
sleeper=$!
(exec 3>full; dd if=/dev/zero of=/dev/stdout bs=1k count=64 >&3 2>/dev/null
	exec timeout 60 "$IONFARM" run -q -w 2 -n 1e8 --time-limit '3 s' --progress=json -o still job.yaml 2>&3)
claim 'nor one that stands still, whom nobody waits for' [ $? = 4 ]
kill $sleeper
for run in mute deaf gone; do
	same tally.bin whole $run || fail "$run: another result"
done

# A limit of time.
exits 4 run -q -w 2 -n 1e8 --time-limit '300 ms' -o limited job.yaml && ok 'the time limit ends a run with status 4'
claim 'with its cause' grep -q '"stop_cause": "time limit"' limited/report.json
claim 'and a checkpoint' test -f limited/checkpoint
exits 2 run --time-limit 3cm -o never job.yaml && says 'unit of length' && ok 'a wrong unit is an error'
finish
