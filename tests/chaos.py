#!/usr/bin/python3
"""Disturbs small runs in every way and demands the undisturbed result of each.

usage: chaos.py [--long | --seconds N] [--seed N]

Runs jobs again and again; meanwhile kills and stops workers, kills, stops and hangs up the supervisor, fills the
disk, and fails system calls (with strace, where it is). Each job is started again until it is complete, with other
numbers of workers; it must end with the undisturbed tally.bin, and each process on the way with a documented
exit status. IONFARM names the program. Short form: 60 s. Long form: until there were 1000 worker kills,
300 supervisor kills and 100 of each of the others. Exit status: 0 nothing was lost, 1 something was, 77 cannot run.
"""
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

IONFARM = os.path.abspath(os.environ.get("IONFARM", "./ionfarm"))
LONG = {"worker kills": 1000, "supervisor kills": 300, "worker stops": 100, "supervisor stops": 100,
        "full disks": 100, "failed system calls": 100, "polite stops": 100, "hang-ups": 100}
JOB = """histories: {n}
histories_per_range: 50
final_states: {states}
beam: {{ion: proton, energy: 60 MeV, energy_spread: 1 %, spot_size: 4 mm}}
phantom: {{material: water, size: [4 cm, 4 cm, 4 cm]}}
scoring: {{voxel: [4 mm, 4 mm, 1 mm], slabs: {slabs}}}
"""
# An undisturbed process ends in one of these; 128 + SIGKILL is ours.
DOCUMENTED = {0, 4, 5, 6, -signal.SIGKILL}
# Not write: of the pipe behind its signal handlers libuv takes no failure but the end of the process, and a pipe
# is never full in that way; disks that are full are.
INJECTIONS = ["fsync:error=EIO:when=1+3", "fdatasync:error=EIO:when=1+2", "rename,renameat,renameat2:error=EIO:when=2+3",
              "pwrite64:error=ENOSPC:when=20+15", "openat:error=EMFILE:when=60+9", "linkat:error=EPERM",
              "pidfd_open:error=EMFILE:when=3+4", "clone,clone3,fork:error=EAGAIN:when=3+3",
              "memfd_create,fallocate:error=ENOSPC:when=3", "ftruncate:error=EIO:when=2", "unlink,unlinkat:error=EIO:when=4"]


