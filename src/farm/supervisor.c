/* The supervisor: hands out ranges, grants commits, and leads the run from phase to phase. */
#include "farm/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "farm/cgroup.h"
#include "farm/commit.h"
#include "farm/failpoint.h"
#include "farm/supervision.h"
#include "farm/watch.h"

#define LEAVE_LIMIT_ms 10000   /* for a worker to go when told, and again when killed */
#define FORK_RETRY_ms 1000
#define TIME_LIMIT_MAX_s 1e12

static void on_leave_timer(uv_timer_t *t);

/* A message that cannot be sent means a death, of which the pidfd tells. */
static void
tell(const struct supervisor *s, const struct slot *slot, enum message_kind kind,
    const struct farm_range *range)
{
	struct gaps gaps = { 0 };

	if (range != NULL)
		gaps = poison_gaps(&s->poison, range);
	if (!slot->is_gone && !message_send(slot->process.sock, kind, range, &gaps))
		crew_kill(slot);
}

/* All workers are gone, or as good as: one that does not even die of SIGKILL (a dead file server)
 * writes no more, and must not hold up the rest. */
static void
crew_left(struct supervisor *s)
{
	for (int i = 0; i < s->crew.n_slots; i++)
		if (s->crew.slots[i].state != SLOT_EMPTY)
			judge_settle(s, &s->crew.slots[i]);
	uv_timer_stop(&s->leave_timer);
	s->phase = PHASE_SAVE;
	supervisor_go_on(s);
}

static void
kill_all(struct supervisor *s)
{
	s->were_killed = true;
	crew_kill_all(&s->crew);
}

static void
leave(struct supervisor *s, bool is_at_once)
{
	s->phase = PHASE_LEAVE;
	for (int i = 0; i < s->crew.n_slots && !is_at_once; i++)
		if (s->crew.slots[i].state != SLOT_EMPTY)
			tell(s, &s->crew.slots[i], MESSAGE_QUIT, NULL);
	if (is_at_once)
		kill_all(s);
	uv_timer_start(&s->leave_timer, on_leave_timer, LEAVE_LIMIT_ms, LEAVE_LIMIT_ms);
	if (s->crew.n_alive == 0)
		crew_left(s);
}

static void
on_leave_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->were_killed)
		crew_left(s);
	else
		kill_all(s);
}

void
supervisor_fail(struct supervisor *s)
{
	s->is_failed = true;
	leave(s, true);
}

static void
send_out(struct supervisor *s, struct slot *slot)
{
	slot->has_range = true;
	slot->state = SLOT_RUNNING;
	slot->is_probe = poison_probe(&s->poison, &slot->range, &slot->probe);
	if (slot->is_probe) {
		tell(s, slot, MESSAGE_PROBE, &slot->probe);
		return;
	}
	watch_range(s->options->watch, RANGE_HANDED_OUT, &slot->range, slot->number);
	tell(s, slot, MESSAGE_RANGE, &slot->range);
}

/* False: there is nothing to give. */
static bool
hand_out(struct supervisor *s, struct slot *slot)
{
	if (s->phase != PHASE_WORK || !queue_take(&s->queue, &slot->range))
		return false;
	if (queue_take_suspicion(&s->queue, slot->range.index) &&
	    judge_suspicion(s, &slot->range) == -1)
		supervisor_fail(s);
	else
		send_out(s, slot);
	return true;
}

/* One that is about to be killed, or is silent, takes nobody's place. */
static bool
is_at_work(const struct slot *slot)
{
	return (slot->state == SLOT_RUNNING || slot->state == SLOT_WAITING || slot->state == SLOT_COMMITTING) &&
	    !slot->is_gone && !slot->was_hung;
}

static bool
may_work(const struct supervisor *s)
{
	int n = 0;

	for (int i = 0; i < s->crew.n_slots; i++)
		n += is_at_work(&s->crew.slots[i]);
	return s->options->n_at_once == 0 || n < s->options->n_at_once;
}

/* The one that worked last, whose tally a processor's cache still has. */
static struct slot *
last_idle(const struct crew *c)
{
	struct slot *last = NULL;

	for (int i = 0; i < c->n_slots; i++)
		if (c->slots[i].state == SLOT_IDLE && !c->slots[i].is_gone &&
		    (last == NULL || c->slots[i].ticket > last->ticket))
			last = &c->slots[i];
	return last;
}

static void
hand_out_all(struct supervisor *s)
{
	struct slot *slot;

	while (may_work(s) && (slot = last_idle(&s->crew)) != NULL)
		if (!hand_out(s, slot))
			return;
}

