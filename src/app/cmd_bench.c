/* ionfarm bench: how fast this machine is, by beam and number of workers. */
#include <stdio.h>
#include <stdlib.h>

#include "app/bench_parts.h"
#include "app/command.h"
#include "lib/exit_status.h"
#include "lib/job_options.h"
#include "lib/run.h"
#include "io/json.h"

enum { OPT_HISTORIES, OPT_WORKERS, OPT_JSON };

static const struct option_row options[] = {
	[OPT_HISTORIES] = {'n', "histories", "N", "of the longer runs; 1e6 by default"},
	[OPT_WORKERS] = {'w', "workers", "N", "up to so many; as many as processors by default"},
	[OPT_JSON] = {0, "json", NULL, "the table as JSON"},
	{0, NULL, NULL, NULL}
};

struct bench {
	struct job_options job;
	int n_workers;
	bool is_json;
	struct json json;
};

/* Water, 10 x 10 x 40 cm, voxels of 1 mm, or as many as make a large grid. */
static const struct beam_case {
	const char *label, *ion;
	double energy_MeV_u;
	double voxel_cm[N_AXES];
	enum plan_nuclear nuclear;
} cases[] = {
	{"C-12 400 MeV/u", "C-12", 400.0, {0.1, 0.1, 0.1}, NUCLEAR_OFF},
	{"proton 150 MeV", "proton", 150.0, {0.1, 0.1, 0.1}, NUCLEAR_OFF},
	{"He-4 150 MeV/u", "He-4", 150.0, {0.1, 0.1, 0.1}, NUCLEAR_OFF},
	{"C-12, 500x500x400", "C-12", 400.0, {0.02, 0.02, 0.1}, NUCLEAR_OFF},
	{"C-12, nuclear", "C-12", 400.0, {0.1, 0.1, 0.1}, NUCLEAR_ON},
	{"proton, nuclear", "proton", 150.0, {0.1, 0.1, 0.1}, NUCLEAR_ON},
	{"He-4, nuclear", "He-4", 150.0, {0.1, 0.1, 0.1}, NUCLEAR_ON},
};

enum { N_CASES = sizeof cases / sizeof cases[0] };

enum { SHORTER = 10 };           /* the runs that come before the longer ones */

