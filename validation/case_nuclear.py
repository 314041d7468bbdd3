"""Nuclear interactions: cross sections against measured ones, fragments of carbon in water."""

import numpy as np

from plots import Line, Plot
from program import pencil
from targets import Section

AVOGADRO_PER_mb = 6.02214076e23 * 1e-27
MOLAR_MASS = {"water": 18.0153, "C": 12.011}
ELEMENTS = ["H", "He", "Li", "Be", "B", "C", "N", "O"]
# g/cm2, number of fragments per primary within 10 degrees, error in % (the larger one); C-12 of 400 MeV/u in
# water, Haettner, Iwase, Schardt, Radiat. Prot. Dosim. 122 (2006) 485, EXFOR D0589
HAETTNER = {
    "H": [(5.9, 0.2726, 11), (15.9, 0.5646, 5), (25.8, 0.7650, 3), (27.9, 0.7690, 2), (31.2, 0.7278, 2),
          (34.7, 0.6863, 2)],
    "He": [(5.9, 0.1963, 3), (15.9, 0.4148, 8), (25.8, 0.5551, 3), (27.9, 0.5698, 2), (28.8, 0.5258, 2),
           (31.2, 0.5159, 2), (34.7, 0.4437, 1)],
    "Li": [(5.9, 0.0296, 35), (15.9, 0.0471, 30), (25.8, 0.0582, 10), (27.9, 0.0550, 5), (28.8, 0.0492, 6),
           (31.2, 0.0449, 7), (34.7, 0.0348, 9)],
    "Be": [(5.9, 0.0137, 100), (15.9, 0.0223, 30), (25.8, 0.0295, 20), (27.9, 0.0256, 10),
           (28.8, 0.0237, 8), (31.2, 0.0142, 20), (34.7, 0.0077, 20)],
    "B": [(5.9, 0.0335, 31), (15.9, 0.0519, 23), (25.8, 0.0659, 21), (27.9, 0.0534, 10), (28.8, 0.0374, 6),
          (31.2, 0.0195, 15), (34.7, 0.0028, 30)]}
FRAGMENT_LIMIT = {"H": 30.0, "He": 15.0, "Li": 30.0, "Be": 30.0, "B": 15.0}
# MeV/u, atoms of H, C, O, Si, reaction cross section in mb: He-4, Horst et al., PRC 96 (2017) 024624 and 99
# (2019) 014603
HORST = [(71, (2, 1, 0, 0), 875), (71, (0, 0, 0, 1), 961), (71, (0, 0, 2, 1), 2317),
         (74, (0, 1, 0, 0), 602), (83.5, (0, 1, 0, 0), 548), (119, (2, 1, 0, 0), 731),
         (119, (0, 0, 0, 1), 816), (119, (0, 0, 2, 1), 2042), (125, (0, 1, 0, 0), 497),
         (176, (0, 1, 0, 0), 500), (213, (2, 0, 1, 0), 800), (213, (0, 0, 0, 1), 792),
         (213, (0, 0, 2, 1), 1959), (215, (2, 1, 0, 0), 729), (216, (0, 1, 0, 0), 520)]
HORST_ELEMENTS = [("H", "water"), ("C", "graphite"), ("O", "water"), ("Si", "Si")]

def cross_section(program, ion, material, energies, element, kind="reaction"):
    """mb per nucleus of one element of the material."""
    text = program.call("table", "--nuclear", "--energies",
                        ",".join(f"{e:.10g}" for e in energies), ion, material)
    lines = text.splitlines()
    head = [line for line in lines if line.startswith("# MeV/u")][0]
    names = head.split("free path cm", 1)[1].replace(" mb", "\n").split("\n")
    names = [n.strip() for n in names if n.strip()]
    rows = np.array([line.split() for line in lines if line and line[0] != "#"], float)
    return rows[:, 4 + names.index(f"{element} {kind}")]


