/* The farm: forked workers that do ranges of work items and commit integer tallies.
 * It knows numbers, processes and shared memory, and nothing of what is computed. */
#ifndef FARM_FARM_H
#define FARM_FARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cut.h"
#include "base/err.h"

#define FARM_BLOCK_BINS 64     /* bins per byte of `touched`, */
#define FARM_STRIP_BINS 8      /* and per bit of `strips`: a line of the cache */
#define FARM_COUNTERS_MAX 64
#define FARM_WORKERS_MAX 1024

/* When the farm gives up, or gives something up. */
#define FARM_HANG_s 60              /* without a heartbeat, while the supervisor itself was awake */
#define FARM_DEATHS_MIN 10          /* deaths with no range committed between end the run: this many, */
#define FARM_DEATHS_PER_WORKER 3    /* or this many for each worker if that is more */
#define FARM_RANGE_DEATHS_MAX 10    /* of one range, though no item of it kills alone */
#define FARM_ATTEMPTS_MAX 3         /* deaths of a range until it is searched for the item that kills, and
                                     * of an item alone until it is left out */
#define FARM_LEFT_OUT_MAX 16        /* items of one range; more is no bad item but a bad program */
#define FARM_LEFT_OUT_ALL_MAX 256   /* items of a run */
#define FARM_FORK_PATIENCE_s 60     /* no worker is left and none can be forked */
#define FARM_SAVE_RETRY_s 10        /* after a save that failed */
#define FARM_SAVE_LIMIT_s 600       /* then the saving process is killed */

__extension__ typedef unsigned __int128 farm_square;
__extension__ typedef __int128 farm_count;

/* What one range has scored. The worker's function adds to bins, and sets bit bin / 8 % 8 of strips[bin / 64] for each
 * strip it writes to; all is zero when it is called. */
struct farm_tally {
	int64_t *bins;
	unsigned char *strips;
	int64_t counters[FARM_COUNTERS_MAX];
	volatile uint64_t *heartbeat;   /* to be raised now and then, so that work is told from a hang */
};

struct farm_range {
	uint64_t index;            /* number of the range */
	uint64_t first;            /* first work item */
	uint32_t count;
	uint32_t shift;            /* of its squares: cut_shift */
	bool is_remainder;         /* the last, shorter one */
	bool has_more;             /* a piece, around an item left out: another of the same range
	                            * follows with the same tally; what is summed up from a whole
	                            * range waits for the last */
};

struct farm_job {
	uint64_t first_range;      /* ranges below belong to somebody else; every number of a range or an
	                            * item is counted from 0 all the same */
	uint64_t n_items;          /* the job's items end here; those of first_range and on are to be done */
	struct cut cut;            /* of the items into ranges */
	size_t n_bins;
	size_t n_counters;
	/* Called in a worker (or, serially, in the one process). `begin` allocates what `run` needs
	 * once per process; it may be NULL. They return 0, or -1 with the record, and ERR_INTERNAL of `run`
	 * is the fault of an item: it is found and left out as one that kills its worker is, but by a
	 * serial run, which ends with any of them. After an error nothing more is asked of the process. A
	 * range that contains items left out comes in pieces. */
	int (*begin)(void *ctx, struct err *e);
	int (*run)(void *ctx, const struct farm_range *range, struct farm_tally *tally, struct err *e);
	void *ctx;
};

/* ERROR: it told why it left. */
enum farm_death_cause { DEATH_SIGNAL, DEATH_EXIT, DEATH_ERROR, DEATH_UNKNOWN };

struct farm_death {
	int worker;                /* slot number */
	pid_t pid;
	enum farm_death_cause cause;
	int code;                  /* signal number or exit status */
	bool dumped_core;
	bool had_range;
	struct farm_range range;
	bool is_probe;             /* range is a part, tried alone in search of the item that kills */
	bool commit_finished;      /* it died in a commit, which the supervisor completed */
	bool was_hung;             /* killed by the supervisor for want of a heartbeat */
	long max_rss_kB;           /* the most memory it ever had, shared pages included; 0: unknown */
	char text[512];            /* the cause in words */
};

