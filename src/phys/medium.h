/* Tabulates one particle in one material. */
#ifndef PHYS_MEDIUM_H
#define PHYS_MEDIUM_H

#include "base/err.h"
#include "model/plan.h"
#include "phys/physics.h"

/* First the range and the cutoff, for which the energies can be checked, then all the rest up to energy_max_MeV.
 * A user's own stopping power is that of the beam's ion. */
int medium_build_range(struct medium *m, const struct ion *ion, const struct layer *layer, bool is_beam,
    double cutoff_cm, struct err *e);
void medium_tabulate(struct medium *m, struct row row[RANGE_SEGMENTS], struct cubic range[ENERGY_SEGMENTS],
    const struct ion *ion, const struct layer *layer, const struct transport *t, double energy_max_MeV);

/* After that: the nuclear events of it, `rate` as physics_rates() has it. */
void medium_tabulate_nuclear(const struct medium *m, struct cubic optical_depth[RANGE_SEGMENTS], float *rate,
    int n_channels, const struct ion *ion, const struct nuclei *nuclei, enum plan_nuclear what);

#endif
