/* What a projectile does to the nucleus that it hits: nucleons fly out, one for each of the projectile that
 * hits, and what is left recoils and evaporates where it is.
 *
 * With the energy that ICRU Report 63 (2000) gives for a proton of 150 MeV on oxygen: alphas and recoils 12
 * MeV, evaporated protons 7. For the 3.6 hits of carbon on oxygen the square root [own choice] makes it 36 MeV,
 * ten for each. */
#include "phys/target_side.h"

#include "phys/fmath.h"

#define SEPARATION_MeV 8.0         /* mean binding energy of a nucleon */
#define RECOIL_MeV 19.0            /* short-ranged, of one hit; of n, by sqrt(n): the more, the less is left */
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
	double most = RECOIL_PART * free_MeV, recoil = RECOIL_MeV * fm_sqrt(n_hits);

	if (A_left == 0)
		return 0.0;
	return recoil < most ? recoil : most;
}
