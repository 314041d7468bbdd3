/* What is scored beside the dose in boxes: rings, track lengths, LET, spots, and the tail of single
 * scattering. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/units.h"
#include "sample_plan.h"
#include "transported.h"

static void
rings(struct plan *p)
{
	static const double radius_cm[] = {0.0, 0.1, 0.3, 0.6, 1.0, 1.5, 2.5, 4.0};
	struct grid *g = &p->scoring.grid;

	g->kind = GRID_CYLINDRICAL;
	g->n[AXIS_X] = 7;
	g->n[AXIS_Y] = 1;
	g->origin_cm[AXIS_X] = g->origin_cm[AXIS_Y] = 0.0;
	for (int i = 0; i <= 7; i++)
		g->radius_cm[i] = radius_cm[i];
}

static double
quanta(const struct transported *t, size_t bin)
{
	return (double)t->bins[bin];
}

static void
rings_score_what_boxes_score(void **state)
{
	struct transported box, ring;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 150.0);
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 0.3;
	transport(&box, &p, 0, 300);
	rings(&p);
	transport(&ring, &p, 0, 300);
	for (size_t iz = 0; iz < 400; iz++) {
		double a = quanta(&box, box.layout.first_depth[SCORE_DOSE] + iz);
		double b = quanta(&ring, ring.layout.first_depth[SCORE_DOSE] + iz);

		assert_true(fabs(a - b) < 300.0);     /* a quantum for each history */
	}
	assert_int_equal(ring.channel[ENERGY_SOURCE], ring.channel[ENERGY_DEPOSITED]
	    + ring.channel[ENERGY_OUTSIDE] + ring.channel[ENERGY_ESCAPED]);
	transported_free(&box);
	transported_free(&ring);
}

/* One straight line through rings, again and again: what it is in is where it scores, on average. In the 14
 * voxels of an edge of a ring a deposit falls to either side, which is half a voxel's length at most. */
