/* ionfarm run: computes a job and writes its result. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/only_history.h"
#include "base/host.h"
#include "io/dir_lock.h"
#include "io/kept_plan.h"
#include "lib/compute.h"
#include "lib/exit_status.h"
#include "lib/go_on.h"
#include "lib/shard.h"

enum {
	OPT_SEED = N_SHARED_OPTIONS, OPT_OUTPUT, OPT_SHARD, OPT_FORCE, OPT_RESUME, OPT_ONLY_HISTORY
};

static const struct option_row options[] = {
	SHARED_OPTION_ROWS,
	[OPT_SEED] = {'s', "seed", "N", "seed of the random numbers (default: the job's)"},
	[OPT_OUTPUT] = {'o', "output", "DIR", "directory of the result (default: the job's name with .out)"},
	[OPT_SHARD] = {0, "shard", "K/N", "only the K-th of N parts of the job, to be merged; or auto, auto/N"},
	[OPT_FORCE] = {0, "force", NULL, "replace a result or checkpoint that is there"},
	[OPT_RESUME] = {0, "resume", "auto", "go on with what is there, if anything is"},
	[OPT_ONLY_HISTORY] = {0, "only-history", "N", "carry this history alone, here, and print what it does"},
	{0, NULL, NULL, NULL}
};

struct run_command {
	struct run_options run;
	struct shard shard;           /* count 0: the whole job */
	bool is_forced, is_resumed, is_only_history;
	uint64_t history;
};

static int
set_resume(struct run_command *c, const char *when, struct err *e)
{
	if (strcmp(when, "auto") != 0)
		return err_set(e, ERR_USAGE, "--resume %.60s: must be auto", when);
	c->is_resumed = true;
	return 0;
}

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct run_command *c = ctx;

	switch (row) {
	case OPT_SEED:
		return job_options_seed(&c->run.job, argument, e);
	case OPT_OUTPUT:
		return run_options_directory(&c->run, "--output", argument, e);
	case OPT_SHARD:
		return shard_parse(&c->shard, argument, e);
	case OPT_FORCE:
		c->is_forced = true;
		return 0;
	case OPT_RESUME:
		return set_resume(c, argument, e);
	case OPT_ONLY_HISTORY:
		c->is_only_history = true;
		return job_options_count(&c->history, "--only-history", argument, e);
	}
	return run_options_set(&c->run, row, argument, e);
}

static int
parse(struct run_command *c, int argc, char **argv, struct err *e)
{
	char ending[32] = ".out";
	int first;

	run_options_init(&c->run);
	if (options_parse(options, argc, argv, set_option, c, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "run takes one job file, not %d", argc - first);
	if (c->is_forced && c->is_resumed)
		return err_set(e, ERR_USAGE, "--force and --resume exclude each other");
	c->run.job_path = argv[first];
	if (run_options_settle(&c->run, e) != 0)
		return -1;
	if (c->shard.count > 0 && c->is_only_history)
		return err_set(e, ERR_USAGE, "--shard and --only-history exclude each other");
	if (c->shard.count > 0)
		snprintf(ending, sizeof ending, ".%uof%u", c->shard.number, c->shard.count);
	return c->run.dir[0] != '\0' ? 0
	    : rundir_default(c->run.dir, sizeof c->run.dir, c->run.job_path, ending, e);
}

/* From nothing, into a directory that is locked. */
static int
start_anew(struct run *r, const struct run_command *c, double began_s, struct err *e)
{
	const char *dir = c->run.dir;

	if (!c->is_forced && resume_refuse(dir, r, e) != 0)
		return -1;
	if (rundir_claim(dir, c->run.job_path, c->is_forced ? RUNDIR_REPLACE : RUNDIR_IF_EMPTY, e) != 0 ||
	    kept_plan_write(dir, &r->plan, e) != 0)
		return -1;
	return compute(r, &c->run, NULL, began_s, e);
}

static int
run_in_directory(struct run *r, const struct run_command *c, double began_s, struct err *e)
{
	struct err doubt;
	int lock, status;

	farm_expect_signals();
	if (rundir_make(c->run.dir, e) != 0)
		return -1;
	lock = dir_lock(c->run.dir, &doubt, e);
	if (lock < 0)
		return -1;
	r->dir = c->run.dir;
	r->lock_fd = lock;
	progress_init(&r->progress, stderr, c->run.is_quiet);
	r->progress.is_json = c->run.is_progress_json;
	if (doubt.kind != ERR_NONE)
		progress_say(&r->progress, doubt.text);
	status = c->is_resumed ? go_on(r, &c->run, began_s, e) : start_anew(r, c, began_s, e);
	close(lock);
	return status;
}

static int
cmd_run(int argc, char **argv, struct err *e)
{
	double began_s = host_seconds();
	struct run_command c = {.is_forced = false};
	struct plan plan = {0};
	struct run r;
	int status;

	if (parse(&c, argc, argv, e) != 0 || job_options_plan(&plan, &c.run.job, c.run.job_path, e) != 0)
		return -1;
	if (run_prepare(&r, &plan, e) != 0)
		return -1;
	if (c.shard.count > 0 && run_take_shard(&r, c.shard, e) != 0)
		status = -1;
	else if (c.is_only_history)
		status = only_history(&r, c.history, stdout, e);
	else
		status = run_in_directory(&r, &c, began_s, e);
	run_release(&r);
	return status;
}

const struct command command_run = {
	"run", "JOB", "computes a job and writes its result", options, cmd_run
};
