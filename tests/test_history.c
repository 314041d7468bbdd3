/* Histories from birth to death: conservation, reproducibility, and each effect alone against its
 * closed form. Statistical claims have fixed seeds and five standard errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"
#include "model/curve.h"
#include "phys/history.h"
#include "phys/scattering.h"
#include "phys/straggling.h"
#include "sample_plan.h"
#include "transported.h"

#define WATER_Z_OVER_A 0.555087

static int64_t
sum_of_voxels(const struct transported *t)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->layout.n_voxels; i++)
		sum += t->bins[i];
	return sum;
}

static void
assert_balance(const struct transported *t)
{
	const int64_t *c = t->channel;

	assert_int_equal(c[ENERGY_SOURCE], c[ENERGY_DEPOSITED] + c[ENERGY_OUTSIDE] + c[ENERGY_ESCAPED]
	    + c[ENERGY_NEUTRAL] + c[ENERGY_BINDING]);
	assert_int_equal(sum_of_voxels(t), c[ENERGY_DEPOSITED]);
	assert_int_equal(c[COUNT_HISTORIES], t->n);
	assert_int_equal(c[COUNT_HISTORIES],
	    c[COUNT_STOPPED] + c[COUNT_ESCAPED] + c[COUNT_MISSED] + c[COUNT_REACTED]);
}

static void
assert_groups_add_up(const struct transported *t)
{
	const struct tally_layout *l = &t->layout;

	assert_true(l->n_groups > 0);
	for (size_t iz = 0; iz < l->n_depths; iz++) {
		int64_t sum = 0;

		for (int g = 0; g < l->n_groups; g++)
			sum += t->bins[tally_group_first(l, g, GROUP_DOSE) + iz];
		assert_int_equal(sum, t->bins[l->first_depth[SCORE_DOSE] + iz]);
	}
}

static void
only_energy_loss(struct plan *p)
{
	p->transport.has_straggling = false;
	p->transport.has_scattering = false;
}

static void
energy_is_conserved_to_the_quantum(void **state)
{
	static const struct { const char *ion; double energy_MeV_u; } beam[] = {
		{"proton", 150.0}, {"proton", 400.0}, {"He-4", 150.0}, {"C-12", 400.0}, {"Fe-56", 300.0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof beam / sizeof beam[0]; i++) {
		struct transported t;
		struct plan p;

		sample_plan(&p, beam[i].ion, beam[i].energy_MeV_u);
		p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 1.3;
		p.beam.spot[0].divergence_rad = 0.05;
		p.beam.spot[0].energy_spread = 0.02;
		for (int k = NUCLEAR_OFF; k <= NUCLEAR_ON; k++) {
			p.transport.nuclear = (enum plan_nuclear)k;
			transport(&t, &p, 17, 300);
			assert_balance(&t);
			assert_true((t.channel[COUNT_NONELASTIC] > 0) == (k != NUCLEAR_OFF));
			if (k == NUCLEAR_ON)
				assert_groups_add_up(&t);
			transported_free(&t);
		}
	}
}

/* The phantom ends where the beam does: last steps end at its edges, and go as far as the range does. */
static void
no_particle_that_stops_at_an_edge_loses_more_than_it_has(void **state)
{
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	sample_depth(&p, 7.7);
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 3.0;
	p.transport.step_cm = 2.0;
	p.transport.range_fraction = 0.25;
	transport(&t, &p, 0, 30000);
	assert_balance(&t);
	assert_true(t.channel[COUNT_ESCAPED] > 300 && t.channel[COUNT_STOPPED] > 300);
	for (size_t bin = 0; bin < t.layout.n_bins; bin++)
		assert_true(t.bins[bin] >= 0);
	transported_free(&t);
}

/* Integrals of a score over the last centimetre of 7.7, with steps as long as they come or very short. */
static double
score_at_end(enum score_kind kind, double range_fraction)
{
	struct transported t;
	struct plan p;
	double sum = 0.0;

	sample_plan(&p, "proton", 100.0);
	sample_voxels(&p, 10.0, 10.0, 0.1);
	only_energy_loss(&p);
	p.scoring.has_fluence = p.scoring.has_let = true;
	p.transport.step_cm = 2.0;
	p.transport.range_fraction = range_fraction;
	transport(&t, &p, 0, 500);
	for (size_t iz = 67; iz < 80; iz++)
		sum += (double)t.bins[t.layout.first_depth[kind] + iz];
	transported_free(&t);
	return sum;
}

static void
let_does_not_depend_on_steps(void **state)
{
	static const enum score_kind kind[] = {SCORE_DOSE, SCORE_LENGTH, SCORE_LET, SCORE_LET2};
	static const double tolerance[] = {0.001, 0.001, 0.001, 0.002};
	(void)state;

	for (int i = 0; i < 4; i++) {
		double fine = score_at_end(kind[i], 0.003), coarse = score_at_end(kind[i], 0.25);

		if (fabs(coarse / fine - 1.0) > tolerance[i])
			fail_msg("score %d: %g, with short steps %g", kind[i], coarse, fine);
	}
}

