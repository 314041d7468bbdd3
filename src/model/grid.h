/* A lattice of equal voxels, axis-parallel. */
#ifndef MODEL_GRID_H
#define MODEL_GRID_H

#include <stddef.h>

enum { AXIS_X, AXIS_Y, AXIS_Z, N_AXES };

struct grid {
	double origin_cm[N_AXES];   /* the corner with the smallest coordinates */
	double voxel_cm[N_AXES];
	int n[N_AXES];
};

/* Depth (z) runs fastest, then y, then x: a particle along the beam stays in neighbouring memory. */
static inline size_t
grid_index(const struct grid *g, int ix, int iy, int iz)
{
	return ((size_t)ix * (size_t)g->n[AXIS_Y] + (size_t)iy) * (size_t)g->n[AXIS_Z] + (size_t)iz;
}

static inline size_t
grid_n_voxels(const struct grid *g)
{
	return (size_t)g->n[AXIS_X] * (size_t)g->n[AXIS_Y] * (size_t)g->n[AXIS_Z];
}

#endif