struct farm_status {
	uint64_t items_done, items_total;   /* committed */
	int workers_alive, workers_wanted;
	uint64_t n_deaths;
	double seconds;            /* since the farm started, monotonic */
};

/* Where a run stands, in whole ranges: [first_range, n_prefix), the done ones beyond, and the items that
 * were left out because they kept killing their workers. */
struct farm_progress {
	uint64_t n_prefix;
	size_t n_beyond;
	const uint64_t *beyond;        /* ascending */
	bool is_remainder_done;
	size_t n_left_out;
	const uint64_t *left_out;      /* ascending */
};

/* Everything committed, folded into one slab. */
struct farm_snapshot {
	struct farm_progress progress;
	size_t n_bins, n_counters;
	const int64_t *sum;            /* [n_bins], full ranges only */
	const farm_square *square;
	const int64_t *remainder;      /* NULL when there is none */
	const unsigned char *touched;  /* as in farm_result */
	const farm_count *counters;            /* full ranges only */
	const farm_count *remainder_counters;  /* NULL when there is none */
};

/* A run that goes on from an earlier one. */
struct farm_start {
	struct farm_progress progress;
	/* Fills the empty slab before the first fork: bins, and touched for each block written. */
	int (*load)(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched,
	    farm_count *counters, struct err *e);
	/* Ranges that were handed out before and are not done: they count as attempts, up to
	 * FARM_ATTEMPTS_MAX, so that a range which ends the whole run is searched before it is done. */
	size_t n_attempts;
	const uint64_t *attempted;     /* a range's index, as often as it was tried */
	void *ctx;
};

/* What the farm saves and when it stops; each function may be NULL. */
struct farm_safety {
	/* Called in a forked child that holds a copy of all that was committed, while the workers go on;
	 * serially, and when no child can be forked at the end, in the one process. Every save_interval_s
	 * (0: never), on SIGHUP, and when the run ends before all is done, unless what is committed is
	 * broken, or the run failed before anything was done. It must be done within FARM_SAVE_LIMIT_s. */
	int (*save)(void *ctx, const struct farm_snapshot *s, struct err *e);
	double save_interval_s;
	/* Asked, where save is called, whenever exactly the ranges [0, n) of a milestone are done, so
	 * that the answer depends on n alone; true ends the run there. Milestones: 16 ranges, then always
	 * those of a quarter more items. For jobs from range 0 on. */
	bool (*is_enough)(void *ctx, const struct farm_snapshot *s);
	double time_limit_s;           /* 0: none; then as on the first SIGTERM */
	/* Asked after each watch.status, and so only where there is an interval_ms; true: as on the first SIGTERM. */
	bool (*is_stop_wanted)(void *ctx);
	double hang_timeout_s;         /* without a heartbeat; 0: FARM_HANG_s */
	bool is_strict;                /* an item that keeps killing its worker ends the run */
	void *ctx;
};

enum farm_event_kind { RANGE_HANDED_OUT, RANGE_DONE, RANGE_LOST };

struct farm_watch {                /* each may be NULL */
	void (*status)(void *ctx, const struct farm_status *s);    /* about every interval_ms */
	void (*death)(void *ctx, const struct farm_death *d);
	void (*range)(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker);
	void (*note)(void *ctx, const char *text);     /* what a user should know, one line */
	void (*asked)(void *ctx, const struct farm_status *s);     /* at once on SIGUSR1 */
	void (*saved)(void *ctx, bool is_good, const char *text);  /* text: why it failed, or "" */
	unsigned interval_ms;
	void *ctx;
};