/* Beams of 400 histories and their secondaries in voxels of several depths, straight and oblique, in layers and
 * beside the grid: where columns are told from faces. */
static void
each_flight(void (*check)(struct plan *p))
{
	static const double depth_cm[] = {0.2, 0.1, 0.011}, x[] = {0.0, 0.28};
	static const char *const name[] = {"water", "aluminium", "water"};
	static const double thickness_cm[] = {3.0, 1.0, 20.0};
	struct plan p;

	for (int i = 0; i < 6; i++) {
		sample_plan(&p, i % 2 == 0 ? "C-12" : "He-4", 200.0);
		p.transport.nuclear = NUCLEAR_ON;
		p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 1.3;
		p.beam.spot[0].direction[AXIS_X] = x[i / 3];
		p.beam.spot[0].direction[AXIS_Z] = sqrt(1.0 - x[i / 3] * x[i / 3]);
		sample_voxels(&p, 0.1, 0.2, depth_cm[i % 3]);
		sample_layers(&p, 3, name, thickness_cm);
		p.scoring.grid.n[AXIS_X] /= 3;
		check(&p);
	}
}

/* Ions heavier than protons have no elastic collisions: a reaction ends them, whatever it sets free. */
static void
check_primaries(struct plan *p)
{
	struct transported all, alone;

	transport(&all, p, 0, 400);
	p->transport.nuclear = NUCLEAR_ATTENUATION;
	transport(&alone, p, 0, 400);
	assert_true(alone.channel[COUNT_REACTED] > 50);
	assert_true(all.channel[COUNT_SECONDARIES] > alone.channel[COUNT_REACTED]);
	assert_memory_equal(all.bins + tally_group_first(&all.layout, GROUP_PRIMARIES, GROUP_DOSE),
	    alone.bins + alone.layout.first_depth[SCORE_DOSE], alone.layout.n_depths * sizeof *alone.bins);
	assert_memory_equal(all.states, alone.states, all.n * sizeof *all.states);
	transported_free(&all);
	transported_free(&alone);
}

static void
primaries_leave_what_they_would_without_secondaries(void **state)
{
	(void)state;
	each_flight(check_primaries);
}

static void
assert_same_doses(const struct transported *a, const struct transported *b)
{
	const struct tally_layout *l = &a->layout;

	assert_memory_equal(a->bins, b->bins, l->n_voxels * sizeof *a->bins);
	assert_int_equal(l->n_groups, b->layout.n_groups);
	for (int g = 0; g < l->n_groups; g++)
		assert_memory_equal(a->bins + tally_group_first(l, g, GROUP_DOSE),
		    b->bins + tally_group_first(&b->layout, g, GROUP_DOSE), l->n_depths * sizeof *a->bins);
	assert_memory_equal(a->channel, b->channel, sizeof a->channel);
}

static void
check_doses(struct plan *p)
{
	struct transported dose, fluence, let;

	transport(&dose, p, 0, 400);
	p->scoring.has_fluence = true;
	transport(&fluence, p, 0, 400);
	p->scoring.has_let = p->scoring.has_yields = true;
	transport(&let, p, 0, 400);
	assert_true(dose.channel[COUNT_SECONDARIES] > 50);
	assert_same_doses(&dose, &fluence);
	assert_same_doses(&dose, &let);
	transported_free(&dose);
	transported_free(&fluence);
	transported_free(&let);
}

/* Doses alone go by columns of voxels, tracks by faces. */
static void
doses_do_not_depend_on_what_else_is_scored(void **state)
{
	(void)state;
	each_flight(check_doses);
}

/* One step may pass all depths of the grid, and squares of faces are longer than what is left of a group's depths. */
static void
few_depths_have_their_doses(void **state)
{
	struct plan p;

	(void)state;
	for (int n = 1; n < 20; n += 3) {
		sample_plan(&p, "C-12", 300.0);
		p.transport.nuclear = NUCLEAR_ON;
		sample_voxels(&p, 0.1, 0.1, 0.1);
		p.scoring.grid.n[AXIS_Z] = n;
		p.scoring.grid.origin_cm[AXIS_Z] = 9.0;
		check_doses(&p);
	}
}

