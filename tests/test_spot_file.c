/* A user's list of spots is read in each of its layouts, or refused where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/spot_file.h"

static struct diagnostics diagnostics;
static struct beam beam;

static const struct spot preset = {
	.energy_spread = 0.003, .size_cm = { 0.25, 0.35 }, .divergence_rad = 0.002,
	.position_cm = { 1.5, 2.5, -3.5 }, .direction = { 0.0, 0.0, 1.0 }, .weight = 1.0
};

static int
forget(void **state)
{
	(void)state;
	diagnostics_free(&diagnostics);
	free(beam.spot);
	free(beam.file);
	beam = (struct beam){ 0 };
	return 0;
}

static int
parse_with(const char *text, const char *ion, const struct spot *otherwise)
{
	struct text_file f;
	struct err e;
	int rc;

	forget(NULL);
	assert_int_equal(ion_parse(&beam.ion, ion, &e), 0);
	assert_int_equal(text_file_copy(&f, "s.txt", text, strlen(text), &e), 0);
	rc = spot_file_parse(&beam, &f, otherwise, &diagnostics, &e);
	text_file_free(&f);
	assert_int_equal(rc < 0, diagnostics.n > 0);
	if (rc < 0)
		assert_int_equal(e.kind, ERR_INPUT);
	return rc;
}

static void
accept(const char *text, const char *ion)
{
	if (parse_with(text, ion, &preset) < 0)
		fail_msg("refused: %s", diagnostics.kept[0].text);
}

/* Asserts that there is one error, at this line and column, with these words. */
static void
refuse(const char *text, const char *place, const char *words)
{
	char start[40];
	const char *found;

	assert_int_equal(parse_with(text, "C-12", &preset), -1);
	assert_int_equal(diagnostics.n, 1);
	found = diagnostics.kept[0].text;
	snprintf(start, sizeof start, "s.txt:%s: ", place);
	if (strncmp(found, start, strlen(start)) != 0 || strstr(found, words) == NULL)
		fail_msg("expected %s ... %s, found:\n%s", start, words, found);
}

static void
seven_columns_are_read(void **state)
{
	const struct spot *s;

	(void)state;
	accept("# spots: some\n\n160.5 0.8025 4.7 -4.84 0.4 0.3 7.757e7\n"
	    "150, 0.75;\t-1|2 0.1 0.2  3 # note\r\n", "proton");
	assert_int_equal(beam.n_spots, 2);
	s = beam.spot;
	assert_true(s[0].energy_MeV == 160.5 && s[0].energy_spread == 0.8025 / 160.5);
	assert_true(s[0].position_cm[0] == 4.7 && s[0].position_cm[1] == -4.84);
	assert_true(s[0].position_cm[2] == -3.5 && s[0].divergence_rad == 0.002);
	assert_true(s[0].size_cm[0] == 0.4 && s[0].size_cm[1] == 0.3 && s[0].weight == 7.757e7);
	assert_true(s[0].direction[0] == 0.0 && s[0].direction[2] == 1.0);
	assert_true(s[1].energy_MeV == 150.0 && s[1].position_cm[0] == -1.0 && s[1].weight == 3.0);
}

static void
directives_change_units_and_widths(void **state)
{
	const struct spot *s;

	(void)state;
	accept("# title of the list: E_GeV sE_GeV x_cm\n# energy: GeV\n# length: mm\n#size: fwhm\n"
	    "0.16036 0.00072 47 -48.4 9.4 6.4 7.7570e+07\n", "proton");
	s = beam.spot;
	assert_true(s->energy_MeV == 160.36 && fabs(s->energy_spread - 0.72 / 160.36) < 1e-15);
	assert_true(s->position_cm[0] == 4.7 && s->position_cm[1] == -4.84);
	assert_true(fabs(s->size_cm[0] - 0.94 / sqrt(8.0 * log(2.0))) < 1e-14);
	assert_true(fabs(s->size_cm[1] - 0.64 / sqrt(8.0 * log(2.0))) < 1e-14);
	accept("# energy: MeV/u\n# size: sigma\n100 0.5 0 0 0.1 0.1 1\n", "C-12");
	s = beam.spot;
	assert_true(s->energy_MeV == 1200.0 && s->energy_spread == 0.005 && s->size_cm[0] == 0.1);
}

static void
columns_are_named_in_any_order(void **state)
{
	const struct spot *s;

	(void)state;
	accept("# columns: w v u weight z energy\n4 0 3 2.5 -10 99\n", "proton");
	s = beam.spot;
	assert_true(s->direction[0] == 0.6 && s->direction[1] == 0.0 && s->direction[2] == 0.8);
	assert_true(s->weight == 2.5 && s->energy_MeV == 99.0 && s->energy_spread == 0.003);
	assert_true(s->position_cm[0] == 1.5 && s->position_cm[2] == -10.0);
	assert_true(s->size_cm[0] == 0.25 && s->size_cm[1] == 0.35);
}

