/* Keeps the secondaries that wait. */
#include "phys/pool.h"

#include <string.h>

enum {
	MANTISSA_BITS = 23,
	LONGEST_EXPONENT = 12            /* of 2, g/cm2: the last kind; what is longer is of it, too */
};

void
pool_clear(struct pool *p)
{
	for (int k = 0; k < POOL_KINDS; k++) {
		p->first[k] = -1;
		p->n[k] = 0;
	}
	p->free = -1;
	p->n_used = 0;
}

/* An octave of the range. */
static int
kind_of(float range_g_cm2)
{
	uint32_t bits;
	int kind;

	memcpy(&bits, &range_g_cm2, sizeof bits);
	kind = (int)(bits >> MANTISSA_BITS) - 127 - LONGEST_EXPONENT + POOL_KINDS;
	return kind < 0 ? 0 : kind < POOL_KINDS ? kind : POOL_KINDS - 1;
}

int
pool_put(struct pool *p, const struct waiting *w, struct err *e)
{
	int kind = kind_of(w->range_g_cm2), at = p->free;

	if (at >= 0)
		p->free = p->particle[at].next;
	else if (p->n_used < POOL_SIZE)
		at = p->n_used++;
	else
		return err_set(e, ERR_INTERNAL, "history %llu has too many secondaries: %d wait",
		    (unsigned long long)w->history, POOL_SIZE);
	p->particle[at] = *w;
	p->particle[at].next = p->first[kind];
	p->first[kind] = at;
	p->n[kind]++;
	return 0;
}

int
pool_fullest(const struct pool *p, int least)
{
	int fullest = 0;

	for (int k = 1; k < POOL_KINDS; k++)
		fullest = p->n[k] > p->n[fullest] ? k : fullest;
	return p->n[fullest] >= least ? fullest : -1;
}

int
pool_longest(const struct pool *p)
{
	int k = POOL_KINDS - 1;

	while (k >= 0 && p->n[k] == 0)
		k--;
	return k;
}

struct waiting
pool_take(struct pool *p, int kind)
{
	int at = p->first[kind];
	struct waiting w = p->particle[at];

	p->first[kind] = w.next;
	p->n[kind]--;
	p->particle[at].next = p->free;
	p->free = at;
	return w;
}