/* Attenuation alone: who reacts takes all of his energy along. */
static void
what_reacts_is_booked_with_the_energy_that_it_had(void **state)
{
	struct transported t;
	struct plan p;
	double energy_MeV = 0.0;
	unsigned n = 0;
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	p.transport.nuclear = NUCLEAR_ATTENUATION;
	transport(&t, &p, 0, 400);
	for (unsigned i = 0; i < t.n; i++) {
		if (t.states[i].fate != FATE_REACTED)
			continue;
		energy_MeV += t.states[i].energy_MeV;
		n++;
	}
	assert_true(n > 0 && n < t.n);
	assert_int_equal(t.channel[COUNT_REACTED], n);
	assert_int_equal(t.channel[COUNT_NONELASTIC], n);
	assert_true((double)t.channel[ENERGY_NEUTRAL] == energy_MeV * QUANTA_PER_MeV);
	assert_int_equal(t.channel[COUNT_SECONDARIES] + t.channel[COUNT_ELASTIC] + t.channel[ENERGY_BINDING], 0);
	transported_free(&t);
}

/* Axis and side of the phantom's surface on which a particle left. */
static bool
left_by(const struct transported *t, const struct leaving *l, int axis)
{
	double edge_cm = l->direction[axis] > 0.0 ? t->physics->phantom_high_cm[axis] : t->physics->phantom_low_cm[axis];

	return l->position_cm[axis] == edge_cm;
}

/* What they carry is what the channel of escapes has. */
static void
check_leaving(const struct plan *p, int most_by)
{
	struct transported t;
	int64_t sum = 0, n_primaries = 0, n_by = 0;

	transport(&t, p, 7, 300);
	for (size_t i = 0; i < t.leaving.n; i++) {
		const struct leaving *l = &t.leaving.particle[i];

		assert_true(left_by(&t, l, 0) || left_by(&t, l, 1) || left_by(&t, l, 2));
		n_by += left_by(&t, l, most_by);
		assert_in_range(l->history, 7, 306);
		sum += (int64_t)(l->energy_MeV * QUANTA_PER_MeV);
		n_primaries += l->number == 0;
		assert_true(l->number > 0 || (l->Z == 6 && l->A == 12));
	}
	assert_int_equal(sum, t.channel[ENERGY_ESCAPED]);
	assert_int_equal(n_primaries, t.channel[COUNT_ESCAPED]);
	assert_true(t.leaving.n > (size_t)n_primaries && n_primaries > 0);
	assert_true(n_by > (int64_t)t.leaving.n / 2);
	transported_free(&t);
}

/* Out of a thin slab, and out of the side of a thick one. */
static void
those_that_leave_carry_the_energy_that_escapes(void **state)
{
	struct plan p;
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	p.transport.nuclear = NUCLEAR_ON;
	p.beam.spot[0].direction[AXIS_X] = 0.6;
	p.beam.spot[0].direction[AXIS_Z] = 0.8;
	check_leaving(&p, AXIS_X);
	sample_plan(&p, "C-12", 300.0);
	sample_depth(&p, 5.0);
	p.transport.nuclear = NUCLEAR_ON;
	check_leaving(&p, AXIS_Z);
}

static void
those_that_leave_do_not_depend_on_who_flies_along(void **state)
{
	struct transported whole, part;
	struct plan p;
	size_t n = 0;
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	sample_depth(&p, 5.0);
	p.transport.nuclear = NUCLEAR_ON;
	transport(&whole, &p, 0, 200);
	for (uint64_t first = 0; first < 200; first += 40) {
		transport(&part, &p, first, 40);
		assert_memory_equal(part.leaving.particle, whole.leaving.particle + n, part.leaving.n * sizeof(struct leaving));
		n += part.leaving.n;
		transported_free(&part);
	}
	assert_int_equal(n, whole.leaving.n);
	transported_free(&whole);
}

static void
a_primary_has_one_state_however_many_follow_it(void **state)
{
	struct transported t;
	struct plan p;
	int64_t steps = 0, fate[FATE_REACTED + 1] = {0};
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	p.transport.nuclear = NUCLEAR_ON;
	transport(&t, &p, 5, 400);
	for (unsigned i = 0; i < t.n; i++) {
		assert_int_equal(t.states[i].history, 5 + i);
		steps += t.states[i].steps;
		fate[t.states[i].fate]++;
	}
	assert_true(t.channel[COUNT_SECONDARIES] > 0 && t.channel[COUNT_STEPS] > steps);
	assert_int_equal(fate[FATE_STOPPED], t.channel[COUNT_STOPPED]);
	assert_int_equal(fate[FATE_REACTED], t.channel[COUNT_REACTED]);
	transported_free(&t);
}

static void
what_leaves_the_grid_or_the_phantom_is_counted_there(void **state)
{
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 200.0);
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 3.0;
	sample_depth(&p, 20.0);
	p.scoring.grid.n[AXIS_X] = p.scoring.grid.n[AXIS_Y] = 21;
	p.scoring.grid.origin_cm[AXIS_X] = p.scoring.grid.origin_cm[AXIS_Y] = -1.05;
	p.scoring.grid.origin_cm[AXIS_Z] = 3.0;
	p.scoring.grid.n[AXIS_Z] = 50;
	transport(&t, &p, 0, 500);
	assert_balance(&t);
	assert_true(t.channel[ENERGY_DEPOSITED] > 0);
	assert_true(t.channel[ENERGY_OUTSIDE] > t.channel[ENERGY_DEPOSITED]);
	assert_true(t.channel[ENERGY_ESCAPED] > 0);
	assert_true(t.channel[COUNT_MISSED] > 0);
	transported_free(&t);
}

