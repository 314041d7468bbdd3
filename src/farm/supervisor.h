/* The supervisor: hands out ranges, judges deaths, and ends the run. */
#ifndef FARM_SUPERVISOR_H
#define FARM_SUPERVISOR_H

#include "farm/outcome.h"
#include "farm/slab.h"

/* Returns when all workers are gone. -1 as farm_run. */
int supervisor_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e);

#endif
