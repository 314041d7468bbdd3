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
ENERGIES = ["source", "deposited", "outside", "escaped", "neutral", "binding"]
CHANNELS = ENERGIES + ["histories", "stopped", "escaped histories", "missed", "reacted", "steps",
                       "secondaries", "elastic", "nonelastic", "neutrons"]
DOSE, LENGTH, LET, LET2, LENGTH_ALL = range(5)
QUANTA = [2.0 ** 20, 2.0 ** 26, 2.0 ** 20, 2.0 ** 10, 2.0 ** 26]   # per MeV, cm, MeV, MeV2/cm, cm
SYMBOLS = ("H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe").split()
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
    check(magic == b"IONTALLY" and version == 6 and header_bytes == 744, "tally.bin is of version 6")
    check(all(c in b"0123456789abcdef" for c in plan_hash), "tally.bin names its plan's hash")
    t["n"], (t["n_columns"],) = b.fields("3I"), b.fields("I")
    t["columns"] = b.fields("4Q")[:t["n_columns"]]
    t["origin"], t["voxel"], (t["delivered"],) = b.fields("3d"), b.fields("3d"), b.fields("d")
    t["n_ranges"], t["range"], t["n_remainder"], n_channels, _ = b.fields("QIIII")
    t["channel"] = dict(zip(CHANNELS, [b.int128() for _ in range(n_channels)]))
    t["remainder_channel"] = dict(zip(CHANNELS, [b.int128() for _ in range(n_channels)]))
    n_left_out, t["is_cylinder"], t["n_scores"] = b.fields("QII")
    t["n_groups"], t["has_yields"] = b.fields("II")
    t["full_histories"], t["doublings"], _ = b.fields("QII")
    check(b.at == header_bytes, "its header is as long as it says")
    t["plan"] = b.take(plan_bytes).decode()
    b.take(-plan_bytes % 8)
    t["left_out"] = b.fields("%dQ" % n_left_out)
    t["density"] = np.array(b.fields("%dd" % t["n"][2]))
    t["radius"] = np.array(b.fields("%dd" % (t["n"][0] + 1))) if t["is_cylinder"] else None
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


