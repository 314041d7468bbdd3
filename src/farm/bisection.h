/* The bisection: which part of a range to try next in search of the one item that kills. */
#ifndef FARM_BISECTION_H
#define FARM_BISECTION_H

#include "farm/farm.h"

/* The culprit is taken to lie in [first, first + count); the probe is the first half of it, or the
 * one item that is left, which must kill FARM_ATTEMPTS_MAX times: else a stray kill would cost an
 * innocent one. */
struct bisection {
	uint64_t first;
	uint32_t count;
	unsigned n_deaths;         /* of the single item */
};

enum bisection_end { BISECTION_GOES_ON, BISECTION_FOUND, BISECTION_FAILED };

struct bisection bisection_of(const struct farm_range *range);
uint32_t bisection_probe_count(const struct bisection *b);   /* items to try, from `first` */

/* What the probe came to. FOUND: it is item `first`. FAILED: no item kills alone. */
enum bisection_end bisection_died(struct bisection *b);
enum bisection_end bisection_survived(struct bisection *b);

#endif
