/* The farm: forked workers that do ranges of work items and commit integer tallies.
 * It knows numbers, processes and shared memory, and nothing of what is computed. */
#ifndef FARM_FARM_H
#define FARM_FARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define FARM_BLOCK_BINS 64     /* bins per byte of `touched` */
#define FARM_COUNTERS_MAX 64
#define FARM_WORKERS_MAX 1024
#define FARM_STALL_ms 20000

__extension__ typedef unsigned __int128 farm_square;
__extension__ typedef __int128 farm_count;

/* What one range has scored. The worker's function adds to bins and sets touched[bin / 64] = 1
 * for each block it writes to; all is zero when it is called. */
struct farm_tally {
	int64_t *bins;
	unsigned char *touched;
	int64_t counters[FARM_COUNTERS_MAX];
};

struct farm_range {
	uint64_t index;            /* number of the range */
	uint64_t first;            /* first work item */
	uint32_t count;
	bool is_remainder;         /* the last, shorter one */
};

struct farm_job {
	uint64_t n_items;
	uint32_t items_per_range;
	size_t n_bins;
	size_t n_counters;
	/* Called in a worker (or, serially, in the one process). `begin` allocates what `run` needs
	 * once per process; either may be left NULL except run. They return 0, or -1 with the record. */
	int (*begin)(void *ctx, struct err *e);
	int (*run)(void *ctx, const struct farm_range *range, struct farm_tally *tally, struct err *e);
	void *ctx;
};

enum farm_death_cause { DEATH_SIGNAL, DEATH_EXIT, DEATH_ERROR };

struct farm_death {
	int worker;                /* slot number */
	pid_t pid;
	enum farm_death_cause cause;
	int code;                  /* signal number or exit status */
	bool dumped_core;
	bool had_range;
	struct farm_range range;
	bool commit_finished;      /* it died in a commit, which the supervisor completed */
	char text[256];            /* the cause in words */
};

struct farm_status {
	uint64_t items_done, items_total;   /* committed */
	int workers_alive, workers_wanted;
	uint64_t n_deaths;
	double seconds;            /* since the farm started, monotonic */
};

enum farm_event_kind { RANGE_HANDED_OUT, RANGE_DONE, RANGE_LOST };

struct farm_watch {                /* each may be NULL */
	void (*status)(void *ctx, const struct farm_status *s);    /* about every interval_ms */
	void (*death)(void *ctx, const struct farm_death *d);
	void (*range)(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker);
	void (*note)(void *ctx, const char *text);     /* what a user should know, one line */
	unsigned interval_ms;
	void *ctx;
};

struct farm_options {
	int n_workers;             /* 1 to FARM_WORKERS_MAX; no more are started than there are ranges */
	bool is_serial;            /* the one process does all, without fork */
	bool is_slab_shared;
	const struct farm_watch *watch;
	unsigned stall_ms;         /* a worker that has work and uses no processor time in three
	                            * intervals of this length is killed; 0: FARM_STALL_ms */
};

/* All that was committed, over the gapless prefix [0, n_items_done). The arrays live in shared
 * memory until farm_result_free. */
struct farm_result {
	uint64_t n_items_done;
	uint64_t n_ranges;             /* full ranges among them */
	uint32_t n_remainder;          /* items of the last, shorter range, 0 when none */
	bool was_stopped;              /* by SIGINT or SIGTERM, before all was done */
	int stop_signal;
	const int64_t *sum;            /* [n_bins], full ranges only */
	const farm_square *square;     /* [n_bins] */
	const int64_t *remainder;      /* [n_bins] or NULL */
	const unsigned char *touched;  /* a byte for each FARM_BLOCK_BINS bins; 0: all zero, not to be read */
	farm_count counters[FARM_COUNTERS_MAX];   /* remainder included */
	uint64_t n_deaths;
	double seconds;
	void *memory;                  /* private to the farm */
};

/* Bytes of shared memory that a run needs when it touches every bin; pages without a touched bin
 * cost nothing. Per worker and bin: 8 + 1/64 for the range's tally, and 24 + 1/64 for the slab
 * (once for all workers when it is shared); 8 + 1/64 more once for a shorter last range; each
 * array rounded up to whole blocks and pages, and some 10 kB of records per worker. */
size_t farm_memory(const struct farm_job *job, const struct farm_options *o);

/* Runs the job to its end, to a signal, or to an error (-1). Errors: ERR_SYSTEM (memory, fork),
 * ERR_DEATHS (workers kept dying without progress), ERR_INTERNAL (an integer overflowed, a record
 * is broken), or what `begin` or `run` reported. The first SIGINT or SIGTERM ends the run after the
 * ranges in flight, the second ends the process. */
int farm_run(const struct farm_job *job, const struct farm_options *o,
    struct farm_result *r, struct err *e);
void farm_result_free(struct farm_result *r);

/* Processors that this process may use: sched_getaffinity, bounded by the cgroup's CPU quota. */
int farm_processors(void);

#endif
