/* Particles that left the phantom: a list that grows, in the order of their histories once it is sorted. */
#ifndef MODEL_LEAVING_H
#define MODEL_LEAVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leaving {
	uint64_t history;
	uint32_t number;           /* of the particle in its history; the primary is 0 */
	int16_t Z, A;
	double energy_MeV;         /* total kinetic energy */
	double position_cm[3];     /* where it left */
	double direction[3];       /* unit vector */
};

/* Empty when all is zero. */
struct leaving_list {
	size_t n, room;
	struct leaving *particle;
	bool is_short;             /* of memory: some are missing */
};

/* One that finds no memory is missed, and is_short says so from then on. */
void leaving_add(struct leaving_list *l, const struct leaving *p);

/* By history, then by number, then, should two numbers be alike, by all the rest: nothing depends on the order in
 * which they left. */
void leaving_sort(struct leaving_list *l);

void leaving_clear(struct leaving_list *l);   /* keeps the memory */
void leaving_free(struct leaving_list *l);

#endif
