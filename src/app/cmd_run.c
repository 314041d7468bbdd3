/* ionfarm run: computes a job and writes its result. */
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/exit_status.h"
#include "app/job_options.h"
#include "app/report.h"
#include "app/run.h"
#include "base/host.h"
#include "io/cylinder_csv.h"
#include "io/depth_csv.h"
#include "io/image.h"
#include "io/rundir.h"
#include "io/states_file.h"
#include "io/tally_file.h"

enum { OPT_WORKERS, OPT_SEED, OPT_HISTORIES, OPT_OUTPUT, OPT_SERIAL, OPT_FORCE, OPT_QUIET, OPT_JSON };

static const struct option_row options[] = {
	[OPT_WORKERS] = {'w', "workers", "N", "worker processes (default: the processors that may be used)"},
	[OPT_SEED] = {'s', "seed", "N", "seed of the random numbers (default: the job's)"},
	[OPT_HISTORIES] = {'n', "histories", "N", "number of histories (default: the job's)"},
	[OPT_OUTPUT] = {'o', "output", "DIR", "directory of the result (default: the job's name with .out)"},
	[OPT_SERIAL] = {0, "serial", NULL, "the one process does it all, without fork"},
	[OPT_FORCE] = {0, "force", NULL, "replace a result that is there"},
	[OPT_QUIET] = {'q', "quiet", NULL, "no progress and no summary"},
	[OPT_JSON] = {0, "json", NULL, "the summary as JSON on standard output"},
	{0, NULL, NULL, NULL}
};

struct run_options {
	struct job_options job;
	struct farm_options farm;
	const char *job_path;
	char dir[4096];
	bool is_forced, is_quiet, is_json;
};

static int
set_output(struct run_options *o, const char *dir, struct err *e)
{
	if (dir[0] == '\0' || strlen(dir) >= sizeof o->dir)
		return err_set(e, ERR_USAGE, "--output: not a directory's name");
	memcpy(o->dir, dir, strlen(dir) + 1);
	return 0;
}

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct run_options *o = ctx;

	switch (row) {
	case OPT_WORKERS:
		return job_options_workers(&o->farm.n_workers, argument, e);
	case OPT_SEED:
		return job_options_seed(&o->job, argument, e);
	case OPT_HISTORIES:
		return job_options_histories(&o->job, argument, e);
	case OPT_OUTPUT:
		return set_output(o, argument, e);
	case OPT_SERIAL:
		o->farm.is_serial = true;
		return 0;
	case OPT_FORCE:
		o->is_forced = true;
		return 0;
	case OPT_QUIET:
		o->is_quiet = true;
		return 0;
	case OPT_JSON:
		o->is_json = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static int
parse(struct run_options *o, int argc, char **argv, struct err *e)
{
	int first;

	if (options_parse(options, argc, argv, set_option, o, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "run takes one job file, not %d", argc - first);
	if (o->farm.is_serial && o->farm.n_workers > 0)
		return err_set(e, ERR_USAGE, "--serial and --workers exclude each other");
	if (o->farm.n_workers == 0)
		o->farm.n_workers = farm_processors();
	o->job_path = argv[first];
	return o->dir[0] != '\0' ? 0 : rundir_default(o->dir, sizeof o->dir, o->job_path, e);
}

/* What the run writes to while it goes on. */
static int
open_outputs(struct run *r, const char *dir, struct err *e)
{
	r->ranges_log = rundir_open_log(dir, "ranges.log", e);
	if (r->ranges_log == NULL)
		return -1;
	if (!r->plan.final_states)
		return 0;
	r->states_fd = states_create(dir, r->plan.histories, e);
	return r->states_fd >= 0 ? 0 : -1;
}

static int
write_doses(const struct report *rp, struct err *e)
{
	if (rp->tally->layout.grid.kind == GRID_CYLINDRICAL)
		return cylinder_csv_write(rp->dir, rp->tally, e);
	return dose_images_write(rp->dir, rp->tally, e);
}

/* report.json comes last: where it is, all is. */
static int
write_result(struct run *r, struct report *rp, struct err *e)
{
	double start = host_seconds();

	if (tally_check_balance(rp->tally, e) != 0 || report_analyse(rp, e) != 0)
		return -1;
	if (tally_file_write(rp->dir, rp->tally, r->plan_text, r->plan_hash, e) != 0 ||
	    write_doses(rp, e) != 0 ||
	    depth_csv_write(rp->dir, rp->tally, e) != 0)
		return -1;
	if (r->states_fd >= 0 && states_finish(r->states_fd, tally_histories(rp->tally), e) != 0)
		return -1;
	if (rundir_close_log(&r->ranges_log, rp->dir, "ranges.log", e) != 0)
		return -1;
	rp->write_s = host_seconds() - start;
	return report_write(rp, e);
}

static void
put_stdout(void *sink, const char *text, size_t n)
{
	fwrite(text, 1, n, sink);
}

static void
tell(const struct run_options *o, const struct report *rp)
{
	struct json j;

	if (o->is_json) {
		json_start(&j, put_stdout, stdout, true);
		report_json(rp, &j);
		json_finish(&j);
	} else if (!o->is_quiet) {
		report_summary(rp, stdout);
	}
}

/* From the tables to the result; the run is prepared and its directory claimed. */
static int
compute(struct run *r, const struct run_options *o, double start, struct err *e)
{
	struct farm_options farm = o->farm;
	struct farm_job job;
	struct farm_watch watch;
	struct farm_result result = {0};
	struct tally tally;
	struct report rp = {.run = r, .result = &result, .tally = &tally, .options = &farm,
	    .dir = o->dir, .job_path = o->job_path};
	int status;

	farm.is_slab_shared = r->plan.slabs == SLABS_SHARED;
	farm.watch = &watch;
	run_farm_job(r, &job);
	run_farm_watch(r, &watch);
	rp.setup_s = host_seconds() - start;
	status = farm_run(&job, &farm, &result, e);
	progress_end(&r->progress);
	if (status != 0)
		return -1;
	if (result.n_items_done == 0) {
		farm_result_free(&result);
		return err_set(e, ERR_STOPPED, "stopped by signal %d before any range was done",
		    result.stop_signal);
	}
	run_tally(r, &result, &tally);
	status = write_result(r, &rp, e);
	if (status == 0)
		tell(o, &rp);
	farm_result_free(&result);
	if (status != 0)
		return -1;
	return result.was_stopped ? IONFARM_EXIT_STOPPED_EARLY : IONFARM_EXIT_COMPLETE;
}

static int
cmd_run(int argc, char **argv, struct err *e)
{
	double start = host_seconds();
	struct run_options o = {0};
	struct plan plan = {0};
	struct run r;
	int status = -1;

	if (parse(&o, argc, argv, e) != 0 || job_options_plan(&plan, &o.job, o.job_path, e) != 0)
		return -1;
	if (run_prepare(&r, &plan, e) != 0)
		return -1;
	progress_init(&r.progress, stderr, o.is_quiet);
	if (rundir_claim(o.dir, o.job_path, o.is_forced, e) == 0 && open_outputs(&r, o.dir, e) == 0)
		status = compute(&r, &o, start, e);
	run_release(&r);
	return status;
}

const struct command command_run = {
	"run", "JOB", "computes a job and writes its result", options, cmd_run
};