class Chaos:
    def __init__(self, directory, rng):
        self.directory, self.rng = directory, rng
        self.count = dict.fromkeys(LONG, 0)
        self.jobs = self.processes = 0
        self.lost = []
        self.statuses = {}
        self.expected = {}
        self.has_strace = shutil.which("strace") is not None and self.strace_works()
        self.disk = self.mount()

    def strace_works(self):
        return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0

    def mount(self):
        """A small disk of our own, if that may be; we are then in a mount namespace that run() made."""
        disk = os.path.join(self.directory, "disk")
        os.mkdir(disk)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", disk], stderr=subprocess.DEVNULL)
        return disk if made.returncode == 0 else None

    def write_job(self, n, slabs, states):
        path = os.path.join(self.directory, "job.%d.%s.%s.yaml" % (n, slabs, states))
        with open(path, "w") as f:
            f.write(JOB.format(n=n, slabs=slabs, states=states))
        return path

    def hashes(self, directory):
        out = []
        for name in ("tally.bin", "dose.raw", "depth.csv", "final_states.npy"):
            path = os.path.join(directory, name)
            out.append(hashlib.sha256(open(path, "rb").read()).hexdigest() if os.path.exists(path) else "absent")
        return out

    def undisturbed(self, job, n):
        if job not in self.expected:
            whole = os.path.join(self.directory, "whole")
            subprocess.run([IONFARM, "run", "-q", "--force", "-w", "2", "-n", str(n), "-o", whole, job], check=True)
            self.expected[job] = self.hashes(whole)
        return self.expected[job]

    def command(self, job, out, is_serial):
        workers = ["--serial"] if is_serial else ["-w", str(self.rng.randint(1, 6))]
        interval = self.rng.choice(["10 ms", "30 ms", "100 ms", "0"])
        return [IONFARM, "run", "-q", "--resume=auto", "--checkpoint-interval", interval, "--hang-timeout", "2 s",
                "-o", out] + workers + [job]

    def workers_of(self, pid):
        try:
            with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
                return [int(p) for p in f.read().split()]
        except OSError:
            return []

    def signal(self, pid, number, what):
        try:
            os.kill(pid, number)
            self.count[what] += 1
            return True
        except ProcessLookupError:
            return False

    def supervisor_of(self, process, is_traced):
        """The process that is disturbed; strace stands before it."""
        below = self.workers_of(process.pid) if is_traced else [process.pid]
        return below[0] if below else process.pid

    def one_of(self, pid, number, what):
        workers = self.workers_of(pid)
        if workers:
            self.signal(self.rng.choice(workers), number, what)

    def catches(self, pid, number):
        try:
            with open("/proc/%d/status" % pid) as f:
                mask = [int(line.split()[1], 16) for line in f if line.startswith("SigCgt")][0]
            return mask >> (number - 1) & 1
        except (OSError, IndexError):
            return 0

    def pause(self, pid):
        if self.signal(pid, signal.SIGSTOP, "supervisor stops"):
            time.sleep(self.rng.random() * 0.3)
            os.kill(pid, signal.SIGCONT)

    def fill(self):
        path = os.path.join(self.disk, "fill")
        with open(path, "wb", buffering=0) as f:
            try:
                while True:
                    f.write(bytes(65536))
            except OSError:
                pass
        self.count["full disks"] += 1
        time.sleep(self.rng.random() * 0.2)
        if self.rng.random() < 0.7:
            os.unlink(path)

    def free(self):
        if self.disk and os.path.exists(os.path.join(self.disk, "fill")):
            os.unlink(os.path.join(self.disk, "fill"))

    def disturb(self, process, is_on_disk, is_traced):
        """One disturbance of a run."""
        kinds = ["worker kills"] * 10 + ["supervisor kills"] * 2 + ["worker stops", "supervisor stops", "hang-ups",
                                                                    "polite stops"]
        kinds += ["full disks"] * 2 if is_on_disk else []
        kind, pid = self.rng.choice(kinds), self.supervisor_of(process, is_traced)
        stop = self.rng.choice([signal.SIGTERM, signal.SIGINT])     # one may be let go before the other
        if kind == "worker kills":
            self.one_of(pid, signal.SIGKILL, kind)
        elif kind == "worker stops":
            self.one_of(pid, signal.SIGSTOP, kind)
        elif kind == "supervisor kills":
            self.signal(pid, signal.SIGKILL, kind)
        elif kind == "supervisor stops" and not is_traced:
            self.pause(pid)
        elif kind == "hang-ups" and self.catches(pid, signal.SIGHUP):
            self.signal(pid, signal.SIGHUP, kind)
        elif kind == "polite stops" and self.catches(pid, stop):
            self.signal(pid, stop, kind)
        elif kind == "full disks":
            self.fill()

    def start(self, command, is_traced, log):
        if is_traced:
            injection = self.rng.choice(INJECTIONS)
            command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + injection.split(":")[0],
                       "-e", "inject=" + injection] + command
            self.count["failed system calls"] += 1
        self.processes += 1
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)

    def watch(self, process, is_on_disk, is_traced):
        """Disturbs the process until it ends; a process that does not end in two minutes is a failure."""
        end = time.monotonic() + 120
        while process.poll() is None:
            time.sleep(self.rng.random() * 0.06)
            if process.poll() is None and time.monotonic() < end - 100:
                self.disturb(process, is_on_disk, is_traced)
            if time.monotonic() > end:
                process.kill()
                return None
        return process.returncode

    def job(self):
        self.jobs += 1
        n = self.rng.choice([5000, 10010, 20005])
        path = self.write_job(n, self.rng.choice(["per-worker", "shared"]), self.rng.choice(["yes", "no"]))
        expected = self.undisturbed(path, n)
        is_on_disk = self.disk is not None and self.rng.random() < 0.4
        out = os.path.join(self.disk if is_on_disk else self.directory, "run")
        shutil.rmtree(out, ignore_errors=True)
        if not self.until_complete(path, out, is_on_disk):
            return
        if self.hashes(out) != expected:
            self.lose("another result: %s" % path, out)

    def until_complete(self, path, out, is_on_disk):
        with open(os.path.join(self.directory, "log"), "wb") as log:
            for attempt in range(60):
                is_calm = attempt >= 50     # then it has to succeed
                is_traced = self.has_strace and not is_calm and self.rng.random() < 0.15
                process = self.start(self.command(path, out, self.rng.random() < 0.1), is_traced, log)
                status = process.wait(120) if is_calm else self.watch(process, is_on_disk, is_traced)
                self.statuses[status] = self.statuses.get(status, 0) + 1
                self.free()
                if status == 0:
                    return True
                if status not in DOCUMENTED and not (is_traced and status in (1, 2)):
                    self.lose("exit status %s (attempt %d%s)" % (status, attempt, ", traced" if is_traced else ""), out)
                    return False
        self.lose("never complete", out)
        return False

    def lose(self, why, out):
        kept = os.path.join(self.directory, "lost.%d" % len(self.lost))
        shutil.copytree(out, kept, symlinks=True) if os.path.isdir(out) else None
        log = os.path.join(self.directory, "log")
        tail = open(log, errors="replace").read()[-1500:] if os.path.exists(log) else ""
        self.lost.append(why)
        print("LOST: %s\n%s" % (why, tail), flush=True)

    def is_done(self, limits):
        for what, n in limits.items():
            if what == "full disks" and self.disk is None or what == "failed system calls" and not self.has_strace:
                continue
            if self.count[what] < n:
                return False
        return True

    def report(self, seconds):
        print("chaos: %d jobs in %d processes, %.0f s" % (self.jobs, self.processes, seconds))
        for what, n in self.count.items():
            print("chaos: %5d %s" % (n, what))
        print("chaos: exit statuses: " + ", ".join("%s: %d times" % i for i in sorted(self.statuses.items(), key=str)))
        if self.disk is None:
            print("chaos: no full disks: no file system may be mounted here")
        if not self.has_strace:
            print("chaos: no failed system calls: strace is not here")
        print("chaos: %d jobs lost" % len(self.lost))


