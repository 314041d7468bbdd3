/* Gives lanes that have ended the next particles. Part of the kernel. */
#ifndef PHYS_REFILL_H
#define PHYS_REFILL_H

#include "phys/batch.h"
#include "phys/rest.h"

/* A history begins; false when it misses the phantom, or would not step, and is over already. */
static bool
begin(const struct born *b, int i, const struct pass *p)
{
	const struct lanes *s = &b->lanes;
	int64_t quanta = s->tallied_q[i];

	p->score->channel[ENERGY_SOURCE] += quanta;
	p->score->channel[COUNT_HISTORIES]++;
	if (b->missed >> i & 1) {
		p->score->channel[ENERGY_ESCAPED] += quanta;
		p->score->channel[COUNT_MISSED]++;
		record_state(s, i, p, FATE_MISSED, quanta);
		return false;
	}
	if (b->stuck >> i & 1) {
		p->score->channel[COUNT_STOPPED]++;
		record_state(s, i, p, FATE_STOPPED, quanta);
		score_deposit(p, s, i, s->group[i], quanta);
		return false;
	}
	return true;
}

/* The next histories are born, as many as a vector holds; false when the range is used up. */
static bool
bear(struct batch_lanes *b, struct pass *p)
{
	uint64_t left = p->end - p->next;

	if (left == 0)
		return false;
	birth(p->ph, p->next, &b->born);
	b->n = left < VEC_LANES ? (int)left : VEC_LANES;
	b->next = 0;
	p->next += (unsigned)b->n;
	if (p->score->progress != NULL)
		++*p->score->progress;
	return true;
}

/* The next history that meets the phantom, as a lane of `born`; -1 when the range is used up. */
static int
next_born(struct batch_lanes *b, struct pass *p)
{
	while (b->next < b->n || bear(b, p))
		if (begin(&b->born, b->next++, p))
			return b->next - 1;
	return -1;
}

/* Fills the lanes of a group from the first on with the next histories; how many there are. */
static int
refill_primaries(struct batch_lanes *b, struct group *g, struct pass *p)
{
	int lane = 0, born;

	if (b->next == b->n && bear(b, p) && b->n == VEC_LANES && (b->born.missed | b->born.stuck) == 0) {
		for (; lane < VEC_LANES; lane++)
			begin(&b->born, b->next++, p);
		g->lanes = b->born.lanes;
	}
	for (; lane < VEC_LANES && (born = next_born(b, p)) >= 0; lane++)
		lanes_move(&g->lanes, lane, &b->born.lanes, born);
	return lane;
}

/* Fills the lanes of a group from `lane` on with secondaries; the result: the lanes that it filled, as bits. */
static unsigned
refill_secondaries(struct batch_lanes *b, struct group *g, const struct pass *p, int kind, int lane)
{
	unsigned filled = 0;

	for (; lane < VEC_LANES && kind >= 0; kind = pool_longest(&b->pool))
		for (; lane < VEC_LANES && b->pool.n[kind] > 0; lane++) {
			struct waiting w = pool_take(&b->pool, kind);

			birth_resume(p->ph, &g->lanes, lane, &w);
			filled |= 1u << lane;
		}
	if (filled != 0)
		birth_start(p->ph, &g->lanes, vm_from_bits(filled));
	g->secondaries |= filled;
	return filled;
}

/* Gives the lanes of a group that have ended the next particles, once all have: lanes that began together
 * stay together, take steps of one length and pass as many faces. Secondaries of a kind go before the next
 * histories when they fill all lanes; those that are left go last. */
static void
refill(struct batch_lanes *b, struct group *g, struct pass *p)
{
	int kind, lane = 0;

	if (g->alive != 0)
		return;
	g->secondaries = 0;
	kind = pool_fullest(&b->pool, VEC_LANES);
	if (kind < 0) {
		lane = refill_primaries(b, g, p);
		g->alive = (unsigned)((UINT64_C(1) << lane) - 1);
		kind = pool_longest(&b->pool);
	}
	g->alive |= refill_secondaries(b, g, p, kind, lane);
}

#endif
