/* Builds the tests' tally as a run would: range by range. */
#include "sample_tally.h"

#include <string.h>

void
sample_tally_plan(struct plan *p)
{
	*p = (struct plan){
		.beam.position_cm = { 0.0, 0.1, 0.0 },
		.phantom.material.density_g_cm3 = 1.25,
		.grid = {
			.origin_cm = { -0.45, -0.1, 0.0 },
			.voxel_cm = { 0.3, 0.2, 0.05 },
			.n = { SAMPLE_NX, SAMPLE_NY, SAMPLE_NZ },
		},
	};
}

/* A rising curve with a peak at bin 29 and a tail, the middle column four times as high. */
static int64_t
deposit(uint64_t range, int ix, int iy, int iz)
{
	uint64_t noise = (range * 0x9e3779b97f4a7c15u + (uint64_t)(ix * 977 + iy * 331 + iz * 29)) * 0xd1342543de82ef95u;
	int64_t mean = iz < 28 ? 40000 + 1000 * iz : iz < 31 ? 200000 : iz < 36 ? 1000 : 0;

	if (ix == 0 || mean == 0)
		return 0;
	return (ix == 1 ? 4 : 1) * (mean + (int64_t)(noise >> 53));
}

static void
score_range(int64_t *bins, const struct tally_layout *l, uint64_t range)
{
	memset(bins, 0, SAMPLE_BINS * sizeof *bins);
	for (int ix = 0; ix < SAMPLE_NX; ix++)
		for (int iy = 0; iy < SAMPLE_NY; iy++)
			for (int iz = 0; iz < SAMPLE_NZ; iz++) {
				int64_t quanta = deposit(range, ix, iy, iz);

				bins[grid_index(&l->grid, ix, iy, iz)] = quanta;
				bins[l->first_idd + (size_t)iz] += quanta;
				if (ix == 1)
					bins[l->first_axis + (size_t)iz] += quanta;
			}
}

static void
count(struct sample *s, const int64_t *bins)
{
	tally_count *c = s->tally.channel;

	for (size_t bin = 0; bin < SAMPLE_BINS; bin++) {
		if (bin < s->tally.layout.n_voxels)
			c[ENERGY_DEPOSITED] += bins[bin];
		if (bins[bin] != 0)
			s->touched[bin / TALLY_BLOCK_BINS] = 1;
	}
}

static void
count_histories(struct sample *s)
{
	tally_count *c = s->tally.channel, *last = s->tally.remainder_channel;

	c[ENERGY_OUTSIDE] = 11;
	c[ENERGY_ESCAPED] = 23;
	c[ENERGY_SOURCE] = c[ENERGY_DEPOSITED] + 34;
	c[COUNT_HISTORIES] = c[COUNT_STOPPED] = (tally_count)tally_histories(&s->tally);
	c[COUNT_STEPS] = 5 * c[COUNT_HISTORIES];
	if (s->tally.n_remainder == 0)
		return;
	for (size_t bin = 0; bin < s->tally.layout.n_voxels; bin++)
		last[ENERGY_SOURCE] += s->remainder[bin];
	last[ENERGY_DEPOSITED] = last[ENERGY_SOURCE];
	last[COUNT_HISTORIES] = last[COUNT_STOPPED] = s->tally.n_remainder;
}

void
sample_init(struct sample *s, uint64_t n_ranges, uint32_t n_remainder)
{
	int64_t bins[SAMPLE_BINS];
	struct plan plan;
	struct tally *t = &s->tally;

	memset(s, 0, sizeof *s);
	sample_tally_plan(&plan);
	tally_layout_init(&t->layout, &plan);
	for (uint64_t range = 0; range < n_ranges; range++) {
		score_range(bins, &t->layout, range);
		for (size_t bin = 0; bin < SAMPLE_BINS; bin++) {
			s->sum[bin] += bins[bin];
			s->square[bin] += (tally_square)bins[bin] * (tally_square)bins[bin];
		}
		count(s, bins);
	}
	if (n_remainder > 0) {
		score_range(s->remainder, &t->layout, n_ranges);
		count(s, s->remainder);
	}
	t->n_ranges = n_ranges;
	t->range_histories = 7;
	t->n_remainder = n_remainder;
	t->sum = s->sum;
	t->square = s->square;
	t->remainder = n_remainder > 0 ? s->remainder : NULL;
	t->touched = s->touched;
	s->left_out[1] = 5;
	t->n_left_out = n_ranges > 0 ? 2 : 0;
	t->left_out = s->left_out;
	count_histories(s);
}
