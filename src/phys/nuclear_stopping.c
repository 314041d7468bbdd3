/* Elastic energy loss to the atoms: Ziegler, Biersack, Littmark, The Stopping and Range of Ions in
 * Solids, Pergamon 1985. */
#include "phys/nuclear_stopping.h"

#include "base/units.h"
#include "phys/fmath.h"

#define UNIT_MeV_cm2 1e-21     /* 1e-15 eV cm2/atom */

/* Reduced stopping at the reduced energy. */
static double
reduced_stopping(double eps)
{
	if (eps > 30.0)
		return 0.5 * fm_log(eps) / eps;
	return 0.5 * fm_log(1.0 + 1.1383 * eps)
	    / (eps + 0.01321 * fm_pow(eps, 0.21226) + 0.19593 * fm_sqrt(eps));
}

static double
atom_stopping(double z, double m1, double Z, double m2, double energy_keV)
{
	double screening = fm_pow(z, 0.23) + fm_pow(Z, 0.23);
	double eps = 32.536 * m2 * energy_keV / (z * Z * (m1 + m2) * screening);

	return 8.462 * z * Z * m1 / ((m1 + m2) * screening) * reduced_stopping(eps);
}

double
nuclear_stopping_MeV_cm2_g(const struct target *t, int z, double A, double energy_MeV)
{
	double sum = 0.0;

	for (int i = 0; i < t->n; i++)
		sum += t->weight[i] / t->A[i]
		    * atom_stopping(z, A, t->Z[i], t->A[i], energy_MeV * 1e3);
	return sum * UNIT_MeV_cm2 * AVOGADRO;
}
