/* model/ion: names and masses of ions; base/nearest: what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "model/ion.h"
#include "model/ion_data.h"

static void
assert_is_ion(const char *text, const char *name)
{
	struct ion ion;
	struct err e = { ERR_NONE, "" };

	if (ion_parse(&ion, text, &e) != 0)
		fail_msg("%s: %s", text, e.text);
	assert_string_equal(ion.name, name);
}

static void
assert_is_refused(const char *text, const char *part)
{
	struct ion ion;
	struct err e = { ERR_NONE, "" };

	assert_int_equal(ion_parse(&ion, text, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	if (strstr(e.text, part) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", text, e.text, part);
}

static void
common_names_are_understood(void **state)
{
	(void)state;
	assert_is_ion("proton", "H-1");
	assert_is_ion("Deuteron", "H-2");
	assert_is_ion("triton", "H-3");
	assert_is_ion("helion", "He-3");
	assert_is_ion("ALPHA", "He-4");
	assert_is_ion("helium", "He-4");
	assert_is_ion("carbon", "C-12");
	assert_is_ion("argon", "Ar-40");
	assert_is_ion("iron", "Fe-56");
}

static void
nuclides_are_understood_in_every_spelling(void **state)
{
	(void)state;
	assert_is_ion("C-12", "C-12");
	assert_is_ion("C12", "C-12");
	assert_is_ion("12C", "C-12");
	assert_is_ion("c 11", "C-11");
	assert_is_ion("15o", "O-15");
	assert_is_ion("ne-20", "Ne-20");
	assert_is_ion("he3", "He-3");
}

static void
what_is_no_ion_is_refused_with_a_hint(void **state)
{
	(void)state;
	assert_is_refused("protn", "\"proton\"");
	assert_is_refused("carbn", "\"carbon\"");
	assert_is_refused("C-25", "C-9, C-10, C-11, C-12");
	assert_is_refused("C", "C-12");
	assert_is_refused("Au-197", "Fe-56");
	assert_is_refused("C-12x", "unknown ion");
	assert_is_refused("", "unknown ion");
	assert_is_refused("C-1200000000000", "unknown ion");
	assert_is_refused("12C12", "unknown ion");
}

/* CODATA 2018 for the light ones; the others 1 keV from atomic mass less electrons and their binding. */
static void
masses_are_those_of_bare_nuclei(void **state)
{
	static const struct { const char *name; double mass_MeV, within; } known[] = {
		{ "proton", PROTON_MASS_MeV, 1e-5 }, { "deuteron", 1875.61294257, 1e-5 },
		{ "triton", 2808.92113298, 1e-5 }, { "helion", 2808.39160743, 1e-5 },
		{ "alpha", 3727.3794066, 1e-5 }, { "C-12", 11174.863 + 0.001, 1e-3 },
		{ "O-16", 14895.080 + 0.002, 1.5e-3 }, { "Ne-20", 18617.729 + 0.004, 1.5e-3 },
		{ "Si-28", 26053.188 + 0.008, 1.5e-3 }, { "Ar-40", 37215.526 + 0.014, 1.5e-3 },
		{ "Fe-56", 52089.777 + 0.035, 1.5e-3 },
	};
	struct ion ion;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		assert_int_equal(ion_parse(&ion, known[i].name, &e), 0);
		assert_true(fabs(ion.mass_MeV - known[i].mass_MeV) <= known[i].within);
	}
}

/* A slip of a digit in the table would show as a jump in the binding energy per nucleon. */
static void
every_nuclide_is_bound_as_its_neighbours_are(void **state)
{
	(void)state;
	for (const struct nuclide *n = nuclide_data; n->Z != 0; n++) {
		double N = n->A - n->Z, A = n->A, Z = n->Z;
		double binding = (Z * 7288.971 + N * 8071.318 - n->mass_excess_keV) * 1e-3;
		double pairing = 12.0 / sqrt(A) * (n->A % 2 ? 0 : n->Z % 2 ? -1 : 1);
		double formula = 15.75 * A - 17.8 * pow(A, 2.0 / 3.0) - 0.711 * Z * Z / cbrt(A)
		    - 23.7 * (N - Z) * (N - Z) / A + pairing;

		if (n->A >= 12 && fabs(N - Z) <= 4.0 && fabs(binding - formula) > 8.0)
			fail_msg("Z %d A %d: binding %g, formula %g", n->Z, n->A, binding, formula);
		if (n[1].Z == n->Z)
			assert_true(n[1].A > n->A);
	}
}

static void
energy_per_nucleon_is_T_over_A(void **state)
{
	struct ion ion;
	struct err e;

	(void)state;
	assert_int_equal(ion_from_numbers(&ion, 6, 12, &e), 0);
	assert_true(ion_energy_per_nucleon_MeV(&ion, 4800.0) == 400.0);
	assert_int_equal(ion_from_numbers(&ion, 27, 59, &e), -1);
	assert_int_equal(ion_from_numbers(&ion, 0, 1, &e), -1);
}

static const char *
fruit(size_t i, void *ctx)
{
	static const char *const names[] = { "apple", "pear", "orange", "blood_orange", NULL };

	(void)ctx;
	return names[i];
}

static void
nearest_name_counts_edits_not_case_or_dashes(void **state)
{
	(void)state;
	assert_string_equal(nearest_name("aple", fruit, NULL), "apple");
	assert_string_equal(nearest_name("PAER", fruit, NULL), "pear");
	assert_string_equal(nearest_name("Blood-Orange", fruit, NULL), "blood_orange");
	assert_string_equal(nearest_name("oranges", fruit, NULL), "orange");
	assert_null(nearest_name("banana", fruit, NULL));
	assert_null(nearest_name("", fruit, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_names_are_understood),
		cmocka_unit_test(nuclides_are_understood_in_every_spelling),
		cmocka_unit_test(what_is_no_ion_is_refused_with_a_hint),
		cmocka_unit_test(masses_are_those_of_bare_nuclei),
		cmocka_unit_test(every_nuclide_is_bound_as_its_neighbours_are),
		cmocka_unit_test(energy_per_nucleon_is_T_over_A),
		cmocka_unit_test(nearest_name_counts_edits_not_case_or_dashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
