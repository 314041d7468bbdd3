"""Runs ionfarm: writes job files into a temporary directory and reads what comes out."""

import collections
import hashlib
import json
import os
import subprocess

import numpy as np

Table = collections.namedtuple("Table", "energy electronic nuclear total range")


class Failure(Exception):
    """The program did not do what was asked."""


def value_text(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {value_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(v) for v in value) + "]"
    return str(value)


def job_text(job):
    lines = []
    for key, value in job.items():
        if isinstance(value, dict):
            lines.append(f"{key}:")
            lines += [f"  {k}: {value_text(v)}" for k, v in value.items()]
        else:
            lines.append(f"{key}: {value_text(value)}")
    return "\n".join(lines) + "\n"


def without_nuclei(job):
    """What the cases compare are interactions with electrons and Coulomb fields, unless a job says
    otherwise."""
    return dict(job, transport={"nuclear": "off", **job.get("transport", {})})


class Result:
    """The directory of one run."""

    def __init__(self, directory):
        self.directory = directory
        with open(os.path.join(directory, "report.json"), encoding="utf-8") as f:
            self.report = json.load(f)

    def depth(self):
        return np.genfromtxt(os.path.join(self.directory, "depth.csv"), delimiter=",", names=True)

    def particles(self):
        path = os.path.join(self.directory, "particles.csv")
        return np.atleast_1d(np.genfromtxt(path, delimiter=",", names=True))

    def states(self):
        return np.load(os.path.join(self.directory, "final_states.npy"))

    def dose(self, name="dose"):
        """Dose in Gy per primary, or `dose_error`, its relative standard error; indices z, y, x."""
        size = None
        with open(os.path.join(self.directory, name + ".mhd"), encoding="utf-8") as f:
            for line in f:
                key, _, text = line.partition("=")
                if key.strip() == "DimSize":
                    size = [int(n) for n in text.split()]
        raw = np.fromfile(os.path.join(self.directory, name + ".raw"), "<f4")
        return raw.reshape(size[2], size[1], size[0]).astype(float)


class Program:
    def __init__(self, path, directory, workers=None, histories_scale=1.0):
        self.path, self.directory = os.path.abspath(path), directory
        self.workers, self.scale = workers, histories_scale
        self.results, self.tables, self.answers = {}, {}, {}
        self.histories = 0
        self.worst_imbalance = 0.0

    def call(self, *arguments):
        done = subprocess.run([self.path, *arguments], cwd=self.directory, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise Failure(f"ionfarm {' '.join(arguments)}: exit status {done.returncode}\n"
                          + done.stderr)
        return done.stdout

    def table(self, ion, material, energies_MeV_u, mean_excitation_eV=None):
        energies = ",".join(f"{e:.10g}" for e in energies_MeV_u)
        arguments = ["table", "--energies", energies]
        if mean_excitation_eV is not None:
            arguments += ["--mean-excitation-energy", f"{mean_excitation_eV:g}"]
        key = (ion, material, mean_excitation_eV, energies)
        if key not in self.tables:
            text = self.call(*arguments, ion, material)
            rows = [line.split() for line in text.splitlines() if line and line[0] != "#"]
            self.tables[key] = Table(*np.array(rows, float).T)
        return self.tables[key]

    def write(self, text):
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        path = os.path.join(self.directory, name + ".yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return name

    def run(self, job):
        """The result of a job; the same job is run once."""
        job = dict(without_nuclei(job),
                   histories=int(max(4000, round(job["histories"] * self.scale, -3))))
        text = job_text(job)
        if text not in self.results:
            name = self.write(text)
            options = [] if self.workers is None else ["--workers", str(self.workers)]
            self.call("run", "--quiet", *options, "--output", name + ".out", name + ".yaml")
            result = Result(os.path.join(self.directory, name + ".out"))
            self.results[text] = result
            self.account(result, job["histories"])
        return self.results[text]

    def account(self, result, histories):
        b = result.report["energy_balance"]
        channels = [v for k, v in b.items()
                    if isinstance(v, int) and not isinstance(v, bool) and k != "source"]
        rest = b["source"] - sum(channels)
        self.worst_imbalance = max(self.worst_imbalance, abs(rest) / b["source"])
        self.histories += histories

    def accepts(self, job):
        """Whether the program knows every key of the job."""
        text = job_text(without_nuclei(job))
        if text not in self.answers:
            try:
                self.call("check", self.write(text) + ".yaml")
                self.answers[text] = True
            except Failure:
                self.answers[text] = False
        return self.answers[text]


def pencil(ion, energy, histories, size_cm, voxel_mm, material="water", seed=1, **sections):
    """A job: a pencil beam into a box. `sections` adds keys to beam, phantom, scoring, transport
    or to the top of the file (final_states)."""
    job = {"histories": histories, "seed": seed,
           "beam": {"ion": ion, "energy": energy},
           "phantom": {"material": material, "size": [f"{s:g} cm" for s in size_cm]},
           "scoring": {"voxel": [f"{v:g} mm" for v in voxel_mm]}}
    for key, value in sections.items():
        if isinstance(value, dict):
            job.setdefault(key, {}).update(value)
        else:
            job[key] = value
    return job
