/* Reads the options that `run` and `resume` share. */
#include "lib/run_options.h"

#include <string.h>

#include "io/quantity.h"

void
run_options_init(struct run_options *o)
{
	*o = (struct run_options){ .checkpoint_interval_s = CHECKPOINT_INTERVAL_s };
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

static int
set_progress(struct run_options *o, const char *form, struct err *e)
{
	o->is_progress_json = strcmp(form, "json") == 0;
	if (o->is_progress_json || strcmp(form, "text") == 0)
		return 0;
	return err_set(e, ERR_USAGE, "--progress %.60s: must be text or json", form);
}

int
run_options_set(struct run_options *o, int option, const char *argument, struct err *e)
{
	switch (option) {
	case OPT_WORKERS:
		return job_options_workers(&o->farm.n_workers, argument, e);
	case OPT_HISTORIES:
		return job_options_histories(&o->job, argument, e);
	case OPT_SERIAL:
		o->farm.is_serial = true;
		return 0;
	case OPT_STRICT:
		o->is_strict = true;
		return 0;
	case OPT_CHECKPOINT_INTERVAL:
		return parse_time(&o->checkpoint_interval_s, "checkpoint-interval", argument, e);
	case OPT_TIME_LIMIT:
		return parse_time(&o->time_limit_s, "time-limit", argument, e);
	case OPT_HANG_TIMEOUT:
		return parse_time(&o->hang_timeout_s, "hang-timeout", argument, e);
	case OPT_PROGRESS:
		return set_progress(o, argument, e);
	case OPT_QUIET:
		o->is_quiet = true;
		return 0;
	case OPT_JSON:
		o->is_json = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", option);
}

int
run_options_directory(struct run_options *o, const char *option, const char *dir, struct err *e)
{
	if (dir[0] == '\0' || strlen(dir) >= sizeof o->dir)
		return err_set(e, ERR_USAGE, "%s: not a directory's name", option);
	memcpy(o->dir, dir, strlen(dir) + 1);
	return 0;
}

int
run_options_settle(struct run_options *o, struct err *e)
{
	if (o->farm.is_serial && o->farm.n_workers > 0)
		return err_set(e, ERR_USAGE, "--serial and --workers exclude each other");
	if (o->farm.n_workers == 0)
		o->farm.n_workers = farm_processors();
	return 0;
}
