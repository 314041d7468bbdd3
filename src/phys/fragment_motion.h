/* How the pieces of a projectile fly. */
#ifndef PHYS_FRAGMENT_MOTION_H
#define PHYS_FRAGMENT_MOTION_H

#include "phys/pieces.h"

/* The projectile that was taken apart. */
struct flyer {
	int A;
	double mass_MeV;
	double energy_MeV;           /* kinetic, of its velocity that the pieces start from */
	const double *direction;
};

/* Part of its energy that a nucleon of the projectile loses to the one that it hits, on average. */
#define FRAGMENT_MOTION_LOST 0.425

/* A spectator: velocity of the projectile and Fermi motion. */
void fragment_motion_spectator(struct product *f, double mass_MeV, const struct flyer *p,
    struct rng_sequence *s);

/* A participant, and the nucleon of the target that it hit. */
void fragment_motion_participant(struct product *f, const struct flyer *p, struct rng_sequence *s);
void fragment_motion_struck(struct product *f, const struct flyer *p, struct rng_sequence *s);

#endif
