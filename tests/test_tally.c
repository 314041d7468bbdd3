/* model/tally: bins, means, errors, balance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "sample_tally.h"

static struct tally_layout
layout_with_beam_at(double x_cm, double y_cm)
{
	struct tally_layout l;
	struct plan p;

	sample_tally_plan(&p);
	p.beam.position_cm[AXIS_X] = x_cm;
	p.beam.position_cm[AXIS_Y] = y_cm;
	tally_layout_init(&l, &p);
	return l;
}

static void
bins_follow_each_other(void **state)
{
	struct tally_layout l = layout_with_beam_at(0, 0);

	(void)state;
	assert_int_equal(l.n_voxels, 240);
	assert_int_equal(l.n_depths, 40);
	assert_int_equal(l.first_idd, 240);
	assert_int_equal(l.first_axis, 280);
	assert_int_equal(l.n_bins, 320);
}

static void
axis_inside_a_voxel_is_one_column(void **state)
{
	struct tally_layout l = layout_with_beam_at(0.2, 0.25);

	(void)state;
	assert_int_equal(l.n_axis_columns, 1);
	assert_int_equal(l.axis_column[0], (2 * 2 + 1) * 40);
}

static void
axis_between_voxels_is_two_or_four_columns(void **state)
{
	struct tally_layout two = layout_with_beam_at(0.0, 0.1);
	struct tally_layout four = layout_with_beam_at(0.15, 0.1 + 5e-10);

	(void)state;
	assert_int_equal(two.n_axis_columns, 2);
	assert_int_equal(two.axis_column[0], (1 * 2 + 0) * 40);
	assert_int_equal(two.axis_column[1], (1 * 2 + 1) * 40);
	assert_int_equal(four.n_axis_columns, 4);
	assert_int_equal(four.axis_column[0], 2 * 40);
	assert_int_equal(four.axis_column[3], 5 * 40);
}

static void
axis_beside_the_plane_by_more_than_the_tolerance_is_one_column(void **state)
{
	struct tally_layout l = layout_with_beam_at(0.0, 0.1 + 5e-9);

	(void)state;
	assert_int_equal(l.n_axis_columns, 1);
	assert_int_equal(l.axis_column[0], 3 * 40);
}

static void
axis_on_the_outer_face_is_its_inner_neighbour(void **state)
{
	struct tally_layout low = layout_with_beam_at(-0.45, 0.0);
	struct tally_layout high = layout_with_beam_at(0.45, 0.0);

	(void)state;
	assert_int_equal(low.n_axis_columns, 1);
	assert_int_equal(low.axis_column[0], 0);
	assert_int_equal(high.n_axis_columns, 1);
	assert_int_equal(high.axis_column[0], 4 * 40);
}

static void
axis_outside_the_grid_has_no_column_and_no_dose(void **state)
{
	struct tally_layout l = layout_with_beam_at(0.5, 0.0);

	(void)state;
	assert_int_equal(l.n_axis_columns, 0);
	assert_true(isnan(tally_axis_dose_per_MeV(&l)));
}

static void
a_grid_too_large_to_count_is_refused(void **state)
{
	struct tally_layout l = { .grid.n = { 2147483647, 2147483647, 2147483647 } };

	(void)state;
	assert_int_equal(tally_layout_count(&l), -1);
}

static void
doses_are_energies_by_mass(void **state)
{
	struct tally_layout l = layout_with_beam_at(0.0, 0.1);
	double gray = 1.602176634e-10 / (1.25 * 0.3 * 0.2 * 0.05);

	(void)state;
	assert_true(fabs(tally_dose_per_MeV(&l) / gray - 1) < 1e-14);
	assert_true(fabs(tally_axis_dose_per_MeV(&l) / gray - 0.5) < 1e-14);
	assert_true(fabs(tally_idd_per_MeV(&l) * 1.25 * 0.05 - 1) < 1e-14);
	assert_true(fabs(tally_centre_cm(&l, AXIS_X, 2) - 0.3) < 1e-14);
}

static void
mean_counts_the_remainder(void **state)
{
	int64_t sum = 3 * 1048576, remainder = 1048576 / 2;
	tally_square square = 0;
	struct tally t = {
		.layout.n_bins = 1, .range_histories = 2, .n_ranges = 3, .n_remainder = 1,
		.sum = &sum, .square = &square, .remainder = &remainder,
	};

	(void)state;
	assert_int_equal(tally_histories(&t), 7);
	assert_true(tally_mean_MeV(&t, 0) == 0.5);
}

static double
error_of(const int64_t *batch, uint64_t n, uint32_t range_histories, uint32_t n_remainder)
{
	int64_t sum = 0, remainder = 0;
	tally_square square = 0;
	struct tally t = {
		.layout.n_bins = 1, .range_histories = range_histories, .n_ranges = n,
		.n_remainder = n_remainder, .sum = &sum, .square = &square, .remainder = &remainder,
	};

	for (uint64_t i = 0; i < n; i++) {
		sum += batch[i];
		square += (tally_square)((tally_count)batch[i] * batch[i]);
	}
	return tally_error_MeV(&t, 0);
}

static void
error_agrees_with_the_two_pass_formula(void **state)
{
	const int64_t batch[] = { 2385000, 1977001, 2410777, 2203040, 2099999 };
	double mean = 0, variance = 0, expected;

	(void)state;
	for (int i = 0; i < 5; i++)
		mean += (double)batch[i] / 5;
	for (int i = 0; i < 5; i++)
		variance += ((double)batch[i] - mean) * ((double)batch[i] - mean) / 4;
	expected = sqrt(variance / 13 / (5 * 13 + 4)) / 1048576;
	assert_true(fabs(error_of(batch, 5, 13, 4) / expected - 1) < 1e-13);
}

static void
error_survives_a_huge_mean_with_a_tiny_spread(void **state)
{
	const int64_t offset = 1000000000000000003;
	const int64_t batch[] = { offset - 1, offset, offset + 1, offset + 2, offset - 2 };
	double expected = sqrt(2.5 / 1 / 5) / 1048576;

	(void)state;
	assert_true(fabs(error_of(batch, 5, 1, 0) / expected - 1) < 1e-15);
}

static void
error_is_exact_beyond_128_bits(void **state)
{
	int64_t sum = -4611686018427387904;               /* -2^62 in all */
	tally_square square = (tally_square)1 << 120;
	struct tally t = {
		.layout.n_bins = 1, .range_histories = 1, .n_ranges = (uint64_t)1 << 40,
		.sum = &sum, .square = &square,
	};
	/* B Q - S^2 = 2^160 - 2^124, B (B - 1) = 2^80 - 2^40 */
	double expected = sqrt((0x1p160 - 0x1p124) / (0x1p80 - 0x1p40) / 0x1p40) / 0x1p20;

	(void)state;
	assert_true(fabs(tally_error_MeV(&t, 0) / expected - 1) < 1e-15);
}

