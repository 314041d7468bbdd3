/* A nuclear event of a lane: what comes of it, and where each quantum of its energy goes. */
#ifndef PHYS_EVENT_H
#define PHYS_EVENT_H

#include "phys/lanes.h"

/* Lane i has met a nucleus. Afterwards it flies on (an elastic collision) or has ended; what was set in flight
 * waits. ERR_INTERNAL, naming the history, when too many wait. */
int event_happens(struct flock *b, int i, const struct pass *p, struct err *e);

#endif