struct farm_options {
	int n_workers;             /* 1 to FARM_WORKERS_MAX; no more are started than there are ranges */
	int n_at_once;             /* of them have work at a time, the others are a reserve; 0: all. More than there are
	                            * processors would only take each other's tallies out of the caches. */
	bool is_serial;            /* the one process does all, without fork */
	bool is_slab_shared;
	bool is_deaf;              /* no signal is taken: all of them stay with the rest of the program */
	const struct farm_watch *watch;
	const struct farm_start *start;      /* NULL: from nothing */
	const struct farm_safety *safety;    /* NULL: nothing is saved, nothing limits */
};

enum farm_stop_cause { STOP_NONE, STOP_SIGNAL, STOP_TIME_LIMIT, STOP_IS_ENOUGH, STOP_DEATHS, STOP_REQUEST };

/* All that was committed, over the job's first n_items_done items, without a gap. The arrays live in
 * shared memory until farm_result_free. */
struct farm_result {
	uint64_t n_items_done;
	uint64_t n_ranges;             /* full ranges among them */
	uint64_t n_full_items;         /* in those */
	uint32_t n_remainder;          /* items of the last, shorter range, 0 when none */
	bool was_stopped;              /* before all was done, by stop_cause */
	enum farm_stop_cause stop_cause;
	int stop_signal;
	bool is_gapless;               /* false after a second signal with ranges done beyond the
	                                * prefix: only the last save holds all, the arrays are NULL */
	size_t n_left_out;
	const uint64_t *left_out;      /* items, ascending; owned by the farm until farm_result_free */
	const int64_t *sum;            /* [n_bins], full ranges only */
	const farm_square *square;     /* [n_bins] */
	const int64_t *remainder;      /* [n_bins] or NULL */
	const unsigned char *touched;  /* a byte for each FARM_BLOCK_BINS bins; 0: all zero, not to be read */
	farm_count counters[FARM_COUNTERS_MAX];   /* remainder included */
	farm_count remainder_counters[FARM_COUNTERS_MAX];
	uint64_t n_deaths;
	double seconds;
	void *memory;                  /* private to the farm */
};

/* Bytes of shared memory that a run needs when it touches every bin; pages without a touched bin
 * cost nothing. Per worker and bin: 8 + 1/64 for the range's tally, and 24 + 1/64 for the slab
 * (once for all workers when it is shared); 8 + 1/64 more once for a shorter last range; each
 * array rounded up to whole blocks and pages, and some 10 kB of records per worker. */
size_t farm_memory(const struct farm_job *job, const struct farm_options *o);

/* And, while a save is made or a goal is asked for, those of its process: a copy of one slab and of the shorter
 * range, as far as they are touched. */
size_t farm_memory_of_save(const struct farm_job *job, const struct farm_options *o);

/* Bytes of memory that there are, by the machine and the control group, and that are free of the machine's now.
 * Both 0: nothing is known. */
void farm_machine_memory(uint64_t *total, uint64_t *free);

/* SIGHUP and SIGUSR1 do no harm from now on, whether a farm runs that listens to them or not: whoever
 * knows the process may send them at any time. */
void farm_expect_signals(void);

/* Runs the job to its end, to a signal, or to an error (-1). Errors: ERR_SYSTEM (memory, fork),
 * ERR_DEATHS (workers kept dying without progress), ERR_INTERNAL (an integer overflowed, a record
 * is broken), or what `begin`, `run` or `load` reported. The first SIGINT or SIGTERM ends the run after the
 * ranges in flight and a last save. The second kills the workers and saves what is committed
 * (serially, the range in hand is finished all the same); the third ends the process. They are counted
 * on until farm_result_free, so that none of the first two ends a process that writes its result. Of several
 * farms at a time, in threads of one process, one may take signals. */
int farm_run(const struct farm_job *job, const struct farm_options *o,
    struct farm_result *r, struct err *e);
void farm_result_free(struct farm_result *r);

/* Threads of this process, itself included; 0: unknown. What a thread holds locked while another forks, such as a
 * stdio stream, is locked for ever in the child. */
int farm_threads(void);

/* Processors that this process may use: sched_getaffinity, bounded by the cgroup's CPU quota. */
int farm_processors(void);

#endif
