/* Joins physics and farm: the plan's tables in shared memory, a range of histories as the work. */
#include "lib/run.h"

#include <inttypes.h>
#include <stdlib.h>

#include "io/mcpl.h"
#include "io/raster.h"
#include "io/states_file.h"

_Static_assert((int)N_CHANNELS <= (int)FARM_COUNTERS_MAX, "the farm counts too few channels");
_Static_assert((1 << SCORE_BLOCK_SHIFT) == FARM_BLOCK_BINS && TALLY_BLOCK_BINS == FARM_BLOCK_BINS,
    "physics, tally and farm disagree on blocks");

/* Private pages of the first process: stack, heap, what relocation wrote; 605 kB were measured as it wrote a
 * result. Of a worker, which shares most of these: what it has written to, its batch, and the secondaries that wait;
 * 160 kB, with protons as with nuclear interactions of carbon or iron, of which hundreds wait, at 64 bytes each. */
#define FIRST_PROCESS_BYTES ((size_t)640 << 10)
#define WORKER_BYTES ((size_t)256 << 10)

/* Pages of the program and its libraries, which all processes share; 3.4 MB were measured. */
#define PROGRAM_BYTES ((size_t)4 << 20)

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

/* No file is open. */
static const struct run nothing_yet = {
	.states_fd = -1, .lock_fd = -1, .ranges_log.fd = -1, .leaving = {.dir_fd = -1, .fd = -1},
};

/* Forces a kernel, see history.h: the bits are the same. */
#define KERNEL_VARIABLE "IONFARM_KERNEL"

const char *
run_kernel(struct err *e)
{
	struct batch *b = batch_new(getenv(KERNEL_VARIABLE), e);
	const char *name = b != NULL ? batch_kernel(b) : NULL;

	if (b == NULL)
		err_prefix(e, "%s", KERNEL_VARIABLE);
	batch_free(b);
	return name;
}

static int
prepare(struct run *r, struct err *e)
{
	r->block.end = cut_n_ranges(r->plan.cut, r->plan.histories);
	r->plan_text = plan_text(&r->plan, e);
	if (r->plan_text == NULL || beam_check_histories(&r->plan.beam, r->plan.histories, e) != 0)
		goto fail;
	plan_hash(r->plan_text, r->plan_hash);
	r->kernel = run_kernel(e);
	if (r->kernel == NULL || tally_layout_init(&r->layout, &r->plan, e) != 0 || build_tables(r, e) != 0)
		goto fail;
	return 0;
fail:
	run_release(r);
	return -1;
}

int
run_prepare(struct run *r, struct plan *plan, struct err *e)
{
	*r = nothing_yet;
	r->plan = *plan;
	*plan = (struct plan){0};
	return prepare(r, e);
}

int
run_prepare_lent(struct run *r, const struct plan *plan, struct err *e)
{
	*r = nothing_yet;
	r->plan = *plan;
	r->is_plan_lent = true;
	return prepare(r, e);
}

void
run_release(struct run *r)
{
	if (r->tables.base != NULL)
		shm_unmap(&r->tables);
	if (r->states_fd >= 0)
		states_close(r->states_fd);
	ranges_log_close(&r->ranges_log);
	leaving_writer_close(&r->leaving);
	batch_free(r->batch);
	free(r->states);
	free(r->deaths);
	free(r->plan_text);
	tally_layout_free(&r->layout);
	if (!r->is_plan_lent)
		plan_free(&r->plan);
	*r = nothing_yet;
}

int
run_take_shard(struct run *r, struct shard shard, struct err *e)
{
	uint64_t histories = r->plan.histories;

	if (r->plan.uncertainty > 0.0)
		return err_set(e, ERR_INPUT, "a run that ends at an uncertainty has no shards: only the whole of it"
		    " tells its uncertainty");
	if (!shards_have_ranges(shard.count, histories, r->plan.cut))
		return err_set(e, ERR_INPUT, "%u shards of %" PRIu64 " histories in ranges of up to %lu: in each must one"
		    " begin at least", shard.count, histories, (unsigned long)cut_largest_of(r->plan.cut, histories));
	r->part = (struct part){ .histories = r->plan.histories, .shard = shard };
	r->block = shard_ranges(shard, histories, r->plan.cut);
	return 0;
}

uint64_t
run_first_history(const struct run *r)
{
	return cut_item(r->plan.cut, r->block.first);
}

static uint64_t
end_history(const struct run *r)
{
	uint64_t n_full = cut_n_full(r->plan.cut, r->plan.histories);

	return r->block.end > n_full ? r->plan.histories : cut_item(r->plan.cut, r->block.end);
}

uint64_t
run_n_histories(const struct run *r)
{
	return end_history(r) - run_first_history(r);
}

