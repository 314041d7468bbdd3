/* Work for the farm's tests: each item adds to a few bins, as its number alone decides. */
#ifndef FAKE_WORK_H
#define FAKE_WORK_H

#include <string.h>

#include "farm/farm.h"

#define FAKE_BINS 3001        /* no whole number of blocks */
#define FAKE_COUNTERS 3
#define FAKE_DEPOSITS 20      /* per item */

static inline uint64_t
fake_hash(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static inline void
fake_add(struct farm_tally *t, size_t bin, int64_t x)
{
	t->bins[bin] += x;
	t->strips[bin / FARM_BLOCK_BINS] |= (unsigned char)(1 << bin / FARM_STRIP_BINS % 8);
}

static inline int
fake_run(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	uint64_t h;

	(void)ctx;
	(void)e;
	for (uint64_t item = r->first; item < r->first + r->count; item++)
		for (uint64_t k = 0; k < FAKE_DEPOSITS; k++) {
			h = fake_hash(item * FAKE_DEPOSITS + k + 1);
			fake_add(t, h % FAKE_BINS, (int64_t)(h >> 30) - (1 << 20));
			t->counters[1] += (int64_t)(h & 0xff);
		}
	t->counters[0] += r->count;
	t->counters[2] -= !r->has_more;
	++*t->heartbeat;
	return 0;
}

static inline struct farm_job
fake_job(uint64_t n_items, uint32_t items_per_range)
{
	return (struct farm_job){
		.n_items = n_items, .cut.first = items_per_range, .n_bins = FAKE_BINS,
		.n_counters = FAKE_COUNTERS, .run = fake_run,
	};
}

static inline bool
is_same_array(const int64_t *a, const int64_t *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return memcmp(a, b, FAKE_BINS * sizeof *a) == 0;
}

static inline bool
is_same_result(const struct farm_result *a, const struct farm_result *b)
{
	return a->n_items_done == b->n_items_done && a->n_ranges == b->n_ranges &&
	    a->n_remainder == b->n_remainder && is_same_array(a->sum, b->sum) &&
	    is_same_array(a->remainder, b->remainder) &&
	    memcmp(a->square, b->square, FAKE_BINS * sizeof *a->square) == 0 &&
	    memcmp(a->counters, b->counters, sizeof a->counters) == 0;
}

#endif
