#!/bin/sh
# The shells complete commands, options and names of files, as the tables have them.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

exits 0 completion bash && mv out ionfarm.bash
exits 0 completion zsh && mv out _ionfarm
exits 2 completion fish && says 'bash or zsh'
exits 2 completion
mkdir result.out results.d
: >result.yaml

# completes EXPECTED WORDS...: the last word is completed to the expected ones, sorted, on one line.
completes() {
	expected=$1
	shift
	found=$(bash -c '. ./ionfarm.bash; COMP_WORDS=(ionfarm "$@"); COMP_CWORD=$#; _ionfarm; printf "%s\n" "${COMPREPLY[@]}"' - "$@" 2>&1 | sort | tr '\n' ' ')
	claim "bash completes 'ionfarm $*'" [ "${found% }" = "$expected" ] || echo "    found: $found"
}

if command -v bash >/dev/null; then
	completes 'report resume run' r
	completes 'run' ru
	completes '--help --version' --
	completes '--hang-timeout --help --histories' run --h
	completes '--what' export --w
	completes 'result.out results.d' plot res
	completes 'result.out result.yaml results.d' run res
	completes 'result.out results.d' run -o res
	completes 'result.out results.d' run --output res
	completes '' run -n res
	completes '' table pro
	ionfarm --help
	while read -r command _; do
		ionfarm "$command" --help
		options=$(sed -n 's/.* --\([a-z-]*\).*/--\1/p' out | sort | tr '\n' ' ')
		completes "$(echo "$options--help" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')" "$command" --
	done <<-LIST
	$(sed -n 's/^  \([a-z]*\) .*/\1/p' out)
	LIST
else
	skip 'bash is not installed'
fi

if command -v zsh >/dev/null; then
	claim 'zsh reads its script' zsh -n _ionfarm
	cat >ask.zsh <<-'ZSH'
	zmodload zsh/zpty
	zpty z zsh -f -i
	zpty -w z "PS1=; fpath=($PWD \$fpath); autoload -U compinit; compinit -u -d $PWD/dump; LISTMAX=0"
	zpty -w z "zstyle ':completion:*' list-prompt ''"
	sleep 1
	zpty -n -w z "ionfarm $1"$'\t\t'
	zpty -r z text "*$2*"
	print -r -- "$text"
	ZSH
	timeout 60 zsh ask.zsh 'export --' 'fluence, let_t' >zsh.out 2>&1
	claim 'zsh shows options with their texts' grep -q 'fluence, let_t' zsh.out || tail -5 zsh.out
	timeout 60 zsh ask.zsh re 'goes on' >zsh.out 2>&1
	claim 'zsh shows commands with their texts' grep -q 'resume.*goes on' zsh.out || tail -5 zsh.out
else
	skip 'zsh is not installed'
fi
finish
