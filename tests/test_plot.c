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

static struct sample sample;
static struct err e;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	sample_init(&sample, 9, 4);
	return scratch_set_up(state);
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

/* Depths 0.1 and 15.2 mm are in the layers 0 and 30. */
static void
profiles_are_at_the_chosen_depths(void **state)
{
	static const double depth_mm[] = { 0.1, 15.2 };
	const struct tally *t = &sample.tally;
	double x_mm, dose[2], error[2];
	char *text, *line;
	size_t n;

	(void)state;
	assert_int_equal(plot_add_profiles(scratch.dir, "", t, depth_mm, 2, &e), 0);
	text = read_plot("profiles.dat", &n);
	assert_memory_equal(text, "# x_mm dose_Gy_at_0.25_mm dose_error_Gy dose_Gy_at_15.25_mm dose_error_Gy\n", 74);
	line = strchr(text, '\n');
	for (int ix = 0; ix < SAMPLE_NX; ix++, line = strchr(line + 1, '\n')) {
		size_t bin = (size_t)ix * SAMPLE_NZ * SAMPLE_NY;

		assert_int_equal(sscanf(line, "%lf %lf %lf %lf %lf", &x_mm, &dose[0], &error[0], &dose[1], &error[1]), 5);
		assert_true(fabs(x_mm - 3 * (ix - 1)) < 1e-9);
		assert_true(fabs(dose[0] - tally_dose_Gy(t, bin)) <= 1e-8 * dose[0]);
		assert_true(fabs(dose[1] - tally_dose_Gy(t, bin + 30)) <= 1e-8 * dose[1]);
		assert_true(fabs(error[1] - tally_dose_error_Gy(t, bin + 30)) <= 1e-8 * error[1]);
	}
	free(text);
}

static void
a_profile_outside_the_grid_is_refused(void **state)
{
	static const double depth_mm[] = { 1, 20.001 };

	(void)state;
	assert_int_equal(plot_add_profiles(scratch.dir, "", &sample.tally, depth_mm, 2, &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "a depth of 20.001 mm is outside the grid, 0 to 20 mm"));
}

static void
read_compared(const char *name, double difference[SAMPLE_NZ], double error[SAMPLE_NZ])
{
	size_t n;
	char *text = read_plot(name, &n), *line = strchr(text, '\n');

	for (int iz = 0; iz < SAMPLE_NZ; iz++, line = strchr(line + 1, '\n'))
		assert_int_equal(sscanf(line, "%*f %*f %*f %lf %lf", &difference[iz], &error[iz]), 2);
	free(text);
}

/* The second is shifted by half a bin: it is compared with the mean of two bins, and ends beyond the first. */
static void
results_are_compared_with_the_first(void **state)
{
	static struct sample shifted;
	double difference[SAMPLE_NZ], error[SAMPLE_NZ], value[SAMPLE_NZ], peak = 0;
	struct plot_result results[] = { { "one", &sample.tally }, { "it's two", &shifted.tally } };

	(void)state;
	sample_init(&shifted, 9, 4);
	shifted.tally.layout.grid.origin_cm[AXIS_Z] += 0.025;
	for (int iz = 0; iz < SAMPLE_NZ; iz++) {
		value[iz] = tally_mean_MeV(&sample.tally, 240 + (size_t)iz) * tally_idd_per_MeV(&sample.tally.layout, iz);
		peak = fmax(peak, value[iz]);
	}
	assert_int_equal(plot_add_compare(scratch.dir, results, 2, &e), 0);
	read_compared("compare_1.dat", difference, error);
	for (int iz = 0; iz < SAMPLE_NZ; iz++)
		assert_true(difference[iz] == 0 && error[iz] == 0);
	read_compared("compare_2.dat", difference, error);
	for (int iz = 0; iz + 1 < SAMPLE_NZ; iz++)
		assert_true(fabs(difference[iz] - 50 * (value[iz] - value[iz + 1]) / peak) < 1e-6);
	assert_true(error[0] > 0);
	assert_true(isnan(difference[SAMPLE_NZ - 1]));
}

