/* A phase space becomes the beam: what of a file can be, how its particles start, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/phase_space_file.h"
#include "sample_mcpl.h"
#include "sample_plan.h"
#include "scratch.h"
#include "transported.h"

enum { C12 = 1000060120, HE4 = 1000020040, PROTON = 2212, NEUTRON = 2112 };

static char path[256];
static struct phase_space space;

static int
make(void **state)
{
	scratch_set_up(state);
	scratch_path(&scratch, "p.mcpl", path);
	space = (struct phase_space){ 0 };
	return 0;
}

static void
forget(void)
{
	free(space.particle);
	free(space.ion);
	space.particle = NULL;
	space.ion = NULL;
}

static int
clear(void **state)
{
	forget();
	return scratch_tear_down(state);
}

static int
read_particles(const struct sample_particle *particle, size_t n, struct err *e)
{
	struct sample_mcpl m = { .n = n, .particle = particle };
	size_t n_bytes;
	unsigned char *bytes = sample_mcpl(&m, &n_bytes);

	forget();
	scratch_write(&scratch, "p.mcpl", bytes, n_bytes);
	free(bytes);
	return phase_space_read(&space, path, e);
}

static void
accept(const struct sample_particle *particle, size_t n)
{
	struct err e;

	if (read_particles(particle, n, &e) != 0)
		fail_msg("refused: %s", e.text);
}

static void
refuse(const struct sample_particle *particle, size_t n, const char *words)
{
	struct err e;

	assert_int_equal(read_particles(particle, n, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	if (strstr(e.text, words) == NULL)
		fail_msg("expected \"%s\", found \"%s\"", words, e.text);
}

static const struct sample_particle proton = { 0.1, 0.2, -5.0, 0.0, 0.0, 100.0, 1.0, PROTON };

static void
ions_are_taken_and_moved_and_sorted_by_kind(void **state)
{
	const struct sample_particle p[] = {
		proton, { 1.0, 2.0, 3.0, 0.6, 0.0, -4800.0, 1.0, C12 }, { 0.0, 0.0, 0.0, 0.0, 0.0, 600.0, 1.0, HE4 }, proton,
	};

	(void)state;
	space.shift_cm[AXIS_Z] = 0.5;
	accept(p, 4);
	assert_int_equal(space.n, 4);
	assert_int_equal(space.n_ions, 3);
	assert_string_equal(space.ion[0].name, "C-12");
	assert_string_equal(space.ion[2].name, "H-1");
	assert_int_equal(space.particle[0].ion, 2);
	assert_int_equal(space.particle[1].ion, 0);
	assert_int_equal(space.particle[2].ion, 1);
	assert_true(space.particle[1].position_cm[AXIS_Z] == 3.5 && space.particle[1].energy_MeV == 4800.0);
	assert_true(space.particle[1].direction[AXIS_X] == 0.6 && fabs(space.particle[1].direction[AXIS_Z] + 0.8) < 1e-15);
}

static void
others_are_refused_or_skipped_and_counted(void **state)
{
	const struct sample_particle p[] = {
		{ .pdg = NEUTRON }, proton, { .pdg = 22 }, { .pdg = NEUTRON, .x = (double)NAN }, { .pdg = 11 }, { .pdg = 211 },
		{ .pdg = 1000922380 }, { .pdg = 1000060090 + 70 },          /* uranium; C-16 is known, C-17 is not */
		{ .pdg = 1000060170 },
	};

	(void)state;
	refuse(p, 6, "has, beside 1 ions from hydrogen to iron, 2 neutrons, 1 photon, 1 electron, 1 other particle (the first"
	    " has code 211); 'others: skip'");
	assert_null(space.particle);
	refuse(p, 1, "has no ions from hydrogen to iron, only 1 neutron");
	refuse(p, 0, "has no particles");
	space.skips_others = true;
	accept(p, 7);
	assert_int_equal(space.n, 1);
	assert_int_equal(space.n_others, 6);
	assert_string_equal(space.others, "2 neutrons, 1 photon, 1 electron, 2 other particles (the first has code 211)");
	refuse(p, 1, "has no ions");
}

