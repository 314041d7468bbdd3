#!/bin/sh
# Each example ends with the lines that stand in its comment, to the last digit.
#     examples.sh           whether they do
#     examples.sh record    writes what they say now into the comments, after a change that is meant
set -u
source=${IONFARM_SOURCE:?} ionfarm=${IONFARM:?}
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0
for job in "$source"/examples/*.yaml; do
	name=$(basename "$job" .yaml)
	if ! "$ionfarm" run -o "$scratch/$name" "$job" >"$scratch/said" 2>"$scratch/warned"; then
		echo "not ok: examples: $name"
		cat "$scratch/warned"
		failed=1
		continue
	fi
	if [ "${1-}" = record ]; then
		{ sed '/^# Its last lines/q' "$job"; grep -vE '^(time|files) ' "$scratch/said" | sed 's/^/#   /'; } >"$scratch/job"
		cp "$scratch/job" "$job"
		continue
	fi
	sed -n '/^# Its last lines/,$s/^#   //p' "$job" >"$scratch/expected"
	if [ -s "$scratch/expected" ] && grep -vxFf "$scratch/said" "$scratch/expected"; then
		echo "not ok: examples: $name does not print the lines above, but"
		cat "$scratch/said"
		failed=1
	elif [ -s "$scratch/expected" ]; then
		echo "ok: examples: $name"
	else
		echo "not ok: examples: $name does not tell its last lines"
		failed=1
	fi
	rm -rf "${scratch:?}/$name"
done
exit $failed
