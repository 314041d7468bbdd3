/* Builds the tests' tally as a run would: range by range. */
#include "sample_tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
sample_tally_plan(struct tally_plan *p)
{
	*p = (struct tally_plan){
		.plan.scoring.grid = {
			.origin_cm = { -0.45, -0.1, 0.0 },
			.voxel_cm = { 0.3, 0.2, 0.05 },
			.n = { SAMPLE_NX, SAMPLE_NY, SAMPLE_NZ },
		},
		.spot.position_cm = { 0.0, 0.1, 0.0 },
		.layer = {
			{ .material.density_g_cm3 = 1.25, .thickness_cm = 1.0 },
			{ .material.density_g_cm3 = 0.5, .thickness_cm = 1.0 },
		},
	};
	p->plan.beam.n_spots = 1;
	p->plan.beam.spot = &p->spot;
	p->plan.phantom.n_layers = 2;
	p->plan.phantom.layer = p->layer;
}

void
sample_ring_plan(struct tally_plan *p)
{
	sample_tally_plan(p);
	p->plan.scoring.grid = (struct grid){
		.kind = GRID_CYLINDRICAL,
		.voxel_cm = { 0.0, 0.0, 0.05 },
		.n = { SAMPLE_NX, 1, SAMPLE_NZ },
		.radius_cm = { 0.0, 0.2, 0.5, 1.0 },
	};
}

/* A rising curve with a peak at bin 29 and a tail; the column or ring in the middle four times as high. */
static int64_t
deposit(uint64_t range, int empty_x, int ix, int iy, int iz)
{
	uint64_t noise = (range * 0x9e3779b97f4a7c15u + (uint64_t)(ix * 977 + iy * 331 + iz * 29)) * 0xd1342543de82ef95u;
	int64_t mean = iz < 28 ? 40000 + 1000 * iz : iz < 31 ? 200000 : iz < 36 ? 1000 : 0;

	if (ix == empty_x || mean == 0)
		return 0;
	return (ix == 1 ? 4 : 1) * (mean + (int64_t)(noise >> 53));
}

/* A group's part of a deposit: an eighth for each but the primaries, which have the rest. */
static int64_t
group_part(const struct tally_layout *l, int group, int64_t quanta)
{
	return group == GROUP_PRIMARIES ? quanta - (l->n_groups - 1) * (quanta / 8) : quanta / 8;
}

static void
score_groups(int64_t *bins, const struct tally_layout *l, size_t iz, int64_t quanta)
{
	static const int64_t factor[N_GROUP_SCORES] = { 1, 40, 9, 5, 2 };

	for (int g = 0; g < l->n_groups; g++)
		for (int k = 0; k < N_GROUP_SCORES; k++)
			if (tally_group_has(l, (enum group_score)k))
				bins[tally_group_first(l, g, (enum group_score)k) + iz] +=
				    factor[k] * group_part(l, g, quanta);
}

/* Other scores than the dose are some multiple of it. */
static void
score_voxel(int64_t *bins, const struct tally_layout *l, size_t voxel, int64_t quanta)
{
	static const int64_t factor[N_SCORES] = { 1, 50, 7, 3, 60 };
	size_t iz = voxel % l->n_depths;

	for (int k = 0; k < l->n_scores; k++) {
		bins[l->first_voxel[k] + voxel] += factor[k] * quanta;
		bins[l->first_depth[k] + iz] += factor[k] * quanta;
	}
	for (int i = 0; i < l->n_axis_columns; i++)
		if (voxel - iz == l->axis_column[i])
			bins[l->first_axis + iz] += quanta;
	score_groups(bins, l, iz, quanta);
}

static void
score_range(int64_t *bins, const struct tally_layout *l, uint64_t range)
{
	const int *n = l->grid.n;
	int empty_x = l->grid.kind == GRID_CYLINDRICAL ? n[AXIS_X] - 1 : 0;

	memset(bins, 0, l->n_bins * sizeof *bins);
	for (int ix = 0; ix < n[AXIS_X]; ix++)
		for (int iy = 0; iy < n[AXIS_Y]; iy++)
			for (int iz = 0; iz < n[AXIS_Z]; iz++)
				score_voxel(bins, l, grid_index(&l->grid, ix, iy, iz),
				    deposit(range, empty_x, ix, iy, iz));
}

static void
count(struct sample *s, const int64_t *bins)
{
	tally_count *c = s->tally.channel;

	for (size_t bin = 0; bin < s->tally.layout.n_bins; bin++) {
		if (bin < s->tally.layout.n_voxels)
			c[ENERGY_DEPOSITED] += bins[bin];
		if (bins[bin] != 0)
			s->touched[bin / TALLY_BLOCK_BINS] = 1;
	}
}

