/* Bethe's stopping number: shell, Barkas, Bloch and density corrections. */
#include "phys/bethe.h"

#define BLOCH_TERMS 40

/* One function of the Thomas-Fermi variable y = (beta/alpha)^2 / Z^(4/3), to which the shell corrections
 * implied by the tables of ICRU 49 (1993) collapse for Z = 4...92, better than 0.005 in L for y > 8. */
static double
universal_shell(double y)
{
	return 1.627 / (y * (1.0 + fm_pow(4.894 / y, 0.8629)))
	    * (1.0 - 0.6424 * fm_exp(-y / 0.2499));
}

double
bethe_shell(int Z, const struct velocity *v)
{
	double y = v->bohr2 / fm_pow(Z, 4.0 / 3.0);
	double log_y = fm_log(y / 1.5);

	if (Z == 1)
		return 2.704 / (v->bohr2 + 26.41);
	if (Z == 2)
		return 1.591 / (y * (1.0 + fm_pow(4.911 / y, 0.2348)));
	return universal_shell(y)
	    * (1.0 + element_by_Z(Z)->shell_k * fm_exp(-0.5 * log_y * log_y));
}

/* Ashley, Ritchie, Brandt, Phys. Rev. B 5 (1972) 2393: L1 = 1.29 F(b/sqrt x) / (sqrt Z x^(3/2)) with
 * x = (beta/alpha)^2/Z; F(w) is an analytic fit to their curve. */
static double
barkas_b(int Z)
{
	if (Z == 2)
		return 0.6;
	if (Z <= 10 || Z == 18)
		return 1.8;
	return Z <= 25 ? 1.4 : 1.35;
}

double
bethe_barkas(int Z, const struct velocity *v)
{
	double x = v->bohr2 / Z;
	double w = barkas_b(Z) / fm_sqrt(x);
	double log_w = fm_log(w);
	double F = 74.606 * fm_exp(-3.0287 * fm_exp(0.22931 * log_w))
	    / (1.0 + 1.1072 * fm_exp(2.1958 * log_w));

	return 1.29 * F / (fm_sqrt(Z) * x * fm_sqrt(x));
}

double
bethe_target_barkas(const struct target *t, const struct velocity *v)
{
	double sum = 0.0;

	for (int i = 0; i < t->n; i++)
		sum += t->electrons[i] * bethe_barkas(t->Z[i], v);
	return sum;
}

/* Bloch, Ann. Phys. 408 (1933) 285: -y^2 sum 1/(j (j^2 + y^2)), y = z alpha/beta; the sum's tail by the
 * midpoint integral, ln(1 + y^2/n^2)/(2 y^2). */
double
bethe_bloch(double z, const struct velocity *v)
{
	double y2 = z * z / v->bohr2, sum = 0.0;
	double n = BLOCH_TERMS + 0.5;

	for (int j = BLOCH_TERMS; j >= 1; j--)
		sum += 1.0 / (j * (j * j + y2));
	return -y2 * sum - 0.5 * fm_log(1.0 + y2 / (n * n));
}

double
bethe_proton(const struct target *t, const struct velocity *v)
{
	double L = fm_log(2.0 * ELECTRON_MASS_MeV * v->beta_gamma2) - t->log_I_MeV
	    + 0.5 * fm_log(velocity_recoil(v, PROTON_MASS_MeV)) - v->beta2
	    - 0.5 * target_density_effect(t, fm_sqrt(v->beta_gamma2));

	for (int i = 0; i < t->n; i++)
		L -= t->electrons[i] * bethe_shell(t->Z[i], v);
	return L + bethe_target_barkas(t, v) + bethe_bloch(1.0, v);
}

double
bethe_stopping(const struct target *t, const struct velocity *v, double z, double number)
{
	return BETHE_K_MeV_cm2_mol * t->Z_over_A * z * z / v->beta2 * number;
}

double
bethe_number(const struct target *t, const struct velocity *v, double z, double stopping)
{
	return stopping * v->beta2 / (BETHE_K_MeV_cm2_mol * t->Z_over_A * z * z);
}
