/* One run: its plan, its tables, what a worker does with a range, and what happened on the way. */
#ifndef LIB_RUN_H
#define LIB_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "farm/farm.h"
#include "farm/shm.h"
#include "io/ranges_log.h"
#include "io/status_file.h"
#include "io/text_file.h"
#include "lib/leaving.h"
#include "lib/listener.h"
#include "model/final_state.h"
#include "model/plan.h"
#include "model/tally.h"
#include "phys/history.h"
#include "phys/physics.h"

#define RUN_DEATHS_KEPT_MAX 1000

struct run {
	struct plan plan;
	bool is_plan_lent;                  /* what it points to belongs to somebody else */
	char *plan_text;
	char plan_hash[33];
	struct part part;                   /* what is computed of it; shard.count 0: all */
	struct stretch block;               /* these ranges */
	struct stretch held;                /* part.ranges refers to it */
	struct tally_layout layout;
	const struct physics *physics;      /* in `tables`, read-only */
	struct shm tables;
	int states_fd;                      /* -1: final states are not wanted */
	struct leaving_writer leaving;
	const char *kernel;                 /* by which histories are carried */
	struct batch *batch;                /* these two belong to the worker that runs */
	struct final_state *states;
	const struct history_watch *watch;  /* of the histories that are carried in this process; or NULL */

	const char *dir;                    /* where it is written to */
	int lock_fd;                        /* of it */
	const struct text_file *job;        /* as its user wrote it */
	struct listener listener;
	bool is_stop_wanted;                /* by the listener */
	bool is_own_process;                /* signals are for the run, and a service manager is told of it */
	struct ranges_log ranges_log;
	bool has_log_failed;                /* and the user knows */
	struct run_status status;           /* for those who look from outside */
	double next_status_s;
	bool is_save_failing;
	char save_fault[256];               /* of the last one that failed */
	const char *resumed_from;           /* "checkpoint" or "tally.bin"; NULL: it began with the first history */
	uint64_t resumed_histories;
	struct farm_death *deaths;          /* the first n_deaths_kept of them */
	size_t n_deaths_kept;
};

/* The name of the kernel that runs have here, see history.h. NULL with the record: there is none of that name. */
const char *run_kernel(struct err *e);

/* Takes the plan over: text, hash, layout, tables in shared memory. On failure all is released. */
int run_prepare(struct run *r, struct plan *plan, struct err *e);

/* The same with a plan that outlives the run, and may have others. */
int run_prepare_lent(struct run *r, const struct plan *plan, struct err *e);
void run_release(struct run *r);

/* From here on the run is a shard of the plan's. ERR_INPUT: there are not enough ranges, or what the plan
 * asks for cannot be told from a part. */
int run_take_shard(struct run *r, struct shard shard, struct err *e);

/* What is to be computed: all histories, or those of the shard, which begin somewhere. */
uint64_t run_first_history(const struct run *r);
uint64_t run_n_histories(const struct run *r);

/* The farm's view of the run. */
void run_farm_job(struct run *r, struct farm_job *job);

/* One history alone, here and now: into `score`, whose arrays are as for a range. */
int run_history(struct run *r, uint64_t history, struct range_score *score, struct err *e);

/* The run's integers, as the writers want them; refers to the farm's result, and to r. */
void run_tally(struct run *r, const struct farm_result *result, struct tally *t);

/* Those of a shard of which nothing is done; what it returns besides is to be freed. NULL: no memory. */
unsigned char *run_empty_tally(struct run *r, struct tally *t, struct err *e);

/* Bytes that the run will need when every voxel is touched and, of each history, one particle leaves if those are kept:
 * shared once, with the first process, and of each worker; and beside their total, while a checkpoint is written. */
struct run_memory {
	size_t program, tables, farm, per_worker, total, checkpoint;
};
void run_memory(const struct run *r, const struct farm_options *o, struct run_memory *m);

#endif
