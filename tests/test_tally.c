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

/* The densities move here, so that no test has to free them. */
static double density_g_cm3[SAMPLE_NZ];

static void
lay_out(struct tally_layout *l, const struct plan *p)
{
	struct err e;

	assert_int_equal(tally_layout_init(l, p, &e), 0);
	assert_int_equal(l->n_depths, SAMPLE_NZ);
	memcpy(density_g_cm3, l->density_g_cm3, sizeof density_g_cm3);
	tally_layout_free(l);
	assert_null(l->density_g_cm3);
	l->density_g_cm3 = density_g_cm3;
}

static struct tally_layout
layout_with_beam_at(double x_cm, double y_cm)
{
	struct tally_layout l;
	struct tally_plan p;

	sample_tally_plan(&p);
	p.spot.position_cm[AXIS_X] = x_cm;
	p.spot.position_cm[AXIS_Y] = y_cm;
	lay_out(&l, &p.plan);
	return l;
}

static struct tally_layout
layout_of_rings(void)
{
	struct tally_layout l;
	struct tally_plan p;

	sample_ring_plan(&p);
	p.spot.position_cm[AXIS_X] = 0.3;
	lay_out(&l, &p.plan);
	return l;
}

static void
bins_follow_each_other(void **state)
{
	struct tally_layout l = layout_with_beam_at(0, 0);

	(void)state;
	assert_int_equal(l.n_voxels, 240);
	assert_int_equal(l.n_depths, 40);
	assert_int_equal(l.n_scores, 1);
	assert_int_equal(l.first_voxel[SCORE_DOSE], 0);
	assert_int_equal(l.first_depth[SCORE_DOSE], 240);
	assert_int_equal(l.first_axis, 280);
	assert_int_equal(l.n_bins, 320);
}

static void
each_score_has_voxels_and_depths_and_the_axis_is_last(void **state)
{
	struct tally_layout l;
	struct tally_plan p;

	(void)state;
	sample_tally_plan(&p);
	p.plan.scoring.has_fluence = true;
	lay_out(&l, &p.plan);
	assert_int_equal(l.n_scores, 2);
	assert_int_equal(l.n_bins, 2 * 280 + 40);
	p.plan.scoring.has_fluence = false;
	p.plan.scoring.has_let = true;
	lay_out(&l, &p.plan);
	assert_int_equal(l.n_scores, 4);
	for (size_t k = 0; k < 4; k++) {
		assert_int_equal(l.first_voxel[k], k * 280);
		assert_int_equal(l.first_depth[k], k * 280 + 240);
	}
	assert_int_equal(l.first_axis, 4 * 280);
	assert_int_equal(l.n_bins, 4 * 280 + 40);
}

/* Helium: the primaries, hydrogen, helium, and what stays with the target. */
static void
groups_come_last_with_what_is_scored_and_the_yields(void **state)
{
	struct tally_layout l;
	struct tally_plan p;

	(void)state;
	sample_tally_plan(&p);
	p.plan.beam.ion.Z = 2;
	p.plan.transport.nuclear = NUCLEAR_ON;
	lay_out(&l, &p.plan);
	assert_int_equal(l.n_groups, 4);
	assert_int_equal(l.first_group, 320);
	assert_true(tally_group_has(&l, GROUP_DOSE) && !tally_group_has(&l, GROUP_LENGTH) && !tally_group_has(&l, GROUP_YIELD));
	assert_int_equal(tally_group_first(&l, 3, GROUP_DOSE), 320 + 3 * 40);
	assert_int_equal(l.n_bins, 320 + 4 * 40);
	p.plan.scoring.has_let = p.plan.scoring.has_yields = true;
	lay_out(&l, &p.plan);
	assert_int_equal(l.n_scores, 5);
	assert_int_equal(l.first_group, 5 * 280 + 40);
	for (int k = 0; k < N_GROUP_SCORES; k++) {
		assert_true(tally_group_has(&l, (enum group_score)k));
		assert_int_equal(tally_group_first(&l, 2, (enum group_score)k), 5 * 280 + 40 + (2 * 5 + k) * 40);
	}
	assert_int_equal(l.n_bins, 5 * 280 + 40 + 4 * 5 * 40);
}

