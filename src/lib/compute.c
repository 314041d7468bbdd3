/* Runs the farm and writes what came of it. */
#include "lib/compute.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/host.h"
#include "io/leaving_spool.h"
#include "io/rundir.h"
#include "io/states_file.h"
#include "lib/exit_status.h"
#include "lib/result.h"
#include "lib/safety.h"
#include "lib/watching.h"

static int
open_states(struct run *r, bool goes_on, struct err *e)
{
	uint64_t n = run_n_histories(r);

	r->states_fd = goes_on ? states_reopen(r->dir, n, e) : states_create(r->dir, n, e);
	return r->states_fd >= 0 ? 0 : -1;
}

static int
open_leaving(struct run *r, const struct resume *resume, struct err *e)
{
	bool goes_on = resume != NULL && resume->kind != RESUME_NOTHING;

	if ((goes_on ? leaving_check(r, &resume->start.progress, e) : leaving_spool_remove(r->dir, e)) != 0)
		return -1;
	return leaving_writer_open(&r->leaving, r->dir, r->plan_text, e);
}

/* From the beginning a shard's directory says what it is, even if the run dies before its first checkpoint. */
static int
write_empty_part(struct run *r, struct err *e)
{
	struct tally none;
	unsigned char *memory;
	int status;

	if (r->part.shard.count == 0 || rundir_has(r->dir, PART_FILE_NAME))
		return 0;
	memory = run_empty_tally(r, &none, e);
	if (memory == NULL)
		return -1;
	status = tally_file_write(r->dir, &none, r->plan_text, r->plan_hash, e);
	free(memory);
	return status;
}

/* What the run writes to while it goes on. */
static int
open_outputs(struct run *r, const struct resume *resume, struct err *e)
{
	if (write_empty_part(r, e) != 0)
		return -1;
	if (r->plan.final_states && open_states(r, resume != NULL && resume->kind != RESUME_NOTHING, e) != 0)
		return -1;
	if (r->plan.keeps_leaving && open_leaving(r, resume, e) != 0)
		return -1;
	if (ranges_log_open(&r->ranges_log, r->dir, resume != NULL, e) != 0)
		return -1;
	if (resume != NULL)
		ranges_log_write(&r->ranges_log, "resumed from=%s histories=%" PRIu64,
		    r->resumed_from != NULL ? r->resumed_from : "nothing", resume->histories);
	return 0;
}

/* When the result cannot be written, all that it needs is put into a checkpoint, unless the run was stopped
 * and is in its last one. */
static int
save_instead(struct run *r, const struct farm_result *result, struct err *e)
{
	struct err why;

	if (e->kind != ERR_OUTPUT)
		return -1;
	if ((!result->was_stopped || r->is_save_failing) && safety_save_result(r, result, &why) != 0)
		return err_prefix(e, "the result could not be written, nor a checkpoint of it (%.300s)", why.text);
	return err_prefix(e, "the result could not be written; 'ionfarm resume %s' writes it from the checkpoint",
	    r->dir);
}

static const char *
stop_words(const struct farm_result *result)
{
	switch (result->stop_cause) {
	case STOP_NONE:
	case STOP_IS_ENOUGH:
		break;
	case STOP_SIGNAL:
		return "stopped by a signal";
	case STOP_TIME_LIMIT:
		return "stopped at the time limit";
	case STOP_DEATHS:
		return "gave up: workers kept dying";
	case STOP_REQUEST:
		return "stopped on request";
	}
	return "complete";
}

static bool
is_complete(const struct farm_result *result)
{
	return !result->was_stopped || result->stop_cause == STOP_IS_ENOUGH;
}

static int
status_of(const struct farm_result *result)
{
	if (result->stop_cause == STOP_DEATHS)
		return IONFARM_EXIT_WORKERS_KEPT_DYING;
	if (!is_complete(result))
		return IONFARM_EXIT_STOPPED_EARLY;
	return result->n_left_out > 0 ? IONFARM_EXIT_HISTORIES_LEFT_OUT : IONFARM_EXIT_COMPLETE;
}

