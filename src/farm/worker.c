/* The worker: does the ranges it is told to, and commits them. */
#include "farm/worker.h"

#include <string.h>
#include <unistd.h>

#include "farm/failpoint.h"
#include "farm/message.h"

int
worker_compute(const struct worker *w, const struct farm_range *range,
    const struct gaps *gaps, struct farm_tally *tally, struct err *e)
{
	struct farm_range piece;
	uint64_t from = range->first;

	tally->bins = w->commit.lane.bins;
	tally->strips = w->commit.lane.strips;
	tally->heartbeat = &w->commit.lane.record->heartbeat;
	memset(tally->counters, 0, sizeof tally->counters);
	commit_open(&w->commit, range);
	FAILPOINT("worker.open");
	while (gaps_next_piece(gaps, range, from, &piece)) {
		++*tally->heartbeat;
		if (w->job->run(w->job->ctx, &piece, tally, e) == -1)
			return -1;
		from = piece.first + piece.count;
	}
	return 0;
}

_Noreturn static void
report(const struct worker *w, enum message_kind kind, const struct err *e)
{
	w->commit.lane.record->err = *e;
	message_send(w->sock, kind, NULL, NULL);
	_exit(1);
}

/* After a fault of an item nobody knows what state the work is in: this process does nothing more. */
static void
compute(const struct worker *w, const struct farm_range *range, const struct gaps *gaps,
    struct farm_tally *tally)
{
	struct err e;

	if (worker_compute(w, range, gaps, tally, &e) == -1)
		report(w, e.kind == ERR_INTERNAL ? MESSAGE_FAULT : MESSAGE_ERROR, &e);
}

/* Without a supervisor there is nobody to work for. */
static void
tell(const struct worker *w, enum message_kind kind, const struct farm_range *range)
{
	if (!message_send(w->sock, kind, range, NULL))
		_exit(1);
}

/* Returns only when told to go on. */
static void
wait_for(const struct worker *w, struct message *m)
{
	if (message_receive(w->sock, m) != MESSAGE_SOME)
		_exit(1);
	if (m->kind == MESSAGE_QUIT)
		_exit(0);
}

static void
wait_for_grant(const struct worker *w, const struct farm_range *range)
{
	struct message m;

	tell(w, MESSAGE_WANT_COMMIT, range);
	FAILPOINT("worker.asked");
	wait_for(w, &m);
	if (m.kind != MESSAGE_GRANT)
		_exit(1);
	FAILPOINT("worker.granted");
}

/* MESSAGE_DONE goes out before the lane is cleared, so that the next range comes meanwhile. */
static void
do_range(const struct worker *w, const struct farm_range *range, const struct gaps *gaps)
{
	struct farm_tally tally;
	struct err e;

	compute(w, range, gaps, &tally);
	FAILPOINT("worker.computed");
	wait_for_grant(w, range);
	commit_start(&w->commit, tally.counters);
	if (commit_finish(&w->commit, &e) == -1)
		report(w, MESSAGE_ERROR, &e);
	tell(w, MESSAGE_DONE, range);
	FAILPOINT("worker.told");
	commit_clear(&w->commit);
}

static void
do_probe(const struct worker *w, const struct farm_range *range, const struct gaps *gaps)
{
	struct farm_tally tally;

	compute(w, range, gaps, &tally);
	commit_drop(&w->commit);
	tell(w, MESSAGE_PROBED, range);
	commit_clear(&w->commit);
}

_Noreturn void
worker_live(const struct worker *w)
{
	struct message m;
	struct err e;

	if (w->job->begin != NULL && w->job->begin(w->job->ctx, &e) == -1)
		report(w, MESSAGE_ERROR, &e);
	tell(w, MESSAGE_READY, NULL);
	for (;;) {
		wait_for(w, &m);
		FAILPOINT("worker.received");
		if (m.kind == MESSAGE_RANGE)
			do_range(w, &m.range, &m.gaps);
		else if (m.kind == MESSAGE_PROBE)
			do_probe(w, &m.range, &m.gaps);
		else
			_exit(1);
	}
}
