/* The cut of a run's items (histories) into ranges, which are its batches too: by their number alone, so that a run
 * can be extended. Ranges are all alike, or grow with their number, up to 2^doublings of the first one: 64 of the
 * first size, 32 of each size after, as many as are left of the last. Each but the first ones is no more than a 32nd
 * of what lies before it. */
#ifndef BASE_CUT_H
#define BASE_CUT_H

#include <stdbool.h>
#include <stdint.h>

#define CUT_DOUBLINGS_MAX 3

struct cut {
	uint32_t first;         /* items of the first range, at least 1 */
	uint32_t doublings;     /* at most CUT_DOUBLINGS_MAX; 0: all ranges are alike */
};

bool cut_is_possible(struct cut c);
bool cut_is_equal(struct cut a, struct cut b);

/* Items of a range, of the largest that there can be, and of the largest among those of n items. */
uint32_t cut_size(struct cut c, uint64_t range);
uint32_t cut_largest(struct cut c);
uint32_t cut_largest_of(struct cut c, uint64_t n);

/* log2(cut_largest / cut_size): what is summed as x^2 / size over ranges of several sizes is exact in
 * integers as x^2 << cut_shift, and then to be divided by cut_largest. */
unsigned cut_shift(struct cut c, uint64_t range);

/* Ranges below this one end at 2^64 - 1 or before. */
uint64_t cut_end(struct cut c);

/* The first item of a range up to cut_end, and the range of an item. */
uint64_t cut_item(struct cut c, uint64_t range);
uint64_t cut_range(struct cut c, uint64_t item);

/* Of n items: full ranges, ranges with a shorter last one, and the items of that, 0: there is none. */
uint64_t cut_n_full(struct cut c, uint64_t n);
uint64_t cut_n_ranges(struct cut c, uint64_t n);
uint32_t cut_n_rest(struct cut c, uint64_t n);

#endif
