#!/bin/sh
# A control group without memory left: the kernel kills workers, which is told as such, and the run goes on.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

name=ionfarm-test.$$
hog=/dev/shm/$name
! grep -q '__asan_init' "$IONFARM" || { skip 'a sanitizer takes memory of its own'; exit 77; }

# A group of 64 MB, of either version of control groups.
if [ -d /sys/fs/cgroup/memory ] && mkdir "/sys/fs/cgroup/memory/$name" 2>/dev/null; then
	group=/sys/fs/cgroup/memory/$name limit=memory.limit_in_bytes
elif grep -qsw memory /sys/fs/cgroup/cgroup.subtree_control && mkdir "/sys/fs/cgroup/$name" 2>/dev/null; then
	group=/sys/fs/cgroup/$name limit=memory.max
else
	skip 'no control group may be made here'
	exit 77
fi
leave_group() {
	rm -f "$hog"
	within 5 rmdir "$group" 2>/dev/null
	clean_up
}
trap leave_group EXIT
{ echo 64M >"$group/$limit"; } 2>/dev/null || { skip 'a control group takes no limit here'; exit 77; }

# sh -c "$enter" GROUP SCORE COMMAND...: the higher the score, the sooner it is killed.
# shellcheck disable=SC2016 # the inner shell is to expand it
enter='echo $$ >"$0/cgroup.procs" && { [ "$1" = 0 ] || echo "$1" >/proc/self/oom_score_adj; } && shift && exec "$@"'
in_group() { sh -c "$enter" "$group" "$@"; }
in_group 0 true 2>/dev/null || { skip 'no process may enter a control group here'; exit 77; }

small_job 1e8 500 >job.yaml
in_group 0 dd if=/dev/zero of="$hog" bs=1M count=50 2>/dev/null    # stays with the group
sh -c "$enter" "$group" 0 "$IONFARM" run -q -w 2 --checkpoint-interval '1 s' -o run job.yaml >out 2>err &
supervisor=$!
within "$LIMIT_s" test -f run/checkpoint || fail 'no checkpoint came'
n=0
while [ $n -lt 30 ] && ! is_gone "$supervisor"; do
	head -c 16M /dev/zero | in_group 100 tail -c 16M >/dev/null 2>&1
	n=$((n + 1))
done
rm -f "$hog"
within 20 grep -q 'killed by signal 9 (SIGKILL), by the kernel for want of memory' err
claim 'the death of a worker is told as what it was' [ $? = 0 ]
kill -TERM "$supervisor" 2>/dev/null
end
echo "$(grep -c 'for want of memory' err) deaths"
claim 'no range is blamed for it' eval '! grep -q "searched\|left out" err'
case $status in
4|5) ok "the supervisor lives to the end: status $status" ;;
137) skip 'the supervisor was the next to be killed' ;;
*) fail "status $status: $(cat err)" ;;
esac
n=$(sed -n 's/^done range=\([0-9]*\) .*/\1/p' run/ranges.log | sort -n | tail -n 1)
n=$(((n + 1) * 500 + 500))
exits 0 resume -q -n $n run
run_into whole -w 2 -n $n job.yaml
claim 'and the run comes to the undisturbed result' same tally.bin whole run

# The limit is one of those that are looked at before the run.
sed 's/voxel:.*/voxel: [0.4 mm, 0.4 mm, 0.1 mm]/' job.yaml >large.yaml
in_group 0 "$IONFARM" run -q -w 2 -o large large.yaml >out 2>err
claim 'what exceeds the limit is refused before the run' [ $? = 1 ]
says 'the control group has 64 MiB'
in_group 0 "$IONFARM" check -w 2 large.yaml >out 2>err
claim 'check says so' grep -q 'this machine has 67.1 MB, .*: the run is refused here' out
finish