static void
yields_come_right_behind_the_scores_that_there_are(void **state)
{
	struct tally_layout l;
	struct tally_plan p;

	(void)state;
	sample_tally_plan(&p);
	p.plan.beam.ion.Z = 1;
	p.plan.transport.nuclear = NUCLEAR_ON;
	p.plan.scoring.has_fluence = p.plan.scoring.has_yields = true;
	lay_out(&l, &p.plan);
	assert_false(tally_group_has(&l, GROUP_LET) || tally_group_has(&l, GROUP_LET2));
	assert_int_equal(tally_group_first(&l, 0, GROUP_YIELD), l.first_group + 2 * 40);
	assert_int_equal(tally_group_first(&l, 1, GROUP_DOSE), l.first_group + 3 * 40);
	assert_int_equal(l.n_bins, l.first_group + 3 * 3 * 40);
}

static void
without_secondaries_there_are_the_primaries_or_no_groups(void **state)
{
	struct tally_layout l;
	struct tally_plan p;

	(void)state;
	sample_tally_plan(&p);
	p.plan.beam.ion.Z = 6;
	for (int k = NUCLEAR_OFF; k <= NUCLEAR_ATTENUATION; k++) {
		p.plan.transport.nuclear = (enum plan_nuclear)k;
		p.plan.scoring.has_yields = false;
		lay_out(&l, &p.plan);
		assert_int_equal(l.n_groups, 0);
		assert_false(tally_group_has(&l, GROUP_DOSE));
		p.plan.scoring.has_yields = true;
		lay_out(&l, &p.plan);
		assert_int_equal(l.n_groups, 1);
		assert_int_equal(l.n_bins, l.first_group + 2 * 40);
	}
}

static void
groups_have_names(void **state)
{
	struct tally_layout l = { .n_groups = 8 };
	static const char *const name[] = { "primary", "H", "He", "Li", "Be", "B", "C", "target" };

	(void)state;
	for (int g = 0; g < 8; g++)
		assert_string_equal(tally_group_name(&l, g), name[g]);
}

/* The LET of primaries has their length already; that of all particles needs a length of its own. */
static void
the_let_of_all_has_its_own_length(void **state)
{
	struct tally_plan p;

	(void)state;
	sample_tally_plan(&p);
	p.plan.scoring.has_let = true;
	assert_int_equal(tally_n_scores(&p.plan), 4);
	p.plan.transport.nuclear = NUCLEAR_ATTENUATION;
	assert_int_equal(tally_n_scores(&p.plan), 4);
	p.plan.transport.nuclear = NUCLEAR_ON;
	assert_int_equal(tally_n_scores(&p.plan), 5);
	p.plan.scoring.is_let_of_primaries = true;
	assert_int_equal(tally_n_scores(&p.plan), 4);
}

static void
the_axis_of_a_cylinder_is_its_innermost_ring(void **state)
{
	struct tally_layout l = layout_of_rings();

	(void)state;
	assert_int_equal(l.n_axis_columns, 1);
	assert_int_equal(l.axis_column[0], 0);
	assert_int_equal(l.n_voxels, 120);
	assert_true(tally_axis_dose_per_MeV(&l, 3) == tally_dose_per_MeV(&l, 0, 3));
}

static void
rings_have_their_volume_and_their_middle(void **state)
{
	struct tally_layout l = layout_of_rings();
	double volume = 3.14159265358979323846 * (0.5 * 0.5 - 0.2 * 0.2) * 0.05;

	(void)state;
	assert_true(fabs(tally_volume_cm3(&l, 1) / volume - 1) < 1e-14);
	assert_true(fabs(tally_dose_per_MeV(&l, 1, 0) / (1.602176634e-10 / 1.25 / volume) - 1) < 1e-14);
	assert_true(fabs(tally_centre_cm(&l, AXIS_X, 1) - 0.35) < 1e-14);
	assert_true(fabs(tally_centre_cm(&l, AXIS_Z, 1) - 0.075) < 1e-14);
}

