/* Writes the checkpoints of a run, and knows when it is accurate enough. */
#include "lib/safety.h"

#include <inttypes.h>
#include <string.h>

#include "io/checkpoint.h"
#include "io/dir_lock.h"
#include "io/leaving_spool.h"
#include "io/states_file.h"

static int
write_checkpoint(struct run *r, struct checkpoint *c, const struct checkpoint_bins *bins, struct err *e)
{
	if (dir_lock_check(r->lock_fd, r->dir, e) != 0)
		return -1;
	c->histories = r->plan.histories;
	c->cut = r->plan.cut;
	c->first_range = r->block.first;
	c->n_bins = r->layout.n_bins;
	return checkpoint_write(r->dir, c, bins, r->plan_text, r->plan_hash, e);
}

/* What a checkpoint relies on goes to the disk before it. */
static int
sync_before(const struct run *r, struct err *e)
{
	ranges_log_sync(&r->ranges_log);
	if (r->plan.keeps_leaving && leaving_spool_sync(r->dir, e) != 0)
		return -1;
	return r->states_fd >= 0 ? states_sync(r->states_fd, e) : 0;
}

/* The snapshot as a tally of voxels; it has no channels. */
static struct tally
tally_of(const struct run *r, const struct farm_snapshot *s)
{
	struct checkpoint done = {
		.cut = r->plan.cut, .first_range = r->block.first, .n_prefix = s->progress.n_prefix,
		.n_beyond = s->progress.n_beyond, .beyond = s->progress.beyond,
	};

	return (struct tally){
		.layout = r->layout, .cut = r->plan.cut,
		.n_ranges = s->progress.n_prefix - r->block.first + s->progress.n_beyond,
		.full_histories = checkpoint_histories(&done),
		.sum = s->sum, .square = s->square, .touched = s->touched,
	};
}

/* How the error falls with the histories is kept for those who look at the run later. */
static void
log_accuracy(struct run *r, const struct tally *t, double error)
{
	ranges_log_write(&r->ranges_log, "accuracy histories=%" PRIu64 " error=%.6g",
	    t->full_histories, error);
}

static int
save(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	struct run *r = ctx;
	struct checkpoint c = {
		.n_prefix = s->progress.n_prefix,
		.n_beyond = s->progress.n_beyond, .beyond = s->progress.beyond,
		.n_left_out = s->progress.n_left_out, .left_out = s->progress.left_out,
	};
	struct checkpoint_bins bins = { s->sum, s->square, s->touched };
	struct tally t = tally_of(r, s);

	log_accuracy(r, &t, tally_mean_relative_error(&t));
	if (sync_before(r, e) != 0)
		return -1;
	for (int i = 0; i < N_CHANNELS; i++)
		c.channel[i] = s->counters[i];
	return write_checkpoint(r, &c, &bins, e);
}

int
safety_save_result(struct run *r, const struct farm_result *result, struct err *e)
{
	struct checkpoint c = {
		.n_prefix = r->block.first + result->n_ranges, .n_left_out = result->n_left_out, .left_out = result->left_out,
	};
	struct checkpoint_bins bins = { result->sum, result->square, result->touched };

	for (int i = 0; i < N_CHANNELS; i++) {
		c.channel[i] = result->counters[i];
		if (result->n_remainder > 0)
			c.channel[i] -= result->remainder_counters[i];
	}
	if (sync_before(r, e) != 0)
		return -1;
	return write_checkpoint(r, &c, &bins, e);
}

/* Where exactly the ranges [0, n) are done, as the farm asks nowhere else: the answer depends on n alone. */
static bool
is_enough(void *ctx, const struct farm_snapshot *s)
{
	struct run *r = ctx;
	struct tally t = tally_of(r, s);
	double error = tally_mean_relative_error(&t);

	log_accuracy(r, &t, error);
	return error <= r->plan.uncertainty;
}

static bool
is_stop_wanted(void *ctx)
{
	return ((struct run *)ctx)->is_stop_wanted;
}

void
safety_init(struct farm_safety *safety, struct run *r, const struct run_options *o)
{
	*safety = (struct farm_safety){
		.save = save,
		.save_interval_s = o->checkpoint_interval_s,
		.is_enough = r->plan.uncertainty > 0.0 ? is_enough : NULL,
		.time_limit_s = o->time_limit_s,
		.is_stop_wanted = is_stop_wanted,
		.hang_timeout_s = o->hang_timeout_s,
		.is_strict = o->is_strict,
		.ctx = r,
	};
}
