/* The queue: which ranges are still to be done, in hand, or lost and due again. */
#include "farm/queue.h"

#include <stdlib.h>

uint64_t
queue_n_ranges(uint64_t n_items, uint32_t items_per_range)
{
	return n_items / items_per_range + (n_items % items_per_range != 0);
}

struct farm_range
queue_range(const struct queue *q, uint64_t index)
{
	struct farm_range r = { .index = index, .first = index * q->items_per_range };
	uint64_t left = q->n_items - r.first;

	r.is_remainder = left < q->items_per_range;
	r.count = r.is_remainder ? (uint32_t)left : q->items_per_range;
	return r;
}

int
queue_init(struct queue *q, const struct farm_job *job, int n_workers, struct err *e)
{
	*q = (struct queue){
		.n_items = job->n_items,
		.items_per_range = job->items_per_range,
		.n_ranges = queue_n_ranges(job->n_items, job->items_per_range),
		.capacity = (size_t)n_workers,
	};
	q->entries = calloc(q->capacity, sizeof *q->entries);
	if (q->entries == NULL)
		return err_sys(e, "the queue of ranges");
	return 0;
}

void
queue_free(struct queue *q)
{
	free(q->entries);
	q->entries = NULL;
}

static struct queue_entry *
lowest_lost(const struct queue *q)
{
	struct queue_entry *lowest = NULL;

	for (size_t i = 0; i < q->n_entries; i++)
		if (!q->entries[i].is_in_hand &&
		    (lowest == NULL || q->entries[i].index < lowest->index))
			lowest = &q->entries[i];
	return lowest;
}

static struct queue_entry *
add_next(struct queue *q)
{
	struct queue_entry *entry = &q->entries[q->n_entries];

	if (q->is_stopped || q->next == q->n_ranges || q->n_entries == q->capacity)
		return NULL;
	entry->index = q->next++;
	entry->n_losses = 0;
	q->n_entries++;
	return entry;
}

bool
queue_take(struct queue *q, struct farm_range *range)
{
	struct queue_entry *entry = lowest_lost(q);

	if (entry == NULL)
		entry = add_next(q);
	if (entry == NULL)
		return false;
	entry->is_in_hand = true;
	*range = queue_range(q, entry->index);
	return true;
}

static struct queue_entry *
find(const struct queue *q, uint64_t index)
{
	for (size_t i = 0; i < q->n_entries; i++)
		if (q->entries[i].index == index)
			return &q->entries[i];
	return NULL;
}

void
queue_done(struct queue *q, uint64_t index)
{
	struct queue_entry *entry = find(q, index);

	if (entry != NULL)
		*entry = q->entries[--q->n_entries];
}

unsigned
queue_lost(struct queue *q, uint64_t index)
{
	struct queue_entry *entry = find(q, index);

	if (entry == NULL)
		return 0;
	entry->is_in_hand = false;
	return ++entry->n_losses;
}

void
queue_stop(struct queue *q)
{
	q->is_stopped = true;
}

bool
queue_is_finished(const struct queue *q)
{
	return q->n_entries == 0 && (q->is_stopped || q->next == q->n_ranges);
}

uint64_t
queue_prefix(const struct queue *q)
{
	uint64_t prefix = q->next;

	for (size_t i = 0; i < q->n_entries; i++)
		if (q->entries[i].index < prefix)
			prefix = q->entries[i].index;
	return prefix;
}