static void
a_depth_has_the_density_of_its_layer(void **state)
{
	struct tally_layout l = layout_of_rings();

	(void)state;
	for (int iz = 0; iz < SAMPLE_NZ; iz++)
		assert_true(l.density_g_cm3[iz] == (iz < 20 ? 1.25 : 0.5));
	assert_true(fabs(tally_idd_per_MeV(&l, 19) * 1.25 * 0.05 - 1) < 1e-14);
	assert_true(fabs(tally_idd_per_MeV(&l, 20) * 0.5 * 0.05 - 1) < 1e-14);
}

static void
layers_thinner_than_a_bin_are_passed_over(void **state)
{
	struct tally_layout l;
	struct tally_plan p;
	struct layer layer[4] = {
		{ .material.density_g_cm3 = 1, .thickness_cm = 0.01 },
		{ .material.density_g_cm3 = 2, .thickness_cm = 0.01 },
		{ .material.density_g_cm3 = 3, .thickness_cm = 0.98 },
		{ .material.density_g_cm3 = 4, .thickness_cm = 1.0 },
	};

	(void)state;
	sample_tally_plan(&p);
	p.plan.phantom.layer = layer;
	p.plan.phantom.n_layers = 4;
	lay_out(&l, &p.plan);
	assert_true(l.density_g_cm3[0] == 3 && l.density_g_cm3[19] == 3);
	assert_true(l.density_g_cm3[20] == 4 && l.density_g_cm3[39] == 4);
}

static void
delivered_primaries_scale_doses_alone(void **state)
{
	struct tally_layout per_primary = layout_of_rings(), delivered = per_primary;

	(void)state;
	delivered.delivered_primaries = 2e9;
	assert_true(fabs(tally_dose_per_MeV(&delivered, 1, 5) / tally_dose_per_MeV(&per_primary, 1, 5) / 2e9 - 1) < 1e-14);
	assert_true(tally_idd_per_MeV(&delivered, 5) == tally_idd_per_MeV(&per_primary, 5));
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
	assert_true(isnan(tally_axis_dose_per_MeV(&l, 0)));
}

static void
a_grid_too_large_to_count_is_refused(void **state)
{
	struct tally_layout l = { .grid.n = { 2147483647, 2147483647, 2147483647 }, .n_scores = 1 };
	struct tally_layout four = { .grid.n = { 2147483647, 2147483647, 1 }, .n_scores = 4 };

	(void)state;
	assert_int_equal(tally_layout_count(&l), -1);
	assert_int_equal(tally_layout_count(&four), 0);
	four.grid.n[AXIS_Z] = 2;
	assert_int_equal(tally_layout_count(&four), -1);
}

static void
doses_are_energies_by_mass(void **state)
{
	struct tally_layout l = layout_with_beam_at(0.0, 0.1);
	double gray = 1.602176634e-10 / (1.25 * 0.3 * 0.2 * 0.05);

	(void)state;
	assert_true(fabs(tally_dose_per_MeV(&l, 2, 0) / gray - 1) < 1e-14);
	assert_true(fabs(tally_dose_per_MeV(&l, 0, 20) / gray - 2.5) < 1e-14);
	assert_true(fabs(tally_axis_dose_per_MeV(&l, 0) / gray - 0.5) < 1e-14);
	assert_true(fabs(tally_idd_per_MeV(&l, 0) * 1.25 * 0.05 - 1) < 1e-14);
	assert_true(fabs(tally_centre_cm(&l, AXIS_X, 2) - 0.3) < 1e-14);
}

