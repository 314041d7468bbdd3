/* Where on its way a particle meets a nucleus. */
#ifndef PHYS_ATTENUATION_H
#define PHYS_ATTENUATION_H

#include "phys/lanes.h"

/* Lane i starts, or goes on after an event: draws the optical depth that it will live. */
void attenuation_begin(struct flock *b, int i, const struct physics *ph);

/* Lane i goes from one material into another: what is left of its optical depth goes with it. Between the two
 * calls it gets its range in the new one. */
void attenuation_leave(struct flock *b, int i, const struct medium *from);
void attenuation_enter(struct flock *b, int i, const struct medium *to);

#endif
