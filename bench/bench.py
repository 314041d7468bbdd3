#!/usr/bin/python3
"""How fast the program is, as a line to keep, and two such lines compared.

usage: bench.py line PROGRAM [OPTION of ionfarm bench...]
       bench.py compare OLD [NEW]

`line` runs `PROGRAM bench --json` three times and prints one line of JSON: the machine, the version, when, and of each
beam and number of workers the fastest of the three. `compare` takes the last line of each file, or, of one file, the
last two, and prints by how much the time of a step has changed. Less than 5 % is noise on most machines, and lines
of two machines, or of one that was busy, say nothing of the program: then the exit status is 1.
"""
import datetime
import json
import os
import platform
import subprocess
import sys

REPEATS = 3
OF_MACHINE = ("machine", "processor", "processors")     # if these differ, lines are not alike
OF_JOB = ("kernel",)                                    # and this is to be told
OF_ONE_TABLE = ("speed_up", "efficiency")               # which mixed with others mean nothing
NOT_KEPT = ("runs", "parts_of_a_step_ns")               # as they are


def processor():
    """The model, as Linux calls it."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def output_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: exit status {done.returncode}")
    return done.stdout


def key_of(run):
    return run["beam"], run.get("histories", 0), run["workers"]      # lines of older versions do not tell them


def fastest(tables):
    """Of each beam and number of workers, in the order of the first table."""
    by_key = {}
    for table in tables:
        for run in table["runs"]:
            best = by_key.get(key_of(run))
            if best is None or run["ns_per_step"] < best["ns_per_step"]:
                by_key[key_of(run)] = {key: value for key, value in run.items() if key not in OF_ONE_TABLE}
    return list(by_key.values())


def line(program, *options):
    tables = [json.loads(output_of(program, "bench", "--json", *options)) for _ in range(REPEATS)]
    print(json.dumps({
        "machine": platform.node(), "processor": processor(), "processors": len(os.sched_getaffinity(0)),
        "version": output_of(program, "--version").split()[-1],
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        **{key: value for key, value in tables[0].items() if key not in NOT_KEPT}, "runs": fastest(tables),
    }))
    return 0


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(text) for text in f if text.strip()]


def compare(old_path, new_path=None):
    lines = lines_of(old_path)[-1:] + lines_of(new_path)[-1:] if new_path else lines_of(old_path)[-2:]
    if len(lines) < 2:
        sys.exit(f"bench: {old_path} has fewer than two lines to compare")
    old, new = lines
    differ = [key for key in OF_MACHINE + OF_JOB if old.get(key) != new.get(key)]
    for key in differ:
        print(f"# {key}: {old.get(key)} / {new.get(key)}")
    row = "{} {:<18} {:>9} {:>7} {:>20} {:>20}  {}"
    print(row.format("#", "beam", "histories", "workers", old["version"], new["version"], "ns a step, new / old"))
    before = {key_of(run): run for run in old["runs"]}
    for run in new["runs"]:
        was = before.get(key_of(run))
        now = run["ns_per_step"]
        print(row.format(" ", *key_of(run), f"{was['ns_per_step']:.2f}" if was else "-", f"{now:.2f}",
                         f"{now / was['ns_per_step']:.3f}" if was else ""))
    return 1 if set(differ) & set(OF_MACHINE) else 0


if __name__ == "__main__":
    commands = {"line": line, "compare": compare}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]](*sys.argv[2:]))
