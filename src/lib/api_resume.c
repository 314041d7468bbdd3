/* Public runs that go on from their directory. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "io/job.h"
#include "io/kept_plan.h"
#include "io/tally_file.h"
#include "lib/api_error.h"
#include "lib/api_plan.h"
#include "lib/api_run.h"
#include "lib/c_locale.h"
#include "lib/go_on.h"

/* What the directory holds may be a shard of the run. That of merged parts is refused later, as it is
 * where the whole is asked for. */
static int
take_part(struct run *r, const char *dir, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64];
	struct tally_file head;
	int status = 0;

	if (!rundir_has(dir, PART_FILE_NAME))
		return 0;
	snprintf(path, sizeof path, "%s/" PART_FILE_NAME, dir);
	if (tally_file_read_head(&head, path, e) != 0)
		return -1;
	if (head.part.histories != r->plan.histories)
		status = err_set(e, ERR_INPUT, "%s holds a part of %" PRIu64 " histories; a part cannot be extended",
		    dir, head.part.histories);
	else if (head.part.shard.count > 0)
		status = run_take_shard(r, head.part.shard, e);
	tally_file_free(&head);
	return status;
}

/* The user's own words, if they are there. */
static int
read_job(struct text_file *job, const char *dir, const struct ionfarm_plan *kept, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64];

	if (!rundir_has(dir, "job.yaml"))
		return text_file_copy(job, kept->job.name, kept->job.text, kept->job.length, e);
	snprintf(path, sizeof path, "%s/job.yaml", dir);
	return text_file_read(job, path, JOB_FILE_BYTES_MAX, e);
}

static int
resume_run(const struct ionfarm_plan *kept, const struct run_options *o, const char *dir, int lock, double began_s,
    struct err *e)
{
	struct plan plan = kept->plan;
	struct text_file job = {0};
	struct run r;
	int status = -1;

	job_options_apply(&o->job, &plan);
	if (run_prepare_lent(&r, &plan, e) != 0)
		return -1;
	enter_directory(&r, o, dir, lock);
	r.job = &job;
	if (read_job(&job, dir, kept, e) == 0 && take_part(&r, dir, e) == 0)
		status = go_on(&r, o, began_s, e);
	text_file_free(&job);
	run_release(&r);
	return status;
}

/* Only what may change from one run to the next. */
static int
check(char dir[RUNDIR_LENGTH_MAX + 1], const char *directory, const struct run_options *o, struct err *e)
{
	if (o->job.has_seed || o->shard.count > 0 || o->is_forced || o->is_resumed)
		return err_set(e, ERR_USAGE,
		    "a run goes on with its own seed and part: seed, shard, force and resume cannot be set");
	if (run_options_directory(dir, "resume", directory, e) != 0)
		return -1;
	if (rundir_has(dir, KEPT_PLAN_NAME))
		return 0;
	return err_set(e, ERR_INPUT, "%s holds no run that could be resumed: there is no " KEPT_PLAN_NAME, dir);
}

/* The lock comes first: what the directory holds does not change from then on. */
static int
resume(const char *directory, const struct ionfarm_options *options, struct ionfarm_error **error, struct err *e)
{
	double began_s = host_seconds();
	char dir[RUNDIR_LENGTH_MAX + 1], path[RUNDIR_LENGTH_MAX + 64];
	struct ionfarm_plan *kept;
	struct run_options o;
	int lock, status = -1;

	if (settle_options(&o, options, e) != 0 || check(dir, directory, &o, e) != 0)
		return -1;
	lock = lock_directory(dir, &o.listener, e);
	if (lock < 0)
		return -1;
	snprintf(path, sizeof path, "%s/" KEPT_PLAN_NAME, dir);
	kept = ionfarm_plan_read(path, error);
	if (kept != NULL)
		status = resume_run(kept, &o, dir, lock, began_s, e);
	ionfarm_plan_free(kept);
	close(lock);
	return status;
}

int
ionfarm_resume(const char *directory, const struct ionfarm_options *options, struct ionfarm_error **error)
{
	struct c_locale locale;
	struct err e = {0};
	int status = -1;

	error_clear(error);
	if (directory == NULL)
		return error_null(error);
	if (c_locale_begin(&locale, &e) == 0) {
		status = resume(directory, options, error, &e);
		c_locale_end(&locale);
	}
	if (status >= 0 || e.kind == ERR_NONE)       /* the plan's own mistakes are told already */
		return status;
	return error_give(error, &e, NULL);
}