static struct slot *
first_waiting(const struct crew *c)
{
	struct slot *first = NULL;

	for (int i = 0; i < c->n_slots; i++)
		if (c->slots[i].state == SLOT_WAITING && !c->slots[i].is_gone &&
		    (first == NULL || c->slots[i].ticket < first->ticket))
			first = &c->slots[i];
	return first;
}

static bool
may_commit(const struct supervisor *s)
{
	return !s->is_held &&
	    (!s->options->is_slab_shared || crew_count(&s->crew, SLOT_COMMITTING) == 0);
}

static void
grant(struct supervisor *s)
{
	struct slot *slot;

	while (may_commit(s) && (slot = first_waiting(&s->crew)) != NULL) {
		slot->state = SLOT_COMMITTING;
		tell(s, slot, MESSAGE_GRANT, NULL);
	}
}

static bool
is_at_milestone(const struct supervisor *s)
{
	return s->safety->is_enough != NULL && !s->is_asking && !s->queue.is_stopped &&
	    s->queue.limit < s->queue.n_ranges && queue_is_at_limit(&s->queue);
}

static void
work_on(struct supervisor *s)
{
	saver_go_on(s);
	if (s->phase != PHASE_WORK)
		return;
	grant(s);
	if (is_at_milestone(s))
		saver_ask(s);
	hand_out_all(s);
	if (s->phase == PHASE_WORK && queue_is_finished(&s->queue))
		leave(s, false);
}

void
supervisor_go_on(struct supervisor *s)
{
	if (s->phase == PHASE_WORK)
		work_on(s);
	else if (s->phase == PHASE_SAVE && !saver_last(s))
		s->phase = PHASE_OVER;
}

static bool
take_done(struct supervisor *s, struct slot *slot)
{
	struct commit c = commit_of(s->block, slot->number);

	if (!slot->has_range || slot->is_probe || !commit_has_done(&c, slot->range.index))
		return false;
	judge_done(s, slot);
	slot->state = SLOT_IDLE;
	return true;
}

static bool
take_want_commit(struct supervisor *s, struct slot *slot)
{
	if (slot->state != SLOT_RUNNING || slot->is_probe)
		return false;
	slot->state = SLOT_WAITING;
	slot->ticket = ++s->next_ticket;
	return true;
}

static bool
take_probed(struct supervisor *s, struct slot *slot)
{
	if (!slot->has_range || !slot->is_probe)
		return false;
	slot->has_range = slot->is_probe = false;
	slot->state = SLOT_IDLE;
	judge_probe(s, slot, false);
	return true;
}

static const struct err *
reported(const struct supervisor *s, const struct slot *slot)
{
	struct err *e = &slab_lane(s->block, slot->number).record->err;

	e->text[sizeof e->text - 1] = '\0';
	return e;
}

/* The fault is that of an item, and is judged as a death when the worker has left. */
static bool
take_fault(const struct supervisor *s, struct slot *slot)
{
	if (slot->state != SLOT_RUNNING)
		return false;
	snprintf(slot->fault, sizeof slot->fault, "%.*s", (int)sizeof slot->fault - 1,
	    reported(s, slot)->text);
	return true;
}

/* What else a worker reports would come again: the run ends with it. */
static bool
take_error(struct supervisor *s, const struct slot *slot)
{
	*s->e = *reported(s, slot);
	judge_error(s, slot);
	supervisor_fail(s);
	return true;
}

static bool
take_ready(struct slot *slot)
{
	if (slot->state != SLOT_STARTING)
		return false;
	slot->state = SLOT_IDLE;
	return true;
}

static bool
take(struct supervisor *s, struct slot *slot, const struct message *m)
{
	switch (m->kind) {
	case MESSAGE_READY:
		return take_ready(slot);
	case MESSAGE_WANT_COMMIT:
		return take_want_commit(s, slot);
	case MESSAGE_DONE:
		return take_done(s, slot);
	case MESSAGE_PROBED:
		return take_probed(s, slot);
	case MESSAGE_FAULT:
		return take_fault(s, slot);
	case MESSAGE_ERROR:
		return take_error(s, slot);
	case MESSAGE_RANGE:
	case MESSAGE_PROBE:
	case MESSAGE_GRANT:
	case MESSAGE_QUIT:
		break;
	}
	return false;
}

/* A worker that speaks out of turn has lost its mind. */
static void
on_message(void *ctx, struct slot *slot, const struct message *m)
{
	struct supervisor *s = ctx;

	if (s->phase != PHASE_WORK)
		return;
	if (!take(s, slot, m))
		crew_kill(slot);
	supervisor_go_on(s);
}