def size_of_range(t, number):
    return t["range"] << min(t["doublings"], 0 if number < 64 else (number - 32) // 32)


def extent(t):
    return t["full_histories"] + t["n_remainder"]


def histories(t):
    return extent(t) - len(t["left_out"])


def voxels(t, score, values):
    """Of one score, as [ix, iy, iz]."""
    size = int(np.prod(t["n"]))
    first = score * (size + t["n"][2])
    return values[first:first + size].reshape(t["n"])


def depth_bins(t, score):
    first = (score + 1) * int(np.prod(t["n"])) + score * t["n"][2]
    return range(first, first + t["n"][2])


def group_scores(t):
    """Names of what there is of each group, in the order of the bins."""
    return ["dose", "length", "let", "let2"][:t["n_scores"]] + ["yield"] * t["has_yields"]


def group_bins(t, group, score):
    names, n_depths = group_scores(t), t["n"][2]
    first = t["n_scores"] * (int(np.prod(t["n"])) + n_depths) + n_depths
    first += (group * len(names) + names.index(score)) * n_depths
    return range(first, first + n_depths)


def axis_bins(t):
    first = t["n_scores"] * (int(np.prod(t["n"])) + t["n"][2])
    return range(first, first + t["n"][2])


def let_length(t):
    return LENGTH_ALL if t["n_scores"] > LENGTH_ALL else LENGTH


def volumes(t):
    """Of the voxels, cm3, to be multiplied with [ix, iy, iz]."""
    if not t["is_cylinder"]:
        return np.prod(t["voxel"])
    return (np.pi * np.diff(t["radius"] ** 2) * t["voxel"][2])[:, None, None]


def gray_per_MeV(t):
    return (t["delivered"] or 1) * GRAY_PER_MEV_G / (t["density"] * volumes(t))


def dose_Gy(t, total):
    return voxels(t, DOSE, total) / histories(t) / QUANTA_PER_MEV * gray_per_MeV(t)


def fluence_cm2(t, total):
    return voxels(t, LENGTH, total) / histories(t) / QUANTA[LENGTH] / volumes(t)


def let_keV_um(length, let, let2):
    """Mean over track length and over dose, NaN where no primary came; of quanta."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_t = np.where(length > 0, let / QUANTA[LET] / (length / QUANTA[LENGTH]), np.nan)
        mean_d = np.where(let > 0, let2 / QUANTA[LET2] / (let / QUANTA[LET]), np.nan)
    return 0.1 * mean_t, 0.1 * mean_d


def let_of_voxels(t, total):
    return let_keV_um(*(voxels(t, k, total) for k in (let_length(t), LET, LET2)))


def error_MeV(t, bins):
    """Standard error per history in 2^20 quanta, with Python's integers."""
    n_batches, units = t["n_ranges"], t["full_histories"] // t["range"]
    out = np.full(len(bins), np.nan)
    if n_batches < 2:
        return out
    for i, bin_ in enumerate(bins):
        square = int(t["square"][bin_][0]) + (int(t["square"][bin_][1]) << 64)
        scatter = units * square - (int(t["sum"][bin_]) ** 2 << t["doublings"])
        variance = scatter / ((units << t["doublings"]) * (n_batches - 1)) / t["range"] / histories(t)
        out[i] = variance ** 0.5 / QUANTA_PER_MEV
    return out


def is_close(found, expected, relative):
    return np.allclose(found, expected, rtol=relative, atol=0, equal_nan=True)


def check_dose_images(directory, t, total):
    expected = dose_Gy(t, total).transpose(2, 1, 0)
    dose, (offset, spacing) = read_image(directory, "dose.mhd")
    check(dose.shape == expected.shape and is_close(dose, expected, 1e-6), "dose.raw is the dose of tally.bin")
    check(is_close(spacing, [10 * v for v in t["voxel"]], 1e-9), "dose.mhd has the voxels of tally.bin")
    corner = [o - s / 2 for o, s in zip(offset, spacing)]
    check(np.allclose(corner, [10 * x for x in t["origin"]], rtol=1e-9, atol=1e-9), "dose.mhd has its place")
    error, _ = read_image(directory, "dose_error.mhd")
    some = np.linspace(0, expected.size - 1, min(expected.size, 5000)).astype(int)
    mean = total[some] / histories(t) / QUANTA_PER_MEV
    relative = error_MeV(t, some) / np.where(mean > 0, mean, 1)
    found = error.transpose(2, 1, 0).reshape(-1)[some]
    check(is_close(found, relative, 1e-5), "dose_error.raw is the relative standard error")


def check_other_images(directory, t, total):
    there = [os.path.exists(os.path.join(directory, name + ".mhd")) for name in ("fluence", "let_t", "let_d")]
    scored = [t["n_scores"] > k for k in (LENGTH, LET2, LET2)]
    check(there == [s and not t["is_cylinder"] for s in scored], "there is an image of each score of a lattice")
    if there[0]:
        found, _ = read_image(directory, "fluence.mhd")
        check(is_close(found, fluence_cm2(t, total).transpose(2, 1, 0), 1e-6), "fluence.raw is that of tally.bin")
    if there[1]:
        for name, let in zip(("let_t", "let_d"), let_of_voxels(t, total)):
            found, _ = read_image(directory, name + ".mhd")
            check(is_close(found, np.nan_to_num(let).transpose(2, 1, 0), 1e-6), name + ".raw is that of tally.bin")


def read_table(directory, name, columns):
    path = os.path.join(directory, name)
    with open(path) as f:
        check(f.readline() == ",".join(columns) + "\n", name + " has its header")
    return dict(zip(columns, np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2).T))


def centres_mm(t):
    return 10 * (t["origin"][2] + (np.arange(t["n"][2]) + 0.5) * t["voxel"][2])


