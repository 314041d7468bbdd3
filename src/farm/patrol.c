/* The patrol: looks after the workers' heartbeats, and ends those that hang. */
#include <stdio.h>

#include "base/clock.h"
#include "farm/supervision.h"

#define HANG_TICKS 20          /* looks in the time that a hang takes to be found */
#define HANG_TICK_MIN_s 0.01
#define HANG_TICK_MAX_s 1.0

static double
hang_timeout_s(const struct supervisor *s)
{
	return s->safety->hang_timeout_s > 0 ? s->safety->hang_timeout_s : FARM_HANG_s;
}

static double
hang_tick_s(const struct supervisor *s)
{
	double tick_s = hang_timeout_s(s) / HANG_TICKS;

	if (tick_s > HANG_TICK_MAX_s)
		return HANG_TICK_MAX_s;
	return tick_s < HANG_TICK_MIN_s ? HANG_TICK_MIN_s : tick_s;
}

static bool
has_work(const struct slot *slot)
{
	return slot->state == SLOT_STARTING || slot->state == SLOT_RUNNING ||
	    slot->state == SLOT_COMMITTING;
}

/* SIGKILL alone: a worker ignores SIGTERM, since a terminal or a batch system sends it to all and the
 * supervisor decides; it has nothing to clean up; and a stopped process dies of SIGKILL too. */
static void
end_hang(struct supervisor *s, struct slot *slot)
{
	char where[160];

	slot->hang.silent_s = 0;
	if (slot->was_hung) {
		err_set(s->e, ERR_SYSTEM, "worker %d (pid %d) hangs and does not die: %s",
		    slot->number, (int)slot->process.pid, slot->hang_text);
		supervisor_fail(s);
		return;
	}
	slot->was_hung = true;
	hang_describe(slot->process.pid, where, sizeof where);
	snprintf(slot->hang_text, sizeof slot->hang_text, "no sign of life for %g s, %s",
	    hang_timeout_s(s), where);
	crew_kill(slot);
}

static void
on_hang_timer(uv_timer_t *t)
{
	struct supervisor *s = t->data;
	double now = clock_seconds();
	double awake_s = hang_awake_s(now - s->last_look, hang_tick_s(s));
	struct slot *slot;
	uint64_t beat;

	s->last_look = now;
	for (int i = 0; i < s->crew.n_slots && s->phase == PHASE_WORK; i++) {
		slot = &s->crew.slots[i];
		beat = slab_lane(s->block, i).record->heartbeat;
		if (hang_look(&slot->hang, has_work(slot), beat, awake_s) >= hang_timeout_s(s))
			end_hang(s, slot);
	}
}

void
patrol_open(struct supervisor *s)
{
	uint64_t tick_ms = (uint64_t)(1e3 * hang_tick_s(s));

	s->last_look = clock_seconds();
	uv_timer_start(&s->hang_timer, on_hang_timer, tick_ms, tick_ms);
}
