/* io/image and the tables beside: the numbers in the files are those of the tally. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/cylinder_csv.h"
#include "io/depth_csv.h"
#include "io/image.h"
#include "io/particles_csv.h"
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

				double density = iz < 20 ? 1.25 : 0.5;
				double gray = mean * 1.602176634e-10 / (density * 0.3 * 0.2 * 0.05);

				assert_true(fabs(dose[at] - gray) <= 1e-7 * gray);
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
	double mm, idd, idd_error, axis, axis_error, density;
	size_t n;
	char *text, *line;

	(void)state;
	assert_int_equal(depth_csv_write(scratch.dir, t, &e), 0);
	text = scratch_read(&scratch, "depth.csv", &n);
	line = strchr(text, '\n') + 1;
	for (size_t iz = 0; iz < SAMPLE_NZ; iz++, line = strchr(line, '\n') + 1) {
		assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf\n", &mm, &idd, &idd_error, &axis, &axis_error), 5);
		assert_true(fabs(mm - 0.5 * ((double)iz + 0.5)) < 1e-9);
		density = iz < 20 ? 1.25 : 0.5;
		assert_true(fabs(idd - tally_mean_MeV(t, 240 + iz) / density / 0.05) <= 1e-8 * idd);
		assert_true(fabs(idd_error - tally_error_MeV(t, 240 + iz) / density / 0.05) <= 1e-8 * idd_error);
		assert_true(fabs(axis - tally_mean_MeV(t, 280 + iz) * 1.602176634e-10 / density / 0.006) <= 1e-8 * axis);
		assert_true(fabs(axis_error * tally_mean_MeV(t, 280 + iz) - axis * tally_error_MeV(t, 280 + iz)) <= 1e-8 * axis);
	}
	assert_string_equal(line, "");
	free(text);
}

/* The sample's scores are multiples of each other, so that its LET is the same everywhere: 0.1 keV/um of
 * 7/50 2^6 MeV/cm over length, 3/7 2^10 MeV/cm over dose. */
#define LET_T_keV_um (0.1 * 64 * 7 / 60)      /* of all charged particles */
#define LET_D_keV_um (0.1 * 1024 * 3 / 7)

static void
expect_let(double let_t, double let_d)
{
	assert_true(fabs(let_t / LET_T_keV_um - 1) < 1e-6);
	assert_true(fabs(let_d / LET_D_keV_um - 1) < 1e-6);
}

static void
fluence_and_let_are_images_when_scored(void **state)
{
	const struct tally *t = &sample.tally;
	float *fluence, *let_t, *let_d;

	(void)state;
	sample_init_full(&sample, GRID_CARTESIAN);
	assert_int_equal(dose_images_write(scratch.dir, t, &e), 0);
	assert_int_equal(scratch_count(&scratch), 10);
	fluence = read_raw("fluence.raw");
	let_t = read_raw("let_t.raw");
	let_d = read_raw("let_d.raw");
	for (int at = 0, iz = 0; iz < SAMPLE_NZ; iz++)
		for (int iy = 0; iy < SAMPLE_NY; iy++)
			for (int ix = 0; ix < SAMPLE_NX; ix++, at++) {
				size_t bin = t->layout.first_voxel[SCORE_LENGTH] + grid_index(&t->layout.grid, ix, iy, iz);
				double expected = (double)tally_quanta(t, bin) / 67108864 / 65 / 0.003;

				assert_true(fabs(fluence[at] - expected) <= 1e-7 * expected);
				if (expected > 0)
					expect_let(let_t[at], let_d[at]);
				else
					assert_true(let_t[at] == 0 && let_d[at] == 0);
			}
	free(fluence);
	free(let_t);
	free(let_d);
}

static void
delivered_primaries_raise_the_dose_but_not_its_relative_error(void **state)
{
	float *dose[2], *error[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		sample.tally.layout.delivered_primaries = i == 0 ? 0 : 1e9;
		assert_int_equal(dose_images_write(scratch.dir, &sample.tally, &e), 0);
		dose[i] = read_raw("dose.raw");
		error[i] = read_raw("dose_error.raw");
	}
	assert_true(fabsf(dose[1][1] / dose[0][1] / 1e9f - 1) < 1e-6f);
	assert_true(error[1][1] == error[0][1]);
	for (int i = 0; i < 2; i++) {
		free(dose[i]);
		free(error[i]);
	}
}

