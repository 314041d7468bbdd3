/* Electronic stopping power of helium ions, from 1 keV/u to 1 GeV/u. */
#include "phys/helium_stopping.h"

#include <stddef.h>

#include "phys/bethe.h"

#define UNIT_MeV_cm2 1e-21             /* 1e-15 eV cm2/atom */
#define ELEMENT_FIT_MAX_MeV 1.0        /* total */
#define JOIN_LIGHT_MeV 3.0             /* 0.75 MeV/u */
#define JOIN_HEAVY_MeV 6.0             /* 1.5 MeV/u, in targets that contain Z >= 30 */
#define HEAVY_Z 30

/* ICRU 49 (1993), T in MeV. */
static double
low_energy_fit(const double c[5], double molar_mass_g_mol, double energy_MeV)
{
	double T = energy_MeV;
	double low = c[0] * fm_pow(1e3 * T, c[1]);
	double high = c[2] / T * fm_log(1.0 + c[3] / T + c[4] * T);

	return low * high / (low + high) * UNIT_MeV_cm2 * AVOGADRO / molar_mass_g_mol;
}

/* z = 2: Barkas, Bloch and largest energy transfer of helium in the place of the proton's. */
static double
formula(const struct target *t, double proton_stopping, double energy_MeV)
{
	struct velocity v = velocity_from(energy_MeV, HELIUM_4_MASS_MeV);
	double L = bethe_number(t, &v, 1.0, proton_stopping) + bethe_target_barkas(t, &v)
	    + bethe_bloch(2.0, &v) - bethe_bloch(1.0, &v)
	    + 0.5 * fm_log(velocity_recoil(&v, HELIUM_4_MASS_MeV) / velocity_recoil(&v, PROTON_MASS_MeV));

	return bethe_stopping(t, &v, 2.0, L);
}

static double
proton_energy_MeV(double energy_MeV)
{
	return energy_MeV * (PROTON_MASS_MeV / HELIUM_4_MASS_MeV);
}

static double
material_high(const struct proton_curve *p, double energy_MeV)
{
	return formula(&p->target, proton_curve_stopping(p, proton_energy_MeV(energy_MeV)), energy_MeV);
}

/* An element of a compound. */
struct part {
	int Z;
	double residual;
};

static double
part_low(const void *part, double energy_MeV)
{
	const struct element *el = element_by_Z(((const struct part *)part)->Z);

	return low_energy_fit(el->helium_fit, el->A_g_mol, energy_MeV);
}

static double
part_high(const void *part, double energy_MeV)
{
	const struct part *q = part;
	struct target t;

	target_init_element(&t, q->Z);
	return formula(&t, proton_element_stopping(q->Z, q->residual, proton_energy_MeV(energy_MeV)),
	    energy_MeV);
}

static double
join_MeV(int Z)
{
	return Z >= HEAVY_Z ? JOIN_HEAVY_MeV : JOIN_LIGHT_MeV;
}

static double
part_stopping(const struct part *q, const struct junction *j, double energy_MeV)
{
	if (energy_MeV < ELEMENT_FIT_MAX_MeV)
		return part_low(q, energy_MeV);
	if (energy_MeV < join_MeV(q->Z))
		return junction_stopping(j, energy_MeV);
	return part_high(q, energy_MeV);
}

static double
bragg_sum(const struct helium_curve *h, const struct proton_curve *p, double energy_MeV)
{
	double sum = 0.0;

	for (int i = 0; i < p->target.n; i++) {
		struct part q = { p->target.Z[i], p->residual[i] };

		sum += p->target.weight[i] * part_stopping(&q, &h->element[i], energy_MeV);
	}
	return sum;
}

static void
bragg_init(struct helium_curve *h, const struct proton_curve *p)
{
	h->is_bragg = true;
	for (int i = 0; i < p->target.n; i++) {
		struct part q = { p->target.Z[i], p->residual[i] };

		junction_init(&h->element[i], part_low, ELEMENT_FIT_MAX_MeV, part_high,
		    join_MeV(q.Z), &q);
	}
	h->bragg_scale = material_high(p, h->join_MeV) / bragg_sum(h, p, h->join_MeV);
}

/* What the junction of a fitted material is made of. */
struct whole {
	const struct fitted_compound *fitted;
	const struct proton_curve *proton;
};

static double
whole_low(const void *whole, double energy_MeV)
{
	const struct fitted_compound *f = ((const struct whole *)whole)->fitted;

	return low_energy_fit(f->c, f->molar_mass_g_mol, energy_MeV);
}

static double
whole_high(const void *whole, double energy_MeV)
{
	return material_high(((const struct whole *)whole)->proton, energy_MeV);
}

static void
fitted_init(struct helium_curve *h, const struct proton_curve *p, const double c[5],
    double molar_mass_g_mol, double energy_max_MeV)
{
	struct whole w = { &h->fitted, p };

	for (int i = 0; i < 5; i++)
		h->fitted.c[i] = c[i];
	h->fitted.molar_mass_g_mol = molar_mass_g_mol;
	h->fitted.energy_max_MeV = energy_max_MeV;
	junction_init(&h->fitted.junction, whole_low, energy_max_MeV, whole_high, h->join_MeV, &w);
}

void
helium_curve_init(struct helium_curve *h, const struct proton_curve *p, const struct material *m)
{
	const struct compound_fit *fit = material_helium_fit(m);
	const struct element *el = element_by_Z(m->element[0].Z);

	memset(h, 0, sizeof *h);
	h->join_MeV = JOIN_LIGHT_MeV;
	for (int i = 0; i < m->n_elements; i++)
		if (join_MeV(m->element[i].Z) > h->join_MeV)
			h->join_MeV = join_MeV(m->element[i].Z);
	if (m->n_elements == 1)
		fitted_init(h, p, el->helium_fit, el->A_g_mol, ELEMENT_FIT_MAX_MeV);
	else if (fit != NULL)
		fitted_init(h, p, fit->c, fit->molar_mass_g_mol, fit->energy_max_MeV);
	else
		bragg_init(h, p);
}

double
helium_curve_stopping(const struct helium_curve *h, const struct proton_curve *p, double energy_MeV)
{
	const struct fitted_compound *f = &h->fitted;

	if (energy_MeV >= h->join_MeV)
		return material_high(p, energy_MeV);
	if (h->is_bragg)
		return h->bragg_scale * bragg_sum(h, p, energy_MeV);
	if (energy_MeV < f->energy_max_MeV)
		return low_energy_fit(f->c, f->molar_mass_g_mol, energy_MeV);
	return junction_stopping(&f->junction, energy_MeV);
}
