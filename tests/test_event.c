/* phys/event: what comes of a nuclear event, to the quantum. Thousands of protons, helium and carbon ions of several
 * energies meet nuclei of water. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/units.h"
#include "phys/event.h"
#include "sample_plan.h"

enum { EVENTS = 3000, FIRST_HISTORY = 4711 };

static const struct { const char *ion; double energy_MeV_u; } beams[] = {
	{"proton", 11.3}, {"proton", 73.0}, {"proton", 231.0}, {"He-4", 37.0}, {"He-4", 187.0},
	{"C-12", 23.0}, {"C-12", 139.0}, {"C-12", 397.0},
};

enum { N_BEAMS = sizeof beams / sizeof beams[0] };

static struct physics *
physics_of(const char *ion, double energy_MeV_u, enum plan_nuclear nuclear)
{
	struct plan p;
	struct err e = {0};
	struct physics *ph;

	sample_plan(&p, ion, energy_MeV_u);
	p.transport.nuclear = nuclear;
	ph = calloc(1, physics_size(&p));
	assert_non_null(ph);
	if (physics_build(ph, &p, &e) != 0)
		fail_msg("%s", e.text);
	return ph;
}

/* The k-th of a beam's particles that meet a nucleus: every third is a primary. */
static struct encounter
encounter_of(const struct physics *ph, double energy_MeV, unsigned k)
{
	return (struct encounter){
		.history = FIRST_HISTORY + k,
		.particle = k % 3 == 0 ? 0 : 0x9e3779b9u * k,
		.draw = k % 7,
		.range_g_cm2 = (float)range_g_cm2(&physics_medium(ph, 0, 0)->range, energy_MeV),
		.energy_q = (int64_t)(energy_MeV * QUANTA_PER_MeV),
		.direction = {0.36, -0.48, 0.8},
	};
}

static void
sample(struct outcome *o, const struct physics *ph, const struct encounter *x)
{
	struct err e = {0};

	if (event_sample(o, ph, x, &e) != 0)
		fail_msg("%s", e.text);
}

/* Calls `check` with each event of each beam. */
static void
each_event(void (*check)(const struct physics *ph, const struct encounter *x, const struct outcome *o))
{
	for (int i = 0; i < N_BEAMS; i++) {
		struct physics *ph = physics_of(beams[i].ion, beams[i].energy_MeV_u, NUCLEAR_ON);

		for (unsigned k = 0; k < EVENTS; k++) {
			struct encounter x = encounter_of(ph, beams[i].energy_MeV_u * ph->ion.A, k);
			struct outcome o;

			sample(&o, ph, &x);
			check(ph, &x, &o);
		}
		free(ph);
	}
}

static void
check_energy(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	int64_t sum = o->local_q + o->binding_q + o->neutral_q;
	(void)ph;

	for (int i = 0; i < o->n; i++) {
		assert_true(o->offspring[i].energy_q >= 0);
		sum += o->offspring[i].energy_q;
	}
	assert_true(sum == x->energy_q);
	assert_true(o->local_q >= 0);
}

static void
energy_is_shared_out_to_the_quantum(void **state)
{
	(void)state;
	each_event(check_energy);
}

/* Is what the event leaves of a target a nucleus, or nothing? Nothing has no energy. */
static bool
can_be_left(int Z, int A, int64_t local_q)
{
	return Z >= 0 && A >= Z && (A > 0 || local_q == 0);
}

static void
check_nucleons(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	int Z = ph->species[x->species].Z, A = ph->species[x->species].A - o->n_neutrons;

	assert_true(o->n_neutrons >= 0);
	for (int i = 0; i < o->n; i++) {
		Z -= ph->species[o->offspring[i].species].Z;
		A -= ph->species[o->offspring[i].species].A;
	}
	assert_true(can_be_left(Z + 1, A + 1, o->local_q) || can_be_left(Z + 8, A + 16, o->local_q));
}

/* An outcome does not say which nucleus was met, nor what is left of it: there is one of water with which it can be. */
static void
no_more_nucleons_fly_than_have_met(void **state)
{
	(void)state;
	each_event(check_nucleons);
}