static void
any_cut_into_ranges_gives_the_same_integers(void **state)
{
	struct transported whole, part[3];
	static const unsigned cut[4] = {0, 1, 130, 300};
	struct plan p;
	(void)state;

	sample_plan(&p, "He-4", 150.0);
	p.transport.nuclear = NUCLEAR_ON;
	p.scoring.has_let = p.scoring.has_yields = true;
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 0.4;
	transport(&whole, &p, 0, 300);
	for (int i = 0; i < 3; i++)
		transport(&part[i], &p, cut[i], cut[i + 1] - cut[i]);
	for (size_t bin = 0; bin < whole.layout.n_bins; bin++)
		assert_int_equal(whole.bins[bin],
		    part[0].bins[bin] + part[1].bins[bin] + part[2].bins[bin]);
	for (int c = 0; c < N_CHANNELS; c++)
		assert_int_equal(whole.channel[c], part[0].channel[c] + part[1].channel[c] + part[2].channel[c]);
	for (int i = 0; i < 3; i++) {
		assert_memory_equal(part[i].states, whole.states + cut[i],
		    part[i].n * sizeof part[i].states[0]);
		transported_free(&part[i]);
	}
	transported_free(&whole);
}

/* Which of them this processor can run is asked of the kernels themselves. */
static bool
has_kernel(const char *name)
{
	struct err e;
	struct batch *b = batch_new(name, &e);

	batch_free(b);
	return b != NULL;
}

static void
assert_same(const struct transported *a, const struct transported *b)
{
	assert_memory_equal(a->bins, b->bins, a->layout.n_bins * sizeof a->bins[0]);
	assert_memory_equal(a->strips, b->strips, a->layout.n_bins / TALLY_BLOCK_BINS + 1);
	assert_memory_equal(a->channel, b->channel, sizeof a->channel);
	assert_memory_equal(a->states, b->states, a->n * sizeof a->states[0]);
	assert_int_equal(a->leaving.n, b->leaving.n);
	if (a->leaving.n > 0)
		assert_memory_equal(a->leaving.particle, b->leaving.particle, a->leaving.n * sizeof *a->leaving.particle);
}

static void
check_kernels(const struct plan *p, unsigned n)
{
	static const char *const wide[] = {"v3", "v4"};
	struct transported base, other;

	transport_by("base", &base, p, 5, n);
	for (int i = 0; i < 2; i++)
		if (has_kernel(wide[i])) {
			transport_by(wide[i], &other, p, 5, n);
			assert_same(&base, &other);
			transported_free(&other);
		}
	transported_free(&base);
}

/* Straight and oblique beams, thin and thick voxels, from the side, single scattering, LET. */
static void
every_kernel_gives_the_same_bits(void **state)
{
	struct plan p;
	(void)state;

	sample_plan(&p, "C-12", 300.0);
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 1.5;
	p.beam.spot[0].divergence_rad = 0.02;
	p.beam.spot[0].energy_spread = 0.01;
	p.transport.step_cm = 1.0;
	p.transport.range_fraction = 0.25;
	check_kernels(&p, 333);
	p.beam.spot[0].direction[AXIS_X] = 0.6;
	p.beam.spot[0].direction[AXIS_Z] = 0.8;
	p.transport.has_single_scattering = true;
	check_kernels(&p, 77);
	sample_voxels(&p, 0.3, 0.2, 0.01);
	check_kernels(&p, 77);
	p.scoring.has_fluence = p.scoring.has_let = true;
	sample_voxels(&p, 0.2, 0.2, 0.2);
	p.beam.spot[0].position_cm[AXIS_X] = 20.0;
	p.beam.spot[0].position_cm[AXIS_Z] = 20.0;
	p.beam.spot[0].direction[AXIS_X] = -1.0;
	p.beam.spot[0].direction[AXIS_Z] = 0.0;
	check_kernels(&p, 77);
}

static void
a_kernel_that_is_not_there_is_refused(void **state)
{
	struct err e;
	(void)state;

	assert_null(batch_new("v5", &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "v5"));
}

static void
a_seed_decides_and_another_seed_differs(void **state)
{
	struct transported a, b, c;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	transport(&a, &p, 0, 50);
	transport(&b, &p, 0, 50);
	p.seed = 2;
	transport(&c, &p, 0, 50);
	assert_memory_equal(a.states, b.states, 50 * sizeof a.states[0]);
	for (int i = 0; i < 50; i++)
		assert_true(a.states[i].position_cm[AXIS_X] != c.states[i].position_cm[AXIS_X]);
	transported_free(&a);
	transported_free(&b);
	transported_free(&c);
}

