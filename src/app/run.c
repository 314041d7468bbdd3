/* Joins physics and farm: the plan's tables in shared memory, a range of histories as the work. */
#include "app/run.h"

#include <stdlib.h>

#include "io/states_file.h"

_Static_assert((int)N_CHANNELS <= (int)FARM_COUNTERS_MAX, "the farm counts too few channels");
_Static_assert((1 << SCORE_BLOCK_SHIFT) == FARM_BLOCK_BINS && TALLY_BLOCK_BINS == FARM_BLOCK_BINS,
    "physics, tally and farm disagree on blocks");

/* Private pages of one process beside its batch: program, libraries, stack, heap. Measured. */
#define PROCESS_BYTES ((size_t)3 << 20)

static int
build_tables(struct run *r, struct err *e)
{
	size_t size = physics_size(&r->plan);
	struct physics *ph;

	if (shm_map(&r->tables, size, e) != 0 || shm_ensure(r->tables.base, size, e) != 0)
		return -1;
	ph = (struct physics *)(void *)r->tables.base;
	if (physics_build(ph, &r->plan, e) != 0)
		return -1;
	if (shm_protect(&r->tables, e) != 0)
		return -1;
	r->physics = ph;
	return 0;
}

int
run_prepare(struct run *r, struct plan *plan, struct err *e)
{
	*r = (struct run){.plan = *plan, .states_fd = -1};
	*plan = (struct plan){0};
	r->plan_text = plan_text(&r->plan, e);
	if (r->plan_text == NULL)
		goto fail;
	plan_hash(r->plan_text, r->plan_hash);
	if (tally_layout_init(&r->layout, &r->plan, e) != 0 || build_tables(r, e) != 0)
		goto fail;
	return 0;
fail:
	run_release(r);
	return -1;
}

void
run_release(struct run *r)
{
	if (r->tables.base != NULL)
		shm_unmap(&r->tables);
	if (r->states_fd >= 0)
		states_close(r->states_fd);
	batch_free(r->batch);
	free(r->states);
	free(r->deaths);
	free(r->plan_text);
	tally_layout_free(&r->layout);
	plan_free(&r->plan);
	*r = (struct run){.states_fd = -1};
}

/* Once in each worker. */
static int
begin_worker(void *ctx, struct err *e)
{
	struct run *r = ctx;

	r->batch = batch_new();
	if (r->states_fd >= 0)
		r->states = calloc(r->plan.range_histories, sizeof *r->states);
	if (r->batch == NULL || (r->states_fd >= 0 && r->states == NULL))
		return err_set(e, ERR_SYSTEM, "no memory for a worker's histories");
	return 0;
}

static int
run_range(void *ctx, const struct farm_range *range, struct farm_tally *tally, struct err *e)
{
	struct run *r = ctx;
	struct range_score score = {tally->bins, tally->touched, tally->counters, r->states};

	if (history_run(r->batch, r->physics, &r->layout, range->first, range->count, &score, e) != 0)
		return -1;
	if (r->states == NULL)
		return 0;
	return states_write(r->states_fd, range->first, r->states, range->count, e);
}

void
run_farm_job(struct run *r, struct farm_job *job)
{
	*job = (struct farm_job){
		.n_items = r->plan.histories,
		.items_per_range = r->plan.range_histories,
		.n_bins = r->layout.n_bins,
		.n_counters = N_CHANNELS,
		.begin = begin_worker,
		.run = run_range,
		.ctx = r,
	};
}

static void
show_status(void *ctx, const struct farm_status *s)
{
	progress_show(&((struct run *)ctx)->progress, s);
}

static void
keep_death(void *ctx, const struct farm_death *d)
{
	struct run *r = ctx;
	struct farm_death *grown;

	progress_say(&r->progress, d->text);
	if (r->ranges_log != NULL)
		fprintf(r->ranges_log, "death worker=%d pid=%d %s\n", d->worker, (int)d->pid, d->text);
	if (r->n_deaths_kept == RUN_DEATHS_KEPT_MAX)
		return;
	grown = realloc(r->deaths, (r->n_deaths_kept + 1) * sizeof *grown);
	if (grown == NULL)
		return;
	r->deaths = grown;
	r->deaths[r->n_deaths_kept++] = *d;
}

static void
log_range(void *ctx, enum farm_event_kind kind, const struct farm_range *range, int worker)
{
	static const char *const word[] = {
		[RANGE_HANDED_OUT] = "out", [RANGE_DONE] = "done", [RANGE_LOST] = "lost",
	};
	struct run *r = ctx;

	if (r->ranges_log != NULL)
		fprintf(r->ranges_log, "%s range=%llu first=%llu count=%u worker=%d\n", word[kind],
		    (unsigned long long)range->index, (unsigned long long)range->first, range->count,
		    worker);
}

static void
show_note(void *ctx, const char *text)
{
	progress_say(&((struct run *)ctx)->progress, text);
}

void
run_farm_watch(struct run *r, struct farm_watch *watch)
{
	*watch = (struct farm_watch){
		.status = show_status,
		.death = keep_death,
		.range = log_range,
		.note = show_note,
		.interval_ms = progress_interval_ms(&r->progress),
		.ctx = r,
	};
}

void
run_tally(const struct run *r, const struct farm_result *result, struct tally *t)
{
	*t = (struct tally){
		.layout = r->layout,
		.range_histories = r->plan.range_histories,
		.n_ranges = result->n_ranges,
		.n_remainder = result->n_remainder,
		.sum = result->sum,
		.square = result->square,
		.remainder = result->remainder,
		.touched = result->touched,
	};
	for (int i = 0; i < N_CHANNELS; i++)
		t->channel[i] = result->counters[i];
}

void
run_memory(const struct run *r, const struct farm_options *o, struct run_memory *m)
{
	struct farm_job job = {
		.n_items = r->plan.histories,
		.items_per_range = r->plan.range_histories,
		.n_bins = r->layout.n_bins,
		.n_counters = N_CHANNELS,
	};
	int n_processes = o->is_serial ? 1 : o->n_workers + 1;

	m->tables = shm_page_up(physics_size(&r->plan));
	m->farm = farm_memory(&job, o);
	m->per_process = PROCESS_BYTES;
	if (r->plan.final_states)
		m->per_process += r->plan.range_histories * sizeof(struct final_state);
	m->total = m->tables + m->farm + (size_t)n_processes * m->per_process;
}
