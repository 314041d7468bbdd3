/* Multiple scattering as a scattering power: the increase of the projected angle's variance per
 * g/cm2. It adds up over steps by construction, whatever they are; Highland's formula, applied to
 * each step, does not (100 steps of 1 mm of water give 18 % less than one of 10 cm).
 *
 * Differential Moliere (Gottschalk, Med. Phys. 37 (2010) 352):
 *     T_dM = f z^2 (15.0 MeV / pv)^2 / X_S
 *     f = 0.5244 + 0.1975 log10(1 - q^2) + 0.2320 log10 pv - 0.0098 log10 pv log10(1 - q^2)
 * with q = pv / (pv at birth), which tells how far the particle has come: single scattering
 * builds up the Gaussian core slowly. pv in MeV; ions enter with their own pv. */
#ifndef PHYS_SCATTERING_H
#define PHYS_SCATTERING_H

#include "phys/fmath.h"

#define SCATTERING_ENERGY_MeV 15.0
#define SCATTERING_LOG_FLOOR 1e-9      /* 1 - q^2 at birth is 0; its logarithm has to be finite */

/* Momentum times velocity, MeV. */
static inline double
scattering_pv_MeV(double energy_MeV, double mass_MeV)
{
	double tau = energy_MeV / mass_MeV;

	return energy_MeV * (tau + 2.0) / (tau + 1.0);
}

/* f, never negative. log10_pv is that of pv_MeV, which the caller has in a table. */
static inline double
scattering_build_up(double pv_MeV, double log10_pv, double pv_birth_MeV)
{
	double q = pv_MeV / pv_birth_MeV;
	double rest = 1.0 - q * q;
	double l = fm_log10(rest > SCATTERING_LOG_FLOOR ? rest : SCATTERING_LOG_FLOOR);
	double f = 0.5244 + 0.1975 * l + 0.2320 * log10_pv - 0.0098 * log10_pv * l;

	return f > 0.0 ? f : 0.0;
}

#endif
