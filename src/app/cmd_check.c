/* ionfarm check: validates a job and shows the plan that it means. */
#include <stdio.h>

#include "app/command.h"
#include "app/failure.h"
#include "io/disk_room.h"
#include "io/job.h"
#include "io/mcpl.h"
#include "lib/api_plan.h"
#include "lib/exit_status.h"
#include "lib/job_options.h"
#include "lib/run.h"

enum { OPT_WORKERS, OPT_SEED, OPT_HISTORIES, OPT_SERIAL };

static const struct option_row options[] = {
	[OPT_WORKERS] = {'w', "workers", "N", "worker processes, for the memory (default: as run)"},
	[OPT_SEED] = {'s', "seed", "N", "seed of the random numbers (default: the job's)"},
	[OPT_HISTORIES] = {'n', "histories", "N", "number of histories (default: the job's)"},
	[OPT_SERIAL] = {0, "serial", NULL, "memory of a serial run"},
	{0, NULL, NULL, NULL}
};

struct check_options {
	struct job_options job;
	struct farm_options farm;
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct check_options *o = ctx;

	switch (row) {
	case OPT_WORKERS:
		return job_options_workers(&o->farm.n_workers, argument, e);
	case OPT_SEED:
		return job_options_seed(&o->job, argument, e);
	case OPT_HISTORIES:
		return job_options_histories(&o->job, argument, e);
	case OPT_SERIAL:
		o->farm.is_serial = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static void
print_machine(const struct run_memory *m)
{
	uint64_t total, free;

	farm_machine_memory(&total, &free);
	if (total == 0)
		return;
	printf("#   this machine has %.1f MB, of which %.1f MB are free%s\n", (double)total * 1e-6, (double)free * 1e-6,
	    m->farm > total ? ": the run is refused here"
	    : m->total + m->checkpoint > free ? ": it may not be enough" : "");
}

static void
print_memory(const struct run *r, const struct farm_options *o)
{
	struct run_memory m;
	int n = o->is_serial ? 1 : o->n_workers + 1;

	run_memory(r, o, &m);
	printf("# memory: at most %.1f MB for %d process%s when every voxel is touched,\n"
	    "#   and %.1f MB more while a checkpoint is written:\n"
	    "#   slabs and range tallies %.1f MB, each worker %.1f MB, program and tables %.1f MB\n",
	    (double)m.total * 1e-6, n, n == 1 ? "" : "es", (double)m.checkpoint * 1e-6, (double)m.farm * 1e-6,
	    (double)m.per_worker * 1e-6, (double)(m.program + m.tables) * 1e-6);
	print_machine(&m);
}

static void
print_disk(const struct run *r)
{
	struct disk_room d;
	struct err e;
	uint64_t total, free;

	disk_room_needed(&d, &r->layout, &r->plan);
	total = d.result + d.states + d.checkpoints + d.log;
	printf("# disk: at most %.1f MB when every voxel is touched and nothing can be compressed:\n"
	    "#   result %.1f MB, final states %.1f MB, checkpoints %.1f MB, ranges.log %.1f MB\n", (double)total * 1e-6,
	    (double)d.result * 1e-6, (double)d.states * 1e-6, (double)d.checkpoints * 1e-6, (double)d.log * 1e-6);
	if (r->plan.keeps_leaving)
		printf("#   and %d bytes for each particle that leaves the phantom\n", 2 * MCPL_LEAVING_BYTES);
	if (disk_room_free(".", &free, &e) == 0)
		printf("#   the current directory has room for %.1f MB%s\n", (double)free * 1e-6,
		    d.states > free ? ": the run is refused here" : total > free ? ": it may not be enough" : "");
}

static void
print_plan(const struct run *r, const struct farm_options *o)
{
	struct cut cut = r->plan.cut;
	unsigned long first = cut.first, last = cut_largest_of(cut, r->plan.histories);

	job_describe(&r->plan, stdout);
	printf("# plan hash: %s\n", r->plan_hash);
	printf("# ranges: %llu of %lu", (unsigned long long)cut_n_ranges(cut, r->plan.histories), first);
	if (last > first)
		printf(" to %lu", last);
	printf(" histories\n");
	printf("# CSDA range of %s in %s: %.4f mm\n", r->plan.beam.n_spots > 1 ? "the first spot"
	    : r->plan.beam.n_spots == 1 ? "the beam" : "the fastest of the heaviest ions",
	    r->plan.phantom.layer[0].material.name, 10.0 * r->physics->range_at_birth_cm);
	print_memory(r, o);
	print_disk(r);
}

static int
check_plan(const struct ionfarm_plan *p, struct check_options *o, struct err *e)
{
	struct plan plan = p->plan;
	struct run r;

	job_options_apply(&o->job, &plan);
	if (run_prepare_lent(&r, &plan, e) != 0)
		return -1;
	o->farm.is_slab_shared = plan.slabs == SLABS_SHARED;
	print_plan(&r, &o->farm);
	run_release(&r);
	return IONFARM_EXIT_COMPLETE;
}

static int
cmd_check(int argc, char **argv, struct err *e)
{
	struct check_options o = {0};
	struct ionfarm_error *error;
	struct ionfarm_plan *plan;
	int first, status;

	if (options_parse(options, argc, argv, set_option, &o, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "check takes one job file, not %d", argc - first);
	if (o.farm.n_workers == 0)
		o.farm.n_workers = farm_processors();
	plan = ionfarm_plan_read(argv[first], &error);
	if (plan == NULL)
		return failure(error, e);
	status = check_plan(plan, &o, e);
	ionfarm_plan_free(plan);
	return status;
}

const struct command command_check = {
	"check", "JOB", "validates a job and shows the plan", options, cmd_check
};
