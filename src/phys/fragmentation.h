/* What an ion and a nucleus turn into. */
#ifndef PHYS_FRAGMENTATION_H
#define PHYS_FRAGMENTATION_H

#include "base/err.h"
#include "phys/fragment_species.h"
#include "phys/reaction.h"

enum { FRAGMENTATION_Z_MAX = 26, FRAGMENTATION_A_MAX = 56 };

/* Read only once it is made. */
struct fragmentation {
	double mass_MeV[FRAGMENTATION_Z_MAX + 1][FRAGMENTATION_A_MAX + 1];   /* 0: no such nuclide */
};

/* -1: an inconsistency of the tables of nuclides. */
int fragmentation_init(struct fragmentation *f, struct err *e);

/* A reaction of the nuclide (Z, A >= 2), one of those that model/ion knows, that flies in `direction` with the
 * total kinetic energy T > 0, with the nucleus that stands for the natural element target_Z. What flies
 * on are species of fragmentation_species(Z, A). What is left of the target nucleus stays where it is; all of
 * both does, if there is not energy enough to take the projectile apart. */
void fragmentation_event(const struct fragmentation *f, struct reaction *r, int Z, int A,
    double energy_MeV, int target_Z, const double direction[3], struct rng_sequence *s);

#endif
