/* The options that `run` and `resume` share. */
#ifndef LIB_RUN_OPTIONS_H
#define LIB_RUN_OPTIONS_H

#include <stdbool.h>

#include "lib/job_options.h"
#include "app/options.h"
#include "farm/farm.h"
#include "io/rundir.h"

#define CHECKPOINT_INTERVAL_s 60.0

enum run_option {
	OPT_WORKERS, OPT_HISTORIES, OPT_SERIAL, OPT_STRICT, OPT_CHECKPOINT_INTERVAL, OPT_TIME_LIMIT,
	OPT_HANG_TIMEOUT, OPT_PROGRESS, OPT_QUIET, OPT_JSON,
	N_SHARED_OPTIONS
};

#define SHARED_OPTION_ROWS \
	[OPT_WORKERS] = {'w', "workers", "N", "worker processes (default: the processors that may be used)"}, \
	[OPT_HISTORIES] = {'n', "histories", "N", "number of histories (default: the job's)"}, \
	[OPT_SERIAL] = {0, "serial", NULL, "the one process does it all, without fork"}, \
	[OPT_STRICT] = {0, "strict", NULL, "stop when a history keeps killing its worker, in place of leaving it out"}, \
	[OPT_CHECKPOINT_INTERVAL] = {0, "checkpoint-interval", "TIME", "time between checkpoints, 0: none (default: 60 s)"}, \
	[OPT_TIME_LIMIT] = {0, "time-limit", "TIME", "stop with a result and a checkpoint after that time"}, \
	[OPT_HANG_TIMEOUT] = {0, "hang-timeout", "TIME", "a worker without progress for so long is killed (default: 60 s)"}, \
	[OPT_PROGRESS] = {0, "progress", "FORM", "text or json, on standard error"}, \
	[OPT_QUIET] = {'q', "quiet", NULL, "no progress and no summary"}, \
	[OPT_JSON] = {0, "json", NULL, "the summary as JSON on standard output"}

struct run_options {
	struct job_options job;
	struct farm_options farm;
	double checkpoint_interval_s, time_limit_s, hang_timeout_s;
	bool is_strict, is_quiet, is_json, is_progress_json;
	const char *job_path;
	char dir[RUNDIR_LENGTH_MAX + 1];
};

void run_options_init(struct run_options *o);

/* Sets one of the shared options. ERR_USAGE. */
int run_options_set(struct run_options *o, int option, const char *argument, struct err *e);

/* `option` is what gives it, for the message. */
int run_options_directory(struct run_options *o, const char *option, const char *dir, struct err *e);

/* What excludes what, and the number of workers. */
int run_options_settle(struct run_options *o, struct err *e);

#endif
