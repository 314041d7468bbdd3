/* Runs histories of a plan in this process, for tests of the physics. */
#ifndef TESTS_TRANSPORTED_H
#define TESTS_TRANSPORTED_H

#include <stdint.h>

#include "model/final_state.h"
#include "model/leaving.h"
#include "model/plan.h"
#include "model/tally.h"
#include "phys/physics.h"

struct transported {
	struct physics *physics;
	struct tally_layout layout;
	unsigned n;
	int64_t *bins;
	unsigned char *strips;
	int64_t channel[N_CHANNELS];
	struct final_state *states;      /* [n] */
	struct leaving_list leaving;     /* sorted */
};

/* Histories first .. first + n - 1; fails the test if they cannot be run. */
void transport(struct transported *t, const struct plan *p, uint64_t first, unsigned n);
void transport_by(const char *kernel, struct transported *t, const struct plan *p, uint64_t first, unsigned n);
void transported_free(struct transported *t);

/* Mean and standard deviation of an axis' final coordinate over the histories that stopped. */
void final_moments(const struct transported *t, int axis, double *mean, double *sigma);

#endif
