/* CSDA range against energy, and the stopping power it was made of, for one ion in one material. */
#ifndef PHYS_RANGE_H
#define PHYS_RANGE_H

#include "base/err.h"
#include "model/plan.h"
#include "phys/stopping.h"

#define RANGE_INTERVALS_PER_DECADE 64
#define RANGE_INTERVALS (6 * RANGE_INTERVALS_PER_DECADE)
#define RANGE_INTERVALS_PER_DECADE_MIN 50

/* Plain data without a pointer. Natural logarithms of MeV, MeV cm2/g and g/cm2, at knots equidistant
 * in log energy; slopes are d ln y / d ln T. Between the knots a cubic. */
struct range_table {
	double energy_min_MeV, energy_max_MeV;   /* what the stopping power is valid for */
	double log_first, log_step;
	double electronic[RANGE_INTERVALS + 1], electronic_slope[RANGE_INTERVALS + 1];
	double nuclear[RANGE_INTERVALS + 1], nuclear_slope[RANGE_INTERVALS + 1];
	double range[RANGE_INTERVALS + 1], range_slope[RANGE_INTERVALS + 1];
};

/* From the built-in stopping power, 1 keV/u to 1 GeV/u; below, S ~ sqrt(T). */
void range_build(struct range_table *t, const struct stopping *s);

/* From a user's electronic stopping power, read as a smooth curve in ln S(ln T); the nuclear one is the
 * built-in's. Below the user's first energy the electronic one goes on as the built-in one, scaled by
 * the constant that makes it continuous, so that the range has its last part; but the energies that
 * may be asked for are the user's own. ERR_INPUT unless there are two or more rows, all positive,
 * energies rising, over not too many decades. */
int range_build_user(struct range_table *t, const struct stopping *s,
    const struct stopping_table *user, struct err *e);

/* Total kinetic energies that the table is valid for. */
double range_energy_min_MeV(const struct range_table *t);
double range_energy_max_MeV(const struct range_table *t);

/* ERR_INPUT naming the limits when an energy is not within them. The functions below do not ask:
 * outside they go on as the power law that holds at the end. */
int range_check_energy(const struct range_table *t, double energy_MeV, struct err *e);

double range_g_cm2(const struct range_table *t, double energy_MeV);
double range_energy_MeV(const struct range_table *t, double range_g_cm2);   /* its inverse to 1e-12 */

void range_stopping(const struct range_table *t, double energy_MeV, double *electronic_MeV_cm2_g,
    double *nuclear_MeV_cm2_g);

#endif
