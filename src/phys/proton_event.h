/* What comes of a proton that meets a nucleus at rest. */
#ifndef PHYS_PROTON_EVENT_H
#define PHYS_PROTON_EVENT_H

#include "phys/reaction.h"

/* On the nucleus of the natural element Z, at T > PROTON_THRESHOLD_MeV; direction of unit length. Elastic
 * on hydrogen: two protons, the faster first. Elastic on others: the proton, its recoil is local.
 * Nonelastic (not on hydrogen): protons and deuterons; alphas and recoil are local. */
void proton_elastic(struct reaction *r, int target_Z, double energy_MeV, const double direction[3],
    struct rng_sequence *s);
void proton_nonelastic(struct reaction *r, int target_Z, double energy_MeV, const double direction[3],
    struct rng_sequence *s);

#endif
