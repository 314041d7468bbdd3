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
	bool is_suspect;          /* lost so often that it must be searched before it is done */
};

struct queue {
	uint64_t first;           /* range; those below do not count */
	uint64_t n_items;         /* their end */
	struct cut cut;
	uint64_t n_ranges;        /* their end, the shorter one included */
	uint64_t next;            /* first range that was never handed out, nor done in an earlier run */
	const struct farm_start *start;
	uint64_t limit;           /* none from here on is handed out; at most n_ranges */
	bool is_stopped;          /* no new ranges but those below one that is done already; lost ones are
	                           * done again all the same */
	size_t n_early, early_at;
	const uint64_t *early;    /* done in an earlier run beyond its prefix, ascending; the first
	                           * early_at of them lie below next */
	size_t n_entries, capacity;
	struct queue_entry *entries;
};

struct farm_range queue_range(const struct queue *q, uint64_t index);

/* `start` (NULL: from nothing) stays the caller's. -1: ERR_SYSTEM, no memory. */
int queue_init(struct queue *q, const struct farm_job *job, const struct farm_start *start,
    int n_workers, struct err *e);
void queue_free(struct queue *q);

/* Takes the lowest lost range, else the next new one. False when there is none to give. */
bool queue_take(struct queue *q, struct farm_range *range);
void queue_done(struct queue *q, uint64_t index);
unsigned queue_lost(struct queue *q, uint64_t index);   /* returns how often by now */
void queue_return(struct queue *q, uint64_t index);     /* is due again, without having been lost */

/* The reason of its losses was found: one more makes it suspect again. */
void queue_forgive(struct queue *q, uint64_t index);

/* True once for a range that has been lost FARM_ATTEMPTS_MAX times, and for each loss after. */
bool queue_take_suspicion(struct queue *q, uint64_t index);
void queue_stop(struct queue *q);
void queue_set_limit(struct queue *q, uint64_t limit);

/* Nothing is in hand, lost, or (unless stopped) left: all below `next` is done, and nothing else. */
bool queue_is_finished(const struct queue *q);

/* Exactly the ranges [first, limit) are done. */
bool queue_is_at_limit(const struct queue *q);

/* The ranges [first, this) are all done. */
uint64_t queue_prefix(const struct queue *q);
uint64_t queue_n_whole_done(const struct queue *q);     /* wherever they lie */
uint64_t queue_items_done(const struct queue *q);
uint64_t queue_items_total(const struct queue *q);

/* Fills all but left_out. `beyond` is the caller's to free. -1: ERR_SYSTEM, no memory. */
int queue_progress(const struct queue *q, struct farm_progress *p, uint64_t **beyond,
    struct err *e);

#endif
