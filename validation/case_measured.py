"""The measured depth dose of a 62 MeV beam."""

import numpy as np

import curves
import theory
from case_depth import depth_run
from plots import Line, Plot
from targets import Section


def fitted(z, signal, depth, dose):
    """Shift and broadening (mm) that bring our curve nearest to a measured one."""
    best = None
    for sigma in np.arange(0.0, 0.8, 0.02):
        wide = curves.broaden(depth, dose, sigma)
        for shift in np.arange(-4.0, 1.0, 0.02):
            ours = np.interp(z - shift, depth, wide, right=0.0)
            scale = (ours * signal).sum() / (ours * ours).sum()
            rest = float(((scale * ours - signal) ** 2).sum())
            if best is None or rest < best[0]:
                best = (rest, shift, sigma)
    return best[1:]


def fit_beam(program, matter, z, signal, seed):
    """Energy and spread (MeV, %) of the beam whose depth dose is nearest."""
    energy = 60.0
    for i in range(2):
        depth, dose = depth_run(program, "proton", f"{energy:.2f} MeV", 33.0, 30000, seed + i, 0.1)
        shift, sigma = fitted(z, signal, depth, dose)
        energy = matter.energy_of(matter.range_of(round(energy, 2)) + 0.1 * shift)
    return energy, 100.0 * sigma * 0.1 * matter.stopping_of(energy) / energy


def residual(program, z, signal, energy, spread, seed):
    """Our curve on the points of the measured one, and the difference in % of the maximum."""
    depth, dose = depth_run(program, "proton", f"{energy:.2f} MeV", 33.0, 30000, seed, 0.1,
                            beam={"energy_spread": f"{spread:.2f} %"})
    ours = np.interp(z, depth, dose, right=0.0)
    ours *= (ours * signal).sum() / (ours * ours).sum()
    return ours, 100.0 * (ours - signal) / signal.max()


def measured(program, reference):
    section = Section("lns", "Measured depth dose of 62 MeV protons")
    c = reference.curve("depthdose/measured_lns_62MeV_p.csv")
    section.say("""INFN-LNS, ion chamber in water. Energy and its spread (and the scale of the signal)
        are fitted with the curve of a monoenergetic beam, shifted and convolved; then the beam
        found is run itself.""")
    if c is None:
        section.say("The measured curve is not at hand.")
        return section
    matter = theory.Matter(program, "proton", "water")
    above, below = [Line(c[0], c[1], "measured", "points")], []
    energy, spread = fit_beam(program, matter, c[0], c[1], 800)
    ours, d = residual(program, c[0], c[1], energy, spread, 802)
    label = f"{energy:.2f} MeV, spread {spread:.2f} %"
    section.check("lns", f"{label}: worst of {len(d)} points", d[np.argmax(abs(d))], 2.0,
                  "% of the maximum", 0.5)
    section.check("lns", f"{label}: rms", np.sqrt(np.mean(d**2)), None, "% of the maximum")
    above.append(Line(c[0], ours, "ionfarm"))
    below.append(Line(c[0], d, "ionfarm - measured"))
    section.picture(Plot("lns", "Measured depth dose, 62 MeV protons", "depth, mm", above, "signal",
                         below, "difference, % of the maximum", "set key left top"))
    return section
