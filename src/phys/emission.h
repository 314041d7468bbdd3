/* A nucleus that gives off particles until its energy is used up. */
#ifndef PHYS_EMISSION_H
#define PHYS_EMISSION_H

#include "phys/reaction.h"

/* What is left of projectile and target, and the energy that it has beyond its ground state. */
struct emitter {
	struct reaction *reaction;
	const double *direction;         /* of the projectile */
	int Z, A;
	double excess_MeV;               /* of its mass, in the ground state */
	double left_MeV;                 /* at least EMISSION_REST_MeV */
};

/* A proton in the nucleus of the natural element Z, nothing has left. The reaction is empty. */
struct emitter emitter_init(struct reaction *r, int target_Z, double energy_MeV,
    const double direction[3]);

/* Never given away, so that also the sum of rounded energies leaves something to the neutrals. */
#define EMISSION_REST_MeV 1e-4

/* Most kinetic energy that a particle can leave with; negative when it cannot. */
double emission_room_MeV(const struct emitter *m, int Z, int A);

/* A particle leaves, with no more than there is room for: to fly on, or to stop beside the nucleus. What
 * its separation costs is booked as binding. Beyond REACTION_PRODUCTS_MAX it stops. */
void emission_flies(struct emitter *m, int Z, int A, double energy_MeV, double cosine, double turns);
void emission_stays(struct emitter *m, int Z, int A, double energy_MeV);

/* A neutron, with this share of the room that it must have. */
void emission_neutron(struct emitter *m, double share);

/* The motion of the nucleus itself, which stops where it is: no more than is left. */
void emission_recoil(struct emitter *m, double energy_MeV);

/* Nothing more leaves: the nucleus stays, or is neutrons, and the rest of its energy goes with neutrals. */
void emission_end(struct emitter *m);

/* Cosine of an angle with the density e^(a cos), a > 0, from a uniform number. */
double emission_cosine(double a, double uniform);

/* Unit vector at an angle to d. */
void emission_direction(double out[3], const double d[3], double cosine, double turns);

#endif
