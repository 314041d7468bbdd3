/* Plans for tests: 10 x 10 x 40 cm of water in 1 mm voxels, all effects on. */
#ifndef TESTS_SAMPLE_PLAN_H
#define TESTS_SAMPLE_PLAN_H

#include "model/plan.h"

#define SAMPLE_LAYERS_MAX 200
#define SAMPLE_SPOTS_MAX 4

/* A pencil beam without spot or spread along z. The arrays are static, of the latest plan alone: not to
 * be freed. */
void sample_plan(struct plan *p, const char *ion, double energy_MeV_u);

/* Another depth of the one layer; the voxels keep their size. */
void sample_depth(struct plan *p, double depth_cm);

/* The phantom becomes these layers, of names and thicknesses in cm; the voxels keep their size. */
void sample_layers(struct plan *p, int n, const char *const *name, const double *thickness_cm);

void sample_voxels(struct plan *p, double x_cm, double y_cm, double z_cm);

#endif
