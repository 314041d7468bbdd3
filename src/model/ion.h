/* The projectile: which nucleus it is and how heavy. */
#ifndef MODEL_ION_H
#define MODEL_ION_H

#include "base/err.h"

struct ion {
	int Z;             /* charge number, 1..26 */
	int A;             /* mass number, 1..56 */
	double mass_MeV;   /* bare nucleus */
	char name[16];     /* canonical: "H-1", "C-12" */
};

/* By name: "proton", "deuteron", "triton", "helion", "alpha", "carbon", "C-12", "C12", "12C", ...
 * or by numbers. An unknown nuclide is an error (ERR_INPUT) that says what is known near it.
 * Masses: AME2020 atomic mass excess less the electrons. */
int ion_parse(struct ion *ion, const char *text, struct err *e);
int ion_from_numbers(struct ion *ion, int Z, int A, struct err *e);

/* Kinetic energy per nucleon <-> total: MeV/u here means T/A, as in the field's usage. */
double ion_energy_per_nucleon_MeV(const struct ion *ion, double energy_MeV);

#endif
