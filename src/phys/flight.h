/* Straight flight through voxels and layers. */
#ifndef PHYS_FLIGHT_H
#define PHYS_FLIGHT_H

#include "phys/lanes.h"

/* The voxel and the layer that hold a position. */
void flight_locate(struct flock *b, int i, const struct physics *ph);

/* Distances to faces and to the end of the layer, from where lane i is, along where it goes. */
void flight_aim(struct flock *b, int i, const struct physics *ph);

/* Flies lane i to whatever comes first: a face of its voxel, an edge, the hinge or the end of its step;
 * tallies at faces and edges, and sets the event. */
void flight_advance(struct flock *b, int i, const struct pass *p);

#endif