static void on_fork_timer(uv_timer_t *t);

/* With nobody at work it is waited for a while, unless nobody ever was. */
static bool
is_worth_a_wait(struct supervisor *s)
{
	double now = clock_seconds();

	if (s->crew.n_alive > 0)
		return true;
	return s->next_ticket > 0 && s->fork_refused > 0 &&
	    now - s->fork_refused < FARM_FORK_PATIENCE_s;
}

static void
no_fork(struct supervisor *s, const struct err *e)
{
	bool is_first = s->fork_refused == 0;

	if (is_first)
		s->fork_refused = clock_seconds();
	if (is_worth_a_wait(s)) {
		if (is_first)
			watch_note(s->options->watch, e->text);
		uv_timer_start(&s->fork_timer, on_fork_timer, FORK_RETRY_ms, 0);
		return;
	}
	*s->e = *e;
	supervisor_fail(s);
}

/* Fills the empty slots. What cannot be forked now is tried again. */
static void
recruit(struct supervisor *s)
{
	struct err e;

	for (int i = 0; i < s->crew.n_slots; i++) {
		if (s->crew.slots[i].state != SLOT_EMPTY)
			continue;
		if (crew_start(&s->crew.slots[i], &e) == -1) {
			no_fork(s, &e);
			return;
		}
	}
	s->fork_refused = 0;
}

static void
on_fork_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->phase == PHASE_WORK)
		recruit(s);
}

static void
on_exit_of(void *ctx, struct slot *slot, const siginfo_t *info, long max_rss_kB)
{
	struct supervisor *s = ctx;

	if (s->phase == PHASE_LEAVE) {
		judge_settle(s, slot);
		if (s->crew.n_alive == 0)
			crew_left(s);
	}
	if (s->phase != PHASE_WORK)
		return;
	if (judge_death(s, slot, info, max_rss_kB) == -1) {
		supervisor_fail(s);
		return;
	}
	slab_lane_wipe(s->block, slot->number);
	supervisor_go_on(s);
	if (s->phase == PHASE_WORK)
		recruit(s);
}

void
supervisor_stop(struct supervisor *s, enum farm_stop_cause cause, int signum)
{
	if (s->outcome->stop_cause != STOP_NONE)
		return;
	s->outcome->stop_cause = cause;
	s->outcome->stop_signal = signum;
	queue_stop(&s->queue);
}

/* The second kills the workers: what they have committed stays. So does the first after a time
 * limit, which has done already what it would do. */
static void
on_stop(void *ctx, int signum, int n)
{
	struct supervisor *s = ctx;
	bool is_second = n > 1 || s->queue.is_stopped;

	supervisor_stop(s, STOP_SIGNAL, signum);
	if (s->phase == PHASE_WORK && is_second)
		leave(s, true);
	else if (s->phase == PHASE_LEAVE && is_second)
		kill_all(s);
	else
		supervisor_go_on(s);
}

static void
on_hangup(void *ctx)
{
	saver_want(ctx);
}

static struct farm_status
status_of(const struct supervisor *s)
{
	return (struct farm_status){
		.items_done = queue_items_done(&s->queue),
		.items_total = queue_items_total(&s->queue),
		.workers_alive = s->crew.n_alive,
		.workers_wanted = s->crew.n_slots,
		.n_deaths = s->outcome->n_deaths,
		.seconds = clock_seconds() - s->start,
	};
}

static void
on_user(void *ctx)
{
	const struct supervisor *s = ctx;
	struct farm_status status = status_of(s);

	s->options->watch->asked(s->options->watch->ctx, &status);
}

static void
on_status_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;
	struct farm_status status = status_of(s);

	watch_status(s->options->watch, &status);
	if (s->phase != PHASE_WORK || s->safety->is_stop_wanted == NULL || !s->safety->is_stop_wanted(s->safety->ctx))
		return;
	supervisor_stop(s, STOP_REQUEST, 0);
	supervisor_go_on(s);
}

static void
on_limit_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->phase != PHASE_WORK)
		return;
	supervisor_stop(s, STOP_TIME_LIMIT, 0);
	supervisor_go_on(s);
}

static void
timer_init(struct supervisor *s, uv_timer_t *t)
{
	uv_timer_init(&s->loop, t);
	t->data = s;
}

