/* The snapshot: everything committed, folded into private memory at one moment. */
#ifndef FARM_SNAPSHOT_H
#define FARM_SNAPSHOT_H

#include "farm/poison.h"
#include "farm/queue.h"
#include "farm/slab.h"

struct snapshot {
	struct shm memory;
	uint64_t *beyond;
	struct farm_snapshot view;
};

/* What the view shows stays until snapshot_free, but for left_out, which is the poison's. To be
 * called while nothing is committed. -1: ERR_SYSTEM, no memory; ERR_INTERNAL, an integer
 * overflowed. */
int snapshot_take(struct snapshot *s, const struct slab_block *b, const struct queue *q,
    const struct poison *p, struct err *e);
void snapshot_free(struct snapshot *s);

/* Bytes that one takes when every bin is touched. */
size_t snapshot_bytes(const struct slab_layout *l);

#endif
