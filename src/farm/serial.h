/* The serial run: the one process does all ranges in order. */
#ifndef FARM_SERIAL_H
#define FARM_SERIAL_H

#include "farm/outcome.h"
#include "farm/slab.h"

int serial_run(const struct farm_job *job, const struct farm_options *o,
    const struct slab_block *block, struct outcome *outcome, struct err *e);

#endif
