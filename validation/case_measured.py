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


def fit_beam(program, matter, z, signal, change, seed):
    """Energy and spread (MeV, %) of the beam whose depth dose, after `change`, is nearest."""
    energy = 60.0
    for i in range(2):
        depth, dose = depth_run(program, "proton", f"{energy:.2f} MeV", 33.0, 30000, seed + i, 0.1)
        shift, sigma = fitted(z, signal, depth, change(energy, 0.1 * depth, dose))
        energy = matter.energy_of(matter.range_of(round(energy, 2)) + 0.1 * shift)
    return energy, 100.0 * sigma * 0.1 * matter.stopping_of(energy) / energy


def residual(program, z, signal, energy, spread, change, seed):
    """Our curve on the points of the measured one, and the difference in % of the maximum."""
    depth, dose = depth_run(program, "proton", f"{energy:.2f} MeV", 33.0, 30000, seed, 0.1,
                            beam={"energy_spread": f"{spread:.2f} %"})
    ours = np.interp(z, depth, change(energy, 0.1 * depth, dose), right=0.0)
    ours *= (ours * signal).sum() / (ours * ours).sum()
    return ours, 100.0 * (ours - signal) / signal.max()


def measured(program, reference):
    section = Section("lns", "Measured depth dose of 62 MeV protons")
    c = reference.curve("depthdose/measured_lns_62MeV_p.csv")
    section.say("""INFN-LNS, ion chamber in water. Energy and its spread (and the scale of the signal)
        are fitted with the curve of a monoenergetic beam, shifted and convolved; then the beam
        found is run itself. Nuclear interactions change the shape at this level: the second line
        of figures comes from the same fit after our curve has been given the loss of primaries
        (1.2 % per cm) and the local part of their energy (60 %) of Bortfeld (Med. Phys. 24 (1997)
        2024).""")
    if c is None:
        section.say("The measured curve is not at hand.")
        return section
    matter = theory.Matter(program, "proton", "water")
    changes = (("electromagnetic only", lambda energy, depth, dose: dose, 2.0),
               ("with Bortfeld's nuclear loss",
                lambda *curve: theory.with_nuclear_loss(matter, *curve), None))
    above, below = [Line(c[0], c[1], "measured", "points")], []
    for name, change, limit in changes:
        energy, spread = fit_beam(program, matter, c[0], c[1], change, 800)
        ours, d = residual(program, c[0], c[1], energy, spread, change, 802)
        label = f"{name}, {energy:.2f} MeV, spread {spread:.2f} %"
        section.check("lns", f"{label}: worst of {len(d)} points", d[np.argmax(abs(d))], limit,
                      "% of the maximum", 0.5)
        section.check("lns", f"{label}: rms", np.sqrt(np.mean(d**2)), None, "% of the maximum")
        above.append(Line(c[0], ours, name))
        below.append(Line(c[0], d, name, colour=len(above)))
    section.picture(Plot("lns", "Measured depth dose, 62 MeV protons", "depth, mm", above, "signal",
                         below, "difference, % of the maximum", "set key left top"))
    return section
