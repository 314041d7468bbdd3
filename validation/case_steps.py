"""The result must not depend on the length of a step or the size of a voxel."""

import numpy as np

import curves
from plots import Line, Plot
from program import pencil
from targets import Section

STEPS_mm = (0.1, 0.2, 0.5, 1.0, 2.0)
VOXELS_mm = (0.5, 1.0, 2.0, 5.0)
CUTOFF = "20 um"


def summary(program, ion, energy, length_cm, step_mm, voxel_mm, histories, seed, cutoff=CUTOFF):
    """Sigma (mm) at the end, mean depth of the end (mm), and the depth dose."""
    transport = {"step": f"{step_mm:g} mm"}
    if cutoff is not None:
        transport["cutoff"] = cutoff
    job = pencil(ion, energy, histories, (10, 10, length_cm), (voxel_mm, 100, voxel_mm), seed=seed,
                 final_states="yes", transport=transport)
    result = program.run(job)
    s, d = result.states(), result.depth()
    sigma = 10.0 * np.sqrt(0.5 * (np.var(s["x_cm"]) + np.var(s["y_cm"])))
    return sigma, 10.0 * s["z_cm"].mean(), d["depth_mm"], d["idd_MeV_cm2_g"]


def steps_of(section, program, ion, energy, length_cm, histories, seed):
    runs = [summary(program, ion, energy, length_cm, s, 0.5, histories, seed + i)
            for i, s in enumerate(STEPS_mm)]
    sigma, mean, r80 = [], [], []
    for run in runs:
        sigma.append(run[0])
        mean.append(run[1])
        r80.append(curves.peak(run[2], run[3]).r80)
    n = histories * program.scale
    centre = np.mean(sigma)
    spread = 100.0 * (np.array(sigma) / centre - 1.0)
    section.check("steps", f"{ion} {energy}: sigma_x, largest from the mean of all, steps 0.1 to"
                  " 2 mm", spread[np.argmax(abs(spread))], 0.5, error=50.0 / np.sqrt(n))
    for name, value in (("R80", r80), ("mean range", mean)):
        d = np.array(value) - np.mean(value)
        section.check("steps", f"{ion} {energy}: {name}, largest from the mean of all, steps 0.1"
                      " to 2 mm", d[np.argmax(abs(d))], 0.05, "mm",
                      0.011 * mean[0] / np.sqrt(n) * (1 if ion == "proton" else 0.3))
    section.picture(Plot(f"steps_{ion.lower()}", f"{ion} {energy}: step length", "step, mm",
                         [Line(STEPS_mm, spread, "sigma_x, % from the mean", "points"),
                          Line(STEPS_mm, 100.0 * (np.array(r80) - np.mean(r80)),
                               "R80, 0.01 mm from the mean", "points")], "",
                         options="set logscale x; set xrange [0.08:2.5]; set yrange [-5:5]"))


def voxels_of(section, program, ion, energy, length_cm, histories, seed):
    """The same histories (same seed, same cutoff) tallied in other voxels: rebinned curves must be
    equal, not only alike."""
    runs = [summary(program, ion, energy, length_cm, 1.0, v, histories, seed) for v in VOXELS_mm]
    fine = runs[0][3]
    peak = fine.max()
    worst = sigma = 0.0
    for v, run in zip(VOXELS_mm[1:], runs[1:]):
        n = int(round(v / VOXELS_mm[0]))
        rebinned = fine[:len(fine) // n * n].reshape(-1, n).mean(axis=1)
        d = 100.0 * (run[3][:len(rebinned)] - rebinned) / peak
        worst = max(worst, abs(d).max())
        sigma = max(sigma, abs(100.0 * (run[0] / runs[0][0] - 1.0)))
    section.check("steps", f"{ion} {energy}: depth dose, same histories, voxels 0.5 to 5 mm, % of"
                  " the peak", worst, 0.1)
    section.check("steps", f"{ion} {energy}: sigma_x, same histories, voxels 0.5 to 5 mm", sigma,
                  0.5)
    ends = [summary(program, ion, energy, length_cm, 1.0, v, histories, seed + 1 + i, None)
            for i, v in enumerate(VOXELS_mm)]
    d = np.array([e[1] for e in ends])
    d -= d.mean()
    error = 0.011 * ends[0][1] / np.sqrt(histories * program.scale)
    section.check("steps", f"{ion} {energy}: mean range, each its own histories and cutoff, voxels"
                  " 0.5 to 5 mm", d[np.argmax(abs(d))], 0.05, "mm", error)


def steps(program, _reference):
    section = Section("steps", "Independence of step and voxel size")
    section.say("""Steps of 0.1 to 2 mm, each with its own random numbers, 0.5 mm voxels, 100,000
        protons or 60,000 carbon ions each: the standard error of sigma_x is 0.2 %.
        Voxels: the same histories are scored in voxels of 0.5 to 5 mm, which a transport whose steps
        do not end at voxels has to do without any difference beyond rounding; then once more with
        histories and the default cutoff of their own.""")
    steps_of(section, program, "proton", "100 MeV", 9, 100000, 600)
    steps_of(section, program, "C-12", "150 MeV/u", 6, 60000, 620)
    voxels_of(section, program, "proton", "100 MeV", 9, 30000, 640)
    return section
