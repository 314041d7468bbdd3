/* The judge: what a worker's death means for its range and for the run. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "farm/cgroup.h"
#include "farm/commit.h"
#include "farm/death.h"
#include "farm/supervision.h"
#include "farm/watch.h"

void
judge_done(struct supervisor *s, struct slot *slot)
{
	slot->has_range = false;
	queue_done(&s->queue, slot->range.index);
	s->n_deaths_in_row = 0;
	watch_range(s->options->watch, RANGE_DONE, &slot->range, slot->number);
}

static unsigned
deaths_max(const struct supervisor *s)
{
	unsigned n = FARM_DEATHS_PER_WORKER * (unsigned)s->crew.n_slots;

	return n > FARM_DEATHS_MIN ? n : FARM_DEATHS_MIN;
}

/* The counter may have risen for several deaths of which this is the first to be told: each takes
 * one. */
static enum death_kill
kill_of(struct supervisor *s, const struct slot *slot, const siginfo_t *info)
{
	int64_t now = cgroup_oom_kills();

	if (slot->was_hung)
		return KILL_HUNG;
	if (now == -1 || s->oom_kills == -1)
		return KILL_UNKNOWN;
	if (info->si_status != SIGKILL || now <= s->oom_kills)
		return KILL_NOT_OOM;
	s->oom_kills++;
	return KILL_OOM;
}

/* Finishes the commit in which a worker died. -1 when that fails, with the record. */
static int
finish_commit(struct supervisor *s, const struct slot *slot, struct err *e)
{
	struct commit c = commit_of(s->block, slot->number);

	c.is_careful = true;
	s->is_broken = true;
	if (c.lane.record->range.index != slot->range.index)
		return err_set(e, ERR_INTERNAL, "the record of a commit is broken: range %" PRIu64
		    " in the place of %" PRIu64, c.lane.record->range.index, slot->range.index);
	if (commit_finish(&c, e) == -1)
		return -1;
	s->is_broken = false;
	return 0;
}

/* A range is not to blame for what the out-of-memory killer does, nor for the death of a worker that had not
 * begun with it: a next range is sent to a worker that still clears up after the last, or is dead already. */
static bool
is_to_blame(const struct supervisor *s, const struct slot *slot, enum death_kill kill)
{
	struct commit c = commit_of(s->block, slot->number);

	return kill != KILL_OOM && commit_is_open(&c);
}

static int
lose_range(struct supervisor *s, struct slot *slot, bool is_guilty, struct err *e)
{
	unsigned n_losses = 0;

	if (is_guilty)
		n_losses = queue_lost(&s->queue, slot->range.index);
	else
		queue_return(&s->queue, slot->range.index);
	slot->has_range = false;
	watch_range(s->options->watch, RANGE_LOST, &slot->range, slot->number);
	if (n_losses >= FARM_RANGE_DEATHS_MAX)
		return err_set(e, ERR_DEATHS, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
		    ", has cost %u workers, though no item of it kills alone", slot->range.index,
		    slot->range.first, slot->range.first + slot->range.count - 1, n_losses);
	return 0;
}

/* Decides whether the range of a dead worker counts. */
static int
settle_range(struct supervisor *s, struct slot *slot, bool is_guilty, bool *was_finished, struct err *e)
{
	struct commit c = commit_of(s->block, slot->number);

	*was_finished = false;
	if (!slot->has_range)
		return 0;
	if (commit_is_underway(&c)) {
		if (finish_commit(s, slot, e) == -1)
			return -1;
		*was_finished = true;
	}
	if (!commit_has_done(&c, slot->range.index))
		return lose_range(s, slot, is_guilty, e);
	judge_done(s, slot);
	return 0;
}

void
judge_settle(struct supervisor *s, struct slot *slot)
{
	bool was_finished;
	struct err e;

	if (slot->is_probe || s->is_broken || settle_range(s, slot, true, &was_finished, &e) == 0)
		return;
	if (!s->is_failed && s->is_broken) {
		*s->e = e;
		s->is_failed = true;
	}
}

int
judge_suspicion(struct supervisor *s, const struct farm_range *range)
{
	char text[200];

	if (poison_check(&s->poison, range, s->e) == -1)
		return -1;
	poison_suspect(&s->poison, range);
	snprintf(text, sizeof text, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
	    ", keeps killing its worker: it is searched for the item that does", range->index,
	    range->first, range->first + range->count - 1);
	watch_note(s->options->watch, text);
	return 0;
}

