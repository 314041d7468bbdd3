"""Statistical tests of what symmetry and superposition demand."""

import numpy as np

from program import pencil
from targets import Section

SIGMAS = 5.0


def azimuth(section, states):
    n = len(states)
    for name, x, y in (("position", "x_cm", "y_cm"), ("direction", "u", "v")):
        phi = np.arctan2(states[y], states[x])
        worst = 0.0
        for m in (1, 2, 3, 4):
            # n |mean|^2 is exponential with mean 1: as many sigmas as a normal of that tail
            power = n * abs(np.exp(1j * m * phi).mean()) ** 2
            worst = max(worst, np.sqrt(2.0 * power))
        section.check("symmetry", f"azimuth of the {name}, harmonics 1 to 4", worst, SIGMAS,
                      "std. errors")
    section.say(f"""Azimuth: {n} histories; a modulation 1 + a cos(m phi) of
        a = {2.0 * (SIGMAS / np.sqrt(2.0) + 1.65) / np.sqrt(n):.3f} or more is found with a
        probability of 95 %.""")


def mirrors(section, states):
    n = len(states)
    worst = 0.0
    for name in ("x_cm", "y_cm", "u", "v"):
        v = states[name]
        worst = max(worst, abs(v.mean()) / (v.std() / np.sqrt(n)),
                    abs((v > 0).sum() - n / 2.0) / np.sqrt(n / 4.0))
    section.check("symmetry", "mirrors in x and y: means and signs of place and direction", worst,
                  SIGMAS, "std. errors")
    v = abs(states["x_cm"]) - abs(states["y_cm"])
    section.check("symmetry", "x against y: mean of |x| - |y|",
                  abs(v.mean()) / (v.std() / np.sqrt(n)), SIGMAS, "std. errors")
    v = states["x_cm"] * states["y_cm"]
    section.check("symmetry", "correlation of x and y", abs(v.mean()) / (v.std() / np.sqrt(n)),
                  SIGMAS, "std. errors")
    section.say(f"""Mirrors: a shift of {(SIGMAS + 1.65) / np.sqrt(n):.4f} sigma, or a share of
        {50.0 + 100.0 * (SIGMAS + 1.65) / np.sqrt(4.0 * n):.2f} % on one side, is found with a
        probability of 95 %.""")


def difference(a, b):
    """Of two depth doses, in standard errors, where there is dose."""
    e = np.hypot(a["idd_error_MeV_cm2_g"], b["idd_error_MeV_cm2_g"])
    used = (a["idd_MeV_cm2_g"] > 0.01 * a["idd_MeV_cm2_g"].max()) & (e > 0)
    return (a["idd_MeV_cm2_g"] - b["idd_MeV_cm2_g"])[used] / e[used], \
        100.0 * e[used] / a["idd_MeV_cm2_g"][used]


def linearity(section, program):
    def depth(histories, seed):
        return program.run(pencil("proton", "100 MeV", histories, (10, 10, 9), (100, 100, 1),
                                  seed=seed, histories_per_range=250)).depth()
    d, error = difference(depth(10000, 720), depth(40000, 721))
    section.check("symmetry", "depth dose per primary, 10,000 against 40,000 histories, worst bin",
                  abs(d).max(), SIGMAS, "std. errors")
    section.say(f"""Linearity: a difference of {6.65 * np.median(error):.2f} % (half of the bins) is
        found with a probability of 95 %.""")
    pulls = np.concatenate([difference(depth(8000, 730 + 2 * i), depth(8000, 731 + 2 * i))[0]
                            for i in range(5)])
    section.check("symmetry", "error bars: scatter of ten runs over the errors that they state,"
                  " minus 1", np.sqrt(np.mean(pulls**2)) - 1.0, 0.35, "")


def spots_job(spots, histories, seed):
    return {"histories": histories, "seed": seed, "histories_per_range": 100,
            "beam": {"ion": "proton", "spots": spots},
            "phantom": {"material": "water", "size": ["8 cm", "8 cm", "9 cm"]},
            "scoring": {"voxel": ["2 mm", "80 mm", "3 mm"]}}


def two_beams(section, program):
    """One beam of two spots against the sum of its halves."""
    left, right = ({"energy": "100 MeV", "position": [f"{x} cm", "0 cm", "0 cm"],
                    "spot_size": "3 mm", "weight": 1} for x in (-1, 1))
    if not program.accepts(spots_job([left, right], 4000, 1)):
        section.say("Additivity of spots: this build knows no list of spots; not tested.")
        return
    runs = [program.run(spots_job(spots, n, 740 + i)) for i, (spots, n) in
            enumerate((([left, right], 40000), ([left], 20000), ([right], 20000)))]
    both, *halves = [r.dose() for r in runs]
    error = [r.dose() * r.dose("dose_error") for r in runs]
    used = both > 0.05 * both.max()
    excess = (both - 0.5 * (halves[0] + halves[1]))[used]
    error = np.sqrt(error[0]**2 + 0.25 * error[1]**2 + 0.25 * error[2]**2)[used]
    section.check("symmetry", f"two spots against the sum of two beams: worst of {used.sum()}"
                  " voxels", abs(excess / error).max(), SIGMAS, "std. errors")
    section.say(f"""Additivity: a difference of {665.0 * np.median(error / both[used]):.0f} % in a
        typical voxel is found with a probability of 95 %.""")
    side = both[:, :, :both.shape[2] // 2].sum() / both.sum()
    section.check("symmetry", "two spots of equal weight: share of the left one",
                  abs(side - 0.5) / (0.5 / np.sqrt(40000.0 * program.scale)), SIGMAS,
                  "std. errors")


def symmetry(program, _reference):
    section = Section("symmetry", "Symmetry, linearity, additivity")
    job = pencil("proton", "100 MeV", 100000, (10, 10, 9), (100, 100, 1), seed=700,
                 final_states="yes")
    states = program.run(job).states()
    azimuth(section, states)
    mirrors(section, states)
    linearity(section, program)
    two_beams(section, program)
    return section


def energy(program, _reference):
    section = Section("energy", "Energy balance")
    section.check("energy", f"{len(program.results)} runs, {program.histories} histories: largest"
                  " imbalance over source", program.worst_imbalance,
                  1e-6, "")
    section.say("Integer counters of each run's report; the balance is an equality.")
    return section
