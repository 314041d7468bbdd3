/* What the commands `run` and `resume` share. */
#ifndef APP_RUN_COMMAND_H
#define APP_RUN_COMMAND_H

#include "app/options.h"
#include "app/progress.h"
#include "base/err.h"
#include "ionfarm.h"

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
	[OPT_CHECKPOINT_INTERVAL] = {0, "checkpoint-interval", "TIME", \
	    "time between checkpoints, 0: none (default: 60 s)"}, \
	[OPT_TIME_LIMIT] = {0, "time-limit", "TIME", "stop with a result and a checkpoint after that time"}, \
	[OPT_HANG_TIMEOUT] = {0, "hang-timeout", "TIME", \
	    "a worker without progress for so long is killed (default: 60 s)"}, \
	[OPT_PROGRESS] = {0, "progress", "FORM", "text or json, on standard error"}, \
	[OPT_QUIET] = {'q', "quiet", NULL, "no progress and no summary"}, \
	[OPT_JSON] = {0, "json", NULL, "the summary as JSON on standard output"}

struct run_command {
	struct ionfarm_options *options;
	struct progress progress;
};

/* The process is the run's own from here on. ERR_SYSTEM */
int run_command_init(struct run_command *c, struct err *e);
void run_command_free(struct run_command *c);

/* Sets what a row gives: of those that show something here, of all others in the options. ERR_USAGE. */
int run_command_set(struct run_command *c, const struct option_row *rows, int row, const char *argument, struct err *e);

/* Once all is set: what the run says goes to the terminal. */
int run_command_listen(struct run_command *c, struct err *e);

/* Ends what the run has said; of a `status` of -1 the error is taken over. Returns the status. */
int run_command_end(struct run_command *c, int status, struct ionfarm_error *error, struct err *e);

#endif
