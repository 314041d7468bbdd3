/* phys/attenuation: where nuclear events are. Tables are made by hand, with an optical depth that is known; beams
 * are compared with cross sections that are added up along the way without any table. Statistical claims have a
 * fixed seed and five standard errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "phys/attenuation.h"
#include "phys/nuclear.h"
#include "sample_plan.h"
#include "transported.h"

#define START_g_cm2 17.3f
#define CUTOFF_g_cm2 0.0021f

static struct cubic table[RANGE_SEGMENTS];

/* A cubic holds it exactly. */
static double
depth_at(double range)
{
	return range * (0.071 - 0.0017 * range);
}

static int
set_up(void **state)
{
	(void)state;
	for (int i = 0; i < RANGE_SEGMENTS; i++) {
		double low = cubic_knot(i, RANGE_LOWEST_EXPONENT), h = cubic_knot(i + 1, RANGE_LOWEST_EXPONENT) - low;

		table[i].c[0] = (float)depth_at(low);
		table[i].c[1] = (float)(h * (0.071 - 2.0 * 0.0017 * low));
		table[i].c[2] = (float)(-0.0017 * h * h);
		table[i].c[3] = 0.0f;
	}
	return 0;
}

static void
an_event_is_where_its_optical_depth_is(void **state)
{
	float most = attenuation_depth(table, START_g_cm2), least = attenuation_depth(table, CUTOFF_g_cm2);
	(void)state;

	assert_true(fabs((double)most - depth_at((double)START_g_cm2)) < 1e-7);
	for (int k = 1; k < 10000; k++) {
		float depth = least + (most - least) * (float)k * 1e-4f;
		float range = attenuation_range(table, depth, CUTOFF_g_cm2, START_g_cm2);

		assert_true(range > CUTOFF_g_cm2 && range <= START_g_cm2);
		assert_true(fabs(depth_at((double)range) - (double)depth) < 3e-7);
	}
}

static void
an_optical_depth_that_is_not_reached_ends_at_the_lowest_range(void **state)
{
	float least = attenuation_depth(table, CUTOFF_g_cm2);
	(void)state;

	assert_true(attenuation_range(table, least * 0.99f, CUTOFF_g_cm2, START_g_cm2) == CUTOFF_g_cm2);
	assert_true(attenuation_range(table, 1e-30f, CUTOFF_g_cm2, START_g_cm2) == CUTOFF_g_cm2);
}

/* Rounding may leave a little more of it than the table has where the particle is. */
static void
an_event_that_is_due_is_at_once(void **state)
{
	float depth = attenuation_depth(table, 11.7f);
	(void)state;

	assert_true(attenuation_range(table, depth * 1.0000005f, CUTOFF_g_cm2, 11.7f) == 11.7f);
	assert_true(attenuation_range(table, depth, CUTOFF_g_cm2, 11.7f) > 11.7f * 0.999999f);
}

static void
tables_that_are_zero_have_no_event(void **state)
{
	static const struct cubic zero[RANGE_SEGMENTS];
	(void)state;

	assert_true(attenuation_range(zero, 0.1f, CUTOFF_g_cm2, START_g_cm2) >= CUTOFF_g_cm2);
	assert_true(attenuation_depth(zero, START_g_cm2) == 0.0f);
}

/* Optical depth from residual range `from` to `to`, by the midpoint rule in many steps. */
static double
integrated(const struct physics *ph, int layer, double from, double to)
{
	enum { STEPS = 4000 };
	const struct range_table *range = &physics_medium(ph, 0, layer)->range;
	double h = (from - to) / STEPS, sum = 0.0, rate[NUCLEAR_CHANNELS_MAX];

	for (int i = 0; i < STEPS; i++)
		sum += h * nuclear_rates_cm2_g(&ph->ion, &ph->nuclei[ph->material[layer]], NUCLEAR_ATTENUATION,
		    range_energy_MeV(range, to + (i + 0.5) * h), rate);
	return sum;
}

/* The part of n that is expected to be left behind an optical depth. */
static void
assert_survival(unsigned left, unsigned n, double depth)
{
	double part = exp(-depth);

	if (!(fabs(left - part * n) < 5.0 * sqrt(part * (1.0 - part) * n)))
		fail_msg("behind an optical depth of %g, %u of %u are left, expected %.1f", depth, left, n, part * n);
}

static unsigned
n_beyond(const struct transported *t, double z_cm)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->n; i++)
		n += t->states[i].position_cm[AXIS_Z] > z_cm;
	return n;
}

static void
straight_beam(struct plan *p)
{
	sample_plan(p, "C-12", 300.0);
	p->transport.has_scattering = p->transport.has_straggling = false;
	p->transport.nuclear = NUCLEAR_ATTENUATION;
}

static void
survival_is_exponential_in_the_optical_depth(void **state)
{
	struct transported t;
	struct plan p;
	double start;
	(void)state;

	straight_beam(&p);
	transport(&t, &p, 0, 30000);
	start = range_g_cm2(&physics_medium(t.physics, 0, 0)->range, p.beam.spot[0].energy_MeV);
	assert_true(start > 16.0);
	for (double z = 2.0; z <= 16.0; z += 2.0)
		assert_survival(n_beyond(&t, z), t.n, integrated(t.physics, 0, start, start - z));
	transported_free(&t);
}