def end_leftovers(directory):
    """A child that was stopped before it could ask to die with its parent outlives a parent that is killed then.
    It holds nothing; returns how many there were."""
    n = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                is_ours = directory.encode() in f.read() and int(pid) != os.getpid()
            if is_ours:
                os.kill(int(pid), signal.SIGKILL)
                n += 1
        except OSError:
            pass
    return n


def options(arguments):
    seconds, limits, seed = 60.0, None, random.SystemRandom().randrange(1 << 30)
    while arguments:
        key = arguments.pop(0)
        if key == "--long":
            limits = LONG
        elif key == "--seconds" and arguments:
            seconds = float(arguments.pop(0))
        elif key == "--seed" and arguments:
            seed = int(arguments.pop(0))
        elif key == "--inside":
            pass
        else:
            print(__doc__)
            sys.exit(2)
    return seconds, limits, seed


def enter_namespace():
    """Once more, in a mount namespace where a small disk can be had, if that may be."""
    kind = "-m" if os.geteuid() == 0 else "-rm"
    if "--inside" not in sys.argv and subprocess.run(["unshare", kind, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        os.execvp("unshare", ["unshare", kind, sys.executable, os.path.abspath(__file__), "--inside"] + sys.argv[1:])


def main():
    seconds, limits, seed = options(sys.argv[1:])
    if not os.access(IONFARM, os.X_OK):
        print("chaos: no program " + IONFARM)
        return 77
    if shutil.which("unshare"):
        enter_namespace()
    print("chaos: --seed %d" % seed, flush=True)
    directory = tempfile.mkdtemp(prefix="chaos.", dir=os.getcwd())
    start, told = time.monotonic(), time.monotonic()
    chaos = Chaos(directory, random.Random(seed))
    try:
        while not chaos.is_done(limits) if limits else time.monotonic() - start < seconds:
            chaos.job()
            if time.monotonic() - told > 300:
                told = time.monotonic()
                chaos.report(told - start)
                sys.stdout.flush()
    finally:
        chaos.report(time.monotonic() - start)
        print("chaos: %d processes that were stopped at their birth had to be ended" % end_leftovers(directory))
        time.sleep(0.2)
        if chaos.disk:
            subprocess.run(["umount", chaos.disk])
        if not chaos.lost:
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if chaos.lost else 0


sys.exit(main())
