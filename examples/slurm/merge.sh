#!/bin/sh
# Adds the shards when all tasks of the array have ended well. Started by submit.sh as
#   sbatch --dependency=afterok:ARRAY merge.sh DIR
#SBATCH --job-name=ionfarm-merge
#SBATCH --output=%x.%j.log
#SBATCH --requeue
set -u
dir=$1

# --force: what a merge that was killed left is replaced.
"${IONFARM:-ionfarm}" merge --force --output "$dir/result" "$dir"/shard.*
status=$?
[ "$status" != 3 ] || status=0
exit "$status"
