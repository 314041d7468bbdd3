"""Closed forms and integrals that the program has to agree with, written independently of it.

Units: MeV, cm, g, radian. Ranges and stopping powers come from a table that the caller passes.
"""

import numpy as np

ELECTRON_MeV = 0.51099895           # CODATA 2018
UNIT_MeV = 931.49410242             # CODATA 2018
BETHE_K = 0.307075                  # MeV cm2/mol, 4 pi N_A r_e^2 m_e c^2
ALPHA = 1.0 / 137.035999
AVOGADRO = 6.02214076e23
ELECTRON_RADIUS_cm = 2.8179403262e-13

MASS_MeV = {"proton": 938.27208816, "alpha": 3727.379, "C-12": 11174.863, "O-16": 14895.080}
CHARGE = {"proton": 1, "alpha": 2, "C-12": 6, "O-16": 8}
NUCLEONS = {"proton": 1, "alpha": 4, "C-12": 12, "O-16": 16}

# Z, A, fraction by weight
COMPOSITION = {
    "water": [(1, 1.008, 0.111894), (8, 15.999, 0.888106)],
    "pmma": [(1, 1.008, 0.080538), (6, 12.011, 0.599848), (8, 15.999, 0.319614)],
    "Al": [(13, 26.981538, 1.0)],
}


def z_over_a(material):
    return sum(w * z / a for z, a, w in COMPOSITION[material])


def scattering_length(material):
    """Gottschalk's X_S, g/cm2 (Med. Phys. 37 (2010) 352)."""
    inverse = sum(w * ALPHA * AVOGADRO * ELECTRON_RADIUS_cm**2 * z**2 / a
                  * (2.0 * np.log(33219.0 * (a * z) ** (-1.0 / 3.0)) - 1.0)
                  for z, a, w in COMPOSITION[material])
    return 1.0 / inverse


def beta2(energy, mass):
    gamma = 1.0 + energy / mass
    return 1.0 - 1.0 / gamma**2


def pv(energy, mass):
    tau = energy / mass
    return energy * (tau + 2.0) / (tau + 1.0)


def largest_transfer(energy, mass):
    gamma, r = 1.0 + energy / mass, ELECTRON_MeV / mass
    return (2.0 * ELECTRON_MeV * beta2(energy, mass) * gamma**2
            / (1.0 + 2.0 * gamma * r + r * r))


def effective_charge(ion, energy):
    """Barkas (1963)."""
    z = CHARGE[ion]
    beta = np.sqrt(beta2(energy, MASS_MeV[ion]))
    return z * (1.0 - np.exp(-125.0 * beta * z ** (-2.0 / 3.0)))


def loss_moments(ion, material, energy):
    """xi' (MeV cm2/g), W_max, and second and third central moment per g/cm2 (Vavilov 1957)."""
    b2 = beta2(energy, MASS_MeV[ion])
    w = largest_transfer(energy, MASS_MeV[ion])
    xi = 0.5 * BETHE_K * z_over_a(material) * effective_charge(ion, energy)**2 / b2
    return xi, w, xi * w * (1.0 - b2 / 2.0), xi * w * w * (0.5 - b2 / 3.0)


def integral(y, x):
    return float(np.sum(0.5 * (y[1:] + y[:-1]) * np.diff(x)))


class Matter:
    """Range and stopping power of one ion in one material, from a table of the program."""

    def __init__(self, program, ion, material, mean_excitation_eV=None):
        self.ion, self.material, self.mass = ion, material, MASS_MeV[ion]
        grid = np.geomspace(0.05, 950.0, 260)
        t = program.table(ion, material, grid, mean_excitation_eV)
        self.energy = t.energy * NUCLEONS[ion]
        self.stopping, self.range = t.total, t.range
        fast = t.energy > 5.0
        self.fit = np.polyfit(np.log(self.energy[fast]), np.log(self.stopping[fast]), 9)

    def range_of(self, energy):
        return np.exp(np.interp(np.log(energy), np.log(self.energy), np.log(self.range)))

    def energy_of(self, range_):
        return np.exp(np.interp(np.log(range_), np.log(self.range), np.log(self.energy)))

    def stopping_of(self, energy):
        return np.exp(np.interp(np.log(energy), np.log(self.energy), np.log(self.stopping)))

    def smooth(self, energy):
        """Stopping power as one polynomial above 5 MeV/u, for its derivatives."""
        return np.exp(np.polyval(self.fit, np.log(energy)))


def range_sigma(matter, energy):
    """Standard deviation of the path length, g/cm2: integral of (d sigma^2/dx) / S^3 dT."""
    t = np.geomspace(matter.energy[0], energy, 4000)
    second = loss_moments(matter.ion, matter.material, t)[2]
    return np.sqrt(integral(second / matter.stopping_of(t) ** 3, t))


def scattering_power(matter, energy, birth):
    """T_dM, rad2 cm2/g (Gottschalk 2010). Its factor f was found for protons, as a function of pv;
    an ion takes that of the proton of the same velocity, so that at equal velocities sigma goes as
    z/A, but for the birth's part in f."""
    p, p1 = pv(energy, matter.mass), pv(birth, matter.mass)
    log_p = np.log10(p * MASS_MeV["proton"] / matter.mass)
    rest = np.log10(np.maximum(1.0 - (p / p1) ** 2, 1e-9))
    f = 0.5244 + 0.1975 * rest + 0.2320 * log_p - 0.0098 * log_p * rest
    z = CHARGE[matter.ion]
    return np.maximum(f, 0.0) * (15.0 * z / p) ** 2 / scattering_length(matter.material)


