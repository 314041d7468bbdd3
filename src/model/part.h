/* Part of a run: which of its ranges, of how many. */
#ifndef MODEL_PART_H
#define MODEL_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cut.h"
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

/* The ranges of a shard: those that begin in its share of the histories, a block without a gap. Each shard is given
 * one at least where no range is larger than a share. */
struct stretch shard_ranges(struct shard s, uint64_t histories, struct cut cut);

/* Whether a range begins in each of `count` shares. */
bool shards_have_ranges(uint32_t count, uint64_t histories, struct cut cut);

/* Full ranges that a part holds, their histories, and the histories of the shorter last one if it holds that. */
uint64_t part_n_full(const struct part *p, struct cut cut);
uint64_t part_full_histories(const struct part *p, struct cut cut);
uint32_t part_n_remainder(const struct part *p, struct cut cut);

/* Whether it has all ranges of the run. */
bool part_is_whole(const struct part *p, struct cut cut);

#endif
