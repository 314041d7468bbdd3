/* The farm's front: checks what is asked, maps the memory, runs, and hands over the result. */
#include "farm/farm.h"

#include <stdlib.h>
#include <string.h>

#include "farm/clock.h"
#include "farm/limits.h"
#include "farm/queue.h"
#include "farm/serial.h"
#include "farm/slab.h"
#include "farm/supervisor.h"
#include "farm/watch.h"

/* The options as they are carried out: no more workers than ranges. */
static struct farm_options
settled(const struct farm_job *job, const struct farm_options *o)
{
	struct farm_options s = *o;
	uint64_t n_ranges = queue_n_ranges(job->n_items, job->items_per_range);

	if (o->is_serial)
		s.n_workers = 1;
	else if ((uint64_t)o->n_workers > n_ranges)
		s.n_workers = n_ranges > 0 ? (int)n_ranges : 1;
	return s;
}

static int
check(const struct farm_job *job, const struct farm_options *o, struct err *e)
{
	if (job->items_per_range == 0)
		return err_set(e, ERR_USAGE, "a range must have at least one item");
	if (job->n_counters > FARM_COUNTERS_MAX)
		return err_set(e, ERR_USAGE, "%zu counters; at most %d", job->n_counters,
		    FARM_COUNTERS_MAX);
	if (!o->is_serial && (o->n_workers < 1 || o->n_workers > FARM_WORKERS_MAX))
		return err_set(e, ERR_USAGE, "%d workers; allowed are 1 to %d", o->n_workers,
		    FARM_WORKERS_MAX);
	return 0;
}

size_t
farm_memory(const struct farm_job *job, const struct farm_options *o)
{
	struct slab_layout l;
	struct farm_options s;
	struct err e;

	if (check(job, o, &e) == -1)
		return 0;
	s = settled(job, o);
	return slab_layout_init(&l, job, &s, &e) == -1 ? SIZE_MAX : slab_layout_bytes(&l);
}

static int
open_block(struct slab_block *b, const struct farm_job *job, const struct farm_options *o,
    struct err *e)
{
	struct slab_layout l;

	if (slab_layout_init(&l, job, o, e) == -1 ||
	    limits_check_memory(slab_layout_bytes(&l), o, e) == -1 ||
	    slab_block_open(b, &l, o->is_serial, e) == -1)
		return -1;
	if (b->shm.is_memfd)
		watch_note(o->watch, "/dev/shm is too small: memfd_create gives the shared memory");
	return 0;
}

/* The blocks that anything was committed to. When the shorter last range was left out, what little it
 * would mark is not marked. */
static const unsigned char *
touched_by_all(const struct slab_block *b, struct slab slab, bool has_remainder)
{
	if (has_remainder)
		for (size_t i = 0; i < b->layout.n_blocks; i++)
			slab.touched[i] |= slab_remainder(b).touched[i];
	return slab.touched;
}

static void
fill_result(struct farm_result *r, const struct farm_job *job, const struct slab_block *b,
    const struct outcome *outcome)
{
	uint64_t n_full = job->n_items / job->items_per_range;
	bool has_remainder = outcome->n_ranges_done > n_full;
	struct slab slab = slab_of(b, 0);

	r->n_ranges = has_remainder ? n_full : outcome->n_ranges_done;
	r->n_remainder = has_remainder ? (uint32_t)(job->n_items % job->items_per_range) : 0;
	r->n_items_done = r->n_ranges * job->items_per_range + r->n_remainder;
	r->was_stopped = outcome->stop_signal != 0 && r->n_items_done < job->n_items;
	r->stop_signal = outcome->stop_signal;
	r->n_deaths = outcome->n_deaths;
	r->sum = slab.sum;
	r->square = slab.square;
	r->remainder = has_remainder ? slab_remainder(b).sum : NULL;
	r->touched = touched_by_all(b, slab, has_remainder);
	memcpy(r->counters, slab.counters, sizeof r->counters);
}

static int
run(const struct farm_job *job, const struct farm_options *o, const struct slab_block *b,
    struct farm_result *r, struct err *e)
{
	struct outcome outcome;

	if (o->is_serial) {
		if (serial_run(job, o, b, &outcome, e) == -1)
			return -1;
	} else {
		limits_raise_files(o->n_workers);
		if (supervisor_run(job, o, b, &outcome, e) == -1 || slab_fold(b, e) == -1)
			return -1;
	}
	fill_result(r, job, b, &outcome);
	return 0;
}

int
farm_run(const struct farm_job *job, const struct farm_options *o, struct farm_result *r,
    struct err *e)
{
	double start = clock_seconds();
	struct farm_options s;
	struct slab_block *b;

	memset(r, 0, sizeof *r);
	if (check(job, o, e) == -1)
		return -1;
	s = settled(job, o);
	b = calloc(1, sizeof *b);
	if (b == NULL)
		return err_sys(e, "the farm");
	if (open_block(b, job, &s, e) == 0) {
		r->memory = b;
		if (run(job, &s, b, r, e) == 0) {
			r->seconds = clock_seconds() - start;
			return 0;
		}
		slab_block_close(b);
	}
	free(b);
	memset(r, 0, sizeof *r);
	return -1;
}

void
farm_result_free(struct farm_result *r)
{
	struct slab_block *b = r->memory;

	if (b != NULL)
		slab_block_close(b);
	free(b);
	memset(r, 0, sizeof *r);
}
