/* The immutable physics of a run: what a step needs, tabulated against the residual range. Plain
 * data without a pointer, built once, mapped read-only and shared by all workers. */
#ifndef PHYS_PHYSICS_H
#define PHYS_PHYSICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/plan.h"
#include "phys/lut.h"
#include "phys/range.h"

/* One projectile in one material, at residual range R (g/cm2, CSDA with nuclear stopping). */
struct medium {
	double density_g_cm3;
	double cutoff_g_cm2;             /* R at which the rest is deposited */
	double step_max_g_cm2;
	struct lut energy_MeV;
	struct lut range_variance;       /* straggling: second central moment of the loss, as range, per g/cm2 */
	struct lut range_third;          /* third likewise, (g/cm2)^3 per g/cm2 */
	struct lut scattering;           /* z^2 (15 MeV / pv)^2 / X_S, rad2 per g/cm2 */
	struct lut pv_MeV;
	struct lut log10_pv;
};

struct physics {
	uint64_t seed;
	struct beam beam;
	double beam_e[3], beam_f[3];     /* complete beam.direction to a frame */
	double energy_min_MeV, energy_max_MeV;   /* what the tables cover at birth */
	double range_at_birth_cm;        /* CSDA, of the beam's mean energy */
	double phantom_low_cm[3], phantom_high_cm[3];
	struct grid grid;
	struct transport transport;
	struct range_table range;
	struct medium medium;
};

/* Fills the tables for a plan. ERR_INPUT when the plan's energies or its cutoff leave the range of
 * validity of the stopping power (1 keV/u to 1 GeV/u, or the user's table). */
int physics_build(struct physics *ph, const struct plan *p, struct err *e);

#endif