static void
check_elastic(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	(void)ph;
	if (!o->is_elastic)
		return;
	assert_true(!o->is_none && o->n >= 1 && o->n <= 2);
	assert_int_equal(o->offspring[0].species, x->species);
	assert_int_equal(o->offspring[0].particle, x->particle);
	assert_true(o->offspring[0].energy_q < x->energy_q);
	assert_true(o->binding_q == 0 && o->neutral_q == 0 && o->n_neutrons == 0);
	assert_true((o->n == 2) == (o->local_q == 0));     /* a proton that is hit flies, too */
}

static void
after_an_elastic_event_the_particle_itself_flies_on(void **state)
{
	(void)state;
	each_event(check_elastic);
}

static void
check_numbers(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	(void)ph;
	for (int i = o->is_elastic; i < o->n; i++) {
		uint32_t number = o->offspring[i].particle;

		assert_true(number != 0 && number != x->particle);
		for (int k = 0; k < i; k++)
			assert_true(number != o->offspring[k].particle);
	}
}

static void
each_particle_has_a_number_of_its_own(void **state)
{
	(void)state;
	each_event(check_numbers);
}

/* So two events of a history have no particle in common; of two histories they may. */
static void
numbers_are_of_the_parent_the_draw_and_the_product(void **state)
{
	struct physics *ph = physics_of("C-12", 211.0, NUCLEAR_ON);
	struct encounter x = encounter_of(ph, 211.0 * 12.0, 3);
	struct outcome first, other_parent, later, other_history;
	(void)state;

	sample(&first, ph, &x);
	x.particle = first.offspring[0].particle;
	sample(&other_parent, ph, &x);
	x.particle = 0;
	x.draw++;
	sample(&later, ph, &x);
	x.draw--;
	x.history++;
	sample(&other_history, ph, &x);
	assert_true(first.n > 0 && other_parent.n > 0 && later.n > 0 && other_history.n > 0);
	for (int i = 0; i < first.n; i++) {
		for (int k = 0; k < other_parent.n; k++)
			assert_true(first.offspring[i].particle != other_parent.offspring[k].particle);
		for (int k = 0; k < later.n; k++)
			assert_true(first.offspring[i].particle != later.offspring[k].particle);
	}
	assert_int_equal(first.offspring[0].particle, other_history.offspring[0].particle);
	free(ph);
}

static void
check_motion(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	for (int i = 0; i < o->n; i++) {
		const struct offspring *f = &o->offspring[i];
		double square = 0.0;

		for (int k = 0; k < 3; k++)
			square += (double)f->direction[k] * (double)f->direction[k];
		assert_true(fabs(square - 1.0) < 1e-6);
		assert_true((double)f->energy_q / QUANTA_PER_MeV <= physics_medium(ph, f->species, x->layer)->energy_max_MeV);
	}
}

static void
what_flies_has_a_direction_and_an_energy_that_the_tables_hold(void **state)
{
	(void)state;
	each_event(check_motion);
}

static void
assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_true(a->is_none == b->is_none && a->is_elastic == b->is_elastic && a->n == b->n);
	assert_true(a->local_q == b->local_q && a->binding_q == b->binding_q && a->neutral_q == b->neutral_q);
	assert_true(a->n_neutrons == b->n_neutrons && a->draw == b->draw);
	for (int i = 0; i < a->n; i++) {
		const struct offspring *f = &a->offspring[i], *g = &b->offspring[i];

		assert_true(f->species == g->species && f->particle == g->particle && f->energy_q == g->energy_q);
		assert_memory_equal(f->direction, g->direction, sizeof f->direction);
	}
}

static void
check_again(const struct physics *ph, const struct encounter *x, const struct outcome *o)
{
	struct outcome again;

	memset(&again, 0xa5, sizeof again);
	sample(&again, ph, x);
	assert_same(o, &again);
	assert_true(o->draw > x->draw);
}

static void
an_event_is_a_function_of_its_encounter(void **state)
{
	(void)state;
	each_event(check_again);
}

