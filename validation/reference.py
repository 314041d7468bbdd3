"""Reads the reference data: CSV files whose lines with # tell what they hold."""

import glob
import os
import re

import numpy as np


class Curve:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        self.name = os.path.basename(path)[:-len(".csv")]
        self.header = "\n".join(line for line in lines if line.startswith("#"))
        body = [line for line in lines if line and not line.startswith("#")]
        self.columns = body[0].split(",")
        self.data = np.array([[float(x) for x in row.split(",")] for row in body[1:]]).T

    def __getitem__(self, i):
        return self.data[i]

    def figure(self, pattern):
        """The number that the header gives after `pattern`."""
        return float(re.search(pattern + r"\s*([-+0-9.eE]*[0-9])", self.header).group(1))


class Reference:
    """The directory of reference data, which may be absent."""

    def __init__(self, directory):
        self.directory = directory
        self.present = bool(directory) and os.path.isdir(directory)

    def files(self, pattern):
        if not self.present:
            return []
        return sorted(glob.glob(os.path.join(self.directory, pattern)))

    def curves(self, pattern):
        return [Curve(path) for path in self.files(pattern)]

    def curve(self, name):
        path = os.path.join(self.directory or "", name)
        return Curve(path) if self.present and os.path.exists(path) else None

    def lines(self, name):
        path = os.path.join(self.directory or "", name)
        if not self.present or not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as f:
            return [line.split() for line in f if line.strip() and line[0] != "#"]
