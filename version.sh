#!/bin/sh
# Prints the version of this tree: of a clone by git describe, of a tarball what `make dist` noted.
set -eu
cd "$(dirname "$0")"
next=0.1.0                     # of trees without a tag

describe() {
	[ -e .git ] && command -v git >/dev/null 2>&1 || return 1
	git describe --match 'v[0-9]*' --dirty=+dirty 2>/dev/null && return
	commit=$(git rev-parse --short=10 HEAD 2>/dev/null) || return 1
	git diff-index --quiet HEAD -- || commit=$commit.dirty
	echo "$next+g$commit"
}

if [ -f .tarball-version ]; then
	cat .tarball-version
elif version=$(describe); then
	echo "${version#v}"
else
	echo "$next"
fi