static void
a_ring_holds_the_tracks_within_its_radii(void **state)
{
	struct transported t;
	struct plan p;
	double length[7] = {0.0}, expected[7] = {0.0};
	const unsigned n = 20000;
	(void)state;

	sample_plan(&p, "C-12", 400.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.beam.spot[0].position_cm[AXIS_X] = -3.3;
	p.beam.spot[0].position_cm[AXIS_Y] = 0.37;
	p.beam.spot[0].direction[AXIS_X] = 0.28;
	p.beam.spot[0].direction[AXIS_Z] = 0.96;
	sample_depth(&p, 20.0);
	rings(&p);
	p.scoring.has_fluence = true;
	transport(&t, &p, 0, n);
	for (size_t ring = 0; ring < 7; ring++)
		for (size_t iz = 0; iz < 200; iz++)
			length[ring] += quanta(&t, t.layout.first_voxel[SCORE_LENGTH] + 200 * ring + iz)
			    / LENGTH_QUANTA_PER_cm / n;
	for (double s = 0.00005; s < 20.0 / 0.96; s += 0.0001) {
		double r = hypot(-3.3 + 0.28 * s, 0.37);

		for (int ring = 0; ring < 7; ring++)
			if (r >= p.scoring.grid.radius_cm[ring] && r < p.scoring.grid.radius_cm[ring + 1])
				expected[ring] += 0.0001;
	}
	for (int ring = 0; ring < 7; ring++)
		assert_true(fabs(length[ring] - expected[ring]) < 5.0 * sqrt(14.0) * 0.05 / sqrt(n) + 0.0005);
	transported_free(&t);
}

static void
let_of_a_straight_track_is_its_stopping_power(void **state)
{
	struct transported t;
	struct plan p;
	const struct medium *m;
	(void)state;

	sample_plan(&p, "proton", 150.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.scoring.has_let = true;
	transport(&t, &p, 0, 1);
	m = &t.physics->medium[0];
	for (size_t iz = 0; iz < 150; iz += 10) {
		double range = t.physics->range_at_birth_cm - 0.1 * ((double)iz + 0.5);
		double let, nuclear;
		double length = quanta(&t, t.layout.first_depth[SCORE_LENGTH] + iz) / LENGTH_QUANTA_PER_cm;
		double weighted = quanta(&t, t.layout.first_depth[SCORE_LET] + iz) / LET_QUANTA_PER_MeV;
		double twice = quanta(&t, t.layout.first_depth[SCORE_LET2] + iz) / LET2_QUANTA_PER_MeV2_cm;

		range_stopping(&m->range, range_energy_MeV(&m->range, range), &let, &nuclear);
		assert_true(fabs(length - 0.1) < 1e-5);
		assert_true(fabs(weighted / length / let - 1.0) < 1e-4);
		assert_true(fabs(twice / weighted / let - 1.0) < 2e-4);
	}
	transported_free(&t);
}

/* Groups at a depth, and voxels: all particles are the groups together, primaries the first. */
static void
tracks_of_all_are_those_of_the_groups_together(void **state)
{
	static const enum group_score kind[] = {GROUP_LENGTH, GROUP_LET, GROUP_LET2};
	struct transported all, primaries;
	struct plan p;
	(void)state;

	sample_plan(&p, "C-12", 250.0);
	p.transport.nuclear = NUCLEAR_ON;
	p.scoring.has_let = true;
	transport(&all, &p, 0, 200);
	p.scoring.is_let_of_primaries = true;
	transport(&primaries, &p, 0, 200);
	assert_true(all.channel[COUNT_SECONDARIES] > 0);
	for (size_t iz = 0; iz < 400; iz++)
		for (int k = 0; k < 3; k++) {
			enum score_kind of_all = (enum score_kind[]){SCORE_LENGTH_ALL, SCORE_LET, SCORE_LET2}[k];
			enum score_kind of_primaries = (enum score_kind[]){SCORE_LENGTH, SCORE_LET, SCORE_LET2}[k];
			int64_t sum = 0, first = all.bins[tally_group_first(&all.layout, 0, kind[k]) + iz];

			for (int g = 0; g < all.layout.n_groups; g++)
				sum += all.bins[tally_group_first(&all.layout, g, kind[k]) + iz];
			assert_int_equal(sum, all.bins[all.layout.first_depth[of_all] + iz]);
			assert_int_equal(first, primaries.bins[primaries.layout.first_depth[of_primaries] + iz]);
		}
	transported_free(&all);
	transported_free(&primaries);
}

/* Over a whole track: length x LET is the electronic loss, and its LET-weighted sum the integral of
 * S dE, both with the part below the cutoff. */
static void
a_whole_track_is_scored_to_its_end(void **state)
{
	struct transported t;
	struct plan p;
	double length = 0.0, let = 0.0, let2 = 0.0, exact = 0.0;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.transport.step_cm = 0.01;
	p.scoring.has_let = true;
	sample_voxels(&p, 1.0, 1.0, 0.01);
	transport(&t, &p, 0, 1);
	for (size_t iz = 0; iz < t.layout.n_depths; iz++) {
		length += quanta(&t, t.layout.first_depth[SCORE_LENGTH] + iz) / LENGTH_QUANTA_PER_cm;
		let += quanta(&t, t.layout.first_depth[SCORE_LET] + iz) / LET_QUANTA_PER_MeV;
		let2 += quanta(&t, t.layout.first_depth[SCORE_LET2] + iz) / LET2_QUANTA_PER_MeV2_cm;
	}
	for (int i = 0; i < 100000; i++) {
		double electronic, nuclear;

		range_stopping(&t.physics->medium[0].range, 0.0005 + 0.001 * i, &electronic, &nuclear);
		exact += electronic * 0.001;
	}
	assert_true(fabs(length - t.physics->range_at_birth_cm) < 2e-4);   /* of single precision, 770 steps */
	assert_true(fabs(let / 100.0 - 1.0) < 0.002);       /* 0.1 % is nuclear stopping */
	assert_true(fabs(let2 / exact - 1.0) < 0.01);
	transported_free(&t);
}

static int64_t
yield_at(const struct transported *t, int group, size_t iz)
{
	return t->bins[tally_group_first(&t->layout, group, GROUP_YIELD) + iz];
}

/* Through faces, through boundaries of layers that lie on them, and out of the phantom. */
static void
a_yield_counts_each_particle_once_at_each_depth(void **state)
{
	static const char *const name[] = {"pmma", "Al", "water"};
	static const double cm[] = {2.0, 0.5, 3.5};
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 150.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.scoring.has_yields = true;
	p.scoring.yield_angle_rad = 10.0 * PI / 180.0;
	sample_layers(&p, 3, name, cm);
	transport(&t, &p, 0, 20);
	assert_int_equal(t.channel[COUNT_ESCAPED], 20);
	for (size_t iz = 0; iz < t.layout.n_depths; iz++)
		assert_int_equal(yield_at(&t, GROUP_PRIMARIES, iz), 20);
	transported_free(&t);
}

/* One that stops counts in the bins that it has left; one that goes back or aside, in none. */
static void
a_yield_is_of_what_goes_forward(void **state)
{
	static const double angle_deg[] = {0.0, 9.9, 10.1, 80.0, 180.0};
	(void)state;

	for (size_t i = 0; i < sizeof angle_deg / sizeof angle_deg[0]; i++) {
		struct transported t;
		struct plan p;
		double cosine = cos(angle_deg[i] * M_PI / 180.0);
		int64_t sum = 0;

		sample_plan(&p, "proton", 60.0);
		p.transport.has_scattering = p.transport.has_straggling = false;
		p.scoring.has_yields = true;
		p.scoring.yield_angle_rad = 10.0 * PI / 180.0;
		p.beam.spot[0].position_cm[AXIS_Z] = 20.05;
		p.beam.spot[0].direction[AXIS_X] = sqrt(1.0 - cosine * cosine);
		p.beam.spot[0].direction[AXIS_Z] = cosine;
		transport(&t, &p, 0, 3);
		for (size_t iz = 0; iz < t.layout.n_depths; iz++)
			sum += yield_at(&t, GROUP_PRIMARIES, iz);
		if (angle_deg[i] < 10.0)
			assert_int_equal(sum, 3 * ((int)(t.states[0].position_cm[AXIS_Z] * 10.0) - 200));
		else
			assert_int_equal(sum, 0);
		transported_free(&t);
	}
}

/* What is left of it is the lead's, where it is below the cutoff. */
static void
one_that_stops_at_a_boundary_has_left_the_layer_before(void **state)
{
	static const char *const name[] = {"water", "Pb"};
	double cm[] = {3.0, 1.0};
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 60.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.scoring.has_yields = true;
	p.scoring.yield_angle_rad = 10.0 * PI / 180.0;
	p.transport.cutoff_cm = 0.05;
	sample_layers(&p, 2, name, cm);
	transport(&t, &p, 0, 1);
	assert_int_equal(t.states[0].fate, FATE_STOPPED);
	assert_true(fabs(t.states[0].position_cm[AXIS_Z] - 3.0) < 1e-9);
	for (size_t iz = 0; iz < t.layout.n_depths; iz++)
		assert_int_equal(yield_at(&t, GROUP_PRIMARIES, iz), iz < 30);
	transported_free(&t);
}

static void
spots_share_the_histories_by_weight(void **state)
{
	struct transported t;
	struct plan p;
	unsigned count[3] = {0};
	const unsigned n = 30000;
	(void)state;

	sample_plan(&p, "proton", 60.0);
	sample_voxels(&p, 1.0, 1.0, 1.0);
	p.transport.has_scattering = p.transport.has_straggling = false;
	p.transport.step_cm = 1.0;
	p.beam.n_spots = 3;
	for (int i = 0; i < 3; i++) {
		p.beam.spot[i] = p.beam.spot[0];
		p.beam.spot[i].position_cm[AXIS_X] = 2.0 * (i - 1);
		p.beam.spot[i].weight = (double[]){1.0, 2.5, 0.5}[i];
	}
	transport(&t, &p, 0, n);
	for (unsigned i = 0; i < n; i++)
		count[(int)(t.states[i].position_cm[AXIS_X] / 2.0 + 1.5)]++;
	for (int i = 0; i < 3; i++) {
		double share = p.beam.spot[i].weight / 4.0;

		assert_true(fabs(count[i] - share * n) < 5.0 * sqrt(share * (1.0 - share) * n));
	}
	transported_free(&t);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The radius within which a part of the histories ends, sigmas of the core being that of 39.3 %. */
static double
radius_of(const struct transported *t, double part)
{
	double *r = calloc(t->n, sizeof *r), found;

	assert_non_null(r);
	for (unsigned i = 0; i < t->n; i++)
		r[i] = hypot(t->states[i].position_cm[AXIS_X], t->states[i].position_cm[AXIS_Y]);
	qsort(r, t->n, sizeof *r, compare);
	found = r[(unsigned)(part * t->n)];
	free(r);
	return found;
}

static void
single_scattering_adds_a_tail_and_leaves_the_core(void **state)
{
	static const double step_cm[] = {0.1, 0.02};
	const unsigned n = 10000;
	(void)state;

	for (int i = 0; i < 2; i++) {
		struct transported core, tail;
		struct plan p;

		sample_plan(&p, "proton", 150.0);
		p.transport.step_cm = step_cm[i];
		transport(&core, &p, 0, n);
		p.transport.has_single_scattering = true;
		transport(&tail, &p, 0, n);
		assert_true(radius_of(&tail, 0.3935) / radius_of(&core, 0.3935) < 1.05);
		assert_true(radius_of(&tail, 0.999) / radius_of(&core, 0.999) > 1.15);
		transported_free(&core);
		transported_free(&tail);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rings_score_what_boxes_score),
		cmocka_unit_test(a_ring_holds_the_tracks_within_its_radii),
		cmocka_unit_test(let_of_a_straight_track_is_its_stopping_power),
		cmocka_unit_test(tracks_of_all_are_those_of_the_groups_together),
		cmocka_unit_test(a_whole_track_is_scored_to_its_end),
		cmocka_unit_test(a_yield_counts_each_particle_once_at_each_depth),
		cmocka_unit_test(a_yield_is_of_what_goes_forward),
		cmocka_unit_test(one_that_stops_at_a_boundary_has_left_the_layer_before),
		cmocka_unit_test(spots_share_the_histories_by_weight),
		cmocka_unit_test(single_scattering_adds_a_tail_and_leaves_the_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
