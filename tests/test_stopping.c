/* phys/stopping and its parts: values of the model, continuity, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "phys/bethe.h"
#include "phys/lindhard.h"
#include "phys/nuclear_stopping.h"
#include "phys/stopping.h"

static struct stopping
stopping_of(const char *ion_name, const char *material_name, double I_eV)
{
	struct stopping s;
	struct material m;
	struct ion ion;
	struct err e = { ERR_NONE, "" };

	if (ion_parse(&ion, ion_name, &e) != 0 || material_by_name(&m, material_name, &e) != 0)
		fail_msg("%s", e.text);
	if (I_eV > 0.0)
		assert_int_equal(material_set_I(&m, I_eV, &e), 0);
	assert_int_equal(stopping_init(&s, &ion, &m, &e), 0);
	return s;
}

struct row {
	double energy_MeV_u, value, half_digit;
};

static void
assert_rows(const char *ion, const char *material, double I_eV, const struct row *rows, int n)
{
	struct stopping s = stopping_of(ion, material, I_eV);

	for (int i = 0; i < n; i++) {
		double value = stopping_electronic_MeV_cm2_g(&s, rows[i].energy_MeV_u * s.ion.A);

		if (fabs(value - rows[i].value) > rows[i].half_digit)
			fail_msg("%s in %s at %g MeV/u: %.7g, expected %.7g", ion, material,
			    rows[i].energy_MeV_u, value, rows[i].value);
	}
}

#define ASSERT_ROWS(ion, material, I_eV, ...) do { \
	const struct row rows[] = { __VA_ARGS__ }; \
	assert_rows(ion, material, I_eV, rows, (int)(sizeof rows / sizeof *rows)); \
} while (0)

static void
protons_in_water(void **state)
{
	(void)state;
	ASSERT_ROWS("proton", "water", 75.0, { 0.1, 814.5, 0.05 }, { 1, 261.19, 0.006 },
	    { 10, 45.648, 0.0006 }, { 100, 7.2850, 6e-5 }, { 200, 4.4902, 6e-5 });
	ASSERT_ROWS("proton", "water", 0.0, { 0.1, 814.5, 0.05 }, { 1, 258.05, 0.006 },
	    { 10, 45.330, 0.0006 }, { 100, 7.2486, 6e-5 }, { 200, 4.4694, 6e-5 });
}

static void
protons_in_elements(void **state)
{
	(void)state;
	ASSERT_ROWS("proton", "Al", 0.0, { 1, 171.72, 0.006 }, { 10, 33.763, 6e-4 }, { 100, 5.6716, 6e-5 });
	ASSERT_ROWS("proton", "Cu", 0.0, { 1, 118.42, 0.006 }, { 10, 27.067, 6e-4 }, { 100, 4.8462, 6e-5 });
	ASSERT_ROWS("proton", "Pb", 0.0, { 1, 62.05, 0.006 }, { 10, 17.864, 6e-4 }, { 100, 3.5430, 6e-5 });
}

static void
ions_in_water(void **state)
{
	(void)state;
	ASSERT_ROWS("alpha", "water", 0.0, { 0.1, 2062.3, 0.06 }, { 1, 1029.6, 0.06 }, { 10, 180.32, 0.006 },
	    { 50, 49.217, 6e-4 });
	ASSERT_ROWS("C-12", "water", 0.0, { 0.1, 6743, 0.6 }, { 1, 6576, 0.6 }, { 10, 1609.9, 0.06 },
	    { 100, 260.32, 0.006 }, { 400, 108.87, 0.006 });
	ASSERT_ROWS("O-16", "water", 0.0, { 1, 9989, 0.6 }, { 10, 2836.9, 0.06 }, { 100, 462.9, 0.06 },
	    { 400, 193.9, 0.06 });
	ASSERT_ROWS("Fe-56", "water", 0.0, { 10, 23735, 0.6 }, { 100, 4866.8, 0.06 }, { 500, 1885.2, 0.06 });
}

static void
lindhard_sorensen_has_its_published_values(void **state)
{
	(void)state;
	assert_true(fabs(lindhard_correction(6, sqrt(1 - 1 / (1.43 * 1.43)), 1.43) - 0.0486) < 5e-5);
	assert_true(fabs(lindhard_correction(26, sqrt(1 - 1 / (1.43 * 1.43)), 1.43) - 0.2016) < 1.1e-4);
	assert_true(fabs(lindhard_correction(26, sqrt(1 - 1 / (2.07 * 2.07)), 2.07) - 0.278) < 5e-4);
}

/* Without relativity the correction is Bloch's. */
static void
lindhard_sorensen_tends_to_bloch_at_low_speed(void **state)
{
	struct velocity v = velocity_from(2.0, PROTON_MASS_MeV);

	(void)state;
	assert_true(fabs(lindhard_correction(3.0, sqrt(v.beta2), v.gamma) - bethe_bloch(3.0, &v)) < 0.004);
}

