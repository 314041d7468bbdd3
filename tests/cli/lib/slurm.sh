# Sourced by the tests that need Slurm: a real controller and a node on this machine, started and ended here. After
# common.sh, whose scratch directory they work in. Needs root and Debian's slurmctld, slurmd and slurm-client, but
# neither munge nor control groups.
# shellcheck shell=sh

# has_slurm: or says what is missing.
has_slurm() {
	for tool in slurmctld slurmd sbatch scontrol scancel squeue; do
		command -v $tool >/dev/null || { skip "$tool is not installed"; return 1; }
	done
	[ "$(id -u)" = 0 ] || { skip 'only root may start a node'; return 1; }
}

# shellcheck disable=SC2154 # common.sh has it
SLURM_CONF=$scratch/slurm.conf
export SLURM_CONF
controller='' node=''

# Every process of this cluster has the scratch directory in its environment.
ours() {
	(
		unset SLURM_CONF     # of those who look
		grep -lF "# shellcheck disable=SC2154 # common.sh has it
SLURM_CONF=$scratch/slurm.conf" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3
	)
}
none_is_ours() { [ -z "$(ours)" ]; }
end_cluster() {
	[ -z "$controller" ] || scancel --quiet --user=root 2>/dev/null
	for process in $node $controller; do kill "$process" 2>/dev/null; done
	within 20 none_is_ours && return
	# shellcheck disable=SC2046
	kill -KILL $(ours) 2>/dev/null
}
trap 'end_cluster; clean_up' EXIT

# A requeued job waits until its credential has expired, for 5 s at the least.
configure() {     # PORT
	mkdir -p state spool
	cat >"$SLURM_CONF" <<-CONF
	ClusterName=ionfarm
	SlurmctldHost=localhost(127.0.0.1)
	SlurmctldPort=$1
	SlurmdPort=$(($1 + 1))
	AuthType=auth/none
	AuthInfo=cred_expire=5
	CredType=cred/none
	SlurmUser=root
	SlurmdUser=root
	StateSaveLocation=$scratch/state
	SlurmdSpoolDir=$scratch/spool
	SlurmctldPidFile=$scratch/slurmctld.pid
	SlurmdPidFile=$scratch/slurmd.pid
	ProctrackType=proctrack/linuxproc
	TaskPlugin=task/none
	SwitchType=switch/none
	MpiDefault=none
	JobAcctGatherType=jobacct_gather/none
	SelectType=select/cons_tres
	SelectTypeParameters=CR_CPU
	SlurmdParameters=config_overrides
	ReturnToService=2
	SlurmdTimeout=20
	KillWait=5
	SchedulerParameters=sched_interval=2,bf_interval=2
	NodeName=here NodeHostname=localhost NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
	PartitionName=all Nodes=here Default=YES MaxTime=60 State=UP
	CONF
}
start_node() {
	slurmd -D -N here >>slurmd.log 2>&1 &
	node=$!
}
is_up() { [ "$(sinfo --noheader --format=%t 2>/dev/null)" = "$1" ]; }
start_cluster() {
	configure $((20000 + $(random_below 20000)))
	slurmctld -D -c >>slurmctld.log 2>&1 &
	controller=$!
	start_node
	within 30 is_up idle
}

# begin_cluster: or fails.
begin_cluster() {
	n_starts=0
	until start_cluster; do      # the ports may be in use
		end_cluster
		n_starts=$((n_starts + 1))
		[ $n_starts -lt 3 ] || { fail "no cluster: $(tail -n 5 slurmctld.log slurmd.log)"; finish; }
	done
	ok 'a cluster of one node is up'
}
