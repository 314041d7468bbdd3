/* Passes on what the farm tells: to the terminal, ranges.log, status.json, the service manager. */
#include "lib/watching.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/notify.h"
#include "io/dir_lock.h"

#define STATUS_INTERVAL_s 2.0
#define WRITING_LIMIT_us 3600000000ull   /* for the service manager, in place of its own */
#define STATE_COMPLETE "complete"

/* Not where another run is about to begin, in a directory that is new and not locked yet: it would take the file for
 * that of an earlier run. */
static void
write_status(struct run *r)
{
	struct host h;
	struct err ignored;      /* it is written again soon; a disk that is full shows elsewhere */

	host_describe(&h);
	memcpy(r->status.updated, h.utc, sizeof r->status.updated);
	memcpy(r->status.host, h.name, sizeof r->status.host);
	r->status.pid = (uint64_t)getpid();
	if (dir_lock_is_there(r->lock_fd, r->dir))
		status_file_write(r->dir, &r->status, &ignored);
}

static double
rate(const struct run *r, const struct farm_status *s)
{
	uint64_t before = r->resumed_histories < s->items_done ? r->resumed_histories : s->items_done;

	return s->seconds > 0.0 ? (double)(s->items_done - before) / s->seconds : 0.0;
}

static void
take_status(struct run *r, const struct farm_status *s)
{
	struct run_status *to = &r->status;

	snprintf(to->state, sizeof to->state, "running");
	to->histories_done = s->items_done;
	to->histories_asked = s->items_total;
	to->seconds = (uint64_t)s->seconds;
	to->histories_per_s = (uint64_t)rate(r, s);
	to->workers = (uint64_t)s->workers_alive;
	to->deaths = s->n_deaths;
}

static void
tell_service(const struct run *r)
{
	const struct run_status *s = &r->status;

	if (!r->is_own_process)
		return;
	notify_service("READY=1\nWATCHDOG=1\nSTATUS=%llu of %llu histories, %llu/s, %llu deaths",
	    (unsigned long long)s->histories_done, (unsigned long long)s->histories_asked,
	    (unsigned long long)s->histories_per_s, (unsigned long long)s->deaths);
}

static void
show(struct run *r, const struct farm_status *s, bool is_asked)
{
	const struct ionfarm_progress p = {
		.histories_done = s->items_done, .histories_asked = s->items_total, .histories_per_s = rate(r, s),
		.seconds = s->seconds, .deaths = s->n_deaths, .workers = s->workers_alive, .is_asked = is_asked,
	};

	if (listener_show(&r->listener, &p))
		r->is_stop_wanted = true;
}

static void
show_status(void *ctx, const struct farm_status *s)
{
	struct run *r = ctx;

	show(r, s, false);
	if (s->seconds < r->next_status_s)
		return;
	r->next_status_s = s->seconds + STATUS_INTERVAL_s;
	take_status(r, s);
	write_status(r);
	tell_service(r);
}

static void
tell_status(void *ctx, const struct farm_status *s)
{
	struct run *r = ctx;

	show(r, s, true);
	take_status(r, s);
	write_status(r);
}

static void
check_log(struct run *r)
{
	char text[300];

	if (r->ranges_log.error == 0 || r->has_log_failed)
		return;
	r->has_log_failed = true;
	snprintf(text, sizeof text, "ranges.log cannot be written, the run goes on: %s",
	    strerror(r->ranges_log.error));
	listener_say(&r->listener, IONFARM_WARNING, text);
}

static void
keep_death(void *ctx, const struct farm_death *d)
{
	struct run *r = ctx;
	struct farm_death *grown;

	listener_say(&r->listener, IONFARM_WARNING, d->text);
	ranges_log_write(&r->ranges_log, "death worker=%d pid=%d %s", d->worker, (int)d->pid, d->text);
	if (r->n_deaths_kept == RUN_DEATHS_KEPT_MAX)
		return;
	grown = realloc(r->deaths, (r->n_deaths_kept + 1) * sizeof *grown);
	if (grown == NULL)
		return;
	r->deaths = grown;
	r->deaths[r->n_deaths_kept++] = *d;
}

static void
log_range(void *ctx, enum farm_event_kind kind, const struct farm_range *range, int worker)
{
	static const char *const word[] = {
		[RANGE_HANDED_OUT] = "out", [RANGE_DONE] = "done", [RANGE_LOST] = "lost",
	};
	struct run *r = ctx;

	ranges_log_write(&r->ranges_log, "%s range=%llu first=%llu count=%u worker=%d", word[kind],
	    (unsigned long long)range->index, (unsigned long long)range->first, range->count, worker);
	check_log(r);
}

static void
show_note(void *ctx, const char *text)
{
	listener_say(&((struct run *)ctx)->listener, IONFARM_WARNING, text);
}

/* A failure is told once, and so is its end. */
static void
note_saved(void *ctx, bool is_good, const char *text)
{
	struct run *r = ctx;
	char said[400];
	struct host h;

	if (is_good) {
		host_describe(&h);
		r->status.checkpoints++;
		memcpy(r->status.last_checkpoint, h.utc, sizeof r->status.last_checkpoint);
		if (r->is_save_failing)
			listener_say(&r->listener, IONFARM_WARNING, "checkpoints can be written again");
	} else {
		r->status.checkpoints_failed++;
		snprintf(r->save_fault, sizeof r->save_fault, "%s", text);
		snprintf(said, sizeof said, "no checkpoint could be written, the run goes on: %.300s", text);
		if (!r->is_save_failing)
			listener_say(&r->listener, IONFARM_WARNING, said);
	}
	r->is_save_failing = !is_good;
	write_status(r);
}

void
watching_init(struct farm_watch *watch, struct run *r)
{
	*watch = (struct farm_watch){
		.status = show_status,
		.death = keep_death,
		.range = log_range,
		.note = show_note,
		.asked = tell_status,
		.saved = note_saved,
		.interval_ms = r->listener.interval_ms,
		.ctx = r,
	};
	snprintf(r->status.state, sizeof r->status.state, "running");
	r->status.histories_asked = run_n_histories(r);
	if (r->part.shard.count > 0)
		snprintf(r->status.part, sizeof r->status.part, "shard %u/%u", r->part.shard.number, r->part.shard.count);
	r->status.histories_done = r->resumed_histories;
	write_status(r);
	tell_service(r);
}

void
watching_writes(const struct run *r)
{
	if (r->is_own_process)
		notify_service("WATCHDOG=1\nWATCHDOG_USEC=%llu\nSTATUS=writing the result", WRITING_LIMIT_us);
}

void
watching_end(struct run *r, const char *state, uint64_t histories_done)
{
	snprintf(r->status.state, sizeof r->status.state, "%s", state);
	r->status.histories_done = histories_done;
	r->status.workers = 0;
	write_status(r);
	if (r->is_own_process)
		notify_service("STOPPING=1\nSTATUS=%s", state);
}

void
watching_complete(const char *dir, uint64_t histories_done)
{
	struct run_status s;
	struct err ignored;

	if (status_file_read(&s, dir, &ignored) != 0 || strcmp(s.state, STATE_COMPLETE) == 0)
		return;
	snprintf(s.state, sizeof s.state, STATE_COMPLETE);
	s.histories_done = histories_done;
	s.workers = 0;
	status_file_write(dir, &s, &ignored);
}