static void
a_particle_alone_stops_at_its_csda_range(void **state)
{
	static const struct { const char *ion; double energy_MeV_u; } beam[] = {
		{"proton", 70.0}, {"proton", 150.0}, {"proton", 230.0},
		{"C-12", 100.0}, {"C-12", 290.0}, {"C-12", 400.0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof beam / sizeof beam[0]; i++) {
		struct transported t;
		struct plan p;

		sample_plan(&p, beam[i].ion, beam[i].energy_MeV_u);
		only_energy_loss(&p);
		transport(&t, &p, 0, 1);
		assert_int_equal(t.states[0].fate, FATE_STOPPED);
		assert_true(fabs(t.states[0].position_cm[AXIS_Z] - t.physics->range_at_birth_cm) < 0.01);
		assert_balance(&t);
		transported_free(&t);
	}
}

static void
every_voxel_on_the_way_is_scored(void **state)
{
	struct transported t;
	struct plan p;
	int last;
	(void)state;

	sample_plan(&p, "C-12", 400.0);
	only_energy_loss(&p);
	sample_voxels(&p, 1.0, 1.0, 0.03);       /* thinner than a step */
	transport(&t, &p, 0, 1);
	last = (int)(t.states[0].position_cm[AXIS_Z] / 0.03);
	for (int i = 1; i <= last; i++) {
		int64_t before = t.bins[t.layout.first_depth[SCORE_DOSE] + (size_t)i - 1];

		assert_true(before > 0);
		if (i < last)                     /* dE/dx grows with depth, up to the peak */
			assert_true(t.bins[t.layout.first_depth[SCORE_DOSE] + (size_t)i] > before - 3);
	}
	transported_free(&t);
}

/* What the kernel's tables are made of, at a residual range. */
typedef double (*of_energy)(const struct physics *ph, double energy_MeV);

static double
stopping(const struct physics *ph, double energy_MeV)
{
	double electronic, nuclear;

	range_stopping(&ph->medium[0].range, energy_MeV, &electronic, &nuclear);
	return electronic + nuclear;
}

static double
range_variance(const struct physics *ph, double energy_MeV)
{
	double second, third;

	straggling_moments(ph->ion.Z, ph->ion.mass_MeV, energy_MeV, WATER_Z_OVER_A, &second, &third);
	return second / pow(stopping(ph, energy_MeV), 2.0);
}

static double
range_third(const struct physics *ph, double energy_MeV)
{
	double second, third;

	straggling_moments(ph->ion.Z, ph->ion.mass_MeV, energy_MeV, WATER_Z_OVER_A, &second, &third);
	return third / pow(stopping(ph, energy_MeV), 3.0);
}

/* Integral over depth of a function of the residual range, in steps fine enough. */
static double
integral(const struct transported *t, of_energy f)
{
	const struct medium *m = &t->physics->medium[0];
	double range = t->physics->range_at_birth_cm * m->density_g_cm3, sum = 0.0;
	const int n = 20000;

	for (int i = 0; i < n; i++) {
		double r = range * (i + 0.5) / n;

		if (r > m->cutoff_g_cm2)
			sum += f(t->physics, range_energy_MeV(&m->range, r)) * range / n;
	}
	return sum;
}

static void
range_straggling_has_its_variance_and_skewness(void **state)
{
	struct transported t;
	struct plan p;
	double mean, sigma, expected, third = 0.0, skewness;
	const unsigned n = 20000;
	(void)state;

	sample_plan(&p, "proton", 150.0);
	p.transport.has_scattering = false;
	transport(&t, &p, 0, n);
	final_moments(&t, AXIS_Z, &mean, &sigma);
	expected = sqrt(integral(&t, range_variance));
	assert_true(fabs(sigma / expected - 1.0) < 5.0 / sqrt(2.0 * n));
	assert_true(fabs(mean + 0.002 - t.physics->range_at_birth_cm) < 0.0005 * mean);
	for (unsigned i = 0; i < n; i++)
		third += pow((t.states[i].position_cm[AXIS_Z] - mean) / sigma, 3.0) / n;
	skewness = -integral(&t, range_third) / pow(expected, 3.0);
	assert_true(fabs(third - skewness) < 5.0 * sqrt(6.0 / n));
	transported_free(&t);
}

/* sigma_x at the end of range = integral of T (R - z)^2 dz, with the build-up f on the way. */
static double
fermi_eyges_sigma(const struct transported *t)
{
	const struct medium *m = &t->physics->medium[0];
	double range = t->physics->range_at_birth_cm * m->density_g_cm3, sum = 0.0;
	double mass = t->physics->ion.mass_MeV;
	double birth = scattering_pv_MeV(range_energy_MeV(&m->range, range), mass);
	const int n = 20000;

	for (int i = 0; i < n; i++) {
		double r = range * (i + 0.5) / n, pv, q, l, f;

		if (r < m->cutoff_g_cm2)
			continue;
		pv = scattering_pv_MeV(range_energy_MeV(&m->range, r), mass);
		q = pv / birth;
		l = log10(fmax(1.0 - q * q, 1e-9));
		f = 0.5244 + 0.1975 * l + 0.2320 * log10(pv) - 0.0098 * log10(pv) * l;
		sum += m->scattering_MeV2 / (pv * pv) * fmax(f, 0.0) * r * r * range / n;
	}
	return sqrt(sum);
}

static void
lateral_spread_is_that_of_fermi_eyges_whatever_the_step(void **state)
{
	static const double step_cm[] = {0.02, 0.1, 0.2};
	const unsigned n = 6000;
	(void)state;

	for (size_t i = 0; i < sizeof step_cm / sizeof step_cm[0]; i++) {
		struct transported t;
		struct plan p;
		double mean, sigma[2];

		sample_plan(&p, "proton", 150.0);
		p.transport.step_cm = step_cm[i];
		p.transport.has_straggling = false;
		transport(&t, &p, 0, n);
		final_moments(&t, AXIS_X, &mean, &sigma[0]);
		final_moments(&t, AXIS_Y, &mean, &sigma[1]);
		/* 4n angles in all; obliquity takes 0.3 % */
		assert_true(fabs(hypot(sigma[0], sigma[1]) / M_SQRT2 / fermi_eyges_sigma(&t) - 1.0)
		    < 5.0 / sqrt(4.0 * n) + 0.003);
		transported_free(&t);
	}
}

static void
the_beam_stays_on_its_axis(void **state)
{
	struct transported t;
	struct plan p;
	double mean, sigma;
	const unsigned n = 10000;
	(void)state;

	sample_plan(&p, "proton", 200.0);
	transport(&t, &p, 0, n);
	for (int axis = AXIS_X; axis <= AXIS_Y; axis++) {
		final_moments(&t, axis, &mean, &sigma);
		assert_true(fabs(mean) < 5.0 * sigma / sqrt(n));
	}
	for (unsigned i = 0; i < n; i++)
		assert_true(t.states[i].direction[AXIS_Z] > 0.0);
	transported_free(&t);
}

static void
scattering_has_no_preferred_azimuth(void **state)
{
	struct transported t;
	struct plan p;
	unsigned octant[8] = {0};
	double chi2 = 0.0;
	const unsigned n = 8000;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	transport(&t, &p, 0, n);
	for (unsigned i = 0; i < n; i++) {
		double phi = atan2(t.states[i].position_cm[AXIS_Y], t.states[i].position_cm[AXIS_X]);

		octant[(unsigned)((phi + M_PI) / (M_PI / 4.0)) & 7]++;
	}
	for (int i = 0; i < 8; i++)
		chi2 += pow(octant[i] - n / 8.0, 2.0) / (n / 8.0);
	assert_true(chi2 < 7.0 + 5.0 * sqrt(14.0));
	transported_free(&t);
}

static double
r80_cm(const struct transported *t)
{
	size_t n = t->layout.n_depths;
	double *depth = calloc(n, sizeof *depth), *value = calloc(n, sizeof *value);
	struct curve_features f;

	assert_true(depth != NULL && value != NULL);
	for (size_t i = 0; i < n; i++) {
		depth[i] = tally_centre_cm(&t->layout, AXIS_Z, (int)i);
		value[i] = (double)t->bins[t->layout.first_depth[SCORE_DOSE] + i];
	}
	curve_analyse(&f, n, depth, value);
	free(depth);
	free(value);
	return f.R80_cm;
}

static void
r80_does_not_depend_on_the_step(void **state)
{
	static const double step_cm[] = {0.01, 0.1, 0.2};
	double r80[3];
	(void)state;

	for (int i = 0; i < 3; i++) {
		struct transported t;
		struct plan p;

		sample_plan(&p, "proton", 150.0);
		p.transport.step_cm = step_cm[i];
		transport(&t, &p, 0, 6000);
		r80[i] = r80_cm(&t);
		transported_free(&t);
	}
	/* 0.05 mm, and the statistics of 6000 ranges of sigma 1.7 mm */
	assert_true(fabs(r80[1] - r80[0]) < 0.005 + 5.0 * 0.17 / sqrt(6000.0) * M_SQRT2);
	assert_true(fabs(r80[2] - r80[0]) < 0.005 + 5.0 * 0.17 / sqrt(6000.0) * M_SQRT2);
}

static void
an_oblique_beam_is_the_straight_one_turned(void **state)
{
	struct transported straight, oblique;
	struct plan p;
	double c = cos(0.3), s = sin(0.3);
	(void)state;

	sample_plan(&p, "C-12", 200.0);
	only_energy_loss(&p);
	transport(&straight, &p, 0, 1);
	p.beam.spot[0].direction[AXIS_X] = s;
	p.beam.spot[0].direction[AXIS_Z] = c;
	transport(&oblique, &p, 0, 1);
	assert_true(fabs(oblique.states[0].position_cm[AXIS_X]
	    - s * straight.states[0].position_cm[AXIS_Z]) < 2e-5);
	assert_true(fabs(oblique.states[0].position_cm[AXIS_Z]
	    - c * straight.states[0].position_cm[AXIS_Z]) < 2e-5);
	assert_balance(&oblique);
	transported_free(&straight);
	transported_free(&oblique);
}

static void
a_beam_from_any_side_is_conserved_and_stops(void **state)
{
	static const double from[][6] = {
		{0, 0, 60, 0, 0, -1}, {-20, 0, 20, 1, 0, 0}, {0, 20, 20, 0, -1, 0},
		{1, 2, 10, 0.6, 0, 0.8}, {0, 0, 20, 0, 0, -1}, {-5, -5, 0, 0.57735, 0.57735, 0.57735},
	};
	(void)state;

	for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
		struct transported t;
		struct plan p;

		sample_plan(&p, "C-12", 100.0);
		memcpy(p.beam.spot[0].position_cm, from[i], 3 * sizeof(double));
		memcpy(p.beam.spot[0].direction, from[i] + 3, 3 * sizeof(double));
		transport(&t, &p, 0, 50);
		assert_balance(&t);
		assert_int_equal(t.channel[COUNT_STOPPED], 50);
		transported_free(&t);
	}
}

