/* What keeps a run from being lost: checkpoints, limits, the accuracy that is enough. */
#ifndef LIB_SAFETY_H
#define LIB_SAFETY_H

#include "lib/run.h"
#include "lib/run_options.h"

/* `safety` refers to r, and has to live as long as the farm runs. */
void safety_init(struct farm_safety *safety, struct run *r, const struct run_options *o);

/* A checkpoint of a result, when the result itself cannot be written. */
int safety_save_result(struct run *r, const struct farm_result *result, struct err *e);

#endif
