/* A nuclear event of a particle: what comes of it, and where each quantum of its energy goes. */
#ifndef PHYS_EVENT_H
#define PHYS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "phys/physics.h"
#include "phys/reaction.h"

/* A particle that meets a nucleus. */
struct encounter {
	uint64_t history;
	uint32_t particle;               /* its number in the history */
	uint32_t draw;                   /* first block of random numbers that it has not used */
	int species, layer;
	float range_g_cm2;
	int64_t energy_q;                /* quanta of 2^-20 MeV, as all of these */
	double direction[3];
};

/* What is set in flight, with its own number in the history. */
struct offspring {
	int species;
	uint32_t particle;
	int64_t energy_q;
	float direction[3];
};

/* The energies of the offspring, local_q, binding_q and neutral_q are together that of the particle. */
struct outcome {
	bool is_none;                    /* of no kind: then it flies on, too */
	bool is_elastic;                 /* the particle flies on, as the first of the offspring */
	int n;
	struct offspring offspring[REACTION_PRODUCTS_MAX];
	int64_t local_q;                 /* of what stops where it is born, of the target, */
	int64_t binding_q;               /* turned into rest energy, */
	int64_t neutral_q;               /* carried off by neutrons and photons */
	int n_neutrons;
	uint32_t draw;                   /* first block not used now */
};

/* ERR_INTERNAL, naming the history, when an event sets free more than it had, or what has no table. */
int event_sample(struct outcome *o, const struct physics *ph, const struct encounter *x, struct err *e);

#endif
