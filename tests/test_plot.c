/* io/plot: scripts and data for gnuplot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/plot.h"
#include "sample_tally.h"
#include "scratch.h"

static struct scratch scratch;
static struct sample sample;
static struct err e;

static int
set_up(void **state)
{
	(void)state;
	memset(&e, 0, sizeof e);
	scratch_make(&scratch);
	sample_init(&sample, 9, 4);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static char *
read_plot(const char *name, size_t *n)
{
	char path[256], *text;

	snprintf(path, sizeof path, "plot/%s", name);
	text = scratch_read(&scratch, path, n);
	assert_non_null(text);
	return text;
}

static void
each_script_draws_svg_and_png(void **state)
{
	size_t n;

	(void)state;
	sample_init_full(&sample, GRID_CARTESIAN);
	assert_int_equal(plot_write(scratch.dir, "a title", &sample.tally, &e), 0);
	for (const char *const *script = plot_scripts(&sample.tally.layout); *script != NULL; script++) {
		char *text = read_plot(*script, &n), expected[64];
		int stem = (int)strcspn(*script, ".");

		snprintf(expected, sizeof expected, "set output '%.*s.svg'", stem, *script);
		assert_non_null(strstr(text, expected));
		snprintf(expected, sizeof expected, "set output '%.*s.png'", stem, *script);
		assert_non_null(strstr(text, expected));
		assert_non_null(strstr(text, "set title 'a title' noenhanced\n"));
		free(text);
	}
}

static void
a_title_cannot_become_a_command(void **state)
{
	size_t n;
	char *text;

	(void)state;
	assert_int_equal(plot_write(scratch.dir, "'\n!ls'", &sample.tally, &e), 0);
	text = read_plot("depth.gp", &n);
	assert_non_null(strstr(text, "\nset title ''' !ls''' noenhanced\n"));
	free(text);
}

static void
the_slice_is_the_dose_along_the_axis(void **state)
{
	const struct tally *t = &sample.tally;
	size_t n;
	char *bytes;

	(void)state;
	assert_int_equal(plot_write(scratch.dir, "", t, &e), 0);
	bytes = read_plot("slice.f32", &n);
	assert_int_equal(n, SAMPLE_NX * SAMPLE_NZ * 4);
	for (int ix = 0; ix < SAMPLE_NX; ix++)
		for (int iz = 0; iz < SAMPLE_NZ; iz++) {
			size_t bin = grid_index(&t->layout.grid, ix, 0, iz);
			float found, expected = (float)(tally_dose_Gy(t, bin));

			memcpy(&found, bytes + 4 * (ix * SAMPLE_NZ + iz), 4);
			assert_true(found == expected);
		}
	free(bytes);
}

static void
the_profile_is_taken_at_the_peak(void **state)
{
	const struct tally *t = &sample.tally;
	double x_mm, dose, error;
	size_t n, peak = 28, row = SAMPLE_NZ * SAMPLE_NY;
	char *text, *line;

	(void)state;
	for (size_t iz = 29; iz < 31; iz++)
		if (tally_quanta(t, 240 + iz) > tally_quanta(t, 240 + peak))
			peak = iz;
	assert_int_equal(plot_write(scratch.dir, "", t, &e), 0);
	text = read_plot("profile.dat", &n);
	line = strchr(text, '\n');
	for (int ix = 0; ix < SAMPLE_NX; ix++, line = strchr(line + 1, '\n')) {
		double expected = tally_dose_Gy(t, (size_t)ix * row + peak);

		assert_int_equal(sscanf(line, "%lf %lf %lf", &x_mm, &dose, &error), 3);
		assert_true(fabs(x_mm - 3 * (ix - 1)) < 1e-9 && fabs(dose - expected) <= 1e-8 * expected);
	}
	free(text);
}

static void
let_is_drawn_only_if_scored(void **state)
{
	double mm, let_t, let_d;
	size_t n;
	char *text;

	(void)state;
	assert_string_equal(plot_scripts(&sample.tally.layout)[0], "depth.gp");
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	assert_false(scratch_has(&scratch, "plot/let.gp"));
	sample_init_full(&sample, GRID_CYLINDRICAL);
	assert_string_equal(plot_scripts(&sample.tally.layout)[0], "let.gp");
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	text = read_plot("let.dat", &n);
	assert_int_equal(sscanf(strchr(text, '\n'), "%lf %lf %lf", &mm, &let_t, &let_d), 3);
	assert_true(mm == 0.25 && fabs(let_t - 44.8 / 60) < 1e-6 && fabs(let_d - 307.2 / 7) < 1e-6);
	free(text);
}

/* 400 rows on each side out to 5 mm, beyond which the outermost ring is empty; 160 of them are ring 0. */
static void
the_slice_of_rings_is_mirrored(void **state)
{
	const struct tally *t = &sample.tally;
	size_t n;
	char *bytes;

	(void)state;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	assert_int_equal(plot_write(scratch.dir, "", t, &e), 0);
	bytes = read_plot("slice.f32", &n);
	assert_int_equal(n, 800 * SAMPLE_NZ * 4);
	for (size_t row = 0; row < 800; row++) {
		size_t from_axis = row < 400 ? 399 - row : row - 400;
		float found, expected = (float)tally_dose_Gy(t, (from_axis < 160 ? 0 : 40) + 7);

		memcpy(&found, bytes + 4 * (row * SAMPLE_NZ + 7), 4);
		assert_true(found == expected);
	}
	free(bytes);
}

