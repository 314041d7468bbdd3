/* What a projectile does to the nucleus that it hits: nucleons fly out, one for each of the projectile that
 * hits, and what is left recoils and evaporates where it is. */
#include "phys/target_side.h"

#define SEPARATION_MeV 8.0         /* mean binding energy of a nucleon */
#define RECOIL_MeV 10.0            /* short-ranged, for each hit */
#define RECOIL_PART 0.25           /* at most, of the energy there is */

double
target_side_separation_MeV(int A)
{
	return A > 1 ? SEPARATION_MeV : 0.0;
}

void
target_side_strike(struct pieces *p, int Z, int A, double energy_MeV_u, struct rng_sequence *s)
{
	p->struck_Z = p->struck_A = 0;
	if (energy_MeV_u <= target_side_separation_MeV(A))
		return;
	for (int i = 0; i < p->n_hits && p->struck_A < A && p->n < REACTION_PRODUCTS_MAX; i++) {
		if (rng_next(s) * (A - p->struck_A) < Z - p->struck_Z) {
			pieces_add(p, 1, 1, PIECE_STRUCK);
			p->struck_Z++;
		}
		p->struck_A++;
	}
}

double
target_side_recoil_MeV(int A_left, int n_hits, double free_MeV)
{
	double most = RECOIL_PART * free_MeV;

	if (A_left == 0)
		return 0.0;
	return RECOIL_MeV * n_hits < most ? RECOIL_MeV * n_hits : most;
}
