/* The serial run: the one process does all ranges in order. */
#include "farm/serial.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "farm/milestone.h"
#include "farm/poison.h"
#include "farm/queue.h"
#include "farm/scribe.h"
#include "farm/watch.h"
#include "farm/worker.h"

#define STOPS_MAX 2

/* A handler has no argument: this and the one of hold.c are the farm's mutable globals. */
static struct {
	volatile sig_atomic_t stop, n_stops, hangup, user;
} came;

static const int signums[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };

#define N_SIGNUMS (sizeof signums / sizeof *signums)

/* After the second, whichever of the two, the next meets the default and ends the process. */
static void
on_signal(int signum)
{
	if (signum == SIGHUP) {
		came.hangup = 1;
	} else if (signum == SIGUSR1) {
		came.user = 1;
	} else {
		came.stop = signum;
		if (++came.n_stops < STOPS_MAX)
			return;
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
	}
}

struct serial {
	const struct farm_options *options;
	const struct farm_safety *safety;
	const struct slab_block *block;
	struct outcome *outcome;
	struct err *e;
	struct worker worker;
	struct queue queue;
	struct poison poison;
	struct sigaction old[N_SIGNUMS];
	double start, next_status, next_save;
};

static bool
is_wanted(const struct serial *s, int signum)
{
	const struct farm_watch *w = s->options->watch;

	if (s->options->is_deaf)
		return false;
	if (signum == SIGHUP)
		return s->safety->save != NULL;
	return signum != SIGUSR1 || (w != NULL && w->asked != NULL);
}

static void
catch_signals(struct serial *s)
{
	struct sigaction a;

	memset(&a, 0, sizeof a);
	a.sa_handler = on_signal;
	a.sa_flags = SA_RESTART;
	if (!s->options->is_deaf)
		came.stop = came.n_stops = came.hangup = came.user = 0;
	for (size_t i = 0; i < N_SIGNUMS; i++)
		if (is_wanted(s, signums[i]))
			sigaction(signums[i], &a, &s->old[i]);
}

static void
release_signals(const struct serial *s)
{
	for (size_t i = 0; i < N_SIGNUMS; i++)
		if (is_wanted(s, signums[i]))
			sigaction(signums[i], &s->old[i], NULL);
}

/* There is nobody to search it: this process would not live to see the end. */
static void
warn_of(struct serial *s, const struct farm_range *range)
{
	char text[200];

	if (!queue_take_suspicion(&s->queue, range->index))
		return;
	snprintf(text, sizeof text, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
	    ", was in hand whenever the run ended: with workers, an item that ends it would be found",
	    range->index, range->first, range->first + range->count - 1);
	watch_note(s->options->watch, text);
}

/* The one process is not asked for more. */
static void
hint_at_workers(const struct serial *s, const struct farm_range *range)
{
	char text[200];

	snprintf(text, sizeof text, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
	    ", has an item that cannot be done: with workers, it would be found and left out", range->index,
	    range->first, range->first + range->count - 1);
	watch_note(s->options->watch, text);
}

static int
do_range(struct serial *s, const struct farm_range *range)
{
	const struct commit *c = &s->worker.commit;
	struct gaps gaps = poison_gaps(&s->poison, range);
	struct farm_tally tally;

	warn_of(s, range);
	watch_range(s->options->watch, RANGE_HANDED_OUT, range, 0);
	if (worker_compute(&s->worker, range, &gaps, &tally, s->e) == -1) {
		if (s->e->kind == ERR_INTERNAL)
			hint_at_workers(s, range);
		return -1;
	}
	commit_start(c, tally.counters);
	if (commit_finish(c, s->e) == -1)
		return -1;
	commit_clear(c);
	queue_done(&s->queue, range->index);
	watch_range(s->options->watch, RANGE_DONE, range, 0);
	return 0;
}

/* What came for another farm of this process, or an earlier one, is nothing to the deaf. */
static bool
has_come(const struct serial *s, const volatile sig_atomic_t *signal)
{
	return !s->options->is_deaf && *signal != 0;
}

static struct farm_status
status_of(const struct serial *s)
{
	return (struct farm_status){
		.items_done = queue_items_done(&s->queue), .items_total = queue_items_total(&s->queue),
		.workers_alive = 1, .workers_wanted = 1, .seconds = clock_seconds() - s->start,
	};
}

static void
stop(struct serial *s, enum farm_stop_cause cause)
{
	if (s->outcome->stop_cause != STOP_NONE)
		return;
	s->outcome->stop_cause = cause;
	s->outcome->stop_signal = cause == STOP_SIGNAL ? came.stop : 0;
	queue_stop(&s->queue);
}

