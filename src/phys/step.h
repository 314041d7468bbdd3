/* The condensed-history step: how long it is, what it takes, where it bends and by how much. For
 * many particles at once, arrays in and arrays out, so that the loops vectorise. */
#ifndef PHYS_STEP_H
#define PHYS_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "phys/physics.h"

enum { STEP_LANES = 64 };

struct steps {
	int n;
	/* before */
	uint64_t history[STEP_LANES];
	uint32_t stream[STEP_LANES];             /* of random bits, */
	uint32_t draw[STEP_LANES];               /* and the number of the block to use */
	const struct medium *medium[STEP_LANES];
	double range_g_cm2[STEP_LANES];
	double range_end_g_cm2[STEP_LANES];      /* no step goes beyond */
	double pv_birth_MeV[STEP_LANES];
	double to_boundary_cm[STEP_LANES];       /* straight on, to the end of the material */
	double core_rad2[STEP_LANES];            /* variance of the projected angle so far; grows by the step's */
	/* after */
	double hinge_cm[STEP_LANES];             /* from the start to the bend */
	double after_hinge_cm[STEP_LANES];       /* from there to the end */
	double range_loss_g_cm3[STEP_LANES];     /* of residual range, per cm of path */
	double tilt_rad[2][STEP_LANES];          /* projected angles of the bend */
	bool is_to_boundary[STEP_LANES];         /* the step is meant to end there */
};

/* Decides the steps. A step that would pass its range's end ends there, and none is longer than the way to
 * the boundary, so that no material lends its loss or scattering to the next. The bend stands at a random
 * point (random hinge), which gives <x theta> = T s^2/2 and <x^2> = T s^3/3 exactly. */
void steps_decide(struct steps *s, const struct physics *ph);

/* Directions to be bent, three components each, by their tilts. */
struct bends {
	int n;
	double direction[3][STEP_LANES];
	double tilt_rad[2][STEP_LANES];
};

void bends_apply(struct bends *b);

#endif
