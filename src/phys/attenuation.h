/* Where on its way a particle meets a nucleus. */
#ifndef PHYS_ATTENUATION_H
#define PHYS_ATTENUATION_H

#include "phys/cubic.h"

/* The optical depth of a way from `range_g_cm2` to rest: by a table over the residual range. */
static inline float
attenuation_depth(const struct cubic *table, float range_g_cm2)
{
	struct cubic_place at = cubic_find(range_g_cm2, RANGE_LOWEST_EXPONENT);

	return cubic_at(&table[at.segment], at.t);
}

/* The residual range, between `lowest` and `range`, at which the optical depth has fallen to `depth`; `lowest`
 * when it does not fall so far. */
float attenuation_range(const struct cubic *table, float depth, float lowest_g_cm2, float range_g_cm2);

#endif