static void
show_status(struct serial *s)
{
	const struct farm_watch *w = s->options->watch;
	struct farm_status status = status_of(s);

	if (has_come(s, &came.user)) {
		came.user = 0;
		w->asked(w->ctx, &status);
	}
	if (w == NULL || w->interval_ms == 0 || clock_seconds() < s->next_status)
		return;
	s->next_status = clock_seconds() + 1e-3 * w->interval_ms;
	watch_status(w, &status);
	if (s->safety->is_stop_wanted != NULL && s->safety->is_stop_wanted(s->safety->ctx))
		stop(s, STOP_REQUEST);
}

static void
do_task(const struct serial *s, enum scribe_task task, struct scribe_end *end)
{
	struct scribe scribe = { .safety = s->safety, .block = s->block, .queue = &s->queue,
	    .poison = &s->poison };

	scribe_do_here(&scribe, task, end);
}

static bool
save(struct serial *s)
{
	double interval_s = s->safety->save_interval_s;
	struct scribe_end end;

	do_task(s, SCRIBE_SAVE, &end);
	watch_saved(s->options->watch, end.is_good, end.is_good ? "" : end.err.text);
	if (!end.is_good)
		interval_s = interval_s < FARM_SAVE_RETRY_s ? interval_s : FARM_SAVE_RETRY_s;
	s->next_save = clock_seconds() + interval_s;
	return end.is_good;
}

static void
save_when_due(struct serial *s)
{
	bool is_late = s->safety->save_interval_s > 0 && clock_seconds() >= s->next_save;
	bool is_asked = has_come(s, &came.hangup);

	if (s->safety->save == NULL || !(is_asked || is_late))
		return;
	if (is_asked)
		came.hangup = 0;
	save(s);
}

static int
ask_at_milestone(struct serial *s)
{
	struct scribe_end end;

	if (s->safety->is_enough == NULL || s->queue.is_stopped ||
	    s->queue.limit == s->queue.n_ranges || !queue_is_at_limit(&s->queue))
		return 0;
	do_task(s, SCRIBE_ASK, &end);
	if (!end.is_good) {
		*s->e = end.err;
		return -1;
	}
	if (end.is_enough)
		stop(s, STOP_IS_ENOUGH);
	else
		queue_set_limit(&s->queue, milestone_from(s->queue.cut, s->queue.limit + 1));
	return 0;
}

static void
look_around(struct serial *s)
{
	double limit_s = s->safety->time_limit_s;

	if (has_come(s, &came.stop))
		stop(s, STOP_SIGNAL);
	if (limit_s > 0 && clock_seconds() - s->start >= limit_s)
		stop(s, STOP_TIME_LIMIT);
	show_status(s);
	save_when_due(s);
}

static int
do_all(struct serial *s)
{
	struct farm_range range;

	if (ask_at_milestone(s) == -1)
		return -1;
	for (look_around(s); queue_take(&s->queue, &range); look_around(s))
		if (do_range(s, &range) == -1 || ask_at_milestone(s) == -1)
			return -1;
	return 0;
}

/* What an error in the middle of a commit leaves is not to be saved. */
static void
save_last(struct serial *s, bool is_failed)
{
	bool is_due = is_failed ? queue_items_done(&s->queue) > 0 :
	    queue_prefix(&s->queue) < s->queue.n_ranges;

	if (is_due && s->safety->save != NULL && !commit_is_underway(&s->worker.commit) && !save(s))
		save(s);
}

static int
work(struct serial *s, const struct farm_job *job)
{
	int r = -1;

	catch_signals(s);
	if (job->begin == NULL || job->begin(job->ctx, s->e) == 0)
		r = do_all(s);
	save_last(s, r == -1);
	if (!s->options->is_deaf)
		hold_block(&s->outcome->hold);
	release_signals(s);
	s->outcome->n_stops = s->options->is_deaf ? 0 : came.n_stops;
	s->outcome->n_ranges_done = queue_prefix(&s->queue);
	s->outcome->is_gapless = true;
	s->outcome->n_left_out = s->poison.n_left_out;
	memcpy(s->outcome->left_out, s->poison.left_out, sizeof s->poison.left_out);
	return r;
}

int
serial_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e)
{
	static const struct farm_safety unsafe;
	struct serial s = { .options = o, .block = block, .outcome = outcome, .e = e };
	int r = -1;

	memset(outcome, 0, sizeof *outcome);
	s.safety = o->safety != NULL ? o->safety : &unsafe;
	s.worker = (struct worker){ .job = job, .commit = commit_of(block, 0), .sock = -1 };
	s.start = clock_seconds();
	s.next_save = s.start + s.safety->save_interval_s;
	s.next_status = o->watch == NULL ? 0 : s.start + 1e-3 * o->watch->interval_ms;
	if (queue_init(&s.queue, job, o->start, 1, e) == -1)
		return -1;
	if (poison_init(&s.poison, o->start == NULL ? NULL : &o->start->progress, 1, e) == 0) {
		if (s.safety->is_enough != NULL)
			queue_set_limit(&s.queue, milestone_first(&s.queue));
		r = work(&s, job);
	}
	poison_free(&s.poison);
	queue_free(&s.queue);
	return r;
}
