/* Sets how a plan is run. */
#include "lib/run_options.h"

#include <stddef.h>
#include <string.h>

#include "io/quantity.h"
#include "lib/shard.h"

void
run_options_init(struct run_options *o)
{
	*o = (struct run_options){
		.checkpoint_interval_s = CHECKPOINT_INTERVAL_s, .listener.interval_ms = PROGRESS_INTERVAL_ms,
	};
}

/* With a unit, or in seconds. */
static int
parse_time(double *seconds, const char *option, const char *text, struct err *e)
{
	struct quantity q;
	struct span at;

	if (quantity_parse(&q, text, DIMENSION_TIME | DIMENSION_NUMBER, &at, e) != 0) {
		err_prefix(e, "--%s %.60s", option, text);
		e->kind = ERR_USAGE;
		return -1;
	}
	if (!(q.value >= 0.0 && q.value <= 1e9))
		return err_set(e, ERR_USAGE, "--%s %.60s: must be 0 to 1e9 s", option, text);
	*seconds = q.value;
	return 0;
}

/* Of the farm's timers one that is 0 would never ring. */
static int
set_progress_interval(struct run_options *o, const char *value, struct err *e)
{
	double seconds = 0.0;

	if (parse_time(&seconds, "progress-interval", value, e) != 0)
		return -1;
	if (!(seconds >= 1e-3 && seconds <= 1e6))
		return err_set(e, ERR_USAGE, "--progress-interval %.60s: must be 0.001 to 1e6 s", value);
	o->listener.interval_ms = (unsigned)(seconds * 1e3 + 0.5);
	return 0;
}

static int
set_checkpoint_interval(struct run_options *o, const char *value, struct err *e)
{
	return parse_time(&o->checkpoint_interval_s, "checkpoint-interval", value, e);
}

static int
set_hang_timeout(struct run_options *o, const char *value, struct err *e)
{
	return parse_time(&o->hang_timeout_s, "hang-timeout", value, e);
}

static int
set_time_limit(struct run_options *o, const char *value, struct err *e)
{
	return parse_time(&o->time_limit_s, "time-limit", value, e);
}

static int
set_histories(struct run_options *o, const char *value, struct err *e)
{
	return job_options_histories(&o->job, value, e);
}

static int
set_seed(struct run_options *o, const char *value, struct err *e)
{
	return job_options_seed(&o->job, value, e);
}

static int
set_shard(struct run_options *o, const char *value, struct err *e)
{
	return shard_parse(&o->shard, value, e);
}

static int
set_workers(struct run_options *o, const char *value, struct err *e)
{
	return job_options_workers(&o->farm.n_workers, value, e);
}

static int
set_resume(struct run_options *o, const char *when, struct err *e)
{
	if (strcmp(when, "auto") != 0)
		return err_set(e, ERR_USAGE, "--resume %.60s: must be auto", when);
	o->is_resumed = true;
	return 0;
}

/* Those without a function are flags of run_options. */
static const struct {
	const char *name;
	int (*set)(struct run_options *o, const char *value, struct err *e);
	size_t flag;
} options[] = {
	{"checkpoint-interval", set_checkpoint_interval, 0},
	{"force", NULL, offsetof(struct run_options, is_forced)},
	{"hang-timeout", set_hang_timeout, 0},
	{"histories", set_histories, 0},
	{"own-process", NULL, offsetof(struct run_options, is_own_process)},
	{"progress-interval", set_progress_interval, 0},
	{"resume", set_resume, 0},
	{"seed", set_seed, 0},
	{"serial", NULL, offsetof(struct run_options, farm.is_serial)},
	{"shard", set_shard, 0},
	{"strict", NULL, offsetof(struct run_options, is_strict)},
	{"threads", NULL, offsetof(struct run_options, may_have_threads)},
	{"time-limit", set_time_limit, 0},
	{"workers", set_workers, 0},
};

enum { N_OPTIONS = sizeof options / sizeof options[0] };

int
run_options_set(struct run_options *o, const char *name, const char *value, struct err *e)
{
	int i = 0;

	while (i < N_OPTIONS && strcmp(options[i].name, name) != 0)
		i++;
	if (i == N_OPTIONS)
		return err_set(e, ERR_USAGE, "unknown option '%.60s'", name);
	if ((options[i].set != NULL) != (value != NULL))
		return value != NULL ? err_set(e, ERR_USAGE, "option '%s' takes no value", name)
		    : err_set(e, ERR_USAGE, "option '%s' needs a value", name);
	if (options[i].set != NULL)
		return options[i].set(o, value, e);
	*(bool *)(void *)((char *)o + options[i].flag) = true;
	return 0;
}

int
run_options_settle(struct run_options *o, struct err *e)
{
	if (o->is_forced && o->is_resumed)
		return err_set(e, ERR_USAGE, "--force and --resume exclude each other");
	if (o->farm.is_serial && o->farm.n_workers > 0)
		return err_set(e, ERR_USAGE, "--serial and --workers exclude each other");
	o->farm.n_at_once = farm_processors();
	if (o->farm.n_workers == 0)
		o->farm.n_workers = o->farm.n_at_once;
	return 0;
}

int
run_options_directory(char dir[RUNDIR_LENGTH_MAX + 1], const char *option, const char *name, struct err *e)
{
	if (name[0] == '\0' || strlen(name) > RUNDIR_LENGTH_MAX)
		return err_set(e, ERR_USAGE, "%s: not a directory's name", option);
	memcpy(dir, name, strlen(name) + 1);
	return 0;
}
