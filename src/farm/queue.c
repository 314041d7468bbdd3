/* The queue: which ranges are still to be done, in hand, or lost and due again. */
#include "farm/queue.h"

#include <stdlib.h>

#include "farm/start.h"

struct farm_range
queue_range(const struct queue *q, uint64_t index)
{
	struct farm_range r = {
		.index = index, .first = cut_item(q->cut, index), .count = cut_size(q->cut, index),
		.shift = cut_shift(q->cut, index),
	};
	uint64_t left = q->n_items - r.first;

	r.is_remainder = left < r.count;
	if (r.is_remainder)
		r.count = (uint32_t)left;
	return r;
}

/* Keeps `next` on a range that is not done. */
static void
skip_early(struct queue *q)
{
	while (q->early_at < q->n_early && q->early[q->early_at] == q->next) {
		q->early_at++;
		q->next++;
	}
}

int
queue_init(struct queue *q, const struct farm_job *job, const struct farm_start *start,
    int n_workers, struct err *e)
{
	*q = (struct queue){
		.first = job->first_range,
		.n_items = job->n_items,
		.cut = job->cut,
		.n_ranges = cut_n_ranges(job->cut, job->n_items),
		.capacity = (size_t)n_workers,
	};
	q->limit = q->n_ranges;
	q->start = start;
	q->next = q->first;
	if (start != NULL) {
		q->next = start->progress.n_prefix;
		q->early = start->progress.beyond;
		q->n_early = start->progress.n_beyond;
	}
	skip_early(q);
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

/* A range that nobody has had, and that is due: what lies below a range already done must not
 * stay a gap. */
static bool
has_next(const struct queue *q)
{
	if (q->is_stopped)
		return q->early_at < q->n_early;
	return q->next < q->limit;
}

static struct queue_entry *
add_next(struct queue *q)
{
	struct queue_entry *entry = &q->entries[q->n_entries];

	if (!has_next(q) || q->n_entries == q->capacity)
		return NULL;
	entry->index = q->next++;
	entry->n_losses = start_attempts(q->start, entry->index);
	entry->is_suspect = entry->n_losses >= FARM_ATTEMPTS_MAX;
	q->n_entries++;
	skip_early(q);
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
	entry->n_losses++;
	entry->is_suspect = entry->n_losses >= FARM_ATTEMPTS_MAX;
	return entry->n_losses;
}

void
queue_return(struct queue *q, uint64_t index)
{
	struct queue_entry *entry = find(q, index);

	if (entry != NULL)
		entry->is_in_hand = false;
}

void
queue_forgive(struct queue *q, uint64_t index)
{
	struct queue_entry *entry = find(q, index);

	if (entry != NULL)
		entry->n_losses = FARM_ATTEMPTS_MAX - 1;
}

bool
queue_take_suspicion(struct queue *q, uint64_t index)
{
	struct queue_entry *entry = find(q, index);
	bool is_suspect = entry != NULL && entry->is_suspect;

	if (is_suspect)
		entry->is_suspect = false;
	return is_suspect;
}

void
queue_stop(struct queue *q)
{
	q->is_stopped = true;
}

void
queue_set_limit(struct queue *q, uint64_t limit)
{
	q->limit = limit < q->n_ranges ? limit : q->n_ranges;
}

bool
queue_is_finished(const struct queue *q)
{
	if (q->n_entries > 0)
		return false;
	return q->next == q->n_ranges || (q->is_stopped && !has_next(q));
}

bool
queue_is_at_limit(const struct queue *q)
{
	return q->n_entries == 0 && q->next == q->limit && q->early_at == q->n_early;
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

static uint64_t
n_full_ranges(const struct queue *q)
{
	return cut_n_full(q->cut, q->n_items);
}

/* The shorter range lacks some items: not counted as a whole one. */
static bool
is_remainder_done(const struct queue *q)
{
	return q->next > n_full_ranges(q) && find(q, n_full_ranges(q)) == NULL;
}

uint64_t
queue_n_whole_done(const struct queue *q)
{
	return q->next - q->first - q->n_entries + (q->n_early - q->early_at) - is_remainder_done(q);
}

uint64_t
queue_items_done(const struct queue *q)
{
	uint64_t items = q->next == q->n_ranges ? q->n_items : cut_item(q->cut, q->next);

	items -= cut_item(q->cut, q->first);
	for (size_t i = 0; i < q->n_entries; i++)
		items -= queue_range(q, q->entries[i].index).count;
	for (size_t i = q->early_at; i < q->n_early; i++)
		items += cut_size(q->cut, q->early[i]);
	return items;
}

uint64_t
queue_items_total(const struct queue *q)
{
	return q->n_items - cut_item(q->cut, q->first);
}

int
queue_progress(const struct queue *q, struct farm_progress *p, uint64_t **beyond, struct err *e)
{
	uint64_t n_full = n_full_ranges(q), end = q->next < n_full ? q->next : n_full;

	*p = (struct farm_progress){ .n_prefix = queue_prefix(q) };
	p->n_prefix = p->n_prefix < n_full ? p->n_prefix : n_full;
	p->is_remainder_done = is_remainder_done(q);
	*beyond = calloc(end - p->n_prefix + (q->n_early - q->early_at) + 1, sizeof **beyond);
	if (*beyond == NULL)
		return err_sys(e, "the list of ranges done");
	for (uint64_t i = p->n_prefix; i < end; i++)
		if (find(q, i) == NULL)
			(*beyond)[p->n_beyond++] = i;
	for (size_t i = q->early_at; i < q->n_early; i++)
		(*beyond)[p->n_beyond++] = q->early[i];
	p->beyond = *beyond;
	return 0;
}
