/* phys/particle: the secondaries that wait for their lane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"
#include "phys/particle.h"
#include "sample_plan.h"
#include "transported.h"

static struct transported t;
static struct flock *b;
static struct err e;
static int proton;

static const double forward[3] = {0.0, 0.0, 1.0};

/* Lane 2 holds the primary of history 987654321, somewhere in the phantom. */
static int
set_up(void **state)
{
	struct plan p;
	(void)state;

	sample_plan(&p, "C-12", 200.0);
	p.transport.nuclear = NUCLEAR_ON;
	transport(&t, &p, 0, 1);
	proton = physics_species(t.physics, 1, 1);
	b = calloc(1, sizeof *b);
	if (b == NULL || proton < 0)
		return -1;
	memset(&e, 0, sizeof e);
	b->history[2] = 987654321;
	b->n_particles[2] = 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(b);
	transported_free(&t);
	return 0;
}

static void
the_last_one_that_waits_flies_first(void **state)
{
	(void)state;

	for (int k = 1; k <= 3; k++) {
		b->position_cm[AXIS_Z][2] = k;
		b->voxel[AXIS_Z][2] = 10 * k;
		assert_int_equal(particle_wait(b, 2, proton, k * (int64_t)(50 * QUANTA_PER_MeV), forward, &e), 0);
	}
	assert_int_equal(b->n_particles[2], 4);
	for (int k = 3; k >= 1; k--) {
		b->range_g_cm2[2] = -1.0;
		assert_true(particle_resume(b, 2, t.physics));
		assert_true(b->position_cm[AXIS_Z][2] == k && b->direction[AXIS_Z][2] == 1.0);
		assert_int_equal(b->voxel[AXIS_Z][2], 10 * k);
		assert_int_equal(b->number[2], k);
		assert_int_equal(b->species[2], proton);
		assert_true(b->energy_q[2] == k * (int64_t)(50 * QUANTA_PER_MeV));
		assert_true(b->range_g_cm2[2] == range_g_cm2(&lane_medium(b, 2, t.physics)->range, 50.0 * k));
		assert_true(b->event[2] == STEP_BEGINS && b->draw[2] == 0 && b->steps[2] == 0);
	}
	assert_false(particle_resume(b, 2, t.physics));
}

/* A number is never given twice: it is the particle's random numbers. */
static void
numbers_go_on_where_places_are_free_again(void **state)
{
	(void)state;

	for (uint32_t k = 1; k <= 1000; k++) {
		assert_int_equal(particle_wait(b, 2, proton, (int64_t)(20 * QUANTA_PER_MeV), forward, &e), 0);
		assert_true(particle_resume(b, 2, t.physics));
		assert_int_equal(b->number[2], k);
		assert_int_equal(lane_stream(b, 2), 256 * k);
	}
}

static void
too_many_that_wait_are_an_error_that_names_the_history(void **state)
{
	(void)state;

	for (int k = 0; k < WAITING_MAX; k++)
		assert_int_equal(particle_wait(b, 2, proton, 1 << 25, forward, &e), 0);
	assert_int_equal(particle_wait(b, 2, proton, 1 << 25, forward, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "history 987654321 has too many secondaries"));
	assert_int_equal(b->n_waiting[2], WAITING_MAX);
	assert_int_equal(b->n_waiting[3], 0);
}

static void
too_many_particles_in_all_are_one_too(void **state)
{
	(void)state;

	b->n_particles[2] = PARTICLES_MAX - 1;
	assert_int_equal(particle_wait(b, 2, proton, 1 << 25, forward, &e), 0);
	assert_true(particle_resume(b, 2, t.physics));
	assert_int_equal(particle_wait(b, 2, proton, 1 << 25, forward, &e), -1);
	assert_non_null(strstr(e.text, "history 987654321"));
	assert_true((uint64_t)(PARTICLES_MAX - 1) * STREAMS_OF_A_PARTICLE + STREAM_OF_EVENTS == UINT32_MAX);
}

int
main(void)
{
#define in_lane(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		in_lane(the_last_one_that_waits_flies_first),
		in_lane(numbers_go_on_where_places_are_free_again),
		in_lane(too_many_that_wait_are_an_error_that_names_the_history),
		in_lane(too_many_particles_in_all_are_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
