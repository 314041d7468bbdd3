/* A checkpoint in shared memory for the farm's tests: what a save writes, a later run starts from. */
#ifndef FAKE_SAVE_H
#define FAKE_SAVE_H

#include <string.h>

#include "fake_work.h"

#define FAKE_LIST_MAX 20000

struct fake_checkpoint {
	uint64_t n_prefix, n_beyond, n_left_out;
	uint64_t beyond[FAKE_LIST_MAX], left_out[FARM_LEFT_OUT_ALL_MAX];
	int64_t sum[FAKE_BINS];
	farm_square square[FAKE_BINS];
	unsigned char touched[FAKE_BINS / FARM_BLOCK_BINS + 1];
	farm_count counters[FAKE_COUNTERS];
};

/* Two, as a save may be killed in the middle of one: `valid` is the number of the good one. */
struct fake_store {
	struct fake_checkpoint checkpoint[2];
	_Atomic int valid, n_saved;
};

static inline void
fake_copy_blocks(struct fake_checkpoint *c, const int64_t *sum, const farm_square *square,
    const unsigned char *touched)
{
	memset(c->sum, 0, sizeof c->sum);
	memset(c->square, 0, sizeof c->square);
	memcpy(c->touched, touched, sizeof c->touched);
	for (size_t i = 0; i < FAKE_BINS; i++)
		if (touched[i / FARM_BLOCK_BINS]) {
			c->sum[i] = sum[i];
			c->square[i] = square[i];
		}
}

/* An item is counted in the first counter, so a snapshot that misses a range or has one twice is
 * refused. Ranges have ten items. */
static inline int
fake_save(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	struct fake_store *store = ctx;
	struct fake_checkpoint *c = &store->checkpoint[!store->valid];
	const struct farm_progress *p = &s->progress;

	for (size_t i = 1; i < p->n_left_out; i++)
		if (p->left_out[i] <= p->left_out[i - 1])
			return err_set(e, ERR_OUTPUT, "an item is left out twice, or out of order");
	if (p->n_beyond > FAKE_LIST_MAX || (p->n_left_out == 0 &&
	    s->counters[0] != (farm_count)(p->n_prefix + p->n_beyond) * 10))
		return err_set(e, ERR_OUTPUT, "a snapshot is wrong");
	c->n_prefix = p->n_prefix;
	c->n_beyond = p->n_beyond;
	c->n_left_out = p->n_left_out;
	memcpy(c->beyond, p->beyond, p->n_beyond * sizeof *p->beyond);
	memcpy(c->left_out, p->left_out, p->n_left_out * sizeof *p->left_out);
	fake_copy_blocks(c, s->sum, s->square, s->touched);
	memcpy(c->counters, s->counters, sizeof c->counters);
	store->valid = !store->valid;
	store->n_saved++;
	return 0;
}

static inline int
fake_load(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched,
    farm_count *counters, struct err *e)
{
	const struct fake_store *store = ctx;
	const struct fake_checkpoint *c = &store->checkpoint[store->valid];

	(void)e;
	memcpy(sum, c->sum, sizeof c->sum);
	memcpy(square, c->square, sizeof c->square);
	memcpy(touched, c->touched, sizeof c->touched);
	memcpy(counters, c->counters, sizeof c->counters);
	return 0;
}

static inline struct farm_start
fake_start(struct fake_store *store)
{
	const struct fake_checkpoint *c = &store->checkpoint[store->valid];

	return (struct farm_start){
		.progress = { .n_prefix = c->n_prefix, .n_beyond = c->n_beyond, .beyond = c->beyond,
		    .n_left_out = c->n_left_out, .left_out = c->left_out },
		.load = fake_load, .ctx = store,
	};
}

/* What a run that has ended leaves for one that extends it: its full ranges. */
static inline void
fake_keep_result(struct fake_store *store, const struct farm_result *r)
{
	struct fake_checkpoint *c = &store->checkpoint[store->valid];

	c->n_prefix = r->n_ranges;
	c->n_beyond = c->n_left_out = 0;
	fake_copy_blocks(c, r->sum, r->square, r->touched);
	for (size_t i = 0; i < FAKE_COUNTERS; i++)
		c->counters[i] = r->counters[i] - r->remainder_counters[i];
}

#endif
