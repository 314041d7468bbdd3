/* The cut of a run's items into ranges. Those of one size are a level: that of level k is 2^k of the first. */
#include "base/cut.h"

/* Ranges of the first size, and of each other but the last. Both are part of what a plan says: whoever changes them
 * raises the versions of its text, of tally.bin and of checkpoints. */
#define N_OF_NEXT 32
#define N_OF_FIRST (2 * N_OF_NEXT)

bool
cut_is_possible(struct cut c)
{
	return c.first > 0 && c.doublings <= CUT_DOUBLINGS_MAX && c.first <= UINT32_MAX >> c.doublings;
}

bool
cut_is_equal(struct cut a, struct cut b)
{
	return a.first == b.first && a.doublings == b.doublings;
}

/* The range at which a level begins. */
static uint64_t
start_of(uint32_t level)
{
	return level == 0 ? 0 : N_OF_FIRST + (uint64_t)N_OF_NEXT * (level - 1);
}

/* The item at which it begins. All levels but the last have as many items as there are before them, since the first
 * one has twice as many ranges as the others. */
static uint64_t
item_of(struct cut c, uint32_t level)
{
	return level == 0 ? 0 : ((uint64_t)N_OF_FIRST * c.first) << (level - 1);
}

static uint32_t
level_of(struct cut c, uint64_t range)
{
	uint32_t level = 0;

	while (level < c.doublings && range >= start_of(level + 1))
		level++;
	return level;
}

static uint32_t
level_with(struct cut c, uint64_t item)
{
	uint32_t level = 0;

	while (level < c.doublings && item >= item_of(c, level + 1))
		level++;
	return level;
}

uint32_t
cut_size(struct cut c, uint64_t range)
{
	return c.first << level_of(c, range);
}

uint32_t
cut_largest(struct cut c)
{
	return c.first << c.doublings;
}

uint32_t
cut_largest_of(struct cut c, uint64_t n)
{
	return c.first << (n > 0 ? level_with(c, n - 1) : 0);
}

unsigned
cut_shift(struct cut c, uint64_t range)
{
	return c.doublings - level_of(c, range);
}

uint64_t
cut_end(struct cut c)
{
	return cut_range(c, UINT64_MAX);
}

uint64_t
cut_item(struct cut c, uint64_t range)
{
	uint32_t level = level_of(c, range);

	return item_of(c, level) + (range - start_of(level)) * ((uint64_t)c.first << level);
}

uint64_t
cut_range(struct cut c, uint64_t item)
{
	uint32_t level = level_with(c, item);

	return start_of(level) + (item - item_of(c, level)) / ((uint64_t)c.first << level);
}

uint64_t
cut_n_full(struct cut c, uint64_t n)
{
	return cut_range(c, n);
}

uint64_t
cut_n_ranges(struct cut c, uint64_t n)
{
	return cut_n_full(c, n) + (cut_n_rest(c, n) > 0);
}

uint32_t
cut_n_rest(struct cut c, uint64_t n)
{
	return (uint32_t)(n - cut_item(c, cut_n_full(c, n)));
}