/* Leaving an item out is progress. */
static int
found(struct supervisor *s, const struct slot *slot, uint64_t item)
{
	char text[200];

	if (s->safety->is_strict)
		return err_set(s->e, ERR_DEATHS, "item %" PRIu64 " of range %" PRIu64
		    " has killed %d workers that did it alone", item, slot->range.index,
		    FARM_ATTEMPTS_MAX);
	snprintf(text, sizeof text, "item %" PRIu64 " of range %" PRIu64
	    " has killed %d workers that did it alone: it is left out", item, slot->range.index,
	    FARM_ATTEMPTS_MAX);
	watch_note(s->options->watch, text);
	poison_leave_out(&s->poison, item);
	queue_forgive(&s->queue, slot->range.index);
	s->n_deaths_in_row = 0;
	return 0;
}

int
judge_probe(struct supervisor *s, const struct slot *slot, bool is_dead)
{
	uint64_t item = 0;
	enum bisection_end end = poison_probed(&s->poison, slot->range.index, is_dead, &item);

	queue_return(&s->queue, slot->range.index);
	if (end == BISECTION_FOUND)
		return found(s, slot, item);
	if (end == BISECTION_FAILED)
		watch_note(s->options->watch,
		    "no item of the range kills its worker alone: the range is tried again");
	return 0;
}

static enum farm_death_cause
cause_of(const struct slot *slot, const siginfo_t *info)
{
	if (info->si_code == 0)
		return DEATH_UNKNOWN;
	if (info->si_code != CLD_EXITED)
		return DEATH_SIGNAL;
	return slot->fault[0] != '\0' ? DEATH_ERROR : DEATH_EXIT;
}

static struct farm_death
death_of(const struct slot *slot, const siginfo_t *info, long max_rss_kB)
{
	return (struct farm_death){
		.worker = slot->number,
		.pid = slot->process.pid,
		.cause = cause_of(slot, info),
		.code = info->si_status,
		.dumped_core = info->si_code == CLD_DUMPED,
		.had_range = slot->has_range,
		.range = slot->is_probe ? slot->probe : slot->range,
		.is_probe = slot->is_probe,
		.was_hung = slot->was_hung,
		.max_rss_kB = max_rss_kB,
	};
}

static void
add_reason(struct farm_death *d, const char *reason)
{
	size_t n = strlen(d->text);

	snprintf(d->text + n, sizeof d->text - n, ": %.250s", reason);
}

static void
tell(struct supervisor *s, const struct farm_death *d)
{
	s->outcome->n_deaths++;
	watch_death(s->options->watch, d);
}

/* A probe is meant to kill: while the search narrows down, its deaths are not held against the run. One that
 * is not to blame says nothing, and is made again. */
static int
judge_range(struct supervisor *s, struct slot *slot, enum death_kill kill, bool *was_finished)
{
	bool is_guilty = is_to_blame(s, slot, kill), is_probe = slot->has_range && slot->is_probe;

	*was_finished = false;
	if (is_probe && is_guilty)
		return judge_probe(s, slot, true);
	s->n_deaths_in_row++;
	if (is_probe) {
		queue_return(&s->queue, slot->range.index);
		return 0;
	}
	return settle_range(s, slot, is_guilty, was_finished, s->e);
}

int
judge_death(struct supervisor *s, struct slot *slot, const siginfo_t *info, long max_rss_kB)
{
	struct farm_death d = death_of(slot, info, max_rss_kB);
	enum death_kill kill = kill_of(s, slot, info);
	int r = judge_range(s, slot, kill, &d.commit_finished);

	slot->has_range = slot->is_probe = false;
	death_describe(&d, kill, slot->hang_text);
	if (d.cause == DEATH_ERROR)
		add_reason(&d, slot->fault);
	tell(s, &d);
	if (r == -1)
		return err_prefix(s->e, "%s", d.text);
	if (s->n_deaths_in_row < deaths_max(s))
		return 0;
	return err_set(s->e, ERR_DEATHS,
	    "workers kept dying: %u with no progress between; the last: %s",
	    s->n_deaths_in_row, d.text);
}

void
judge_error(struct supervisor *s, const struct slot *slot)
{
	struct farm_death d = {
		.worker = slot->number, .pid = slot->process.pid, .cause = DEATH_ERROR, .code = 1,
		.had_range = slot->has_range, .is_probe = slot->is_probe,
		.range = slot->is_probe ? slot->probe : slot->range,
	};

	death_describe(&d, KILL_UNKNOWN, "");
	add_reason(&d, s->e->text);
	tell(s, &d);
}
