/* phys/attenuation: where nuclear events are. Media are made by hand, with an optical depth that is known;
 * statistical claims have a fixed seed and five standard errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "phys/attenuation.h"
#include "phys/fmath.h"
#include "sample_plan.h"
#include "transported.h"

enum { N = 40000 };

#define START_g_cm2 17.3
#define CUTOFF_g_cm2 0.0021

/* Optical depth a R + b R^2, which a cubic holds exactly. */
static const double slope[2] = {0.071, 0.013}, curvature[2] = {-0.0017, 0.0009};

static struct luts lut[2];
static struct medium medium[2];
static const int32_t material[2] = {0, 1};
static struct physics physics;
static struct flock *b;

static double
depth_at(int m, double range)
{
	return range * (slope[m] + curvature[m] * range);
}

static void
make_medium(int m)
{
	medium[m].cutoff_g_cm2 = CUTOFF_g_cm2 * (1 + m);
	medium[m].lut = &lut[m];
	for (unsigned i = 0; i < LUT_SEGMENTS; i++) {
		double low = lut_knot(i), high = lut_knot(i + 1);

		lut_set(&lut[m].optical_depth, i, depth_at(m, low), slope[m] + 2.0 * curvature[m] * low,
		    depth_at(m, high), slope[m] + 2.0 * curvature[m] * high);
	}
}

static int
set_up(void **state)
{
	(void)state;
	make_medium(0);
	make_medium(1);
	physics = (struct physics){
		.seed = 20, .n_layers = 2, .n_materials = 2, .n_species = 1,
		.medium = medium, .material = material, .transport.nuclear = NUCLEAR_ON,
	};
	b = calloc(1, sizeof *b);
	return b == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(b);
	return 0;
}

/* History n in lane 3, at the start of its way in the first medium. */
static void
begin(uint64_t n)
{
	b->history[3] = n;
	b->draw[3] = 2;
	b->layer[3] = 0;
	b->range_g_cm2[3] = START_g_cm2;
	attenuation_begin(b, 3, &physics);
}

/* The part of n that is expected to be left behind an optical depth. */
static void
assert_survival(unsigned left, unsigned n, double depth)
{
	double part = exp(-depth);

	if (!(fabs(left - part * n) < 5.0 * sqrt(part * (1.0 - part) * n)))
		fail_msg("behind an optical depth of %g, %u of %u are left, expected %.1f", depth, left, n, part * n);
}

static void
survival_is_exponential_in_the_optical_depth(void **state)
{
	double all = depth_at(0, START_g_cm2) - depth_at(0, CUTOFF_g_cm2);
	unsigned left[8] = {0}, without = 0;
	(void)state;

	for (uint64_t n = 0; n < N; n++) {
		double depth;

		begin(n);
		depth = depth_at(0, START_g_cm2) - depth_at(0, b->range_end_g_cm2[3]);
		for (int k = 0; k < 8; k++)
			left[k] += depth > 0.1 * all * (k + 1);
		without += b->range_end_g_cm2[3] == CUTOFF_g_cm2;
	}
	for (int k = 0; k < 8; k++)
		assert_survival(left[k], N, 0.1 * all * (k + 1));
	assert_survival(without, N, all);
}

static void
an_event_is_where_its_optical_depth_is(void **state)
{
	(void)state;

	for (uint64_t n = 0; n < 2000; n++) {
		double end;

		begin(n);
		end = b->range_end_g_cm2[3];
		assert_true(end >= CUTOFF_g_cm2 && end <= START_g_cm2);
		if (end > CUTOFF_g_cm2)
			assert_true(fabs(depth_at(0, end) - b->optical_end[3]) < 1e-11);
		else
			assert_true(b->optical_end[3] < depth_at(0, CUTOFF_g_cm2));
	}
}

/* From the first medium at 9.1 g/cm2 into the second at 11.7: 0 in the first, 1 in the second, -1 nowhere. */
static int
pass_a_boundary(double *depth)
{
	*depth = depth_at(0, START_g_cm2) - depth_at(0, b->range_end_g_cm2[3]);
	if (b->range_end_g_cm2[3] > 9.1)
		return 0;
	b->range_g_cm2[3] = 9.1;
	attenuation_leave(b, 3, &medium[0]);
	b->layer[3] = 1;
	b->range_g_cm2[3] = 11.7;
	attenuation_enter(b, 3, &medium[1]);
	*depth = depth_at(0, START_g_cm2) - depth_at(0, 9.1);
	*depth += depth_at(1, 11.7) - depth_at(1, b->range_end_g_cm2[3]);
	return b->range_end_g_cm2[3] > medium[1].cutoff_g_cm2 ? 1 : -1;
}

