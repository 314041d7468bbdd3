/* Elastic energy loss to the atoms: the universal potential of Ziegler, Biersack, Littmark (1985). */
#ifndef PHYS_NUCLEAR_STOPPING_H
#define PHYS_NUCLEAR_STOPPING_H

#include "phys/target.h"

/* MeV cm2/g of an ion of charge z and mass number A at total kinetic energy > 0. */
double nuclear_stopping_MeV_cm2_g(const struct target *t, int z, double A, double energy_MeV);

#endif
