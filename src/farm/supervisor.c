/* The supervisor: hands out ranges, judges deaths, and ends the run. */
#include "farm/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "farm/cgroup.h"
#include "farm/clock.h"
#include "farm/commit.h"
#include "farm/crew.h"
#include "farm/death.h"
#include "farm/failpoint.h"
#include "farm/queue.h"
#include "farm/watch.h"

#define LEAVE_LIMIT_ms 10000   /* for a worker to go when told, and again when killed */
#define FORK_RETRY_ms 1000
#define DEATHS_MIN 10

static const int stop_signals[] = { SIGINT, SIGTERM };

#define N_STOP_SIGNALS (sizeof stop_signals / sizeof *stop_signals)

enum phase { PHASE_WORK, PHASE_LEAVE, PHASE_OVER };

struct supervisor {
	const struct farm_options *options;
	const struct slab_block *block;
	struct outcome *outcome;
	struct err *e;
	uv_loop_t loop;
	uv_signal_t signals[N_STOP_SIGNALS];
	struct sigaction old_actions[N_STOP_SIGNALS];
	uv_timer_t status_timer, stall_timer, fork_timer, leave_timer;
	struct crew crew;
	struct queue queue;
	enum phase phase;
	bool is_failed, were_killed;
	struct slot *holder;           /* of the shared slab */
	uint64_t next_ticket, items_done;
	unsigned n_deaths_in_row;      /* with no range committed between */
	int64_t oom_kills;
	double start;
};

static void on_leave_timer(uv_timer_t *t);

/* A message that cannot be sent means a death, of which the pidfd tells. */
static void
tell(const struct slot *slot, enum message_kind kind)
{
	if (!slot->is_gone && !message_send(slot->sock, kind, &slot->range))
		crew_kill(slot);
}

static void
leave(struct supervisor *s)
{
	s->phase = s->crew.n_alive > 0 ? PHASE_LEAVE : PHASE_OVER;
	s->were_killed = s->is_failed;
	for (int i = 0; i < s->crew.n_slots; i++)
		if (s->crew.slots[i].state != SLOT_EMPTY && !s->is_failed)
			tell(&s->crew.slots[i], MESSAGE_QUIT);
	if (s->is_failed)
		crew_kill_all(&s->crew);
	uv_timer_start(&s->leave_timer, on_leave_timer, LEAVE_LIMIT_ms, LEAVE_LIMIT_ms);
}

/* What a killed worker does not die of (a dead file server) must not hold up the others. */
static void
on_leave_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->were_killed)
		s->phase = PHASE_OVER;
	crew_kill_all(&s->crew);
	s->were_killed = true;
}

/* The record is filled by the first failure; nothing is judged after it. */
static void
fail(struct supervisor *s)
{
	s->is_failed = true;
	leave(s);
}

static void
hand_out(struct supervisor *s, struct slot *slot)
{
	if (slot->state != SLOT_IDLE || slot->is_gone || !queue_take(&s->queue, &slot->range))
		return;
	slot->has_range = true;
	slot->state = SLOT_RUNNING;
	watch_range(s->options->watch, RANGE_HANDED_OUT, &slot->range, slot->number);
	tell(slot, MESSAGE_RANGE);
}

