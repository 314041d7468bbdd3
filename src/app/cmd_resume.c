/* ionfarm resume: goes on with a run from its directory. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "app/command.h"
#include "base/host.h"
#include "io/dir_lock.h"
#include "io/kept_plan.h"
#include "io/tally_file.h"
#include "lib/go_on.h"

static const struct option_row options[] = {
	SHARED_OPTION_ROWS,
	{0, NULL, NULL, NULL}
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	return run_options_set(ctx, row, argument, e);
}

static int
parse(struct run_options *o, int argc, char **argv, struct err *e)
{
	int first;

	run_options_init(o);
	if (options_parse(options, argc, argv, set_option, o, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "resume takes one directory, not %d", argc - first);
	if (run_options_directory(o, "resume", argv[first], e) != 0)
		return -1;
	return run_options_settle(o, e);
}

/* What the directory holds may be a shard of the run. That of merged parts is refused later, as it is
 * where the whole is asked for. */
static int
take_part(struct run *r, const struct run_options *o, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64];
	struct tally_file head;
	int status = 0;

	if (!rundir_has(o->dir, PART_FILE_NAME))
		return 0;
	snprintf(path, sizeof path, "%s/" PART_FILE_NAME, o->dir);
	if (tally_file_read_head(&head, path, e) != 0)
		return -1;
	if (head.part.histories != r->plan.histories)
		status = err_set(e, ERR_INPUT, "%s holds a part of %" PRIu64 " histories; a part cannot be extended",
		    o->dir, head.part.histories);
	else if (head.part.shard.count > 0)
		status = run_take_shard(r, head.part.shard, e);
	tally_file_free(&head);
	return status;
}

static int
resume_run(struct run *r, const struct run_options *o, const struct err *doubt, double began_s, struct err *e)
{
	r->dir = o->dir;
	progress_init(&r->progress, stderr, o->is_quiet);
	r->progress.is_json = o->is_progress_json;
	if (doubt->kind != ERR_NONE)
		progress_say(&r->progress, doubt->text);
	return go_on(r, o, began_s, e);
}

/* The lock comes first: what the directory holds does not change from then on. */
static int
prepare_and_resume(struct run_options *o, int lock, const struct err *doubt, double began_s, struct err *e)
{
	char plan_path[RUNDIR_LENGTH_MAX + 64], job_path[RUNDIR_LENGTH_MAX + 64];
	struct plan plan = {0};
	struct run r;
	int status;

	snprintf(plan_path, sizeof plan_path, "%s/" KEPT_PLAN_NAME, o->dir);
	snprintf(job_path, sizeof job_path, "%s/job.yaml", o->dir);
	o->job_path = rundir_has(o->dir, "job.yaml") ? job_path : plan_path;
	if (job_options_plan(&plan, &o->job, plan_path, e) != 0 || run_prepare(&r, &plan, e) != 0)
		return -1;
	r.lock_fd = lock;
	status = take_part(&r, o, e);
	if (status == 0)
		status = resume_run(&r, o, doubt, began_s, e);
	run_release(&r);
	return status;
}

static int
cmd_resume(int argc, char **argv, struct err *e)
{
	double began_s = host_seconds();
	struct run_options o;
	struct err doubt;
	int lock, status;

	if (parse(&o, argc, argv, e) != 0)
		return -1;
	farm_expect_signals();
	if (!rundir_has(o.dir, KEPT_PLAN_NAME))
		return err_set(e, ERR_INPUT, "%s holds no run that could be resumed: there is no " KEPT_PLAN_NAME,
		    o.dir);
	lock = dir_lock(o.dir, &doubt, e);
	if (lock < 0)
		return -1;
	status = prepare_and_resume(&o, lock, &doubt, began_s, e);
	close(lock);
	return status;
}

const struct command command_resume = {
	"resume", "DIR", "goes on with a run that ended early, or with more histories", options, cmd_resume
};
