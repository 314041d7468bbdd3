/* Projectiles beyond carbon: the target shears nucleons off, and what remains evaporates. */
#ifndef PHYS_ABRASION_H
#define PHYS_ABRASION_H

#include "phys/pieces.h"

/* The projectile in pieces that are species of its own. */
void abrasion(struct pieces *p, int Z, int A, int target_Z, double energy_MeV_u,
    struct rng_sequence *s);

#endif
