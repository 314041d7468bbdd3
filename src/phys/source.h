/* Primaries: where, whereto and how fast a primary starts. */
#ifndef PHYS_SOURCE_H
#define PHYS_SOURCE_H

#include <stdint.h>

#include "phys/physics.h"

struct primary {
	double position_cm[3];
	double direction[3];      /* unit vector */
	double energy_MeV;
	int species;
	uint32_t draws;           /* blocks of random numbers used */
};

/* A pure function of the seed and the history's number. */
void source_primary(const struct physics *ph, uint64_t history, struct primary *p);

/* Distance along the direction at which the phantom is met, 0 when it starts inside, negative
 * when it is missed. */
double source_distance_to_phantom_cm(const struct physics *ph, const struct primary *p);

#endif