def check_rings(directory, t, total):
    columns = ["r_low_mm", "r_high_mm", "depth_mm", "dose_Gy", "dose_error_Gy"]
    columns += ["fluence_cm2"] if t["n_scores"] > LENGTH else []
    columns += ["let_t_keV_um", "let_d_keV_um"] if t["n_scores"] > LET2 else []
    table = read_table(directory, "cylinder.csv", columns)
    n_rings, n_depths = t["n"][0], t["n"][2]
    check(len(table["dose_Gy"]) == n_rings * n_depths, "cylinder.csv has a row per ring and depth")
    check(is_close(table["r_low_mm"], 10 * t["radius"][:-1].repeat(n_depths), 1e-8) and
          is_close(table["r_high_mm"], 10 * t["radius"][1:].repeat(n_depths), 1e-8), "its rings have their edges")
    check(is_close(table["depth_mm"], np.tile(centres_mm(t), n_rings), 1e-8), "its depths are the centres")
    check(is_close(table["dose_Gy"], dose_Gy(t, total).reshape(-1), 1e-8), "its dose is that of tally.bin")
    error = error_MeV(t, range(n_rings * n_depths)) * gray_per_MeV(t).reshape(-1)
    check(is_close(table["dose_error_Gy"], error, 1e-8), "and so is its standard error")
    if t["n_scores"] > LENGTH:
        check(is_close(table["fluence_cm2"], fluence_cm2(t, total).reshape(-1), 1e-8), "and its fluence")
    if t["n_scores"] > LET2:
        for name, let in zip(columns[-2:], let_of_voxels(t, total)):
            check(is_close(table[name], let.reshape(-1), 1e-8), "and its " + name)


def check_voxels(directory, t, total):
    if t["is_cylinder"]:
        check(not os.path.exists(os.path.join(directory, "dose.mhd")), "rings are not written as an image")
        check_rings(directory, t, total)
    else:
        check_dose_images(directory, t, total)
    check_other_images(directory, t, total)


def check_sums(t, total):
    n = t["n"]
    for score in range(t["n_scores"]):
        by_depth = voxels(t, score, total).sum(axis=(0, 1))
        check(np.array_equal(total[depth_bins(t, score)], by_depth),
              "each depth bin of score %d is the sum of its voxels" % score)
    columns = sum((total[c:c + n[2]] for c in t["columns"]), np.zeros(n[2], np.int64))
    check(np.array_equal(total[axis_bins(t)], columns), "the axis is the sum of its columns")
    deposited = total[depth_bins(t, DOSE)].astype(object).sum()
    check(int(deposited) == t["channel"]["deposited"], "the depth bins add up to deposited")


def depth_columns(t):
    columns = ["depth_mm", "idd_MeV_cm2_g", "idd_error_MeV_cm2_g", "dose_axis_Gy", "dose_axis_error_Gy"]
    columns += ["fluence", "fluence_error"] if t["n_scores"] > LENGTH else []
    lets = ["let_t_keV_um", "let_d_keV_um", "let_t_axis_keV_um", "let_d_axis_keV_um"]
    return columns + (lets if t["n_scores"] > LET2 else [])


def check_depth_dose(t, total, table):
    n = t["n"]
    scale = 1 / (t["density"] * t["voxel"][2])
    mean = total[depth_bins(t, DOSE)] / histories(t) / QUANTA_PER_MEV
    check(len(table["depth_mm"]) == n[2], "depth.csv has a row per depth")
    check(is_close(table["depth_mm"], centres_mm(t), 1e-8), "its depths are the centres of the bins")
    check(is_close(table["idd_MeV_cm2_g"], mean * scale, 1e-8), "its integral depth dose is that of tally.bin")
    check(is_close(table["idd_error_MeV_cm2_g"], error_MeV(t, depth_bins(t, DOSE)) * scale, 1e-8),
          "and so is its standard error")
    gray = np.broadcast_to(gray_per_MeV(t), n)[0, 0] / (t["n_columns"] or np.nan)
    axis = axis_bins(t)
    check(is_close(table["dose_axis_Gy"], total[axis] / histories(t) / QUANTA_PER_MEV * gray, 1e-8),
          "its axis is that of tally.bin")
    check(is_close(table["dose_axis_error_Gy"], error_MeV(t, axis) * gray, 1e-8), "and so is its standard error")