static void
corrections_have_their_known_values(void **state)
{
	struct velocity v = { .beta2 = 0.02, .bohr2 = 0.02 / (FINE_STRUCTURE * FINE_STRUCTURE) };

	(void)state;
	assert_true(fabs(bethe_barkas(8, &v) - 0.01075) < 6e-6);
	assert_true(fabs(bethe_barkas(29, &v) - 0.03025) < 6e-6);
	assert_true(fabs(bethe_shell(8, &v) - 0.05518) < 6e-6);
	assert_true(fabs(bethe_shell(13, &v) - 0.09024) < 6e-6);
	assert_true(fabs(bethe_shell(29, &v) - 0.17845) < 6e-6);
}

/* -y^2 zeta(3) for small y; the whole sum by brute force for y = 1.9. */
static void
bloch_sum_is_complete(void **state)
{
	struct velocity v = { .bohr2 = 1.0 };
	double y2 = 1.9 * 1.9, sum = 0.0;

	(void)state;
	for (double j = 2e5; j >= 1.0; j--)
		sum -= y2 / (j * (j * j + y2));
	assert_true(fabs(bethe_bloch(1.9, &v) - sum) < 1e-6);
	assert_true(fabs(bethe_bloch(1e-3, &v) + 1e-6 * 1.2020569) < 1e-11);
}

static void
density_effect_is_continuous_and_asymptotic(void **state)
{
	struct material m;
	struct target t;
	struct err e;
	double at_X0, below, X0, X1;

	(void)state;
	assert_int_equal(material_by_name(&m, "Al", &e), 0);
	m.I_eV = 150.0;
	target_init(&t, &m);
	X0 = t.density_effect.X0;
	X1 = t.density_effect.X1;
	at_X0 = target_density_effect(&t, pow(10.0, X0 * (1 + 1e-9)));
	below = target_density_effect(&t, pow(10.0, X0 * (1 - 1e-9)));
	assert_true(fabs(at_X0 - below) < 2e-3 && fabs(below - 0.12) < 1e-6);
	assert_true(fabs(target_density_effect(&t, pow(10.0, X1 - 1e-9))
	    - target_density_effect(&t, pow(10.0, X1 + 1e-9))) < 1e-7);
	assert_true(fabs(target_density_effect(&t, 1e6) - 2 * log(1e6) + 2 * log(150.0 / 32.86) + 1) < 1e-3);
}

/* A jump would show where a fit is joined to a formula. */
static void
stopping_is_continuous_everywhere(void **state)
{
	static const char *const ions[] = { "proton", "He-3", "alpha", "Li-7", "C-12", "Fe-56" };
	static const char *const materials[] = { "water", "air", "graphite", "C", "pmma", "Pb", "Li", "He",
		"muscle_skeletal_icrp", "nai", "lif", "polypropylene", "U", "At", "bone_cortical_icrp" };

	(void)state;
	for (size_t i = 0; i < sizeof ions / sizeof *ions; i++)
		for (size_t j = 0; j < sizeof materials / sizeof *materials; j++) {
			struct stopping s = stopping_of(ions[i], materials[j], 0.0);
			double before = stopping_electronic_MeV_cm2_g(&s, 1e-3 * s.ion.A);

			for (double T = 1e-3; T < 1e3; T *= 1.02) {
				double S = stopping_electronic_MeV_cm2_g(&s, T * s.ion.A);

				if (!(S > 0.0) || fabs(S / before - 1.0) > 0.04)
					fail_msg("%s in %s, %g MeV/u: %g after %g", ions[i], materials[j],
					    T, S, before);
				before = S;
			}
		}
}

