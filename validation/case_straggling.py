"""Energy-loss straggling: the spread of ranges, and the loss in slabs that are thin."""

import numpy as np

import curves
import theory
from plots import Line, Plot
from program import pencil
from targets import Section

# ion, MeV per nucleon, sigma of the range in % of the range as published for this formula
RANGE_SIGMA = [("proton", 50, 1.18), ("proton", 100, 1.12), ("proton", 150, 1.08),
               ("proton", 200, 1.05), ("alpha", 150, 0.54), ("C-12", 200, 0.30),
               ("C-12", 400, 0.28)]
# ion, MeV per nucleon, material, mm, density
SLABS = [("proton", 150, "water", 1.0, 1.0), ("proton", 150, "water", 10.0, 1.0),
         ("proton", 70, "pmma", 2.0, 1.19), ("C-12", 200, "water", 5.0, 1.0),
         ("alpha", 100, "Al", 2.0, 2.699)]
# materials by turns, number of layers in 10 mm
STACKS = [(("water",), 10), (("water",), 100), (("water",), 333), (("water",), 1000),
          (("water", "pmma"), 1000)]


def unit(ion):
    return "MeV" if ion == "proton" else "MeV/u"


def ranges(program, _reference):
    section = Section("sigma_range", "Straggling of the range")
    section.say("""Scattering is off, so that the depth of the end is the path length. The standard
        deviation of 40,000 ends (12,000 for ions) against the integral of d sigma^2/dx / S^3,
        computed apart from the program, and against the published figures, which have two or
        three digits.""")
    rows = []
    for i, (ion, energy, quoted) in enumerate(RANGE_SIGMA):
        matter = theory.Matter(program, ion, "water")
        reach = matter.range_of(energy * theory.NUCLEONS[ion])
        job = pencil(ion, f"{energy} {unit(ion)}", 40000 if ion == "proton" else 12000,
                     (1, 1, np.ceil(reach * 1.08 + 1.0)), (10, 10, 1), seed=300 + i,
                     final_states="yes", transport={"scattering": "off"})
        z = program.run(job).states()["z_cm"]
        (_, _), (variance, variance_error), _ = curves.moments(z)
        sigma = np.sqrt(variance)
        expected = theory.range_sigma(matter, energy * theory.NUCLEONS[ion])
        error = 50.0 * variance_error / variance
        section.check("sigma_range", f"{ion} {energy} {unit(ion)}, against the integral",
                      100.0 * (sigma / expected - 1.0), 2.0, error=error)
        digit = 0.5 if quoted > 1.0 else 1.8
        section.check("sigma_range", f"{ion} {energy} {unit(ion)}, against {quoted} % of R (a digit"
                      f" is {digit} %)", 100.0 * (100.0 * sigma / reach / quoted - 1.0),
                      2.0 + digit, error=error)
        rows.append((energy, 100.0 * sigma / reach, 100.0 * expected / reach))
    e, ours, theirs = np.array(rows).T
    section.picture(Plot("sigma_range", "Range straggling in water", "MeV per nucleon",
                         [Line(e, ours, "ionfarm", "points"),
                          Line(e, theirs, "integral", "points")],
                         "% of the range", [Line(e, 100.0 * (ours / theirs - 1.0),
                                                 "ionfarm - integral", "points")], "%"))
    return section


def histogram(loss, low, high, n=80):
    counts, edges = np.histogram(loss, bins=n, range=(low, high))
    width = edges[1] - edges[0]
    return 0.5 * (edges[1:] + edges[:-1]), counts / (len(loss) * width)


