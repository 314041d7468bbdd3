/* Energy-loss straggling: the moments of the loss in a layer; phys/kick.h has variates with them.
 *
 * Collisions with free electrons, d2N/dx dW = xi' / W^2 (1 - beta^2 W / W_max) up to W_max, with
 * xi' = (K/2)(Z/A) z*^2 / beta^2, give the central moments per g/cm2
 *     second  xi' W_max   (1   - beta^2 / 2)         (Bohr, with the relativistic end point)
 *     third   xi' W_max^2 (1/2 - beta^2 / 3)
 * so the loss in 1 mm of water is skewed (by 1.7 for protons of 150 MeV). */
#ifndef PHYS_STRAGGLING_H
#define PHYS_STRAGGLING_H

#include "base/units.h"
#include "phys/fmath.h"

/* Effective charge of the projectile (Barkas). */
static inline double
straggling_charge(int z, double beta)
{
	return z * (1.0 - fm_exp(-125.0 * beta * fm_pow(z, -2.0 / 3.0)));
}

/* Largest energy that a projectile of mass M can give to an electron, MeV. */
static inline double
straggling_w_max_MeV(double beta2, double gamma, double mass_MeV)
{
	double ratio = ELECTRON_MASS_MeV / mass_MeV;

	return 2.0 * ELECTRON_MASS_MeV * beta2 * gamma * gamma
	    / (1.0 + 2.0 * gamma * ratio + ratio * ratio);
}

/* Second (MeV2) and third (MeV3) central moment of the loss per g/cm2. Z_over_A in mol/g. */
static inline void
straggling_moments(int z, double mass_MeV, double energy_MeV, double Z_over_A,
    double *second, double *third)
{
	double gamma = 1.0 + energy_MeV / mass_MeV;
	double beta2 = 1.0 - 1.0 / (gamma * gamma);
	double w = straggling_w_max_MeV(beta2, gamma, mass_MeV);
	double charge = straggling_charge(z, __builtin_sqrt(beta2));
	double xi = 0.5 * BETHE_K_MeV_cm2_mol * Z_over_A * charge * charge / beta2;

	*second = xi * w * (1.0 - beta2 / 2.0);
	*third = xi * w * w * (0.5 - beta2 / 3.0);
}

#endif
