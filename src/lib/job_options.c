/* Reads what may be put over a job file. */
#include "lib/job_options.h"

#include "farm/farm.h"
#include "io/job.h"
#include "io/quantity.h"

int
job_options_count(uint64_t *n, const char *option, const char *text, struct err *e)
{
	struct span at;

	if (count_parse(n, text, &at, e) != 0) {
		err_prefix(e, "%s %.60s", option, text);
		e->kind = ERR_USAGE;
		return -1;
	}
	return 0;
}

int
job_options_seed(struct job_options *o, const char *text, struct err *e)
{
	o->has_seed = true;
	return job_options_count(&o->seed, "--seed", text, e);
}

int
job_options_histories(struct job_options *o, const char *text, struct err *e)
{
	o->has_histories = true;
	if (job_options_count(&o->histories, "--histories", text, e) != 0)
		return -1;
	if (o->histories < 1 || o->histories > JOB_HISTORIES_MAX)
		return err_set(e, ERR_USAGE, "--histories %.60s: must be 1 to %g", text,
		    (double)JOB_HISTORIES_MAX);
	return 0;
}

int
job_options_workers(int *n_workers, const char *text, struct err *e)
{
	uint64_t n;

	if (job_options_count(&n, "--workers", text, e) != 0)
		return -1;
	if (n < 1 || n > FARM_WORKERS_MAX)
		return err_set(e, ERR_USAGE, "--workers %.60s: must be 1 to %d", text, FARM_WORKERS_MAX);
	*n_workers = (int)n;
	return 0;
}

void
job_options_apply(const struct job_options *o, struct plan *p)
{
	if (o->has_seed)
		p->seed = o->seed;
	if (o->has_histories)
		p->histories = o->histories;
}