def median_check(section, target, what, ratio, limit):
    """The scatter of measurements is not ours: the median is judged, with its error."""
    if len(ratio) == 0:
        return
    d = 100.0 * (ratio - 1.0)
    section.check(target, f"{what}, median of {len(d)} points", np.median(d), limit,
                  error=1.25 * np.std(d) / np.sqrt(len(d)))


def against_points(program, section, curve, target, what, ion, material, element, bands, limit):
    """Our cross section over measured ones, in bands of energy."""
    known = (curve[0] <= 1000.0) & (curve[1] > 0)
    energy, sigma = curve[0][known], curve[1][known]
    ours = cross_section(program, ion, material, energy, element)
    for low, high in bands:
        use = (energy >= low) & (energy <= high)
        median_check(section, target, f"{what}, {low:g} to {high:g} MeV/u", ours[use] / sigma[use],
                     limit)
    grid = np.geomspace(max(10.0, energy.min()), min(1000.0, energy.max()), 80)
    section.picture(Plot("cross_" + curve.name, what, "MeV/u",
                         [Line(grid, cross_section(program, ion, material, grid, element),
                               "ionfarm"), Line(energy, sigma, "measured", "points")],
                         "mb", (), None, "set logscale x"))


def columns(path):
    """Numbers of the first two columns, where others may hold text."""
    with open(path, encoding="utf-8") as f:
        rows = [line.split(",")[:2] for line in f if line[0] not in "#E"]
    return np.array(rows, float).T


class Points:
    def __init__(self, path, name):
        self.name, self.data = name, columns(path)

    def __getitem__(self, i):
        return self.data[i]


def points(reference, name):
    found = reference.files(f"nuclear/{name}.csv")
    return Points(found[0], name) if found else None


def helium_on_molecules(program, section):
    """What helium's cross sections were scaled by, in two bands of energy."""
    energies = [row[0] for row in HORST]
    single = [cross_section(program, "alpha", material, energies, element)
              for element, material in HORST_ELEMENTS]
    ours = sum(np.array([row[1][i] for row in HORST]) * single[i] for i in range(len(HORST_ELEMENTS)))
    ratio = ours / np.array([row[2] for row in HORST])
    for low, high in ((70, 130), (160, 220)):
        use = [low <= e <= high for e in energies]
        median_check(section, "reaction", f"He-4 on C, Si, CH2, H2O, SiO2, {low} to {high} MeV/u", ratio[use],
                     10.0)


def cross_sections(program, reference):
    section = Section("cross", "Nuclear cross sections")
    section.say("""Measured values are from EXFOR; they scatter by 3 to 10 %, so that the median of
        each band of energy is judged. ICRU Report 63 is an evaluation, and judged point by
        point. Helium's cross sections are Glauber's times a factor that was taken from the values of
        Horst (2017, 2019) and others.""")
    for element, name, material in (("C", "carbon", "graphite"), ("O", "oxygen", "water")):
        c = reference.curve(f"nuclear/icru63_p_{name}.csv")
        if c is None:
            continue
        use = (c[0] >= 20.0) & (c[0] <= 250.0)
        ours = cross_section(program, "proton", material, c[0][use], element)
        d = 100.0 * (ours / c[1][use] - 1.0)
        section.check("nonelastic", f"proton on {element}, ICRU 63, worst of {len(d)}, 20 to 250 MeV",
                      d[np.argmax(abs(d))], 5.0)
    measured = [
        ("p_nonelastic_C", "nonelastic", "proton on C", "proton", "graphite", "C",
         [(20, 70), (70, 250)], 5.0),
        ("p_nonelastic_Al", "nonelastic", "proton on Al", "proton", "Al", "Al",
         [(40, 100), (100, 700)], 10.0),
        ("p_nonelastic_Cu", "nonelastic", "proton on Cu", "proton", "Cu", "Cu",
         [(40, 100), (100, 700)], 10.0),
        ("C12_reaction_on_C", "reaction", "C-12 on C", "C-12", "graphite", "C",
         [(80, 200), (200, 1000)], 5.0),
        ("He4_reaction_on_C", "reaction", "He-4 on C", "alpha", "graphite", "C",
         [(30, 1000)], 10.0),
    ]
    for name, target, what, ion, material, element, bands, limit in measured:
        curve = points(reference, name)
        if curve is not None:
            against_points(program, section, curve, target, what, ion, material, element, bands,
                           limit)
    for energy, mb in ((50, 1063), (100, 905), (200, 802), (300, 789), (400, 791)):
        ours = cross_section(program, "C-12", "graphite", [energy], "C")[0]
        section.check("reaction", f"C-12 on C, {energy} MeV/u, published formula",
                      100.0 * (ours / mb - 1.0), 0.5)
    helium_on_molecules(program, section)
    return section


