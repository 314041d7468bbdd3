/* Finds where a run can go on, and loads it. */
#include "lib/resume.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/ranges_log.h"
#include "lib/result_read.h"

static int
check_plan(const char *dir, const char *what, const char *text, const struct run *r, struct err *e)
{
	char difference[600];

	if (plan_first_difference(text, r->plan_text, difference, sizeof difference) == NULL)
		return 0;
	return err_set(e, ERR_INPUT, "%s of %s is of another plan (there / here): %s", what, dir, difference);
}

static int
find_checkpoint(struct resume *s, const char *dir, const struct run *r, struct err *e)
{
	int found = checkpoint_find(&s->checkpoint, dir, &s->fault, e);

	if (found < 0)
		return -1;
	s->has_checkpoint = found != CHECKPOINT_NONE;
	s->is_fallback = found == CHECKPOINT_BEFORE;
	if (!s->has_checkpoint)
		return 0;
	if (check_plan(dir, "the checkpoint", s->checkpoint.plan_text, r, e) != 0)
		return -1;
	if (s->checkpoint.head.n_bins != r->layout.n_bins || s->checkpoint.head.first_range != r->block.first ||
	    !cut_is_equal(s->checkpoint.head.cut, r->plan.cut))
		return err_set(e, ERR_INPUT, "the checkpoint of %s does not fit its own plan", dir);
	return 0;
}

/* A part is no beginning of the whole, nor of another part. */
static int
check_part(const char *dir, const struct part *p, const struct run *r, struct err *e)
{
	char text[STRETCHES_TEXT_BYTES];
	const struct shard *is = &p->shard, *wanted = &r->part.shard;

	if (is->count == 0)
		return err_set(e, ERR_INPUT, "%s holds merged parts, ranges %s of %" PRIu64
		    "; only 'ionfarm merge' adds to them", dir, stretches_text(&p->ranges, text),
		    cut_n_ranges(r->plan.cut, p->histories));
	if (is->number != wanted->number || is->count != wanted->count || p->histories != r->part.histories)
		return err_set(e, ERR_INPUT, "%s holds shard %u/%u of %" PRIu64 " histories; it cannot become another part,"
		    " nor the whole", dir, is->number, is->count, p->histories);
	return 0;
}

static bool
has_checkpoint(const char *dir)
{
	return rundir_has(dir, CHECKPOINT_NAME) || rundir_has(dir, CHECKPOINT_OLD_NAME);
}

/* Whatever is in the directory is the part, or the whole, that is asked for. A part's file that is damaged
 * matters only where there is no checkpoint. */
static int
check_kind(const char *dir, const struct run *r, struct err *e)
{
	bool is_part = r->part.shard.count > 0;
	char path[RUNDIR_LENGTH_MAX + 64];
	struct tally_file head;
	int status;

	if (!rundir_has(dir, PART_FILE_NAME)) {
		if (is_part && (rundir_has(dir, "tally.bin") || has_checkpoint(dir)))
			return err_set(e, ERR_INPUT, "%s holds a whole run, and no shard of one", dir);
		return 0;
	}
	snprintf(path, sizeof path, "%s/" PART_FILE_NAME, dir);
	if (tally_file_read_head(&head, path, e) != 0)
		return is_part && has_checkpoint(dir) ? 0 : -1;
	status = check_plan(dir, "the part", head.plan_text, r, e);
	if (status == 0)
		status = check_part(dir, &head.part, r, e);
	tally_file_free(&head);
	return status;
}

/* A tally that is damaged matters only where there is no checkpoint. */
static int
find_tally(struct resume *s, const char *dir, const struct run *r, struct err *e)
{
	bool is_part = r->part.shard.count > 0;
	const char *name = is_part ? PART_FILE_NAME : "tally.bin";
	char path[RUNDIR_LENGTH_MAX + 64];

	if (!rundir_has(dir, name))
		return 0;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((is_part ? tally_file_read_part : tally_file_read)(&s->tally, path, e) != 0)
		return s->has_checkpoint ? 0 : -1;
	s->has_tally = true;
	if (check_plan(dir, "the result", s->tally.plan_text, r, e) != 0)
		return -1;
	if (s->tally.tally.layout.n_bins != r->layout.n_bins ||
	    !cut_is_equal(s->tally.tally.cut, r->plan.cut))
		return err_set(e, ERR_INPUT, "%s does not fit its own plan", path);
	return 0;
}

static bool
is_complete(const struct resume *s, const char *dir, const struct run *r)
{
	const struct tally *t = &s->tally.tally;

	if (!s->has_tally || !rundir_has(dir, "report.json"))
		return false;
	if (tally_extent(t) == run_n_histories(r))
		return true;
	return tally_extent(t) < run_n_histories(r) && r->plan.uncertainty > 0.0 &&
	    tally_mean_relative_error(t) <= r->plan.uncertainty;
}

static int
load_checkpoint(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched, farm_count *counters,
    struct err *e)
{
	struct resume *s = ctx;

	memcpy(counters, s->checkpoint.head.channel, sizeof s->checkpoint.head.channel);
	return checkpoint_load(&s->checkpoint, sum, square, touched, e);
}

static int
load_tally(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched, farm_count *counters,
    struct err *e)
{
	struct resume *s = ctx;
	const struct tally *t = &s->tally.tally;

