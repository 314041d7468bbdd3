/* The milestones: the numbers of ranges at which a run may be found good enough. */
#ifndef FARM_MILESTONE_H
#define FARM_MILESTONE_H

#include <stdint.h>

#include "farm/queue.h"

#define MILESTONE_FIRST 16

/* The first milestone that is no less than n: 16 ranges, then always those of a quarter more items. UINT64_MAX
 * when there is none below. */
static inline uint64_t
milestone_from(struct cut cut, uint64_t n)
{
	uint64_t m = MILESTONE_FIRST;

	while (m < n) {
		uint64_t items = cut_item(cut, m);

		if (items > UINT64_MAX - items / 4)
			return UINT64_MAX;
		m = cut_range(cut, items + items / 4);
	}
	return m;
}

/* A start may lie beyond some milestones: then they cannot be asked any more. */
static inline uint64_t
milestone_first(const struct queue *q)
{
	uint64_t end = q->n_early > 0 ? q->early[q->n_early - 1] + 1 : q->next;

	return milestone_from(q->cut, end > q->next ? end : q->next);
}

#endif
