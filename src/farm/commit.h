/* The commit: adds a range's tally to a slab so that a kill at any instruction can be completed.
 *
 * It goes block by block: the new absolute values are written to the redo log, `step` says that the
 * log is valid, the log is copied to the slab, `step` moves on. Copying twice does no harm, the
 * range's tally does not change meanwhile, and so whoever finds the record in LANE_COMMITTING
 * finishes with the same function. `step` is 2 u while the log of unit u is being filled and
 * 2 u + 1 while it holds; units are the blocks of bins, then the counters. */
#ifndef FARM_COMMIT_H
#define FARM_COMMIT_H

#include "farm/slab.h"

struct commit {
	struct lane lane;
	struct slab slab;         /* full ranges */
	struct slab remainder;    /* the shorter range */
	size_t n_blocks, n_counters;
	bool is_careful;          /* allocate pages first: full memory is an error, no SIGBUS */
};

struct commit commit_of(const struct slab_block *b, int worker);

/* The steps in a range's life, in order. commit_finish: ERR_INTERNAL when an integer overflows or
 * the record is broken, ERR_SYSTEM when memory is exhausted. */
void commit_open(const struct commit *c, const struct farm_range *range);
void commit_start(const struct commit *c, const int64_t *counters);
int commit_finish(const struct commit *c, struct err *e);
void commit_clear(const struct commit *c);

/* In the place of start and finish: what was computed is to be cleared. */
void commit_drop(const struct commit *c);

bool commit_is_open(const struct commit *c);         /* a range is at work or in commit */
bool commit_is_underway(const struct commit *c);
bool commit_has_done(const struct commit *c, uint64_t range_index);   /* it was the last one */

#endif
