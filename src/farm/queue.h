/* The queue: which ranges are still to be done, in hand, or lost and due again. */
#ifndef FARM_QUEUE_H
#define FARM_QUEUE_H

#include "farm/farm.h"

/* A range that was handed out and is not done. As lost ones go first, there are never more of them
 * than workers. */
struct queue_entry {
	uint64_t index;
	unsigned n_losses;
	bool is_in_hand;
};

struct queue {
	uint64_t n_items;
	uint32_t items_per_range;
	uint64_t n_ranges;        /* the shorter one included */
	uint64_t next;            /* first range that was never handed out */
	bool is_stopped;          /* no new ranges; lost ones are done again all the same */
	size_t n_entries, capacity;
	struct queue_entry *entries;
};

uint64_t queue_n_ranges(uint64_t n_items, uint32_t items_per_range);
struct farm_range queue_range(const struct queue *q, uint64_t index);

/* -1: ERR_SYSTEM, no memory. */
int queue_init(struct queue *q, const struct farm_job *job, int n_workers, struct err *e);
void queue_free(struct queue *q);

/* Takes the lowest lost range, else the next new one. False when there is none to give. */
bool queue_take(struct queue *q, struct farm_range *range);
void queue_done(struct queue *q, uint64_t index);
unsigned queue_lost(struct queue *q, uint64_t index);   /* returns how often by now */
void queue_stop(struct queue *q);

/* Nothing is in hand, lost, or (unless stopped) left: all below `next` is done. */
bool queue_is_finished(const struct queue *q);

/* The ranges [0, this) are all done. */
uint64_t queue_prefix(const struct queue *q);

#endif