/* Protons of 231 MeV meet both nuclei, elastically and not. */
static void
all_kinds_of_events_come(void **state)
{
	struct physics *ph = physics_of("proton", 231.0, NUCLEAR_ON);
	unsigned n_elastic = 0, n_two = 0, n_neutral = 0;
	(void)state;

	for (unsigned k = 0; k < EVENTS; k++) {
		struct encounter x = encounter_of(ph, 231.0, k);
		struct outcome o;

		sample(&o, ph, &x);
		n_elastic += o.is_elastic;
		n_two += o.is_elastic && o.n == 2;
		n_neutral += o.neutral_q > 0;
	}
	assert_true(n_two > EVENTS / 20 && n_elastic > 2 * n_two);
	assert_true(n_neutral > EVENTS / 4 && n_neutral <= EVENTS - n_elastic);
	free(ph);
}

static void
with_attenuation_alone_all_energy_is_carried_off(void **state)
{
	struct physics *ph = physics_of("C-12", 139.0, NUCLEAR_ATTENUATION);
	struct encounter x = encounter_of(ph, 139.0 * 12.0, 5);
	struct outcome o;
	(void)state;

	sample(&o, ph, &x);
	assert_true(!o.is_none && !o.is_elastic && o.n == 0 && o.local_q == 0 && o.binding_q == 0);
	assert_true(o.neutral_q == x.energy_q);
	assert_int_equal(o.draw, x.draw);
	free(ph);
}

/* Below all thresholds an event can only be one of rounding. */
static void
where_nothing_can_happen_the_particle_flies_on_as_it_was(void **state)
{
	struct physics *ph = physics_of("C-12", 139.0, NUCLEAR_ON);
	struct encounter x = encounter_of(ph, 0.1 * 12.0, 4);
	struct outcome o;
	(void)state;

	sample(&o, ph, &x);
	assert_true(o.is_none && o.is_elastic && o.n == 1 && o.local_q == 0 && o.binding_q == 0 && o.neutral_q == 0);
	assert_int_equal(o.offspring[0].particle, x.particle);
	assert_int_equal(o.offspring[0].species, x.species);
	assert_true(o.offspring[0].energy_q == x.energy_q);
	for (int k = 0; k < 3; k++)
		assert_true(o.offspring[0].direction[k] == (float)x.direction[k]);
	free(ph);
}

static void
assert_refused(const struct physics *ph, const struct encounter *x, const char *text)
{
	struct outcome o;
	struct err e = {0};

	assert_int_equal(event_sample(&o, ph, x, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "history 4712: "));
	assert_non_null(strstr(e.text, text));
}

static void
what_no_table_holds_is_an_error_that_names_the_history(void **state)
{
	struct physics *ph = physics_of("C-12", 139.0, NUCLEAR_ON);
	struct encounter x = encounter_of(ph, 139.0 * 12.0, 1);
	(void)state;

	ph->n_species = 1;
	assert_refused(ph, &x, "which has no table");
	free(ph);
	ph = physics_of("C-12", 139.0, NUCLEAR_ON);
	x.energy_q *= 20;
	assert_refused(ph, &x, "products beyond the tables in 100 draws");
	free(ph);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_is_shared_out_to_the_quantum),
		cmocka_unit_test(no_more_nucleons_fly_than_have_met),
		cmocka_unit_test(after_an_elastic_event_the_particle_itself_flies_on),
		cmocka_unit_test(each_particle_has_a_number_of_its_own),
		cmocka_unit_test(numbers_are_of_the_parent_the_draw_and_the_product),
		cmocka_unit_test(what_flies_has_a_direction_and_an_energy_that_the_tables_hold),
		cmocka_unit_test(an_event_is_a_function_of_its_encounter),
		cmocka_unit_test(all_kinds_of_events_come),
		cmocka_unit_test(with_attenuation_alone_all_energy_is_carried_off),
		cmocka_unit_test(where_nothing_can_happen_the_particle_flies_on_as_it_was),
		cmocka_unit_test(what_no_table_holds_is_an_error_that_names_the_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
