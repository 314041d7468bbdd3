"""Depth doses of beams in water: R80, fall-off, local dose, peak, tail."""

import numpy as np

import curves
from plots import Line, Plot
from program import pencil
from targets import Section

CARBON_BEAM_LINE_mm = 2.7      # water equivalent in front of the data set, from its description
HELIUM_BEAM_LINE_mm = 2.0
# MeV, R80 and R20 in mm of the TOPAS curves in matRad's base data, for use without the files
TOPAS_QUOTED = [(70.688, 41.676, 42.288), (99.965, 77.399, 78.520), (129.369, 122.118, 123.858),
                (149.811, 157.911, 160.152), (180.170, 217.556, 220.601),
                (199.492, 259.241, 262.845)]
# MeV/u, R80 and R50
CARBON_QUOTED = [(150.710, 50.909, 51.456), (271.110, 143.301, 143.963),
                 (349.910, 219.424, 220.195)]
HELIUM_QUOTED = [(100.423, 76.166, 76.666), (149.848, 156.278, 156.986),
                 (199.801, 258.223, 259.265)]


class DepthReference:
    """Energy, R80, a second point of the edge (mm): R20 of protons, R50 of ions, since a tail of
    fragments may reach R20; and, where the file is at hand, the curve itself."""

    def __init__(self, energy, r80, foot, curve=None):
        self.energy, self.r80, self.foot, self.curve = energy, r80, foot, curve


def references(reference, pattern, quoted):
    found = [DepthReference(c.figure("nominal energy"), c.figure("R80"), c.figure("R20"), c)
             for c in reference.curves(pattern)]
    return found or [DepthReference(*row) for row in quoted]


def ion_references(reference, pattern, quoted):
    found = []
    for c in reference.curves(pattern):
        p = curves.peak(c[0], c[1])
        found.append(DepthReference(c.figure("nominal energy"), p.r80, p.r50, c))
    return found or [DepthReference(*row) for row in quoted]


def depth_run(program, ion, energy, reach_mm, histories, seed, bin_mm=0.25, width_cm=20, **sections):
    length = np.ceil(reach_mm * 1.03 / 10.0 + 1.0)
    job = pencil(ion, energy, histories, (width_cm, width_cm, length),
                 (10 * width_cm, 10 * width_cm, bin_mm), seed=seed,
                 transport={"nuclear": "on"}, **sections)
    d = program.run(job).depth()
    return d["depth_mm"], d["idd_MeV_cm2_g"]


# doses are averaged over these lengths before they are compared locally: where they change slowly,
# and from 0.9 R80 on
WINDOW_mm, PEAK_WINDOW_mm = 6.0, 1.0


def mean_around(depth, dose, z, window_mm):
    """Running mean, so that the noise of single bins is not the worst of them."""
    fine = np.arange(depth[0], depth[-1], 0.05)
    window = np.ones(int(window_mm / 0.05) | 1)
    sums = np.convolve(np.interp(fine, depth, dose), window, mode="same")
    return np.interp(z, fine, sums / np.convolve(np.ones(len(fine)), window, mode="same"))


def local_difference(depth, dose, ref, low, high, shift_mm=0.0):
    """% between two parts of R80, and where."""
    z = np.arange(low * ref.r80, high * ref.r80, 0.25)
    wide, narrow = ([mean_around(depth, dose, z + shift_mm, w) / mean_around(*ref.curve.data[:2], z, w)
                     for w in (WINDOW_mm, PEAK_WINDOW_mm)])
    return z, 100.0 * (np.where(z < 0.9 * ref.r80, wide, narrow) - 1.0)


