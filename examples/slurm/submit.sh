#!/bin/sh
# Computes a job on a Slurm cluster: an array of N shards, and a merge that waits for them.
#   submit.sh JOB N DIR [OPTIONS of sbatch for the shards, as --cpus-per-task=16 --time=8:00:00]
# The result is DIR/result. If a shard fails, the merge is cancelled: see shard.sh for how to compute the shards that
# are missing, then start merge.sh by hand.
set -eu
[ $# -ge 3 ] || { echo "usage: $0 JOB N DIR [OPTIONS of sbatch]" >&2; exit 2; }
here=$(dirname "$0") job=$1 n=$2 dir=$3
shift 3

"${IONFARM:-ionfarm}" check "$job" >/dev/null     # mistakes in the job are told now, and not N times later
mkdir -p "$dir"
array=$(sbatch --parsable --array="1-$n" "$@" "$here/shard.sh" "$job" "$n" "$dir")
merge=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes "$here/merge.sh" "$dir")
echo "shards: job $array, merge: job $merge, result: $dir/result"
