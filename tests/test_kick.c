/* Straggling as vectors draw it: the variates have the moments that they promise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "phys/kick.h"

/* One lane of each function. */
static double
kick_of_normals(double skewness, double g, double h)
{
	double r2 = g * g + h * h, r = sqrt(r2);
	struct kick_numbers n = {
		.radius2 = vf_set((float)r2), .cosine = vf_set((float)(r > 0.0 ? g / r : 1.0)),
		.sine = vf_set((float)(r > 0.0 ? h / r : 0.0)), .chance = {0},
	};

	return (double)kick_rare(&n, vf_set((float)skewness))[0];
}

static double
jump_of_uniform(double sigma, double skewness, double uniform)
{
	struct kick_numbers n = {.uniform = vf_set((float)uniform)};

	return (double)kick_jump(&n, vf_set(1.0f), vf_set((float)sigma), vf_set((float)skewness))[0];
}

static double
jump_chance(double skewness)
{
	return (double)kick_jump_chance(vf_set((float)skewness))[0];
}

static bool
is_thin(double sigma, double skewness)
{
	return vm_any(kick_is_thin(vf_set(1.0f), vf_set((float)sigma), vf_set((float)skewness)));
}

/* How often a kick comes: once in so many of all chances. */
static double
kick_frequency(double skewness)
{
	int n = 0;

	for (int chance = 0; chance < 4096; chance++) {
		struct kick_numbers r = {.radius2 = vf_set(1.0f), .cosine = vf_set(1.0f), .chance = vi_set(chance)};

		n += kick_rare(&r, vf_set((float)skewness))[0] != 0.0f;
	}
	return n / 4096.0;
}

/* Moments of the kick over two normals (trapezoids, which are exact for these) and the frequency. */
static void
kick_moments(double skewness, double *mean, double *variance, double *third)
{
	const double step = 0.05;
	double p = kick_frequency(skewness);

	*mean = *variance = *third = 0.0;
	for (double g = -9.0; g <= 9.0; g += step)
		for (double h = -9.0; h <= 9.0; h += step) {
			double k = kick_of_normals(skewness, g, h);
			double w = p * step * step * exp(-0.5 * (g * g + h * h)) / (2.0 * M_PI);

			*mean += w * k;
			*variance += w * k * k;
			*third += w * k * k * k;
		}
}

static void
the_kick_has_its_three_moments(void **state)
{
	static const double skewness[] = {0.01, 0.3, 1.7, 2.6, 3.5, 5.0, 12.0};
	(void)state;

	for (size_t i = 0; i < sizeof skewness / sizeof skewness[0]; i++) {
		double s = skewness[i], mean, variance, third;

		kick_moments(s, &mean, &variance, &third);
		assert_true(fabs(mean) < 1e-6);
		assert_true(fabs(variance - 1.0) < 1e-5);
		assert_true(fabs(third / s - 1.0) < 3e-3);     /* p comes in 1/4096 */
	}
}

static void
the_common_kick_is_the_rare_one_that_always_comes(void **state)
{
	(void)state;

	for (double s = 0.05; s < 2.69; s += 0.07)
		for (double g = -3.0; g < 3.0; g += 0.31) {
			double r2 = g * g + 0.49, r = sqrt(r2);
			struct kick_numbers n = {
				.radius2 = vf_set((float)r2), .cosine = vf_set((float)(g / r)),
				.sine = vf_set((float)(0.7 / r)), .chance = vi_set(4095),
			};
			vf common = kick_common(&n, vf_set(1.0f), vf_set((float)(0.5 * cbrt(s))));

			assert_true(fabs((double)(common - kick_rare(&n, vf_set((float)s)))[0]) < 3e-4);
		}
}

/* Standard deviation over mean of a step, from its skewness and the stopping number L. */
static double
relative_sigma(double skewness, double L)
{
	return skewness / L;
}

static void
no_kick_within_4_sigma_gives_back_more_than_the_mean(void **state)
{
	int n = 0;
	(void)state;

	/* L is above 5 from 5 MeV/u on */
	for (double L = 5.0; L < 12.0; L += 0.7)
		for (double s = 0.05; s < 20.0; s *= 1.13) {
			double sigma = relative_sigma(s, L);

			if (is_thin(sigma, s))
				continue;
			n++;
			for (double g = -4.0; g < 4.0; g += 0.01)
				assert_true(1.0 + sigma * kick_of_normals(s, g, 0.0) >= 0.0);
		}
	assert_true(n > 200);
}

/* Moments of a thin step's loss: quadrature over the uniform number, below the chance and above. */
static void
jump_moments(double sigma, double skewness, double *mean, double *variance, double *third)
{
	const int n = 20000;
	double p = jump_chance(skewness);
	double rest = jump_of_uniform(sigma, skewness, 0.5 * (1.0 + p));

	*mean = (1.0 - p) * rest;
	*variance = (1.0 - p) * rest * rest;
	*third = (1.0 - p) * rest * rest * rest;
	for (int i = 0; i < n; i++) {
		double y = jump_of_uniform(sigma, skewness, (i + 0.5) / n * p), w = p / n;

		*mean += w * y;
		*variance += w * y * y;
		*third += w * y * y * y;
	}
}

static void
the_jump_has_its_three_moments_and_never_gives_back(void **state)
{
	int n = 0;
	(void)state;

	for (double L = 2.5; L < 12.0; L += 0.7)
		for (double s = 0.8; s < 2000.0; s *= 1.23) {
			double sigma = relative_sigma(s, L), mean, variance, third;

			if (!is_thin(sigma, s))
				continue;
			n++;
			jump_moments(sigma, s, &mean, &variance, &third);
			assert_true(fabs(mean) < 1e-6 * sigma);
			assert_true(fabs(variance / (sigma * sigma) - 1.0) < 1e-5);
			assert_true(fabs(third / (s * sigma * sigma * sigma) - 1.0) < 0.02);
			assert_true(jump_of_uniform(sigma, s, 0.9999) > -1.0);
		}
	assert_true(n > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kick_has_its_three_moments),
		cmocka_unit_test(the_common_kick_is_the_rare_one_that_always_comes),
		cmocka_unit_test(no_kick_within_4_sigma_gives_back_more_than_the_mean),
		cmocka_unit_test(the_jump_has_its_three_moments_and_never_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
