"""Stopping powers and ranges of `ionfarm table` against the tables of ICRU and NIST."""

import numpy as np

import theory
from plots import Line, Plot
from targets import Section

# Names in the file names -> names of the program; ICRU 49 mean excitation energies where they
# are not those of ICRU 90.
MATERIALS = {"aluminium": "Al", "copper": "Cu"}
I_ICRU49 = {"water": 75.0, "graphite": 78.0}
IONS = {"proton": "proton", "alpha": "alpha", "carbon12": "C-12", "C12": "C-12", "O16": "O-16",
        "helium": "alpha"}
ELEMENTS = ("Al", "Cu", "graphite", "Pb", "C", "Au", "Ag")
HEAVY = ("Cu", "Pb", "Ag", "Au")
TIGHT = ("water", "polyethylene") + ELEMENTS
ATOMIC_MASS = {"C-12": 12.0, "O-16": 15.9949}     # u

# lowest and highest energy (MeV/u), target, limit (%) as a function of the material
BANDS = {
    "proton": [(5.0, 400.0, "p_high", lambda m: 0.3),
               (2.0, 5.0, "p_5", lambda m: 0.7),
               (0.5, 2.0, "p_2", lambda m: 0.6 if m == "water" else 1.5),
               (0.01, 0.5, "p_low", lambda m: 1.0 if m in TIGHT else 4.0)],
    "alpha": [(5.0, 250.0, "he", lambda m: 0.5),
              (1.0, 5.0, "he_low", lambda m: 4.0 if m in HEAVY else 1.5)],
    "C-12": [(20.0, 1000.0, "c", lambda m: 0.2), (5.0, 20.0, "c", lambda m: 0.6),
             (0.1, 5.0, "c_low", lambda m: 1.5)],
    "ICRU 73": [(50.0, 1000.0, "ions", lambda m: 1.0), (1.0, 20.0, "ions", lambda m: 6.0)],
}

# ion, material, I (eV), MeV per nucleon, MeV cm2/g
GOLDEN_STOPPING = [
    ("proton", "water", 75.0, [0.1, 1, 10, 100, 200], [814.5, 261.19, 45.648, 7.2850, 4.4902]),
    ("proton", "water", 78.0, [0.1, 1, 10, 100, 200], [814.5, 258.05, 45.330, 7.2486, 4.4694]),
    ("proton", "Al", None, [1, 10, 100], [171.72, 33.763, 5.6716]),
    ("proton", "Cu", None, [1, 10, 100], [118.42, 27.067, 4.8462]),
    ("proton", "Pb", None, [1, 10, 100], [62.05, 17.864, 3.5430]),
    ("alpha", "water", 78.0, [0.1, 1, 10, 50], [2062.3, 1029.6, 180.32, 49.217]),
    ("C-12", "water", 78.0, [0.1, 1, 10, 100, 400], [6743, 6576, 1609.9, 260.32, 108.87]),
    ("O-16", "water", 78.0, [1, 10, 100, 400], [9989, 2836.9, 462.9, 193.9]),
    ("Fe-56", "water", 78.0, [10, 100, 500], [23735, 4866.8, 1885.2]),
]
# ion, MeV per nucleon, g/cm2 of water, I = 78 eV
GOLDEN_RANGE = [
    ("proton", [10, 50, 100, 150, 200, 230], [0.1238, 2.2407, 7.761, 15.859, 26.092, 33.115]),
    ("C-12", [100, 200, 300, 400], [2.600, 8.718, 17.251, 27.548]),
    ("alpha", [50, 100, 200], [2.253, 7.803, 26.220]),
]


class StoppingFile:
    """A reference file as (family, ion, material, I, MeV per nucleon, MeV cm2/g)."""

    def __init__(self, curve):
        source, _, rest = curve.name.partition("_")
        self.curve, self.family, self.mean_excitation = curve, None, None
        ion = {"pstar": "proton", "astar": "alpha"}.get(source)
        if ion is None:
            name, _, rest = rest.partition("_")
            ion = IONS[name]
        self.ion, self.material = ion, MATERIALS.get(rest, rest)
        self.label = f"{source}: {ion} in {self.material}"
        self.energy, self.stopping = curve[0], curve[-1]
        self.family = ion
        if source in ("pstar", "astar"):
            self.mean_excitation = I_ICRU49.get(self.material)
        elif source == "icru90":
            self.energy = curve[1]
        else:
            self.family = "ICRU 73"
            mass = ATOMIC_MASS[ion]
            self.energy = curve[0] * mass / theory.NUCLEONS[ion]


def compare(section, program, ref):
    """Checks of one file; returns the lines of its plot."""
    inside = (ref.energy >= 0.001) & (ref.energy <= 1000.0)
    e, s = ref.energy[inside], ref.stopping[inside]
    ours = program.table(ref.ion, ref.material, e, ref.mean_excitation).electronic
    deviation = 100.0 * (ours / s - 1.0)
    for low, high, key, limit in BANDS[ref.family]:
        band = (e >= low) & (e < high)
        if not band.any():
            continue
        worst = np.flatnonzero(band)[np.argmax(abs(deviation[band]))]
        section.check(key, f"{ref.label}, {low:g} to {high:g} MeV/u, worst at {e[worst]:.4g}",
                      deviation[worst], limit(ref.material))
    return e, ours, s, deviation


