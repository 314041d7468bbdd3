/* The bisection: which part of a range to try next in search of the one item that kills. */
#include "farm/bisection.h"

struct bisection
bisection_of(const struct farm_range *range)
{
	return (struct bisection){ .first = range->first, .count = range->count };
}

uint32_t
bisection_probe_count(const struct bisection *b)
{
	return b->count > 1 ? b->count / 2 : 1;
}

enum bisection_end
bisection_died(struct bisection *b)
{
	if (b->count > 1) {
		b->count = bisection_probe_count(b);
		return BISECTION_GOES_ON;
	}
	b->n_deaths++;
	return b->n_deaths < FARM_ATTEMPTS_MAX ? BISECTION_GOES_ON : BISECTION_FOUND;
}

/* The other half needs no probe: the single item it ends with is confirmed anyway. */
enum bisection_end
bisection_survived(struct bisection *b)
{
	uint32_t n = bisection_probe_count(b);

	if (b->count == 1)
		return BISECTION_FAILED;
	b->first += n;
	b->count -= n;
	return BISECTION_GOES_ON;
}