static void
a_beam_beside_the_phantom_misses_it(void **state)
{
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	p.beam.spot[0].position_cm[AXIS_X] = 5.5;
	transport(&t, &p, 0, 20);
	assert_int_equal(t.channel[COUNT_MISSED], 20);
	assert_int_equal(t.channel[ENERGY_ESCAPED], t.channel[ENERGY_SOURCE]);
	assert_int_equal(t.states[7].fate, FATE_MISSED);
	transported_free(&t);
}

static void
without_energy_loss_nothing_is_deposited(void **state)
{
	struct transported t;
	struct plan p;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	p.transport.has_energy_loss = false;
	transport(&t, &p, 0, 20);
	assert_int_equal(t.channel[ENERGY_DEPOSITED], 0);
	assert_int_equal(t.channel[COUNT_ESCAPED], 20);
	assert_balance(&t);
	transported_free(&t);
}

static void
no_voxel_ever_scores_less_than_nothing(void **state)
{
	static const double step_cm[] = {0.002, 0.01, 0.1};
	(void)state;

	for (size_t s = 0; s < 3; s++) {
		struct transported t;
		struct plan p;

		sample_plan(&p, "proton", 220.0);
		sample_depth(&p, 2.0);
		sample_voxels(&p, 1.0, 1.0, 0.005);
		p.transport.step_cm = step_cm[s];
		transport(&t, &p, 0, 200);
		for (size_t i = 0; i < t.layout.n_bins; i++)
			assert_true(t.bins[i] >= 0);
		transported_free(&t);
	}
}