static void
a_boundary_of_two_materials_is_none_to_the_optical_depth(void **state)
{
	double first = depth_at(0, START_g_cm2) - depth_at(0, 9.1);
	double second = depth_at(1, 11.7) - depth_at(1, medium[1].cutoff_g_cm2);
	unsigned left[8] = {0}, count[3] = {0};
	(void)state;

	for (uint64_t n = 0; n < N; n++) {
		double depth;

		begin(n);
		count[1 + pass_a_boundary(&depth)]++;
		for (int k = 0; k < 8; k++)
			left[k] += depth > 0.1 * (first + second) * (k + 1);
	}
	for (int k = 0; k < 8; k++)
		assert_survival(left[k], N, 0.1 * (first + second) * (k + 1));
	assert_survival(count[0] + count[2], N, first);
	assert_survival(count[0], count[0] + count[2], second);
}

/* As a particle that is scattered to and fro across it. */
static void
crossing_a_boundary_often_wears_nothing_off(void **state)
{
	double before;
	(void)state;

	begin(1);
	before = b->optical_end[3];
	for (int k = 0; k < 10000; k++) {
		attenuation_leave(b, 3, &medium[0]);
		attenuation_enter(b, 3, &medium[1]);
		attenuation_leave(b, 3, &medium[1]);
		attenuation_enter(b, 3, &medium[0]);
	}
	assert_true(fabs(b->optical_end[3] - before) < 1e-11);
}

/* Rounding may leave a little more of it than the table has at the boundary: the event is there then. */
static void
an_event_that_is_due_at_a_boundary_is_there(void **state)
{
	(void)state;

	b->range_g_cm2[3] = 11.7;
	b->optical_end[3] = 1e-15;
	attenuation_enter(b, 3, &medium[1]);
	assert_true(b->range_end_g_cm2[3] <= 11.7 && b->range_end_g_cm2[3] > 11.7 * (1.0 - 1e-9));
}

static void
nothing_happens_below_the_cutoff(void **state)
{
	(void)state;

	for (uint64_t n = 0; n < 2000; n++) {
		begin(n);
		b->range_g_cm2[3] = CUTOFF_g_cm2;
		attenuation_begin(b, 3, &physics);
		assert_true(b->range_end_g_cm2[3] == CUTOFF_g_cm2);
		b->range_g_cm2[3] = CUTOFF_g_cm2 * 1.0001;
		attenuation_begin(b, 3, &physics);
		assert_true(b->range_end_g_cm2[3] >= CUTOFF_g_cm2);
		assert_true(b->range_end_g_cm2[3] <= b->range_g_cm2[3]);
	}
}

static void
without_interactions_nothing_is_drawn(void **state)
{
	(void)state;

	begin(0);
	assert_int_equal(b->draw[3], 3);
	physics.transport.nuclear = NUCLEAR_OFF;
	for (uint64_t n = 0; n < 100; n++) {
		begin(n);
		assert_int_equal(b->draw[3], 2);
		assert_true(b->range_end_g_cm2[3] == CUTOFF_g_cm2);
	}
}

static void
each_particle_of_a_history_has_its_own_depth(void **state)
{
	double depth[3];
	(void)state;

	for (uint32_t n = 0; n < 3; n++) {
		b->number[3] = n;
		begin(7);
		depth[n] = b->optical_end[3];
	}
	assert_true(depth[0] != depth[1] && depth[1] != depth[2] && depth[2] != depth[0]);
}

/* Straight tracks without straggling: each history reacts at the same place, whatever the step. */
static void
the_place_of_an_event_does_not_depend_on_the_steps(void **state)
{
	struct transported coarse, fine;
	struct plan p;
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.transport.nuclear = NUCLEAR_ATTENUATION;
	transport(&coarse, &p, 0, 400);
	p.transport.step_cm = 0.013;
	transport(&fine, &p, 0, 400);
	assert_true(coarse.channel[COUNT_REACTED] > 50);
	for (int i = 0; i < 400; i++) {
		assert_int_equal(coarse.states[i].fate, fine.states[i].fate);
		assert_true(fabs(coarse.states[i].position_cm[AXIS_Z] - fine.states[i].position_cm[AXIS_Z]) < 1e-7);
	}
	transported_free(&coarse);
	transported_free(&fine);
}

int
main(void)
{
#define by_hand(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		by_hand(survival_is_exponential_in_the_optical_depth),
		by_hand(an_event_is_where_its_optical_depth_is),
		by_hand(a_boundary_of_two_materials_is_none_to_the_optical_depth),
		by_hand(crossing_a_boundary_often_wears_nothing_off),
		by_hand(an_event_that_is_due_at_a_boundary_is_there),
		by_hand(nothing_happens_below_the_cutoff),
		by_hand(without_interactions_nothing_is_drawn),
		by_hand(each_particle_of_a_history_has_its_own_depth),
		cmocka_unit_test(the_place_of_an_event_does_not_depend_on_the_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
