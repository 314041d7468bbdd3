/* Everything that the histories of a range need to know beside themselves. Internal to the transport. */
#ifndef PHYS_PASS_H
#define PHYS_PASS_H

#include <stdint.h>

#include "phys/history.h"

struct pass {
	const struct physics *ph;
	const struct tally_layout *layout;
	struct range_score *score;
	uint64_t first, next, end;           /* histories of the range */
	int64_t *of_group[N_GROUP_SCORES];   /* the first group's bins of a score, one for each depth; or NULL */
	int32_t group_stride;                /* from one group's to the next */
};

#endif
