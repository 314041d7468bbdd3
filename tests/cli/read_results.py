#!/usr/bin/python3
"""Reads the files of a result directory as ionfarm-result(5) describes them, and compares them.

usage: read_results.py DIR

Exit status: 0 all agree, 1 something does not, 2 usage, 77 no numpy here.
"""
import os
import struct
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: python3-numpy is not installed")
    sys.exit(77)

GRAY_PER_MEV_G = 1.602176634e-10
QUANTA_PER_MEV = 2.0 ** 20
CHANNELS = ["source", "deposited", "outside", "escaped", "histories",
            "stopped", "escaped histories", "missed", "steps"]
FAILURES = []


def check(is_true, claim):
    print(("ok      " if is_true else "NOT OK  ") + claim)
    if not is_true:
        FAILURES.append(claim)


class Bytes:
    """Takes little-endian fields from the front of some bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ValueError("tally.bin ends too soon")
        self.at += n
        return self.data[self.at - n:self.at]

    def fields(self, fmt):
        return struct.unpack("<" + fmt, self.take(struct.calcsize("<" + fmt)))

    def int128(self):
        return int.from_bytes(self.take(16), "little", signed=True)


def read_blocks(body, n_bins, words):
    """A bitmap, then 64 bins of (1 + words of square) 64-bit words for each of its bits."""
    n_blocks = (n_bins + 63) // 64
    bitmap = np.frombuffer(body.take((n_blocks + 63) // 64 * 8), np.uint8)
    present = np.flatnonzero(np.unpackbits(bitmap, bitorder="little"))
    sums = np.zeros(n_blocks * 64, np.int64)
    squares = np.zeros((n_blocks * 64, 2), np.uint64)
    data = np.frombuffer(body.take(len(present) * 64 * 8 * words), "<u8").reshape(-1, 64 * words)
    for block, numbers in zip(present, data):
        here = slice(block * 64, block * 64 + 64)
        sums[here] = numbers[:64].view(np.int64)
        if words > 1:
            squares[here] = numbers[64:].reshape(64, 2)
    return sums[:n_bins], squares[:n_bins]


def read_tally(path):
    with open(path, "rb") as f:
        data = f.read()
    b, t = Bytes(data[:-8]), {}
    magic, version, header_bytes, plan_hash, plan_bytes, t["n_bins"] = b.fields("8sII32sQQ")
    check(magic == b"IONTALLY" and version == 2 and header_bytes == 488, "tally.bin is of version 2")
    check(all(c in b"0123456789abcdef" for c in plan_hash), "tally.bin names its plan's hash")
    t["n"], (t["n_columns"],) = b.fields("3I"), b.fields("I")
    t["columns"] = b.fields("4Q")[:t["n_columns"]]
    t["origin"], t["voxel"], (t["density"],) = b.fields("3d"), b.fields("3d"), b.fields("d")
    t["n_ranges"], t["range"], t["n_remainder"], n_channels, _ = b.fields("QIIII")
    t["channel"] = dict(zip(CHANNELS, [b.int128() for _ in range(n_channels)]))
    t["remainder_channel"] = dict(zip(CHANNELS, [b.int128() for _ in range(n_channels)]))
    n_left_out, = b.fields("Q")
    t["plan"] = b.take(plan_bytes).decode()
    b.take(-plan_bytes % 8)
    t["left_out"] = b.fields("%dQ" % n_left_out)
    t["sum"], t["square"] = read_blocks(b, t["n_bins"], 3)
    t["remainder"] = np.zeros_like(t["sum"])
    if t["n_remainder"] > 0:
        t["remainder"] = read_blocks(b, t["n_bins"], 1)[0]
    check(b.at == len(data) - 8, "tally.bin is as long as it says")
    check_checksum(data)
    return t


def check_checksum(data):
    try:
        import xxhash
    except ImportError:
        return
    check(xxhash.xxh3_64_intdigest(data[:-8]) == int.from_bytes(data[-8:], "little"),
          "the checksum of tally.bin fits")


def read_image(directory, name):
    with open(os.path.join(directory, name)) as f:
        header = dict((part.strip() for part in line.split("=", 1)) for line in f if line.strip())
    dims = [int(n) for n in header["DimSize"].split()]
    raw = os.path.join(directory, header["ElementDataFile"])
    check(os.path.getsize(raw) == 4 * dims[0] * dims[1] * dims[2], name + ": the raw file has its size")
    check(header["ElementType"] == "MET_FLOAT" and header["BinaryDataByteOrderMSB"] == "False",
          name + " holds little-endian floats")
    voxels = np.fromfile(raw, "<f4").reshape(dims[2], dims[1], dims[0])
    lengths = [[float(x) for x in header[key].split()] for key in ("Offset", "ElementSpacing")]
    return voxels, lengths


def extent(t):
    return t["n_ranges"] * t["range"] + t["n_remainder"]


def histories(t):
    return extent(t) - len(t["left_out"])


def error_MeV(t, bins):
    """Standard error per history, with Python's integers."""
    n_batches = t["n_ranges"]
    out = np.full(len(bins), np.nan)
    if n_batches < 2:
        return out
    for i, bin_ in enumerate(bins):
        square = int(t["square"][bin_][0]) + (int(t["square"][bin_][1]) << 64)
        scatter = n_batches * square - int(t["sum"][bin_]) ** 2
        variance = scatter / (n_batches * (n_batches - 1)) / t["range"] / histories(t)
        out[i] = variance ** 0.5 / QUANTA_PER_MEV
    return out


