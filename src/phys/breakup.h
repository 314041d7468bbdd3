/* Light projectiles, up to carbon, break up by channels. */
#ifndef PHYS_BREAKUP_H
#define PHYS_BREAKUP_H

#include "phys/pieces.h"

enum { BREAKUP_Z_MAX = 6 };

/* The projectile (Z <= BREAKUP_Z_MAX, A >= 2) in pieces that are species of its own. */
void breakup(struct pieces *p, int Z, int A, int target_Z, double energy_MeV_u, struct rng_sequence *s);

#endif