static void
a_beam_on_a_face_is_as_any_other(void **state)
{
	static const struct { double size_cm, voxel_cm, x_cm; } at[] = {
		{5.0, 0.1, 1.8}, {2.5, 0.05, 0.9}, {10.0, 0.1, 0.0}, {10.0, 0.1, -4.9},
	};
	(void)state;

	for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
		struct transported t;
		struct plan p;
		double first, second;

		sample_plan(&p, "proton", 100.0);
		p.phantom.size_cm[AXIS_X] = at[i].size_cm;
		sample_voxels(&p, at[i].voxel_cm, 0.1, 0.1);
		p.beam.spot[0].position_cm[AXIS_X] = at[i].x_cm;
		transport(&t, &p, 0, 20);
		first = (double)t.bins[t.layout.first_depth[SCORE_DOSE]];
		second = (double)t.bins[t.layout.first_depth[SCORE_DOSE] + 1];
		assert_true(first > 0.0 && fabs(second / first - 1.0) < 0.2);
		assert_balance(&t);
		transported_free(&t);
	}
}

static void
a_beam_just_above_the_cutoff_is_counted(void **state)
{
	struct transported t;
	struct plan p;
	struct physics *ph;
	struct err e;
	(void)state;

	sample_plan(&p, "C-12", 1.0);                 /* 1 MeV/u: the cutoff of ions itself */
	p.transport.cutoff_cm = 1e-6;
	ph = calloc(1, physics_size(&p));
	assert_non_null(ph);
	assert_int_equal(physics_build(ph, &p, &e), -1);
	free(ph);
	p.beam.spot[0].energy_MeV *= 1.0001;
	transport(&t, &p, 0, 5);
	assert_balance(&t);
	assert_int_equal(t.channel[COUNT_STOPPED], 5);
	transported_free(&t);
}

