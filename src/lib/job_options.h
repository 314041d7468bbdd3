/* What may be put over a job file. */
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

void job_options_apply(const struct job_options *o, struct plan *p);

#endif
