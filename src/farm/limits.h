/* Whether the machine can hold what a run needs. */
#ifndef FARM_LIMITS_H
#define FARM_LIMITS_H

#include "farm/farm.h"

/* -1, ERR_SYSTEM, when `bytes` exceed what the machine or the control group can ever give; a note
 * to the watcher when they exceed what is free now, since pages never touched cost nothing. */
int limits_check_memory(size_t bytes, const struct farm_options *o, struct err *e);

/* -1, ERR_SYSTEM, unless an event loop and a first worker can have their descriptors: libuv ends the process
 * when it lacks one of its own. */
int limits_check_files(struct err *e);

/* Raises the soft limit of open files to what the workers need, as far as the hard one goes. */
void limits_raise_files(int n_workers);

#endif
