/* Measures the parts of a step. */
#include "app/bench_parts.h"

#include <math.h>

#include "base/clock.h"

enum { CLOCK_TRIALS = 20, CLOCK_LAPS = 5000 };

const char *const bench_part_names[N_HISTORY_PARTS] = {
	[PART_BIRTH] = "birth", [PART_RANDOM] = "random", [PART_STEP] = "step", [PART_BEND] = "bend",
	[PART_TALLY] = "tally", [PART_END] = "end", [PART_BETWEEN] = "commit",
};

struct laps {
	double last_s;
	double seconds[N_HISTORY_PARTS];
	double n[N_HISTORY_PARTS];
};

static void
lap(void *ctx, enum history_part part)
{
	struct laps *laps = ctx;
	double now = clock_seconds();

	laps->seconds[part] += now - laps->last_s;
	laps->n[part]++;
	laps->last_s = now;
}

/* At least: a trial that was disturbed would take more off a short part than it has. */
static double
seconds_of_lap(void)
{
	double least = HUGE_VAL;

	for (int i = 0; i < CLOCK_TRIALS; i++) {
		struct laps laps = {.last_s = clock_seconds()};

		for (int k = 0; k < CLOCK_LAPS; k++)
			lap(&laps, PART_RANDOM);
		least = fmin(least, laps.seconds[PART_RANDOM] / CLOCK_LAPS);
	}
	return least;
}

static int
carry_by_parts(struct run *r, struct laps *laps, struct farm_result *result, struct err *e)
{
	struct farm_options o = {.n_workers = 1, .is_serial = true};
	struct history_watch watch = {.part_done = lap, .ctx = laps};
	struct farm_job job;
	int status;

	run_farm_job(r, &job);
	r->watch = &watch;
	status = farm_run(&job, &o, result, e);
	r->watch = NULL;
	return status;
}

int
bench_parts(struct run *r, double ns_per_step[N_HISTORY_PARTS], struct err *e)
{
	struct farm_result result = {0};
	struct laps laps = {0};
	double of_lap = seconds_of_lap(), left, steps;

	if (carry_by_parts(r, &laps, &result, e) != 0)
		return -1;
	if (result.was_stopped) {
		farm_result_free(&result);
		return err_set(e, ERR_STOPPED, "stopped by a signal");
	}
	steps = (double)result.counters[COUNT_STEPS];
	left = result.seconds;
	for (int k = 0; k < PART_BETWEEN; k++) {
		left -= laps.seconds[k];
		ns_per_step[k] = 1e9 * (laps.seconds[k] - of_lap * laps.n[k]) / steps;
	}
	ns_per_step[PART_BETWEEN] = 1e9 * left / steps;
	farm_result_free(&result);
	return 0;
}
