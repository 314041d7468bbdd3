/* model/material, model/element: names, compositions, I, lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "model/material.h"
#include "model/material_data.h"

static struct material
named(const char *name)
{
	struct material m;
	struct err e = { ERR_NONE, "" };

	if (material_by_name(&m, name, &e) != 0)
		fail_msg("%s: %s", name, e.text);
	return m;
}

static void
names_ignore_case_dashes_and_know_aliases(void **state)
{
	(void)state;
	assert_string_equal(named("Water").name, "water");
	assert_string_equal(named("H2O").name, "water");
	assert_string_equal(named("Muscle-Skeletal ICRP").name, "muscle_skeletal_icrp");
	assert_string_equal(named("Lucite").name, "pmma");
	assert_string_equal(named("Al").name, "aluminium");
	assert_string_equal(named("aluminum").name, "aluminium");
	assert_string_equal(named("LEAD").name, "lead");
	assert_string_equal(named("tungsten").name, "tungsten");
	assert_string_equal(named("bone").name, "bone_compact_icru");
}

static void
unknown_names_are_refused_with_the_nearest(void **state)
{
	struct material m;
	struct err e;

	(void)state;
	assert_int_equal(material_by_name(&m, "watr", &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "\"water\""));
	assert_int_equal(material_by_name(&m, "unobtainium_244", &e), -1);
	assert_non_null(strstr(e.text, "unobtainium_244"));
}

static void
every_built_in_material_is_sound(void **state)
{
	size_t n = 0;

	(void)state;
	for (; material_name(n) != NULL; n++) {
		struct material m = named(material_name(n));
		double sum = 0.0;

		for (int i = 0; i < m.n_elements; i++)
			sum += m.element[i].weight;
		assert_true(fabs(sum - 1.0) < 1e-12);
		assert_true(m.density_g_cm3 > 0.0 && m.is_gas == (m.density_g_cm3 < 0.02));
		assert_true(m.density_effect.is_known && m.density_effect_I_eV > 0.0);
	}
	assert_true(n >= 48);
	assert_null(material_name(n));
	assert_null(material_name(n + 5));
}

static void
every_alias_leads_somewhere(void **state)
{
	(void)state;
	for (const struct material_alias *a = material_aliases; a->alias != NULL; a++)
		assert_string_equal(named(a->alias).name, named(a->name).name);
}

/* With delta0 at X0 as the curve's own value: Cbar = 2 ln(I/hbar omega_p) + 1, a from continuity. */
static void
density_effect_parameters_fit_together(void **state)
{
	(void)state;
	for (int Z = 1; Z <= ELEMENT_Z_MAX; Z++) {
		const struct element *el = element_by_Z(Z);
		const struct density_effect *d = &el->density_effect;
		double plasma_eV = 28.816 * sqrt(el->density_g_cm3 * Z / el->A_g_mol), a;

		if (!d->is_known)
			continue;
		a = (d->Cbar - 2.0 * log(10.0) * d->X0 + d->delta0) / pow(d->X1 - d->X0, d->m);
		assert_true(fabs(2.0 * log(el->I_eV / plasma_eV) + 1.0 - d->Cbar) < 0.02);
		assert_true(fabs(a / d->a - 1.0) < 0.02);
	}
}

