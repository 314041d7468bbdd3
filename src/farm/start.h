/* The start of a run that goes on from an earlier one. */
#ifndef FARM_START_H
#define FARM_START_H

#include "farm/farm.h"
#include "farm/slab.h"

/* -1, ERR_INPUT: what the earlier run has done cannot be a part of this job. */
int start_check(const struct farm_start *start, const struct farm_job *job, struct err *e);

/* Fills the first slab with what was committed before. -1: what `load` reported, or ERR_SYSTEM. */
int start_load(const struct farm_start *start, const struct slab_block *b, struct err *e);

/* How often a range was tried before, at most FARM_ATTEMPTS_MAX. */
unsigned start_attempts(const struct farm_start *start, uint64_t range);

#endif
