/* Goes on with what an earlier run left in the directory. */
#include "lib/go_on.h"

#include <stdio.h>

#include "io/kept_plan.h"
#include "io/leaving_spool.h"
#include "lib/compute.h"
#include "lib/exit_status.h"
#include "lib/watching.h"

#define REPORT_BYTES_MAX ((size_t)1 << 28)

/* What a kill between the last file of the result and the end has left is put in order; a checkpoint that has
 * more than was asked for this time stays. */
static void
tidy_up(const struct run *r, const struct resume *s)
{
	bool has_more = s->has_checkpoint && checkpoint_histories(&s->checkpoint.head) > s->histories;
	struct err ignored;

	if (s->has_checkpoint && !has_more)
		checkpoint_remove(r->dir, &ignored);
	if (!has_more)
		leaving_spool_remove(r->dir, &ignored);
	watching_complete(r->dir, s->histories);
}

static int
tell_complete(const struct run *r, const struct resume *s, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64], summary[RUNDIR_LENGTH_MAX + 100];
	struct text_file report;

	tidy_up(r, s);
	snprintf(path, sizeof path, "%s/report.json", r->dir);
	if (text_file_read(&report, path, REPORT_BYTES_MAX, e) != 0)
		return -1;
	snprintf(summary, sizeof summary, "%s is complete already: %llu histories%s\n", r->dir,
	    (unsigned long long)s->histories,
	    s->histories < run_n_histories(r) ? ", its uncertainty is reached" : "");
	listener_say(&r->listener, IONFARM_SUMMARY, summary);
	listener_say(&r->listener, IONFARM_REPORT, report.text);
	text_file_free(&report);
	return s->tally.tally.n_left_out > 0 ? IONFARM_EXIT_HISTORIES_LEFT_OUT : IONFARM_EXIT_COMPLETE;
}

static void
tell_start(struct run *r, const struct resume *s)
{
	char text[sizeof s->fault.text + 100];

	if (s->is_fallback) {
		snprintf(text, sizeof text, "%s; going on from the checkpoint before it", s->fault.text);
		listener_say(&r->listener, IONFARM_WARNING, text);
	}
	if (s->kind == RESUME_NOTHING)
		return;
	snprintf(text, sizeof text, "going on with %llu of %llu histories done",
	    (unsigned long long)s->histories, (unsigned long long)run_n_histories(r));
	listener_say(&r->listener, IONFARM_NOTE, text);
}

/* The plan is kept anew: the number of histories may be another one. */
static int
keep(const struct run *r, struct err *e)
{
	if (rundir_claim(r->dir, r->job, RUNDIR_GO_ON, e) != 0)
		return -1;
	return kept_plan_write(r->dir, &r->plan, e);
}

int
go_on(struct run *r, const struct run_options *o, double began_s, struct err *e)
{
	struct resume s;
	int status = -1;

	if (resume_open(&s, r->dir, r, e) != 0)
		return -1;
	if (s.kind == RESUME_COMPLETE) {
		status = tell_complete(r, &s, e);
	} else if (keep(r, e) == 0) {
		tell_start(r, &s);
		status = compute(r, o, &s, began_s, e);
	}
	resume_close(&s);
	return status;
}
