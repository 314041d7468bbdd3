/* The canonical text and hash of a plan change with what decides the bits, and with nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/plan.h"

#define SPOTS_MAX 60
#define LAYERS_MAX 3

/* A plan without files or physics behind it: every field has a value of its own. */
struct sample {
	struct plan plan;
	struct spot spot[SPOTS_MAX];
	struct layer layer[LAYERS_MAX];
};

static const struct spot one_spot = {
	.energy_MeV = 4801.5, .energy_spread = 0.001, .size_cm = { 0.3, 0.4 },
	.divergence_rad = 0.002, .position_cm = { 0.11, 0.12, 0.13 }, .direction = { 0.0, 0.6, 0.8 },
	.weight = 7.5
};

static const struct layer one_layer = {
	.material = {
		.name = "stuff", .density_g_cm3 = 1.19, .I_eV = 74.3, .n_elements = 2,
		.element = { { 1, 0.25 }, { 8, 0.75 } },
		.density_effect = { true, 3.5, 0.24, 2.8, 0.09, 3.47, 0.01 }
	},
	.thickness_cm = 40.5
};

static struct plan *
fill(struct sample *s, int n_spots, int n_layers)
{
	s->plan = (struct plan){
		.histories = 1000, .seed = 7, .cut.first = 500,
		.beam = { .ion = { .Z = 6, .A = 12, .name = "C-12" }, .n_spots = n_spots, .spot = s->spot },
		.phantom = { .n_layers = n_layers, .layer = s->layer, .size_cm = { 10.5, 11.5, 40.5 } },
		.scoring.grid = { .origin_cm = { -5.0, -6.0, 0.5 }, .voxel_cm = { 0.1, 0.2, 0.3 },
		    .n = { 10, 11, 12 } },
		.transport = { 0.1, 0.05, 0.002, true, true, true, false, NUCLEAR_OFF }
	};
	for (int i = 0; i < n_spots; i++)
		s->spot[i] = one_spot;
	for (int i = 0; i < n_layers; i++)
		s->layer[i] = one_layer;
	return &s->plan;
}

static struct plan *
example(struct sample *s)
{
	return fill(s, 1, 1);
}

static char *
text_of(const struct plan *p)
{
	struct err e;
	char *text = plan_text(p, &e);

	assert_non_null(text);
	return text;
}

static const char *
difference(const struct plan *a, const struct plan *b, char *buf, size_t n)
{
	char *text_a = text_of(a), *text_b = text_of(b);
	char hash_a[33], hash_b[33];
	const char *found = plan_first_difference(text_a, text_b, buf, n);

	plan_hash(text_a, hash_a);
	plan_hash(text_b, hash_b);
	assert_int_equal(strcmp(hash_a, hash_b) == 0, found == NULL);
	free(text_a);
	free(text_b);
	return found;
}

/* What a change to a plan of so many spots and layers is called. */
static void
assert_named(const struct sample *changed, const char *expected)
{
	struct sample s;
	const struct plan *p = fill(&s, changed->plan.beam.n_spots, changed->plan.phantom.n_layers);
	char buf[200];
	const char *found = difference(p, &changed->plan, buf, sizeof buf);

	assert_non_null(found);
	assert_string_equal(found, expected);
}