static void
numbers_that_cannot_be_are_refused(void **state)
{
	static const struct { struct sample_particle p; const char *words; } bad[] = {
		{ { .x = (double)NAN, .energy = 1.0, .weight = 1.0 }, "particle 1 is not within 100 m" },
		{ { .z = 1.1e4, .energy = 1.0, .weight = 1.0 }, "particle 1 is not within 100 m" },
		{ { .u = (double)NAN, .energy = 1.0, .weight = 1.0 }, "particle 1 has no direction" },
		{ { .u = 0.9, .v = 0.9, .energy = 1.0, .weight = 1.0 }, "particle 1 has no direction" },
		{ { .u = (double)INFINITY, .v = (double)INFINITY, .energy = 1.0, .weight = 1.0 }, "has no direction" },
		{ { .energy = 0.0, .weight = 1.0 }, "particle 1 has no energy" },
		{ { .energy = (double)NAN, .weight = 1.0 }, "particle 1 has no energy" },
		{ { .energy = (double)INFINITY, .weight = 1.0 }, "particle 1 has no energy" },
		{ { .energy = 1.0, .weight = 0.5 }, "particle 1 has the weight 0.5, that of the first ion is 1" },
		{ { .energy = 1.0, .weight = (double)NAN }, "particle 1 has the weight" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct sample_particle p[] = { proton, bad[i].p };

		p[1].pdg = PROTON;
		refuse(p, 2, bad[i].words);
	}
}

static void
equal_weights_may_be_any_but_not_zero(void **state)
{
	struct sample_particle p[] = { proton, proton };

	(void)state;
	p[0].weight = p[1].weight = 2.385e-7;
	accept(p, 2);
	p[0].weight = p[1].weight = 0.0;
	refuse(p, 2, "particle 0 has the weight 0");
}

/* A beam of what was read, in water without reactions. */
static void
plan_of_space(struct plan *p)
{
	sample_plan(p, "proton", 100.0);
	p->beam.n_spots = 0;
	p->beam.phase_space = space;
	p->beam.ion = space.ion[0];
	p->beam.file = path;
}

/* Protons and alphas of 100 MeV/u go as far in water, 77.2 mm (ICRU 49), carbon ions a third of it (ICRU 90). */
static void
each_history_is_its_particle_and_keeps_its_kind(void **state)
{
	const struct sample_particle p[] = {
		proton, { 0.0, 0.0, 0.0, 0.0, 0.0, 400.0, 1.0, HE4 }, { 1.0, 0.0, 0.0, 0.0, 0.0, 1200.0, 1.0, C12 },
		{ 8.0, 0.0, -5.0, 0.0, 0.0, 100.0, 1.0, PROTON },            /* beside the phantom */
	};
	const double depth_cm[] = { 7.72, 7.72, 2.6 };
	struct transported t;
	struct plan plan;

	(void)state;
	accept(p, 4);
	plan_of_space(&plan);
	transport(&t, &plan, 0, 8);
	for (int i = 0; i < 8; i++) {
		const struct final_state *s = &t.states[i];

		assert_int_equal(s->fate, i % 4 == 3 ? FATE_MISSED : FATE_STOPPED);
		if (i % 4 < 3)
			assert_true(fabs(s->position_cm[AXIS_Z] / depth_cm[i % 4] - 1.0) < 0.05);
	}
	assert_true(fabs((double)t.channel[ENERGY_SOURCE] / (2 * 1800.0 * QUANTA_PER_MeV) - 1.0) < 1e-7);
	transported_free(&t);
}

static void
what_would_not_step_leaves_its_energy_where_it_enters(void **state)
{
	const struct sample_particle p[] = {
		{ 0.25, 0.05, -1.0, 0.0, 0.0, 0.02, 1.0, PROTON }, { 0.0, 0.0, 0.0, 0.0, 0.0, 1e-9, 1.0, C12 }, proton,
	};
	struct transported t;
	struct plan plan;

	(void)state;
	accept(p, 3);
	plan_of_space(&plan);
	plan.transport.nuclear = NUCLEAR_ON;
	plan.scoring.has_fluence = plan.scoring.has_let = true;
	transport(&t, &plan, 0, 2);
	assert_int_equal(t.channel[COUNT_STOPPED], 2);
	assert_int_equal(t.channel[COUNT_STEPS], 0);
	assert_int_equal(t.channel[ENERGY_DEPOSITED], t.channel[ENERGY_SOURCE]);
	assert_int_equal(t.bins[grid_index(&plan.scoring.grid, 52, 50, 0)], (int64_t)(0.02 * QUANTA_PER_MeV));
	assert_int_equal(t.bins[t.layout.first_voxel[SCORE_LENGTH] + grid_index(&plan.scoring.grid, 52, 50, 0)], 0);
	transported_free(&t);
}

/* Those that one phantom loses are the beam of the next, whatever they are. */
static void
what_left_can_be_a_beam_with_all_reactions(void **state)
{
	struct transported t;
	struct sample_particle *p;
	struct plan plan;
	size_t n;

	(void)state;
	sample_plan(&plan, "C-12", 300.0);
	sample_depth(&plan, 10.0);
	plan.transport.nuclear = NUCLEAR_ON;
	transport(&t, &plan, 0, 100);
	n = t.leaving.n;
	assert_true(n > 100);
	p = calloc(n, sizeof *p);
	for (size_t i = 0; i < n; i++) {
		const struct leaving *l = &t.leaving.particle[i];

		p[i] = (struct sample_particle){ l->position_cm[0], l->position_cm[1], l->position_cm[2] - 10.0, 0.0, 0.0,
		    l->energy_MeV, 1.0, l->Z == 1 && l->A == 1 ? PROTON : 1000000000 + l->Z * 10000 + l->A * 10 };
	}
	transported_free(&t);
	accept(p, n);
	assert_true(space.n_ions > 6);
	plan_of_space(&plan);
	plan.transport.nuclear = NUCLEAR_ON;
	transport(&t, &plan, 0, (unsigned)n);
	assert_int_equal(t.channel[ENERGY_SOURCE], t.channel[ENERGY_DEPOSITED] + t.channel[ENERGY_OUTSIDE]
	    + t.channel[ENERGY_ESCAPED] + t.channel[ENERGY_NEUTRAL] + t.channel[ENERGY_BINDING]);
	assert_true(t.channel[COUNT_NONELASTIC] > 0);
	transported_free(&t);
	free(p);
}

static void
the_plan_tells_other_particles_apart(void **state)
{
	struct sample_particle p[] = { proton, proton };
	char *a, *b, difference[200];
	struct plan plan;
	struct err e;

	(void)state;
	accept(p, 2);
	plan_of_space(&plan);
	a = plan_text(&plan, &e);
	assert_non_null(strstr(a, "beam.phase_space: 2 particles, XXH3 "));
	assert_non_null(strstr(a, "beam.phase_space.ions: H-1\n"));
	space.particle[1].energy_MeV += 1e-12;
	b = plan_text(&plan, &e);
	assert_non_null(plan_first_difference(a, b, difference, sizeof difference));
	free(b);
	space.particle[1].energy_MeV -= 1e-12;
	plan.beam.phase_space.is_reused = true;
	b = plan_text(&plan, &e);
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void
more_histories_than_particles_are_refused_unless_these_come_again(void **state)
{
	struct sample_particle p[] = { proton, proton };
	struct plan plan;
	struct err e;

	(void)state;
	accept(p, 2);
	plan_of_space(&plan);
	assert_int_equal(beam_check_histories(&plan.beam, 2, &e), 0);
	assert_int_equal(beam_check_histories(&plan.beam, 3, &e), -1);
	assert_non_null(strstr(e.text, "has 2 particles for 3 histories"));
	plan.beam.phase_space.is_reused = true;
	assert_int_equal(beam_check_histories(&plan.beam, 3, &e), 0);
}

static void
a_particle_faster_than_the_tables_is_refused(void **state)
{
	struct sample_particle p[] = { proton, { 0.0, 0.0, 0.0, 0.0, 0.0, 4004.0, 1.0, HE4 } };
	struct physics *ph;
	struct plan plan;
	struct err e;

	(void)state;
	accept(p, 2);
	plan_of_space(&plan);
	ph = calloc(1, physics_size(&plan));
	assert_non_null(ph);
	assert_int_equal(physics_build(ph, &plan, &e), -1);
	assert_non_null(strstr(e.text, "the phase space has He-4 of up to 1001 MeV/u"));
	free(ph);
}

#define T(test) cmocka_unit_test_setup_teardown(test, make, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(ions_are_taken_and_moved_and_sorted_by_kind),
		T(others_are_refused_or_skipped_and_counted),
		T(numbers_that_cannot_be_are_refused),
		T(equal_weights_may_be_any_but_not_zero),
		T(each_history_is_its_particle_and_keeps_its_kind),
		T(what_would_not_step_leaves_its_energy_where_it_enters),
		T(what_left_can_be_a_beam_with_all_reactions),
		T(the_plan_tells_other_particles_apart),
		T(more_histories_than_particles_are_refused_unless_these_come_again),
		T(a_particle_faster_than_the_tables_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
