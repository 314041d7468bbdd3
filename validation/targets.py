"""The accuracy to reach: one record for each quantity."""

import collections

Target = collections.namedtuple("Target", "key quantity limit evidence needs")

CT = "needs the conversion of CT numbers, which ionfarm does not have yet"

TARGETS = [
    Target("p_high", "Electronic stopping power, protons, 5 to 400 MeV", "0.3 %",
           "PSTAR (ICRU 49), ICRU 90; the reports' own uncertainty is 1 %", None),
    Target("p_5", "Electronic stopping power, protons, 2 to 5 MeV", "0.7 %", "same", None),
    Target("p_2", "Electronic stopping power, protons, 0.5 to 2 MeV", "1.5 % (water 0.6 %)",
           "same; 1.5 % below 2 MeV is 1 um of range", None),
    Target("p_low", "Electronic stopping power, protons, 0.01 to 0.5 MeV",
           "1 % water, polyethylene, elements; 4 % other compounds",
           "same; PSTAR's own uncertainty is 2 to 5 %", None),
    Target("he", "Electronic stopping power, helium, from 5 MeV/u", "0.5 %",
           "ASTAR (ICRU 49), ICRU 90", None),
    Target("he_low", "Electronic stopping power, helium, 1 to 5 MeV/u",
           "1.5 % (4 % Cu, Pb)", "same", None),
    Target("c", "Electronic stopping power, carbon, from 5 MeV/u",
           "0.6 %; from 20 MeV/u 0.2 %", "ICRU 90", None),
    Target("c_low", "Electronic stopping power, carbon in water, 0.1 to 5 MeV/u", "1.5 %",
           "ICRU 90", None),
    Target("ions", "Electronic stopping power, Li to Ar", "1 % from 50 MeV/u; 6 % 1 to 20 MeV/u",
           "ICRU 73 (2009), which itself differs by 2 to 5 % from ICRU 90 there", None),
    Target("golden", "Stopping powers and ranges of ions and materials without a reference file",
           "0.1 %", "figures of the published formulas, computed apart from this program", None),
    Target("csda", "CSDA range above 1 mm", "0.2 % (0.5 % for tables of 3 digits)",
           "NIST; carbon: integral of ICRU 90", None),
    Target("r80_p", "R80 of a monoenergetic proton beam in water", "0.2 mm + 0.1 %",
           "TOPAS (matRad); codes differ by 0.2 mm among themselves", None),
    Target("fall_p", "Distal fall-off R20 - R80, protons", "0.1 mm", "TOPAS (matRad)", None),
    Target("sigma_range", "Range-straggling sigma", "2 %",
           "relativistic Bohr, integrated; ten fitted TOPAS distal edges agree within 3.4 %", None),
    Target("depth_p", "Proton depth dose per primary, 0.02 to 0.98 R80, and peak height",
           "3 % of the local dose", "TOPAS (matRad), FLUKA, MCNP, SHIELD-HIT12A", None),
    Target("lns", "Measured depth dose, 62 MeV protons",
           "2 % of the maximum, energy and spread fitted",
           "INFN-LNS, ion chamber in water", None),
    Target("fluence", "Fluence of primary protons against depth", "2 % of the incident",
           "FLUKA, SHIELD-HIT12A, MCNP, TOPAS", None),
    Target("nonelastic", "Nonelastic cross section of protons",
           "5 % (O, C at 20 to 250 MeV); 10 % others", "EXFOR, ICRU 63", None),
    Target("mcs", "Lateral sigma at the end of range in water", "3 %",
           "sigma = 0.0223 ... 0.0219 R (Gottschalk's scattering power integrated)", None),
    Target("mcs_ref", "Lateral sigma against depth in water", "5 % from half the range on",
           "matRad's analytic set, itself 0.5 to 5 % from the accepted theories", None),
    Target("eyges", "Lateral sigma against depth", "1 %",
           "Fermi-Eyges integral of the scattering power, computed apart", None),
    Target("tail", "Single-scattering tail, where it is asked for", "15 %",
           "Rutherford scattering up to the nucleus' size", None),
    Target("steps", "Independence of step and voxel size",
           "sigma_x 0.5 %, R80 0.05 mm for steps of 0.1 to 2 mm, voxels of 0.5 to 5 mm",
           "the program against itself", None),
    Target("energy", "Energy: source = scored + escaped", "1e-6 of the beam's energy",
           "integer counters of every run here", None),
    Target("slab_mean", "Mean energy loss in a thin slab", "1 %", "range table", None),
    Target("slab_variance", "Variance of the energy loss in a thin slab", "2 %",
           "Vavilov's moments", None),
    Target("slab_skewness", "Skewness of the energy loss in a thin slab", "10 %",
           "Vavilov's moments", None),
    Target("symmetry", "Isotropy in azimuth, mirror symmetry, linearity, additivity",
           "5 standard errors", "statistical tests", None),
    Target("reaction", "Reaction cross section of ions", "5 % C, light targets; He, heavy 10 %",
           "EXFOR", None),
    Target("tcc_water", "Charge-changing cross section, C in water", "1210 +- 60 mb",
           "Toshito 2007", None),
    Target("tcc", "Charge-changing cross sections, O to Fe", "10 %", "EXFOR", None),
    Target("fragments", "Fragment build-up, 400 MeV/u C in water",
           "15 % He, B; 30 % H, Li, Be", "Haettner 2006", None),
    Target("angles", "Fragment angles", "25 % to 4 deg, factor 2 to 10 deg", "Haettner 2006", None),
    Target("depth_c", "Carbon and helium depth dose", "6 % of the local dose, tail 15 %",
           "TRiP98-like data (matRad)", None),
    Target("r80_c", "R80 of carbon beams in water", "0.3 mm, with the beam line's 2.7 mm",
           "TRiP98-like data (matRad)", None),
    Target("r80_he", "R80 of helium beams in water",
           "0.5 mm, with the beam line's 2.0 mm, I = 75 eV", "matRad", None),
    Target("r80_field", "R80 of a 160 MeV proton field in solid water and PMMA", "0.2 mm + 0.1 %",
           "FLUKA, MCNP, SHIELD-HIT12A (TOPAS lies 1.6 mm short there, cause unknown)", None),
    Target("let_t", "Track-averaged LET of primary protons", "5 %", "SHIELD-HIT12A", None),
    Target("let_d", "Dose-averaged LET of primary protons", "15 %",
           "SHIELD-HIT12A; codes differ by up to 20 %", None),
    Target("ct", "CT conversion: density", "0.001 g/cm3", "Schneider 2000", CT),
    Target("ct_ratio", "Stopping power relative to water of ICRU tissues", "0.5 %",
           "PSTAR, 5 to 400 MeV", None),
]

BY_KEY = {t.key: t for t in TARGETS}


class Check:
    """One figure held against the limit of a target. `limit` None: a figure to know, not judged."""

    def __init__(self, target, what, value, limit, unit="%", error=0.0):
        assert target in BY_KEY
        self.target, self.what, self.value = target, what, float(value)
        self.limit, self.unit, self.error = limit, unit, float(error)
        self.slack, self.reason = 0.0, None    # standard errors that widen the limit; explanation

    @property
    def judged(self):
        return self.limit is not None

    @property
    def met(self):
        return abs(self.value) <= self.limit + self.slack * self.error

    @property
    def share(self):
        return abs(self.value) / self.limit if self.judged else -1.0


class Section:
    """What one case has to say on the page."""

    def __init__(self, name, title):
        self.name, self.title = name, title
        self.text, self.checks, self.pictures = [], [], []

    def say(self, text):
        self.text.append(" ".join(text.split()))

    def check(self, *arguments, **keywords):
        self.checks.append(Check(*arguments, **keywords))
        return self.checks[-1]

    def picture(self, plot):
        self.pictures.append(plot)
