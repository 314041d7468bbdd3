/* Straggling: its moments, which are those of Vavilov in thin slabs. */
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

/* The loss of protons of 150 MeV behind some cm of water. */
static void
check_slab(double cm, double step_cm, unsigned n)
{
	struct transported t;
	struct plan p;
	double m[3], expected[3];

	sample_plan(&p, "proton", 150.0);
	sample_voxels(&p, 1.0, 1.0, cm);
	sample_depth(&p, cm);
	p.transport.has_scattering = false;
	p.transport.step_cm = step_cm;
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

	check_slab(0.1, 0.1, 200000);
	check_slab(0.1, 0.03, 200000);     /* does not divide the slab */
	check_slab(0.03, 0.1, 200000);     /* longer than it */
	check_slab(1.0, 0.1, 100000);
}

/* Moments of what protons of 150 MeV lose in 1 mm of each of two materials, by turns in n layers. */
static void
stack_moments(const char *const material[2], int n_layers, double m[3])
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
	transport(&t, &p, 0, 100000);
	loss_moments(&t, 150.0, m);
	transported_free(&t);
}

static void
check_stack(const char *const material[2], int n_layers, const double whole[3])
{
	double m[3];

	stack_moments(material, n_layers, m);
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

	stack_moments(water, 2, whole);
	check_stack(water, 66, whole);      /* 30 um */
	check_stack(water, 200, whole);     /* 10 um */
	stack_moments(mixed, 2, whole);
	check_stack(mixed, 200, whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_moment_is_bohrs_at_150_MeV),
		cmocka_unit_test(thin_slabs_have_vavilovs_moments_whatever_the_step),
		cmocka_unit_test(a_stack_has_the_moments_of_the_whole_however_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