/* What every change may bring about: a range for an idle worker, or the end. */
static void
go_on(struct supervisor *s)
{
	if (s->phase != PHASE_WORK)
		return;
	for (int i = 0; i < s->crew.n_slots; i++)
		hand_out(s, &s->crew.slots[i]);
	if (queue_is_finished(&s->queue))
		leave(s);
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

static void
grant_next(struct supervisor *s)
{
	if (s->holder != NULL)
		return;
	s->holder = first_waiting(&s->crew);
	if (s->holder == NULL)
		return;
	s->holder->state = SLOT_COMMITTING;
	tell(s->holder, MESSAGE_GRANT);
}

static void
release(struct supervisor *s, const struct slot *slot)
{
	if (s->holder == slot)
		s->holder = NULL;
	grant_next(s);
}

static void
count_range(struct supervisor *s, struct slot *slot)
{
	slot->has_range = false;
	queue_done(&s->queue, slot->range.index);
	s->items_done += slot->range.count;
	s->n_deaths_in_row = 0;
	watch_range(s->options->watch, RANGE_DONE, &slot->range, slot->number);
}

static bool
take_done(struct supervisor *s, struct slot *slot)
{
	struct commit c = commit_of(s->block, slot->number);

	if (!slot->has_range || !commit_has_done(&c, slot->range.index))
		return false;
	count_range(s, slot);
	slot->state = SLOT_IDLE;
	release(s, slot);
	if (queue_is_finished(&s->queue))
		leave(s);
	else
		hand_out(s, slot);
	return true;
}

static bool
take_want_commit(struct supervisor *s, struct slot *slot)
{
	if (slot->state != SLOT_RUNNING || !s->options->is_slab_shared)
		return false;
	slot->state = SLOT_WAITING;
	slot->ticket = s->next_ticket++;
	grant_next(s);
	return true;
}

static void
died_of_error(struct supervisor *s, const struct slot *slot, const struct err *reported)
{
	struct farm_death d = {
		.worker = slot->number, .pid = slot->pid, .cause = DEATH_ERROR, .code = 1,
		.had_range = slot->has_range, .range = slot->range,
	};
	size_t n;

	death_describe(&d, KILL_UNKNOWN);
	n = strlen(d.text);
	snprintf(d.text + n, sizeof d.text - n, ": %.250s", reported->text);
	s->outcome->n_deaths++;
	watch_death(s->options->watch, &d);
}

/* What a worker reports would come again: the run ends with it. */
static bool
take_error(struct supervisor *s, const struct slot *slot)
{
	*s->e = slab_lane(s->block, slot->number).record->err;
	s->e->text[sizeof s->e->text - 1] = '\0';
	died_of_error(s, slot, s->e);
	fail(s);
	return true;
}

static bool
take_ready(struct supervisor *s, struct slot *slot)
{
	if (slot->state != SLOT_STARTING)
		return false;
	slot->state = SLOT_IDLE;
	hand_out(s, slot);
	return true;
}

static bool
take(struct supervisor *s, struct slot *slot, const struct message *m)
{
	switch (m->kind) {
	case MESSAGE_READY:
		return take_ready(s, slot);
	case MESSAGE_WANT_COMMIT:
		return take_want_commit(s, slot);
	case MESSAGE_DONE:
		return take_done(s, slot);
	case MESSAGE_ERROR:
		return take_error(s, slot);
	case MESSAGE_RANGE:
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

	if (s->phase == PHASE_WORK && !take(s, slot, m))
		crew_kill(slot);
}

static unsigned
deaths_max(const struct supervisor *s)
{
	unsigned n = 3 * (unsigned)s->crew.n_slots;

	return n > DEATHS_MIN ? n : DEATHS_MIN;
}

static enum death_kill
kill_of(struct supervisor *s, const struct slot *slot)
{
	int64_t before = s->oom_kills;

	s->oom_kills = cgroup_oom_kills();
	if (slot->is_stalled)
		return KILL_STALLED;
	if (before == -1 || s->oom_kills == -1)
		return KILL_UNKNOWN;
	return s->oom_kills > before ? KILL_OOM : KILL_NOT_OOM;
}

/* Finishes the commit in which a worker died. -1 when that fails, with the record. */
static int
finish_commit(const struct supervisor *s, const struct slot *slot)
{
	struct commit c = commit_of(s->block, slot->number);

	c.is_careful = true;
	if (c.lane.record->range.index != slot->range.index)
		return err_set(s->e, ERR_INTERNAL, "the record of a commit is broken: range %" PRIu64
		    " in the place of %" PRIu64, c.lane.record->range.index, slot->range.index);
	return commit_finish(&c, s->e);
}

static int
lose_range(struct supervisor *s, struct slot *slot)
{
	unsigned n_losses = queue_lost(&s->queue, slot->range.index);

	slot->has_range = false;
	watch_range(s->options->watch, RANGE_LOST, &slot->range, slot->number);
	if (n_losses >= deaths_max(s))
		return err_set(s->e, ERR_DEATHS, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
		    ", has cost %u workers", slot->range.index, slot->range.first,
		    slot->range.first + slot->range.count - 1, n_losses);
	return 0;
}

/* Decides whether the range of a dead worker counts. */
static int
settle_range(struct supervisor *s, struct slot *slot, struct farm_death *d)
{
	struct commit c = commit_of(s->block, slot->number);

	if (!slot->has_range)
		return 0;
	if (commit_is_underway(&c)) {
		if (finish_commit(s, slot) == -1)
			return -1;
		d->commit_finished = true;
	}
	if (!commit_has_done(&c, slot->range.index))
		return lose_range(s, slot);
	count_range(s, slot);
	return 0;
}

static struct farm_death
death_of(const struct slot *slot, const siginfo_t *info)
{
	return (struct farm_death){
		.worker = slot->number,
		.pid = slot->pid,
		.cause = info->si_code == CLD_EXITED ? DEATH_EXIT : DEATH_SIGNAL,
		.code = info->si_status,
		.dumped_core = info->si_code == CLD_DUMPED,
		.had_range = slot->has_range,
		.range = slot->range,
	};
}

static int
judge(struct supervisor *s, struct slot *slot, const siginfo_t *info)
{
	struct farm_death d = death_of(slot, info);
	int r;

	s->n_deaths_in_row++;
	r = settle_range(s, slot, &d);
	death_describe(&d, kill_of(s, slot));
	s->outcome->n_deaths++;
	watch_death(s->options->watch, &d);
	if (r == -1)
		return err_prefix(s->e, "%s", d.text);
	if (s->n_deaths_in_row < deaths_max(s))
		return 0;
	return err_set(s->e, ERR_DEATHS,
	    "workers kept dying: %u with no progress between; the last: %s",
	    s->n_deaths_in_row, d.text);
}

static void on_fork_timer(uv_timer_t *t);

/* Fills the empty slots. What cannot be forked now is tried again while others work. */
static void
recruit(struct supervisor *s)
{
	struct err e;

	for (int i = 0; i < s->crew.n_slots; i++) {
		if (s->crew.slots[i].state != SLOT_EMPTY || crew_start(&s->crew.slots[i], &e) == 0)
			continue;
		if (s->crew.n_alive == 0) {
			*s->e = e;
			fail(s);
			return;
		}
		watch_note(s->options->watch, e.text);
		uv_timer_start(&s->fork_timer, on_fork_timer, FORK_RETRY_ms, 0);
		return;
	}
}

static void
on_fork_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	if (s->phase == PHASE_WORK)
		recruit(s);
}

static void
on_exit_of(void *ctx, struct slot *slot, const siginfo_t *info)
{
	struct supervisor *s = ctx;

	if (s->phase != PHASE_WORK) {
		if (s->crew.n_alive == 0)
			s->phase = PHASE_OVER;
		return;
	}
	if (judge(s, slot, info) == -1) {
		fail(s);
		return;
	}
	slab_lane_wipe(s->block, slot->number);
	release(s, slot);
	go_on(s);
	if (s->phase == PHASE_WORK)
		recruit(s);
}

/* Stopping the handles gives the signals their default back: the next one ends the process. */
static void
on_signal(uv_signal_t *handle, int signum)
{
	struct supervisor *s = handle->data;

	for (size_t i = 0; i < N_STOP_SIGNALS; i++)
		uv_signal_stop(&s->signals[i]);
	s->outcome->stop_signal = signum;
	queue_stop(&s->queue);
	go_on(s);
}

static void
on_status_timer(uv_timer_t *t)
{
	const struct supervisor *s = t->data;
	struct farm_status status = {
		.items_done = s->items_done,
		.items_total = s->queue.n_items,
		.workers_alive = s->crew.n_alive,
		.workers_wanted = s->crew.n_slots,
		.n_deaths = s->outcome->n_deaths,
		.seconds = clock_seconds() - s->start,
	};

	watch_status(s->options->watch, &status);
}

static void
on_stall_timer(uv_timer_t *t)
{
	const struct supervisor *s = t->data;

	crew_kill_stalled(&s->crew);
}

static void
timer_init(struct supervisor *s, uv_timer_t *t)
{
	uv_timer_init(&s->loop, t);
	t->data = s;
}

static void
listen_to_signals(struct supervisor *s)
{
	for (size_t i = 0; i < N_STOP_SIGNALS; i++) {
		sigaction(stop_signals[i], NULL, &s->old_actions[i]);
		uv_signal_init(&s->loop, &s->signals[i]);
		s->signals[i].data = s;
		uv_signal_start(&s->signals[i], on_signal, stop_signals[i]);
	}
}

static int
open_loop(struct supervisor *s)
{
	const struct farm_watch *w = s->options->watch;
	unsigned stall_ms = s->options->stall_ms > 0 ? s->options->stall_ms : FARM_STALL_ms;
	int error = uv_loop_init(&s->loop);

	if (error != 0) {
		errno = -error;
		return err_sys(s->e, "create an event loop");
	}
	listen_to_signals(s);
	timer_init(s, &s->status_timer);
	timer_init(s, &s->stall_timer);
	timer_init(s, &s->fork_timer);
	timer_init(s, &s->leave_timer);
	uv_timer_start(&s->stall_timer, on_stall_timer, stall_ms, stall_ms);
	if (w != NULL && w->status != NULL && w->interval_ms > 0)
		uv_timer_start(&s->status_timer, on_status_timer, w->interval_ms, w->interval_ms);
	return 0;
}

static void
close_loop(struct supervisor *s)
{
	for (size_t i = 0; i < N_STOP_SIGNALS; i++)
		uv_close((uv_handle_t *)&s->signals[i], NULL);
	uv_close((uv_handle_t *)&s->status_timer, NULL);
	uv_close((uv_handle_t *)&s->stall_timer, NULL);
	uv_close((uv_handle_t *)&s->fork_timer, NULL);
	uv_close((uv_handle_t *)&s->leave_timer, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
	for (size_t i = 0; i < N_STOP_SIGNALS; i++)
		sigaction(stop_signals[i], &s->old_actions[i], NULL);
}

static int
work(struct supervisor *s)
{
	if (open_loop(s) == -1)
		return -1;
	recruit(s);
	go_on(s);
	while (s->phase != PHASE_OVER)
		uv_run(&s->loop, UV_RUN_ONCE);
	crew_free(&s->crew);
	close_loop(s);
	s->outcome->n_ranges_done = queue_prefix(&s->queue);
	return s->is_failed ? -1 : 0;
}

int
supervisor_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e)
{
	struct supervisor s;
	int r = -1;

	memset(&s, 0, sizeof s);
	memset(outcome, 0, sizeof *outcome);
	s.options = o;
	s.block = block;
	s.outcome = outcome;
	s.e = e;
	s.start = clock_seconds();
	s.oom_kills = cgroup_oom_kills();
	s.crew = (struct crew){
		.loop = &s.loop, .job = job, .block = block, .n_slots = block->layout.n_workers,
		.on_message = on_message, .on_exit = on_exit_of, .ctx = &s,
	};
	if (queue_init(&s.queue, job, s.crew.n_slots, e) == -1)
		return -1;
	if (crew_init(&s.crew, e) == 0)
		r = work(&s);
	queue_free(&s.queue);
	return r;
}
