/* How often an ion meets the nuclei of an element or a material. */
#ifndef PHYS_NUCLEAR_CROSS_H
#define PHYS_NUCLEAR_CROSS_H

#include "model/ion.h"
#include "model/material.h"

enum nuclear_process { NUCLEAR_ELASTIC, NUCLEAR_NONELASTIC, N_NUCLEAR_PROCESSES };

/* Per nucleus of the natural element, at total kinetic energy > 0, and per g/cm2. Continuous in the energy, 0
 * where it is low; made for up to 1 GeV/u. Elastic scattering is that of protons alone: that of
 * heavier ions is left to multiple scattering. */
double nuclear_sigma_mb(const struct ion *ion, int target_Z, enum nuclear_process process,
    double energy_MeV);
double nuclear_sigma_cm2_g(const struct ion *ion, int target_Z, enum nuclear_process process,
    double energy_MeV);

/* Sum over the elements of a material. */
double nuclear_material_cm2_g(const struct ion *ion, const struct material *m,
    enum nuclear_process process, double energy_MeV);

#endif
