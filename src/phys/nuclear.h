/* Nuclear interactions of a particle with the nuclei of a material. */
#ifndef PHYS_NUCLEAR_H
#define PHYS_NUCLEAR_H

#include "base/err.h"
#include "model/ion.h"
#include "model/plan.h"
#include "phys/fragmentation.h"
#include "phys/nuclear_cross.h"
#include "phys/physics.h"
#include "phys/reaction.h"

enum { NUCLEAR_SPECIES_MAX = 256 };    /* more than there are nuclides in model/ion */

/* The n ions of the beam, no two of them alike, then all that they may set in flight, and what these may: how many.
 * ERR_INTERNAL if they are more than NUCLEAR_SPECIES_MAX. */
int nuclear_species(struct ion list[NUCLEAR_SPECIES_MAX], const struct ion *beam, int n, enum plan_nuclear what,
    struct err *e);

/* What may happen: each process with each element of a material, in channel element * N_NUCLEAR_PROCESSES + process. */
enum { NUCLEAR_CHANNELS_MAX = MATERIAL_ELEMENTS_MAX * N_NUCLEAR_PROCESSES };

/* Events of each channel to be expected per g/cm2; only reactions when attenuation is all. Returns their sum. */
double nuclear_rates_cm2_g(const struct ion *ion, const struct nuclei *m, enum plan_nuclear what, double energy_MeV,
    double rate[NUCLEAR_CHANNELS_MAX]);

/* The largest kinetic energy that a product may be born with, MeV, when the beam's is energy_MeV. */
double nuclear_energy_max_MeV(const struct ion *product, const struct ion *beam, double energy_MeV);

struct nuclear_event {
	bool is_elastic;           /* then the first product is the projectile */
	struct reaction reaction;
};

/* Samples an event of a channel. */
void nuclear_event(struct nuclear_event *n, const struct fragmentation *f, const struct ion *ion,
    const struct nuclei *m, int channel, double energy_MeV, const double direction[3], struct rng_sequence *random);

#endif
