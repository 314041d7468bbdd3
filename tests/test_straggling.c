/* Straggling: the variate has the moments that it promises, and thin slabs those of Vavilov. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "phys/straggling.h"
#include "sample_plan.h"
#include "transported.h"

/* Moments of the kick over two normals (trapezoids, which are exact for these) and the frequency. */
static void
kick_moments(double skewness, int32_t frequency, double *mean, double *variance, double *third)
{
	const double step = 0.05;
	double p = frequency / 4096.0;

	*mean = *variance = *third = 0.0;
	for (double g = -9.0; g <= 9.0; g += step)
		for (double h = -9.0; h <= 9.0; h += step) {
			double k = straggling_kick(skewness, frequency, 0, g, h);
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

		kick_moments(s, straggling_frequency(s), &mean, &variance, &third);
		assert_true(fabs(mean) < 1e-6);
		assert_true(fabs(variance - 1.0) < 1e-5);
		assert_true(fabs(third / s - 1.0) < 3e-3);     /* p comes in 1/4096 */
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

			if (straggling_is_thin(1.0, sigma, s))
				continue;
			n++;
			for (double g = -4.0; g < 4.0; g += 0.01)
				assert_true(1.0 + sigma
				    * straggling_kick(s, straggling_frequency(s), 0, g, 0.0) >= 0.0);
		}
	assert_true(n > 200);
}

/* Moments of a thin step's loss: quadrature over the uniform number, below the chance and above. */
static void
jump_moments(double sigma, double skewness, double *mean, double *variance, double *third)
{
	const int n = 20000;
	double p = straggling_chance(skewness);
	double rest = straggling_jump(1.0, sigma, skewness, 0.5 * (1.0 + p));

	*mean = (1.0 - p) * rest;
	*variance = (1.0 - p) * rest * rest;
	*third = (1.0 - p) * rest * rest * rest;
	for (int i = 0; i < n; i++) {
		double y = straggling_jump(1.0, sigma, skewness, (i + 0.5) / n * p), w = p / n;

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

			if (!straggling_is_thin(1.0, sigma, s))
				continue;
			n++;
			jump_moments(sigma, s, &mean, &variance, &third);
			assert_true(fabs(mean) < 1e-6 * sigma);
			assert_true(fabs(variance / (sigma * sigma) - 1.0) < 1e-5);
			assert_true(fabs(third / (s * sigma * sigma * sigma) - 1.0) < 0.02);
			assert_true(straggling_jump(1.0, sigma, s, 0.9999) > -1.0);
		}
	assert_true(n > 200);
}

static void
the_second_moment_is_bohrs_at_150_MeV(void **state)
{
	double second, third;
	(void)state;

	/* 0.1020 MeV2 cm2/g in water */
	straggling_moments(1, PROTON_MASS_MeV, 150.0, 0.555087, &second, &third);
	assert_true(fabs(second - 0.1020) < 0.0002);
}

static double
stopping(const struct range_table *t, double energy_MeV)
{
	double electronic, nuclear;

	range_stopping(t, energy_MeV, &electronic, &nuclear);
	return electronic + nuclear;
}

/* Mean, second and third central moment of the loss behind a slab. A spread that arises at depth x is
 * wider behind the slab by the ratio of the stopping powers, as slower particles lose more: 2.5 % of
 * the variance in 1 cm, which Vavilov's formula for a constant loss does not have. */
static void
slab_moments(const struct range_table *t, double energy_MeV, double cm, double m[3])
{
	const int n = 1000;
	double range = range_g_cm2(t, energy_MeV), out = range_energy_MeV(t, range - cm);

	m[0] = energy_MeV - out;
	m[1] = m[2] = 0.0;
	for (int i = 0; i < n; i++) {
		double e = range_energy_MeV(t, range - cm * (i + 0.5) / n), second, third;
		double ratio = stopping(t, out) / stopping(t, e);

		straggling_moments(1, PROTON_MASS_MeV, e, 0.555087, &second, &third);
		m[1] += second * ratio * ratio * cm / n;
		m[2] += third * ratio * ratio * ratio * cm / n;
	}
}

/* Mean, variance and skewness of what was lost. */
static void
loss_moments(const struct transported *t, double energy_MeV, double m[3])
{
	m[0] = m[1] = m[2] = 0.0;
	for (unsigned i = 0; i < t->n; i++)
		m[0] += (energy_MeV - t->states[i].energy_MeV) / t->n;
	for (unsigned i = 0; i < t->n; i++) {
		double d = energy_MeV - t->states[i].energy_MeV - m[0];

		m[1] += d * d / t->n;
		m[2] += d * d * d / t->n;
	}
	m[2] /= pow(m[1], 1.5);
}