def check_local(section, depth, dose, ref):
    _, d = local_difference(depth, dose, ref, 0.02, 0.98)
    section.check("depth_p", f"{ref.energy:.1f} MeV, 0.02 to 0.98 R80, worst", d[np.argmax(abs(d))],
                  3.0, error=0.4)
    section.check("depth_p", f"{ref.energy:.1f} MeV, plateau, mean of 0.05 to 0.5 R80",
                  local_difference(depth, dose, ref, 0.05, 0.5)[1].mean(), None)
    section.check("depth_p", f"{ref.energy:.1f} MeV, peak height",
                  100.0 * (curves.peak(depth, dose).value / ref.curve[1].max() - 1.0), 3.0,
                  error=0.4)


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
    section = Section("protons", "Proton beams in water")
    section.say(f"""TOPAS base data of matRad, monoenergetic but for 0.03 %; energies and spread from
        the files. Absolute doses per primary. Local doses are means over {WINDOW_mm:g} mm of both
        curves, over {PEAK_WINDOW_mm:g} mm from 0.9 R80 on.""")
    for i, ref in enumerate(references(reference, "depthdose/protons_generic_TOPAS_*.csv",
                                       TOPAS_QUOTED)):
        depth, dose = depth_run(program, "proton", f"{ref.energy} MeV", ref.r80, 80000, 100 + i,
                                beam={"energy_spread": "0.03 %"})
        p = curves.peak(depth, dose)
        error = 0.011 * ref.r80 / np.sqrt(80000 * program.scale) * 2.0
        section.check("r80_p", f"{ref.energy} MeV", p.r80 - ref.r80, 0.2 + 0.001 * ref.r80, "mm",
                      error)
        section.check("fall_p", f"{ref.energy} MeV, R20 - R80", (p.r20 - p.r80)
                      - (ref.foot - ref.r80), 0.1, "mm", error)
        if ref.curve:
            check_local(section, depth, dose, ref)
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
                      (p.r20 - p.r80) - (ref.foot - ref.r80), None, "mm", 0.03)
        section.picture(picture(f"spread_p_{energy:.0f}",
                                f"Protons, {energy} MeV, spread {sigma} %", ref, depth, dose))
    return section


def check_shape(section, ion, depth, dose, ref, beam_line_mm):
    z, d = local_difference(depth, dose, ref, 0.08, 0.9, beam_line_mm)
    scale = 1.0 + np.interp(0.1 * ref.r80, z, d) / 100.0
    plateau = 100.0 * ((1.0 + d / 100.0) / scale - 1.0)
    worst = plateau[np.argmax(abs(plateau))]
    name = f"{ion}, {ref.energy:.1f} MeV/u"
    section.check("depth_c", f"{name}, plateau, worst", worst, 6.0, error=0.5)
    theirs = ref.curve[1].max() * scale
    section.check("depth_c", f"{name}, peak height",
                  100.0 * (curves.peak(depth, dose).value / theirs - 1.0), 6.0,
                  error=1.0)
    beyond = np.arange(1.1 * ref.r80, min(ref.curve[0].max(), depth.max() - beam_line_mm) - 10.0, 10.0)
    if len(beyond) == 0:
        return
    d = []
    for a in beyond:
        fine = np.linspace(a, a + 10.0, 60)
        mean = np.interp(fine, ref.curve[0], ref.curve[1]).mean() * scale
        d.append(100.0 * (np.interp(fine + beam_line_mm, depth, dose).mean() / mean - 1.0))
    d = np.array(d)
    section.check("depth_c", f"{name}, tail, worst", d[np.argmax(abs(d))],
                  15.0, error=2.0)


def ions(program, reference, ion, pattern, quoted, beam_line_mm, target, limit, reach,
         **sections):
    section = Section(ion.lower().replace("-", ""), f"Beams of {ion} in water")
    section.say(f"""The reference beams come through {beam_line_mm} mm of water equivalent, and are
        broadened by the beam line: our curve, monoenergetic, is convolved with the Gaussian that
        gives it the reference's R50 - R80, and compared with that thickness added. Plateau, peak
        and tail are normalised at 0.1 R80; the plateau's figure is the worst of 0.1 to 0.9 R80, the
        tail's that of the mean doses from 1.1 R80 on, 10 mm each. The phantom is 60 cm wide, as the
        reference is integrated over all that comes.""")
    for i, ref in enumerate(ion_references(reference, pattern, quoted)):
        depth, dose = depth_run(program, ion, f"{ref.energy} MeV/u", reach * ref.r80 + beam_line_mm,
                                40000, 200 + i, width_cm=60, **sections)
        sigma, wide = curves.broaden_to(depth, dose, ref.foot - ref.r80)
        p = curves.peak(depth, wide)
        section.check(target, f"{ref.energy} MeV/u, broadened by {sigma:.2f} mm",
                      p.r80 - beam_line_mm - ref.r80, limit, "mm", 0.02)
        if ref.curve:
            check_shape(section, ion, depth, wide, ref, beam_line_mm)
        section.picture(picture(f"depth_{section.name}_{ref.energy:.0f}",
                                f"{ion}, {ref.energy} MeV/u", ref, depth, wide, beam_line_mm))
    return section


def carbon(program, reference):
    return ions(program, reference, "C-12", "depthdose/carbon_Generic_*.csv", CARBON_QUOTED,
                CARBON_BEAM_LINE_mm, "r80_c", 0.3, 1.3)


def helium(program, reference):
    return ions(program, reference, "alpha", "depthdose/helium_Generic_*.csv", HELIUM_QUOTED,
                HELIUM_BEAM_LINE_mm, "r80_he", 0.5, 1.1, phantom={"mean_excitation_energy": "75 eV"})
