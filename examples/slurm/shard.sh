#!/bin/sh
# One task of an array: one shard of a job. Started by submit.sh as
#   sbatch --array=1-N shard.sh JOB N DIR
# and for tasks that failed, say 3 and 17, again as
#   sbatch --array=3,17 shard.sh JOB N DIR
#SBATCH --job-name=ionfarm
#SBATCH --output=%x.%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@300
set -u
job=$1 n=$2 dir=$3

# 300 s before the time limit Slurm sends USR1 to this shell: the shard stops with a checkpoint (status 4), and
# goes on from it when Slurm starts this script again. So it does after a failure of the node and a preemption,
# which Slurm requeues by itself.
is_early=no
trap 'is_early=yes; kill -TERM "$ionfarm" 2>/dev/null' USR1
trap 'kill -TERM "$ionfarm" 2>/dev/null' TERM

"${IONFARM:-ionfarm}" run --quiet --resume=auto --shard "auto/$n" --workers "${SLURM_CPUS_PER_TASK:-1}" \
	--output "$dir/shard.$SLURM_ARRAY_TASK_ID" "$job" &
ionfarm=$!
wait "$ionfarm"
status=$?
while kill -0 "$ionfarm" 2>/dev/null; do     # a signal ends wait, not ionfarm
	wait "$ionfarm"
	status=$?
done

if [ "$status" = 4 ] && [ "$is_early" = yes ]; then
	exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
# Histories that killed their workers were left out: the merge will say which.
[ "$status" != 3 ] || status=0
exit "$status"
