/* Straggling: the variate has the moments that it promises, and thin slabs those of Vavilov. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
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

		kick_moments(s, straggling_frequency(1e3, 1.0, s), &mean, &variance, &third);
		assert_true(fabs(mean) < 1e-6);
		assert_true(fabs(variance - 1.0) < 1e-5);
		assert_true(fabs(third / s - 1.0) < 3e-3);     /* p comes in 1/4096 */
	}
}

static void
no_kick_within_4_sigma_gives_back_more_than_the_mean(void **state)
{
	(void)state;

	/* mean / sigma = L / skewness, L the stopping number: above 5 from 1 MeV/u on */
	for (double L = 5.0; L < 12.0; L += 0.7)
		for (double s = 0.05; s < 20.0; s *= 1.13) {
			double sigma = straggling_sigma(1.0, s / L);
			int32_t f = straggling_frequency(1.0, sigma, s);

			for (double g = -4.0; g < 4.0; g += 0.01)
				assert_true(1.0 + sigma * straggling_kick(s, f, 0, g, 0.0) >= 0.0);
		}
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

/* The loss of protons of 150 MeV behind some cm of water. */
static void
check_slab(double cm, double step_cm, unsigned n)
{
	struct transported t;
	struct plan p;
	double energy = 150.0, mean = 0.0, m2 = 0.0, m3 = 0.0, expected[3];

	sample_plan(&p, "proton", energy);
	sample_voxels(&p, 1.0, 1.0, cm);
	sample_depth(&p, cm);
	p.transport.has_scattering = false;
	p.transport.step_cm = step_cm;
	transport(&t, &p, 0, n);
	for (unsigned i = 0; i < n; i++)
		mean += (energy - t.states[i].energy_MeV) / n;
	for (unsigned i = 0; i < n; i++) {
		double d = energy - t.states[i].energy_MeV - mean;

		m2 += d * d / n;
		m3 += d * d * d / n;
	}
	slab_moments(&t.physics->medium[0].range, energy, cm, expected);
	assert_true(fabs(mean / expected[0] - 1.0) < 0.01);
	assert_true(fabs(m2 / expected[1] - 1.0) < 0.02);
	assert_true(fabs(m3 / pow(m2, 1.5) / (expected[2] / pow(expected[1], 1.5)) - 1.0) < 0.1);
	transported_free(&t);
}

static void
thin_slabs_have_vavilovs_moments_whatever_the_step(void **state)
{
	(void)state;

	check_slab(0.1, 0.1, 200000);
	check_slab(0.1, 0.03, 200000);     /* does not divide the slab */
	check_slab(0.03, 0.1, 200000);     /* longer than it */
	check_slab(1.0, 0.1, 100000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kick_has_its_three_moments),
		cmocka_unit_test(no_kick_within_4_sigma_gives_back_more_than_the_mean),
		cmocka_unit_test(the_second_moment_is_bohrs_at_150_MeV),
		cmocka_unit_test(thin_slabs_have_vavilovs_moments_whatever_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
