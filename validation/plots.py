"""Draws the pictures with gnuplot: ours and the reference above, the difference below."""

import os
import shutil
import subprocess

import numpy as np


class Line:
    """A curve; those of one colour belong together. Without a title it is not in the key."""

    def __init__(self, x, y, title, style="lines", colour=None):
        self.x, self.y = np.asarray(x, float), np.asarray(y, float)
        self.title, self.style, self.colour = title, style, colour


class Plot:
    """`above` and `below` are lists of lines; without `below` there is one panel."""

    def __init__(self, name, title, x_label, above, above_label, below=(), below_label="",
                 options=""):
        self.name, self.title, self.x_label = name, title, x_label
        self.above, self.above_label = above, above_label
        self.below, self.below_label, self.options = below, below_label, options


def available():
    return shutil.which("gnuplot") is not None


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def panel(lines, label, start):
    parts, blocks = [], []
    for i, line in enumerate(lines):
        name = f"$d{start + i}"
        rows = "\n".join(f"{x:.7g} {y:.7g}" for x, y in zip(line.x, line.y) if np.isfinite(y))
        blocks.append(f"{name} << EOD\n{rows}\nEOD")
        style = "points pt 7 ps 0.35" if line.style == "points" else "lines lw 1.5"
        colour = start + i + 1 if line.colour is None else line.colour
        title = f"title {quote(line.title)}" if line.title else "notitle"
        parts.append(f"{name} using 1:2 with {style} lc {colour} {title}")
    return blocks, f"set ylabel {quote(label)}\nplot " + ", ".join(parts)


def script(plot, path):
    blocks, first = panel(plot.above, plot.above_label, 0)
    text = [f"set terminal pngcairo size 760,{620 if plot.below else 400} enhanced font 'Sans,10'",
            f"set output {quote(path)}", "set grid", "set key noenhanced", plot.options]
    if not plot.below:
        text += [f"set title {quote(plot.title)} noenhanced",
                 f"set xlabel {quote(plot.x_label)}", first]
        return "\n".join(blocks + text) + "\n"
    more, second = panel(plot.below, plot.below_label, 0)
    more = [b.replace("$d", "$e", 1) for b in more]
    text += ["set multiplot", "set lmargin 10", "set size 1,0.6", "set origin 0,0.4",
             f"set title {quote(plot.title)} noenhanced", first,
             "unset title", "unset logscale y", "set size 1,0.4", "set origin 0,0",
             f"set xlabel {quote(plot.x_label)}", "set format y '%g'",
             second.replace("$d", "$e"), "unset multiplot"]
    return "\n".join(blocks + more + text) + "\n"


def draw(plot, directory):
    path = os.path.join(directory, plot.name + ".png")
    done = subprocess.run(["gnuplot"], input=script(plot, path), text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0 or done.stderr.strip():
        raise RuntimeError(f"gnuplot, {plot.name}: {done.stderr}")
    return plot.name + ".png"
