/* What a projectile does to the nucleus that it hits. */
#ifndef PHYS_TARGET_SIDE_H
#define PHYS_TARGET_SIDE_H

#include "phys/pieces.h"

/* Energy to set a nucleon of this nucleus free. */
double target_side_separation_MeV(int A);

/* Adds the nucleons that are struck out of the nucleus (Z, A), as p->n_hits says. */
void target_side_strike(struct pieces *p, int Z, int A, double energy_MeV_u, struct rng_sequence *s);

/* What the rest of the nucleus, of A_left nucleons, deposits where it is, if there is that much. */
double target_side_recoil_MeV(int A_left, int n_hits, double free_MeV);

#endif
