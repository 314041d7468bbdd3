/* A stack of layers: its boundaries are honoured exactly, whichever way a particle goes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sample_plan.h"
#include "transported.h"

static const char *const stack_name[] = {"pmma", "Al", "water"};
static const double stack_cm[] = {2.0, 0.5, 27.5};

static void
stacked(struct plan *p, const char *ion, double energy_MeV_u, bool has_fluctuations)
{
	sample_plan(p, ion, energy_MeV_u);
	sample_layers(p, 3, stack_name, stack_cm);
	p->transport.has_straggling = has_fluctuations;
	p->transport.has_scattering = has_fluctuations;
}

/* Energy behind some cm of a layer. */
static double
energy_behind(const struct medium *m, double energy_MeV, double cm)
{
	return range_energy_MeV(&m->range, range_g_cm2(&m->range, energy_MeV) - cm * m->density_g_cm3);
}

static void
the_range_is_that_of_the_layers_in_turn(void **state)
{
	static const struct { const char *ion; double energy_MeV_u; } beam[] = {
		{"proton", 90.0}, {"proton", 180.0}, {"C-12", 200.0}, {"He-4", 150.0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof beam / sizeof beam[0]; i++) {
		struct transported t;
		struct plan p;
		double energy, depth;

		stacked(&p, beam[i].ion, beam[i].energy_MeV_u, false);
		transport(&t, &p, 0, 1);
		energy = p.beam.spot[0].energy_MeV;
		for (int k = 0; k < 2; k++)
			energy = energy_behind(&t.physics->medium[k], energy, stack_cm[k]);
		depth = 2.5 + range_g_cm2(&t.physics->medium[2].range, energy);
		assert_int_equal(t.states[0].fate, FATE_STOPPED);
		depth -= t.physics->medium[2].cutoff_g_cm2;
		assert_true(fabs(t.states[0].position_cm[AXIS_Z] - depth) < 2e-5 * depth);
		transported_free(&t);
	}
}

static void
each_layer_takes_what_it_should(void **state)
{
	struct transported t;
	struct plan p;
	double energy, sum[3] = {0.0};
	(void)state;

	stacked(&p, "proton", 180.0, false);
	transport(&t, &p, 0, 1);
	for (int iz = 0; iz < 300; iz++)
		sum[iz < 20 ? 0 : iz < 25 ? 1 : 2] +=
		    (double)t.bins[t.layout.first_depth[SCORE_DOSE] + (size_t)iz] / 1048576.0;
	energy = p.beam.spot[0].energy_MeV;
	for (int k = 0; k < 3; k++) {
		double behind = k < 2 ? energy_behind(&t.physics->medium[k], energy, stack_cm[k]) : 0.0;

		assert_true(fabs(sum[k] - (energy - behind)) < 2e-5 * energy);
		energy = behind;
	}
	transported_free(&t);
}

static void
the_balance_closes_from_every_side(void **state)
{
	static const double from[][6] = {
		{0, 0, 0, 0, 0, 1}, {0, 0, 40, 0, 0, -1}, {-20, 0, 2.5, 1, 0, 0}, {0, 0, 2.0, 0, 0.6, 0.8},
		{0, 0, 2.0, 0, 0, -1}, {-3, 1, -5, 0.28, 0, 0.96}, {-20, 0, 30.0, 1, 0, 0}, {0, -20, 2.0, 0, 1, 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
		struct transported t;
		struct plan p;
		int64_t *c = t.channel;

		stacked(&p, "He-4", 140.0, true);
		for (int k = 0; k < 3; k++) {
			p.beam.spot[0].position_cm[k] = from[i][k];
			p.beam.spot[0].direction[k] = from[i][3 + k];
		}
		p.beam.spot[0].energy_spread = 0.01;
		transport(&t, &p, 0, 100);
		assert_int_equal(c[ENERGY_SOURCE], c[ENERGY_DEPOSITED] + c[ENERGY_OUTSIDE] + c[ENERGY_ESCAPED]);
		assert_int_equal(c[COUNT_MISSED], 0);
		for (size_t bin = 0; bin < t.layout.n_bins; bin++)
			assert_true(t.bins[bin] >= 0);
		transported_free(&t);
	}
}

/* A boundary between equal materials is none: mean and width of the ranges stay. */
static void
a_boundary_within_water_changes_nothing(void **state)
{
	static const char *const name[] = {"water", "water", "water", "water"};
	static const double cm[] = {3.0, 0.1, 5.0, 21.9};
	struct transported one, four;
	struct plan p;
	double mean[2], sigma[2], lateral[2], unused;
	const unsigned n = 6000;
	(void)state;

	sample_plan(&p, "proton", 150.0);
	sample_depth(&p, 30.0);
	transport(&one, &p, 0, n);
	sample_layers(&p, 4, name, cm);
	transport(&four, &p, n, n);
	final_moments(&one, AXIS_Z, &mean[0], &sigma[0]);
	final_moments(&four, AXIS_Z, &mean[1], &sigma[1]);
	assert_true(fabs(mean[0] - mean[1]) < 5.0 * sigma[0] * sqrt(2.0 / n));
	assert_true(fabs(sigma[0] / sigma[1] - 1.0) < 5.0 * sqrt(1.3 / n));
	final_moments(&one, AXIS_X, &unused, &lateral[0]);
	final_moments(&four, AXIS_X, &unused, &lateral[1]);
	assert_true(fabs(lateral[0] / lateral[1] - 1.0) < 5.0 / sqrt(n));
	transported_free(&one);
	transported_free(&four);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_range_is_that_of_the_layers_in_turn),
		cmocka_unit_test(each_layer_takes_what_it_should),
		cmocka_unit_test(the_balance_closes_from_every_side),
		cmocka_unit_test(a_boundary_within_water_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
