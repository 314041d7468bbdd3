/* model/gauss: the fit of a lateral profile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "model/gauss.h"

#define N 41

static void
fill(const struct gauss *g, double bin_cm, double x_cm[N], double value[N])
{
	for (int i = 0; i < N; i++) {
		x_cm[i] = (i - N / 2) * bin_cm;
		value[i] = gauss_bin_mean(g, x_cm[i], bin_cm);
	}
}

static void
expect_fit(const struct gauss *g, double bin_cm)
{
	double x_cm[N], value[N];
	struct gauss found;

	fill(g, bin_cm, x_cm, value);
	assert_true(gauss_fit(&found, N, x_cm, value));
	assert_true(fabs(found.sigma_cm / g->sigma_cm - 1) < 1e-7);
	assert_true(fabs(found.area / g->area - 1) < 1e-7);
	assert_true(fabs(found.centre_cm - g->centre_cm) < 1e-7 * g->sigma_cm);
}

static void
sigma_does_not_depend_on_the_bins(void **state)
{
	const struct gauss g = { 2.385e-9, 0.0617, 0.3141 };

	(void)state;
	expect_fit(&g, 0.1);
	expect_fit(&g, 0.25);
	expect_fit(&g, 0.5);
	expect_fit(&g, 0.03);   /* cut off at two sigma */
}

static void
a_bin_mean_is_the_integral_over_the_bin(void **state)
{
	const struct gauss g = { 3, 0.2, 0.5 };
	double sum = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		sum += 3 / (0.5 * sqrt(2 * 3.14159265358979)) *
		    exp(-0.5 * pow((0.1 + (i + 0.5) * 0.0007 - 0.2) / 0.5, 2)) / 1000;
	assert_true(fabs(gauss_bin_mean(&g, 0.45, 0.7) / sum - 1) < 1e-6);
}

static void
noise_moves_sigma_by_no_more_than_it_should(void **state)
{
	const struct gauss g = { 1, 0, 0.3 };
	double x_cm[N], value[N];
	struct gauss found;

	(void)state;
	fill(&g, 0.1, x_cm, value);
	for (int i = 0; i < N; i++)
		value[i] *= 1 + 0.02 * sin(2.4 * i * i);
	assert_true(gauss_fit(&found, N, x_cm, value));
	assert_true(fabs(found.sigma_cm / 0.3 - 1) < 0.02);
	assert_true(found.sigma_cm != 0.3);
}

static void
expect_none(const double value[N])
{
	double x_cm[N];
	struct gauss g;

	for (int i = 0; i < N; i++)
		x_cm[i] = 0.1 * i;
	assert_false(gauss_fit(&g, N, x_cm, value));
	assert_true(isnan(g.sigma_cm) && isnan(g.area) && isnan(g.centre_cm));
}

static void
what_is_no_profile_gives_none(void **state)
{
	double empty[N] = { 0 }, narrow[N] = { [5] = 1 };
	struct gauss g;

	(void)state;
	expect_none(empty);
	expect_none(narrow);
	assert_false(gauss_fit(&g, 1, narrow, narrow));
	assert_false(gauss_fit(&g, 0, narrow, narrow));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sigma_does_not_depend_on_the_bins),
		cmocka_unit_test(a_bin_mean_is_the_integral_over_the_bin),
		cmocka_unit_test(noise_moves_sigma_by_no_more_than_it_should),
		cmocka_unit_test(what_is_no_profile_gives_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