def check_depth_fluence(t, total, table):
    bins = depth_bins(t, LENGTH)
    thickness = t["voxel"][2] * QUANTA[LENGTH]
    check(is_close(table["fluence"], total[bins] / histories(t) / thickness, 1e-8), "its fluence is that of tally.bin")
    check(is_close(table["fluence_error"], error_MeV(t, bins) * QUANTA_PER_MEV / thickness, 1e-8),
          "and so is its standard error")


def check_depth_let(t, total, table):
    scores = (let_length(t), LET, LET2)
    places = {"": [total[depth_bins(t, k)] for k in scores], "_axis": []}
    for score in scores:
        rows = voxels(t, score, total).reshape(-1, t["n"][2])
        places["_axis"].append(rows[[c // t["n"][2] for c in t["columns"]]].sum(axis=0))
    for place, sums in places.items():
        for kind, let in zip("td", let_keV_um(*sums)):
            name = "let_%s%s_keV_um" % (kind, place)
            check(is_close(table[name], let, 1e-8), "its %s is that of tally.bin" % name)


def check_depths(directory, t, total):
    check_sums(t, total)
    table = read_table(directory, "depth.csv", depth_columns(t))
    check_depth_dose(t, total, table)
    if t["n_scores"] > LENGTH:
        check_depth_fluence(t, total, table)
    if t["n_scores"] > LET2:
        check_depth_let(t, total, table)


def group_names(t):
    if t["n_groups"] == 1:
        return ["primary"]
    return ["primary"] + SYMBOLS[:t["n_groups"] - 2] + ["target"]


def group_columns(t, name):
    """What stays where it is born, "target", has a dose and no more."""
    columns = [name + "_idd_MeV_cm2_g", name + "_idd_error_MeV_cm2_g"]
    if name == "target":
        return columns
    columns += [name + "_fluence", name + "_fluence_error"] if t["n_scores"] > LENGTH else []
    columns += [name + "_let_t_keV_um", name + "_let_d_keV_um"] if t["n_scores"] > LET2 else []
    return columns + ([name + "_yield", name + "_yield_error"] if t["has_yields"] else [])


def mean_and_error(t, total, bins, quanta):
    return total[bins] / histories(t) / quanta, error_MeV(t, bins) * QUANTA_PER_MEV / quanta


def check_group(t, total, group, name, table):
    found = [table[c] for c in group_columns(t, name)]
    thickness = t["voxel"][2]
    dose = mean_and_error(t, total, group_bins(t, group, "dose"), QUANTA_PER_MEV * t["density"] * thickness)
    expected = list(dose)
    if name == "target":
        check(not any(total[group_bins(t, group, k)].any() for k in group_scores(t) if k != "dose"),
              "what stays where it is born has no tracks")
    elif t["n_scores"] > LENGTH:
        expected += mean_and_error(t, total, group_bins(t, group, "length"), QUANTA[LENGTH] * thickness)
    if name != "target" and t["n_scores"] > LET2:
        expected += let_keV_um(*(total[group_bins(t, group, k)] for k in ("length", "let", "let2")))
    if name != "target" and t["has_yields"]:
        expected += mean_and_error(t, total, group_bins(t, group, "yield"), 1)
    check(all(is_close(f, x, 1e-8) for f, x in zip(found, expected)) and len(found) == len(expected),
          "particles.csv has the %s of tally.bin" % name)


def check_group_sums(t, total):
    """Primaries among all; all of them together what depths and voxels have."""
    for score, of_all in (("dose", DOSE), ("length", LENGTH_ALL)):
        if t["n_scores"] > of_all:
            parts = [total[group_bins(t, g, score)] for g in range(t["n_groups"])]
            check(np.array_equal(sum(parts), total[depth_bins(t, of_all)]), "the groups add up in " + score)
    if t["n_scores"] > LENGTH:
        check(np.array_equal(total[group_bins(t, 0, "length")], total[depth_bins(t, LENGTH)]),
              "the fluence of the primaries is that of their group")
    if t["has_yields"]:
        most = total[group_bins(t, 0, "yield")]
        check(np.all(most >= 0) and np.all(most <= histories(t)), "no more primaries pass a depth than there are")


def check_particles(directory, t, total):
    names = group_names(t) if t["n_groups"] > 0 else []
    size = t["n_scores"] * (int(np.prod(t["n"])) + t["n"][2]) + t["n"][2]
    size += len(names) * len(group_scores(t)) * t["n"][2]
    check(t["n_bins"] == size, "tally.bin has the bins of its scores and groups")
    if not names:
        check(not os.path.exists(os.path.join(directory, "particles.csv")), "there is no particles.csv")
        return
    columns = ["depth_mm"] + [c for name in names for c in group_columns(t, name)]
    table = read_table(directory, "particles.csv", columns)
    check(is_close(table["depth_mm"], centres_mm(t), 1e-8), "its depths are the centres of the bins")
    for group, name in enumerate(names):
        check_group(t, total, group, name, table)
    check_group_sums(t, total)


def spent(channel):
    return sum(channel[name] for name in ENERGIES[1:])


def check_balance(t):
    c = t["channel"]
    check(c["source"] == spent(c), "the energy balance closes")
    check(c["histories"] == histories(t), "the ranges hold all histories")
    check(t["full_histories"] == sum(size_of_range(t, i) for i in range(t["n_ranges"])), "each as many as its number says")
    r = t["remainder_channel"]
    check(r["source"] == spent(r), "and so does that of the shorter range")
    check(r["histories"] <= t["n_remainder"], "which holds its histories")
    check(c["histories"] == c["stopped"] + c["escaped histories"] + c["missed"] + c["reacted"],
          "each history has one fate")
    check(c["neutral"] >= 0, "neutrons and photons carry off no less than nothing")
    check(c["reacted"] <= c["nonelastic"], "each primary that reacted was in a reaction")
    if c["nonelastic"] + c["elastic"] == 0:
        check(c["neutral"] == c["binding"] == c["secondaries"] == c["neutrons"] == 0,
              "without nuclear events nothing comes of them")


def check_states(directory, t):
    path = os.path.join(directory, "final_states.npy")
    if not os.path.exists(path):
        return
    states = np.load(path)
    check(len(states) == extent(t), "final_states.npy has a row per history")
    check(os.path.getsize(path) == 512 + 72 * len(states), "final_states.npy has its size")
    check(np.array_equal(states["history"], np.arange(len(states))), "its rows stand at their history's number")
    check(np.all(states["fate"] <= 4), "its fates are known ones")
    check(list(np.flatnonzero(states["fate"] == 3)) == list(t["left_out"]), "the histories left out are marked")
    states = states[states["fate"] != 3]
    fates = np.bincount(states["fate"], minlength=5)
    counted = [t["channel"][k] for k in ("stopped", "escaped histories", "missed", "reacted")]
    check([int(fates[k]) for k in (0, 1, 2, 4)] == counted, "its fates are those that were counted")
    steps, of_all = int(states["steps"].sum(dtype=np.uint64)), t["channel"]["steps"]
    check(steps == of_all or (t["channel"]["secondaries"] > 0 and steps < of_all),
          "its steps are those that were counted, but for those of secondaries")
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
    check_voxels(directory, t, total)
    check_depths(directory, t, total)
    check_particles(directory, t, total)
    check_states(directory, t)
    return 1 if FAILURES else 0


sys.exit(main())
