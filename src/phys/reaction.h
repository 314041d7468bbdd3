/* One nuclear event: what a projectile and a nucleus at rest turn into. */
#ifndef PHYS_REACTION_H
#define PHYS_REACTION_H

#include "phys/rng.h"

enum { REACTION_PRODUCTS_MAX = 32 };

/* A charged particle that flies on. */
struct product {
	int Z, A;
	double energy_MeV;       /* total kinetic */
	double direction[3];     /* unit vector, in the laboratory */
};

/* Charge and mass number are conserved: those of the projectile and its target nucleus are those of the
 * products, the neutrons and what stays, together. So is energy: kinetic energy of the projectile =
 * energies of the products + local_MeV + binding_MeV + what neutrons and photons carry off, which is the
 * rest and never negative. */
struct reaction {
	int n;
	struct product product[REACTION_PRODUCTS_MAX];
	double local_MeV;        /* of recoils and fragments of the target that stop where they are born */
	double binding_MeV;      /* rest energy gained: -Q; negative when it is set free */
	int n_neutrons;          /* of the projectile and the target, free in the end */
	int local_Z, local_A;    /* in what stops where it is born */
};

#endif
