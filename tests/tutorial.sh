#!/bin/sh
# The commands of doc/tutorial.md do what it shows, those for Slurm on a Slurm that is started for them. About a minute.
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

# The page's own folder is that around a clone which has been built.
mkdir -p page/ionfarm/build
ln -s "$IONFARM" page/ionfarm/build/ionfarm
ln -s "$IONFARM_SOURCE/examples" page/ionfarm/examples
cd page || exit 99
/usr/bin/python3 "$IONFARM_SOURCE/tests/tutorial.py" "$IONFARM_SOURCE/doc/tutorial.md" "${1-check}" $slurm ||
	fail 'the page'
finish
