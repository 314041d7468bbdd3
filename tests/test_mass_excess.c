/* phys/mass_excess: listed masses, what is made of nuclei that have none, the drop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "model/ion.h"
#include "phys/mass_excess.h"

/* Separation energies of nuclear tables, MeV: a proton from O-16, two alphas from each other in Be-8. */
static void
listed_masses_give_the_known_energies(void **state)
{
	(void)state;
	assert_true(fabs(mass_excess_MeV(8, 16) + 4.737) < 1e-3);
	assert_true(fabs(mass_excess_MeV(7, 15) + mass_excess_MeV(1, 1) - mass_excess_MeV(8, 16) - 12.127)
	    < 2e-3);
	assert_true(fabs(mass_excess_MeV(4, 8) - 2.0 * mass_excess_MeV(2, 4) - 0.0918) < 1e-3);
	assert_true(mass_excess_MeV(1, 1) == HYDROGEN_EXCESS_MeV);
	assert_true(mass_excess_MeV(0, 3) == 3.0 * NEUTRON_EXCESS_MeV);
	assert_true(mass_excess_MeV(0, 0) == 0.0);
}

static void
light_unlisted_ones_fall_apart(void **state)
{
	(void)state;
	assert_true(mass_excess_MeV(3, 4) == mass_excess_MeV(2, 3) + HYDROGEN_EXCESS_MeV);
	assert_true(mass_excess_MeV(1, 4) == mass_excess_MeV(1, 3) + NEUTRON_EXCESS_MeV);
	assert_true(mass_excess_MeV(3, 3) == 3.0 * HYDROGEN_EXCESS_MeV);
}

/* Measured: Pb-208 -21.75, U-238 47.31, Ag-107 -88.41 MeV. Binding energies are 1636, 1802, 915. */
static void
heavy_ones_are_drops(void **state)
{
	(void)state;
	assert_true(fabs(mass_excess_MeV(82, 208) + 21.75) < 15.0);
	assert_true(fabs(mass_excess_MeV(92, 238) - 47.31) < 15.0);
	assert_true(fabs(mass_excess_MeV(47, 107) + 88.41) < 8.0);
}

/* What one nucleon costs is between the drip lines and the alpha: no jump where lists end. */
static void
separation_energies_are_sane(void **state)
{
	(void)state;
	for (int Z = 2; Z <= 92; Z++) {
		int A = Z < 21 ? 2 * Z : (int)(Z * (2.0 + 0.006 * Z) + 0.5);
		double neutron = mass_excess_MeV(Z, A - 1) + NEUTRON_EXCESS_MeV - mass_excess_MeV(Z, A);
		double proton = mass_excess_MeV(Z - 1, A - 1) + HYDROGEN_EXCESS_MeV - mass_excess_MeV(Z, A);

		if (!(neutron > -0.1 && neutron < 21.0 && proton > -0.1 && proton < 21.0))
			fail_msg("Z = %d, A = %d: neutron %g, proton %g MeV", Z, A, neutron, proton);
	}
}

/* The bare nucleus, as the ions have it, but for the binding of the electrons. */
static void
nuclei_of_elements_weigh_what_ions_do(void **state)
{
	static const int Zs[] = { 2, 8, 13, 20, 26 };
	struct ion ion;
	struct err e;

	(void)state;
	for (int i = 0; i < 5; i++) {
		int A = Zs[i] == 13 ? 27 : Zs[i] == 26 ? 56 : 2 * Zs[i];

		assert_int_equal(ion_from_numbers(&ion, Zs[i], A, &e), 0);
		assert_true(fabs(mass_of_element_nucleus_MeV(Zs[i]) - ion.mass_MeV) < 0.04);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listed_masses_give_the_known_energies),
		cmocka_unit_test(light_unlisted_ones_fall_apart),
		cmocka_unit_test(heavy_ones_are_drops),
		cmocka_unit_test(separation_energies_are_sane),
		cmocka_unit_test(nuclei_of_elements_weigh_what_ions_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