/* Once in each worker. */
static int
begin_worker(void *ctx, struct err *e)
{
	struct run *r = ctx;

	r->batch = batch_new(r->kernel, e);
	if (r->batch == NULL)
		return -1;
	if (r->states_fd >= 0) {
		r->states = calloc(cut_largest_of(r->plan.cut, r->plan.histories), sizeof *r->states);
		if (r->states == NULL)
			return err_sys(e, "memory for the final states of a range");
	}
	return r->leaving.dir_fd >= 0 ? leaving_writer_begin(&r->leaving, e) : 0;
}

static int
carry(struct run *r, const struct farm_range *range, struct farm_tally *tally, struct err *e)
{
	struct range_score score = {
		.bins = tally->bins,
		.strips = tally->strips,
		.channel = tally->counters,
		.states = r->states,
		.leaving = r->leaving.fd >= 0 ? &r->leaving.list : NULL,
		.progress = tally->heartbeat,
		.watch = r->watch,
	};

	if (history_carry(r->batch, r->physics, &r->layout, range->first, range->count, &score, e) != 0)
		return -1;
	if (!range->has_more)
		history_complete(&r->layout, &score);
	return 0;
}

static int
run_range(void *ctx, const struct farm_range *range, struct farm_tally *tally, struct err *e)
{
	struct run *r = ctx;
	bool keeps_leaving = r->leaving.fd >= 0;

	if (keeps_leaving)
		leaving_before(&r->leaving, &r->plan, range);
	if (carry(r, range, tally, e) != 0)
		return -1;
	if (keeps_leaving && leaving_after(&r->leaving, &r->plan, range, e) != 0)
		return -1;
	if (r->states == NULL)
		return 0;
	return states_write(r->states_fd, range->first - run_first_history(r), r->states, range->count, e);
}

int
run_history(struct run *r, uint64_t history, struct range_score *score, struct err *e)
{
	if (r->batch == NULL && begin_worker(r, e) != 0)
		return -1;
	return history_run(r->batch, r->physics, &r->layout, history, 1, score, e);
}

static struct farm_job
size_of_job(const struct run *r)
{
	return (struct farm_job){
		.first_range = r->block.first,
		.n_items = end_history(r),
		.cut = r->plan.cut,
		.n_bins = r->layout.n_bins,
		.n_counters = N_CHANNELS,
	};
}

void
run_farm_job(struct run *r, struct farm_job *job)
{
	*job = size_of_job(r);
	job->begin = begin_worker;
	job->run = run_range;
	job->ctx = r;
}

static const struct part *
part_with(struct run *r, uint64_t n_ranges)
{
	if (r->part.shard.count == 0)
		return NULL;
	r->held = (struct stretch){ r->block.first, r->block.first + n_ranges };
	r->part.ranges = (struct stretches){ .n = n_ranges > 0, .stretch = &r->held };
	return &r->part;
}

unsigned char *
run_empty_tally(struct run *r, struct tally *t, struct err *e)
{
	unsigned char *touched = calloc(r->layout.n_bins / TALLY_BLOCK_BINS + 1, 1);

	if (touched == NULL) {
		err_sys(e, "memory for an empty tally");
		return NULL;
	}
	*t = (struct tally){
		.layout = r->layout, .part = part_with(r, 0), .cut = r->plan.cut,
		.touched = touched,
	};
	return touched;
}

void
run_tally(struct run *r, const struct farm_result *result, struct tally *t)
{
	*t = (struct tally){
		.layout = r->layout,
		.part = part_with(r, result->n_ranges + (result->n_remainder > 0)),
		.cut = r->plan.cut,
		.n_ranges = result->n_ranges,
		.full_histories = result->n_full_items,
		.n_remainder = result->n_remainder,
		.sum = result->sum,
		.square = result->square,
		.remainder = result->remainder,
		.touched = result->touched,
	};
	t->n_left_out = result->n_left_out;
	t->left_out = result->left_out;
	for (int i = 0; i < N_CHANNELS; i++) {
		t->channel[i] = result->counters[i];
		t->remainder_channel[i] = result->n_remainder > 0 ? result->remainder_counters[i] : 0;
	}
}

void
run_memory(const struct run *r, const struct farm_options *o, struct run_memory *m)
{
	struct farm_job job = size_of_job(r);
	int n_workers = o->is_serial ? 1 : o->n_workers;
	size_t largest = cut_largest_of(r->plan.cut, r->plan.histories);

	m->tables = shm_page_up(physics_size(&r->plan)) + r->plan.beam.phase_space.n * sizeof(struct phase_particle);
	m->farm = farm_memory(&job, o);
	m->per_worker = WORKER_BYTES;
	if (r->plan.final_states)
		m->per_worker += largest * sizeof(struct final_state);
	if (r->plan.keeps_leaving)
		m->per_worker += largest * (sizeof(struct leaving) + MCPL_LEAVING_BYTES);
	m->program = PROGRAM_BYTES + FIRST_PROCESS_BYTES + raster_memory(&r->layout.grid);
	m->checkpoint = farm_memory_of_save(&job, o) + WORKER_BYTES;
	m->total = m->program + m->tables + m->farm + (size_t)n_workers * m->per_worker;
}