static void
check_moments(const double m[3], const double expected[3])
{
	assert_true(fabs(m[0] / expected[0] - 1.0) < 0.01);
	assert_true(fabs(m[1] / expected[1] - 1.0) < 0.02);
	assert_true(fabs(m[2] / expected[2] - 1.0) < 0.1);
}

/* The loss of protons of 150 MeV behind some cm of water, by vectors, or, for the sake of yields, without. */
static void
check_slab(bool is_vector, double cm, double step_cm, unsigned n)
{
	struct transported t;
	struct plan p;
	double m[3], expected[3];

	sample_plan(&p, "proton", 150.0);
	sample_voxels(&p, 1.0, 1.0, cm);
	sample_depth(&p, cm);
	p.transport.has_scattering = false;
	p.transport.step_cm = step_cm;
	p.scoring.has_yields = !is_vector;
	transport(&t, &p, 0, n);
	loss_moments(&t, 150.0, m);
	slab_moments(&t.physics->medium[0].range, 150.0, cm, expected);
	expected[2] /= pow(expected[1], 1.5);
	check_moments(m, expected);
	transported_free(&t);
}

static void
thin_slabs_have_vavilovs_moments_whatever_the_step(void **state)
{
	(void)state;

	for (int is_vector = 0; is_vector < 2; is_vector++) {
		check_slab(is_vector, 0.1, 0.1, 200000);
		check_slab(is_vector, 0.1, 0.03, 200000);     /* does not divide the slab */
		check_slab(is_vector, 0.03, 0.1, 200000);     /* longer than it */
		check_slab(is_vector, 1.0, 0.1, 100000);
	}
}

/* Moments of what protons of 150 MeV lose in 1 mm of each of two materials, by turns in n layers. */
static void
stack_moments(bool is_vector, const char *const material[2], int n_layers, double m[3])
{
	const char *name[SAMPLE_LAYERS_MAX];
	double cm[SAMPLE_LAYERS_MAX];
	struct transported t;
	struct plan p;

	sample_plan(&p, "proton", 150.0);
	for (int i = 0; i < n_layers; i++) {
		name[i] = material[i % 2];
		cm[i] = 0.2 / n_layers;
	}
	sample_voxels(&p, 1.0, 1.0, 0.2);
	sample_layers(&p, n_layers, name, cm);
	p.transport.has_scattering = false;
	p.scoring.has_yields = !is_vector;
	transport(&t, &p, 0, 100000);
	loss_moments(&t, 150.0, m);
	transported_free(&t);
}

static void
check_stack(bool is_vector, const char *const material[2], int n_layers, const double whole[3])
{
	double m[3];

	stack_moments(is_vector, material, n_layers, m);
	assert_true(fabs(m[0] / whole[0] - 1.0) < 0.003);
	assert_true(fabs(m[1] / whole[1] - 1.0) < 0.04);
	assert_true(fabs(m[2] / whole[2] - 1.0) < 0.1);
}

/* Five sigma or so: the difference of two times 100,000 histories is known to 0.06 % of the mean, 0.8 %
 * of the variance and 2 % of the skewness. */
static void
a_stack_has_the_moments_of_the_whole_however_it_is_cut(void **state)
{
	static const char *const water[2] = {"water", "water"}, *const mixed[2] = {"water", "Al"};
	double whole[3];
	(void)state;

	for (int is_vector = 0; is_vector < 2; is_vector++) {
		stack_moments(is_vector, water, 2, whole);
		check_stack(is_vector, water, 66, whole);      /* 30 um */
		check_stack(is_vector, water, 200, whole);     /* 10 um */
		stack_moments(is_vector, mixed, 2, whole);
		check_stack(is_vector, mixed, 200, whole);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kick_has_its_three_moments),
		cmocka_unit_test(no_kick_within_4_sigma_gives_back_more_than_the_mean),
		cmocka_unit_test(the_jump_has_its_three_moments_and_never_gives_back),
		cmocka_unit_test(the_second_moment_is_bohrs_at_150_MeV),
		cmocka_unit_test(thin_slabs_have_vavilovs_moments_whatever_the_step),
		cmocka_unit_test(a_stack_has_the_moments_of_the_whole_however_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