#define SPOT_cm 0.3
#define ENERGY_SPREAD 1e-3

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct bench *b = ctx;

	switch (row) {
	case OPT_HISTORIES:
		return job_options_histories(&b->job, argument, e);
	case OPT_WORKERS:
		return job_options_workers(&b->n_workers, argument, e);
	case OPT_JSON:
		b->is_json = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static void
set_grid(struct plan *p, const double voxel_cm[N_AXES])
{
	static const double size_cm[N_AXES] = {10.0, 10.0, 40.0};
	struct grid *g = &p->scoring.grid;

	p->phantom.layer[0].thickness_cm = size_cm[AXIS_Z];
	for (int k = 0; k < N_AXES; k++) {
		p->phantom.size_cm[k] = size_cm[k];
		g->voxel_cm[k] = voxel_cm[k];
		g->n[k] = (int)(size_cm[k] / voxel_cm[k] + 0.5);
		g->origin_cm[k] = k == AXIS_Z ? 0.0 : -0.5 * size_cm[k];
	}
}

/* The job that the keys' defaults would make of such a beam. */
static int
make_plan(struct plan *p, const struct beam_case *c, uint64_t histories, struct err *e)
{
	*p = (struct plan){.histories = histories, .seed = 1, .cut = PLAN_CUT};
	p->beam.n_spots = p->phantom.n_layers = 1;
	p->beam.spot = calloc(1, sizeof *p->beam.spot);
	p->phantom.layer = calloc(1, sizeof *p->phantom.layer);
	if (p->beam.spot == NULL || p->phantom.layer == NULL)
		return err_sys(e, "memory for a plan");
	if (ion_parse(&p->beam.ion, c->ion, e) != 0 ||
	    material_by_name(&p->phantom.layer[0].material, "water", e) != 0)
		return -1;
	p->beam.spot[0] = (struct spot){
		.energy_MeV = c->energy_MeV_u * p->beam.ion.A, .energy_spread = ENERGY_SPREAD,
		.size_cm = {SPOT_cm, SPOT_cm}, .direction = {0.0, 0.0, 1.0}, .weight = 1.0,
	};
	p->transport = (struct transport){
		.step_cm = 2.0, .range_fraction = 0.25, .cutoff_cm = 0.002,
		.has_energy_loss = true, .has_straggling = true, .has_scattering = true,
		.nuclear = c->nuclear,
	};
	set_grid(p, c->voxel_cm);
	return 0;
}

struct figures {
	uint64_t histories;
	int n_workers;           /* 0: serially, without a farm */
	double histories_per_s, steps_per_s, ns_per_step, speed_up;
	double touched_MB;       /* memory of one worker's tally and slab */
};

static double
efficiency(const struct figures *f)
{
	return f->speed_up / (f->n_workers > 0 ? f->n_workers : 1);
}

static double
touched_MB(const struct farm_result *result, size_t n_bins)
{
	size_t n = 0;

	for (size_t block = 0; block < (n_bins + FARM_BLOCK_BINS - 1) / FARM_BLOCK_BINS; block++)
		n += result->touched[block] != 0;
	return (double)(n * FARM_BLOCK_BINS * (2 * sizeof(int64_t) + sizeof(farm_square))) * 1e-6;
}

static int
measure(struct run *r, struct figures *f, struct err *e)
{
	struct farm_watch watch = {0};
	struct farm_options o = {
		.n_workers = f->n_workers > 0 ? f->n_workers : 1, .is_serial = f->n_workers == 0, .watch = &watch,
		.n_at_once = farm_processors(),
	};
	struct farm_result result = {0};
	struct farm_job job;
	double seconds, steps;

	run_farm_job(r, &job);
	if (farm_run(&job, &o, &result, e) != 0)
		return -1;
	if (result.was_stopped) {
		farm_result_free(&result);
		return err_set(e, ERR_STOPPED, "stopped by a signal");
	}
	seconds = result.seconds;
	steps = (double)result.counters[COUNT_STEPS];
	f->histories_per_s = (double)result.n_items_done / seconds;
	f->steps_per_s = steps / seconds;
	f->ns_per_step = 1e9 * seconds * o.n_workers / steps;
	f->touched_MB = touched_MB(&result, r->layout.n_bins);
	farm_result_free(&result);
	return 0;
}

static void
print_header(const char *kernel)
{
	printf("# in water, energy spread 0.1 %%, spot 3 mm; kernel %s\n", kernel);
	printf("# beam             histories workers  histories/s      steps/s  ns/step speed-up efficiency"
	    " MB touched\n");
}

static void
print_row(const struct beam_case *c, const struct figures *f)
{
	char workers[12] = "serial";

	if (f->n_workers > 0)
		snprintf(workers, sizeof workers, "%d", f->n_workers);
	printf("%-18s %9.0f %7s %12.0f %12.3g %8.1f %8.2f %8.0f %% %10.1f\n", c->label, (double)f->histories, workers,
	    f->histories_per_s, f->steps_per_s, f->ns_per_step, f->speed_up, 100.0 * efficiency(f), f->touched_MB);
	fflush(stdout);
}

static void
json_row(struct json *j, const struct beam_case *c, const struct figures *f)
{
	json_object(j, NULL);
	json_string(j, "beam", c->label);
	json_integer(j, "histories", (tally_count)f->histories);
	json_integer(j, "workers", f->n_workers);
	json_double(j, "histories_per_s", f->histories_per_s);
	json_double(j, "steps_per_s", f->steps_per_s);
	json_double(j, "ns_per_step", f->ns_per_step);
	json_double(j, "speed_up", f->speed_up);
	json_double(j, "efficiency", efficiency(f));
	json_double(j, "touched_MB", f->touched_MB);
	json_end(j);
}

/* 0 (serially), 1, 2, 4, ... and at last the most. */
static int
more_workers(int n, int most)
{
	if (n == 0)
		return 1;
	return n < most && 2 * n > most ? most : 2 * n;
}

/* The speed-up is over one worker. */
static int
bench_workers(struct bench *b, const struct beam_case *c, struct run *r, struct err *e)
{
	double one = 0.0;

	for (int n = 0; n <= b->n_workers; n = more_workers(n, b->n_workers)) {
		struct figures f = {.histories = r->plan.histories, .n_workers = n};

		if (measure(r, &f, e) != 0)
			return -1;
		one = n == 1 ? f.histories_per_s : one;
		f.speed_up = n > 0 ? f.histories_per_s / one : 1.0;
		if (b->is_json)
			json_row(&b->json, c, &f);
		else
			print_row(c, &f);
	}
	return 0;
}

static void
print_parts(const struct beam_case *c, const double ns[N_HISTORY_PARTS])
{
	double sum = 0.0;

	printf("%-18s", c->label);
	for (int k = 0; k < N_HISTORY_PARTS; k++) {
		printf(" %7.2f", ns[k]);
		sum += ns[k];
	}
	printf(" %7.2f\n", sum);
	fflush(stdout);
}

static void
json_parts(struct json *j, const struct beam_case *c, const double ns[N_HISTORY_PARTS])
{
	json_object(j, NULL);
	json_string(j, "beam", c->label);
	for (int k = 0; k < N_HISTORY_PARTS; k++)
		json_double(j, bench_part_names[k], ns[k]);
	json_end(j);
}

static int
profile(struct bench *b, const struct beam_case *c, struct run *r, struct err *e)
{
	double ns[N_HISTORY_PARTS];

	if (bench_parts(r, ns, e) != 0)
		return -1;
	if (b->is_json)
		json_parts(&b->json, c, ns);
	else
		print_parts(c, ns);
	return 0;
}

typedef int bench_function(struct bench *b, const struct beam_case *c, struct run *r, struct err *e);

static int
bench_case(struct bench *b, const struct beam_case *c, uint64_t histories, bench_function *measure_it,
    struct err *e)
{
	struct plan plan;
	struct run r;
	int status;

	if (make_plan(&plan, c, histories, e) != 0) {
		plan_free(&plan);
		return -1;
	}
	if (run_prepare(&r, &plan, e) != 0)
		return -1;
	status = measure_it(b, c, &r, e);
	run_release(&r);
	return status;
}

static int
bench_speeds(struct bench *b, struct err *e)
{
	uint64_t fewer = b->job.histories > SHORTER ? b->job.histories / SHORTER : 1;

	for (int i = 0; i < N_CASES; i++)
		if (bench_case(b, &cases[i], fewer, bench_workers, e) != 0 ||
		    bench_case(b, &cases[i], b->job.histories, bench_workers, e) != 0)
			return -1;
	return 0;
}

static int
bench_profiles(struct bench *b, struct err *e)
{
	for (int i = 0; i < N_CASES; i++)
		if (bench_case(b, &cases[i], b->job.histories, profile, e) != 0)
			return -1;
	return 0;
}

static int
bench_as_text(struct bench *b, const char *kernel, struct err *e)
{
	print_header(kernel);
	if (bench_speeds(b, e) != 0)
		return -1;
	printf("\n# parts, ns a step ");
	for (int k = 0; k < N_HISTORY_PARTS; k++)
		printf(" %7s", bench_part_names[k]);
	printf("     all\n");
	return bench_profiles(b, e);
}

static int
bench_as_json(struct bench *b, const char *kernel, struct err *e)
{
	json_string(&b->json, "kernel", kernel);
	json_array(&b->json, "runs");
	if (bench_speeds(b, e) != 0)
		return -1;
	json_end(&b->json);
	json_array(&b->json, "parts_of_a_step_ns");
	return bench_profiles(b, e);
}

static void
put_stdout(void *sink, const char *text, size_t n)
{
	fwrite(text, 1, n, sink);
}

static int
cmd_bench(int argc, char **argv, struct err *e)
{
	struct bench b = {.job.histories = 1000000};
	const char *kernel;
	int first;

	if (options_parse(options, argc, argv, set_option, &b, &first, e) != 0)
		return -1;
	if (argc != first)
		return err_set(e, ERR_USAGE, "bench takes no operand");
	if (b.n_workers == 0)
		b.n_workers = farm_processors();
	kernel = run_kernel(e);
	if (kernel == NULL)
		return -1;
	if (!b.is_json)
		return bench_as_text(&b, kernel, e) == 0 ? IONFARM_EXIT_COMPLETE : -1;
	json_start(&b.json, put_stdout, stdout, true);
	if (bench_as_json(&b, kernel, e) != 0)
		return -1;
	json_finish(&b.json);
	return IONFARM_EXIT_COMPLETE;
}

const struct command command_bench = {
	"bench", "", "measures how fast this machine is", options, cmd_bench
};