static void
the_profile_of_rings_is_at_their_middle_and_has_their_edges(void **state)
{
	double r, dose, error, low, high;
	size_t n;
	char *text;

	(void)state;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	text = read_plot("profile.dat", &n);
	assert_int_equal(sscanf(strchr(strchr(text, '\n') + 1, '\n'), "%lf %lf %lf %lf %lf", &r, &dose, &error,
	    &low, &high), 5);
	assert_true(r == 3.5 && low == 2 && high == 5 && dose > 0 && error > 0);
	free(text);
}

static void
the_unit_says_for_how_many_primaries(void **state)
{
	size_t n;
	char *text;

	(void)state;
	sample.tally.layout.delivered_primaries = 3e9;
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	text = read_plot("slice.gp", &n);
	assert_non_null(strstr(text, "set cblabel 'dose (Gy for 3×10^{9} primaries)' "));
	free(text);
}

static void
nothing_done_is_nothing_to_plot(void **state)
{
	(void)state;
	sample_init(&sample, 0, 0);
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_false(scratch_has(&scratch, "plot"));
}

/* A directory from elsewhere must not make us write outside of it. */
static void
no_link_is_followed(void **state)
{
	char from[256], to[256], *text;
	size_t n;

	(void)state;
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	scratch_write(&scratch, "precious", "gold", 4);
	assert_int_equal(symlink("../precious", scratch_path(&scratch, "plot/depth.png", to)), 0);
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), 0);
	assert_int_equal(access(to, F_OK), -1);
	assert_int_equal(rename(scratch_path(&scratch, "plot", from), scratch_path(&scratch, "elsewhere", to)), 0);
	assert_int_equal(symlink("elsewhere", from), 0);
	assert_int_equal(plot_write(scratch.dir, "", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	text = scratch_read(&scratch, "precious", &n);
	assert_memory_equal(text, "gold", 4);
	free(text);
}

static void
a_missing_directory_is_an_output_error(void **state)
{
	(void)state;
	assert_int_equal(plot_write("./no/such", "", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
#define in_scratch(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		in_scratch(each_script_draws_svg_and_png),
		in_scratch(a_title_cannot_become_a_command),
		in_scratch(the_slice_is_the_dose_along_the_axis),
		in_scratch(the_profile_is_taken_at_the_peak),
		in_scratch(let_is_drawn_only_if_scored),
		in_scratch(the_slice_of_rings_is_mirrored),
		in_scratch(the_profile_of_rings_is_at_their_middle_and_has_their_edges),
		in_scratch(the_unit_says_for_how_many_primaries),
		in_scratch(no_link_is_followed),
		in_scratch(nothing_done_is_nothing_to_plot),
		in_scratch(a_missing_directory_is_an_output_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
