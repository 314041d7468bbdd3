/* Plans for tests: 10 x 10 x 40 cm of water in 1 mm voxels, all effects on. */
#ifndef TESTS_SAMPLE_PLAN_H
#define TESTS_SAMPLE_PLAN_H

#include "model/plan.h"

/* A pencil beam without spot or spread along z. */
void sample_plan(struct plan *p, const char *ion, double energy_MeV_u);

void sample_voxels(struct plan *p, double x_cm, double y_cm, double z_cm);

#endif
