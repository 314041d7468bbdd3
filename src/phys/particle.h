/* The particles of a history in its lane: one flies, the others wait. */
#ifndef PHYS_PARTICLE_H
#define PHYS_PARTICLE_H

#include "phys/lanes.h"

/* Lane i is a particle of this energy and range, at the start of its first step; `draw` is the first block of
 * random numbers that it has not used. Its species, number, place and direction are there already. */
void particle_start(struct flock *b, int i, const struct physics *ph, int64_t energy_q, double range_g_cm2,
    uint32_t draw);

/* Has a secondary wait, at the place of lane i. ERR_INTERNAL, naming the history, when too many wait. */
int particle_wait(struct flock *b, int i, int species, int64_t energy_q, const double direction[3],
    struct err *e);

/* Lane i goes on with the last one that waits; false when none does. */
bool particle_resume(struct flock *b, int i, const struct physics *ph);

#endif