static void
a_boundary_of_two_materials_is_none_to_the_optical_depth(void **state)
{
	static const char *const name[] = {"water", "aluminium", "water"};
	static const double thickness_cm[] = {4.0, 2.0, 20.0};
	const struct range_table *water, *metal;
	struct transported t;
	struct plan p;
	double start, inside, behind, first, second;
	(void)state;

	straight_beam(&p);
	sample_layers(&p, 3, name, thickness_cm);
	transport(&t, &p, 0, 30000);
	water = &physics_medium(t.physics, 0, 0)->range;
	metal = &physics_medium(t.physics, 0, 1)->range;
	start = range_g_cm2(water, p.beam.spot[0].energy_MeV);
	inside = range_g_cm2(metal, range_energy_MeV(water, start - 4.0));
	behind = inside - 2.0 * physics_medium(t.physics, 0, 1)->density_g_cm3;
	first = integrated(t.physics, 0, start, start - 4.0);
	second = integrated(t.physics, 1, inside, behind);
	assert_survival(n_beyond(&t, 4.0), t.n, first);
	assert_survival(n_beyond(&t, 6.0), t.n, first + second);
	behind = range_g_cm2(water, range_energy_MeV(metal, behind));
	assert_survival(n_beyond(&t, 6.0 + 0.9 * behind), t.n,
	    first + second + integrated(t.physics, 2, behind, 0.1 * behind));
	transported_free(&t);
}

/* Straight tracks without straggling: each history ends in the same way and at the same place, but for this. */
static double
farthest_apart_cm(const struct transported *a, const struct transported *b)
{
	double farthest = 0.0;

	assert_true(a->channel[COUNT_REACTED] > 50);
	for (unsigned i = 0; i < a->n; i++) {
		assert_int_equal(a->states[i].fate, b->states[i].fate);
		farthest = fmax(farthest, fabs(a->states[i].position_cm[AXIS_Z] - b->states[i].position_cm[AXIS_Z]));
	}
	return farthest;
}

static double
apart_by_steps_cm(double coarse_cm, double fine_cm)
{
	struct transported coarse, fine;
	double farthest;
	struct plan p;

	straight_beam(&p);
	p.transport.step_cm = coarse_cm;
	transport(&coarse, &p, 0, 400);
	p.transport.step_cm = fine_cm;
	transport(&fine, &p, 0, 400);
	farthest = farthest_apart_cm(&coarse, &fine);
	transported_free(&coarse);
	transported_free(&fine);
	return farthest;
}

/* Ranges are floats. A step of a power of two is taken off one without rounding, and what is left are the positions:
 * 1000 of them up to 17 cm, each rounded twice to 2^-20 or 2^-21 cm; 9.6e-6 were measured. From a range of 16 to
 * 8 g/cm2 0.013 is taken off 615 times, each time by almost half of 2^-20 too little: 2.9e-4; 3.02e-4 were measured. */
static void
the_place_of_an_event_does_not_depend_on_the_steps(void **state)
{
	(void)state;

	assert_true(apart_by_steps_cm(0x1p-3, 0x1p-6) < 1e-5);
	assert_true(apart_by_steps_cm(0.1, 0.013) < 3.1e-4);
}

/* Two waters by turns, which have tables of their own, are one. At each of 172 boundaries the range is looked up for
 * the energy, to 3e-7 g/cm2; 5.4e-5 cm were measured. */
static void
crossing_boundaries_often_wears_nothing_off(void **state)
{
	enum { LAYERS = SAMPLE_LAYERS_MAX };
	const char *name[LAYERS];
	double thickness_cm[LAYERS];
	struct transported whole, stack;
	struct plan p;
	(void)state;

	straight_beam(&p);
	sample_depth(&p, LAYERS * 0.1);
	transport(&whole, &p, 0, 400);
	for (int i = 0; i < LAYERS; i++) {
		name[i] = "water";
		thickness_cm[i] = 0.1;
	}
	sample_layers(&p, LAYERS, name, thickness_cm);
	for (int i = 1; i < LAYERS; i += 2)
		p.phantom.layer[i].material.I_eV *= 1.0 + 1e-9;
	transport(&stack, &p, 0, 400);
	assert_int_equal(stack.physics->n_materials, 2);
	assert_true(farthest_apart_cm(&stack, &whole) < 6e-5);
	transported_free(&whole);
	transported_free(&stack);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_where_its_optical_depth_is),
		cmocka_unit_test(an_optical_depth_that_is_not_reached_ends_at_the_lowest_range),
		cmocka_unit_test(an_event_that_is_due_is_at_once),
		cmocka_unit_test(tables_that_are_zero_have_no_event),
		cmocka_unit_test(survival_is_exponential_in_the_optical_depth),
		cmocka_unit_test(a_boundary_of_two_materials_is_none_to_the_optical_depth),
		cmocka_unit_test(the_place_of_an_event_does_not_depend_on_the_steps),
		cmocka_unit_test(crossing_boundaries_often_wears_nothing_off),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
