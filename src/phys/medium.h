/* Tabulates the projectile in one material. */
#ifndef PHYS_MEDIUM_H
#define PHYS_MEDIUM_H

#include "base/err.h"
#include "model/plan.h"
#include "phys/physics.h"

/* First the range and the cutoff, for which the energies can be checked, then all the rest up to energy_max_MeV. */
int medium_build_range(struct medium *m, const struct ion *ion, const struct layer *layer,
    double cutoff_cm, struct err *e);
void medium_tabulate(struct medium *m, struct row *row, struct cubic *range, const struct ion *ion,
    const struct layer *layer, const struct transport *t, double energy_max_MeV);

#endif
