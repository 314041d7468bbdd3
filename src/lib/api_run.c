/* Public runs, from their beginning. */
#include "lib/api_run.h"

#include <stdio.h>
#include <unistd.h>

#include "base/host.h"
#include "io/dir_lock.h"
#include "io/kept_plan.h"
#include "lib/api_error.h"
#include "lib/api_plan.h"
#include "lib/c_locale.h"
#include "lib/compute.h"
#include "lib/go_on.h"

static int
check_threads(const struct run_options *o, struct err *e)
{
	int n = farm_threads();

	if (o->farm.is_serial || o->may_have_threads || n <= 1)
		return 0;
	return err_set(e, ERR_USAGE, "this program has %d threads, and workers are forked: what another thread has locked"
	    " then, stays locked in them; set \"serial\", or \"threads\" if the others hold no lock", n);
}

int
settle_options(struct run_options *settled, const struct ionfarm_options *options, struct err *e)
{
	if (options != NULL)
		*settled = options->run;
	else
		run_options_init(settled);
	return run_options_settle(settled, e) == 0 ? check_threads(settled, e) : -1;
}

int
lock_directory(const char *dir, const struct listener *l, struct err *e)
{
	struct err doubt;
	int lock = dir_lock(dir, &doubt, e);

	if (lock >= 0 && doubt.kind != ERR_NONE)
		listener_say(l, IONFARM_WARNING, doubt.text);
	return lock;
}

void
enter_directory(struct run *r, const struct run_options *o, const char *dir, int lock)
{
	r->dir = dir;
	r->lock_fd = lock;
	r->listener = o->listener;
	r->is_own_process = o->is_own_process;
}

/* From nothing, into a directory that is locked. */
static int
start_anew(struct run *r, const struct run_options *o, double began_s, struct err *e)
{
	if (!o->is_forced && resume_refuse(r->dir, r, e) != 0)
		return -1;
	if (rundir_claim(r->dir, r->job, o->is_forced ? RUNDIR_REPLACE : RUNDIR_IF_EMPTY, e) != 0 ||
	    kept_plan_write(r->dir, &r->plan, e) != 0)
		return -1;
	return compute(r, o, NULL, began_s, e);
}

static int
run_in_directory(struct run *r, const struct run_options *o, const char *dir, double began_s, struct err *e)
{
	int lock, status;

	if (o->shard.count > 0 && run_take_shard(r, o->shard, e) != 0)
		return -1;
	if (rundir_make(dir, e) != 0)
		return -1;
	lock = lock_directory(dir, &o->listener, e);
	if (lock < 0)
		return -1;
	enter_directory(r, o, dir, lock);
	status = o->is_resumed ? go_on(r, o, began_s, e) : start_anew(r, o, began_s, e);
	close(lock);
	return status;
}

static int
name_directory(char dir[RUNDIR_LENGTH_MAX + 1], const char *wanted, const char *job, struct shard shard, struct err *e)
{
	char ending[32] = ".out";

	if (wanted != NULL)
		return run_options_directory(dir, "--output", wanted, e);
	if (shard.count > 0)
		snprintf(ending, sizeof ending, ".%uof%u", shard.number, shard.count);
	return rundir_default(dir, RUNDIR_LENGTH_MAX + 1, job, ending, e);
}

static int
run_plan(const struct ionfarm_plan *p, const char *directory, const struct ionfarm_options *options, struct err *e)
{
	double began_s = host_seconds() - p->read_s;
	char dir[RUNDIR_LENGTH_MAX + 1];
	struct plan plan = p->plan;
	struct run_options o;
	struct run r;
	int status;

	if (settle_options(&o, options, e) != 0 || name_directory(dir, directory, p->job.name, o.shard, e) != 0)
		return -1;
	job_options_apply(&o.job, &plan);
	if (run_prepare_lent(&r, &plan, e) != 0)
		return -1;
	r.job = &p->job;
	status = run_in_directory(&r, &o, dir, began_s, e);
	run_release(&r);
	return status;
}

int
ionfarm_run(const struct ionfarm_plan *plan, const char *directory, const struct ionfarm_options *options,
    struct ionfarm_error **error)
{
	struct c_locale locale;
	struct err e;
	int status = -1;

	error_clear(error);
	if (plan == NULL)
		return error_null(error);
	if (c_locale_begin(&locale, &e) == 0) {
		status = run_plan(plan, directory, options, &e);
		c_locale_end(&locale);
	}
	return status >= 0 ? status : error_give(error, &e, NULL);
}
