/* The serial run: the one process does all ranges in order. */
#include "farm/serial.h"

#include <signal.h>
#include <string.h>

#include "farm/clock.h"
#include "farm/queue.h"
#include "farm/watch.h"
#include "farm/worker.h"

/* A handler has no argument: this is the farm's one mutable global. */
static volatile sig_atomic_t stop_signal;

/* The second signal, whichever of the two, meets the default and ends the process. */
static void
on_signal(int signum)
{
	stop_signal = signum;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

struct signals {
	struct sigaction old_int, old_term;
};

static void
catch_signals(struct signals *s)
{
	struct sigaction a;

	memset(&a, 0, sizeof a);
	a.sa_handler = on_signal;
	a.sa_flags = SA_RESTART;
	stop_signal = 0;
	sigaction(SIGINT, &a, &s->old_int);
	sigaction(SIGTERM, &a, &s->old_term);
}

static void
release_signals(const struct signals *s)
{
	sigaction(SIGINT, &s->old_int, NULL);
	sigaction(SIGTERM, &s->old_term, NULL);
}

static int
do_range(const struct worker *w, const struct farm_range *range, struct err *e)
{
	struct farm_tally tally;

	if (worker_compute(w, range, &tally, e) == -1)
		return -1;
	commit_start(&w->commit, tally.counters);
	if (commit_finish(&w->commit, e) == -1)
		return -1;
	commit_clear(&w->commit);
	return 0;
}

struct clockwork {
	double start, next;
};

static void
show_status(const struct farm_watch *watch, struct clockwork *t, const struct queue *q,
    uint64_t items_done)
{
	double now = clock_seconds();
	struct farm_status s = {
		.items_done = items_done, .items_total = q->n_items,
		.workers_alive = 1, .workers_wanted = 1, .seconds = now - t->start,
	};

	if (watch == NULL || watch->interval_ms == 0 || now < t->next)
		return;
	t->next = now + 1e-3 * watch->interval_ms;
	watch_status(watch, &s);
}

static int
do_all(const struct worker *w, struct queue *q, const struct farm_watch *watch, struct err *e)
{
	struct clockwork t = { .start = clock_seconds() };
	struct farm_range range;
	uint64_t items_done = 0;

	t.next = watch == NULL ? 0 : t.start + 1e-3 * watch->interval_ms;
	while (stop_signal == 0 && queue_take(q, &range)) {
		watch_range(watch, RANGE_HANDED_OUT, &range, 0);
		if (do_range(w, &range, e) == -1)
			return -1;
		queue_done(q, range.index);
		watch_range(watch, RANGE_DONE, &range, 0);
		items_done += range.count;
		show_status(watch, &t, q, items_done);
	}
	return 0;
}

int
serial_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e)
{
	struct worker w = { .job = job, .commit = commit_of(block, 0), .sock = -1 };
	struct signals signals;
	struct queue q;
	int r = -1;

	if (queue_init(&q, job, 1, e) == -1)
		return -1;
	catch_signals(&signals);
	if (job->begin == NULL || job->begin(job->ctx, e) == 0)
		r = do_all(&w, &q, o->watch, e);
	release_signals(&signals);
	*outcome = (struct outcome){ queue_prefix(&q), stop_signal, 0 };
	queue_free(&q);
	return r;
}
