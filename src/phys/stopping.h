/* Stopping power of any ion from hydrogen to iron in any material, 1 keV/u to 1 GeV/u. */
#ifndef PHYS_STOPPING_H
#define PHYS_STOPPING_H

#include "base/err.h"
#include "model/ion.h"
#include "model/material.h"
#include "phys/helium_stopping.h"
#include "phys/proton_stopping.h"

#define STOPPING_MIN_MeV_u 1e-3       /* validity, kinetic energy per nucleon (T/A) */
#define STOPPING_MAX_MeV_u 1e3

/* Plain data without a pointer; the caller owns it. */
struct stopping {
	struct ion ion;
	struct proton_curve proton;
	struct helium_curve helium;       /* filled for z = 2 only */
};

/* ERR_INPUT when the material is empty or has no density or I. */
int stopping_init(struct stopping *s, const struct ion *ion, const struct material *m,
    struct err *e);

/* Total kinetic energy of the ion, from STOPPING_MIN to STOPPING_MAX times A. */
double stopping_electronic_MeV_cm2_g(const struct stopping *s, double energy_MeV);
double stopping_nuclear_MeV_cm2_g(const struct stopping *s, double energy_MeV);

#endif
