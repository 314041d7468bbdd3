#!/bin/sh
# The commands of the README work, and those of doc/tutorial.md do what it shows, those for Slurm on a Slurm that is
# started for them. A minute or two.
#     tutorial.sh           whether they do
#     tutorial.sh record    writes what they print now into the page, after a change that is meant
set -u
: "${IONFARM_SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source-path=SCRIPTDIR source=cli/lib/common.sh
. "$IONFARM_SOURCE/tests/cli/lib/common.sh"
# shellcheck source=cli/lib/slurm.sh
. "$IONFARM_SOURCE/tests/cli/lib/slurm.sh"
[ -x /usr/bin/python3 ] || { skip 'there is no /usr/bin/python3'; exit 77; }

slurm=
if has_slurm; then
	begin_cluster
	slurm=slurm
fi

# type_page FOLDER PAGE WHAT [HAVE...]
type_page() {
	cd "$scratch/page/$1" || exit 99
	page=$IONFARM_SOURCE/$2
	shift 2
	/usr/bin/python3 "$IONFARM_SOURCE/tests/tutorial.py" "$page" "$@" || fail "$page"
}

# What a clone has that was built, and the folder around it.
mkdir -p page/ionfarm/build
ln -s "$IONFARM" page/ionfarm/build/ionfarm
ln -s "$IONFARM_SOURCE/examples" page/ionfarm/examples
type_page ionfarm README.md check
# shellcheck disable=SC2086
type_page . doc/tutorial.md "${1-check}" $slurm
finish
