/* Commits for the farm's tests: a small block, ranges whose tallies their index alone decides, and what the
 * supervisor does for a worker that died. */
#ifndef FAKE_COMMIT_H
#define FAKE_COMMIT_H

#include <string.h>

#include "farm/commit.h"

#define FAKE_COMMIT_BINS 500

static inline bool
fake_block_open(struct slab_block *b, bool is_private)
{
	struct farm_job job = { .n_items = 35, .cut.first = 10, .n_bins = FAKE_COMMIT_BINS,
	    .n_counters = 2 };
	struct farm_options o = { .n_workers = 1 };
	struct slab_layout l;
	struct err e;

	return slab_layout_init(&l, &job, &o, &e) == 0 && slab_block_open(b, &l, is_private, &e) == 0;
}

/* Of a touched block some strips of 8 bins are empty, others for each range; never the first one. */
static inline int64_t
fake_bin(uint64_t range_index, size_t i)
{
	bool is_empty = i / 8 % 8 != 0 && i / 8 % 3 == range_index % 3;

	return is_empty ? 0 : (1000003 + (int64_t)range_index) * (int64_t)(i * i + 1) - 1000000;
}

/* Touches every second block. */
static inline void
fake_score(const struct commit *c, const struct farm_range *range)
{
	for (size_t i = 0; i < FAKE_COMMIT_BINS; i++)
		if (i / FARM_BLOCK_BINS % 2 == 0 && fake_bin(range->index, i) != 0) {
			c->lane.bins[i] = fake_bin(range->index, i);
			c->lane.strips[i / FARM_BLOCK_BINS] |= (unsigned char)(1 << i / FARM_STRIP_BINS % 8);
		}
}

/* What a worker does with a range that is scored. */
static inline int
fake_commit(const struct commit *c, const struct farm_range *range, struct err *e)
{
	int64_t counters[FARM_COUNTERS_MAX] = { 17, -(int64_t)range->index };

	commit_open(c, range);
	commit_start(c, counters);
	return commit_finish(c, e);
}

static inline int
fake_clean_commit(const struct slab_block *b, const struct farm_range *range)
{
	struct commit c = commit_of(b, 0);
	struct err e;

	fake_score(&c, range);
	if (fake_commit(&c, range, &e) == -1)
		return -1;
	commit_clear(&c);
	return 0;
}

/* As the supervisor does it: finish, or do the range again. */
static inline int
fake_recover(const struct slab_block *b, const struct farm_range *range)
{
	struct commit c = commit_of(b, 0);
	struct err e;

	c.is_careful = true;
	if (commit_is_underway(&c) && commit_finish(&c, &e) == -1)
		return -1;
	if (!commit_has_done(&c, range->index)) {
		slab_lane_wipe(b, 0);
		if (fake_clean_commit(b, range) == -1)
			return -1;
	}
	slab_lane_wipe(b, 0);
	return 0;
}

static inline bool
is_same_slab(struct slab a, struct slab b)
{
	return memcmp(a.sum, b.sum, FAKE_COMMIT_BINS * sizeof *a.sum) == 0 &&
	    memcmp(a.touched, b.touched, FAKE_COMMIT_BINS / FARM_BLOCK_BINS + 1) == 0 &&
	    memcmp(a.counters, b.counters, 2 * sizeof *a.counters) == 0 &&
	    (a.square == NULL ||
	    memcmp(a.square, b.square, FAKE_COMMIT_BINS * sizeof *a.square) == 0);
}

static inline bool
is_same_block(const struct slab_block *a, const struct slab_block *b)
{
	return is_same_slab(slab_of(a, 0), slab_of(b, 0)) &&
	    is_same_slab(slab_remainder(a), slab_remainder(b));
}

#endif
