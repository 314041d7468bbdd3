#!/bin/sh
# A history that kills whoever carries it is found, left out and named; the rest of the run is whole.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

compiler=${CC:-cc}
command -v "${compiler%% *}" >/dev/null || { skip 'there is no compiler for the poison'; exit 77; }

# The poison: whoever writes the final state of history POISON is killed, unless to say that it is left out.
cat >poison.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { HEADER = 512, RECORD = 72, FATE = 68, LEFT_OUT = 3 };

static void
poison(const char *data, size_t n, off_t at)
{
	const char *list = getenv("POISON");

	for (; list != NULL && *list != '\0'; list += strcspn(list, " "), list += strspn(list, " ")) {
		off_t row = HEADER + RECORD * (off_t)atoll(list);
		uint32_t fate;

		if (at < HEADER || row < at || row >= at + (off_t)n)
			continue;
		memcpy(&fate, data + (row - at) + FATE, sizeof fate);
		if (fate != LEFT_OUT)
			raise(SIGSEGV);
	}
}

ssize_t
pwrite(int fd, const void *data, size_t n, off_t at)
{
	ssize_t (*next)(int, const void *, size_t, off_t) =
	    (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");

	poison(data, n, at);
	return next(fd, data, n, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t n, off_t at)
{
	return pwrite(fd, data, n, at);
}
C
$compiler -shared -fPIC -O1 -w -o poison.so poison.c 2>/dev/null || { skip 'no poison could be compiled'; exit 77; }

poisoned() {     # HISTORIES COMMAND...
	POISON=$1
	shift
	export POISON
	LD_PRELOAD=$scratch/poison.so "$@"
}

small_job 2010 50 '  phase_space: leaving' 'final_states: yes' >job.yaml
run_into whole -w 2 job.yaml || finish
poisoned 0 "$IONFARM" run -q -w 1 -n 1 -o probe job.yaml >out 2>err
case $(cat err) in
*killed*|*SIGSEGV*|*signal*) ;;
*) skip 'a poison cannot be given here'; exit 77 ;;
esac

poisoned '137 2003' "$IONFARM" run -q -w 3 -o run job.yaml >out 2>err
status=$?
claim 'the run ends with status 3' [ $status = 3 ]
says 'it is left out'
claim 'the report has their number' [ "$(number n_left_out run/report.json)" = 2 ]
for n in 137 2003; do
	claim "history $n has its replay" grep -q "ionfarm run --only-history $n run/plan.yaml" run/report.json
	exits 0 run --only-history $n run/plan.yaml && grep -q "^history  *$n\$" out && ok "which works"
done
files_agree run 'on what was left out'
poisoned '137 2003' "$IONFARM" run -q -w 1 -o again job.yaml >out 2>err
claim 'the result does not depend on the workers' same tally.bin run again
claim 'nor do the particles that leave' same leaving.mcpl run again
if /usr/bin/python3 "$IONFARM_SOURCE/tests/cli/read_phase_space.py" leaving run >out 2>&1; then
	ok 'none of which comes from what was left out'
elif [ $? = 77 ]; then
	skip "$(cat out)"
else
	fail "the particles that leave: $(cat out)"
fi
exits 3 resume run && ok 'a run with histories left out is complete'

# In shards, too. The poison goes by the row of a file, and those of shard 3/3 begin with history 1350.
poisoned 137 "$IONFARM" run -q -w 2 --shard 1/3 -o shard.1 job.yaml >out 2>err
claim 'a shard ends with status 3' [ $? = 3 ]
run_into shard.2 -w 2 --shard 2/3 job.yaml
poisoned 653 "$IONFARM" run -q -w 2 --shard 3/3 -o shard.3 job.yaml >out 2>err
claim 'and so does another' [ $? = 3 ]
exits 3 merge -q -o merged shard.3 shard.2 shard.1 && ok 'so does their merge'
claim 'which leaves the same ones out' same tally.bin run merged
claim 'in the states' same final_states.npy run merged
claim 'and among those that leave' same leaving.mcpl run merged

# Extended, it leaves the same ones out.
exits 3 resume -q -n 3000 run
poisoned '137 2003' "$IONFARM" run -q -w 2 -n 3000 -o longer job.yaml >out 2>err
claim 'extended, it is that of a longer run' same tally.bin longer run
claim 'with all its states' same final_states.npy longer run
claim 'and all that leave' same leaving.mcpl longer run

# Strictly, the run stops, and is whole when the poison is gone.
poisoned 137 "$IONFARM" run -q -w 2 --strict -o strict job.yaml >out 2>err
claim 'with --strict it stops with status 5' [ $? = 5 ]
claim 'and a checkpoint' test -f strict/checkpoint
exits 0 resume -q -w 2 strict
claim 'without the poison, resume makes it whole' same tally.bin whole strict
claim 'with all that leave' same leaving.mcpl whole strict

# Workers that can tell of nothing, or be told of nothing, die whatever they are given; what was done before is
# kept. Whether they had begun with it, and are taken for victims of an item then, is chance.
if has_strace; then
	ionfarm run -q -w 2 -n 1e7 --time-limit '200 ms' -o mute job.yaml
	strace -f -qq -o /dev/null -e trace=sendto -e inject=sendto:error=EPIPE:when=2+ \
		"$IONFARM" resume -q -w 2 mute >out 2>err
	claim 'workers that can do nothing end the run with status 5' [ $? = 5 ]
	n=$(sed -n 's/^done range=\([0-9]*\) .*/\1/p' mute/ranges.log | sort -n | tail -n 1)
	ionfarm resume -q -n $(((n + 1) * 50 + 500)) mute
	claim 'and the run can still be resumed' [ "$status" = 0 -o "$status" = 3 ]
	claim 'with few histories left out' [ "$(number n_left_out mute/report.json)" -le 2 ]
fi

# A serial run dies of it; its attempts are counted, and a later farm finds it.
for n in 1 2 3 4; do
	poisoned 137 "$IONFARM" run -q --serial --resume=auto -o crash job.yaml >out 2>err
	[ $n = 4 ] || ! grep -q 'whenever the run ended' err || fail "told after $n runs: $(cat err)"
done
says 'range 2, items 100 to 149, was in hand whenever the run ended: with workers, an item'
poisoned 137 "$IONFARM" run -q -w 2 --resume=auto -o crash job.yaml >out 2>err
claim 'a crash loop is seen across restarts' [ $? = 3 ]
claim 'with no more deaths than the search needs' [ "$(number n_deaths crash/report.json)" -le 30 ]
finish
