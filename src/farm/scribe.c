/* The scribe: a forked child that folds what is committed, then saves it or judges it, while the
 * workers go on. */
#include "farm/scribe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "farm/failpoint.h"
#include "farm/hang.h"

#define FOLD_LIMIT_s 60
#define DEATH_LIMIT_s 10           /* for one that was killed to be gone */
#define TICK_ms 1000u

struct news {
	bool is_end;
	struct scribe_end end;
};

static bool on_readable(struct process *p);
static void on_exit_of(struct process *p, const siginfo_t *info, long max_rss_kB);
static void on_watchdog(uv_timer_t *t);

static struct scribe *
scribe_of(struct process *p)
{
	return (struct scribe *)(void *)p;
}

void
scribe_open(struct scribe *s, uv_loop_t *loop)
{
	process_init(&s->process, loop);
	s->process.on_readable = on_readable;
	s->process.on_exit = on_exit_of;
	uv_timer_init(loop, &s->watchdog);
	s->watchdog.data = s;
}

void
scribe_close(struct scribe *s)
{
	process_kill(&s->process);
	process_close(&s->process);
	uv_close((uv_handle_t *)&s->watchdog, NULL);
}

static void
do_task(const struct farm_safety *safety, const struct farm_snapshot *view, struct scribe_end *end)
{
	if (end->task == SCRIBE_ASK)
		end->is_enough = safety->is_enough(safety->ctx, view);
	end->is_good = end->task == SCRIBE_ASK ||
	    safety->save(safety->ctx, view, &end->err) == 0;
}

void
scribe_do_here(const struct scribe *s, enum scribe_task task, struct scribe_end *end)
{
	struct snapshot snapshot;

	memset(end, 0, sizeof *end);
	end->task = task;
	if (snapshot_take(&snapshot, s->block, s->queue, s->poison, &end->err) == -1)
		return;
	do_task(s->safety, &snapshot.view, end);
	snapshot_free(&snapshot);
}

/* In ticks, so that time in which this process was stopped, and its child perhaps with it, does not count. */
static void
allow(struct scribe *s, double limit_s)
{
	s->limit_s = limit_s;
	s->waited_s = 0;
	s->last_look = clock_seconds();
	uv_timer_start(&s->watchdog, on_watchdog, TICK_ms, TICK_ms);
}

static bool
is_overdue(struct scribe *s)
{
	double now = clock_seconds();

	s->waited_s += hang_awake_s(now - s->last_look, 1e-3 * TICK_ms);
	s->last_look = now;
	return s->waited_s >= s->limit_s;
}

static void
tell(int end, const struct news *n)
{
	if (send(end, n, sizeof *n, MSG_NOSIGNAL) != sizeof *n)
		_exit(1);
}

/* The life of the child. */
_Noreturn static void
write_down(const struct scribe *s, enum scribe_task task, int end)
{
	struct news n = { .end.task = task };
	struct snapshot snapshot;

	FAILPOINT("scribe.start");
	if (snapshot_take(&snapshot, s->block, s->queue, s->poison, &n.end.err) == 0) {
		tell(end, &n);
		FAILPOINT("scribe.folded");
		do_task(s->safety, &snapshot.view, &n.end);
	}
	FAILPOINT("scribe.done");
	n.is_end = true;
	tell(end, &n);
	_exit(0);
}

int
scribe_start(struct scribe *s, enum scribe_task task, struct err *e)
{
	int end, r = process_fork(&s->process, &end, e);

	if (r == 0) {
		s->in_child(s->ctx);
		write_down(s, task, end);
	}
	if (r == -1)
		return -1;
	s->is_busy = true;
	s->is_folded = s->is_late = false;
	memset(&s->end, 0, sizeof s->end);
	s->end.task = task;
	allow(s, FOLD_LIMIT_s);
	return 0;
}

static void
take(struct scribe *s, const struct news *n)
{
	if (n->is_end) {
		s->end = n->end;
		s->end.err.text[sizeof s->end.err.text - 1] = '\0';
		return;
	}
	s->is_folded = true;
	allow(s, FARM_SAVE_LIMIT_s);
	s->on_folded(s->ctx);
}

static bool
on_readable(struct process *p)
{
	struct scribe *s = scribe_of(p);
	struct news n;
	ssize_t r;

	do {
		r = recv(p->sock, &n, sizeof n, 0);
		if (r == sizeof n)
			take(s, &n);
	} while (r == sizeof n || (r == -1 && (errno == EINTR || errno == ECONNRESET)));
	return r == -1 && errno == EAGAIN;
}

static void
finish(struct scribe *s)
{
	struct scribe_end end = s->end;

	uv_timer_stop(&s->watchdog);
	s->is_busy = false;
	s->on_end(s->ctx, &end);
}

/* One that gave no reason has died before it could. */
static void
on_exit_of(struct process *p, const siginfo_t *info, long max_rss_kB)
{
	struct scribe *s = scribe_of(p);
	struct err *e = &s->end.err;

	if (!s->end.is_good && s->is_late)
		err_set(e, ERR_SYSTEM, "the saving process hung and was killed");
	else if (!s->end.is_good && e->kind == ERR_NONE)
		err_set(e, ERR_SYSTEM, "the saving process %s %d, with %ld MiB of memory",
		    info->si_code == CLD_EXITED ? "exited with status" : "was killed by signal",
		    info->si_status, max_rss_kB >> 10);
	finish(s);
}

/* First kills; then forgets what does not die of that (a dead file server). */
static void
on_watchdog(uv_timer_t *t)
{
	struct scribe *s = t->data;

	if (!is_overdue(s))
		return;
	process_kill(&s->process);
	if (!s->is_late) {
		s->is_late = true;
		allow(s, DEATH_LIMIT_s);
		return;
	}
	process_close(&s->process);
	s->end.is_good = false;
	err_set(&s->end.err, ERR_SYSTEM, "the saving process hangs and does not die");
	finish(s);
}
