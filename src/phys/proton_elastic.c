/* Elastic scattering of a proton: on a proton, and on a nucleus. */
#include "base/units.h"
#include "phys/emission.h"
#include "phys/fmath.h"
#include "phys/mass_excess.h"
#include "phys/nucleus.h"
#include "phys/proton_event.h"

#define OXYGEN_A 16.0
#define RECOIL_POWER (-5.0 / 3.0)      /* of A: momenta as 1/radius, energies by the mass [own estimate] */

static void
add(struct reaction *r, double energy_MeV, const double direction[3], double cosine, double turns)
{
	struct product *p = &r->product[r->n++];

	p->Z = 1;
	p->A = 1;
	p->energy_MeV = energy_MeV;
	emission_direction(p->direction, direction, cosine < 1.0 ? cosine : 1.0, turns);
}

/* Of two equal masses, from the energies before and after. */
static double
equal_mass_cosine(double T, double energy_MeV)
{
	return fm_sqrt(energy_MeV * (T + 2.0 * PROTON_MASS_MeV) / (T * (energy_MeV + 2.0 * PROTON_MASS_MeV)));
}

/* Isotropic where the centre of mass rests: any share of the energy is as likely. */
static void
on_hydrogen(struct reaction *r, double T, const double direction[3], struct rng_sequence *s)
{
	double one = T * rng_next(s), other = T - one, turns = rng_next(s);
	double fast = one > other ? one : other, slow = one > other ? other : one;

	add(r, fast, direction, equal_mass_cosine(T, fast), turns);
	add(r, slow, direction, equal_mass_cosine(T, slow), turns + 0.5);
}

/* Most that a proton can give to a mass M at rest. */
static double
recoil_max_MeV(double T, double M)
{
	double tau = T / PROTON_MASS_MeV, ratio = M / PROTON_MASS_MeV;

	return 2.0 * M * tau * (tau + 2.0) / (1.0 + 2.0 * (tau + 1.0) * ratio + ratio * ratio);
}

/* Fippel and Soukup, Med. Phys. 31 (2004) 2263, for oxygen. */
static double
recoil_mean_MeV(double T, int A)
{
	double oxygen = 0.65 * fm_exp(-0.0013 * T) - 0.71 * fm_exp(-0.0177 * T);

	return oxygen * fm_pow(A / OXYGEN_A, RECOIL_POWER);
}

/* Exponential, cut at the most. */
static double
draw_recoil_MeV(double T, int A, double M, struct rng_sequence *s)
{
	double mean = recoil_mean_MeV(T, A), most = recoil_max_MeV(T, M);
	double below = 1.0 - fm_exp(-most / mean);
	double recoil = -mean * fm_log(1.0 - below * rng_next(s));

	return recoil < most ? recoil : most;
}

static void
on_nucleus(struct reaction *r, int Z, double T, const double direction[3], struct rng_sequence *s)
{
	int A = nucleus_of_element(Z);
	double M = mass_of_element_nucleus_MeV(Z);
	double recoil = draw_recoil_MeV(T, A, M, s);
	double rest = T - recoil;
	double p2 = T * (T + 2.0 * PROTON_MASS_MeV);
	double q2 = rest * (rest + 2.0 * PROTON_MASS_MeV);
	double transfer2 = recoil * (recoil + 2.0 * M);
	double cosine = (p2 + q2 - transfer2) / (2.0 * fm_sqrt(p2 * q2));

	add(r, rest, direction, cosine > -1.0 ? cosine : -1.0, rng_next(s));
	r->local_MeV = recoil;
	r->local_Z = Z;
	r->local_A = A;
}

void
proton_elastic(struct reaction *r, int target_Z, double energy_MeV, const double direction[3],
    struct rng_sequence *s)
{
	r->n = 0;
	r->local_MeV = 0.0;
	r->binding_MeV = 0.0;
	r->n_neutrons = 0;
	r->local_Z = 0;
	r->local_A = 0;
	if (target_Z == 1)
		on_hydrogen(r, energy_MeV, direction, s);
	else
		on_nucleus(r, target_Z, energy_MeV, direction, s);
}
