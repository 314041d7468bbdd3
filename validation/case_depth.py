"""Depth doses of monoenergetic beams in water: R80, fall-off, what is missing without nuclear
interactions."""

import numpy as np

import curves
import theory
from plots import Line, Plot
from program import pencil
from targets import Section

CARBON_BEAM_LINE_mm = 2.7      # water equivalent in front of the data set, from its description
HELIUM_BEAM_LINE_mm = 2.0
# MeV, R80 and R20 in mm of the TOPAS curves in matRad's base data, for use without the files
TOPAS_QUOTED = [(70.688, 41.676, 42.288), (99.965, 77.399, 78.520), (129.369, 122.118, 123.858),
                (149.811, 157.911, 160.152), (180.170, 217.556, 220.601),
                (199.492, 259.241, 262.845)]
CARBON_QUOTED = [(150.710, 50.909, 52.156), (271.110, 143.317, 144.788),
                 (349.910, 219.439, 221.273)]
HELIUM_QUOTED = [(100.423, 76.177, 77.147), (149.848, 156.290, 157.792),
                 (199.801, 258.231, 260.549)]


class DepthReference:
    """Energy, R80, R20 (mm) and, where the file is at hand, the curve itself."""

    def __init__(self, energy, r80, r20, curve=None):
        self.energy, self.r80, self.r20, self.curve = energy, r80, r20, curve


def references(reference, pattern, quoted):
    found = [DepthReference(c.figure("nominal energy"), c.figure("R80"), c.figure("R20"), c)
             for c in reference.curves(pattern)]
    return found or [DepthReference(*row) for row in quoted]


def depth_run(program, ion, energy, reach_mm, histories, seed, bin_mm=0.25, **sections):
    length = np.ceil(reach_mm * 1.03 / 10.0 + 1.0)
    job = pencil(ion, energy, histories, (20, 20, length), (200, 200, bin_mm), seed=seed,
                 **sections)
    d = program.run(job).depth()
    return d["depth_mm"], d["idd_MeV_cm2_g"]


def electromagnetic_share(section, depth, dose, ref, name):
    """How far the curve is from one with nuclear interactions, as a figure."""
    z, theirs = ref.curve[0], ref.curve[1]
    inner = (z > 0.02 * ref.r80) & (z < 0.98 * ref.r80)
    difference = 100.0 * (np.interp(z[inner], depth, dose) / theirs[inner] - 1.0)
    worst = difference[np.argmax(abs(difference))]
    section.check("depth_p", f"{ref.energy:.1f} MeV, local, {name}", worst, None)
    section.check("depth_p", f"{ref.energy:.1f} MeV, peak height, {name}",
                  100.0 * (curves.peak(depth, dose).value / theirs.max() - 1.0), None)


def picture(name, title, ref, depth, dose, shift_mm=0.0):
    if ref.curve is None:
        return Plot(name, title, "depth, mm", [Line(depth, dose, "ionfarm")], "MeV cm2/g")
    z, theirs = ref.curve[0] + shift_mm, ref.curve[1]
    ours = np.interp(z, depth, dose, right=0.0)
    return Plot(name, title, "depth, mm",
                [Line(depth[::2], dose[::2], "ionfarm"), Line(z, theirs, "reference", "points")],
                "MeV cm2/g per primary",
                [Line(z, 100.0 * (ours - theirs) / theirs.max(), "ionfarm - reference")],
                "% of the peak")


def protons(program, reference):
    section = Section("protons", "Proton beams in water: R80 and fall-off")
    section.say("""TOPAS base data of matRad, monoenergetic but for 0.03 %; energies and spread from
        the files. The depth dose itself cannot agree before there are nuclear interactions: the
        plateau lacks the dose of secondary protons, the peak has all primaries (24 % of them are
        lost at 200 MeV). The range is hardly touched by that: losing 1 % of the primaries per cm
        tilts the peak, and moves R80 by a few hundredths of a mm. What Bortfeld's two constants
        (Med. Phys. 24 (1997) 2024: 1.2 % lost per cm, 60 % of the energy left near by) make of our
        curve is told as well, unjudged.""")
    matter = theory.Matter(program, "proton", "water")
    for i, ref in enumerate(references(reference, "depthdose/protons_generic_TOPAS_*.csv",
                                       TOPAS_QUOTED)):
        depth, dose = depth_run(program, "proton", f"{ref.energy} MeV", ref.r80, 30000, 100 + i,
                                beam={"energy_spread": "0.03 %"})
        p = curves.peak(depth, dose)
        error = 0.011 * ref.r80 / np.sqrt(30000 * program.scale) * 2.0
        section.check("r80_p", f"{ref.energy} MeV", p.r80 - ref.r80, 0.2 + 0.001 * ref.r80, "mm",
                      error)
        section.check("fall_p", f"{ref.energy} MeV, R20 - R80", (p.r20 - p.r80)
                      - (ref.r20 - ref.r80), 0.1, "mm", error)
        if ref.curve:
            electromagnetic_share(section, depth, dose, ref, "electromagnetic only")
            changed = theory.with_nuclear_loss(matter, ref.energy, 0.1 * depth, dose)
            electromagnetic_share(section, depth, changed, ref, "with Bortfeld's nuclear loss")
            section.check("r80_p", f"{ref.energy} MeV, with Bortfeld's nuclear loss",
                          curves.peak(depth, changed).r80 - ref.r80, None, "mm", error)
        section.picture(picture(f"depth_p_{ref.energy:.0f}", f"Protons, {ref.energy} MeV", ref,
                                depth, dose))
    return section


