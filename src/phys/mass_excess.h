/* The mass of any nucleus, also of one that nobody has weighed. */
#ifndef PHYS_MASS_EXCESS_H
#define PHYS_MASS_EXCESS_H

#define NEUTRON_EXCESS_MeV  8.07131806        /* AME2020 */
#define HYDROGEN_EXCESS_MeV 7.288971064

/* Mass of the neutral atom less A u, 0 <= Z <= A. Z = 0: of free neutrons. Where no mass is listed: a light
 * nucleus falls apart into nucleons and a listed one; of the others the liquid drop, to a few MeV. */
double mass_excess_MeV(int Z, int A);

/* Of the nucleus of the natural element Z, without its electrons. */
double mass_of_element_nucleus_MeV(int Z);

#endif