static void
the_energy_may_be_that_of_the_beam(void **state)
{
	struct spot with_energy = preset;

	(void)state;
	with_energy.energy_MeV = 120.0;
	assert_int_equal(parse_with("# columns: x energy_spread\n1 0.6\n2 1.2\n", "proton", &with_energy), 0);
	assert_true(beam.spot[1].energy_MeV == 120.0 && beam.spot[1].energy_spread == 0.01);
	assert_true(beam.spot[1].weight == 1.0 && beam.spot[1].position_cm[0] == 2.0);
	refuse("# columns: x y\n1 2\n", "2:1", "no column energy, nor is beam.energy given");
}

static void
a_unit_vector_stays_to_the_bit(void **state)
{
	double d[N_AXES], unit[N_AXES] = { 0.1, -0.2, 0.7 };

	(void)state;
	assert_true(spot_set_direction(unit, unit));
	assert_true(spot_set_direction(d, unit));
	assert_memory_equal(d, unit, sizeof d);
	assert_false(spot_set_direction(d, (const double[]){ 0.0, 1e-7, 0.0 }));
}

static void
wrong_numbers_have_their_place(void **state)
{
	(void)state;
	refuse("1200 x 0 0 0 0 1\n", "1:6", "energy_spread: found x, expected a number");
	refuse("1200 1 0 0 0 0 1e999\n", "1:16", "weight: found 1e999");
	refuse("1200 1 0 0 0 0\n", "1:1", "found 6 columns, expected 7: energy energy_spread x y");
	refuse("1200 1 0 0 0 0 1 9\n", "1:1", "found 8 columns, expected 7");
	refuse("11 1 0 0 0 0 1\n", "1:1", "energy: 0.9166667 MeV/u is outside of 1 MeV/u to 1000");
	refuse("1200 300 0 0 0 0 1\n", "1:6", "energy_spread: 0.25 of the energy is outside of 0 % to");
	refuse("1200 1 0 1e5 0 0 1\n", "1:10", "y: 100000 cm is outside of -100 m to 100 m");
	refuse("1200 1 0 0 0 -1 1\n", "1:14", "sigma_y: -1 cm is outside of 0 mm to 1 m");
	refuse("1200 1 0 0 0 0 1\n1200 1 0 0 0 0 0\n", "2:16", "weight: 0 is outside of 1e-15");
	refuse("# columns: energy u v w\n1200 0 0 0\n", "2:6", "the vector has no length");
	refuse("beam of spots\n", "1:1", "found 3 columns");
}

static void
wrong_directives_have_their_place(void **state)
{
	(void)state;
	refuse("# energy: GEV\n1200 1 0 0 0 0 1\n", "1:11", "unknown unit GEV, expected keV, MeV");
	refuse("# length: MeV\n1200 1 0 0 0 0 1\n", "1:11", "unknown unit MeV, expected um, mm");
	refuse("# size: hwhm\n1200 1 0 0 0 0 1\n", "1:9", "found hwhm, expected sigma or fwhm");
	refuse("1200 1 0 0 0 0 1\n# length: mm\n", "2:1", "before the first numbers");
	refuse("# columns: energy weigth\n1200\n", "1:19", "unknown column weigth, did you mean weight?");
	refuse("# columns: energy x x\n1200 1\n", "1:21", "column x named twice");
	refuse("# columns: energy u v\n1200 1 1\n", "1:12", "the three columns u, v and w");
	refuse("# nothing\n", "1:10", "found no spots");
	refuse("12\x01 3\n", "1:3", "not UTF-8 text");
}

static void
a_million_spots_are_enough(void **state)
{
	static const char line[] = "1200\n";
	const size_t head = 18, size = head + (SPOTS_MAX + 1) * (sizeof line - 1);
	char *text = malloc(size + 1);

	(void)state;
	assert_non_null(text);
	strcpy(text, "# columns: energy\n");
	for (size_t i = head; i < size; i += sizeof line - 1)
		memcpy(text + i, line, sizeof line);
	refuse(text, "1000002:1", "more than 1000000 spots");
	text[size - (sizeof line - 1)] = '\0';
	accept(text, "C-12");
	assert_int_equal(beam.n_spots, SPOTS_MAX);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(seven_columns_are_read, forget),
		cmocka_unit_test_teardown(directives_change_units_and_widths, forget),
		cmocka_unit_test_teardown(columns_are_named_in_any_order, forget),
		cmocka_unit_test_teardown(the_energy_may_be_that_of_the_beam, forget),
		cmocka_unit_test(a_unit_vector_stays_to_the_bit),
		cmocka_unit_test_teardown(wrong_numbers_have_their_place, forget),
		cmocka_unit_test_teardown(wrong_directives_have_their_place, forget),
		cmocka_unit_test_teardown(a_million_spots_are_enough, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