def stopping(program, reference):
    section = Section("stopping", "Electronic stopping power")
    section.say("""Every reference table, each with its own mean excitation energy (I = 75 eV for
        water and 78 eV for graphite in PSTAR and ASTAR; 78 eV for water in ICRU 90 and 73). The
        figure is the largest deviation in the band of energy.""")
    for ion in ("proton", "alpha", "C-12", "ICRU 73"):
        files = [StoppingFile(c) for c in reference.curves("stopping/*.csv")]
        files = [f for f in files if f.family == ion]
        above, below = [], []
        for i, ref in enumerate(files):
            e, ours, s, deviation = compare(section, program, ref)
            shown = e >= 0.01
            above.append(Line(e[shown], ours[shown], ref.label, colour=i + 1))
            above.append(Line(e[shown][::3], s[shown][::3], None, "points", i + 1))
            below.append(Line(e[shown], deviation[shown], None, colour=i + 1))
        if files:
            name = ion.lower().replace(" ", "").replace("-", "")
            section.picture(Plot(f"stopping_{name}", f"Electronic stopping power, {ion}; points:"
                                 " reference", "MeV per nucleon", above, "MeV cm2/g", below,
                                 "ours - reference, %",
                                 "set logscale x; set logscale y; set key font ',8'"))
    golden_stopping(section, program)
    tissue_ratio(section, program, reference)
    return section


def golden_stopping(section, program):
    for ion, material, mean_excitation, energies, values in GOLDEN_STOPPING:
        ours = program.table(ion, material, energies, mean_excitation).electronic
        deviation = 100.0 * (ours / np.array(values) - 1.0)
        worst = int(np.argmax(abs(deviation)))
        at = f", I = {mean_excitation:g} eV" if mean_excitation else ""
        section.check("golden", f"S, {ion} in {material}{at}, {energies[0]:g} to {energies[-1]:g}"
                      f" MeV/u, worst at {energies[worst]:g}", deviation[worst], 0.1)


def tissue_ratio(section, program, reference):
    water = reference.curve("stopping/pstar_water.csv")
    for tissue in reference.curves("stopping/pstar_*_icru.csv") if water else []:
        name = tissue.name.partition("_")[2]
        e = tissue[0][(tissue[0] >= 5.0) & (tissue[0] <= 400.0)]
        theirs = np.interp(e, *tissue.data[:2]) / np.interp(e, *water.data[:2])
        ours = (program.table("proton", name, e).electronic
                / program.table("proton", "water", e, 75.0).electronic)
        deviation = 100.0 * (ours / theirs - 1.0)
        section.check("ct_ratio", f"{name} to water, 5 to 400 MeV",
                      deviation[np.argmax(abs(deviation))], 0.5)


def range_file(section, program, curve):
    """A NIST table of total kinetic energy and CSDA range."""
    full = curve.name.startswith("pstar")
    if full:
        ion, material = "proton", "water"
    else:
        _, name, material = curve.name.split("_")
        ion, material = IONS[name], MATERIALS.get(material, material)
    density = {"Al": 2.699, "Cu": 8.96}.get(material, 1.0)
    energy = curve[0] / theory.NUCLEONS[ion]
    reach = curve[4] if full else curve[2]
    use = (reach > 0.1 * density) & (energy <= 1000.0)
    ours = program.table(ion, material, energy[use], I_ICRU49.get(material)).range
    deviation = 100.0 * (ours / reach[use] - 1.0)
    worst = int(np.argmax(abs(deviation)))
    section.check("csda", f"{curve.name}: {ion} in {material}, worst at"
                  f" {energy[use][worst]:.4g} MeV/u", deviation[worst], 0.2 if full else 0.5)
    return Line(energy[use], deviation, f"{curve.name}")


def carbon_range(section, program, curve):
    """The range that ICRU 90's stopping powers integrate to, from 0.01 MeV/u."""
    e, s = curve[1], curve[2]
    start = int(np.searchsorted(e, 0.01))
    table = program.table("C-12", "water", e[start:][e[start:] <= 1000.0])
    fine = np.geomspace(table.energy[0], table.energy[-1], 20000)
    total = (np.exp(np.interp(np.log(fine), np.log(e), np.log(s)))
             + np.interp(fine, table.energy, table.nuclear))
    steps = np.diff(fine) * 12.0 * 0.5 * (1.0 / total[1:] + 1.0 / total[:-1])
    reach = table.range[0] + np.concatenate([[0.0], np.cumsum(steps)])
    theirs = np.interp(table.energy, fine, reach)
    use = theirs > 0.1
    deviation = 100.0 * (table.range[use] / theirs[use] - 1.0)
    worst = int(np.argmax(abs(deviation)))
    section.check("csda", "integral of ICRU 90: C-12 in water, worst at"
                  f" {table.energy[use][worst]:.4g} MeV/u", deviation[worst], 0.2)
    return Line(table.energy[use], deviation, "C-12 in water, ICRU 90 integrated")


def ranges(program, reference):
    section = Section("range", "CSDA range")
    section.say("""Ranges above 1 mm. The tables of three digits cannot show less than 0.5 %.""")
    lines = [range_file(section, program, c) for c in reference.curves("range/*.csv")]
    carbon = reference.curve("stopping/icru90_carbon12_water.csv")
    if carbon:
        lines.append(carbon_range(section, program, carbon))
    for ion, energies, values in GOLDEN_RANGE:
        deviation = 100.0 * (program.table(ion, "water", energies).range / np.array(values) - 1.0)
        worst = int(np.argmax(abs(deviation)))
        section.check("golden", f"CSDA range, {ion} in water, {energies[0]:g} to"
                      f" {energies[-1]:g} MeV/u, worst at {energies[worst]:g}",
                      deviation[worst], 0.1)
    if lines:
        section.picture(Plot("range", "CSDA range", "MeV per nucleon", lines,
                             "ours - reference, %", options="set logscale x"))
    return section
