/* How the pieces of a projectile fly. */
#ifndef PHYS_FRAGMENT_MOTION_H
#define PHYS_FRAGMENT_MOTION_H

#include "phys/pieces.h"

/* The projectile that was taken apart. */
struct flyer {
	int A;
	double mass_MeV, energy_MeV;
	const double *direction;
};

/* A spectator: velocity of the projectile and Fermi motion. */
void fragment_motion_spectator(struct product *f, double mass_MeV, const struct flyer *p,
    struct rng_sequence *s);

/* A nucleon that hit one of the target. */
void fragment_motion_participant(struct product *f, const struct flyer *p, struct rng_sequence *s);

#endif