static void
the_text_is_this(void **state)
{
	struct sample s;
	char *text = text_of(example(&s));

	(void)state;
	assert_string_equal(text, "plan: 4\nphysics: 4\nseed: 7\nhistories_per_range: 500\n"
	    "histories_per_range_max: 500\nbeam.ion: C-12\n"
	    "beam.spots: 1\nbeam.energy: 4801.5 MeV\nbeam.energy_spread: 0.001\n"
	    "beam.spot_size: 0.3 0.4 cm\nbeam.divergence: 0.002 rad\n"
	    "beam.position: 0.11 0.12 0.13 cm\nbeam.direction: 0 0.6 0.8\n"
	    "phantom.layers: 1\nphantom.material: stuff\n"
	    "phantom.material.composition: 1=0.25 8=0.75\nphantom.material.state: condensed\n"
	    "phantom.density: 1.19 g/cm3\nphantom.mean_excitation_energy: 74.3 eV\n"
	    "phantom.material.density_effect: 3.5 0.24 2.8 0.09 3.47 0.01\n"
	    "phantom.stopping_power: built-in\nphantom.size: 10.5 11.5 40.5 cm\n"
	    "scoring.quantities: dose\nscoring.voxel: 0.1 0.2 0.3 cm\n"
	    "scoring.size: 10 11 12 voxels\nscoring.origin: -5 -6 0.5 cm\n"
	    "transport.step: 0.1 cm\ntransport.range_fraction: 0.05\ntransport.cutoff: 0.002 cm\n"
	    "transport.energy_loss: on\ntransport.straggling: on\ntransport.scattering: on\n"
	    "transport.single_scattering: off\ntransport.nuclear: off\n");
	free(text);
}

/* 128-bit XXH3 of two known inputs, in its canonical (big-endian) form. */
static void
the_hash_is_xxh3(void **state)
{
	char hash[33];

	(void)state;
	plan_hash("", hash);
	assert_string_equal(hash, "99aa06d3014798d86001c324468d497f");
	plan_hash("abc", hash);
	assert_string_equal(hash, "06b05ab6733a618578af5f94892f3950");
}

static void
what_changes_no_bit_does_not_count(void **state)
{
	struct sample a, b;
	char buf[200], name[] = "spots.txt";

	(void)state;
	example(&a);
	example(&b);
	b.plan.histories = 999999;
	b.plan.final_states = true;
	b.plan.slabs = SLABS_SHARED;
	b.plan.beam.file = name;
	b.spot[0].weight = 1.0;   /* of a spot that is alone */
	assert_null(difference(&a.plan, &b.plan, buf, sizeof buf));
}

static void
the_difference_is_named(void **state)
{
	struct sample s;
	struct plan *p = example(&s);

	(void)state;
	p->seed = 8;
	assert_named(&s, "seed: 7 / 8");
	s.spot[0].energy_MeV = 200.25;
	p->transport.has_straggling = false;
	assert_named(&s, "seed: 7 / 8; also beam.energy, transport.straggling");
}

static void
layers_and_spots_are_named_by_their_number(void **state)
{
	struct sample s;

	(void)state;
	fill(&s, 1, 3);
	s.layer[1].thickness_cm = 2.0;
	assert_named(&s, "phantom.layers[2].thickness: 40.5 cm / 2 cm");
	fill(&s, 1, 3);
	s.layer[2].material.I_eV = 75.5;
	assert_named(&s, "phantom.layers[3].mean_excitation_energy: 74.3 eV / 75.5 eV");
	fill(&s, 2, 1);
	s.spot[1].weight = 8.5;
	assert_named(&s, "beam.spots[2].weight: 7.5 / 8.5");
	s.spot[0].size_cm[1] = 0.5;
	assert_named(&s, "beam.spots[1].spot_size: 0.3 0.4 cm / 0.3 0.5 cm; also beam.spots[2].weight");
}

/* Of many spots there are hashes: the field that differs is still named. */
static void
each_of_many_spots_counts(void **state)
{
	struct sample a, b;
	char buf[400];

	(void)state;
	fill(&a, SPOTS_MAX, 1);
	for (int i = 0; i < SPOTS_MAX; i++) {
		fill(&b, SPOTS_MAX, 1);
		assert_null(difference(&a.plan, &b.plan, buf, sizeof buf));
		b.spot[i].direction[2] *= 1.0 + 3e-16;
		assert_non_null(difference(&a.plan, &b.plan, buf, sizeof buf));
		assert_int_equal(strncmp(buf, "beam.spots.direction: XXH3 ", 27), 0);
		assert_null(strstr(buf, "also"));
	}
}

