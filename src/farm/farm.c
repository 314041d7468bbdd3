/* The farm's front: checks what is asked, maps the memory, runs, and hands over the result. */
#include "farm/farm.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "farm/limits.h"
#include "farm/queue.h"
#include "farm/serial.h"
#include "farm/slab.h"
#include "farm/snapshot.h"
#include "farm/start.h"
#include "farm/supervisor.h"
#include "farm/watch.h"

/* The options as they are carried out: no more workers than ranges. */
static struct farm_options
settled(const struct farm_job *job, const struct farm_options *o)
{
	struct farm_options s = *o;
	uint64_t n_ranges = cut_n_ranges(job->cut, job->n_items) - job->first_range;

	if (o->is_serial)
		s.n_workers = 1;
	else if ((uint64_t)o->n_workers > n_ranges)
		s.n_workers = n_ranges > 0 ? (int)n_ranges : 1;
	return s;
}

static int
check(const struct farm_job *job, const struct farm_options *o, struct err *e)
{
	if (!cut_is_possible(job->cut))
		return err_set(e, ERR_USAGE, "a range must have at least one item, and fewer than 2^32");
	if (job->first_range > cut_n_ranges(job->cut, job->n_items))
		return err_set(e, ERR_USAGE, "the job ends before its first range");
	if (job->n_counters > FARM_COUNTERS_MAX)
		return err_set(e, ERR_USAGE, "%zu counters; at most %d", job->n_counters,
		    FARM_COUNTERS_MAX);
	if (!o->is_serial && (o->n_workers < 1 || o->n_workers > FARM_WORKERS_MAX))
		return err_set(e, ERR_USAGE, "%d workers; allowed are 1 to %d", o->n_workers,
		    FARM_WORKERS_MAX);
	return o->start == NULL ? 0 : start_check(o->start, job, e);
}

void
farm_expect_signals(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
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

size_t
farm_memory_of_save(const struct farm_job *job, const struct farm_options *o)
{
	struct slab_layout l;
	struct err e;

	if (check(job, o, &e) == -1)
		return 0;
	return slab_layout_init(&l, job, o, &e) == -1 ? SIZE_MAX : snapshot_bytes(&l);
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
	if (b->shm.lacks_room)
		watch_note(o->watch, "/dev/shm is too small: memfd_create gives the shared memory");
	return 0;
}

struct memory {
	struct slab_block block;
	struct outcome outcome;
};

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

static int
fill_counters(struct farm_result *r, const struct slab_block *b, bool has_remainder, struct err *e)
{
	memcpy(r->counters, slab_of(b, 0).counters, sizeof r->counters);
	if (!has_remainder)
		return 0;
	memcpy(r->remainder_counters, slab_remainder(b).counters, sizeof r->remainder_counters);
	for (size_t i = 0; i < FARM_COUNTERS_MAX; i++)
		if (__builtin_add_overflow(r->counters[i], r->remainder_counters[i],
		    &r->counters[i]))
			return err_set(e, ERR_INTERNAL, "counter %zu overflowed", i);
	return 0;
}

static int
fill_arrays(struct farm_result *r, const struct slab_block *b, struct err *e)
{
	bool has_remainder = r->n_remainder > 0;
	struct slab slab = slab_of(b, 0);

	r->sum = slab.sum;
	r->square = slab.square;
	r->remainder = has_remainder ? slab_remainder(b).sum : NULL;
	r->touched = touched_by_all(b, slab, has_remainder);
	return fill_counters(r, b, has_remainder, e);
}

static size_t
n_below(const uint64_t *ascending, size_t n, uint64_t end)
{
	while (n > 0 && ascending[n - 1] >= end)
		n--;
	return n;
}

static void
fill_progress(struct farm_result *r, const struct farm_job *job, const struct outcome *o)
{
	uint64_t n_full = cut_n_full(job->cut, job->n_items);
	bool has_remainder = o->n_ranges_done > n_full;
	uint64_t end_full = has_remainder ? n_full : o->n_ranges_done, end;

	r->n_ranges = end_full - job->first_range;
	r->n_full_items = cut_item(job->cut, end_full) - cut_item(job->cut, job->first_range);
	r->n_remainder = has_remainder ? cut_n_rest(job->cut, job->n_items) : 0;
	r->n_items_done = r->n_full_items + r->n_remainder;
	end = cut_item(job->cut, job->first_range) + r->n_items_done;
	r->was_stopped = end < job->n_items;
	r->stop_cause = r->was_stopped ? o->stop_cause : STOP_NONE;
	r->stop_signal = o->stop_signal;
	r->is_gapless = o->is_gapless;
	r->n_left_out = n_below(o->left_out, o->n_left_out, end);
	r->left_out = o->left_out;
	r->n_deaths = o->n_deaths;
}

static int
work(const struct farm_job *job, const struct farm_options *o, struct memory *m, struct err *e)
{
	if (o->start != NULL && start_load(o->start, &m->block, e) == -1)
		return -1;
	if (o->is_serial)
		return serial_run(job, o, &m->block, &m->outcome, e);
	limits_raise_files(o->n_workers);
	if (limits_check_files(e) == -1)
		return -1;
	return supervisor_run(job, o, &m->block, &m->outcome, e);
}

static int
run(const struct farm_job *job, const struct farm_options *o, struct memory *m,
    struct farm_result *r, struct err *e)
{
	if (work(job, o, m, e) == -1)
		return -1;
	fill_progress(r, job, &m->outcome);
	if (!r->is_gapless)
		return 0;
	if (!o->is_serial && slab_fold(&m->block, e) == -1)
		return -1;
	return fill_arrays(r, &m->block, e);
}

/* Of a run that failed, only how it went is told. */
static void
clear(struct farm_result *r, const struct outcome *o)
{
	memset(r, 0, sizeof *r);
	r->stop_cause = o->stop_cause;
	r->stop_signal = o->stop_signal;
	r->n_deaths = o->n_deaths;
}

int
farm_run(const struct farm_job *job, const struct farm_options *o, struct farm_result *r,
    struct err *e)
{
	double start = clock_seconds();
	struct farm_options s;
	struct memory *m;

	memset(r, 0, sizeof *r);
	if (check(job, o, e) == -1)
		return -1;
	s = settled(job, o);
	m = calloc(1, sizeof *m);
	if (m == NULL)
		return err_sys(e, "the farm");
	if (open_block(&m->block, job, &s, e) == 0) {
		r->memory = m;
		if (run(job, &s, m, r, e) == 0) {
			r->seconds = clock_seconds() - start;
			if (!s.is_deaf)
				hold_open(&m->outcome.hold, m->outcome.n_stops);
			return 0;
		}
		slab_block_close(&m->block);
	}
	hold_cancel(&m->outcome.hold);
	clear(r, &m->outcome);
	free(m);
	return -1;
}

void
farm_result_free(struct farm_result *r)
{
	struct memory *m = r->memory;

	if (m != NULL) {
		slab_block_close(&m->block);
		hold_close(&m->outcome.hold);
	}
	free(m);
	memset(r, 0, sizeof *r);
}