static void
the_table_has_fluence_and_let_when_scored(void **state)
{
	const struct tally *t = &sample.tally;
	double fluence, error, let[4];
	size_t n;
	char *text, *line;

	(void)state;
	sample_init_full(&sample, GRID_CARTESIAN);
	assert_int_equal(depth_csv_write(scratch.dir, t, &e), 0);
	text = scratch_read(&scratch, "depth.csv", &n);
	assert_non_null(strstr(text, ",dose_axis_error_Gy,fluence,fluence_error,let_t_keV_um,let_d_keV_um,"
	    "let_t_axis_keV_um,let_d_axis_keV_um\n0.25,"));
	line = strchr(text, '\n') + 1;
	for (size_t iz = 0; iz < 36; iz++, line = strchr(line, '\n') + 1) {
		assert_int_equal(sscanf(line, "%*f,%*f,%*f,%*f,%*f,%lf,%lf,%lf,%lf,%lf,%lf\n", &fluence, &error,
		    &let[0], &let[1], &let[2], &let[3]), 6);
		assert_true(fabs(fluence / tally_depth_fluence(t, iz) - 1) < 1e-8);
		assert_true(fabs(error / tally_depth_fluence_error(t, iz) - 1) < 1e-8);
		expect_let(let[0], let[1]);
		expect_let(let[2], let[3]);
	}
	assert_memory_equal(line, "18.25,0,0,0,0,0,0,nan,nan,nan,nan\n", 34);
	free(text);
}

/* Of each group its dose, fluence, two LETs and yield; of the last one, which stays where it is born, the dose. */
static void
expect_row_of_groups(const char *line, size_t iz)
{
	const struct tally *t = &sample.tally;
	double x[8];

	for (int g = 0; g < SAMPLE_GROUPS; g++) {
		size_t dose = tally_group_first(&t->layout, g, GROUP_DOSE) + iz;
		size_t yield = tally_group_first(&t->layout, g, GROUP_YIELD) + iz;
		double idd = tally_idd_per_MeV(&t->layout, (int)iz);

		for (int k = 0; k < (g < SAMPLE_GROUPS - 1 ? 8 : 2); k++) {
			line = strchr(line, ',') + 1;
			assert_int_equal(sscanf(line, "%lf", &x[k]), 1);
		}
		assert_true(fabs(x[0] / (tally_mean_MeV(t, dose) * idd) - 1) < 1e-8);
		assert_true(fabs(x[1] / (tally_error_MeV(t, dose) * idd) - 1) < 1e-8);
		if (g == SAMPLE_GROUPS - 1)
			break;
		assert_true(fabs(x[2] / tally_group_fluence(t, g, iz) - 1) < 1e-8);
		assert_true(fabs(x[3] / tally_group_fluence_error(t, g, iz) - 1) < 1e-8);
		assert_true(fabs(x[4] / (0.1 * 64 * 9 / 40) - 1) < 1e-8);
		assert_true(fabs(x[5] / (0.1 * 1024 * 5 / 9) - 1) < 1e-8);
		assert_true(fabs(x[6] / tally_mean_quanta(t, yield) - 1) < 1e-8);
		assert_true(fabs(x[7] / tally_error_quanta(t, yield) - 1) < 1e-8);
	}
	assert_ptr_equal(strpbrk(line, ",\n"), strchr(line, '\n'));
}

static void
particles_are_a_table_with_a_row_per_depth(void **state)
{
	size_t n;
	char *text, *line;

	(void)state;
	for (int kind = GRID_CARTESIAN; kind <= GRID_CYLINDRICAL; kind++) {
		sample_init_full(&sample, (enum grid_kind)kind);
		assert_int_equal(particles_csv_write(scratch.dir, &sample.tally, &e), 0);
		text = scratch_read(&scratch, "particles.csv", &n);
		assert_memory_equal(text, "depth_mm,primary_idd_MeV_cm2_g,primary_idd_error_MeV_cm2_g,primary_fluence,"
		    "primary_fluence_error,primary_let_t_keV_um,primary_let_d_keV_um,primary_yield,primary_yield_error,"
		    "H_idd_MeV_cm2_g,", 184);
		assert_non_null(strstr(text, ",target_idd_MeV_cm2_g,target_idd_error_MeV_cm2_g\n0.25,"));
		line = strchr(text, '\n') + 1;
		for (size_t iz = 0; iz < 36; iz++, line = strchr(line, '\n') + 1)
			expect_row_of_groups(line, iz);
		assert_memory_equal(line, "18.25,0,0,0,0,nan,nan,0,0,0,", 28);
		free(text);
	}
}