def slab(section, program, i, row, histories):
    ion, energy, material, thickness_mm, density = row
    total = float(energy * theory.NUCLEONS[ion])
    job = pencil(ion, f"{energy} {unit(ion)}", histories, (1, 1, 0.1 * thickness_mm),
                 (10, 10, thickness_mm), material, seed=400 + i, final_states="yes",
                 transport={"scattering": "off"})
    states = program.run(job).states()
    loss = total - states["energy_MeV"][states["fate"] == 1]
    matter = theory.Matter(program, ion, material)
    g_cm2 = 0.1 * thickness_mm * density
    mean, variance, skew = theory.slab_moments(matter, total, g_cm2)
    got = curves.moments(loss)
    name = f"{ion} {energy} {unit(ion)}, {thickness_mm:g} mm {material}"
    for key, value, (ours, error), limit in (
            ("slab_mean", mean, got[0], 1.0), ("slab_variance", variance, got[1], 2.0),
            ("slab_skewness", skew, got[2], 10.0)):
        section.check(key, f"{name}: {value:.4g} expected", 100.0 * (ours / value - 1.0), limit,
                      error=100.0 * error / value)
    sigma = np.sqrt(variance)
    x, density_ours = histogram(loss, max(0.0, mean - 3.0 * sigma), mean + 5.0 * sigma)
    exact = theory.vavilov_density(x, ion, material, total - 0.5 * mean, g_cm2, mean)
    section.picture(Plot(f"slab_{i}", f"Energy lost by {name}", "MeV",
                         [Line(x, density_ours, "ionfarm"), Line(x, exact, "Vavilov", "points")],
                         "1/MeV", [Line(x, 100.0 * (density_ours - exact) / exact.max(),
                                        "ionfarm - Vavilov")], "% of the maximum"))


def stack_loss(program, materials, n, seed):
    """What protons of 150 MeV lose in 10 mm, cut into n layers."""
    layers = [{"material": materials[k % len(materials)], "thickness": f"{10.0 / n:.17g} mm"}
              for k in range(n)]
    job = {"histories": 240000 if n == 2 else 120000, "seed": seed, "beam": {"ion": "proton", "energy": "150 MeV"},
           "phantom": {"size": ["10 cm", "10 cm"], "layers": layers},
           "scoring": {"voxel": ["10 mm", "10 mm", f"{10.0 / n:.17g} mm"]},
           "transport": {"scattering": "off"}, "final_states": "yes"}
    states = program.run(job).states()
    return curves.moments(150.0 - states["energy_MeV"][states["fate"] == 1])


def slabs(program, _reference):
    section = Section("slabs", "Energy loss in thin slabs")
    section.say("""The energy of what leaves a slab on its far side; scattering is off. The moments
        expected are Vavilov's (variance xi W (1 - beta^2/2), third xi W^2 (1/2 - beta^2/3)),
        integrated over the slab together with what a spread of energies does to the loss that
        follows. The pictures compare with Vavilov's density itself (free collisions, a Fourier
        integral): only three moments of it are what the program promises, so the shape of a layer
        of one or a few steps differs near the maximum, by up to 30 % of it at the rise behind 1 mm
        of water at 150 MeV.""")
    for i, row in enumerate(SLABS):
        slab(section, program, i, row, 200000 if row[3] <= 2.0 else 120000)
    return section


def stacks(program, _reference):
    section = Section("stacks", "A slab cut into thin layers")
    section.say("""However a slab is cut, what leaves it has the same moments. Each boundary ends a step,
        so that the steps are as short as the layers.""")
    for i, (materials, n) in enumerate(STACKS):
        whole = stack_loss(program, materials, 2, 450)
        cut = stack_loss(program, materials, n, 451 + i)
        name = (f"proton 150 MeV, 10 mm of {' and '.join(materials)} in {n} layers of"
                f" {1e4 / n:.0f} um, against 2 layers")
        for key, (a, a_error), (b, b_error), limit in zip(
                ("slab_mean", "slab_variance", "slab_skewness"), cut, whole, (1.0, 2.0, 10.0)):
            section.check(key, name, 100.0 * (a / b - 1.0), limit,
                          error=100.0 * np.hypot(a_error, b_error) / b)
    return section
