/* What the command line may put over a job file, and the plan that results. */
#ifndef LIB_JOB_OPTIONS_H
#define LIB_JOB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/plan.h"

struct job_options {
	bool has_seed, has_histories;
	uint64_t seed, histories;
};

/* Each sets one from an option's argument. ERR_USAGE. */
int job_options_seed(struct job_options *o, const char *text, struct err *e);
int job_options_histories(struct job_options *o, const char *text, struct err *e);
int job_options_count(uint64_t *n, const char *option, const char *text, struct err *e);
int job_options_workers(int *n_workers, const char *text, struct err *e);

/* Reads the job; its mistakes are printed to stderr, all at once, and counted in the record. */
int job_options_plan(struct plan *p, const struct job_options *o, const char *path, struct err *e);

#endif