	if (t->carry != NULL)
		return err_set(e, ERR_INPUT, "the sums are beyond the 64 bits that a run can go on from");
	for (int i = 0; i < N_CHANNELS; i++)
		counters[i] = t->channel[i] - t->remainder_channel[i];
	for (size_t bin = 0; bin < t->layout.n_bins; bin++) {
		if (!t->touched[bin / TALLY_BLOCK_BINS])
			continue;
		touched[bin / TALLY_BLOCK_BINS] = 1;
		sum[bin] = t->sum[bin];
		square[bin] = t->square[bin];
	}
	return 0;
}

static void
start_from_checkpoint(struct resume *s)
{
	const struct checkpoint *c = &s->checkpoint.head;

	s->kind = RESUME_CHECKPOINT;
	s->start.load = load_checkpoint;
	s->start.progress = (struct farm_progress){
		.n_prefix = c->n_prefix, .n_beyond = c->n_beyond, .beyond = c->beyond,
		.n_left_out = c->n_left_out, .left_out = c->left_out,
	};
	s->histories = checkpoint_histories(c);
}

static void
start_from_tally(struct resume *s, const struct run *r)
{
	const struct tally *t = &s->tally.tally;

	s->kind = RESUME_TALLY;
	s->start.load = load_tally;
	s->start.progress = (struct farm_progress){
		.n_prefix = r->block.first + t->n_ranges, .n_left_out = (size_t)t->n_left_out, .left_out = t->left_out,
	};
	s->histories = t->full_histories;
}

/* What is done cannot be undone. */
static int
check_extent(const struct resume *s, const char *dir, const struct run *r, struct err *e)
{
	const struct farm_progress *p = &s->start.progress;
	uint64_t n_full = cut_n_full(r->plan.cut, run_first_history(r) + run_n_histories(r));
	uint64_t end = p->n_beyond > 0 ? p->beyond[p->n_beyond - 1] + 1 : p->n_prefix;

	if (end <= n_full)
		return 0;
	return err_set(e, ERR_INPUT, "%s holds histories up to %" PRIu64 " already, more than the %" PRIu64
	    " that are asked for", dir, cut_item(r->plan.cut, end), r->plan.histories);
}

static int
choose(struct resume *s, const char *dir, const struct run *r, struct err *e)
{
	s->start.progress.n_prefix = r->block.first;
	if (is_complete(s, dir, r)) {
		s->kind = RESUME_COMPLETE;
		s->histories = tally_extent(&s->tally.tally);
		return 0;
	}
	if (s->has_tally && s->tally.tally.full_histories >
	    (s->has_checkpoint ? checkpoint_histories(&s->checkpoint.head) : 0))
		start_from_tally(s, r);
	else if (s->has_checkpoint)
		start_from_checkpoint(s);
	if (check_extent(s, dir, r, e) != 0)
		return -1;
	s->start.ctx = s;
	if (ranges_log_attempts(dir, &s->attempted, &s->start.n_attempts, e) != 0)
		return -1;
	s->start.attempted = s->attempted;
	return 0;
}

void
resume_close(struct resume *s)
{
	if (s->has_checkpoint)
		checkpoint_close(&s->checkpoint);
	if (s->has_tally)
		tally_file_free(&s->tally);
	free(s->attempted);
	*s = (struct resume){ .kind = RESUME_NOTHING };
}

int
resume_open(struct resume *s, const char *dir, const struct run *r, struct err *e)
{
	*s = (struct resume){ .kind = RESUME_NOTHING };
	if (check_kind(dir, r, e) == 0 && find_checkpoint(s, dir, r, e) == 0 && find_tally(s, dir, r, e) == 0 &&
	    choose(s, dir, r, e) == 0)
		return 0;
	resume_close(s);
	return -1;
}

uint64_t
resume_saved(const char *dir)
{
	struct checkpoint_file c;
	struct tally_file t;
	struct err e;
	uint64_t saved = 0;

	if (checkpoint_find(&c, dir, &e, &e) > CHECKPOINT_NONE) {
		saved = checkpoint_histories(&c.head);
		checkpoint_close(&c);
	}
	if (result_read(&t, dir, &e) != 0)
		return saved;
	if (tally_extent(&t.tally) > saved)
		saved = tally_extent(&t.tally);
	tally_file_free(&t);
	return saved;
}

int
resume_refuse(const char *dir, const struct run *r, struct err *e)
{
	struct resume s = { .kind = RESUME_NOTHING };
	const struct checkpoint *c = &s.checkpoint.head;
	int status = 0;

	if (find_checkpoint(&s, dir, r, e) != 0)
		status = err_prefix(e, "%s holds a checkpoint; --force starts anew, -o names another directory", dir);
	else if (s.has_checkpoint)
		status = err_set(e, ERR_INPUT, "%s holds a checkpoint of this plan with %" PRIu64 " of %" PRIu64
		    " histories; 'ionfarm resume %s' goes on from it, --force starts anew", dir,
		    checkpoint_histories(c), r->part.shard.count > 0 ? run_n_histories(r) : c->histories, dir);
	resume_close(&s);
	if (status != 0)
		e->kind = ERR_INPUT;
	return status;
}
