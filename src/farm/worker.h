/* The worker: does the ranges it is told to, and commits them. */
#ifndef FARM_WORKER_H
#define FARM_WORKER_H

#include "farm/commit.h"
#include "farm/poison.h"

struct worker {
	const struct farm_job *job;
	struct commit commit;
	int sock;                  /* to the supervisor; -1 in the serial run */
};

/* Computes a range, but for the items cut, into the lane; `tally` gets its counters. -1: what the
 * job reported. */
int worker_compute(const struct worker *w, const struct farm_range *range,
    const struct gaps *gaps, struct farm_tally *tally, struct err *e);

/* The whole life of a worker process. */
_Noreturn void worker_live(const struct worker *w);

#endif
