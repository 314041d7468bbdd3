/* A projectile taken apart: into which nuclei, before anything is said of their motion; and what it
 * strikes out of the target. */
#ifndef PHYS_PIECES_H
#define PHYS_PIECES_H

#include "phys/reaction.h"

enum piece_role {
	PIECE_SPECTATOR,         /* goes on with the projectile's velocity */
	PIECE_PARTICIPANT,       /* hit a nucleon of the target */
	PIECE_STRUCK,            /* that nucleon */
};

struct piece {
	int Z, A;
	enum piece_role role;
};

/* Charge and mass number of the projectile are those of its pieces and its neutrons. */
struct pieces {
	int n;
	struct piece piece[REACTION_PRODUCTS_MAX];
	int n_neutrons;
	int n_hits;                      /* nucleons of the projectile that hit one of the target */
	int struck_Z, struck_A;          /* of the target, no longer in it */
};

static inline void
pieces_add(struct pieces *p, int Z, int A, enum piece_role role)
{
	p->piece[p->n++] = (struct piece){Z, A, role};
}

#endif