def yields(program, ion, energy, material, depth_mm, n_bins, histories, seed, angle="10 deg", size=40):
    """Per primary, at each depth: {name of the particles: (number, error)}, and the depths, mm."""
    job = pencil(ion, energy, histories, (size, size, 0.1 * depth_mm),
                 (10.0 * size, 10.0 * size, depth_mm / n_bins), material=material, seed=seed,
                 scoring={"quantities": ["yields"], "yield_angle": angle},
                 transport={"nuclear": "on"})
    p = program.run(job).particles()
    depth = p["depth_mm"] + 0.5 * depth_mm / n_bins
    names = [n[:-len("_yield")] for n in p.dtype.names if n.endswith("_yield")]
    return depth, {n: (p[n + "_yield"], p[n + "_yield_error"]) for n in names}


def of_charge(y, element, primary):
    """Particles of the primary's charge are its survivors and its isotopes."""
    number = y[element][0] + (y["primary"][0] if element == primary else 0.0)
    error = np.hypot(y[element][1], y["primary"][1] if element == primary else 0.0)
    return number, error


def charge_changing(program, reference):
    """From what is left of the charge behind a thin layer."""
    section = Section("tcc", "Charge-changing cross sections")
    section.say("""The number of particles that still have the projectile's charge behind 2 g/cm2,
        from a run, gives the charge-changing cross section; the angle does not matter.""")
    cases = [("C12_TCC_on_water", "tcc_water", "C-12", "C", "water", (241.0, 299.0, 352.0), 5.0),
             ("C12_TCC_on_C", "tcc", "C-12", "C", "graphite", (200.0, 300.0, 400.0), 10.0),
             ("O16_TCC_on_C", "tcc", "O-16", "O", "graphite", (290.0, 441.0, 600.0), 10.0)]
    density = {"water": 1.0, "graphite": 1.7}
    mass = {"water": MOLAR_MASS["water"], "graphite": MOLAR_MASS["C"]}
    for k, (name, target, ion, element, material, energies, limit) in enumerate(cases):
        measured = points(reference, name)
        ours = []
        for energy in energies:
            mm = 20.0 / density[material]
            _, y = yields(program, ion, f"{energy} MeV/u", material, mm, 1, 60000, 500 + k, "89 deg")
            left, error = (x[-1] for x in of_charge(y, element, element))
            scale = mass[material] / (AVOGADRO_PER_mb * 2.0)
            sigma, error = -np.log(left) * scale, error / left * scale
            if target == "tcc_water":
                section.check(target, f"{ion} on {material}, {energy:g} MeV/u, of 1210 mb",
                              sigma - 1210.0, 60.0, "mb", error)
            ours.append(sigma)
        if target == "tcc" and measured is not None:
            near = (measured[0] >= 0.75 * energies[0]) & (measured[0] <= 1.3 * energies[-1])
            ratio = np.interp(measured[0][near], energies, ours) / measured[1][near]
            median_check(section, target, f"{ion} on {material}, {energies[0]:g} to"
                         f" {energies[-1]:g} MeV/u", ratio, limit)
    return section


