/* Cross sections of nuclear interactions: values of the model, published ones, continuity, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "base/units.h"
#include "phys/exponential_integral.h"
#include "phys/fmath.h"
#include "phys/glauber.h"
#include "phys/nucleus.h"

/* By the power series, with 300 decimals. */
static void
exponential_integral_is_exact(void **state)
{
	static const struct {
		double x, Ein;
	} known[] = {
		{ 1e-6, 9.999997500000555555e-7 }, { 0.0385, 0.038132585122189192 },
		{ 0.385, 0.350898635199963661 }, { 2.385, 1.475428108286587359 },
		{ 7.77, 2.627534503815205830 }, { 8.5, 2.717303449518847114 },
		{ 23.85, 3.748999882237650769 }, { 59.9, 4.669892170022936525 },
		{ 60.1, 4.673225506442694755 }, { 138.5, 5.508085990528926051 },
	};

	(void)state;
	assert_true(exponential_integral_ein(0.0) == 0.0);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		assert_true(fabs(exponential_integral_ein(known[i].x) / known[i].Ein - 1.0) < 1e-15);
}

/* x dEin/dx = 1 - e^-x, also across the seams between its parts. */
static void
exponential_integral_has_its_derivative(void **state)
{
	(void)state;
	for (double x = 1e-3; x < 200.0; x *= 1.013) {
		double h = 1e-3 * x;
		double slope = (exponential_integral_ein(x + h) - exponential_integral_ein(x - h)) / (2.0 * h);

		assert_true(fabs(x * slope + expm1(-x)) < 2e-6);
	}
}

static void
assert_mb(double found, double expected)
{
	if (!(fabs(found - expected) < 0.5))
		fail_msg("%.2f mb, expected %.2f", found, expected);
}

/* Values of this model, computed on their own. */
static void
carbon_on_carbon_and_on_water(void **state)
{
	static const double energy_MeV_u[] = { 50.0, 100.0, 200.0, 300.0, 400.0 };
	static const double carbon_mb[] = { 1063.4, 905.6, 802.4, 789.4, 790.8 };

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_mb(glauber_reaction_mb(6, 12, 6, 12, energy_MeV_u[i]), carbon_mb[i]);
	assert_mb(2.0 * glauber_reaction_mb(6, 12, 1, 1, 300.0) + glauber_reaction_mb(6, 12, 8, 16, 300.0),
	    1332.7);
}

/* Which of the two flies does not matter at the same velocity. */
static void
projectile_and_target_are_alike(void **state)
{
	(void)state;
	for (double E = 5.0; E < 1000.0; E *= 1.3) {
		double one = glauber_reaction_mb(2, 4, 8, 16, E), other = glauber_reaction_mb(8, 16, 2, 4, E);

		assert_true(fabs(one - other) <= 1e-13 * one);
		one = glauber_elastic_mb(1, 1, 6, 12, E);
		other = glauber_elastic_mb(6, 12, 1, 1, E);
		assert_true(fabs(one - other) <= 1e-13 * one);
	}
}

/* By trapezoids over the impact parameter, from the same densities. */
static void
closed_forms_are_the_integrals(void **state)
{
	double s = 2.0 / 3.0 * (0.49 + 2.73 * 2.73 - 0.7056);
	double E = 150.0, B = 1.44 * 8.0 / (1.2 * cbrt(16.0) + 1.5), factor = 1.0 - B * 17.0 / (16.0 * E);
	double chi = 0.8 * (glauber_pp_mb(E) + glauber_np_mb(E)) / (PI * s);
	double reaction = 0.0, elastic = 0.0, db = 1e-3;

	(void)state;
	for (double b = db; b < 12.0; b += db) {
		double seen = exp(-0.5 * chi * exp(-b * b / s));

		reaction += 2.0 * PI * b * db * (1.0 - seen * seen);
		elastic += 2.0 * PI * b * db * (1.0 - seen) * (1.0 - seen);
	}
	assert_true(fabs(glauber_reaction_mb(1, 1, 8, 16, E) / (10.0 * factor * reaction) - 1.0) < 1e-5);
	assert_true(fabs(glauber_elastic_mb(1, 1, 8, 16, E) / (10.0 * factor * elastic) - 1.0) < 1e-5);
}

/* Free nucleons, from partial waves: pp 33 and 23 mb, np 73 and 42 mb, at 100 and 200 MeV; the fit of pp is low. */
static void
free_nucleons(void **state)
{
	(void)state;
	assert_true(fabs(glauber_pp_mb(100.0) / 33.0 - 1.0) < 0.15);
	assert_true(fabs(glauber_np_mb(100.0) / 73.0 - 1.0) < 0.05);
	assert_true(fabs(glauber_pp_mb(200.0) / 23.0 - 1.0) < 0.10);
	assert_true(fabs(glauber_np_mb(200.0) / 42.0 - 1.0) < 0.05);
	assert_true(glauber_pp_mb(3.0) == glauber_pp_mb(10.0));
	for (double E = 10.0; E < 1000.0; E *= 1.001) {
		assert_true(fabs(glauber_pp_mb(E * 1.001) / glauber_pp_mb(E) - 1.0) < 0.01);
		assert_true(fabs(glauber_np_mb(E * 1.001) / glauber_np_mb(E) - 1.0) < 0.01);
	}
}

static void
nuclei_of_the_elements(void **state)
{
	(void)state;
	assert_int_equal(nucleus_of_element(1), 1);
	assert_int_equal(nucleus_of_element(8), 16);
	assert_int_equal(nucleus_of_element(17), 35);
	assert_int_equal(nucleus_of_element(92), 238);
	assert_true(nucleus_radius_fm(12) == 2.471);
	assert_true(fabs(nucleus_radius_fm(5) - (0.84 * cbrt(5.0) + 0.55)) < 1e-14);
	assert_true(fabs(nucleus_radius_fm(208) - 5.527) < 1e-3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exponential_integral_is_exact),
		cmocka_unit_test(exponential_integral_has_its_derivative),
		cmocka_unit_test(carbon_on_carbon_and_on_water),
		cmocka_unit_test(projectile_and_target_are_alike),
		cmocka_unit_test(closed_forms_are_the_integrals),
		cmocka_unit_test(free_nucleons),
		cmocka_unit_test(nuclei_of_the_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
