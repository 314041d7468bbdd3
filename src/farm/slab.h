/* The layout of the shared block: who owns which array, and where it lies.
 *
 *     header | remainder | shared slab | worker 0 | worker 1 | ...
 *
 * with an inaccessible page after each part. A worker's part holds its lane (the record of its
 * commit and the tally of the range in hand), then its slab unless one slab serves all. */
#ifndef FARM_SLAB_H
#define FARM_SLAB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "farm/farm.h"
#include "farm/shm.h"

/* What is committed. Arrays are whole blocks long. `touched` has a byte for each block that was
 * ever written, so that nobody reads (and thereby allocates) the others. */
struct slab {
	int64_t *sum;
	farm_square *square;        /* NULL in the remainder */
	farm_count *counters;
	unsigned char *touched;
};

enum lane_state { LANE_IDLE, LANE_RUNNING, LANE_COMMITTING, LANE_CLEARING };

/* New absolute values of one block of bins, or of those strips of it that the range changes (see commit.c), or of the
 * counters. */
struct redo_log {
	int64_t sum[FARM_BLOCK_BINS];
	farm_square square[FARM_BLOCK_BINS];
	farm_count counters[FARM_COUNTERS_MAX];
};

/* What the supervisor needs to know of a worker that died; see commit.h. */
struct record {
	_Atomic uint32_t state;            /* enum lane_state */
	_Atomic uint64_t step;
	_Atomic uint64_t last_committed;   /* index of the range + 1 */
	volatile uint64_t heartbeat;       /* raised while there is progress */
	struct farm_range range;
	int64_t counters[FARM_COUNTERS_MAX];   /* of the range in commit */
	struct redo_log log;
	struct err err;                    /* what the worker reports before it leaves */
};

struct lane {
	struct record *record;
	int64_t *bins;
	unsigned char *strips;      /* as in farm_tally */
};

struct slab_layout {
	size_t n_bins, n_blocks, n_counters;
	int n_workers;
	bool is_shared, has_remainder;
	size_t remainder, shared, workers;   /* offsets of the parts */
	size_t stride;                       /* from worker to worker */
	size_t length;                       /* of the mapping, guard pages included */
	size_t n_guards;
};

struct slab_block {
	struct slab_layout layout;
	struct shm shm;
};

/* -1: ERR_USAGE, more bins than a block can address. */
int slab_layout_init(struct slab_layout *l, const struct farm_job *job,
    const struct farm_options *o, struct err *e);
size_t slab_layout_bytes(const struct slab_layout *l);   /* without the guard pages */

int slab_block_open(struct slab_block *b, const struct slab_layout *l, bool is_private,
    struct err *e);
void slab_block_close(struct slab_block *b);

/* -1: ERR_INTERNAL, the header is not that of this layout. */
int slab_block_check(const struct slab_block *b, struct err *e);

/* For a worker: unmaps what belongs to the others. */
void slab_block_keep(const struct slab_block *b, int worker);

struct lane slab_lane(const struct slab_block *b, int worker);
struct slab slab_of(const struct slab_block *b, int worker);
struct slab slab_remainder(const struct slab_block *b);   /* NULLs when there is none */

/* Makes a dead worker's lane as new. */
void slab_lane_wipe(const struct slab_block *b, int worker);

/* What lies between two guard pages, and is zero but for touched blocks: the size of a slab, and a
 * view of memory of that size. */
size_t slab_size(const struct slab_layout *l);
size_t slab_remainder_size(const struct slab_layout *l);     /* without squares; 0: there is no shorter range */
struct slab slab_at(const struct slab_layout *l, unsigned char *p);

/* Adds the blocks and counters of one slab to another; both squares may be NULL. Pages are allocated
 * first when `is_careful`. -1: ERR_INTERNAL, an integer overflowed; ERR_SYSTEM, no memory. */
int slab_add(const struct slab_layout *l, const struct slab *to, const struct slab *from,
    bool is_careful, struct err *e);

/* Once all workers are gone: adds all slabs to the first, and gives the memory of the others back. */
int slab_fold(const struct slab_block *b, struct err *e);

#endif
