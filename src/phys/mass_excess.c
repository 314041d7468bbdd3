/* The mass of any nucleus, also of one that nobody has weighed. */
#include "phys/mass_excess.h"

#include <stddef.h>

#include "base/units.h"
#include "model/ion_data.h"
#include "phys/fmath.h"
#include "phys/nucleus.h"

#define LIGHT_A 16                     /* up to it, what is not listed holds no nucleon more */

/* Those that fall apart at once, and so are no ions. AME2020: Wang et al., Chin. Phys. C 45 (2021)
 * 030003. */
static const struct nuclide unbound[] = {
	{ 2, 5, 11231.23 }, { 3, 5, 11678.89 }, { 4, 8, 4941.67 }, { 5, 9, 12416.49 }, { 0, 0, 0.0 }
};

static const struct nuclide *
find(const struct nuclide *n, int Z, int A)
{
	for (; n->Z != 0 && n->Z <= Z; n++)
		if (n->Z == Z && n->A == A)
			return n;
	return NULL;
}

/* Coefficients in MeV: Rohlf, Modern Physics from alpha to Z0, Wiley 1994. */
static double
liquid_drop_excess_MeV(int Z, int A)
{
	double root3 = fm_pow(A, 1.0 / 3.0);
	int asymmetry = A - 2 * Z;
	int pairing = A % 2 == 1 ? 0 : Z % 2 == 1 ? -1 : 1;
	double binding = 15.75 * A - 17.8 * root3 * root3 - 0.711 * Z * (Z - 1) / root3
	    - 23.7 * asymmetry * asymmetry / A + 11.18 * pairing / fm_sqrt(A);

	return Z * HYDROGEN_EXCESS_MeV + (A - Z) * NEUTRON_EXCESS_MeV - binding;
}

double
mass_excess_MeV(int Z, int A)
{
	double nucleons_MeV = 0.0;

	while (Z > 0) {
		const struct nuclide *n = find(nuclide_data, Z, A);

		if (n == NULL)
			n = find(unbound, Z, A);
		if (n != NULL)
			return nucleons_MeV + n->mass_excess_keV * 1e-3;
		if (A > LIGHT_A)
			return nucleons_MeV + liquid_drop_excess_MeV(Z, A);
		nucleons_MeV += A - Z > Z ? NEUTRON_EXCESS_MeV : HYDROGEN_EXCESS_MeV;
		if (A - Z <= Z)
			Z--;
		A--;
	}
	return nucleons_MeV + A * NEUTRON_EXCESS_MeV;
}

double
mass_of_element_nucleus_MeV(int Z)
{
	int A = nucleus_of_element(Z);

	return A * ATOMIC_MASS_MeV + mass_excess_MeV(Z, A) - Z * ELECTRON_MASS_MeV;
}
