/* The saver: when commits are held back for a copy, and what a save or a question came to. */
#include "farm/milestone.h"
#include "farm/supervision.h"
#include "farm/watch.h"

#define ASK_RETRY_ms 1000
#define ASKED_IN_VAIN_MAX 5
#define LAST_SAVES_MAX 2

static void
arm(struct supervisor *s, double delay_s, uv_timer_cb cb)
{
	if (delay_s > 0 && s->phase == PHASE_WORK)
		uv_timer_start(&s->save_timer, cb, (uint64_t)(1e3 * delay_s) + 1, 0);
}

static void
on_save_timer(uv_timer_t *t)
{
	saver_want(t->data);
}

static double
delay_after(const struct supervisor *s, bool is_good)
{
	double interval_s = s->safety->save_interval_s;

	return is_good || interval_s < FARM_SAVE_RETRY_s ? interval_s : FARM_SAVE_RETRY_s;
}

static void
save_ended(struct supervisor *s, const struct scribe_end *end)
{
	watch_saved(s->options->watch, end->is_good, end->is_good ? "" : end->err.text);
	if (s->phase == PHASE_WORK)
		arm(s, delay_after(s, end->is_good), on_save_timer);
	else if (s->n_last_saves > 0)
		s->n_last_saves = end->is_good ? LAST_SAVES_MAX : s->n_last_saves;
}

static void
on_ask_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->phase != PHASE_WORK)
		return;
	saver_ask(s);
	supervisor_go_on(s);
}

static void
answered(struct supervisor *s, const struct scribe_end *end)
{
	s->is_asking = false;
	s->n_asked_in_vain = 0;
	if (end->is_enough)
		supervisor_stop(s, STOP_IS_ENOUGH, 0);
	else
		queue_set_limit(&s->queue, milestone_from(s->queue.cut, s->queue.limit + 1));
}

/* The answer decides where the run ends, so it must be had, if need be in this process. */
static void
ask_failed(struct supervisor *s, const struct scribe_end *end)
{
	struct scribe_end here;

	watch_note(s->options->watch, end->err.text);
	if (++s->n_asked_in_vain < ASKED_IN_VAIN_MAX) {
		uv_timer_start(&s->ask_timer, on_ask_timer, ASK_RETRY_ms, 0);
		return;
	}
	scribe_do_here(&s->scribe, SCRIBE_ASK, &here);
	if (here.is_good) {
		answered(s, &here);
		return;
	}
	*s->e = here.err;
	supervisor_fail(s);
}

static void
ask_ended(struct supervisor *s, const struct scribe_end *end)
{
	if (s->phase != PHASE_WORK || s->queue.is_stopped)
		return;
	if (end->is_good)
		answered(s, end);
	else
		ask_failed(s, end);
}

static void
on_folded(void *ctx)
{
	struct supervisor *s = ctx;

	s->is_held = false;
	supervisor_go_on(s);
}

static void
on_end(void *ctx, const struct scribe_end *end)
{
	struct supervisor *s = ctx;

	s->is_held = false;
	if (end->task == SCRIBE_SAVE)
		save_ended(s, end);
	else
		ask_ended(s, end);
	supervisor_go_on(s);
}

static void
start(struct supervisor *s, enum scribe_task task)
{
	struct scribe_end end = { .task = task };

	if (scribe_start(&s->scribe, task, &end.err) == 0)
		return;
	if (s->phase == PHASE_SAVE)
		scribe_do_here(&s->scribe, task, &end);
	s->is_held = false;
	if (task == SCRIBE_SAVE)
		save_ended(s, &end);
	else
		ask_ended(s, &end);
}

void
saver_go_on(struct supervisor *s)
{
	if (s->scribe.is_busy || !(s->is_save_wanted || s->is_ask_wanted))
		return;
	s->is_held = true;
	if (crew_count(&s->crew, SLOT_COMMITTING) > 0)
		return;
	if (s->is_ask_wanted) {
		s->is_ask_wanted = false;
		start(s, SCRIBE_ASK);
	} else {
		s->is_save_wanted = false;
		start(s, SCRIBE_SAVE);
	}
}

void
saver_want(struct supervisor *s)
{
	if (s->phase != PHASE_WORK || s->safety->save == NULL)
		return;
	s->is_save_wanted = true;
	saver_go_on(s);
}

void
saver_ask(struct supervisor *s)
{
	s->is_asking = s->is_ask_wanted = true;
	saver_go_on(s);
}

/* A run that failed before it had done anything leaves nothing behind. */
static bool
is_last_save_due(const struct supervisor *s)
{
	if (s->safety->save == NULL || s->is_broken || s->n_last_saves == LAST_SAVES_MAX)
		return false;
	if (s->is_failed)
		return queue_items_done(&s->queue) > 0;
	return queue_prefix(&s->queue) < s->queue.n_ranges;
}

bool
saver_last(struct supervisor *s)
{
	s->is_save_wanted = s->is_ask_wanted = false;
	while (!s->scribe.is_busy && is_last_save_due(s)) {
		s->n_last_saves++;
		start(s, SCRIBE_SAVE);
	}
	return s->scribe.is_busy;
}

static void
in_scribe(void *ctx)
{
	const struct supervisor *s = ctx;

	crew_forget(&s->crew);
}

void
saver_open(struct supervisor *s)
{
	s->scribe = (struct scribe){
		.safety = s->safety, .block = s->block, .queue = &s->queue, .poison = &s->poison,
		.on_folded = on_folded, .on_end = on_end, .in_child = in_scribe, .ctx = s,
	};
	scribe_open(&s->scribe, &s->loop);
	if (s->safety->save != NULL)
		arm(s, s->safety->save_interval_s, on_save_timer);
	if (s->safety->is_enough != NULL)
		queue_set_limit(&s->queue, milestone_first(&s->queue));
}