def fermi_eyges(matter, energy, depths):
    """Lateral sigma at each depth, g/cm2."""
    reach = matter.range_of(energy)
    sigma = []
    for z in depths:
        end = min(z, reach * 0.99995)
        x = end * (np.linspace(0.0, 1.0, 4001) + 1e-9) / (1.0 + 1e-9)
        t = matter.energy_of(np.maximum(reach - x, 1e-9))
        sigma.append(np.sqrt(integral((z - x) ** 2 * scattering_power(matter, t, energy), x)))
    return np.array(sigma)


def highland_per_step(matter, energy, step, radiation_length):
    """The mistake: Highland's formula for each step, its variances added. Sigma at the end."""
    reach = matter.range_of(energy)
    x = np.arange(0.5 * step, reach * 0.999, step)
    t = matter.energy_of(reach - x)
    theta = 13.6 / pv(t, matter.mass) * np.sqrt(step / radiation_length) * (
        1.0 + 0.038 * np.log(step / (radiation_length * beta2(t, matter.mass))))
    return np.sqrt(np.sum((reach - x) ** 2 * theta**2))


def slab_moments(matter, energy, thickness, steps=400):
    """Mean, variance and skewness of the energy lost in a slab (g/cm2).

    The central moments grow by those of Vavilov at the mean energy; a particle that has lost more
    than the others goes on losing more, hence the terms with the slope of the stopping power."""
    h, t, v, third = thickness / steps, energy, 0.0, 0.0

    def rates(t, v, third):
        d = t * 1e-3
        s0, s1, s2 = (matter.smooth(t - d), matter.smooth(t), matter.smooth(t + d))
        slope, bend = (s2 - s0) / (2 * d), (s2 - 2 * s1 + s0) / d**2
        m = loss_moments(matter.ion, matter.material, t)
        m2_slope = (loss_moments(matter.ion, matter.material, t + d)[2]
                    - loss_moments(matter.ion, matter.material, t - d)[2]) / (2 * d)
        return (-s1 - 0.5 * bend * v, m[2] - 2 * slope * v,
                m[3] - 3 * slope * third + 3 * bend * v * v - 3 * m2_slope * v)

    for _ in range(steps):
        a = rates(t, v, third)
        b = rates(t + 0.5 * h * a[0], v + 0.5 * h * a[1], third + 0.5 * h * a[2])
        t, v, third = t + h * b[0], v + h * b[1], third + h * b[2]
    return energy - t, v, third / v**1.5


def vavilov_density(loss, ion, material, energy, thickness, mean):
    """Density of the loss (1/MeV) in a slab so thin that the energy hardly changes, by summing
    the Fourier integral of the compound Poisson process of free collisions."""
    xi, w, second, _ = loss_moments(ion, material, energy)
    b2 = beta2(energy, MASS_MeV[ion])
    t = np.linspace(0.0, 9.0 / np.sqrt(second * thickness) * 6.0, 6000)[1:]
    u = w * (np.arange(2000) + 0.5) ** 2 / 2000.0**2
    du = w * ((np.arange(2000) + 1.0) ** 2 - np.arange(2000.0) ** 2) / 2000.0**2
    weight = du * (1.0 - b2 * u / w) / u**2
    real = np.array([np.sum(weight * (np.cos(k * u) - 1.0)) for k in t])
    imaginary = np.array([np.sum(weight * (np.sin(k * u) - k * u)) for k in t])
    size = np.exp(xi * thickness * real)
    phase = xi * thickness * imaginary
    dt = t[1] - t[0]
    return np.array([np.sum(size * np.cos(phase - t * (x - mean))) for x in loss]) * dt / np.pi


MOLIERE_MeV2 = 0.15692             # chi_c^2 = this z^2 sum w Z (Z + 1)/A x / (pv)^2
HBAR_C_MeV_fm = 197.3269804
RADIUS_fm = 1.2                    # of a nucleus, times A^(1/3)


def single_scatters(ion, material, energy, thickness, angle, core):
    """Share of particles beyond an angle by one Rutherford scatter in a thin layer, up to where the
    nucleus ceases to be a point; `core` is the sigma of the projected angle that blurs it."""
    mass = MASS_MeV[ion]
    momentum = pv(energy, mass) / np.sqrt(beta2(energy, mass))
    share = 0.0
    for z, a, w in COMPOSITION[material]:
        chi2 = (MOLIERE_MeV2 * CHARGE[ion]**2 * w * z * (z + 1) / a * thickness
                / pv(energy, mass) ** 2)
        end = HBAR_C_MeV_fm / (momentum * RADIUS_fm * a ** (1.0 / 3.0))
        if end > angle:
            share += chi2 * (1.0 / angle**2 - 1.0 / end**2 + 2.0 * core**2 / angle**4)
    return share


NUCLEAR_LOSS_per_cm = 0.012        # Bortfeld, Med. Phys. 24 (1997) 2024
NUCLEAR_LOCAL_PART = 0.6           # of the energy of a lost proton that stays near by; the same


def with_nuclear_loss(matter, energy, depth_cm, dose):
    """What Bortfeld's two constants make of an electromagnetic depth dose of protons in water: the
    primaries decrease linearly, and a part of the energy of those lost is left where they are."""
    reach = matter.range_of(energy)
    left = np.maximum(reach - depth_cm, 0.0)
    born = 1.0 + NUCLEAR_LOSS_per_cm * reach
    local = NUCLEAR_LOCAL_PART * NUCLEAR_LOSS_per_cm / born
    residual = np.where(left > 1e-4, matter.energy_of(np.maximum(left, 1e-4)), 0.0)
    return dose * (1.0 + NUCLEAR_LOSS_per_cm * left) / born + local * residual