def haettner(reference, element):
    c = reference.curve(f"nuclear/haettner_C12_400_yield_{element}.csv")
    return np.array(HAETTNER[element]).T if c is None else np.array([c[0], c[1], c[2]])


def fragments(program, reference):
    section = Section("fragments", "Fragments of carbon of 400 MeV/u in water")
    section.say("""Number of fragments per primary within 10 degrees behind a depth of water:
        Haettner, Iwase and Schardt (2006). The limit is 15 % (He, B; the channels of carbon were
        chosen with cross sections and these numbers in view) or 30 % (H, Li, Be), or the error of the
        measurement, whichever is larger. The direction counts where the particle leaves the depth.""")
    depth, y = yields(program, "C-12", "400 MeV/u", "water", 400.0, 4000, 60000, 520)
    lines = []
    for element, limit in FRAGMENT_LIMIT.items():
        d, n, percent = haettner(reference, element)
        ours, error = (np.interp(10.0 * d, depth, x) for x in y[element])
        for k in range(len(d)):
            section.check("fragments", f"{element} at {d[k]:g} g/cm2 (measured to {percent[k]:g} %)",
                          100.0 * (ours[k] / n[k] - 1.0), max(limit, percent[k]),
                          error=100.0 * error[k] / n[k])
        lines += [Line(depth[::20], y[element][0][::20], f"{element}, ionfarm"),
                  Line(10.0 * d, n, f"{element}, measured", "points")]
    lines.append(Line(depth[::20], y["primary"][0][::20], "primary"))
    section.check("fragments", "primaries at 25.8 g/cm2, of 0.303",
                  100.0 * (np.interp(258.0, depth, y["primary"][0]) / 0.303 - 1.0), None)
    section.picture(Plot("fragments", "C-12 of 400 MeV/u in water, within 10 degrees", "depth, mm",
                         lines, "particles per primary"))
    angles(program, reference, section)
    return section


def angles(program, reference, section):
    """dN/dOmega of helium, from the numbers within cones."""
    c = reference.curve("nuclear/haettner_C12_400_angular_He.csv")
    if c is None:
        return
    edges = np.array([0.0, 0.75, 1.5, 2.5, 3.5, 5.0, 7.0, 9.0, 11.0])
    for d in (15.9, 31.2):
        near = abs(c[0] - d) < 0.05
        if not near.any():
            continue
        inside = []
        for edge in edges[1:]:
            depth, y = yields(program, "C-12", "400 MeV/u", "water", 10.0 * d, 1, 30000, 530,
                              f"{edge} deg")
            inside.append(y["He"][0][-1])
        solid = 2.0 * np.pi * (1.0 - np.cos(np.radians(edges)))
        density = np.diff(np.concatenate([[0.0], inside])) / np.diff(solid)
        middle = 0.5 * (edges[1:] + edges[:-1])
        angle, theirs = abs(c[1][near]), c[2][near]
        ours = np.exp(np.interp(angle, middle, np.log(np.maximum(density, 1e-6))))
        inner = angle <= 4.0
        ratio = 100.0 * (ours / theirs - 1.0)
        section.check("angles", f"He at {d} g/cm2, 0 to 4 degrees, worst",
                      ratio[inner][np.argmax(abs(ratio[inner]))], 25.0)
        section.check("angles", f"He at {d} g/cm2, to 4 degrees, median", np.median(ratio[inner]), None)
        outer = ~inner
        if outer.any():
            factor = np.exp(abs(np.log(ours / theirs)))[outer].max()
            section.check("angles", f"He at {d} g/cm2, 4 to 10 degrees, largest factor", factor, 2.0, "")
        section.picture(Plot(f"angles_{d:.0f}", f"He from C-12 of 400 MeV/u behind {d} g/cm2 of water",
                             "angle, degrees", [Line(middle, density, "ionfarm"),
                                                Line(angle, theirs, "measured", "points")],
                             "dN/dOmega, 1/sr per primary", (), None, "set logscale y"))
