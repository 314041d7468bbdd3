/* Transport of histories, each from birth to death with no barrier between them. */
#ifndef PHYS_HISTORY_H
#define PHYS_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/final_state.h"
#include "model/leaving.h"
#include "model/tally.h"
#include "phys/physics.h"

/* What lanes go through, pass after pass. */
enum history_part {
	PART_BIRTH,             /* primaries are sampled, secondaries taken up */
	PART_RANDOM,            /* random numbers, and what is normally distributed */
	PART_STEP,              /* tables, length, loss, angle */
	PART_BEND,              /* directions and places */
	PART_TALLY,             /* faces, deposits, tracks, yields */
	PART_END,               /* layers, nuclear events, deaths */
	PART_BETWEEN,           /* whatever is done between the transport of two ranges */
	N_HISTORY_PARTS
};

/* Of somebody who wants to know where the time goes. */
struct history_watch {
	void (*part_done)(void *ctx, enum history_part part);    /* for all lanes, or for some of them */
	void *ctx;
};

/* Where a range scores: bins laid out as struct tally_layout says, in quanta; of strips[bin / 64], bit bin / 8 % 8
 * is set for each bin written; channel[] are the counts of the range. All zero at first. */
struct range_score {
	int64_t *bins;
	unsigned char *strips;
	int64_t *channel;
	struct final_state *states;   /* [count], or NULL when they are not wanted */
	struct leaving_list *leaving; /* particles that leave the phantom are added; NULL: they are not wanted */
	volatile uint64_t *progress;  /* raised whenever histories begin; or NULL */
	const struct history_watch *watch;   /* or NULL */
};

enum { SCORE_STRIP_SHIFT = 3, SCORE_BLOCK_SHIFT = 6 };
enum { SCORE_BLOCK_STRIPS = 1 << (SCORE_BLOCK_SHIFT - SCORE_STRIP_SHIFT) };

/* Most are marked already, and need not be written. */
static inline void
score_mark(unsigned char *strips, size_t bin)
{
	unsigned mark = 1u << (bin >> SCORE_STRIP_SHIFT) % SCORE_BLOCK_STRIPS;
	unsigned char *block = &strips[bin >> SCORE_BLOCK_SHIFT];

	if (!(*block & mark))
		*block |= (unsigned char)mark;
}

struct batch;                         /* the histories in flight, one owner */

/* By the widest vectors of this processor, or (for tests, and to compare) by the kernel of a name: "base", on
 * x86-64 also "v3" (AVX2) and "v4" (AVX-512). The bits are the same. NULL with the record: ERR_INPUT,
 * no such name or not on this processor; ERR_SYSTEM, no memory. */
struct batch *batch_new(const char *kernel_name, struct err *e);
void batch_free(struct batch *b);

/* The name of its kernel. */
const char *batch_kernel(const struct batch *b);

/* Carries histories [first, first + count). The score depends on the physics and the numbers of the
 * histories alone. Fails (ERR_INTERNAL, naming the history) only when a history does not end, loses more
 * energy than it had, sets too many particles in flight, or comes to a nuclear event that cannot be. */
int history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e);

/* Once all histories of a range are carried: its depth bins, which are sums of its voxels. */
void history_complete(const struct tally_layout *layout, struct range_score *score);

/* Both at once. */
int history_run(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e);

#endif
