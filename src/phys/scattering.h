/* Multiple scattering as a scattering power: the increase of the projected angle's variance per
 * g/cm2. It adds up over steps by construction, whatever they are; Highland's formula, applied to
 * each step, does not (100 steps of 1 mm of water give 18 % less than one of 10 cm).
 *
 * Differential Moliere (Gottschalk, Med. Phys. 37 (2010) 352):
 *     T_dM = f z^2 (15.0 MeV / pv)^2 / X_S
 *     f = 0.5244 + 0.1975 log10(1 - q^2) + 0.2320 log10 pv - 0.0098 log10 pv log10(1 - q^2)
 * with q = pv / (pv at birth), which tells how far the particle has come: single scattering
 * builds up the Gaussian core slowly. pv in MeV; in log10 pv it is that of the proton of equal velocity,
 * for which f was fitted: with an ion's own, carbon would spread 12 % more. */
#ifndef PHYS_SCATTERING_H
#define PHYS_SCATTERING_H

#include "phys/fmath.h"

#define SCATTERING_ENERGY_MeV 15.0
#define SCATTERING_LOG_FLOOR 1e-9      /* 1 - q^2 at birth is 0; its logarithm has to be finite */

/* Single scattering (Moliere): chi_c^2 = 0.15692 MeV2 cm2/g z^2 sum(w Z (Z + 1)/A) x / (pv)^2 of the
 * plane-independent angle, density 2 chi_c^2 / theta^3 beyond the core, up to the angle at which the
 * nucleus stops to look like a point, hbar c / (pc R_N). */
#define SINGLE_SCATTERING_MeV2 0.15692
#define SINGLE_SCATTERING_RADIUS_fm 1.2
/* The tail begins at so many standard deviations of the core that has built up since birth: what is
 * smaller is in the core already, which was fitted to all of Moliere's distribution. Measured against
 * the step's own sigma, as is often done, the tail would add to the core, the more the smaller the
 * steps (for steps of 1 mm of water at 150 MeV, 39 % of the step's variance). */
#define SINGLE_SCATTERING_CORE 4.0
#define HBAR_C_MeV_fm 197.3269804           /* CODATA 2018 */

/* Momentum times velocity, MeV. */
static inline double
scattering_pv_MeV(double energy_MeV, double mass_MeV)
{
	double tau = energy_MeV / mass_MeV;

	return energy_MeV * (tau + 2.0) / (tau + 1.0);
}

/* f, never negative. pv_MeV is the particle's, log10_pv that of a proton as fast. */
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
