"""Multiple scattering: lateral spread against depth and at the end of range."""

import numpy as np

import curves
import theory
from plots import Line, Plot
from program import pencil
from targets import Section

RADIATION_LENGTH_WATER = 36.08     # g/cm2
# MeV, lateral sigma at the end of range over the range
END_OF_RANGE = [(70, 0.0223), (100, 0.0221), (150, 0.0220), (200, 0.0219)]
PROFILES = [("proton", 70.0), ("proton", 100.0), ("proton", 200.0), ("alpha", 150.0),
            ("C-12", 300.0)]


def unit(ion):
    return "MeV" if ion == "proton" else "MeV/u"


def profile(program, ion, energy, matter, histories, seed):
    """Depths and lateral sigma (mm) of the dose, from one projection, in 800 bins over 24 sigma."""
    total = energy * theory.NUCLEONS[ion]
    reach = matter.range_of(total)
    end = 10.0 * theory.fermi_eyges(matter, total, [reach])[0]
    width = 2.0 * np.ceil(12.0 * end)
    length = np.ceil(reach * 1.05 + 0.6)
    bin_mm = width / 800.0
    job = pencil(ion, f"{energy} {unit(ion)}", histories, (20, 20, length), (bin_mm, 200, 2),
                 seed=seed, scoring={"size": [f"{width:g} mm", "20 cm", f"{length:g} cm"]})
    dose = program.run(job).dose().sum(axis=1)
    x = (np.arange(dose.shape[1]) + 0.5) * bin_mm - 0.5 * width
    z = (np.arange(dose.shape[0]) + 0.5) * 2.0
    used = z < 9.9 * reach
    return z[used], np.array([curves.profile_sigma(x, d, bin_mm) for d in dose[used]])


def end_of_range(program, _reference):
    section = Section("end_of_range", "Lateral sigma at the end of range")
    section.say("""Where primaries stop: sigma of x and y together, over the CSDA range. Ions are held
        against the Fermi-Eyges integral, with f at the proton's pv of the same velocity: about
        1/3.5 of the sigma of a proton of the same range for carbon. Moliere's theory in the form
        of Lynch and Dahl gives carbon some 5 % more than that, matRad's carbon set 6 to 10 %
        less.""")
    for i, (energy, ratio) in enumerate(END_OF_RANGE):
        matter = theory.Matter(program, "proton", "water")
        reach = matter.range_of(energy)
        job = pencil("proton", f"{energy} MeV", 40000, (20, 20, np.ceil(reach * 1.08 + 1)),
                     (200, 200, 1), seed=500 + i, final_states="yes")
        s = program.run(job).states()
        sigma = np.sqrt(0.5 * (np.var(s["x_cm"]) + np.var(s["y_cm"])))
        error = 100.0 * 0.5 / np.sqrt(len(s))
        section.check("mcs", f"protons {energy} MeV: {sigma / reach:.4f} R, published {ratio} R",
                      100.0 * (sigma / reach / ratio - 1.0), 3.0, error=error)
        wrong = theory.highland_per_step(matter, energy, 0.1, RADIATION_LENGTH_WATER)
        section.check("mcs", f"protons {energy} MeV: what Highland's formula for each mm would give"
                      " (the mistake)", 100.0 * (wrong / reach / ratio - 1.0), None)
    for i, energy in enumerate((200, 350)):
        matter = theory.Matter(program, "C-12", "water")
        total = energy * 12.0
        reach = matter.range_of(total)
        job = pencil("C-12", f"{energy} MeV/u", 12000, (20, 20, np.ceil(reach * 1.03 + 1)),
                     (200, 200, 1), seed=520 + i, final_states="yes")
        s = program.run(job).states()
        sigma = np.sqrt(0.5 * (np.var(s["x_cm"]) + np.var(s["y_cm"])))
        expected = theory.fermi_eyges(matter, total, [reach])[0]
        section.check("mcs", f"C-12 {energy} MeV/u: {sigma / reach:.5f} R",
                      100.0 * (sigma / expected - 1.0), 3.0, error=50.0 / np.sqrt(len(s)))
    return section