/* 2 s: one worker all the time, another one in the second half, 100 histories each; one of them dies at the end. */
static const char log_text[] = "out range=0 first=0 count=100 worker=0 at=1700000000.000\n"
    "out range=1 first=100 count=100 worker=1 at=1700000001.000\n"
    "accuracy histories=32 error=0.5 at=1700000001.000\n"
    "done range=0 first=0 count=100 worker=0 at=1700000002.000\n"
    "done range=1 first=100 count=100 worker=1 at=1700000002.000\n"
    "death worker=1 pid=9 x at=1700000002.000\n";

static void
workers_are_counted_over_time(void **state)
{
	double t_s, workers, rate;
	char *text, *line;
	bool has[2];
	size_t n;

	(void)state;
	scratch_write(&scratch, "ranges.log", log_text, strlen(log_text));
	assert_int_equal(plot_add_run(scratch.dir, "", &sample.tally, has, &e), 0);
	assert_true(has[0] && has[1]);
	text = read_plot("workers.dat", &n);
	line = strchr(text, '\n');
	for (int i = 0; i < 200; i++, line = strchr(line + 1, '\n')) {
		assert_int_equal(sscanf(line, "%lf %lf %lf", &t_s, &workers, &rate), 3);
		assert_true(fabs(t_s - 0.01 * (i + 0.5)) < 1e-6);
		assert_true(fabs(workers - (i < 100 ? 1 : 2)) < 1e-3 && fabs(rate - (i < 100 ? 50 : 150)) < 0.1);
	}
	assert_string_equal(line, "\n");
	free(text);
	text = read_plot("deaths.dat", &n);
	assert_string_equal(text, "# time_s\n2\n");
	free(text);
}

static void
convergence_ends_with_the_result(void **state)
{
	char expected[200], *text;
	bool has[2];
	size_t n;

	(void)state;
	scratch_write(&scratch, "ranges.log", log_text, strlen(log_text));
	assert_int_equal(plot_add_run(scratch.dir, "", &sample.tally, has, &e), 0);
	text = read_plot("convergence.dat", &n);
	snprintf(expected, sizeof expected, "# histories mean_relative_error_percent\n32 50\n%llu %.9g\n",
	    (unsigned long long)tally_extent(&sample.tally), 100 * tally_mean_relative_error(&sample.tally));
	assert_string_equal(text, expected);
	free(text);
}

static void
without_a_log_there_is_nothing_of_the_run(void **state)
{
	bool has[2];

	(void)state;
	assert_int_equal(plot_add_run(scratch.dir, "", &sample.tally, has, &e), 0);
	assert_false(has[0] || has[1]);
	assert_false(scratch_has(&scratch, "plot/workers.gp") || scratch_has(&scratch, "plot/convergence.gp"));
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
	const struct CMUnitTest tests[] = {
		in_scratch_after(each_script_draws_svg_and_png, set_up),
		in_scratch_after(a_title_cannot_become_a_command, set_up),
		in_scratch_after(the_slice_is_the_dose_along_the_axis, set_up),
		in_scratch_after(the_profile_is_taken_at_the_peak, set_up),
		in_scratch_after(let_is_drawn_only_if_scored, set_up),
		in_scratch_after(the_slice_of_rings_is_mirrored, set_up),
		in_scratch_after(the_profile_of_rings_is_at_their_middle_and_has_their_edges, set_up),
		in_scratch_after(profiles_are_at_the_chosen_depths, set_up),
		in_scratch_after(a_profile_outside_the_grid_is_refused, set_up),
		in_scratch_after(results_are_compared_with_the_first, set_up),
		in_scratch_after(workers_are_counted_over_time, set_up),
		in_scratch_after(convergence_ends_with_the_result, set_up),
		in_scratch_after(without_a_log_there_is_nothing_of_the_run, set_up),
		in_scratch_after(the_unit_says_for_how_many_primaries, set_up),
		in_scratch_after(no_link_is_followed, set_up),
		in_scratch_after(nothing_done_is_nothing_to_plot, set_up),
		in_scratch_after(a_missing_directory_is_an_output_error, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