static void
mean_counts_the_remainder(void **state)
{
	int64_t sum = 3 * 1048576, remainder = 1048576 / 2;
	tally_square square = 0;
	struct tally t = {
		.layout.n_bins = 1, .cut.first = 2, .n_ranges = 3, .full_histories = 6, .n_remainder = 1,
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
	int32_t carry = 0;
	tally_square square = 0;
	struct tally t = {
		.layout.n_bins = 1, .cut.first = range_histories, .n_ranges = n, .full_histories = n * range_histories,
		.n_remainder = n_remainder, .sum = &sum, .carry = &carry, .square = &square, .remainder = &remainder,
	};

	for (uint64_t i = 0; i < n; i++) {
		if (__builtin_add_overflow(sum, batch[i], &sum))
			carry += batch[i] < 0 ? -1 : 1;
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
error_survives_a_sum_beyond_64_bits(void **state)
{
	const int64_t offset = 4000000000000000003;
	int64_t batch[] = { offset - 1, offset, offset + 1, offset + 2, offset - 2 };
	double expected = sqrt(2.5 / 1 / 5) / 1048576;

	(void)state;
	for (int sign = 0; sign < 2; sign++) {
		assert_true(fabs(error_of(batch, 5, 1, 0) / expected - 1) < 1e-15);
		for (int i = 0; i < 5; i++)
			batch[i] = -batch[i];
	}
}

static void
a_carry_is_2_to_the_64(void **state)
{
	const int64_t sum[] = { -5, 7 };
	const int32_t carry[] = { 3, -2 };
	struct tally t = { .layout.n_bins = 2, .sum = sum, .carry = carry, .cut.first = 2, .n_ranges = 1, .full_histories = 2 };
	char text[48];

	(void)state;
	assert_string_equal(tally_count_text(tally_quanta(&t, 0), text), "55340232221128654843");
	assert_string_equal(tally_count_text(tally_quanta(&t, 1), text), "-36893488147419103225");
	assert_true(tally_mean_quanta(&t, 0) == 27670116110564327421.5);
}

static void
error_is_exact_beyond_128_bits(void **state)
{
	int64_t sum = -4611686018427387904;               /* -2^62 in all */
	tally_square square = (tally_square)1 << 120;
	struct tally t = {
		.layout.n_bins = 1, .cut.first = 1, .n_ranges = (uint64_t)1 << 40, .full_histories = (uint64_t)1 << 40,
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

/* By the formula in long double, which is exact enough for sums that differ as much as these. */
static void
error_of_growing_batches_weighs_them_by_their_histories(void **state)
{
	enum { N = 200 };
	int64_t sum = 0;
	tally_square square = 0;
	long double Q = 0, S = 0, variance;
	struct tally t = {
		.layout.n_bins = 1, .cut = { 10, 3 }, .n_ranges = N, .full_histories = cut_item((struct cut){ 10, 3 }, N),
		.sum = &sum, .square = &square,
	};

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		int64_t n = cut_size(t.cut, i), x = n * (1000000 + (int64_t)(i * i * 7919 % 1009));

		sum += x;
		square += (tally_square)((tally_count)x * x) << cut_shift(t.cut, i);
		S += x;
		Q += (long double)x * x / n;
	}
	variance = (Q - S * S / t.full_histories) / (N - 1);
	assert_true(fabs(tally_error_quanta(&t, 0) / (double)sqrtl(variance / t.full_histories) - 1) < 1e-6);
	sum = 0;
	square = 0;
	for (uint64_t i = 0; i < N; i++) {
		int64_t x = 987654321987 * (int64_t)cut_size(t.cut, i);

		sum += x;
		square += (tally_square)((tally_count)x * x) << cut_shift(t.cut, i);
	}
	assert_true(tally_error_quanta(&t, 0) == 0);
}

/* 2^200 and more in both terms. */
static void
error_of_growing_batches_is_exact(void **state)
{
	int64_t sum = -4611686018427387904;
	int32_t carry = -(1 << 24);                     /* -2^88 - 2^62 in all */
	tally_square square = (tally_square)1 << 127;
	struct tally t = {
		.layout.n_bins = 1, .cut = { 1, 3 }, .n_ranges = (uint64_t)1 << 50, .full_histories = (uint64_t)1 << 53,
		.sum = &sum, .carry = &carry, .square = &square,
	};
	/* U Q - 8 S^2 = 2^180 - 2^179 - 2^154 - 2^127 */
	long double expected = (0x1p180L - 0x1p179L - 0x1p154L - 0x1p127L) / 0x1p56L / (0x1p50L - 1) / 0x1p53L;

	(void)state;
	assert_true(fabs(tally_error_quanta(&t, 0) / (double)sqrtl(expected) - 1) < 1e-15);
}

static void
untouched_blocks_are_not_read(void **state)
{
	static const unsigned char touched[2] = { 0, 0 };
	struct tally t = { .layout.n_bins = 128, .cut.first = 1, .n_ranges = 2, .full_histories = 2, .touched = touched };

	(void)state;
	assert_true(tally_mean_MeV(&t, 127) == 0);
	assert_true(tally_error_MeV(&t, 0) == 0);
}

static void
the_sample_balances_and_any_quantum_more_does_not(void **state)
{
	static const char *const word[] = { "source", "depth bin", "axis", "histories", "reacted" };
	struct err e = { 0 };
	struct sample s;

	(void)state;
	sample_init(&s, 5, 3);
	assert_int_equal(tally_check_balance(&s.tally, &e), 0);
	for (int i = 0; i < 5; i++) {
		sample_init(&s, 5, 3);
		s.tally.channel[ENERGY_SOURCE] += i == 0;
		s.remainder[s.tally.layout.first_depth[SCORE_DOSE] + 3] += i == 1;
		s.sum[s.tally.layout.first_axis + 3] -= i == 2;
		s.tally.channel[COUNT_HISTORIES] += i == 3;
		s.tally.channel[COUNT_REACTED] += i == 4;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_int_equal(e.kind, ERR_INTERNAL);
		assert_non_null(strstr(e.text, word[i]));
	}
}

static void
each_energy_counts_in_the_balance(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	for (int c = ENERGY_SOURCE + 1; c < N_ENERGIES; c++) {
		sample_init(&s, 5, 3);
		s.tally.channel[c]++;
		s.tally.channel[ENERGY_SOURCE]++;
		assert_int_equal(tally_check_balance(&s.tally, &e), c == ENERGY_DEPOSITED ? -1 : 0);
		s.tally.channel[ENERGY_SOURCE]--;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_non_null(strstr(e.text, channel_name[c]));
		s.tally.channel[c]--;
		s.tally.remainder_channel[c]++;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_non_null(strstr(e.text, "shorter range"));
	}
}

static void
the_balance_notices_a_group(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	for (int g = 0; g < SAMPLE_GROUPS; g++) {
		sample_init_full(&s, GRID_CARTESIAN);
		assert_int_equal(s.tally.layout.n_groups, SAMPLE_GROUPS);
		s.sum[tally_group_first(&s.tally.layout, g, GROUP_YIELD) + 21]++;
		assert_int_equal(tally_check_balance(&s.tally, &e), 0);
		s.sum[tally_group_first(&s.tally.layout, g, GROUP_DOSE) + 21]++;
		assert_int_equal(tally_check_balance(&s.tally, &e), -1);
		assert_non_null(strstr(e.text, "groups in depth bin 21"));
	}
}

static void
the_balance_notices_a_depth_of_any_score(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	for (int kind = GRID_CARTESIAN; kind <= GRID_CYLINDRICAL; kind++)
		for (int k = 0; k < N_SCORES; k++) {
			sample_init_full(&s, (enum grid_kind)kind);
			assert_int_equal(tally_check_balance(&s.tally, &e), 0);
			s.sum[s.tally.layout.first_depth[k] + 35]++;
			s.sum[tally_group_first(&s.tally.layout, 1, GROUP_DOSE) + 35] += k == SCORE_DOSE;
			assert_int_equal(tally_check_balance(&s.tally, &e), -1);
			assert_memory_equal(e.text, score_name[k], strlen(score_name[k]));
			assert_non_null(strstr(e.text, "depth bin 35"));
		}
}

static void
fluence_is_length_by_volume_and_by_thickness(void **state)
{
	struct sample s;
	const struct tally_layout *l = &s.tally.layout;
	double cm, cm_error, volume = 3.14159265358979323846 * (0.25 - 0.04) * 0.05;

	(void)state;
	sample_init_full(&s, GRID_CYLINDRICAL);
	cm = (double)tally_quanta(&s.tally, l->first_voxel[SCORE_LENGTH] + 40 + 7) / 67108864 / 65;
	assert_true(fabs(tally_fluence_cm2(&s.tally, 40 + 7) * volume / cm - 1) < 1e-14);
	cm = (double)tally_quanta(&s.tally, l->first_depth[SCORE_LENGTH] + 7) / 67108864 / 65;
	cm_error = tally_error_quanta(&s.tally, l->first_depth[SCORE_LENGTH] + 7) / 67108864;
	assert_true(fabs(tally_depth_fluence(&s.tally, 7) * 0.05 / cm - 1) < 1e-14);
	assert_true(fabs(tally_depth_fluence_error(&s.tally, 7) * 0.05 / cm_error - 1) < 1e-14);
}

static void
fluence_and_let_of_a_group_are_those_of_its_bins(void **state)
{
	struct sample s;
	const struct tally_layout *l = &s.tally.layout;
	struct tally_let let = { 0 };
	double cm, cm_error;

	(void)state;
	sample_init_full(&s, GRID_CYLINDRICAL);
	cm = (double)tally_quanta(&s.tally, tally_group_first(l, 2, GROUP_LENGTH) + 7) / 67108864 / 65;
	cm_error = tally_error_quanta(&s.tally, tally_group_first(l, 2, GROUP_LENGTH) + 7) / 67108864;
	assert_true(fabs(tally_group_fluence(&s.tally, 2, 7) * 0.05 / cm - 1) < 1e-14);
	assert_true(fabs(tally_group_fluence_error(&s.tally, 2, 7) * 0.05 / cm_error - 1) < 1e-14);
	tally_let_group(&let, &s.tally, 2, 7);
	assert_true(let.length == tally_quanta(&s.tally, tally_group_first(l, 2, GROUP_LENGTH) + 7));
	assert_true(let.let == tally_quanta(&s.tally, tally_group_first(l, 2, GROUP_LET) + 7));
	assert_true(let.let2 == tally_quanta(&s.tally, tally_group_first(l, 2, GROUP_LET2) + 7));
}

static void
let_of_all_is_divided_by_the_length_of_all(void **state)
{
	struct sample s;
	const struct tally_layout *l = &s.tally.layout;
	struct tally_let let = { 0 };

	(void)state;
	sample_init_full(&s, GRID_CARTESIAN);
	tally_let_add(&let, &s.tally, l->first_depth, 30);
	assert_true(let.length == tally_quanta(&s.tally, l->first_depth[SCORE_LENGTH_ALL] + 30));
	assert_true(let.length > tally_quanta(&s.tally, l->first_depth[SCORE_LENGTH] + 30));
}

/* 0.3 cm at 20 MeV/cm and 0.1 cm at 100 MeV/cm. */
static void
let_is_averaged_over_length_and_over_dose(void **state)
{
	const int64_t sum[] = { 0, (int64_t)(0.3 * 0x1p26), (int64_t)(0.1 * 0x1p26), 6 << 20, 10 << 20, 120 << 10, 1000 << 10 };
	const size_t first[N_SCORES] = { 0, 1, 3, 5 };
	struct tally t = { .layout.n_bins = 7, .sum = sum };
	struct tally_let let = { 0 };

	(void)state;
	assert_true(isnan(tally_let_t_MeV_cm(&let)) && isnan(tally_let_d_MeV_cm(&let)));
	tally_let_add(&let, &t, first, 0);
	assert_true(fabs(tally_let_t_MeV_cm(&let) / 20 - 1) < 1e-6);
	assert_true(fabs(tally_let_d_MeV_cm(&let) / 20 - 1) < 1e-12);
	tally_let_add(&let, &t, first, 1);
	assert_true(fabs(tally_let_t_MeV_cm(&let) / 40 - 1) < 1e-6);
	assert_true(fabs(tally_let_d_MeV_cm(&let) / 70 - 1) < 1e-12);
}

static void
let_on_the_axis_is_that_of_its_columns(void **state)
{
	struct sample s;
	struct tally_let axis = { 0 };
	const size_t *first = s.tally.layout.first_voxel;

	(void)state;
	sample_init_full(&s, GRID_CARTESIAN);
	tally_let_axis(&axis, &s.tally, 9);
	assert_true(axis.length == tally_quanta(&s.tally, first[4] + 89) + tally_quanta(&s.tally, first[4] + 129));
	assert_true(axis.let2 == tally_quanta(&s.tally, first[3] + 89) + tally_quanta(&s.tally, first[3] + 129));
}

static void
the_balance_notices_a_voxel_and_a_depth_that_agree_but_were_not_deposited(void **state)
{
	struct err e = { 0 };
	struct sample s;

	(void)state;
	sample_init(&s, 5, 0);
	s.sum[4 * 40 + 3]++;
	s.sum[s.tally.layout.first_depth[SCORE_DOSE] + 3]++;
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
		cmocka_unit_test(each_score_has_voxels_and_depths_and_the_axis_is_last),
		cmocka_unit_test(groups_come_last_with_what_is_scored_and_the_yields),
		cmocka_unit_test(yields_come_right_behind_the_scores_that_there_are),
		cmocka_unit_test(without_secondaries_there_are_the_primaries_or_no_groups),
		cmocka_unit_test(groups_have_names),
		cmocka_unit_test(the_let_of_all_has_its_own_length),
		cmocka_unit_test(the_axis_of_a_cylinder_is_its_innermost_ring),
		cmocka_unit_test(rings_have_their_volume_and_their_middle),
		cmocka_unit_test(a_depth_has_the_density_of_its_layer),
		cmocka_unit_test(layers_thinner_than_a_bin_are_passed_over),
		cmocka_unit_test(delivered_primaries_scale_doses_alone),
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
		cmocka_unit_test(error_survives_a_sum_beyond_64_bits),
		cmocka_unit_test(a_carry_is_2_to_the_64),
		cmocka_unit_test(error_is_exact_beyond_128_bits),
		cmocka_unit_test(error_of_growing_batches_weighs_them_by_their_histories),
		cmocka_unit_test(error_of_growing_batches_is_exact),
		cmocka_unit_test(equal_batches_have_no_error),
		cmocka_unit_test(one_batch_has_no_known_error),
		cmocka_unit_test(error_matches_the_scatter_of_the_batches_in_every_bin),
		cmocka_unit_test(untouched_blocks_are_not_read),
		cmocka_unit_test(the_sample_balances_and_any_quantum_more_does_not),
		cmocka_unit_test(each_energy_counts_in_the_balance),
		cmocka_unit_test(the_balance_notices_a_group),
		cmocka_unit_test(a_shorter_range_that_does_not_balance_is_noticed),
		cmocka_unit_test(the_mean_relative_error_is_that_of_the_high_voxels),
		cmocka_unit_test(the_balance_notices_a_depth_of_any_score),
		cmocka_unit_test(fluence_is_length_by_volume_and_by_thickness),
		cmocka_unit_test(fluence_and_let_of_a_group_are_those_of_its_bins),
		cmocka_unit_test(let_of_all_is_divided_by_the_length_of_all),
		cmocka_unit_test(let_is_averaged_over_length_and_over_dose),
		cmocka_unit_test(let_on_the_axis_is_that_of_its_columns),
		cmocka_unit_test(the_balance_notices_a_voxel_and_a_depth_that_agree_but_were_not_deposited),
		cmocka_unit_test(a_history_without_a_fate_is_noticed),
		cmocka_unit_test(counts_print_in_full),
		cmocka_unit_test(every_channel_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