def against_integral(program, _reference):
    section = Section("eyges", "Lateral sigma against the Fermi-Eyges integral")
    section.say("""Sigma of the dose profile at each depth against the integral of (z - z')^2 T(z')
        along the mean energy, T being Gottschalk's scattering power. Judged from a quarter
        of the range to 0.95 of it, by the mean and by the largest deviation of a running mean
        over a tenth of the range. For an ion the factor f of that scattering power, which was
        found for protons, is taken at the proton's pv of the same velocity.""")
    above, below = [], []
    for i, (ion, energy) in enumerate(PROFILES):
        matter = theory.Matter(program, ion, "water")
        total = energy * theory.NUCLEONS[ion]
        reach = matter.range_of(total)
        histories = 60000 if ion == "proton" else 100000
        z, sigma = profile(program, ion, energy, matter, histories, 540 + i)
        expected = 10.0 * theory.fermi_eyges(matter, total, 0.1 * z)
        use = (z > 2.5 * reach) & (z < 9.5 * reach)
        d = 100.0 * (sigma[use] / expected[use] - 1.0)
        n = max(1, len(d) // 7)
        running = np.convolve(d, np.ones(n) / n, mode="valid")
        error = 100.0 / np.sqrt(2.0 * histories * program.scale)
        name = f"{ion} {energy:g} {unit(ion)}"
        section.check("eyges", f"{name}, mean", d.mean(), 1.0, error=error)
        section.check("eyges", f"{name}, worst tenth", running[np.argmax(abs(running))], 1.0,
                      error=error)
        above += [Line(z, sigma, name, colour=i + 1),
                  Line(z[::3], expected[::3], None, "points", i + 1)]
        below.append(Line(z[use], d, None, colour=i + 1))
    section.picture(Plot("eyges", "Lateral sigma in water; points: integral", "depth, mm", above,
                         "sigma, mm", below, "ionfarm - integral, %", "set key left top"))
    return section


def against_sets(program, reference):
    section = Section("lateral", "Lateral sigma against published base data")
    section.say("""matRad's analytic proton set and its carbon set (single Gaussians, zero at the
        surface). The sets themselves lie within 0.5 to 5 % of the accepted theories; the carbon
        set belongs to a beam behind 2.7 mm of water.""")
    if not reference.present:
        section.say("The sets are not at hand.")
    above, below = [], []
    sets = [("proton", c, c.figure("of a")) for c in
            reference.curves("lateral/matrad_legacy_p_sigma_*.csv")]
    sets += [("C-12", c, c.figure("C-12")) for c in
             reference.curves("lateral/matrad_carbon_sigma_*.csv")]
    for i, (ion, c, energy) in enumerate(sets):
        matter = theory.Matter(program, ion, "water")
        reach = matter.range_of(energy * theory.NUCLEONS[ion])
        z, sigma = profile(program, ion, energy, matter, 40000 if ion == "proton" else 12000,
                           560 + i)
        theirs = np.interp(z, c[0], c[1])
        use = (z > 5.0 * reach) & (z < 9.5 * reach)
        d = 100.0 * (sigma / np.maximum(theirs, 1e-9) - 1.0)
        name = f"{ion} {energy:g} {unit(ion)}"
        section.check("mcs_ref", f"{name}, worst from 0.5 to 0.95 R",
                      d[use][np.argmax(abs(d[use]))], 5.0, error=0.6)
        above += [Line(z, sigma, name, colour=i + 1),
                  Line(z[::3], theirs[::3], None, "points", i + 1)]
        shown = (z > 2.0 * reach) & use.any()
        below.append(Line(z[shown], d[shown], None, colour=i + 1))
    if above:
        section.picture(Plot("lateral", "Lateral sigma in water; points: matRad", "depth, mm",
                             above, "sigma, mm", below, "ionfarm - matRad, %",
                             "set key left top"))
    return section


def tail(program, _reference):
    section = Section("tail", "Single-scattering tail")
    section.say("""150 MeV protons behind 1 cm of water, single scattering on: the share beyond 7 and 10
        sigma of the core against Rutherford's law up to the nucleus' size, first order in the
        core's blur. The core itself must not widen: the central 68 % against those without
        the tail.""")
    angles = []
    for single in ("off", "on"):
        job = pencil("proton", "150 MeV", 300000, (10, 10, 1), (100, 100, 1), seed=580,
                     final_states="yes", transport={"single_scattering": single})
        if not program.accepts(job):
            section.say("This build knows no single scattering; not computed.")
            return section
        s = program.run(job).states()
        angles.append(np.hypot(s["u"], s["v"]))
    core = np.sqrt(0.5 * np.mean(angles[0] ** 2))
    middle = [np.quantile(a, 0.68) for a in angles]
    n = len(angles[1])
    section.check("tail", "width of the central 68 %, on against off",
                  100.0 * (middle[1] / middle[0] - 1.0), 3.0, error=100.0 * 0.9 / np.sqrt(n))
    for k in (7, 10):
        found = int((angles[1] > k * core).sum())
        # half of a loss of 5.5 MeV on the way
        expected = n * theory.single_scatters("proton", "water", 147.3, 1.0, k * core, core)
        section.check("tail", f"beyond {k} sigma ({1e3 * k * core:.0f} mrad): {expected:.0f} of {n}"
                      " expected", 100.0 * (found / expected - 1.0), 15.0,
                      error=100.0 / np.sqrt(max(found, 1)))
    return section
