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
	assert_int_equal(plot_write(scratch.dir, "a title", &sample.tally, &e), 0);
	for (int i = 0; plot_scripts[i] != NULL; i++) {
		char *text = read_plot(plot_scripts[i], &n), expected[64];
		int stem = (int)strcspn(plot_scripts[i], ".");

		snprintf(expected, sizeof expected, "set output '%.*s.svg'", stem, plot_scripts[i]);
		assert_non_null(strstr(text, expected));
		snprintf(expected, sizeof expected, "set output '%.*s.png'", stem, plot_scripts[i]);
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
			float found, expected = (float)(tally_mean_MeV(t, bin) * tally_dose_per_MeV(&t->layout));

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
		double expected = tally_mean_MeV(t, (size_t)ix * row + peak) * tally_dose_per_MeV(&t->layout);

		assert_int_equal(sscanf(line, "%lf %lf %lf", &x_mm, &dose, &error), 3);
		assert_true(fabs(x_mm - 3 * (ix - 1)) < 1e-9 && fabs(dose - expected) <= 1e-8 * expected);
	}
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
		in_scratch(nothing_done_is_nothing_to_plot),
		in_scratch(a_missing_directory_is_an_output_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
