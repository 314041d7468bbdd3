/* ionfarm run: computes a job and writes its result. */
#include <stdbool.h>
#include <stdio.h>

#include "app/command.h"
#include "app/failure.h"
#include "app/only_history.h"
#include "app/run_command.h"
#include "lib/api_options.h"
#include "lib/api_plan.h"

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

struct wish {
	struct run_command run;
	const char *job, *dir;        /* dir may be NULL */
	bool is_only_history;
	uint64_t history;
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct wish *w = ctx;

	switch (row) {
	case OPT_OUTPUT:
		w->dir = argument;
		return 0;
	case OPT_ONLY_HISTORY:
		w->is_only_history = true;
		return job_options_count(&w->history, "--only-history", argument, e);
	}
	return run_command_set(&w->run, options, row, argument, e);
}

static int
parse(struct wish *w, int argc, char **argv, struct err *e)
{
	int first;

	if (options_parse(options, argc, argv, set_option, w, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "run takes one job file, not %d", argc - first);
	w->job = argv[first];
	return run_command_listen(&w->run, e);
}

static int
carry_one(const struct wish *w, const struct ionfarm_plan *p, struct err *e)
{
	const struct run_options *o = &w->run.options->run;
	struct plan plan = p->plan;
	struct run r;
	int status;

	if (o->shard.count > 0)
		return err_set(e, ERR_USAGE, "--shard and --only-history exclude each other");
	job_options_apply(&o->job, &plan);
	if (run_prepare_lent(&r, &plan, e) != 0)
		return -1;
	status = only_history(&r, w->history, stdout, e);
	run_release(&r);
	return status;
}

static int
run_job(struct wish *w, struct err *e)
{
	struct ionfarm_error *error;
	struct ionfarm_plan *plan = ionfarm_plan_read(w->job, &error);
	int status;

	if (plan == NULL)
		return failure(error, e);
	if (w->is_only_history) {
		status = carry_one(w, plan, e);
	} else {
		status = ionfarm_run(plan, w->dir, w->run.options, &error);
		status = run_command_end(&w->run, status, error, e);
	}
	ionfarm_plan_free(plan);
	return status;
}

static int
cmd_run(int argc, char **argv, struct err *e)
{
	struct wish w = {.dir = NULL};
	int status = -1;

	if (run_command_init(&w.run, e) == 0 && parse(&w, argc, argv, e) == 0)
		status = run_job(&w, e);
	run_command_free(&w.run);
	return status;
}

const struct command command_run = {
	"run", "JOB", "computes a job and writes its result", options, cmd_run
};
