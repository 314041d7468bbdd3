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

/* A plan without files or physics behind it: every field has a value of its own. */
static struct plan
example(void)
{
	struct plan p = {
		.histories = 1000, .seed = 7, .range_histories = 500,
		.beam = {
			.ion = { .Z = 6, .A = 12, .name = "C-12" }, .energy_MeV = 4801.5,
			.energy_spread = 0.001, .spot_size_cm = 0.3, .divergence_rad = 0.002,
			.position_cm = { 0.11, 0.12, 0.13 }, .direction = { 0.0, 0.6, 0.8 }
		},
		.phantom = {
			.material = {
				.name = "stuff", .density_g_cm3 = 1.19, .I_eV = 74.3, .n_elements = 2,
				.element = { { 1, 0.25 }, { 8, 0.75 } },
				.density_effect = { true, 3.5, 0.24, 2.8, 0.09, 3.47, 0.01 }
			},
			.size_cm = { 10.5, 11.5, 40.5 }
		},
		.grid = { { -5.0, -6.0, 0.5 }, { 0.1, 0.2, 0.3 }, { 10, 11, 12 } },
		.transport = { 0.1, 0.05, 0.002, true, true, true }
	};

	return p;
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

static void
assert_names(const struct plan *changed, const char *expected)
{
	struct plan p = example();
	char buf[200];
	const char *found = difference(&p, changed, buf, sizeof buf);

	assert_non_null(found);
	assert_string_equal(found, expected);
}

static void
the_text_is_this(void **state)
{
	struct plan p = example();
	char *text = text_of(&p);

	(void)state;
	assert_string_equal(text, "plan: 1\nseed: 7\nhistories_per_range: 500\nbeam.ion: C-12\n"
	    "beam.energy: 4801.5 MeV\nbeam.energy_spread: 0.001\nbeam.spot_size: 0.3 cm\n"
	    "beam.divergence: 0.002 rad\nbeam.position: 0.11 0.12 0.13 cm\n"
	    "beam.direction: 0 0.6 0.8\nphantom.material: stuff\n"
	    "phantom.material.composition: 1=0.25 8=0.75\nphantom.material.state: condensed\n"
	    "phantom.density: 1.19 g/cm3\nphantom.mean_excitation_energy: 74.3 eV\n"
	    "phantom.material.density_effect: 3.5 0.24 2.8 0.09 3.47 0.01\n"
	    "phantom.stopping_power: built-in\nphantom.size: 10.5 11.5 40.5 cm\n"
	    "scoring.voxel: 0.1 0.2 0.3 cm\nscoring.size: 10 11 12 voxels\n"
	    "scoring.origin: -5 -6 0.5 cm\ntransport.step: 0.1 cm\n"
	    "transport.range_fraction: 0.05\ntransport.cutoff: 0.002 cm\n"
	    "transport.energy_loss: on\ntransport.straggling: on\ntransport.scattering: on\n");
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
histories_and_memory_do_not_count(void **state)
{
	struct plan a = example(), b = example();
	char buf[200];

	(void)state;
	b.histories = 999999;
	b.final_states = true;
	b.slabs = SLABS_SHARED;
	assert_null(difference(&a, &b, buf, sizeof buf));
}

static void
the_difference_is_named(void **state)
{
	struct plan p = example();

	(void)state;
	p.seed = 8;
	assert_names(&p, "seed: 7 / 8");
	p.beam.energy_MeV = 200.25;
	p.transport.has_straggling = false;
	assert_names(&p, "seed: 7 / 8; also beam.energy, transport.straggling");
}

/* Adds the least that a double can show to one field at a time. */
static void
the_last_bit_of_every_number_counts(void **state)
{
	struct plan p = example();
	double *const field[] = { &p.beam.energy_MeV, &p.beam.energy_spread, &p.beam.spot_size_cm,
	    &p.beam.divergence_rad, &p.beam.position_cm[2], &p.beam.direction[1],
	    &p.phantom.material.density_g_cm3, &p.phantom.material.I_eV,
	    &p.phantom.material.element[1].weight, &p.phantom.size_cm[2], &p.grid.origin_cm[0],
	    &p.grid.voxel_cm[1], &p.transport.step_cm, &p.transport.range_fraction,
	    &p.transport.cutoff_cm };

	(void)state;
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
		struct plan original = example();
		double kept = *field[i];
		char buf[200];

		*field[i] = kept * (1.0 + 3e-16);
		assert_true(*field[i] != kept);
		assert_non_null(difference(&original, &p, buf, sizeof buf));
		*field[i] = kept;
	}
}

static void
every_switch_and_count_counts(void **state)
{
	struct plan p[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		p[i] = example();
	p[0].transport.has_energy_loss = false;
	assert_names(&p[0], "transport.energy_loss: on / off");
	p[1].transport.has_scattering = false;
	assert_names(&p[1], "transport.scattering: on / off");
	p[2].range_histories = 501;
	assert_names(&p[2], "histories_per_range: 500 / 501");
	p[3].grid.n[AXIS_Z] = 13;
	assert_names(&p[3], "scoring.size: 10 11 12 voxels / 10 11 13 voxels");
	strcpy(p[4].beam.ion.name, "O-16");
	assert_names(&p[4], "beam.ion: C-12 / O-16");
	p[5].phantom.material.is_gas = true;
	assert_names(&p[5], "phantom.material.state: condensed / gas");
	p[6].phantom.material.density_effect.is_known = false;
	assert_names(&p[6], "phantom.material.density_effect: 3.5 0.24 2.8 0.09 3.47 0.01 / none");
	p[7].phantom.material.element[0].Z = 2;
	assert_names(&p[7], "phantom.material.composition: 1=0.25 8=0.75 / 2=0.25 8=0.75");
}

static void
a_table_counts_by_its_values_not_by_its_file(void **state)
{
	double E[] = { 1.0, 2.0, 3.0, 4.0 }, S[] = { 9.0, 8.0, 7.0, 6.0 };
	double S_other[] = { 9.0, 8.0, 7.0, 5.0 };
	struct plan a = example(), b = example();
	char buf[400], name_a[] = "a.txt", name_b[] = "b.txt";

	(void)state;
	a.phantom.stopping = (struct stopping_table){ 4, E, S, name_a };
	assert_non_null(difference(&a, &b, buf, sizeof buf));
	assert_non_null(strstr(buf, "phantom.stopping_power: 4 points, XXH3 "));
	b.phantom.stopping = (struct stopping_table){ 4, E, S, name_b };
	assert_null(difference(&a, &b, buf, sizeof buf));
	b.phantom.stopping.stopping_MeV_cm2_g = S_other;
	assert_non_null(difference(&a, &b, buf, sizeof buf));
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
		cmocka_unit_test(histories_and_memory_do_not_count),
		cmocka_unit_test(the_difference_is_named),
		cmocka_unit_test(the_last_bit_of_every_number_counts),
		cmocka_unit_test(every_switch_and_count_counts),
		cmocka_unit_test(a_table_counts_by_its_values_not_by_its_file),
		cmocka_unit_test(differences_fit_any_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