static void
count_histories(struct sample *s, bool has_first)
{
	tally_count *c = s->tally.channel, *last = s->tally.remainder_channel;

	c[ENERGY_OUTSIDE] = has_first ? 11 : 0;
	c[ENERGY_ESCAPED] = has_first ? 23 : 0;
	c[ENERGY_NEUTRAL] = has_first ? 17 : 0;
	c[ENERGY_BINDING] = has_first ? -5 : 0;
	c[ENERGY_SOURCE] = c[ENERGY_DEPOSITED] + c[ENERGY_OUTSIDE] + c[ENERGY_ESCAPED] + c[ENERGY_NEUTRAL] +
	    c[ENERGY_BINDING];
	c[COUNT_HISTORIES] = (tally_count)tally_histories(&s->tally);
	c[COUNT_REACTED] = 2 * (tally_count)s->tally.n_ranges;
	c[COUNT_STOPPED] = c[COUNT_HISTORIES] - c[COUNT_REACTED];
	c[COUNT_STEPS] = 5 * c[COUNT_HISTORIES];
	if (s->tally.n_remainder == 0)
		return;
	for (size_t bin = 0; bin < s->tally.layout.n_voxels; bin++)
		last[ENERGY_SOURCE] += s->remainder[bin];
	last[ENERGY_DEPOSITED] = last[ENERGY_SOURCE];
	last[COUNT_HISTORIES] = last[COUNT_STOPPED] = s->tally.n_remainder;
}

/* The densities move into the sample, so that nobody has to free them. */
static void
lay_out(struct sample *s, const struct plan *p)
{
	struct tally_layout *l = &s->tally.layout;
	struct err e;

	if (tally_layout_init(l, p, &e) != 0 || l->n_bins > SAMPLE_BINS_MAX) {
		fprintf(stderr, "sample tally: no layout\n");
		abort();
	}
	memcpy(s->density_g_cm3, l->density_g_cm3, sizeof s->density_g_cm3);
	tally_layout_free(l);
	l->density_g_cm3 = s->density_g_cm3;
}

static void
add_range(struct sample *s, uint64_t range)
{
	int64_t bins[SAMPLE_BINS_MAX];

	score_range(bins, &s->tally.layout, range);
	for (size_t bin = 0; bin < s->tally.layout.n_bins; bin++) {
		s->sum[bin] += bins[bin];
		s->square[bin] += (tally_square)bins[bin] * (tally_square)bins[bin];
	}
	count(s, bins);
}

/* To its own arrays. */
static void
refer(struct sample *s, uint64_t n_ranges, uint32_t n_remainder)
{
	struct tally *t = &s->tally;

	t->n_ranges = n_ranges;
	t->full_histories = 7 * n_ranges;
	t->cut.first = 7;
	t->n_remainder = n_remainder;
	t->sum = s->sum;
	t->square = s->square;
	t->remainder = n_remainder > 0 ? s->remainder : NULL;
	t->touched = s->touched;
	s->left_out[1] = 5;
	t->left_out = s->left_out;
}

void
sample_make(struct sample *s, const struct plan *p, uint64_t n_ranges, uint32_t n_remainder)
{
	struct tally *t = &s->tally;

	memset(s, 0, sizeof *s);
	lay_out(s, p);
	for (uint64_t range = 0; range < n_ranges; range++)
		add_range(s, range);
	if (n_remainder > 0) {
		score_range(s->remainder, &t->layout, n_ranges);
		count(s, s->remainder);
	}
	refer(s, n_ranges, n_remainder);
	t->n_left_out = n_ranges > 0 ? 2 : 0;
	count_histories(s, true);
}

void
sample_init_part(struct sample *s, const struct part *p)
{
	struct tally *t = &s->tally;
	struct tally_plan tp;

	sample_tally_plan(&tp);
	memset(s, 0, sizeof *s);
	lay_out(s, &tp.plan);
	t->cut.first = 7;
	for (uint64_t range = 0; range < SAMPLE_RANGES; range++)
		if (stretches_have(&p->ranges, range))
			add_range(s, range);
	refer(s, part_n_full(p, t->cut), part_n_remainder(p, t->cut));
	if (t->n_remainder > 0) {
		score_range(s->remainder, &t->layout, SAMPLE_RANGES);
		count(s, s->remainder);
	}
	t->part = p;
	t->n_left_out = stretches_have(&p->ranges, 0) ? 2 : 0;
	count_histories(s, stretches_have(&p->ranges, 0));
}

void
sample_init(struct sample *s, uint64_t n_ranges, uint32_t n_remainder)
{
	struct tally_plan p;

	sample_tally_plan(&p);
	sample_make(s, &p.plan, n_ranges, n_remainder);
}

void
sample_init_full(struct sample *s, enum grid_kind kind)
{
	struct tally_plan p;

	(kind == GRID_CYLINDRICAL ? sample_ring_plan : sample_tally_plan)(&p);
	p.plan.beam.ion.Z = SAMPLE_GROUPS - 2;
	p.plan.transport.nuclear = NUCLEAR_ON;
	p.plan.scoring.has_fluence = p.plan.scoring.has_let = p.plan.scoring.has_yields = true;
	sample_make(s, &p.plan, 9, 4);
}