static void
ranges_beyond_the_tables_are_refused(void **state)
{
	double energy_MeV[] = {0.1, 1000.0}, stopping_MeV_cm2_g[] = {0.2, 0.2};     /* 4750 g/cm2 */
	struct physics *ph;
	struct plan p;
	struct err e;
	(void)state;

	sample_plan(&p, "proton", 950.0);
	p.phantom.layer[0].stopping = (struct stopping_table){2, energy_MeV, stopping_MeV_cm2_g, NULL};
	ph = calloc(1, physics_size(&p));
	assert_non_null(ph);
	assert_int_equal(physics_build(ph, &p, &e), -1);
	assert_non_null(strstr(e.text, "ranges from"));
	free(ph);
}

static void
more_voxels_than_lanes_can_count_are_refused(void **state)
{
	struct physics *ph;
	struct plan p;
	struct err e;
	(void)state;

	sample_plan(&p, "proton", 100.0);
	sample_voxels(&p, 0.015, 0.01, 0.015);
	ph = calloc(1, physics_size(&p));
	assert_non_null(ph);
	assert_int_equal(physics_build(ph, &p, &e), 0);
	sample_voxels(&p, 0.01, 0.01, 0.01);
	assert_int_equal(physics_build(ph, &p, &e), -1);
	assert_non_null(strstr(e.text, "voxels"));
	free(ph);
}

static void
energies_outside_the_tables_are_refused(void **state)
{
	struct physics *ph;
	struct plan p;
	struct err e = {0};
	(void)state;

	sample_plan(&p, "proton", 990.0);
	ph = calloc(1, physics_size(&p));
	assert_non_null(ph);
	p.beam.spot[0].energy_spread = 0.01;
	assert_int_equal(physics_build(ph, &p, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	sample_plan(&p, "proton", 1.0);
	p.transport.cutoff_cm = 0.01;
	assert_int_equal(physics_build(ph, &p, &e), -1);
	assert_non_null(strstr(e.text, "cutoff"));
	free(ph);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_is_conserved_to_the_quantum),
		cmocka_unit_test(no_particle_that_stops_at_an_edge_loses_more_than_it_has),
		cmocka_unit_test(let_does_not_depend_on_steps),
		cmocka_unit_test(primaries_leave_what_they_would_without_secondaries),
		cmocka_unit_test(doses_do_not_depend_on_what_else_is_scored),
		cmocka_unit_test(few_depths_have_their_doses),
		cmocka_unit_test(what_reacts_is_booked_with_the_energy_that_it_had),
		cmocka_unit_test(those_that_leave_carry_the_energy_that_escapes),
		cmocka_unit_test(those_that_leave_do_not_depend_on_who_flies_along),
		cmocka_unit_test(a_primary_has_one_state_however_many_follow_it),
		cmocka_unit_test(what_leaves_the_grid_or_the_phantom_is_counted_there),
		cmocka_unit_test(any_cut_into_ranges_gives_the_same_integers),
		cmocka_unit_test(every_kernel_gives_the_same_bits),
		cmocka_unit_test(a_kernel_that_is_not_there_is_refused),
		cmocka_unit_test(a_seed_decides_and_another_seed_differs),
		cmocka_unit_test(a_particle_alone_stops_at_its_csda_range),
		cmocka_unit_test(every_voxel_on_the_way_is_scored),
		cmocka_unit_test(range_straggling_has_its_variance_and_skewness),
		cmocka_unit_test(lateral_spread_is_that_of_fermi_eyges_whatever_the_step),
		cmocka_unit_test(the_beam_stays_on_its_axis),
		cmocka_unit_test(scattering_has_no_preferred_azimuth),
		cmocka_unit_test(r80_does_not_depend_on_the_step),
		cmocka_unit_test(an_oblique_beam_is_the_straight_one_turned),
		cmocka_unit_test(a_beam_from_any_side_is_conserved_and_stops),
		cmocka_unit_test(a_beam_beside_the_phantom_misses_it),
		cmocka_unit_test(without_energy_loss_nothing_is_deposited),
		cmocka_unit_test(no_voxel_ever_scores_less_than_nothing),
		cmocka_unit_test(a_beam_on_a_face_is_as_any_other),
		cmocka_unit_test(a_beam_just_above_the_cutoff_is_counted),
		cmocka_unit_test(ranges_beyond_the_tables_are_refused),
		cmocka_unit_test(more_voxels_than_lanes_can_count_are_refused),
		cmocka_unit_test(energies_outside_the_tables_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
