#!/usr/bin/python3
"""Fails each system call of a small run in turn, and kills a process at each: nothing may be lost.

usage: faults.py [NAME...]

Needs strace. Each run gets one fault: the k-th call of a name fails in the supervisor, or in each of its
processes, or ends the process. Whatever came of it, the run must have ended with a documented status and a
word why, leave nothing half-written, and `run --resume=auto` must end with the undisturbed result. NAMEs
of system calls restrict it to those. IONFARM names the program. Some minutes. Exit status: 0 nothing was lost,
1 something was, 77 cannot run.
"""
import collections
import concurrent.futures
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

IONFARM = os.path.abspath(os.environ.get("IONFARM", "./ionfarm"))
JOB = """histories: 1005
histories_per_range: 50
final_states: yes
beam: {ion: proton, energy: 60 MeV, energy_spread: 1 %, spot_size: 4 mm}
phantom: {material: water, size: [4 cm, 4 cm, 4 cm]}
scoring: {voxel: [4 mm, 4 mm, 1 mm]}
"""
RESULTS = ("tally.bin", "final_states.npy", "depth.csv", "dose.raw", "dose_error.raw")
# What a call may meet. Of pipe2, epoll_ctl, read, write: libuv ends the process when one of its own fails, in ways
# that do not happen; a disk that does not take what is written is tried in cli/disk_full.sh.
ERRORS = {
    "openat": ["EMFILE", "EACCES", "ENOMEM"], "pwrite64": ["ENOSPC", "EINTR"], "mmap": ["ENOMEM"],
    "clone": ["EAGAIN"], "fsync": ["EIO", "ENOSPC"], "fdatasync": ["EIO"], "renameat": ["EIO", "EROFS"],
    "linkat": ["EPERM", "EIO"], "unlink": ["EROFS"], "unlinkat": ["EROFS", "EIO"],
    "fallocate": ["ENOSPC", "EOPNOTSUPP"], "ftruncate": ["EIO"], "socketpair": ["EMFILE"],
    "epoll_create1": ["EMFILE"], "epoll_wait": ["EINTR"], "eventfd2": ["EMFILE"], "pidfd_open": ["EMFILE"],
    "pidfd_send_signal": ["EPERM"], "sendto": ["ENOBUFS", "EINTR", "EPIPE"], "recvfrom": ["EINTR", "ECONNRESET"],
    "pread64": ["EIO"], "mprotect": ["ENOMEM"], "madvise": ["ENOMEM", "EINVAL", "EFAULT"], "close": ["EIO", "EINTR"],
    "fstatfs": ["EIO"], "newfstatat": ["EIO"], "mkdir": ["EACCES", "ENOSPC"], "waitid": ["EINTR"],
    "prctl": ["EPERM"], "prlimit64": ["EPERM"], "lseek": ["ESPIPE"],
}
STATUSES = {0, 1, 2, 3, 4, 5, 6}
KILLED = {-9, 137}


def run(out, *options):
    return [IONFARM, "run", "-q", "-w", "2", "--checkpoint-interval", "5 ms", "-o", out, *options, "job.yaml"]


def hashes(out):
    return [hashlib.sha256(open(os.path.join(out, name), "rb").read()).hexdigest()
            if os.path.exists(os.path.join(out, name)) else "absent" for name in RESULTS]


def calls(is_followed):
    """How often a process makes each call, and how often before the job is read, where only the loader is at work."""
    subprocess.run(["strace", "-o", "trace"] + ["-f"] * is_followed + run("counted"), check=True)
    count, before = collections.defaultdict(collections.Counter), {}
    with open("trace", errors="replace") as trace:
        for line in trace:
            pid, call = line.split(None, 1) if is_followed else ("", line)
            name = call.split("(")[0]
            if name.isidentifier():
                count[name][pid] += 1
            if "job.yaml" in line and "execve" not in line and not before:
                before = {name: max(of.values()) for name, of in count.items()}
    shutil.rmtree("counted")
    return {name: (before.get(name, 0) + 1, max(of.values())) for name, of in count.items()}


def faults(names):
    for is_followed in (False, True):
        for name, (first, last) in sorted(calls(is_followed).items()):
            if names and name not in names:
                continue
            for k in range(first, last + 1):
                yield is_followed, "%s:signal=SIGKILL:when=%d" % (name, k)
                for error in ERRORS.get(name, ()):
                    yield is_followed, "%s:error=%s:when=%d" % (name, error, k)


def verdict(out, fault, expected):
    """What is wrong after a fault, or None."""
    is_followed, injection = fault
    traced = ["timeout", "100", "strace", "-qq", "-o", "/dev/null", "-e", "trace=" + injection.split(":")[0],
              "-e", "inject=" + injection] + ["-f"] * is_followed
    first = subprocess.run(traced + run(out), stdin=subprocess.DEVNULL, capture_output=True)
    if first.returncode not in STATUSES | (KILLED if "SIGKILL" in injection else set()):
        return "exit status %d" % first.returncode
    if first.returncode in STATUSES - {0} and not first.stderr:
        return "status %d without a word" % first.returncode
    if first.returncode == 0 and hashes(out) != expected:
        return "another result"
    again = subprocess.run(["timeout", "100"] + run(out, "--resume=auto"), stdin=subprocess.DEVNULL, capture_output=True)
    if again.returncode == 3 and first.returncode == 5:     # workers that died of anything have cost a history
        return None
    if again.returncode != 0:
        return "status %d when started again: %s" % (again.returncode, again.stderr.decode(errors="replace"))
    if hashes(out) != expected:
        return "another result when started again"
    left = [name for name in os.listdir(out) if name.endswith(".tmp")]
    return "left behind: " + ", ".join(left) if left else None


def try_one(numbered):
    number, fault, expected = numbered
    out = "run.%d" % number
    wrong = verdict(out, fault, expected)
    if wrong is None:
        shutil.rmtree(out, ignore_errors=True)
    return fault, wrong


def main():
    if not os.access(IONFARM, os.X_OK) or shutil.which("strace") is None:
        print("faults: no program %s, or no strace" % IONFARM)
        return 77
    directory = tempfile.mkdtemp(prefix="faults.", dir=os.getcwd())
    os.chdir(directory)
    with open("job.yaml", "w") as f:
        f.write(JOB)
    subprocess.run(run("whole"), check=True)
    expected, n, n_wrong = hashes("whole"), 0, 0
    work = [(i, fault, expected) for i, fault in enumerate(faults(sys.argv[1:]))]
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for (is_followed, injection), wrong in pool.map(try_one, work):
            n += 1
            if wrong is not None:
                n_wrong += 1
                print("LOST: %s%s: %s" % (injection, " in each process" if is_followed else "", wrong), flush=True)
    print("faults: %d, of which %d were not survived" % (n, n_wrong))
    if n_wrong == 0:
        os.chdir("..")
        shutil.rmtree(directory)
    return 1 if n_wrong or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
