/* Secondaries that wait to fly, sorted by how far they may: lanes that are filled together then take steps of one
 * length, and end together. Internal to the kernel. */
#ifndef PHYS_POOL_H
#define PHYS_POOL_H

#include <stdint.h>

#include "base/err.h"

enum { POOL_SIZE = 1 << 14, POOL_KINDS = 32 };

/* Where it was born. */
struct waiting {
	float position_cm[3], direction[3];
	float range_g_cm2;
	int32_t layer, species;
	uint32_t number;                 /* in its history */
	uint64_t history;
	int64_t energy_q;
	int32_t next;                    /* of those alike, or of the places that are free; -1: none */
};

/* A kind is a list, the last one that came first. */
struct pool {
	int32_t first[POOL_KINDS], n[POOL_KINDS];
	int32_t free, n_used;
	struct waiting particle[POOL_SIZE];
};

void pool_clear(struct pool *p);

/* ERR_INTERNAL, naming the history, when too many wait. */
int pool_put(struct pool *p, const struct waiting *w, struct err *e);

/* The kind of which most wait, if those are `least` or more; that of the longest ranges of which any wait;
 * -1: none. */
int pool_fullest(const struct pool *p, int least);
int pool_longest(const struct pool *p);

/* Takes one of a kind, of which some wait. */
struct waiting pool_take(struct pool *p, int kind);

#endif