static void
start_timers(struct supervisor *s)
{
	const struct farm_watch *w = s->options->watch;
	double limit_s = s->safety->time_limit_s;

	patrol_open(s);
	if (w != NULL && w->status != NULL && w->interval_ms > 0)
		uv_timer_start(&s->status_timer, on_status_timer, w->interval_ms, w->interval_ms);
	if (limit_s > 0 && limit_s < TIME_LIMIT_MAX_s)
		uv_timer_start(&s->limit_timer, on_limit_timer, (uint64_t)(1e3 * limit_s) + 1, 0);
}

static int
open_loop(struct supervisor *s)
{
	const struct farm_watch *w = s->options->watch;
	int error = uv_loop_init(&s->loop);

	if (error != 0) {
		errno = -error;
		return err_sys(s->e, "create an event loop");
	}
	s->signals = (struct signals){
		.on_stop = on_stop, .on_hangup = s->safety->save != NULL ? on_hangup : NULL,
		.on_user = w != NULL && w->asked != NULL ? on_user : NULL, .ctx = s,
	};
	signals_open(&s->signals, &s->loop, s->options->is_deaf);
	timer_init(s, &s->status_timer);
	timer_init(s, &s->hang_timer);
	timer_init(s, &s->fork_timer);
	timer_init(s, &s->leave_timer);
	timer_init(s, &s->limit_timer);
	timer_init(s, &s->save_timer);
	timer_init(s, &s->ask_timer);
	start_timers(s);
	saver_open(s);
	return 0;
}

static void
close_loop(struct supervisor *s)
{
	signals_close(&s->signals);
	scribe_close(&s->scribe);
	uv_close((uv_handle_t *)&s->status_timer, NULL);
	uv_close((uv_handle_t *)&s->hang_timer, NULL);
	uv_close((uv_handle_t *)&s->fork_timer, NULL);
	uv_close((uv_handle_t *)&s->leave_timer, NULL);
	uv_close((uv_handle_t *)&s->limit_timer, NULL);
	uv_close((uv_handle_t *)&s->save_timer, NULL);
	uv_close((uv_handle_t *)&s->ask_timer, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
	signals_restore(&s->signals);
}

static void
fill_outcome(const struct supervisor *s, struct outcome *o)
{
	uint64_t n_full = cut_n_full(s->queue.cut, s->queue.n_items);
	uint64_t n_whole;

	o->n_ranges_done = queue_prefix(&s->queue);
	n_whole = o->n_ranges_done < n_full ? o->n_ranges_done : n_full;
	o->is_gapless = queue_n_whole_done(&s->queue) == n_whole - s->queue.first;
	if (s->is_failed && s->e->kind == ERR_DEATHS)
		o->stop_cause = STOP_DEATHS;
	o->n_left_out = s->poison.n_left_out;
	memcpy(o->left_out, s->poison.left_out, sizeof o->left_out);
}

static int
work(struct supervisor *s)
{
	if (open_loop(s) == -1)
		return -1;
	recruit(s);
	supervisor_go_on(s);
	while (s->phase != PHASE_OVER)
		uv_run(&s->loop, UV_RUN_ONCE);
	s->outcome->n_stops = s->signals.n_stops;
	if (!s->options->is_deaf)
		hold_block(&s->outcome->hold);
	crew_free(&s->crew);
	close_loop(s);
	fill_outcome(s, s->outcome);
	return s->is_failed ? -1 : 0;
}

static void
in_worker(void *ctx)
{
	struct supervisor *s = ctx;

	process_forget(&s->scribe.process);
}

int
supervisor_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e)
{
	static const struct farm_safety unsafe;
	struct supervisor s;
	int r = -1;

	memset(&s, 0, sizeof s);
	memset(outcome, 0, sizeof *outcome);
	s.options = o;
	s.safety = o->safety != NULL ? o->safety : &unsafe;
	s.block = block;
	s.outcome = outcome;
	s.e = e;
	s.start = clock_seconds();
	s.oom_kills = cgroup_oom_kills();
	s.crew = (struct crew){
		.loop = &s.loop, .job = job, .block = block, .n_slots = block->layout.n_workers,
		.on_message = on_message, .on_exit = on_exit_of, .in_child = in_worker, .ctx = &s,
	};
	if (queue_init(&s.queue, job, o->start, s.crew.n_slots, e) == -1)
		return -1;
	if (poison_init(&s.poison, o->start == NULL ? NULL : &o->start->progress, s.crew.n_slots,
	    e) == 0 && crew_init(&s.crew, e) == 0)
		r = work(&s);
	poison_free(&s.poison);
	queue_free(&s.queue);
	return r;
}
