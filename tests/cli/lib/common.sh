# Sourced by the tests of the command line: a directory of its own for each, claims, small jobs.
# shellcheck shell=sh
# Needs IONFARM, the program; IONFARM_SOURCE, the source tree, has a default.

: "${IONFARM:=./ionfarm}"
case $IONFARM in /*) ;; *) IONFARM=$PWD/$IONFARM ;; esac
[ -x "$IONFARM" ] || { echo "not ok: no program $IONFARM"; exit 99; }
: "${IONFARM_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
export IONFARM IONFARM_SOURCE
LIMIT_s=${LIMIT_s:-120}        # of one run; a hang is a failure

test_name=$(basename "$0" .sh)
scratch=$(mktemp -d "$PWD/$test_name.XXXXXX") || exit 99
failed=0
supervisor=                    # a run in the background

clean_up() {
	cd / || exit 99
	[ -z "$supervisor" ] || kill -KILL "$supervisor" 2>/dev/null
	chmod -R u+rwx "$scratch" 2>/dev/null
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 99' HUP INT TERM
cd "$scratch" || exit 99

ok() { echo "ok: $test_name: $*"; }
fail() { echo "not ok: $test_name: $*"; failed=1; }
skip() { echo "skipped: $test_name: $*"; }

finish() {
	[ "$failed" = 0 ] && echo "$test_name: in order"
	exit "$failed"
}

# claim WORDS COMMAND...: the words hold if the command succeeds.
claim() {
	claimed=$1
	shift
	if "$@"; then ok "$claimed"; else fail "$claimed"; fi
}

# ionfarm ARGUMENTS...: leaves stdout in ./out, stderr in ./err, and the exit status in $status.
ionfarm() {
	timeout "$LIMIT_s" "$IONFARM" "$@" >out 2>err </dev/null
	status=$?
}

# exits STATUS ARGUMENTS...: runs ionfarm and demands the exit status.
exits() {
	demanded=$1
	shift
	ionfarm "$@"
	[ "$status" = "$demanded" ] && return 0
	fail "exit status $status in place of $demanded: ionfarm $*"
	sed 's/^/    stderr: /' err
	return 1
}

# start ARGUMENTS...: as ionfarm, in the background; its number is in $supervisor.
start() {
	"$IONFARM" "$@" >out 2>err </dev/null &
	supervisor=$!
}

# end: waits for what start began, and has its exit status in $status.
end() {
	within "$LIMIT_s" is_gone "$supervisor" || {
		fail "hangs: $(tr '\0' ' ' <"/proc/$supervisor/cmdline")"
		kill -KILL "$supervisor"
	}
	wait "$supervisor" 2>/dev/null
	status=$?
	supervisor=
}

# says WORDS...: stderr of the last run has each of them.
says() {
	for said; do
		grep -qF -- "$said" err && continue
		fail "stderr lacks \"$said\""
		sed 's/^/    stderr: /' err
	done
}

# run_into DIR ARGUMENTS...: a run that must end well.
run_into() {
	into=$1
	shift
	exits 0 run -q -o "$into" "$@"
}

# same FILE DIR_A DIR_B
same() { cmp -s "$2/$1" "$3/$1"; }
differs() { [ -f "$2/$1" ] && [ -f "$3/$1" ] && ! cmp -s "$2/$1" "$3/$1"; }

# Whether system calls can be made to fail. The leak check of a sanitizer cannot work then, and is left out.
has_strace() {
	strace -qq -o /dev/null true 2>/dev/null || return 1
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
	export ASAN_OPTIONS
}

# files_agree DIR WORDS: all files of a result say the same.
files_agree() {
	if /usr/bin/python3 "$IONFARM_SOURCE/tests/cli/read_results.py" "$1" >out 2>&1; then
		ok "the files agree $2"
	elif [ $? = 77 ]; then
		skip "$(cat out)"
	else
		fail "the files do not agree $2"
		cat out
	fi
}

hash_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# number KEY FILE: the first value of an integer or boolean in a report.json.
number() { sed -n "s/^ *\"$1\": \([-0-9a-z.]*\),\{0,1\}\$/\1/p" "$2" | head -n 1; }

# A number below $1, from the system: what is tried at random moments must not depend on it.
random_below() { echo $(($(od -An -N2 -tu2 /dev/urandom) % $1)); }

# pause_below MILLISECONDS: sleeps for a random time, below 1000 ms.
pause_below() { sleep "0.$(printf %03d "$(random_below "$1")")"; }

# within SECONDS COMMAND...: waits until it succeeds.
within() {
	tries=$(($1 * 50))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.02
	done
}

is_gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# children_of PID: the numbers of its child processes, on one line.
children_of() { cat "/proc/$1/task/$1/children" 2>/dev/null; }

# Protons of 60 MeV that stop in 31 mm of water; $1 histories, $2 to a range, then lines to add.
small_job() {
	cat <<-JOB
	histories: $1
	histories_per_range: $2
	beam:
	  ion: proton
	  energy: 60 MeV
	  energy_spread: 1 %
	  spot_size: 4 mm
	phantom:
	  material: water
	  size: [4 cm, 4 cm, 4 cm]
	scoring:
	  voxel: [4 mm, 4 mm, 1 mm]
	JOB
	shift 2
	for line; do echo "$line"; done
}
