/* Goes on with what an earlier run left in the directory. */
#include "lib/go_on.h"

#include <stdio.h>

#include "io/kept_plan.h"
#include "lib/compute.h"
#include "lib/exit_status.h"
#include "lib/watching.h"

/* What a kill between the last file of the result and the end has left is put in order; a checkpoint that has
 * more than was asked for this time stays. */
static void
tidy_up(const struct run *r, const struct resume *s)
{
	struct err ignored;

	if (s->has_checkpoint && checkpoint_histories(&s->checkpoint.head) <= s->histories)
		checkpoint_remove(r->dir, &ignored);
	watching_complete(r->dir, s->histories);
}

static int
tell_complete(const struct run *r, const struct resume *s)
{
	tidy_up(r, s);
	if (!r->progress.is_quiet)
		printf("%s is complete already: %llu histories%s\n", r->dir, (unsigned long long)s->histories,
		    s->histories < run_n_histories(r) ? ", its uncertainty is reached" : "");
	return s->tally.tally.n_left_out > 0 ? IONFARM_EXIT_HISTORIES_LEFT_OUT : IONFARM_EXIT_COMPLETE;
}

static void
tell_start(struct run *r, const struct resume *s)
{
	char text[sizeof s->fault.text + 100];

	if (s->is_fallback) {
		snprintf(text, sizeof text, "%s; going on from the checkpoint before it", s->fault.text);
		progress_say(&r->progress, text);
	}
	if (r->progress.is_quiet || s->kind == RESUME_NOTHING)
		return;
	snprintf(text, sizeof text, "going on with %llu of %llu histories done",
	    (unsigned long long)s->histories, (unsigned long long)run_n_histories(r));
	progress_say(&r->progress, text);
}

/* The plan is kept anew: the number of histories may be another one. */
static int
keep(const struct run *r, const struct run_options *o, struct err *e)
{
	if (rundir_claim(r->dir, o->job_path, RUNDIR_GO_ON, e) != 0)
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
		status = tell_complete(r, &s);
	} else if (keep(r, o, e) == 0) {
		tell_start(r, &s);
		status = compute(r, o, &s, began_s, e);
	}
	resume_close(&s);
	return status;
}
