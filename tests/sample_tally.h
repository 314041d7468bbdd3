/* A small tally that balances, for tests: 3 x 2 x 40 voxels, made-up deposits. */
#ifndef TESTS_SAMPLE_TALLY_H
#define TESTS_SAMPLE_TALLY_H

#include <stdint.h>

#include "model/tally.h"

enum { SAMPLE_NX = 3, SAMPLE_NY = 2, SAMPLE_NZ = 40, SAMPLE_BINS = (SAMPLE_NX * SAMPLE_NY + 2) * SAMPLE_NZ };
enum { SAMPLE_BLOCKS = (SAMPLE_BINS + TALLY_BLOCK_BINS - 1) / TALLY_BLOCK_BINS };

#define SAMPLE_PLAN_TEXT "ion: C-12\nenergy: 1234.5 MeV\n"
#define SAMPLE_HASH "0123456789abcdef0123456789abcdef"

struct sample {
	struct tally tally;
	int64_t sum[SAMPLE_BINS];
	tally_square square[SAMPLE_BINS];
	int64_t remainder[SAMPLE_BINS];
	unsigned char touched[SAMPLE_BLOCKS];
	uint64_t left_out[2];
};

/* The axis runs along the plane between the two rows in y, through the middle column in x. */
void sample_tally_plan(struct plan *p);

/* n_ranges ranges of 7 histories, and n_remainder more. Voxels of the first x are left empty; the first
 * history and number 5 are left out. */
void sample_init(struct sample *s, uint64_t n_ranges, uint32_t n_remainder);

#endif
