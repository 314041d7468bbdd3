#!/usr/bin/python3
"""Reads phase spaces as the description of MCPL has them, without the program's own code, and holds them against other
files of the results.

usage: read_phase_space.py leaving DIR           DIR/leaving.mcpl against report.json, plan.yaml and the mcpl library
       read_phase_space.py behind THICK THIN BEHIND DEPTH_CM
              the depth doses of a whole phantom, and of its two parts with the particles passed from one to the other

Exit status: 0 all agree, 1 something does not, 2 usage, 77 no numpy here.
"""
import json
import re
import shutil
import struct
import subprocess
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: python3-numpy is not installed")
    sys.exit(77)

QUANTA_PER_MEV = 2.0 ** 20
FAILURES = []


def check(is_true, claim):
    print(("ok      " if is_true else "NOT OK  ") + claim)
    if not is_true:
        FAILURES.append(claim)


def read(path):
    """Texts of the head, blobs by name, and the particles as a structured array with unpacked directions."""
    with open(path, "rb") as f:
        data = f.read()
    check(data[:8] == b"MCPL003L", "magic, version 3, little-endian")
    n, n_comments, n_blobs, flags, polarisation, single, pdg, size, one_weight = struct.unpack_from("<Q5IiII", data, 8)
    at = 48
    check((flags, polarisation, single, pdg, one_weight) == (0, 0, 0, 0, 1), "doubles, a code each, one weight")
    check(struct.unpack_from("<d", data, at)[0] == 1.0, "which is 1")
    at += 8
    texts = []
    for _ in range(1 + n_comments + 2 * n_blobs):
        length = struct.unpack_from("<I", data, at)[0]
        texts.append(data[at + 4:at + 4 + length])
        at += 4 + length
    names = texts[1 + n_comments:1 + n_comments + n_blobs]
    blobs = dict(zip(names, texts[1 + n_comments + n_blobs:]))
    kind = np.dtype([("position", "<f8", 3), ("u", "<f8"), ("v", "<f8"), ("e", "<f8"), ("time", "<f8"), ("pdg", "<i4")])
    check(size == kind.itemsize == 60, "60 bytes for a particle")
    check(len(data) == at + n * size, "as many as the head says")
    return texts[1:1 + n_comments], blobs, np.frombuffer(data, kind, n, at)


def directions(p):
    """1 of the numbers may be the inverse of z; then x or y is what is left."""
    u, v, sign = p["u"], p["v"], np.copysign(1.0, p["e"])
    d = np.empty((len(p), 3))
    with np.errstate(divide="ignore"):
        z_of_u, z_of_v = 1.0 / u, 1.0 / v
    rest = lambda a, b: sign * np.sqrt(np.clip(1.0 - a * a - b * b, 0.0, 1.0))
    x_left, y_left = np.abs(u) > 1.0, (np.abs(u) <= 1.0) & (np.abs(v) > 1.0)
    d[:, 0] = np.where(x_left, rest(v, z_of_u), u)
    d[:, 1] = np.where(y_left, rest(u, z_of_v), v)
    d[:, 2] = np.where(x_left, z_of_u, np.where(y_left, z_of_v, rest(u, v)))
    return d


def compare_with_library(path, p, d):
    try:
        import mcpl
    except ImportError:
        print("skipped: the reader of Debian's package mcpl is not installed")
        return
    f = mcpl.MCPLFile(path)
    blocks = [(b.position.copy(), b.direction.copy(), b.ekin.copy(), b.pdgcode.copy(), b.weight.copy())
              for b in f.particle_blocks]
    position, direction, energy, code, weight = (np.concatenate(x) for x in zip(*blocks))
    check(np.array_equal(position, p["position"]), "the library's positions, cm")
    check(np.abs(direction - d).max() < 1e-15, "the library's directions")
    check(np.array_equal(energy, np.abs(p["e"])), "the library's energies, MeV")
    check(np.array_equal(code, p["pdg"]) and np.all(weight == 1.0), "the library's codes and weights")


def compare_with_tool(path, p, d):
    """Its listing has few digits, but comes from the library in C."""
    if shutil.which("mcpltool") is None:
        print("skipped: mcpltool is not installed")
        return
    text = subprocess.run(["mcpltool", "-n", "-l0", path], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in text.splitlines() if re.match(r" *[0-9]+ ", line)]
    check(len(rows) == len(p), "mcpltool lists as many")
    listed = np.array([[float(x) for x in row] for row in rows])
    ours = np.column_stack([p["pdg"], np.abs(p["e"]), p["position"], d])
    check(np.allclose(listed[:, 1:9], ours, rtol=6e-5, atol=1e-9), "and the same, to its five digits")