static void
isotopes_stop_alike_at_the_same_speed(void **state)
{
	struct stopping p = stopping_of("proton", "water", 0.0), d = stopping_of("deuteron", "water", 0.0);
	struct stopping a = stopping_of("alpha", "water", 0.0), h = stopping_of("helion", "water", 0.0);

	(void)state;
	for (double T = 0.01; T < 300.0; T *= 1.7) {
		assert_true(fabs(stopping_electronic_MeV_cm2_g(&d, T * d.ion.mass_MeV / p.ion.mass_MeV)
		    / stopping_electronic_MeV_cm2_g(&p, T) - 1.0) < 1e-12);
		assert_true(fabs(stopping_electronic_MeV_cm2_g(&h, T * h.ion.mass_MeV / a.ion.mass_MeV)
		    / stopping_electronic_MeV_cm2_g(&a, T) - 1.0) < 1e-12);
	}
}

/* NIST PSTAR has another potential (Moliere's): 2.655, 0.2173, 0.03407 MeV cm2/g. */
static void
nuclear_stopping_is_near_that_of_PSTAR(void **state)
{
	struct stopping s = stopping_of("proton", "water", 75.0);

	(void)state;
	assert_true(fabs(stopping_nuclear_MeV_cm2_g(&s, 0.055) / 2.655 - 1.0) < 0.12);
	assert_true(fabs(stopping_nuclear_MeV_cm2_g(&s, 1.0) / 0.2173 - 1.0) < 0.06);
	assert_true(fabs(stopping_nuclear_MeV_cm2_g(&s, 7.5) / 0.03407 - 1.0) < 0.02);
	assert_true(stopping_nuclear_MeV_cm2_g(&s, 100.0) < 1e-3 * stopping_electronic_MeV_cm2_g(&s, 100.0));
}

static void
a_material_without_parameters_is_near_its_twin(void **state)
{
	const int Z[] = { 1, 8 };
	const double weight[] = { 0.111894, 0.888106 };
	struct stopping water = stopping_of("proton", "water", 0.0), own;
	struct material m;
	struct err e;

	(void)state;
	assert_int_equal(material_from_composition(&m, "own", 1.0, 78.0, false, 2, Z, weight, &e), 0);
	assert_int_equal(stopping_init(&own, &water.ion, &m, &e), 0);
	for (double T = 0.01; T < 1000.0; T *= 1.5)
		assert_true(fabs(stopping_electronic_MeV_cm2_g(&own, T)
		    / stopping_electronic_MeV_cm2_g(&water, T) - 1.0) < 0.003);
	m.n_elements = 0;
	assert_int_equal(stopping_init(&own, &water.ion, &m, &e), -1);
}

/* Nothing here may depend on the machine. */
static void
bits_are_pinned(void **state)
{
	struct stopping p = stopping_of("proton", "water", 0.0), c = stopping_of("C-12", "pmma", 0.0);

	(void)state;
	assert_int_equal(fm_bits(stopping_electronic_MeV_cm2_g(&p, 148.385)), UINT64_C(0x4015d3eb722ee35e));
	assert_int_equal(fm_bits(stopping_electronic_MeV_cm2_g(&c, 2385.0)), UINT64_C(0x4063bcf4f6236dc7));
	assert_int_equal(fm_bits(stopping_nuclear_MeV_cm2_g(&c, 2.385)), UINT64_C(0x4039a8786965dd79));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protons_in_water),
		cmocka_unit_test(protons_in_elements),
		cmocka_unit_test(ions_in_water),
		cmocka_unit_test(lindhard_sorensen_has_its_published_values),
		cmocka_unit_test(lindhard_sorensen_tends_to_bloch_at_low_speed),
		cmocka_unit_test(corrections_have_their_known_values),
		cmocka_unit_test(bloch_sum_is_complete),
		cmocka_unit_test(density_effect_is_continuous_and_asymptotic),
		cmocka_unit_test(stopping_is_continuous_everywhere),
		cmocka_unit_test(isotopes_stop_alike_at_the_same_speed),
		cmocka_unit_test(nuclear_stopping_is_near_that_of_PSTAR),
		cmocka_unit_test(a_material_without_parameters_is_near_its_twin),
		cmocka_unit_test(bits_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
