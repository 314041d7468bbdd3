/* Part of a run: which of its ranges, of how many. */
#ifndef MODEL_PART_H
#define MODEL_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "model/stretches.h"

/* One of the equal parts that a run is cut into: the number-th of count. 0 of 0: no such part. */
struct shard {
	uint32_t number, count;
};

#define SHARD_COUNT_MAX 1000000

struct part {
	uint64_t histories;         /* of the whole run */
	struct shard shard;         /* that it is, or a beginning of; 0 of 0: put together from parts */
	struct stretches ranges;        /* that it holds */
};

/* Ranges of a run, a shorter last one included. */
uint64_t part_n_ranges(uint64_t histories, uint32_t range_histories);

/* The ranges of a shard: a block without a gap, as long as the others or longer by one. Empty when there
 * are fewer ranges than shards. */
struct stretch shard_ranges(struct shard s, uint64_t n_ranges);

/* Full ranges that a part holds, and the histories of the shorter last one if it holds that. */
uint64_t part_n_full(const struct part *p, uint32_t range_histories);
uint32_t part_n_remainder(const struct part *p, uint32_t range_histories);

/* Whether it has all ranges of the run. */
bool part_is_whole(const struct part *p, uint32_t range_histories);

#endif