def is_close(found, expected, relative):
    return np.allclose(found, expected, rtol=relative, atol=0, equal_nan=True)


def check_images(directory, t, total):
    n, voxel = t["n"], t["voxel"]
    n_voxels = n[0] * n[1] * n[2]
    gray = GRAY_PER_MEV_G / (t["density"] * voxel[0] * voxel[1] * voxel[2])
    expected = (total[:n_voxels] / histories(t) / QUANTA_PER_MEV * gray).reshape(n).transpose(2, 1, 0)
    dose, (offset, spacing) = read_image(directory, "dose.mhd")
    check(dose.shape == expected.shape and is_close(dose, expected, 1e-6), "dose.raw is the dose of tally.bin")
    check(is_close(spacing, [10 * v for v in voxel], 1e-9), "dose.mhd has the voxels of tally.bin")
    corner = [o - s / 2 for o, s in zip(offset, spacing)]
    check(np.allclose(corner, [10 * x for x in t["origin"]], rtol=1e-9, atol=1e-9), "dose.mhd has its place")
    error, _ = read_image(directory, "dose_error.mhd")
    some = np.linspace(0, n_voxels - 1, min(n_voxels, 5000)).astype(int)
    mean = total[some] / histories(t) / QUANTA_PER_MEV
    relative = error_MeV(t, some) / np.where(mean > 0, mean, 1)
    found = error.transpose(2, 1, 0).reshape(-1)[some]
    check(is_close(found, relative, 1e-5), "dose_error.raw is the relative standard error")


def check_depths(directory, t, total):
    n, n_voxels = t["n"], t["n"][0] * t["n"][1] * t["n"][2]
    idd, axis = total[n_voxels:n_voxels + n[2]], total[n_voxels + n[2]:]
    by_depth = total[:n_voxels].reshape(n[0] * n[1], n[2]).sum(axis=0)
    check(np.array_equal(idd, by_depth), "each depth bin is the sum of its voxels")
    columns = sum((total[c:c + n[2]] for c in t["columns"]), np.zeros(n[2], np.int64))
    check(np.array_equal(axis, columns), "the axis is the sum of its columns")
    check(int(idd.astype(object).sum()) == t["channel"]["deposited"], "the depth bins add up to deposited")
    path = os.path.join(directory, "depth.csv")
    with open(path) as f:
        check(f.readline() == "depth_mm,idd_MeV_cm2_g,idd_error_MeV_cm2_g,dose_axis_Gy,dose_axis_error_Gy\n",
              "depth.csv has its header")
    table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    scale = 1 / (t["density"] * t["voxel"][2])
    mean = idd / histories(t) / QUANTA_PER_MEV
    check(len(table) == n[2], "depth.csv has a row per depth")
    check(is_close(table[:, 0], 10 * (t["origin"][2] + (np.arange(n[2]) + 0.5) * t["voxel"][2]), 1e-8),
          "its depths are the centres of the bins")
    check(is_close(table[:, 1], mean * scale, 1e-8), "its integral depth dose is that of tally.bin")
    check(is_close(table[:, 2], error_MeV(t, range(n_voxels, n_voxels + n[2])) * scale, 1e-8),
          "and so is its standard error")
    gray = GRAY_PER_MEV_G / (t["density"] * np.prod(t["voxel"]) * (t["n_columns"] or np.nan))
    check(is_close(table[:, 3], axis / histories(t) / QUANTA_PER_MEV * gray, 1e-8), "its axis is that of tally.bin")


def check_balance(t):
    c = t["channel"]
    check(c["source"] == c["deposited"] + c["outside"] + c["escaped"], "the energy balance closes")
    check(c["histories"] == histories(t), "the ranges hold all histories")
    r = t["remainder_channel"]
    check(r["source"] == r["deposited"] + r["outside"] + r["escaped"], "and so does that of the shorter range")
    check(r["histories"] <= t["n_remainder"], "which holds its histories")
    check(c["histories"] == c["stopped"] + c["escaped histories"] + c["missed"], "each history has one fate")


def check_states(directory, t):
    path = os.path.join(directory, "final_states.npy")
    if not os.path.exists(path):
        return
    states = np.load(path)
    check(len(states) == extent(t), "final_states.npy has a row per history")
    check(os.path.getsize(path) == 512 + 72 * len(states), "final_states.npy has its size")
    check(np.array_equal(states["history"], np.arange(len(states))), "its rows stand at their history's number")
    check(np.all(states["fate"] <= 3), "its fates are known ones")
    check(list(np.flatnonzero(states["fate"] == 3)) == list(t["left_out"]), "the histories left out are marked")
    states = states[states["fate"] <= 2]
    fates = np.bincount(states["fate"], minlength=3)
    check([int(f) for f in fates[:3]] == [t["channel"][k] for k in ("stopped", "escaped histories", "missed")],
          "its fates are those that were counted")
    check(int(states["steps"].sum(dtype=np.uint64)) == t["channel"]["steps"], "its steps are those that were counted")
    length = states["u"] ** 2 + states["v"] ** 2 + states["w"] ** 2
    check(np.allclose(length, 1, atol=1e-9), "its directions are unit vectors")


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    directory = sys.argv[1]
    t = read_tally(os.path.join(directory, "tally.bin"))
    total = t["sum"] + t["remainder"]
    check_balance(t)
    check_images(directory, t, total)
    check_depths(directory, t, total)
    check_states(directory, t)
    return 1 if FAILURES else 0


sys.exit(main())