static void
rings_are_told_from_voxels(void **state)
{
	struct sample s;
	struct grid *g = &example(&s)->scoring.grid;
	char *text;

	(void)state;
	*g = (struct grid){ .kind = GRID_CYLINDRICAL, .origin_cm = { 0.5, -0.25, 2.0 },
	    .voxel_cm = { 0.7, 0.7, 0.3 }, .n = { 2, 1, 12 }, .radius_cm = { 0.0, 0.1, 0.7 } };
	s.plan.scoring.has_fluence = s.plan.scoring.has_let = true;
	text = text_of(&s.plan);
	assert_non_null(strstr(text, "scoring.quantities: dose fluence let\n"
	    "scoring.let_of: all\n"
	    "scoring.cylinder.radii: 0 0.1 0.7 cm\nscoring.cylinder.depth_bin: 0.3 cm\n"
	    "scoring.cylinder.depth: 12 bins\nscoring.cylinder.axis: 0.5 -0.25 cm\n"
	    "scoring.cylinder.start: 2 cm\ntransport.step"));
	free(text);
}

/* Without an LET it does not matter whose it would be. */
static void
whose_the_let_is_counts_with_the_let(void **state)
{
	struct sample a, b;
	char buf[200];

	(void)state;
	example(&a)->scoring.has_let = example(&b)->scoring.has_let = true;
	b.plan.scoring.is_let_of_primaries = true;
	assert_string_equal(difference(&a.plan, &b.plan, buf, sizeof buf), "scoring.let_of: all / primaries");
	a.plan.scoring.has_let = b.plan.scoring.has_let = false;
	assert_null(difference(&a.plan, &b.plan, buf, sizeof buf));
}

/* Adds the least that a double can show to one field at a time. */
static void
the_last_bit_of_every_number_counts(void **state)
{
	struct sample s, original;
	struct plan *p = fill(&s, 2, 2);
	double *const field[] = { &s.spot[0].energy_MeV, &s.spot[1].energy_spread,
	    &s.spot[0].size_cm[0], &s.spot[0].size_cm[1], &s.spot[1].divergence_rad,
	    &s.spot[0].position_cm[2], &s.spot[1].direction[1], &s.spot[1].weight,
	    &s.layer[0].material.density_g_cm3, &s.layer[1].material.I_eV,
	    &s.layer[0].material.element[1].weight, &s.layer[1].thickness_cm, &p->phantom.size_cm[2],
	    &p->scoring.grid.origin_cm[0], &p->scoring.grid.voxel_cm[1], &p->transport.step_cm,
	    &p->transport.range_fraction, &p->transport.cutoff_cm };

	(void)state;
	fill(&original, 2, 2);
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
		double kept = *field[i];
		char buf[200];

		*field[i] = kept * (1.0 + 3e-16);
		assert_true(*field[i] != kept);
		assert_non_null(difference(&original.plan, p, buf, sizeof buf));
		*field[i] = kept;
	}
}

static void
every_switch_counts(void **state)
{
	struct sample s;

	(void)state;
	example(&s)->transport.has_energy_loss = false;
	assert_named(&s, "transport.energy_loss: on / off");
	example(&s)->transport.has_scattering = false;
	assert_named(&s, "transport.scattering: on / off");
	example(&s)->transport.has_single_scattering = true;
	assert_named(&s, "transport.single_scattering: off / on");
	example(&s)->transport.nuclear = NUCLEAR_ATTENUATION;
	assert_named(&s, "transport.nuclear: off / attenuation only");
	s.plan.transport.nuclear = NUCLEAR_ON;
	assert_named(&s, "transport.nuclear: off / on");
	example(&s)->scoring.has_fluence = true;
	assert_named(&s, "scoring.quantities: dose / dose fluence");
	example(&s)->scoring.has_yields = true;
	assert_named(&s, "scoring.quantities: dose / dose yields; also scoring.yield_angle");
	example(&s);
	s.layer[0].material.is_gas = true;
	assert_named(&s, "phantom.material.state: condensed / gas");
	example(&s);
	s.layer[0].material.density_effect.is_known = false;
	assert_named(&s, "phantom.material.density_effect: 3.5 0.24 2.8 0.09 3.47 0.01 / none");
}

