#!/usr/bin/python3
"""Types the commands of pages of Markdown, and holds what they print against what the page shows.

usage: tutorial.py PAGE check|record [HAVE...]

A block "```yaml NAME" is a file. In a block "```console [NEED...]", a line behind "$ " is a command, and the lines up
to the next one are its output. In a block "```sh [NEED...]" each line is a command, which must succeed, whatever it
prints. A block whose needs are neither programs here nor named as HAVE is left out, which is told. One shell types
all, in the current directory. What differs from machine to machine is "..." in the page and in what is compared with
it. `record` writes what is printed now into the page, after a change that is meant.
Exit status: 0 all as it is shown (or recorded), 1 not.
"""
import os
import re
import shutil
import subprocess
import sys

# How far a run is, which only a slow one tells; what may differ, by the line that it is in.
PASSING = re.compile(r" *[\d.]+ %  \d+ of \d+ histories, ")
DIFFERS = [
    (re.compile(r"^(time +)\S+ s, \d+ histories/s, \d+ workers?"), r"\1... s, ... histories/s, ... workers"),
    (re.compile(r"\bjob \d+"), "job ..."),
]
COMMAND = "$ "
LIMIT_s = "500"
OPENING = re.compile(r"^```(yaml|console|sh)(?: (.*))?$")


class Step:
    """A command or a file: what the shell reads, and which lines of the page are its output, if it shows any."""

    def __init__(self, line, text, shows=True):
        self.line, self.text, self.shows, self.output = line, text, shows, []


def steps_of(lines, have):
    """The steps, in order; and the needs that are not there."""
    steps, missing = [], set()
    at = 0
    while at < len(lines):
        opening = OPENING.match(lines[at])
        at += 1
        if not opening:
            continue
        end = lines.index("```", at)
        kind, words = opening.group(1), (opening.group(2) or "").split()
        lacks = {word for word in words if kind != "yaml" and word not in have and not shutil.which(word)}
        missing |= lacks
        if kind == "yaml" and words:
            text = "\n".join(lines[at:end])
            steps.append(Step(at, f"cat >{words[0]} <<'END'\n{text}\nEND", shows=False))
        elif kind == "sh" and not lacks:
            steps += [Step(k, lines[k], shows=False) for k in range(at, end)]
        elif kind == "console" and not lacks:
            for k in range(at, end):
                if lines[k].startswith(COMMAND):
                    steps.append(Step(k, lines[k][len(COMMAND):]))
                else:
                    steps[-1].output.append(lines[k])
        at = end + 1
    return steps, missing


def type_all(steps, folder):
    """What each of them prints, as the page should show it; of one that shows nothing, how it failed. Nothing comes
    between two, so that $? is the last one's."""
    script = "".join(
        f"{{ {step.text}\n}} >{folder}/{k} 2>&1\n" if step.shows else
        f"{{ {step.text}\n}} >all 2>&1 && : >{folder}/{k} || {{ echo exit status $?; cat all; }} >{folder}/{k}\n"
        for k, step in enumerate(steps))
    subprocess.run(["timeout", LIMIT_s, "sh", "-c", script], stdin=subprocess.DEVNULL, check=False)
    printed = []
    for k in range(len(steps)):
        path = os.path.join(folder, str(k))
        text = open(path, encoding="utf-8").read() if os.path.exists(path) else "(never reached)"
        lines = [line for line in text.splitlines() if not PASSING.match(line)]
        for pattern, shown in DIFFERS:
            lines = [pattern.sub(shown, line) for line in lines]
        printed.append(lines)
    return printed


def compare(page, steps, printed):
    n_wrong = 0
    for step, lines in zip(steps, printed):
        if lines != step.output:
            n_wrong += 1
            print(f"not ok: {page}: line {step.line + 1}: $ {step.text}")
            print("\n".join(["    the page shows"] + step.output + ["    printed was"] + lines))
    return n_wrong


def record(page, lines, steps, printed):
    """From the last one up, so that the numbers of lines hold."""
    for step, output in reversed(list(zip(steps, printed))):
        if step.shows:
            lines[step.line + 1:step.line + 1 + len(step.output)] = output
    with open(page, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


def main(page, what, *have):
    lines = open(page, encoding="utf-8").read().split("\n")
    steps, missing = steps_of(lines, have)
    folder = os.path.abspath("printed")
    os.mkdir(folder)
    printed = type_all(steps, folder)
    for need in sorted(missing):
        print(f"skipped: {os.path.basename(page)}: {need} is not here")
    if what == "record":
        record(page, lines, steps, printed)
        return 0
    n_wrong = compare(os.path.basename(page), steps, printed)
    print(f"{os.path.basename(page)}: {len(steps)} commands and files, {n_wrong} not as the page has them")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
