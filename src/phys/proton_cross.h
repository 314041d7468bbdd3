/* Cross sections of protons on elements. */
#ifndef PHYS_PROTON_CROSS_H
#define PHYS_PROTON_CROSS_H

/* Kinetic energy below which a proton does not interact but by stopping and multiple scattering. */
#define PROTON_THRESHOLD_MeV 7.0

/* mb, on the natural element Z, 1..92, at T > 0; from 0 at the threshold, made for 10 MeV to 1 GeV.
 * Hydrogen has no nonelastic one: the pions above 280 MeV are left out. */
double proton_nonelastic_mb(int Z, double energy_MeV);
double proton_elastic_mb(int Z, double energy_MeV);

#endif
