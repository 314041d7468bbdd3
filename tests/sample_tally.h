/* A small tally that balances, for tests: 3 x 2 x 40 voxels or 3 rings x 40, made-up deposits. */
#ifndef TESTS_SAMPLE_TALLY_H
#define TESTS_SAMPLE_TALLY_H

#include <stdint.h>

#include "model/tally.h"

enum { SAMPLE_NX = 3, SAMPLE_NY = 2, SAMPLE_NZ = 40, SAMPLE_BINS = (SAMPLE_NX * SAMPLE_NY + 2) * SAMPLE_NZ };
enum { SAMPLE_GROUPS = 4 };      /* of a full sample, whose projectile is helium */
enum { SAMPLE_BINS_MAX = (N_SCORES * (SAMPLE_NX * SAMPLE_NY + 1) + 1 + SAMPLE_GROUPS * N_GROUP_SCORES) * SAMPLE_NZ };
enum { SAMPLE_BLOCKS = (SAMPLE_BINS_MAX + TALLY_BLOCK_BINS - 1) / TALLY_BLOCK_BINS };

#define SAMPLE_PLAN_TEXT "ion: C-12\nenergy: 1234.5 MeV\n"
#define SAMPLE_HASH "0123456789abcdef0123456789abcdef"

/* Not to be copied: it points to itself. Nothing in it is to be freed. */
struct sample {
	struct tally tally;
	double density_g_cm3[SAMPLE_NZ];
	int64_t sum[SAMPLE_BINS_MAX];
	tally_square square[SAMPLE_BINS_MAX];
	int64_t remainder[SAMPLE_BINS_MAX];
	unsigned char touched[SAMPLE_BLOCKS];
	uint64_t left_out[2];
};

/* A plan with what it points to; not to be copied. */
struct tally_plan {
	struct plan plan;
	struct spot spot;
	struct layer layer[2];
};

/* The axis runs along the plane between the two rows in y, through the middle column in x. 1 cm of
 * 1.25 g/cm3, then 1 cm of 0.5: depth bins 0 to 19 and 20 to 39. Only the dose is scored. */
void sample_tally_plan(struct tally_plan *p);

/* The same in rings from 0 to 0.2, 0.5 and 1 cm. */
void sample_ring_plan(struct tally_plan *p);

/* n_ranges ranges of 7 histories, and n_remainder more; 2 are left out. Voxels of the last ring or of
 * the first x are left empty. */
void sample_init(struct sample *s, uint64_t n_ranges, uint32_t n_remainder);
void sample_make(struct sample *s, const struct plan *p, uint64_t n_ranges, uint32_t n_remainder);

/* The part that holds these ranges of sample_init(s, n, r) with n SAMPLE_RANGES and r SAMPLE_REMAINDER; `p` is
 * referred to. Parts of all ranges add up to it. */
enum { SAMPLE_RANGES = 9, SAMPLE_REMAINDER = 4, SAMPLE_HISTORIES = 7 * SAMPLE_RANGES + SAMPLE_REMAINDER };
void sample_init_part(struct sample *s, const struct part *p);

/* All there is to score, in voxels or rings and by groups of particles, of 9 ranges and 4 more histories. */
void sample_init_full(struct sample *s, enum grid_kind kind);

#endif
