"""Writes the page: every target with the value reached, then a section for each case."""

import os

import plots
from targets import TARGETS

HEAD = """# Validation of ionfarm

Written by `make validate`; do not edit. All random numbers have fixed seeds, so that the same
program gives the same page.

What is computed: electromagnetic energy loss with straggling, multiple scattering, nuclear interactions
with all charged secondaries. Depth doses, the field and fragments are computed with nuclear interactions,
closed forms of single effects without. A value is held against its limit as it is; its standard error, where it has one, follows it.
"""


def number(x, unit):
    text = "0" if x == 0 else f"{x:+.3g}" if abs(x) < 1000 else f"{x:.0f}"
    return text if unit == "" else f"{text} {unit}"


def cell(text):
    return text.replace("|", "\\|")


def verdict(check):
    if not check.judged:
        return "-"
    return "pass" if check.met else "**FAIL**"


def status(target, checks):
    judged = [c for c in checks if c.judged]
    if not judged:
        return "not yet" if target.needs else "not computed"
    failed = [c for c in judged if not c.met]
    if failed:
        return f"**FAIL** ({len(failed)} of {len(judged)})"
    return "pass"


def comparisons(n):
    return f"{n} comparison" + ("" if n == 1 else "s")


def reached(target, checks):
    judged = [c for c in checks if c.judged]
    if judged:
        worst = max(judged, key=lambda c: c.share)
        return f"{number(worst.value, worst.unit)} ({cell(worst.what)}); {comparisons(len(judged))}"
    text = f"{target.needs}" if target.needs else "no data at hand"
    if checks:
        worst = max(checks, key=lambda c: abs(c.value))
        text += f"; today {number(worst.value, worst.unit)} ({cell(worst.what)})"
    return text


def target_table(sections):
    rows = ["| quantity | target | reached, worst | verdict | against |", "|---|---|---|---|---|"]
    for t in TARGETS:
        checks = [c for s in sections for c in s.checks if c.target == t.key]
        rows.append(f"| {t.quantity} | {t.limit} | {reached(t, checks)} | {status(t, checks)} |"
                    f" {t.evidence} |")
    return rows


def check_table(section):
    rows = ["| comparison | value | standard error | limit | verdict |", "|---|---|---|---|---|"]
    for c in section.checks:
        limit = "-" if c.limit is None else number(c.limit, c.unit).lstrip("+")
        error = "-" if c.error == 0.0 else f"{c.error:.2g}"
        rows.append(f"| {cell(c.what)} | {number(c.value, c.unit)} | {error} | {limit} |"
                    f" {verdict(c)} |")
    return rows


def failures(sections):
    failed = [c for s in sections for c in s.checks if c.judged and not c.met]
    if not failed:
        return ["No target that can be judged today is missed."]
    return [f"- {c.what}: {number(c.value, c.unit)}, limit {number(c.limit, c.unit).lstrip('+')}."
            f" {c.reason or 'Not explained.'}" for c in failed]


def write(directory, sections, reference_present, draw, slack):
    lines = [HEAD]
    if slack > 0.0:
        lines += ["A short run with few histories: limits are widened by"
                  f" {slack:g} standard errors.", ""]
    if not reference_present:
        lines += ["The reference files were not at hand when this page was written: the figures"
                  " quoted from them stand in their place, and what has none is missing.", ""]
    lines += ["## Targets", ""] + target_table(sections)
    lines += ["", "## What is missed, and why", ""] + failures(sections)
    for s in sections:
        lines += ["", f"## {s.title}", ""]
        for text in s.text:
            lines += [text, ""]
        lines += check_table(s) if s.checks else []
        for p in s.pictures if draw else []:
            lines += ["", f"![{p.title}]({plots.draw(p, directory)})"]
    with open(os.path.join(directory, "README.md"), "w", encoding="utf-8") as f:
        f.write("\n".join(lines).rstrip() + "\n")
