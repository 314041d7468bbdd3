/* Stopping power of any ion: protons and helium by their own curves, heavier ones from the proton's
 * with an effective charge, Barkas' and Lindhard and Sorensen's corrections. */
#include "phys/stopping.h"

#include "phys/bethe.h"
#include "phys/lindhard.h"
#include "phys/nuclear_stopping.h"

#define PROTON_SCALING_BELOW 2.8      /* of the reduced velocity u: only scaled protons */
#define BETHE_ABOVE 4.5               /* only Bethe's formula */

/* The constants of both effective charges were fitted to ICRU 90 (2016) carbon and ICRU 73 (2005/2009)
 * lithium to argon; above 10 MeV/u they do not matter. */
static double
slow_charge(double z, double u, double energy_MeV_u)
{
	double q = 3.0 / z, t = energy_MeV_u / 0.45;
	double rate = (0.945 + 0.155 * q * q * q) * (1.0 + 0.12 * (6.0 / z) * fm_exp(-t * t));

	return z * (1.0 - fm_exp(-rate * u));
}

static double
fast_charge(double z, double u)
{
	double q = 3.0 / z;
	double rate = (1.019 + 0.020 * q * q) * u * (1.0 + fm_pow(u / 4.148, 2.818));

	return z * (1.0 - fm_exp(-rate));
}

/* The proton's stopping number, with the corrections of charge z* in the place of its own. */
static double
fast_stopping(const struct stopping *s, const struct velocity *v, double u, double proton_stopping)
{
	const struct target *t = &s->proton.target;
	double charge = fast_charge(s->ion.Z, u);
	double L = bethe_number(t, v, 1.0, proton_stopping)
	    + (charge - 1.0) * bethe_target_barkas(t, v)
	    + lindhard_correction(charge, fm_sqrt(v->beta2), v->gamma) - bethe_bloch(1.0, v)
	    + 0.5 * fm_log(velocity_recoil(v, s->ion.mass_MeV) / velocity_recoil(v, PROTON_MASS_MeV));

	return bethe_stopping(t, v, charge, L);
}

static double
heavy_stopping(const struct stopping *s, double energy_MeV)
{
	double proton_MeV = energy_MeV * (PROTON_MASS_MeV / s->ion.mass_MeV);
	struct velocity v = velocity_from(energy_MeV, s->ion.mass_MeV);
	double u = fm_sqrt(v.bohr2) / fm_pow(s->ion.Z, 2.0 / 3.0);
	double proton_stopping = proton_curve_stopping(&s->proton, proton_MeV);
	double x = (u - PROTON_SCALING_BELOW) / (BETHE_ABOVE - PROTON_SCALING_BELOW);
	double charge, slow, fast;

	if (x >= 1.0)
		return fast_stopping(s, &v, u, proton_stopping);
	charge = slow_charge(s->ion.Z, u, energy_MeV / s->ion.A);
	slow = charge * charge * proton_stopping;
	if (x <= 0.0)
		return slow;
	fast = fast_stopping(s, &v, u, proton_stopping);
	return slow + x * x * (3.0 - 2.0 * x) * (fast - slow);
}

int
stopping_init(struct stopping *s, const struct ion *ion, const struct material *m, struct err *e)
{
	if (m->n_elements < 1 || !(m->density_g_cm3 > 0.0) || !(m->I_eV > 0.0))
		return err_set(e, ERR_INPUT, "material \"%s\": %d elements, %g g/cm3, I = %g eV is not "
		    "a material", m->name, m->n_elements, m->density_g_cm3, m->I_eV);
	memset(s, 0, sizeof *s);
	s->ion = *ion;
	proton_curve_init(&s->proton, m);
	if (ion->Z == 2)
		helium_curve_init(&s->helium, &s->proton, m);
	return 0;
}

double
stopping_electronic_MeV_cm2_g(const struct stopping *s, double energy_MeV)
{
	double mass = s->ion.mass_MeV;

	if (s->ion.Z == 1)
		return proton_curve_stopping(&s->proton, energy_MeV * (PROTON_MASS_MeV / mass));
	if (s->ion.Z == 2)
		return helium_curve_stopping(&s->helium, &s->proton,
		    energy_MeV * (HELIUM_4_MASS_MeV / mass));
	return heavy_stopping(s, energy_MeV);
}

double
stopping_nuclear_MeV_cm2_g(const struct stopping *s, double energy_MeV)
{
	return nuclear_stopping_MeV_cm2_g(&s->proton.target, s->ion.Z, s->ion.mass_MeV / ATOMIC_MASS_MeV,
	    energy_MeV);
}
