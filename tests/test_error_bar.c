/* The quoted standard error against the scatter of runs with other seeds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "phys/history.h"
#include "sample_plan.h"

enum { N_SEEDS = 10, N_RANGES = 40, RANGE = 50, DEPTHS = 40, SIDE = 20 };
enum { N_VOXELS = SIDE * SIDE * DEPTHS, N_BINS = N_VOXELS + 2 * DEPTHS };

/* What ten runs say of each bin. */
struct runs {
	double mean_MeV[N_SEEDS][N_BINS];
	double error_MeV[N_SEEDS][N_BINS];
};

struct sums {
	int64_t sum[N_BINS];
	tally_square square[N_BINS];
};

/* A broad beam of 60 MeV protons in 4 cm of water; voxels of 4 x 4 x 1 mm. */
static void
broad_beam(struct plan *p, uint64_t seed)
{
	sample_plan(p, "proton", 60.0);
	p->seed = seed;
	p->cut.first = RANGE;
	p->beam.spot[0].size_cm[0] = p->beam.spot[0].size_cm[1] = 1.5;
	p->beam.spot[0].energy_spread = 0.01;
	p->phantom.size_cm[AXIS_X] = p->phantom.size_cm[AXIS_Y] = 8.0;
	sample_depth(p, 4.0);
	sample_voxels(p, 0.4, 0.4, 0.1);
}

static void
add_range(const struct physics *ph, const struct tally_layout *l, struct batch *b, int range,
    struct sums *s)
{
	static int64_t bins[N_BINS];
	unsigned char strips[N_BINS / TALLY_BLOCK_BINS + 1] = {0};
	int64_t channel[N_CHANNELS] = {0};
	struct range_score score = {.bins = bins, .strips = strips, .channel = channel};
	struct err e;

	memset(bins, 0, sizeof bins);
	assert_int_equal(history_run(b, ph, l, (uint64_t)range * RANGE, RANGE, &score, &e), 0);
	for (int i = 0; i < N_BINS; i++) {
		s->sum[i] += bins[i];
		s->square[i] += (tally_square)((tally_count)bins[i] * bins[i]);
	}
}

static void
run(uint64_t seed, double *mean_MeV, double *error_MeV)
{
	struct physics *ph;
	struct sums *s = calloc(1, sizeof *s);
	struct err e;
	struct batch *b = batch_new(NULL, &e);
	struct tally t = {.cut.first = RANGE, .n_ranges = N_RANGES, .full_histories = N_RANGES * RANGE};
	struct plan p;

	broad_beam(&p, seed);
	ph = calloc(1, physics_size(&p));
	assert_true(ph != NULL && s != NULL && b != NULL);
	assert_int_equal(physics_build(ph, &p, &e), 0);
	assert_int_equal(tally_layout_init(&t.layout, &p, &e), 0);
	assert_int_equal(t.layout.n_bins, N_BINS);
	for (int range = 0; range < N_RANGES; range++)
		add_range(ph, &t.layout, b, range, s);
	t.sum = s->sum;
	t.square = s->square;
	t.channel[COUNT_HISTORIES] = N_RANGES * RANGE;
	for (size_t i = 0; i < N_BINS; i++) {
		mean_MeV[i] = tally_mean_MeV(&t, i);
		error_MeV[i] = tally_error_MeV(&t, i);
	}
	batch_free(b);
	tally_layout_free(&t.layout);
	free(s);
	free(ph);
}

/* The squared deviations of one run from the mean of all, in squared standard errors, over bins
 * first, first + stride, ... (n of them): of expectation n (N_SEEDS - 1) / N_SEEDS. */
static double
deviation(const struct runs *r, int seed, size_t first, size_t stride, size_t n)
{
	double sum = 0.0;

	for (size_t bin = first; bin < first + n * stride; bin += stride) {
		double mean = 0.0, variance = 0.0;

		for (int k = 0; k < N_SEEDS; k++) {
			mean += r->mean_MeV[k][bin] / N_SEEDS;
			variance += r->error_MeV[k][bin] * r->error_MeV[k][bin] / N_SEEDS;
		}
		sum += (r->mean_MeV[seed][bin] - mean) * (r->mean_MeV[seed][bin] - mean) / variance;
	}
	return sum;
}

/* (found - expected) scatter over quoted variance, in standard errors of itself. The runs are
 * independent, so that their own scatter tells how well this is known, however bins correlate.
 * `scale` multiplies the quoted errors. */
static double
disagreement(const struct runs *r, double scale, size_t first, size_t stride, size_t n)
{
	double expected = (double)n * (N_SEEDS - 1) / N_SEEDS, sum = 0.0, square = 0.0;

	for (int seed = 0; seed < N_SEEDS; seed++) {
		double d = deviation(r, seed, first, stride, n) / (scale * scale);

		sum += d / N_SEEDS;
		square += d * d / N_SEEDS;
	}
	return (sum - expected) / sqrt((square - sum * sum) / (N_SEEDS - 1));
}

static int
set_up(void **state)
{
	struct runs *r = calloc(1, sizeof *r);

	*state = r;
	if (r == NULL)
		return -1;
	for (int k = 0; k < N_SEEDS; k++)
		run((uint64_t)k + 1, r->mean_MeV[k], r->error_MeV[k]);
	return 0;
}

static int
tear_down(void **state)
{
	free(*state);
	return 0;
}

/* Columns around the axis, at the entrance: each particle is in one of them. */
static const size_t entrance = (size_t)(5 * SIDE) * DEPTHS;
enum { N_ENTRANCE = 10 * SIDE };

static void
errors_of_voxels_agree_with_the_scatter_of_ten_runs(void **state)
{
	assert_true(fabs(disagreement(*state, 1.0, entrance, DEPTHS, N_ENTRANCE)) < 5.0);
	assert_true(fabs(disagreement(*state, 1.0, entrance + 20, DEPTHS, N_ENTRANCE)) < 5.0);
	assert_true(fabs(disagreement(*state, 1.0, entrance + 29, DEPTHS, N_ENTRANCE)) < 5.0);
}

static void
errors_of_the_depth_dose_agree_with_the_scatter_of_ten_runs(void **state)
{
	assert_true(fabs(disagreement(*state, 1.0, N_VOXELS, 1, 32)) < 5.0);
	assert_true(fabs(disagreement(*state, 1.0, N_VOXELS + DEPTHS, 1, 32)) < 5.0);
}

/* Or else the two above could not fail. */
static void
errors_that_are_wrong_by_a_third_would_be_noticed(void **state)
{
	assert_true(disagreement(*state, 1.33, entrance, DEPTHS, N_ENTRANCE) < -5.0);
	assert_true(disagreement(*state, 0.75, entrance, DEPTHS, N_ENTRANCE) > 5.0);
	assert_true(disagreement(*state, 2.0, N_VOXELS, 1, 32) < -5.0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_voxels_agree_with_the_scatter_of_ten_runs),
		cmocka_unit_test(errors_of_the_depth_dose_agree_with_the_scatter_of_ten_runs),
		cmocka_unit_test(errors_that_are_wrong_by_a_third_would_be_noticed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