def spread_protons(program, reference):
    """Beams with an energy spread of the beam line, R80 and fall-off."""
    section = Section("spread", "Proton beams with an energy spread")
    section.say("""matRad's generic beam line: mean energy and spread as the files state them (the
        spread's unit was inferred from the fall-off, which is therefore no target here).""")
    for i, c in enumerate(reference.curves("depthdose/protons_Generic_*.csv")):
        energy, sigma = c.figure("gaussian mean"), c.figure("sigma")
        ref = DepthReference(energy, c.figure("R80"), c.figure("R20"), c)
        depth, dose = depth_run(program, "proton", f"{energy} MeV", ref.r80 * 1.05, 20000,
                                150 + i, beam={"energy_spread": f"{sigma} %"})
        p = curves.peak(depth, dose)
        section.check("r80_p", f"{energy} MeV, spread {sigma} %", p.r80 - ref.r80,
                      0.2 + 0.001 * ref.r80, "mm", 0.03)
        section.check("fall_p", f"{energy} MeV, spread {sigma} %, R20 - R80",
                      (p.r20 - p.r80) - (ref.r20 - ref.r80), None, "mm", 0.03)
        section.picture(picture(f"spread_p_{energy:.0f}",
                                f"Protons, {energy} MeV, spread {sigma} %", ref, depth, dose))
    return section


def ions(program, reference, ion, pattern, quoted, beam_line_mm, target, limit, **sections):
    section = Section(ion.lower().replace("-", ""), f"Beams of {ion} in water: R80")
    section.say(f"""The reference beams come through {beam_line_mm} mm of water equivalent, and are
        broadened by the beam line: our curve, monoenergetic, is convolved with the Gaussian that
        gives it the reference's R20 - R80, and compared at R80 with that thickness added. Only
        the edge is compared; the plateau and the tail need fragments.""")
    for i, ref in enumerate(references(reference, pattern, quoted)):
        depth, dose = depth_run(program, ion, f"{ref.energy} MeV/u", ref.r80 + beam_line_mm, 6000,
                                200 + i, **sections)
        sigma, wide = curves.broaden_to(depth, dose, ref.r20 - ref.r80)
        p = curves.peak(depth, wide)
        section.check(target, f"{ref.energy} MeV/u, broadened by {sigma:.2f} mm",
                      p.r80 - beam_line_mm - ref.r80, limit, "mm", 0.02)
        if ref.curve and target == "r80_c":
            z, theirs = ref.curve[0] + beam_line_mm, ref.curve[1]
            inner = (z > 0.1 * ref.r80) & (z < 0.9 * ref.r80)
            ratio = np.interp(z, depth, wide) / theirs
            ratio /= np.interp(0.1 * ref.r80, z, ratio)
            d = 100.0 * (ratio[inner] - 1.0)
            section.check("depth_c", f"{ref.energy} MeV/u, plateau, electromagnetic only",
                          d[np.argmax(abs(d))], None)
        section.picture(picture(f"depth_{section.name}_{ref.energy:.0f}",
                                f"{ion}, {ref.energy} MeV/u", ref, depth, wide, beam_line_mm))
    return section


def carbon(program, reference):
    return ions(program, reference, "C-12", "depthdose/carbon_Generic_*.csv", CARBON_QUOTED,
                CARBON_BEAM_LINE_mm, "r80_c", 0.3)


def helium(program, reference):
    return ions(program, reference, "alpha", "depthdose/helium_Generic_*.csv", HELIUM_QUOTED,
                HELIUM_BEAM_LINE_mm, "r80_he", 0.5, phantom={"mean_excitation_energy": "75 eV"})