/* Stopped, with nothing that could be a result of its own. */
static int
no_result(struct run *r, const struct farm_result *result, struct err *e)
{
	watching_end(r, stop_words(result), result->n_items_done);
	if (!result->is_gapless)
		err_set(e, ERR_STOPPED, "%s at once: no result is written; %s", stop_words(result),
		    r->is_save_failing ? "the last checkpoint could not be written" : "the checkpoint holds what was done");
	else
		err_set(e, ERR_STOPPED, "%s before any range was done", stop_words(result));
	return result->stop_cause == STOP_DEATHS ? IONFARM_EXIT_WORKERS_KEPT_DYING : -1;
}

static int
end_run(struct run *r, struct report *rp, struct err *e)
{
	const struct farm_result *result = rp->result;
	struct tally tally;

	if (!result->is_gapless || result->n_items_done == 0)
		return no_result(r, result, e);
	watching_writes(r);
	run_tally(r, result, &tally);
	rp->tally = &tally;
	if (result_write(rp, e) != 0) {
		watching_end(r, "the result could not be written", result->n_items_done);
		return save_instead(r, result, e);
	}
	watching_end(r, stop_words(result), result->n_items_done);
	if (is_complete(result) && (checkpoint_remove(r->dir, e) != 0 || leaving_spool_remove(r->dir, e) != 0))
		return -1;
	report_tell(rp, &r->listener);
	return status_of(result);
}

/* What was in hand when the run ended in order is not to blame for its end. */
static void
close_log(struct run *r, const struct farm_result *result)
{
	if (result != NULL && result->stop_cause != STOP_DEATHS)
		ranges_log_write(&r->ranges_log, RANGES_LOG_END " %s", stop_words(result));
	ranges_log_sync(&r->ranges_log);
	ranges_log_close(&r->ranges_log);
}

static int
run_farm(struct run *r, const struct run_options *o, struct resume *resume, double began_s, struct err *e)
{
	struct farm_options farm = o->farm;
	struct farm_job job;
	struct farm_watch watch;
	struct farm_safety safety;
	struct farm_result result = {0};
	struct report rp = {.run = r, .result = &result, .options = &farm, .job_path = r->job->name};
	int status;

	farm.is_deaf = !r->is_own_process;
	farm.is_slab_shared = r->plan.slabs == SLABS_SHARED;
	farm.watch = &watch;
	farm.safety = &safety;
	farm.start = resume != NULL ? &resume->start : NULL;
	run_farm_job(r, &job);
	watching_init(&watch, r);
	safety_init(&safety, r, o);
	rp.setup_s = host_seconds() - began_s;
	status = farm_run(&job, &farm, &result, e);
	if (status != 0) {
		watching_end(r, e->kind == ERR_DEATHS ? "gave up: workers kept dying" : "failed", r->status.histories_done);
		close_log(r, NULL);
		return -1;
	}
	close_log(r, &result);
	if (result.counters[COUNT_HISTORIES] > 0 && result.counters[COUNT_MISSED] == result.counters[COUNT_HISTORIES])
		listener_say(&r->listener, IONFARM_WARNING,
		    "no history met the phantom: look at the beam's position and direction");
	status = end_run(r, &rp, e);
	farm_result_free(&result);
	return status;
}

/* Particles of a phase space that are no part of the beam are counted in public. */
static void
tell_skipped(struct run *r)
{
	const struct beam *b = &r->plan.beam;
	char text[1400];

	if (b->phase_space.n_others == 0)
		return;
	snprintf(text, sizeof text, "%.1000s: %s skipped, %" PRIu64 " ions taken", b->file, b->phase_space.others,
	    b->phase_space.n);
	listener_say(&r->listener, IONFARM_NOTE, text);
}

int
compute(struct run *r, const struct run_options *o, struct resume *resume, double began_s, struct err *e)
{
	if (resume != NULL) {
		r->resumed_from = resume->kind == RESUME_CHECKPOINT ? "checkpoint"
		    : resume->kind == RESUME_TALLY ? "tally.bin" : NULL;
		r->resumed_histories = resume->histories;
		if (resume->is_fallback && checkpoint_put_aside(r->dir, e) != 0)
			return -1;
	}
	if (open_outputs(r, resume, e) != 0)
		return -1;
	tell_skipped(r);
	return run_farm(r, o, resume, began_s, e);
}
