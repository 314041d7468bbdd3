#!/usr/bin/python3
"""Measures the figures of speed that stand in README.md and the manual, and prints them as the README's table.

usage: figures.py PROGRAM [speeds] [ranges] [workers] [sizes] [starts]

Whole runs of `PROGRAM run`, from the command to the last file written, of pencil beams in water: 100 x 100 x 400
voxels of 1 mm, energy spread 0.5 %, spot 3 mm, statistics on. Each figure is the median of five runs, those that are
compared taken in turn. It takes twenty minutes, and wants a machine that does nothing else.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

REPEATS = 5
BEAMS = {"carbon 400 MeV/u": ("C-12", "400 MeV/u"), "proton 150 MeV": ("proton", "150 MeV"),
         "proton 200 MeV": ("proton", "200 MeV")}
JOB = """histories: 1e6
{ranges}seed: 1
beam: {{ion: {ion}, energy: {energy}, energy_spread: 0.5 %, spot_size: 3 mm}}
phantom: {{material: water, size: {size}}}
scoring: {{voxel: [1 mm, 1 mm, 1 mm]}}
transport: {{nuclear: {nuclear}}}
"""
SMALL, LARGE = "[10 cm, 10 cm, 40 cm]", "[51.2 cm, 51.2 cm, 51.2 cm]"


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = os.path.abspath(program), folder

    def run(self, beam, nuclear, histories, *options, vectors=None, size=SMALL, per_range=None):
        """Seconds from the command to the end, and those of its parts."""
        ion, energy = BEAMS[beam]
        with open(os.path.join(self.folder, "job.yaml"), "w", encoding="utf-8") as f:
            f.write(JOB.format(ion=ion, energy=energy, nuclear=nuclear, size=size,
                               ranges=f"histories_per_range: {per_range}\n" if per_range else ""))
        env = dict(os.environ, **({"IONFARM_KERNEL": vectors} if vectors else {}))
        shutil.rmtree(os.path.join(self.folder, "out"), ignore_errors=True)
        begin = time.monotonic()
        subprocess.run([self.program, "run", "--quiet", "-n", str(histories), "-o", "out", *options,
                        "job.yaml"], cwd=self.folder, env=env, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - begin
        with open(os.path.join(self.folder, "out", "report.json"), encoding="utf-8") as f:
            return {"all": seconds, **json.load(f)["time"]}

    def medians(self, which, *cases, repeats=REPEATS):
        """Of runs that are compared, one after the other in each turn."""
        seconds = [[] for _ in cases]
        for _ in range(repeats):
            for of_case, case in zip(seconds, cases):
                of_case.append(case()[which])
        return [statistics.median(s) for s in seconds]


def row(what, *values):
    print("| " + " | ".join([what, *values]) + " |", flush=True)


def speeds(b):
    row("histories/s of one processor", "AVX-512", "AVX2", "no wide vectors")
    row("---", "---:", "---:", "---:")
    for beam in BEAMS:
        for nuclear, histories in (("off", 4000000), ("on", 400000)):
            s = b.medians("all", *(lambda v=v, n=n: b.run(beam, nuclear, n, "--serial", vectors=v)
                                   for v, n in (("v4", histories), ("v3", histories), ("base", histories // 10))))
            counts = histories, histories, histories // 10
            row(beam + (", nuclear interactions" if nuclear == "on" else ", without"),
                *(f"{n / t:,.0f}" for n, t in zip(counts, s)))


def ranges(b):
    row("histories/s of one processor, by histories_per_range", "10000", "default", "100000")
    row("---", "---:", "---:", "---:")
    for beam in BEAMS:
        s = b.medians("all", *(lambda r=r: b.run(beam, "off", 10 ** 7, "--serial", per_range=r)
                               for r in (10000, None, 100000)))
        row(f"{beam}, without, 1e7 histories", *(f"{10 ** 7 / t:,.0f}" for t in s))


def workers(b):
    row("workers", "measured")
    row("---", "---:")
    beam, n = "carbon 400 MeV/u", os.cpu_count()
    for nuclear, histories in (("off", 10000000), ("on", 1000000)):
        cases = [lambda w=w: b.run(beam, nuclear, histories, "-w", str(w)) for w in (1, n, 4 * n)]
        one, all_of_them, more = b.medians("all", *cases)
        name = f"{beam}, nuclear interactions {nuclear}, {histories:.0e} histories"
        row(f"{name}: {n} workers over one", f"{one / all_of_them:.2f}")
        row(f"{name}: {4 * n} workers over {n}", f"{all_of_them / more:.2f}")


def sizes(b):
    row("sizes", "measured")
    row("---", "---:")
    beam = "carbon 400 MeV/u"
    for histories in (10 ** 4, 10 ** 5, 10 ** 6, 10 ** 7, 10 ** 8):
        seconds, = b.medians("transport_s", lambda h=histories: b.run(beam, "off", h, "--serial"),
                             repeats=REPEATS if histories < 10 ** 8 else 1)
        row(f"{beam}, without, {histories:.0e} histories: a history", f"{1e9 * seconds / histories:.0f} ns")
    small, large = b.medians("transport_s", lambda: b.run(beam, "off", 10 ** 7),
                             lambda: b.run(beam, "off", 10 ** 7, size=LARGE), repeats=3)
    row("512 x 512 x 512 voxels of 1 mm: speed over that of 100 x 100 x 400", f"{small / large:.2f}")


def starts(b):
    row("starts", "measured")
    row("---", "---:")
    beam = "carbon 400 MeV/u"
    for nuclear in ("off", "on"):
        setup, = b.medians("setup_s", lambda nu=nuclear: b.run(beam, nu, 10000))
        whole, = b.medians("all", lambda nu=nuclear: b.run(beam, nu, 100000))
        row(f"{beam}, nuclear interactions {nuclear}: start, tables included", f"{1000 * setup:.0f} ms")
        row(f"{beam}, nuclear interactions {nuclear}: 1e5 histories, from command to files", f"{whole:.2f} s")


def main():
    parts = {f.__name__: f for f in (speeds, ranges, workers, sizes, starts)}
    wanted = sys.argv[2:] or parts
    if len(sys.argv) < 2 or any(name not in parts for name in wanted):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        b = Bench(sys.argv[1], folder)
        for name in wanted:
            parts[name](b)


if __name__ == "__main__":
    main()
