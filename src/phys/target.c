/* Prepares a material for the stopping-power formulae, and its density effect. */
#include "phys/target.h"

#include "phys/fmath.h"

#define LN10 2.302585092994046
#define PLASMA_eV 28.816       /* hbar omega_p = 28.816 eV sqrt(density Z/A) */

/* Sternheimer and Peierls, Phys. Rev. B 3 (1971) 3681: from I and density alone. */
static void
general_density_effect(struct density_effect *d, double I_eV, double density_Z_over_A)
{
	double plasma_eV = PLASMA_eV * fm_sqrt(density_Z_over_A);
	double wide = I_eV < 100.0 ? 0.0 : 1.0;

	d->is_known = true;
	d->Cbar = 2.0 * fm_log(I_eV / plasma_eV) + 1.0;
	d->X1 = 2.0 + wide;
	d->X0 = d->Cbar < (wide > 0.0 ? 5.215 : 3.681) ? 0.2 : 0.326 * d->Cbar - 1.0 - 0.5 * wide;
	if (d->X1 < d->X0 + 1.0)                     /* gases: Cbar up to 12 */
		d->X1 = d->X0 + 1.0;
	d->m = 3.0;
	d->a = (d->Cbar - 2.0 * LN10 * d->X0) / fm_pow(d->X1 - d->X0, d->m);
	d->delta0 = 0.0;
}

/* Another I moves Cbar; a is solved again so that delta(X0) stays. */
static void
rescale_density_effect(struct density_effect *d, double I_ratio)
{
	double shift;

	if (I_ratio == 1.0)
		return;
	shift = 2.0 * fm_log(I_ratio);
	d->Cbar += shift;
	d->a += shift / fm_pow(d->X1 - d->X0, d->m);
}

static void
add_electrons(struct target *t, int Z, double weight)
{
	double A = element_by_Z(Z)->A_g_mol;
	double electrons = weight * Z / A;

	t->Z[t->n] = Z;
	t->A[t->n] = A;
	t->weight[t->n] = weight;
	t->electrons[t->n++] = electrons;
	t->Z_over_A += electrons;
}

void
target_init(struct target *t, const struct material *m)
{
	t->n = 0;
	t->Z_over_A = 0.0;
	for (int i = 0; i < m->n_elements; i++)
		add_electrons(t, m->element[i].Z, m->element[i].weight);
	for (int i = 0; i < t->n; i++)
		t->electrons[i] /= t->Z_over_A;
	t->log_I_MeV = fm_log(m->I_eV * 1e-6);
	t->density_effect = m->density_effect;
	if (t->density_effect.is_known)
		rescale_density_effect(&t->density_effect, m->I_eV / m->density_effect_I_eV);
	else
		general_density_effect(&t->density_effect, m->I_eV, m->density_g_cm3 * t->Z_over_A);
}

void
target_init_element(struct target *t, int Z)
{
	const struct element *el = element_by_Z(Z);

	t->n = 0;
	t->Z_over_A = 0.0;
	add_electrons(t, Z, 1.0);
	t->electrons[0] = 1.0;
	t->log_I_MeV = fm_log(el->I_eV * 1e-6);
	t->density_effect = el->density_effect;
	if (!t->density_effect.is_known)
		general_density_effect(&t->density_effect, el->I_eV, el->density_g_cm3 * t->Z_over_A);
}

/* Sternheimer, Berger, Seltzer, At. Data Nucl. Data Tables 30 (1984) 261. */
double
target_density_effect(const struct target *t, double beta_gamma)
{
	const struct density_effect *d = &t->density_effect;
	double X = fm_log10(beta_gamma);

	if (X >= d->X1)
		return 2.0 * LN10 * X - d->Cbar;
	if (X >= d->X0)
		return 2.0 * LN10 * X - d->Cbar + d->a * fm_pow(d->X1 - X, d->m);
	return d->delta0 > 0.0 ? d->delta0 * fm_exp(2.0 * LN10 * (X - d->X0)) : 0.0;
}
