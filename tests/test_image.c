/* io/image and io/depth_csv: the numbers in the files are those of the tally. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/depth_csv.h"
#include "io/image.h"
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

static float *
read_raw(const char *name)
{
	size_t n;
	char *bytes = scratch_read(&scratch, name, &n);

	assert_non_null(bytes);
	assert_int_equal(n, SAMPLE_NX * SAMPLE_NY * SAMPLE_NZ * 4);
	return (float *)(void *)bytes;
}

static void
x_runs_fastest_then_y_then_z(void **state)
{
	const struct tally *t = &sample.tally;
	float *dose, *error;
	size_t at = 0;

	(void)state;
	assert_int_equal(dose_images_write(scratch.dir, t, &e), 0);
	dose = read_raw("dose.raw");
	error = read_raw("dose_error.raw");
	for (int iz = 0; iz < SAMPLE_NZ; iz++)
		for (int iy = 0; iy < SAMPLE_NY; iy++)
			for (int ix = 0; ix < SAMPLE_NX; ix++, at++) {
				size_t bin = grid_index(&t->layout.grid, ix, iy, iz);
				double mean = tally_mean_MeV(t, bin);

				assert_true(dose[at] == (float)(mean * 1.602176634e-10 / (1.25 * 0.3 * 0.2 * 0.05)));
				assert_true(error[at] == (float)(mean > 0 ? tally_error_MeV(t, bin) / mean : 0));
			}
	assert_true(dose[0] == 0 && error[0] == 0);
	assert_true(dose[1] > 0 && error[1] > 0);
	free(dose);
	free(error);
}

static void
errors_are_unknown_after_one_range(void **state)
{
	float *error;

	(void)state;
	sample_init(&sample, 1, 4);
	assert_int_equal(dose_images_write(scratch.dir, &sample.tally, &e), 0);
	error = read_raw("dose_error.raw");
	for (int i = 0; i < SAMPLE_NX * SAMPLE_NY * SAMPLE_NZ; i++)
		assert_true(isnan(error[i]));
	free(error);
}

static void
the_header_gives_the_place_in_mm(void **state)
{
	size_t n;
	char *text;

	(void)state;
	assert_int_equal(dose_images_write(scratch.dir, &sample.tally, &e), 0);
	text = scratch_read(&scratch, "dose_error.mhd", &n);
	assert_non_null(strstr(text, "\nOffset = -3 0 0.25\n"));
	assert_non_null(strstr(text, "\nElementSpacing = 3 2 0.5\n"));
	assert_non_null(strstr(text, "\nDimSize = 3 2 40\n"));
	assert_non_null(strstr(text, "\nElementType = MET_FLOAT\nElementDataFile = dose_error.raw\n"));
	free(text);
	assert_int_equal(scratch_count(&scratch), 4);
}

static void
the_table_has_a_row_per_depth(void **state)
{
	const struct tally *t = &sample.tally;
	double mm, idd, idd_error, axis, axis_error;
	size_t n;
	char *text, *line;

	(void)state;
	assert_int_equal(depth_csv_write(scratch.dir, t, &e), 0);
	text = scratch_read(&scratch, "depth.csv", &n);
	line = strchr(text, '\n') + 1;
	for (size_t iz = 0; iz < SAMPLE_NZ; iz++, line = strchr(line, '\n') + 1) {
		assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf\n", &mm, &idd, &idd_error, &axis, &axis_error), 5);
		assert_true(fabs(mm - 0.5 * ((double)iz + 0.5)) < 1e-9);
		assert_true(fabs(idd - tally_mean_MeV(t, 240 + iz) / 0.0625) <= 1e-8 * idd);
		assert_true(fabs(idd_error - tally_error_MeV(t, 240 + iz) / 0.0625) <= 1e-8 * idd_error);
		assert_true(fabs(axis - tally_mean_MeV(t, 280 + iz) * 1.602176634e-10 / 0.0075) <= 1e-8 * axis);
		assert_true(fabs(axis_error * tally_mean_MeV(t, 280 + iz) - axis * tally_error_MeV(t, 280 + iz)) <= 1e-8 * axis);
	}
	assert_string_equal(line, "");
	free(text);
}

static void
the_table_says_nan_where_there_is_no_value(void **state)
{
	size_t n;
	char *text;

	(void)state;
	sample_init(&sample, 1, 0);
	sample.tally.layout.n_axis_columns = 0;
	assert_int_equal(depth_csv_write(scratch.dir, &sample.tally, &e), 0);
	text = scratch_read(&scratch, "depth.csv", &n);
	assert_memory_equal(text, "depth_mm,idd_MeV_cm2_g,idd_error_MeV_cm2_g,dose_axis_Gy,dose_axis_error_Gy\n0.25,", 80);
	assert_non_null(strstr(text, ",nan,nan,nan\n"));
	assert_null(strstr(text, "-nan"));
	free(text);
}

static void
a_missing_directory_is_an_output_error(void **state)
{
	(void)state;
	assert_int_equal(dose_images_write("./no/such", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	e.kind = ERR_NONE;
	assert_int_equal(depth_csv_write("./no/such", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
#define in_scratch(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		in_scratch(x_runs_fastest_then_y_then_z),
		in_scratch(errors_are_unknown_after_one_range),
		in_scratch(the_header_gives_the_place_in_mm),
		in_scratch(the_table_has_a_row_per_depth),
		in_scratch(the_table_says_nan_where_there_is_no_value),
		in_scratch(a_missing_directory_is_an_output_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
