/* model/curve: what is read off a depth curve. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "model/curve.h"

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static void
a_parabola_is_found_exactly_between_the_bins(void **state)
{
	double x[7], y[7];
	struct curve_features f;

	(void)state;
	for (int i = 0; i < 7; i++) {
		x[i] = 0.3 + 0.1 * i;
		y[i] = 2.385 - 7 * (x[i] - 0.617) * (x[i] - 0.617);
	}
	curve_analyse(&f, 7, x, y);
	assert_near(f.peak_cm, 0.617);
	assert_near(f.peak, 2.385);
}

static void
a_parabola_is_found_on_uneven_bins(void **state)
{
	const double x[] = { 0.1, 0.5, 0.61, 1.3 };
	double y[4];
	struct curve_features f;

	(void)state;
	for (int i = 0; i < 4; i++)
		y[i] = 3 - 2 * (x[i] - 0.55) * (x[i] - 0.55);
	curve_analyse(&f, 4, x, y);
	assert_near(f.peak_cm, 0.55);
	assert_near(f.peak, 3);
}

static void
edges_are_interpolated_on_both_sides(void **state)
{
	const double x[] = { 0.5, 1.5, 2.5, 3.5, 4.5, 5.5 };
	const double y[] = { 3, 5, 9, 10, 9, 0 };
	struct curve_features f;

	(void)state;
	curve_analyse(&f, 6, x, y);
	assert_near(f.entrance, 3);
	assert_near(f.peak_cm, 3.5);
	assert_near(f.R90_cm, 4.5);
	assert_near(f.R80_cm, 4.5 + 1.0 / 9);
	assert_near(f.R50_cm, 4.5 + 4.0 / 9);
	assert_near(f.R20_cm, 4.5 + 7.0 / 9);
	assert_near(f.P80_cm, 1.5 + 3.0 / 4);
}

static void
the_nearest_crossing_counts(void **state)
{
	const double x[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	const double y[] = { 9, 0, 9, 10, 9, 4, 6, 0 };
	struct curve_features f;

	(void)state;
	curve_analyse(&f, 8, x, y);
	assert_near(f.R50_cm, 4 + 4.0 / 5);
	assert_near(f.P80_cm, 1 + 8.0 / 9);
}

static void
a_peak_at_the_border_is_its_bin(void **state)
{
	const double x[] = { 0.5, 1.5, 2.5 }, falling[] = { 4, 2, 1 }, rising[] = { 1, 2, 4 };
	struct curve_features f;

	(void)state;
	curve_analyse(&f, 3, x, falling);
	assert_near(f.peak_cm, 0.5);
	assert_near(f.peak, 4);
	assert_near(f.R50_cm, 1.5 + 0.0);
	assert_true(isnan(f.R20_cm) && isnan(f.P80_cm));
	curve_analyse(&f, 3, x, rising);
	assert_near(f.peak_cm, 2.5);
	assert_true(isnan(f.R90_cm) && isnan(f.R20_cm));
	assert_near(f.P80_cm, 1.5 + 1.2 / 2);
}

static void
a_plateau_has_its_height(void **state)
{
	const double x[] = { 1, 2, 3, 4 }, y[] = { 2, 2, 2, 2 };
	struct curve_features f;

	(void)state;
	curve_analyse(&f, 4, x, y);
	assert_near(f.peak, 2);
	assert_true(isnan(f.R50_cm) && isnan(f.P80_cm));
}

static void
a_curve_of_nothing_has_no_features(void **state)
{
	const double x[] = { 1, 2 }, zero[] = { 0, 0 }, no_number[] = { NAN, NAN };
	struct curve_features f;

	(void)state;
	curve_analyse(&f, 0, x, zero);
	assert_true(isnan(f.entrance) && isnan(f.peak) && isnan(f.peak_cm));
	curve_analyse(&f, 2, x, zero);
	assert_true(f.entrance == 0 && isnan(f.peak) && isnan(f.R80_cm));
	curve_analyse(&f, 2, x, no_number);
	assert_true(isnan(f.peak) && isnan(f.R80_cm));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parabola_is_found_exactly_between_the_bins),
		cmocka_unit_test(a_parabola_is_found_on_uneven_bins),
		cmocka_unit_test(edges_are_interpolated_on_both_sides),
		cmocka_unit_test(the_nearest_crossing_counts),
		cmocka_unit_test(a_peak_at_the_border_is_its_bin),
		cmocka_unit_test(a_plateau_has_its_height),
		cmocka_unit_test(a_curve_of_nothing_has_no_features),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