def leaving(directory):
    path = directory + "/leaving.mcpl"
    comments, blobs, p = read(path)
    d = directions(p)
    with open(directory + "/report.json") as f:
        report = json.load(f)
    with open(directory + "/plan.yaml") as f:
        size_mm = [float(x) * {"mm": 1, "cm": 10}[unit] for x, unit in
                   re.findall(r"([0-9.]+) (mm|cm)", re.search(r"^  size: \[(.*)\]", f.read(), re.M).group(1))][:3]
    low = np.array([-size_mm[0] / 20, -size_mm[1] / 20, 0.0])
    high = low + np.array(size_mm) / 10
    energy = np.abs(p["e"]) * QUANTA_PER_MEV
    balance, fates = report["energy_balance"], report["histories"]
    check(np.array_equal(energy, np.round(energy)), "energies are whole quanta")
    check(sum(int(e) for e in energy) == balance["escaped"], "and add up to what escaped, exactly")
    inside = np.minimum(p["position"] - low, high - p["position"]).min(axis=1)
    check(np.abs(inside).max() < 1e-9, "all are on the surface of the phantom")
    at_low, at_high = np.abs(p["position"] - low) < 1e-9, np.abs(p["position"] - high) < 1e-9
    check(np.all((at_low & (d < 0) | at_high & (d > 0)).any(axis=1)), "and fly outwards")
    check(np.abs((d * d).sum(axis=1) - 1.0).max() < 1e-14, "directions are of length 1")
    check(np.all(p["time"] == 0.0), "the time is 0")
    keys = np.frombuffer(blobs[b"ionfarm.ranges"],
                         [("plan", "<u8"), ("range", "<u8"), ("histories", "<u4"), ("n", "<u4"), ("left_out", "<u8")])
    check(keys["n"].sum() == len(p), "the ranges have all particles")
    check(np.all(np.diff(keys["range"].astype(int)) > 0), "and ascend")
    check(keys["histories"].sum() - fates["n_left_out"] == fates["done"], "and have all histories")
    check(comments[-1].decode() == "From %d histories of the plan %s." %
          (fates["done"], report["provenance"]["plan_hash"]), "the histories and the plan are told")
    print("%d particles, codes %s" % (len(p), sorted(set(p["pdg"].tolist()))))
    compare_with_library(path, p, d)
    compare_with_tool(path, p, d)


def depth_dose(directory):
    with open(directory + "/depth.csv") as f:
        names = f.readline().strip().split(",")
    table = np.loadtxt(directory + "/depth.csv", delimiter=",", skiprows=1)
    with open(directory + "/report.json") as f:
        n = json.load(f)["histories"]["done"]
    column = names.index("idd_MeV_cm2_g")
    return table[:, 0] / 10, table[:, column] * n, table[:, column + 1] * n, n


def behind(thick, thin, rest, depth_cm):
    """Sums over histories, by the number of those that the first phantom had. What one history sets free is several
    histories behind, so that their errors are a little too small: by the particles for each."""
    z, dose, error, n = depth_dose(thick)
    z_rest, dose_rest, error_rest, n_rest = depth_dose(rest)
    n_thin = depth_dose(thin)[3]
    per_history = n_rest / n_thin
    is_behind = z > depth_cm
    check(np.allclose(z[is_behind] - depth_cm, z_rest), "the grids fit")
    a, b = dose[is_behind] / n, dose_rest / n_thin
    s = np.hypot(error[is_behind] / n, error_rest / n_thin * np.sqrt(per_history))
    pull = (a - b) / s
    print("%d bins, largest pull %.2f, rms %.2f; sums %.6g and %.6g, ratio %.5f" %
          (len(a), np.abs(pull).max(), np.sqrt((pull ** 2).mean()), a.sum(), b.sum(), b.sum() / a.sum()))
    check(np.all(np.abs(pull) < 5.0), "each bin agrees within five standard errors")
    check(abs(b.sum() / a.sum() - 1.0) < 0.02, "and the sums within 2 %")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "leaving":
        leaving(sys.argv[2])
    elif len(sys.argv) == 6 and sys.argv[1] == "behind":
        behind(*sys.argv[2:5], float(sys.argv[5]))
    else:
        print(__doc__)
        return 2
    return 1 if FAILURES else 0


sys.exit(main())
