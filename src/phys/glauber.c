/* Cross sections of nucleus on nucleus in the optical limit of Glauber's theory, whose integral over the
 * impact parameter is closed for Gaussian densities: Karol, Phys. Rev. C 11 (1975) 1203. No parameter is
 * fitted to the cross sections of nuclei. */
#include "phys/glauber.h"

#include "base/units.h"
#include "phys/exponential_integral.h"
#include "phys/fmath.h"
#include "phys/nucleus.h"

#define PROTON_RADIUS2_fm2 0.7056       /* 0.84^2: the charge of a nucleon is in the nuclear radius */
#define PROTON_MATTER2_fm2 0.49         /* 0.70^2: of the proton alone */
#define COULOMB_MeV_fm 1.44             /* e^2 */
#define BARRIER_RADIUS 1.29             /* where two nuclei touch / sum of rms radii: square well */
#define NN_MIN_MeV 10.0                 /* the fits begin there */
#define mb_PER_fm2 10.0

/* Bertulani and De Conti, Phys. Rev. C 81 (2010) 064603. */
double
glauber_pp_mb(double energy_MeV)
{
	double E = energy_MeV > NN_MIN_MeV ? energy_MeV : NN_MIN_MeV;

	if (E < 280.0)
		return 19.6 + 4253.0 / E - 375.0 / fm_sqrt(E) + 3.86e-2 * E;
	if (E < 840.0)
		return 32.7 - 5.52e-2 * E + (3.53e-7 - 2.97e-10 * E) * E * E * E;
	return 50.9 - 3.8e-3 * E + (2.78e-7 + 1.92e-15 * E * E) * E * E;
}

double
glauber_np_mb(double energy_MeV)
{
	double E = energy_MeV > NN_MIN_MeV ? energy_MeV : NN_MIN_MeV;

	if (E < 300.0)
		return 89.4 - 2025.0 / fm_sqrt(E) + 19108.0 / E - 43535.0 / (E * E);
	if (E < 700.0)
		return 14.2 + 5436.0 / E + (3.72e-5 - 7.55e-9 * E) * E * E;
	return 33.9 + 6.1e-3 * E + (-1.55e-6 + 1.3e-10 * E) * E * E;
}

double
glauber_width2_fm2(int A)
{
	double rms = nucleus_radius_fm(A);

	return 2.0 / 3.0 * (A == 1 ? PROTON_MATTER2_fm2 : rms * rms - PROTON_RADIUS2_fm2);
}

static double
barrier_MeV(int Zp, int Ap, int Zt, int At)
{
	int A = Ap > At ? Ap : At;
	double contact_fm = BARRIER_RADIUS * (nucleus_radius_fm(Ap) + nucleus_radius_fm(At));

	if (Ap == 1 || At == 1)
		contact_fm = 1.2 * fm_pow(A, 1.0 / 3.0) + 1.5;
	return COULOMB_MeV_fm * Zp * Zt / contact_fm;
}

/* Part of the straight paths that the Coulomb force lets come near enough. */
static double
coulomb_factor(int Zp, int Ap, int Zt, int At, double energy_MeV_u)
{
	double centre_of_mass_MeV = energy_MeV_u * Ap * At / (Ap + At);
	double factor = 1.0 - barrier_MeV(Zp, Ap, Zt, At) / centre_of_mass_MeV;

	return factor > 0.0 ? factor : 0.0;
}

/* What both are made of: the thickness chi exp(-b^2/s), in mean free paths, at the impact parameter b. */
struct overlap {
	double area_mb;          /* pi s */
	double chi;
};

static struct overlap
overlap(int Zp, int Ap, int Zt, int At, double energy_MeV_u)
{
	double s = glauber_width2_fm2(Ap) + glauber_width2_fm2(At);
	double alike = Zp * Zt + (Ap - Zp) * (At - Zt);
	double unlike = Zp * (At - Zt) + (Ap - Zp) * Zt;
	double pairs_mb = alike * glauber_pp_mb(energy_MeV_u) + unlike * glauber_np_mb(energy_MeV_u);
	double area_mb = PI * s * mb_PER_fm2;

	return (struct overlap){area_mb, pairs_mb / area_mb};
}

/* Integral of 1 - e^-chi(b) over the plane. */
double
glauber_reaction_mb(int Zp, int Ap, int Zt, int At, double energy_MeV_u)
{
	struct overlap o = overlap(Zp, Ap, Zt, At, energy_MeV_u);

	return o.area_mb * exponential_integral_ein(o.chi)
	    * coulomb_factor(Zp, Ap, Zt, At, energy_MeV_u);
}

/* Integral of (1 - e^-chi(b)/2)^2: the shadow, without the real part of the amplitude. */
double
glauber_elastic_mb(int Zp, int Ap, int Zt, int At, double energy_MeV_u)
{
	struct overlap o = overlap(Zp, Ap, Zt, At, energy_MeV_u);
	double shadow = 2.0 * exponential_integral_ein(0.5 * o.chi) - exponential_integral_ein(o.chi);

	return o.area_mb * shadow * coulomb_factor(Zp, Ap, Zt, At, energy_MeV_u);
}