static void
particles_have_the_columns_that_are_scored(void **state)
{
	struct tally_plan p;
	size_t n;
	char *text;

	(void)state;
	sample_tally_plan(&p);
	p.plan.beam.ion.Z = 1;
	p.plan.transport.nuclear = NUCLEAR_ON;
	sample_make(&sample, &p.plan, 9, 4);
	assert_int_equal(particles_csv_write(scratch.dir, &sample.tally, &e), 0);
	text = scratch_read(&scratch, "particles.csv", &n);
	*strchr(text, '\n') = '\0';
	assert_string_equal(text, "depth_mm,primary_idd_MeV_cm2_g,primary_idd_error_MeV_cm2_g,"
	    "H_idd_MeV_cm2_g,H_idd_error_MeV_cm2_g,target_idd_MeV_cm2_g,target_idd_error_MeV_cm2_g");
	free(text);
	sample_init(&sample, 9, 4);
	assert_int_equal(particles_csv_write(scratch.dir, &sample.tally, &e), 0);
	assert_false(scratch_has(&scratch, "particles.csv"));       /* that of an earlier run is gone */
}

static void
rings_are_a_table_with_a_row_per_ring_and_depth(void **state)
{
	static const double edge_mm[] = { 0, 2, 5, 10 };
	const struct tally *t = &sample.tally;
	double low, high, mm, dose, error, fluence, let_t, let_d;
	size_t n;
	char *text, *line;

	(void)state;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	assert_int_equal(cylinder_csv_write(scratch.dir, t, &e), 0);
	text = scratch_read(&scratch, "cylinder.csv", &n);
	line = strchr(text, '\n') + 1;
	for (size_t bin = 0; bin < 120; bin++, line = strchr(line, '\n') + 1) {
		assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf\n", &low, &high, &mm, &dose, &error,
		    &fluence, &let_t, &let_d), 8);
		assert_true(low == edge_mm[bin / 40] && high == edge_mm[bin / 40 + 1]);
		assert_true(fabs(mm - 0.5 * ((double)(bin % 40) + 0.5)) < 1e-9);
		assert_true(fabs(dose - tally_dose_Gy(t, bin)) <= 1e-8 * dose);
		assert_true(fabs(error - tally_dose_error_Gy(t, bin)) <= 1e-8 * error);
		assert_true(fabs(fluence - tally_fluence_cm2(t, bin)) <= 1e-8 * fluence);
		if (fluence > 0)
			expect_let(let_t, let_d);
		else
			assert_true(isnan(let_t) && isnan(let_d));
	}
	assert_string_equal(line, "");
	free(text);
}

static void
rings_without_other_scores_have_the_dose_alone(void **state)
{
	struct tally_plan p;
	size_t n;
	char *text;

	(void)state;
	sample_ring_plan(&p);
	sample_make(&sample, &p.plan, 9, 4);
	assert_int_equal(cylinder_csv_write(scratch.dir, &sample.tally, &e), 0);
	text = scratch_read(&scratch, "cylinder.csv", &n);
	assert_memory_equal(text, "r_low_mm,r_high_mm,depth_mm,dose_Gy,dose_error_Gy\n0,2,0.25,", 58);
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
	e.kind = ERR_NONE;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	assert_int_equal(cylinder_csv_write("./no/such", &sample.tally, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(x_runs_fastest_then_y_then_z, set_up),
		in_scratch_after(errors_are_unknown_after_one_range, set_up),
		in_scratch_after(the_header_gives_the_place_in_mm, set_up),
		in_scratch_after(the_table_has_a_row_per_depth, set_up),
		in_scratch_after(fluence_and_let_are_images_when_scored, set_up),
		in_scratch_after(delivered_primaries_raise_the_dose_but_not_its_relative_error, set_up),
		in_scratch_after(the_table_has_fluence_and_let_when_scored, set_up),
		in_scratch_after(particles_are_a_table_with_a_row_per_depth, set_up),
		in_scratch_after(particles_have_the_columns_that_are_scored, set_up),
		in_scratch_after(rings_are_a_table_with_a_row_per_ring_and_depth, set_up),
		in_scratch_after(rings_without_other_scores_have_the_dose_alone, set_up),
		in_scratch_after(the_table_says_nan_where_there_is_no_value, set_up),
		in_scratch_after(a_missing_directory_is_an_output_error, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
