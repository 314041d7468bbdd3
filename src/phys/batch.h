/* The batch of a worker: its lanes in groups, and what waits for one. Internal to the kernel. */
#ifndef PHYS_BATCH_H
#define PHYS_BATCH_H

#include "phys/birth.h"
#include "phys/event.h"
#include "phys/pool.h"

enum { GROUPS = 2 };                     /* of lanes, in turn */

struct batch_lanes {
	struct group group[GROUPS];
	struct step step[GROUPS];
	struct born born;                /* but not yet in a group: from `next` to n */
	int next, n;
	bool has_failed;                 /* why, is in: */
	struct err *err;
	struct outcome outcome;
	struct pool pool;
};

#endif
