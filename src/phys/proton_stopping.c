/* Electronic stopping power of protons, from 1 keV to 1 GeV. */
#include "phys/proton_stopping.h"

#include <stddef.h>

#include "phys/bethe.h"
#include "phys/hermite.h"

#define BETHE_MIN_MeV 0.5              /* compounds: Bethe's formula above this */
#define PROTON_MASS_u (PROTON_MASS_MeV / ATOMIC_MASS_MeV)
#define UNIT_MeV_cm2 1e-21             /* 1e-15 eV cm2/atom */
#define SLOPE_STEP 1e-4                /* in ln T */
#define GAP_FROM_keV_u 10.0            /* where the two branches of a fit should meet */
#define GAP_TO_keV_u 40.0
#define GAP 0.05                       /* they do not */
#define WATER_H 0.111894               /* weight fractions in water */
#define WATER_O 0.888106
#define WATERY 0.5                     /* tissue with more water than this */

double
junction_stopping(const struct junction *j, double energy_MeV)
{
	double h = j->x1 - j->x0, f = (fm_log(energy_MeV) - j->x0) / h;

	return fm_exp(hermite_value(j->y0, j->y1, j->slope0, j->slope1, h, f));
}

static double
log_slope(stopping_function f, const void *curve, double energy_MeV)
{
	double above = f(curve, energy_MeV * (1.0 + SLOPE_STEP));
	double below = f(curve, energy_MeV / (1.0 + SLOPE_STEP));

	return fm_log(above / below) / (2.0 * fm_log(1.0 + SLOPE_STEP));
}

void
junction_init(struct junction *j, stopping_function low, double low_MeV,
    stopping_function high, double high_MeV, const void *curve)
{
	j->x0 = fm_log(low_MeV);
	j->x1 = fm_log(high_MeV);
	j->y0 = fm_log(low(curve, low_MeV));
	j->y1 = fm_log(high(curve, high_MeV));
	j->slope0 = log_slope(low, curve, low_MeV);
	j->slope1 = log_slope(high, curve, high_MeV);
}

static double
varelas_biersack(const double c[5], double T_keV_u)
{
	double low = c[1] * fm_pow(T_keV_u, 0.45);
	double high = c[2] / T_keV_u * fm_log(1.0 + c[3] / T_keV_u + c[4] * T_keV_u);

	return low * high / (low + high);
}

/* A cubic in ln S(ln T) over the gap; it leaves with the 0.45 of the branch above. */
static double
bridge(const double c[5], double T_keV_u)
{
	double h = fm_log(GAP_TO_keV_u / GAP_FROM_keV_u), f = fm_log(T_keV_u / GAP_FROM_keV_u) / h;
	double from = fm_log(c[0] * fm_sqrt(GAP_FROM_keV_u));
	double to = fm_log(varelas_biersack(c, GAP_TO_keV_u));
	double beyond = fm_log(varelas_biersack(c, GAP_TO_keV_u * (1.0 + SLOPE_STEP)));

	return fm_exp(hermite_value(from, to, 0.45, (beyond - to) / fm_log(1.0 + SLOPE_STEP), h, f));
}

/* The fits of ICRU 49 (1993): S = A1 sqrt(T) below 10 keV/u, Varelas and Biersack's form above. MeV cm2/g.
 * Carbon's branches do not meet, by 10 percent and more: the upper one holds from 40 keV/u only. */
static double
low_energy_fit(const double c[5], double molar_mass_g_mol, double energy_MeV)
{
	double T = energy_MeV / PROTON_MASS_u * 1e3, s;

	if (T < GAP_FROM_keV_u)
		s = c[0] * fm_sqrt(T);
	else if (T < GAP_TO_keV_u && varelas_biersack(c, GAP_FROM_keV_u)
	    < (1.0 - GAP) * c[0] * fm_sqrt(GAP_FROM_keV_u))
		s = bridge(c, T);
	else
		s = varelas_biersack(c, T);
	return s * UNIT_MeV_cm2 * AVOGADRO / molar_mass_g_mol;
}

/* Where an element's fit ends and Bethe's formula begins, MeV. */
static double
element_fit_max_MeV(int Z)
{
	if (Z == 1)
		return 0.2;
	return Z <= 13 ? 0.3 : 0.5;
}

/* L of Bethe's formula less that of the fit where they meet. */
static double
element_residual(const struct target *t, int Z)
{
	double T = element_fit_max_MeV(Z);
	struct velocity v = velocity_from(T, PROTON_MASS_MeV);
	double fit = low_energy_fit(element_by_Z(Z)->proton_fit, t->A[0], T);

	return bethe_proton(t, &v) - bethe_number(t, &v, 1.0, fit);
}

/* What is left of the residual above: it dies out by five times the energy where the fit ends. The
 * constants follow the tables of ICRU 49. */
static double
fading(int Z, const struct velocity *v)
{
	struct velocity v1 = velocity_from(element_fit_max_MeV(Z), PROTON_MASS_MeV);
	double distance = fm_log(v->beta2 / v1.beta2);

	return distance > 0.0 ? fm_exp(-1.239 * fm_pow(distance, 1.102)) : 1.0;
}

