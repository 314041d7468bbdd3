/* Tabulates one particle in one material. */
#ifndef PHYS_MEDIUM_H
#define PHYS_MEDIUM_H

#include "base/err.h"
#include "model/plan.h"
#include "phys/physics.h"

/* First the range and the cutoff, for which the energies can be checked, then all the rest up to energy_max_MeV. A user's own stopping power is
 * that of the beam's ion. */
int medium_build_range(struct medium *m, const struct ion *ion, const struct layer *layer, bool is_beam,
    double cutoff_cm, struct err *e);
void medium_tabulate(struct medium *m, struct luts *lut, const struct ion *ion, const struct layer *layer,
    const struct nuclei *nuclei, const struct transport *t, bool is_beam, double energy_max_MeV);

/* In its place for vectors, of the beam's ion. */
void medium_tabulate_vector(struct medium *m, struct row *row, struct cubic *range, const struct ion *ion,
    const struct layer *layer, const struct transport *t, double energy_max_MeV);

#endif
