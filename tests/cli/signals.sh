#!/bin/sh
# SIGINT and SIGTERM: what was done so far is a result, that of a shorter run; again: gone at once.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

small_job 1e8 50 'final_states: no' >job.yaml
sed 's/^scoring:/&\n  slabs: shared/' job.yaml >shared.yaml
small_job 1e9 1e6 >long.yaml

# A shell starts what is in the background with SIGINT ignored; a terminal does not. A session of
# its own gives the run a process group that can be sent a signal, as a terminal's Ctrl-C is.
start_in_group() {
	setsid env --default-signal=INT,TERM "$IONFARM" "$@" >out 2>err </dev/null &
	supervisor=$!
}

is_under_way() { [ "$(readlink "/proc/$supervisor/exe")" = "$(readlink -f "$IONFARM")" ]; }
has_done_some() { [ -f run/ranges.log ] && [ "$(grep -c '^done ' run/ranges.log)" -ge 7 ]; }
has_handed_out() { [ -f run/ranges.log ] && grep -q '^out ' run/ranges.log; }

# is_taken SIGNAL-NUMBER: whether the supervisor's handler has had it, so that the next one is another.
is_taken() {
	mask=$(sed -n 's/^ShdPnd:[[:space:]]*//p' "/proc/$supervisor/status" 2>/dev/null)
	[ -z "$mask" ] || [ $((0x$mask >> ($1 - 1) & 1)) = 0 ]
}

# The processes of this run, by their session.
# shellcheck disable=SC2009
is_session_empty() { ! ps -o stat= -s "$1" 2>/dev/null | grep -qv '^Z'; }

stop_early() {     # SIGNAL, "" or "-" (to the group), JOB, OPTIONS...
	signal=$1 target=$2 job=$3
	shift 3
	what="$signal $target $job $*"
	rm -rf run shorter
	start_in_group run -q -o run "$@" "$job"
	within "$LIMIT_s" has_done_some || fail "$what: nothing was done"
	kill -s "$signal" -- "$target$supervisor"
	end
	[ "$status" = 4 ] || { fail "$what: exit status $status"; cat err; return; }
	[ "$(number was_stopped run/report.json)" = true ] || fail "$what: report.json denies the stop"
	n=$(number "done" run/report.json)
	[ "$n" -gt 0 ] || fail "$what: no histories"
	[ $((n % 50)) = 0 ] || fail "$what: $n histories are no whole ranges"
	[ "$(number n_deaths run/report.json)" = 0 ] || fail "$what: workers died of it"
	run_into shorter -w 2 -n "$n" "$job" || return
	for file in tally.bin dose.raw depth.csv dose_error.raw; do
		same $file run shorter || fail "$what: $file is not that of -n $n"
	done
	ok "$what: $n histories, as -n $n"
}

stop_early INT - job.yaml -w 2
stop_early TERM '' job.yaml -w 3
stop_early INT '' shared.yaml -w 3
stop_early INT - job.yaml --serial
stop_early TERM '' job.yaml --serial

# The states of a stopped run are cut to what was done.
sed 's/final_states: no/final_states: yes/; s/1e8/1e6/' job.yaml >states.yaml
stop_early TERM '' states.yaml -w 2
claim 'the states are those of the histories done' [ "$(stat -c %s run/final_states.npy)" = $((512 + 72 * n)) ]

# What is in flight takes half a minute: it is not waited for.
insist() {     # TIMES SIGNAL NUMBER STATUS OPTIONS...
	times=$1 signal=$2 number=$3 demanded=$4
	shift 4
	what="$signal $times times, $*"
	rm -rf run
	start_in_group run -q -o run "$@" long.yaml
	session=$supervisor
	within "$LIMIT_s" has_handed_out || fail "$what: no range was handed out"
	while [ "$times" -gt 0 ]; do
		is_gone "$supervisor" && fail "$what: gone too soon"
		kill -s "$signal" "$supervisor"
		within 20 is_taken "$number" || fail "$what: one was not taken"
		times=$((times - 1))
	done
	within 20 is_gone "$supervisor" || fail "$what: it does not end at once"
	end
	[ "$status" = "$demanded" ] || fail "$what: exit status $status in place of $demanded"
	within 20 is_session_empty "$session" || fail "$what: workers live on"
	[ ! -e run/tally.bin ] || fail "$what: wrote a result"
	ok "$what"
}

if command -v ps >/dev/null; then
	insist 2 INT 2 4 -w 2
	insist 2 TERM 15 4 -w 2
	insist 3 INT 2 130 --serial
	insist 3 TERM 15 143 --serial
else
	skip 'the second signal: there is no ps'
fi

# While the result is written, whose files strace holds up, none of these harms it.
harass_writing() {     # OPTIONS...
	rm -rf run
	setsid strace -qq -o /dev/null -e trace=fsync -e inject=fsync:delay_enter=200000:when=1+ \
		env --default-signal=INT,TERM,HUP,USR1 "$IONFARM" run -q -o run "$@" >out 2>err </dev/null &
	supervisor=$!
	within "$LIMIT_s" test -f run/tally.bin || fail "$*: no result was begun"
	traced=$(children_of "$supervisor")
	traced=${traced%% *}
	for signal in HUP USR1 TERM INT; do
		kill -s $signal "$traced" || fail "$*: gone before SIG$signal"
	done
	end
	[ "$status" = 0 ] || { fail "$*: exit status $status"; cat err; return; }
	ok "signals while the result is written: $*"
	claim 'it is whole' same tally.bin whole run
}

small_job 1005 50 >small.yaml
run_into whole -w 2 small.yaml
if has_strace; then
	harass_writing -w 2 small.yaml
	harass_writing --serial small.yaml
else
	skip 'signals while the result is written: there is no strace'
fi

# At any moment of the start the end comes soon: by the default action, before anything was done, or
# after the ranges in flight.
n=0 odd=0
while [ $n -lt 12 ]; do
	rm -rf run
	start_in_group run -q -w 2 -o run job.yaml
	within "$LIMIT_s" is_under_way
	pause_below 20
	kill -s INT "$supervisor"
	end
	case $status in 4|130) ;; *) odd=$((odd + 1)); echo "    status $status"; cat err ;; esac
	n=$((n + 1))
done
claim "SIGINT while it starts, $n times" [ $odd = 0 ]
finish
