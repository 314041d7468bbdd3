/* Says in words what a worker died of. */
#ifndef FARM_DEATH_H
#define FARM_DEATH_H

#include "farm/farm.h"

/* What is known of a SIGKILL. */
enum death_kill { KILL_UNKNOWN, KILL_OOM, KILL_NOT_OOM, KILL_HUNG };

/* Fills text from the other fields; `where` says where a worker hung. */
void death_describe(struct farm_death *d, enum death_kill kill, const char *where);

#endif
