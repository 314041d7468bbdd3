/* How a plan is run: the options that the command line has, and a few that only a program needs. */
#ifndef LIB_RUN_OPTIONS_H
#define LIB_RUN_OPTIONS_H

#include <stdbool.h>

#include "farm/farm.h"
#include "io/rundir.h"
#include "lib/job_options.h"
#include "lib/listener.h"
#include "model/part.h"

#define CHECKPOINT_INTERVAL_s 60.0
#define PROGRESS_INTERVAL_ms 1000

struct run_options {
	struct job_options job;
	struct shard shard;           /* count 0: the whole job */
	bool is_forced, is_resumed;   /* replaces what is there; goes on with it */
	struct farm_options farm;     /* n_workers 0: as many as there are processors */
	double checkpoint_interval_s, time_limit_s, hang_timeout_s;
	bool is_strict, is_own_process, may_have_threads;
	struct listener listener;
};

void run_options_init(struct run_options *o);

/* Sets one by its name, as --NAME of the command line; `value` is NULL for those that take none. ERR_USAGE. */
int run_options_set(struct run_options *o, const char *name, const char *value, struct err *e);

/* What excludes what, and the number of workers. */
int run_options_settle(struct run_options *o, struct err *e);

/* Takes a directory's name into `dir`. `option` is what gives it, for the message. ERR_USAGE. */
int run_options_directory(char dir[RUNDIR_LENGTH_MAX + 1], const char *option, const char *name, struct err *e);

#endif