/* Bethe's formula less the residuals. */
static double
corrected_bethe(const struct target *t, const double *residual, double energy_MeV)
{
	struct velocity v = velocity_from(energy_MeV, PROTON_MASS_MeV);
	double L = bethe_proton(t, &v);

	for (int i = 0; i < t->n; i++)
		L -= t->electrons[i] * residual[i] * fading(t->Z[i], &v);
	return bethe_stopping(t, &v, 1.0, L);
}

static double
element_stopping(const struct target *t, const double *residual, double energy_MeV)
{
	const struct element *el = element_by_Z(t->Z[0]);

	if (energy_MeV < element_fit_max_MeV(el->Z))
		return low_energy_fit(el->proton_fit, el->A_g_mol, energy_MeV);
	return corrected_bethe(t, residual, energy_MeV);
}

double
proton_element_stopping(int Z, double residual, double energy_MeV)
{
	struct target t;

	target_init_element(&t, Z);
	return element_stopping(&t, &residual, energy_MeV);
}

static double
fitted_low(const void *curve, double energy_MeV)
{
	const struct fitted_compound *f = &((const struct proton_curve *)curve)->fitted;

	return low_energy_fit(f->c, f->molar_mass_g_mol, energy_MeV);
}

static double
compound_high(const void *curve, double energy_MeV)
{
	const struct proton_curve *c = curve;

	return corrected_bethe(&c->target, c->residual, energy_MeV);
}

static double
fitted_stopping(const struct fitted_compound *f, double energy_MeV)
{
	if (energy_MeV < f->energy_max_MeV)
		return low_energy_fit(f->c, f->molar_mass_g_mol, energy_MeV);
	return junction_stopping(&f->junction, energy_MeV);
}

/* Below BETHE_MIN_MeV. */
static double
bragg_sum(const struct proton_curve *c, double energy_MeV)
{
	const struct target *t = &c->target;
	double f = c->water_fraction, sum = 0.0;

	if (f > 0.0)
		sum = f * fitted_stopping(&c->fitted, energy_MeV);
	for (int i = 0; i < t->n; i++) {
		double weight = t->weight[i]
		    - f * (t->Z[i] == 1 ? WATER_H : t->Z[i] == 8 ? WATER_O : 0.0);

		sum += weight * proton_element_stopping(t->Z[i], c->residual[i], energy_MeV);
	}
	return sum;
}

static void
fitted_init(struct proton_curve *c, const struct compound_fit *fit)
{
	struct fitted_compound *f = &c->fitted;

	memcpy(f->c, fit->c, sizeof f->c);
	f->molar_mass_g_mol = fit->molar_mass_g_mol;
	f->energy_max_MeV = fit->energy_max_MeV;
	junction_init(&f->junction, fitted_low, f->energy_max_MeV, compound_high, BETHE_MIN_MeV, c);
}

static double
weight_of(const struct target *t, int Z)
{
	for (int i = 0; i < t->n; i++)
		if (t->Z[i] == Z)
			return t->weight[i];
	return 0.0;
}

/* Without this, muscle is 8 % high at 0.1 MeV: hydrogen's fit is for the gas. */
static void
watery_init(struct proton_curve *c, bool is_gas)
{
	double by_H = weight_of(&c->target, 1) / WATER_H, by_O = weight_of(&c->target, 8) / WATER_O;
	double fraction = by_H < by_O ? by_H : by_O;
	struct proton_curve water;
	struct material m;
	struct err unused;

	if (is_gas || fraction <= WATERY || material_by_name(&m, "water", &unused) != 0)
		return;
	proton_curve_init(&water, &m);
	c->fitted = water.fitted;
	c->water_fraction = fraction < 1.0 ? fraction : 1.0;
}

static void
bragg_init(struct proton_curve *c, bool is_gas)
{
	watery_init(c, is_gas);
	c->bragg_scale = compound_high(c, BETHE_MIN_MeV) / bragg_sum(c, BETHE_MIN_MeV);
}

/* Each element's residual is its own affair, but a pure element's belongs to the I in use. */
static void
residuals_init(struct proton_curve *c)
{
	struct target element;

	for (int i = 0; i < c->target.n; i++) {
		target_init_element(&element, c->target.Z[i]);
		c->residual[i] = element_residual(c->target.n == 1 ? &c->target : &element,
		    c->target.Z[i]);
	}
}

void
proton_curve_init(struct proton_curve *c, const struct material *m)
{
	const struct compound_fit *fit = material_proton_fit(m);

	memset(c, 0, sizeof *c);
	target_init(&c->target, m);
	residuals_init(c);
	c->model = fit != NULL ? PROTON_FITTED : m->n_elements == 1 ? PROTON_ELEMENT : PROTON_BRAGG;
	if (c->model == PROTON_FITTED)
		fitted_init(c, fit);
	if (c->model == PROTON_BRAGG)
		bragg_init(c, m->is_gas);
}

double
proton_curve_stopping(const struct proton_curve *c, double energy_MeV)
{
	if (c->model == PROTON_ELEMENT)
		return element_stopping(&c->target, c->residual, energy_MeV);
	if (energy_MeV >= BETHE_MIN_MeV)
		return compound_high(c, energy_MeV);
	if (c->model == PROTON_FITTED)
		return fitted_stopping(&c->fitted, energy_MeV);
	return c->bragg_scale * bragg_sum(c, energy_MeV);
}
