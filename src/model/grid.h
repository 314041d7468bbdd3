/* Where is scored: a lattice of equal voxels, axis-parallel, or rings about an axis along z. */
#ifndef MODEL_GRID_H
#define MODEL_GRID_H

#include <stddef.h>

enum { AXIS_X, AXIS_Y, AXIS_Z, N_AXES };

enum { GRID_RADII_MAX = 512 };

enum grid_kind { GRID_CARTESIAN, GRID_CYLINDRICAL };

/* Cylindrical: rings about the line x = origin[0], y = origin[1], whose index is that of AXIS_X;
 * n[AXIS_Y] is 1, and only the voxel's z counts. */
struct grid {
	enum grid_kind kind;
	double origin_cm[N_AXES];   /* the corner with the smallest coordinates */
	double voxel_cm[N_AXES];
	int n[N_AXES];
	double radius_cm[GRID_RADII_MAX + 1];   /* edges of the rings, from 0, ascending: n[AXIS_X] + 1 */
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