static void
every_count_counts(void **state)
{
	struct sample s;

	(void)state;
	example(&s)->cut.first = 501;
	assert_named(&s, "histories_per_range: 500 / 501; also histories_per_range_max");
	example(&s)->cut.doublings = 1;
	assert_named(&s, "histories_per_range_max: 500 / 1000");
	example(&s)->scoring.grid.n[AXIS_Z] = 13;
	assert_named(&s, "scoring.size: 10 11 12 voxels / 10 11 13 voxels");
	strcpy(example(&s)->beam.ion.name, "O-16");
	assert_named(&s, "beam.ion: C-12 / O-16");
	example(&s);
	s.layer[0].material.element[0].Z = 2;
	assert_named(&s, "phantom.material.composition: 1=0.25 8=0.75 / 2=0.25 8=0.75");
}

static void
a_table_counts_by_its_values_not_by_its_file(void **state)
{
	double E[] = { 1.0, 2.0, 3.0, 4.0 }, S[] = { 9.0, 8.0, 7.0, 6.0 };
	double S_other[] = { 9.0, 8.0, 7.0, 5.0 };
	struct sample a, b;
	const struct plan *p = example(&a), *q = example(&b);
	char buf[400], name_a[] = "a.txt", name_b[] = "b.txt";

	(void)state;
	a.layer[0].stopping = (struct stopping_table){ 4, E, S, name_a };
	assert_non_null(difference(p, q, buf, sizeof buf));
	assert_non_null(strstr(buf, "phantom.stopping_power: 4 points, XXH3 "));
	b.layer[0].stopping = (struct stopping_table){ 4, E, S, name_b };
	assert_null(difference(p, q, buf, sizeof buf));
	b.layer[0].stopping.stopping_MeV_cm2_g = S_other;
	assert_non_null(difference(p, q, buf, sizeof buf));
}

static void
differences_fit_any_buffer(void **state)
{
	static const char a[] = "one: 1\ntwo: 2\nthree: 3\n", b[] = "one: 5\nfour: 4\n";
	char buf[80];

	(void)state;
	assert_string_equal(plan_first_difference(a, b, buf, sizeof buf),
	    "one: 1 / 5; also two, three, four");
	assert_string_equal(plan_first_difference("", b, buf, sizeof buf), "one: absent / 5; also four");
	for (size_t n = 1; n < sizeof buf; n++) {
		memset(buf, '#', sizeof buf);
		assert_ptr_equal(plan_first_difference(a, b, buf, n), buf);
		assert_true(strlen(buf) < n);
		assert_int_equal(buf[n], '#');
	}
	assert_null(plan_first_difference(a, a, buf, sizeof buf));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_this),
		cmocka_unit_test(the_hash_is_xxh3),
		cmocka_unit_test(what_changes_no_bit_does_not_count),
		cmocka_unit_test(the_difference_is_named),
		cmocka_unit_test(the_last_bit_of_every_number_counts),
		cmocka_unit_test(layers_and_spots_are_named_by_their_number),
		cmocka_unit_test(each_of_many_spots_counts),
		cmocka_unit_test(rings_are_told_from_voxels),
		cmocka_unit_test(every_switch_counts),
		cmocka_unit_test(whose_the_let_is_counts_with_the_let),
		cmocka_unit_test(every_count_counts),
		cmocka_unit_test(a_table_counts_by_its_values_not_by_its_file),
		cmocka_unit_test(differences_fit_any_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
