/* Relativistic kinematics of a projectile, from its kinetic energy. */
#ifndef PHYS_VELOCITY_H
#define PHYS_VELOCITY_H

#include "base/units.h"
#include "phys/fmath.h"

#define HELIUM_4_MASS_MeV 3727.3794      /* bare nucleus, CODATA 2018 */

struct velocity {
	double beta2, gamma, beta_gamma2;
	double bohr2;                    /* (beta / alpha)^2 */
};

static inline struct velocity
velocity_from(double energy_MeV, double mass_MeV)
{
	double tau = energy_MeV / mass_MeV;
	struct velocity v;

	v.gamma = tau + 1.0;
	v.beta_gamma2 = tau * (tau + 2.0);
	v.beta2 = v.beta_gamma2 / (v.gamma * v.gamma);
	v.bohr2 = v.beta2 / (FINE_STRUCTURE * FINE_STRUCTURE);
	return v;
}

/* Largest energy that can go to one electron, divided by 2 m_e c^2 (beta gamma)^2. */
static inline double
velocity_recoil(const struct velocity *v, double mass_MeV)
{
	double ratio = ELECTRON_MASS_MeV / mass_MeV;

	return 1.0 / (1.0 + 2.0 * v->gamma * ratio + ratio * ratio);
}

#endif
