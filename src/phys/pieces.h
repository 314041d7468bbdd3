/* A projectile taken apart: into which nuclei, before anything is said of their motion. */
#ifndef PHYS_PIECES_H
#define PHYS_PIECES_H

#include <stdbool.h>

#include "phys/reaction.h"

struct piece {
	int Z, A;
	bool is_participant;     /* a nucleon that hit one of the target, not a spectator */
};

/* Charge and mass number of the projectile are those of the pieces and of the neutrons. */
struct pieces {
	int n;
	struct piece piece[REACTION_PRODUCTS_MAX];
	int n_neutrons;
};

static inline void
pieces_add(struct pieces *p, int Z, int A, bool is_participant)
{
	p->piece[p->n++] = (struct piece){Z, A, is_participant};
}

#endif