static void
default_I_is_that_of_ICRU_90(void **state)
{
	struct material m = named("water");
	struct err e;

	(void)state;
	assert_true(m.I_eV == 78.0 && m.density_effect_I_eV == 75.0);
	assert_true(named("graphite").I_eV == 81.0);
	assert_int_equal(material_set_I(&m, 75.0, &e), 0);
	assert_true(m.I_eV == 75.0);
	assert_int_equal(material_set_I(&m, 5.0, &e), -1);
	assert_int_equal(material_set_I(&m, NAN, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

/* PDG (2022) radiation lengths; scattering lengths as in Gottschalk 2010 with standard atomic weights. */
static void
lengths_are_the_published_ones(void **state)
{
	static const struct { const char *name; double X0, XS; } known[] = {
		{ "water", 36.082, 46.879 }, { "Al", 24.01, 28.75 }, { "Cu", 12.86, 14.62 },
		{ "Pb", 6.37, 6.63 }, { "pmma", 40.549, 53.763 }, { "nai", 9.491, 10.444 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct material m = named(known[i].name);

		assert_true(fabs(material_radiation_length_g_cm2(&m) / known[i].X0 - 1.0) < 1e-3);
		assert_true(fabs(material_scattering_length_g_cm2(&m) / known[i].XS - 1.0) < 1e-3);
	}
}

static void
composition_is_normalised_sorted_and_named(void **state)
{
	const int Z[] = { 8, 1 };
	const double weight[] = { 0.89, 0.112 };
	struct material m;
	struct err e;

	(void)state;
	assert_int_equal(material_from_composition(&m, "mine", 1.03, 0.0, false, 2, Z, weight, &e), 0);
	assert_int_equal(m.element[0].Z, 1);
	assert_true(fabs(m.element[0].weight - 0.112 / 1.002) < 1e-15);
	assert_string_equal(m.name, "mine");
	assert_false(m.density_effect.is_known);
	assert_true(fabs(material_Z_over_A(&m) - 0.5551) < 1e-4);
}

/* ln I = sum f_i ln I_i with 19.2 (H), 81 (C), 106 (O) eV. */
static void
bragg_rule_gives_I(void **state)
{
	const int Z[] = { 1, 8 }, lead[] = { 82 };
	const double weight[] = { 0.111894, 0.888106 }, all[] = { 1.0 };
	double f = 0.111894 / 1.008 / (0.111894 / 1.008 + 8 * 0.888106 / 15.999);
	struct material m;
	struct err e;

	(void)state;
	assert_int_equal(material_from_composition(&m, "w", 1.0, 0.0, false, 2, Z, weight, &e), 0);
	assert_true(fabs(m.I_eV - exp(f * log(19.2) + (1 - f) * log(106.0))) < 1e-6);
	assert_int_equal(material_from_composition(&m, "w", 1.0, 0.0, true, 2, Z, weight, &e), 0);
	assert_true(fabs(m.I_eV - exp(f * log(19.2) + (1 - f) * log(97.0))) < 1e-6);
	assert_int_equal(material_from_composition(&m, "p", 11.0, 0.0, false, 1, lead, all, &e), 0);
	assert_true(m.I_eV == 823.0);
	assert_int_equal(material_from_composition(&m, "p", 11.0, 800.0, false, 1, lead, all, &e), 0);
	assert_true(m.I_eV == 800.0);
}

static void
bad_compositions_are_refused(void **state)
{
	const int Z[] = { 1, 8 }, twice[] = { 8, 8 }, none[] = { 1, 93 };
	const double weight[] = { 0.111894, 0.888106 }, light[] = { 0.1, 0.8 }, minus[] = { -0.1, 1.0 };
	struct material m;
	struct err e;

	(void)state;
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 2, Z, light, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 2, Z, minus, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 2, twice, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 2, none, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 0, 0, false, 2, Z, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", NAN, 0, false, 2, Z, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 9999, false, 2, Z, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 0, Z, weight, &e), -1);
	assert_int_equal(material_from_composition(&m, "w", 1, 0, false, 25, Z, weight, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
low_energy_fit_goes_with_the_compound(void **state)
{
	const int Z[] = { 1, 8 };
	const double weight[] = { 0.1119, 0.8881 };
	struct material m, pp = named("polypropylene"), water = named("water"), c = named("carbon");
	struct err e;

	(void)state;
	assert_string_equal(material_proton_fit(&water)->material, "water");
	assert_null(material_proton_fit(&pp));
	assert_null(material_proton_fit(&c));
	assert_int_equal(material_from_composition(&m, "mine", 1.0, 0.0, false, 2, Z, weight, &e), 0);
	assert_string_equal(material_helium_fit(&m)->material, "water");
	assert_int_equal(material_from_composition(&m, "steam", 1e-3, 0.0, true, 2, Z, weight, &e), 0);
	assert_string_equal(material_proton_fit(&m)->material, "water_vapor");
	assert_null(material_helium_fit(&m));
}

static void
elements_are_found_by_number_and_symbol(void **state)
{
	(void)state;
	assert_ptr_equal(element_by_symbol("Co"), element_by_Z(27));
	assert_null(element_by_symbol("CO"));
	assert_null(element_by_Z(0));
	assert_null(element_by_Z(93));
	for (int Z = 1; Z <= ELEMENT_Z_MAX; Z++)
		assert_int_equal(element_by_Z(Z)->Z, Z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_ignore_case_dashes_and_know_aliases),
		cmocka_unit_test(unknown_names_are_refused_with_the_nearest),
		cmocka_unit_test(every_built_in_material_is_sound),
		cmocka_unit_test(every_alias_leads_somewhere),
		cmocka_unit_test(density_effect_parameters_fit_together),
		cmocka_unit_test(default_I_is_that_of_ICRU_90),
		cmocka_unit_test(lengths_are_the_published_ones),
		cmocka_unit_test(composition_is_normalised_sorted_and_named),
		cmocka_unit_test(bragg_rule_gives_I),
		cmocka_unit_test(bad_compositions_are_refused),
		cmocka_unit_test(low_energy_fit_goes_with_the_compound),
		cmocka_unit_test(elements_are_found_by_number_and_symbol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
