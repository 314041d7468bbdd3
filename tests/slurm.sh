#!/bin/sh
# The scripts of examples/slurm on a real Slurm: a controller and a node on this machine, started and ended here.
# Tasks of the array are requeued, signalled and killed with their node; the merge is that of one run. A minute or
# two on an idle machine. Needs root and Debian's slurmctld, slurmd and slurm-client, but neither munge nor control groups.
set -u
: "${LIMIT_s:=300}"
: "${IONFARM_SOURCE:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source-path=SCRIPTDIR source=cli/lib/common.sh
. "$IONFARM_SOURCE/tests/cli/lib/common.sh"
# shellcheck source=cli/lib/slurm.sh
. "$IONFARM_SOURCE/tests/cli/lib/slurm.sh"

has_slurm || exit 77
examples=$IONFARM_SOURCE/examples/slurm
begin_cluster

# Serially some seconds for each shard, by short steps, with checkpoints all the time.
cat >ionfarm.slowly <<SH
#!/bin/sh
command=\$1
shift
case \$command in
run) exec "$IONFARM" run --checkpoint-interval '100 ms' "\$@" ;;
*) exec "$IONFARM" "\$command" "\$@" ;;
esac
SH
chmod +x ionfarm.slowly
slowly='transport: {nuclear: off, step: 0.02 mm, range_fraction: 0.1 %}'
small_job 400005 500 "$slowly" >job.yaml
before_ms=$(($(date +%s%N) / 1000000))
run_into whole -w 2 job.yaml || finish
took_ms=$(($(date +%s%N) / 1000000 - before_ms))

has_checkpoint() { [ -f "parts/shard.$1/checkpoint" ]; }
n_resumed() { grep -c "^resumed from=[ct]" "$1/ranges.log"; }     # from a checkpoint or a tally
no_job_is_left() { [ -z "$(squeue --noheader 2>/dev/null)" ] && [ -n "$(sinfo --noheader 2>/dev/null)" ]; }
show_logs() { tail -n 8 ./*.log | sed 's/^/    /'; }

said=$(IONFARM=$scratch/ionfarm.slowly "$examples/submit.sh" job.yaml 3 parts 2>err) || { fail "submit: $(cat err)"; finish; }
array=$(echo "$said" | sed -n 's/^shards: job \([0-9]*\),.*/\1/p')
claim "submitted: $said" [ -n "$array" ]

within 60 has_checkpoint 1 || fail 'task 1 writes no checkpoint'
claim 'task 1 is killed and requeued by hand' scontrol requeue "${array}_1"
within 60 has_checkpoint 2 || fail 'task 2 writes no checkpoint'
claim 'task 2 gets the early signal' scancel --batch --signal=USR1 "${array}_2"
within 60 has_checkpoint 3 || fail 'task 3 writes no checkpoint'
# The node dies with all that runs on it, and comes back.
victims=$(ours | grep -vx "$controller")
# shellcheck disable=SC2086
kill -KILL $victims 2>/dev/null
wait "$node" 2>/dev/null
start_node
ok 'the node is killed with its tasks, and restarted'

within 300 no_job_is_left || { fail "jobs are left: $(squeue 2>&1)"; show_logs; }
for task in 1 2 3; do
	claim "task $task went on from a checkpoint" [ "$(n_resumed parts/shard.$task)" -ge 1 ]
done
claim 'the merge has been run' [ -f parts/result/report.json ]
claim 'and the result is that of one run' same tally.bin whole parts/result || show_logs
claim 'in its doses too' same dose.raw whole parts/result

# A task that needs longer than until its signal, 10 s after its start or up to a minute earlier: on this machine
# a quarter of a minute, were it alone on it.
small_job $((400005 * 16000 / took_ms)) 500 "$slowly" >long.yaml
said=$(IONFARM=$IONFARM "$examples/submit.sh" long.yaml 1 long.out --time=1 --signal=B:USR1@50 2>err) ||
	fail "submit: $(cat err)"
run_into long.whole -w 2 long.yaml
within 300 no_job_is_left || { fail "jobs are left: $(squeue 2>&1)"; show_logs; }
claim "at its time limit it stopped and was started again, $(n_resumed long.out/shard.1) times" \
	[ "$(n_resumed long.out/shard.1)" -ge 1 ]
claim 'and the result is that of one run' same tally.bin long.whole long.out/result || show_logs

# A shard that fails cancels the merge.
mkdir -p bad.out
: >bad.out/shard.1
said=$("$examples/submit.sh" job.yaml 2 bad.out 2>err)
within 60 no_job_is_left || fail "jobs are left: $(squeue 2>&1)"
claim 'the merge of shards of which one failed is cancelled' [ ! -e bad.out/result ]

end_cluster
controller='' node=''
claim 'no process is left' none_is_ours
finish
