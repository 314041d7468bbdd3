#!/bin/sh
# What is typed wrong is told, what cannot be written is told, and no result is ever lost.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

small_job 300 100 >job.yaml

# refused WORDS ARGUMENTS...: exit status 2, the words on stderr, nothing on stdout.
refused() {
	words=$1
	shift
	exits 2 "$@" || return
	says "$words"
	[ ! -s out ] || fail "something on stdout: ionfarm $*"
	ok "refused: ionfarm $*"
}

refused 'usage: ionfarm COMMAND'
refused "unknown command 'chek'; did you mean 'check'?" chek job.yaml
refused "unknown command 'frobnicate'" frobnicate
refused "unknown command '--frob'" --frob
for command in run merge check table plot export report; do
	refused "unknown option '--frob'" $command --frob job.yaml
	refused "unknown option '-Z'" $command -Z job.yaml
	refused "'ionfarm $command --help' tells the options" $command
	exits 0 $command --help
	claim "$command --help shows its usage" grep -q "^usage: ionfarm $command " out
	claim "$command --help says nothing on stderr" [ ! -s err ]
done
refused "unknown option '-Z'" run -qZ job.yaml
refused "unknown option '--workers-'" run --workers- 2 job.yaml
refused "option '-w' needs an argument" run job.yaml -w
refused "option '-w' needs an argument" run job.yaml -qw
refused "option '--output' needs an argument" run job.yaml --output
refused '--force' run --force=yes job.yaml
refused 'one job file, not 2' run job.yaml job.yaml
refused 'one job file, not 0' check
refused 'an ion and a material' table proton
refused 'of one result, or of up to 7' plot 1 2 3 4 5 6 7 8
refused '--depths is for one result' plot -d 1 a b
refused "--depths: '1,x' is no list of numbers" plot -d 1,x a
refused "--depths: '1,' is no list" plot -d 1, a
refused '--depths: more than 7' plot -d 1,2,3,4,5,6,7,8 a
refused '--serial and --workers exclude each other' run --serial -w 2 job.yaml

for n in 0 1.5 -1 1e16 x '' 1e3x nan 0x10 99999999999999999999; do
	refused '--histories' run -n "$n" job.yaml
done
for w in 0 1025 99999 -3 two 1.5 ''; do
	refused '--workers' run -w "$w" job.yaml
	refused '--workers' check -w "$w" job.yaml
done
for s in x -1 1.5 18446744073709551616 ''; do
	refused '--seed' run -s "$s" job.yaml
done
refused '--output' run -o '' job.yaml
claim 'nothing was created by what was refused' [ "$(echo ./*)" = './err ./job.yaml ./out' ]

mkdir directory.yaml
refused 'nothing.yaml: No such file or directory' run nothing.yaml
refused 'is a directory' run directory.yaml
refused 'is a directory' check .
refused 'nowhere' plot nowhere
refused 'tally.bin' plot directory.yaml

exits 0 --help && claim '--help lists the commands' grep -q '^  table ' out
exits 0 --version && claim '--version tells the version' grep -qE '^ionfarm [0-9]+\.[0-9]+' out
exits 0 check -s 18446744073709551615 -n 1e15 -w 1024 job.yaml
claim 'the largest values are taken' grep -q '^seed: 18446744073709551615$' out

# A result is not overwritten: refused before anything is computed, to the byte.
run_into result job.yaml
cp -a result before
small_job 1e15 1000 >endless.yaml
refused '--force' run -o result job.yaml
refused '--force' run -o result endless.yaml
claim 'the result that was there is untouched' diff -r before result
run_into result --force -s 2 job.yaml
run_into fresh -s 2 job.yaml
claim '--force replaces the result' same tally.bin fresh result
claim '--force leaves what a fresh run leaves' [ "$(ls result)" = "$(ls fresh)" ]
small_job 300 100 'final_states: yes' >states.yaml
run_into result --force states.yaml
run_into result --force -s 2 job.yaml
claim 'no file of the result before is left behind' [ "$(ls result)" = "$(ls fresh)" ]

# A mistake in the job costs no result.
echo 'frob: 1' | cat job.yaml - >mistake.yaml
cp -a result before.2
exits 2 run --force -o result mistake.yaml
claim 'a mistake in the job costs no result' diff -r before.2 result

# The default directory is named after the job, in the current directory.
mkdir elsewhere && cp job.yaml elsewhere/my.job.yaml
exits 0 run -q elsewhere/my.job.yaml
claim 'the default directory is my.job.out' [ -s my.job.out/report.json ]
claim 'job.yaml is the job as read' cmp -s job.yaml my.job.out/job.yaml
claim '-q is quiet' [ ! -s out ]
claim '-q is quiet on stderr' [ ! -s err ]
exits 0 run --json --force elsewhere/my.job.yaml
claim '--json prints what report.json says' \
	[ "$(sed '/_s":/d' out)" = "$(sed '/_s":/d' my.job.out/report.json)" ]

# failed_output WORDS ARGUMENTS...: exit status 6, the words on stderr.
failed_output() {
	words=$1
	shift
	exits 6 "$@" && says "$words" && ok "fails: ionfarm $*"
}
failed_output 'no/such/directory' run -q -o no/such/directory job.yaml
echo text >file
failed_output file run -q -o file job.yaml
claim 'a file in the place of the directory stays' [ "$(cat file)" = text ]
failed_output /proc run -q -o /proc/ionfarm job.yaml
if [ "$(id -u)" = 0 ]; then
	skip 'a read-only directory: root may write there'
else
	mkdir sealed && chmod 500 sealed
	failed_output sealed run -q -o sealed job.yaml
	failed_output sealed/sub run -q -o sealed/sub job.yaml
fi

# to_nowhere WORDS COMMAND...: stdout cannot be written.
to_nowhere() {
	words=$1
	shift
	timeout "$LIMIT_s" "$IONFARM" "$@" >/dev/full 2>err </dev/null
	claim "$words" [ $? = 6 ]
	says 'standard output'
}
to_nowhere 'check to a full device' check job.yaml
to_nowhere 'table to a full device' table proton water
to_nowhere 'help to a full device' --help
to_nowhere 'version to a full device' --version
to_nowhere 'run to a full device' run -o full job.yaml
claim 'and its result is there' same tally.bin my.job.out full
(sleep 0.2; timeout "$LIMIT_s" "$IONFARM" check job.yaml 2>err; echo $? >left) | true
within 20 [ -s left ]
claim 'check with a reader that has left' [ "$(cat left)" = 6 ]
timeout "$LIMIT_s" "$IONFARM" check job.yaml >&- 2>err </dev/null
claim 'check with stdout closed' [ $? = 6 ]
timeout "$LIMIT_s" "$IONFARM" run -o closed job.yaml >&- 2>/dev/null <&-
claim 'run with stdout closed' [ $? = 6 ]
claim 'and its result is not harmed by it' same tally.bin my.job.out closed
timeout "$LIMIT_s" "$IONFARM" run -q -o silent job.yaml >&- 2>&- <&-
claim 'run -q with all closed' [ $? = 0 ]
claim 'and its result is not harmed by that' same tally.bin my.job.out silent
finish