static void
equal_batches_have_no_error(void **state)
{
	const int64_t batch[] = { 987654321987, 987654321987, 987654321987 };

	(void)state;
	assert_true(error_of(batch, 3, 10, 0) == 0);
}

static void
one_batch_has_no_known_error(void **state)
{
	const int64_t batch[] = { 12345 };

	(void)state;
	assert_true(isnan(error_of(batch, 1, 10, 9)));
}

static void
error_matches_the_scatter_of_the_batches_in_every_bin(void **state)
{
	struct sample s;

	(void)state;
	sample_init(&s, 20, 3);
	for (size_t bin = 0; bin < SAMPLE_BINS; bin++) {
		long double B = 20, S = s.sum[bin], Q = (long double)s.square[bin];
		long double variance = (Q - S * S / B) / (B - 1);
		double expected = (double)sqrtl(fmaxl(variance, 0) / 7 / 141) / 1048576;

		assert_true(fabs(tally_error_MeV(&s.tally, bin) - expected) <= 1e-9 * expected);
	}
}

static void
untouched_blocks_are_not_read(void **state)
{
	static const unsigned char touched[2] = { 0, 0 };
	struct tally t = { .layout.n_bins = 128, .range_histories = 1, .n_ranges = 2, .touched = touched };

	(void)state;
	assert_true(tally_mean_MeV(&t, 127) == 0);
	assert_true(tally_error_MeV(&t, 0) == 0);
}

static void
the_sample_balances_and_any_quantum_more_does_not(void **state)
{
	static const char *const word[] = { "source", "depth bin", "axis", "histories" };
	struct err e = { 0 };
	struct sample s;

	(void)state;
	sample_init(&s, 5, 3);
	assert_int_equal(tally_check_balance(&s.tally, &e), 0);
	for (int i = 0; i < 4; i++) {
		sample_init(&s, 5, 3);
		s.tally.channel[ENERGY_SOURCE] += i == 0;
		s.remainder[s.tally.layout.first_idd + 3] += i == 1;
		s.sum[s.tally.layout.first_axis + 3] -= i == 2;
		s.tally.channel[COUNT_HISTORIES] += i == 3;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_int_equal(e.kind, ERR_INTERNAL);
		assert_non_null(strstr(e.text, word[i]));
	}
}

