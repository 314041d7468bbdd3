#!/bin/sh
# What is told of a run: to the service manager, to scripts that read JSON, and to whoever asks.
set -u
# shellcheck source-path=SCRIPTDIR source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

[ -x /usr/bin/python3 ] || { skip 'there is no /usr/bin/python3'; exit 77; }
cat >manager.py <<'PY'
"""A service manager: prints what it is told, each line with the number of its message."""
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0", 1))
print("listening", flush=True)
n = 0
while True:
    text = s.recv(4096).decode()
    n += 1
    for line in text.split("\n"):
        print(n, line, flush=True)
    if "STOPPING=1" in text:
        break
PY

# serve ADDRESS ARGUMENTS...: a run under a manager, whose record is in ./told.
serve() {
	address=$1
	shift
	rm -f told
	/usr/bin/python3 manager.py "$address" >told &
	manager=$!
	within 20 grep -qs listening told || fail 'no manager'
	NOTIFY_SOCKET=$address
	export NOTIFY_SOCKET
	start "$@"
	unset NOTIFY_SOCKET
}

small_job 1e8 50 >job.yaml
n_alive() { [ "$(grep -c 'WATCHDOG=1' told)" -ge "$1" ]; }
has_status() { grep -q 'STATUS=[1-9][0-9]* of 100000000 histories, [0-9]*/s, 0 deaths' told; }
for address in "$scratch/socket" "@ionfarm-test.$$"; do
	serve "$address" run -q --force -w 2 -o run job.yaml
	within "$LIMIT_s" n_alive 3 || fail "$address: no sign of life"
	claim "$address: it is ready from the first message on" [ "$(sed -n '/READY=1/{s/ .*//p;q}' told)" = 1 ]
	claim "$address: its status is told" within 20 has_status
	kill -TERM "$supervisor"
	end
	within 20 is_gone "$manager" || { fail "$address: its end is not told"; kill "$manager"; }
	wait "$manager" 2>/dev/null
	claim "$address: and that it stops" grep -q 'STATUS=stopped by a signal' told
	written=$(sed -n '/STATUS=writing the result/{s/ .*//p;q}' told)
	claim "$address: while the result is written it has an hour" grep -q "^$written WATCHDOG_USEC=3600000000" told
done
if command -v systemd-analyze >/dev/null; then
	sed "s,/usr/bin/ionfarm,$IONFARM," "$IONFARM_SOURCE/examples/ionfarm@.service" >ionfarm@x.service
	systemd-analyze verify ./ionfarm@x.service >verified 2>&1     # the manual may not be installed
	claim 'the unit of the examples is in order' \
		eval '! grep -v "Command .man ionfarm(1). failed" verified | grep -q "ionfarm@x.service:"'
fi

# JSON for scripts.
is_json() { /usr/bin/python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <"$1"; }
is_json_file() { /usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' <"$1"; }
start run -q --force -w 2 --progress=json -o run job.yaml
within "$LIMIT_s" grep -qs histories_per_s err || fail 'no progress'
exits 0 status --json run 2>/dev/null
claim 'status --json is JSON' is_json_file out
kill -TERM "$supervisor"
end
exits 4 run -q --force -w 2 --progress=json --time-limit '1500 ms' -o run job.yaml
claim 'each line of --progress=json is JSON' is_json err
claim 'of which there are some' grep -q '"histories_done": [1-9]' err
exits 0 status --json run
claim 'status --json is JSON after the end too' is_json_file out
finish
