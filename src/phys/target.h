/* The material as the stopping-power formulae see it: electrons by element, I, density effect. */
#ifndef PHYS_TARGET_H
#define PHYS_TARGET_H

#include "model/material.h"

struct target {
	double Z_over_A;                             /* mol/g */
	double log_I_MeV;
	struct density_effect density_effect;        /* for this I */
	int n;
	int Z[MATERIAL_ELEMENTS_MAX];
	double A[MATERIAL_ELEMENTS_MAX];
	double weight[MATERIAL_ELEMENTS_MAX];
	double electrons[MATERIAL_ELEMENTS_MAX];     /* fraction of all electrons */
};

void target_init(struct target *t, const struct material *m);
void target_init_element(struct target *t, int Z);   /* with the element's own I and density */

/* Density-effect correction delta at beta gamma > 0. */
double target_density_effect(const struct target *t, double beta_gamma);

#endif