static void
the_balance_notices_a_voxel_and_a_depth_that_agree_but_were_not_deposited(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	sample_init(&s, 5, 0);
	s.sum[4 * 40 + 3]++;
	s.sum[s.tally.layout.first_idd + 3]++;
	assert_int_equal(tally_check_balance(&s.tally, &e), -1);
	assert_non_null(strstr(e.text, "deposited"));
}

static void
a_history_without_a_fate_is_noticed(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	sample_init(&s, 5, 0);
	s.tally.channel[COUNT_STOPPED]--;
	assert_int_equal(tally_check_balance(&s.tally, &e), -1);
	assert_non_null(strstr(e.text, "missed"));
}

static void
counts_print_in_full(void **state)
{
	tally_count most = (tally_count)(~(tally_square)0 >> 1);
	char text[48];

	(void)state;
	assert_string_equal(tally_count_text(0, text), "0");
	assert_string_equal(tally_count_text(-1048576, text), "-1048576");
	assert_string_equal(tally_count_text(most, text), "170141183460469231731687303715884105727");
	assert_string_equal(tally_count_text(-most - 1, text), "-170141183460469231731687303715884105728");
}

static void
a_shorter_range_that_does_not_balance_is_noticed(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		sample_init(&s, 5, 3);
		s.tally.remainder_channel[ENERGY_ESCAPED] += i == 0;
		s.tally.remainder_channel[COUNT_HISTORIES] += i == 1;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_non_null(strstr(e.text, "shorter range 5"));
	}
}

static void
the_mean_relative_error_is_that_of_the_high_voxels(void **state)
{
	struct sample s;
	double sum = 0.0;

	(void)state;
	sample_init(&s, 20, 3);
	for (int iy = 0; iy < SAMPLE_NY; iy++)      /* the peak of the middle column is 800000 a range */
		for (int iz = 28; iz < 31; iz++) {
			size_t bin = grid_index(&s.tally.layout.grid, 1, iy, iz);

			sum += tally_error_MeV(&s.tally, bin) / tally_mean_MeV(&s.tally, bin);
		}
	assert_true(fabs(tally_mean_relative_error(&s.tally) / (sum / 6) - 1) < 1e-12);
	s.tally.n_ranges = 1;
	assert_true(isnan(tally_mean_relative_error(&s.tally)));
}

static void
every_channel_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < N_CHANNELS; i++) {
		assert_non_null(channel_name[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(channel_name[i], channel_name[k]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bins_follow_each_other),
		cmocka_unit_test(axis_inside_a_voxel_is_one_column),
		cmocka_unit_test(axis_between_voxels_is_two_or_four_columns),
		cmocka_unit_test(axis_beside_the_plane_by_more_than_the_tolerance_is_one_column),
		cmocka_unit_test(axis_on_the_outer_face_is_its_inner_neighbour),
		cmocka_unit_test(axis_outside_the_grid_has_no_column_and_no_dose),
		cmocka_unit_test(a_grid_too_large_to_count_is_refused),
		cmocka_unit_test(doses_are_energies_by_mass),
		cmocka_unit_test(mean_counts_the_remainder),
		cmocka_unit_test(error_agrees_with_the_two_pass_formula),
		cmocka_unit_test(error_survives_a_huge_mean_with_a_tiny_spread),
		cmocka_unit_test(error_is_exact_beyond_128_bits),
		cmocka_unit_test(equal_batches_have_no_error),
		cmocka_unit_test(one_batch_has_no_known_error),
		cmocka_unit_test(error_matches_the_scatter_of_the_batches_in_every_bin),
		cmocka_unit_test(untouched_blocks_are_not_read),
		cmocka_unit_test(the_sample_balances_and_any_quantum_more_does_not),
		cmocka_unit_test(a_shorter_range_that_does_not_balance_is_noticed),
		cmocka_unit_test(the_mean_relative_error_is_that_of_the_high_voxels),
		cmocka_unit_test(the_balance_notices_a_voxel_and_a_depth_that_agree_but_were_not_deposited),
		cmocka_unit_test(a_history_without_a_fate_is_noticed),
		cmocka_unit_test(counts_print_in_full),
		cmocka_unit_test(every_channel_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
