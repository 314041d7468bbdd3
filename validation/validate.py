#!/usr/bin/env python3
"""Runs the validation cases of ionfarm and writes the page of every target with the value reached.

Exit status: 0 every target that can be judged is met, or its failure is explained; 1 one is not;
2 wrong usage."""

import argparse
import os
import sys
import tempfile
import time

sys.dont_write_bytecode = True       # the sources may be read-only

try:
    import numpy  # pylint: disable=unused-import
except ImportError:
    print(f"validate.py: {sys.executable} has no numpy", file=sys.stderr)
    sys.exit(2)

import case_depth
import case_field
import case_lateral
import case_measured
import case_steps
import case_stopping
import case_straggling
import case_symmetry
import known
import page
import plots
from program import Program
from reference import Reference

# name, function, whether it is part of --quick
CASES = [
    ("stopping", case_stopping.stopping, True),
    ("range", case_stopping.ranges, True),
    ("protons", case_depth.protons, True),
    ("spread", case_depth.spread_protons, False),
    ("carbon", case_depth.carbon, True),
    ("helium", case_depth.helium, False),
    ("lns", case_measured.measured, False),
    ("sigma_range", case_straggling.ranges, False),
    ("slabs", case_straggling.slabs, True),
    ("stacks", case_straggling.stacks, False),
    ("end_of_range", case_lateral.end_of_range, True),
    ("eyges", case_lateral.against_integral, False),
    ("lateral", case_lateral.against_sets, False),
    ("tail", case_lateral.tail, False),
    ("steps", case_steps.steps, False),
    ("symmetry", case_symmetry.symmetry, False),
    ("field", case_field.field, False),
    ("energy", case_symmetry.energy, True),
]
QUICK_SCALE = 0.25       # of the histories
QUICK_SLACK = 3.0        # standard errors


def arguments():
    p = argparse.ArgumentParser(description="Validates ionfarm and writes a page about it.")
    p.add_argument("--ionfarm", required=True, help="the program")
    p.add_argument("--reference", help="directory of the reference data")
    p.add_argument("--output", help="directory for the page and its pictures")
    p.add_argument("--workers", type=int, help="worker processes")
    p.add_argument("--quick", action="store_true", help="a part of the cases, fewer histories")
    p.add_argument("--only", help="names of cases, separated by commas: "
                   + ", ".join(name for name, _, _ in CASES))
    p.add_argument("--scale", type=float, help="factor on the number of histories")
    return p.parse_args()


def chosen(options):
    if options.only:
        names = options.only.split(",")
        return [c for c in CASES if c[0] in names]
    return [c for c in CASES if c[2] or not options.quick]


def run_cases(program, reference, cases, slack):
    sections = []
    for name, function, _ in cases:
        began = time.monotonic()
        section = function(program, reference)
        for c in section.checks:
            c.slack = slack
        known.explain(section.checks)
        judged = [c for c in section.checks if c.judged]
        met = sum(c.met for c in judged)
        print(f"{name:14s} {met} of {len(judged)} met, {time.monotonic() - began:.0f} s",
              flush=True)
        for c in judged:
            if not c.met:
                print(f"    {c.what}: {c.value:.4g} {c.unit}, limit {c.limit:.4g}"
                      + (" (explained)" if c.reason else ""))
        sections.append(section)
    return sections


def main():
    options = arguments()
    reference = Reference(options.reference)
    draw = plots.available()
    scale = options.scale or (QUICK_SCALE if options.quick else 1.0)
    slack = QUICK_SLACK if options.quick else 0.0
    if not draw:
        print("gnuplot is not at hand: no pictures")
    with tempfile.TemporaryDirectory(prefix="validate-") as directory:
        program = Program(options.ionfarm, directory, options.workers, scale)
        sections = run_cases(program, reference, chosen(options), slack)
    if options.output:
        os.makedirs(options.output, exist_ok=True)
        page.write(options.output, sections, reference.present, draw, slack)
    missed = [c for s in sections for c in s.checks if c.judged and not c.met and not c.reason]
    explained = [c for s in sections for c in s.checks if c.judged and not c.met and c.reason]
    print(f"missed: {len(missed)} without an explanation, {len(explained)} with one")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
